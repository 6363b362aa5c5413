"""Weights, growth beside absolute targets, and targets for ratios."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.cascade.agreement import GrowthGap, growth_gap
from headrope.core.cascade.group import Group
from headrope.core.cascade.ratios import quotients, ratio_bounds, ratio_total
from headrope.core.cascade.solution import cascade
from headrope.core.cascade.weights import equal_weights, growth_weights, mean_of_years, unfit, weightless
from headrope.core.tree_sums import Tree

NAN, INF = np.nan, np.inf
HISTORY = np.array([[1.0, 2, NAN, NAN], [3, NAN, 5, NAN], [5, 4, 7, NAN]])
STAR = Tree.of(np.array([-1, 0, 0], np.int32))


def test_history_weighs_with_the_years_that_are_known() -> None:
    assert mean_of_years(HISTORY).tolist()[:3] == [5, 4, 7]
    assert mean_of_years(HISTORY, 3).tolist()[:3] == [3, 3, 6]
    assert np.isnan(mean_of_years(HISTORY, 3)[3])


def test_years_that_are_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^there are 3 years, and 4 are asked for$"):
        mean_of_years(HISTORY, 4)


def test_leaves_without_a_weight_are_named() -> None:
    leaf = np.array([False, True, True, True, True])

    assert unfit(leaf, np.array([NAN, -1, NAN, INF, 0])).tolist() == [1, 2, 3]


def test_equal_weights_make_equal_additions() -> None:
    group = Group.of(STAR, equal_weights(3), np.array([NAN, 10, 30]))

    assert cascade(group, 60).shares.tolist() == [60, 20, 40]  # type: ignore[union-attr]


def test_growth_is_the_same_share_of_every_base() -> None:
    assert growth_weights(np.array([-50.0, 150])).tolist() == [50, 150]
    base = np.array([NAN, 10, 30])

    assert cascade(Group.of(STAR, growth_weights(base), base), 60).shares.tolist() == [60, 15, 45]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("weight", "hold", "expected"),
    [([0, 0], [NAN, NAN], True), ([0, 1], [NAN, 5], True), ([0, 0], [5, 5], False), ([0, 1], [NAN, NAN], False)],
)
def test_a_group_is_weightless_when_nothing_that_can_move_weighs(
    weight: list[float], hold: list[float], expected: bool
) -> None:
    group = Group.of(STAR, np.array([NAN, *weight]), hold=np.array([NAN, *hold]))

    assert weightless(group) is expected


@pytest.mark.parametrize(
    ("base", "growth", "absolute", "expected"),
    [
        ("1000", "8.3", "1083", None),
        ("1000", "8.3", "1083.5", None),
        ("1000", "8.30", "1083.5", GrowthGap(Decimal("1083.00"), Decimal("0.50"), Decimal("8.35"))),
        ("1000", "8", "1085.01", GrowthGap(Decimal("1080"), Decimal("5.01"), Decimal("8.501"))),
        ("1000", "-2.0", "980", None),
        ("-50", "10", "-45", None),
        ("-50", "10", "-55", GrowthGap(Decimal("-45"), Decimal("-10"), Decimal("-10"))),
        ("0", "8", "5", GrowthGap(Decimal("0"), Decimal("5"), None)),
    ],
)
def test_growth_and_absolute_targets_agree_to_the_last_digit_written(
    base: str, growth: str, absolute: str, expected: GrowthGap | None
) -> None:
    assert growth_gap(Decimal(base), Decimal(growth), Decimal(absolute), Decimal("0.01")) == expected


def test_a_ratio_by_its_components() -> None:
    """Profit is to be 8 % of revenue; both are split, and every unit's target is the quotient."""
    revenue = cascade(Group.of(STAR, np.array([NAN, 3, 1])), 1000).shares
    assert revenue is not None

    profit = cascade(Group.of(STAR, np.array([NAN, 1, 1])), ratio_total(Fraction(8, 100), 1000)).shares

    assert profit is not None
    assert quotients(profit, revenue).tolist() == [0.08, 40 / 750, 40 / 250]
    assert np.isnan(quotients(np.array([1]), np.array([0]))[0])


@given(
    amounts=st.lists(st.integers(-50, 50), min_size=1, max_size=6),
    ends=st.tuples(st.fractions(-2, 2, max_denominator=9), st.fractions(-2, 2, max_denominator=9)).map(sorted),
)
def test_bounds_of_a_ratio_hold_exactly_the_whole_numerators_that_keep_it(
    amounts: list[int], ends: list[Fraction]
) -> None:
    floors, caps = ratio_bounds(np.array(amounts), ends[0], ends[1])

    for amount, low, high in zip(amounts, floors.tolist(), caps.tolist(), strict=True):
        kept = [top for top in range(-110, 111) if not amount or ends[0] <= Fraction(top, amount) <= ends[1]]
        assert [top for top in range(-110, 111) if low <= top <= high] == kept


def test_a_ratio_can_have_one_bound() -> None:
    floors, caps = ratio_bounds(np.array([10, -10]), None, Fraction(1, 3))

    assert (floors.tolist(), caps.tolist()) == ([-INF, -3], [3, INF])
