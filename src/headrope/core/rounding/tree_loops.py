"""The compiled loops behind core.rounding.trees: bounds up the tree, amounts down it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.kernels import compiled
from headrope.core.rollup import Bools, Rows
from headrope.core.rounding.limits import NO_BOUND, Floats, Ints
from headrope.core.tree_sums import Tree


class Given(NamedTuple):
    """Values by row, split into whole steps below and the fraction above, and the caller's keys for ties."""

    values: Floats
    below: Ints
    fraction: Floats
    order: Ints


class Ranges(NamedTuple):
    """What a node may get, all int64[nodes].

    `low` to `high`: what its own bounds and those below it allow. `least` to `most`: with every node of its subtree at
    the floor or ceiling of its own value; where that is impossible, the nearest to it.
    """

    low: Ints
    high: Ints
    least: Ints
    most: Ints


@compiled
def _clip(value: int, low: int, high: int) -> int:
    return low if value < low else (high if value > high else value)


@compiled
def add_up_bounds(given: Given, tree: Tree, ranges: Ranges, floors: Ints, caps: Ints) -> Bools:
    """Fill the ranges from the leaves up; true where a node's floors and caps leave nothing between them."""
    count = len(given.values)
    crossed = np.zeros(count, np.bool_)
    low, high, least, most = ranges.low, ranges.high, ranges.least, ranges.most
    sums = np.zeros((count, 4), np.int64)
    for row in tree.walk:
        floor, cap, inner = floors[row], caps[row], tree.first[row + 1] > tree.first[row]
        if inner:
            floor, cap = max(floor, sums[row, 0]), min(cap, sums[row, 1])
        if floor > cap:
            crossed[row] = True
        low[row], high[row] = floor, cap
        cap = max(floor, cap)
        at = given.below[row]
        small, large = _clip(at, floor, cap), _clip(at + (given.fraction[row] > 0.0), floor, cap)
        if inner:
            # As near to its own floor and ceiling as can be; those below give way only if nothing is common to both.
            under, over = max(small, sums[row, 2]), min(large, sums[row, 3])
            if under > over:
                under = over = large if sums[row, 2] > large else small
            small, large = under, over
        least[row], most[row] = small, large
        above = tree.parent[row]
        if above >= 0:
            open_low = floor == -NO_BOUND or sums[above, 0] == -NO_BOUND
            open_high = cap == NO_BOUND or sums[above, 1] == NO_BOUND
            sums[above, 0] = -NO_BOUND if open_low else sums[above, 0] + floor
            sums[above, 1] = NO_BOUND if open_high else sums[above, 1] + cap
            sums[above, 2] += small
            sums[above, 3] += large
    return crossed


@compiled
def hand_down(given: Given, tree: Tree, ranges: Ranges, found: Ints) -> None:
    """Share out what each node has among its children, parents first; the roots have theirs already."""
    for place in range(len(tree.walk) - 1, -1, -1):
        row = tree.walk[place]
        if tree.first[row + 1] > tree.first[row]:
            share(given, ranges, tree.children[tree.first[row] : tree.first[row + 1]], found[row], found)


@compiled
def share(given: Given, ranges: Ranges, rows: Rows, total: int, found: Ints) -> None:
    """Share a total that can be reached among sisters: within least..most as long as that goes, then within low..high."""
    count, small, large = len(rows), 0, 0
    for row in rows:
        small += ranges.least[row]
        large += ranges.most[row]
    low, high = np.empty(count, np.int64), np.empty(count, np.int64)
    for i in range(count):
        row = rows[i]
        low[i] = ranges.low[row] if total < small else (ranges.most[row] if total > large else ranges.least[row])
        high[i] = ranges.least[row] if total < small else (ranges.high[row] if total > large else ranges.most[row])
    level = _level(given, rows, low, high, total)
    free, many, rest = np.empty(count, np.int32), 0, total
    for i in range(count):
        row = rows[i]
        found[row] = _clip(given.below[row] + level, low[i], high[i])
        rest -= found[row]
        if _clip(given.below[row] + level + 1, low[i], high[i]) > found[row]:
            free[many] = row
            many += 1
    if 0 < rest < many:
        _to_the_front(given, free[:many], rest)
    for i in range(rest):
        found[free[i]] += 1


@compiled
def _level(given: Given, rows: Rows, low: Ints, high: Ints, total: int) -> int:
    """The level of core.rounding.lists, found in the same way."""
    under, over = 0, 1
    while _over(given, rows, low, high, under, total):
        under, over = 2 * under - 1, under
    while over < NO_BOUND and not _over(given, rows, low, high, over, total):
        under, over = over, 2 * over
    while over - under > 1:
        middle = (under + over) // 2
        if _over(given, rows, low, high, middle, total):
            over = middle
        else:
            under = middle
    return under


@compiled
def _over(given: Given, rows: Rows, low: Ints, high: Ints, level: int, total: int) -> bool:
    filled = 0
    for i in range(len(rows)):
        filled += _clip(given.below[rows[i]] + level, low[i], high[i])
    return bool(filled > total)


@compiled
def _before(given: Given, one: int, other: int) -> bool:
    """Whether one row takes a step before the other: larger fraction, larger value, smaller key, earlier row."""
    if given.fraction[one] != given.fraction[other]:
        return bool(given.fraction[one] > given.fraction[other])
    if given.values[one] != given.values[other]:
        return bool(given.values[one] > given.values[other])
    if given.order[one] != given.order[other]:
        return bool(given.order[one] < given.order[other])
    return one < other


@compiled
def _to_the_front(given: Given, rows: Rows, count: int) -> None:
    """Bring the `count` rows that come first to the front, in any order: quickselect, its pivots spread over the rows."""
    first, last, seed = 0, len(rows) - 1, 1
    while first < last:
        seed = (seed * 1103515245 + 12345) % 2147483648
        pivot = rows[first + seed % (last - first + 1)]
        i, j = first, last
        while i <= j:
            while _before(given, rows[i], pivot):
                i += 1
            while _before(given, pivot, rows[j]):
                j -= 1
            if i <= j:
                rows[i], rows[j] = rows[j], rows[i]
                i += 1
                j -= 1
        if count <= j:  # rows first..j come before i..last
            last = j
        elif count > i:
            first = i
        else:
            return
