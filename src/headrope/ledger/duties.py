"""Forms and duties: which units owe which measures at which span, as known then or now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from headrope.journal.queries import Known
from headrope.ledger.models import Duty, FormEdition, Measure


@dataclass(frozen=True)
class DutyRow:
    """A unit (id) owes a measure (id) for periods of `span` months that end from `valid_from` up to, not on, `valid_to`."""

    unit: int
    measure: int
    span: int
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class FormInfo:
    """A form as last defined: its id and code, names, span in months and the codes of its measures."""

    id: int
    code: str
    name: str
    name_zh: str
    span: int
    measures: tuple[str, ...]


def forms(known: Known | None = None) -> list[FormInfo]:
    """All forms in force as known then (None: now), by code; one statement."""
    query = FormEdition.objects.select_related("form").order_by("form__code", "seq_from")
    if known is None:
        query = query.filter(seq_to=None)
    return [
        FormInfo(row.form_id, row.form.code, row.name, row.name_zh, row.span, tuple(row.measures.split()))
        for row in query
        if known is None or (row.seq_from in known.postings and row.seq_to not in known.postings)
    ]


def duty_rows(known: Known | None = None) -> list[DutyRow]:
    """What units owe as known then (None: now), one row for each measure of the form; three statements.

    A duty on a form that was not known yet owes nothing.
    """
    ids = dict(Measure.objects.values_list("code", "id"))
    asked = {form.id: [(ids[code], form.span) for code in form.measures] for form in forms(known)}
    query = Duty.objects.order_by("form_id", "unit_id", "valid_from")
    if known is None:
        query = query.filter(seq_to=None)
    return [
        DutyRow(duty.unit_id, measure, span, duty.valid_from, duty.valid_to)
        for duty in query
        if known is None or (duty.seq_from in known.postings and duty.seq_to not in known.postings)
        for measure, span in asked.get(duty.form_id, ())
    ]
