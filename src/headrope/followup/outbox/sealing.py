"""Links that open an account are sealed while they stand in the outbox: no page, backup or look into it gives them away.

The seal is made with the secret key of the house, and broken by the tick that sends the message.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from headrope.followup.outbox.channels import Undelivered

MARK = "sealed:"
"""What a sealed link begins with; a plain one is a path."""


def _key() -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(f"outbox {settings.SECRET_KEY}".encode()).digest()))


def sealed(url: str) -> str:
    """The link as it stands in the outbox."""
    return MARK + _key().encrypt(url.encode()).decode("ascii")


def opened(url: str) -> str:
    """The link as it is sent; Undelivered where the key of the house has changed since: the link holds no longer either."""
    if not url.startswith(MARK):
        return url
    try:
        return _key().decrypt(url.removeprefix(MARK)).decode()
    except InvalidToken:
        raise Undelivered("its link was sealed with another HEADROPE_SECRET_KEY") from None
