"""Writes ledger.csv, units.csv, measures.csv, and, where there are any, shares, forms, duties, checks and calendars."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from headrope.core.checks.check import Check
from headrope.core.checks.rows import COLUMNS as CHECK_CELLS
from headrope.core.checks.rows import check_row
from headrope.core.formulas import write_formula
from headrope.core.holdings import Holding
from headrope.core.unit_rules import Member
from headrope.core.units import Edition
from headrope.core.vintages import timeline
from headrope.ledger.calendar_editions import calendar_history, unit_calendar_history
from headrope.ledger.check_editions import check_history
from headrope.ledger.editions import duty_history, form_history, measure_history
from headrope.ledger.export.days import Clock, first_day, last_day
from headrope.ledger.export.files import write_rows
from headrope.ledger.folder import calendars, checks, forms, measures, settings, shares, units
from headrope.ledger.folder.calendars import CELL_COLUMNS, CalendarDays
from headrope.ledger.folder.forms import DutyDays, FormRow
from headrope.ledger.folder.measures import YES, MeasureRow
from headrope.ledger.folder.rows import WITHDRAWN
from headrope.ledger.queries import LedgerSettings
from headrope.org.queries import holding_history, segment_history, unit_history, unit_ids

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")
Line = list[str]
History = Iterable[tuple[K, R, int, int | None]]

UNITS = ("code", "name", "name_zh", "parent", "kind", "from", "to", "successor", "method", "vintage", "state")
MEASURES = (
    "code", "name", "name_zh", "account", "quantity", "step", "kind", "direction", "numerator", "denominator", "weight",
    "annualise", "from", "to", "successor", "continuity", "missing", "margin", "attributable", "owner", "vintage",
)  # fmt: skip
HOLDINGS = ("owner", "held", "share", "from", "to", "vintage", "state")
SEGMENTS = ("segment", "unit", "from", "to", "vintage", "state")
FORMS = ("code", "name", "name_zh", "span", "measures", "due", "scale", "vintage")
DUTIES = ("form", "unit", "from", "to", "due", "vintage", "state")
CHECKS = (*CHECK_CELLS[0], *CHECK_CELLS[1], "vintage", "state")
CALENDARS = (*CELL_COLUMNS, "vintage", "state")
UNIT_CALENDARS = ("unit", "calendar", "from", "to", "vintage", "state")


def write_definitions(folder: Path, ledger: LedgerSettings, clock: Clock) -> dict[str, int]:
    """Write what defines something; rows by file. Files of which there are no rows are left out, but units and measures."""
    write_rows(
        folder / settings.FILE, ("key", "value"), ([key, str(getattr(ledger, key))] for key in settings.SETTINGS)
    )
    codes = {number: code for code, number in unit_ids().items()}
    counts = {
        units.FILE: write_rows(folder / units.FILE, UNITS, _lines(clock, unit_history(), _from, _unit, UNITS)),
        measures.FILE: write_rows(
            folder / measures.FILE, MEASURES, _lines(clock, measure_history(), lambda row: 0, _measure, MEASURES)
        ),
    }
    optional: list[tuple[str, Sequence[str], Iterator[Line]]] = [
        (shares.HOLDINGS, HOLDINGS, _lines(clock, holding_history(), shares.share_order, _holding, HOLDINGS)),
        (shares.SEGMENTS, SEGMENTS, _lines(clock, segment_history(), shares.member_order, _member, SEGMENTS)),
        (forms.FORMS, FORMS, _lines(clock, form_history(), lambda row: 0, _form, FORMS)),
        (forms.DUTIES, DUTIES, _lines(clock, duty_history(codes), forms.duty_order, _duty, DUTIES)),
        (checks.FILE, CHECKS, _lines(clock, check_history(), lambda row: 0, _check, CHECKS)),
        *_calendars(clock, codes),
    ]
    for name, columns, lines in optional:
        counts[name] = write_rows(folder / name, columns, lines, optional=True)
    return {name: count for name, count in counts.items() if count}


def _calendars(clock: Clock, units: Mapping[int, str]) -> Iterator[tuple[str, Sequence[str], Iterator[Line]]]:
    """The files of calendars with their columns and rows; `units` are codes by id."""
    history = calendar_history()
    lines = _lines(clock, history, calendars.calendar_order, lambda row: list(row.cells), CALENDARS)
    yield calendars.CALENDARS, CALENDARS, lines
    days = unit_calendar_history(units)
    lines = _lines(clock, days, calendars.calendar_days_order, _calendar_days, UNIT_CALENDARS)
    yield calendars.UNIT_CALENDARS, UNIT_CALENDARS, lines


def _lines(
    clock: Clock, history: History[K, R], order: Callable[[R], Any], write: Callable[[R], Line], columns: Sequence[str]
) -> Iterator[Line]:
    """The rows of each key in each vintage; one that withdraws where nothing is known of it any more."""
    known = timeline(clock.upto_here(history), clock.moments, order)
    stated = "state" in columns
    for key, day, rows in clock.by_day(known):
        for row in rows:
            yield [*write(row), day, ""] if stated else [*write(row), day]
        if not rows:
            yield _withdrawn(columns, key, day)


_HELD = {"owner": ("held",), "form": ("form", "unit"), **{name: (name,) for name in ("segment", "calendar", "unit")}}
"""The columns that say of what a row withdraws what is known, by the file's first column; else the code."""


