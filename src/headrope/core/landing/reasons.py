"""Why a landing looks as it does, as marks that a face turns into words (docs/spec/landing.md, section 10)."""

from __future__ import annotations

from enum import IntFlag


class Reason(IntFlag):
    """Marks of one row; several may apply."""

    FEW_YEARS = 1
    """Less than three whole past years: a range and no probability."""
    ASSUMED = 2
    """No past landing has an outcome: the range rests on an assumed error."""
    NEWCOMER = 4
    """No whole past year: the rest follows the parent's years, or a straight line."""
    NO_FIGURES = 8
    """Nothing is known of the row, or nothing for more than a year: nothing more is expected of it, and nothing is said."""
    FILLED = 16
    """Months without figure were given one."""
    LATE = 32
    """The last months are missing: the year to date holds estimates."""
    NOT_THE_SUM = 64
    """The row's own year to date is not the sum of its children's, which is used."""
    HELD = 128
    """The year's figure was given and not forecast."""
    OVER = 256
    """The year is over: nothing is left to forecast."""
    REACHED = 512
    """The target is already reached, or out of reach, whatever comes: the measure never goes below zero."""
    NO_TARGET = 1024
    """There is no target."""
    ADJUSTED = 2048
    """A scenario moved the row or something below it."""
    FLAT = 4096
    """All known months have the same figure."""
    ZERO_TARGET = 8192
    """The target is zero or less: it can be met, but not by a percentage."""
