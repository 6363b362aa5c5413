"""The review of a unit for a period: one frozen object that page, command and document all show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from headrope.core.periods import Period
from headrope.ledger.queries import LedgerSettings, MeasureInfo
from headrope.org.queries import Node
from headrope.review.line import Line


@dataclass(frozen=True)
class Reporting:
    """Who has reported for the period's last cell: how many units at or under the unit owe actual figures, and who is late."""

    units: int
    late: tuple[Node, ...]


@dataclass(frozen=True)
class Review:
    """A unit for a period, against a version or last year, as known on a day (None: now, posting `seq`).

    `children` are those of the period's last day that this person may see; `outside` counts the others. `like` is the
    month over whose tree last year's figures are added, where that is another one than theirs. `texts` are what the unit itself says in words.
    """

    ledger: LedgerSettings
    unit: Node
    path: tuple[Node, ...]
    period: Period
    against: str
    known_on: date | None
    seq: int
    lines: tuple[Line, ...]
    children: tuple[Node, ...]
    outside: int
    reporting: Reporting
    largest_money: float
    as_was: bool = False
    like: int | None = None
    texts: tuple[tuple[MeasureInfo, str], ...] = ()

    def line(self, code: str) -> Line | None:
        """The line of that measure."""
        return next((line for line in self.lines if line.info.code == code), None)
