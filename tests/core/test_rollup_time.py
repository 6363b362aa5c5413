"""Totals over time by the kind of the measure, against an evaluator that follows the specification cell by cell.

The evaluator knows facts by unit, start month and span, counts in fractions and shares no code with the roll-up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.periods import Period, from_code, parse, year_to_date
from headrope.core.rollup import (
    ROOT,
    Column,
    Grid,
    Rows,
    add_up,
    differences,
    empty,
    expected_from,
    flow,
    stock,
)

from .forests import forests, subtree

JANUARY = 2023 * 12
MONTHS = 15

Facts = Mapping[tuple[int, int, int], int]
"""Values by unit, start month (0 is January 2023) and span."""


class Answer(NamedTuple):
    """What a unit's column says: value (None when missing), reported and expected."""

    value: Fraction | None
    reported: int
    expected: int


# the roll-up, called as a cube calls it


class Parts(NamedTuple):
    """The grids of one measure: its values, and for cumulative ones the differences."""

    values: list[Grid]
    differences: list[Grid] = []


def over_time(kind: str, parts: Parts, period: Period, fiscal_start: int, rows: int) -> Column:
    """A measure over a period by its kind."""
    if kind == "flow":
        return flow(parts.values, period, rows)
    if kind == "cumulative" and period != year_to_date(period, fiscal_start):
        return flow(parts.differences, period, rows)
    return stock(parts.values, period, rows)


def cells(facts: Facts, span: int, count: int) -> tuple[np.ndarray, np.ndarray, Rows]:
    """Own values, presence and starts of one native span: all cells from January on that fit."""
    starts = range(0, MONTHS - span + 1, span)
    values = np.array([[facts.get((unit, start, span), 0) for start in starts] for unit in range(count)], np.int64)
    present = np.array([[(unit, start, span) in facts for start in starts] for unit in range(count)], bool)
    return values, present, np.array([JANUARY + start for start in starts], np.int32)


def grid(parent: Rows, span: int, values: np.ndarray, present: np.ndarray, starts: Rows) -> Grid:
    expected = expected_from(present, np.ones_like(present))
    totals, reported, owed = (
        add_up(each, parent) for each in (values, present.astype(np.int32), expected.astype(np.int32))
    )
    return Grid(span, starts, totals, reported, owed)


def grids(parent: Rows, facts: Facts) -> list[Grid]:
    spans = sorted({span for _, _, span in facts})
    return [grid(parent, span, *cells(facts, span, len(parent))) for span in spans]


def difference_grids(parent: Rows, facts: Facts, fiscal_start: int) -> list[Grid]:
    """Differences of monthly years to date, by month, quarter and half."""
    values, present, starts = cells(facts, 1, len(parent))
    return [grid(parent, wide, *differences(values, present, starts, 1, wide, fiscal_start)) for wide in (1, 3, 6)]


def answers(column: Column) -> list[Answer]:
    rows = zip(column.values.tolist(), column.reported.tolist(), column.expected.tolist(), column.known, strict=True)
    return [Answer(Fraction(value) if known else None, reported, owed) for value, reported, owed, known in rows]


# the evaluator


def added(parent: Rows, unit: int, tile: list[int], amount: Callable[[int, int], Fraction | None]) -> Answer:
    """The sum over a subtree and some cells, counting each unit once per cell; expected from its first cell on."""
    found = [amount(each, cell) for each in subtree(parent, unit) for cell in tile]
    here = [value for value in found if value is not None]
    owed = sum(
        any(amount(each, before) is not None for before in range(cell + 1))
        for each in subtree(parent, unit)
        for cell in tile
    )
    return Answer(sum(here, Fraction(0)) if here else None, len(here), owed)


def flow_by_rule(parent: Rows, facts: Facts, period: Period) -> list[Answer]:
    """The longest native span that fills the period and has any value there."""
    first = period.start - JANUARY
    found: list[Answer] = []
    for unit in range(len(parent)):
        tried = []
        for span in (12, 6, 3, 1):
            if span in {span for _, _, span in facts} and period.span % span == 0 and first % span == 0:
                tile = list(range(first, first + period.span, span))
                tried.append(added(parent, unit, tile, lambda u, s, n=span: fraction(facts.get((u, s, n)))))
        found.append(next((answer for answer in tried if answer.value is not None), missing(tried)))
    return found


