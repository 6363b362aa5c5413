"""Definitions of a load: settings, units and measures of a folder held against the books, and their posting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from headrope.core.measures import MeasureRule, write_formula
from headrope.core.periods import from_code, month_of
from headrope.core.problems import Problem
from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.actions import Source, post
from headrope.journal.models import PostingKind
from headrope.ledger.folder.definitions import MeasureRow, check_components, read_measures, read_settings, read_units
from headrope.ledger.folder.tables import Report
from headrope.ledger.models import Fact, Measure, MeasureEdition, Setting, State, Version
from headrope.ledger.queries import LedgerSettings, ledger_settings, measures
from headrope.org.actions import UnitChange, change_units, create_units, plan_units
from headrope.org.models import User
from headrope.org.queries import edition_rows

EVER = (0, 12 * 10_000)
"""All months, as numbers counted from year 0."""


@dataclass(frozen=True)
class MeasureChange:
    """Measures of the folder held against the ledger: ids by code, rules by id, and what is new or changed.

    `places` are those that measures have in the order of pages; new ones follow from `first_place`.
    """

    ids: dict[str, int]
    rules: dict[int, MeasureRule]
    new: list[MeasureRow]
    changed: list[MeasureRow]
    places: dict[str, int]
    first_place: int


@dataclass(frozen=True)
class Definitions:
    """What a folder defines and what that changes; ids are those that new units and measures will have."""

    held: LedgerSettings
    settings: dict[str, str]
    units: UnitChange
    measures: MeasureChange

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that will hold."""
        return ZoneInfo(self.settings["time_zone"]) if "time_zone" in self.settings else self.held.zone

    @property
    def fiscal_start(self) -> int:
        """The fiscal start that will hold."""
        return int(self.settings.get("fiscal_start", self.held.fiscal_start))


def read_definitions(folder: Path, report: Report) -> Definitions:
    """Read and check ledger.csv, units.csv and measures.csv; every problem is reported."""
    held = ledger_settings()
    settings = read_settings(folder, report)
    _check_settings(held, settings, report)
    rows = read_units(folder, report)
    units, problems = plan_units(rows.editions, rows.tiers)
    for problem in problems:
        report(problem)
    if not problems:
        report_orphans(units, report)
    return Definitions(held, settings, units, _plan_measures(read_measures(folder, report), report))


def _check_settings(held: LedgerSettings, settings: dict[str, str], report: Report) -> None:
    for key in ("currency", "fiscal_start"):
        before = str(getattr(held, key))
        if settings.get(key, before) != before and Fact.objects.exists():
            message = "%(key)s is %(held)s and cannot become %(given)s: the ledger holds figures."
            values = {"key": key, "held": before, "given": settings[key]}
            report(Problem("ledger.csv", message, "Load the folder into a ledger of its own.", values))


def _plan_measures(rows: list[MeasureRow], report: Report) -> MeasureChange:
    held = {info.code: info for info in measures()}
    for problem in check_components(rows, {code: info.rule for code, info in held.items()}):
        report(problem)
    ids = dict(Measure.objects.values_list("code", "id"))
    first = max(ids.values(), default=0) + 1
    new = [row for row in rows if row.rule.code not in ids]
    ids |= {row.rule.code: first + place for place, row in enumerate(new)}
    changed = []
    for row in rows:
        before = held.get(row.rule.code)
        if before is None:
            continue
        if before.rule.quantity != row.rule.quantity or before.rule.kind != row.rule.kind:
            message = "The quantity, step and kind of %(code)s cannot change."
            remedy = "Make a successor measure with a code of its own."
            report(Problem(row.where, message, remedy, {"code": row.rule.code}))
        now = (row.rule, row.name, row.name_zh, row.account, row.weight)
        if now != (before.rule, before.name, before.name_zh, before.account, before.weight):
            changed.append(row)
    rules = {info.id: info.rule for info in held.values()} | {ids[row.rule.code]: row.rule for row in rows}
    first_place = max((info.place for info in held.values()), default=-1) + 1
    places = {code: info.place for code, info in held.items()}
    return MeasureChange(ids, rules, new, changed, places, first_place)


