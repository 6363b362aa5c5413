"""Posts figures that are worked out and not reported, such as landings: one posting, and facts only where they change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from headrope.core.periods import Period
from headrope.core.rollup import Bools, Values
from headrope.journal.actions import post
from headrope.journal.filling import fill
from headrope.journal.models import Posting, PostingKind
from headrope.ledger.models import Basis, State, Version
from headrope.org.models import User

CHUNK = 500
_Held = dict[tuple[int, int], tuple[int | None, int]]


@dataclass(frozen=True)
class MadeFigures:
    """A measure's own figures of units in whole steps, int64[units]; where `said` is False there is none."""

    measure: int
    units: Sequence[int]
    amounts: Values
    said: Bools


def post_made(
    *, by: User, kind: PostingKind, version: str, period: Period, figures: Sequence[MadeFigures], reason: str
) -> Posting:
    """Post the figures of a version for a period; part of a transaction.

    What stands there already makes no new fact, and what is no longer said is withdrawn.
    """
    posting = post(kind=kind, by=by, reason=reason)
    number = _version(version)
    held = _held(number, period, figures)
    touched: set[int] = set()
    key = (number, period.code, int(Basis.OWN), posting.seq)
    columns = "unit_id, measure_id, version_id, period, basis, seq, amount, state"
    fill("fact", columns, _rows(figures, held, key, touched))
    fill("posting_unit", "seq, unit_id", ((posting.seq, unit) for unit in sorted(touched)))
    return posting


def _version(code: str) -> int:
    """The version's number; a new one where there is none yet."""
    held = dict(Version.objects.values_list("code", "id"))
    if code not in held:
        held[code] = max(held.values(), default=-1) + 1
        Version.objects.create(id=held[code], code=code)
    return held[code]


def _rows(
    figures: Iterable[MadeFigures], held: _Held, key: tuple[int, int, int, int], touched: set[int]
) -> Iterator[tuple[int | None, ...]]:
    for each in figures:
        said = each.said.tolist()
        for at, (unit, amount) in enumerate(zip(each.units, each.amounts.tolist(), strict=True)):
            before = held.get((unit, each.measure))
            now = (amount, int(State.VALUE)) if said[at] else (None, int(State.WITHDRAWN))
            if now == before or (before is None and not said[at]):
                continue
            touched.add(unit)
            yield (unit, each.measure, *key, *now)


def _held(version: int, period: Period, figures: Sequence[MadeFigures]) -> _Held:
    """What stands of the cells, by unit and measure."""
    found: _Held = {}
    measures = ", ".join(str(each.measure) for each in figures)
    units = sorted({unit for each in figures for unit in each.units})
    if not measures:
        return found
    latest = (
        "SELECT max(g.seq) FROM fact g WHERE g.unit_id = f.unit_id AND g.measure_id = f.measure_id "
        "AND g.version_id = f.version_id AND g.period = f.period AND g.basis = f.basis"
    )
    with connection.cursor() as cursor:
        for at in range(0, len(units), CHUNK):
            some = ", ".join(map(str, units[at : at + CHUNK]))
            cursor.execute(
                "SELECT f.unit_id, f.measure_id, f.amount, f.state FROM fact f "
                f"WHERE f.unit_id IN ({some}) AND f.measure_id IN ({measures}) AND f.version_id = {version} "
                f"AND f.period = {period.code} AND f.basis = {int(Basis.OWN)} AND f.seq = ({latest})"
            )
            found.update({(unit, measure): (amount, state) for unit, measure, amount, state in cursor.fetchall()})
    return found
