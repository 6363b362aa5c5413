"""Everything in the books in one file, for either database, and back into an empty ledger."""
