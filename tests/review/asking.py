"""Asks for reviews as somebody who sees everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from headrope.core.periods import parse
from headrope.journal.queries import books
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.org.queries import whole_sight
from headrope.review.condition import read_condition
from headrope.review.queries import Question, Reader, Review
from headrope.review.ranking import Ranking, Wanted, rank

TODAY = date(2026, 6, 30)


@dataclass(frozen=True)
class Asking:
    """Calls like the command: unit, period, and its options."""

    reader: Reader

    def __call__(
        self,
        unit: str,
        period: str,
        *,
        against: str | None = None,
        where: Sequence[str] = (),
        threshold: Sequence[str] = (),
        **wanted: object,
    ) -> tuple[Review, Ranking]:
        read: Callable[[Sequence[str]], tuple] = lambda texts: tuple(map(read_condition, texts))  # noqa: E731
        review = self.reader.review(Question(unit, parse(period, self.reader.ledger.fiscal_start), against))
        return review, rank(self.reader, review, Wanted(where=read(where), thresholds=read(threshold), **wanted))


def ask(known: date | None = None) -> Asking:
    """The books as they stand, or as known on a day."""
    at, ledger = books(), ledger_settings()
    return Asking(Reader(store.fresh(known), ledger, at, whole_sight(str(at.key), at.seq, TODAY), known))
