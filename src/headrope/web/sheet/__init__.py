"""The page of a unit's sheet: one screen, one sheet of paper."""
