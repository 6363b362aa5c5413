"""The text of a token: hr_, eight characters to tell it by, and 256 random bits; kept as its digest only."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import NamedTuple

PREFIX, SECRET_BYTES = 8, 32


class Secret(NamedTuple):
    """What a holder sends, and the part of it that lists may show."""

    prefix: str
    text: str


def new_secret() -> Secret:
    """A new one from the system's own source of chance."""
    prefix = secrets.token_hex(PREFIX // 2)
    return Secret(prefix, f"hr_{prefix}_{secrets.token_hex(SECRET_BYTES)}")


def digest_of(text: str) -> str:
    """The SHA-256 in hex of what a holder sends; so many random bits need no salt."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
