"""Every measure in every period in one pass: the results of core.rollup and core.forming, bit for bit."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from headrope.core.forming import Part, formed, weighted
from headrope.core.measures import MeasureRule, parse_formula
from headrope.core.periods import Period, parse
from headrope.core.quantities import Quantity
from headrope.core.rollup import ROOT, Column, Grid, Rows, add_up, flow, stock, unevenness
from headrope.core.totals import Added, Block, Job, Months, Own, usual_periods, words
from headrope.core.tree_sums import Tree
from headrope.core.whole import spread, whole

from .forests import forests

JANUARY = 2023 * 12
CENT, THOUSAND, NUMBER = Quantity("money", -2), Quantity("money", 3), Quantity("number")


def divided(code: str, above: str, below: str, annualise: bool = False) -> MeasureRule:
    lines = parse_formula(above), parse_formula(below) if below else ()
    return MeasureRule(code, NUMBER, "ratio" if below else "formula", "up", *lines, annualise)


def mean(code: str, quantity: Quantity, weight: str) -> MeasureRule:
    return MeasureRule(code, quantity, "weighted", "up", (), parse_formula(weight))


RULES = [
    MeasureRule("REV", CENT, "flow"),
    MeasureRule("REVX", CENT, "flow"),
    divided("MARGIN", "REVX", "REV"),
    MeasureRule("CASH", CENT, "stock"),
    MeasureRule("TONS", NUMBER, "flow"),
    mean("PRICE", CENT, "TONS"),
    mean("GRADE", NUMBER, "TONS"),
    mean("RATE", CENT, "REV"),
    MeasureRule("ASSETS", THOUSAND, "stock"),
    MeasureRule("RATING", NUMBER, "stock"),
    divided("NET", "REV-REVX/3", "ASSETS", annualise=True),
    divided("QUICK", "-CASH+0.1*RATING", "ASSETS+CASH"),
    divided("SHARE", "REVX-REV+TONS", "REV", annualise=True),
    divided("RESULT", "REV/7-2*REVX", ""),
    divided("MIXED", "TONS/3-REV", ""),
]
JOB = Job.of(RULES, Months.of(JANUARY, 1, []))
BY_CODE = {rule.code: rule for rule in RULES}
FORMED = [BY_CODE[code] for code in JOB.formed]
AT = {part: place for place, part in enumerate(JOB.components)}
EXACT = JOB.exact


def step(rule: MeasureRule) -> Fraction:
    return Fraction(rule.quantity.step) if rule.quantity.exact else Fraction(1)


def parts(rule: MeasureRule) -> list[int]:
    """The places of the stored parts of something formed."""
    if rule.kind == "weighted":
        return [AT[rule.code, "product"], AT[rule.code, "weight"]]
    return [AT[code, "value"] for code in rule.components]


class Figures(NamedTuple):
    """Units' own figures, and who reported and should have, cell by cell."""

    amounts: np.ndarray
    numbers: np.ndarray
    reported: np.ndarray
    expected: np.ndarray

    @property
    def own(self) -> Own:
        return Own(self.amounts, self.numbers, words(self.reported), words(self.expected))


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Rows, Figures, Period]:
    """A forest, own figures with many cells missing, and the run of months that they are of."""
    parent = draw(forests(most=6))
    months = Period(JANUARY + draw(st.integers(-3, 3)), draw(st.integers(1, 5)))
    shape = (len(parent), len(AT), months.span)
    present, expected = (draw(arrays.arrays(np.bool_, shape)) for _ in range(2))
    values = draw(arrays.arrays(np.int64, shape, elements=st.integers(-9, 9)))
    values *= draw(st.sampled_from([1, 10**11 + 1]))  # with the larger ones floats are not exact any more
    for rule in FORMED:
        if rule.kind == "weighted":  # who gave the weight alone adds neither
            for each in (present, expected):
                each[:, AT[rule.code, "weight"]] = each[:, AT[rule.code, "product"]]
    values[~present] = 0
    own = Figures(values[:, :EXACT].copy(), values[:, EXACT:] / 10, present, expected | present)
    return parent, own, months


def add_all(own: Figures, parent: Rows) -> Added:
    """Totals by month, by the plain definition."""
    present, expected = own.reported, own.expected
    pairs = np.stack([present[:, parts(rule)].all(axis=1) for rule in FORMED], axis=1)
    counts = (add_up(each.astype(np.int32), parent) for each in (present, expected, pairs))
    return Added(add_up(own.amounts, parent), add_up(own.numbers, parent), *counts)


