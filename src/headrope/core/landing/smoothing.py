"""Runs the batch forecasters over blocks of rows, on as many threads as the job allows (docs/spec/landing.md, section 3)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import History, Kind, Parts
from headrope.core.landing.smoothing_loops import smooth

WINDOW = 8
"""Whole years before the current one that the batch forecasters look at."""
BLOCK = 4096


class Paths(NamedTuple):
    """The months ahead of one landing, float64[rows, months ahead] each: by Theta and by damped Holt."""

    theta: Numbers
    holt: Numbers


def paths(history: History, parts: Parts, year: int, threads: int = 1) -> Paths:
    """The months after month `origin` of the given year as they were forecast then; NaN with less than two years."""
    until = year * history.year + history.origin
    start = max(0, (year - WINDOW) * history.year)
    figures, span = parts.figures, (history.year, start, until)
    found = Paths(*(np.empty((len(figures), history.ahead)) for _ in Paths._fields))

    def run(begin: int) -> None:
        rows = slice(begin, begin + BLOCK)
        smooth(figures[rows], parts.first[rows], span, found.theta[rows], found.holt[rows])

    begins = range(0, len(figures), BLOCK)
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, begins))
    else:
        for begin in begins:
            run(begin)
    if history.non_negative:
        for path in found:
            np.maximum(path, 0.0, out=path)
    return found


def totals(history: History, path: Numbers, known: Numbers) -> Numbers:
    """The rest of the year that a path [rows, months ahead] makes: its sum, or for a stock the change to its end."""
    if not path.shape[1]:
        return np.zeros(len(path))
    found: Numbers = path.sum(axis=1) if history.kind is Kind.FLOW else path[:, -1] - known
    return found
