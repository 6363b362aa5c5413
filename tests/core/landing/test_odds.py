"""Probabilities of targets: in both directions, at the edge of what is possible, and without spread."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.landing.odds import Outlook, chance, limits, pace, sides

FREE = -np.inf


def outlook(mean: float, scale: float, least: float = FREE, freedom: float = 12.0) -> Outlook:
    return Outlook(*(np.array([each]) for each in (mean, scale, freedom, least)))


def up(look: Outlook, needed: float) -> float:
    return float(chance(look, np.array([needed]), np.array([True]))[0])


def down(look: Outlook, needed: float) -> float:
    return float(chance(look, np.array([needed]), np.array([False]))[0])


def test_what_is_expected_is_met_half_the_time() -> None:
    assert up(outlook(100, 10), 100) == 0.5
    assert down(outlook(100, 10), 100) == 0.5


def test_the_upper_tenth_of_a_printed_table() -> None:
    assert round(up(outlook(100, 10), 113.56217), 6) == 0.1
    assert round(down(outlook(100, 10), 113.56217), 6) == 0.9


@given(st.floats(-50, 50), st.floats(0.1, 50), st.floats(-100, 100))
def test_more_and_less_make_one(mean: float, scale: float, needed: float) -> None:
    assert abs(up(outlook(mean, scale), needed) + down(outlook(mean, scale), needed) - 1) < 1e-12


def test_without_spread_it_is_met_or_missed() -> None:
    assert [up(outlook(5, 0), each) for each in (4.9, 5, 5.1)] == [1, 1, 0]
    assert [down(outlook(5, 0), each) for each in (4.9, 5, 5.1)] == [0, 1, 1]


def test_what_cannot_be_negative_is_sure_of_what_it_has_reached() -> None:
    assert [up(outlook(1, 10, least=0), each) for each in (-1, 0)] == [1, 1]
    assert 0 < up(outlook(1, 10, least=0), 0.001) < 1
    assert down(outlook(1, 10, least=0), -0.001) == 0


def test_unknown_stays_unknown() -> None:
    assert np.isnan(up(outlook(1, 1), np.nan))
    assert np.isnan(up(outlook(np.nan, 1), 1))
    assert np.isnan(up(outlook(1, np.nan), 1))


def test_the_range_has_eight_tenths_and_stays_possible() -> None:
    low, high = limits(outlook(100, 10))
    floor, _ = limits(outlook(1, 10, least=0))

    assert abs(up(outlook(100, 10), low[0]) - 0.9) < 1e-9
    assert abs(up(outlook(100, 10), high[0]) - 0.1) < 1e-9
    assert floor.tolist() == [0.0]


def test_pace_is_what_each_month_has_to_bring() -> None:
    assert pace(np.array([60.0]), 6).tolist() == [10.0]
    assert np.isnan(pace(np.array([60.0]), 0)).all()


def test_one_direction_for_all_or_one_for_each() -> None:
    assert sides(True, 2).tolist() == [True, True]
    assert sides(np.array([True, False]), 2).tolist() == [True, False]
