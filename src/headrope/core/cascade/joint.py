"""The joint solution: one level for the whole tree, and one of their own for units below a bound that binds.

>>> tree = Tree.of(np.array([-1, 0, 0, 1, 1], np.int32))
>>> group = Group.of(tree, np.array([np.nan, np.nan, 2, 1, 1]), cap=np.array([np.inf, 10, np.inf, 8, np.inf]))
>>> joint(group, 100).value.tolist()
[100.0, 10.0, 90.0, 5.0, 5.0]
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.cascade.group import Floats, Group
from headrope.core.cascade.level_loops import Found, Places, Runs, Sides, find_levels, subtree_starts
from headrope.core.tree_sums import Tree


class Levels(NamedTuple):
    """A solution by row, in steps and not yet whole.

    `value` float64; `free` what the level of the unit above gives before the own bounds; `side` -1 where the lower
    bound stops the unit, 1 where the upper does; `tier` and `level` are those that leaves are filled by: tier 0 the
    level of weights, 1 or -1 the even addition to leaves without weight once all weights are exhausted.
    """

    value: Floats
    free: Floats
    side: Sides
    tier: Sides
    level: Floats


class Layout(NamedTuple):
    """A tree in walk order: the place of each row, and by place the parent's place and the start of the subtree."""

    place: Places
    up: Places
    first: Places

    @classmethod
    def of(cls, tree: Tree) -> Layout:
        """Lay out a tree with one root."""
        place = np.empty(len(tree.walk), np.int32)
        place[tree.walk] = np.arange(len(tree.walk), dtype=np.int32)
        up = place[tree.parent[tree.walk]]
        up[-1] = len(up) - 1
        return cls(place, up, subtree_starts(up))


def joint(group: Group, total: float, layout: Layout | None = None) -> Levels:
    """The split of a total, a finite number of steps, that keeps all bounds; conflicts must have been ruled out before.

    The total itself stands at the root, whatever the root's own bounds. O(nodes) for each pass and about ten passes,
    once more for the subtree of each bound that binds; docs/spec/cascade.md, section 4.
    """
    held = layout or Layout.of(group.tree)
    walk = group.tree.walk
    fields = (group.weight[walk], group.base[walk], group.lower[walk], group.upper[walk])
    found = fresh(len(walk))
    find_levels(Runs(held.up, held.first, *fields), found, float(total))
    at = held.place
    return Levels(found.value[at], found.free[at], found.side[at], found.tier[at], found.level[at])


def fresh(places: int) -> Found:
    """Room for what is found of so many places."""
    floats = [np.zeros(places) for _ in range(5)]
    sides = [np.zeros(places, np.int8) for _ in range(2)]
    return Found(floats[0], floats[1], sides[0], sides[1], floats[2], floats[3], floats[4])
