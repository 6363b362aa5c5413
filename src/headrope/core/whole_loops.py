"""The compiled loops behind core.whole; all of them in one file, because a kept compilation is renewed by file.

The pass goes through the units so that children come before their parent, and keeps the sums of one path only: a
unit's figures lie months first, so that periods are sums of whole lines, in order of time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.kernels import compiled
from headrope.core.quotients import Quotients
from headrope.core.rollup import Bools, Counts, Rows, Values
from headrope.core.totals import EXPECTED, REPORTED, Added, Amounts, Block, Lines, Months, Numbers, Own
from headrope.core.tree_sums import Tree


class Path(NamedTuple):
    """Figures of the units on one path, [tiers, lines, ...], lines as in core.totals.Months.

    Exact components, others, and the counts of units: reported and expected of each component, pairs of each quotient.
    """

    amounts: Amounts
    numbers: Numbers
    counts: Counts


Rules = tuple[Bools, Quotients, Months]


class Room(NamedTuple):
    """Where results go, and which quotients [n, formed] have parts too large for floats."""

    block: Block
    large: Bools


class Unit(NamedTuple):
    """One unit's part of a Block, [measures, periods], the pairs [quotients, periods] and the counts by line."""

    amounts: Amounts
    numbers: Numbers
    reported: Counts
    expected: Counts
    uneven: Bools
    pairs: Counts
    counts: Counts


@compiled
def add_and_form(own: Own, tree: Tree, rules: Rules, path: Path, room: Room) -> None:
    """The next units of the walk, as many as there is room for; `path` holds what is open between two calls."""
    months = rules[2].length
    for slot in range(len(room.block.rows)):
        row = room.block.rows[slot]
        at, above = tree.depth[row], tree.parent[row]
        if tree.first[row] == tree.first[row + 1]:
            _begin(own, row, rules[1], path, at)
        _form(path, at, rules, room, slot)
        if above >= 0:
            if tree.children[tree.first[above]] == row:
                _begin(own, above, rules[1], path, at - 1)
            _add(path.amounts, at, months)
            _add(path.numbers, at, months)
            _add(path.counts, at, months)


@compiled
def form_only(added: Added, rules: Rules, path: Path, room: Room) -> None:
    """The units in `room.block.rows`, out of their totals."""
    components = added.reported.shape[1]
    for slot in range(len(room.block.rows)):
        row = room.block.rows[slot]
        _turn(added.amounts[row], path.amounts[0], 0)
        _turn(added.numbers[row], path.numbers[0], 0)
        _turn(added.reported[row], path.counts[0], 0)
        _turn(added.expected[row], path.counts[0], components)
        _turn(added.pairs[row], path.counts[0], 2 * components)
        _form(path, 0, rules, room, slot)


@compiled
def _begin(own: Own, row: int, quotients: Quotients, path: Path, at: int) -> None:
    """A unit's sums begin with its own figures."""
    _turn(own.amounts[row], path.amounts[at], 0)
    _turn(own.numbers[row], path.numbers[at], 0)
    marks, counts = own.marks[row], path.counts[at]
    components, months = marks.shape
    for c in range(components):
        for month in range(months):
            counts[month, c] = marks[c, month] & REPORTED
            counts[month, components + c] = marks[c, month] // EXPECTED
    for k in range(len(quotients.flows)):
        first, second = quotients.part[quotients.above[k]], quotients.part[quotients.above[k + 1] - 1]
        for month in range(months):
            counts[month, 2 * components + k] = marks[first, month] & marks[second, month] & REPORTED
        for i in range(quotients.above[k] + 1, quotients.above[k + 1] - 1):
            for month in range(months):
                counts[month, 2 * components + k] &= marks[quotients.part[i], month]


@compiled
def _turn(figures: Values, lines: Values, place: int) -> None:
    """Months first."""
    for c in range(figures.shape[0]):
        for month in range(figures.shape[1]):
            lines[month, place + c] = figures[c, month]


@compiled
def _add(lines: Values, at: int, months: int) -> None:
    """A child's sums go up to its parent."""
    for month in range(months):
        for c in range(lines.shape[2]):
            lines[at - 1, month, c] += lines[at, month, c]


@compiled
def _form(path: Path, at: int, rules: Rules, room: Room, slot: int) -> None:
    """All periods of one unit: components by their kind, then what is formed of them."""
    flow, quotients, months = rules
    block, components, exact, periods = room.block, len(flow), path.amounts.shape[2], len(months.span)
    unit = Unit(
        block.amounts[slot],
        block.numbers[slot],
        block.reported[slot],
        block.expected[slot],
        block.uneven[slot],
        np.empty((len(quotients.flows), periods), np.int32),
        path.counts[at],
    )
    _sum(path.amounts[at], months.sums)
    _sum(path.numbers[at], months.sums)
    _sum(path.counts[at], months.sums)
    counts = path.counts[at]
    _take(path.amounts[at], months.flow, months.stock, flow[:exact], unit.amounts)
    _take(path.numbers[at], months.flow, months.stock, flow[exact:], unit.numbers)
    _take(counts[:, :components], months.flow, months.stock, flow, unit.reported)
    _take(counts[:, components : 2 * components], months.flow, months.owed, flow, unit.expected)
    _take(counts[:, 2 * components :], months.flow, months.stock, quotients.flows, unit.pairs)
    _later(path.counts[at], months, flow, unit.expected)
    _check(quotients, path.amounts[at], months.length, room.large[slot])
    _divide(quotients, months.span, unit)
    _cover(quotients, unit)
    _compare(quotients, flow, months.stock, unit)


