"""What a person has done with forms, and what became of those that he sent, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from headrope.core.periods import Period, from_code
from headrope.ledger.submissions.models import Submission, SubmissionEvent
from headrope.org.models import User

TAKEN = ("accept", "restate")
"""What ends a form for everybody."""
PASSED = ("submit", "return", "reopen")
"""What ends the part of him who does it, and hands the form to another."""
MOST = 100
"""So many of a person's last doings are looked through."""


@dataclass(frozen=True)
class DoneForm:
    """The last thing that was done to the form (code) of a unit (id) for a period: what, by whom and when."""

    unit: int
    form: str
    period: Period
    action: str
    by: User
    at: datetime


def done_since(user: int, since: datetime) -> tuple[DoneForm, ...]:
    """Forms whose last event since then is the person's own, or takes over what he sent; one row each, three statements.

    What others have handed to him is owed and is not among it.
    """
    mine = SubmissionEvent.objects.filter(by_id=user, action__in=(*TAKEN, *PASSED)).order_by("-id")
    held = {form for form, at in mine.values_list("submission_id", "at")[:MOST] if at >= since}
    sent = Submission.objects.filter(submitted_by_id=user, accepted_at__gte=since)
    held |= set(sent.order_by("-accepted_at").values_list("pk", flat=True)[:MOST])
    return tuple(_shown(row) for row in _last(sorted(held)) if row.at >= since and _is_done(row, user)) if held else ()


def _last(held: Sequence[int]) -> list[SubmissionEvent]:
    """The last event of each of these submissions, the newest first."""
    ids = SubmissionEvent.objects.filter(submission_id__in=held).values("submission_id").annotate(last=Max("id"))
    rows = SubmissionEvent.objects.filter(Q(pk__in=ids.values("last"))).select_related("submission__form", "by")
    return list(rows.defer("detail").order_by("-id"))


def _is_done(row: SubmissionEvent, user: int) -> bool:
    return row.action in TAKEN or (row.action in PASSED and row.by_id == user)


def _shown(row: SubmissionEvent) -> DoneForm:
    held = row.submission
    return DoneForm(held.unit_id, held.form.code, from_code(held.period), row.action, row.by, row.at)
