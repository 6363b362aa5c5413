"""The cases of the exact split as groups of the product."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from headrope.core.cascade.group import Group
from headrope.core.tree_sums import Tree

from .exact import Case


def group_of(case: Case, hold: list[int | None] | None = None) -> Group:
    """The group; inner units have neither weight nor base of their own."""
    tree = Tree.of(np.array(case.parent, np.int32))
    leaf = np.diff(tree.first) == 0
    return Group.of(
        tree,
        np.where(leaf, [float(each) for each in case.weight], np.nan),
        np.where(leaf, [float(each) for each in case.base], np.nan),
        floor=np.array([-np.inf if each is None else each for each in case.floor], float),
        cap=np.array([np.inf if each is None else each for each in case.cap], float),
        hold=None if hold is None else np.array([np.nan if each is None else each for each in hold], float),
    )


def without_root_bounds(case: Case) -> Case:
    """The same without the root's own bounds: the total is what it gets."""
    root = case.parent.index(-1)
    floor, cap = list(case.floor), list(case.cap)
    floor[root] = cap[root] = None
    return Case(case.parent, case.weight, case.base, tuple(floor), tuple(cap))


def totals_of(case: Case, share: Fraction) -> int:
    """A total that can be split: between what must and what may be given, or within 100 of the end that there is."""
    root = case.parent.index(-1)
    low, high = case.reach(root, case.floor, max), case.reach(root, case.cap, min)  # type: ignore[arg-type]
    if low is None and high is None:
        low, high = -200, 200
    elif low is None:
        low = high - 100  # type: ignore[operator]
    elif high is None:
        high = low + 100
    return int(low + round(share * (high - low)))  # type: ignore[operator]
