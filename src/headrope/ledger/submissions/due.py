"""When submissions are due: the due days of the ledger, with the extensions that were given."""

from __future__ import annotations

from datetime import date

from headrope.core.periods import Period
from headrope.journal.queries import Books
from headrope.ledger.due import DueOf, due_days_of
from headrope.ledger.duties import FormInfo
from headrope.ledger.submissions.models import Extension


def extensions(form: FormInfo, period: Period) -> dict[int, date]:
    """The later due days that were given, by unit; one statement."""
    rows = Extension.objects.filter(form_id=form.id, period=period.code).order_by("id")
    return dict(rows.values_list("unit_id", "day"))


def due_of(form: FormInfo, period: Period, at: Books) -> DueOf | None:
    """Due days of all units that take part; None where the form is never due."""
    return due_days_of(form, period, at, extensions(form, period)) if form.due else None
