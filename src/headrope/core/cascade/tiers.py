"""The tier-by-tier solution: each parent splits what it was given among its children, and sees no further down.

>>> tree = Tree.of(np.array([-1, 0, 0, 1, 1], np.int32))
>>> nan, inf = np.nan, np.inf
>>> group = Group.of(tree, np.array([nan, nan, 2, 1, 1]), cap=np.array([inf, inf, inf, 5, 5]))
>>> tiers(group, 100).broken
[(1, -40)]
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.cascade.group import Floats, Group
from headrope.core.cascade.joint import Levels, fresh
from headrope.core.cascade.level_loops import Runs, fill_tiers
from headrope.core.rollup import NOT_ALIVE
from headrope.core.rounding.trees import round_tree
from headrope.core.tree_sums import Tree


class Tiers(NamedTuple):
    """What the tiers hand down: values, nan where nothing can be handed down, and whole `shares` where `known`.

    `broken` are rows whose children cannot make up their share, with the steps by which the children's own floors are
    above it (more than 0) or their caps short of it (less than 0).
    """

    levels: Levels
    shares: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_]
    broken: list[tuple[int, int]]


def tiers(group: Group, total: int) -> Tiers:
    """Split a total over the tree, one tier after the other.

    A parent knows of each child its weight and base, or where they are nan the sums of those below, and its own floor,
    cap and hold. It does not know the bounds further down: a share that those cannot keep is found one tier later.
    """
    weight, base = _sums(group.weight, group.tree), _sums(group.base, group.tree)
    found, broken = fresh(len(weight)), np.zeros(len(weight))
    rows = group.tree.parent
    fill_tiers(group.tree, Runs(rows, rows, weight, base, group.lower, group.upper), float(total), found, broken)
    known = ~np.isnan(found.value)
    stuck = [(row, int(np.copysign(np.ceil(abs(broken[row])), broken[row]))) for row in np.flatnonzero(broken).tolist()]
    levels = Levels(found.value, found.free, found.side, found.tier, found.level)
    return Tiers(levels, _whole(group, found.value, known, total), known, stuck)


def _whole(group: Group, value: Floats, known: npt.NDArray[np.bool_], total: int) -> npt.NDArray[np.int64]:
    """Whole steps of the part of the tree that got something; 0 elsewhere. The root's own bounds do not count."""
    tree = group.tree
    if not known.all():
        tree = Tree.of(np.where(known, tree.parent, NOT_ALIVE).astype(np.int32))
    counts = known & (np.arange(len(known)) != group.root)
    floor, cap = np.where(counts, group.lower, -np.inf), np.where(counts, group.upper, np.inf)
    return round_tree(np.where(known, value, 0.0), tree, total, floor, cap)


def _sums(given: Floats, tree: Tree) -> Floats:
    """Each row's own number where it has one, else the sum of its children's."""
    found, own = given.copy(), ~np.isnan(given)
    found[~own] = 0.0
    parent = tree.parent
    for tier in range(int(tree.depth.max(initial=0)), 0, -1):
        rows = np.flatnonzero((tree.depth == tier) & (parent >= 0))
        rows = rows[~own[parent[rows]]]
        np.add.at(found, parent[rows], found[rows])
    return found
