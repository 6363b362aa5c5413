"""Theta and damped Holt forecasts of every row at once; compiled, for commands and jobs (docs/spec/landing.md, section 3)."""

from __future__ import annotations

import numpy as np

from headrope.core.kernels import compiled
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Counts

LEVELS = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.98])
"""Smoothing weights of the level that Theta tries."""
HOLT_LEVELS = np.array([0.1, 0.1, 0.1, 0.2, 0.2, 0.2, 0.35, 0.35, 0.35, 0.5, 0.5, 0.5, 0.75, 0.75, 0.75])
HOLT_TRENDS = np.array([0.0, 0.1, 0.3, 0.0, 0.1, 0.3, 0.0, 0.1, 0.3, 0.0, 0.1, 0.3, 0.0, 0.1, 0.3])
"""Pairs of weights of level and trend that damped Holt tries."""
DAMPING = 0.9


@compiled
def smooth(figures: Numbers, first: Counts, span: tuple[int, int, int], theta: Numbers, holt: Numbers) -> None:
    """Write the next months of both methods, float64[rows, ahead], NaN for rows with less than two years.

    `figures` float64[rows, months] have no hole after the column `first`; `span` is the months in a year and the columns
    from which on and before which they are used. Both methods smooth the same seasonally adjusted figures, and each takes the weights
    with the least sum of squared one-month errors.
    """
    year, start, months = span
    adjusted, season, errors = np.empty(months), np.empty(year), np.empty(len(HOLT_LEVELS))
    level, trend = np.empty(len(HOLT_LEVELS)), np.empty(len(HOLT_LEVELS))
    for row in range(len(figures)):
        begin = max(start, first[row])
        if months - begin < 2 * year:
            theta[row, :] = np.nan
            holt[row, :] = np.nan
            continue
        ratio = _adjust(figures[row, :months], begin, year, season, adjusted)
        drift = _half_slope(adjusted, begin)
        _theta(adjusted, begin, drift, level, errors, theta[row])
        _holt(adjusted, begin, (level, trend, errors), holt[row])
        for step in range(theta.shape[1]):
            index = season[(months + step) % year]
            if ratio:
                theta[row, step] *= index
                holt[row, step] *= index
            else:
                theta[row, step] += index
                holt[row, step] += index


@compiled
def _adjust(figures: Numbers, begin: int, year: int, season: Numbers, adjusted: Numbers) -> bool:
    """Classical decomposition: indices by month against the centred mean of a year; ratios if all figures are positive.

    The index of a month is the geometric mean of its ratios (or the mean of its differences), and the indices of a year
    have the product 1 (or the sum 0).
    """
    months = len(figures)
    ratio = True
    for month in range(begin, months):
        if not figures[month] > 0.0:
            ratio = False
    half, odd = year // 2, year % 2
    season[:] = 0.0
    count = np.zeros(year)
    for month in range(begin + half, months - half):
        mean = 0.0
        for near in range(month - half + 1 - odd, month + half + odd):
            mean += figures[near]
        if not odd:
            mean += 0.5 * (figures[month - half] + figures[month + half])
        mean /= year
        season[month % year] += np.log(figures[month] / mean) if ratio else figures[month] - mean
        count[month % year] += 1.0
    centre = 0.0
    for month in range(year):
        if count[month] > 0.0:
            season[month] /= count[month]
        centre += season[month] / year
    for month in range(year):
        season[month] = np.exp(season[month] - centre) if ratio else season[month] - centre
    for month in range(begin, months):
        index = season[month % year]
        adjusted[month] = figures[month] / index if ratio else figures[month] - index
    return ratio


@compiled
def _half_slope(adjusted: Numbers, begin: int) -> float:
    """Half the slope of the straight line through the figures: the drift of the Theta method."""
    count = len(adjusted) - begin
    middle, mean = begin + (count - 1) / 2.0, 0.0
    for month in range(begin, len(adjusted)):
        mean += adjusted[month] / count
    up, down = 0.0, 0.0
    for month in range(begin, len(adjusted)):
        up += (month - middle) * (adjusted[month] - mean)
        down += (month - middle) ** 2
    return up / down / 2.0


@compiled
def _theta(adjusted: Numbers, begin: int, drift: float, level: Numbers, errors: Numbers, found: Numbers) -> None:
    level[:] = adjusted[begin]
    errors[:] = 0.0
    for month in range(begin + 1, len(adjusted)):
        figure = adjusted[month]
        for each in range(len(LEVELS)):  # the innermost loop is over the weights: they do not wait for each other
            wanted = level[each] + drift
            error = figure - wanted
            errors[each] += error * error
            level[each] = wanted + LEVELS[each] * error
    best = 0
    for each in range(1, len(LEVELS)):
        if errors[each] < errors[best]:
            best = each
    for step in range(len(found)):
        found[step] = level[best] + drift * (step + 1)


@compiled
def _holt(adjusted: Numbers, begin: int, state: tuple[Numbers, Numbers, Numbers], found: Numbers) -> None:
    level, trend, errors = state
    level[:] = adjusted[begin]
    trend[:] = 0.0
    errors[:] = 0.0
    for month in range(begin + 1, len(adjusted)):
        figure = adjusted[month]
        for each in range(len(HOLT_LEVELS)):
            damped = DAMPING * trend[each]
            wanted = level[each] + damped
            error = figure - wanted
            errors[each] += error * error
            level[each] = wanted + HOLT_LEVELS[each] * error
            trend[each] = damped + HOLT_TRENDS[each] * HOLT_LEVELS[each] * error
    best = 0
    for each in range(1, len(HOLT_LEVELS)):
        if errors[each] < errors[best]:
            best = each
    reach, weight = 0.0, 1.0
    for step in range(len(found)):
        weight *= DAMPING
        reach += weight
        found[step] = level[best] + reach * trend[best]
