"""How forms stand at a moment, stale figures, reminders, and counts of what came and what came in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.calendars import Calendar
from headrope.core.due import (
    Addressees,
    Due,
    Owed,
    Policy,
    Reminder,
    Reports,
    Sentence,
    Stale,
    Standing,
    count_reports,
    moment,
    schedule,
    sentence,
    stale,
    standing,
    to_send,
)
from headrope.core.due.reminders import KEPT
from headrope.core.due.standing import SENTENCES
from headrope.core.periods import parse

from .calendars import CHINA

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
GULF = Calendar("SA", weekend=frozenset((4, 5)))


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Standing. April 2023 is due on Tuesday 9 May at 17:00 in Shanghai, 09:00 UTC; Saturday 6 May is worked.

DUE = Due(date(2023, 5, 9), moment(date(2023, 5, 9), 17 * 60, SHANGHAI))


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2023-04-27 16:00", Standing("not-due", 5)),  # Friday 28 April in Shanghai: 4, 5, 6, 8, 9 May
        ("2023-05-03 16:00", Standing("not-due", 4)),
        ("2023-05-04 15:59", Standing("not-due", 4)),  # still Thursday 4 May in Shanghai
        ("2023-05-04 16:00", Standing("due-soon", 3)),
        ("2023-05-07 12:00", Standing("due-soon", 2)),  # Sunday: Monday and Tuesday are left
        ("2023-05-08 15:59", Standing("due-soon", 1)),
        ("2023-05-08 16:00", Standing("due-today")),
        ("2023-05-09 09:00", Standing("due-today")),
        ("2023-05-09 09:00:00.000001", Standing("late", 0)),
        ("2023-05-09 15:59", Standing("late", 0)),
        ("2023-05-09 16:00", Standing("late", 1)),
        ("2023-05-12 16:00", Standing("late", 3)),  # Saturday
        ("2023-05-14 16:00", Standing("late", 4)),
    ],
)
def test_how_a_form_stands_that_is_not_reported(now: str, found: Standing) -> None:
    assert standing(DUE, None, at(now), CHINA, SHANGHAI) == found
    assert standing(DUE, at("2024-01-01"), at(now), CHINA, SHANGHAI) == found  # nobody knows yet that it will come


@pytest.mark.parametrize(
    ("reported", "found"),
    [
        ("2023-04-20 00:00", Standing("reported")),
        ("2023-05-09 09:00", Standing("reported")),
        ("2023-05-09 09:01", Standing("reported-late", 0)),
        ("2023-05-13 00:00", Standing("reported-late", 3)),
        ("2023-05-16 00:00", Standing("reported-late", 5)),
    ],
)
def test_how_a_form_stands_that_is_reported(reported: str, found: Standing) -> None:
    assert standing(DUE, at(reported), at("2023-06-30"), CHINA, SHANGHAI) == found


def test_the_day_is_that_of_the_ledgers_zone() -> None:
    """The same moment is Monday in Berlin and Tuesday in Shanghai."""
    now, day = at("2023-05-08 20:00"), date(2023, 5, 9)

    found = [standing(Due(day, moment(day, 1020, zone)), None, now, CHINA, zone) for zone in (BERLIN, SHANGHAI)]

    assert found == [Standing("due-soon", 1), Standing("due-today")]


def test_a_form_that_is_due_at_the_end_of_the_day_is_in_time_on_the_stroke_of_midnight() -> None:
    due = Due(date(2023, 5, 9), moment(date(2023, 5, 9), 1440, SHANGHAI))

    found = [standing(due, None, at(f"2023-05-09 {time}"), CHINA, SHANGHAI) for time in ("15:59", "16:00", "16:01")]

    assert found == [Standing("due-today"), Standing("due-today"), Standing("late", 1)]


def test_soon_is_as_many_business_days_as_one_says() -> None:
    friday = at("2023-04-28 00:00")

    assert standing(DUE, None, friday, CHINA, SHANGHAI, soon=5) == Standing("due-soon", 5)


@given(st.datetimes(datetime(2023, 4, 1), datetime(2023, 6, 30)), st.timedeltas(timedelta(0), timedelta(20)))
def test_time_only_leads_from_not_due_to_late(now: datetime, later: timedelta) -> None:
    order = list(SENTENCES)[:4]
    one, other = (standing(DUE, None, each.replace(tzinfo=UTC), CHINA, SHANGHAI) for each in (now, now + later))

    signed = [each.days if each.state == "late" else -each.days for each in (one, other)]
    assert order.index(one.state) <= order.index(other.state)
    assert signed[0] <= signed[1]


def test_how_a_standing_is_said() -> None:
    values = {"day": DUE.day, "days": 1}
    late = Sentence(
        "Late by %(days)s business day: it was due on %(day)s.",
        "Late by %(days)s business days: it was due on %(day)s.",
        1,
        values,
    )

    assert sentence(Standing("late", 1), DUE) == late
    said = [sentence(Standing(state, days), DUE) for state in SENTENCES for days in (0, 1, 2)]
    assert [(each.one if each.number == 1 else each.many) % each.values for each in said] == [
        "Due on 2023-05-09, in 0 business days.",
        "Due on 2023-05-09, in 1 business day.",
        "Due on 2023-05-09, in 2 business days.",
        "Due soon: on 2023-05-09, in 0 business days.",
        "Due soon: on 2023-05-09, in 1 business day.",
        "Due soon: on 2023-05-09, in 2 business days.",
        *["Due today."] * 3,
        "Late: it was due on 2023-05-09.",
        "Late by 1 business day: it was due on 2023-05-09.",
        "Late by 2 business days: it was due on 2023-05-09.",
        *["Reported in time."] * 3,
        "Reported late by less than a business day.",
        "Reported 1 business day late.",
        "Reported 2 business days late.",
    ]


# Stale figures


def owed(*reported: str) -> list[Owed]:
    """January to April 2023, each due on the 10th of the next month; those named are reported."""
    return [
        Owed(parse(f"2023-0{month}"), at(f"2023-0{month + 1}-10"), f"2023-0{month}" in reported)
        for month in range(1, 5)
    ]


@pytest.mark.parametrize(
    ("reported", "now", "found"),
    [
        (["2023-01", "2023-02"], "2023-04-10 00:00", None),  # March is due now, and not late yet
        (["2023-01", "2023-02"], "2023-04-10 00:01", Stale(at("2023-04-10"), parse("2023-02"), 1)),
        (["2023-01", "2023-02"], "2023-06-01", Stale(at("2023-04-10"), parse("2023-02"), 2)),
        (["2023-02"], "2023-06-01", Stale(at("2023-04-10"), parse("2023-02"), 2)),
        (["2023-01", "2023-03"], "2023-05-01", None),  # a gap makes it incomplete, not stale
        (["2023-04"], "2023-06-01", None),
        ([], "2023-06-01", Stale(at("2023-02-10"), None, 4)),
        ([], "2023-02-01", None),
    ],
)
def test_a_figure_is_stale_when_its_newest_period_is_older_than_what_is_owed(
    reported: list[str], now: str, found: Stale | None
) -> None:
    assert stale(owed(*reported), at(now)) == found
    assert stale(reversed(owed(*reported)), at(now)) == found


def test_how_staleness_is_said() -> None:
    said = [stale(owed(*reported), at(now)) for reported, now in ((["2023-01"], "2023-05-01"), ([], "2023-02-11"))]

    sentences = [each.sentence for each in said if each]
    assert [(each.one if each.number == 1 else each.many) % each.values for each in sentences] == [
        "Stale since 2023-03-10 00:00:00+00:00: the newest figure is of 2023-01, and 2 periods are overdue.",
        "No figure since 2023-02-10 00:00:00+00:00: 1 period is overdue.",
    ]


# Reminders


def test_reminders_around_labour_day_with_a_superior_in_another_country() -> None:
    """Due on Thursday 4 May. 29 April to 3 May are free, Saturday 6 May is worked; Friday and Saturday are free above."""
    found = schedule("F/U/20230401", date(2023, 5, 4), Addressees(CHINA, GULF), Policy(superior=(2,)))

    assert [(str(each.day), each.addressee, each.days) for each in found] == [
        ("2023-04-26", "clerk", -3),
        ("2023-04-28", "clerk", -1),
        ("2023-05-04", "clerk", 0),
        ("2023-05-05", "clerk", 1),
        ("2023-05-07", "superior", 2),  # Saturday 6 May in China; Sunday above
        ("2023-05-08", "head", 3),
    ]
    assert found[0].key == "F/U/20230401/2023-05-04/clerk/-3"
    assert [each.addressee for each in schedule("F", date(2023, 5, 4), Addressees(CHINA, None), Policy())].count("superior") == 0  # fmt: skip


def run(reminders: list[Reminder], ticks: list[date]) -> list[tuple[date, Reminder]]:
    """What the clock sends on these days, remembering what it has sent."""
    sent: set[str] = set()
    log = []
    for day in ticks:
        for each in to_send(reminders, day, sent):
            assert each.key not in sent
            sent.add(each.key)
            log.append((day, each))
    return log


DAYS = [date(2023, 4, 1) + timedelta(days=day) for day in range(90)]
CALENDARS = st.sampled_from([CHINA, GULF, Calendar("X")])
POLICIES = st.builds(Policy, *[st.lists(st.integers(-5, 9), max_size=4, unique=True).map(tuple)] * 3)


@given(POLICIES, CALENDARS, CALENDARS, st.sampled_from(DAYS[30:60]))
def test_a_clock_that_ticks_each_day_twice_sends_each_reminder_once_on_its_day(
    policy: Policy, unit: Calendar, above: Calendar, due: date
) -> None:
    reminders = schedule("S", unit.on_or_after(due), Addressees(unit, above), policy)

    log = run(reminders, sorted(DAYS * 2))

    # Two for the superior can move to one day: then the later one goes out.
    last = {(each.day, each.addressee): each for each in reminders}
    assert sorted(log) == sorted((each.day, each) for each in last.values())
    assert all(each.calendar.is_business_day(day) for day, each in log)


@given(POLICIES, CALENDARS, CALENDARS, st.sampled_from(DAYS[30:60]), st.sets(st.sampled_from(DAYS)))
def test_a_clock_that_stood_still_sends_the_last_reminder_of_each_and_no_old_ones(
    policy: Policy, unit: Calendar, above: Calendar, due: date, ticks: set[date]
) -> None:
    reminders = schedule("S", unit.on_or_after(due), Addressees(unit, above), policy)

    log = run(reminders, sorted(ticks))

    assert len({each.key for _, each in log}) == len(log)
    assert len({(day, each.addressee) for day, each in log}) == len(log)
    for day, each in log:
        assert each.calendar.is_business_day(day) and each.day <= day and each.calendar.count(each.day, day) <= KEPT
        overtaken = [other for other in reminders if other.addressee == each.addressee and each.day < other.day <= day]
        assert overtaken == []


def test_what_was_due_long_ago_makes_no_flood() -> None:
    reminders = schedule("S", date(2023, 5, 4), Addressees(CHINA, CHINA), Policy())

    assert to_send(reminders, date(2023, 9, 1), set()) == []
    assert [each.addressee for each in to_send(reminders, date(2023, 5, 11), set())] == ["clerk", "head", "superior"]
    assert [each.addressee for each in to_send(reminders, date(2023, 5, 12), set())] == ["head", "superior"]
    assert to_send(reminders, date(2023, 5, 13), set()) == []  # a Saturday
    assert [each.addressee for each in to_send(reminders, date(2023, 5, 15), set())] == ["head", "superior"]


def test_of_two_reminders_that_move_to_one_day_the_later_goes_out() -> None:
    """Friday 5 and Saturday 6 May are worked in China, and free above."""
    reminders = schedule("S", date(2023, 5, 4), Addressees(CHINA, GULF), Policy((), (), (1, 2)))

    assert [str(each.day) for each in reminders] == ["2023-05-07"] * 2
    assert [each.days for _, each in run(reminders, DAYS)] == [2]


def test_another_due_day_makes_other_reminders() -> None:
    one, other = (schedule("S", date(2023, 5, day), Addressees(CHINA, CHINA), Policy()) for day in (9, 11))

    assert not {each.key for each in one} & {each.key for each in other}


# Completeness and timeliness

NAT = "NaT"


def moments(*texts: str) -> np.ndarray:
    return np.array(texts, "datetime64[us]")


def test_counts_of_three_tiers_with_exact_shares() -> None:
    due = moments("2023-05-09", "2023-05-09", "2023-05-09", "2023-05-10", NAT, "2023-05-12")
    reported = moments("2023-05-09", "2023-05-09T00:00:00.000001", NAT, "2023-05-11", "2023-05-01", NAT)

    found = count_reports(np.array([3, 3, 3, 2, 2, 1]), due, reported, np.datetime64("2023-05-10T12:00"))

    assert found == {1: Reports(open=1), 2: Reports(missing=1), 3: Reports(1, 1, 1)}
    assert (found[3].owed, found[3].reported) == (3, 2)
    assert (found[3].completeness, found[3].timeliness) == (Fraction(2, 3), Fraction(1, 3))
    assert (found[1].completeness, found[1].timeliness) == (Fraction(0), None)
    assert (Reports().completeness, Reports().timeliness) == (None, None)


HOURS = st.integers(0, 200).map(lambda hour: datetime(2023, 5, 1) + timedelta(hours=hour))
DUTIES = st.lists(st.tuples(st.integers(1, 4), st.none() | HOURS, st.none() | HOURS), max_size=30)


def counted(duties: list[tuple[int, datetime | None, datetime | None]], now: datetime) -> dict[int, Reports]:
    columns = [[row[column] for row in duties] for column in range(3)]
    due, reported = (np.array(column, "datetime64[us]") for column in columns[1:])
    return count_reports(np.array(columns[0], np.int32), due, reported, np.datetime64(now, "us"))


@given(DUTIES, HOURS)
def test_counts_are_those_of_the_standings_one_by_one(
    duties: list[tuple[int, datetime | None, datetime | None]], now: datetime
) -> None:
    zone = ZoneInfo("UTC")
    kinds = {"reported": "in_time", "reported-late": "late", "late": "missing"}
    expected: dict[int, Reports] = {}
    for tier, due, reported in duties:
        if due is not None:
            each = Due(due.date(), due.replace(tzinfo=UTC))
            sent = reported and reported.replace(tzinfo=UTC)
            state = standing(each, sent, now.replace(tzinfo=UTC), CHINA, zone).state
            expected[tier] = expected.get(tier, Reports()) + Reports(**{kinds.get(state, "open"): 1})

    assert counted(duties, now) == expected


@given(DUTIES, DUTIES, HOURS)
def test_counts_of_several_periods_add_up(
    one: list[tuple[int, datetime | None, datetime | None]],
    other: list[tuple[int, datetime | None, datetime | None]],
    now: datetime,
) -> None:
    parts = [*counted(one, now).values(), *counted(other, now).values()]
    both = counted(one + other, now)

    assert sum(both.values(), Reports()) == sum(parts, Reports())
    assert sum(both.values(), Reports()).owed == sum(due is not None for _, due, _ in one + other)
    for each in both.values():
        assert each.completeness is not None and 0 <= (each.timeliness or 0) <= 1


def test_only_counts_are_added_to_counts() -> None:
    with pytest.raises(TypeError):
        sum([(1, 2, 3, 4)], Reports())
