"""The audit: the cube's totals against sums that the database makes, and whether the books hold together."""
