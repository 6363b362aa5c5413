"""The correlated pass against the covariance of all base errors that its model defines; its limits and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from headrope.core.landing.base_forecasts import BaseForecasts, Dependence
from headrope.core.landing.correlated import reconcile_correlated
from headrope.core.landing.reconciling import reconcile
from headrope.core.tree_sums import Tree

from .exact import any_forecasts, by_fractions, by_projection, nested_covariance, nested_families, ragged
from .test_reconciling import column, random_base, rows


def random_dependence(tree: Tree, seed: int, parent: float) -> Dependence:
    rng, tiers = np.random.default_rng(seed + 7), int(tree.depth.max()) + 1
    return Dependence(rng.uniform(0, 0.9, tiers), rng.uniform(0, parent, tiers))


def test_sisters_that_share_shocks_leave_more_to_the_group() -> None:
    """
    G     100, variance 20; correlated by 0.5 with the sum below, whose variance is 10 + 10 + 2 x 0.5 x 10 = 30
      A    60, variance 10
      AB   70, variance 10
    """
    base, both = BaseForecasts(column(100, 60, 70), column(20, 10, 10)), 0.5 * np.sqrt(20 * 30)
    gain = (30 - both) / (20 + 30 - 2 * both)

    found = reconcile_correlated(rows(-1, 0, 0), base, Dependence(np.array([0, 0.5]), np.array([0.5, 0])))

    group = 130 - 30 * gain
    variance = (1 - gain) ** 2 * 30 + gain**2 * 20 + 2 * gain * (1 - gain) * both
    assert found.mean.ravel().tolist() == pytest.approx([group, 60 + (group - 130) / 2, 70 + (group - 130) / 2])
    assert found.variance.ravel().tolist() == pytest.approx([variance, *([10 - (30 - variance) / 4] * 2)])


@given(any_forecasts())
def test_independent_errors_give_the_plain_pass(case: tuple[Tree, BaseForecasts]) -> None:
    tree, base = case
    if by_fractions(tree, base) is None:
        with pytest.raises(ValueError, match=r"^row \d+: "):
            reconcile_correlated(tree, base, Dependence.none(tree))
        return

    found, plain = reconcile_correlated(tree, base, Dependence.none(tree)), reconcile(tree, base)

    scale = np.abs(base.values).max()
    assert np.allclose(found.mean, plain.mean, rtol=1e-12, atol=1e-12 * scale, equal_nan=True)
    assert np.allclose(found.variance, plain.variance, rtol=1e-12, atol=0, equal_nan=True)


@given(ragged(most=40), st.integers(0, 2**31))
def test_equals_least_squares_with_the_covariance_that_the_model_defines(tree: Tree, seed: int) -> None:
    """Means and variances, as long as no parent forecast is so bad that its weight would be negative."""
    base = random_base(tree, seed, columns=1, decades=0.2)
    dependence = random_dependence(tree, seed, parent=0.2)
    family, _ = nested_families(tree, base, dependence)
    assume(all(0 < mix[-1] < 1 for _, _, mix in family.values()))
    covariance = nested_covariance(tree, base, dependence)
    matrix = by_projection(tree, covariance, base.shares)

    found = reconcile_correlated(tree, base, dependence)

    assert np.allclose(found.mean, matrix @ base.values, rtol=0, atol=1e-9 * np.abs(base.values).max())
    assert np.allclose(found.variance[:, 0], np.diag(matrix @ covariance @ matrix.T), rtol=1e-9, atol=0)


@given(ragged(most=40), st.integers(0, 2**31))
def test_variances_are_those_of_the_errors_also_where_weights_stop_at_0(tree: Tree, seed: int) -> None:
    base = random_base(tree, seed, columns=1, decades=1)
    dependence = random_dependence(tree, seed, parent=0.95)
    covariance = nested_covariance(tree, base, dependence)
    answers = reconcile_correlated(tree, base._replace(values=np.eye(len(tree.parent))), dependence).mean

    found = reconcile_correlated(tree, base, dependence)

    assert np.allclose(found.mean, answers @ base.values, rtol=0, atol=1e-9 * np.abs(base.values).max())
    assert np.allclose(found.variance[:, 0], np.diag(answers @ covariance @ answers.T), rtol=1e-9, atol=0)


@given(ragged(most=20), st.integers(0, 2**31))
def test_the_covariance_that_the_model_defines_has_what_it_states(tree: Tree, seed: int) -> None:
    """Leaves of one family and the variances of all base errors: a check of the test's own reference."""
    base = random_base(tree, seed, columns=1, decades=0.5)
    dependence = random_dependence(tree, seed, parent=0.5)

    covariance = nested_covariance(tree, base, dependence)

    assert np.allclose(np.diag(covariance), base.variances[:, 0], rtol=1e-9)
    sd = np.sqrt(base.variances[:, 0])
    for row in range(len(sd)):
        leaves = [each for each in tree.below(row).tolist() if not len(tree.below(each))]
        if len(leaves) > 1:
            first, second = leaves[:2]
            wanted = dependence.sisters[tree.depth[first]] * sd[first] * sd[second]
            assert covariance[first, second] == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize(("held", "kappa", "means"), [(0, 0.9, [100, 45, 55]), (np.inf, 0.9, [130, 60, 70])])
