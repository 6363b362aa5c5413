"""Rows laid out along the walk of their tree, for large trees whose rows lie scattered.

>>> tree = Tree.of(np.array([1, -1, 1], np.int32))
>>> along, rows = arranged(tree)
>>> rows.tolist(), along.parent.tolist()
([0, 2, 1], [2, 2, -1])

Passes over the tree wait for memory when neighbours in the tree are far apart in the arrays: with rows in random order
they take several times as long. Lay the tree out once, take `values[rows]`, and put results back by `into[rows] = ...`.
"""

from __future__ import annotations

import numpy as np

from headrope.core.rollup import Rows
from headrope.core.tree_sums import Tree


def arranged(tree: Tree) -> tuple[Tree, Rows]:
    """The same tree with rows numbered along its walk, and the old row of each new one, int32[rows]."""
    rows = tree.walk
    place = np.empty_like(rows)
    place[rows] = np.arange(len(rows), dtype=rows.dtype)
    above = tree.parent[rows]
    return Tree.of(np.where(above >= 0, place[np.maximum(above, 0)], above).astype(np.int32)), rows
