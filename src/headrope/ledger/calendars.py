"""Calendars as known: which days are worked, and which units work by which of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from headrope.core.calendar_rows import read_calendars
from headrope.core.calendars import Calendar
from headrope.journal.editions import in_force
from headrope.journal.queries import Known, defined_at
from headrope.ledger.calendar_editions import rows_of
from headrope.ledger.models import CalendarEdition, UnitCalendar
from headrope.ledger.queries import ledger_settings
from headrope.org.queries import Tree

PLAIN = Calendar("")
"""What a ledger works by that names no calendar: Saturdays and Sundays are free."""


@dataclass(frozen=True)
class UnitCalendarRow:
    """A unit (id), and all below it that has no other, works by a calendar from `valid_from` up to, not on, `valid_to`."""

    unit: int
    calendar: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class Calendars:
    """The calendars by code, the one of the whole group, and those of units with their days."""

    by_code: Mapping[str, Calendar]
    default: Calendar
    of_units: tuple[UnitCalendarRow, ...]

    def given(self, day: date) -> dict[int, Calendar]:
        """The calendars that units (ids) have themselves on a day."""
        rows = [row for row in self.of_units if row.valid_from <= day < row.valid_to]
        return {row.unit: self.by_code[row.calendar] for row in rows if row.calendar in self.by_code}


def calendars(known: Known | None = None) -> dict[str, Calendar]:
    """All calendars in force as known then (None: now), by code; one statement."""
    rows = in_force(CalendarEdition.objects.order_by("code", "seq_from"), ("rows",), known)
    found, _ = read_calendars(("", row.by_column) for (text,) in rows for row in rows_of(text))
    return found


def unit_calendar_rows(known: Known | None = None) -> list[UnitCalendarRow]:
    """The calendars of units in force as known then (None: now), by unit and first day; one statement."""
    query = UnitCalendar.objects.order_by("unit_id", "valid_from")
    return [UnitCalendarRow(*row) for row in in_force(query, ("unit_id", "calendar", "valid_from", "valid_to"), known)]


def all_calendars(known: Known | None = None) -> Calendars:
    """Calendars and who works by them as known then (None: now); three statements. The group's is that of today's settings."""
    found = calendars(known)
    default = found.get(ledger_settings().calendar, PLAIN)
    return Calendars(found, default, tuple(unit_calendar_rows(known)))


@lru_cache(maxsize=4)
def _calendars_at(key: str, defined: int) -> Calendars:
    return all_calendars()


def calendars_now(key: str, seq: int) -> Calendars:
    """`all_calendars` as known now, kept in the process until a definition in the books `key` changes."""
    return _calendars_at(key, defined_at(key, seq))


def calendar_of_units(tree: Tree, day: date, held: Calendars) -> dict[int, Calendar]:
    """The calendar that each unit (id) of the tree works by on a day: its own, else that of the nearest above, else the group's."""
    given, found = held.given(day), dict[int, Calendar]()
    for root in tree.children.get(None, ()):
        for node in tree.subtree(root.id):  # parents before children
            above = found[node.parent] if node.parent is not None else held.default
            found[node.id] = given.get(node.id, above)
    return found
