"""Student's t distribution on arrays: tail probabilities and quantiles, in NumPy alone.

>>> above(np.array([0.0, 1.812461]), np.array([10.0, 10.0])).round(6).tolist()
[0.5, 0.05]
>>> quantile(np.array(0.9), np.array(12.0)).round(6).item()
1.356217
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from headrope.core.landing.base_forecasts import Numbers

TERMS = 200
STEPS = 60


def above(value: Numbers, freedom: Numbers) -> Numbers:
    """P(T > value) for t distributions with `freedom` degrees of freedom (above 0), elementwise; infinite values allowed.

    Half the regularised incomplete beta function I_x(freedom / 2, 1/2) at x = freedom / (freedom + value^2), by its
    continued fraction (Numerical Recipes, section 6.4; DLMF 8.17.22). Errors stay below 1e-12.
    """
    value, freedom = np.broadcast_arrays(np.asarray(value, np.float64), np.asarray(freedom, np.float64))
    with np.errstate(over="ignore", invalid="ignore"):
        square = value * value
        x = freedom / (freedom + square)
        rest = np.where(np.isinf(square), 1.0, square / (freedom + square))  # 1 - x would lose small values
    tail = 0.5 * _beta(x, rest, freedom)
    found: Numbers = np.where(np.isnan(value), np.nan, np.where(value > 0, tail, 1.0 - tail))
    return found


def _beta(x: Numbers, rest: Numbers, freedom: Numbers) -> Numbers:
    """I_x(freedom / 2, 1/2) with rest = 1 - x, taken from the side on which the continued fraction converges fast."""
    a, b = freedom / 2.0, np.full(freedom.shape, 0.5)
    x, rest = np.where(np.isnan(x), 0.5, x), np.where(np.isnan(x), 0.5, rest)
    swap = x > (a + 1.0) / (a + b + 2.0)
    first, second, at = np.where(swap, b, a), np.where(swap, a, b), np.where(swap, rest, x)
    kinds, back = np.unique(freedom, return_inverse=True)
    constants = np.array([math.lgamma(k / 2 + 0.5) - math.lgamma(k / 2) - math.lgamma(0.5) for k in kinds.tolist()])
    with np.errstate(divide="ignore", invalid="ignore"):
        front = (
            np.exp(
                constants[back.reshape(freedom.shape)] + first * np.log(at) + second * np.log(np.where(swap, x, rest))
            )
            / first
        )
    part = np.where(at > 0, front * _fraction(first, second, at), 0.0)
    found: Numbers = np.where(swap, 1.0 - part, part)
    return found


def _fraction(a: Numbers, b: Numbers, x: Numbers) -> Numbers:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    tiny = 1e-300
    c = np.ones_like(x)
    d = 1.0 / np.where(np.abs(1.0 - (a + b) * x / (a + 1.0)) < tiny, tiny, 1.0 - (a + b) * x / (a + 1.0))
    found = d.copy()
    for m in range(1, TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 + term * d
            d = 1.0 / np.where(np.abs(d) < tiny, tiny, d)
            c = 1.0 + term / c
            c = np.where(np.abs(c) < tiny, tiny, c)
            found = found * d * c
        if np.abs(d * c - 1.0).max(initial=0.0) < 1e-15:
            break
    return found


def quantile(probability: Numbers, freedom: Numbers) -> Numbers:
    """The value below which T stays with the given probability (above 0, below 1), by bisection to the last bits."""
    if np.size(probability) == 1 and np.size(freedom) == 1:
        shape = np.broadcast_shapes(np.shape(probability), np.shape(freedom))
        return np.full(shape, _one(float(np.ravel(probability)[0]), float(np.ravel(freedom)[0])))
    return _quantile(probability, freedom)


@lru_cache(maxsize=1024)
def _one(probability: float, freedom: float) -> float:
    """The few quantiles that are asked for again and again."""
    return float(_quantile(np.array([probability]), np.array([freedom]))[0])


def _quantile(probability: Numbers, freedom: Numbers) -> Numbers:
    probability, freedom = np.broadcast_arrays(np.asarray(probability, np.float64), np.asarray(freedom, np.float64))
    tail = np.minimum(probability, 1.0 - probability)
    low, high = np.zeros(tail.shape), np.ones(tail.shape)
    while (short := above(high, freedom) > tail).any():
        high = np.where(short, 2.0 * high, high)
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        right = above(middle, freedom) > tail
        low, high = np.where(right, middle, low), np.where(right, high, middle)
    found: Numbers = np.where(probability < 0.5, -1.0, 1.0) * 0.5 * (low + high)
    return found
