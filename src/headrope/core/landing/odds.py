"""Probabilities of meeting targets, and the pace that a target asks for; plain NumPy (docs/spec/landing.md, section 8)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.landing import students
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.rollup import Bools

RANGE = 0.8
"""Probability of the range between `low` and `high`."""


class Odds(NamedTuple):
    """The probability of meeting a target; where it cannot be told a range, and None where nothing is said at all."""

    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def told(self) -> bool:
        """Whether there is one number."""
        return self.value is not None


NOTHING_SAID = Odds(None)


class Outlook(NamedTuple):
    """What the rest of the year is likely to be, float64[rows] each: t distributions about `mean`, their scale and their
    degrees of freedom; `least`, below which it cannot be (-infinity: no such bound)."""

    mean: Numbers
    scale: Numbers
    freedom: Numbers
    least: Numbers


def chance(outlook: Outlook, needed: Numbers, more: Bools) -> Numbers:
    """P(rest >= needed) where more is better, else P(rest <= needed), float64[rows]; NaN where something is NaN.

    A rest without spread meets what it equals. What cannot be missed has probability 1, what cannot be met 0.
    """
    sharp = outlook.scale == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = (needed - outlook.mean) / np.where(sharp, 1.0, outlook.scale)
    over = students.above(distance, outlook.freedom)
    up = np.where(sharp, outlook.mean >= needed, over)
    down = np.where(sharp, outlook.mean <= needed, 1.0 - over)
    up = np.where(needed <= outlook.least, 1.0, up)
    down = np.where(needed < outlook.least, 0.0, down)
    unknown = np.isnan(outlook.mean) | np.isnan(outlook.scale) | np.isnan(needed)
    found: Numbers = np.where(unknown, np.nan, np.where(more, up, down))
    return found


def between(outlook: Outlook, needed: Numbers, more: Bools) -> tuple[Numbers, Numbers]:
    """The least and the greatest `chance` if the mean were off by as much as its scale, float64[rows] each.

    For rows whose past is too short for a probability (docs/spec/landing-runs.md, section 3).
    """
    moved = [
        chance(outlook._replace(mean=np.maximum(outlook.mean + by * outlook.scale, outlook.least)), needed, more)
        for by in (-1.0, 1.0)
    ]
    return np.minimum(*moved), np.maximum(*moved)


def limits(outlook: Outlook, probability: float = RANGE) -> tuple[Numbers, Numbers]:
    """The central range of the rest with this probability, not below what is possible; float64[rows] each."""
    reach = reaches(outlook.freedom, probability) * outlook.scale
    return np.maximum(outlook.mean - reach, outlook.least), np.maximum(outlook.mean + reach, outlook.least)


def reaches(freedom: Numbers, probability: float = RANGE) -> Numbers:
    """Half the width of that range in units of the scale, float64[rows]."""
    kinds, back = np.unique(freedom, return_inverse=True)
    found: Numbers = students.quantile(np.full(len(kinds), 0.5 + probability / 2), kinds)[back]
    return found


def pace(needed: Numbers, ahead: int) -> Numbers:
    """What each of the months ahead has to bring for the target, float64[rows]; NaN when none is left."""
    return needed / ahead if ahead else np.full_like(needed, np.nan)


def sides(more: Bools | bool, rows: int) -> npt.NDArray[np.bool_]:
    """The direction of each row, bool[rows]."""
    return np.broadcast_to(np.asarray(more, np.bool_), (rows,))
