"""What is defined now, as rows of the files that define it, and what a folder would change of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Model

from headrope.core.problems import Problem
from headrope.journal.queries import Books, still_at, while_still
from headrope.ledger.calendar_editions import calendar_history, unit_calendar_history
from headrope.ledger.check_editions import check_history
from headrope.ledger.definitions import Definitions, read_definitions
from headrope.ledger.editions import duty_history, form_history, measure_history
from headrope.ledger.export.definitions import writer_of
from headrope.ledger.folder import calendars, checks, forms, measures, shares
from headrope.ledger.models import CalendarEdition, CheckEdition, Duty, FormEdition, MeasureEdition, UnitCalendar
from headrope.org.models import Holding, SegmentMember
from headrope.org.queries import holding_history, segment_history, unit_ids

Cells = dict[str, str]
Histories = Mapping[str, Callable[[], Iterable[tuple[Hashable, Any, int, int | None]]]]


def _codes() -> dict[int, str]:
    return {number: code for code, number in unit_ids().items()}


_HISTORIES: Histories = {
    measures.FILE: measure_history,
    shares.HOLDINGS: holding_history,
    shares.SEGMENTS: segment_history,
    forms.FORMS: form_history,
    forms.DUTIES: lambda: duty_history(_codes()),
    checks.FILE: check_history,
    calendars.CALENDARS: calendar_history,
    calendars.UNIT_CALENDARS: lambda: unit_calendar_history(_codes()),
}


def current_rows(key: str) -> list[Cells]:
    """The rows of a file (by its key, such as measures) as they hold now; one statement, or two."""
    file = f"{key}.csv"
    columns, write = writer_of(file)
    held = [row for _, row, _, last in _HISTORIES[file]() if last is None]
    return [dict(zip(columns, write(row), strict=True)) for row in held]


_MODELS: Mapping[str, type[Model]] = {
    "measures": MeasureEdition,
    "holdings": Holding,
    "segments": SegmentMember,
    "forms": FormEdition,
    "duties": Duty,
    "checks": CheckEdition,
    "calendars": CalendarEdition,
    "unit_calendars": UnitCalendar,
}


def current_count(key: str) -> int:
    """How many rows of the kind hold now, of calendars how many calendars; one statement."""
    return _MODELS[key]._default_manager.filter(seq_to=None).count()


def changed_since(key: str, seq: int) -> bool:
    """Whether a posting after `seq` has changed anything of the kind; one statement, or two."""
    history = _HISTORIES[f"{key}.csv"]()
    return any(first > seq or (last is not None and last > seq) for _, _, first, last in history)


@dataclass(frozen=True)
class Changed:
    """A thing by the words that name it, with its rows before and after; none before: new, none after: withdrawn."""

    names: tuple[str, ...]
    before: Sequence[Cells]
    after: Sequence[Cells]


def changes(folder: Path, key: str) -> list[Changed]:
    """What a folder, which is sound, would change of the things of a file, in its order."""
    file = f"{key}.csv"
    columns, write = writer_of(file)

    def read(start: Books) -> Definitions:
        ignored: list[Problem] = []
        defined = read_definitions(folder, ignored.append)
        still_at(start)
        return defined

    book = next(each for each in while_still(read).books if each.file == file)

    def cells(rows: Iterable[Any]) -> list[Cells]:
        return [dict(zip(columns, write(row), strict=True)) for row in rows]

    found = []
    for change in book.known.changes:
        events = book.known.events[change.key]
        before = [rows for moment, rows in events if moment < change.moment]
        names = change.key if isinstance(change.key, tuple) else (change.key,)
        found.append(Changed(names, cells(before[-1]) if before else [], cells(change.rows)))
    return found
