"""A total cascaded: conflicts or whole shares, the reason of every share, and the way of the tiers beside it.

>>> from headrope.core.cascade.weights import growth_weights
>>> from headrope.core.tree_sums import Tree
>>> tree = Tree.of(np.array([-1, 0, 0, 0], np.int32))
>>> base = np.array([np.nan, 50, 30, 20])
>>> group = Group.of(tree, growth_weights(base), base, cap=np.array([np.inf, 52, np.inf, np.inf]))
>>> found = cascade(group, 110)
>>> found.shares.tolist(), found.reason(1).kind, found.reason(2).kind
([110, 52, 35, 23], 'cap', 'level')
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from headrope.core.cascade.bounds import Conflict
from headrope.core.cascade.conflicts import conflicts
from headrope.core.cascade.group import Group
from headrope.core.cascade.joint import Layout, Levels, joint
from headrope.core.cascade.reasons import Reason, reason
from headrope.core.cascade.tiers import Tiers, tiers
from headrope.core.rounding.trees import round_tree


@dataclass(frozen=True)
class Cascade:
    """The joint split of a total in steps; without `levels` and `shares` where bounds clash.

    `levels` by row, not yet whole; `shares` int64[rows] add up to the parent's everywhere, keep every bound, and are
    each the floor or ceiling of its value wherever the whole tree can be rounded like that.
    """

    group: Group
    total: int
    conflicts: tuple[Conflict, ...]
    levels: Levels | None
    shares: npt.NDArray[np.int64] | None

    def reason(self, row: int) -> Reason:
        """Why the row gets what it gets; a ValueError where bounds clash."""
        if self.levels is None or self.shares is None:
            raise ValueError("bounds clash: nothing is split")
        return reason(self.group, self.levels, int(self.shares[row]), row)

    @cached_property
    def by_tiers(self) -> Tiers | None:
        """The tier-by-tier solution of the same total; None where bounds clash."""
        return None if self.conflicts else tiers(self.group, self.total)

    def gap(self, row: int) -> int | None:
        """Steps that the row would get more tier by tier than jointly; None where the tiers cannot hand down."""
        found = self.by_tiers
        if found is None or self.shares is None or not found.known[row]:
            return None
        return int(found.shares[row] - self.shares[row])


def cascade(group: Group, total: int, layout: Layout | None = None) -> Cascade:
    """Split a whole number of steps below 2^53 over the group; clashes of bounds are found first, and then nothing is split."""
    clashes = tuple(conflicts(group, total))
    if clashes:
        return Cascade(group, total, clashes, None, None)
    levels = joint(group, total, layout)
    shares = round_tree(levels.value, group.tree, total, group.lower, group.upper)
    return Cascade(group, total, (), levels, shares)
