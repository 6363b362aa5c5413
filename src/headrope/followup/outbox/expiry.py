"""Removing from the outbox what is long done with."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Model, Q, QuerySet

from headrope.followup.models import Message, ReminderSent

DONE_KEPT = timedelta(days=90)
"""Messages that were sent or dropped are kept so long; so long is their key remembered."""
REMINDERS_KEPT = timedelta(days=400)
"""Reminders that have gone out are remembered so long: far longer than one can be due."""
BATCH = 1_000


def remove_old(now: datetime) -> tuple[int, int]:
    """Remove messages done with and reminders gone out long ago: how many of each."""
    before = now - DONE_KEPT
    messages = Message.objects.filter(Q(sent_at__lt=before) | Q(dropped_at__lt=before))
    return _remove(messages), _remove(ReminderSent.objects.filter(at__lt=now - REMINDERS_KEPT))


def _remove(rows: QuerySet[Model]) -> int:
    """A batch a time, so that nobody who writes has to wait for long."""
    count = 0
    while batch := list(rows.values_list("pk", flat=True)[:BATCH]):
        count += rows.model._default_manager.filter(pk__in=batch).delete()[0]
    return count
