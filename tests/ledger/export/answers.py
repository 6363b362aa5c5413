"""What a ledger answers about a day: everything known by then as plain values, free of ids and postings."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from headrope.core.measures import MeasureRule
from headrope.core.periods import from_code
from headrope.journal.queries import Known, books, known_days, known_on, upto
from headrope.ledger.calendars import calendars, unit_calendar_rows
from headrope.ledger.checks import checks
from headrope.ledger.duties import duty_rows, forms, unit_duties
from headrope.ledger.models import Elimination, Fact, FactText, Measure, State, Version
from headrope.ledger.queries import ledger_settings, measures
from headrope.org.queries import edition_rows, holding_rows, segment_rows, unit_ids
from headrope.review.as_data import as_json
from headrope.review.ranking import Wanted
from tests.review.asking import ask

Answers = dict[str, Any]


def days() -> list[date]:
    """The days on which something became known, oldest first."""
    return sorted(known_days(ledger_settings().zone))


def answers(day: date | None) -> Answers:
    """All that is known at the end of the day (None: now)."""
    known = known_on(day, ledger_settings().zone)
    units = {number: code for code, number in unit_ids().items()}
    codes = dict(Measure.objects.values_list("id", "code"))
    return {
        "settings": ledger_settings(),
        "units": [row.edition for row in edition_rows(known)],
        "measures": [_measure(info) for info in measures(known)],
        "holdings": [(units[r.owner], units[r.held], r.share, r.valid_from, r.valid_to) for r in holding_rows(known)],
        "segments": [(units[r.segment], units[r.unit], r.valid_from, r.valid_to) for r in segment_rows(known)],
        "forms": [(f.code, f.name, f.name_zh, f.span, f.measures, f.due, f.scale) for f in forms(known)],
        "duties": sorted((units[r.unit], codes[r.measure], r.span, r.valid_from, r.valid_to) for r in duty_rows(known)),
        "own rules": sorted((units[d.unit], d.valid_from, d.due) for d in unit_duties(known)),
        "checks": checks(known),
        "calendars": calendars(known),
        "unit calendars": sorted(
            (units[r.unit], r.calendar, r.valid_from, r.valid_to) for r in unit_calendar_rows(known)
        ),
        "facts": _facts(known or upto(books().seq), units, codes),
        "eliminations": _eliminations(known or upto(books().seq), units, codes),
    }


def _measure(info: Any) -> tuple[MeasureRule, str, str, str, float | None, str]:
    return info.rule, info.name, info.name_zh, info.account, info.weight, info.owner


def _facts(known: Known, units: dict[int, str], codes: dict[int, str]) -> dict[tuple[object, ...], object]:
    versions = dict(Version.objects.values_list("id", "code"))
    texts = {row.pk: row.text for row in FactText.objects.all()}
    found: dict[tuple[object, ...], object] = {}
    for row in Fact.objects.order_by("seq").iterator():
        if row.seq in known.postings:
            basis = "stated" if row.basis else "own"
            key = units[row.unit_id], codes[row.measure_id], versions[row.version_id], from_code(row.period), basis
            value = row.amount if row.amount is not None else row.number
            found[key] = texts.get(row.pk) if row.state == State.TEXT else value if row.state == 0 else State(row.state)
    return {key: value for key, value in found.items() if value != State.WITHDRAWN}


def _eliminations(known: Known, units: dict[int, str], codes: dict[int, str]) -> dict[tuple[object, ...], int]:
    versions = dict(Version.objects.values_list("id", "code"))
    found: dict[tuple[object, ...], int | None] = {}
    for row in Elimination.objects.order_by("seq"):
        if row.seq in known.postings:
            pair = units[row.unit_id], units[row.counterparty_id]
            found[*pair, codes[row.measure_id], versions[row.version_id], from_code(row.period)] = row.amount
    return {key: amount for key, amount in found.items() if amount is not None}


def review(unit: str, period: str, day: date | None) -> str:
    """The review of a unit as the command prints it, without the number of the posting."""
    asking = ask(day)
    found, ranking = asking(unit, period)
    answer = as_json(asking.reader, found, ranking, Wanted())
    return json.dumps({**answer, "seq": None}, indent=1)


def texts_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
