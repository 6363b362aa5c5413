"""The compiled loops behind core.rounding.tables: rows are rounded alone, then columns are balanced at least cost."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from headrope.core.kernels import compiled
from headrope.core.rollup import Bools
from headrope.core.rounding.limits import Floats, Ints

States = npt.NDArray[np.int8]
WHOLE, FREE, RAISED = 0, 1, 2
"""A cell's state: whole by itself, at its floor, at its ceiling."""
NEVER = 2**62
BLOCK = 128
"""Rows whose least cost is kept together: a changed row costs a look at one block, not at all rows."""
ROOM = 2**22


@compiled
def choose(part: Ints, values: Floats, state: States, need: Ints) -> Ints:
    """Raise the `need` cells with the largest fractions in each row; the number raised in each column. [columns, rows]"""
    wide, count = part.shape
    raised = np.zeros(wide, np.int64)
    for row in range(count):
        for _ in range(need[row]):
            best = -1
            for j in range(wide):
                if state[j, row] == FREE and (best < 0 or _sooner(part, values, row, j, best)):
                    best = j
            state[best, row] = RAISED
            raised[best] += 1
    return raised


@compiled
def _sooner(part: Ints, values: Floats, row: int, one: int, other: int) -> bool:
    if part[one, row] != part[other, row]:
        return bool(part[one, row] > part[other, row])
    return bool(values[one, row] > values[other, row])


@compiled
def balance(part: Ints, state: States, excess: Ints) -> Bools:
    """Move raised cells along rows from columns with too many to those with too few, always on a cheapest path.

    `excess` [columns] adds up to 0, and rows begin at their least cost, so that every state on the way is cheapest for
    its column counts (successive shortest paths with potentials). Ends with all False; or, where no path is left, with
    the columns that are then reached from those with too many.
    """
    wide, count = part.shape
    blocks = max(1, min((count + BLOCK - 1) // BLOCK, ROOM // (wide * wide)))
    size = (count + blocks - 1) // blocks
    gap, who = np.full((wide, wide, blocks), NEVER), np.full((wide, wide, blocks), -1)
    cost, where = np.full((wide, wide), NEVER), np.zeros((wide, wide), np.int64)
    for a in range(wide):
        for b in range(wide):
            if a != b:
                for block in range(blocks):
                    _look(part, state, gap, who, a, b, block, size)
                _least(gap, cost, where, a, b)
    price, off = np.zeros(wide, np.int64), np.zeros(wide, np.int64)
    while (excess > 0).any():
        off, came, end = _cheapest(cost, price, excess)
        if end < 0:
            return off < NEVER
        price -= np.minimum(off, off[end])
        excess[end] += 1
        while came[end] >= 0:
            start = came[end]
            row = who[start, end, where[start, end]]
            state[start, row], state[end, row] = FREE, RAISED
            _renew(part, state, gap, who, cost, where, (start, end, row), size)
            end = start
        excess[end] -= 1
    return np.zeros(wide, np.bool_)


@compiled
def _look(part: Ints, state: States, gap: Ints, who: Ints, a: int, b: int, block: int, size: int) -> None:
    """The cheapest row of a block to lower in column a and raise in column b, of equal ones the first."""
    best, row = NEVER, -1
    for i in range(block * size, min((block + 1) * size, part.shape[1])):
        if state[a, i] == RAISED and state[b, i] == FREE and part[a, i] - part[b, i] < best:
            best, row = part[a, i] - part[b, i], i
    gap[a, b, block], who[a, b, block] = best, row


@compiled
def _least(gap: Ints, cost: Ints, where: Ints, a: int, b: int) -> None:
    """The block with the cheapest row."""
    best = 0
    for block in range(1, gap.shape[2]):
        if gap[a, b, block] < gap[a, b, best]:
            best = block
    cost[a, b], where[a, b] = gap[a, b, best], best


@compiled
def _renew(
    part: Ints, state: States, gap: Ints, who: Ints, cost: Ints, where: Ints, at: tuple[int, int, int], size: int
) -> None:
    """Bring costs up to date after a row has changed in two columns: look at its block only if it was the cheapest there,
    or take it if it is now."""
    one, other, row = at
    block = row // size
    for j in range(part.shape[0]):
        for a, b in ((one, j), (j, one), (other, j), (j, other)):
            if a == b:
                continue
            if who[a, b, block] == row:
                _look(part, state, gap, who, a, b, block, size)
            elif state[a, row] == RAISED and state[b, row] == FREE and part[a, row] - part[b, row] < gap[a, b, block]:
                gap[a, b, block], who[a, b, block] = part[a, row] - part[b, row], row
            else:
                continue
            if where[a, b] == block or gap[a, b, block] < cost[a, b]:
                _least(gap, cost, where, a, b)


@compiled
def _cheapest(cost: Ints, price: Ints, excess: Ints) -> tuple[Ints, Ints, int]:
    """Dijkstra's distances from all columns with too many, the way back, and the nearest column with too few (or -1)."""
    wide = len(price)
    off, came, done = np.full(wide, NEVER), np.full(wide, -1), np.zeros(wide, np.bool_)
    off[excess > 0] = 0
    for _ in range(wide):
        at = -1
        for j in range(wide):
            if not done[j] and off[j] < NEVER and (at < 0 or off[j] < off[at]):
                at = j
        if at < 0:
            return off, came, -1
        if excess[at] < 0:
            return off, came, at
        done[at] = True
        for j in range(wide):
            if not done[j] and cost[at, j] < NEVER:
                length = off[at] + cost[at, j] - price[at] + price[j]
                if length < off[j]:
                    off[j], came[j] = length, at
    return off, came, -1
