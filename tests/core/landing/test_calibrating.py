"""Past ranges that held too much or too little narrow or widen the next."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing.calibrating import factors

ROWS = 400
DEPTH = np.r_[0, np.ones(ROWS)].astype(np.int32)
FREEDOM = np.full(ROWS + 1, 12.0)


def past(stretch: float, years: int = 8, seed: int = 0) -> list[np.ndarray]:
    """Squared errors over variances, of errors that are t distributed and stretched."""
    rng = np.random.default_rng(seed)
    return [(stretch * rng.standard_t(12, ROWS + 1)) ** 2 for _ in range(years)]


def test_nothing_changes_without_a_past() -> None:
    assert factors([], FREEDOM, DEPTH).tolist() == [1.0] * (ROWS + 1)


@pytest.mark.parametrize(("stretch", "low", "high"), [(1.0, 0.9, 1.1), (2.0, 3.0, 4.1), (0.5, 0.22, 0.33)])
def test_many_rows_are_believed(stretch: float, low: float, high: float) -> None:
    assert low < factors(past(stretch), FREEDOM, DEPTH)[1] < high


def test_one_row_is_half_believed_and_sooner_when_it_was_too_sure() -> None:
    wide, narrow = (factors(past(each, seed=3), FREEDOM, DEPTH)[0] for each in (3.0, 0.1))

    assert 2.0 < wide < 9.0
    assert 0.1 < narrow < 1.0


def test_only_the_last_eight_years_count() -> None:
    assert factors(past(5.0) + past(1.0), FREEDOM, DEPTH).tolist() == factors(past(1.0), FREEDOM, DEPTH).tolist()


def test_unknown_errors_are_no_cases() -> None:
    unknown = [np.full(ROWS + 1, np.nan)] * 3

    assert factors(unknown, FREEDOM, DEPTH).tolist() == [1.0] * (ROWS + 1)
    assert factors(unknown + past(2.0), FREEDOM, DEPTH)[1] > 2.5
