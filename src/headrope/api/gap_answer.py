"""An answer to a gap, and who asked for one, as data."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema

from headrope.api.figures import Value, value_of
from headrope.api.visit import Visit
from headrope.core.periods import name
from headrope.ledger.queries import MeasureInfo
from headrope.review.gaps.answers import Answer, Ask


class CausePart(Schema):
    """A cause, and how much of what is short it explains; null where that was not said."""

    cause: str
    amount: Value


class Promise(Schema):
    """What is made good in a month, whatever the direction of the measure."""

    month: str
    amount: Value


class EvidenceAnswer(Schema):
    """A file that was given as evidence: GET /gaps/{unit}/{period}/{measure}/files/{file} gives its bytes."""

    file: int
    name: str
    size: int
    sha256: str


class GivenAnswer(Schema):
    """An answer to a gap, by `by`; `period` is that for which it was given, `gap` the gap that was answered."""

    row_version: int
    period: str
    against: str
    gap: Value
    causes: list[CausePart]
    words: str
    whys: list[str]
    months: list[Promise]
    promised: Value
    evidence: list[EvidenceAnswer]
    on_behalf: bool
    by: str
    at: datetime
    seq: int


class AskAnswer(Schema):
    """Who asked for an answer, and by which day it is due; null where no day was named."""

    by: str
    at: datetime
    due: date | None
    words: str
    seq: int


def given_answer(who: Visit, info: MeasureInfo, given: Answer) -> GivenAnswer:
    """An answer as data."""
    start = who.ledger.fiscal_start
    return GivenAnswer(
        row_version=given.row_version,
        period=name(given.period, start),
        against=given.against,
        gap=value_of(info, given.gap),
        causes=[CausePart(cause=part.code, amount=value_of(info, part.amount)) for part in given.causes],
        words=given.words,
        whys=list(given.whys),
        months=[Promise(month=name(month, start), amount=value_of(info, amount)) for month, amount in given.months],
        promised=value_of(info, given.promised),
        evidence=[EvidenceAnswer(file=each.id, name=each.name, size=each.size, sha256=each.sha256) for each in given.evidence],
        on_behalf=given.on_behalf,
        by=given.by.username,
        at=given.at,
        seq=given.seq,
    )  # fmt: skip


def ask_answer(ask: Ask) -> AskAnswer:
    """Who asked, as data."""
    return AskAnswer(by=ask.by.username, at=ask.at, due=ask.due, words=ask.words, seq=ask.seq)
