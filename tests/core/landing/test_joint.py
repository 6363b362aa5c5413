"""Joint questions: counts, pairs and sets that fail, recoveries."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing.base_forecasts import BaseForecasts, Dependence
from headrope.core.landing.joint import Together, all_fail, fail_together, how_many, landed, quantile, recovery
from headrope.core.landing.sampling import Draws, blocks

from .test_reconciling import column, rows

HITS = np.array([[1, 1, 0, 0], [1, 0, 0, 1], [0, 0, 0, 1]], bool)


def test_a_target_that_is_just_met_is_met_and_one_that_is_missing_is_not() -> None:
    first, second = np.array([[1.0, 2.0], [5.0, 5.0]]), np.array([[3.0], [5.0]])

    assert landed([first, second], np.array([2.0, np.nan])).tolist() == [[False, True, True], [False, False, False]]


def test_how_many_land() -> None:
    assert how_many(HITS).tolist() == [0.25, 0.25, 0.5, 0]
    assert how_many(HITS, [0, 2]).tolist() == [0.25, 0.75, 0]
    assert how_many(HITS, np.array([False, True, False])).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(("level", "number"), [(0.1, 0), (0.25, 0), (0.26, 1), (0.5, 1), (0.9, 2), (1.0, 2)])
def test_quantiles_of_how_many(level: float, number: int) -> None:
    assert quantile(how_many(HITS), level) == number


def test_a_set_that_fails() -> None:
    assert all_fail(HITS, [0, 1]) == (0.25, 0.25)
    assert all_fail(HITS, [1, 2]) == (0.5, 0.375)


def test_units_that_share_shocks_fail_together_and_others_do_not() -> None:
    """
    0 G
      1 A          correlated with AB
        3 A1       nearly certain
        4 A2       nearly certain
      2 AB
    """
    tree = rows(-1, 0, 0, 1, 1)
    base = BaseForecasts(column(0, 0, 0, 0, 0), column(np.inf, 1, 1, 1, 1))
    dependence = Dependence(np.array([0, 0.8, 0]), np.array([0.0, 0, 0]))
    hits = landed(blocks(tree, base, dependence, Draws(6400, np.random.default_rng(1))), np.zeros(5))

    found = fail_together(hits, [1, 2])

    # Both below their mean: 1/4 + arcsin(0.8) / 2 pi.
    assert found == [Together(1, 2, pytest.approx(0.25 + np.arcsin(0.8) / 2 / np.pi, abs=0.02), found[0].by_chance)]
    assert found[0].by_chance == pytest.approx(0.25, abs=0.01)
    assert all_fail(hits, [1, 2]) == pytest.approx((found[0].both, found[0].by_chance))
    independent = landed(blocks(tree, base, Dependence.none(tree), Draws(6400, np.random.default_rng(1))), np.zeros(5))
    assert fail_together(independent, [1, 2]) == []


def test_pairs_come_largest_surplus_first_and_at_most_so_many() -> None:
    rng = np.random.default_rng(1)
    common, noise = rng.normal(size=1000), rng.normal(size=(4, 1000))
    hits = common + noise * np.array([[2], [1], [0.5], [3]]) > 0

    found = fail_together(hits, [3, 2, 1, 0], most=3)

    assert [(pair.first, pair.second) for pair in found] == [(2, 1), (2, 0), (1, 0)]
    surplus = [pair.both - pair.by_chance for pair in found]
    assert surplus == sorted(surplus, reverse=True)


def test_a_recovery_adds_to_the_unit_and_by_shares_to_those_above() -> None:
    """
    0 G
      1 A          counts for half
        3 A1
        4 A2       counts for a quarter
      2 AB
    """
    tree = rows(-1, 0, 0, 1, 1)

    assert recovery(tree, 4, 20).tolist() == [20, 20, 0, 0, 20]
    assert recovery(tree, 4, 20, np.array([1, 0.5, 1, 1, 0.25])).tolist() == [2.5, 5, 0, 0, 20]
