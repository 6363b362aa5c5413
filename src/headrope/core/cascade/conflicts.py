"""Bounds that no split can keep, found before solving: each clash with the bounds that make it, and by how much.

>>> from headrope.core.tree_sums import Tree
>>> tree = Tree.of(np.array([-1, 0, 0], np.int32))
>>> group = Group.of(tree, np.array([np.nan, 1, 1]), floor=np.array([-np.inf, 60, 50]))
>>> [(found.row, found.by, [bound[:2] for bound in found.bounds]) for found in conflicts(group, 100)]
[(0, 10, [(0, 'total'), (1, 'floor'), (2, 'floor')])]
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np

from headrope.core.cascade.bounds import Bound, Conflict
from headrope.core.cascade.conflict_loops import FREE, Reach, add_bounds
from headrope.core.cascade.group import LARGEST, Floats, Group


def conflicts(group: Group, total: int) -> list[Conflict]:
    """All clashes of bounds that are no consequence of a clash below them, by row in order; none: the total can be split.

    `total` is a whole number of steps; a ValueError when it is 2^53 or more.
    """
    if abs(total) >= LARGEST:
        raise ValueError("a total is below 2^53 steps")
    reach = _reach(group, total)
    clash = add_bounds(group.tree.walk, group.tree.parent, reach, group.leaf)
    found = [
        conflict for row in np.flatnonzero(clash).tolist() for conflict in _Clash(group, total, reach, row).found()
    ]
    return sorted(found, key=lambda conflict: conflict.row)


def _reach(group: Group, total: int) -> Reach:
    low, high = _whole(group.lower), _whole(group.upper)
    low[group.root] = max(int(low[group.root]), total)
    high[group.root] = min(int(high[group.root]), total)
    return Reach(low, high, np.zeros_like(low), np.zeros_like(low))


def _whole(bounds: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.where(np.isfinite(bounds), bounds, np.sign(bounds) * FREE).astype(np.int64)


class _Clash(NamedTuple):
    """A row whose bounds clash with each other or with those below."""

    group: Group
    total: int
    reach: Reach
    row: int

    def found(self) -> list[Conflict]:
        """The row's own two bounds, or one of them against those below."""
        reach, row = self.reach, self.row
        low, high = int(reach.lower[row]), int(reach.upper[row])
        least, most = int(reach.least[row]), int(reach.most[row])
        in_all = max(low, least) - min(high, most)
        if low > high:
            return [Conflict(row, (self._bound(row, -1), self._bound(row, 1)), low - high, max(low - high, in_all))]
        made = []
        if least > high:
            made.append(self._conflict(1, high, least, in_all))
        if most < low:
            made.append(self._conflict(-1, -low, -most, in_all))
        return made

    def _conflict(self, side: int, limit: int, needed: int, in_all: int) -> Conflict:
        """The row's bound on a side against what is below; amounts are taken with the sign of the side."""
        below = self._below(side, needed - limit - 1)
        by = side * sum(bound.amount for bound in below) - limit
        return Conflict(self.row, (self._bound(self.row, side), *below), by, max(by, in_all))

    def _below(self, side: int, spare: int) -> list[Bound]:
        """Bounds that cover everything below and still clash: those of upper units wherever what that loses is spared."""
        own, children = (self.reach.lower, self.reach.least) if side > 0 else (self.reach.upper, self.reach.most)
        waiting, found = deque(self.group.tree.below(self.row).tolist()), []
        while waiting:
            row = waiting.popleft()
            mine, sum_below = side * int(own[row]), side * int(children[row])
            lost = max(0, sum_below - mine)
            if mine > -FREE and (lost <= spare or sum_below <= -FREE):
                spare -= lost if sum_below > -FREE else 0
                found.append(self._bound(row, -side))
            else:
                waiting.extend(self.group.tree.below(row).tolist())
        return sorted(found)

    def _bound(self, row: int, side: int) -> Bound:
        """The bound of a row that counts on a side; of the root, the total where it is no weaker."""
        if row == self.group.root:
            plain = self.group.lower[row] if side < 0 else self.group.upper[row]
            if (plain - self.total) * side >= 0:
                return Bound(row, "total", self.total)
        return self.group.bound(row, side)
