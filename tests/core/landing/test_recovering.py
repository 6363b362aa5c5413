"""A recovery moves a landing and leaves its spread: odds by hand from the t distribution, told or as a range."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.landing.odds import NOTHING_SAID
from headrope.core.landing.recovering import Standing, moved, odds, ranges

GROUP = Standing(940.0, 395.0, 40.0, 4.0, None, 980.0, True)


def t4(value: float) -> float:
    """P(T > value) with four degrees of freedom, in closed form."""
    x = value / (4 + value * value) ** 0.5
    return 0.5 - 0.25 * x * (3 - x * x)


def test_odds_by_hand() -> None:
    assert odds(GROUP).value == pytest.approx(t4(1.0), abs=1e-12)
    assert odds(moved(GROUP, 20.0)).value == pytest.approx(t4(0.5), abs=1e-12)
    assert odds(moved(GROUP, 40.0)).value == pytest.approx(0.5)


def test_where_less_is_better_more_lowers_the_odds() -> None:
    limit = GROUP._replace(more=False)

    assert odds(limit).value == pytest.approx(1 - t4(1.0))
    assert odds(moved(limit, 40.0)).value == pytest.approx(0.5)


def test_untold_odds_are_those_of_a_landing_off_by_one_scale() -> None:
    found = odds(GROUP, told=False)

    assert (found.value, found.told) == (None, False)
    assert (found.low, found.high) == pytest.approx((t4(2.0), t4(0.0)))


def test_without_a_target_there_are_no_odds() -> None:
    assert odds(GROUP._replace(target=None)) == NOTHING_SAID


def test_ranges_move_with_the_landing_and_keep_their_width() -> None:
    before, after = ranges(GROUP), ranges(moved(GROUP, 25.0))

    assert after == pytest.approx([each + 25 for each in before])
    assert before[0] < before[1] < 940 < before[2] < before[3]


def test_the_least_moves_too() -> None:
    assert moved(GROUP._replace(least=395.0), 20.0).least == 415.0


@given(st.floats(-500, 500), st.floats(-500, 500))
def test_more_is_never_less_likely(one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert (odds(moved(GROUP, low)).value or 0) <= (odds(moved(GROUP, high)).value or 0)
