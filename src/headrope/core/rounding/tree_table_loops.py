"""The compiled loops behind core.rounding.tree_tables: cells with fractions are edges of a network, kept without cycles.

Each cell leads upwards: from its row where the row is a leaf, else from its own crossing of node and column, to the
crossing of the parent and the column; cells of a root lead to the root's end. Everywhere a whole number goes in or out,
so that no crossing has just one edge with a fraction: a network of such edges has a cycle, until none is left.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.kernels import compiled
from headrope.core.rollup import Rows
from headrope.core.rounding.limits import ONE, Ints
from headrope.core.tree_sums import Tree


class Network(NamedTuple):
    """Cells [nodes, columns] as whole steps, fraction in [0, ONE) and first fraction; and the edges linked by vertex.

    Vertices: rows of leaves, crossings of nodes and columns, ends of roots. The two ends of the edge e are 2 e (below)
    and 2 e + 1 (above); `head` is the first end at a vertex, `after` and `before` are its neighbours there, or -1.
    """

    whole: Ints
    part: Ints
    first: Ints
    head: Rows
    after: Rows
    before: Rows
    came: Rows
    waiting: Rows

    @classmethod
    def of(cls, whole: Ints, part: Ints) -> Network:
        """Nothing linked yet; inner nodes are still to be added up."""
        vertices, ends = whole.size + 2 * len(whole), 2 * whole.size
        sizes = (vertices, ends, ends, vertices, vertices)
        return cls(whole, part, part.copy(), *(np.full(size, -1, np.int32) for size in sizes))


@compiled
def settle(network: Network, tree: Tree) -> None:
    """Add up the leaves' cells and bring every fraction to a whole step, from the leaves up."""
    whole, part, wide = network.whole, network.part, network.part.shape[1]
    for row in tree.walk:
        above = tree.parent[row]
        for column in range(wide):
            whole[row, column] += part[row, column] // ONE
            part[row, column] %= ONE
            network.first[row, column] = part[row, column]
            if above >= 0:
                whole[above, column] += whole[row, column]
                part[above, column] += part[row, column]
    for row in tree.walk:
        for column in range(wide):
            if part[row, column] > 0:
                _insert(network, tree, row, column)


@compiled
def _insert(network: Network, tree: Tree, row: int, column: int) -> None:
    """Link one more edge, or, if that would close a cycle, cancel the cycle first."""
    wide = network.part.shape[1]
    low, high = _low(tree, row, column, wide), _high(tree, row, column, wide)
    if _connected(network, tree, low, high):
        _cancel(network, tree, row * wide + column)
    if network.part[row, column] > 0:
        edge = row * wide + column
        _link(network, 2 * edge, low)
        _link(network, 2 * edge + 1, high)


@compiled
def _connected(network: Network, tree: Tree, low: int, high: int) -> bool:
    """Whether a path leads from `low` to `high`; then `came[vertex]` is the end from which its edge there set out."""
    network.came[low] = -1
    network.waiting[0], waiting = low, 1
    while waiting > 0:
        waiting -= 1
        at = network.waiting[waiting]
        end = network.head[at]
        while end >= 0:
            if network.came[at] < 0 or end >> 1 != network.came[at] >> 1:
                other = _vertex(tree, end ^ 1, network.part.shape[1])
                network.came[other] = end
                if other == high:
                    return True
                network.waiting[waiting] = other
                waiting += 1
            end = network.after[end]
    return False


@compiled
def _cancel(network: Network, tree: Tree, edge: int) -> None:
    """Push along the edge upwards and back along the path, or the other way, until a fraction on it is gone."""
    wide = network.part.shape[1]
    high = _high(tree, edge // wide, edge % wide, wide)
    part, first, whole = network.part.reshape(-1), network.first.reshape(-1), network.whole.reshape(-1)
    up, down, cost = ONE - part[edge], part[edge], ONE - 2 * first[edge]
    end = network.came[high]
    while end >= 0:
        each = end >> 1
        # A path that left from below is gone through downwards on the way back.
        if end & 1:
            up, down, cost = min(up, ONE - part[each]), min(down, part[each]), cost + ONE - 2 * first[each]
        else:
            up, down, cost = min(up, part[each]), min(down, ONE - part[each]), cost - ONE + 2 * first[each]
        end = network.came[_vertex(tree, end, wide)]
    push = up if cost < 0 or (cost == 0 and up <= down) else -down
    part[edge] += push
    if part[edge] == ONE:
        part[edge] = 0
        whole[edge] += 1
    end = network.came[high]
    while end >= 0:
        each = end >> 1
        part[each] += push if end & 1 else -push
        if part[each] == 0 or part[each] == ONE:
            whole[each] += part[each] // ONE
            part[each] = 0
            _unlink(network, 2 * each, _vertex(tree, 2 * each, wide))
            _unlink(network, 2 * each + 1, _vertex(tree, 2 * each + 1, wide))
        end = network.came[_vertex(tree, end, wide)]


@compiled
def _link(network: Network, end: int, vertex: int) -> None:
    first = network.head[vertex]
    network.after[end], network.before[end] = first, -1
    if first >= 0:
        network.before[first] = end
    network.head[vertex] = end


@compiled
def _unlink(network: Network, end: int, vertex: int) -> None:
    after, before = network.after[end], network.before[end]
    if before >= 0:
        network.after[before] = after
    else:
        network.head[vertex] = after
    if after >= 0:
        network.before[after] = before


@compiled
def _vertex(tree: Tree, end: int, wide: int) -> int:
    """The vertex at an end of an edge."""
    edge = end >> 1
    if end & 1:
        return _high(tree, edge // wide, edge % wide, wide)
    return _low(tree, edge // wide, edge % wide, wide)


@compiled
def _low(tree: Tree, row: int, column: int, wide: int) -> int:
    """The vertex below a cell."""
    if tree.first[row + 1] == tree.first[row]:
        return row
    return len(tree.parent) + row * wide + column


@compiled
def _high(tree: Tree, row: int, column: int, wide: int) -> int:
    """The vertex above a cell."""
    above = tree.parent[row]
    if above < 0:
        return len(tree.parent) * (wide + 1) + row
    return int(len(tree.parent) + above * wide + column)
