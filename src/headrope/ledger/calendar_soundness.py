"""Whether calendars make sense, and whether units work by calendars that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from headrope.core.calendar_rows import read_calendars
from headrope.core.problems import Problem
from headrope.core.units import Edition
from headrope.ledger.definitions import Definitions
from headrope.ledger.folder import settings
from headrope.ledger.folder.calendars import CalendarDays
from headrope.ledger.folder.rows import unknown
from headrope.ledger.lives import Days, lives_of, meets


def check_calendars(defined: Definitions, editions: Iterable[Edition]) -> Iterator[Problem]:
    """All that is wrong with the rows of calendars, with the group's calendar and with those of units."""
    for each in defined.calendars.said:
        _, problems = read_calendars((row.where, row.by_column) for row in each.rows)
        yield from problems
    codes = list(dict.fromkeys(row.code for row in defined.calendars.whole()))
    default = defined.default_calendar
    if default and default not in codes and (defined.calendars.said or "calendar" in defined.settings):
        yield unknown(f"{settings.FILE}, calendar", "calendar", default, codes)
    if defined.unit_calendars.said or defined.units.said or defined.calendars.said:
        lives = lives_of(editions)
        for row in defined.unit_calendars.whole():
            yield from _of_unit(row, codes, lives)


def _of_unit(row: CalendarDays, codes: Sequence[str], lives: Mapping[str, Sequence[Days]]) -> Iterator[Problem]:
    where = row.where or f"{row.unit}, {row.calendar}"
    values = {"unit": row.unit, "calendar": row.calendar}
    if row.calendar not in codes:
        yield unknown(where, "calendar", row.calendar, codes)
    if row.unit not in lives:
        yield unknown(where, "unit", row.unit, lives)
    elif row.valid_from >= row.valid_to:
        message = "%(unit)s works by %(calendar)s until a day before it begins to."
        yield Problem(where, message, "Correct the column from or to.", values)
    elif not meets(row.valid_from, row.valid_to, lives[row.unit]):
        message = "%(unit)s exists on none of the days on which it works by %(calendar)s."
        yield Problem(where, message, "Correct the dates.", values)
