"""The page of a unit for a period."""
