"""Phasing: months add up to the year exactly, once or again for the rest of it; working days; paths; whole trees."""

from __future__ import annotations

import doctest
import importlib
import itertools
import math
import subprocess
import sys
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core import tree_sums
from headrope.core.phasing import MONTHS, add_months, path, phase, rephase, shares_of, straight, working_days
from headrope.core.phasing.trees import phase_tree
from headrope.core.rollup import NOT_ALIVE
from headrope.core.rounding import LIMIT, RoundingError
from headrope.core.rounding.limits import Ints
from headrope.core.tree_sums import Tree

from .forests import forests

WEIGHTS = st.lists(st.one_of(st.integers(0, 5).map(float), st.floats(0, 1e6)), min_size=12, max_size=12).filter(
    lambda weights: sum(weights) > 0
)
BY_HAND = st.lists(st.integers(-3, 9).map(float), min_size=12, max_size=12).filter(lambda weights: sum(weights) > 0)
AMOUNTS = st.one_of(st.integers(-50, 50), st.integers(-LIMIT, LIMIT))


@given(st.integers(-(10**6), 10**6), st.one_of(WEIGHTS, BY_HAND))
def test_months_are_floor_or_ceiling_of_their_exact_parts_and_add_up(amount: int, weights: list[float]) -> None:
    months = phase(np.array([amount]), weights)[0].tolist()

    total = sum(map(Fraction, weights))
    assert sum(months) == amount
    assert all(
        abs(month - amount * Fraction(w) / total) < 1 + Fraction(1, 10**6)
        for month, w in zip(months, weights, strict=True)
    )
    assert all(month == 0 for month, weight in zip(months, weights, strict=True) if weight == 0)


@given(AMOUNTS, WEIGHTS)
def test_amounts_up_to_the_limit_add_up_and_months_without_weight_get_nothing(
    amount: int, weights: list[float]
) -> None:
    months = phase(np.array([amount]), weights)[0].tolist()

    assert sum(months) == amount
    assert all(month == 0 for month, weight in zip(months, weights, strict=True) if weight == 0)
    assert all(month * amount >= 0 for month in months)