@compiled
def _sum(lines: Values, sums: Lines) -> None:
    """The lines of sums."""
    for i in range(len(sums)):
        into, left, right = sums[i, 0], sums[i, 1], sums[i, 2]
        for c in range(lines.shape[1]):
            lines[into, c] = lines[left, c] + lines[right, c]


@compiled
def _take(lines: Values, first: int, stock: Lines, flow: Bools, into: Values) -> None:
    """The figures by period, flows from line `first` on; a flow is a sum that begins with 0, and so never -0.0."""
    sums = lines[first:]
    for c in range(len(flow)):
        if flow[c]:
            for p in range(into.shape[1]):
                into[c, p] = sums[p, c] + 0
        else:
            for p in range(into.shape[1]):
                into[c, p] = lines[stock[p], c]


@compiled
def _later(counts: Counts, months: Months, flow: Bools, expected: Counts) -> None:
    """Months that are still to come are expected from whoever was expected last."""
    for p in range(len(months.later)):
        if months.later[p]:
            for c in range(len(flow)):
                if flow[c]:
                    expected[c, p] += months.later[p] * counts[months.length - 1, len(flow) + c]


@compiled
def _check(quotients: Quotients, amounts: Amounts, months: int, large: Bools) -> None:
    """Which quotients may have an exact part too large for floats: no sum is larger than that of all months' sizes."""
    sizes = np.zeros(amounts.shape[1])
    for month in range(months):
        for c in range(len(sizes)):
            sizes[c] += float(abs(amounts[month, c]))
    for k in range(len(large)):
        large[k] = False
        for i in range(quotients.above[k], quotients.above[k + 1]):
            part = quotients.part[i]
            large[k] |= part < len(sizes) and sizes[part] > quotients.limit[i]


@compiled
def _divide(quotients: Quotients, spans: Rows, unit: Unit) -> None:
    """Quotients in all periods, NaN where they would divide by 0 or a part is missing."""
    numbers, periods = unit.numbers, len(spans)
    above, below = np.empty(periods), np.empty(periods)
    for k in range(len(quotients.flows)):
        into = len(numbers) - len(quotients.flows) + k
        above[:] = 0.0
        below[:] = quotients.constant[k]
        for i in range(quotients.above[k], quotients.below[k]):
            _add_term(quotients.part[i], quotients.factor[i], unit, above)
        for i in range(quotients.below[k], quotients.above[k + 1]):
            _add_term(quotients.part[i], quotients.factor[i], unit, below)
        if quotients.annual[k]:
            for p in range(periods):
                above[p] *= 12
                below[p] *= spans[p]
        for p in range(periods):
            numbers[into, p] = above[p] / below[p] if below[p] != 0 else np.nan


@compiled
def _add_term(part: int, factor: float, unit: Unit, into: Numbers) -> None:
    """A part times its factor, added in all periods; NaN where it is missing."""
    exact, amounts, numbers, reported = len(unit.amounts), unit.amounts, unit.numbers, unit.reported
    if part < exact:
        for p in range(len(into)):
            into[p] += factor * float(amounts[part, p]) if reported[part, p] else np.nan
    else:
        for p in range(len(into)):
            into[p] += factor * numbers[part - exact, p] if reported[part, p] else np.nan


@compiled
def _cover(quotients: Quotients, unit: Unit) -> None:
    """A quotient has the coverage of the part of which most is missing, of the first of such."""
    reported, expected, periods = unit.reported, unit.expected, unit.reported.shape[1]
    for k in range(len(quotients.flows)):
        into, first = len(reported) - len(quotients.flows) + k, quotients.part[quotients.above[k]]
        for p in range(periods):
            reported[into, p] = reported[first, p]
            expected[into, p] = expected[first, p]
        for i in range(quotients.above[k] + 1, quotients.above[k + 1]):
            part = quotients.part[i]
            for p in range(periods):
                worse = expected[part, p] - reported[part, p] > expected[into, p] - reported[into, p]
                reported[into, p] = reported[part, p] if worse else reported[into, p]
                expected[into, p] = expected[part, p] if worse else expected[into, p]


@compiled
def _compare(quotients: Quotients, flow: Bools, stock: Lines, unit: Unit) -> None:
    """A quotient is uneven where a part was reported by more units than all parts were; not where it is missing.

    Where a part is a stock, the counts of the period's last month are compared.
    """
    uneven, pairs, reported, counts, numbers = unit.uneven, unit.pairs, unit.reported, unit.counts, unit.numbers
    periods = len(stock)
    for k in range(len(quotients.flows)):
        formed = len(numbers) - len(quotients.flows) + k
        for p in range(periods):
            uneven[k, p] = False
        for i in range(quotients.above[k], quotients.above[k + 1]):
            part = quotients.part[i]
            if flow[part] and not quotients.flows[k]:
                for p in range(periods):
                    uneven[k, p] |= counts[stock[p], part] != pairs[k, p]
            else:
                for p in range(periods):
                    uneven[k, p] |= reported[part, p] != pairs[k, p]
        for p in range(periods):
            uneven[k, p] &= numbers[formed, p] == numbers[formed, p]