def stock_by_rule(parent: Rows, facts: Facts, period: Period) -> list[Answer]:
    """The value of the shortest native span whose period ends with this one."""
    end = period.end - JANUARY
    found: list[Answer] = []
    for unit in range(len(parent)):
        tried = []
        for span in (1, 3, 6, 12):
            if span in {span for _, _, span in facts} and end % span == 0 and end <= MONTHS:
                tried.append(added(parent, unit, [end - span], lambda u, s, n=span: fraction(facts.get((u, s, n)))))
        found.append(next((answer for answer in tried if answer.value is not None), missing(tried)))
    return found


def cumulative_by_rule(parent: Rows, facts: Facts, period: Period, fiscal_start: int) -> list[Answer]:
    """Years to date by month, and amounts as differences, the longest that fill the period first."""
    first, end = period.start - JANUARY, period.end - JANUARY

    def to_date(unit: int, month: int) -> Fraction | None:
        return fraction(facts.get((unit, month, 1)))

    def opens_year(month: int) -> bool:
        return (month + 1 - fiscal_start) % 12 == 0

    def amount(unit: int, start: int, span: int) -> Fraction | None:
        if (start + 1 - fiscal_start) % span:
            return None
        last = to_date(unit, start + span - 1)
        before = Fraction(0) if opens_year(start) else to_date(unit, start - 1)
        return None if last is None or before is None else last - before

    if period.span <= 12 and opens_year(first):
        return [added(parent, unit, [end - 1], to_date) for unit in range(len(parent))]
    found: list[Answer] = []
    for unit in range(len(parent)):
        tried = []
        for span in (6, 3, 1):
            if period.span % span == 0 and (first + 1 - fiscal_start) % span == 0:
                tile = list(range(first, end, span))
                tried.append(added(parent, unit, tile, lambda u, s, n=span: amount(u, s, n)))
        found.append(next((answer for answer in tried if answer.value is not None), missing(tried)))
    return found


def fraction(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def missing(tried: list[Answer]) -> Answer:
    return Answer(None, 0, max((answer.expected for answer in tried), default=0))


def known(found: list[Answer]) -> list[Answer | None]:
    """What is missing from several spans at once is compared as missing only; the text states no count for it."""
    return [answer if answer.value is not None else None for answer in found]


# random small ledgers

amounts = st.integers(-1000, 1000)


@st.composite
def ledgers(draw: st.DrawFn, spans: tuple[int, ...]) -> tuple[Rows, Facts]:
    """A forest and facts of one or more native spans, with many cells missing."""
    parent = draw(forests(most=4, dead=False))
    native = draw(st.lists(st.sampled_from(spans), min_size=1, unique=True))
    places = [(u, s, n) for n in native for u in range(len(parent)) for s in range(0, MONTHS - n + 1, n)]
    facts = draw(st.dictionaries(st.sampled_from(places), amounts, min_size=1, max_size=30))
    return parent, facts


periods = st.builds(
    lambda first, span: Period(JANUARY + first, span), st.integers(0, MONTHS - 1), st.integers(1, MONTHS)
).filter(lambda period: period.end <= JANUARY + MONTHS)


@given(ledgers((1, 3, 6, 12)), periods)
def test_flow_is_that_of_the_rule(ledger: tuple[Rows, Facts], period: Period) -> None:
    parent, facts = ledger

    column = over_time("flow", Parts(grids(parent, facts)), period, 1, len(parent))

    assert known(answers(column)) == known(flow_by_rule(parent, facts, period))


@given(ledgers((1,)), periods)
def test_flow_of_one_native_span_is_that_of_the_rule_with_its_counts_when_missing(
    ledger: tuple[Rows, Facts], period: Period
) -> None:
    parent, facts = ledger

    column = flow(grids(parent, facts), period, len(parent))

    assert answers(column) == flow_by_rule(parent, facts, period)


@given(ledgers((1, 3, 6, 12)), periods)
def test_stock_is_that_of_the_rule(ledger: tuple[Rows, Facts], period: Period) -> None:
    parent, facts = ledger

    column = over_time("stock", Parts(grids(parent, facts)), period, 4, len(parent))

    assert known(answers(column)) == known(stock_by_rule(parent, facts, period))


@given(ledgers((1,)), periods, st.sampled_from([1, 1, 2, 4, 10, 12]))
def test_cumulative_is_that_of_the_rule(ledger: tuple[Rows, Facts], period: Period, fiscal_start: int) -> None:
    parent, facts = ledger
    parts = Parts(grids(parent, facts), difference_grids(parent, facts, fiscal_start))

    column = over_time("cumulative", parts, period, fiscal_start, len(parent))

    assert known(answers(column)) == known(cumulative_by_rule(parent, facts, period, fiscal_start))


# examples that people can check

LEAF = np.array([ROOT], np.int32)


def months(**values: int) -> Facts:
    """Facts of unit 0 by month of 2023: jan=10."""
    names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    return {(0, names.index(name), 1): value for name, value in values.items()}


STATED = months(jan=10, feb=25, mar=45, apr=52, jun=90)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-01", Answer(Fraction(10), 1, 1)),
        ("2023-02", Answer(Fraction(15), 1, 1)),
        ("2023-03", Answer(Fraction(20), 1, 1)),
        ("2023-04", Answer(Fraction(7), 1, 1)),
        ("2023-05", Answer(None, 0, 1)),
        ("2023-06", Answer(None, 0, 1)),
        ("2023-Q1", Answer(Fraction(45), 1, 1)),
        ("2023-Q2", Answer(Fraction(45), 1, 1)),
        ("2023-H1", Answer(Fraction(90), 1, 1)),
        ("2023-02..2023-04", Answer(Fraction(42), 3, 3)),
        ("2023-04..2023-05", Answer(Fraction(7), 1, 2)),
    ],
)
def test_cumulative_example_of_the_specification(text: str, expected: Answer) -> None:
    parts = Parts(grids(LEAF, STATED), difference_grids(LEAF, STATED, 1))

    column = over_time("cumulative", parts, parse(text), 1, 1)

    assert answers(column) == [expected]


