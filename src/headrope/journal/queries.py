"""Questions to the clock: where the books stand, and what was known on a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Max

from headrope.journal.models import Head, Posting, PostingKind


@dataclass(frozen=True)
class Books:
    """The identity of the books and the number of their last posting."""

    key: UUID
    seq: int


_HEAD = f'SELECT "key", seq FROM {Head._meta.db_table} WHERE id = 1'


def books() -> Books:
    """Where the books stand now; one statement."""
    # Every request asks it: putting the question together takes ten times as long as answering it.
    with connection.cursor() as cursor:
        cursor.execute(_HEAD)
        key, seq = cursor.fetchone()
    return Books(key if isinstance(key, UUID) else UUID(key), seq)


R = TypeVar("R")
_TURNS = 10


class BooksMoved(Exception):
    """Somebody else posted while the work was being done."""


def while_still(work: Callable[[Books], R]) -> R:
    """What `work` gives of books that stand as it is told; it is done again where somebody else posted meanwhile.

    What was read before and after a posting need not fit together, so nothing that the work breaks off with counts then.
    RuntimeError where that happened ten times.
    """
    for _ in range(_TURNS):
        start = books()
        try:
            return work(start)
        except Exception as raised:
            if books() == start:
                raise
            reason = raised
    raise RuntimeError("the books moved ten times meanwhile; try again when it is quieter") from reason


def still_at(start: Books) -> None:
    """BooksMoved where anything was posted since: for work that only reads, at its end."""
    if books() != start:
        raise BooksMoved


_DEFINING = (PostingKind.DEFINE, PostingKind.IMPORT)
_defined: dict[str, tuple[int, int]] = {}
"""Of each books the posting up to which was looked, and the last one up to it that can have defined anything."""


def defined_at(key: str, seq: int) -> int:
    """The last posting up to `seq` that can have changed a definition, which figures do not; at most one statement.

    What follows from definitions alone can be kept in the process by it, however many figures come in.
    """
    upto, found = _defined.get(key, (0, 0))
    if upto == seq:
        return found
    if upto > seq:
        upto, found = 0, 0
    between = Posting.objects.filter(seq__gt=upto, seq__lte=seq, kind__in=_DEFINING)
    found = between.aggregate(last=Max("seq"))["last"] or found
    # What a transaction has posted may be undone, and its number given to something else.
    if not connection.in_atomic_block:
        if len(_defined) > 8:
            _defined.clear()
        _defined[key] = seq, found
    return found


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after the day in the ledger's time zone."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)


@dataclass(frozen=True)
class Known:
    """The books as known at the end of a day: postings known before the moment `before`."""

    day: date
    before: datetime
    postings: frozenset[int]


def known_on(day: date | None, zone: ZoneInfo) -> Known | None:
    """The books as known at the end of the day; None for now; one statement."""
    if day is None:
        return None
    before = end_of_day(day, zone)
    return Known(day, before, frozenset(Posting.objects.filter(known_at__lt=before).values_list("seq", flat=True)))


def upto(seq: int) -> Known:
    """The books as they stood after that posting."""
    return Known(date.max, datetime.max, frozenset(range(seq + 1)))


def known_days(zone: ZoneInfo) -> list[date]:
    """The days on which something became known, newest first; one statement."""
    known = Posting.objects.order_by("-known_at").values_list("known_at", flat=True)
    return list(dict.fromkeys(moment.astimezone(zone).date() for moment in known.iterator()))
