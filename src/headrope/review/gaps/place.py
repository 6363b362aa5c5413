"""What is answered: the gap of one measure of a unit in a period, with the answer that it has and the months that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from headrope.core.periods import Period, year_of
from headrope.journal import clock
from headrope.journal.queries import Books, known_on
from headrope.ledger.queries import LedgerSettings, MeasureInfo
from headrope.org.models import Role, User
from headrope.org.queries import Node, mandates_on
from headrope.review.gaps.answers import Answer, Ask, answers, asks
from headrope.review.gaps.figures import Stand, own_stand
from headrope.review.gaps.promised import Amount
from headrope.review.gaps.queries import short_of
from headrope.review.queries import Question, Reader, Review

FEWEST_MONTHS = 3
"""Months that can be promised for at the end of a year, where less than that is left of it."""


class NoSuchGap(LookupError):
    """There is no such measure, or the unit has nothing to do with it."""


@dataclass(frozen=True)
class Place:
    """One gap; `answer` is the last one for this very period, `earlier` one for an earlier period of the same beginning."""

    at: Books
    ledger: LedgerSettings
    now: datetime
    review: Review
    stand: Stand
    answer: Answer | None
    earlier: Answer | None
    asked: Ask | None
    months: tuple[Period, ...]

    @property
    def unit(self) -> Node:
        """The unit."""
        return self.review.unit

    @property
    def path(self) -> tuple[Node, ...]:
        """The unit and all above it that may be seen, the unit last."""
        return self.review.path

    @property
    def period(self) -> Period:
        """The period."""
        return self.review.period

    @property
    def against(self) -> str:
        """What the figures are held against."""
        return self.review.against

    @property
    def info(self) -> MeasureInfo:
        """The measure."""
        return self.stand.info

    @property
    def today(self) -> date:
        """Today in the ledger's time zone."""
        return self.now.astimezone(self.ledger.zone).date()

    @property
    def short(self) -> Amount:
        """How far the unit is on the bad side now."""
        return short_of(self.info, self.stand.gap)

    @property
    def row_version(self) -> int:
        """The number of the answer that is there; 0 before the first."""
        return self.answer.row_version if self.answer else 0

    @property
    def label(self) -> str:
        """As it stands in the trail."""
        return f"{self.unit.code} {self.info.code} {self.period}"

    def is_headed_by(self, user: User) -> bool:
        """Whether the person heads the unit, or one above it; one statement."""
        held = mandates_on(self.today).filter(user=user, role=Role.HEAD)
        return held.filter(unit_id__in=[node.id for node in self.path]).exists()


def place_of(reader: Reader, unit: str, period: Period, measure: str, against: str | None = None) -> Place:
    """The gap; NoSuchUnit as in `Reader.review`, NoSuchGap where the unit has no line of the measure."""
    review = reader.review(Question(unit, period, against, reader.known))
    line = review.line(measure)
    if line is None:
        raise NoSuchGap(measure)
    known = known_on(reader.known, reader.ledger.zone)
    key = review.unit.id, line.info.id
    held = answers([review.unit.id], period, known).get(key)
    exact = held is not None and held.period == period
    return Place(
        reader.at,
        reader.ledger,
        clock.now(),
        review,
        own_stand(review, line),
        held if exact else None,
        None if exact else held,
        asks([review.unit.id], period, known).get(key),
        months_after(period, reader.ledger.fiscal_start),
    )


def months_after(period: Period, fiscal_start: int = 1) -> tuple[Period, ...]:
    """The months in which something can be made good: the rest of the (fiscal) year, but no fewer than three.

    >>> from headrope.core.periods import parse
    >>> [str(month) for month in months_after(parse("2023-H1"))][::5], len(months_after(parse("2023-11"))), str(months_after(parse("2023"))[0])
    (['2023-07', '2023-12'], 3, '2024-01')
    """
    left = year_of(period.end - 1, fiscal_start).end - period.end
    return tuple(Period(period.end + n, 1) for n in range(max(left, FEWEST_MONTHS)))
