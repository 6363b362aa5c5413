"""Periods of the torture set as runs of months, written from docs/spec/periods.md alone."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

NATIVE = (1, 3, 6, 12)


class Run(NamedTuple):
    """A first month, counted from January of the year 0, and a number of months."""

    start: int
    span: int

    @property
    def end(self) -> int:
        """The last month."""
        return self.start + self.span - 1

    @property
    def last_day(self) -> date:
        """The last day of the last month."""
        return last_day_of(self.end)

    @property
    def days(self) -> int:
        """Calendar days from the first to the last."""
        return (self.last_day - date(self.start // 12, self.start % 12 + 1, 1)).days + 1

    def year_before(self) -> Run:
        """The same months one year earlier."""
        return Run(self.start - 12, self.span)

    def filled_by(self, span: int) -> list[Run]:
        """The parts of that span that fill the run end to end from its first month; none where they do not fit."""
        return [Run(self.start + n, span) for n in range(0, self.span, span)] if self.span % span == 0 else []


def last_day_of(month: int) -> date:
    """The last day of a month."""
    year, place = divmod(month, 12)
    return date(year, place + 1, monthrange(year, place + 1)[1])


def fiscal_year_start(month: int, fiscal_start: int) -> int:
    """The first month of the fiscal year that holds the month."""
    return month - (month - (fiscal_start - 1)) % 12


def read(text: str, fiscal_start: int = 1) -> Run:
    """The run that a text such as 2023-06, 2023-Q2, FY2023-24-H1 or 2023-04..2023-09 names."""
    if ".." in text:
        first, last = (read(part, fiscal_start) for part in text.split(".."))
        return Run(first.start, last.end - first.start + 1)
    if found := re.fullmatch(r"(\d{4})-(\d\d)", text):
        return Run(int(found[1]) * 12 + int(found[2]) - 1, 1)
    if found := re.fullmatch(r"(\d{4})(?:-([QH])(\d))?", text):
        return _part(int(found[1]) * 12, found[2], found[3])
    if found := re.fullmatch(r"FY(\d{4})(?:-\d\d)?(?:-([QH])(\d))?", text):
        return _part(int(found[1]) * 12 + fiscal_start - 1, found[2], found[3])
    raise ValueError(f"{text!r} is no period")


def _part(start: int, letter: str | None, number: str | None) -> Run:
    if letter is None or number is None:
        return Run(start, 12)
    span = 3 if letter == "Q" else 6
    return Run(start + span * (int(number) - 1), span)
