"""A tree laid out along its walk is the same tree."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from headrope.core.landing.arranging import arranged
from headrope.core.rollup import Rows
from headrope.core.tree_sums import Tree

from ..forests import forests


@given(forests(most=12))
def test_rows_are_numbered_along_the_walk_and_keep_their_parents(parent: Rows) -> None:
    tree = Tree.of(parent)

    along, rows = arranged(tree)

    assert along.walk.tolist() == list(range(len(parent)))
    assert sorted(rows.tolist()) == list(range(len(parent)))
    old = np.where(along.parent >= 0, rows[np.maximum(along.parent, 0)], along.parent)
    assert old.tolist() == parent[rows].tolist()
