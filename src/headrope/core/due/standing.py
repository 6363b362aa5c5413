"""How a form stands at a moment: not due, due soon, due today, late, reported, reported late; and since when it is stale.

>>> from datetime import UTC
>>> from headrope.core.due.rules import moment
>>> zone, calendar = ZoneInfo("Asia/Shanghai"), Calendar("plain")
>>> due = Due(date(2023, 7, 7), moment(date(2023, 7, 7), 17 * 60, zone))
>>> standing(due, None, datetime(2023, 7, 11, 1, tzinfo=UTC), calendar, zone)
Standing(state='late', days=2)

The rules are in docs/spec/due.md, sections 5 and 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from headrope.core.calendars import Calendar
from headrope.core.periods import Period

State = Literal["not-due", "due-soon", "due-today", "late", "reported", "reported-late"]
SOON = 3
"""So many business days before the due day and less, a form is due soon."""


class Due(NamedTuple):
    """A due day, and the moment on it (or at its end) up to which a report is in time."""

    day: date
    moment: datetime


class Standing(NamedTuple):
    """A state, and its business days: those left before the due day, or those late; 0 on the due day and the weekend after."""

    state: State
    days: int = 0


def standing(
    due: Due, reported: datetime | None, now: datetime, calendar: Calendar, zone: ZoneInfo, *, soon: int = SOON
) -> Standing:
    """How a form stands. `reported` is when it was sent; a report that was returned, or comes after `now`, is none.

    Days are those of the unit's calendar and begin at midnight in the zone, the ledger's.
    """
    if reported is not None and reported > now:
        reported = None
    until = now if reported is None else reported
    today = until.astimezone(zone).date()
    if until > due.moment:
        return Standing("late" if reported is None else "reported-late", _after(due.day, today, calendar))
    if reported is not None:
        return Standing("reported")
    if today >= due.day:  # later: on the stroke of midnight that ends the due day
        return Standing("due-today")
    left = _after(today, due.day, calendar)
    return Standing("due-soon" if left <= soon else "not-due", left)


def _after(day: date, last: date, calendar: Calendar) -> int:
    """The business days after a day up to a later one, which is included."""
    return calendar.count(day + timedelta(days=1), last + timedelta(days=1))


class Sentence(NamedTuple):
    """A message id for one, one for many, and which of them: filled from `values` after translation."""

    one: str
    many: str
    number: int
    values: Mapping[str, object]


SENTENCES: dict[State, tuple[str, str]] = {
    "not-due": ("Due on %(day)s, in %(days)s business day.", "Due on %(day)s, in %(days)s business days."),
    "due-soon": ("Due soon: on %(day)s, in %(days)s business day.", "Due soon: on %(day)s, in %(days)s business days."),
    "due-today": ("Due today.", "Due today."),
    "late": (
        "Late by %(days)s business day: it was due on %(day)s.",
        "Late by %(days)s business days: it was due on %(day)s.",
    ),
    "reported": ("Reported in time.", "Reported in time."),
    "reported-late": ("Reported %(days)s business day late.", "Reported %(days)s business days late."),
}
JUST_LATE: dict[State, str] = {
    "late": "Late: it was due on %(day)s.",
    "reported-late": "Reported late by less than a business day.",
}
"""Late by less than a business day."""


def sentence(found: Standing, due: Due) -> Sentence:
    """How the standing is said."""
    one, many = SENTENCES[found.state]
    if found.days == 0 and found.state in JUST_LATE:
        one = many = JUST_LATE[found.state]
    return Sentence(one, many, found.days, {"day": due.day, "days": found.days})


class Owed(NamedTuple):
    """A period that a figure is owed for, when it is due, and whether it has been reported."""

    period: Period
    due: datetime
    reported: bool


@dataclass(frozen=True)
class Stale:
    """A figure is older than what is owed: since when, its newest reported period (None: never), how many are missing."""

    since: datetime
    newest: Period | None
    missing: int

    @property
    def sentence(self) -> Sentence:
        """How it is said in place of a status."""
        values = {"since": self.since, "newest": self.newest, "missing": self.missing}
        if self.newest is None:
            one = "No figure since %(since)s: %(missing)s period is overdue."
            return Sentence(one, "No figure since %(since)s: %(missing)s periods are overdue.", self.missing, values)
        one = "Stale since %(since)s: the newest figure is of %(newest)s, and %(missing)s period is overdue."
        many = "Stale since %(since)s: the newest figure is of %(newest)s, and %(missing)s periods are overdue."
        return Sentence(one, many, self.missing, values)


def stale(owed: Iterable[Owed], now: datetime) -> Stale | None:
    """Whether a figure is stale: a period that ends after its newest reported one is overdue. A status yields to it.

    A gap before the newest reported period makes a figure incomplete and not stale.
    """
    given = list(owed)
    newest = max((each.period for each in given if each.reported), key=lambda period: period.end, default=None)
    overdue = [each.due for each in given if each.due < now and (newest is None or each.period.end > newest.end)]
    return Stale(min(overdue), newest, len(overdue)) if overdue else None
