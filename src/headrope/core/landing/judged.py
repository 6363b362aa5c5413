"""How good landings were that somebody made, held against what came and against the naive lights; plain NumPy.

>>> made = Made(np.array([110.0]), np.array([100.0]), np.array([120.0]), np.array([0.8]), np.array([True]),
...             np.array([105.0]), np.array([90.0]), np.array([112.0]), np.array([104.0]))
>>> found = score(made)
>>> found.rows, round(found.wape, 3), found.coverage, round(found.brier, 2), found.brier_straight, found.brier_share
(1, 0.058, 1.0, 0.64, 0.0, 1.0)

docs/spec/landing-runs.md, section 6.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from headrope.core.landing import scores
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.scores import Bin
from headrope.core.rollup import Bools


class Made(NamedTuple):
    """Landings of some rows, and what came: float64[rows], NaN where nothing is known.

    `more` bool[rows]: more is better. `straight` and `share` are the naive landings: the same pace, last year's share.
    """

    full: Numbers
    low: Numbers
    high: Numbers
    odds: Numbers
    more: Bools
    target: Numbers
    straight: Numbers
    share: Numbers
    actual: Numbers


class Score(NamedTuple):
    """Of so many rows with an outcome: errors over the sum of actuals, of the landing and both lights; the share of
    outcomes within the range; Brier scores of the odds and of both lights (0 or 1), on the rows that had odds; and the
    reliability table. What was certain is no odds. NaN where nothing can be said."""

    rows: int
    wape: float
    wape_straight: float
    wape_share: float
    coverage: float
    brier: float
    brier_straight: float
    brier_share: float
    bins: tuple[Bin, ...]


def score(made: Made) -> Score:
    """Score the landings whose outcome is known; all are held against the same rows."""
    there = ~np.isnan(made.actual) & ~np.isnan(made.full)
    columns: list[Any] = [each[there] for each in made]
    kept = Made(*columns)
    fair = ~np.isnan(kept.straight) & ~np.isnan(kept.share)
    came = _met(kept, kept.actual)
    told = np.where((kept.odds > 0) & (kept.odds < 1), kept.odds, np.nan)
    asked = np.where(np.isnan(told) | ~fair, np.nan, came)
    return Score(
        int(there.sum()),
        scores.wape(kept.actual, kept.full),
        scores.wape(kept.actual, kept.straight),
        scores.wape(kept.actual, kept.share),
        scores.coverage(kept.actual, kept.low, kept.high),
        scores.brier(told, asked),
        scores.brier(_met(kept, kept.straight), asked),
        scores.brier(_met(kept, kept.share), asked),
        tuple(scores.reliability(told, came)),
    )


def _met(made: Made, figures: Numbers) -> Numbers:
    """1 where the figures meet the target, 0 where they do not, NaN where either is unknown."""
    met = np.where(made.more, figures >= made.target, figures <= made.target)
    found: Numbers = np.where(np.isnan(figures) | np.isnan(made.target), np.nan, met)
    return found
