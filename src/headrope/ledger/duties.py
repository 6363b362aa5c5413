"""Forms and duties: which units owe which measures at which span, as known then or now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from headrope.core.due.rules import DueRule, parse_rule
from headrope.journal.editions import in_force
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
    """A form as last defined: its id and code, names, span in months and the codes of its measures.

    `due` is a rule of due days as core.due writes it, empty when it is never due; `scale` is the key of the
    core.display.Scale in which money is typed.
    """

    id: int
    code: str
    name: str
    name_zh: str
    span: int
    measures: tuple[str, ...]
    due: str = ""
    scale: str = "1"

    @property
    def rule(self) -> DueRule | None:
        """When it is due; None for never."""
        return parse_rule(self.due) if self.due else None

    def shown_name(self, language: str) -> str:
        """The name in that language, else in the other."""
        return (self.name_zh or self.name) if language.startswith("zh") else (self.name or self.name_zh)


@dataclass(frozen=True)
class UnitDuty:
    """A unit (id) owes a form (id) for the periods that end from `valid_from` up to, not on, `valid_to`.

    `due` is a rule of its own, empty where the form's holds.
    """

    form: int
    unit: int
    valid_from: date
    valid_to: date
    due: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether it is owed for a period that ends on the day."""
        return self.valid_from <= day < self.valid_to

    @property
    def rule(self) -> DueRule | None:
        """The unit's own rule."""
        return parse_rule(self.due) if self.due else None


def forms(known: Known | None = None) -> list[FormInfo]:
    """All forms in force as known then (None: now), by code; one statement."""
    query = FormEdition.objects.select_related("form").order_by("form__code", "seq_from")
    if known is None:
        query = query.filter(seq_to=None)
    return [
        FormInfo(
            row.form_id, row.form.code, row.name, row.name_zh, row.span, tuple(row.measures.split()), row.due, row.scale
        )
        for row in query
        if known is None or (row.seq_from in known.postings and row.seq_to not in known.postings)
    ]


def unit_duties(known: Known | None = None) -> list[UnitDuty]:
    """What units owe as known then (None: now), by form, unit and first day; one statement."""
    query = Duty.objects.order_by("form_id", "unit_id", "valid_from")
    return [UnitDuty(*row) for row in in_force(query, ("form_id", "unit_id", "valid_from", "valid_to", "due"), known)]


def duty_rows(known: Known | None = None) -> list[DutyRow]:
    """What units owe as known then (None: now), one row for each measure of the form; three statements.

    A duty on a form that was not known yet owes nothing.
    """
    ids = dict(Measure.objects.values_list("code", "id"))
    asked = {form.id: [(ids[code], form.span) for code in form.measures] for form in forms(known)}
    return [
        DutyRow(duty.unit, measure, span, duty.valid_from, duty.valid_to)
        for duty in unit_duties(known)
        for measure, span in asked.get(duty.form, ())
    ]
