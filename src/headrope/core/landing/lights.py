"""The naive lights that landings are held against: where the year ends by rule of thumb, met or not; plain NumPy."""

from __future__ import annotations

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import History, Kind, Parts

GROWTHS = (0.0, 0.03, 0.05, 0.10)
TREND_YEARS, TREND_LIMIT = 5, 0.3
"""The own trend is the yearly growth over so many years, at most so much up or down."""


def straight_line(history: History, parts: Parts, year: int) -> Numbers:
    """The year to date goes on at the same pace; a stock stays where it is. The full year, float64[rows]."""
    return same_pace(parts.known[year], history.origin / history.year, history.kind)


def same_share(history: History, parts: Parts, year: int) -> Numbers:
    """The year to date is the same share of the year as last year; a stock changes as last year. float64[rows]."""
    return last_share(parts.known[year], parts.known[year - 1], parts.rest[year - 1], history.kind)


def same_pace(known: Numbers, part: float, kind: Kind) -> Numbers:
    """The full year, float64[rows], where what is known of `part` of it goes on at the same pace; NaN where none is over.

    A stock stays where it is.
    """
    if kind is Kind.STOCK:
        return known
    found: Numbers = known / part if part else np.full_like(known, np.nan)
    return found


def last_share(known: Numbers, before: Numbers, after: Numbers, kind: Kind) -> Numbers:
    """The full year, float64[rows], where what is known of it is the same share as last year: `before` of `before + after`.

    Without a positive `before`, and of a stock, last year's `after` is added as it was.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        steady = (before > 0) & (kind is Kind.FLOW)
        found: Numbers = known + np.where(steady, known * after / before, after)
    return found


def targets(parts: Parts, year: int) -> Numbers:
    """The targets of a backtest, float64[targets, rows]: last year's figure and GROWTHS more, and the row's own trend."""
    full = parts.full
    last, start = full[year - 1], max(0, year - TREND_YEARS)
    steps = max(1, year - 1 - start)
    with np.errstate(divide="ignore", invalid="ignore"):
        trend = np.where((full[start] > 0) & (last > 0), (last / full[start]) ** (1 / steps) - 1, 0.0)
    trend = np.clip(trend, -TREND_LIMIT, TREND_LIMIT)
    return np.stack([*(last * (1 + growth) for growth in GROWTHS), last * (1 + trend)])
