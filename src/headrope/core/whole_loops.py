"""The compiled loops behind core.whole; all of them in one file, because a kept compilation is renewed by file.

The pass goes through the units so that children come before their parent, and keeps the sums of one path only: figures
by month, and counts by period, since whole numbers may be added in any order. The counts of a single unit are the numbers
of bits that its months and a period have in common.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from headrope.core.kernels import compiled
from headrope.core.quotients import Quotients
from headrope.core.rollup import Bools, Counts, Rows, Values
from headrope.core.totals import FLOW, STOCK, Added, Amounts, Block, Months, Numbers, Own, Words
from headrope.core.tree_sums import Tree

ONE = np.uint64(1)
PAIRS, FOURS, EIGHTS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
EVERY_EIGHTH = np.uint64(0x0101010101010101)


class Path(NamedTuple):
    """Sums of the units on one path: exact components and others [tiers, components, months], and counts of units
    [tiers, ..., periods]: reported and expected of components, and those of Kinds.together.
    """

    amounts: Amounts
    numbers: Numbers
    reported: Counts
    expected: Counts
    together: Counts


class Kinds(NamedTuple):
    """Of which kind components are, and their expected units; and what is needed to tell uneven quotients.

    These need the units that have all parts of a quotient and, after these, those that have a flow in `ends` (one that
    stands beside a stock) in the last month: `together` is their kind, and `at` a term's place among the ends (-1 where
    all that have reported count).
    """

    reported: Rows
    expected: Rows
    together: Rows
    ends: Rows
    at: Rows


class Desk(NamedTuple):
    """Room for one unit's work: words of Kinds.together [1, ..., words], running sums of months, the lines of a quotient
    [2, periods], and counts that differ [periods].
    """

    together: Words
    running: Amounts
    lines: Numbers
    apart: Counts


class Room(NamedTuple):
    """Where results go, and which quotients [n, formed] have parts too large for floats."""

    block: Block
    large: Bools


Rules = tuple[Quotients, Months, Kinds]


# Loops get whole arrays and the place of a unit in them, and what is done for every unit stands in one function: each
# array that is taken out of a tuple or viewed for another function is counted, which would cost a tenth of the time.


@compiled
def add_and_form(own: Own, tree: Tree, rules: Rules, path: Path, desk: Desk, room: Room) -> None:
    """The next units of the walk, as many as there is room for; `path` holds what is open between two calls."""
    (quotients, months, kinds), (block, large) = rules, room
    amounts, numbers, reported, expected = own
    for slot in range(len(block.rows)):
        row = block.rows[slot]
        at, above = tree.depth[row], tree.parent[row]
        leaf = tree.first[row] == tree.first[row + 1]
        if leaf:
            _join(reported, row, quotients, kinds.ends, desk.together)
            _tally(reported, row, months, kinds.reported, block.reported, slot)
            _tally(expected, row, months, kinds.expected, block.expected, slot)
            _tally(desk.together, 0, months, kinds.together, path.together, at)
            _owe_later(expected, row, months, kinds.expected, block.expected, slot)
            _sum_exact(amounts, row, months, kinds.reported, desk.running, block.amounts, slot)
            _sum_in_order(numbers, row, months, kinds.reported, block.numbers, slot)
        else:
            _copy(path.reported, at, block.reported, slot)
            _copy(path.expected, at, block.expected, slot)
            _sum_exact(path.amounts, at, months, kinds.reported, desk.running, block.amounts, slot)
            _sum_in_order(path.numbers, at, months, kinds.reported, block.numbers, slot)
        _check(quotients, block.amounts, large, slot)
        _divide(quotients, months.span, desk.lines, block, slot)
        _cover(quotients, block.reported, block.expected, slot)
        _compare(quotients, kinds.at, desk.apart, path.together, at, block, slot)
        if above >= 0:
            if tree.children[tree.first[above]] == row:
                _begin(own, above, rules, desk, path, at - 1)
            if leaf:
                _add(amounts, row, path.amounts, at - 1)
                _add(numbers, row, path.numbers, at - 1)
            else:
                _add(path.amounts, at, path.amounts, at - 1)
                _add(path.numbers, at, path.numbers, at - 1)
            _add(block.reported, slot, path.reported, at - 1)
            _add(block.expected, slot, path.expected, at - 1)
            _add(path.together, at, path.together, at - 1)


@compiled
def form_only(added: Added, rules: Rules, path: Path, desk: Desk, room: Room) -> None:
    """The units in `room.block.rows`, out of their totals."""
    (quotients, months, kinds), (block, large), together = rules, room, path.together
    for slot in range(len(block.rows)):
        row = block.rows[slot]
        _sum_exact(added.reported, row, months, kinds.reported, desk.running, block.reported, slot)
        _sum_exact(added.expected, row, months, kinds.expected, desk.running, block.expected, slot)
        _sum_exact(added.pairs, row, months, kinds.together, desk.running, together, 0)
        _end(added.reported, row, months, kinds.ends, together)
        _add_later(added.expected, row, months, kinds.expected, block.expected, slot)
        _sum_exact(added.amounts, row, months, kinds.reported, desk.running, block.amounts, slot)
        _sum_in_order(added.numbers, row, months, kinds.reported, block.numbers, slot)
        _check(quotients, block.amounts, large, slot)
        _divide(quotients, months.span, desk.lines, block, slot)
        _cover(quotients, block.reported, block.expected, slot)
        _compare(quotients, kinds.at, desk.apart, together, 0, block, slot)


@compiled
def _begin(own: Own, row: int, rules: Rules, desk: Desk, path: Path, at: int) -> None:
    """A unit's sums begin with its own figures."""
    quotients, months, kinds = rules
    _copy(own.amounts, row, path.amounts, at)
    _copy(own.numbers, row, path.numbers, at)
    _join(own.reported, row, quotients, kinds.ends, desk.together)
    _tally(own.reported, row, months, kinds.reported, path.reported, at)
    _tally(own.expected, row, months, kinds.expected, path.expected, at)
    _tally(desk.together, 0, months, kinds.together, path.together, at)
    _owe_later(own.expected, row, months, kinds.expected, path.expected, at)


