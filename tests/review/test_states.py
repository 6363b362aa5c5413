"""Many figures judged at once are judged as one by one."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.scoring import RATIOS, SUMS, judge
from headrope.review.situation.states import FAR, STATES, Rule, judged

amounts = st.integers(-1000, 1000).map(lambda value: value / 4) | st.floats(-1e9, 1e9)
directions = st.sampled_from(["up", "down", "band", "index", "gate", "none"])


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=12), directions, st.booleans(), st.sampled_from([0.0, 1.0, 2.5]))  # fmt: skip
def test_many_are_judged_as_one_by_one(
    pairs: list[tuple[float, float]], direction: str, sums: bool, margin: float
) -> None:
    tolerance = SUMS if sums else RATIOS
    actual, plan = (np.array(column) for column in zip(*pairs, strict=True))

    found = judged(actual, plan, Rule(direction, tolerance, margin))

    alone = [judge(a, p, direction, tolerance, margin) for a, p in pairs]
    assert [STATES[code] for code in found.states] == [each.state for each in alone]
    assert [float(good) for good in found.good] == [each.good for each in alone]
    for share, each in zip(found.share.tolist(), alone, strict=True):
        assert math.isnan(share) == (each.share is None)
        assert each.share is None or math.isclose(
            abs(share), abs(each.good / each.gap * each.share) if each.gap else 0.0
        )


def test_who_is_far_off_is_more_than_twice_the_share_that_counts() -> None:
    shares = [-0.12, -0.10, 0.10, 0.12]
    actual = np.array([100.0 * (1 + share) for share in shares])

    found = judged(actual, np.full(4, 100.0), Rule("up"))

    assert (FAR * SUMS.behind, found.far.tolist()) == (0.11000000000000001, [True, False, False, True])


def test_figures_of_which_one_is_missing_have_no_state() -> None:
    found = judged(np.array([math.nan, 1.0]), np.array([1.0, math.nan]), Rule("up"))

    assert [STATES[code] for code in found.states] == ["none", "none"]
    assert not found.far.any()
