"""The job of forming all measures in many periods, laid out as arrays so that one compiled pass can do it.

>>> from headrope.core.formulas import parse_formula
>>> from headrope.core.quantities import Quantity
>>> money, january = Quantity("money", -2), 2023 * 12
>>> rules = [MeasureRule("REV", money, "flow"), MeasureRule("CASH", money, "stock")]
>>> rules += [MeasureRule("R", Quantity("number"), "ratio", "up", parse_formula("CASH"), parse_formula("REV"))]
>>> job = Job.of(rules, Months.of(january, 6, [Period(january, 3), Period(january, 12)]))
>>> job.components, job.formed, job.months.later.tolist()
((('REV', 'value'), ('CASH', 'value')), ('R',), [0, 6])

What is stored by month and summed or taken last over time can be in it (flow, stock, the two parts of a weighted mean),
and what is formed from that by one division (ratio, formula, weighted). Other kinds, carried values, levels and longer
native spans are left to core.rollup and core.forming, which define every result. The pass itself is in core.whole.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.measures import MeasureRule
from headrope.core.periods import Period, year_of, year_to_date
from headrope.core.quotients import DIVIDED, Component, Quotients, quotients, stored_parts
from headrope.core.rollup import Bools, Counts, Rows

REPORTED, EXPECTED = 1, 2

Amounts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Marks = npt.NDArray[np.uint8]
Lines = npt.NDArray[np.uint32]


def marks(present: Bools, expected: Bools) -> Marks:
    """Who reported and who should have, in one byte a cell, of the shape of both."""
    found: Marks = present.astype(np.uint8)
    found |= expected.astype(np.uint8) << 1
    return found


class Own(NamedTuple):
    """Units' own figures by month: [rows, components, months], components in the order of Job.components.

    `amounts` int64 are the exact components, `numbers` float64 the others, 0 where nothing is reported; `marks` uint8
    has REPORTED and EXPECTED of all.
    """

    amounts: Amounts
    numbers: Numbers
    marks: Marks


class Added(NamedTuple):
    """Totals by month that have been added up before, for instance each month over a tree of its own.

    Like Own, but with counts of all components, and `pairs` [rows, formed, months], the units with all parts.
    """

    amounts: Amounts
    numbers: Numbers
    reported: Counts
    expected: Counts
    pairs: Counts


class Months(NamedTuple):
    """How periods come out of a run of `length` months, as lines of a table.

    The first lines are the months; from line `flow` on comes one line for each period, the sum of its months (where the
    first periods are the months themselves these are the same lines). `sums` [n, 3] are the lines to fill in turn, a
    line and the two of which it is the sum, the earlier months first; `nothing` is a line of zeros. For each period
    `stock` is the line that holds the value at its end and `owed` the one that says who should give that; `later` months
    of it come after the last one, and `span` is its length. Lines are uint32, which compiled loops need not check for
    being negative.
    """

    length: int
    flow: int
    sums: Lines
    nothing: int
    stock: Lines
    owed: Lines
    later: Rows
    span: Rows

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return int(max(self.nothing, self.sums.max(initial=0))) + 1

    @classmethod
    def of(cls, first: int, length: int, periods: Sequence[Period]) -> Months:
        """`first` is the start of the first month, as in Period.start; `length` is at least 1."""
        edges = [(period.start - first, period.end - first) for period in periods]
        flow = 0 if edges[:length] == [(month, month + 1) for month in range(length)] else length
        nothing = flow + len(edges)
        stock = [end - 1 if 1 <= end <= length else nothing for _, end in edges]
        owed = [min(end, length) - 1 if end >= 1 else nothing for _, end in edges]
        sums = _sums([(max(start, 0), min(end, length)) for start, end in edges], length, flow)
        return cls(
            length,
            flow,
            np.array(sums, np.uint32).reshape(-1, 3),
            nothing,
            np.array(stock, np.uint32),
            np.array(owed, np.uint32),
            np.array([max(end - max(start, length), 0) for start, end in edges], np.int32),
            np.array([end - start for start, end in edges], np.int32),
        )


def _sums(edges: Sequence[tuple[int, int]], length: int, flow: int) -> list[tuple[int, int, int]]:
    """The sums that fill the lines of periods; what several of them begin with is added once."""
    known = {(month, month + 1): month for month in range(length)}
    nothing, sums = flow + len(edges), list[tuple[int, int, int]]()
    free = nothing + 1
    for into, (begin, end) in enumerate(edges, flow):
        if into < length:
            continue
        line = known[begin, begin + 1] if begin < end else nothing
        for to in range(begin + 2, end):
            if (begin, to) not in known:
                known[begin, to], free = free, free + 1
                sums.append((known[begin, to], line, to - 1))
            line = known[begin, to]
        sums.append((into, line, end - 1 if end - begin > 1 else nothing))
        known.setdefault((begin, end), into)
    return sums


def usual_periods(first: int, count: int, fiscal_start: int = 1) -> list[Period]:
    """All months, the quarters that hold one of them, every month's year to date, and the years."""
    months = [Period(start, 1) for start in range(first, first + count)]
    quarters = dict.fromkeys(Period(m.start - (m.start - (fiscal_start - 1)) % 3, 3) for m in months)
    to_date = [year_to_date(month, fiscal_start) for month in months]
    years = dict.fromkeys(year_of(month.start, fiscal_start) for month in months)
    return [*months, *quarters, *to_date, *years]


