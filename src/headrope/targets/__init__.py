"""Targets: what the group wants of every unit; so far a total that is split over the units of a folder."""
