"""Figures: a unit's form for a period, and how all forms of a round stand."""
