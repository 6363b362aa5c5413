"""Other channels, chat rooms and phones, through apprise, which is an optional package."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings

from headrope.followup.models import Message
from headrope.followup.outbox.channels import OutOfOrder, Undelivered
from headrope.followup.outbox.mail import full_text

MISSING = "apprise is not installed: run `pip install headrope[notify]`, or unset HEADROPE_NOTIFY_URLS."
UNSET = "HEADROPE_NOTIFY_URLS names no address: these messages wait in the outbox."


class NotifySender:
    """Sends to every address of HEADROPE_NOTIFY_URLS, filled in for the person."""

    def __init__(self) -> None:
        self._apprise: Any = None

    def open(self) -> None:
        """See that there is a package and an address."""
        if not settings.NOTIFY_URLS:
            raise OutOfOrder(UNSET, unset=True)
        try:
            import apprise  # noqa: PLC0415  optional package
        except ImportError as error:
            raise OutOfOrder(MISSING) from error
        self._apprise = apprise

    def send(self, message: Message) -> None:
        """Send to all addresses; Undelivered when one cannot be read, or did not take it (the others did)."""
        person = {"username": quote(message.to_user.username, safe=""), "email": quote(message.to_user.email, safe="")}
        outlet = self._apprise.Apprise()
        for place, url in enumerate(settings.NOTIFY_URLS, 1):
            for name, value in person.items():
                url = url.replace("{" + name + "}", value)
            if not outlet.add(url):
                raise Undelivered(f"address {place} of HEADROPE_NOTIFY_URLS is none that apprise knows")
        # apprise says only whether all went well; addresses hold passwords and are not repeated here.
        if not outlet.notify(body=full_text(message), title=message.subject, body_format="text"):
            raise Undelivered("apprise could not deliver it to every address")

    def close(self) -> None:
        """Nothing stays open."""
