"""A set of editions is a tree on every day, or the problems say where it is not.

The codes are A, AB, ABC, ... throughout: each begins with the one before and belongs to another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.problems import Problem
from headrope.core.units import ALWAYS, FOREVER, Edition, check_tree, epoch_starts, tiers

DAYS = 8
LETTERS = "ABCDEFGH"


def day(number: int) -> date:
    return date(2023, 1, 1) + timedelta(days=number)


def code(number: int) -> str:
    """A, AB, ABC: every code begins with the one before."""
    return LETTERS[: number + 1]


def at(unit: str, parent: str | None, first: int | None = None, last: int | None = None, row: int = 0) -> Edition:
    """An edition from one day up to another."""
    begins = ALWAYS if first is None else day(first)
    ends = FOREVER if last is None else day(last)
    return Edition(unit, f"Unit {unit}", parent, begins, ends, where=f"row {row}")


def said(*editions: Edition) -> list[str]:
    return [str(problem) for problem in check_tree(editions)]


DATES = "Keep one row, or give the rows dates that do not overlap."


def test_tree_that_changes_has_no_problems() -> None:
    """
    A
      AB           to day 4; then under AC
        ABC        day 2 to 4; then under A
      AC
        AB         from day 4
    """
    editions = [
        at("A", None),
        at("AC", "A"),
        at("AB", "A", None, 4),
        at("AB", "AC", 4, None),
        at("ABC", "AB", 2, 4),
        at("ABC", "A", 4, 6),
    ]

    assert check_tree(editions) == []


def test_forest_and_no_units_have_no_problems() -> None:
    assert check_tree([]) == []
    assert check_tree([at("A", None), at("AB", None), at("ABC", "AB")]) == []


def test_cycle_is_a_problem_once_with_its_path() -> None:
    """
    A
    AB > ABC > AC > AB
      ABCD
    """
    editions = [
        at("A", None, row=1),
        at("ABCD", "AB", row=2),
        at("AB", "ABC", row=3),
        at("ABC", "AC", row=4),
        at("AC", "AB", row=5),
    ]

    assert said(*editions) == [
        "row 3: These units stand under each other in a circle: AB > ABC > AC > AB. Give one of them another parent."
    ]


def test_cycle_that_lasts_for_some_days_only_is_a_problem() -> None:
    editions = [
        at("A", None, 0, 5, row=1),
        at("A", "AB", 5, 6, row=2),
        at("A", None, 6, None, row=3),
        at("AB", "A", 0, None, row=4),
    ]

    assert said(*editions) == [
        "row 2: These units stand under each other in a circle: A > AB > A. Give one of them another parent."
    ]


def test_two_cycles_are_two_problems() -> None:
    editions = [at("A", "AB", row=1), at("AB", "A", row=2), at("ABC", "AC", row=3), at("AC", "ABC", row=4)]

    assert said(*editions) == [
        "row 1: These units stand under each other in a circle: A > AB > A. Give one of them another parent.",
        "row 3: These units stand under each other in a circle: ABC > AC > ABC. Give one of them another parent.",
    ]


def test_unit_under_itself_is_a_problem() -> None:
    assert said(at("A", None, row=1), at("AB", "AB", row=2)) == [
        "row 2: These units stand under each other in a circle: AB > AB. Give one of them another parent."
    ]


def test_two_parents_at_the_same_time_are_a_problem() -> None:
    editions = [at("A", None, row=1), at("AC", None, row=2), at("AB", "A", 0, 5, row=3), at("AB", "AC", 4, None, row=4)]

    assert said(*editions) == [f"row 4: AB has two parents at the same time: A (row 3) and AC. {DATES}"]


def test_root_and_parent_at_the_same_time_are_a_problem() -> None:
    assert said(at("A", None, row=1), at("AB", None, 0, 5, row=2), at("AB", "A", 3, 9, row=3)) == [
        f"row 3: AB has two parents at the same time: - (row 2) and A. {DATES}"
    ]


def test_same_parent_twice_for_the_same_days_is_a_problem() -> None:
    assert said(at("A", None, row=1), at("AB", "A", 0, 5, row=2), at("AB", "A", 4, 9, row=3)) == [
        f"row 3: AB stands here and at row 2 for the same days. {DATES}"
    ]


@pytest.mark.parametrize(("first", "last"), [(5, 4), (5, 5)])
def test_edition_that_ends_before_it_begins_is_a_problem(first: int, last: int) -> None:
    assert said(at("A", None, row=1), at("AB", "A", first, last, row=2)) == [
        f"row 2: AB ends on {day(last) - timedelta(days=1)}, before it begins. Correct the column from or to."
    ]


def test_parent_that_is_no_unit_is_a_problem_even_when_a_code_begins_like_it() -> None:
    assert said(at("AB", None, row=1), at("ABC", "A", row=2)) == [
        "row 2: ABC stands under A, which is no unit. Add a row for A, or correct the parent."
    ]


@pytest.mark.parametrize(
    "above",
    [
        [at("A", None, 1, None, row=1)],
        [at("A", None, 0, 5, row=1)],
        [at("A", None, 0, 2, row=1), at("A", None, 3, None, row=1)],
        [at("A", None, 6, None, row=1)],
    ],
    ids=["begins later", "ends sooner", "is away for a day", "has not begun"],
)
def test_parent_that_is_not_alive_for_part_of_the_time_is_a_problem(above: list[Edition]) -> None:
    assert said(*above, at("AB", "A", 0, 6, row=2)) == [
        "row 2: AB stands under A on days when A does not exist. Correct the dates of one of them."
    ]


def test_parent_of_several_editions_end_to_end_is_no_problem() -> None:
    assert said(at("A", None, 0, 2), at("A", None, 2, 4), at("A", None, 4, 6), at("AB", "A", 1, 6)) == []


def test_problems_of_one_kind_are_found_all_at_once() -> None:
    found = said(at("A", None, row=1), at("AB", "X", row=2), at("ABC", "XY", row=3))

    assert found == [
        "row 2: AB stands under X, which is no unit. Add a row for X, or correct the parent.",
        "row 3: ABC stands under XY, which is no unit. Add a row for XY, or correct the parent.",
    ]


def test_edition_that_overlaps_two_others_is_found_twice() -> None:
    editions = [at("A", None, 0, 9, row=1), at("A", None, 1, 2, row=2), at("A", None, 3, 4, row=3)]

    assert said(*editions) == [
        f"row 2: A stands here and at row 1 for the same days. {DATES}",
        f"row 3: A stands here and at row 1 for the same days. {DATES}",
    ]


def test_problems_come_in_the_order_of_rows() -> None:
    editions = [at("A", "X", 0, 1, row=1), at("AB", "X", row=2), at("A", "X", 1, None, row=3)]

    found = [problem.where for problem in check_tree(editions)]

    assert found == ["row 1", "row 2", "row 3"]


def test_problem_of_the_tree_blocks_and_stays_unfilled() -> None:
    (problem,) = check_tree([at("AB", "A", row=7)])

    assert problem == Problem(
        "row 7",
        "%(code)s stands under %(parent)s, which is no unit.",
        "Add a row for %(parent)s, or correct the parent.",
        {"code": "AB", "parent": "A"},
    )


@st.composite
def valid_trees(draw: st.DrawFn) -> list[Edition]:
    """Units alive from one day to another, cut into editions, each under an earlier unit alive all the while."""
    lives: list[tuple[int, int]] = []
    editions: list[Edition] = []
    for number in range(draw(st.integers(1, 6))):
        first = draw(st.integers(0, DAYS - 1))
        last = draw(st.integers(first + 1, DAYS))
        cuts = sorted({first, last, *draw(st.lists(st.integers(first, last), max_size=2))})
        for begins, ends in pairwise(cuts):
            above = [None, *(code(n) for n, (a, b) in enumerate(lives) if a <= begins and ends <= b)]
            editions.append(at(code(number), draw(st.sampled_from(above)), begins, ends))
        lives.append((first, last))
    return draw(st.permutations(editions))


@st.composite
def any_editions(draw: st.DrawFn) -> list[Edition]:
    """Editions of four units with any parents and days; few of these sets are trees."""
    units = st.sampled_from([code(number) for number in range(4)])
    days = st.integers(0, 4)
    return draw(st.lists(st.builds(at, units, st.one_of(st.none(), units), days, days), max_size=6))


def is_tree_every_day(editions: Sequence[Edition]) -> bool:
    """The rule itself, day by day."""
    if any(edition.valid_from >= edition.valid_to for edition in editions):
        return False
    for today in map(day, range(DAYS)):
        here = [edition for edition in editions if edition.holds_on(today)]
        parents = {edition.code: edition.parent for edition in here}
        if len(parents) < len(here) or not {*parents.values()} <= {None, *parents}:
            return False
        for unit in parents:
            above: str | None = unit
            for _ in parents:
                above = parents[above] if above is not None else None
            if above is not None:
                return False
    return True


@given(valid_trees())
def test_random_valid_trees_have_no_problems(editions: list[Edition]) -> None:
    assert check_tree(editions) == []


@given(st.one_of(any_editions(), valid_trees()))
def test_editions_have_problems_just_when_some_day_has_no_tree(editions: list[Edition]) -> None:
    assert (check_tree(editions) == []) == is_tree_every_day(editions)


@given(valid_trees())
def test_tree_only_changes_on_the_days_where_an_epoch_starts(editions: list[Edition]) -> None:
    days = epoch_starts(editions)

    trees = [{e.code: e.parent for e in editions if e.holds_on(day(number))} for number in range(-1, DAYS + 1)]
    changed = [day(number) for number in range(DAYS + 1) if trees[number] != trees[number + 1]]
    assert (days == sorted(set(days)), set(changed) <= set(days)) == (True, True)


def test_epochs_begin_with_the_first_day_of_all_and_leave_forever_out() -> None:
    assert epoch_starts([at("A", None), at("AB", "A", 3, 5), at("ABC", "A", 5, None)]) == [ALWAYS, day(3), day(5)]


def by_definition(parents: Mapping[str, str | None], unit: str) -> int:
    above = parents[unit]
    return 1 if above is None else 1 + by_definition(parents, above)


def test_tier_of_a_root_is_one_and_of_all_others_one_more_than_above() -> None:
    """
    A
      AB
        ABC
      AC
    B
    """
    parents = {"ABC": "AB", "AC": "A", "AB": "A", "A": None, "B": None}

    assert tiers(parents) == {"A": 1, "AB": 2, "ABC": 3, "AC": 2, "B": 1}


@given(st.integers(1, 8).flatmap(lambda n: st.tuples(*(st.integers(-1, k - 1) for k in range(n)))), st.randoms())
def test_tiers_are_those_of_the_definition(above: tuple[int, ...], random: object) -> None:
    order = list(enumerate(above))
    random.shuffle(order)  # type: ignore[attr-defined]
    parents = {code(unit): code(parent) if parent >= 0 else None for unit, parent in order}

    assert tiers(parents) == {unit: by_definition(parents, unit) for unit in parents}


def test_tiers_of_a_long_chain_need_no_recursion() -> None:
    chain: dict[str, str | None] = {f"A{n}": f"A{n - 1}" if n else None for n in range(5000, -1, -1)}

    assert tiers(chain)["A5000"] == 5001


@pytest.mark.parametrize(("number", "holds"), [(1, False), (2, True), (3, True), (4, False)])
def test_edition_holds_from_its_first_day_up_to_but_not_on_its_last(number: int, holds: bool) -> None:
    assert at("A", None, 2, 4).holds_on(day(number)) is holds
