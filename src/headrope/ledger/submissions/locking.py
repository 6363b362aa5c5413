"""Locks on a round and later due days for single units: decisions of the office, in the trail."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from headrope.core.problems import Problem
from headrope.journal.actions import lock_head, post, record
from headrope.journal.models import PostingKind
from headrope.ledger.submissions.actions import Actor, ask
from headrope.ledger.submissions.models import Extension, Lock
from headrope.ledger.submissions.place import Place
from headrope.ledger.submissions.queries import board
from headrope.ledger.submissions.reasons import LONGEST_REASON, reason_problems


def lock(actor: Actor, place: Place, exception: str = "") -> list[Problem]:
    """Lock the round in the unit and all below it: no figure changes any more but by restating. Problems, and then nothing.

    What is not accepted yet stays as it is, and `exception` says why it is locked without it.
    """
    ask(actor.sight.may("lock", place.unit.id), "who locks periods: group office")
    found = board(actor.sight, place)
    open_ = [row for row in found.rows if row.stood.state not in ("accepted", "booked")]
    if open_ and not exception.strip():
        units = ", ".join(row.unit.code for row in open_[:12])
        message = "Not accepted: %(units)s."
        remedy = "Accept them first, or say why the period is locked without them."
        return [Problem(place.unit.code, message, remedy, {"units": units})]
    if problems := reason_problems(place.unit.code, exception):
        return problems
    with transaction.atomic():
        lock_head()
        if place.round.locks.filter(unit_id=place.unit.id).exists():
            return []
        reason = f"lock {place.label}" + (f": {exception.strip()}" if exception.strip() else "")
        seq = post(kind=PostingKind.DEFINE, by=actor.user, reason=reason[:LONGEST_REASON]).seq
        Lock.objects.create(
            unit_id=place.unit.id,
            form_id=place.round.form.id,
            period=place.round.period.code,
            version_id=place.round.version_id,
            seq_from=seq,
        )
        record(by=actor.user, action="lock", object=f"round {place.label}", at=place.round.when.now)
    return []


def unlock(actor: Actor, place: Place, reason: str) -> list[Problem]:
    """Take the lock of this very unit away. Problems, and then nothing."""
    ask(actor.sight.may("lock", place.unit.id), "who locks periods: group office")
    if not reason.strip():
        return [Problem(place.unit.code, "A lock is not taken away without a reason.", "Say why.")]
    if problems := reason_problems(place.unit.code, reason):
        return problems
    with transaction.atomic():
        lock_head()
        held = place.round.locks.filter(unit_id=place.unit.id).first()
        if held is None:
            return [Problem(place.unit.code, "No lock lies on this unit itself.", "Unlock the unit above that has it.")]
        seq = post(
            kind=PostingKind.DEFINE, by=actor.user, reason=f"unlock {place.label}: {reason}"[:LONGEST_REASON]
        ).seq
        Lock.objects.filter(pk=held.pk).update(seq_to=seq)
        record(by=actor.user, action="unlock", object=f"round {place.label}", at=place.round.when.now)
    return []


def extend(actor: Actor, place: Place, day: date, reason: str) -> list[Problem]:
    """Give the unit a later due day. Problems, and then nothing."""
    ask(actor.sight.accepts(place.unit.id), "who accepts for the unit above")
    if not reason.strip():
        return [Problem(place.unit.code, "No later due day is given without a reason.", "Say why.")]
    if problems := reason_problems(place.unit.code, reason):
        return problems
    due = place.round.due.of(place.unit.id) if place.round.due else None
    if due is None:
        return [Problem(place.unit.code, "Nothing is due from this unit.", "Give the form a due rule first.")]
    if not due.day < day <= date(place.round.period.last_day.year + 2, 12, 31):
        message = "%(day)s is not later than the due day %(due)s."
        return [Problem(place.unit.code, message, "Give a later day.", {"day": day, "due": due.day})]
    with transaction.atomic():
        lock_head()
        Extension.objects.create(
            unit_id=place.unit.id,
            form_id=place.round.form.id,
            period=place.round.period.code,
            day=day,
            reason=reason.strip()[:LONGEST_REASON],
            by=actor.user,
            at=place.round.when.now,
        )
        label = f"round {place.label} to {day}"
        record(by=actor.user, action="extend", object=label, at=place.round.when.now)
    return []
