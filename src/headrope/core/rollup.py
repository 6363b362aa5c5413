"""Roll-up: exact sums over the tree, then over time, then ratios; every total carries how much of it is reported.

>>> parent = np.array([-1, 0, 0], np.int32)
>>> add_up(np.array([[0], [70], [20]]), parent).tolist()
[[90], [70], [20]]

The rules are in docs/spec/rollup.md and docs/spec/periods.md. Shapes: `rows` are units in id order, `cells` are
native periods in time order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from headrope.core.periods import Period

Rows = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Values = npt.NDArray[Any]
"""int64 for exact measures, float64 for others."""

ROOT, NOT_ALIVE = -1, -2
SUM_LIMIT = 2**62


class SumTooLarge(ArithmeticError):
    """A sum of absolute values reaches 2^62 steps, so that int64 could not hold every total for certain."""


def bottom_up(parent: Rows) -> Rows:
    """Rows that have a parent, deepest first and by row within a depth, so that one pass adds children before parents.

    `parent` is int32[rows] of row numbers, ROOT or NOT_ALIVE; a ValueError when it has a cycle.
    """
    depth = np.where(parent >= 0, -1, 0).astype(np.int32)
    waiting = np.flatnonzero(depth < 0)
    while len(waiting):
        above = depth[parent[waiting]]
        ready = above >= 0
        if not ready.any():
            raise ValueError("the tree has a cycle")
        depth[waiting[ready]] = above[ready] + 1
        waiting = waiting[~ready]
    rows = np.flatnonzero(parent >= 0)
    return rows[np.lexsort((rows, -depth[rows]))].astype(np.int32)


def add_up(own: Values, parent: Rows) -> Values:
    """Totals of every unit: its own value plus its children's, shape and dtype of `own` [rows, ...].

    Integers are exact; floats are added in one fixed order (children by row, deepest tier first), so that the
    same figures give the same bits. Rows that are not alive keep what they have and add to nothing.
    """
    total = own.copy()
    for row in bottom_up(parent):
        total[parent[row]] += total[row]
    return total


def _sizes(own: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Sums of absolute values of each component of [rows, components, cells], to about 15 digits."""
    sizes: npt.NDArray[np.float64] = np.abs(own.astype(np.float64)).sum(axis=(0, 2))
    return sizes


def largest_size(own: npt.NDArray[np.int64]) -> float:
    """The largest sum of absolute values of one component of [rows, components, cells], to about 15 digits."""
    return float(_sizes(own).max(initial=0))


def check_sum_fits(own: npt.NDArray[np.int64]) -> None:
    """Raise SumTooLarge unless each component's absolute values in [rows, components, cells] add up to less than 2^62.

    Below that no sum over units and periods can leave int64.
    """
    # Floats tell far from near; near the limit whole numbers of any size decide.
    near = np.flatnonzero(_sizes(own) >= 0.99 * SUM_LIMIT)
    if any(sum(map(abs, own[:, place].ravel().tolist())) >= SUM_LIMIT for place in near):
        raise SumTooLarge("the sum of all units' figures reaches 2^62 steps; load the measure with a coarser step")


@dataclass(frozen=True)
class Grid:
    """One stored component in one version at one native span, added up over the tree.

    `starts` int32[cells] are start months in order; `totals` int64 or float64 [rows, cells]; `reported` and
    `expected` [rows, cells] count units at or under the row; `held`, where missing values are carried or taken as 0,
    counts whose values are in the total (None: who has reported).
    """

    span: int
    starts: Rows
    totals: Values
    reported: Counts
    expected: Counts
    held: Counts | None = None

    @property
    def known(self) -> Bools:
        """Where there is any value, bool [rows, cells]."""
        there: Bools = np.asarray(self.reported if self.held is None else self.held) > 0
        return there

    def at(self, start: int) -> int | None:
        """The number of the cell that starts there."""
        cell = int(np.searchsorted(self.starts, start))
        return cell if cell < len(self.starts) and self.starts[cell] == start else None

    def last_before(self, end: int) -> int | None:
        """The number of the last cell that begins before `end`."""
        cell = int(np.searchsorted(self.starts, end)) - 1
        return cell if cell >= 0 else None


