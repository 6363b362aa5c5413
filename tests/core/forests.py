"""Random forests and the plain recursive definition of a total, for the tests of the roll-up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from headrope.core.rollup import NOT_ALIVE, ROOT, Rows


@st.composite
def forests(draw: st.DrawFn, most: int = 8, dead: bool = True) -> Rows:
    """Parents by row: some roots, some rows that are not alive; a parent may stand before or after its children."""
    count = draw(st.integers(1, most))
    order = draw(st.permutations(range(count)))
    parent = np.full(count, ROOT, np.int32)
    alive: list[int] = []
    for row in order:
        above = draw(st.sampled_from([ROOT, *([NOT_ALIVE] if dead else []), *alive]))
        parent[row] = above
        if above != NOT_ALIVE:
            alive.append(row)
    return parent


def children(parent: Sequence[int] | Rows, row: int) -> list[int]:
    """The children in row order."""
    return [each for each in range(len(parent)) if parent[each] == row]


def subtree(parent: Sequence[int] | Rows, row: int) -> list[int]:
    """The row and all below it."""
    return [row, *(below for child in children(parent, row) for below in subtree(parent, child))]


def total(parent: Rows, row: int, own: Callable[[int], Any]) -> Any:
    """Own value first, then the children's totals in row order: the order that the specification states."""
    found = own(row)
    for child in children(parent, row):
        found = found + total(parent, child, own)
    return found
