"""Answers to gaps as sentences of a paper: what is promised, and what became of it, are numbers with references."""

from __future__ import annotations

import re
from dataclasses import replace

from headrope.ledger.queries import ACTUAL
from headrope.reports.figures import Figures, exact
from headrope.reports.paper import Number, Piece, Sentence
from headrope.review.sheet.notes import Amounts, Reply


def reply(figures: Figures, said: Reply, words: str) -> Sentence:
    """The answer in these words, what is promised and why, and what became of it."""
    pieces: list[Piece] = [f"{said.measure}: {words}"]
    for text, amounts in ((said.small, said.promised), (said.became, said.made)):
        if text:
            pieces += [" · ", *_bound(figures, said, text, amounts)]
    return pieces


def _bound(figures: Figures, said: Reply, text: str, amounts: Amounts) -> list[Piece]:
    """The text with each amount, in the order in which they stand in it, as a number."""
    info = said.line.info
    ref = replace(figures.ref(info, figures.review.period, ACTUAL, "promised"), against=said.against)
    found: list[Piece] = []
    for part, printed, value in amounts:
        # Not the end of a longer number: 5 of 15.
        place = re.search(rf"(?<![\d.,]){re.escape(printed)}(?![\d]|[.,]\d)", text)
        if place is None:
            continue
        found += [text[: place.start()], Number(printed, replace(ref, part=part), exact(info, value))]
        text = text[place.end() :]
    return [each for each in (*found, text) if each]
