"""Widens or narrows variances by depth as past landings were more or less often right (docs/spec/landing.md, section 7).

Plain NumPy.
"""

from __future__ import annotations

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.students import quantile
from headrope.core.rollup import Rows

YEARS = 8
"""Past landings that are looked at."""
COVERAGE = 0.8
PRIOR_CASES = 20.0
"""No change counts as much as so many past cases; a depth of n rows has the square root of n cases a year."""
FEW_ROWS, PRIOR_YEARS, OUTLIER = 5, 3.0, 9.0
"""In depths of at most FEW_ROWS rows variances also follow the mean squared error, upwards only."""


def factors(past: list[Numbers], freedom: Numbers, depth: Rows) -> Numbers:
    """What to multiply each row's reconciled variance by, float64[rows].

    `past` are squared errors over variances float64[rows] of past landings, NaN where unknown, oldest first.
    """
    found = np.ones(len(depth))
    if not past:
        return found
    ratios = np.stack(past[-YEARS:])
    for tier in range(int(depth.max(initial=0)) + 1):
        rows = depth == tier
        known = ratios[:, rows][:, ~np.isnan(ratios[:, rows]).all(axis=0)]
        if not known.size:
            continue
        usual = float(np.nanmedian(freedom[rows]))
        found[rows] = _by_coverage(known, usual)
        if known.shape[1] <= FEW_ROWS:
            found[rows] = np.maximum(found[rows], _by_mean(known))
    return found


def _by_coverage(ratios: Numbers, freedom: float) -> float:
    """The square of what would have made the central ranges hold COVERAGE of the past, shrunk towards 1."""
    reached = float(np.sqrt(np.nanquantile(ratios, COVERAGE)))
    wanted = float(quantile(np.array(0.5 + COVERAGE / 2), np.array(freedom)))
    cases = float(len(ratios) * np.sqrt(ratios.shape[1]))
    return float(np.exp(2 * np.log(max(reached / wanted, 0.05)) * cases / (cases + PRIOR_CASES)))


def _by_mean(ratios: Numbers) -> float:
    """Mean of squared errors over variances, a year one case, with PRIOR_YEARS years of 1."""
    years = np.nanmean(np.minimum(ratios, OUTLIER), axis=1)
    years = years[~np.isnan(years)]
    return float((PRIOR_YEARS + years.sum()) / (PRIOR_YEARS + len(years)))
