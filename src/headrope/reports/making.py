"""Makes papers from the books: the sheet of a unit, and the situation of one that has others below it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from django.utils import translation

from headrope.core.display import STYLES, Style
from headrope.core.periods import parse
from headrope.reports import paper as papers
from headrope.reports.paper import KINDS, SITUATION, Paper
from headrope.reports.pdf import pdf
from headrope.reports.sheet import sheet_paper
from headrope.reports.situation import situation_paper
from headrope.reports.word import word
from headrope.review.queries import Question, Reader, Review
from headrope.review.sheet.queries import sheet
from headrope.review.wording import Wording

WRITERS: Final[dict[str, Callable[[Paper], bytes]]] = {"pdf": pdf, "docx": word}
"""Kinds of files by their ending."""


class NoSuchPaper(LookupError):
    """There is no paper of that kind."""


def make(reader: Reader, asked: papers.Question) -> Paper:
    """The paper, as `reader` knows the books.

    NoSuchUnit where this person does not see the unit, PeriodError for a period that cannot be read, NoSuchPaper; of a
    situation ConditionError and NoSuchMeasure for what it ranks by.
    """
    if asked.kind not in KINDS:
        raise NoSuchPaper(asked.kind)
    period = parse(asked.period, reader.ledger.fiscal_start)
    question = Question(asked.unit, period, asked.against or None, reader.known, asked.as_was)
    with translation.override(asked.language):
        if asked.kind == SITUATION:
            review = reader.review(question)
            return situation_paper(reader, review, _wording(review, asked), asked)
        found = sheet(reader, question)
        return sheet_paper(found, _wording(found.review, asked), asked)


def _wording(review: Review, asked: papers.Question) -> Wording:
    style: Style = next((each for each in STYLES if each == asked.style), "auto")
    return Wording.of(review, asked.scale or None, style)


def again(reader: Reader) -> Callable[[papers.Question], Paper]:
    """Makes a paper anew as `reader` knows the books; raises as `make`."""
    return partial(make, reader)
