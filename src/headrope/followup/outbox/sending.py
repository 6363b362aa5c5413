"""Sending what is due: one message after the other, whatever becomes of those before."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from django.db import connection

from headrope.followup.models import Channel, Message
from headrope.followup.outbox import claims
from headrope.followup.outbox.channels import OutOfOrder, Sender, Undelivered
from headrope.followup.outbox.mail import MailSender, said
from headrope.followup.outbox.notify import NotifySender

log = logging.getLogger(__name__)

SECONDS = 60.0
"""After so long no further message is begun: the next tick goes on."""

SENDERS: Mapping[str, Callable[[], Sender]] = {Channel.MAIL: MailSender, Channel.APPRISE: NotifySender}


@dataclass
class Sending:
    """What a run did: sent, failed (and will be tried again), given up, pointless by now, still waiting; channels out of order."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    pointless: int = 0
    waiting: int = 0
    out_of_order: dict[str, OutOfOrder] = field(default_factory=dict)


def send_due(
    now: datetime, *, seconds: float = SECONDS, senders: Mapping[str, Callable[[], Sender]] = SENDERS
) -> Sending:
    """Send what is due, each message in a claim of its own; no transaction may be open.

    1. What has become pointless is dropped.
    2. A channel that is out of order is left alone for this run: its messages wait and lose no try.
    3. A message that fails waits longer each time and is given up after claims.TRIES, with an audit line.
    """
    if connection.in_atomic_block:
        raise RuntimeError("what is sent cannot be undone: send outside of a transaction")
    end, done = monotonic() + seconds, Sending(pointless=claims.drop_pointless(now))
    ready = {channel: make() for channel, make in senders.items()}
    try:
        for channel in list(ready):
            if claims.waiting().filter(channel=channel, after__lte=now).exists():
                _opens(ready, channel, done)
        while ready and monotonic() < end:
            message = claims.claim_next(now, list(ready))
            if message is None:
                break
            _send(message, now, ready, done)
    finally:
        for sender in ready.values():
            sender.close()
    done.waiting = claims.waiting().count()
    return done


def _opens(ready: dict[str, Sender], channel: str, done: Sending) -> bool:
    try:
        ready[channel].open()
    except OutOfOrder as error:
        done.out_of_order[channel] = error
        ready.pop(channel).close()
        return False
    return True


def _send(message: Message, now: datetime, ready: dict[str, Sender], done: Sending) -> None:
    if not _opens(ready, message.channel, done):
        claims.release(message)
        return
    try:
        ready[message.channel].send(message)
    except Exception as error:  # whatever it is, the others still go out
        expected = isinstance(error, OSError | Undelivered)
        log.warning("message %s: %s", message.key, said(error), exc_info=not expected)
        if claims.failed(message, now, said(error)):
            done.given_up += 1
        else:
            done.failed += 1
    else:
        claims.sent(message, now)
        done.sent += 1
