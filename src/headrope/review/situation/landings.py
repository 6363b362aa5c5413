"""Where the year will land, as the last run that was known says; see docs/spec/landing-runs.md."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Final
from uuid import UUID

from headrope.core.periods import Period
from headrope.journal.queries import Books, Known
from headrope.landing.runs.queries import Landed, Run, landed, latest
from headrope.ledger.queries import MeasureInfo

UNLIKELY: Final = 1 / 3
"""Odds below this are bad news: what is on pace is then to be watched."""


def run_known(year: Period, at: Books, known: Known | None) -> Run | None:
    """The last run of the year in these books, or known then; that of now is kept in the process until the next posting."""
    return _latest(str(at.key), at.seq, year) if known is None else latest(year, at, known)


@lru_cache(maxsize=16)
def _latest(key: str, seq: int, year: Period) -> Run | None:
    return latest(year, Books(UUID(key), seq))


def landings_of(run: Run | None, units: Collection[int]) -> dict[tuple[int, int], Landed]:
    """What the run says of these units, by unit and measure (ids); at most one statement."""
    return landed(run, units) if run is not None else {}


def in_figures(info: MeasureInfo, value: float | None) -> int | float | None:
    """A figure in units of account as figures of the measure are held: whole steps, or floats."""
    if value is None or not info.rule.exact:
        return value
    return round(value / float(info.rule.quantity.step))