@compiled
def _copy(figures: Values, row: int, into: Values, slot: int) -> None:
    for c in range(figures.shape[1]):
        for p in range(figures.shape[2]):
            into[slot, c, p] = figures[row, c, p]


@compiled
def _add(figures: Values, row: int, into: Values, slot: int) -> None:
    """A child's sums go up to its parent."""
    for c in range(into.shape[1]):
        for p in range(into.shape[2]):
            into[slot, c, p] += figures[row, c, p]


@compiled
def _join(reported: Words, row: int, quotients: Quotients, ends: Rows, together: Words) -> None:
    """The months in which all parts of a quotient are reported, and the ends."""
    for word in range(reported.shape[2]):
        for k in range(len(quotients.flows)):
            found = reported[row, quotients.part[quotients.above[k]], word]
            for i in range(quotients.above[k] + 1, quotients.above[k + 1]):
                found &= reported[row, quotients.part[i], word]
            together[0, k, word] = found
        for i in range(len(ends)):
            together[0, len(quotients.flows) + i, word] = reported[row, ends[i], word]


def _bits_set(word: np.uint64) -> np.uint64:
    """How many bits are set, in steps that compilers know and make one instruction of."""
    word = word - ((word >> ONE) & PAIRS)
    word = (word & FOURS) + ((word >> np.uint64(2)) & FOURS)
    return (((word + (word >> np.uint64(4))) & EIGHTS) * EVERY_EIGHTH) >> np.uint64(56)


_ones: Callable[[np.uint64], Any] = compiled(_bits_set)
if _ones is _bits_set:  # nothing is compiled, and NumPy would warn of the product, whose highest byte alone is wanted
    _ones = np.bitwise_count


@compiled
def _tally(held: Words, row: int, months: Months, kinds: Rows, into: Counts, slot: int) -> None:
    """How many months of each period are held."""
    bits = months.bits
    for c in range(held.shape[1]):
        mine, kind = held[row, c, 0], kinds[c]
        for p in range(bits.shape[2]):
            into[slot, c, p] = _ones(mine & bits[kind, 0, p])
        for word in range(1, held.shape[2]):
            mine = held[row, c, word]
            for p in range(bits.shape[2]):
                into[slot, c, p] += _ones(mine & bits[kind, word, p])


@compiled
def _owe_later(held: Words, row: int, months: Months, kinds: Rows, into: Counts, slot: int) -> None:
    """Months that are still to come are expected from whoever was expected in the last one."""
    later, word = months.later, (months.length - 1) // 64
    last = ONE << np.uint64((months.length - 1) % 64)
    for p in range(len(later)):
        if later[p]:
            for c in range(len(kinds)):
                if kinds[c] == FLOW and held[row, c, word] & last:
                    into[slot, c, p] += later[p]


@compiled
def _add_later(expected: Counts, row: int, months: Months, kinds: Rows, into: Counts, slot: int) -> None:
    """The same out of counts by month."""
    later, last = months.later, months.length - 1
    for p in range(len(later)):
        if later[p]:
            for c in range(len(kinds)):
                if kinds[c] == FLOW:
                    into[slot, c, p] += later[p] * expected[row, c, last]


@compiled
def _end(reported: Counts, row: int, months: Months, ends: Rows, together: Counts) -> None:
    """The units that have the flows in `ends` in the last month of each period."""
    first = together.shape[1] - len(ends)
    for i in range(len(ends)):
        for p in range(together.shape[2]):
            end = months.end[STOCK, p]
            together[0, first + i, p] = reported[row, ends[i], end - 1] if end else 0


@compiled
def _sum_exact(
    figures: Values, row: int, months: Months, kinds: Rows, running: Amounts, into: Values, slot: int
) -> None:
    """Sums of whole numbers are differences of running sums."""
    for c in range(figures.shape[1]):
        mine, total, rest = figures[row, c], 0, into[slot, c, months.alone :]
        begin, end = months.begin[kinds[c], months.alone :], months.end[kinds[c], months.alone :]
        for month in range(len(mine)):
            total += mine[month]
            running[month + 1] = total
        for p in range(months.alone):
            into[slot, c, p] = mine[p]
        for p in range(len(rest)):
            rest[p] = running[end[p]] - running[begin[p]]


