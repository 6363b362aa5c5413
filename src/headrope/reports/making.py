"""Makes papers from the books: the sheet of a unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils import translation

from headrope.core.periods import parse
from headrope.reports import paper as papers
from headrope.reports.paper import Paper
from headrope.reports.pdf import pdf
from headrope.reports.sheet import sheet_paper
from headrope.reports.word import word
from headrope.review.queries import Question, Reader
from headrope.review.sheet.queries import sheet
from headrope.review.wording import Wording

WRITERS: Final[dict[str, Callable[[Paper], bytes]]] = {"pdf": pdf, "docx": word}
"""Kinds of files by their ending."""


def make(reader: Reader, question: Question, language: str) -> Paper:
    """The sheet as a paper in the language; NoSuchUnit where this person does not see the unit."""
    with translation.override(language):
        found = sheet(reader, question)
        return sheet_paper(found, Wording.of(found.review))


def again(reader: Reader) -> Callable[[papers.Question], Paper]:
    """Makes a paper anew as `reader` knows the books; NoSuchUnit as `make`, PeriodError for a period it cannot read."""

    def run(asked: papers.Question) -> Paper:
        period = parse(asked.period, reader.ledger.fiscal_start)
        question = Question(asked.unit, period, asked.against, reader.known, asked.as_was)
        return make(reader, question, asked.language)

    return run
