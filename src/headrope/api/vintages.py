"""/figures/vintages: every fact that a unit posted of a measure, with its posting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from headrope.api.auth import READ
from headrope.api.figures import Value, known_word, value_of
from headrope.api.paging import DEFAULT, Page, cut
from headrope.api.parameters import Code, Known, Limit, PeriodText
from headrope.api.visit import Visit, visit
from headrope.core.periods import NATIVE_SPANS, Period, name
from headrope.journal.queries import known_on
from headrope.ledger.models import Basis
from headrope.ledger.queries import ACTUAL, Vintage, version_ids, vintages

router = Router(tags=["figures"], auth=READ)

MOST_VINTAGES = 10_000


class VintageAnswer(Schema):
    """A fact as one posting made it known; `basis`: own part of a total, or the total that the unit states."""

    period: str
    basis: Literal["own", "stated"]
    value: Value
    state: str
    seq: int
    known_at: datetime
    recorded_at: datetime
    kind: str
    by: str
    reason: str
    source: str
    sha256: str


@router.get("", response=Page[VintageAnswer], operation_id="vintages")
def vintages_of(
    request: HttpRequest,
    unit: Code,
    measure: Code,
    period: PeriodText,
    version: Code = ACTUAL,
    known: Known | None = None,
    after: Annotated[str, Field(pattern=r"^[0-9]{8}\.[01]\.[0-9]{1,15}$", description="`next` of the answer before.")]
    | None = None,
    limit: Limit = DEFAULT,
) -> Page[VintageAnswer]:
    """Every fact that a unit itself ever posted of a measure in the cells within the period, newest first in each cell."""
    who = visit(request)
    cells = Cells(who, unit, measure, who.period(period), version, known)
    found = cells.vintages()
    if after is not None:
        code, basis, seq = map(int, after.split("."))
        found = [each for each in found if _order(each) > (code, basis, -seq)]
    shown, following = cut(found, limit, lambda each: f"{each.period.code}.{each.basis}.{each.seq}")
    return Page[VintageAnswer](items=[cells.answer(each) for each in shown], next=following)


def _order(each: Vintage) -> tuple[int, int, int]:
    return each.period.code, each.basis, -each.seq


@dataclass
class Cells:
    """The native cells of a unit's measure within a period."""

    who: Visit
    unit: str
    measure: str
    period: Period
    version: str
    known: date | None

    def vintages(self) -> list[Vintage]:
        """Their facts as known on the day, by cell, newest first; 404 or 422 for what is not there."""
        node = self.who.unit(self.unit)
        with self.who.reader(self.known) as reader:
            known_word("measure", self.measure, reader.infos)
            self.info = reader.infos[self.measure]
            seq = reader.cube.seq
        held = version_ids()
        known_word("version", self.version, held)
        start, end = self.period.start, self.period.end
        cells = [Period(at, span) for span in NATIVE_SPANS for at in range(start, end - span + 1)]
        as_known = known_on(self.who.past(self.known), self.who.ledger.zone)
        found = vintages([node.id], [self.info.id], held[self.version], cells, as_known, MOST_VINTAGES)
        return sorted((each for each in found if each.seq <= seq), key=_order)

    def answer(self, each: Vintage) -> VintageAnswer:
        """A fact as data; one of a ratio is in the step of its own quantity."""
        return VintageAnswer(
            period=name(each.period, self.who.ledger.fiscal_start),
            basis="own" if each.basis == Basis.OWN else "stated",
            value=value_of(self.info, each.value),
            state=each.state.label,
            seq=each.seq,
            known_at=each.known_at,
            recorded_at=each.recorded_at,
            kind=each.kind,
            by=each.by,
            reason=each.reason,
            source=each.source,
            sha256=each.sha256,
        )
