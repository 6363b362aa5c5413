"""Tables of editions: rows that hold from one posting up to another, and are closed but never changed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from headrope.journal.models import Posting
from headrope.journal.queries import Known

BATCH = 500

Row = TypeVar("Row", bound=Model)
Key = TypeVar("Key", bound=Hashable)


def in_force(query: QuerySet[Row], fields: Sequence[str], known: Known | None) -> list[tuple[Any, ...]]:
    """These fields of the rows of an edition table in force as known then (None: now); one statement."""
    if known is None:
        return list(query.filter(seq_to=None).values_list(*fields))
    rows = query.values_list("seq_from", "seq_to", *fields)
    return [tuple(row) for opened, closed, *row in rows if opened in known.postings and closed not in known.postings]


def replace_rows(model: type[Row], held: Mapping[Key, int], wanted: Mapping[Key, Row], seq: int) -> None:
    """Close open rows (ids by what they say) that are not wanted, add wanted ones that are not there; inside `seq`."""
    close = [pk for said, pk in held.items() if said not in wanted]
    for at in range(0, len(close), BATCH):
        model._default_manager.filter(pk__in=close[at : at + BATCH]).update(seq_to=seq)
    model._default_manager.bulk_create((row for said, row in wanted.items() if said not in held), batch_size=BATCH)


def clock() -> dict[int, datetime]:
    """When what each posting wrote became known; one statement."""
    return dict(Posting.objects.values_list("seq", "known_at").iterator())
