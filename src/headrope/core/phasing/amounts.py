"""Shares out whole amounts to months, once for the year or again for the rest of it."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.phasing.shares import MONTHS, shares_of, weights_left, weights_of
from headrope.core.rollup import Bools
from headrope.core.rounding import round_rows
from headrope.core.rounding.limits import LIMIT, Floats, Ints, RoundingError

ROUGH = 2**45
"""Up to this size floats' errors in twelve products stay below half a step together, so that a month without weight gets nothing."""


def phase(amounts: Ints, weights: npt.ArrayLike) -> Ints:
    """Months int64[n, 12] that add up to `amounts`, int64[n] steps, in proportion to `weights`, float64[12] or [n, 12].

    Every month is the floor or ceiling of its exact part, by largest remainder; of equal remainders the larger month
    first, then the earlier. A month without weight gets nothing. A RoundingError for weights that add up to 0 or amounts
    beyond 2^53.
    """
    whole = whole_amounts(amounts)
    given = weights_of(weights, len(whole))
    return share_out(whole, given)


def whole_amounts(amounts: Ints) -> Ints:
    """Amounts as int64[n]; a RoundingError beyond 2^53."""
    whole = np.asarray(amounts)
    if whole.ndim != 1 or whole.dtype.kind != "i":
        raise ValueError(f"amounts are whole steps in one dimension, not {whole.dtype} of shape {whole.shape}")
    whole = whole.astype(np.int64)
    over = (whole > LIMIT) | (whole < -LIMIT)
    if over.any():
        message, remedy = "The amounts of rows %(rows)s are beyond 2^53 steps.", "Use a larger step."
        raise RoundingError(message, remedy, np.flatnonzero(over).tolist())
    return whole


def share_out(amounts: Ints, weights: Floats) -> Ints:
    """Months int64[n, 12] from checked amounts int64[n] and weights float64[n, 12]; see phase."""
    shares = weights / weights.sum(axis=1, keepdims=True)
    # Weights that nearly cancel make months much larger than the year.
    rough = np.abs(amounts * np.abs(shares).max(axis=1, initial=0.0)) > ROUGH
    found = round_rows(np.where(rough[:, None], 0.0, amounts[:, None] * shares), np.where(rough, 0, amounts))
    for row in np.flatnonzero(rough).tolist():
        found[row] = _share_exactly(int(amounts[row]), weights[row].tolist())
    return found


def _share_exactly(amount: int, weights: list[float]) -> list[int]:
    """The same in fractions."""
    exact = [Fraction(weight) for weight in weights]
    parts = [amount * weight / sum(exact) for weight in exact]
    found = [part.__floor__() for part in parts]
    if max(map(abs, found)) > LIMIT:
        raise RoundingError("A month is beyond 2^53 steps.", "Give weights that do not cancel.", [])
    first = sorted(range(len(parts)), key=lambda i: (found[i] - parts[i], -parts[i], i))
    for i in first[: amount - sum(found)]:
        found[i] += 1
    return found


def add_months(months: Ints, span: int) -> Ints:
    """Months [..., 12] added up to quarters (span 3), half-years (6) or the year (12): [..., 12 / span]."""
    if months.shape[-1] != MONTHS or MONTHS % span:
        raise ValueError(f"{months.shape[-1]} months have no spans of {span}")
    sums: Ints = months.reshape(*months.shape[:-1], MONTHS // span, span).sum(axis=-1)
    return sums


class Rephased(NamedTuple):
    """Months int64[n, 12], the first of them actual; `reached`: bool[n], nothing is left to do, the rest is 0 or has the
    other sign than the target; `evenly`: bool[n], the rest was shared out evenly for want of weights."""

    months: Ints
    reached: Bools
    evenly: Bools


def rephase(targets: Ints, actual: Ints, weights: npt.ArrayLike) -> Rephased:
    """The rest of a year under way: actual months stay, and what is left of the target goes to the months that are left.

    targets: int64[n], the year's; actual: int64[n, m], the first m months, m from 0 to 11; weights: float64[12] or
    [n, 12], of the whole year. What is left is shared out by the weights of the months that are left, whatever its sign;
    evenly where they add up to 0 or have another sign than the year's. All months add up to the target.
    """
    whole, gone = whole_amounts(targets), np.asarray(actual, np.int64)
    if gone.ndim != 2 or len(gone) != len(whole) or gone.shape[1] >= MONTHS:
        raise ValueError(f"actual months of shape {gone.shape} leave no months of {len(whole)} years")
    rest = whole_amounts(whole - gone.sum(axis=1))
    left, evenly = weights_left(weights, len(whole), gone.shape[1])
    months = np.concatenate([gone, share_out(rest, left)[:, gone.shape[1] :]], axis=1)
    return Rephased(months, np.sign(rest) * np.where(whole < 0, -1, 1) <= 0, evenly)


def path(start: Floats, end: Floats, weights: npt.ArrayLike) -> Floats:
    """Levels float64[n, 12] at the ends of months, from the level before the year to that at its end, both float64[n].

    For what is not added up over months, stocks and ratios: the change comes in proportion to the weights (straight()
    for a straight line), and the last level is `end` itself. Levels need no exact sum; the caller rounds each alone.
    """
    first, last = np.asarray(start, np.float64), np.asarray(end, np.float64)
    if first.ndim != 1 or first.shape != last.shape or not (np.isfinite(first) & np.isfinite(last)).all():
        raise ValueError("a path leads from n finite levels to n others")
    done = np.cumsum(shares_of(weights, len(first)), axis=1)
    levels = first[:, None] + done * (last - first)[:, None]
    levels[:, -1] = last
    return levels
