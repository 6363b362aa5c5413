"""Taking a message out of the outbox for one tick alone, and saying what became of it.

A claim holds for LEASE, far longer than sending takes. A tick that dies leaves its claim behind; when it has run out,
the message is tried again.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from headrope.followup.models import Message
from headrope.journal.actions import lock_head, record
from headrope.org.actions import console_user

LEASE = timedelta(minutes=15)
TRIES = 10
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=12)


def waiting() -> QuerySet[Message]:
    """Messages that are neither sent nor dropped."""
    return Message.objects.filter(sent_at=None, dropped_at=None)


def claim_next(now: datetime, channels: Collection[str]) -> Message | None:
    """The message that has waited longest on one of these channels, now this caller's alone; None when there is none.

    PostgreSQL passes over rows that another tick is just taking; on SQLite transactions of writers follow each other.
    """
    due = waiting().filter(Q(claim=None) | Q(claimed_until__lte=now), after__lte=now, channel__in=channels)
    due = due.exclude(until__lte=now).order_by("after", "id")
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        message = due.first()
        if message is None:
            return None
        message.claim, message.claimed_until = uuid.uuid4(), now + LEASE
        message.save(update_fields=["claim", "claimed_until"])
    return message


def release(message: Message) -> None:
    """Put the message back as it was."""
    _ours(message).update(claim=None, claimed_until=None)


def sent(message: Message, now: datetime) -> None:
    """The message has gone out."""
    _ours(message).update(sent_at=now, claim=None, claimed_until=None, last_error="")


def failed(message: Message, now: datetime, error: str) -> bool:
    """Sending failed: try again after a pause twice as long as the last; whether it was given up, with an audit line."""
    tries = message.tries + 1
    said = {"tries": tries, "last_error": error[:500], "claim": None, "claimed_until": None}
    if tries < TRIES:
        _ours(message).update(after=now + pause(tries), **said)
        return False
    with transaction.atomic():
        lock_head()
        if _ours(message).update(dropped_at=now, **said):
            what = f"message {message.key} to user {message.to_user_id} after {tries} tries: {error}"
            record(by=console_user(), action="give up message", object=what[:500], at=now)
    return True


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries.

    >>> [str(pause(tries)) for tries in (1, 2, 3, 9)]
    ['0:05:00', '0:10:00', '0:20:00', '12:00:00']
    """
    return min(FIRST_PAUSE * (1 << (tries - 1)), LONGEST_PAUSE)


def drop_pointless(now: datetime) -> int:
    """Drop messages whose time has passed, and those to people who have left; how many."""
    pointless = waiting().filter(Q(until__lte=now) | Q(to_user__is_active=False))
    pointless = pointless.filter(Q(claim=None) | Q(claimed_until__lte=now))
    return pointless.update(dropped_at=now, claim=None, claimed_until=None)


def _ours(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(pk=message.pk, claim=message.claim)
