"""The words of text measures: the latest of a unit for the period that ends with the one asked for."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from headrope.core.periods import NATIVE_SPANS, Period
from headrope.journal.queries import Known
from headrope.ledger.cube.source import ranges
from headrope.ledger.models import Basis, Fact, FactText, State
from headrope.ledger.queries import MeasureInfo


def texts(
    unit: int, infos: Iterable[MeasureInfo], version: int, period: Period, known: Known | None = None
) -> dict[str, str]:
    """Words by measure code, as known then (None: now), from the shortest span that has any; two statements."""
    by_id = {info.id: info for info in infos if info.rule.kind == "text"}
    codes = [Period(period.end - span, span).code for span in NATIVE_SPANS]
    rows = Fact.objects.filter(
        unit_id=unit, measure_id__in=by_id, version_id=version, period__in=codes, basis=Basis.OWN
    ).order_by("seq")
    if known is not None:
        chosen = Q()
        for first, last in ranges(known.postings):
            chosen |= Q(seq__range=(first, last))
        rows = rows.filter(chosen) if chosen else rows.none()
    latest = {(row.measure_id, row.period): row for row in rows}
    held = {
        (row.measure_id, row.period, row.seq): row.text
        for row in FactText.objects.filter(unit_id=unit, measure_id__in=by_id, version_id=version, period__in=codes)
    }
    found: dict[str, str] = {}
    for code in reversed(codes):
        for (measure, at), row in latest.items():
            if at == code and row.state == State.TEXT:
                found[by_id[measure].code] = held[measure, at, row.seq]
    return found
