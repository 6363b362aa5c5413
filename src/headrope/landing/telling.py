"""Turns the columns of a landing into what is said of each unit; for commands and jobs."""

from __future__ import annotations

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Counts
from headrope.core.landing.landing import ENOUGH_YEARS
from headrope.core.landing.outcome import Landing
from headrope.core.landing.ratios import RatioLanding
from headrope.core.landing.reasons import Reason
from headrope.landing.answers import UnitLanding
from headrope.landing.perimeter import Perimeter


def _said(column: Numbers, row: int) -> float | None:
    return None if np.isnan(column[row]) else float(column[row])


def units_of(
    over: Perimeter, found: Landing, gained: Numbers | None, left: int, whole: Counts
) -> tuple[UnitLanding, ...]:
    """The landing of a sum or a level by unit; `gained` are the odds after a recovery, `left` the steps to come.

    `whole` int32[units]: past years of which most steps were reported; with less than three there are no odds.
    """
    past = np.minimum(found.past[: len(whole)], whole)
    few = past < ENOUGH_YEARS
    odds = np.where(few & (found.scale[: len(whole)] > 0), np.nan, found.odds[: len(whole)])
    reasons = np.where(few, found.reasons[: len(whole)] | int(Reason.FEW_YEARS), found.reasons[: len(whole)])
    low, high = np.fmin(found.low, found.full), np.fmax(found.high, found.full)  # what is held may lie outside
    behind, _steps = late_below(over, found.late, found.reasons)
    usual = found.usual / left if left else found.usual * np.nan
    after = gained if gained is not None else np.full(len(found.full), np.nan)
    return tuple(
        UnitLanding(
            node=node,
            tier=int(over.tiers[row]),
            known=_said(found.known, row),
            full=_said(found.full, row),
            low=_said(low, row),
            high=_said(high, row),
            odds=_said(odds, row),
            pace=_said(found.pace, row),
            usual=_said(usual, row),
            last=_said(found.last, row),
            past=int(past[row]),
            filled=int(found.filled[row]),
            late=int(found.late[row]),
            reasons=Reason(int(reasons[row])),
            recovered=None if np.isnan(odds[row]) else _said(after, row),
            estimated=int(behind[row]),
        )
        for row, node in enumerate(over.nodes)
    )


def late_below(over: Perimeter, late: Counts, reasons: Counts) -> tuple[Counts, Counts]:
    """How many units without others below, below each unit, have late figures that are estimated; and how many of the
    last steps hold such figures, those of the unit itself among them."""
    units = len(over.nodes)
    leaf = np.ones(units, bool)
    leaf[over.inner] = False
    # Of who has long been silent nothing is estimated.
    steps = np.where(leaf & (reasons[:units] & int(Reason.NO_FIGURES) == 0), late[:units], 0).astype(np.int32)
    found = np.zeros(units, np.int32)
    for row in range(units - 1, -1, -1):  # parents come first
        above = over.parent[row]
        if above >= 0:
            found[above] += found[row] + (leaf[row] and steps[row] > 0)
            steps[above] = max(steps[above], steps[row])
    return found, steps


def units_of_ratio(over: Perimeter, found: RatioLanding, grain: float, levels: bool) -> tuple[UnitLanding, ...]:
    """The landing of a ratio by unit.

    `grain`: what a denominator must reach to be more than the noise of floats; `levels`: a ratio of levels, of which no
    part is still to come.
    """
    above, below = found.numerator, found.denominator
    empty = ~(np.abs(below.full) >= grain / 2)
    kept = {
        name: np.where(empty, np.nan, column)
        for name, column in (
            ("known", found.known),
            ("full", found.full),
            ("low", found.low),
            ("high", found.high),
            ("odds", found.odds),
            ("needed", found.needed),
        )
    }
    behind, _steps = late_below(over, np.maximum(above.late, below.late), found.reasons)
    with np.errstate(divide="ignore", invalid="ignore"):
        usual, last = above.usual / below.usual, above.last / below.last
    usual, last = (np.where(np.isfinite(each), each, np.nan) for each in (usual, last))
    return tuple(
        UnitLanding(
            node=node,
            tier=int(over.tiers[row]),
            known=_said(kept["known"], row),
            full=_said(kept["full"], row),
            low=_said(kept["low"], row),
            high=_said(kept["high"], row),
            odds=_said(kept["odds"], row),
            pace=None if levels else _said(kept["needed"], row),
            usual=None if levels else _said(usual, row),
            last=_said(last, row),
            past=int(found.past[row]),
            filled=int(max(above.filled[row], below.filled[row])),
            late=int(max(above.late[row], below.late[row])),
            reasons=Reason(int(found.reasons[row])),
            estimated=int(behind[row]),
        )
        for row, node in enumerate(over.nodes)
    )
