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

FLOW, STOCK, OWED = range(3)

Amounts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.uint32]
Words = npt.NDArray[np.uint64]


def words(cells: Bools) -> Words:
    """Cells [..., months] as bits [..., words]: month m is bit m % 64 of word m // 64."""
    months = cells.shape[-1]
    bits = np.zeros((*cells.shape[:-1], -(-months // 64) * 8), np.uint8)
    bits[..., : -(-months // 8)] = np.packbits(cells, axis=-1, bitorder="little")
    found: Words = bits.view("<u8").astype(np.uint64, copy=False)
    return found


class Own(NamedTuple):
    """Units' own figures by month: [rows, components, months], components in the order of Job.components.

    `amounts` int64 are the exact components, `numbers` float64 the others, 0 where nothing is reported; `reported` and
    `expected` uint64 [rows, components, words] tell as bits in which months they are (`words`).
    """

    amounts: Amounts
    numbers: Numbers
    reported: Words
    expected: Words


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
    """How periods come out of a run of `length` months.

    For each kind, FLOW, STOCK or OWED, and each period these are the months from `begin` up to before `end` [3, periods]
    (none where they are equal): those of which a flow is the sum; the last one, that holds the value of a stock; and the
    one that says who should give that. `bits` uint64 [3, words, periods] has them once more, month m as bit m % 64 of
    word m // 64. `later` months of a period come after the last one, and `span` is its length. The first `alone` periods
    are the months themselves. Places are uint32, which compiled loops need not check for being negative.
    """

    length: int
    alone: int
    begin: Places
    end: Places
    bits: Words
    later: Rows
    span: Rows

    @property
    def words(self) -> int:
        """How many words hold the months."""
        return int(self.bits.shape[1])

    @classmethod
    def of(cls, first: int, length: int, periods: Sequence[Period]) -> Months:
        """`first` is the start of the first month, as in Period.start; `length` is at least 1."""
        flow = [(period.start - first, period.end - first) for period in periods]
        stock = [(end - 1, end) for _, end in flow]
        owed = [(min(end, length) - 1, min(end, length)) for _, end in flow]
        edges = [[_inside(begin, end, length) for begin, end in kind] for kind in (flow, stock, owed)]
        words = range(0, length, 64)
        bits = [[[_word(begin - at, end - at) for begin, end in kind] for at in words] for kind in edges]
        return cls(
            length,
            length if flow[:length] == [(month, month + 1) for month in range(length)] else 0,
            np.array([[begin for begin, _ in kind] for kind in edges], np.uint32),
            np.array([[end for _, end in kind] for kind in edges], np.uint32),
            np.array(bits, np.uint64).reshape(len(edges), len(words), len(periods)),
            np.array([max(end - max(start, length), 0) for start, end in flow], np.int32),
            np.array([end - start for start, end in flow], np.int32),
        )


def _inside(begin: int, end: int, length: int) -> tuple[int, int]:
    begin, end = max(begin, 0), min(end, length)
    return (begin, end) if begin < end else (0, 0)


def _word(begin: int, end: int) -> int:
    """A word with the bits from `begin` up to before `end`, those of them that it has."""
    begin, end = _inside(begin, end, 64)
    return (1 << end) - (1 << begin)


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
