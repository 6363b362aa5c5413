"""China's calendar of 2023 as the State Council published it, and a maker of spans of days."""

from __future__ import annotations

from datetime import date, timedelta

from headrope.core.calendars import Calendar


def plain_days(first: str, last: str) -> frozenset[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return frozenset(start + timedelta(days=day) for day in range((end - start).days + 1))


CHINA_ROWS = [
    ("calendars.csv, row 2", "holiday", "2022-12-31", "2023-01-02"),
    ("calendars.csv, row 3", "holiday", "2023-01-21", "2023-01-27"),
    ("calendars.csv, row 4", "workday", "2023-01-28", "2023-01-29"),
    ("calendars.csv, row 5", "holiday", "2023-04-05", ""),
    ("calendars.csv, row 6", "workday", "2023-04-23", ""),
    ("calendars.csv, row 7", "holiday", "2023-04-29", "2023-05-03"),
    ("calendars.csv, row 8", "workday", "2023-05-06", ""),
    ("calendars.csv, row 9", "holiday", "2023-06-22", "2023-06-24"),
    ("calendars.csv, row 10", "workday", "2023-06-25", ""),
    ("calendars.csv, row 11", "holiday", "2023-09-29", "2023-10-06"),
    ("calendars.csv, row 12", "workday", "2023-10-07", "2023-10-08"),
]
"""Where, kind, first day, last day (none: one day)."""


def _days(kind: str) -> frozenset[date]:
    return frozenset().union(*(plain_days(a, b or a) for _where, each, a, b in CHINA_ROWS if each == kind))


CHINA = Calendar("CN", _days("holiday"), _days("workday"), years=frozenset((2023,)))
