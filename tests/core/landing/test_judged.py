"""Scores of landings that were made, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from headrope.core.landing.judged import Made, score

NAN = math.nan


def made(**columns: list[float]) -> Made:
    count = len(columns["actual"])
    nothing = [NAN] * count
    given = {name: np.array(columns.get(name, nothing), float) for name in Made._fields}
    return Made(**{**given, "more": np.array(columns.get("more", [1] * count), bool)})


def test_errors_are_over_the_same_actuals() -> None:
    found = score(made(full=[90, 210], straight=[50, 200], share=[100, 260], actual=[100, 200]))

    assert (found.wape, found.wape_straight, found.wape_share) == pytest.approx((20 / 300, 50 / 300, 60 / 300))


def test_ranges_hold_their_ends() -> None:
    found = score(made(full=[1, 1, 1], low=[0, 5, 0], high=[4, 9, 3], actual=[4, 4, 4]))

    assert found.coverage == pytest.approx(1 / 3)


def test_odds_and_lights_are_scored_on_the_rows_that_have_both() -> None:
    found = score(
        made(
            full=[1, 1, 1],
            odds=[0.9, 0.2, NAN],
            target=[100, 100, 100],
            straight=[120, 120, 120],
            share=[90, 90, 90],
            actual=[110, 80, 80],
        )
    )

    assert found.brier == pytest.approx((0.1**2 + 0.2**2) / 2)
    assert found.brier_straight == pytest.approx(0.5)  # right about the first, wrong about the second
    assert found.brier_share == pytest.approx(0.5)


def test_where_less_is_better_a_limit_is_met_from_below() -> None:
    found = score(made(full=[1], odds=[0.7], target=[100], straight=[90], share=[90], actual=[99], more=[0]))

    assert (found.brier, found.brier_straight) == pytest.approx((0.09, 0.0))


def test_rows_without_an_outcome_are_not_judged() -> None:
    found = score(made(full=[1, NAN], actual=[NAN, 5]))

    assert found.rows == 0
    assert math.isnan(found.wape) and math.isnan(found.brier)
    assert found.bins == ()


def test_what_was_certain_is_no_odds() -> None:
    found = score(made(full=[1, 1], odds=[1.0, 0.6], target=[0, 5], straight=[9, 9], share=[9, 9], actual=[9, 4]))

    assert found.brier == pytest.approx(0.36)
    assert sum(each.cases for each in found.bins) == 1