@dataclass(frozen=True)
class Column:
    """One figure per row for one period: `values` [rows] (0 where nothing is reported), unit counts, and marks.

    A value is known where anything at all is reported; it is complete where all that is expected is.
    `uneven` marks ratios whose parts come from different units.
    """

    values: Values
    reported: Counts
    expected: Counts
    known: Bools
    uneven: Bools | None = None

    @property
    def complete(self) -> Bools:
        """Where every unit that is expected has reported."""
        return self.known & (self.reported >= self.expected)


def empty(rows: int) -> Column:
    """A column in which nothing is known and nothing is expected.

    Its zeros are integers: beside exact figures they leave these exact, beside floats they become floats.
    """
    none = np.zeros(rows, np.int32)
    return Column(np.zeros(rows, np.int64), none, none, np.zeros(rows, bool))


def _cell(grid: Grid, cell: int) -> Column:
    known = grid.known[:, cell]
    reported, expected = grid.reported[:, cell].astype(np.int32), grid.expected[:, cell].astype(np.int32)
    return Column(np.where(known, grid.totals[:, cell], 0), reported, expected, known)


def _first_known(first: Column | None, second: Column) -> Column:
    """Row by row the first column where it knows something, else the second."""
    if first is None:
        return second
    take = first.known
    if take.all():
        return first
    neither = np.where(first.expected > 0, first.expected, second.expected)
    expected = np.where(take, first.expected, np.where(second.known, second.expected, neither))
    return Column(
        np.where(take, first.values, second.values),
        np.where(take, first.reported, second.reported),
        expected,
        take | second.known,
    )


Join = Callable[[Values, Bools], Values]
"""One value per row out of cells [rows, cells] and where they are known."""


def flow(grids: Sequence[Grid], period: Period, rows: int) -> Column:
    """The sum over the period's cells, from the longest native span that tiles it and knows something.

    Cells after the last one in the ledger count as expected from whoever was expected last, so that half a year
    is not taken for a whole one.
    """
    return _tiled(grids, period, rows, lambda cells, known: _in_order(cells))


def largest(grids: Sequence[Grid], period: Period, rows: int) -> Column:
    """The largest of the period's cells that there are; cells of which nothing is known hold what is less than all."""
    return _tiled(grids, period, rows, lambda cells, known: cells.max(axis=1))


def smallest(grids: Sequence[Grid], period: Period, rows: int) -> Column:
    """The smallest of the period's cells that there are; cells of which nothing is known hold what is more than all."""
    return _tiled(grids, period, rows, lambda cells, known: cells.min(axis=1))


def native(grids: Sequence[Grid], period: Period, rows: int) -> Column:
    """The value stored for the period itself: what is counted once in a year is no sum of months."""
    grid = next((each for each in grids if each.span == period.span), None)
    cell = grid.at(period.start) if grid is not None else None
    return empty(rows) if grid is None or cell is None else _cell(grid, cell)


def _tiled(grids: Sequence[Grid], period: Period, rows: int, join: Join) -> Column:
    result: Column | None = None
    for grid in sorted(grids, key=lambda each: -each.span):
        if period.span % grid.span == 0:
            result = _first_known(result, _joined(grid, _inside(grid, period), period, join))
    return result if result is not None else empty(rows)


def _inside(grid: Grid, period: Period) -> slice | npt.NDArray[np.int64]:
    """The cells that the period consists of, those that there are."""
    first = int(np.searchsorted(grid.starts, period.start))
    last = int(np.searchsorted(grid.starts, period.end))
    inside = np.arange(first, last)
    inside = inside[(grid.starts[first:last] - period.start) % grid.span == 0]
    return slice(first, last) if len(inside) == last - first else inside


def _joined(grid: Grid, inside: slice | npt.NDArray[np.int64], period: Period, join: Join) -> Column:
    reported = grid.reported[:, inside].sum(axis=1, dtype=np.int32)
    expected = grid.expected[:, inside].sum(axis=1, dtype=np.int32)
    if len(grid.starts) and period.end > grid.starts[-1] + grid.span:
        later = (period.end - max(int(grid.starts[-1]) + grid.span, period.start)) // grid.span
        expected = expected + grid.expected[:, -1] * np.int32(later)
    cells, there = grid.totals[:, inside], grid.known[:, inside]
    known: Bools = np.asarray(there.any(axis=1))
    values = join(cells, there) if cells.shape[1] else np.zeros(len(known), cells.dtype)
    return Column(np.where(known, values, 0), reported, expected.astype(np.int32), known)


