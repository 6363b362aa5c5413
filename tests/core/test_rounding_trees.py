"""Rounding of trees: against every possible rounding of small ones, and the clashes that it names."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core import tree_sums
from headrope.core.rollup import NOT_ALIVE, ROOT, Rows
from headrope.core.rounding import RoundingError, round_list
from headrope.core.rounding.limits import Floats, Ints
from headrope.core.rounding.trees import round_tree
from headrope.core.tree_sums import Tree

from .forests import forests

INF = math.inf
QUARTERS = st.integers(-8, 8).map(lambda quarters: quarters / 4)


def added(own: list[float] | Ints, tree: Tree) -> Floats:
    """Leaves' values added up; what stands at inner rows does not count."""
    leaf = np.diff(tree.first) == 0
    values: Floats = tree_sums.add_up(np.where(leaf, own, 0)[:, None, None], tree)[:, 0, 0]
    return values


@st.composite
def trees(draw: st.DrawFn, most: int = 6) -> tuple[Tree, Floats, Floats, Floats]:
    """A forest, values that add up, floors and caps on any row, few of them."""
    tree = Tree.of(draw(forests(most=most)))
    count = len(tree.parent)
    values = added(draw(st.lists(QUARTERS, min_size=count, max_size=count)), tree)
    near = [-1.5, -0.75, -0.25, 0, 0.25, 0.75, 1.5]
    floor = draw(st.lists(st.sampled_from([-INF, -INF, -INF, *near]), min_size=count, max_size=count))
    cap = draw(st.lists(st.sampled_from([INF, INF, INF, *near]), min_size=count, max_size=count))
    return tree, values, values + floor, values + cap


def roundings(tree: Tree, values: Floats, reach: int) -> Iterator[Ints]:
    """Every rounding of which the leaves are within `reach` steps of their floors, as totals of all rows."""
    leaves = np.flatnonzero((np.diff(tree.first) == 0) & (tree.parent != NOT_ALIVE))
    choices = [range(math.floor(values[row]) - reach, math.floor(values[row]) + reach + 2) for row in leaves]
    for chosen in itertools.product(*choices):
        own = np.zeros(len(values))
        own[leaves] = chosen
        yield added(own, tree).astype(np.int64)


def within(found: Ints, floor: Floats, cap: Floats, alive: np.ndarray) -> bool:
    return bool(((found >= floor) & (found <= cap) | ~alive).all())


@given(trees())
def test_a_tree_adds_up_within_its_bounds_and_at_floors_and_ceilings_wherever_that_is_possible(
    case: tuple[Tree, Floats, Floats, Floats],
) -> None:
    tree, values, floor, cap = case
    alive = tree.parent != NOT_ALIVE
    near = [found for found in roundings(tree, values, 0) if within(found, floor, cap, alive)]
    near = [found for found in near if (np.abs(found - values) < 1)[alive].all()]

    try:
        found = round_tree(values, tree, None, floor, cap)
    except RoundingError:
        assert near == []
        return

    assert found.tolist() == added(found, tree).tolist()
    assert within(found, floor, cap, alive)
    if near:
        assert (np.abs(found - values) < 1)[alive].all()


@given(trees(most=4), st.integers(-3, 3))
def test_a_total_is_reached_if_any_rounding_reaches_it(case: tuple[Tree, Floats, Floats, Floats], more: int) -> None:
    tree, values, floor, cap = case
    roots, alive = tree.parent == ROOT, tree.parent != NOT_ALIVE
    total = math.floor(values[roots].sum()) + more
    possible = any(
        found[roots].sum() == total and within(found, floor, cap, alive) for found in roundings(tree, values, 3)
    )

    try:
        found = round_tree(values, tree, total, floor, cap)
    except RoundingError:
        assert not possible
        return

    assert found[roots].sum() == total
    assert found.tolist() == added(found, tree).tolist()
    assert within(found, floor, cap, alive)


