"""Floors: kept, in sums that still hold, by the least change that variances allow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.landing.base_forecasts import BaseForecasts, Numbers, Reconciled
from headrope.core.landing.flooring import above_floors
from headrope.core.landing.reconciling import reconcile
from headrope.core.tree_sums import Tree

from .exact import ragged
from .test_reconciling import column, random_base, rows

NONE = -np.inf


def least_of(tree: Tree, floors: Numbers, share: Numbers) -> Numbers:
    """The least that each row can be."""
    least = floors.copy()
    for row in tree.walk.tolist():
        below = tree.below(row)
        if len(below):
            least[row] = max(least[row], (share[below] * least[below]).sum())
    return least


def test_sisters_give_by_variance_what_a_raised_unit_needs() -> None:
    """
    G      10
      A    -2, variance 1
      AB    5, variance 1
      B     7, variance 3
    """
    found = Reconciled(column(10, -2, 5, 7), column(3, 1, 1, 3))

    assert above_floors(rows(-1, 0, 0, 0), found, np.zeros(4)).ravel().tolist() == [10, 0, 4.5, 5.5]


def test_a_sister_gives_down_to_her_own_floor_and_the_next_one_more() -> None:
    found = Reconciled(column(10, -3, 1, 12), column(3, 1, 2, 2))

    assert above_floors(rows(-1, 0, 0, 0), found, np.zeros(4)).ravel().tolist() == [10, 0, 0, 10]


def test_a_group_below_the_sum_of_its_floors_is_raised() -> None:
    found = Reconciled(column(3, -2, 5), column(1, 1, 1))

    assert above_floors(rows(-1, 0, 0), found, np.array([NONE, 4, 6])).ravel().tolist() == [10, 4, 6]


def test_each_column_is_floored_by_its_own_variances() -> None:
    mean, variance = (
        np.array([[4, 4], [-2, -2], [2, 2], [4, 4]], float),
        np.array([[1, 1], [1, 1], [1, 3], [1, 1]], float),
    )

    found = above_floors(rows(-1, 0, 0, 0), Reconciled(mean, variance), np.zeros(4))

    assert found.T.tolist() == [[4, 0, 1, 3], [4, 0, 0.5, 3.5]]


@given(ragged(most=40), st.integers(0, 2**31))
def test_floors_and_sums_hold_and_each_family_changes_least(tree: Tree, seed: int) -> None:
    base = random_base(tree, seed, columns=1, decades=0.5)
    found, rng = reconcile(tree, base), np.random.default_rng(seed)
    floors = np.where(
        rng.random(len(tree.parent)) < 0.7, found.mean[:, 0] + rng.normal(-20, 30, len(tree.parent)), NONE
    )

    mean = above_floors(tree, found, floors, base.shares)[:, 0]

    share = np.ones(len(mean)) if base.shares is None else base.shares
    least, scale = least_of(tree, floors, share), np.abs(mean).max()
    assert (mean >= least - 1e-12 * scale).all()
    root = int(np.flatnonzero(tree.parent < 0)[0])
    assert mean[root] == max(found.mean[root, 0], least[root])
    for row in range(len(mean)):
        below = tree.below(row)
        if len(below):
            assert mean[row] == pytest.approx((share[below] * mean[below]).sum(), abs=1e-12 * scale)
            # Optimal: all that are above their floor moved at one level, and none at its floor would rise at it.
            levels = (mean[below] - found.mean[below, 0]) / (share[below] * found.variance[below, 0])
            free = mean[below] > least[below] + 1e-12 * scale
            if free.any():
                slack = 1e-9 * scale / found.variance[below, 0].min()
                assert np.ptp(levels[free]) <= slack
                assert (levels[~free] >= levels[free].max() - slack).all()


@given(ragged(most=40), st.integers(0, 2**31))
def test_what_is_above_its_floors_keeps_its_bits(tree: Tree, seed: int) -> None:
    base = random_base(tree, seed)
    found = reconcile(tree, base)
    floors = found.mean.min(axis=1) - 1
    floors[np.diff(tree.first) > 0] = NONE

    assert above_floors(tree, found, floors, base.shares).tobytes() == found.mean.tobytes()


def test_held_units_do_not_give() -> None:
    """
    G      held at 10
      A    -2
      AB   held at 5
      B     7
    """
    tree = rows(-1, 0, 0, 0)
    found = reconcile(tree, BaseForecasts(column(10, -2, 5, 7), column(0, 1, 0, 1)))

    assert above_floors(tree, found, np.zeros(4)).ravel().tolist() == [10, 0, 5, 5]


@pytest.mark.parametrize(
    ("values", "variances", "floors"),
    [
        ([10, -2, 12], [0, 1, 0], [0, 0, 0]),
        ([10, 3, 7], [0, 1, 1], [0, 5, 6]),
        ([10, -2, 12], [1, 0, 1], [0, 0, 0]),
        ([10, 3, 7], [0, 1, 1], [11, 0, 0]),
    ],
)
def test_holds_that_leave_no_room_are_named(values: list[float], variances: list[float], floors: list[float]) -> None:
    found = Reconciled(column(*values), column(*variances))

    with pytest.raises(ValueError, match="row 0: what is held leaves no room for the floors"):
        above_floors(rows(-1, 0, 0), found, np.array(floors, float))


@pytest.mark.parametrize("floor", [np.nan, np.inf])
def test_a_floor_that_is_none_is_refused(floor: float) -> None:
    with pytest.raises(ValueError, match="a floor is a number"):
        above_floors(rows(-1), Reconciled(column(1), column(1)), np.array([floor]))


def test_floors_of_another_tree_are_refused() -> None:
    with pytest.raises(ValueError, match="do not belong to 1 rows"):
        above_floors(rows(-1), Reconciled(column(1), column(1)), np.zeros(2))
