"""Scores of forecasts and probabilities over many rows and years; plain NumPy (docs/spec/landing.md, section 11)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.odds import RANGE

BINS = 10


class Bin(NamedTuple):
    """Probabilities from `low` up to below the next bin's: how many, their mean, and the share that came true."""

    low: float
    cases: int
    said: float
    came: float


def wape(actual: Numbers, forecast: Numbers) -> float:
    """Sum of absolute errors over the sum of absolute actuals, of what is known; NaN where that is nothing."""
    known = ~np.isnan(actual) & ~np.isnan(forecast)
    size = np.abs(actual[known]).sum()
    return float(np.abs(actual - forecast)[known].sum() / size) if size > 0 else float("nan")


def coverage(actual: Numbers, low: Numbers, high: Numbers) -> float:
    """The share of known actuals within their range, ends included."""
    known = ~np.isnan(actual) & ~np.isnan(low)
    return float(((actual >= low) & (actual <= high))[known].mean()) if known.any() else float("nan")


def interval_score(actual: Numbers, low: Numbers, high: Numbers) -> float:
    """Widths of the ranges plus 2 / (1 - RANGE) times what actuals miss them by, over the sum of absolute actuals.

    The interval score of Gneiting and Raftery (2007), equation 43, pooled over rows as WAPE is.
    """
    known = ~np.isnan(actual) & ~np.isnan(low)
    missed = np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
    score = (high - low) + 2 / (1 - RANGE) * missed
    size = np.abs(actual[known]).sum()
    return float(score[known].sum() / size) if size > 0 else float("nan")


def brier(said: Numbers, came: Numbers) -> float:
    """The mean squared difference of probabilities and what came true (1 or 0), of what is known."""
    known = ~np.isnan(said) & ~np.isnan(came)
    return float(((said - came) ** 2)[known].mean()) if known.any() else float("nan")


def reliability(said: Numbers, came: Numbers) -> list[Bin]:
    """The reliability table: bins of a tenth that have a case; the last one includes 1."""
    known = ~np.isnan(said) & ~np.isnan(came)
    said, came = said[known], came[known]
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    found = []
    for each in range(BINS):
        here = place == each
        if here.any():
            found.append(Bin(each / BINS, int(here.sum()), float(said[here].mean()), float(came[here].mean())))
    return found
