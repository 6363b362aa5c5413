"""The duties themselves: which unit owes which form between which days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from headrope.journal.queries import Known
from headrope.ledger.models import Duty


@dataclass(frozen=True)
class Owed:
    """A unit (id) owes a form (code) for the periods that end from `valid_from` up to, but not on, `valid_to`."""

    form: str
    unit: int
    valid_from: date
    valid_to: date


def duties_held(known: Known | None = None) -> list[Owed]:
    """All duties as known then (None: now), by form, unit and first day; one statement."""
    query = Duty.objects.order_by("form__code", "unit_id", "valid_from")
    if known is None:
        query = query.filter(seq_to=None)
    rows = query.values_list("form__code", "unit_id", "valid_from", "valid_to", "seq_from", "seq_to")
    return [
        Owed(form, unit, first, end)
        for form, unit, first, end, opened, closed in rows
        if known is None or (opened in known.postings and closed not in known.postings)
    ]
