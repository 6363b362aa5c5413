"""Definitions of a load: settings and what a folder says of units, measures, forms, checks and calendars, held against
the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from headrope.core.checks.check import Check
from headrope.core.holdings import Holding
from headrope.core.measures import MeasureRule
from headrope.core.periods import month_of
from headrope.core.problems import Problem
from headrope.core.unit_rules import Member
from headrope.core.units import ALWAYS, FOREVER, SEGMENT, Edition
from headrope.core.vintages import Said, Timeline, timeline
from headrope.journal.clock import now
from headrope.journal.editions import clock
from headrope.ledger.calendar_editions import calendar_history, unit_calendar_history
from headrope.ledger.check_editions import check_history
from headrope.ledger.editions import duty_history, form_history, measure_history
from headrope.ledger.folder import calendars, checks, forms, measures, settings, shares, units
from headrope.ledger.folder.calendars import CalendarDays, CalendarRow
from headrope.ledger.folder.forms import Duty, DutyDays, FormRow
from headrope.ledger.folder.measures import MeasureRow
from headrope.ledger.folder.reach import Calendar, Reach, Spans
from headrope.ledger.folder.tables import Report
from headrope.ledger.models import Fact, Form, Measure
from headrope.ledger.queries import LedgerSettings, ledger_settings
from headrope.ledger.vintages import start_of
from headrope.org.queries import holding_history, segment_history, unit_history, unit_ids

FILES = (
    settings.FILE, units.FILE, measures.FILE, shares.HOLDINGS, shares.SEGMENTS, forms.FORMS, forms.DUTIES, checks.FILE,
    calendars.CALENDARS, calendars.UNIT_CALENDARS,
)  # fmt: skip
EVER = (0, 12 * 10_000)
"""All months, as numbers counted from year 0."""

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")


@dataclass
class Book(Generic[K, R]):
    """What was known of one kind of thing, what a file says of it, and the timeline of both."""

    file: str
    known: Timeline[K, R]
    said: Sequence[Said[K, R]] = ()

    def whole(self) -> list[R]:
        """All rows that hold at the end: those that the file does not give first, then those that it gives, in its order."""
        state = self.known.state()
        given = {each.key: each.rows for each in self.said if state.get(each.key) == each.rows}
        held = [row for key, rows in state.items() if key not in given for row in rows]
        return held + [row for rows in given.values() for row in rows]

    @property
    def days(self) -> set[date]:
        """The vintages of the file."""
        return {each.day for each in self.said if each.day}


@dataclass
class Definitions:
    """What a folder defines, beside what is known; ids are those that new units, measures and forms will have."""

    held: LedgerSettings
    settings: dict[str, str]
    tiers: dict[str, int]
    units: Book[str, Edition]
    measures: Book[str, MeasureRow]
    holdings: Book[str, Holding]
    segments: Book[str, Member]
    forms: Book[str, FormRow]
    duties: Book[Duty, DutyDays]
    checks: Book[str, Check]
    calendars: Book[str, CalendarRow]
    unit_calendars: Book[str, CalendarDays]
    unit_ids: dict[str, int] = field(default_factory=dict)
    measure_ids: dict[str, int] = field(default_factory=dict)
    form_ids: dict[str, int] = field(default_factory=dict)
    new_units: int = 0
    new_measures: int = 0

    @property
    def books(self) -> tuple[Book[Any, Any], ...]:
        """All kinds of things, in the order in which they build on each other."""
        return self.units, self.measures, *self.others

    @property
    def others(self) -> tuple[Book[Any, Any], ...]:
        """All kinds of things but units and measures."""
        owed = self.forms, self.duties, self.checks
        return self.holdings, self.segments, *owed, self.calendars, self.unit_calendars

    @property
    def default_calendar(self) -> str:
        """The code of the group's calendar that will hold; empty for plain weekends."""
        return self.settings.get("calendar", self.held.calendar)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that will hold."""
        return ZoneInfo(self.settings["time_zone"]) if "time_zone" in self.settings else self.held.zone

    @property
    def calendar(self) -> Calendar:
        """The fiscal start that will hold, and today."""
        fiscal_start = int(self.settings.get("fiscal_start", self.held.fiscal_start))
        return Calendar(fiscal_start, now().astimezone(self.zone).date())

    @property
    def rules(self) -> dict[int, MeasureRule]:
        """The measures as they will be, by id."""
        return {self.measure_ids[row.rule.code]: row.rule for row in self.measures.whole()}

    @property
    def moments(self) -> set[datetime]:
        """From when on the vintages of the files are known."""
        return {start_of(day, self.zone) for book in self.books for day in book.days}

    def changes(self, moment: datetime) -> dict[str, dict[Any, tuple[Any, ...]]]:
        """What becomes known at that moment, by file."""
        return {book.file: found for book in self.books if (found := book.known.changed(moment))}

    def changed(self, book: Book[Any, Any]) -> int:
        """Of how many things that were there before something changes."""
        changes = Counter(change.key for change in book.known.changes)
        return sum(len(book.known.events[key]) > count for key, count in changes.items())

    def reach_now(self) -> Reach:
        """Where there can be figures as things will be defined."""
        return self._reach(self.units.whole(), self.measures.whole())

    def reach_ever(self) -> Reach:
        """Where there can be figures by any definition there ever was."""
        units, measures = self.units.known, self.measures.known
        return self._reach(
            [edition for code in units.events for edition in units.ever(code)],
            [row for code in measures.events for row in measures.ever(code)],
        )

    def _reach(self, editions: Iterable[Edition], measures: Iterable[MeasureRow]) -> Reach:
        alive: dict[int, list[tuple[int, int]]] = {self.unit_ids[code]: [] for code in self.units.known.events}
        own: dict[int, list[tuple[int, int]]] = {unit: [] for unit in alive}
        valid: dict[int, list[tuple[int, int]]] = {self.measure_ids[code]: [] for code in self.measures.known.events}
        for edition in editions:
            span = _months(edition.valid_from, edition.valid_to)
            alive[self.unit_ids[edition.code]].append(span)
            if edition.kind != SEGMENT:
                own[self.unit_ids[edition.code]].append(span)
        for row in measures:
            valid[self.measure_ids[row.rule.code]].append(_months(row.rule.valid_from, row.rule.valid_to))
        joined = {unit: _joined(spans) for unit, spans in alive.items()}
        apart = {unit: spans for unit, held in own.items() if (spans := _joined(held)) != joined[unit]}
        return Reach(_limited(joined), apart, _limited({number: _joined(spans) for number, spans in valid.items()}))


def _months(start: date, end: date) -> tuple[int, int]:
    first = EVER[0] if start == ALWAYS else month_of(start).start
    return first, EVER[1] if end == FOREVER else month_of(end).start


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The same months in as few intervals as can be, in order."""
    found: list[tuple[int, int]] = []
    for first, end in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        elif first < end:
            found.append((first, end))
    return tuple(found)


