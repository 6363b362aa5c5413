"""Definitions of the review as known, and what was ever known of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from headrope.journal.editions import in_force
from headrope.journal.queries import Books, Known, defined_at
from headrope.review.defined.kinds import KINDS, Kind


@dataclass(frozen=True)
class Row:
    """A row in force, and the posting that it is from."""

    cells: Mapping[str, str]
    seq: int


def rows(kind: Kind, known: Known | None = None) -> list[Row]:
    """The rows in force as known then (None: now), in the order in which they were first written; one statement."""
    query = kind.model._default_manager.order_by("id")
    found = in_force(query, ("code", "row", "seq_from"), known)
    order = {code: place for place, code in enumerate(_first_written(kind))} if found else {}
    made = [(order.get(code, len(order)), Row(json.loads(text), seq)) for code, text, seq in found]
    return [row for _, row in sorted(made, key=lambda each: each[0])]


def _first_written(kind: Kind) -> list[str]:
    """Every code there ever was, by when it was first written: an edited row keeps its place; one statement."""
    return list(dict.fromkeys(kind.model._default_manager.order_by("id").values_list("code", flat=True)))


def editions(kind: Kind) -> list[tuple[str, str, int, int | None]]:
    """Name, row as JSON and the postings it holds between of every edition, as they were written; one statement."""
    return list(kind.model._default_manager.order_by("id").values_list("code", "row", "seq_from", "seq_to"))


def rows_at(kind: Kind, at: Books, known: Known | None = None) -> tuple[Row, ...]:
    """The same, kept in the process until a definition changes; of a day that is gone read anew."""
    if known is not None:
        return tuple(rows(kind, known))
    return _rows_now(kind.key, str(at.key), defined_at(str(at.key), at.seq))


@lru_cache(maxsize=12)
def _rows_now(kind: str, key: str, defined: int) -> tuple[Row, ...]:
    return tuple(rows(next(each for each in KINDS if each.key == kind)))


@dataclass(frozen=True)
class Vintage:
    """A row as it was once known: its cells, and the postings it held between (`upto` None: it still does)."""

    cells: Mapping[str, str]
    since: int
    upto: int | None


def history(kind: Kind, name: str) -> list[Vintage]:
    """All that was ever known of one thing, newest first; one statement."""
    found = kind.model._default_manager.filter(code=name).order_by("-seq_from").values_list("row", "seq_from", "seq_to")
    return [Vintage(json.loads(text), since, upto) for text, since, upto in found]
