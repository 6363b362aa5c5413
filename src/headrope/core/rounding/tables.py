"""Fits a table to the totals of its rows and columns, and rounds one so that both stay exact; compiled.

>>> round_table(np.array([[0.6, 0.4], [0.4, 0.6]]), np.array([1, 1]), np.array([1, 1])).tolist()
[[1, 0], [0, 1]]
>>> fit_table(np.ones((2, 2)), np.array([10, 20]), np.array([15, 15])).tolist()
[[5.0, 5.0], [10.0, 10.0]]
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.rounding.limits import LIMIT, ONE, Floats, Ints, RoundingError, checked
from headrope.core.rounding.lists import Split
from headrope.core.rounding.table_loops import FREE, WHOLE, balance, choose


class Parts(NamedTuple):
    """Cells as whole steps below and a fraction above in [0, ONE), both int64 of any shape."""

    below: Ints
    part: Ints

    @classmethod
    def of(cls, values: Floats) -> Parts:
        """Split any shape, to the nearest 2^-40 of a step."""
        split = Split.of(values)
        part = np.rint(split.fraction * ONE).astype(np.int64)
        return cls(split.below + part // ONE, part % ONE)


def round_table(values: Floats, rows: Ints, columns: Ints) -> Ints:
    """Whole steps int64[rows, columns], each the floor or ceiling of its value, with exactly these margins, that minimise
    the sum of absolute (and of squared) differences from the values.

    values: float64[rows, columns] in steps; rows, columns: the margins, int64. There always is such a table when the
    margins are the sums of the values (their differences together below one step). For other margins a RoundingError
    says which rows and columns clash where there is none. Equal costs are decided by the larger value and the earlier
    column, then by the order of rows. Minimum-cost flow over a graph of the columns.
    """
    numbers, margins = checked(values), _margins(values, rows, columns)
    split = Parts.of(numbers)
    need, want = margins[0] - split.below.sum(axis=1), margins[1] - split.below.sum(axis=0)
    state = np.ascontiguousarray(np.where(split.part > 0, FREE, WHOLE).astype(np.int8).T)
    _check_reach(need, (state != WHOLE).sum(axis=0), "rows")
    _check_reach(want, (state != WHOLE).sum(axis=1), "columns")
    part = np.ascontiguousarray(split.part.T)
    excess = choose(part, np.ascontiguousarray(numbers.T), state, need) - want
    stuck = balance(part, state, excess)
    if stuck.any():
        message = (
            "Whatever the cells are rounded to, rows %(rows)s give columns %(columns)s %(steps)s steps more than"
            " these may have."
        )
        taking = np.flatnonzero((state[stuck] > FREE).any(axis=0)).tolist()
        remedy = "Give margins that are the sums of the values."
        raise RoundingError(message, remedy, taking, int(excess[stuck].sum()), np.flatnonzero(stuck).tolist())
    found: Ints = split.below + (state.T > FREE)
    return found


def _margins(values: npt.ArrayLike, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
    """The margins, of the right shapes, whole, within 2^53 and with the same total."""
    margins = (np.asarray(rows), np.asarray(columns))
    if np.shape(values) != margins[0].shape + margins[1].shape or 0 in np.shape(values):
        shapes = f"{margins[0].shape} and {margins[1].shape}"
        raise ValueError(f"values of shape {np.shape(values)} do not have margins of shapes {shapes}")
    if any(each.dtype.kind != "i" or np.abs(each).max() > LIMIT for each in margins):
        raise ValueError("margins are whole numbers of steps up to 2^53")
    short = sum(margins[0].tolist()) - sum(margins[1].tolist())
    if short:
        message = "The totals of the rows add up to %(steps)s steps more than those of the columns."
        raise RoundingError(message, "Make both add up to the same total.", [], short)
    return margins[0].astype(np.int64), margins[1].astype(np.int64)


def _check_reach(need: Ints, room: Ints, name: str) -> None:
    bad = np.flatnonzero((need < 0) | (need > room)).tolist()
    if bad:
        message = f"The totals of {name} %({name})s are not between the sums of the floors and of the ceilings of their cells."
        remedy = "Give margins that are the sums of the values."
        raise RoundingError(message, remedy, bad if name == "rows" else [], 0, bad if name == "columns" else [])


SWEEPS = 2000
CLOSE = 1e-15
"""Nearer than this part of the total, floats' sums cannot be told from their margins."""
WIDEST = 16
"""Sets of columns are gone through one by one up to this many columns."""


