"""Rounds the values of a tree so that children add up to their parent, everywhere and within all bounds; compiled.

>>> tree = Tree.of(np.array([-1, 0, 0, 1, 1], np.int32))
>>> round_tree(np.array([10.0, 3.5, 6.5, 1.75, 1.75]), tree).tolist()
[10, 3, 7, 2, 1]
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from headrope.core.rollup import NOT_ALIVE, ROOT, Bools
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
from headrope.core.rounding.lists import Split, nearest
from headrope.core.rounding.tree_loops import Given, Ranges, add_up_bounds, hand_down, share
from headrope.core.tree_sums import Tree

TOLERANCE = 1e-9


def round_tree(
    values: Floats,
    tree: Tree,
    total: int | None = None,
    floor: Floats | None = None,
    cap: Floats | None = None,
    order: Ints | None = None,
) -> Ints:
    """Whole steps int64[nodes] of which children add up to their parent, every bound is kept, and every node is the
    floor or ceiling of its own value wherever one such rounding of the whole tree exists.

    values: float64[nodes] in steps; those of inner nodes are the sums of their children's. total: what the roots add up
    to; None: each root is the whole number nearest to its value (half to even) that the bounds allow. floor, cap, order:
    as of round_list, for any node. Among sisters the sum of squared differences is least; equal fractions are decided by
    the larger value, then by `order`. Rows that are not alive come out as 0.

    A RoundingError names nodes whose bounds contradict those below them, or roots that cannot reach the total. Values
    that do not add up are a ValueError. Two passes over the tree and one selection in each family.
    """
    count = len(tree.parent)
    alive = tree.parent != NOT_ALIVE
    numbers = checked(values, alive)
    if numbers.shape != (count,):
        raise ValueError(f"values have the shape {numbers.shape} instead of {(count,)}")
    check_adds_up(numbers, tree)
    bounds, split = inward(_of(alive, floor, -np.inf), _of(alive, cap, np.inf), count), Split.of(numbers)
    given = Given(numbers, split.below, split.fraction, check_order(order, count))
    ranges = Ranges(bounds.low.copy(), bounds.high.copy(), np.zeros(count, np.int64), np.zeros(count, np.int64))
    crossed = add_up_bounds(given, tree, ranges, bounds.low, bounds.high)
    if crossed.any():
        raise _contradiction(bounds, ranges, np.flatnonzero(crossed))
    found = np.zeros(count, np.int64)
    roots = np.flatnonzero(tree.parent == ROOT)
    if total is None:
        for root in roots.tolist():
            wanted = nearest(numbers[root : root + 1])
            found[root] = min(max(wanted, int(ranges.least[root])), int(ranges.most[root]))
    else:
        wanted = check_total(total)
        _check_roots(ranges, roots, wanted)
        share(given, ranges, roots.astype(np.int32), wanted, found)
    hand_down(given, tree, ranges, found)
    return found


def _of(alive: Bools, bound: Floats | None, none: float) -> Floats | None:
    """Bounds of rows that are not alive are not read."""
    return bound if bound is None or len(bound) != len(alive) else np.where(alive, bound, none)


def check_adds_up(values: Floats, tree: Tree) -> None:
    """Raise ValueError unless inner values [nodes, ...] are the sums of their children's, to floats' precision."""
    shape = values.shape[1:]
    sums, sizes = np.zeros((len(values), *shape)), np.zeros((len(values), *shape))
    above = tree.parent[tree.children]
    np.add.at(sums, above, values[tree.children])
    np.add.at(sizes, above, np.abs(values[tree.children]))
    inner = np.diff(tree.first) > 0
    off = np.abs(values - sums) > TOLERANCE * (1.0 + sizes + np.abs(values))
    wrong = np.flatnonzero(off.reshape(len(values), -1).any(axis=1) & inner)
    if len(wrong):
        raise ValueError(f"the values of the children of row {wrong[0]} do not add up to its own")


def _contradiction(bounds: Bounds, ranges: Ranges, rows: npt.NDArray[np.intp]) -> RoundingError:
    """What is wrong at the first of the rows, which other rows have the same, and by how many steps at the first."""
    own = bounds.low > bounds.high
    kinds = np.where(own, 0, np.where(ranges.low == bounds.low, 1, 2))
    message = (
        "No whole number of steps lies between the floor and the cap of rows %(rows)s.",
        "Below rows %(rows)s the caps add up to less than the floor above them, by %(steps)s steps.",
        "Below rows %(rows)s the floors add up to more than the cap above them, by %(steps)s steps.",
    )[kinds[rows[0]]]
    same = rows[kinds[rows] == kinds[rows[0]]]
    steps = int(ranges.low[rows[0]] - ranges.high[rows[0]])
    return RoundingError(message, "Lower a floor or raise a cap.", same.tolist(), steps)


def _check_roots(ranges: Ranges, roots: npt.NDArray[np.intp], total: int) -> None:
    low, high = ranges.low[roots], ranges.high[roots]
    least = -NO_BOUND if (low == -NO_BOUND).any() else int(low.sum())
    most = NO_BOUND if (high == NO_BOUND).any() else int(high.sum())
    if total < least:
        message = "The floors add up to %(steps)s steps more than the total."
        raise RoundingError(message, "Lower a floor or raise the total.", roots.tolist(), least - total)
    if total > most:
        message = "The caps add up to %(steps)s steps less than the total."
        raise RoundingError(message, "Raise a cap or lower the total.", roots.tolist(), total - most)
