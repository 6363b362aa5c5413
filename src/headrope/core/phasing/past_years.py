"""What a unit's own past years say about its shape: shares of each year, their trimmed mean and how much they differ."""

from __future__ import annotations

import numpy as np

from headrope.core.phasing.shares import MONTHS
from headrope.core.rollup import Bools
from headrope.core.rounding.limits import Floats

TRIMMED = 4
"""From so many years on the lowest and the highest share of each month are left out."""


def year_shares(history: Floats) -> tuple[Floats, Bools]:
    """Shares [units, years, 12] of the months in each year, none negative, and the years [units, years] that count: all
    months known, and the year's sum at least half of the sum of their sizes. Shares of other years are 0."""
    sums, sizes = history.sum(axis=2), np.abs(history).sum(axis=2)
    counts = np.isfinite(sizes) & (sizes > 0) & (np.abs(sums) >= sizes / 2)
    shares = np.where(counts[..., None], history / np.where(counts, sums, 1.0)[..., None], 0.0)
    shares = np.maximum(shares, 0.0)  # a month against the year's sign has no share
    return shares / np.where(counts, shares.sum(axis=2), 1.0)[..., None], counts


def trimmed_mean(shares: Floats, counts: Bools, weights: Floats) -> Floats:
    """Mean shares float64[units, 12] by weights [units, years] of the years; 0 where no year counts."""
    plain = np.repeat(weights[..., None], MONTHS, axis=2)
    kept = plain.copy()
    if counts.shape[1] >= TRIMMED:
        trim = (counts.sum(axis=1) >= TRIMMED)[:, None, None]
        lowest = np.where(counts[..., None], shares, np.inf).argmin(axis=1)[:, None]
        highest = np.where(counts[..., None], shares, -1.0).argmax(axis=1)[:, None]
        for place in (lowest, highest):
            np.put_along_axis(kept, place, np.where(trim, 0.0, np.take_along_axis(kept, place, axis=1)), axis=1)
    mean = _mean(shares, kept)
    # All may lie in one month each year, and each time in another: then every share is an extreme.
    mean = np.where(mean.sum(axis=1, keepdims=True) > 0, mean, _mean(shares, plain))
    sums = mean.sum(axis=1, keepdims=True)
    return mean / np.where(sums > 0, sums, 1.0)


def _mean(shares: Floats, weights: Floats) -> Floats:
    total = weights.sum(axis=1)
    mean: Floats = (shares * weights).sum(axis=1) / np.where(total > 0, total, 1.0)
    return mean


def variance(shares: Floats, counts: Bools, mean: Floats) -> Floats:
    """How much one year differs from the mean, float64[units]: the median of squared distances over the years that count,
    times n / (n - 1); NaN for fewer than two years. The median, so that one broken year does not undo the others."""
    if not counts.shape[1]:
        return np.full(len(counts), np.nan)
    years = counts.sum(axis=1)
    distances = np.sort(np.where(counts, ((shares - mean[:, None]) ** 2).sum(axis=2), np.inf), axis=1)
    middle = np.stack([np.maximum(years - 1, 0) // 2, np.minimum(years // 2, counts.shape[1] - 1)], axis=1)
    median = np.take_along_axis(distances, middle, axis=1).mean(axis=1)
    return np.where(years > 1, np.where(years > 1, median, 0.0) * years / np.maximum(years - 1, 1), np.nan)
