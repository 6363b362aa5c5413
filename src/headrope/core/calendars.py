"""Business days: a calendar's weekend, its holidays and the weekend days that are worked to make up for them.

>>> week = [date(2023, 1, 2), *(date(2023, 1, 20 + day) for day in range(1, 8))]
>>> china = Calendar("CN", frozenset(week), frozenset([date(2023, 1, 28), date(2023, 1, 29)]))
>>> str(china.add(date(2023, 1, 20), 1)), china.count(date(2023, 1, 1), date(2023, 2, 1))
('2023-01-28', 18)

The rules are in docs/spec/due.md, section 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from headrope.core.problems import Problem

SATURDAY, SUNDAY = 5, 6
FIRST_DAY, LAST_DAY = date(1899, 1, 1), date(2201, 12, 31)
"""One year more on both sides than periods have, and one more for due days of the last of them."""
_START = FIRST_DAY.toordinal()
_COUNT = LAST_DAY.toordinal() - _START + 1

Days = npt.NDArray[np.int32]


@lru_cache(maxsize=8)
def _weeks(weekend: frozenset[int]) -> npt.NDArray[np.bool_]:
    """Whether each day from FIRST_DAY to LAST_DAY lies outside of the weekend."""
    week = np.array([day not in weekend for day in range(7)])
    return week[(np.arange(_COUNT) + FIRST_DAY.weekday()) % 7]


@dataclass(frozen=True)
class Calendar:
    """The days that are free and worked in one country or unit; `weekend` are days of the week, Monday being 0.

    `workdays` are days of the weekend that are worked. `years` are those for which somebody has entered days; in others
    only weekends are free. A ValueError when a day is both free and worked, or no day of the week is left.
    """

    code: str
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    weekend: frozenset[int] = frozenset((SATURDAY, SUNDAY))
    years: frozenset[int] = field(default=frozenset(), compare=False)

    def __post_init__(self) -> None:
        if both := self.holidays & self.workdays:
            raise ValueError(f"{min(both)} is both a holiday and a make-up day")
        if not self.weekend < frozenset(range(7)):
            raise ValueError("a weekend is made of days from 0 to 6, and not of all")

    @cached_property
    def _before(self) -> Days:
        """How many business days lie before each day, from FIRST_DAY to the day after LAST_DAY: int32[days + 1]."""
        worked = _weeks(self.weekend).copy()
        for days, state in ((self.holidays, False), (self.workdays, True)):
            worked[[_place(day) for day in days]] = state
        return np.concatenate([[0], np.cumsum(worked)]).astype(np.int32)

    @cached_property
    def _business_days(self) -> Days:
        """The places of all business days, in order."""
        return np.flatnonzero(np.diff(self._before)).astype(np.int32)

    def is_business_day(self, day: date) -> bool:
        """Whether the day is worked."""
        place = _place(day)
        return bool(self._before[place + 1] > self._before[place])

    def count(self, start: date, end: date) -> int:
        """How many business days there are from `start` up to, but not on, `end`; negative when `end` is earlier."""
        return int(self._before[_place(end)]) - int(self._before[_place(start)])

    def add(self, day: date, days: int) -> date:
        """The business day that comes `days` business days after the day, or before it when negative.

        With 0 it is the day itself, or the next business day if it is none. A ValueError beyond LAST_DAY or FIRST_DAY.
        """
        place = _place(day)
        rank = int(self._before[place]) + days
        if days > 0 and not self.is_business_day(day):
            rank -= 1
        if not 0 <= rank < len(self._business_days):
            raise ValueError(f"{days} business days from {day} lie outside {FIRST_DAY} to {LAST_DAY}")
        return date.fromordinal(_START + int(self._business_days[rank]))

    def on_or_after(self, day: date) -> date:
        """The day itself, or the next business day if it is none."""
        return self.add(day, 0)

    def on_or_before(self, day: date) -> date:
        """The day itself, or the last business day before if it is none."""
        return day if self.is_business_day(day) else self.add(day, -1)

    def of_month(self, year: int, month: int, number: int) -> date:
        """The first business day of the month (1), the second ... or the last (-1), the last but one ...

        A ValueError when the month has not so many.
        """
        first, end = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
        within = self.count(first, end)
        if not 1 <= abs(number) <= within:
            raise ValueError(f"{year}-{month:02d} has {within} business days, and no number {number}")
        return self.add(self.on_or_after(first), number - 1) if number > 0 else self.add(end, number)

    def unmaintained(self, first: date, last: date) -> list[int]:
        """The years from the one to the other day, both included, for which nobody has entered days."""
        return [year for year in range(first.year, last.year + 1) if year not in self.years]


def _place(day: date) -> int:
    place = day.toordinal() - _START
    if not 0 <= place < _COUNT:
        raise ValueError(f"{day} lies outside {FIRST_DAY} to {LAST_DAY}")
    return place


def not_maintained(calendar: Calendar, years: Iterable[int], where: str = "") -> list[Problem]:
    """The warning that nothing is known of these years but weekends; nothing without years."""
    if not (given := sorted(years)):
        return []
    message = "The calendar %(calendar)s has no entries for %(years)s: only weekends are free then."
    remedy = "Add the holidays and make-up days of these years to calendars.csv."
    values = {"calendar": calendar.code, "years": ", ".join(map(str, given))}
    return [Problem(where, message, remedy, values, blocking=False)]
