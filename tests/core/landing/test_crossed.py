"""Crossed hierarchies: against the textbook formula, the tree pass and each other; covariances that are shrunk."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.landing.base_forecasts import BaseForecasts, Numbers
from headrope.core.landing.crossed import NeedsScipy, reconcile_crossed, reconcile_dense, shrunk_covariance
from headrope.core.landing.reconciling import reconcile
from headrope.core.tree_sums import Tree

from .exact import ragged, structure
from .test_reconciling import random_base


def crossed(regions: int, products: int) -> Numbers:
    """Group, regions, products, and the leaves region x product."""
    region, product = np.divmod(np.arange(regions * products), products)
    parts = [np.ones((1, regions * products))]
    parts += [region == np.arange(regions)[:, None], product == np.arange(products)[:, None]]
    return np.concatenate([*parts, np.eye(regions * products)]).astype(float)


def random_covariance(rows: int, rng: np.random.Generator) -> Numbers:
    root = rng.normal(size=(rows, rows))
    covariance: Numbers = root @ root.T / rows + np.diag(rng.uniform(0.5, 2, rows))
    return covariance


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**31))
def test_dense_equals_the_textbook_formula(regions: int, products: int, seed: int) -> None:
    sums, rng = crossed(regions, products), np.random.default_rng(seed)
    covariance, values = random_covariance(len(sums), rng), rng.normal(0, 50, (len(sums), 2))

    found = reconcile_dense(sums, values, covariance)

    inverse = np.linalg.inv(covariance)
    spread = sums @ np.linalg.inv(sums.T @ inverse @ sums) @ sums.T
    assert np.allclose(found.mean, spread @ inverse @ values, rtol=0, atol=1e-9 * np.abs(values).max())
    assert np.allclose(found.variance[:, 0], np.diag(spread), rtol=1e-9, atol=0)


@given(ragged(most=30), st.integers(0, 2**31))
def test_dense_and_sparse_equal_the_tree_pass(tree: Tree, seed: int) -> None:
    base = random_base(tree, seed)
    one = BaseForecasts(base.values, base.variances[:, :1], base.shares)
    sums, wanted = structure(tree, base.shares), reconcile(tree, one)

    found = reconcile_dense(sums, one.values, np.diag(one.variances[:, 0]))

    scale = np.abs(wanted.mean).max()
    assert np.allclose(found.mean, wanted.mean, rtol=0, atol=1e-9 * scale)
    assert np.allclose(found.variance, wanted.variance, rtol=1e-9, atol=0)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**31))
def test_sparse_equals_dense(regions: int, products: int, seed: int) -> None:
    sparse = pytest.importorskip("scipy.sparse", reason="SciPy is an extra")
    sums, rng = crossed(regions, products), np.random.default_rng(seed)
    variances, values = 10 ** rng.normal(0, 1, len(sums)), rng.normal(0, 50, (len(sums), 2))
    variances[rng.integers(len(sums))] = 0

    found = reconcile_crossed(sparse.csr_array(sums), values, variances)

    wanted = reconcile_dense(sums, values, np.diag(variances)).mean
    assert np.allclose(found, wanted, rtol=0, atol=1e-9 * np.abs(values).max())


def test_sparse_without_scipy_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)

    with pytest.raises(NeedsScipy, match="pip install scipy"):
        reconcile_crossed(np.eye(1), np.ones((1, 1)), np.ones(1))


def test_a_held_row_stays() -> None:
    sums = crossed(2, 2)
    values, covariance = np.arange(9.0)[:, None], np.eye(9)
    covariance[0, 0] = 0

    found = reconcile_dense(sums, values, covariance)

    assert (found.mean[0, 0], found.variance[0, 0]) == pytest.approx((0, 0))
    assert found.mean[:, 0].tolist() == pytest.approx((sums @ found.mean[5:, 0]).tolist())


def test_shrunk_covariance_by_hand() -> None:
    """Two series, 1 2 3 and 1 3 2 less 2: products of standardised errors 1, 0, 0 have mean 1/3 and variance 2/9.

    lambda = (2/9 / 2) / (1/9) = 1, so nothing is left; with 1 2 3 4 twice it is (1.29 / 3) / 0.5625.
    """
    found = shrunk_covariance(np.array([[1.0, 1], [2, 3], [3, 2]]))

    assert found.tolist() == [[1, 0], [0, 1]]
    errors = np.array([[1.0, 1], [2, 2], [3, 3], [4, 4]])
    z = (errors[:, 0] - 2.5) ** 2 / (5 / 3)
    shrink = z.var() / 3 / z.mean() ** 2
    assert shrunk_covariance(errors)[0, 1] == pytest.approx(5 / 3 * (1 - shrink))
    assert 0 < shrink < 1


@given(st.integers(0, 2**31), st.integers(3, 12))
def test_shrunk_covariance_can_be_inverted_though_origins_are_few(seed: int, origins: int) -> None:
    errors = np.random.default_rng(seed).normal(size=(origins, 9)) * np.arange(1, 10)

    found = shrunk_covariance(errors)

    assert np.allclose(np.diag(found), errors.var(axis=0, ddof=1), rtol=1e-12)
    assert np.linalg.eigvalsh(found).min() > 0
    reconcile_dense(crossed(2, 2), np.ones((9, 1)), found)


def test_a_series_without_errors_is_held() -> None:
    errors = np.random.default_rng(1).normal(size=(6, 3))
    errors[:, 1] = 0

    found = shrunk_covariance(errors)

    assert found[1].tolist() == [0, 0, 0]
    assert np.isfinite(found).all()


@pytest.mark.parametrize("errors", [np.ones((2, 3)), np.ones(3), np.array([[1.0], [np.nan], [2.0]])])
def test_too_few_or_missing_errors_are_refused(errors: Numbers) -> None:
    with pytest.raises(ValueError, match="three origins or more"):
        shrunk_covariance(errors)


@pytest.mark.parametrize(
    ("sums", "values", "covariance", "message"),
    [
        (np.ones((2, 1)), np.ones((3, 1)), np.eye(2), "do not belong to 2 rows"),
        (np.ones((2, 1)), np.ones((2, 1)), np.eye(3), "do not belong to 2 rows"),
        (np.ones((2, 1)), np.full((2, 1), np.nan), np.eye(2), "finite"),
        (np.array([[1.0, 1.0], [1.0, 0.0]]), np.ones((2, 1)), np.eye(2), "leaf 1 has no row of its own"),
        (np.ones((3001, 1)), np.ones((3001, 1)), np.ones((1, 1)), "too many"),
        (np.ones((2, 1)), np.ones((2, 1)), np.zeros((2, 2)), "held leave nothing to adjust"),
    ],
)
def test_bad_input_is_refused(sums: Numbers, values: Numbers, covariance: Numbers, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        reconcile_dense(sums, values, covariance)