@compiled
def _sum_in_order(figures: Numbers, row: int, months: Months, kinds: Rows, into: Numbers, slot: int) -> None:
    """Sums of floats in order of time; each begins with 0, and so is never -0.0."""
    exact = len(kinds) - figures.shape[1]
    for c in range(figures.shape[1]):
        mine, kind = figures[row, c], kinds[exact + c]
        begin, end, total, first, last = months.begin[kind], months.end[kind], 0.0, 0, 0
        if kind == FLOW:
            for p in range(months.alone):
                into[slot, c, p] = mine[p] + 0.0
            begin, end, rest = begin[months.alone :], end[months.alone :], into[slot, c, months.alone :]
            for p in range(len(rest)):
                if begin[p] != first or end[p] < last:
                    total, first, last = 0.0, begin[p], begin[p]
                for month in range(last, end[p]):
                    total += mine[month]
                last = end[p]
                rest[p] = total
        else:
            for p in range(len(begin)):
                into[slot, c, p] = mine[begin[p]] if begin[p] < end[p] else 0.0


@compiled
def _check(quotients: Quotients, amounts: Amounts, large: Bools, slot: int) -> None:
    """Which quotients may have an exact part too large for floats; the bits of all periods together tell enough."""
    for k in range(large.shape[1]):
        found = False
        for i in range(quotients.above[k], quotients.above[k + 1]):
            part, size = quotients.part[i], 0
            if part < amounts.shape[1]:
                for p in range(amounts.shape[2]):
                    size |= abs(amounts[slot, part, p])
            found |= float(size) > quotients.limit[i]
        large[slot, k] = found


@compiled
def _divide(quotients: Quotients, spans: Rows, lines: Numbers, block: Block, slot: int) -> None:
    """Quotients in all periods, NaN where they would divide by 0 or a part is missing."""
    amounts, numbers, reported = block.amounts, block.numbers, block.reported
    exact, periods = amounts.shape[1], len(spans)
    for k in range(len(quotients.flows)):
        constant = quotients.constant[k]
        for p in range(periods):
            lines[0, p] = 0.0
            lines[1, p] = constant
        for i in range(quotients.above[k], quotients.above[k + 1]):
            line, part, factor = 0 if i < quotients.below[k] else 1, quotients.part[i], quotients.factor[i]
            if part < exact:
                for p in range(periods):
                    lines[line, p] += factor * float(amounts[slot, part, p]) if reported[slot, part, p] else np.nan
            else:
                for p in range(periods):
                    value = numbers[slot, part - exact, p]
                    lines[line, p] += factor * value if reported[slot, part, p] else np.nan
        if quotients.annual[k]:
            for p in range(periods):
                lines[0, p] *= 12
                lines[1, p] *= spans[p]
        into = numbers.shape[1] - len(quotients.flows) + k
        for p in range(periods):
            numbers[slot, into, p] = lines[0, p] / lines[1, p] if lines[1, p] != 0 else np.nan


@compiled
def _cover(quotients: Quotients, reported: Counts, expected: Counts, slot: int) -> None:
    """A quotient has the coverage of the part of which most is missing, of the first of such."""
    periods = reported.shape[2]
    for k in range(len(quotients.flows)):
        into, first = reported.shape[1] - len(quotients.flows) + k, quotients.part[quotients.above[k]]
        for p in range(periods):
            reported[slot, into, p] = reported[slot, first, p]
            expected[slot, into, p] = expected[slot, first, p]
        for i in range(quotients.above[k] + 1, quotients.above[k + 1]):
            part = quotients.part[i]
            for p in range(periods):
                here, there = reported[slot, part, p], reported[slot, into, p]
                worse = expected[slot, part, p] - here > expected[slot, into, p] - there
                reported[slot, into, p] = here if worse else there
                expected[slot, into, p] = expected[slot, part, p] if worse else expected[slot, into, p]


@compiled
def _compare(
    quotients: Quotients, ends: Rows, apart: Counts, together: Counts, at: int, block: Block, slot: int
) -> None:
    """A quotient is uneven where a part was reported by more units than all parts were; not where it is missing.

    Where a part is a stock, the counts of the period's last month are compared.
    """
    uneven, reported, numbers = block.uneven, block.reported, block.numbers
    formed, periods = len(quotients.flows), reported.shape[2]
    for k in range(formed):
        for p in range(periods):
            apart[p] = 0
        for i in range(quotients.above[k], quotients.above[k + 1]):
            part, end = quotients.part[i], ends[i]
            if end >= 0:
                for p in range(periods):
                    apart[p] |= together[at, formed + end, p] ^ together[at, k, p]
            else:
                for p in range(periods):
                    apart[p] |= reported[slot, part, p] ^ together[at, k, p]
        into = numbers.shape[1] - formed + k
        for p in range(periods):
            value = numbers[slot, into, p]
            uneven[slot, k, p] = (apart[p] != 0) & (value == value)
