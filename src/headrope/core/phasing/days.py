"""Counts the working days of months, as weights for phasing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import pairwise

import numpy as np

from headrope.core.calendars import Calendar
from headrope.core.periods import Period, month_of
from headrope.core.phasing.shares import MONTHS
from headrope.core.rounding.limits import Ints


def working_days(first: date, holidays: Collection[date] = (), make_up: Collection[date] = ()) -> Ints:
    """Working days int64[12] of the twelve months from the month of `first`, the fiscal year's first day.

    Business days of core.calendars: Mondays to Fridays that are no holidays, and Saturdays and Sundays that are worked to
    make up for a bridge day. A ValueError when a day is both a holiday and made up.
    """
    calendar = Calendar("", frozenset(holidays), frozenset(make_up))
    start = month_of(first).start
    days = [Period(month, 1).first_day for month in range(start, start + MONTHS + 1)]
    return np.array([calendar.count(*month) for month in pairwise(days)], np.int64)