def mean(grids: Sequence[Grid], period: Period, rows: int) -> tuple[Column, Values]:
    """Sum of total times days and sum of days [rows], over the cells of which something is known, for each row of the
    shortest native span that knows anything in the period.
    """
    result: Column | None = None
    days = np.zeros(rows, np.int64)
    for grid in sorted(grids, key=lambda each: each.span):
        if period.span % grid.span:
            continue
        inside = _inside(grid, period)
        lengths = np.array([Period(int(start), grid.span).days for start in grid.starts[inside]], np.int64)
        weighed = _joined(grid, inside, period, partial(_times_days, lengths=lengths))
        fresh = weighed.known if result is None else weighed.known & ~result.known
        days = np.where(fresh, (grid.known[:, inside] * lengths).sum(axis=1), days)
        result = _first_known(result, weighed)
    return result if result is not None else empty(rows), days


def _times_days(cells: Values, known: Bools, *, lengths: Values) -> Values:
    if cells.dtype.kind == "i" and _largest(cells) * int(lengths.sum()) >= SUM_LIMIT:
        cells = cells.astype(np.float64)  # near the largest figures that there can be, to the nearest float
    return _in_order(np.where(known, cells, 0) * lengths)


def _largest(values: Values) -> float:
    return float(np.abs(values.astype(np.float64)).max(initial=0))


def _in_order(cells: Values) -> Values:
    """Sums over time of [rows, cells]; floats cell after cell, because NumPy's own sum adds them in strands."""
    if cells.dtype != np.float64:
        summed: Values = cells.sum(axis=1)
        return summed
    total = np.zeros(len(cells))
    for cell in range(cells.shape[1]):
        total += cells[:, cell]
    return total


def stock(grids: Sequence[Grid], period: Period, rows: int) -> Column:
    """The value of the cell that ends with the period, from the shortest native span that knows something."""
    result: Column | None = None
    owed: Counts | None = None
    for grid in sorted(grids, key=lambda each: each.span):
        cell = grid.at(period.end - grid.span)
        if cell is not None:
            result = _first_known(result, _cell(grid, cell))
        elif owed is None and (before := grid.last_before(period.end)) is not None:
            owed = grid.expected[:, before].astype(np.int32)
    if result is not None:
        return result
    nothing = empty(rows)
    return nothing if owed is None else Column(nothing.values, nothing.reported, owed, nothing.known)


def unevenness(pair: Column, parts: Sequence[Column]) -> Bools:
    """Where the units that hold all parts of a ratio are fewer than those that hold one of them."""
    uneven = np.zeros(len(pair.reported), bool)
    for part in parts:
        uneven |= part.reported != pair.reported
    return uneven


def differences(
    to_date: Values, present: Bools, starts: Rows, span: int, wide: int, fiscal_start: int
) -> tuple[Values, Bools, Rows]:
    """Figures of single periods out of year-to-date values, unit by unit.

    `to_date` and `present` are [rows, cells] at native span `span`; the answer has cells of `wide` months (a multiple
    of `span`), aligned with the fiscal year: values, presence and start months. A cell exists where the year-to-date
    value at its end and at its beginning do; the first of a year needs its end alone.
    """
    ends = {int(start) + span: cell for cell, start in enumerate(starts)}
    wanted = sorted(end - wide for end in ends if (end - (fiscal_start - 1)) % wide == 0)
    values = np.zeros((to_date.shape[0], len(wanted)), to_date.dtype)
    known = np.zeros(values.shape, bool)
    for cell, start in enumerate(wanted):
        end = ends[start + wide]
        values[:, cell], known[:, cell] = to_date[:, end], present[:, end]
        if (start - (fiscal_start - 1)) % 12:
            before = ends.get(start)
            if before is None:
                known[:, cell] = False
            else:
                known[:, cell] &= present[:, before]
                values[:, cell] -= to_date[:, before]
            values[~known[:, cell], cell] = 0
    return values, known, np.array(wanted, np.int32)


def expected_from(present: Bools, alive: Bools) -> Bools:
    """Who is expected when no duties are known: units alive that have reported at or before the cell; bool [rows, cells]."""
    seen: Bools = np.logical_or.accumulate(present, axis=1)
    return seen & alive
