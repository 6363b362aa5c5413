"""Where the year will end: landings of the ledger's measures, and how good past ones were."""