def _limited(found: Mapping[int, tuple[tuple[int, int], ...]]) -> dict[int, Spans]:
    return {number: spans for number, spans in found.items() if spans != (EVER,)}


def read_definitions(folder: Path, report: Report) -> Definitions:
    """Read what a folder defines and hold it against the books; what is wrong with single rows is reported."""
    held = ledger_settings()
    given = settings.read_settings(folder, report)
    _check_settings(held, given, report)
    since, ids = clock(), unit_ids()
    codes = {number: code for code, number in ids.items()}
    defined = Definitions(
        held,
        given,
        {},
        Book(units.FILE, timeline(unit_history(), since, lambda row: row.valid_from)),
        Book(measures.FILE, timeline(measure_history(), since, lambda row: row.rule.code)),
        Book(shares.HOLDINGS, timeline(holding_history(), since, shares.share_order)),
        Book(shares.SEGMENTS, timeline(segment_history(), since, shares.member_order)),
        Book(forms.FORMS, timeline(form_history(), since, lambda row: row.code)),
        Book(forms.DUTIES, timeline(duty_history(codes), since, forms.duty_order)),
        Book(checks.FILE, timeline(check_history(), since, lambda row: row.code)),
        Book(calendars.CALENDARS, timeline(calendar_history(), since, calendars.calendar_order)),
        Book(calendars.UNIT_CALENDARS, timeline(unit_calendar_history(codes), since, calendars.calendar_days_order)),
    )
    today = defined.calendar.today
    rows = units.read_units(folder, report, today)
    defined.tiers = dict(rows.tiers)
    defined.units.said = rows.said
    defined.measures.said = measures.read_measures(folder, report, today)
    defined.holdings.said = shares.read_holdings(folder, report, today)
    defined.segments.said = shares.read_segments(folder, report, today)
    defined.forms.said = forms.read_forms(folder, report, today)
    defined.duties.said = forms.read_duties(folder, report, today)
    defined.checks.said = checks.read_checks(folder, report, today)
    defined.calendars.said = calendars.read_calendar_rows(folder, report, today)
    defined.unit_calendars.said = calendars.read_unit_calendars(folder, report, today)
    defined.unit_ids, defined.new_units = _numbered(ids, defined.units)
    defined.measure_ids, defined.new_measures = _numbered(
        dict(Measure.objects.values_list("code", "id")), defined.measures
    )
    defined.form_ids, _ = _numbered(dict(Form.objects.values_list("code", "id")), defined.forms)
    moments = {day: start_of(day, defined.zone) for book in defined.books for day in book.days}
    for book in defined.books:
        for problem in book.known.add(book.said, moments):
            report(problem)
    return defined


def _numbered(ids: dict[str, int], book: Book[str, Any]) -> tuple[dict[str, int], int]:
    """Ids with those of new codes, in the order of the file; and how many are new."""
    first = max(ids.values(), default=0) + 1
    new = [code for code in dict.fromkeys(each.key for each in book.said) if code not in ids]
    return {**ids, **{code: first + place for place, code in enumerate(new)}}, len(new)


def _check_settings(held: LedgerSettings, settings: dict[str, str], report: Report) -> None:
    for key in ("currency", "fiscal_start"):
        before = str(getattr(held, key))
        if settings.get(key, before) != before and Fact.objects.exists():
            message = "%(key)s is %(held)s and cannot become %(given)s: the ledger holds figures."
            values = {"key": key, "held": before, "given": settings[key]}
            report(Problem("ledger.csv", message, "Load the folder into a ledger of its own.", values))
