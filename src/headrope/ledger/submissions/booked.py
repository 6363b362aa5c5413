"""Since when the books hold a form's figures, for all units of a round at once; kept in the process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Min

from headrope.journal.models import Posting, PostingKind
from headrope.journal.queries import defined_at
from headrope.ledger.models import Basis, Fact
from headrope.ledger.submissions.collection import Collection
from headrope.ledger.submissions.models import Submission
from headrope.ledger.submissions.place import Round

BATCH = 500
MOST = 32


class _Kept(NamedTuple):
    seq: int
    own: dict[int, datetime]
    under: dict[int, datetime]


_kept: dict[tuple[object, ...], _Kept] = {}


def booked_since(round: Round, units: Iterable[int]) -> dict[int, datetime]:
    """Since when the books hold own figures of the form for the period, by unit; others are left out."""
    measures = [round.infos[code].id for code in round.form.measures if code in round.infos]
    every, first = sorted(units), dict[int, int]()
    for at in range(0, len(every), BATCH):
        rows = Fact.objects.filter(
            unit_id__in=every[at : at + BATCH],
            measure_id__in=measures,
            version_id=round.version_id,
            period=round.period.code,
            basis=Basis.OWN,
        )
        first.update(rows.values_list("unit_id").annotate(first=Min("seq")).values_list("unit_id", "first"))
    known = dict(Posting.objects.filter(seq__in=set(first.values())).values_list("seq", "known_at"))
    return {unit: known[seq] for unit, seq in first.items()}


def all_booked(round: Round) -> Mapping[int, datetime]:
    """Since when they hold all that a unit, or who is below it where it only sends on, owes; others are left out.

    The same object as long as nothing has come in. What is once in the books stays there, so that after a posting only
    those are looked up again that can have come with it.
    """
    at = round.when.at
    key = (str(at.key), defined_at(str(at.key), at.seq), round.form, round.period, round.version_id)
    held = _kept.get(key)
    if held is not None and held.seq == at.seq:
        return held.under
    own = {} if held is None or held.seq > at.seq else held.own
    found = booked_since(round, _asked(round, own, held.seq if own and held else 0))
    under = held.under if held is not None and own and not found else _under(round.units, own | found)
    # What a transaction has posted may be undone, and its number given to something else.
    if not connection.in_atomic_block:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = _Kept(at.seq, own | found, under)
    return under


def _asked(round: Round, own: Mapping[int, datetime], seq: int) -> set[int]:
    """Which units can have come in since that posting; all that are missing where more than submissions was posted."""
    missing = set(round.units.owing.difference(own))
    if not seq:
        return missing
    since = Posting.objects.filter(seq__gt=seq, seq__lte=round.when.at.seq)
    if since.exclude(kind=PostingKind.ACCEPT).exists():
        return missing
    return missing.intersection(Submission.objects.filter(seq__gt=seq).values_list("unit_id", flat=True))


def _under(units: Collection, own: Mapping[int, datetime]) -> dict[int, datetime]:
    """From the leaves up: complete since the last that it needs came in. A unit that fills in itself needs only that."""
    whole: dict[int, datetime | None] = {}
    for unit, children in units.upwards:
        sinces = [whole[child] for child in children]
        if unit in units.owing:
            sinces.append(own.get(unit))
        every = [since for since in sinces if since is not None]
        whole[unit] = max(every) if len(every) == len(sinces) else None
    found = {unit: since for unit, since in whole.items() if since is not None and unit not in units.owing}
    return found | dict(own)
