"""Answers as given, and who was asked for one: read by unit and measure, as known now or on a day."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from headrope.core.periods import Period, from_code
from headrope.journal.queries import Known
from headrope.org.models import User
from headrope.review.gaps.promised import Amount
from headrope.review.models import GapAnswer, GapAsk

Key = tuple[int, int]
"""A unit and a measure, by their ids."""
MANY = 500
"""Units in one question, beyond which all are read and sorted out afterwards."""


@dataclass(frozen=True)
class CausePart:
    """A cause (code), and how much of what is short it explains; None where that was not said."""

    code: str
    amount: Amount | None


@dataclass(frozen=True)
class File:
    """A file given as evidence."""

    id: int
    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Answer:
    """What was answered to a gap: causes, words, whys, the amount made good in each month, evidence; by whom and when.

    `gap` is the gap that was answered (actual less what was asked for). Amounts are steps of an exact measure, else
    floats; those of `months` are what is made good, whatever the measure's direction.
    """

    unit: int
    measure: int
    period: Period
    row_version: int
    against: str
    gap: Amount | None
    causes: tuple[CausePart, ...]
    words: str
    whys: tuple[str, ...]
    months: tuple[tuple[Period, Amount], ...]
    evidence: tuple[File, ...]
    on_behalf: bool
    by: User
    at: datetime
    seq: int

    @property
    def cause(self) -> str:
        """The code of the first cause; empty where none is named."""
        return self.causes[0].code if self.causes else ""

    @property
    def promised(self) -> Amount:
        """What is promised in all months; exact for exact measures."""
        return sum(amount for _, amount in self.months)

    @property
    def explained(self) -> Amount:
        """How much of what is short the causes explain, as far as that was said."""
        return sum(part.amount for part in self.causes if part.amount is not None)


def answers(units: Collection[int], period: Period, known: Known | None = None) -> dict[Key, Answer]:
    """The last answer of each unit and measure for the period, or for an earlier one with the same beginning; one statement.

    An answer of January to May is there for January to June, too: `period` says what it was given for.
    """
    found: dict[Key, Answer] = {}
    query = _of(GapAnswer.objects.prefetch_related("by"), units, period).order_by("period", "row_version")
    for row in query:
        if row.unit_id in units and (known is None or row.seq in known.postings):
            found[row.unit_id, row.measure_id] = answer_of(row)
    return found


def _of(query: QuerySet[GapAnswer], units: Collection[int], period: Period) -> QuerySet[GapAnswer]:
    if len(units) <= MANY:
        query = query.filter(unit_id__in=list(units))
    return query.filter(period__gt=Period(period.start, 0).code, period__lte=period.code)


def history(unit: int, measure: int, period: Period) -> list[Answer]:
    """Every answer to one gap, newest first; one statement."""
    rows = GapAnswer.objects.select_related("by").filter(unit_id=unit, measure_id=measure, period=period.code)
    return [answer_of(row) for row in rows.order_by("-row_version")]


def given_since(user: int, since: datetime, most: int) -> tuple[Answer, ...]:
    """The answers that the person has given since then, newest first, of each gap his last; one statement.

    At most `most` are looked through.
    """
    found: dict[tuple[int, int, int], Answer] = {}
    for row in GapAnswer.objects.filter(by_id=user).select_related("by").order_by("-id")[:most]:
        if row.at >= since:
            found.setdefault((row.unit_id, row.measure_id, row.period), answer_of(row))
    return tuple(found.values())


def answer_of(row: GapAnswer) -> Answer:
    """The answer of a row."""
    return Answer(
        row.unit_id,
        row.measure_id,
        from_code(row.period),
        row.row_version,
        row.against,
        json.loads(row.gap),
        tuple(CausePart(code, amount) for code, amount in json.loads(row.causes)),
        row.words,
        tuple(json.loads(row.whys)),
        tuple((from_code(code), amount) for code, amount in json.loads(row.months)),
        tuple(File(*each) for each in json.loads(row.evidence)),
        row.on_behalf,
        row.by,
        row.at,
        row.seq,
    )


@dataclass(frozen=True)
class Ask:
    """Who asked for an answer, when, and by which day it is due."""

    period: Period
    due: date | None
    words: str
    by: User
    at: datetime
    seq: int


def asks(units: Collection[int], period: Period, known: Known | None = None) -> dict[Key, Ask]:
    """The last time that somebody asked for an answer to the gap of each unit and measure; one statement."""
    query = GapAsk.objects.prefetch_related("by").order_by("period", "id")
    if len(units) <= MANY:
        query = query.filter(unit_id__in=list(units))
    wanted = set(units)
    found = {}
    for row in query.filter(period__gt=Period(period.start, 0).code, period__lte=period.code):
        if row.unit_id in wanted and (known is None or row.seq in known.postings):
            ask = Ask(from_code(row.period), row.due, row.words, row.by, row.at, row.seq)
            found[row.unit_id, row.measure_id] = ask
    return found
