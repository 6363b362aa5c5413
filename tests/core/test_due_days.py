"""Due days: rules in words, China's holidays, moments in time zones, and whole trees in which lower tiers come first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.calendars import Calendar
from headrope.core.due import (
    Asked,
    DueDays,
    DueRule,
    DueRuleError,
    due_days,
    guessed,
    moment,
    parse_rule,
    rule_problem,
    unit_calendars,
)
from headrope.core.due.rules import MIDNIGHT
from headrope.core.periods import Period, parse
from headrope.core.problems import Problem
from headrope.core.rollup import NOT_ALIVE, Rows
from headrope.core.tree_sums import Tree

from .calendars import CHINA, plain_days
from .forests import forests, subtree

PLAIN = Calendar("PLAIN")
GULF = Calendar("SA", weekend=frozenset((4, 5)))
LONG_HOLIDAY = Calendar("LONG", plain_days("2023-05-01", "2023-05-24"))
CALENDARS = (PLAIN, CHINA, GULF, LONG_HOLIDAY)
APRIL = parse("2023-04")
PER_TIER, MINUTES = st.integers(1, 20), st.integers(1, MIDNIGHT)
RULES = st.one_of(
    st.builds(DueRule, st.integers(1, 99), st.just("business"), st.just(1), PER_TIER, MINUTES),
    st.builds(DueRule, st.integers(1, 31), st.just("month"), st.integers(1, 12), PER_TIER, MINUTES),
)


# Rules


@pytest.mark.parametrize(
    ("rule", "period", "days"),
    [
        ("business day 1", "2022-12", ["2023-01-03", "2023-01-04", "2023-01-05"]),
        ("business day 5", "2023-04", ["2023-05-09", "2023-05-10", "2023-05-11"]),  # 4, 5, Saturday 6, 8, 9 May
        ("business day 5", "2023-Q3", ["2023-10-11", "2023-10-12", "2023-10-13"]),  # Saturday 7, Sunday 8, 9, 10, 11
        ("business day 1 +2 per tier", "2023-09", ["2023-10-07", "2023-10-09", "2023-10-11"]),
        ("day 5", "2023-09", ["2023-10-07", "2023-10-08", "2023-10-09"]),  # moved to the Saturday that is worked
        ("day 10", "2023-09", ["2023-10-10", "2023-10-11", "2023-10-12"]),
        ("day 31", "2023-05", ["2023-06-30", "2023-07-03", "2023-07-04"]),  # June has 30 days
        ("day 30 of month 4", "2022", ["2023-05-04", "2023-05-05", "2023-05-06"]),
        ("day 31 of month 2", "2022", ["2023-02-28", "2023-03-01", "2023-03-02"]),
    ],
)
def test_due_days_of_three_tiers_in_china(rule: str, period: str, days: list[str]) -> None:
    made = parse_rule(rule)

    assert [str(made.day(parse(period), CHINA, height)) for height in range(3)] == days


@given(RULES, st.sampled_from(CALENDARS), st.integers(0, 6))
def test_a_due_day_is_a_business_day_after_the_period_and_each_tier_has_its_days(
    rule: DueRule, calendar: Calendar, height: int
) -> None:
    day = rule.day(APRIL, calendar, height)

    assert day > APRIL.last_day and calendar.is_business_day(day)
    assert calendar.count(rule.day(APRIL, calendar), day) == height * rule.per_tier


@given(RULES)
def test_a_rule_is_read_back_from_its_text(rule: DueRule) -> None:
    assert parse_rule(str(rule)) == rule


def test_the_texts_of_rules() -> None:
    found = [
        parse_rule(text) for text in ("business day 5", "day 10 of month 2 +2 per tier at 17:30", "day 1 at 24:00")
    ]

    assert found == [DueRule(5), DueRule(10, "month", 2, 2, 17 * 60 + 30), DueRule(1, "month")]


@pytest.mark.parametrize(
    "text",
    ["", "5", "business day 0", "day 32", "day 3 of month 13", "business day 5 of month 2", "business day 5 +0 per tier",
     "day 3 +21 per tier", "day 3 at 17:60", "day 3 at 24:01", "day 3 at 00:00", "Day 3", "day ３"],
)  # fmt: skip
def test_a_text_that_is_no_rule_is_refused_and_told(text: str) -> None:
    with pytest.raises(DueRuleError):
        parse_rule(text)

    assert str(rule_problem("forms.csv, row 2", text)) == (
        f"forms.csv, row 2: '{text}' is not a rule of due days. "
        "Write business day 5, day 10 or day 30 of month 4; then, if needed, +2 per tier; then, if needed, at 17:00."
    )
    assert rule_problem("forms.csv, row 2", "day 3") is None


# Moments


@pytest.mark.parametrize(
    ("zone", "day", "minutes", "utc"),
    [
        ("Asia/Shanghai", "2023-05-09", 17 * 60, "2023-05-09 09:00"),
        ("Asia/Shanghai", "2023-05-09", 7 * 60, "2023-05-08 23:00"),
        ("Asia/Shanghai", "2023-05-09", MIDNIGHT, "2023-05-09 16:00"),
        ("Europe/Berlin", "2023-03-24", 17 * 60, "2023-03-24 16:00"),  # winter time
        ("Europe/Berlin", "2023-03-27", 17 * 60, "2023-03-27 15:00"),  # summer time
        ("Europe/Berlin", "2023-03-25", MIDNIGHT, "2023-03-25 23:00"),
        ("Europe/Berlin", "2023-03-26", MIDNIGHT, "2023-03-26 22:00"),
        ("Europe/Berlin", "2023-03-26", 150, "2023-03-26 01:30"),  # 02:30 is never shown: 03:30 in summer time
        ("Europe/Berlin", "2023-10-29", 150, "2023-10-29 01:30"),  # 02:30 is shown twice: the later one
        ("Africa/Cairo", "2023-04-27", MIDNIGHT, "2023-04-27 22:00"),  # clocks jump from 24:00 to 01:00
        ("UTC", "2023-12-31", MIDNIGHT, "2024-01-01 00:00"),
    ],
)
def test_the_moment_of_a_time_in_a_zone(zone: str, day: str, minutes: int, utc: str) -> None:
    found = moment(date.fromisoformat(day), minutes, ZoneInfo(zone))

    assert found == datetime.fromisoformat(f"{utc}+00:00")
    assert found.tzinfo is UTC


# Trees


def ask(rule: str = "business day 5", **others: Any) -> Asked:
    return Asked(parse_rule(rule), APRIL, **others)


def tree(*parents: int) -> Tree:
    return Tree.of(np.array(parents, np.int32))


def owing(due: DueDays) -> list[str]:
    return [str(day) for day in due.day]


def test_a_leaf_high_up_in_a_ragged_tree_is_due_with_the_leaves() -> None:
    """
    0 group                   11 May
      1 company               10 May
        2 branch              9 May
        3 branch              9 May
      4 company without any   9 May
      5 company that owes     (nothing is owed below)  9 May
        6 branch, owes not
    7 another group, owes not
    """
    owes = np.array([False, False, True, True, True, True, False, False])

    due = due_days(tree(-1, 0, 1, 1, 0, 0, 5, -1), owes, [CHINA] * 8, ask())

    ninth, tenth, eleventh = "2023-05-09", "2023-05-10", "2023-05-11"
    assert owing(due) == [eleventh, tenth, ninth, ninth, ninth, ninth, "NaT", "NaT"]
    assert due.height.tolist() == [2, 1, 0, 0, 0, 0, -1, -1]
    assert due.moved(list("01234567")) == []


def test_a_parent_is_moved_behind_a_child_in_a_country_with_a_holiday_and_it_is_said() -> None:
    """
    0 group in China          11 May by its rule
      1 company in China      10 May by its rule
        2 branch abroad       31 May
        3 branch              9 May
      4 company               9 May
    """
    due = due_days(
        tree(-1, 0, 1, 1, 0),
        np.array([False, False, True, True, True]),
        [CHINA, CHINA, LONG_HOLIDAY, CHINA, CHINA],
        ask("business day 5 at 17:00"),
    )

    assert owing(due) == ["2023-06-02", "2023-06-01", "2023-05-31", "2023-05-09", "2023-05-09"]
    assert list(map(str, due.moved(["G", "C", "B2", "B3", "D"]))) == [
        "G: Due on 2023-06-02 and not on 2023-05-11, because C below is due on 2023-06-01. "
        "Nothing has to be done; give C an earlier day if this is too late.",
        "C: Due on 2023-06-01 and not on 2023-05-10, because B2 below is due on 2023-05-31. "
        "Nothing has to be done; give B2 an earlier day if this is too late.",
    ]
    assert not any(problem.blocking for problem in due.moved(list("abcde")))
    assert [str(each) for each in due.moments(ZoneInfo("Asia/Shanghai"))[:2]] == [
        "2023-06-02T09:00:00.000000",
        "2023-06-01T09:00:00.000000",
    ]


def test_a_unit_has_days_of_its_own_and_an_extension() -> None:
    """
    0 group        11 May
      1 company    day 11 of its own, whatever is below
        2 branch   extended to Saturday 20 May, so to Monday 22
      3 company    extended to a day that is earlier: nothing changes
    """
    asked = ask(own={1: parse_rule("day 11 at 09:00")}, extended={2: date(2023, 5, 20), 3: date(2023, 5, 4)})
    owes = np.array([False, False, True, True])
    family = tree(-1, 0, 1, 0)

    extended = due_days(family, owes, [CHINA] * 4, asked)
    without = due_days(family, owes, [CHINA] * 4, ask(own=asked.own))

    assert owing(without) == ["2023-05-12", "2023-05-11", "2023-05-09", "2023-05-09"]
    assert owing(extended) == ["2023-05-24", "2023-05-23", "2023-05-22", "2023-05-09"]
    assert extended.behind.tolist() == [1, 2, -1, -1]
    assert extended.asked.astype(str).tolist() == ["2023-05-11", "2023-05-11", "2023-05-22", "2023-05-09"]
    assert extended.minutes.tolist() == [MIDNIGHT, 9 * 60, MIDNIGHT, MIDNIGHT]


@st.composite
def situations(draw: st.DrawFn) -> tuple[Rows, list[bool], list[Calendar], Asked]:
    parent = draw(forests(most=12))
    rows = st.integers(0, len(parent) - 1)
    owes = [draw(st.booleans()) and above != NOT_ALIVE for above in parent.tolist()]
    calendars = [draw(st.sampled_from(CALENDARS)) for _ in owes]
    own = draw(st.dictionaries(rows, RULES, max_size=3))
    extended = draw(st.dictionaries(rows, st.dates(date(2023, 4, 1), date(2023, 9, 30)), max_size=3))
    return parent, owes, calendars, Asked(draw(RULES), APRIL, own, extended)


@given(situations())
def test_a_lower_tier_is_never_due_with_or_after_a_higher_one_of_its_branch(
    situation: tuple[Rows, list[bool], list[Calendar], Asked],
) -> None:
    parent, owes, calendars, asked = situation

    due = due_days(Tree.of(parent), np.array(owes), calendars, asked)

    shanghai = due.moments(ZoneInfo("Asia/Shanghai"))
    for row, calendar in enumerate(calendars):
        below = [each for each in subtree(parent, row) if each != row and due.height[each] >= 0]
        assert all(due.day[each] < due.day[row] and shanghai[each] < shanghai[row] for each in below)
        assert (due.height[row] >= 0) == (owes[row] or bool(below)) == (not np.isnat(due.day[row]))
        if due.height[row] >= 0:
            assert calendar.is_business_day(due.day[row].item())
            # Moved by no more than is needed, and only because of the child that is named.
            latest = max((due.day[each] for each in below), default=np.datetime64("0001-01-01"))
            if due.behind[row] >= 0:
                assert parent[due.behind[row]] == row and due.day[due.behind[row]] == latest >= due.asked[row]
                assert due.day[row] == np.datetime64(calendar.add(date.fromisoformat(str(latest)), 1))
            else:
                assert due.day[row] == due.asked[row] > latest


@given(forests(most=12), RULES, st.data())
def test_in_one_calendar_a_unit_is_due_by_its_height_and_nothing_is_moved(
    parent: Rows, rule: DueRule, data: st.DataObject
) -> None:
    owes = [above != NOT_ALIVE and data.draw(st.booleans()) for above in parent.tolist()]

    due = due_days(Tree.of(parent), np.array(owes), [CHINA] * len(parent), Asked(rule, APRIL))

    def height(row: int) -> int:
        below = [height(each) for each in range(len(parent)) if parent[each] == row]
        return max([each + 1 for each in below if each >= 0], default=0 if owes[row] else -1)

    expected = [rule.day(APRIL, CHINA, h) if (h := height(row)) >= 0 else None for row in range(len(parent))]
    assert due.day.tolist() == expected
    assert set(due.behind.tolist()) == {-1}


@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(
    situation: tuple[Rows, list[bool], list[Calendar], Asked], random: Random
) -> None:
    parent, owes, calendars, asked = situation
    place = list(range(len(owes)))
    random.shuffle(place)

    def moved(values: Sequence[Any]) -> list[Any]:
        found: list[Any] = [None] * len(values)
        for row, value in zip(place, values, strict=True):
            found[row] = value
        return found

    other = np.array(moved([place[above] if above >= 0 else above for above in parent.tolist()]), np.int32)
    again = Asked(
        asked.rule,
        asked.period,
        {place[row]: rule for row, rule in asked.own.items()},
        {place[row]: day for row, day in asked.extended.items()},
    )
    due = due_days(Tree.of(parent), np.array(owes), calendars, asked)
    found = due_days(Tree.of(other), np.array(moved(owes), bool), moved(calendars), again)

    assert found.day.tolist() == moved(due.day.tolist())
    assert found.height.tolist() == moved(due.height.tolist())


def test_of_children_due_on_the_same_day_the_first_is_named() -> None:
    due = due_days(tree(-1, 0, 0), np.array([False, True, True]), [PLAIN, LONG_HOLIDAY, LONG_HOLIDAY], ask())

    assert due.behind.tolist() == [1, -1, -1]


def test_a_unit_without_a_calendar_has_that_of_the_nearest_above() -> None:
    """0 PLAIN by default > 1 CHINA > 2 > 3 GULF > 4 > 5; 6 another root."""
    found = unit_calendars(tree(-1, 0, 1, 2, 3, 4, -1), {1: CHINA, 3: GULF}, PLAIN)

    assert found == [PLAIN, CHINA, CHINA, GULF, GULF, GULF, PLAIN]


def test_due_days_in_a_year_that_nobody_maintains_are_told_once_for_each_calendar() -> None:
    period, calendars = Period(2023 * 12 + 11, 1), [CHINA, CHINA, GULF]
    due = due_days(
        tree(-1, 0, 0), np.array([False, True, True]), calendars, Asked(parse_rule("business day 5"), period)
    )

    message = "The calendar %(calendar)s has no entries for %(years)s: only weekends are free then."
    remedy = "Add the holidays and make-up days of these years to calendars.csv."
    assert guessed(due, calendars, period) == [
        Problem("", message, remedy, {"calendar": code, "years": "2024"}, blocking=False) for code in ("CN", "SA")
    ]
    assert guessed(due_days(tree(-1), np.array([True]), [CHINA], ask()), [CHINA], APRIL) == []
