"""Editions of calendars and of the units that work by them: what was ever known of them, and how they are replaced."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import QuerySet

from headrope.journal.editions import replace_rows
from headrope.ledger.folder.calendars import CELL_COLUMNS, CalendarDays, CalendarRow
from headrope.ledger.models import CalendarEdition, UnitCalendar

Ids = Mapping[str, int]


def calendar_text(rows: Sequence[CalendarRow]) -> str:
    """The rows of one calendar as JSON: of each the cells that are not empty, the same text for the same rows."""
    told = [{column: cell for column, cell in row.by_column.items() if cell} for row in rows]
    return json.dumps(told, ensure_ascii=False)


def rows_of(text: str) -> list[CalendarRow]:
    """The rows of such a text."""
    return [CalendarRow(tuple(cells.get(column, "") for column in CELL_COLUMNS)) for cells in json.loads(text)]


def calendar_history() -> list[tuple[str, CalendarRow, int, int | None]]:
    """Every row of every edition there ever was by calendar; one statement."""
    query = CalendarEdition.objects.order_by("code", "seq_from").values_list("code", "rows", "seq_from", "seq_to")
    return [(code, row, first, last) for code, text, first, last in query for row in rows_of(text)]


def set_calendars(calendars: Mapping[str, Sequence[CalendarRow]], seq: int) -> None:
    """Let the rows be what there is of these calendars from the posting `seq` on; part of its transaction."""
    open_now = CalendarEdition.objects.filter(seq_to=None).values_list("id", "code", "rows")
    held = {(code, text): pk for pk, code, text in open_now if code in calendars}
    wanted = {
        (code, text): CalendarEdition(code=code, seq_from=seq, rows=text)
        for code, rows in calendars.items()
        if rows
        for text in [calendar_text(rows)]
    }
    replace_rows(CalendarEdition, held, wanted, seq)


def unit_calendar_editions(
    query: QuerySet[UnitCalendar], units: Mapping[int, str]
) -> Iterator[tuple[int, CalendarDays, int, int | None]]:
    """Of each row its id, what it says, and the postings it holds between; one statement. `units` are codes by id."""
    fields = ("id", "unit_id", "calendar", "valid_from", "valid_to", "seq_from", "seq_to")
    for pk, unit, calendar, start, end, first, last in query.values_list(*fields):
        yield pk, CalendarDays(units[unit], calendar, start, end), first, last


def unit_calendar_history(units: Mapping[int, str]) -> list[tuple[str, CalendarDays, int, int | None]]:
    """Every calendar of a unit there ever was by unit; one statement. `units` are codes by id."""
    rows = unit_calendar_editions(UnitCalendar.objects.order_by("unit_id", "valid_from"), units)
    return [(row.unit, row, first, last) for _, row, first, last in rows]


def set_unit_calendars(calendars: Mapping[str, Sequence[CalendarDays]], units: Ids, seq: int) -> None:
    """Let the rows be all calendars of these units from the posting `seq` on; part of its transaction."""
    codes = {number: code for code, number in units.items()}
    open_now = unit_calendar_editions(UnitCalendar.objects.filter(seq_to=None), codes)
    held = {row: pk for pk, row, *_ in open_now if row.unit in calendars}
    wanted = {
        row: UnitCalendar(
            unit_id=units[row.unit],
            calendar=row.calendar,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            seq_from=seq,
        )
        for rows in calendars.values()
        for row in rows
    }
    replace_rows(UnitCalendar, held, wanted, seq)
