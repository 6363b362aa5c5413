"""Rounds a table over a tree, units by months: children add up to parents in every month, months to whole years; compiled.

>>> tree = Tree.of(np.array([-1, 0, 0], np.int32))
>>> round_tree_table(np.array([[1.0, 1.0], [0.5, 0.5], [0.5, 0.5]]), tree).tolist()
[[1, 1], [1, 0], [0, 1]]
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from headrope.core.rollup import NOT_ALIVE
from headrope.core.rounding.limits import ONE, Floats, Ints, checked
from headrope.core.rounding.tables import Parts
from headrope.core.rounding.tree_table_loops import Network, settle
from headrope.core.rounding.trees import TOLERANCE, check_adds_up
from headrope.core.tree_sums import Tree

NOISE = ONE >> 16
"""A sum of a leaf's row that is so near to a whole number is meant to be one."""


def round_tree_table(values: Floats, tree: Tree, totals: Ints | None = None) -> Ints:
    """Whole steps int64[nodes, columns]: children add up to their parent in every column, every cell is the floor or
    ceiling of its own value, and so is every sum of a row. Such a table always exists, and is always found.

    values: float64[nodes, columns] in steps, inner nodes the sums of their children's. totals: int64[nodes], whole sums
    of the rows (annual targets), held to the step; they differ from the sums of the values by floats' precision only.
    Values or totals that do not add up are a ValueError. Fractions are taken to 2^-40 of a step; without totals, sums of
    rows within 2^-16 of a whole number count as whole. Rows that are not alive come out as 0.

    No objective is minimised exactly: cycles of fractions are cancelled one by one, each in the direction that brings
    the cells nearer to their values. About linear in the number of cells.
    """
    numbers = checked(values, tree.parent != NOT_ALIVE)
    if numbers.ndim != 2 or len(numbers) != len(tree.parent):
        raise ValueError(f"values of shape {numbers.shape} are no table over {len(tree.parent)} nodes")
    check_adds_up(numbers, tree)
    split, leaf = Parts.of(numbers), np.diff(tree.first) == 0
    # One more column makes every row of a leaf add up to 0: less the sum of the row.
    part = np.concatenate([split.part, -split.part.sum(axis=1, keepdims=True)], axis=1)
    whole = np.concatenate([split.below, -split.below.sum(axis=1, keepdims=True)], axis=1)
    part[~leaf], whole[~leaf] = 0, 0
    rows = np.flatnonzero(leaf & (tree.parent != NOT_ALIVE))
    sums = -part[:, -1]
    nearest = (sums + ONE // 2) // ONE
    if totals is None:
        rows = rows[np.abs(sums - nearest * ONE)[rows] <= NOISE]
        totals = nearest - whole[:, -1]
    else:
        totals = np.asarray(totals)
        _check_totals(numbers, totals, rows)
    _hold(totals, rows, whole, part)
    network = Network.of(whole, part)
    settle(network, tree)
    found: Ints = network.whole[:, :-1].copy()
    return found


def _check_totals(values: Floats, totals: Ints, rows: npt.NDArray[np.intp]) -> None:
    if totals.shape != values.shape[:1] or totals.dtype.kind != "i":
        raise ValueError(f"totals are int64[{len(values)}], not {totals.dtype} of shape {totals.shape}")
    sums, sizes = values[rows].sum(axis=1), np.abs(values[rows]).sum(axis=1)
    off = np.abs(sums - totals[rows]) > TOLERANCE * (1.0 + sizes)
    if off.any():
        raise ValueError(f"the values of row {rows[off][0]} do not add up to its total")


def _hold(totals: Ints, rows: npt.NDArray[np.intp], whole: Ints, part: Ints) -> None:
    """Let one cell of each of these rows take what floats have lost, so that the row's sum is its total: the cell furthest
    from a whole number, so that whole cells stay what they are; the largest where all are whole."""
    off = np.minimum(part[rows, :-1], ONE - part[rows, :-1])
    furthest = np.where(off.any(axis=1), off.argmax(axis=1), np.abs(whole[rows, :-1]).argmax(axis=1))
    part[rows, furthest] += part[rows, -1]
    whole[rows, furthest] += totals[rows] + whole[rows, -1]
    part[rows, -1], whole[rows, -1] = 0, -totals[rows]
