"""What was restated: actual figures that took another value, or were withdrawn, for a reason that somebody gave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Q

from headrope.core.periods import Period, from_code
from headrope.journal.models import Posting, PostingKind
from headrope.journal.queries import Books
from headrope.ledger.models import Fact, PostingUnit
from headrope.ledger.queries import ACTUAL, version_ids

MOST_POSTINGS, MOST_UNITS = 200, 500
"""How far back is looked, and beyond how many units a posting is a load of many figures and no restatement."""


@dataclass(frozen=True)
class Restated:
    """One figure that a posting has changed: ids of unit and measure, its native period."""

    unit: int
    measure: int
    period: Period
    seq: int
    known_at: datetime
    reason: str


@lru_cache(maxsize=4)
def _reasoned(key: str, seq: int) -> tuple[tuple[int, datetime, str, frozenset[int]], ...]:
    """The last postings up to `seq` that were given a reason and touched few units, with these; two statements."""
    kinds = Q(kind=PostingKind.RESTATE) | Q(kind__in=(PostingKind.LOAD, PostingKind.IMPORT)) & ~Q(reason="")
    rows = Posting.objects.filter(kinds, seq__lte=seq).order_by("-seq").values_list("seq", "known_at", "reason")
    postings = list(rows[:MOST_POSTINGS])
    touched: dict[int, set[int]] = defaultdict(set)
    for at, unit in PostingUnit.objects.filter(seq__in=[each[0] for each in postings]).values_list("seq", "unit_id"):
        touched[at].add(unit)
    return tuple((*each, frozenset(touched[each[0]])) for each in postings if len(touched[each[0]]) <= MOST_UNITS)


def restated(under: Callable[[int], bool], period: Period, at: Books, before: datetime | None = None) -> list[Restated]:
    """Restated figures of the period of units (ids) for which `under` holds, as known before a moment (None: now).

    The last change of each figure, newest first. No statement where no posting with a reason touched such a unit.
    """
    found: dict[tuple[int, int, int, int], Restated] = {}
    for seq, known_at, reason, touched in _reasoned(str(at.key), at.seq):
        units = [unit for unit in touched if under(unit)] if before is None or known_at < before else []
        for key in _changed(units, seq, period) if units else ():
            unit, measure, code, _basis = key
            found.setdefault(key, Restated(unit, measure, from_code(code), seq, known_at, reason))
    return list(found.values())


def _changed(units: list[int], seq: int, period: Period) -> list[tuple[int, int, int, int]]:
    """The keys of the period's actual facts that the posting gave another value than they had; one statement."""
    rows = Fact.objects.filter(unit_id__in=units, version_id=version_ids().get(ACTUAL, -1), seq__lte=seq)
    rows = rows.filter(period__gte=Period(period.start, 1).code, period__lt=Period(period.end, 1).code)
    keys = rows.values_list("unit_id", "measure_id", "period", "basis", "seq")
    first: dict[tuple[int, int, int, int], int] = {}
    last: dict[tuple[int, int, int, int], int] = {}
    for *key, number in keys:
        cell = from_code(key[2])
        if period.start <= cell.start and cell.end <= period.end:
            one = (key[0], key[1], key[2], key[3])
            first[one], last[one] = min(first.get(one, number), number), max(last.get(one, number), number)
    return sorted(one for one, number in last.items() if number == seq and first[one] < seq)
