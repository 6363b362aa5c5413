"""What was said of the unit at its last review and what it has answered to its gaps, and what became of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from headrope.core.scoring import sense
from headrope.journal import clock
from headrope.ledger.queries import LAST_YEAR
from headrope.meetings.queries import Reviewed, last_reviews, reviewed_units
from headrope.review.gaps.answers import Answer, answers
from headrope.review.gaps.cause import Cause
from headrope.review.gaps.causes import by_code, causes
from headrope.review.models import GapAnswer
from headrope.review.queries import Line, Reader, Review


@dataclass(frozen=True)
class Answered:
    """An answer to the gap of a line; amounts are steps of an exact measure, else floats.

    `due` is what is promised up to the review's end and `made` by how much the gap has become better since the answer;
    both None where the answer was given for this very period, or for other figures.
    """

    line: Line
    answer: Answer
    due: int | float | None
    made: int | float | None


@dataclass(frozen=True)
class Said:
    """The notes of the last meeting before `today` in which the unit was reviewed, answers, and red lines without one.

    `causes` by code, where there is an answer.
    """

    today: date
    last: Reviewed | None
    answers: tuple[Answered, ...]
    unanswered: tuple[Line, ...]
    causes: Mapping[str, Cause] = field(default_factory=dict)

    def answer_to(self, line: Line | None) -> Answer | None:
        """The answer to the line's gap."""
        return next((each.answer for each in self.answers if line and each.line.info.id == line.info.id), None)


@lru_cache(maxsize=4)
def _answering(key: str, seq: int) -> frozenset[int]:
    """Units that have ever answered in books up to `seq`: most sheets ask no more."""
    return frozenset(GapAnswer.objects.values_list("unit_id", flat=True))


def said(reader: Reader, review: Review, lines: tuple[Line, ...]) -> Said:
    """What was said and answered as known on the review's day; at most two statements."""
    today = review.known_on or clock.now().astimezone(reader.ledger.zone).date()
    unit = review.unit.id
    books = str(reader.at.key), reader.at.seq
    reviewed, answering = reviewed_units(*books), _answering(*books)
    found = answers([unit], review.period, reader.known_postings) if unit in answering else {}
    answered = [(line, found.get((unit, line.info.id))) for line in lines]
    known = reader.known_postings if review.known_on else None
    return Said(
        today,
        last_reviews([unit], today + timedelta(days=1), known=known).get(unit) if unit in reviewed else None,
        tuple(_answered(review, line, answer) for line, answer in answered if answer),
        tuple(line for line, answer in answered if not answer and _asks(review, line)),
        by_code(causes(reader.at, reader.known_postings)) if found else {},
    )


def _asks(review: Review, line: Line) -> bool:
    """Whether a line is behind what was planned: nobody owes an answer for being behind last year."""
    return review.against != LAST_YEAR and line.judgement is not None and line.judgement.state == "behind"


def _answered(review: Review, line: Line, answer: Answer) -> Answered:
    same = answer.against == review.against and answer.period.start == review.period.start
    if answer.period == review.period or not same or line.gap is None or answer.gap is None:
        return Answered(line, answer, None, None)
    due = sum(amount for month, amount in answer.months if month.end <= review.period.end)
    return Answered(line, answer, due, (line.gap - answer.gap) * (sense(line.info.rule.direction) or 1))
