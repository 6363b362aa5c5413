"""The outbox, and which reminders have gone out."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Channel(models.TextChoices):
    """The way a message takes."""

    MAIL = "mail", "mail"
    APPRISE = "apprise", "apprise"


class Message(models.Model):
    """A message in the outbox: written with the change it tells of, sent by a tick.

    It waits until `after`, is pointless from `until` on, and is done with when it was sent or dropped. `claim` and
    `claimed_until` say that a tick is sending it; when that ended without a word, another may try again from then on.
    """

    key = models.CharField(max_length=200, unique=True)
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    after = models.DateTimeField()
    until = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "message"
        indexes: ClassVar = [
            models.Index(fields=["after", "id"], condition=Q(sent_at=None, dropped_at=None), name="message_waiting")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="message_channel_known"),
            models.CheckConstraint(
                condition=Q(claim=None, claimed_until=None) | Q(claim__isnull=False, claimed_until__isnull=False),
                name="message_claim_ends",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(dropped_at=None), name="message_sent_or_dropped_not_both"
            ),
        ]


class ReminderSent(models.Model):
    """A reminder that stands in a message to somebody; by its key it never goes to him again."""

    key = models.CharField(max_length=250, unique=True)
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "reminder_sent"
