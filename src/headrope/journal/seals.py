"""Seals: what the audit trail ended with at a moment, signed with a key that whoever writes to the database does not have.

>>> from dataclasses import replace
>>> made = make_seal("a key", Sealed("books", 1, datetime(2026, 3, 2, tzinfo=UTC), 7, "ab12"))
>>> fits("a key", made), fits("another key", made), fits("a key", replace(made, audit=8))
(True, False, False)
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Sealed:
    """What a seal says: of which books it is, its number, when it was made, and the last audit line with its digest."""

    books: str
    number: int
    at: datetime
    audit: int
    digest: str


@dataclass(frozen=True)
class Seal(Sealed):
    """A seal as it was made; `key_print` tells the key from others."""

    key_print: str
    seal: str


def key_print(key: str) -> str:
    """Sixteen hex digits that tell a key from others and do not give it away."""
    return hmac.new(key.encode(), b"headrope: which key", hashlib.sha256).hexdigest()[:16]


def make_seal(key: str, said: Sealed) -> Seal:
    """The seal of what is said: HMAC-SHA256 of all of it, in hex."""
    return Seal(said.books, said.number, said.at, said.audit, said.digest, key_print(key), _signature(key, said))


def fits(key: str, seal: Seal) -> bool:
    """Whether the seal was made with this key and says what it said then."""
    return seal.key_print == key_print(key) and hmac.compare_digest(
        seal.seal.encode(errors="replace"), _signature(key, seal).encode()
    )


def _signature(key: str, said: Sealed) -> str:
    text = json.dumps([said.books, said.number, _written(said.at), said.audit, said.digest])
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def line_of(seal: Seal) -> str:
    """The seal as a line of the file outside of the database, without its end."""
    return json.dumps(
        {
            "books": seal.books,
            "number": seal.number,
            "at": _written(seal.at),
            "audit": seal.audit,
            "digest": seal.digest,
            "key": seal.key_print,
            "seal": seal.seal,
        }
    )


def parse_line(line: str) -> Seal | None:
    """The seal of a line of the file; None when the line is none."""
    try:
        held = json.loads(line)
        at = datetime.fromisoformat(held["at"])
        seal = Seal(
            str(held["books"]),
            int(held["number"]),
            at,
            int(held["audit"]),
            str(held["digest"]),
            str(held["key"]),
            str(held["seal"]),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    return seal if at.tzinfo else None
