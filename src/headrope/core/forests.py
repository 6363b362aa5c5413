"""A tree whose edges may pass on a part of a total or nothing, with segments across it: all totals, or a change's path.

>>> forest = Forest.of(np.array([-1, 0, 0], np.int32), {2: WHOLE // 2})
>>> total = np.array([[[0]], [[70]], [[25]]])
>>> add_up(total, forest)
>>> total.ravel().tolist()  # half of 25 is 12.5, half to even
[82, 70, 25]

The rules are in docs/spec/rollup.md, sections 2 and 8. Arrays are [rows, components, cells].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from headrope.core.holdings import WHOLE, share_of
from headrope.core.rollup import Rows, Values
from headrope.core.tree_sums import Tree

Operation = Literal["sum", "count", "largest", "smallest"]
"""How parts are joined; a count is a sum that goes up whole wherever anything goes up."""


@dataclass(frozen=True)
class Forest:
    """`edges` are billionths of those rows whose total does not go up whole; `segments` the rows that make each up."""

    tree: Tree
    edges: Mapping[int, int]
    segments: Mapping[int, list[int]]

    @classmethod
    def of(
        cls, parents: Rows, edges: Mapping[int, int] | None = None, segments: Mapping[int, list[int]] | None = None
    ) -> Forest:
        """Lay out the tree; a ValueError when it has a cycle."""
        return cls(Tree.of(parents), edges or {}, segments or {})

    @cached_property
    def plain(self) -> bool:
        """Whether every total goes up whole."""
        return not self.edges

    @cached_property
    def segments_of(self) -> dict[int, list[int]]:
        """The segments that a row is part of."""
        found: dict[int, list[int]] = defaultdict(list)
        for segment, members in self.segments.items():
            for member in members:
                found[member].append(segment)
        return found


def neutral(operation: Operation, exact: bool) -> int | float:
    """What stands where nothing is: it changes no total."""
    if operation in ("sum", "count"):
        return 0
    size: int | float = 2**62 if exact else np.inf
    return -size if operation == "largest" else size


def _join(into: Values, part: Values, operation: Operation) -> None:
    """Take the part into the total, in place."""
    if operation in ("sum", "count"):
        into += part
    elif operation == "largest":
        np.maximum(into, part, out=into)
    else:
        np.minimum(into, part, out=into)


def passed_on(total: Values, edge: int | None, operation: Operation = "sum") -> Values:
    """What goes up of a total by an edge of so many billionths (None: all of it); `edge` is not 0."""
    if edge is None or edge == WHOLE or operation != "sum":
        return total
    if total.dtype.kind == "f":
        part: Values = total * (edge / WHOLE)
        return part
    return share_of(total, edge)


def add_up(total: Values, forest: Forest, operation: Operation = "sum", *, counts: bool = False) -> None:
    """Turn own values into totals, in place: children by row, deepest tier first, then segments.

    `counts` go up whole wherever anything goes up.
    """
    parent, edges = forest.tree.parent.tolist(), forest.edges
    for row in forest.tree.order.tolist():
        edge = edges.get(row)
        if edge != 0:
            _join(total[parent[row]], passed_on(total[row], None if counts else edge, operation), operation)
    for segment, members in forest.segments.items():
        total[segment] = _gathered([total[member] for member in members], total[segment], operation)


def _gathered(parts: Sequence[Values], like: Values, operation: Operation) -> Values:
    """A segment from what makes it up."""
    into = np.full_like(like, neutral(operation, like.dtype.kind != "f"))
    for part in parts:
        _join(into, part, operation)
    return into


def change(total: Values, forest: Forest, row: int, by: Values, cells: slice, *, counts: bool = False) -> None:
    """Add a whole-number change [components, chosen cells] of a row to its total and to all that it goes up to."""
    at = row
    while at >= 0:
        edge = None if counts else forest.edges.get(at)
        before = total[at, :, cells].copy() if edge else None
        total[at, :, cells] += by
        for segment in forest.segments_of.get(at, ()):
            total[segment, :, cells] += by
        if forest.edges.get(at) == 0:
            return
        if before is not None:
            by = passed_on(before + by, edge) - passed_on(before, edge)
        at = int(forest.tree.parent[at])


@dataclass(frozen=True)
class Part:
    """Some components, added up alike, and some cells in a row."""

    places: Rows
    operation: Operation
    cells: slice


def again(total: Values, own: Callable[[int], Values], forest: Forest, row: int, part: Part) -> None:
    """Add that part of a row, and of all that it goes up to, anew from `own` values [components, cells] and children."""
    places, cells, operation = part.places, part.cells, part.operation
    at = row
    while at >= 0:
        into = own(at)[places][:, cells].astype(total.dtype)
        for child in forest.tree.below(at).tolist():
            edge = forest.edges.get(child)
            if edge != 0:
                _join(into, passed_on(total[child, places, cells], edge, operation), operation)
        total[at, places, cells] = into
        for segment in forest.segments_of.get(at, ()):
            parts = [total[member, places, cells] for member in forest.segments[segment]]
            total[segment, places, cells] = _gathered(parts, into, operation)
        if forest.edges.get(at) == 0:
            return
        at = int(forest.tree.parent[at])