def test_a_group_is_held_or_has_no_forecast(held: float, kappa: float, means: list[float]) -> None:
    base = BaseForecasts(column(100, 60, 70), column(held, 10, 10))

    found = reconcile_correlated(rows(-1, 0, 0), base, Dependence(np.array([0, 0.5]), np.array([kappa, 0])))

    assert found.mean.ravel().tolist() == pytest.approx(means)
    assert found.variance[0, 0] == pytest.approx({0: 0, np.inf: 30}[held])


def test_a_held_company_does_not_move() -> None:
    base = BaseForecasts(column(100, 60, 70), column(20, 0, 10))

    found = reconcile_correlated(rows(-1, 0, 0), base, Dependence(np.array([0, 0.5]), np.array([0.5, 0])))

    assert (found.mean[1, 0], found.variance[1, 0]) == (60, 0)
    assert found.mean[0, 0] == pytest.approx(60 + found.mean[2, 0])
    assert found.variance[0, 0] == pytest.approx(found.variance[2, 0])


def test_a_company_without_forecast_is_what_is_left_over() -> None:
    """The variances of the sum of the others, 1 + 4 + 2 x 0.5 x 1 x 2 = 7, and of the group add up."""
    base = BaseForecasts(column(100, 30, 20, np.nan), column(4, 1, 4, np.inf))

    found = reconcile_correlated(rows(-1, 0, 0, 0), base, Dependence(np.array([0, 0.5]), np.array([0.5, 0])))

    assert found.mean.ravel().tolist() == [100, 30, 20, 50]
    assert found.variance.ravel().tolist() == pytest.approx([4, 1, 4, 11])


@pytest.mark.parametrize(
    ("sisters", "parent", "message"),
    [
        ([0, 1.1], [0, 0], "of sisters are from 0 to 1"),
        ([0, -0.1], [0, 0], "of sisters are from 0 to 1"),
        ([0, 0], [np.nan, 0], "of parent are from 0 to 1"),
        ([0, 0], [1, 0], "of parent are below 1"),
        ([0], [0, 0], "of sisters have the shape"),
    ],
)
def test_correlations_out_of_bounds_are_refused(sisters: list[float], parent: list[float], message: str) -> None:
    base = BaseForecasts(column(1, 2, 3), column(1, 1, 1))

    with pytest.raises(ValueError, match=message):
        reconcile_correlated(rows(-1, 0, 0), base, Dependence(np.array(sisters), np.array(parent)))


@pytest.mark.parametrize("held", [0, 1])
def test_bad_forecasts_are_named(held: float) -> None:
    base = BaseForecasts(column(1, 2, np.nan), column(held, 1, 1))

    with pytest.raises(ValueError, match="row 2: The forecast is nan"):
        reconcile_correlated(rows(-1, 0, 0), base, Dependence(np.array([0, 0.5]), np.array([0.5, 0])))