def _withdrawn(columns: Sequence[str], key: object, day: str) -> Line:
    held = _HELD.get(columns[0], ("code",))
    cells = dict(zip(held, key if isinstance(key, tuple) else (key,), strict=True))
    return [str(cells.get(column, "")) for column in columns[:-2]] + [day, WITHDRAWN]


def _from(edition: Edition) -> Any:
    return edition.valid_from


def _unit(edition: Edition) -> Line:
    days = [first_day(edition.valid_from), last_day(edition.valid_to)]
    names = [edition.code, edition.name, edition.name_zh, edition.parent or "", edition.kind]
    return [*names, *days, edition.successor or "", edition.method]


def _measure(row: MeasureRow) -> Line:
    rule = row.rule
    step = f"{rule.quantity.step:f}" if rule.quantity.exact else ""
    names = [rule.code, row.name, row.name_zh, row.account, rule.quantity.kind, step, rule.kind, rule.direction]
    formulae = [write_formula(rule.numerator), write_formula(rule.denominator)]
    days = [first_day(rule.valid_from), last_day(rule.valid_to)]
    weight, margin = ("" if each is None else repr(each) for each in (row.weight, rule.margin))
    missing = "" if rule.missing == "missing" else rule.missing
    more = [rule.successor or "", rule.continuity, missing, margin, YES if rule.attributable else "", row.owner]
    return [*names, *formulae, weight, YES if rule.annualise else "", *days, *more]


def _holding(row: Holding) -> Line:
    return [row.owner, row.held, str(row.share), first_day(row.valid_from), last_day(row.valid_to)]


def _member(row: Member) -> Line:
    return [row.segment, row.unit, first_day(row.valid_from), last_day(row.valid_to)]


def _form(row: FormRow) -> Line:
    span = next(word for word, months in forms.SPANS.items() if months == row.span)
    scale = "" if row.scale == forms.ONE else row.scale
    return [row.code, row.name, row.name_zh, span, " ".join(row.measures), row.due, scale]


def _duty(row: DutyDays) -> Line:
    return [row.form, row.unit, first_day(row.valid_from), last_day(row.valid_to), row.due]


def _check(check: Check) -> Line:
    cells = check_row(check)
    return [cells[column] for column in CHECKS[:-2]]


def _calendar_days(row: CalendarDays) -> Line:
    return [row.unit, row.calendar, first_day(row.valid_from), last_day(row.valid_to)]


def writer_of(file: str) -> tuple[Sequence[str], Callable[[Any], Line]]:
    """The columns of a file that say something by themselves, and what writes a row of what was read into them."""
    writers: dict[str, tuple[Sequence[str], Callable[[Any], Line]]] = {
        units.FILE: (UNITS, _unit),
        measures.FILE: (MEASURES, _measure),
        shares.HOLDINGS: (HOLDINGS, _holding),
        shares.SEGMENTS: (SEGMENTS, _member),
        forms.FORMS: (FORMS, _form),
        forms.DUTIES: (DUTIES, _duty),
        checks.FILE: (CHECKS, _check),
        calendars.CALENDARS: (CALENDARS, lambda row: list(row.cells)),
        calendars.UNIT_CALENDARS: (UNIT_CALENDARS, _calendar_days),
    }
    columns, write = writers[file]
    return tuple(column for column in columns if column not in ("vintage", "state")), write
