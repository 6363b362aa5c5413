"""Sealing the audit trail: the tick adds a seal whenever the trail has grown, in the database and in the file outside.

The rules are in docs/spec/seal.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from headrope.core.problems import Problem
from headrope.journal.actions import lock_head, record
from headrope.journal.models import Audit, AuditSeal
from headrope.journal.queries import books
from headrope.journal.seal_file import SealsOnFile, append_seal, read_seals
from headrope.journal.seal_key import make_key, read_key
from headrope.journal.seals import Seal, Sealed, key_print, make_seal

RESTORED, RENEWED = "restore", "renew seals"
"""Audit lines after which what was sealed before may be missing here or sealed with another key: a break."""


@dataclass(frozen=True)
class Sealing:
    """What sealing did: the new seal (None: the trail has not grown), lines that it is the first to cover, what is wrong."""

    seal: Seal | None
    lines: int = 0
    problems: tuple[Problem, ...] = ()


def seal_trail(*, by: AbstractUser, now: datetime, renew: bool = False) -> Sealing:
    """Seal the trail as it ends now, if it has grown; nothing is sealed that contradicts the last seal.

    1. Under the head lock, the last seals here and in the file are held against the trail and the key.
    2. The seal is written into the database.
    3. After that has been kept, it is added to the file; if the process ends in between, the next tick adds it.

    `renew`: the key, or seals, of before are lost: begin anew from here, and say so in the trail. Call it from the tick
    alone: two at once would write the file in another order.
    """
    with transaction.atomic():
        lock_head()
        key_of_books = str(books().key)
        filed, last = read_seals(key_of_books), last_seal(key_of_books)
        made = Sealing(None, 0, tuple(_contradictions(last, filed, renew)))
        if not made.problems:
            made = _seal(by, now, renew, _Before(key_of_books, last, filed.last))
    if not made.problems:
        if last is not None and _was_next(last, filed):
            append_seal(last)
        if made.seal is not None:
            append_seal(made.seal)
    return made


@dataclass(frozen=True)
class _Before:
    """The books, their last seal here, and the last one in the file."""

    books: str
    last: Seal | None
    filed: Seal | None


def _seal(by: AbstractUser, now: datetime, renew: bool, before: _Before) -> Sealing:
    last = before.last
    if renew or (last is not None and read_key() is None):
        of = f"from key {last.key_print} " if last else ""
        record(by=by, action=RENEWED, object=f"{of}to key {key_print(make_key())}", at=now)
    end = Audit.objects.order_by("-id").values_list("id", "digest").first()
    if end is None or (last is not None and last.audit == end[0]):
        return Sealing(None)
    number = 1 + max((seal.number for seal in (last, before.filed) if seal is not None), default=0)
    seal = make_seal(make_key(), Sealed(before.books, number, now, *end))
    AuditSeal.objects.create(
        number=number, at=now, audit_id=seal.audit, digest=seal.digest, key_print=seal.key_print, seal=seal.seal
    )
    return Sealing(seal, Audit.objects.filter(id__gt=last.audit if last else 0).count())


def _contradictions(last: Seal | None, filed: SealsOnFile, renew: bool) -> list[Problem]:
    """What speaks against sealing: a trail that is not the one sealed last, or another key than then."""
    restored = Audit.objects.filter(action=RESTORED, id__gt=last.audit if last else 0).exists()
    found = []
    if last is not None and not _holds(last):
        found.append(_rewritten(last))
    beyond = filed.last
    if beyond is not None and (last is None or beyond.number > last.number) and not (restored or renew):
        message = "The file of seals goes on to seal %(number)s of %(at)s, which the database does not have."
        remedy = "Run `headrope audit`: lines or seals were removed from the database, or it is an older copy."
        values = {"number": beyond.number, "at": _day(beyond)}
        found.append(Problem(f"seal {beyond.number}", message, remedy, values))
    key = read_key()
    if last is not None and not renew and not (restored and key is None):
        if key is None:
            message = "The key of the seals is not there; the last seal was made with the key %(key)s."
            found.append(Problem("seals", message, LOST, {"key": last.key_print}))
        elif key_print(key) != last.key_print:
            message = "The key of the seals is %(now)s, but the last seal was made with the key %(key)s."
            found.append(Problem("seals", message, LOST, {"now": key_print(key), "key": last.key_print}))
    return found


LOST = (
    "Put the file seal.key (or HEADROPE_SEAL_KEY) of that time back; if it is lost, run `headrope tick --renew-seals`."
)


def _holds(seal: Seal) -> bool:
    return Audit.objects.filter(id=seal.audit, digest=seal.digest).exists()


def _rewritten(seal: Seal) -> Problem:
    message = "Up to line %(line)s the audit trail is not the one that was sealed on %(at)s."
    remedy = "Run `headrope audit`, and compare the database with a backup."
    return Problem(f"seal {seal.number}", message, remedy, {"line": seal.audit, "at": _day(seal)})


def _was_next(seal: Seal, filed: SealsOnFile) -> bool:
    """Whether only this seal is missing at the end of the file, because the process ended before it was added."""
    return seal.number == (filed.last.number + 1 if filed.last else 1)


def _day(seal: Seal) -> str:
    return seal.at.isoformat(timespec="seconds")


def last_seal(of: str) -> Seal | None:
    """The last seal in the database."""
    row = AuditSeal.objects.order_by("-number").values_list(*_FIELDS).first()
    return Seal(of, *row) if row else None


def seals(of: str) -> list[Seal]:
    """The seals in the database by number; `of` is the key of the books."""
    return [Seal(of, *row) for row in AuditSeal.objects.order_by("number").values_list(*_FIELDS).iterator()]


_FIELDS = ("number", "at", "audit_id", "digest", "key_print", "seal")
