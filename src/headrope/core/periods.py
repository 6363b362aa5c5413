"""Periods: a start month and a span in months, their grammar, their stored code and their names.

>>> half = parse("2023-H1")
>>> half.code, str(half), [str(p) for p in half.cells(3)]
(20230106, '2023-H1', ['2023-Q1', '2023-Q2'])
>>> parse("FY2023-24-Q2", fiscal_start=4).code
20230703
>>> str(parse("2025-04..2025-09"))
'2025-04..2025-09'

The grammar and the rules are in docs/spec/periods.md.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

NATIVE_SPANS = (1, 3, 6, 12)
FIRST_YEAR, LAST_YEAR = 1900, 2199

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_PART = re.compile(r"([0-9]{4})(?:-([QH])([0-9]))?")
_FISCAL = re.compile(r"FY([0-9]{4})(?:-([0-9]{2}))?(?:-([QH])([0-9]))?")
_SPAN_OF = {"Q": 3, "H": 6}


class PeriodError(ValueError):
    """The text is not a period; the message says what is expected."""


class Period(NamedTuple):
    """`start` counts months since year 0 (year * 12 + month - 1); `span` is a number of months, at least 1."""

    start: int
    span: int

    @property
    def end(self) -> int:
        """The first month after the period, counted like `start`."""
        return self.start + self.span

    @property
    def code(self) -> int:
        """The stored form, year * 10000 + month * 100 + span."""
        year, month = divmod(self.start, 12)
        return year * 10000 + (month + 1) * 100 + self.span

    @property
    def last_day(self) -> date:
        """The day whose tree the period's last month is added over."""
        year, month = divmod(self.end, 12)
        return date.fromordinal(date(year, month + 1, 1).toordinal() - 1)

    @property
    def first_day(self) -> date:
        """The first day of the period."""
        year, month = divmod(self.start, 12)
        return date(year, month + 1, 1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last_day - self.first_day).days + 1

    def shifted(self, months: int) -> Period:
        """The period of the same span, `months` later (earlier when negative)."""
        return Period(self.start + months, self.span)

    def cells(self, span: int) -> list[Period]:
        """The period cut into periods of `span` months from its start; `span` must divide it."""
        if self.span % span:
            raise ValueError(f"{self} cannot be cut into spans of {span} months")
        return [Period(start, span) for start in range(self.start, self.end, span)]

    def __str__(self) -> str:
        return name(self)


def from_code(code: int) -> Period:
    """The period of a stored code; a ValueError when the code is none."""
    year, rest = divmod(code, 10000)
    month, span = divmod(rest, 100)
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and span >= 1):
        raise ValueError(f"{code} is not the code of a period")
    return Period(year * 12 + month - 1, span)


def month_of(day: date) -> Period:
    """The calendar month that holds the day."""
    return Period(day.year * 12 + day.month - 1, 1)


def year_of(start: int, fiscal_start: int = 1) -> Period:
    """The (fiscal) year that holds the month `start` (counted like Period.start)."""
    offset = (start - (fiscal_start - 1)) % 12
    return Period(start - offset, 12)


def year_to_date(period: Period, fiscal_start: int = 1) -> Period:
    """From the start of the (fiscal) year of the period's last month to the period's end."""
    end = period.start + period.span
    span = (end - fiscal_start) % 12 + 1
    return Period(end - span, span)


def _month(text: str) -> Period | None:
    found = _MONTH.fullmatch(text)
    if not found:
        return None
    year, month = int(found[1]), int(found[2])
    if not 1 <= month <= 12:
        raise PeriodError(f"'{text}' has no month {month:02d}; months run from 01 to 12")
    return Period(year * 12 + month - 1, 1)


def _part(first_month: int, letter: str | None, number: str | None, text: str) -> Period:
    if letter is None or number is None:
        return Period(first_month, 12)
    span = _SPAN_OF[letter]
    if not 1 <= int(number) <= 12 // span:
        raise PeriodError(f"'{text}' has no {letter}{number}; a year has {12 // span} of them")
    return Period(first_month + span * (int(number) - 1), span)


def _fiscal(text: str, fiscal_start: int) -> Period | None:
    found = _FISCAL.fullmatch(text)
    if not found:
        return None
    year, second = int(found[1]), found[2]
    part = f"-{found[3]}{found[4]}" if found[3] else ""
    if fiscal_start == 1:
        if second is not None:
            raise PeriodError(f"'{text}' names two years, but the fiscal year starts in January; write {year}{part}")
    elif second is None or int(second) != (year + 1) % 100:
        raise PeriodError(f"'{text}' is not a fiscal year; write FY{year}-{(year + 1) % 100:02d}{part}")
    return _part(year * 12 + fiscal_start - 1, found[3], found[4], text)


def parse_native(text: str, fiscal_start: int = 1) -> Period:
    """A period that facts can have: a month, quarter, half or year, calendar or fiscal; else a PeriodError."""
    period = _month(text)
    if period is None:
        period = _fiscal(text, fiscal_start)
    if period is None and (found := _PART.fullmatch(text)):
        period = _part(int(found[1]) * 12, found[2], found[3], text)
    if period is None:
        raise PeriodError(f"'{text}' is not a period; write 2023-06, 2023-Q2, 2023-H1, 2023 or FY2023-24")
    if not FIRST_YEAR <= period.start // 12 <= LAST_YEAR:
        raise PeriodError(f"'{text}' lies outside {FIRST_YEAR} to {LAST_YEAR}")
    return period


def parse(text: str, fiscal_start: int = 1) -> Period:
    """A period that can be asked for: a native period, or a span of two joined by `..`; else a PeriodError."""
    first, dots, last = text.partition("..")
    if not dots:
        return parse_native(text, fiscal_start)
    start, end = parse_native(first, fiscal_start), parse_native(last, fiscal_start)
    if end.end <= start.start:
        raise PeriodError(f"'{text}' ends before it begins; write the earlier period first")
    span = end.end - start.start
    if span > 99:
        raise PeriodError(f"'{text}' is longer than 99 months; ask for a shorter span")
    return Period(start.start, span)


def name(period: Period, fiscal_start: int = 1) -> str:
    """The shortest name of the period in the grammar of `parse`; fiscal names where the calendar has none."""
    return _name(period, fiscal_start)


@lru_cache(maxsize=4096)
def _name(period: Period, fiscal_start: int) -> str:
    year, month = divmod(period.start, 12)
    if period.span == 1:
        return f"{year:04d}-{month + 1:02d}"
    fiscal_year = year_of(period.start, fiscal_start)
    for first, label in ((year * 12, f"{year:04d}"), (fiscal_year.start, _fiscal_name(fiscal_year, fiscal_start))):
        offset = period.start - first
        if period.span == 12 and offset == 0:
            return label
        if period.span in (3, 6) and offset % period.span == 0 and offset + period.span <= 12:
            return f"{label}-{'Q' if period.span == 3 else 'H'}{offset // period.span + 1}"
    return f"{name(Period(period.start, 1))}..{name(Period(period.end - 1, 1))}"


def _fiscal_name(year: Period, fiscal_start: int) -> str:
    first = year.start // 12
    return f"FY{first:04d}" if fiscal_start == 1 else f"FY{first:04d}-{(first + 1) % 100:02d}"
