"""Calendars: counting and adding business days, against NumPy, against counting one by one, and in China's real years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.calendars import FIRST_DAY, LAST_DAY, Calendar, not_maintained
from headrope.core.problems import Problem

from .calendars import CHINA, plain_days

DAY = timedelta(days=1)
DAYS = st.dates(date(2022, 11, 1), date(2024, 3, 1))
WEEKENDS = st.sampled_from([frozenset((5, 6)), frozenset((4, 5)), frozenset((6,)), frozenset(), frozenset(range(6))])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    holidays = draw(st.frozensets(DAYS, max_size=30))
    return Calendar("X", holidays, draw(st.frozensets(DAYS, max_size=30)) - holidays, draw(WEEKENDS))


def is_free(calendar: Calendar, day: date) -> bool:
    return day in calendar.holidays or (day.weekday() in calendar.weekend and day not in calendar.workdays)


def stepped(calendar: Calendar, day: date, days: int) -> date:
    """Day by day, as one would with a finger on the calendar on the wall."""
    step = DAY if days >= 0 else -DAY
    if days == 0:
        while is_free(calendar, day):
            day += step
    for _ in range(abs(days)):
        day += step
        while is_free(calendar, day):
            day += step
    return day


@given(calendars(), DAYS, st.integers(-40, 40))
def test_adding_is_stepping_from_business_day_to_business_day(calendar: Calendar, day: date, days: int) -> None:
    assert calendar.add(day, days) == stepped(calendar, day, days)
    assert calendar.is_business_day(day) != is_free(calendar, day)
    assert calendar.on_or_after(day) == stepped(calendar, day, 0)
    assert calendar.on_or_before(day) == (stepped(calendar, day, -1) if is_free(calendar, day) else day)


@given(calendars(), DAYS, DAYS)
def test_counting_is_looking_at_each_day_and_turns_its_sign_with_the_direction(
    calendar: Calendar, one: date, other: date
) -> None:
    start, end = sorted((one, other))

    worked = sum(not is_free(calendar, start + i * DAY) for i in range((end - start).days))
    assert calendar.count(start, end) == worked
    assert calendar.count(end, start) == -worked


@given(calendars(), DAYS, DAYS, DAYS)
def test_counts_of_spans_that_follow_each_other_add_up(calendar: Calendar, a: date, b: date, c: date) -> None:
    assert calendar.count(a, b) + calendar.count(b, c) == calendar.count(a, c)


@given(calendars(), DAYS, st.integers(-300, 300))
def test_adding_and_taking_away_leads_back_to_a_business_day(calendar: Calendar, day: date, days: int) -> None:
    start = calendar.on_or_after(day)

    reached = calendar.add(start, days)

    assert calendar.add(reached, -days) == start
    assert calendar.count(start, reached) == days


@given(calendars(), DAYS, st.integers(0, 30), st.integers(-40, 40), st.integers(0, 5))
def test_later_days_and_more_days_never_lead_to_an_earlier_day(
    calendar: Calendar, day: date, later: int, days: int, more: int
) -> None:
    assert calendar.add(day, days) <= calendar.add(day + later * DAY, days + more)


@given(calendars(), DAYS, st.integers(-60, 60))
def test_without_make_up_days_it_is_the_count_of_numpy(calendar: Calendar, day: date, days: int) -> None:
    calendar = replace(calendar, workdays=frozenset())
    mask = [weekday not in calendar.weekend for weekday in range(7)]
    numpy_calendar = np.busdaycalendar(mask, sorted(calendar.holidays))

    roll = "backward" if days > 0 else "forward"
    assert calendar.add(day, days) == np.busday_offset(day, days, roll, busdaycal=numpy_calendar).item()  # type: ignore[call-overload]
    end = day + days * DAY
    if days >= 0:  # NumPy counts backwards with the other end included
        assert calendar.count(day, end) == np.busday_count(day, end, busdaycal=numpy_calendar)


@given(calendars(), st.integers(2022, 2024), st.integers(1, 12))
def test_business_days_of_a_month_are_numbered_from_both_ends(calendar: Calendar, year: int, month: int) -> None:
    first = date(year, month, 1)
    worked = [day for i in range(31) if (day := first + i * DAY).month == month and not is_free(calendar, day)]

    assert [calendar.of_month(year, month, i + 1) for i in range(len(worked))] == worked
    assert [calendar.of_month(year, month, -i - 1) for i in range(len(worked))] == worked[::-1]
    for number in (0, len(worked) + 1, -len(worked) - 1):
        with pytest.raises(ValueError, match=f"{month:02d} has {len(worked)} business days, and no number {number}$"):
            calendar.of_month(year, month, number)


def test_working_days_of_china_in_2023() -> None:
    """The months as payrolls count them: 18, 20, 23 ... together 249 (365 days, 105 of weekends, 18 free, 7 made up)."""
    months = [date(2023, month, 1) for month in range(1, 13)] + [date(2024, 1, 1)]

    found = [CHINA.count(first, end) for first, end in pairwise(months)]

    assert found == [18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21]
    assert sum(found) == 249


@pytest.mark.parametrize(
    ("day", "days", "reached"),
    [
        ("2023-01-20", 1, "2023-01-28"),  # the Friday before Spring Festival; the next day of work is a Saturday
        ("2023-01-20", 2, "2023-01-29"),
        ("2023-01-20", 3, "2023-01-30"),
        ("2023-01-30", -3, "2023-01-20"),
        ("2023-01-25", 0, "2023-01-28"),
        ("2023-01-25", -1, "2023-01-20"),
        ("2023-04-21", 1, "2023-04-23"),  # a Sunday that is worked before Labour Day
        ("2023-04-28", 3, "2023-05-06"),  # 4 and 5 May, and the Saturday after
        ("2023-05-06", 1, "2023-05-08"),
        ("2023-06-21", 1, "2023-06-25"),  # Dragon Boat Festival, then a Sunday
        ("2023-09-28", 1, "2023-10-07"),  # National Day and Mid-Autumn Festival, then a Saturday and a Sunday
        ("2023-09-28", 3, "2023-10-09"),
        ("2023-10-09", -3, "2023-09-28"),
        ("2022-12-30", 1, "2023-01-03"),
    ],
)
def test_days_around_the_holidays_of_china(day: str, days: int, reached: str) -> None:
    assert str(CHINA.add(date.fromisoformat(day), days)) == reached


def test_first_and_last_business_days_of_chinese_months() -> None:
    assert str(CHINA.of_month(2023, 1, 1)) == "2023-01-03"
    assert str(CHINA.of_month(2023, 10, 1)) == "2023-10-07"
    assert str(CHINA.of_month(2023, 4, -1)) == "2023-04-28"
    assert str(CHINA.of_month(2023, 9, -1)) == "2023-09-28"
    assert str(CHINA.of_month(2023, 12, -1)) == "2023-12-29"


def test_a_gulf_weekend_is_friday_and_saturday() -> None:
    gulf = Calendar("SA", weekend=frozenset((4, 5)))

    assert [gulf.is_business_day(date(2023, 6, day)) for day in range(1, 8)] == [True, False, False, *[True] * 4]


def test_beyond_the_years_that_are_maintained_weekends_are_free_and_it_is_said() -> None:
    assert CHINA.unmaintained(date(2022, 12, 31), date(2025, 1, 1)) == [2022, 2024, 2025]
    assert CHINA.is_business_day(date(2024, 10, 1))  # National Day, but nobody has entered 2024
    assert not CHINA.is_business_day(date(2024, 10, 5))
    assert not_maintained(CHINA, [2025, 2024], "form F") == [
        Problem(
            "form F",
            "The calendar %(calendar)s has no entries for %(years)s: only weekends are free then.",
            "Add the holidays and make-up days of these years to calendars.csv.",
            {"calendar": "CN", "years": "2024, 2025"},
            blocking=False,
        )
    ]
    assert not_maintained(CHINA, []) == []


def test_a_day_that_is_free_and_worked_and_a_week_without_work_are_refused() -> None:
    day = frozenset((date(2023, 10, 1),))
    with pytest.raises(ValueError, match=r"^2023-10-01 is both a holiday and a make-up day$"):
        Calendar("X", day, day)
    for weekend in (range(7), (7,)):
        with pytest.raises(ValueError, match=r"^a weekend is made of days from 0 to 6, and not of all$"):
            Calendar("X", weekend=frozenset(weekend))


def test_days_far_away_are_refused() -> None:
    plain = Calendar("X")

    assert plain.add(FIRST_DAY, 1) == date(1899, 1, 2)
    assert not plain.count(FIRST_DAY, FIRST_DAY) and plain.on_or_before(LAST_DAY) == date(2201, 12, 31)
    with pytest.raises(ValueError, match=r"^1898-12-31 lies outside 1899-01-01 to 2201-12-31$"):
        plain.is_business_day(FIRST_DAY - DAY)
    with pytest.raises(ValueError, match=r"^1 business days from 2201-12-31 lie outside"):
        plain.add(LAST_DAY, 1)
    with pytest.raises(ValueError, match=r"^-1 business days from 1899-01-02 lie outside"):
        plain.add(date(1899, 1, 2), -1)


def test_spring_festival_of_2024_with_its_sundays() -> None:
    """10 to 17 February free, 4 and 18 February (Sundays) worked."""
    china = Calendar("CN", plain_days("2024-02-10", "2024-02-17"), frozenset([date(2024, 2, 4), date(2024, 2, 18)]))

    assert str(china.add(date(2024, 2, 9), 1)) == "2024-02-18"
    assert str(china.add(date(2024, 2, 2), 1)) == "2024-02-04"
    assert china.count(date(2024, 2, 1), date(2024, 3, 1)) == 18
