"""Calendars read from rows: China's year, other weekends, and everything that can be wrong with them."""

from __future__ import annotations

from datetime import date

import pytest

from headrope.core.calendar_rows import read_calendars
from headrope.core.calendars import Calendar
from headrope.core.problems import Problem

from .calendars import CHINA, CHINA_ROWS

Row = dict[str, str]


def row(calendar: str, kind: str, first: str = "", last: str = "") -> Row:
    if last:
        return {"calendar": calendar, "kind": kind, "day": "", "from": first, "to": last}
    return {"calendar": calendar, "kind": kind, "day": first}


def read(*rows: Row) -> tuple[dict[str, Calendar], list[str], list[bool]]:
    """The calendars, the problems as people read them, and which of them block."""
    calendars, problems = read_calendars((f"row {place}", each) for place, each in enumerate(rows, 2))
    return calendars, list(map(str, problems)), [problem.blocking for problem in problems]


def test_the_year_2023_of_china_is_read_without_problems() -> None:
    calendars, problems = read_calendars((where, row("CN", *rest)) for where, *rest in CHINA_ROWS)

    assert (calendars, problems) == ({"CN": CHINA}, [])
    assert calendars["CN"].years == {2023}  # although New Year's holiday begins in 2022


def test_calendars_have_weekends_and_days_of_their_own() -> None:
    calendars, problems, _ = read(
        row("SA", "weekend", "FRI SAT"), row("DE", "holiday", "2023-10-03"), row("SA", "workday", "2023-06-02")
    )

    assert problems == []
    assert calendars == {
        "SA": Calendar("SA", workdays=frozenset((date(2023, 6, 2),)), weekend=frozenset((4, 5))),
        "DE": Calendar("DE", frozenset((date(2023, 10, 3),))),
    }


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [row("", "holiday", "2023-05-01")],
            "row 2: '' is not a code of a calendar. Begin with a letter; use letters, digits and _.",
        ),
        (
            [row("CN", "feast", "2023-05-01")],
            "row 2: 'feast' is not a kind of day. Write holiday, workday or weekend.",
        ),
        (
            [row("CN", "holiday")],
            "row 2: The row says no day, or says it twice. Fill the column day, or both from and to.",
        ),
        (
            [row("CN", "holiday", "2023-05-01", "2023-05-03") | {"day": "2023-05-01"}],
            "row 2: The row says no day, or says it twice. Fill the column day, or both from and to.",
        ),
        (
            [row("CN", "holiday", "", "2023-05-03")],
            "row 2: The row says no day, or says it twice. Fill the column day, or both from and to.",
        ),
        ([row("CN", "holiday", "2023-02-29")], "row 2: '2023-02-29' is not a day. Write it like 2023-05-01."),
        ([row("CN", "holiday", "1.5.", "2023-05-03")], "row 2: '1.5.' is not a day. Write it like 2023-05-01."),
        (
            [row("CN", "holiday", "2023-05-03", "2023-05-01")],
            "row 2: The row ends on 2023-05-01, before it begins. Correct the column from or to.",
        ),
        ([row("CN", "holiday", "0203-05-03")], "row 2: The row lies outside 1900 to 2199. Correct the year."),
        (
            [row("CN", "holiday", "2023-05-01", "2024-05-03")],
            "row 2: The row lasts longer than 366 days, from 2023-05-01 to 2024-05-03. Correct the column from or to.",
        ),
        (
            [row("CN", "weekend", "Friday")],
            "row 2: 'Friday' is not a weekend. Write days of the week into the column day, such as FRI SAT.",
        ),
        (
            [row("CN", "weekend", "MON TUE WED THU FRI SAT SUN")],
            "row 2: 'MON TUE WED THU FRI SAT SUN' is not a weekend. "
            "Write days of the week into the column day, such as FRI SAT.",
        ),
        (
            [row("CN", "weekend", "FRI SAT"), row("CN", "weekend", "SUN")],
            "row 3: The calendar CN has another weekend at row 2. Keep one row.",
        ),
        (
            [row("CN", "holiday", "2023-05-01", "2023-05-07"), row("CN", "workday", "2023-05-06", "2023-05-07")],
            "row 3: CN: 2023-05-06..2023-05-07 is free and worked, here and at row 2. "
            "Keep one row, or give the rows other days.",
        ),
    ],
)
def test_a_row_that_is_wrong_is_told_and_blocks(rows: list[Row], said: str) -> None:
    _, problems, blocking = read(*rows)

    assert (problems, blocking) == ([said], [True])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [row("CN", "holiday", "2023-05-01", "2023-05-03"), row("CN", "holiday", "2023-05-03", "2023-05-04")],
            "row 3: CN: 2023-05-03 stands here and at row 2. Keep one row, or give the rows other days.",
        ),
        (
            [row("CN", "workday", "2023-05-05", "2023-05-06")],
            "row 2: 2023-05-05 is worked anyway: it lies outside of the weekend of CN. Take it out, or correct the day.",
        ),
        (
            [row("CN", "holiday", "2021-05-01"), row("CN", "holiday", "2024-05-01")],
            "row 2: The calendar CN has no entries for 2022, 2023: only weekends are free then. "
            "Add the holidays and make-up days of these years to calendars.csv.",
        ),
    ],
)
def test_what_is_odd_is_told_and_does_not_block(rows: list[Row], said: str) -> None:
    _, problems, blocking = read(*rows)

    assert (problems, blocking) == ([said], [False])


def test_all_problems_are_listed_and_what_is_right_is_taken() -> None:
    calendars, problems, blocking = read(
        row("CN", "holiday", "2023-05-01"),
        row("CN", "feast", "2023-05-02"),
        row("CN", "holiday", "yesterday"),
        row("CN", "workday", "2023-05-01"),
        row("HK", "holiday", "2023-05-01"),
    )

    assert calendars == {name: Calendar(name, frozenset((date(2023, 5, 1),))) for name in ("CN", "HK")}
    assert [each.split(":")[0] for each in problems] == ["row 3", "row 4", "row 5", "row 5"]
    assert blocking == [True, True, False, True]


def test_a_contradiction_with_two_rows_names_each() -> None:
    """A span over two rows tells of both."""
    _, problems = read_calendars(
        (where, row("CN", *rest))
        for where, *rest in [("a", "holiday", "2023-05-06"), ("b", "holiday", "2023-05-07"), ("c", "workday", "2023-05-06", "2023-05-07")]
    )  # fmt: skip

    remedy = "Keep one row, or give the rows other days."
    message = "%(calendar)s: %(days)s is free and worked, here and at %(other)s."
    assert problems == [
        Problem("c", message, remedy, {"calendar": "CN", "other": "a", "days": "2023-05-06"}),
        Problem("c", message, remedy, {"calendar": "CN", "other": "b", "days": "2023-05-07"}),
    ]
