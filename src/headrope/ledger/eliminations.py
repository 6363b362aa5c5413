"""Eliminations of a load held against those of the books."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from headrope.core.vintages import NOW, Timeline
from headrope.journal.editions import clock
from headrope.ledger.folder.eliminations import Amount, EliminationReader, Pair
from headrope.ledger.folder.tables import Report
from headrope.ledger.models import Elimination
from headrope.ledger.vintages import start_of


def read_eliminations(
    folder: Path, reader: EliminationReader, zone: ZoneInfo, report: Report
) -> tuple[Timeline[Pair, Amount], dict[date, datetime]]:
    """What was known of the pairs that the folder names, with what it says of them; and the moments of its vintages."""
    said = reader.read(folder)
    known = held({each.key[2] for each in said}) if said else Timeline({})
    # Nothing can be withdrawn that was never known.
    given = {each.key for each in said if each.rows} | known.events.keys()
    moments = {each.day: start_of(each.day, zone) for each in said if each.day}
    for problem in known.add([each for each in said if each.key in given], moments, NOW):
        report(problem)
    return known, moments


def held(measures: set[int]) -> Timeline[Pair, Amount]:
    """All that was ever eliminated of these measures (ids); two statements."""
    since = clock()
    known: Timeline[Pair, Amount] = Timeline({})
    for row in Elimination.objects.filter(measure_id__in=measures).order_by("seq").iterator():
        key = (row.unit_id, row.counterparty_id, row.measure_id, row.version_id, row.period)
        rows = () if row.amount is None else (Amount(row.amount),)
        known.events.setdefault(key, []).append((since[row.seq], rows))
    return known


def sizes(eliminated: Timeline[Pair, Amount]) -> dict[tuple[int, int], int]:
    """The absolute amounts that the load eliminates, by measure and version."""
    found: dict[tuple[int, int], int] = {}
    for change in eliminated.changes:
        key = change.key[2], change.key[3]
        found[key] = found.get(key, 0) + sum(abs(row.amount) for row in change.rows)
    return found