@dataclass(frozen=True)
class Job:
    """What to form: stored `components`, of which `exact` come first; `flow` bool[components] (else a stock); the
    measures `formed` of them by `quotients`; the months.
    """

    components: tuple[Component, ...]
    exact: int
    flow: Bools
    formed: tuple[str, ...]
    quotients: Quotients
    months: Months

    @classmethod
    def of(cls, rules: Sequence[MeasureRule], months: Months) -> Job:
        """The job of these measures, with formulae resolved (core.measures.resolved), in the order of the rules.

        A ValueError names those that one pass cannot form: of another kind, carried, or with a part that is not there.
        """
        stored = stored_parts(rules)
        there = {part.component for part in stored}
        outside = [rule.code for rule in rules if not _fits(rule, there)]
        if outside:
            raise ValueError(f"one pass cannot form {', '.join(outside)}")
        return cls(
            tuple(part.component for part in stored),
            sum(part.exact for part in stored),
            np.array([part.flow for part in stored], bool),
            tuple(rule.code for rule in rules if rule.kind in DIVIDED),
            quotients(rules, stored, int(months.span.max(initial=1))),
            months,
        )


def _fits(rule: MeasureRule, there: Set[Component]) -> bool:
    if rule.missing != "missing":
        return False
    if rule.kind in ("ratio", "formula"):
        whole = rule.numerator and (rule.denominator or rule.kind == "formula")
        return bool(whole) and all((code, "value") in there for code in rule.components)
    return (rule.code, "product" if rule.kind == "weighted" else "value") in there


class Block(NamedTuple):
    """What has been formed of the units in `rows` int32[n]: arrays [n, measures, periods], components before formed.

    `amounts` int64 are the exact components; `numbers` float64 the others and what is formed, in units of account (NaN:
    missing); `reported` and `expected` int32 count units for all measures, and of which nothing was reported is
    missing; `uneven` bool marks what is formed of parts that come from different units.
    """

    rows: Rows
    amounts: Amounts
    numbers: Numbers
    reported: Counts
    expected: Counts
    uneven: Bools

    @classmethod
    def fresh(cls, job: Job, count: int) -> Block:
        """Room for so many units."""
        periods, components, formed = len(job.months.span), len(job.components), len(job.formed)
        return cls(
            np.empty(count, np.int32),
            np.empty((count, job.exact, periods), np.int64),
            np.empty((count, components - job.exact + formed, periods)),
            np.empty((count, components + formed, periods), np.int32),
            np.empty((count, components + formed, periods), np.int32),
            np.empty((count, formed, periods), bool),
        )

    def first(self, count: int) -> Block:
        """The room of the first units only."""
        return Block(
            self.rows[:count],
            self.amounts[:count],
            self.numbers[:count],
            self.reported[:count],
            self.expected[:count],
            self.uneven[:count],
        )
