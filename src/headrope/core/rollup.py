"""Roll-up: exact sums over the tree, then over time, then ratios; every total carries how much of it is reported.

>>> parent = np.array([-1, 0, 0], np.int32)
>>> add_up(np.array([[0], [70], [20]]), parent).tolist()
[[90], [70], [20]]

The rules are in docs/spec/rollup.md and docs/spec/periods.md. Shapes: `rows` are units in id order, `cells` are
native periods in time order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from headrope.core.measures import Formula, MeasureRule
from headrope.core.periods import Period, year_to_date

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
    `expected` int32 [rows, cells] count units at or under the row.
    """

    span: int
    starts: Rows
    totals: Values
    reported: Counts
    expected: Counts

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
    reported = grid.reported[:, cell]
    return Column(grid.totals[:, cell], reported, grid.expected[:, cell], reported > 0)


def _first_known(first: Column | None, second: Column) -> Column:
    """Row by row the first column where it knows something, else the second."""
    if first is None:
        return second
    take = first.known
    if take.all():
        return first
    neither = np.maximum(first.expected, second.expected)
    expected = np.where(take, first.expected, np.where(second.known, second.expected, neither))
    return Column(
        np.where(take, first.values, second.values),
        np.where(take, first.reported, second.reported),
        expected,
        take | second.known,
    )


def flow(grids: Sequence[Grid], period: Period, rows: int) -> Column:
    """The sum over the period's cells, from the longest native span that tiles it and knows something.

    Cells after the last one in the ledger count as expected from whoever was expected last, so that half a year
    is not taken for a whole one.
    """
    result: Column | None = None
    for grid in sorted(grids, key=lambda each: -each.span):
        if period.span % grid.span:
            continue
        first = int(np.searchsorted(grid.starts, period.start))
        last = int(np.searchsorted(grid.starts, period.end))
        inside = np.arange(first, last)
        inside = inside[(grid.starts[first:last] - period.start) % grid.span == 0]
        everything = len(inside) == last - first
        result = _first_known(result, _sum(grid, slice(first, last) if everything else inside, period))
    return result if result is not None else empty(rows)


def _sum(grid: Grid, inside: slice | npt.NDArray[np.int64], period: Period) -> Column:
    reported = grid.reported[:, inside].sum(axis=1, dtype=np.int32)
    expected = grid.expected[:, inside].sum(axis=1, dtype=np.int32)
    if len(grid.starts) and period.end > grid.starts[-1] + grid.span:
        later = (period.end - max(int(grid.starts[-1]) + grid.span, period.start)) // grid.span
        expected = expected + grid.expected[:, -1] * later
    return Column(_in_order(grid.totals[:, inside]), reported, expected.astype(np.int32), reported > 0)


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
            owed = grid.expected[:, before]
    if result is not None:
        return result
    nothing = empty(rows)
    return nothing if owed is None else Column(nothing.values, nothing.reported, owed, nothing.known)


@dataclass(frozen=True)
class Parts:
    """The grids of one stored measure in one version: its values, and for cumulative ones the differences."""

    values: Sequence[Grid]
    differences: Sequence[Grid] = ()


def over_time(kind: str, parts: Parts, period: Period, fiscal_start: int, rows: int) -> Column:
    """One stored measure over a period by its kind's time rule; see docs/spec/periods.md.

    A cumulative measure gives its year-to-date value when the period starts with the fiscal year, else the sum of
    differences between neighbouring year-to-date values.
    """
    if kind == "flow":
        return flow(parts.values, period, rows)
    if kind == "cumulative" and period != year_to_date(period, fiscal_start):
        return flow(parts.differences, period, rows)
    return stock(parts.values, period, rows)


def combine(formula: Formula, columns: Mapping[str, Column], factors: Mapping[str, int]) -> tuple[Values, Bools]:
    """Sum of signed columns, each times its whole factor, and where all are known; exact where the columns are."""
    total: Values | None = None
    for sign, code in formula:
        values = columns[code].values
        if factors[code] != 1 and float(np.abs(values).max(initial=0)) * factors[code] >= SUM_LIMIT:
            values = values.astype(np.float64)
        part = sign * factors[code] * values
        total = part if total is None else total + part
    assert total is not None
    return total, np.logical_and.reduce([columns[code].known for _, code in formula])


def ratio(rule: MeasureRule, columns: Mapping[str, Column], steps: Mapping[str, float]) -> Column:
    """Numerator over denominator of the aggregated parts; unknown where a part is, or where it divides by nothing.

    `columns` holds one Column per component, `steps` its step in units of account, a power of ten (1.0 for floats).
    Both are taken in the smallest step of all parts, so that exact parts meet only one division.
    """
    smallest = min(steps[code] for code in rule.components)
    factors = {code: round(steps[code] / smallest) for code in rule.components}
    above, above_known = combine(rule.numerator, columns, factors)
    below, below_known = combine(rule.denominator, columns, factors)
    known = above_known & below_known & (below != 0)
    values = np.divide(above, below, out=np.zeros(len(known)), where=known)
    reported = np.stack([columns[code].reported for code in rule.components])
    expected = np.stack([columns[code].expected for code in rule.components])
    # The coverage of a ratio is that of the part of which most is missing.
    worst, rows = np.argmax(expected - reported, axis=0), np.arange(len(known))
    return Column(values, reported[worst, rows], expected[worst, rows], known)


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
