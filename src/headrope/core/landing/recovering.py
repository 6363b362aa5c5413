"""What a recovery does to one row's landing: it moves by the amount, and how sure it is stays; plain NumPy, for pages.

>>> group = Standing(940.0, 430.0, 51.0, 7.0, None, 980.0, True)
>>> [round(odds(each).value, 2) for each in (group, moved(group, 20.0))]
[0.23, 0.35]

docs/spec/landing-runs.md, section 5.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.landing.odds import NOTHING_SAID, RANGE, Odds, Outlook, between, chance, limits


class Standing(NamedTuple):
    """A row's landing: its point, the year to date, scale and degrees of freedom of what is to come, the least that the
    year can be (None: no bound), the target and whether more is better."""

    point: float
    known: float
    scale: float
    freedom: float
    least: float | None
    target: float | None
    more: bool


def moved(standing: Standing, by: float) -> Standing:
    """The landing if so much more came than would have come."""
    least = None if standing.least is None else standing.least + by
    return standing._replace(point=standing.point + by, least=least)


def _outlook(standing: Standing) -> Outlook:
    least = -np.inf if standing.least is None else standing.least
    return Outlook(*(np.array([each]) for each in (standing.point, standing.scale, standing.freedom, least)))


def odds(standing: Standing, told: bool = True) -> Odds:
    """The odds of the target; a range where they are not told; nothing without a target."""
    if standing.target is None:
        return NOTHING_SAID
    outlook, target, more = _outlook(standing), np.array([standing.target]), np.array([standing.more])
    if told:
        return Odds(float(chance(outlook, target, more)[0]))
    low, high = between(outlook, target, more)
    return Odds(None, float(low[0]), float(high[0]))


def ranges(standing: Standing) -> tuple[float, float, float, float]:
    """The limits of the year: 80 % low, 50 % low, 50 % high, 80 % high."""
    wide, half = (limits(_outlook(standing), probability) for probability in (RANGE, 0.5))
    return float(wide[0][0]), float(half[0][0]), float(half[1][0]), float(wide[1][0])
