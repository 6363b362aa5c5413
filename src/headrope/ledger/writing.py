"""Writes a prepared load, moment by moment, inside one transaction under the head lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from headrope.core.vintages import NOW, START, Timeline
from headrope.journal.actions import Source, post
from headrope.journal.models import Posting, PostingKind
from headrope.ledger.calendar_editions import set_calendars, set_unit_calendars
from headrope.ledger.check_editions import set_checks
from headrope.ledger.comparison import CELL
from headrope.ledger.definitions import Definitions
from headrope.ledger.editions import set_duties, set_forms, set_measures
from headrope.ledger.folder import calendars, checks, forms, measures, shares, units
from headrope.ledger.folder.eliminations import Amount, Pair
from headrope.ledger.models import Elimination, PostingUnit, Setting, State, Version
from headrope.ledger.vintages import Vintages
from headrope.org.actions import set_holdings, set_segments, set_units
from headrope.org.models import User

BATCH = 1000


@dataclass(frozen=True)
class Sources:
    """The files a load was read from."""

    definitions: Source
    facts: Source
    eliminations: Source


@dataclass
class Prepared:
    """A load held against the books: all that it changes. `counts` are new facts by number of their vintage.

    `restate` is the reason for which figures of locked periods are changed, where they are.
    """

    defined: Definitions
    vintages: Vintages
    counts: dict[int, int]
    texts: bool
    eliminated: Timeline[Pair, Amount]
    reasons: Mapping[date | None, str]
    versions: dict[str, int]
    first: datetime | None = field(default=None)
    restate: str = ""


def write(load: Prepared, by: User, sources: Sources) -> None:
    """Write everything; part of a transaction that holds the head lock."""
    _settings(load, by, sources.definitions)
    Version.objects.bulk_create(Version(id=number, code=code) for code, number in load.versions.items())
    moments = {NOW, load.first or NOW, *load.defined.moments}
    moments |= {change.moment for change in load.eliminated.changes}
    moments |= {moment or NOW for moment in load.vintages.moments.values()}
    for moment in sorted(moments):
        _definitions(load, moment, by, sources.definitions)
        for number in sorted(load.vintages.days):
            if (load.vintages.moments[number] or NOW) == moment and load.counts.get(number):
                _facts(load, number, by, sources.facts)
        _eliminations(load, moment, by, sources.eliminations)


def _known(moment: datetime) -> datetime | None:
    return None if moment == NOW else moment


def _settings(load: Prepared, by: User, source: Source) -> None:
    defined = load.defined
    changed = {key: value for key, value in defined.settings.items() if str(getattr(defined.held, key)) != value}
    for key, value in defined.settings.items():
        Setting.objects.update_or_create(key=key, defaults={"value": value})
    if changed:
        # With a number of their own, so that whoever keeps the settings in memory sees that the books have moved.
        told = ", ".join(f"{key}={value}" for key, value in changed.items())
        kind = PostingKind.IMPORT if load.first else PostingKind.DEFINE
        post(kind=kind, by=by, known_at=load.first, reason=f"settings {told}"[:500], source=source)


def _definitions(load: Prepared, moment: datetime, by: User, source: Source) -> None:
    """Definitions that become known at the moment; new ones without a day go with the load's first vintage."""
    defined = load.defined
    changes = defined.changes(moment)
    if moment == (load.first or NOW):
        for file, new in defined.changes(START).items():
            changes[file] = {**new, **changes.get(file, {})}
    if not changes:
        return
    kind = PostingKind.DEFINE if moment == NOW else PostingKind.IMPORT
    seq = post(kind=kind, by=by, known_at=_known(moment), reason="definitions", source=source).seq
    of: Mapping[str, dict[Any, Any]] = changes
    if rows := of.get(units.FILE):
        set_units(rows, defined.unit_ids, seq)
    if rows := of.get(measures.FILE):
        set_measures(rows, defined.measure_ids, seq)
    if rows := of.get(shares.HOLDINGS):
        set_holdings(rows, defined.unit_ids, seq)
    if rows := of.get(shares.SEGMENTS):
        set_segments(rows, defined.unit_ids, seq)
    if rows := of.get(forms.FORMS):
        set_forms(rows, defined.form_ids, seq)
    if rows := of.get(forms.DUTIES):
        set_duties(rows, defined.form_ids, defined.unit_ids, seq)
    if rows := of.get(checks.FILE):
        set_checks(rows, seq)
    if rows := of.get(calendars.CALENDARS):
        set_calendars(rows, seq)
    if rows := of.get(calendars.UNIT_CALENDARS):
        set_unit_calendars(rows, defined.unit_ids, seq)


def _facts(load: Prepared, number: int, by: User, source: Source) -> None:
    moment = load.vintages.moments[number]
    kind = PostingKind.IMPORT if moment else PostingKind.RESTATE if load.restate else PostingKind.LOAD
    reason = "; ".join(filter(None, (load.restate, load.vintages.reasons.get(number, ""))))[:500]
    posting = post(kind=kind, by=by, known_at=moment, reason=reason, source=source)
    with connection.cursor() as cursor:
        columns = f"{CELL}, seq, amount, number, state"
        values = f"{CELL}, %s, amount, number, state"
        cursor.execute(
            f"INSERT INTO fact ({columns}) SELECT {values} FROM fresh WHERE vintage = %s", [posting.seq, number]
        )
        if load.texts:
            texts = f"SELECT {CELL}, %s, text FROM fresh JOIN words USING (line) WHERE vintage = %s AND state = {int(State.TEXT)}"
            cursor.execute(f"INSERT INTO fact_text ({CELL}, seq, text) {texts}", [posting.seq, number])
        touched = "SELECT CAST(%s AS bigint), unit_id FROM touched WHERE vintage = %s"
        cursor.execute(f"INSERT INTO posting_unit (seq, unit_id) {touched}", [posting.seq, number])


def _eliminations(load: Prepared, moment: datetime, by: User, source: Source) -> None:
    changed = load.eliminated.changed(moment)
    if not changed:
        return
    day = None if moment == NOW else moment.astimezone(load.defined.zone).date()
    kind = PostingKind.LOAD if moment == NOW else PostingKind.IMPORT
    posting: Posting = post(kind=kind, by=by, known_at=_known(moment), reason=load.reasons.get(day, ""), source=source)
    Elimination.objects.bulk_create(
        (
            Elimination(
                unit_id=unit,
                counterparty_id=counterparty,
                measure_id=measure,
                version_id=version,
                period=period,
                seq=posting.seq,
                amount=rows[0].amount if rows else None,
            )
            for (unit, counterparty, measure, version, period), rows in changed.items()
        ),
        batch_size=BATCH,
    )
    touched = sorted({unit for pair in changed for unit in pair[:2]})
    PostingUnit.objects.bulk_create((PostingUnit(seq=posting.seq, unit_id=unit) for unit in touched), batch_size=BATCH)
