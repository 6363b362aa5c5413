"""Reads calendars.csv and unit_calendars.csv: which days are worked, and which units work by which calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from headrope.core.calendar_rows import COLUMNS as CELLS
from headrope.core.vintages import Said
from headrope.ledger.folder.rows import LONGEST_NAME, Gathered, Row, read_days, read_rows, text_problem, with_last_days
from headrope.ledger.folder.tables import Report

CALENDARS, UNIT_CALENDARS = "calendars.csv", "unit_calendars.csv"
CALENDAR_COLUMNS = CELLS[0], (*CELLS[1], "vintage", "state")
UNIT_COLUMNS = ("unit", "calendar"), ("from", "to", "vintage", "state")
CELL_COLUMNS = (*CELLS[0], *CELLS[1])
"""The columns of a row of calendars.csv that say something of its calendar, in the order of `CalendarRow.cells`."""


@dataclass(frozen=True)
class CalendarRow:
    """A row of a calendar as its owner wrote it: cells in the order of CELL_COLUMNS. What they mean is for core.calendar_rows."""

    cells: tuple[str, ...]
    where: str = field(default="", compare=False)

    @property
    def code(self) -> str:
        """The code of the calendar."""
        return self.cells[0]

    @property
    def by_column(self) -> dict[str, str]:
        """The cells by column."""
        return dict(zip(CELL_COLUMNS, self.cells, strict=True))


@dataclass(frozen=True)
class CalendarDays:
    """A unit, and all below it that has no other, works by a calendar from `valid_from` up to, not on, `valid_to`."""

    unit: str
    calendar: str
    valid_from: date
    valid_to: date
    where: str = field(default="", compare=False)


def read_calendar_rows(folder: Path, report: Report, today: date) -> list[Said[str, CalendarRow]]:
    """What calendars.csv says of each calendar; nothing without the file."""
    gathered: Gathered[str, CalendarRow] = Gathered(("calendar",), today, report)
    for where, row in read_rows(folder / CALENDARS, CALENDAR_COLUMNS, report):
        gathered.take(where, row, row["calendar"], lambda where, row: _calendar_row(where, row, report))
    return gathered.said(lambda rows: sorted(rows, key=calendar_order))


def _calendar_row(where: str, row: Row, report: Report) -> CalendarRow | None:
    wrong = [text_problem(where, column, row.get(column, ""), LONGEST_NAME) for column in CELL_COLUMNS]
    found = [problem for problem in wrong if problem]
    for problem in found:
        report(problem)
    return None if found else CalendarRow(tuple(row.get(column, "") for column in CELL_COLUMNS), where)


def calendar_order(row: CalendarRow) -> tuple[str, ...]:
    """Rows of one calendar stand in the order of their first days; its weekend, which has none, comes last."""
    cells = row.by_column
    return "~" if cells["kind"] == "weekend" else cells["day"] or cells["from"], *row.cells


def read_unit_calendars(folder: Path, report: Report, today: date) -> list[Said[str, CalendarDays]]:
    """What unit_calendars.csv says of each unit; nothing without the file."""
    gathered: Gathered[str, CalendarDays] = Gathered(("unit",), today, report)
    for where, row in read_rows(folder / UNIT_CALENDARS, UNIT_COLUMNS, report):
        gathered.take(where, row, row["unit"], lambda where, row: _calendar_days(where, row, report))
    return gathered.said(lambda rows: sorted(with_last_days(rows, lambda row: row.unit), key=calendar_days_order))


def _calendar_days(where: str, row: Row, report: Report) -> CalendarDays:
    return CalendarDays(row["unit"], row["calendar"], *read_days(where, row, report), where)


def calendar_days_order(row: CalendarDays) -> date:
    """Calendars of one unit stand in the order of their first days."""
    return row.valid_from
