"""Taking a number: locks the head, writes the posting and its audit line."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.models import AbstractUser
from django.db import connection

from headrope.journal import clock
from headrope.journal.models import Audit, Head, Posting, PostingKind


@dataclass(frozen=True)
class Source:
    """The file a posting was read from: its name and the SHA-256 of its bytes in hex."""

    name: str = ""
    sha256: str = ""


def lock_head() -> Head:
    """Lock the books until the transaction ends and return their head; a program error outside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("the head can only be locked inside a transaction")
    return Head.objects.select_for_update().get(id=1)


def post(
    *,
    kind: PostingKind,
    by: AbstractUser,
    known_at: datetime | None = None,
    reason: str = "",
    source: Source | None = None,
) -> Posting:
    """Take the next number under the head lock; `known_at` (aware) may lie before now for kind import only."""
    head = lock_head()
    now = clock.now()
    last = Posting.objects.filter(seq=head.seq).values_list("recorded_at", flat=True).first()
    recorded_at = max(now, last) if last else now
    head.seq += 1
    head.save(update_fields=["seq"])
    source = source or Source()
    posting = Posting.objects.create(
        seq=head.seq,
        kind=kind,
        by_id=by.pk,
        recorded_at=recorded_at,
        known_at=known_at or recorded_at,
        reason=reason,
        source=source.name,
        source_sha256=source.sha256,
    )
    record(by=by, action=f"post {kind}", object=f"posting {posting.seq}", at=recorded_at)
    return posting


def record(*, by: AbstractUser, action: str, object: str, at: datetime) -> Audit:
    """Add a line to the audit trail, chained to the line before; the caller holds the head lock."""
    before = Audit.objects.order_by("-id").values_list("digest", flat=True).first() or ""
    digest = audit_digest(before, at, by.pk, action, object)
    return Audit.objects.create(at=at, by_id=by.pk, action=action, object=object, digest=digest)


def audit_digest(before: str, at: datetime, by: int, action: str, object: str) -> str:
    """The SHA-256 in hex that chains an audit line to the digest of the one before."""
    text = json.dumps([before, at.astimezone(UTC).isoformat(), by, action, object])
    return hashlib.sha256(text.encode()).hexdigest()
