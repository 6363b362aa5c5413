"""What was known at the end of each day: several postings of one day come out as the last of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from headrope.core.units import ALWAYS, FOREVER
from headrope.core.vintages import Timeline
from headrope.journal.editions import clock

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")
V = TypeVar("V")


@dataclass(frozen=True)
class Clock:
    """The day on which each posting up to `upto` became known, in the ledger's time zone."""

    upto: int
    zone: ZoneInfo
    moments: Mapping[int, datetime]
    days: Mapping[int, str]

    @classmethod
    def of(cls, upto: int, zone: ZoneInfo) -> Clock:
        """The clock of the books as they stood after the posting `upto`."""
        moments = {seq: moment for seq, moment in clock().items() if seq <= upto}
        return cls(upto, zone, moments, {seq: str(moment.astimezone(zone).date()) for seq, moment in moments.items()})

    def day(self, moment: datetime) -> str:
        """The day of a moment."""
        return str(moment.astimezone(self.zone).date())

    def upto_here(self, rows: Iterable[tuple[K, R, int, int | None]]) -> Iterator[tuple[K, R, int, int | None]]:
        """Rows of editions as they stood after `upto`."""
        for key, row, first, last in rows:
            if first <= self.upto:
                yield key, row, first, last if last is not None and last <= self.upto else None

    def by_day(self, known: Timeline[K, R]) -> Iterator[tuple[K, str, tuple[R, ...]]]:
        """Of each key the days on which something else became known of it, and what; in the order of the timeline."""
        for key, events in known.events.items():
            for day, rows in new_each_day(((self.day(moment), rows) for moment, rows in events), nothing=()):
                yield key, day, rows


def new_each_day(said: Iterable[tuple[str, V]], nothing: V) -> Iterator[tuple[str, V]]:
    """The last of each day, where it is something else than what was known before; at first `nothing` was known."""
    last: dict[str, V] = dict(said)
    before = nothing
    for day, value in last.items():
        if value != before:
            yield day, value
        before = value


def first_day(day: date) -> str:
    """A day for a column `from`."""
    return "" if day == ALWAYS else str(day)


def last_day(end: date) -> str:
    """The last day before the `end`, for a column `to`."""
    return "" if end == FOREVER else str(date.fromordinal(end.toordinal() - 1))