@given(st.lists(st.tuples(st.integers(-(10**6), 10**6), BY_HAND), min_size=1, max_size=4))
def test_many_units_are_single_units(rows: list[tuple[int, list[float]]]) -> None:
    amounts, weights = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])

    assert phase(amounts, weights).tolist() == [
        phase(amounts[i : i + 1], rows[i][1])[0].tolist() for i in range(len(rows))
    ]


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        (14, [1] * 12, [2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
        (-14, [1] * 12, [-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -2, -2]),
        (10, [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 4, 3, 3, 0, 0, 0, 0, 0, 0]),
        (10, [0.5, 1.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [2, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),  # the larger month
        (100, [-10, 110, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [-10, 110, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        (
            LIMIT,
            [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [LIMIT // 3 + 1, LIMIT - LIMIT // 3 - 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ),
        (0, [1] * 12, [0] * 12),
    ],
)
def test_golden_phases(amount: int, weights: list[float], expected: list[int]) -> None:
    assert phase(np.array([amount]), weights).tolist() == [expected]


def test_quarters_and_halves_are_sums_of_months() -> None:
    months = np.arange(24).reshape(2, 12)

    assert add_months(months, 3).tolist() == [[3, 12, 21, 30], [39, 48, 57, 66]]
    assert add_months(months, 6).tolist() == [[15, 51], [87, 123]]
    assert add_months(months, 12).tolist() == [[66], [210]]
    with pytest.raises(ValueError, match=r"^12 months have no spans of 5$"):
        add_months(months, 5)


@given(st.integers(-(10**6), 10**6), st.lists(st.integers(-(10**5), 10**5), max_size=11), BY_HAND)
def test_the_rest_of_the_year_is_phased_again(target: int, gone: list[int], weights: list[float]) -> None:
    found = rephase(np.array([target]), np.array([gone], np.int64), weights)

    months, rest, left = found.months[0].tolist(), target - sum(gone), weights[len(gone) :]
    assert months[: len(gone)] == gone
    assert sum(months) == target
    assert found.reached.tolist() == [rest == 0 or (rest < 0) != (target < 0)]
    assert found.evenly.tolist() == [sum(left) <= 0]
    if sum(left) <= 0:
        left = [1.0] * len(left)
    for month, weight in zip(months[len(gone) :], left, strict=True):
        assert abs(month - rest * Fraction(weight) / Fraction(sum(left))) < 1 + Fraction(1, 10**6)


def test_without_a_month_gone_the_year_is_phased_as_at_first() -> None:
    weights = [3.0, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 5]

    found = rephase(np.array([100, 7]), np.zeros((2, 0), np.int64), weights)

    assert found.months.tolist() == phase(np.array([100, 7]), weights).tolist()


def test_rests_without_weight_or_with_the_other_sign() -> None:
    """A: the last ten months had no weight. B: more than the year's target is done. C: a loss that grew too large."""
    weights = np.zeros((3, 12))
    weights[0, :2], weights[1:] = 1.0, np.arange(12)
    gone = np.array([[40, 40], [80, 84], [-300, -200]])

    found = rephase(np.array([100, 100, -120]), gone, weights)

    assert found.months.tolist() == [
        [40, 40, *[2] * 10],
        [80, 84, -2, -3, -4, -5, -6, -7, -8, -9, -10, -10],
        [-300, -200, 12, 18, 23, 29, 35, 41, 47, 53, 58, 64],
    ]
    assert found.reached.tolist() == [False, True, True]
    assert found.evenly.tolist() == [True, False, False]


def test_a_target_is_reached_to_the_step() -> None:
    found = rephase(np.array([10, 10, -10, -10, 0, 0]), np.array([[10], [9], [-10], [-9], [0], [-1]]), straight())

    assert found.reached.tolist() == [True, False, True, False, True, False]
    assert found.months[0].tolist() == [10, *[0] * 11]


def test_weights_that_give_no_shares_are_named() -> None:
    weights = np.ones((4, 12))
    weights[1], weights[2, 3], weights[3, 0] = 0.0, math.nan, -11.0

    with pytest.raises(RoundingError) as raised:
        phase(np.arange(4), weights)

    assert raised.value.rows == [1, 2, 3]
    assert str(raised.value).startswith("The weights of rows 1, 2, 3 are no finite numbers, or add up to 0.")
    with pytest.raises(RoundingError, match=r"^The weights of rows 0 are no finite numbers"):
        shares_of([0.1, 0.2, -0.3, *[0.0] * 9])  # 5.5e-17 in floats


def test_wrong_programs_are_refused() -> None:
    with pytest.raises(RoundingError, match=r"^The amounts of rows 1 are beyond 2\^53 steps"):
        phase(np.array([0, 2**53 + 1]), straight())
    with pytest.raises(RoundingError, match=r"^A month is beyond 2\^53 steps"):
        phase(np.array([LIMIT]), [2.0, -1, *[0.0] * 10])
    with pytest.raises(ValueError, match=r"^amounts are whole steps in one dimension, not float64"):
        phase(np.array([1.5]), straight())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^weights have the shape \(3,\) instead of \(12,\) or \(1, 12\)$"):
        phase(np.array([1]), [1, 2, 3])
    with pytest.raises(ValueError, match=r"leave no months of 1 years$"):
        rephase(np.array([1]), np.zeros((1, 12), np.int64), straight())
    with pytest.raises(ValueError, match=r"^a path leads from n finite levels to n others$"):
        path(np.array([math.nan]), np.array([1.0]), straight())


def test_shares_add_up_to_one() -> None:
    assert shares_of([50, 50, *[0] * 10]).tolist() == [[0.5, 0.5, *[0.0] * 10]]
    assert shares_of(np.arange(24).reshape(2, 12), 2).sum(axis=1).tolist() == pytest.approx([1, 1])


def test_working_days_of_a_fiscal_year_with_holidays_and_days_made_up() -> None:
    """April 2023 to March 2024, against the calendar; the first week of October is off, two weekend days are worked."""
    off = [date(2023, 10, day) for day in range(1, 8)]

    plain = working_days(date(2023, 4, 1))
    found = working_days(date(2023, 4, 1), off, [date(2023, 10, 8), date(2024, 2, 4)])

    months = [np.datetime64("2023-04", "M") + i for i in range(13)]
    counted = [int(np.busday_count(a, b)) for a, b in itertools.pairwise(months)]
    assert plain.tolist() == counted
    assert (found - plain).tolist() == [0, 0, 0, 0, 0, 0, -4, 0, 0, 0, 1, 0]
    with pytest.raises(ValueError, match=r"^2023-10-01 is both a holiday and a make-up day$"):
        working_days(date(2023, 4, 1), off, [date(2023, 10, 1)])


def test_levels_go_a_path_to_the_end_of_the_year() -> None:
    levels = path(np.array([100.0, 5.0]), np.array([112.0, 5.0]), straight())

    assert levels[0].tolist() == pytest.approx(range(101, 113))
    assert levels[:, -1].tolist() == [112.0, 5.0]
    assert levels[1].tolist() == [5.0] * 12


@given(forests(most=8), st.integers(0, 11), st.data())
def test_a_tree_is_phased_in_one(parent: np.ndarray, gone: int, data: st.DataObject) -> None:
    """Leaves as rephase has them, to a step; every month of every node within a step of its exact part."""
    tree, count = Tree.of(parent), len(parent)
    leaf = (np.diff(tree.first) == 0) & (parent != NOT_ALIVE)
    year = np.array(data.draw(st.lists(st.integers(-(10**9), 10**9), min_size=count, max_size=count)))
    weights = np.array([data.draw(BY_HAND) for _ in parent])
    actual = np.array([data.draw(st.lists(st.integers(-99, 99), min_size=gone, max_size=gone)) for _ in parent]).reshape(count, gone)  # fmt: skip

    found = phase_tree(year, weights, tree, actual)

    def added(own: Ints) -> Ints:
        kept = np.where(leaf[:, None], own, 0)
        total: Ints = tree_sums.add_up(kept[:, :, None], tree)[:, :, 0]
        return total

    assert found.tolist() == added(found).tolist()
    assert found.sum(axis=1).tolist() == added(year[:, None])[:, 0].tolist()
    assert found[:, :gone].tolist() == added(actual).tolist()
    alone = rephase(year, actual, weights).months
    assert (np.abs(found - alone)[leaf] <= 1).all()
    left = np.where(np.arange(MONTHS) < gone, 0.0, weights)
    left[left.sum(axis=1) <= 0] = np.arange(MONTHS) >= gone
    exact = left / left.sum(axis=1, keepdims=True) * (year - actual.sum(axis=1))[:, None]
    exact[:, :gone] = actual
    kept = np.where(leaf[:, None], exact, 0.0)
    assert (np.abs(found - tree_sums.add_up(kept[:, :, None], tree)[:, :, 0]) < 1 + 1e-4).all()


def test_large_amounts_of_a_tree_stay_out_of_months_that_are_gone_or_without_weight() -> None:
    tree = Tree.of(np.array([-1, 0, 0], np.int32))
    weights = [5.0, 5, 0, *[1.0] * 6, 0, 3, 7]
    year = np.array([0, LIMIT - 12345, 17])

    found = phase_tree(year, weights, tree, np.array([[0], [3], [4]]))

    assert found.sum(axis=1).tolist() == [LIMIT - 12328, LIMIT - 12345, 17]
    assert found[:, [0, 2, 9]].tolist() == [[7, 0, 0], [3, 0, 0], [4, 0, 0]]
    assert found[1].tolist() == rephase(year[1:2], np.array([[3]]), weights).months[0].tolist()


def test_a_tree_refuses_arrays_of_other_shapes() -> None:
    tree = Tree.of(np.array([-1, 0], np.int32))

    for amounts, gone in ((np.zeros(3, np.int64), None), (np.zeros(2, np.int64), np.zeros((2, 12), np.int64))):
        with pytest.raises(ValueError, match=r"are none of 2 nodes$"):
            phase_tree(amounts, straight(), tree, gone)


def test_pages_phase_without_compiling() -> None:
    code = "import sys; import headrope.core.phasing, headrope.core.rounding; sys.exit('numba' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", ["seasons", "trees"])
def test_examples_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"headrope.core.phasing.{name}"))

    assert (result.failed, result.attempted > 0) == (0, True)
