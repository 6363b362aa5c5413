"""Whether the journal holds together: the numbers of postings, and the chain of the audit trail."""

from __future__ import annotations

from pathlib import Path

from headrope.core.problems import Problem
from headrope.journal.actions import audit_digest
from headrope.journal.models import Audit, Head, Posting
from headrope.ledger.audit.result import Check
from headrope.ledger.audit.seals import check_seals


def check_trail() -> Check:
    """Each line of the audit trail against the digest that chains it to the one before, and a line for each posting."""
    problems = []
    before, lines = "", 0
    posted: dict[str, tuple[int, object]] = {}
    for pk, at, by, action, thing, digest in (
        Audit.objects.order_by("id").values_list("id", "at", "by_id", "action", "object", "digest").iterator()
    ):
        lines += 1
        if digest != audit_digest(before, at, by, action, thing):
            message = (
                "The line of %(at)s, '%(action)s' of %(object)s, is not what was written after the line before it."
            )
            values = {"at": at.isoformat(), "action": action, "object": thing}
            problems.append(Problem(f"audit line {pk}", message, _REMEDY, values))
        before = digest
        if action.startswith("post "):
            posted[thing] = (by, at)
    for seq, by, at in Posting.objects.order_by("seq").values_list("seq", "by_id", "recorded_at").iterator():
        if posted.get(f"posting {seq}") != (by, at):
            message = "The audit trail has no line that says who recorded it at %(at)s."
            problems.append(Problem(f"posting {seq}", message, _REMEDY, {"at": at.isoformat()}))
    return Check("audit trail", f"{lines:,} lines", tuple(problems))


def audit_trail(copy: Path) -> list[Check]:
    """The journal alone, with a copy of the file of seals that was kept elsewhere; quick."""
    return [check_postings(), check_trail(), check_seals(copy)]


_REMEDY = "The database was changed past Headrope: compare it with a backup."


def check_postings() -> Check:
    """Postings are numbered from 1 up to the head without a gap."""
    head = Head.objects.values_list("seq", flat=True).get(id=1)
    count = Posting.objects.filter(seq__gte=1, seq__lte=head).count()
    problems = []
    if count != head:
        message = "There are %(count)s postings up to number %(head)s."
        problems.append(Problem("postings", message, _REMEDY, {"count": count, "head": head}))
    if beyond := Posting.objects.filter(seq__gt=head).count():
        message = "%(count)s postings have numbers above the last one, %(head)s."
        problems.append(Problem("postings", message, _REMEDY, {"count": beyond, "head": head}))
    return Check("postings", f"{count:,} postings", tuple(problems))
