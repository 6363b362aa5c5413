"""What was known of things and since when: what is said replaces what was known, and never goes before something later."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from headrope.core.vintages import NOW, START, Said, Timeline, timeline

FIRST = date(2023, 5, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(6)]
MOMENTS = {day: datetime(day.year, day.month, day.day, tzinfo=UTC) for day in DAYS}


def said(key: str, day: int | None, *rows: str) -> Said[str, str]:
    return Said(key, None if day is None else DAYS[day], rows, f"row {day}")


def test_what_is_said_twice_holds_from_its_first_day() -> None:
    known: Timeline[str, str] = Timeline({})

    problems = known.add([said("A", 3, "old"), said("A", 0, "old"), said("A", 1, "new")], MOMENTS)

    assert problems == []
    assert [(change.moment, change.rows) for change in known.changes] == [
        (MOMENTS[DAYS[0]], ("old",)),
        (MOMENTS[DAYS[1]], ("new",)),
        (MOMENTS[DAYS[3]], ("old",)),
    ]


def test_day_before_the_last_one_known_is_a_problem_unless_it_says_what_was_known() -> None:
    known: Timeline[str, str] = Timeline({"A": [(MOMENTS[DAYS[1]], ("one",)), (MOMENTS[DAYS[4]], ("two",))]})

    problems = known.add([said("A", 2, "one"), said("A", 3, "three")], MOMENTS)

    assert [str(problem) for problem in problems] == [
        "row 3: The vintage 2023-05-04 is older than what is known of A since 2023-05-05. "
        "A vintage is added behind the last one, never before it."
    ]
    assert known.changes == []


def test_without_a_day_new_keys_hold_from_the_start_and_others_from_now() -> None:
    known: Timeline[str, str] = Timeline({"A": [(MOMENTS[DAYS[1]], ("one",))]})

    known.add([said("A", None, "two"), said("AB", None, "one")], MOMENTS)

    assert [(change.key, change.moment) for change in known.changes] == [("A", NOW), ("AB", START)]
    assert (known.at("A", MOMENTS[DAYS[5]]), known.at("AB", MOMENTS[DAYS[0]])) == (("one",), ("one",))
    assert known.state() == {"A": ("two",), "AB": ("one",)}


def test_withdrawing_what_was_never_known_is_a_problem() -> None:
    known: Timeline[str, str] = Timeline({})

    problems = known.add([said("A", 1)], MOMENTS)

    assert [str(problem) for problem in problems] == [
        "row 1: Nothing is known of A that could be withdrawn. Correct the code, or leave the row out."
    ]
    assert (known.events, known.changes) == ({}, [])


def test_state_when_filled_has_what_became_known_later_as_it_first_was() -> None:
    known: Timeline[str, str] = Timeline({})
    known.add([said("A", 0, "a"), said("A", 2), said("B", 3, "b"), said("B", 4, "bb")], MOMENTS)

    assert known.filled(MOMENTS[DAYS[1]]) == {"A": ("a",), "B": ("b",)}
    assert known.filled(MOMENTS[DAYS[4]]) == {"B": ("bb",)}


def test_rows_of_tables_make_the_timeline_that_wrote_them() -> None:
    """Postings 2 and 3 became known at one moment: the later one holds."""
    clock = {1: MOMENTS[DAYS[0]], 2: MOMENTS[DAYS[1]], 3: MOMENTS[DAYS[1]]}

    known = timeline([("A", "y", 1, None), ("A", "x", 1, 2), ("A", "gone", 2, 3), ("A", "z", 3, None)], clock, str)

    assert known.events == {"A": [(clock[1], ("x", "y")), (clock[2], ("y", "z"))]}


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 5), st.sampled_from(["", "one", "two"])), max_size=8))
def test_last_word_up_to_a_day_is_what_was_known_then(words: list[tuple[str, int, str]]) -> None:
    """Whatever the order of rows; of two for the same key and day the first given is dropped here."""
    last = {(key, day): text for key, day, text in words}
    given_rows = [said(key, day, *([text] if text else [])) for (key, day), text in last.items()]
    known: Timeline[str, str] = Timeline({})
    known.add(given_rows, MOMENTS)

    for key in "AB":
        for day in range(6):
            before = [text for at in range(day + 1) if (text := last.get((key, at))) is not None]
            found = known.at(key, MOMENTS[DAYS[day]])
            assert (found or ()) == ((before[-1],) if before and before[-1] else ())
    for changes in ([c for c in known.changes if c.key == key] for key in "AB"):
        assert all(one.rows != other.rows for one, other in itertools.pairwise(changes))
