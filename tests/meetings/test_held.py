"""Of which day a meeting's figures are: of now until it was held and that day is over, then of that day for ever."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from headrope.journal.queries import Known
from headrope.meetings.held import day_held, figures_day
from headrope.meetings.queries import last_reviews
from headrope.org.queries import unit_ids
from tests.meetings.conftest import Hall

SHANGHAI = ZoneInfo("Asia/Shanghai")
HELD, NEXT, LATER = date(2023, 7, 14), date(2023, 7, 15), date(2023, 9, 1)
A_DAY = 24 * 3600


def day(hall: Hall) -> date | None:
    return day_held(hall.meeting(), hall.stand(), SHANGHAI)


def figures(hall: Hall, today: date) -> date | None:
    return figures_day(hall.meeting(), hall.stand(), SHANGHAI, today)


def test_meeting_without_clock_and_note_was_not_held_even_if_its_day_is_gone(hall: Hall) -> None:
    hall.moved(("A", False, 0))  # somebody has looked at the slides
    hall.note("A draft")

    assert (day(hall), figures(hall, LATER)) == (None, None)


def test_figures_are_those_of_now_until_the_day_is_over(hall: Hall) -> None:
    hall.moved(("A", True, 0), ("B", True, 300))

    assert [figures(hall, today) for today in (HELD, NEXT, LATER)] == [None, HELD, HELD]


def test_meeting_that_goes_on_the_next_day_was_held_on_its_last_one(hall: Hall) -> None:
    hall.moved(("A", True, 0), ("A", False, 300))
    hall.moved(("B", True, A_DAY), ("B", False, A_DAY + 60))

    assert [figures(hall, today) for today in (NEXT, LATER)] == [None, NEXT]


def test_looking_back_without_the_clock_does_not_move_the_day(hall: Hall) -> None:
    hall.moved(("A", True, 0), ("A", False, 300))
    hall.moved(("B", False, 40 * A_DAY), ("C", False, 40 * A_DAY + 5))

    assert figures(hall, LATER) == HELD


def test_day_is_that_of_the_ledgers_time_zone(hall: Hall) -> None:
    hall.moved(("A", True, 11.5 * 3600), ("A", False, 12.5 * 3600))  # from half past eleven in the evening

    assert (day(hall), day_held(hall.meeting(), hall.stand(), ZoneInfo("UTC"))) == (NEXT, HELD)


def test_meeting_that_was_only_noted_was_held_on_its_own_day(hall: Hall) -> None:
    hall.now = hall.at(3 * A_DAY)
    hall.note("Sell it", state="settled")

    assert figures(hall, LATER) == HELD


def test_last_orders_are_those_that_were_known_then(hall: Hall) -> None:
    key, unit = uuid4(), unit_ids()["A"]
    hall.note("Sell it", key=key, state="settled", due=date(2023, 7, 20))
    hall.now = hall.at(9 * A_DAY)
    hall.note("Sell it", key=key, version=1, state="done", remark="sold", due=date(2023, 7, 20))

    def told(end: datetime) -> list[tuple[str, str]]:
        known = Known(end.date(), end, frozenset())
        found = last_reviews([unit], LATER, known=known)
        return [(note.state, note.remark) for note in found[unit].orders] if found else []

    days = (hall.at(-1), hall.at(A_DAY), hall.at(0) + timedelta(days=10))
    assert [told(each) for each in days] == [[], [("settled", "")], [("done", "sold")]]