@given(
    st.lists(st.tuples(QUARTERS, QUARTERS, QUARTERS, st.booleans(), st.booleans()), min_size=1, max_size=5),
    st.integers(-9, 9),
)
def test_one_family_is_a_list(rows: list[tuple[float, float, float, bool, bool]], total: int) -> None:
    values = np.array([row[0] for row in rows])
    floor = np.array([min(row[1:3]) if row[3] else -INF for row in rows])
    cap = np.array([max(row[1:3]) if row[4] else INF for row in rows])
    tree = Tree.of(np.array([ROOT] + [0] * len(rows), np.int32))
    whole = (np.array([values.sum(), *values]), np.array([-INF, *floor]), np.array([INF, *cap]))
    try:
        expected = round_list(values, total, floor, cap).tolist()
    except RoundingError:
        with pytest.raises(RoundingError):
            round_tree(whole[0], tree, total, *whole[1:])
        return

    assert round_tree(whole[0], tree, total, *whole[1:]).tolist() == [total, *expected]


@given(st.lists(st.integers(0, 8).map(lambda eighths: eighths / 8), min_size=9, max_size=60), st.data())
def test_the_largest_remainders_of_a_large_family_are_found(fractions: list[float], data: st.DataObject) -> None:
    values, order = np.array(fractions), np.array(data.draw(st.permutations(range(len(fractions)))))
    tree = Tree.of(np.array([ROOT] + [0] * len(fractions), np.int32))

    found = round_tree(np.array([values.sum(), *values]), tree, order=np.array([0, *order]))

    assert found[1:].tolist() == round_list(values, int(found[0]), order=order).tolist()


@given(trees(), st.data())
def test_order_of_rows_is_irrelevant(case: tuple[Tree, Floats, Floats, Floats], data: st.DataObject) -> None:
    tree, values, floor, cap = case
    count = len(values)
    order = np.array(data.draw(st.permutations(range(count))))
    place = np.array(data.draw(st.permutations(range(count))))  # the new row of each old one
    back = np.argsort(place)
    parent = np.array([place[above] if above >= 0 else above for above in tree.parent[back]], np.int32)
    try:
        found = round_tree(values, tree, None, floor, cap, order).tolist()
    except RoundingError:
        found = None

    try:
        moved = round_tree(values[back], Tree.of(parent), None, floor[back], cap[back], order[back])[place].tolist()
    except RoundingError:
        moved = None

    assert moved == found


def tree_of(*parents: int) -> Tree:
    rows: Rows = np.array(parents, np.int32)
    return Tree.of(rows)


@pytest.mark.parametrize("cap_of_the_other", [3.9, INF])
def test_bounds_below_are_seen_from_above(cap_of_the_other: float) -> None:
    """Rounded inward, A1's cap leaves A 5 steps, unless A2 went above its ceiling; so B takes the other 5, though A's own
    remainder is larger.

    0 G 10.0
      1 A 5.6
        3 A1 2.8, at most 2.9
        4 A2 2.8
      2 AB 4.4
    """
    tree = tree_of(ROOT, 0, 0, 1, 1)
    cap = np.array([INF, INF, INF, 2.9, cap_of_the_other])

    assert round_tree(np.array([10, 5.6, 4.4, 2.8, 2.8]), tree, cap=cap).tolist() == [10, 5, 5, 2, 3]


def test_a_parent_keeps_to_its_own_value_where_children_at_theirs_do_not_let_it() -> None:
    """Both children are held at 5; the parent's cap lets only one of them stay within a step of its value.

    0 G 9.0, at most 9
      1 A 4.5, at most 5, at least 4.5
      2 B 4.5
    """
    tree = tree_of(ROOT, 0, 0)
    floor = np.array([-INF, 4.5, 4.5])

    assert round_tree(np.array([9, 4.5, 4.5]), tree, floor=floor).tolist() == [10, 5, 5]
    with pytest.raises(
        RoundingError, match=r"^Below rows 0 the floors add up to more than the cap above them, by 1 steps"
    ):
        round_tree(np.array([9, 4.5, 4.5]), tree, floor=floor, cap=np.array([9, INF, INF]))


