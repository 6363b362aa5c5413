"""Putting a message into the outbox, as part of the change that it tells of."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import connection

from headrope.followup.models import Channel, Message
from headrope.followup.outbox.sealing import sealed
from headrope.followup.outbox.texts import Content, language_of
from headrope.journal import clock


def enqueue(
    *,
    key: str,
    to: AbstractUser,
    content: Content,
    channel: Channel = Channel.MAIL,
    after: datetime | None = None,
    until: datetime | None = None,
) -> bool:
    """Put a message into the outbox unless one with this key is, or was, there; whether it is new.

    It leaves when the caller's transaction has been kept, not before `after`, and not from `until` on (both aware). Keys
    are remembered as long as messages are (outbox/expiry.py). A program error outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a message can only be written inside a transaction")
    now = clock.now()
    fields = {
        "to_user_id": to.pk,
        "channel": channel,
        "language": language_of(to),
        "subject": content.subject,
        "body": content.body,
        "url": sealed(content.url) if content.secret else content.url,
        "created_at": now,
        "after": after or now,
        "until": until,
    }
    _, made = Message.objects.get_or_create(key=key, defaults=fields)
    return made
