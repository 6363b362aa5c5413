"""Rounds a list or the rows of a table so that the sum is exact; plain NumPy.

>>> round_list(np.array([2.5, 2.5, 5.0]), cap=np.array([np.inf, 2.9, np.inf])).tolist()
[3, 2, 5]
>>> round_rows(np.array([[0.5, 0.5], [1.2, -0.2]]), np.array([1, 1])).tolist()
[[1, 0], [1, 0]]
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from headrope.core.rounding.limits import (
    NO_BOUND,
    Bounds,
    Floats,
    Ints,
    RoundingError,
    check_order,
    check_total,
    checked,
    inward,
)


class Split(NamedTuple):
    """Values as whole steps below and the fraction above, in [0, 1)."""

    below: Ints
    fraction: Floats

    @classmethod
    def of(cls, values: Floats) -> Split:
        """Split any shape. What is nearer to the next whole number than a float can tell counts as that number."""
        below = np.floor(values)
        fraction = values - below
        up = fraction >= 1.0  # -1e-20 - floor(-1e-20)
        return cls((below + up).astype(np.int64), np.where(up, 0.0, fraction))


def nearest(values: Floats) -> int:
    """The whole number nearest to the sum of the values, a half going to the even one; the sum is rounded only once, to a
    float, so that the order of values does not matter."""
    return round(math.fsum(values))


def round_list(
    values: Floats,
    total: int | None = None,
    floor: Floats | None = None,
    cap: Floats | None = None,
    order: Ints | None = None,
) -> Ints:
    """Whole steps int64[n] with the sum `total` that minimise the sum of squared differences from the values.

    values: float64[n], in steps, finite, at most 2^53. total: None means the whole number nearest to their sum (half to
    even) that the bounds allow. floor, cap: float64[n] in steps, need not be whole, +-inf where there is none. order:
    int[n], decides between rows of the same fraction and the same value (smaller first; else the place of the row).

    Without bounds that interfere this is the method of largest remainders. A RoundingError names what contradicts.
    """
    numbers = checked(values)
    if numbers.ndim != 1:
        raise ValueError("a list has one dimension")
    bounds, keys = inward(floor, cap, len(numbers)), check_order(order, len(numbers))
    wanted = nearest(numbers) if total is None else check_total(total)
    least, most = _reach(bounds)
    if total is None:
        wanted = min(max(wanted, least), most)
    _check_reach(wanted, least, most)
    split = Split.of(numbers)
    level = _level(split.below, bounds, wanted)
    found = np.clip(split.below + level, *bounds)
    free = np.flatnonzero(np.clip(split.below + level + 1, *bounds) > found)
    first = np.lexsort((free, keys[free], -numbers[free], -split.fraction[free]))
    found[free[first[: wanted - int(found.sum())]]] += 1
    return found


def _reach(bounds: Bounds) -> tuple[int, int]:
    """The smallest and the largest sum that the bounds allow; +-NO_BOUND where one is open. Rows must not contradict."""
    crossed = np.flatnonzero(bounds.low > bounds.high)
    if len(crossed):
        message = "No whole number of steps lies between the floor and the cap of rows %(rows)s."
        raise RoundingError(message, "Lower the floor or raise the cap.", crossed.tolist())
    low, high = bounds
    least = -NO_BOUND if (low == -NO_BOUND).any() else int(low.sum())
    most = NO_BOUND if (high == NO_BOUND).any() else int(high.sum())
    return least, most


def _check_reach(total: int, least: int, most: int) -> None:
    if total < least:
        message = "The floors add up to %(steps)s steps more than the total."
        raise RoundingError(message, "Lower a floor or raise the total.", [], least - total)
    if total > most:
        message = "The caps add up to %(steps)s steps less than the total."
        raise RoundingError(message, "Raise a cap or lower the total.", [], total - most)


def _level(below: Ints, bounds: Bounds, total: int) -> int:
    """The whole number k with sum(clip(below + k)) <= total <= sum(clip(below + k + 1)); one that exists.

    Strides are doubled from a level that is not over, so that no sum on the way reaches 2^63 (see SUM_LIMIT).
    """

    def over(level: int) -> bool:
        return int(np.clip(below + level, *bounds).sum()) > total

    low, high = 0, 1  # not over at low, over at high: first looked for with growing strides
    while over(low):
        low, high = 2 * low - 1, low
    while high < NO_BOUND and not over(high):  # never over where all are at their caps
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if over(middle) else (middle, high)
    return low


def round_rows(values: Floats, totals: Ints) -> Ints:
    """Each row of float64[n, columns] rounded as by round_list to its total, int64[n]; ties go to the earlier column."""
    numbers, sums = checked(values), np.asarray(totals, np.int64)
    if numbers.ndim != 2 or not numbers.shape[1] or sums.shape != numbers.shape[:1]:
        raise ValueError(f"values of shape {numbers.shape} have no rows with totals of shape {sums.shape}")
    checked(sums)
    found, fraction = Split.of(numbers)
    level, rest = np.divmod(sums - found.sum(axis=1), numbers.shape[1])
    # lexsort's last key counts first; it is stable, so that equal values stay in the order of columns
    first = np.lexsort((-numbers, -fraction), axis=1)
    more = np.zeros(found.shape, bool)
    np.put_along_axis(more, first, np.arange(numbers.shape[1]) < rest[:, None], axis=1)
    found += level[:, None] + more
    return found
