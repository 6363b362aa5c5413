"""When submissions are due: the due days of the ledger, with the extensions that were given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import connection

from headrope.core.periods import Period
from headrope.journal.queries import Books
from headrope.ledger.due import NO_EXTENSIONS, DueOf, due_days_of
from headrope.ledger.duties import FormInfo
from headrope.ledger.submissions.models import Extension

_Given = dict[tuple[int, int], dict[int, date]]
_kept: dict[object, tuple[int, _Given]] = {}


def extensions(form: FormInfo, period: Period, at: Books) -> Mapping[int, date]:
    """The later due days that were given, by unit; kept until one more is given, one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(id) FROM extension")
        (last,) = cursor.fetchone()
    if last is None:
        return NO_EXTENSIONS
    held = _kept.get(at.key)
    if held is None or held[0] != last or connection.in_atomic_block:
        given: _Given = {}
        for row in Extension.objects.order_by("id").values_list("form_id", "period", "unit_id", "day"):
            given.setdefault(row[:2], {})[row[2]] = row[3]
        held = last, given
        # What a transaction has given may be undone, and its number be given once more.
        if not connection.in_atomic_block:
            _kept.clear()
            _kept[at.key] = held
    return held[1].get((form.id, period.code), NO_EXTENSIONS)


def due_of(form: FormInfo, period: Period, at: Books) -> DueOf | None:
    """Due days of all units that take part; None where the form is never due."""
    return due_days_of(form, period, at, extensions(form, period, at)) if form.due else None
