"""Targets for ratios: by components, or as bounds on the ratio of every unit.

>>> ratio_total(Fraction(8, 100), 1250)
100
>>> ratio_bounds(np.array([100, 300, 0]), Fraction(5, 100), Fraction(1, 10))
(array([  5.,  15., -inf]), array([10., 30., inf]))
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from headrope.core.cascade.group import Floats

Steps = npt.NDArray[np.int64]


def ratio_total(ratio: Fraction, denominator: int) -> int:
    """The numerator's total, in steps of its own, for a target of the ratio: to the nearest step, half to even.

    Both totals are then cascaded, each by weights and bounds of its own; `quotients` are the units' ratios. `ratio` is
    that of a step of the numerator to a step of the denominator.
    """
    return round(ratio * denominator)


def quotients(numerator: Steps, denominator: Steps) -> Floats:
    """Each unit's ratio, of an inner unit as of a leaf; nan where the denominator is 0."""
    ratios: Floats = np.divide(numerator, denominator, out=np.full(len(numerator), np.nan), where=denominator != 0)
    return ratios


def ratio_bounds(denominator: Steps, least: Fraction | None, most: Fraction | None) -> tuple[Floats, Floats]:
    """Floors and caps of the numerator, in whole steps, that keep each unit's ratio between `least` and `most`.

    denominator: int64[rows], the units' shares of it, already settled. A negative one turns the bounds round; a unit
    with 0 has no ratio and no bounds. None: no bound. Where no whole step lies between, floor and cap contradict, and
    core.cascade.conflicts names them.
    """
    floors, caps = np.full(len(denominator), -np.inf), np.full(len(denominator), np.inf)
    for row, amount in enumerate(denominator.tolist()):
        low, high = (least, most) if amount > 0 else (most, least)
        if amount and low is not None:
            floors[row] = -((-low * amount) // 1)
        if amount and high is not None:
            caps[row] = (high * amount) // 1
    return floors, caps
