"""Pages of landings: where the year of a unit will end, what if, and how good past landings were."""
