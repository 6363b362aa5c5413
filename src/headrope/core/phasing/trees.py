"""Phases the amounts of a whole tree: months add up to years and children to parents; compiled.

>>> tree = Tree.of(np.array([-1, 0, 0], np.int32))
>>> phase_tree(np.array([0, 100, 20]), np.ones(12), tree).sum(axis=1).tolist()
[120, 100, 20]
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from headrope.core import kernels
from headrope.core.phasing.amounts import ROUGH, share_out, whole_amounts
from headrope.core.phasing.shares import MONTHS, shares_of, weights_left
from headrope.core.rollup import NOT_ALIVE
from headrope.core.rounding.limits import Ints
from headrope.core.rounding.tree_tables import round_tree_table
from headrope.core.tree_sums import Tree


def phase_tree(amounts: Ints, weights: npt.ArrayLike, tree: Tree, actual: Ints | None = None) -> Ints:
    """Months int64[nodes, 12] that add up to each node's year and over children to their parent's months.

    amounts: int64[nodes] steps of the year, weights: float64[12] or [nodes, 12]; those of leaves are read, inner nodes
    are sums. actual: int64[nodes, m], the first m months where the year is under way (rules as of rephase). Every month
    of every node, inner ones too, is the floor or ceiling of its exact part, but for floats' precision; alone (phase) a
    leaf could be closer, and months of a large group would drift. Leaves beyond 2^45 steps are phased alone. Rows that
    are not alive come out as 0.
    """
    count = len(tree.parent)
    leaf = (np.diff(tree.first) == 0) & (tree.parent != NOT_ALIVE)
    year = whole_amounts(amounts)
    gone = np.zeros((count, 0), np.int64) if actual is None else np.asarray(actual, np.int64)
    if year.shape != (count,) or gone.shape[:1] != (count,) or gone.ndim != 2 or gone.shape[1] >= MONTHS:
        raise ValueError(f"amounts of shape {year.shape} and months of shape {gone.shape} are none of {count} nodes")
    year = np.where(leaf, year, 0)
    given = np.asarray(weights, np.float64)
    given = np.where(leaf[:, None], np.broadcast_to(given, (count, MONTHS)), 1.0)
    left, _ = weights_left(given, count, gone.shape[1])
    gone = np.where(leaf[:, None], gone, 0)
    rest = whole_amounts(year - gone.sum(axis=1))
    parts = shares_of(left, count) * rest[:, None]
    large = np.abs(rest) > ROUGH  # floats have lost steps: these are rounded alone, exactly
    parts[large] = share_out(rest[large], left[large])
    parts[:, : gone.shape[1]] = gone
    parts = kernels.add_up(parts[:, :, None], tree)[:, :, 0]
    return round_tree_table(parts, tree, kernels.add_up(year[:, None, None], tree)[:, 0, 0])
