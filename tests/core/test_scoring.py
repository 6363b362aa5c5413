"""Figures are held against plans: gap, share, completion and state."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.scoring import RATIOS, SUMS, Judgement, Tolerance, judge, plan_by_time

amounts = st.integers(-(10**12), 10**12)
directions = st.sampled_from(["up", "down", "none"])
TURNED = {"up": "down", "down": "up", "none": "none"}


@pytest.mark.parametrize(
    ("actual", "plan", "direction", "expected"),
    [
        (400.0, 400.0, "up", Judgement(0.0, 0.0, 0.0, 1.0, "on")),
        (420.0, 400.0, "up", Judgement(20.0, 20.0, 0.05, 1.05, "ahead")),
        (419.0, 400.0, "up", Judgement(19.0, 19.0, 0.0475, 1.0475, "on")),
        (393.0, 400.0, "up", Judgement(-7.0, -7.0, -0.0175, 0.9825, "on")),
        (392.0, 400.0, "up", Judgement(-8.0, -8.0, -0.02, 0.98, "watch")),
        (381.0, 400.0, "up", Judgement(-19.0, -19.0, -0.0475, 0.9525, "watch")),
        (380.0, 400.0, "up", Judgement(-20.0, -20.0, -0.05, 0.95, "behind")),
        (0.0, 400.0, "up", Judgement(-400.0, -400.0, -1.0, 0.0, "behind")),
        # less is better
        (380.0, 400.0, "down", Judgement(-20.0, 20.0, -0.05, 0.95, "ahead")),
        (408.0, 400.0, "down", Judgement(8.0, -8.0, 0.02, 1.02, "watch")),
        (420.0, 400.0, "down", Judgement(20.0, -20.0, 0.05, 1.05, "behind")),
        # neither is better
        (0.0, 400.0, "none", Judgement(-400.0, -400.0, -1.0, 0.0, "none")),
        (5.0, 0.0, "none", Judgement(5.0, 5.0, None, None, "none")),
        # a plan of nothing
        (0.0, 0.0, "up", Judgement(0.0, 0.0, None, None, "on")),
        (0.1, 0.0, "up", Judgement(0.1, 0.1, None, None, "ahead")),
        (-0.1, 0.0, "up", Judgement(-0.1, -0.1, None, None, "behind")),
        (0.1, 0.0, "down", Judgement(0.1, -0.1, None, None, "behind")),
        # a planned loss: a completion of 4400 % would be praise for it
        (-44.0, -1.0, "up", Judgement(-43.0, -43.0, -43.0, None, "behind")),
        (-50.0, -100.0, "up", Judgement(50.0, 50.0, 0.5, None, "ahead")),
        (-102.0, -100.0, "up", Judgement(-2.0, -2.0, -0.02, None, "watch")),
        (10.0, -100.0, "down", Judgement(110.0, -110.0, 1.1, None, "behind")),
    ],
)
def test_figure_held_against_its_plan(actual: float, plan: float, direction: str, expected: Judgement) -> None:
    assert judge(actual, plan, direction) == expected


@pytest.mark.parametrize(
    ("actual", "tolerance", "expected"),
    [
        (98.5, SUMS, "on"),
        (98.5, RATIOS, "watch"),
        (97.0, SUMS, "watch"),
        (97.0, RATIOS, "behind"),
        (103.0, SUMS, "on"),
        (103.0, RATIOS, "ahead"),
        (50.0, Tolerance(0.5, 0.75), "watch"),
    ],
)
def test_state_by_the_tolerance(actual: float, tolerance: Tolerance, expected: str) -> None:
    assert judge(actual, 100.0, "up", tolerance).state == expected


@given(amounts, amounts, directions)
def test_state_when_direction_and_gap_are_turned_stays(plan: int, gap: int, direction: str) -> None:
    straight = judge(float(plan + gap), float(plan), direction)

    mirrored = judge(float(plan - gap), float(plan), TURNED[direction])

    assert mirrored.state == straight.state


@given(amounts, amounts)
def test_state_when_the_direction_is_turned_is_on_the_other_side(actual: int, plan: int) -> None:
    up, down = judge(float(actual), float(plan), "up"), judge(float(actual), float(plan), "down")

    assert (down.gap, down.good, down.share, down.completion) == (up.gap, -up.good, up.share, up.completion)
    assert {"ahead": {"behind"}, "behind": {"ahead"}, "watch": {"on"}, "on": {"on", "watch"}}[up.state] >= {down.state}


@given(amounts, amounts, directions, st.integers(-30, 30))
def test_judgement_when_actual_and_plan_are_scaled_changes_nothing_but_the_gap(
    actual: int, plan: int, direction: str, power: int
) -> None:
    factor = 2.0**power
    plain = judge(float(actual), float(plan), direction)

    scaled = judge(actual * factor, plan * factor, direction)

    assert scaled == Judgement(plain.gap * factor, plain.good * factor, plain.share, plain.completion, plain.state)


@given(st.integers(1, 10**6), st.integers(-(10**6), 10**6), st.sampled_from(["up", "down"]), st.integers(1, 1000))
def test_state_when_money_is_counted_in_a_smaller_unit_stays(
    plan: int, actual: int, direction: str, factor: int
) -> None:
    assert judge(actual * factor, plan * factor, direction).state == judge(actual, plan, direction).state


@given(amounts, amounts, directions)
def test_completion_is_none_unless_the_plan_is_above_zero(actual: int, plan: int, direction: str) -> None:
    judgement = judge(float(actual), float(plan), direction)

    assert judgement.completion == (actual / plan if plan > 0 else None)
    assert (judgement.share is None) == (plan == 0)


@given(amounts, amounts, st.sampled_from(["up", "down"]))
def test_share_has_the_sign_of_the_gap(actual: int, plan: int, direction: str) -> None:
    judgement = judge(float(actual), float(plan), direction)

    assert judgement.share is None or math.copysign(1, judgement.share) == math.copysign(1, judgement.gap)


@pytest.mark.parametrize(
    ("year_plan", "gone", "expected"),
    [(100_001, 6, 50_000), (100_003, 6, 50_002), (2**60 + 1, 12, 2**60 + 1), (-3, 6, -2), (1.0, 3, 0.25)],
)
def test_plan_by_time_is_the_part_of_the_year_that_is_gone(year_plan: float, gone: int, expected: float) -> None:
    assert plan_by_time(year_plan, gone) == expected


@pytest.mark.parametrize(
    ("actual", "state", "good"),
    [
        (60.0, "on", 0.0),
        (60.5, "on", 0.0),
        (59.5, "on", 0.0),
        (60.6, "watch", -0.1),
        (59.0, "watch", -0.5),
        (57.0, "behind", -2.5),
    ],
)
def test_band_is_kept_within_its_margin(actual: float, state: str, good: float) -> None:
    found = judge(actual, 60.0, "band", RATIOS, 0.5)

    assert (found.state, round(found.good, 9)) == (state, good)


@pytest.mark.parametrize(("actual", "state"), [(1.0, "on"), (7.0, "on"), (0.99, "behind")])
def test_gate_is_met_or_not(actual: float, state: str) -> None:
    assert judge(actual, 1.0, "gate").state == state


def test_index_is_held_against_the_outside_figure_plus_the_margin() -> None:
    found = judge(7.0, 5.0, "index", SUMS, 2.0)

    assert (found.gap, found.state, found.completion) == (0.0, "on", 1.0)
    assert judge(6.0, 5.0, "index", SUMS, 2.0).state == "behind"
