"""A mail server that takes nothing."""

from __future__ import annotations

from django.core.mail.backends.base import BaseEmailBackend


class Refusing(BaseEmailBackend):
    """Refuses every connection."""

    def open(self) -> bool:
        """Refuse."""
        raise ConnectionRefusedError
