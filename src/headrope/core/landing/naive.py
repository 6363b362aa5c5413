"""What several ways of landing a year would have said, held against what came, over the same units; plain NumPy.

Of three units the last has no figure for the second way, which the others have:

>>> came = np.array([100.0, 50.0, 10.0])
>>> found = compare(came, [np.array([90.0, 56.0, 9.0]), np.array([100.0, 47.0, np.nan])])
>>> found.counted.tolist(), found.came
([True, True, False], 150.0)
>>> [(way.total, round(way.off, 3), round(way.wape, 3)) for way in found.ways if way]
[(146.0, -0.027, 0.107), (147.0, -0.02, 0.02)]

The rules are in docs/spec/landing-naive.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.scores import wape
from headrope.core.rollup import Bools


class Tried(NamedTuple):
    """One way tried on what came: its total in units of account, that total's error and the sum of the units' errors
    without their signs, both as shares of what came; NaN where that is nothing."""

    total: float
    off: float
    wape: float


class Comparison(NamedTuple):
    """Which units are `counted`, bool[rows], what came of them together, and each way; None for one that is not compared.

    `having` says of each way how many of the units with an outcome have it.
    """

    counted: Bools
    came: float
    having: tuple[int, ...]
    ways: tuple[Tried | None, ...]


def compare(came: Numbers, ways: Sequence[Numbers]) -> Comparison:
    """Hold each way's figures float64[rows] (NaN: none) against what came, all over the same units.

    A way that less than half of the units with an outcome have is not compared; the units that count have an outcome
    and a figure of every way that is.
    """
    known = ~np.isnan(came)
    told = [known & ~np.isnan(way) for way in ways]
    enough = [bool(each.any()) and 2 * each.sum() >= known.sum() for each in told]
    counted: Bools = known if any(enough) else np.zeros_like(known)
    for each, taken in zip(told, enough, strict=True):
        if taken:
            counted = counted & each
    some = bool(counted.any())
    return Comparison(
        counted,
        float(came[counted].sum()),
        tuple(int(each.sum()) for each in told),
        tuple(
            _tried(came[counted], way[counted]) if taken and some else None
            for way, taken in zip(ways, enough, strict=True)
        ),
    )


def _tried(came: Numbers, way: Numbers) -> Tried:
    size = float(np.abs(came).sum())
    off = float((way - came).sum()) / size if size > 0 else float("nan")
    return Tried(float(way.sum()), off, wape(came, way))
