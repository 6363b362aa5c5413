"""Correlations out of past errors: by hand, from errors of known correlations, and without evidence."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing.base_forecasts import BaseForecasts, Dependence
from headrope.core.landing.dependence import MOST_PARENT, MOST_SISTERS, estimate
from headrope.core.tree_sums import Tree

from .exact import nested_covariance
from .test_reconciling import rows


def test_by_hand() -> None:
    """Sums are 2, -3, 0, 2; squared against the largest variance 8 less the least 4: 0, 1/8 x 5, -1/2, 0, of 1/2 each.

    So the sisters have (5/8 - 1/2) / (4 x 1/2) = 1/16; the parent 3 x 2 + 2 x 3 + 1 x 0 + 1 x 2 = 14 over the root of
    15 x 17.
    """
    errors = np.array([[3.0, 1.0, 1.0], [-2.0, -1.0, -2.0], [1.0, 1.0, -1.0], [1.0, 2.0, 0.0]])

    found = estimate(rows(-1, 0, 0), errors, np.array([4.0, 2.0, 2.0]))

    assert found.sisters.tolist() == [0, pytest.approx(1 / 16)]
    assert found.parent.tolist() == [pytest.approx(14 / np.sqrt(15 * 17)), 0]


def test_one_bad_year_counts_for_a_little_only() -> None:
    """Of four years three are without error: 3 - 1/2 and three times -1/2, of 1/2 each."""
    errors = np.zeros((4, 3))
    errors[3] = 1e6

    found = estimate(rows(-1, 0, 0), errors, np.ones(3))

    assert found.sisters.tolist() == [0, pytest.approx(0.5)]
    assert found.parent.tolist() == [MOST_PARENT, 0]


def test_what_errors_were_made_with_is_found_again() -> None:
    """Three tiers, each with its own correlations; 4,000 origins make the estimates sharp."""
    tree = Tree.of(np.array([-1, *[0] * 5, *np.repeat(range(1, 6), 6)], np.int32))
    rng = np.random.default_rng(1)
    base = BaseForecasts(np.zeros((36, 1)), rng.uniform(0.5, 2, (36, 1)), rng.uniform(0.7, 1, 36))
    made = Dependence(np.array([0, 0.4, 0.2]), np.array([0.3, 0.5, 0]))
    turn = np.linalg.cholesky(nested_covariance(tree, base, made) + 1e-9 * np.eye(36))

    found = estimate(tree, rng.normal(size=(4000, 36)) @ turn.T, base.variances[:, 0], base.shares)

    assert found.sisters.tolist() == pytest.approx([0, 0.4, 0.2], abs=0.06)
    assert found.parent.tolist() == pytest.approx([0.3, 0.5, 0], abs=0.06)


def test_errors_of_which_some_are_missing_still_tell() -> None:
    """A unit founded late: its family speaks with those that were there; a lone one says nothing about sisters."""
    errors = np.array([[3.0, 1.0, np.nan], [-2.0, -1.0, -2.0], [np.nan, 1.0, -1.0], [1.0, 2.0, 0.0]])

    found = estimate(rows(-1, 0, 0), errors, np.array([4.0, 2.0, 2.0]))

    assert found.sisters[1] == pytest.approx((5 / 8 - 1 / 2) / (3 / 2))
    rho = found.sisters[1]
    first, rest = 1 / np.sqrt(2), np.sqrt(4 + 4 * rho)
    own, sums = np.array([3, -2, 1]) / 2, np.array([first, -3 / rest, 2 / rest])
    assert found.parent[0] == pytest.approx(own @ sums / np.sqrt((own @ own) * (sums @ sums)))


@pytest.mark.parametrize(
    ("errors", "variances"),
    [
        (np.zeros((3, 3)), [1, 1, 1]),
        (np.full((3, 3), np.nan), [1, 1, 1]),
        (np.zeros((0, 3)), [1, 1, 1]),
        (np.ones((3, 3)), [0, 0, 0]),
        (np.ones((3, 3)), [np.inf, 1, np.inf]),
    ],
)
def test_without_evidence_nothing_is_assumed(errors: np.ndarray, variances: list[float]) -> None:  # type: ignore[type-arg]
    found = estimate(rows(-1, 0, 0), errors, np.array(variances, float))

    assert [each.tolist() for each in found] == [[0, 0], [0, 0]]


def test_certainty_is_never_estimated() -> None:
    errors = np.array([[2.0, 1, 1], [-2, -1, -1], [2, 1, 1]])

    found = estimate(rows(-1, 0, 0), errors, np.array([4.0, 1, 1]))

    assert [each.tolist() for each in found] == [[0, MOST_SISTERS], [MOST_PARENT, 0]]


def test_errors_of_another_tree_are_refused() -> None:
    with pytest.raises(ValueError, match="do not belong to 3 rows"):
        estimate(rows(-1, 0, 0), np.zeros((3, 2)), np.ones(3))
