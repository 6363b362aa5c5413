"""Totals over units: exact for whole numbers, in one stated order for floats."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.rollup import NOT_ALIVE, ROOT, Rows, SumTooLarge, add_up, bottom_up, check_sum_fits, expected_from

from .forests import forests, subtree, total

steps = st.integers(-(2**58), 2**58)
floats = st.floats(-1e15, 1e15)
LIMIT = 2**62


def rows(*parents: int) -> Rows:
    return np.array(parents, np.int32)


def test_group_is_the_sum_of_all_below_it_and_company_of_its_own() -> None:
    """
    0 G             700
      1 A            10
        2 A1        100
        3 A2         50
      4 AB           80
    5 not alive       9
    """
    own = np.array([700, 10, 100, 50, 80, 9])

    totals = add_up(own, rows(ROOT, 0, 1, 1, 0, NOT_ALIVE))

    assert totals.tolist() == [940, 160, 100, 50, 80, 9]


def test_own_values_stay_as_they_are() -> None:
    own = np.array([1, 2])

    add_up(own, rows(ROOT, 0))

    assert own.tolist() == [1, 2]


@given(forests(), st.data())
def test_total_is_the_sum_of_the_subtree(parent: Rows, data: st.DataObject) -> None:
    own = data.draw(st.lists(steps, min_size=len(parent), max_size=len(parent)))

    totals = add_up(np.array(own, np.int64), parent)

    assert totals.tolist() == [sum(own[each] for each in subtree(parent, row)) for row in range(len(parent))]
    assert totals.dtype == np.int64


@given(forests(), st.data())
def test_totals_of_several_components_and_cells_are_those_of_each(parent: Rows, data: st.DataObject) -> None:
    count = len(parent)
    flat = data.draw(st.lists(steps, min_size=count * 6, max_size=count * 6))
    own = np.array(flat, np.int64).reshape(count, 2, 3)

    totals = add_up(own, parent)

    each = np.stack([[add_up(own[:, a, b], parent) for b in range(3)] for a in range(2)])
    assert totals.tolist() == each.transpose(2, 0, 1).tolist()


@given(forests(), st.data())
def test_order_of_rows_is_irrelevant_for_whole_numbers(parent: Rows, data: st.DataObject) -> None:
    count = len(parent)
    own = np.array(data.draw(st.lists(steps, min_size=count, max_size=count)), np.int64)
    place = np.array(data.draw(st.permutations(range(count))))  # the new row of each old one
    moved_own, moved_parent = np.empty_like(own), np.empty_like(parent)
    moved_own[place] = own
    moved_parent[place] = [place[above] if above >= 0 else above for above in parent]

    totals = add_up(moved_own, moved_parent)

    assert totals[place].tolist() == add_up(own, parent).tolist()


@given(forests(most=12), st.data())
def test_floats_have_the_bits_of_the_stated_order(parent: Rows, data: st.DataObject) -> None:
    own = np.array(data.draw(st.lists(floats, min_size=len(parent), max_size=len(parent))))

    totals = add_up(own, parent)

    expected = np.array([total(parent, row, lambda each: float(own[each])) for row in range(len(parent))])
    assert totals.tobytes() == expected.tobytes()


@given(forests(most=12), st.data())
def test_changing_one_leaf_changes_its_ancestors_and_no_other_bits(parent: Rows, data: st.DataObject) -> None:
    own = np.array(data.draw(st.lists(floats, min_size=len(parent), max_size=len(parent))))
    row, value = data.draw(st.integers(0, len(parent) - 1)), data.draw(floats)
    before, changed = add_up(own, parent), own.copy()
    changed[row] = value

    after = add_up(changed, parent)

    others = [each for each in range(len(parent)) if row not in subtree(parent, each)]
    assert after[others].tobytes() == before[others].tobytes()


@given(forests(most=12))
def test_children_come_before_parents_and_each_row_once(parent: Rows) -> None:
    order = bottom_up(parent).tolist()

    assert sorted(order) == [row for row in range(len(parent)) if parent[row] >= 0]
    assert all(order.index(row) < order.index(parent[row]) for row in order if parent[row] in order)


@pytest.mark.parametrize(
    "parent",
    [rows(0), rows(1, 0), rows(ROOT, 1), rows(ROOT, 3, 1, 2), rows(ROOT, 0, 3, 2, 2)],
    ids=["itself", "two", "itself beside a root", "three beside a root", "two with one below"],
)
def test_cycle_is_refused(parent: Rows) -> None:
    with pytest.raises(ValueError, match=r"^the tree has a cycle$"):
        bottom_up(parent)
    with pytest.raises(ValueError, match=r"^the tree has a cycle$"):
        add_up(np.zeros(len(parent), np.int64), parent)


def test_no_units_have_no_totals() -> None:
    assert add_up(np.zeros((0, 3), np.int64), rows()).tolist() == []


def component(*values: int) -> np.ndarray:
    """One component of one cell, a unit per value."""
    return np.array(values, np.int64).reshape(-1, 1, 1)


@pytest.mark.parametrize("values", [(LIMIT - 1024,), (2**61, 2**61 - 1024), (-(2**61), 2**61 - 1024), (0,), ()])
def test_sum_below_the_limit_fits(values: tuple[int, ...]) -> None:
    check_sum_fits(component(*values))


@pytest.mark.parametrize(
    "values",
    [(LIMIT,), (-LIMIT,), (2**61, 2**61), (2**61, -(2**61)), (2**61, 2**60, 2**60), (2**62 - 1, 2**62 - 1, 2**62 - 1)],
)
def test_sum_at_the_limit_is_refused_and_signs_do_not_cancel(values: tuple[int, ...]) -> None:
    with pytest.raises(SumTooLarge):
        check_sum_fits(component(*values))


def test_sum_is_over_units_and_cells_and_not_over_components() -> None:
    beside = np.array([[[2**61], [2**61]]], np.int64)
    after = np.array([[[2**61, 2**61]]], np.int64)

    check_sum_fits(beside)
    with pytest.raises(SumTooLarge):
        check_sum_fits(after)


def test_sum_one_step_below_the_limit_fits() -> None:
    check_sum_fits(component(LIMIT - 1))


def test_sum_of_large_and_many_small_amounts_above_the_limit_is_refused() -> None:
    values = component(*[2**59 - 64] * 8, *[31] * 120)

    with pytest.raises(SumTooLarge):
        check_sum_fits(values)


@given(st.lists(st.integers(-LIMIT, LIMIT), max_size=40))
def test_totals_that_passed_the_limit_never_wrap(values: list[int]) -> None:
    own = component(*values)
    try:
        check_sum_fits(own)
    except SumTooLarge:
        return

    totals = add_up(own[:, 0, 0], np.array([ROOT, *[0] * (len(values) - 1)][: len(values)], np.int32))

    assert totals.tolist()[:1] == [sum(values)][: len(values)]


def test_expected_are_those_alive_that_reported_before() -> None:
    """Unit A reports at once, AB from the second cell on, ABC never; AB closes in the fourth."""
    present = np.array([[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]], bool)
    alive = np.array([[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 1, 1]], bool)

    expected = expected_from(present, alive)

    assert expected.astype(int).tolist() == [[1, 1, 1, 1], [0, 1, 1, 0], [0, 0, 0, 0]]


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(
            st.lists(st.tuples(st.booleans(), st.booleans()), min_size=n, max_size=n), min_size=1, max_size=4
        )
    )
)
def test_expected_are_those_of_the_definition(marks: list[list[tuple[bool, bool]]]) -> None:
    table = np.array(marks, bool)
    present, alive = table[..., 0], table[..., 1]

    expected = expected_from(present, alive)

    by_rule = [[row[c][1] and any(row[b][0] for b in range(c + 1)) for c in range(len(row))] for row in marks]
    assert expected.tolist() == by_rule
