"""The ways that messages take: each opens once, sends one message at a time, and says when it is out of order."""

from __future__ import annotations

from typing import Protocol

from headrope.followup.models import Message


class OutOfOrder(Exception):
    """The whole channel cannot send now, whatever the message; the text is a sentence for people."""

    def __init__(self, sentence: str, *, unset: bool = False) -> None:
        super().__init__(sentence)
        self.unset = unset


class Undelivered(Exception):
    """This message cannot be sent as things are; the text is a clause for people."""


class Sender(Protocol):
    """Sends messages of one channel."""

    def open(self) -> None:
        """Make ready, unless it is; OutOfOrder when it cannot send."""

    def send(self, message: Message) -> None:
        """Send one; any other exception than OutOfOrder is the message's own fault and is told in its words."""

    def close(self) -> None:
        """Let go of what is open."""
