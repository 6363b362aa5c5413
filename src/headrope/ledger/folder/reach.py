"""What figures of a folder are held against: codes, rules, the calendar, and the months in which there can be any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from headrope.core.measures import MeasureRule
from headrope.core.periods import from_code

Spans = Sequence[tuple[int, int]]
"""Intervals of months (counted like Period.start), the last month excluded."""


@dataclass(frozen=True)
class Calendar:
    """The fiscal start and the day of the load."""

    fiscal_start: int
    today: date


@dataclass(frozen=True)
class Reach:
    """At the ends of which months there can be figures: `alive` of units that are not alive always, `own` of those that
    are segments at times, `valid` of measures that do not hold always; by id."""

    alive: Mapping[int, Spans]
    own: Mapping[int, Spans]
    valid: Mapping[int, Spans]

    def is_alive(self, unit: int, period: int) -> bool:
        """Whether the unit exists at the end of the period (code)."""
        return unit not in self.alive or _within(self.alive[unit], period)

    def has_own(self, unit: int, period: int) -> bool:
        """Whether it is no segment then."""
        return unit not in self.own or _within(self.own[unit], period)

    def is_valid(self, measure: int, period: int) -> bool:
        """Whether the measure holds then."""
        return measure not in self.valid or _within(self.valid[measure], period)

    def special(self) -> set[int]:
        """Units of which figures have to be looked at one by one."""
        return {*self.alive, *self.own}


def _within(spans: Spans, period: int) -> bool:
    last = from_code(period).end - 1
    return any(first <= last < end for first, end in spans)


@dataclass(frozen=True)
class Held:
    """What facts are held against: ids by code, rules by measure id, the calendar, and where there can be figures.

    `now` is how things will be defined, `ever` how they were or will be by any definition; figures with a vintage of their
    own are held against the latter, since what they speak of may have been defined otherwise then.
    """

    units: Mapping[str, int]
    measures: Mapping[str, int]
    rules: Mapping[int, MeasureRule]
    now: Reach
    ever: Reach
    calendar: Calendar
