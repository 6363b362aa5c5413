"""Weights of members: equal without evidence, moved by it, and the same whatever the unit of money."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing.weighing import Past, middle, weighed

ROWS, YEARS = 200, 6
DEPTH = np.r_[0, np.ones(ROWS - 1)].astype(np.int32)
NOTHING = Past(np.zeros((0, 3, ROWS)), np.zeros((0, ROWS)), np.zeros((0, ROWS)))


def world(seed: int = 0) -> tuple[Past, np.ndarray, np.ndarray]:
    """Three members about an outcome: the first is nearly right, the others err much."""
    rng = np.random.default_rng(seed)
    outcome = rng.normal(100, 10, (YEARS + 1, ROWS))
    errors = rng.normal(0, 1, (YEARS + 1, 3, ROWS)) * np.array([1.0, 10.0, 10.0])[:, None]
    members = outcome[:, None] + errors
    return Past(members[:-1], outcome[:-1], np.full((YEARS, ROWS), 100.0)), members[-1], outcome[-1]


def test_without_two_past_landings_all_are_equal() -> None:
    past, members, _ = world()
    one = Past(*(each[:1] for each in past))

    found, weights = weighed(members, np.full(ROWS, 100.0), one, DEPTH, 2)

    assert found.tolist() == pytest.approx(members[:2].mean(axis=0).tolist())
    assert weights.tolist() == [0, 0, 0]
    assert weighed(members, np.full(ROWS, 100.0), NOTHING, DEPTH, 3)[0].tolist() == middle(members, 3).tolist()


def test_the_better_member_gets_the_say() -> None:
    past, members, outcome = world()
    size = np.full(ROWS, 100.0)

    found, weights = weighed(members, size, past, DEPTH, 3)

    assert weights[0] > 0.25 > 0 > max(weights[1:])
    assert np.abs(found - outcome).mean() < 0.75 * np.abs(middle(members, 3) - outcome).mean()


def by_definition(members: np.ndarray, size: np.ndarray, past: Past, depth: np.ndarray, equal: int) -> list[float]:
    """The text of the specification, case by case, and one solution for all weights."""
    years, count, rows = past.members.shape
    mean = [[np.nanmean(past.members[y, :equal, i]) for i in range(rows)] for y in range(years)]
    error = np.array(
        [[(past.outcome[y, i] - mean[y][i]) / past.sizes[y, i] for i in range(rows)] for y in range(years)]
    )
    usual = np.sqrt(0.5 * np.nanmean(error**2, axis=0) + 0.5 * np.nanmedian(error**2) + 1e-12)
    tiers = {d: int((depth == d).sum()) for d in depth.tolist()}
    say = [0.5 / tiers[d] / len(tiers) + 0.5 / rows for d in depth.tolist()]
    x, y_, w = [], [], []
    for y in range(years):
        for i in range(rows):
            if not np.isnan(error[y, i]):
                gap = (past.members[y, :, i] - mean[y][i]) / past.sizes[y, i] / usual[i]
                x.append(np.clip(np.nan_to_num(gap), -3, 3))
                y_.append(np.clip(error[y, i] / usual[i], -3, 3))
                w.append(say[i])
    left = np.einsum("ci,cj,c->ij", np.array(x), np.array(x), np.array(w))
    right = np.einsum("ci,c,c->i", np.array(x), np.array(y_), np.array(w))
    ridge = 6 * (1 + 40 / rows) * np.trace(left) / count / years
    weights = np.linalg.inv(left + ridge * np.eye(count)) @ right
    found = []
    for i in range(rows):
        start = np.nanmean(members[:equal, i])
        gap = np.clip(np.nan_to_num((members[:, i] - start) / size[i] / usual[i]), -3, 3)
        found.append(float(start + weights @ gap * size[i] * usual[i]))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_combination_is_what_its_definition_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    depth = np.array([0, 1, 1, 2, 2, 2, 2], np.int32)
    made = rng.normal(0, 1, (5, 4, 7)) * np.array([1, 5, 2, 30])[:, None] + 100
    made[1, 2, 3] = made[4, 0, 5] = np.nan
    outcome = rng.normal(100, 2, (4, 7))
    outcome[2, 4] = outcome[0, 0] = np.nan
    sizes = rng.uniform(50, 150, (5, 7))

    found, _ = weighed(made[4], sizes[4], Past(made[:4], outcome, sizes[:4]), depth, 3)

    assert found.tolist() == pytest.approx(
        by_definition(made[4], sizes[4], Past(made[:4], outcome, sizes[:4]), depth, 3)
    )


def test_the_unit_of_money_does_not_matter() -> None:
    past, members, _ = world()
    size = np.full(ROWS, 100.0)

    found, _ = weighed(members, size, past, DEPTH, 3)
    cents, _ = weighed(members * 100, size * 100, Past(*(each * 100 for each in past)), DEPTH, 3)

    assert (cents / 100).tolist() == pytest.approx(found.tolist(), rel=1e-9)


def test_who_says_nothing_is_left_out() -> None:
    members = np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan], [9.0, 9.0, 9.0]])

    assert middle(members, 2)[:2].tolist() == [2.0, 5.0]
    assert np.isnan(middle(members, 2)[2])


def test_unknown_outcomes_are_no_evidence() -> None:
    past, members, _ = world()
    outcome = past.outcome.copy()
    outcome[:, 100:] = np.nan
    spoilt = past.members.copy()
    spoilt[:, 0, 100:] += 1000.0
    size = np.full(ROWS, 100.0)

    known, _ = weighed(members[:, :100], size[:100], Past(*(e[..., :100] for e in past)), DEPTH[:100], 3)
    found, weights = weighed(members, size, Past(spoilt, outcome, past.sizes), DEPTH, 3)

    assert weights[0] > 0.2
    assert np.abs(found[:100] - known).max() < 1.0  # only the ridge knows the number of rows


def test_members_that_never_differ_are_left_alone() -> None:
    same = np.ones((YEARS, 3, ROWS))

    found, weights = weighed(same[0], np.ones(ROWS), Past(same, same[:, 0], same[:, 0]), DEPTH, 3)

    assert found.tolist() == [1.0] * ROWS
    assert weights.tolist() == [0, 0, 0]
