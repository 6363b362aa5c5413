"""What can be asked: a unit, a period, what it is held against, and as known on which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from headrope.core.periods import Period, year_to_date
from headrope.ledger.cube.view import Cube
from headrope.ledger.queries import ACTUAL, LAST_YEAR, TARGET, LedgerSettings


@dataclass(frozen=True)
class Question:
    """What is asked: `against` None chooses target where there is one, else last year.

    A year earlier is like-for-like over the tree of the period's last day, or `as_was` over the trees of the time.
    """

    unit: str
    period: Period
    against: str | None = None
    known_on: date | None = None
    as_was: bool = False


def default_period(cube: Cube, ledger: LedgerSettings) -> Period | None:
    """The year to the last month in which anything actual is reported."""
    end = cube.manifest.last_actual
    return None if end is None else year_to_date(Period(end - 1, 1), ledger.fiscal_start)


def versions_held(cube: Cube) -> list[str]:
    """Versions that a period can be held against: all but actual, target first, then last year."""
    held = {group.version for group in cube.manifest.groups} - {ACTUAL}
    return [*sorted(held, key=lambda code: (code != TARGET, code)), LAST_YEAR]
