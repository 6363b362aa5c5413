"""Questions about the books: the ledger's settings, its measures and versions, and the vintages of a cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import cast
from zoneinfo import ZoneInfo

from headrope.core.formulas import parse_formula
from headrope.core.measures import FORMED, Continuity, Direction, Kind, MeasureRule, Missing, resolved
from headrope.core.periods import Period, from_code
from headrope.core.quantities import Quantity, QuantityKind
from headrope.journal.models import Posting
from headrope.journal.queries import Known, defined_at
from headrope.ledger.models import Fact, MeasureEdition, Setting, State, Version

ACTUAL, TARGET = "actual", "target"
KNOWN_VERSIONS = ("actual", "target", "budget", "landing")
LAST_YEAR = "last-year"
"""What figures may be held against beside a version: the actual ones a year earlier."""


@dataclass(frozen=True)
class LedgerSettings:
    """The ledger as a whole; the fiscal start is for naming and grouping only, the calendar is empty for plain weekends."""

    name: str = "Headrope"
    currency: str = "CNY"
    fiscal_start: int = 1
    time_zone: str = "UTC"
    language: str = "en"
    calendar: str = ""

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone that days are counted in."""
        return ZoneInfo(self.time_zone)


def ledger_settings() -> LedgerSettings:
    """The settings as last loaded; defaults for what never was; one statement."""
    held = dict(Setting.objects.values_list("key", "value"))
    default = LedgerSettings()
    return LedgerSettings(
        held.get("name", default.name),
        held.get("currency", default.currency),
        int(held.get("fiscal_start", 1)),
        held.get("time_zone", default.time_zone),
        held.get("language", default.language),
        held.get("calendar", default.calendar),
    )


@lru_cache(maxsize=8)
def settings_now(key: str, seq: int) -> LedgerSettings:
    """`ledger_settings`, kept in the process until the books `key` move past `seq`."""
    return ledger_settings()


@dataclass(frozen=True)
class MeasureInfo:
    """A measure as last defined: how it is computed and how it is called.

    `rule` is as written; in `plain` formulae inside formulae are replaced, so that its parts stand for themselves.
    `parts` are the codes of the stored measures that it comes from in the end; of such a measure, its own. `owner` is the
    name of an account, empty for nobody.
    """

    id: int
    rule: MeasureRule
    plain: MeasureRule
    parts: tuple[str, ...]
    account: str
    name: str
    name_zh: str
    place: int
    weight: float | None
    seq_from: int
    owner: str = ""

    @property
    def code(self) -> str:
        """The measure's code."""
        return self.rule.code

    def shown_name(self, language: str) -> str:
        """The name in that language, else in the other."""
        return (self.name_zh or self.name) if language.startswith("zh") else (self.name or self.name_zh)


def measures(known: Known | None = None) -> list[MeasureInfo]:
    """All measures as last defined, as known then (None: now), in their order; one statement.

    A measure is left out where something that it is formed from was not known yet.
    """
    query = MeasureEdition.objects.select_related("measure", "successor").order_by("valid_from")
    if known is None:
        query = query.filter(seq_to=None)
    latest = {row.measure_id: row for row in query if known is None or _was_known(row, known)}
    rows = sorted(latest.values(), key=lambda row: (row.place, row.measure.code))
    rules = _whole({row.measure.code: rule_of(row) for row in rows})
    plain = resolved(rules)
    return [_info(row, rules[code], plain) for row in rows if (code := row.measure.code) in rules]


def _whole(rules: dict[str, MeasureRule]) -> dict[str, MeasureRule]:
    """The measures of which everything they are formed from is there."""
    while True:
        kept = {
            code: rule
            for code, rule in rules.items()
            if all(part in rules for part in rule.components) and (rule.weight is None or rule.weight in rules)
        }
        if len(kept) == len(rules):
            return kept
        rules = kept


def _was_known(row: MeasureEdition, known: Known) -> bool:
    return row.seq_from in known.postings and row.seq_to not in known.postings


