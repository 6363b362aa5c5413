"""States of a tree become editions that say the same on every day, and what is odd about them is told.

The codes A, A1, A11 begin with one another, and belonging follows the parents only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.states import Change, Entry, State, alike, changes_of, editions_of
from headrope.core.units import FOREVER, Edition, check_tree

ONE, TWO, THREE, FOUR = (date(year, 4, 1) for year in (2019, 2020, 2021, 2022))


def state(day: date, **entries: str) -> State:
    """A state from `A="Works < G"`: name, then the parent where there is one; rows are numbered in order."""
    name = f"{day.year}.csv"
    made = {}
    for row, (code, text) in enumerate(entries.items(), 2):
        label, _, parent = text.partition(" < ")
        made[code] = Entry(label, parent or None, where=f"{name}, row {row}")
    return State(day, made, name)


def lines(editions: Sequence[Edition]) -> list[str]:
    """Each edition as `code name < parent: first day .. first day after`."""
    return [
        f"{e.code} {e.name} < {e.parent or '-'}: {e.valid_from.year} .. {e.valid_to.year if e.valid_to < FOREVER else ''}"
        for e in editions
    ]


def told(*states: State) -> list[str]:
    """All problems as text, those that block with a mark."""
    return [f"{'! ' if problem.blocking else ''}{problem}" for problem in editions_of(states)[1]]


# Editions


def test_units_that_open_close_move_and_are_renamed_become_dated_editions() -> None:
    """
    2019          2020               2021
    G             G                  G
      A             A                  A
        A1            A1               B
        A11         B                    A1   moved
      B               A11 moved          A11
                      B1  opened     (B1 closed; A renamed)
    """
    states = [
        state(ONE, G="Group", A="Works < G", A1="Mill < A", A11="Mine < A", B="Base < G"),
        state(TWO, G="Group", A="Works < G", A1="Mill < A", B="Base < G", A11="Mine < B", B1="Bank < B"),
        state(THREE, G="Group", A="New Works < G", B="Base < G", A1="Mill < B", A11="Mine < B"),
    ]

    editions, problems = editions_of(states)

    assert (lines(editions), problems) == (
        [
            "G Group < -: 2019 .. ",
            "A Works < G: 2019 .. 2021",
            "A New Works < G: 2021 .. ",
            "B Base < G: 2019 .. ",
            "A1 Mill < A: 2019 .. 2021",
            "A1 Mill < B: 2021 .. ",
            "A11 Mine < A: 2019 .. 2020",
            "A11 Mine < B: 2020 .. ",
            "B1 Bank < B: 2020 .. 2021",
        ],
        [],
    )
    assert [e.where for e in editions if e.code in ("A", "A1", "B1")] == [
        "2019.csv, row 3",
        "2021.csv, row 3",
        "2019.csv, row 4",
        "2021.csv, row 5",
        "2020.csv, row 7",
    ]


def test_unit_that_only_its_kind_changes_has_two_editions() -> None:
    states = [State(ONE, {"G": Entry("Group", kind="company")}), State(TWO, {"G": Entry("Group", kind="group")})]

    assert [(e.kind, e.valid_from, e.valid_to) for e in editions_of(states)[0]] == [
        ("company", ONE, TWO),
        ("group", TWO, FOREVER),
    ]


def test_unit_that_stands_in_another_row_and_column_is_the_same() -> None:
    states = [
        State(ONE, {"G": Entry("Group", tier="icb", where="2019.csv, row 2")}),
        State(TWO, {"G": Entry("Group", tier="icb", where="2020.csv, row 9")}),
    ]

    assert editions_of(states) == ([Edition("G", "Group", None, ONE, FOREVER, where="2019.csv, row 2")], [])


def test_changes_tell_what_opened_closed_moved_and_was_renamed() -> None:
    first = state(ONE, G="Group", A="Works < G", A1="Mill < A", B="Base < G")
    later = state(TWO, G="Group", A="New Works < G", A1="Mill < G", C="Coast < G")

    assert changes_of([later, first]) == [
        Change(first, {}, {}, {}, {}),
        Change(
            later,
            opened={"C": Entry("Coast", "G")},
            closed={"B": Entry("Base", "G")},
            moved={"A1": Entry("Mill", "G")},
            renamed={"A": Entry("New Works", "G")},
        ),
    ]


# What is odd


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], ["! There is no list. Give at least one."]),
        (
            [state(ONE, G="Group"), state(TWO)],
            ["! 2020.csv: The list of 2020-04-01 holds no unit. Leave it out; a list says what there is."],
        ),
        (
            [state(ONE, G="Group"), replace(state(ONE, G="Group"), name="again.csv")],
            ["! again.csv: The list begins on 2019-04-01, and so does 2019.csv. Keep one of them, or correct its day."],
        ),
        (
            [state(TWO, G="Group"), state(ONE, G="Group")],
            [
                "2019.csv: The list of 2019-04-01 is given after 2020.csv of 2020-04-01; "
                "they are taken in the order of days. See that the days are right."
            ],
        ),
        (
            [state(ONE, G="Group", A="Works < G", A1="Mill < X"), state(TWO, G="Group", A="Works < X", X="Base < G")],
            ["! 2019.csv, row 4: A1 stands under X, which is no unit. Add a row for X, or correct the parent."],
        ),
        (
            [state(ONE, G="Group", A="Works < A11", A1="Mill < A", A11="Mine < A1", B="Base < B")],
            [
                "! 2019.csv, row 3: These units stand under each other in a circle: A > A11 > A1 > A. "
                "Give one of them another parent.",
                "! 2019.csv, row 6: These units stand under each other in a circle: B > B. "
                "Give one of them another parent.",
            ],
        ),
        (
            [state(ONE, G="Group", A="Works < G", A1="Mill")],
            [
                "2019.csv, row 4: A1 has no parent and nothing below it, while others at the top have. "
                "Is the cell of its parent empty by mistake?"
            ],
        ),
        (
            [state(ONE, G="Group", A="Works < G", B="Base", A1="Mill < B")],
            ["2019.csv: 2 units have no parent: B, G. If one unit stands above them all, name it."],
        ),
        ([state(ONE, G="Group", A="Works")], []),
        ([State(ONE, {"G": Entry("G", tier="a"), "A": Entry("A", tier="a"), "B": Entry("B", "G", tier="b")})], []),
        (
            [
                state(ONE, G="Group", A="Works < G", A1="Mill < A"),
                state(TWO, G="Group", A="Works < G"),
                state(THREE, G="Group", A="Works < G"),
                state(FOUR, G="Group", A="Works < G", A1="Mill < A"),
            ],
            [
                "2022.csv, row 4: A1 returns: from 2020-04-01 to 2022-03-31 it was in no list, and does not exist then. "
                "If it was only left out, add it to the lists between."
            ],
        ),
        (
            [
                State(ONE, {"G": Entry("Group", tier="icb"), "A": Entry("Works", "G", tier="pcn")}),
                State(TWO, {"G": Entry("Group", tier="icb"), "A": Entry("Works", "G", "unit", "practice", "row 9")}),
            ],
            [
                "row 9: A stands in the column practice, and in the list before in the column pcn. "
                "See that it is one unit; a code is never used again for another."
            ],
        ),
    ],
)
def test_odd_state_is_told_with_where_it_stands(states: list[State], expected: list[str]) -> None:
    assert told(*states) == expected


def test_state_with_a_blocking_problem_makes_no_editions() -> None:
    editions, problems = editions_of([state(ONE, G="Group", A="Works < X"), state(TWO, G="Group")])

    assert (editions, len(problems)) == ([], 1)


def test_unit_that_returns_has_no_edition_between() -> None:
    states = [state(ONE, G="Group", A="Works < G"), state(TWO, G="Group"), state(THREE, G="Group", A="Works < G")]

    assert lines(editions_of(states)[0]) == [
        "G Group < -: 2019 .. ",
        "A Works < G: 2019 .. 2020",
        "A Works < G: 2021 .. ",
    ]
    assert told(*states) == [
        "2021.csv, row 3: A returns: from 2020-04-01 to 2021-03-31 it was in no list, and does not exist then. "
        "If it was only left out, add it to the lists between."
    ]


def test_successor_is_guessed_from_a_like_name_under_the_same_parent_and_not_acted_upon() -> None:
    """A1 and A11 end under A; A2 begins there with the name of A1. B1 has the same name elsewhere."""
    states = [
        state(ONE, G="Group", A="Works < G", B="Base < G", A1="North Mill < A", A11="Canteen < A"),
        state(TWO, G="Group", A="Works < G", B="Base < G", B1="North Mill < B", A2="North Mills < A"),
    ]

    editions, problems = editions_of(states)

    assert [str(problem) for problem in problems] == [
        "2020.csv, row 6: A1 'North Mill' ends before 2020-04-01, and under the same parent A begins A2 'North Mills': "
        "perhaps its successor. If so, write A2 into the column successor of units.csv."
    ]
    assert [problem.blocking for problem in problems] == [False]
    assert {edition.successor for edition in editions} == {None}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Ward 1", "Ward 2", 0.0),
        ("Ward 1", "ward 1", 1.0),
        ("东方泵业", "东方泵业", 1.0),
        ("abcd", "wxyz", 0.0),
        ("abcd", "abcx", 0.75),
        ("tide", "diet", 0.5),
    ],
)
def test_names_are_alike_by_their_letters_and_numbers(one: str, other: str, expected: float) -> None:
    assert (alike(one, other), alike(other, one)) == (expected, expected)


# Whatever the states are


CODES = ("A", "A1", "A11", "B", "B1", "C")


@st.composite
def sequences(draw: st.DrawFn) -> list[State]:
    """Up to five states, each a tree of some of six units under G, so that nothing in them blocks."""
    days = draw(st.lists(st.integers(0, 900), min_size=1, max_size=5, unique=True))
    states = []
    for number in sorted(days):
        entries = {"G": Entry("Group")}
        for code in draw(st.lists(st.sampled_from(CODES), unique=True, max_size=6)):
            parent = draw(st.sampled_from(list(entries)))
            entries[code] = Entry(
                f"{code} {draw(st.sampled_from('xy'))}", parent, draw(st.sampled_from(["unit", "joint"]))
            )
        day = ONE + timedelta(days=number)
        states.append(State(day, entries, f"{day}.csv"))
    return states


def on(day: date, editions: Sequence[Edition]) -> dict[str, Entry]:
    """The tree of that day."""
    return {e.code: Entry(e.name, e.parent, e.kind) for e in editions if e.holds_on(day)}


@given(sequences())
def test_tree_on_every_day_is_the_state_that_holds(states: list[State]) -> None:
    editions, problems = editions_of(states)

    assert [problem for problem in problems if problem.blocking] == []
    assert check_tree(editions) == []
    assert on(states[0].first_day - timedelta(days=1), editions) == {}
    ends = [*(later.first_day - timedelta(days=1) for later in states[1:]), date(9999, 12, 30)]
    for each, end in zip(states, ends, strict=True):
        assert (on(each.first_day, editions), on(end, editions)) == (each.entries, each.entries)


@given(sequences())
def test_adjoining_editions_differ(states: list[State]) -> None:
    editions, _ = editions_of(states)

    joinable = [
        (one, other)
        for one, other in pairwise(editions)
        if one.valid_to == other.valid_from and on(one.valid_from, [one]) == on(other.valid_from, [other])
    ]
    assert joinable == []


@given(sequences(), st.randoms(use_true_random=False))
def test_order_of_states_and_of_their_rows_does_not_matter(states: list[State], chance: object) -> None:
    mixed = []
    for each in states:
        entries = list(each.entries.items())
        chance.shuffle(entries)  # type: ignore[attr-defined]
        mixed.append(replace(each, entries=dict(entries)))
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    (editions, problems), (again, others) = editions_of(states), editions_of(mixed)

    assert again == editions
    assert sorted(str(p) for p in others if "is given after" not in p.message) == sorted(map(str, problems))


@given(sequences())
def test_state_without_change_in_between_changes_nothing(states: list[State]) -> None:
    """The first state once more, a day later, adds no edition."""
    extra = replace(states[0], first_day=states[0].first_day + timedelta(days=1), name="again.csv")
    days = {each.first_day for each in states}

    if extra.first_day not in days:
        assert editions_of([*states, extra])[0] == editions_of(states)[0]


def test_changes_of_nothing_are_none() -> None:
    assert changes_of([]) == []