def columns(added: Added, months: Period, period: Period) -> list[Column]:
    """Each component and each formed measure for one period, by core.rollup and core.forming."""
    starts, rows = np.arange(months.start, months.end, dtype=np.int32), len(added.amounts)
    values = [added.amounts[:, at] for at in range(EXACT)]
    values += [added.numbers[:, at] for at in range(len(AT) - EXACT)]
    grids = [[Grid(1, starts, values[at], added.reported[:, at], added.expected[:, at])] for at in range(len(AT))]
    stored = [
        (flow if BY_CODE[code].kind in ("flow", "weighted") else stock)(grids[at], period, rows)
        for (code, _), at in AT.items()
    ]
    found = list(stored)
    for k, rule in enumerate(FORMED):
        if rule.kind == "weighted":
            found.append(weighted(*(stored[at] for at in parts(rule)), step(rule)))
            continue
        held = {code: Part(stored[AT[code, "value"]], step(BY_CODE[code])) for code in rule.components}
        made = formed(rule, held, period.span)
        by = flow if {BY_CODE[code].kind for code in rule.components} == {"flow"} else stock
        counts = added.pairs[:, k]
        pair = by([Grid(1, starts, counts, counts, counts)], period, rows)
        uneven = unevenness(pair, [by(grids[at], period, rows) for at in parts(rule)])
        found.append(Column(made.values, made.reported, made.expected, made.known, uneven & made.known))
    return found


def by_definition(added: Added, months: Period, periods: Sequence[Period]) -> Block:
    """What the one pass has to give, for rows in order."""
    every = [columns(added, months, period) for period in periods]
    count, rows = len(AT), range(len(AT) + len(FORMED))

    def stacked(name: str, places: range) -> np.ndarray:
        return np.stack([[getattr(each[at], name) for each in every] for at in places]).transpose(2, 0, 1)

    quotients = range(count, len(rows))
    numbers = np.where(stacked("known", quotients), stacked("values", quotients), np.nan)
    uneven = [
        [np.zeros(len(added.amounts), bool) if each[at].uneven is None else each[at].uneven for each in every]
        for at in quotients
    ]
    return Block(
        np.arange(len(added.amounts), dtype=np.int32),
        stacked("values", range(EXACT)),
        np.concatenate([stacked("values", range(EXACT, count)), numbers], axis=1),
        stacked("reported", rows),
        stacked("expected", rows),
        np.stack(uneven).transpose(2, 0, 1),
    )


def bits(block: Block) -> list[tuple[object, ...]]:
    """The block as comparable values, rows in order."""
    order = np.argsort(block.rows)
    arrays = [np.ascontiguousarray(array[order]) for array in block]
    return [(array.dtype.kind, array.shape, array.tobytes()) for array in arrays]


def joined(blocks: Sequence[Block]) -> Block:
    return Block(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)))


def copied(block: Block) -> Block:
    return Block(*(array.copy() for array in block))


