"""Weights to split by: history, capacity, a reference measure, growth of a base, or equal for all.

>>> history = np.array([[10, 4, np.nan], [12, 6, 8]])
>>> mean_of_years(history, 2).tolist(), growth_weights(np.array([-5.0, 8])).tolist()
([11.0, 5.0, 8.0], [5.0, 8.0])
"""

from __future__ import annotations

import numpy as np

from headrope.core.cascade.group import Bools, Floats, Group, Rows


def mean_of_years(history: Floats, years: int = 1) -> Floats:
    """The mean of the last `years` of float64[years, rows], oldest first, over those that are known (not nan).

    nan where none of them is known. 1 means last year's values.
    """
    if not 1 <= years <= len(history):
        raise ValueError(f"there are {len(history)} years, and {years} are asked for")
    last = history[-years:]
    known = ~np.isnan(last)
    counts = known.sum(axis=0)
    sums = np.where(known, last, 0.0).sum(axis=0)
    means: Floats = np.divide(sums, counts, out=np.full(last.shape[1], np.nan), where=counts > 0)
    return means


def growth_weights(base: Floats) -> Floats:
    """Weights that make every unit grow by the same share of its base: the base without its sign, also of a loss."""
    return np.abs(base)


def equal_weights(rows: int) -> Floats:
    """The same weight for every unit: amounts above the bases are equal."""
    return np.ones(rows)


def unfit(leaf: Bools, weight: Floats) -> Rows:
    """Leaves whose number is no weight: unknown, infinite or below 0. A reference measure may have such."""
    wrong = leaf & ~(np.isfinite(weight) & (weight >= 0))
    return np.flatnonzero(wrong).astype(np.int32)


def weightless(group: Group) -> bool:
    """Whether there is something to split and no leaf that is not held has a weight."""
    free = group.leaf & (group.lower < group.upper)
    return bool(free.any() and not (group.weight[free] > 0).any())
