"""Editions of measures, forms and duties: what was ever known of them, and how they are replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import QuerySet

from headrope.core.formulas import write_formula
from headrope.journal.editions import replace_rows
from headrope.ledger.folder.forms import Duty as DutyKey
from headrope.ledger.folder.forms import DutyDays, FormRow
from headrope.ledger.folder.measures import MeasureRow
from headrope.ledger.models import Duty, Form, FormEdition, Measure, MeasureEdition
from headrope.ledger.queries import rule_of

Ids = Mapping[str, int]


def measure_editions(query: QuerySet[MeasureEdition]) -> Iterator[tuple[int, MeasureRow, int, int | None]]:
    """Of each row its id, what it says, and the postings it holds between; one statement."""
    for row in query.select_related("measure", "successor"):
        said = MeasureRow(rule_of(row), row.name, row.name_zh, row.account, row.weight, row.owner)
        yield row.pk, said, row.seq_from, row.seq_to


def measure_history() -> list[tuple[str, MeasureRow, int, int | None]]:
    """Every edition there ever was by measure, in the order of pages; one statement."""
    rows = measure_editions(MeasureEdition.objects.order_by("place", "measure_id"))
    return [(row.rule.code, row, first, last) for _, row, first, last in rows]


def set_measures(measures: Mapping[str, Sequence[MeasureRow]], ids: Ids, seq: int) -> None:
    """Let the rows be what there is of these measures from the posting `seq` on; part of its transaction.

    New measures get the ids that they have in `ids`; on pages all stand in the order of their ids.
    """
    there = set(Measure.objects.values_list("code", flat=True))
    Measure.objects.bulk_create(
        Measure(
            id=ids[code],
            code=code,
            quantity=rows[0].rule.quantity.kind,
            step_exponent=rows[0].rule.quantity.step_exponent,
        )
        for code, rows in measures.items()
        if code not in there
    )
    open_now = measure_editions(MeasureEdition.objects.filter(seq_to=None))
    held = {row: pk for pk, row, *_ in open_now if row.rule.code in measures}
    wanted = {row: _measure_edition(row, ids, seq) for code, rows in measures.items() for row in rows}
    replace_rows(MeasureEdition, held, wanted, seq)


def _measure_edition(row: MeasureRow, ids: Ids, seq: int) -> MeasureEdition:
    rule = row.rule
    return MeasureEdition(
        measure_id=ids[rule.code],
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        seq_from=seq,
        place=ids[rule.code],
        name=row.name,
        name_zh=row.name_zh,
        account=row.account,
        kind=rule.kind,
        direction=rule.direction,
        numerator=write_formula(rule.numerator),
        denominator=write_formula(rule.denominator),
        weight=row.weight,
        annualise=rule.annualise,
        missing=rule.missing,
        margin=rule.margin,
        attributable=rule.attributable,
        successor_id=ids[rule.successor] if rule.successor else None,
        continuity=rule.continuity,
        owner=row.owner,
    )


def form_editions(query: QuerySet[FormEdition]) -> Iterator[tuple[int, FormRow, int, int | None]]:
    """Of each row its id, what it says, and the postings it holds between; one statement."""
    for row in query.select_related("form"):
        said = FormRow(row.form.code, row.name, row.name_zh, row.span, tuple(row.measures.split()), row.due, row.scale)
        yield row.pk, said, row.seq_from, row.seq_to


def form_history() -> list[tuple[str, FormRow, int, int | None]]:
    """Every edition there ever was by form; one statement."""
    rows = form_editions(FormEdition.objects.order_by("form_id"))
    return [(row.code, row, first, last) for _, row, first, last in rows]


def set_forms(forms: Mapping[str, Sequence[FormRow]], ids: Ids, seq: int) -> None:
    """Let the rows be what there is of these forms from the posting `seq` on; part of its transaction."""
    there = set(Form.objects.values_list("code", flat=True))
    Form.objects.bulk_create(Form(id=ids[code], code=code) for code in forms if code not in there)
    held = {row: pk for pk, row, *_ in form_editions(FormEdition.objects.filter(seq_to=None)) if row.code in forms}
    wanted = {
        row: FormEdition(
            form_id=ids[code],
            seq_from=seq,
            name=row.name,
            name_zh=row.name_zh,
            span=row.span,
            measures=" ".join(row.measures),
            due=row.due,
            scale=row.scale,
        )
        for code, rows in forms.items()
        for row in rows
    }
    replace_rows(FormEdition, held, wanted, seq)


def duty_editions(query: QuerySet[Duty], units: Mapping[int, str]) -> Iterator[tuple[int, DutyDays, int, int | None]]:
    """Of each row its id, what it says, and the postings it holds between; one statement. `units` are codes by id."""
    fields = ("id", "form__code", "unit_id", "valid_from", "valid_to", "due", "seq_from", "seq_to")
    for pk, form, unit, start, end, due, first, last in query.values_list(*fields):
        yield pk, DutyDays(form, units[unit], start, end, due), first, last


def duty_history(units: Mapping[int, str]) -> list[tuple[DutyKey, DutyDays, int, int | None]]:
    """Every duty there ever was by form and unit; one statement. `units` are codes by id."""
    rows = duty_editions(Duty.objects.order_by("form_id", "unit_id", "valid_from"), units)
    return [((row.form, row.unit), row, first, last) for _, row, first, last in rows]


def set_duties(duties: Mapping[DutyKey, Sequence[DutyDays]], forms: Ids, units: Ids, seq: int) -> None:
    """Let the rows be all duties of these units on these forms from the posting `seq` on; part of its transaction."""
    codes = {number: code for code, number in units.items()}
    open_now = duty_editions(Duty.objects.filter(seq_to=None), codes)
    held = {row: pk for pk, row, *_ in open_now if (row.form, row.unit) in duties}
    wanted = {
        row: Duty(
            form_id=forms[row.form],
            unit_id=units[row.unit],
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            seq_from=seq,
            due=row.due,
        )
        for rows in duties.values()
        for row in rows
    }
    replace_rows(Duty, held, wanted, seq)
