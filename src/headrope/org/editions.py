"""Rows of the tables of units, holdings and segments as the plain values that they say."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from headrope.core.holdings import Holding as Share
from headrope.core.unit_rules import Member
from headrope.core.units import Edition
from headrope.org.models import Holding, SegmentMember, UnitEdition

UNIT_FIELDS = (
    "id",
    "unit_id",
    "parent_id",
    "successor_id",
    "unit__code",
    "name",
    "parent__code",
    "valid_from",
    "valid_to",
    "kind",
    "name_zh",
    "method",
    "successor__code",
    "seq_from",
    "seq_to",
)


def unit_editions(
    query: QuerySet[UnitEdition],
) -> Iterator[tuple[int, int, int | None, int | None, Edition, int, int | None]]:
    """Of each row its id, the ids of unit, parent and successor, the edition, and the postings it holds between."""
    for pk, unit, parent, successor, *said, seq_from, seq_to in query.values_list(*UNIT_FIELDS):
        yield pk, unit, parent, successor, Edition(*said), seq_from, seq_to


def holding_editions(query: QuerySet[Holding]) -> Iterator[tuple[int, str, Share, int, int | None]]:
    """Of each row its id, the held unit, the share, and the postings it holds between."""
    fields = ("id", "owner__code", "held__code", "num", "den", "valid_from", "valid_to", "seq_from", "seq_to")
    for pk, owner, held, num, den, start, end, seq_from, seq_to in query.values_list(*fields):
        yield pk, held, Share(owner, held, num, den, start, end), seq_from, seq_to


def member_editions(query: QuerySet[SegmentMember]) -> Iterator[tuple[int, str, Member, int, int | None]]:
    """Of each row its id, the segment, the member, and the postings it holds between."""
    fields = ("id", "segment__code", "unit__code", "valid_from", "valid_to", "seq_from", "seq_to")
    for pk, segment, unit, start, end, seq_from, seq_to in query.values_list(*fields):
        yield pk, segment, Member(segment, unit, start, end), seq_from, seq_to
