"""The list of postings, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headrope.journal.models import Posting


@dataclass(frozen=True)
class PostingRow:
    """One numbered change to the books: what it was, when known and recorded, by whom, why and from which file."""

    seq: int
    kind: str
    by: str
    known_at: datetime
    recorded_at: datetime
    reason: str
    source: str
    sha256: str


def postings_before(seq: int | None, kind: str | None, most: int) -> list[PostingRow]:
    """At most so many postings before that number (None: the newest), perhaps of one kind; one statement."""
    query = Posting.objects.order_by("-seq")
    if seq is not None:
        query = query.filter(seq__lt=seq)
    if kind is not None:
        query = query.filter(kind=kind)
    fields = ("seq", "kind", "by__username", "known_at", "recorded_at", "reason", "source", "source_sha256")
    return [PostingRow(*row) for row in query.values_list(*fields)[:most]]
