"""Shares of the twelve months in a year: from weights of any size, or straight."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from headrope.core.rollup import Bools
from headrope.core.rounding.limits import Floats, RoundingError

MONTHS = 12


def straight() -> Floats:
    """float64[12]: every month has the same weight."""
    return np.ones(MONTHS)


def weights_of(weights: npt.ArrayLike, rows: int) -> Floats:
    """Weights float64[12] or float64[rows, 12] as float64[rows, 12]; a RoundingError names rows that give no shares."""
    given = np.asarray(weights, np.float64)
    if given.shape not in ((MONTHS,), (rows, MONTHS)):
        raise ValueError(f"weights have the shape {given.shape} instead of {(MONTHS,)} or {(rows, MONTHS)}")
    found = np.broadcast_to(given, (rows, MONTHS))
    with np.errstate(invalid="ignore", over="ignore"):
        sums, sizes = found.sum(axis=1), np.abs(found).sum(axis=1)
        bad = ~(np.abs(sums) > 1e-9 * sizes) | ~np.isfinite(sizes)  # true for NaN and for weights that cancel
    if bad.any():
        message = "The weights of rows %(rows)s are no finite numbers, or add up to 0."
        raise RoundingError(message, "Give weights that do not cancel.", np.flatnonzero(bad).tolist())
    return found


def shares_of(weights: npt.ArrayLike, rows: int = 1) -> Floats:
    """float64[rows, 12], each row adding up to 1, from weights float64[12] or [rows, 12]: days, percentages, amounts.

    Weights made by hand may be negative as long as they do not add up to 0; a RoundingError says where they do.
    """
    found = weights_of(weights, rows)
    shares: Floats = found / found.sum(axis=1, keepdims=True)
    return shares


def weights_left(weights: npt.ArrayLike, rows: int, gone: int) -> tuple[Floats, Bools]:
    """Weights float64[rows, 12] with 0 for the months that are gone, and where they had to be made even."""
    given = weights_of(weights, rows)
    left = np.where(np.arange(MONTHS) < gone, 0.0, given)
    # The same sign as the year's, and more than what is left of weights that cancel.
    share = left.sum(axis=1) / given.sum(axis=1)
    evenly = share <= 1e-9 * np.abs(left).sum(axis=1) / np.abs(given.sum(axis=1))
    even = np.where(np.arange(MONTHS) < gone, 0.0, straight())
    return np.where(evenly[:, None], even, left), evenly
