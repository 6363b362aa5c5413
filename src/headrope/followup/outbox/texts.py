"""What a message may consist of: texts of one line that hide nothing, addresses within Headrope.

>>> one_line("East\\nBcc: everybody@example.org")
'East Bcc: everybody@example.org'
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser

from headrope.ledger.queries import ledger_settings

SUBJECT = 200
"""The longest subject; the rest is cut off."""
_PATH = re.compile(r"/(?![/\\])[!-~]*")
_KEPT = "\u200c\u200d"  # joiners: some scripts and pictures need them


def one_line(text: str) -> str:
    """The text in one line: what breaks lines, controls or turns the direction of writing becomes a blank."""
    plain = "".join(" " if _hides(mark) else mark for mark in text)
    return " ".join(plain.split())


def _hides(mark: str) -> bool:
    kind = unicodedata.category(mark)
    return kind in ("Cc", "Zl", "Zp", "Cs") or (kind == "Cf" and mark not in _KEPT)


@dataclass(frozen=True)
class Content:
    """What a message says: a subject of one line, a body of plain text, and the page it leads to (a path: "/owe/").

    `secret`: the link opens an account and is nobody's but the receiver's (outbox/sealing.py).
    """

    subject: str
    body: str
    url: str = ""
    secret: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "subject", one_line(self.subject)[:SUBJECT])
        if not self.subject:
            raise ValueError("a message has a subject")
        if self.url and not _PATH.fullmatch(self.url):
            raise ValueError(f"{self.url!r} is not a path such as /owe/")


def language_of(user: AbstractUser) -> str:
    """The language in which somebody is written to: en or zh-hans; his own, else the ledger's."""
    own = getattr(user, "language", "") or ledger_settings().language
    return "zh-hans" if str(own).lower().startswith("zh") else "en"
