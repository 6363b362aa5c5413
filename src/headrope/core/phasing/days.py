"""Counts the working days of months, as weights for phasing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import numpy as np

from headrope.core.phasing.shares import MONTHS
from headrope.core.rounding.limits import Ints

SATURDAY = 5


def working_days(first: date, holidays: Collection[date] = (), make_up: Collection[date] = ()) -> Ints:
    """Working days int64[12] of the twelve months from the month of `first`, the fiscal year's first day.

    Mondays to Fridays that are no holidays, and Saturdays and Sundays that are worked to make up for a bridge day. A
    ValueError when a day is both a holiday and made up.
    """
    both = set(holidays) & set(make_up)
    if both:
        raise ValueError(f"{min(both)} is both a holiday and a make-up day")
    found = np.zeros(MONTHS, np.int64)
    day = first.replace(day=1)
    end = day.replace(year=day.year + 1)
    month = 0
    while day < end:
        if (day.weekday() < SATURDAY and day not in holidays) or day in make_up:
            found[month] += 1
        following = day + timedelta(days=1)
        month += following.month != day.month
        day = following
    return found
