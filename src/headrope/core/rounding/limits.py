"""What may be rounded: finite values up to 2^53 steps, and bounds that are turned into whole steps first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LIMIT = 2**53
"""The largest size of a value, a finite bound or a total, in steps: floats hold every whole number up to it."""
SUM_LIMIT = 2**60
"""The sizes of all values, and of all finite bounds of one side, add up to less than this: rows that are free to grow
then come to less than 2^62 together at twice a level at which nobody is over the total yet."""
NO_BOUND = 2**62
"""Stands for an infinite bound among whole ones."""
ONE = 2**40
"""One step in the fixed-point fractions of tables: they are told apart to 2^-40 of a step."""


class RoundingError(ValueError):
    """These values, bounds and totals cannot be rounded. `message` and `remedy` are message ids, filled from `values`.

    `rows` are the rows that clash, and for tables `columns` the columns; `steps` is by how much, 0 where that has no
    meaning.
    """

    def __init__(self, message: str, remedy: str, rows: list[int], steps: int = 0, columns: list[int] | None = None):
        self.rows, self.steps, self.columns = rows, steps, columns or []
        shown = ", ".join(map(str, rows[:5])) + (", ..." if len(rows) > 5 else "")
        self.values: dict[str, object] = {"rows": shown, "steps": steps, "columns": ", ".join(map(str, self.columns))}
        self.message, self.remedy = message, remedy
        super().__init__(f"{message} {remedy}" % self.values)


class Bounds(NamedTuple):
    """Whole bounds, both int64[rows]; +-NO_BOUND where there is none."""

    low: Ints
    high: Ints


def checked(values: npt.ArrayLike, alive: npt.NDArray[np.bool_] | None = None) -> Floats:
    """The values as float64; those of rows that are not alive as 0. A RoundingError names values that no step can hold."""
    found = np.array(values, np.float64)
    if alive is not None:
        if found.shape[:1] != alive.shape:
            raise ValueError(f"values of shape {found.shape} are none of {len(alive)} nodes")
        found[~alive] = 0.0
    bad = ~(np.abs(found) <= LIMIT)  # true for NaN too
    if bad.any():
        rows = np.flatnonzero(bad.reshape(len(found), -1).any(axis=1)).tolist()
        remedy = "Give numbers of steps, and use a larger step for larger amounts."
        raise RoundingError("The values of rows %(rows)s are no finite numbers up to 2^53 steps.", remedy, rows)
    if np.abs(found).sum() >= SUM_LIMIT:
        raise RoundingError("All values together reach 2^60 steps.", "Use a larger step.", [])
    return found


def check_total(total: int) -> int:
    """The total as a Python whole number; a RoundingError beyond 2^53."""
    if abs(total) > LIMIT:
        raise RoundingError("The total is beyond 2^53 steps.", "Use a larger step.", [])
    return int(total)


def inward(floor: npt.ArrayLike | None, cap: npt.ArrayLike | None, count: int) -> Bounds:
    """Bounds rounded inward: floors up, caps down. A floor may be -inf, a cap +inf; they may still contradict."""
    low = np.full(count, -NO_BOUND) if floor is None else _whole(np.ceil(_bound(floor, count)), "floors", -np.inf)
    high = np.full(count, NO_BOUND) if cap is None else _whole(np.floor(_bound(cap, count)), "caps", np.inf)
    return Bounds(low, high)


def _bound(given: npt.ArrayLike, count: int) -> Floats:
    bound = np.asarray(given, np.float64)
    if bound.shape != (count,):
        raise ValueError(f"bounds have the shape {bound.shape} instead of {(count,)}")
    return bound


def _whole(bound: Floats, name: str, none: float) -> Ints:
    free = bound == none
    size = np.where(free, 0.0, np.abs(bound))
    bad = ~(size <= LIMIT)
    if bad.any() or size.sum() >= SUM_LIMIT:
        message = f"The {name} of rows %(rows)s are no numbers up to 2^53 steps."
        if not bad.any():
            message = f"All {name} together reach 2^60 steps."
        remedy = "Write infinity where there is no bound, and use a larger step for larger amounts."
        raise RoundingError(message, remedy, np.flatnonzero(bad).tolist())
    whole = np.where(free, 0.0, bound).astype(np.int64)
    whole[free] = NO_BOUND if none > 0 else -NO_BOUND
    return whole


def check_order(order: Ints | None, count: int) -> Ints:
    """The caller's keys for ties, int64[rows]; the places of the rows where none are given."""
    if order is None:
        return np.arange(count)
    found = np.asarray(order, np.int64)
    if found.shape != (count,):
        raise ValueError(f"the order has the shape {found.shape} instead of {(count,)}")
    return found
