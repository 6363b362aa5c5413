"""Sums over a tree that is laid out once: all of it, or only the ancestors of one changed row; plain NumPy.

>>> tree = Tree.of(np.array([-1, 0, 0], np.int32))
>>> own = np.array([[[0]], [[70]], [[20]]])
>>> total = add_up(own, tree)
>>> own[2] = 25
>>> refresh(total, own, tree, 2)
>>> total.ravel().tolist()
[95, 70, 25]

The rules are in docs/spec/rollup.md. core.kernels has the same functions compiled, for commands and jobs; both give the
bits of core.rollup.add_up. Shapes: `own` and `total` are [rows, components, cells].
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.rollup import Rows, Values, bottom_up

ALL = slice(None)


class Tree(NamedTuple):
    """A forest of rows as arrays, all int32[rows] except `first`.

    `parent` is as in core.rollup; `order` are the rows that have a parent, deepest first; `depth` is 0 without a parent.
    The children of a row, in row order, are `children[first[row] : first[row + 1]]`. `walk` is every row, children in
    row order and each followed by nothing but its own subtree, before their parent.
    """

    parent: Rows
    order: Rows
    depth: Rows
    first: Rows
    children: Rows
    walk: Rows

    @classmethod
    def of(cls, parent: Rows) -> Tree:
        """Lay out the forest; a ValueError when it has a cycle."""
        order = bottom_up(parent)
        depth, walk = _walk(parent.tolist(), order.tolist())
        alive = np.flatnonzero(parent >= 0).astype(np.int32)
        children = alive[np.argsort(parent[alive], kind="stable")]
        first = np.searchsorted(parent[children], np.arange(len(parent) + 1)).astype(np.int32)
        return cls(parent, order, depth, first, children, walk)

    def below(self, row: int) -> Rows:
        """The children of a row, in row order."""
        return self.children[self.first[row] : self.first[row + 1]]

    def path(self, row: int) -> list[int]:
        """The row and its ancestors, upwards."""
        found = []
        while row >= 0:
            found.append(row)
            row = int(self.parent[row])
        return found


def _walk(parent: list[int], order: list[int]) -> tuple[Rows, Rows]:
    """Depth of each row, and the walk: a subtree fills a run of places whose last one is its own root's."""
    count = len(parent)
    depth, size, last = [0] * count, [1] * count, [0] * count
    for row in order:
        size[parent[row]] += size[row]
    walk = np.empty(count, np.int32)
    free = count - 1
    # Parents first, sisters from the last to the first, so that each takes the end of the room that is left.
    for row in [*(row for row in range(count - 1, -1, -1) if parent[row] < 0), *reversed(order)]:
        above = parent[row]
        if above < 0:
            place, free = free, free - size[row]
        else:
            place, last[above] = last[above], last[above] - size[row]
            depth[row] = depth[above] + 1
        walk[place], last[row] = row, place - 1
    return np.array(depth, np.int32), walk


def add_up(own: Values, tree: Tree, into: Values | None = None) -> Values:
    """Totals of every row, shape and dtype of `own`: fresh, or written into `into`, which may be `own` itself.

    The same as core.rollup.add_up, bit for bit.
    """
    total = _begin(own, into)
    parent = tree.parent.tolist()
    for row in tree.order.tolist():
        total[parent[row]] += total[row]
    return total


def _begin(own: Values, into: Values | None) -> Values:
    if into is None:
        return own.copy(order="C")
    if into is not own:
        into[...] = own
    return into


def pass_up(total: Values, tree: Tree, row: int, change: Values, cells: slice = ALL) -> None:
    """Add a whole-number change [components, chosen cells] of the row to its total and to those of all its ancestors."""
    if total.dtype.kind == "f":
        raise TypeError("floats are added again and not changed by differences; use refresh")
    total[tree.path(row), :, cells] += change


def refresh(total: Values, own: Values, tree: Tree, row: int, cells: slice = ALL) -> None:
    """Bring the totals of a row and its ancestors up to date after `own[row]` has changed in these cells.

    The same bits as adding everything: whole numbers go up as one exact difference, floats are added again, own value
    first and children in row order.
    """
    if total.dtype.kind == "f":
        for each in tree.path(row):
            total[each, :, cells] = _added(total, own, tree, each, cells)
    else:
        pass_up(total, tree, row, _added(total, own, tree, row, cells) - total[row, :, cells], cells)


def _added(total: Values, own: Values, tree: Tree, row: int, cells: slice) -> Values:
    """The row's own values plus its children's totals, in order."""
    below = tree.below(row)
    if not len(below):
        mine: Values = own[row, :, cells]
        return mine
    parts = np.concatenate([own[None, row, :, cells], total[below, :, cells]])
    # accumulate goes from row to row; NumPy's own sum may add in strands
    sums: Values = np.add.accumulate(parts, axis=0, dtype=total.dtype)
    last: Values = sums[-1]
    return last
