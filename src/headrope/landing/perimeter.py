"""The units that a landing is over: the tree of its last month, in rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from headrope.core.holdings import WHOLE
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.rollup import NOT_ALIVE, ROOT, Rows
from headrope.core.units import SEGMENT
from headrope.ledger.cube.view import Cube
from headrope.org.queries import Node, NoSuchUnit, Tree


@dataclass(frozen=True)
class Perimeter:
    """Units as rows, parents before children; `parent` int32[rows] are rows, ROOT for the first.

    `shares` float64[rows]: how much of a unit's figures counts in its parent. `tiers` int32[rows] are those of the whole
    tree, 1 for a root.
    """

    nodes: tuple[Node, ...]
    parent: Rows
    shares: Numbers
    tiers: Rows

    @property
    def inner(self) -> list[int]:
        """Rows with others below."""
        return sorted(Counter(self.parent[self.parent >= 0].tolist()))

    def row(self, code: str) -> int:
        """The unit's row; NoSuchUnit where it is not here."""
        for row, node in enumerate(self.nodes):
            if node.code == code:
                return row
        raise NoSuchUnit(code)


def perimeter(cube: Cube, tree: Tree, top: Node, month: int) -> Perimeter:
    """The unit and all below it in the cube's tree of that month; segments, which hold nothing, are left out."""
    epoch = cube.structure.epoch(month)
    parents, edges = cube.structure.epoch_parents[epoch], cube.structure.epoch_edges[epoch]
    nodes = [node for node in tree.subtree(top.id) if node.kind != SEGMENT and _there(cube, node, parents)]
    row_of = {cube.row_of[node.id]: row for row, node in enumerate(nodes)}
    held = [cube.row_of[node.id] for node in nodes]
    return Perimeter(
        tuple(nodes),
        np.array([row_of.get(int(parents[row]), ROOT) for row in held], np.int32),
        np.array([int(edges[row]) / WHOLE for row in held]),
        np.array([tree.tier[node.id] for node in nodes], np.int32),
    )


def _there(cube: Cube, node: Node, parents: Rows) -> bool:
    row = cube.row_of.get(node.id)
    return row is not None and int(parents[row]) != NOT_ALIVE
