"""Sums over a laid-out tree, plain and compiled: the same bits as the plain definition, whole or refreshed."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from headrope.core import kernels, rollup, tree_sums
from headrope.core.rollup import NOT_ALIVE, ROOT, Rows, Values
from headrope.core.tree_sums import Tree

from .forests import children, forests, subtree, total

both = pytest.mark.parametrize("module", [tree_sums, kernels], ids=["plain", "compiled"])

INT64 = (np.dtype(np.int64), st.integers(-(2**58), 2**58))
INT32 = (np.dtype(np.int32), st.integers(-(2**20), 2**20))
FLOAT = (np.dtype(np.float64), st.floats(-1e15, 1e15))


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Rows, Values]:
    """A forest and own values [rows, 2 components, 3 cells] of one of the three kinds of number."""
    parent = draw(forests(most=12))
    dtype, elements = draw(st.sampled_from([INT64, INT32, FLOAT]))
    return parent, draw(arrays.arrays(dtype, (len(parent), 2, 3), elements=elements))


def rows(*parents: int) -> Rows:
    return np.array(parents, np.int32)


def test_tree_is_laid_out_with_children_in_row_order_and_below_their_parent() -> None:
    """
    4 G
      0 A
        2 A1
        3 A2
      1 AB
    5 not alive
    """
    tree = Tree.of(rows(4, 4, 0, 0, ROOT, NOT_ALIVE))

    assert tree.depth.tolist() == [1, 1, 2, 2, 0, 0]
    assert [tree.below(row).tolist() for row in range(6)] == [[2, 3], [], [], [], [0, 1], []]
    assert tree.walk.tolist() == [2, 3, 0, 1, 4, 5]
    assert tree.path(3) == [3, 0, 4]


@given(forests(most=12))
def test_a_subtree_is_a_run_of_the_walk_with_its_root_last(parent: Rows) -> None:
    tree = Tree.of(parent)

    for row in range(len(parent)):
        end = tree.walk.tolist().index(row) + 1
        run = tree.walk[end - len(subtree(parent, row)) : end].tolist()
        assert sorted(run) == sorted(subtree(parent, row))
        assert [each for each in run if parent[each] == row] == children(parent, row) == tree.below(row).tolist()
        assert tree.depth[row] == len(tree.path(row)) - 1


def test_cycle_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^the tree has a cycle$"):
        Tree.of(rows(1, 0))


@both
@given(ledger=ledgers())
def test_totals_have_the_bits_of_the_plain_definition(module: ModuleType, ledger: tuple[Rows, Values]) -> None:
    parent, own = ledger
    tree, before = Tree.of(parent), own.copy()

    totals = module.add_up(own, tree)

    by_hand = np.stack([total(parent, row, lambda each: own[each]) for row in range(len(parent))])
    assert totals.dtype == own.dtype
    assert totals.tobytes() == rollup.add_up(own, parent).tobytes() == by_hand.tobytes()
    assert own.tobytes() == before.tobytes()


@both
@given(ledger=ledgers())
def test_totals_are_written_where_they_are_wanted(module: ModuleType, ledger: tuple[Rows, Values]) -> None:
    parent, own = ledger
    tree, into = Tree.of(parent), np.ones_like(own)
    expected = rollup.add_up(own, parent)

    elsewhere = module.add_up(own, tree, into)
    in_place = module.add_up(own, tree, own)

    assert elsewhere is into
    assert in_place is own
    assert into.tobytes() == own.tobytes() == expected.tobytes()


@both
def test_totals_of_chosen_cells_of_a_larger_array(module: ModuleType) -> None:
    whole = np.arange(12).reshape(3, 1, 4)

    totals = module.add_up(whole[:, :, 1:3], Tree.of(rows(ROOT, 0, 0)))

    assert totals.tolist() == [[[15, 18]], [[5, 6]], [[9, 10]]]


def test_compiled_totals_are_not_written_into_scattered_memory() -> None:
    own = np.zeros((1, 1, 2), np.int64)

    with pytest.raises(ValueError, match=r"^totals are written into one run of memory$"):
        kernels.add_up(own, Tree.of(rows(ROOT)), np.zeros((1, 1, 4), np.int64)[:, :, ::2])


@both
def test_no_units_have_no_totals(module: ModuleType) -> None:
    assert module.add_up(np.zeros((0, 2, 3)), Tree.of(rows())).shape == (0, 2, 3)


@both
@given(ledger=ledgers())
def test_order_of_rows_is_irrelevant_for_whole_numbers(module: ModuleType, ledger: tuple[Rows, Values]) -> None:
    parent, own = ledger
    own = own.astype(np.int64)
    place = np.arange(len(parent))[::-1].copy()  # the new row of each old one
    moved = np.array([place[above] if above >= 0 else above for above in parent[::-1]], np.int32)

    totals = module.add_up(own[::-1], Tree.of(moved))

    assert totals[place].tobytes() == module.add_up(own, Tree.of(parent)).tobytes()


@both
@given(ledger=ledgers(), data=st.data())
def test_refreshing_after_changes_is_adding_everything(
    module: ModuleType, ledger: tuple[Rows, Values], data: st.DataObject
) -> None:
    parent, own = ledger
    tree = Tree.of(parent)
    totals = module.add_up(own, tree)

    for _ in range(3):
        row, first = data.draw(st.integers(0, len(parent) - 1)), data.draw(st.integers(0, 2))
        cells = slice(first, data.draw(st.integers(first, 3)))
        own[row, :, cells] = own[data.draw(st.integers(0, len(parent) - 1)), :, cells] + 1
        module.refresh(totals, own, tree, row, cells)

    assert totals.tobytes() == rollup.add_up(own, parent).tobytes()


@both
@given(ledger=ledgers(), data=st.data())
def test_a_whole_numbers_change_passed_up_is_adding_everything(
    module: ModuleType, ledger: tuple[Rows, Values], data: st.DataObject
) -> None:
    parent, own = ledger
    own, tree = own.astype(np.int64), Tree.of(parent)
    row, totals = data.draw(st.integers(0, len(parent) - 1)), module.add_up(own, tree)
    change = np.array([[5], [-7]])
    own[row, :, 1:2] += change

    module.pass_up(totals, tree, row, change, slice(1, 2))

    assert totals.tobytes() == rollup.add_up(own, parent).tobytes()


@both
def test_floats_are_not_changed_by_differences(module: ModuleType) -> None:
    """After 1e16 and back, 0.06 would come out as 0."""
    total = np.array([[[0.06]], [[0.06]]])

    with pytest.raises(TypeError, match=r"^floats are added again and not changed by differences; use refresh$"):
        module.pass_up(total, Tree.of(rows(ROOT, 0)), 1, np.array([[1e16]]))


def test_a_change_of_another_shape_is_refused_where_no_array_would_notice() -> None:
    with pytest.raises(ValueError, match=r"^the change has the shape \(1, 2\) instead of \(1, 1\)$"):
        kernels.pass_up(np.zeros((1, 1, 1), np.int64), Tree.of(rows(ROOT)), 0, np.zeros((1, 2), np.int64))