@settings(max_examples=60 if numba.config.DISABLE_JIT == 0 else 5)
@given(ledgers(), st.integers(1, 12), st.lists(st.tuples(st.integers(-9, 12), st.integers(1, 14)), max_size=4))
def test_all_figures_are_those_of_the_plain_definition(
    ledger: tuple[Rows, Figures, Period], fiscal_start: int, more: list[tuple[int, int]]
) -> None:
    parent, own, months = ledger
    periods = usual_periods(months.start, months.span, fiscal_start)
    periods += [Period(months.start + start, span) for start, span in more]
    job = Job.of(RULES, Months.of(months.start, months.span, periods))
    added = add_all(own, parent)
    expected = bits(by_definition(added, months, periods))

    (at_once,) = whole(own.own, Tree.of(parent), job)
    in_parts = joined([copied(block) for block in whole(own.own, Tree.of(parent), job, 2)])
    (from_totals,) = spread(added, job)

    assert bits(at_once) == expected
    assert bits(in_parts) == expected
    assert bits(from_totals) == expected
    assert from_totals.rows.tolist() == list(range(len(parent)))
    assert [len(block.rows) for block in spread(added, job, 2)] == [2] * (len(parent) // 2) + [1] * (len(parent) % 2)


def test_months_of_more_than_one_word_are_counted() -> None:
    """
    0 G
      1 A
      2 AB
    """
    rnd, parent, length = np.random.default_rng(3), np.array([ROOT, 0, 0], np.int32), 130
    months = Period(JANUARY, length)
    present, expected = rnd.random((2, 3, len(AT), length)) > 0.2
    for rule in FORMED:
        if rule.kind == "weighted":
            for each in (present, expected):
                each[:, AT[rule.code, "weight"]] = each[:, AT[rule.code, "product"]]
    values = rnd.integers(-9, 9, present.shape) * present
    own = Figures(values[:, :EXACT].copy(), values[:, EXACT:] / 10, present, expected | present)
    periods = [Period(JANUARY + start, span) for start, span in ((0, 130), (63, 2), (60, 72), (64, 1), (127, 12))]
    job = Job.of(RULES, Months.of(months.start, length, periods))

    (block,) = whole(own.own, Tree.of(parent), job)

    assert bits(block) == bits(by_definition(add_all(own, parent), months, periods))


def test_words_hold_a_bit_for_each_month() -> None:
    cells = np.zeros((2, 70), bool)
    cells[0, [0, 3, 63]] = cells[1, [64, 69]] = True

    assert words(cells).tolist() == [[2**63 + 9, 0], [0, 33]]


def test_worked_example_of_the_specification() -> None:
    """
    0 G
      1 A     head office
        2 A1
        3 A2  has not reported June
      4 AB    here under G all the time
      5 C     has not reported May's profit
    """
    revenue = [[0, 0, 0], [1000] * 3, [10010, 11020, 12030], [5000, 5555, 0], [8000, 8200, 8400], [20000, 21000, 22000]]
    profit = [[0, 0, 0], [-200] * 3, [1000, 1100, 1200], [500, 550, 0], [800, 800, 900], [2000, 0, 2200]]
    amounts = np.array([revenue, profit]).transpose(1, 0, 2).copy()
    present = amounts != 0
    own = Figures(amounts, np.zeros((6, 0, 3)), present, np.logical_or.accumulate(present, axis=2)).own
    rules = [MeasureRule("REV", CENT, "flow"), MeasureRule("PROFIT", CENT, "flow"), divided("MARGIN", "PROFIT", "REV")]
    periods = [parse(text) for text in ("2023-04", "2023-05", "2023-06", "2023-Q2", "2023-07", "2023-H2")]
    job = Job.of(rules, Months.of(JANUARY + 3, 3, periods))

    (block,) = whole(own, Tree.of(np.array([ROOT, 0, 1, 1, 0, 0], np.int32)), job)

    group = block.rows.tolist().index(0)
    assert (job.components, job.formed) == ((("REV", "value"), ("PROFIT", "value")), ("MARGIN",))
    assert block.amounts[group].tolist() == [[44010, 46775, 43430, 134215, 0, 0], [4100, 2250, 4100, 10450, 0, 0]]
    assert block.reported[group].tolist() == [[5, 5, 4, 14, 0, 0], [5, 4, 4, 13, 0, 0], [5, 4, 4, 13, 0, 0]]
    assert block.expected[group].tolist() == [[5, 5, 5, 15, 5, 30]] * 3
    assert [f"{value:.2%}" for value in block.numbers[group, 0]] == [
        "9.32%",
        "4.81%",
        "9.44%",
        "7.79%",
        "nan%",
        "nan%",
    ]
    assert block.uneven[group, 0].tolist() == [False, True, False, True, False, False]


def test_amounts_that_floats_and_int64_cannot_hold_are_divided_exactly() -> None:
    """
    0 G        2^61 + 1 thousands, that are more cents than int64 can count
    1 AB       nothing
    """
    rules = [MeasureRule("A", THOUSAND, "stock"), MeasureRule("AB", CENT, "stock"), divided("R", "A-AB", "AB")]
    job = Job.of(rules, Months.of(JANUARY, 1, [Period(JANUARY, 1)]))
    present = np.array([[[1], [1]], [[0], [0]]], bool)
    own = Own(np.array([[[2**61 + 1], [2**53 + 1]], [[0], [0]]]), np.zeros((2, 0, 1)), words(present), words(present))

    (block,) = whole(own, Tree.of(np.array([ROOT, ROOT], np.int32)), job)

    exact = Fraction((2**61 + 1) * 100_000 - 2**53 - 1, 2**53 + 1)
    assert block.numbers[0].tolist() == [[float(exact)]]
    assert np.isnan(block.numbers[1]).all()


def test_exact_amounts_beside_floats_are_added_exactly() -> None:
    rules = [MeasureRule("A", CENT, "flow"), MeasureRule("AB", NUMBER, "flow")]
    rules += [divided("R", "A", "AB", annualise=True), divided("TOP", "AB", "A")]
    job = Job.of(rules, Months.of(JANUARY, 2, [Period(JANUARY, 2)]))
    present = np.ones((1, 2, 2), bool)
    own = Own(np.array([[[2**60, 2**60 + 3]]]), np.array([[[1.0, 0.5]]]), words(present), words(present))

    (block,) = whole(own, Tree.of(np.array([ROOT], np.int32)), job)

    assert block.numbers[0, 1:, 0].tolist() == [float((2**61 + 3) * 12) / (150.0 * 2), 150.0 / float(2**61 + 3)]


def test_usual_periods_of_36_months_are_87() -> None:
    periods = usual_periods(JANUARY, 36)

    assert len(periods) == len(set(periods[:48])) + 36 + 3 == 87
    assert [str(period) for period in (periods[0], periods[36], periods[50], periods[86])] == [
        "2023-01",
        "2023-Q1",
        "2023-Q1",
        "2025",
    ]


def test_usual_periods_of_a_broken_fiscal_year_begin_before_the_first_month() -> None:
    periods = usual_periods(JANUARY, 2, fiscal_start=4)

    assert [str(period) for period in periods[:3]] == ["2023-01", "2023-02", "2023-Q1"]
    assert [str(period) for period in periods[3:]] == ["2022-04..2023-01", "2022-04..2023-02", "2022-04..2023-03"]


def test_measures_that_one_pass_cannot_form_are_named() -> None:
    carried = MeasureRule("CASH", CENT, "stock", missing="carry")
    rules = [MeasureRule("YTD", CENT, "cumulative"), MeasureRule("REV", CENT, "flow"), carried]
    rules += [divided("R", "REV", "REVX"), mean("PRICE", CENT, "TONS"), MeasureRule("ALL_CANCELS", NUMBER, "formula")]

    with pytest.raises(ValueError, match=r"^one pass cannot form YTD, CASH, R, PRICE, ALL_CANCELS$"):
        Job.of(rules, Months.of(JANUARY, 1, []))


def test_factors_that_floats_cannot_hold_are_refused() -> None:
    rules = [MeasureRule("A", NUMBER, "flow"), divided("R", f"{2**53 + 1}*A", "A")]

    with pytest.raises(ValueError, match=r"^the factors in R are too far apart for one pass$"):
        Job.of(rules, Months.of(JANUARY, 1, []))


def test_figures_of_another_shape_are_refused() -> None:
    job = Job.of(RULES[:1], Months.of(JANUARY, 2, [Period(JANUARY, 1)]))
    marks = words(np.zeros((1, 1, 2), bool))
    own = Own(np.zeros((1, 1, 3), np.int64), np.zeros((1, 0, 2)), marks, marks)

    with pytest.raises(ValueError, match=r"^amounts have the shape \(1, 1, 3\) instead of \(1, 1, 2\)$"):
        whole(own, Tree.of(np.array([ROOT], np.int32)), job)


def test_no_units_have_no_figures() -> None:
    job = Job.of(RULES[:1], Months.of(JANUARY, 1, [Period(JANUARY, 1)]))
    marks = words(np.zeros((0, 1, 1), bool))
    own = Own(np.zeros((0, 1, 1), np.int64), np.zeros((0, 0, 1)), marks, marks)

    assert list(whole(own, Tree.of(np.zeros(0, np.int32)), job)) == []


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="this is the run that is asked for")
def test_the_same_loops_give_the_same_where_nothing_is_compiled() -> None:
    tests = Path(__file__).parent
    chosen = [str(tests / "test_whole.py"), str(tests / "test_tree_sums.py")]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--confcutdir", str(tests), *chosen],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tests.parents[1],
    )

    assert run.returncode == 0, run.stdout
    assert "1 skipped" in run.stdout


def test_kernels_load_where_no_folder_can_be_written(tmp_path: Path) -> None:
    """numba would raise at the import when it finds no place for its cache."""
    program = "from headrope.core import kernels\nimport numpy as np\nfrom headrope.core.tree_sums import Tree\n"
    program += "print(kernels.add_up(np.array([[1], [2]]), Tree.of(np.array([-1, 0], np.int32))).tolist())"
    blocked = "import numba.core.caching as c\nc.CacheImpl._locator_classes = []\n"

    run = subprocess.run([sys.executable, "-c", blocked + program], capture_output=True, text=True, cwd=tmp_path)

    assert (run.stdout, run.returncode) == ("[[3], [2]]\n", 0)
