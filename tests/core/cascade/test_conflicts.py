"""Clashes of bounds: found wherever there are any, named by bounds none of which can be left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.cascade.conflicts import Conflict, conflicts
from headrope.core.cascade.group import Bound, Group
from headrope.core.cascade.joint import joint
from headrope.core.tree_sums import Tree

from .exact import Case, cases
from .groups import group_of

NAN, INF = np.nan, np.inf


def with_holds(case: Case, hold: list[int | None], total: int | None) -> Case:
    """The same with holds, and the total at the root, written as floors and caps."""
    floor, cap = list(case.floor), list(case.cap)
    for row, held in [*enumerate(hold), (case.parent.index(-1), total)]:
        if held is not None:
            floor[row] = held if floor[row] is None else max(floor[row], held)  # type: ignore[type-var]
            cap[row] = held if cap[row] is None else min(cap[row], held)  # type: ignore[type-var]
    return replace(case, floor=tuple(floor), cap=tuple(cap))


def only(case: Case, bounds: tuple[Bound, ...]) -> Case:
    """The tree with nothing but these bounds."""
    floor: list[int | None] = [None] * len(case.parent)
    cap, hold, total = list(floor), list(floor), None
    for bound in bounds:
        if bound.kind == "total":
            total = bound.amount
        else:
            {"floor": floor, "cap": cap, "hold": hold}[bound.kind][bound.row] = bound.amount
    return with_holds(replace(case, floor=tuple(floor), cap=tuple(cap)), hold, total)


HOLDS = st.one_of(st.none(), st.none(), st.integers(-60, 60))


@given(case=cases(), total=st.integers(-200, 200), data=st.data())
def test_conflicts_are_found_exactly_where_no_split_exists(case: Case, total: int, data: st.DataObject) -> None:
    hold = data.draw(st.lists(HOLDS, min_size=len(case.parent), max_size=len(case.parent)))

    found = conflicts(group_of(case, hold), total)

    assert (found == []) == with_holds(case, hold, total).possible()


@given(case=cases(), total=st.integers(-200, 200), data=st.data())
def test_the_bounds_named_clash_and_any_of_them_left_out_clash_no_more(
    case: Case, total: int, data: st.DataObject
) -> None:
    hold = data.draw(st.lists(HOLDS, min_size=len(case.parent), max_size=len(case.parent)))

    for conflict in conflicts(group_of(case, hold), total):
        bounds = conflict.bounds
        assert len(set(bounds)) == len(bounds) >= 2
        assert 0 < conflict.by <= conflict.in_all
        assert not only(case, bounds).possible()
        for place in range(len(bounds)):
            assert only(case, bounds[:place] + bounds[place + 1 :]).possible()
        # Given way by just as much, the row's own bound clashes no more.
        for way in (-1, 1):
            eased = bounds[0]._replace(amount=bounds[0].amount + way * conflict.by)
            less = bounds[0]._replace(amount=bounds[0].amount + way * (conflict.by - 1))
            if only(case, (eased, *bounds[1:])).possible():
                assert not only(case, (less, *bounds[1:])).possible()
                break
        else:
            raise AssertionError("the clash is larger than it is said to be")


@st.composite
def floored(draw: st.DrawFn) -> tuple[Case, int]:
    """Floors of every unit, those of inner units somewhere near the sum below, and a total that is just too small."""
    case = draw(cases(7))
    small = st.integers(0, 9)
    floor = [draw(small) for _ in case.parent]
    bare = replace(case, floor=tuple(floor), cap=(None,) * len(floor))
    for row in range(len(floor)):
        if bare.below(row):
            below = sum(bare.reach(child, bare.floor, max) or 0 for child in bare.below(row))  # type: ignore[arg-type]
            floor[row] = max(0, below + draw(st.integers(-5, 2)))
    bare = replace(bare, floor=tuple(floor))
    root = bare.parent.index(-1)
    least = bare.reach(root, bare.floor, max) or 0  # type: ignore[arg-type]
    return bare, least - draw(st.integers(1, 4))


@given(given=floored(), turned=st.booleans())
def test_upper_units_stand_for_those_below_only_while_the_rest_still_clashes(
    given: tuple[Case, int], turned: bool
) -> None:
    case, total = given
    if turned:  # the same with caps
        case = replace(case, floor=case.cap, cap=tuple(None if each is None else -each for each in case.floor))
        total = -total

    found = conflicts(group_of(case), total)

    assert len(found) == 1
    assert found[0].by > 0
    assert not only(case, found[0].bounds).possible()
    root = case.parent.index(-1)
    most = case.reach(root, case.floor, max) or 0 if not turned else -(case.reach(root, case.cap, min) or 0)  # type: ignore[arg-type]
    assert found[0].in_all == most - (-total if turned else total)


@given(case=cases(), total=st.integers(-200, 200))
def test_without_conflicts_every_bound_is_kept(case: Case, total: int) -> None:
    group = group_of(case)
    if conflicts(group, total):
        return

    value = joint(group, total).value

    assert (value >= group.lower).all()
    assert (value <= group.upper).all()


def named(conflict: Conflict) -> tuple[int, int, int, list[tuple[int, str, int]]]:
    return conflict.row, conflict.by, conflict.in_all, [tuple(bound) for bound in conflict.bounds]  # type: ignore[misc]


def tree_of(*parents: int) -> Tree:
    return Tree.of(np.array(parents, np.int32))


def test_floors_of_upper_units_are_named_where_they_are_enough() -> None:
    """
    0 G         cap 100
      1 A       floor 60
        3 A1    floor 40
        4 A12   floor 30
      2 AB      floor 50
    """
    group = Group.of(
        tree_of(-1, 0, 0, 1, 1),
        np.array([NAN, NAN, 1, 1, 1]),
        floor=np.array([-INF, 60, 50, 40, 30]),
        cap=np.array([100, INF, INF, INF, INF]),
    )

    found = conflicts(group, 120)

    assert list(map(named, found)) == [
        (0, 20, 20, [(0, "total", 120), (0, "cap", 100)]),
    ]
    assert list(map(named, conflicts(group, 100))) == [
        (0, 10, 20, [(0, "total", 100), (1, "floor", 60), (2, "floor", 50)]),
    ]


def test_what_upper_units_lose_is_spared_only_once() -> None:
    """
    0 G         total 100
      1 A       floor 50
        3 A1    floor 30
        4 A12   floor 26
      2 AB      floor 50
        5 AB1   floor 30
        6 AB2   floor 26
    """
    group = Group.of(
        tree_of(-1, 0, 0, 1, 1, 2, 2),
        np.array([NAN, NAN, NAN, 1, 1, 1, 1]),
        floor=np.array([-INF, 50, 50, 30, 26, 30, 26]),
    )

    assert list(map(named, conflicts(group, 100))) == [
        (0, 6, 12, [(0, "total", 100), (1, "floor", 50), (5, "floor", 30), (6, "floor", 26)])
    ]


def test_a_conflict_below_hides_none_that_stands_by_itself() -> None:
    """
    0 G         total 10
      1 A       floor 9, cap 5
      2 AB      floor 8
      3 C       floor 0
    """
    group = Group.of(
        tree_of(-1, 0, 0, 0),
        np.array([NAN, 1, 1, 1]),
        floor=np.array([-INF, 9, 8, 0]),
        cap=np.array([INF, 5, INF, INF]),
    )

    assert list(map(named, conflicts(group, 10))) == [
        (0, 7, 7, [(0, "total", 10), (1, "floor", 9), (2, "floor", 8), (3, "floor", 0)]),
        (1, 4, 4, [(1, "floor", 9), (1, "cap", 5)]),
    ]


def test_a_conflict_above_that_mending_the_one_below_may_end_is_not_told() -> None:
    """
    0 G         total 10
      1 A       floor 9, cap 5
      2 AB      cap 2
    """
    group = Group.of(
        tree_of(-1, 0, 0), np.array([NAN, 1, 1]), floor=np.array([-INF, 9, -INF]), cap=np.array([INF, 5, 2])
    )

    assert list(map(named, conflicts(group, 10))) == [(1, 4, 4, [(1, "floor", 9), (1, "cap", 5)])]


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        ({"hold": 5, "floor": 6}, ["floor", "hold"]),
        ({"hold": 5, "cap": 4}, ["hold", "cap"]),
        ({"floor": 5, "cap": 4}, ["floor", "cap"]),
    ],
)
def test_bounds_of_one_unit_that_contradict_each_other(given: dict[str, float], kinds: list[str]) -> None:
    bounds = {kind: np.array([np.nan if kind == "hold" else {"floor": -INF, "cap": INF}[kind], value, None], float)
              for kind, value in given.items()}  # fmt: skip
    for kind, none in (("floor", -INF), ("cap", INF)):
        if kind in bounds:
            bounds[kind][2] = none

    found = conflicts(Group.of(tree_of(-1, 0, 0), np.array([NAN, 1, 1]), **bounds), 10)  # type: ignore[arg-type]

    assert [(each.row, each.by, [bound.kind for bound in each.bounds]) for each in found] == [(1, 1, kinds)]


def test_a_held_parent_against_the_caps_below() -> None:
    """
    0 G
      1 A       hold 50
        3 A1    cap 20
        4 A12   hold 10
      2 AB
    """
    group = Group.of(
        tree_of(-1, 0, 0, 1, 1),
        np.array([NAN, NAN, 1, 1, 1]),
        cap=np.array([INF, INF, INF, 20, INF]),
        hold=np.array([NAN, 50, NAN, NAN, 10]),
    )

    found = conflicts(group, 100)

    assert list(map(named, found)) == [(1, 20, 20, [(1, "hold", 50), (3, "cap", 20), (4, "hold", 10)])]


def test_bounds_are_rounded_inward_before_they_are_compared() -> None:
    """No whole step lies between 0.2 and 0.8."""
    group = Group.of(tree_of(-1, 0), np.array([NAN, 1]), floor=np.array([-INF, 0.2]), cap=np.array([INF, 0.8]))

    assert named(conflicts(group, 0)[-1])[:2] == (1, 1)


def test_a_total_beyond_whole_floats_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a total is below 2\^53 steps$"):
        conflicts(Group.of(tree_of(-1), np.array([1.0])), 2**53)


def test_sums_of_bounds_are_exact_beyond_whole_floats() -> None:
    """On the way to 2^52 + 3 the sum of caps is 3 x 2^52 + 3, which is no float."""
    large = 2.0**52
    caps = np.array([INF, large + 1, large + 1, large + 1, -large, -large])
    group = Group.of(tree_of(-1, 0, 0, 0, 0, 0), np.array([NAN, 1, 1, 1, 1, 1]), cap=caps)

    assert conflicts(group, 2**52 + 3) == []
    assert [found.by for found in conflicts(group, 2**52 + 4)] == [1]