def test_cumulative_period_is_filled_with_parts_of_one_span() -> None:
    parts = Parts(grids(LEAF, STATED), difference_grids(LEAF, STATED, 1))

    column = over_time("cumulative", parts, parse("2023-02..2023-06"), 1, 1)

    assert answers(column) == [Answer(Fraction(42), 3, 5)]


def test_half_year_of_three_months_is_not_complete() -> None:
    facts = months(jan=1, feb=2, mar=4)

    half, quarter = (flow(grids(LEAF, facts), parse(text), 1) for text in ("2023-H1", "2023-Q1"))

    assert (answers(half), half.complete.tolist()) == ([Answer(Fraction(7), 3, 6)], [False])
    assert (answers(quarter), quarter.complete.tolist()) == ([Answer(Fraction(7), 3, 3)], [True])


@pytest.mark.parametrize(("text", "owed"), [("2023-Q2", 3), ("2023-Q3", 3), ("2023-12", 1), ("2024", 12)])
def test_flow_after_the_last_cell_of_the_ledger_is_missing_and_expected(text: str, owed: int) -> None:
    starts = np.array([JANUARY, JANUARY + 1, JANUARY + 2], np.int32)
    ones = np.ones((1, 3), np.int32)

    column = flow([Grid(1, starts, ones.astype(np.int64), ones, ones)], parse(text), 1)

    assert (answers(column), column.complete.tolist()) == ([Answer(None, 0, owed)], [False])


def test_flow_of_two_native_spans_answers_from_the_longest_unit_by_unit() -> None:
    """
    0 A    states the quarter 100 and its months 1, 2, 4
    1 AB   states its months 10, 20, 40
    """
    months_ = {(u, s, 1): 10**u * 2**s for u in range(2) for s in range(3)}
    facts = months_ | {(0, 0, 3): 100}
    parent = np.array([ROOT, ROOT], np.int32)

    column = flow(grids(parent, facts), parse("2023-Q1"), 2)

    assert answers(column) == [Answer(Fraction(100), 1, 1), Answer(Fraction(70), 3, 3)]


def test_quarters_do_not_fill_a_half_that_begins_in_february() -> None:
    facts = {(0, 0, 3): 10, (0, 3, 3): 20, (0, 6, 3): 40}

    half, year = (flow(grids(LEAF, facts), parse(text, 2), 1) for text in ("FY2023-24-H1", "2023"))

    assert (answers(half)[0].value, answers(year)[0].value) == (None, 70)


def test_fiscal_half_is_filled_by_calendar_quarters() -> None:
    facts = {(0, 3, 3): 20, (0, 6, 3): 40}

    column = flow(grids(LEAF, facts), parse("FY2023-24-H1", 4), 1)

    assert answers(column) == [Answer(Fraction(60), 2, 2)]


