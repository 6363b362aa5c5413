"""Scores by hand."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing.scores import Bin, brier, coverage, interval_score, reliability, wape

NAN = np.nan


def test_wape_is_the_sum_of_errors_over_the_sum_of_sizes() -> None:
    assert wape(np.array([10.0, -20, 5]), np.array([11.0, -18, NAN])) == 3 / 30
    assert np.isnan(wape(np.array([0.0]), np.array([1.0])))


def test_coverage_counts_the_ends() -> None:
    actual, low, high = np.array([1.0, 2, 3, NAN]), np.array([1.0, 0, 0, 0]), np.array([5.0, 2, 2, 9])

    assert coverage(actual, low, high) == 2 / 3
    assert np.isnan(coverage(actual[3:], low[3:], high[3:]))


def test_interval_score_is_width_and_ten_times_the_miss() -> None:
    actual, low, high = np.array([10.0, 30]), np.array([8.0, 20]), np.array([12.0, 27])

    assert interval_score(actual, low, high) == pytest.approx((4 + 7 + 10 * 3) / 40)
    assert np.isnan(interval_score(np.array([0.0]), low[:1], high[:1]))


def test_brier_is_the_mean_squared_difference() -> None:
    assert brier(np.array([0.9, 0.2, NAN]), np.array([1.0, 1, 1])) == pytest.approx((0.01 + 0.64) / 2)
    assert np.isnan(brier(np.array([NAN]), np.array([1.0])))


def test_reliability_has_a_bin_for_every_tenth_that_was_said() -> None:
    found = reliability(np.array([0.05, 0.07, 1.0, 0.95, NAN]), np.array([0.0, 1, 1, 1, 1]))

    assert found == [Bin(0.0, 2, pytest.approx(0.06), 0.5), Bin(0.9, 2, pytest.approx(0.975), 1.0)]