def rule_of(row: MeasureEdition) -> MeasureRule:
    """The measure as the arithmetic needs it, of an edition with its measure and successor at hand."""
    # The load takes no other words than those of core.measures.
    return MeasureRule(
        row.measure.code,
        Quantity(cast(QuantityKind, row.measure.quantity), row.measure.step_exponent),
        cast(Kind, row.kind),
        cast(Direction, row.direction),
        parse_formula(row.numerator) if row.numerator else (),
        parse_formula(row.denominator) if row.denominator else (),
        row.annualise,
        cast(Missing, row.missing),
        row.margin,
        row.successor.code if row.successor else None,
        cast(Continuity, row.continuity),
        row.valid_from,
        row.valid_to,
        row.attributable,
    )


def _parts(code: str, plain: dict[str, MeasureRule]) -> tuple[str, ...]:
    rule = plain[code]
    if rule.kind not in FORMED:
        return (code,)
    return tuple(dict.fromkeys(part for inner in rule.components for part in _parts(inner, plain)))


def _info(row: MeasureEdition, rule: MeasureRule, plain: dict[str, MeasureRule]) -> MeasureInfo:
    names = (row.account, row.name, row.name_zh)
    parts = _parts(rule.code, plain)
    whole = plain[rule.code]
    return MeasureInfo(row.measure_id, rule, whole, parts, *names, row.place, row.weight, row.seq_from, row.owner)


@lru_cache(maxsize=4)
def _measures_at(key: str, seq: int) -> tuple[MeasureInfo, ...]:
    return tuple(measures())


def measures_now(key: str, seq: int) -> tuple[MeasureInfo, ...]:
    """`measures` as known now, kept in the process until the books `key` move past `seq`."""
    return _measures_at(key, seq)


@lru_cache(maxsize=4)
def _changing(key: str, defined: int) -> frozenset[int]:
    """The postings with which any measure has ever changed."""
    pairs = MeasureEdition.objects.values_list("seq_from", "seq_to").distinct()
    return frozenset(seq for pair in pairs for seq in pair if seq is not None)


@lru_cache(maxsize=16)
def _measures_after(key: str, changes: frozenset[int]) -> tuple[MeasureInfo, ...]:
    return tuple(measures(Known(date.max, datetime.max, changes)))


def measures_known(key: str, seq: int, known: Known) -> tuple[MeasureInfo, ...]:
    """`measures` as known then, kept in the process as long as the same of their changes are known.

    `key` and `seq` are the books and where they stand; three statements at most.
    """
    return _measures_after(key, _changing(key, defined_at(key, seq)) & known.postings)


def version_ids() -> dict[str, int]:
    """Ids of the versions by code; one statement."""
    return dict(Version.objects.values_list("code", "id"))


@dataclass(frozen=True)
class Vintage:
    """One fact of a cell with the posting that made it known."""

    unit: int
    measure: int
    version: int
    period: Period
    basis: int
    seq: int
    value: int | float | None
    state: State
    known_at: datetime
    recorded_at: datetime
    kind: str
    by: str
    reason: str
    source: str
    sha256: str


def vintages(
    units: Iterable[int],
    measures: Iterable[int],
    version: int,
    periods: Iterable[Period],
    known: Known | None = None,
    most: int = 500,
) -> list[Vintage]:
    """Facts of the cells with their postings, by unit, measure and period, newest first within a cell; two statements."""
    facts = Fact.objects.filter(
        unit_id__in=list(units), measure_id__in=list(measures), version_id=version, period__in=[p.code for p in periods]
    )
    if known is not None:
        facts = facts.filter(seq__in=known.postings)
    rows = list(facts.order_by("unit_id", "measure_id", "period", "basis", "-seq")[:most])
    postings = {p.seq: p for p in Posting.objects.select_related("by").filter(seq__in={row.seq for row in rows})}
    found = []
    for row in rows:
        posting = postings[row.seq]
        value = row.amount if row.amount is not None else row.number
        found.append(
            Vintage(
                row.unit_id,
                row.measure_id,
                row.version_id,
                from_code(row.period),
                row.basis,
                row.seq,
                value,
                State(row.state),
                posting.known_at,
                posting.recorded_at,
                posting.kind,
                posting.by.username,
                posting.reason,
                posting.source,
                posting.source_sha256,
            )
        )
    return found