def test_month_is_never_made_from_a_quarter() -> None:
    column = flow(grids(LEAF, {(0, 0, 3): 30}), parse("2023-01"), 1)

    assert answers(column) == [Answer(None, 0, 0)]


def test_stock_without_its_last_part_is_missing() -> None:
    facts = months(jan=5, feb=6, apr=9)

    quarters = [stock(grids(LEAF, facts), parse(text), 1) for text in ("2023-Q1", "2023-01..2023-04")]

    assert [answers(column) for column in quarters] == [[Answer(None, 0, 1)], [Answer(Fraction(9), 1, 1)]]


def test_stock_of_a_quarter_answers_for_its_last_month() -> None:
    column = stock(grids(LEAF, {(0, 0, 3): 8}), parse("2023-03"), 1)

    assert answers(column) == [Answer(Fraction(8), 1, 1)]


def test_stock_after_the_last_cell_is_missing_and_expected() -> None:
    starts, one = np.array([JANUARY], np.int32), np.ones((1, 1), np.int32)

    column = stock([Grid(1, starts, one.astype(np.int64), one, one)], parse("2023-06"), 1)

    assert answers(column) == [Answer(None, 0, 1)]


def test_reported_nothing_is_a_value_and_no_report_is_not() -> None:
    facts = months(jan=0)

    zero, none = (flow(grids(LEAF, facts), parse(text), 1) for text in ("2023-01", "2023-02"))

    assert (answers(zero), answers(none)) == ([Answer(Fraction(0), 1, 1)], [Answer(None, 0, 1)])


@pytest.mark.parametrize("kind", ["flow", "stock", "cumulative"])
def test_measure_without_any_fact_is_missing_everywhere(kind: str) -> None:
    column = over_time(kind, Parts([]), parse("2023"), 1, 3)

    assert answers(column) == [Answer(None, 0, 0)] * 3
    assert answers(empty(3)) == answers(column)


def year_of_floats(values: list[float]) -> float:
    starts = np.arange(JANUARY, JANUARY + 12, dtype=np.int32)
    ones = np.ones((1, 12), np.int32)
    return float(flow([Grid(1, starts, np.array([values]), ones, ones)], parse("2023"), 1).values[0])