def test_beyond_floors_and_ceilings_all_go_up_to_theirs_first() -> None:
    """A1 and B1 are capped at 2, so that 5 + 5 + 2 is the most at floors and ceilings; one more must go beyond.

    0 G 12.15, of whom 13 are wanted
      1 A 5.6
        4 A1 2.8, at most 2.9
        5 A2 2.8
      2 B 5.5
        6 B1 2.75, at most 2.9
        7 B2 2.75
      3 C 1.05
    """
    tree = tree_of(ROOT, 0, 0, 0, 1, 1, 2, 2)
    values = np.array([12.15, 5.6, 5.5, 1.05, 2.8, 2.8, 2.75, 2.75])
    cap = np.array([INF, INF, INF, INF, 2.9, INF, 2.9, INF])

    assert round_tree(values, tree, 13, cap=cap).tolist() == [13, 6, 5, 2, 2, 4, 2, 3]


def test_clashes_are_named() -> None:
    tree, values = tree_of(ROOT, 0, 0), np.array([9, 4.5, 4.5])
    floor, cap = np.full(3, -INF), np.full(3, INF)

    with pytest.raises(
        RoundingError, match=r"^No whole number of steps lies between the floor and the cap of rows 1, 2"
    ):
        round_tree(
            values,
            tree,
            None,
            np.array([-INF, 4.2, 4.2]),
            np.array([INF, 4.8, 4.8]),
        )
    with pytest.raises(
        RoundingError, match=r"^Below rows 0 the caps add up to less than the floor above them, by 2 steps"
    ):
        round_tree(values, tree, None, np.array([8.5, -INF, -INF]), np.array([INF, 4.8, 3.2]))
    with pytest.raises(RoundingError, match=r"^The floors add up to 1 steps more than the total"):
        round_tree(values, tree, 8, np.array([8.5, -INF, -INF]), cap)
    with pytest.raises(RoundingError, match=r"^The caps add up to 3 steps less than the total"):
        round_tree(values, tree, 10, floor, np.array([INF, 4.8, 3.2]))
    with pytest.raises(ValueError, match=r"^the values of the children of row 0 do not add up to its own$"):
        round_tree(np.array([9.001, 4.5, 4.5]), tree)
    with pytest.raises(ValueError, match=r"^values have the shape \(3, 1\) instead of \(3,\)$"):
        round_tree(np.zeros((3, 1)), tree)
    with pytest.raises(ValueError, match=r"^values of shape \(2,\) are none of 3 nodes$"):
        round_tree(np.zeros(2), tree)


def test_rows_that_are_not_alive_have_nothing_and_several_roots_share_a_total() -> None:
    tree = tree_of(ROOT, ROOT, NOT_ALIVE)
    values = np.array([1.5, 1.5, math.nan])

    assert round_tree(values, tree).tolist() == [2, 2, 0]
    assert round_tree(values, tree, None, np.array([-INF, -INF, math.nan]), np.array([INF, 1, 5])).tolist() == [2, 1, 0]
    with pytest.raises(ValueError, match=r"^bounds have the shape \(2,\) instead of \(3,\)$"):
        round_tree(values, tree, None, np.zeros(2))
    assert round_tree(values, tree, 3).tolist() == [2, 1, 0]
    assert round_tree(values, tree, 3, order=np.array([1, 0, 2])).tolist() == [1, 2, 0]


def test_large_amounts_without_bounds() -> None:
    tree = tree_of(ROOT, 0, 0)

    assert round_tree(np.array([1, 0.5, 0.5]), tree, 2**53).tolist() == [2**53, 2**52, 2**52]
    found = round_tree(np.array([1, 0.5, 0.5]), tree, -(2**53), np.array([-INF, -1.5, -INF]))
    assert found.tolist() == [-(2**53), -1, 1 - 2**53]


def test_a_total_far_from_many_values_is_spread_evenly() -> None:
    """The caps and floors of some are as large as is allowed."""
    many = 120
    tree = tree_of(ROOT, *[0] * many)
    floor = np.array([-INF, *[2.0**53] * 100, *[-INF] * 20])
    cap = np.array([INF, *[2.0**53] * 119, INF])

    found = round_tree(np.zeros(many + 1), tree, 2**53, floor, cap)

    assert found[1:101].tolist() == [2**53] * 100
    assert int(found[101:].sum()) == -99 * 2**53
    assert int(found[101:].max() - found[101:].min()) <= 1
    assert found[1:].tolist() == round_list(np.zeros(many), 2**53, floor[1:], cap[1:]).tolist()
