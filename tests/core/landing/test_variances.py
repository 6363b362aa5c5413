"""Variances from past errors: what is usual for size and disagreement, moved by the row's own errors."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing.variances import PRIOR, Evidence, variances

ROWS, YEARS = 4000, 6


def world(seed: int = 0) -> tuple[np.ndarray, list[Evidence], Evidence, np.ndarray]:
    """Errors whose true standard deviation is size^0.8 times the root of relative spread."""
    rng = np.random.default_rng(seed)
    size, spread = np.exp(rng.normal(3, 1.5, ROWS)), np.exp(rng.normal(-3, 0.5, ROWS))
    evidence = Evidence(size, spread * size)
    sd = size**0.8 * np.sqrt(spread + 0.002)
    return rng.normal(0, 1, (YEARS, ROWS)) * sd, [evidence] * YEARS, evidence, sd**2


def test_the_usual_variance_is_found_again() -> None:
    errors, past, now, true = world()
    errors[:, 0] = np.nan
    fresh = Evidence(np.exp(np.linspace(1, 5, ROWS)), 0.05 * np.exp(np.linspace(1, 5, ROWS)))
    errors = np.concatenate([errors, np.full((YEARS, ROWS), np.nan)], axis=1)
    joined = Evidence(*(np.concatenate([a, b]) for a, b in zip(now, fresh, strict=True)))

    found = variances(errors, [joined] * YEARS, joined)

    assert len(past) == YEARS
    expected = fresh.size**1.6 * 0.052
    assert (found.values[ROWS:] / expected).tolist() == pytest.approx([1.0] * ROWS, rel=0.12)
    assert found.freedom[ROWS:].tolist() == [PRIOR] * ROWS
    assert found.freedom[1] == PRIOR + YEARS
    assert np.median(found.values[:ROWS] / true) == pytest.approx(1.0, rel=0.1)


def test_a_row_that_errs_more_than_usual_gets_more() -> None:
    errors, past, now, _ = world()
    worse = errors.copy()
    worse[:, 7] = 3 * np.sqrt(np.mean(errors[:, 7] ** 2))

    before, after = (variances(each, past, now).values[7] for each in (errors, worse))

    assert after > 1.5 * before


def test_one_outlier_counts_for_a_bounded_part() -> None:
    errors, past, now, _ = world()
    once, more = errors.copy(), errors.copy()
    once[0, 7], more[0, 7] = 1e4, 1e9

    found = [variances(each, past, now).values[7] for each in (errors, once, more)]

    assert found[1] == pytest.approx(found[2], rel=1e-6)
    assert found[1] < found[0] * (PRIOR + YEARS + 9) / (PRIOR + YEARS) * 3


def test_equal_rows_have_the_cut_mean_and_their_own_part() -> None:
    """With one size and one spread what is usual is the m that solves mean(min(square / m, 12)) = 1."""
    rng = np.random.default_rng(5)
    errors = rng.standard_t(2, (6, 50))
    now = Evidence(np.full(50, 10.0), np.full(50, 1.0))

    found = variances(errors, [now] * 6, now)

    squares, low, high = errors**2 / 100, 1e-6, 10.0
    for _ in range(100):
        m = 0.5 * (low + high)
        low, high = (m, high) if np.minimum(squares / m, 12).mean() > 1 else (low, m)
    own = (4 + np.minimum(squares / m, 9).sum(axis=0)) / 10
    assert found.values.tolist() == pytest.approx((m * own * 100).tolist(), rel=1e-3)
    assert found.freedom.tolist() == [10.0] * 50


def test_the_unit_of_money_does_not_matter() -> None:
    errors, past, now, _ = world()
    cents = [Evidence(each.size * 100, each.spread * 100) for each in past]

    found, other = variances(errors, past, now), variances(errors * 100, cents, cents[0])

    assert (other.values / 1e4).tolist() == pytest.approx(found.values.tolist(), rel=1e-6)


def test_no_past_error_says_nothing() -> None:
    now = Evidence(np.ones(2), np.ones(2))

    found = variances(np.full((1, 2), np.nan), [now], now)

    assert np.isnan(found.values).all()
    assert np.isnan(found.freedom).all()


def test_perfect_forecasts_leave_a_little() -> None:
    now = Evidence(np.ones(3), np.zeros(3))

    found = variances(np.zeros((3, 3)), [now] * 3, now)

    assert (found.values > 0).all()
    assert (found.values < 1e-6).all()
