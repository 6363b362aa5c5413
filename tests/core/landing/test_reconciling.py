"""The plain pass against least squares in fractions and in floats; its gaps, holds, shares and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.landing.base_forecasts import BaseForecasts
from headrope.core.landing.reconciling import reconcile, sandwich
from headrope.core.landing.solvability import problems
from headrope.core.tree_sums import Tree

from .exact import any_forecasts, by_fractions, by_projection, ragged


def rows(*parents: int) -> Tree:
    return Tree.of(np.array(parents, np.int32))


def column(*numbers: float) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(numbers)[:, None]


def random_base(tree: Tree, seed: int, columns: int = 3, decades: float = 1.0) -> BaseForecasts:
    rng, count = np.random.default_rng(seed), len(tree.parent)
    values, variances = rng.normal(0, 50, (count, columns)), 10 ** rng.normal(0, decades, (count, columns))
    return BaseForecasts(values, variances, rng.uniform(0.6, 1, count) if seed % 2 else None)


def test_group_and_companies_meet_in_between() -> None:
    """
    G     100, variance 20
      A    60, variance 10
      AB   70, variance 10
    """
    found = reconcile(rows(-1, 0, 0), BaseForecasts(column(100, 60, 70), column(20, 10, 10)))

    assert found.mean.tolist() == [[115], [52.5], [62.5]]
    assert found.variance.tolist() == [[10], [7.5], [7.5]]


@given(any_forecasts())
def test_equals_least_squares_in_fractions_or_says_what_is_wrong(case: tuple[Tree, BaseForecasts]) -> None:
    tree, base = case
    wanted = by_fractions(tree, base)

    if wanted is None:
        with pytest.raises(ValueError, match=r"^row \d+: "):
            reconcile(tree, base)
        return
    found, alive = reconcile(tree, base), tree.parent >= -1

    assert np.allclose(found.mean[alive, 0], wanted.mean, rtol=1e-12, atol=1e-12 * np.abs(base.values).max())
    # Every variance has all its digits, however far apart the base variances are.
    assert np.allclose(found.variance[alive, 0], wanted.variance, rtol=1e-13, atol=0)
    assert np.isnan(found.mean[~alive]).all() and np.isnan(found.variance[~alive]).all()


@given(any_forecasts())
def test_there_are_problems_exactly_where_there_is_no_solution(case: tuple[Tree, BaseForecasts]) -> None:
    tree, base = case

    found = problems(tree, base, [f"U{row}" for row in range(len(tree.parent))])

    assert bool(found) == (by_fractions(tree, base) is None)


@given(ragged(), st.integers(0, 2**31))
def test_equals_the_dense_formula(tree: Tree, seed: int) -> None:
    base = random_base(tree, seed)

    found = reconcile(tree, base)

    for k in range(3):
        matrix = by_projection(tree, np.diag(base.variances[:, k]), base.shares)
        scale = np.abs(base.values[:, k]).max()
        assert np.allclose(found.mean[:, k], matrix @ base.values[:, k], rtol=0, atol=1e-9 * scale)
        dense = np.einsum("ij,j,ij->i", matrix, base.variances[:, k], matrix)
        assert np.allclose(found.variance[:, k], dense, rtol=1e-9, atol=0)


@given(ragged(), st.integers(0, 2**31))
def test_everything_adds_up(tree: Tree, seed: int) -> None:
    base = random_base(tree, seed, decades=8)

    mean = reconcile(tree, base).mean

    share = np.ones(len(mean)) if base.shares is None else base.shares
    for row in range(len(mean)):
        below = tree.below(row)
        if len(below):
            parts = share[below, None] * mean[below]
            assert np.allclose(mean[row], parts.sum(axis=0), rtol=0, atol=1e-13 * np.abs(mean).max())


@given(ragged(), st.integers(0, 2**31))
def test_one_set_of_variances_serves_all_columns(tree: Tree, seed: int) -> None:
    base = random_base(tree, seed)
    one = base._replace(variances=base.variances[:, :1])

    found = reconcile(tree, one)

    spread = reconcile(tree, base._replace(variances=np.repeat(one.variances, 3, axis=1)))
    assert found.mean.tobytes() == spread.mean.tobytes()
    assert found.variance.tobytes() == np.ascontiguousarray(spread.variance[:, :1]).tobytes()


@given(ragged(), st.integers(0, 2**31))
def test_a_held_root_is_split_and_certain(tree: Tree, seed: int) -> None:
    base = random_base(tree, seed)
    root = int(np.flatnonzero(tree.parent < 0)[0])
    base.variances[root] = 0

    found = reconcile(tree, base)

    assert found.mean[root].tolist() == base.values[root].tolist()
    assert found.variance[root].tolist() == [0, 0, 0]


def test_a_unit_without_forecast_follows_from_the_others() -> None:
    """
    G     100, variance 4
      A    30, variance 1
      AB   no forecast
    """
    found = reconcile(rows(-1, 0, 0), BaseForecasts(column(100, 30, np.nan), column(4, 1, np.inf)))

    assert found.mean.tolist() == [[100], [30], [70]]
    assert found.variance.tolist() == [[4], [1], [5]]


def test_half_a_share_counts_half() -> None:
    """
    G     held at 100
      A    60, variance 1, counts for half
      AB   80, variance 1
    """
    base = BaseForecasts(column(100, 60, 80), column(0, 1, 1), np.array([1, 0.5, 1]))

    found = reconcile(rows(-1, 0, 0), base)

    assert found.mean.ravel().tolist() == pytest.approx([100, 56, 72])
    assert found.variance.ravel().tolist() == pytest.approx([0, 0.8, 0.2])


def test_holds_that_agree_but_for_rounding_are_kept() -> None:
    base = BaseForecasts(column(0.3, 0.1, 0.2), column(0, 0, 0))

    found = reconcile(rows(-1, 0, 0), base)

    assert found.mean.ravel().tolist() == [0.1 + 0.2, 0.1, 0.2]
    assert found.variance.ravel().tolist() == [0, 0, 0]


@given(ragged(), st.integers(0, 2**31))
def test_sandwich_equals_the_dense_formula(tree: Tree, seed: int) -> None:
    base = random_base(tree, seed)
    errors = 10 ** np.random.default_rng(seed + 1).normal(0, 1, base.variances.shape)

    found = sandwich(tree, base, errors)

    for k in range(3):
        matrix = by_projection(tree, np.diag(base.variances[:, k]), base.shares)
        assert np.allclose(found[:, k], matrix**2 @ errors[:, k], rtol=1e-9, atol=0)


@given(any_forecasts(), st.integers(0, 2**31))
def test_sandwich_equals_that_in_fractions(case: tuple[Tree, BaseForecasts], seed: int) -> None:
    tree, base = case
    errors = 2.0 ** np.random.default_rng(seed).integers(-40, 40, base.variances.shape)
    wanted = by_fractions(tree, base, errors[:, 0])
    if wanted is not None:
        found = sandwich(tree, base, errors)

        assert np.allclose(found[tree.parent >= -1, 0], wanted.sandwich, rtol=1e-13, atol=0)


@given(any_forecasts())
def test_sandwich_of_the_weights_themselves_is_the_variance(case: tuple[Tree, BaseForecasts]) -> None:
    tree, base = case
    if by_fractions(tree, base) is not None:
        found = sandwich(tree, base, base.variances)

        assert np.allclose(found, reconcile(tree, base).variance, rtol=1e-12, atol=0, equal_nan=True)


@pytest.mark.parametrize(
    ("values", "variances", "message"),
    [
        ([1, 2, 3], [1, -1, 1], "row 1: The variance of the forecast is -1.0. Give a number from 0 upwards: 0 for a "),
        ([1, 2, 3], [1, np.nan, 1], "row 1: The variance of the forecast is nan. "),
        ([1, 2, np.nan], [1, 1, 1], "row 2: The forecast is nan. Give a finite number, or say by an infinite variance"),
        ([np.inf, 2, 3], [1, 0, 0], "row 0: The forecast is inf. "),
        ([5, np.nan, 3], [0, 1, 1], "row 1: The forecast is nan. "),
        (
            [1, 2, 3],
            [1, np.inf, np.inf],
            "row 0: Of the units below, 2 have no forecast: row 1, row 2. Give a forecast",
        ),
        ([1, 2, 3], [np.inf, np.inf, 1], "row 0: Neither the unit nor all that is below it has a forecast. "),
        ([9, 2, 3], [0, 0, 0], "row 0: The unit is held at 9.0, but the units below it are held and make 5.0. Release"),
        ([np.nan, -1, 3], [-1, 1, -2], "row 0: The variance of the forecast is -1.0. "),
    ],
)
def test_bad_input_is_named(values: list[float], variances: list[float], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        reconcile(rows(-1, 0, 0), BaseForecasts(column(*values), column(*variances)))

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("share", [-0.5, np.nan, np.inf])
def test_a_share_that_is_no_share_is_named(share: float) -> None:
    base = BaseForecasts(column(1, 2, 3), column(1, 1, 1), np.array([1, share, 1]))

    with pytest.raises(ValueError, match="row 1: The share in the superior unit is"):
        reconcile(rows(-1, 0, 0), base)


def test_sums_beyond_floats_are_refused() -> None:
    with pytest.raises(ValueError, match="too large to be added"):
        reconcile(rows(-1, 0, 0), BaseForecasts(column(0, 1.7e308, 1.7e308), column(1, 1, 1)))


@pytest.mark.parametrize(
    ("values", "variances", "shares"),
    [((3, 2), (3, 3), None), ((2, 1), (2, 1), None), ((3,), (3, 1), None), ((3, 1), (3, 1), (2,))],
)
def test_arrays_of_another_tree_are_refused(
    values: tuple[int, ...], variances: tuple[int, ...], shares: tuple[int, ...] | None
) -> None:
    base = BaseForecasts(np.ones(values), np.ones(variances), None if shares is None else np.ones(shares))

    with pytest.raises(ValueError, match="have the shape"):
        reconcile(rows(-1, 0, 0), base)


def test_sandwich_refuses_errors_that_are_none() -> None:
    base = BaseForecasts(column(1, 2, 3), column(1, 1, 1))

    with pytest.raises(ValueError, match="finite number from 0"):
        sandwich(rows(-1, 0, 0), base, column(1, -1, 1))
    with pytest.raises(ValueError, match="instead of"):
        sandwich(rows(-1, 0, 0), base, np.ones((3, 2)))
