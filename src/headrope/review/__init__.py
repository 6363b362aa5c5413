"""Reviews: a unit for a period from the facts, ready for any face."""