def fit_table(seed: Floats, rows: Ints, columns: Ints) -> Floats:
    """float64[rows, columns] with these margins, every cell the seed's times a factor of its row and one of its column.

    seed: float64[rows, columns], not negative; cells of 0 stay 0. rows, columns: int64, not negative, of the same total.
    Iterative proportional fitting (Deming and Stephan 1940): of all tables with these margins the one nearest to the
    seed in relative entropy. A RoundingError names the rows and columns whose zeros leave no such table. Margins are met
    to a thousandth of a step in all, beyond 10^12 steps to 10^-15 of the total.
    """
    cells, margins = checked(seed), _margins(seed, rows, columns)
    if (cells < 0).any() or any((each < 0).any() for each in margins):
        raise ValueError("seeds and totals of a fit are not negative")
    cells[margins[0] == 0] = 0.0
    cells[:, margins[1] == 0] = 0.0
    if cells.shape[1] <= WIDEST:
        _clear_blocked(cells, *margins)
    row_totals, column_totals = (each.astype(np.float64) for each in margins)
    near = max(1e-3, CLOSE * float(row_totals.sum()))
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(SWEEPS):
            cells *= np.nan_to_num(row_totals / cells.sum(axis=1), posinf=0.0)[:, None]
            sums = cells.sum(axis=0)
            if np.abs(sums - column_totals).sum() <= near:
                return cells
            cells *= np.nan_to_num(column_totals / sums, posinf=0.0)
    worst = np.argsort(-np.abs(cells.sum(axis=1) - row_totals), kind="stable")[:5].tolist()
    message = "No table with these totals was found: its zeros, or sizes that are too different. Rows %(rows)s are furthest off."
    raise RoundingError(message, "Give these rows values in more columns.", worst)


def _clear_blocked(cells: Floats, rows: Ints, columns: Ints) -> None:
    """Refuse zeros that leave no table (Gale's condition), and set to 0 the cells that no table can use.

    For each set of columns: rows with values nowhere else must not need more than these columns have; if they need all
    of it, no other row can use these columns.
    """
    wide = cells.shape[1]
    support = (cells > 0) @ (1 << np.arange(wide))
    kept, given = np.zeros(1 << wide, np.int64), np.zeros(1 << wide, np.int64)
    np.add.at(kept, support, rows)
    for j in range(wide):
        # Sums over all subsets, one column after the other; the array is seen as pairs without and with column j.
        pairs = kept.reshape(-1, 2, 1 << j)
        pairs[:, 1] += pairs[:, 0]
        given.reshape(-1, 2, 1 << j)[:, 1] += columns[j]
    if (kept > given).any():
        chosen = int(np.argmax(kept - given))
        inside = np.flatnonzero(((support & ~chosen) == 0) & (rows > 0)).tolist()
        raise _no_table(inside, [j for j in range(wide) if chosen >> j & 1], int((kept - given)[chosen]))
    for chosen in np.flatnonzero((kept == given) & (kept > 0))[:-1].tolist():
        taken = np.array([chosen >> j & 1 for j in range(wide)], bool)
        cells[np.ix_((support & ~chosen) != 0, taken)] = 0.0


def _no_table(rows: list[int], columns: list[int], steps: int) -> RoundingError:
    message = "Rows %(rows)s have values only in columns %(columns)s, and need %(steps)s steps more than these have."
    if not columns:
        message = "Rows %(rows)s have no values where there is anything to share out, and need %(steps)s steps."
    return RoundingError(message, "Give these rows values in more columns.", rows, steps, columns)
