"""Headrope runs the year of a group: targets, figures, reviews and follow-through over a tree of units."""
