"""Weights of the members, learnt from their past errors over all rows and held near equal ones (docs/spec/landing.md, 4)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.rollup import Bools, Rows

YEARS = 8
"""Past landings that weights are learnt from."""
RIDGE, RIDGE_ROWS = 6.0, 40.0
"""Equal weights count as much as so many years, in a tree of n rows (1 + RIDGE_ROWS / n) times as much."""
LIMIT = 3.0
"""Differences count up to so many times the usual error of their row."""


class Past(NamedTuple):
    """Members' forecasts of past landings and what came: float64[years, members, rows] and [years, rows] (NaN: unknown).

    `sizes` float64[years, rows], above 0, is the size of the rest of each row as it was known at each landing.
    """

    members: Numbers
    outcome: Numbers
    sizes: Numbers


def middle(members: Numbers, equal: int) -> Numbers:
    """The mean of the first `equal` members of [members, rows] that say something; NaN where none does."""
    said = ~np.isnan(members[:equal])
    found: Numbers = np.where(said, members[:equal], 0.0).sum(axis=0) / np.where(
        said.any(axis=0), said.sum(axis=0), np.nan
    )
    return found


def weighed(members: Numbers, size: Numbers, past: Past, depth: Rows, equal: int) -> tuple[Numbers, Numbers]:
    """The combination float64[rows] and the weights float64[members] that each member's departure from the mean has.

    Ridge regression of past errors of the equal mean on the members' departures from it, in units of each row's usual
    error; half of the weight is spread over rows, half over depths. The combination is the mean plus the departures
    so weighed. With less than two past landings it is the mean.
    """
    start, count = middle(members, equal), members.shape[0]
    if len(past.outcome) < 2:
        return start, np.zeros(count)
    means = np.stack([middle(each, equal) for each in past.members])
    errors = (past.outcome - means) / past.sizes
    scale = _scale(errors)
    used = np.isfinite(scale) & ~np.isnan(errors).all(axis=0)
    spread = _spread(depth, used)
    square, cross = np.zeros((count, count)), np.zeros(count)
    for each, mean, size_then, error in zip(past.members, means, past.sizes, errors, strict=True):
        x = _departures(each, mean, size_then * scale)
        known = ~np.isnan(error)
        y = np.where(known, np.clip(error / scale, -LIMIT, LIMIT), 0.0)
        weight = np.where(known, spread, 0.0)
        square += (x * weight) @ x.T
        cross += (x * weight) @ y
    ridge = RIDGE * (1.0 + RIDGE_ROWS / max(int(used.sum()), 1)) * np.trace(square) / count / len(errors)
    if not ridge > 0:
        return start, np.zeros(count)
    weights: Numbers = np.linalg.solve(square + ridge * np.eye(count), cross)
    unit = size * scale
    return start + (weights @ _departures(members, start, unit)) * unit, weights


def _departures(members: Numbers, mean: Numbers, unit: Numbers) -> Numbers:
    """Differences of the members [members, rows] from their mean, 0 where one is missing."""
    found: Numbers = np.clip((members - mean) / unit, -LIMIT, LIMIT)
    return np.nan_to_num(found, nan=0.0)


def _scale(errors: Numbers) -> Numbers:
    """The usual relative error of each row, float64[rows]: its own, half-way to that of the median."""
    squares = errors**2
    known = ~np.isnan(squares)
    median = float(np.median(squares[known])) if known.any() else 0.0
    count = known.sum(axis=0)
    own = np.where(count > 0, np.where(known, squares, 0.0).sum(axis=0) / np.maximum(count, 1), median)
    found: Numbers = np.sqrt(0.5 * own + 0.5 * median + 1e-12)
    return found


def _spread(depth: Rows, used: Bools) -> Numbers:
    """What each row counts for: half evenly over rows, half evenly over depths."""
    count = np.bincount(depth[used], minlength=int(depth.max(initial=0)) + 1)
    tiers, rows = max(int((count > 0).sum()), 1), max(int(count.sum()), 1)
    found: Numbers = np.where(used, 0.5 / np.maximum(count, 1)[depth] / tiers + 0.5 / rows, 0.0)
    return found