def test_floats_over_time_are_added_from_the_earliest_to_the_latest() -> None:
    values = [1e16, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    expected = 0.0
    for value in values:
        expected += value

    total = year_of_floats(values)

    assert total.hex() == expected.hex()


@given(st.lists(st.floats(-1e15, 1e15), min_size=12, max_size=12))
def test_floats_over_time_are_near_the_exact_sum(values: list[float]) -> None:
    exact, size = sum(map(Fraction, values)), sum(abs(Fraction(value)) for value in values)

    total = year_of_floats(values)

    assert abs(Fraction(total) - exact) <= 12 * size / 2**52


# differences


@given(
    st.lists(st.lists(st.one_of(st.none(), amounts), min_size=18, max_size=18), min_size=1, max_size=3),
    st.sampled_from([1, 3, 6]),
    st.integers(1, 12),
)
def test_differences_exist_where_both_ends_do(stated: list[list[int | None]], wide: int, fiscal_start: int) -> None:
    to_date = np.array([[value or 0 for value in row] for row in stated], np.int64)
    present = np.array([[value is not None for value in row] for row in stated])
    starts = np.arange(JANUARY, JANUARY + 18, dtype=np.int32)

    values, there, found = differences(to_date, present, starts, 1, wide, fiscal_start)

    aligned = [s for s in range(1 - wide, 19 - wide) if (s + 1 - fiscal_start) % wide == 0]
    assert (found - JANUARY).tolist() == aligned
    for row, months_ in enumerate(stated):
        for cell, start in enumerate(aligned):
            last = months_[start + wide - 1]
            before = 0 if (start + 1 - fiscal_start) % 12 == 0 else months_[start - 1] if start > 0 else None
            expected = (last - before, True) if last is not None and before is not None else (0, False)
            assert (int(values[row, cell]), bool(there[row, cell])) == expected


@given(st.lists(amounts, min_size=12, max_size=12), st.integers(1, 12))
def test_differences_of_a_year_add_up_to_the_year_to_date(amounts_: list[int], fiscal_start: int) -> None:
    first = JANUARY + fiscal_start - 1
    to_date = np.cumsum([amounts_], axis=1)
    starts = np.arange(first, first + 12, dtype=np.int32)

    by_span = [differences(to_date, np.ones((1, 12), bool), starts, 1, wide, fiscal_start) for wide in (1, 3, 6)]

    assert by_span[0][0].tolist() == [amounts_]
    for wide, (values, there, _) in zip((1, 3, 6), by_span, strict=True):
        assert np.cumsum(values, axis=1).tolist() == to_date[:, wide - 1 :: wide].tolist()
        assert there.all()


def test_differences_of_quarters_need_no_months() -> None:
    """Years to date at the end of quarters: 10, 25, none, 70."""
    starts = np.array([JANUARY, JANUARY + 3, JANUARY + 6, JANUARY + 9], np.int32)
    to_date, present = np.array([[10, 25, 0, 70]]), np.array([[True, True, False, True]])

    quarters = differences(to_date, present, starts, 3, 3, 1)
    halves = differences(to_date, present, starts, 3, 6, 1)

    assert [part.tolist() for part in quarters[:2]] == [[[10, 15, 0, 0]], [[True, True, False, False]]]
    assert [part.tolist() for part in halves[:2]] == [[[25, 45]], [[True, True]]]


# the worked example of the specification

UNITS = ["G", "A", "A1", "A2", "AB", "C"]
BEFORE_JUNE = np.array([ROOT, 0, 1, 1, 0, 0], np.int32)
FROM_JUNE = np.array([ROOT, 0, 1, 1, 1, 0], np.int32)
OWN = {
    "REV": [
        [None] * 3,
        [1000] * 3,
        [10010, 11020, 12030],
        [5000, 5555, None],
        [8000, 8200, 8400],
        [20000, 21000, 22000],
    ],
    "PROFIT": [[None] * 3, [-200] * 3, [1000, 1100, 1200], [500, 550, None], [800, 800, 900], [2000, None, 2200]],
}


def worked(measure: str, trees: list[Rows]) -> Grid:
    """Months April to June, each added over its tree."""
    values = np.array([[value or 0 for value in row] for row in OWN[measure]], np.int64)
    present = np.array([[value is not None for value in row] for row in OWN[measure]])
    expected = expected_from(present, np.ones_like(present))
    summed = [
        np.stack([add_up(each[:, month], tree) for month, tree in enumerate(trees)], axis=1)
        for each in (values, present.astype(np.int32), expected.astype(np.int32))
    ]
    return Grid(1, np.array([from_code(20230401).start + month for month in range(3)], np.int32), *summed)


@pytest.mark.parametrize(
    ("measure", "trees", "group", "company"),
    [
        ("REV", [BEFORE_JUNE, BEFORE_JUNE, FROM_JUNE], (134215, 14, 15), (55015, 9, 10)),
        ("REV", [FROM_JUNE] * 3, (134215, 14, 15), (71215, 11, 12)),
        ("PROFIT", [BEFORE_JUNE, BEFORE_JUNE, FROM_JUNE], (10450, 13, 15), (4650, 9, 10)),
        ("PROFIT", [FROM_JUNE] * 3, (10450, 13, 15), (6250, 11, 12)),
    ],
    ids=["REV as-was", "REV like-for-like", "PROFIT as-was", "PROFIT like-for-like"],
)
def test_quarter_of_the_worked_example(
    measure: str, trees: list[Rows], group: tuple[int, int, int], company: tuple[int, int, int]
) -> None:
    """
    G
      A
        A1
        A2      June missing
        AB      from June; before under G
      C
    """
    found = answers(flow([worked(measure, trees)], parse("2023-Q2"), len(UNITS)))

    assert (tuple(found[0]), tuple(found[1])) == (group, company)


def test_months_of_the_worked_example() -> None:
    trees = [BEFORE_JUNE, BEFORE_JUNE, FROM_JUNE]

    found = {
        (measure, unit): [
            tuple(answers(flow([worked(measure, trees)], parse(month), len(UNITS)))[unit])
            for month in ("2023-04", "2023-05", "2023-06")
        ]
        for measure in OWN
        for unit in (0, 1)
    }

    assert found == {
        ("REV", 0): [(44010, 5, 5), (46775, 5, 5), (43430, 4, 5)],
        ("REV", 1): [(16010, 3, 3), (17575, 3, 3), (21430, 3, 4)],
        ("PROFIT", 0): [(4100, 5, 5), (2250, 4, 5), (4100, 4, 5)],
        ("PROFIT", 1): [(1300, 3, 3), (1450, 3, 3), (1900, 3, 4)],
    }