def alive_months(units: UnitChange) -> dict[int, list[tuple[int, int]]]:
    """Month intervals at whose ends a unit is alive, the last month excluded, of units that are not alive always."""
    closed = set(units.close)
    kept = [row.edition for row in edition_rows() if row.id not in closed]
    alive: dict[int, list[tuple[int, int]]] = {}
    for edition in [*kept, *units.add_new, *units.add_changed]:
        first = EVER[0] if edition.valid_from == ALWAYS else month_of(edition.valid_from).start
        end = EVER[1] if edition.valid_to == FOREVER else month_of(edition.valid_to).start
        alive.setdefault(units.ids[edition.code], []).append((first, end))
    return {unit: spans for unit, spans in alive.items() if spans != [EVER]}


def report_orphans(units: UnitChange, report: Report) -> None:
    """Report figures that a unit already has for periods at whose end it would no longer exist."""
    where = {units.ids[edition.code]: edition for edition in units.add_changed}
    alive = alive_months(units)
    rows = Fact.objects.filter(unit_id__in=where).order_by("unit_id", "period", "seq")
    fields = ("unit_id", "period", "measure_id", "version_id", "basis", "state")
    latest = {tuple(key): state for *key, state in rows.values_list(*fields)}
    outside = {
        key[:2]: None
        for key, state in latest.items()
        if state == State.VALUE and not _within(alive.get(key[0]), from_code(key[1]).end - 1)
    }
    for unit, code in outside:
        edition = where[unit]
        values = {"code": edition.code, "period": from_code(code)}
        message = "%(code)s has figures for %(period)s, at whose end it would not exist."
        report(Problem(edition.where, message, "Withdraw them first, or correct the dates.", values))


def _within(spans: list[tuple[int, int]] | None, month: int) -> bool:
    return spans is None or any(first <= month < end for first, end in spans)


def post_definitions(
    defined: Definitions, *, by: User, known: datetime | None, versions: dict[str, int], source: Source
) -> None:
    """Write the definitions inside a load's transaction; does nothing where nothing changes.

    What has never been defined before is known as of `known`, the load's first vintage (None: now).
    """
    settings = {key: value for key, value in defined.settings.items() if str(getattr(defined.held, key)) != value}
    for key, value in defined.settings.items():
        Setting.objects.update_or_create(key=key, defaults={"value": value})
    if settings:
        # With a number of their own, so that whoever keeps the settings in memory sees that the books have moved.
        told = ", ".join(f"{key}={value}" for key, value in settings.items())
        kind = PostingKind.IMPORT if known else PostingKind.DEFINE
        post(kind=kind, by=by, known_at=known, reason=f"settings {told}"[:500], source=source)
    Version.objects.bulk_create(Version(id=number, code=code) for code, number in versions.items())
    units, change = defined.units, defined.measures
    if units.new or change.new:
        kind = PostingKind.IMPORT if known else PostingKind.DEFINE
        posting = post(kind=kind, by=by, known_at=known, reason="definitions", source=source)
        create_units(units, posting.seq)
        Measure.objects.bulk_create(_measure(row, change.ids) for row in change.new)
        _add_editions(change.new, change, posting.seq)
    if units.close or units.add_changed or change.changed:
        posting = post(kind=PostingKind.DEFINE, by=by, reason="changed definitions", source=source)
        change_units(units, posting.seq)
        changed = [change.ids[row.rule.code] for row in change.changed]
        MeasureEdition.objects.filter(measure_id__in=changed, seq_to=None).update(seq_to=posting.seq)
        _add_editions(change.changed, change, posting.seq)


def _measure(row: MeasureRow, ids: dict[str, int]) -> Measure:
    quantity = row.rule.quantity
    return Measure(
        id=ids[row.rule.code], code=row.rule.code, quantity=quantity.kind, step_exponent=quantity.step_exponent
    )


def _add_editions(rows: Iterable[MeasureRow], change: MeasureChange, seq: int) -> None:
    MeasureEdition.objects.bulk_create(
        MeasureEdition(
            measure_id=change.ids[row.rule.code],
            valid_from=ALWAYS,
            valid_to=FOREVER,
            seq_from=seq,
            place=change.places.get(row.rule.code, change.first_place + row.place),
            name=row.name,
            name_zh=row.name_zh,
            account=row.account,
            kind=row.rule.kind,
            direction=row.rule.direction,
            numerator=write_formula(row.rule.numerator),
            denominator=write_formula(row.rule.denominator),
            weight=row.weight,
        )
        for row in rows
    )
