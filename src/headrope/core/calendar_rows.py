"""Reads calendars out of the rows of calendars.csv, and says all that is wrong with them.

>>> rows = [("row 2", {"calendar": "CN", "from": "2023-04-29", "to": "2023-05-03", "kind": "holiday"}),
...         ("row 3", {"calendar": "CN", "day": "2023-05-06", "kind": "workday"})]
>>> calendars, problems = read_calendars(rows)
>>> str(calendars["CN"].add(date(2023, 4, 28), 3)), problems
('2023-05-06', [])

The rules are in docs/spec/due.md, section 2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from headrope.core.calendars import SATURDAY, SUNDAY, Calendar, not_maintained
from headrope.core.measures import CODE
from headrope.core.periods import FIRST_YEAR, LAST_YEAR
from headrope.core.problems import Problem

COLUMNS = ("calendar", "kind"), ("day", "from", "to", "name", "name_zh")
"""Columns that the file must have, and those that it may have."""
HOLIDAY, WORKDAY, WEEKEND = KINDS = ("holiday", "workday", "weekend")
WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
LONGEST = 366

Row = Mapping[str, str]


@dataclass(frozen=True)
class _Span:
    """Days from `first` to `last` that are holidays or workdays."""

    where: str
    kind: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=day) for day in range((self.last - self.first).days + 1)]


@dataclass
class _Given:
    """What the rows say of one calendar; `where` is its first row."""

    where: str
    spans: list[_Span] = field(default_factory=list)
    weekend: tuple[str, frozenset[int]] | None = None


def read_calendars(rows: Iterable[tuple[str, Row]]) -> tuple[dict[str, Calendar], list[Problem]]:
    """The calendars by code, and all problems of the rows, each given with the place that its problems name.

    Calendars are made of what is right; whoever stores them asks first whether a problem is blocking.
    """
    given: dict[str, _Given] = {}
    problems: list[Problem] = []
    for where, row in rows:
        code = row["calendar"]
        if not CODE.fullmatch(code):
            message, remedy = (
                "'%(code)s' is not a code of a calendar.",
                "Begin with a letter; use letters, digits and _.",
            )
            problems.append(Problem(where, message, remedy, {"code": code}))
        else:
            problems += _take(where, row, given.setdefault(code, _Given(where)))
    calendars = {}
    for code, found in given.items():
        calendars[code], wrong = _made(code, found)
        problems += wrong
    return calendars, problems


def _take(where: str, row: Row, given: _Given) -> list[Problem]:
    """Add what a row says to its calendar."""
    kind = row["kind"]
    if kind == WEEKEND:
        return _take_weekend(where, row, given)
    if kind not in KINDS:
        message, remedy = "'%(kind)s' is not a kind of day.", "Write holiday, workday or weekend."
        return [Problem(where, message, remedy, {"kind": kind})]
    span = _span(where, row, kind)
    if isinstance(span, Problem):
        return [span]
    given.spans.append(span)
    return []


def _take_weekend(where: str, row: Row, given: _Given) -> list[Problem]:
    text = row.get("day", "")
    weekend = frozenset(WEEK.index(word) for word in text.split() if word in WEEK)
    values = {"text": text, "calendar": row["calendar"], "other": given.weekend[0] if given.weekend else ""}
    sound = 1 <= len(weekend) < len(WEEK) and set(text.split()) <= set(WEEK)
    if not sound or row.get("from") or row.get("to"):
        message, remedy = "'%(text)s' is not a weekend.", "Write days of the week into the column day, such as FRI SAT."
        return [Problem(where, message, remedy, values)]
    if given.weekend:
        message, remedy = "The calendar %(calendar)s has another weekend at %(other)s.", "Keep one row."
        return [Problem(where, message, remedy, values)]
    given.weekend = where, weekend
    return []


def _span(where: str, row: Row, kind: str) -> _Span | Problem:
    """The days of a row, from `day` or from `from` and `to`."""
    texts = [row.get(column, "") for column in ("day", "from", "to")]
    if [bool(text) for text in texts] not in ([True, False, False], [False, True, True]):
        remedy = "Fill the column day, or both from and to."
        return Problem(where, "The row says no day, or says it twice.", remedy)
    days: list[date] = []
    for text in filter(None, texts):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            return Problem(where, "'%(text)s' is not a day.", "Write it like 2023-05-01.", {"text": text})
    first, last = days[0], days[-1]
    values = {"from": first, "to": last, "first": FIRST_YEAR, "last": LAST_YEAR, "most": LONGEST}
    if last < first:
        return Problem(where, "The row ends on %(to)s, before it begins.", "Correct the column from or to.", values)
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        return Problem(where, "The row lies outside %(first)s to %(last)s.", "Correct the year.", values)
    if (last - first).days >= LONGEST:
        message = "The row lasts longer than %(most)s days, from %(from)s to %(to)s."
        return Problem(where, message, "Correct the column from or to.", values)
    return _Span(where, kind, first, last)


def _made(code: str, given: _Given) -> tuple[Calendar, list[Problem]]:
    """The calendar, and what its rows say against each other and against the weekend."""
    weekend = given.weekend[1] if given.weekend else frozenset((SATURDAY, SUNDAY))
    kinds: dict[date, str] = {}
    rows: dict[date, str] = {}
    twice: dict[tuple[str, str, bool], list[date]] = defaultdict(list)
    problems = []
    for span in given.spans:
        for day in span.days:
            if day in kinds:
                twice[span.where, rows[day], kinds[day] != span.kind].append(day)
            else:
                kinds[day], rows[day] = span.kind, span.where
        if span.kind == WORKDAY and (plain := [day for day in span.days if day.weekday() not in weekend]):
            message = "%(days)s is worked anyway: it lies outside of the weekend of %(calendar)s."
            remedy = "Take it out, or correct the day."
            problems.append(
                Problem(span.where, message, remedy, {"calendar": code, "days": _text(plain)}, blocking=False)
            )
    problems += [_said_twice(code, *key, days) for key, days in twice.items()]
    # A row counts for the year of its last day: New Year's holiday from 31 December on belongs to the new year.
    years = frozenset(span.last.year for span in given.spans)
    made = Calendar(
        code,
        frozenset(day for day, kind in kinds.items() if kind == HOLIDAY),
        frozenset(day for day, kind in kinds.items() if kind == WORKDAY),
        weekend,
        years,
    )
    between = set(range(min(years), max(years))) - years if years else set()
    return made, problems + not_maintained(made, between, given.where)


def _said_twice(code: str, where: str, other: str, against: bool, days: Sequence[date]) -> Problem:
    values = {"calendar": code, "other": other, "days": _text(days)}
    if against:
        message = "%(calendar)s: %(days)s is free and worked, here and at %(other)s."
    else:
        message = "%(calendar)s: %(days)s stands here and at %(other)s."
    return Problem(where, message, "Keep one row, or give the rows other days.", values, blocking=against)


def _text(days: Sequence[date]) -> str:
    """One day, or the first and the last of some that stand in order."""
    return str(days[0]) if len(days) == 1 else f"{days[0]}..{days[-1]}"
