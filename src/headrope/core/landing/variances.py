"""Error variances of base forecasts from the method's own past errors at the same month (docs/spec/landing.md, section 5).

Plain NumPy. An empirical-Bayes estimate: what is usual for rows of this size whose members disagree so much, moved
towards what this row's own past errors say.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import Numbers

YEARS = 8
"""Past landings that errors are taken from."""
PRIOR = 4.0
"""What is usual counts as much as so many past errors of the row itself."""
OUTLIER, OUTLIER_IN_FIT = 9.0, 12.0
"""A squared error counts up to so many times its expectation: for the row itself, and for what is usual."""
RIDGE = 5.0
LEAST_SPREAD = 0.002
STEPS = 60


class Evidence(NamedTuple):
    """What one landing knows of each row's error before it is known, float64[rows] each: size of the rest, above 0, and
    spread, the root mean square distance of the members from the combination."""

    size: Numbers
    spread: Numbers

    def features(self) -> Numbers:
        """float64[rows, 3]: 1, the logarithm of size, the logarithm of the relative spread."""
        relative = self.spread / self.size + LEAST_SPREAD
        return np.stack([np.ones(len(self.size)), np.log(self.size), np.log(relative)], axis=1)


class Variances(NamedTuple):
    """Variances float64[rows] of base forecasts, and the degrees of freedom of their t distributions, float64[rows]."""

    values: Numbers
    freedom: Numbers


def variances(errors: Numbers, past: list[Evidence], now: Evidence) -> Variances:
    """Variances of the errors of today's base forecasts.

    `errors` float64[years, rows] of past landings, NaN where unknown, and what was known before each. Errors are
    relative to size; their expected square is exp(features x coefficients) (log-linear, fitted by quasi-likelihood as a
    gamma regression, McCullagh and Nelder 1989, chapter 8, with a small ridge), times a factor of the row's own:
    (PRIOR + sum of its squared errors over their expectation) / (PRIOR + their number).
    """
    features = np.stack([each.features() for each in past])
    sizes = np.stack([each.size for each in past])
    squares = (errors / sizes) ** 2
    known = ~np.isnan(squares)
    today = now.features()
    if not known.any():
        nothing = np.full(len(now.size), np.nan)
        return Variances(nothing, nothing)
    centre, scale = _standard(features[known])
    coefficients = _fit((features[known] - centre) / scale, squares[known])

    def usual(rows: Numbers) -> Numbers:
        found: Numbers = np.exp(np.clip((rows - centre) / scale @ coefficients, -60, 60))
        return found

    ratios = np.minimum(squares / np.stack([usual(each) for each in features]), OUTLIER)
    count = known.sum(axis=0)
    factor = (PRIOR + np.where(known, ratios, 0.0).sum(axis=0)) / (PRIOR + count)
    return Variances(usual(today) * factor * now.size**2, PRIOR + count)


def _standard(features: Numbers) -> tuple[Numbers, Numbers]:
    """Centre and scale of the features; the constant stays as it is, and so does what does not vary."""
    centre, scale = features.mean(axis=0), features.std(axis=0)
    centre[0], scale[0] = 0.0, 1.0
    scale[scale < 1e-9] = 1.0
    return centre, scale


def _fit(features: Numbers, squares: Numbers) -> Numbers:
    """Coefficients of the logarithm of the expected square, by Fisher scoring with squares cut at OUTLIER_IN_FIT."""
    count = features.shape[1]
    coefficients, penalty = np.zeros(count), np.diag([1e-9] + [RIDGE] * (count - 1))
    squares = squares + 1e-10
    coefficients[0] = np.log(np.median(squares)) + 0.8  # not the mean, which one enormous error would decide
    information = features.T @ features + penalty
    for _ in range(STEPS):
        expected = np.exp(np.clip(features @ coefficients, -60, 60))
        excess = np.minimum(squares / expected, OUTLIER_IN_FIT) - 1.0
        step = np.linalg.solve(information, features.T @ excess - penalty @ coefficients)
        step = np.clip(step, -1.0, 1.0)
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-4:
            break
    return coefficients
