"""Draws: their covariances by algebra and by number, sums, seeds and tails."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrope.core.landing.base_forecasts import BaseForecasts, Dependence, Numbers
from headrope.core.landing.correlated import reconcile_correlated
from headrope.core.landing.sampling import Draws, blocks, recipe_of, sample
from headrope.core.landing.sampling_loops import correlate
from headrope.core.tree_sums import Tree

from .exact import by_projection, nested_covariance, ragged
from .test_correlated import random_dependence
from .test_reconciling import column, random_base, rows

GROUP = rows(-1, 0, 0)
BASE = BaseForecasts(column(100, 60, 70), column(20, 10, 10))
SHARED = Dependence(np.array([0, 0.5]), np.array([0.5, 0]))


def drawn(number: int, seed: int = 1, freedom: float | None = None, dependence: Dependence = SHARED) -> Numbers:
    return sample(GROUP, BASE, dependence, Draws(number, np.random.default_rng(seed), freedom))


def sources(tree: Tree, base: BaseForecasts, dependence: Dependence) -> Numbers:
    """What each independent normal number adds to each row, [rows, numbers]: the loop is linear in them."""
    recipe, _ = recipe_of(tree, base, dependence)
    count, families = len(tree.parent), int((np.diff(tree.first) > 0).sum())
    noise = np.concatenate([np.eye(count), np.zeros((count, families))], axis=1)
    shocks = np.concatenate([np.zeros((families, count)), np.eye(families)], axis=1)
    correlate(tree, recipe, noise, shocks, np.zeros((families, count + families)))
    return noise


@given(ragged(most=40), st.integers(0, 2**31))
def test_covariances_are_those_of_the_dense_formula(tree: Tree, seed: int) -> None:
    """Exactly, without drawing; with dependent errors as well as without."""
    base = random_base(tree, seed, columns=1, decades=0.5)
    for dependence in (Dependence.none(tree), random_dependence(tree, seed, parent=0.9)):
        covariance = nested_covariance(tree, base, dependence)
        answers = reconcile_correlated(tree, base._replace(values=np.eye(len(tree.parent))), dependence).mean

        found = sources(tree, base, dependence)

        wanted = answers @ covariance @ answers.T
        assert np.allclose(found @ found.T, wanted, rtol=0, atol=1e-9 * wanted.max())


@given(ragged(most=40), st.integers(0, 2**31))
def test_plain_covariances_are_those_of_least_squares(tree: Tree, seed: int) -> None:
    base = random_base(tree, seed, columns=1, decades=0.5)
    matrix = by_projection(tree, np.diag(base.variances[:, 0]), base.shares)

    found = sources(tree, base, Dependence.none(tree))

    wanted = (matrix * base.variances[:, 0]) @ matrix.T
    assert np.allclose(found @ found.T, wanted, rtol=0, atol=1e-9 * wanted.max())


@given(ragged(most=30), st.integers(0, 2**31))
@settings(max_examples=20)
def test_draws_add_up_and_have_the_means_and_variances(tree: Tree, seed: int) -> None:
    base, number = random_base(tree, seed, columns=1), 6400
    dependence = random_dependence(tree, seed, parent=0.9)
    found = reconcile_correlated(tree, base, dependence)

    draws = sample(tree, base, dependence, Draws(number, np.random.default_rng(seed)))

    share = np.ones(len(draws)) if base.shares is None else base.shares
    for row in range(len(draws)):
        below = tree.below(row)
        if len(below):
            total = (share[below, None] * draws[below]).sum(axis=0)
            assert np.allclose(draws[row], total, rtol=0, atol=1e-12 * np.abs(draws).max())
    deviation = (draws.mean(axis=1) - found.mean[:, 0]) / np.sqrt(found.variance[:, 0] / number)
    assert np.abs(deviation).max() < 5
    spread = draws.var(axis=1) / found.variance[:, 0] - 1
    assert np.abs(spread).max() < 5 * np.sqrt(2 / number)


def test_what_is_held_or_left_over_is_so_in_every_draw() -> None:
    """
    G     held at 100
      A    30, variance 1
      AB   no forecast
      B    held at 20
    """
    base = BaseForecasts(column(100, 30, np.nan, 20), column(0, 1, np.inf, 0))

    draws = sample(rows(-1, 0, 0, 0), base, SHARED, Draws(100, np.random.default_rng(1)))

    assert (draws[0] == 100).all() and (draws[3] == 20).all()
    assert np.allclose(draws[1] + draws[2], 80, rtol=1e-14)
    assert draws[1].std() == pytest.approx(1, abs=0.3)


def test_the_same_seed_gives_the_same_draws_and_more_draws_begin_alike() -> None:
    first = drawn(200)

    assert first.tobytes() == drawn(200).tobytes()
    assert first[:, :70].tobytes() == np.ascontiguousarray(drawn(70)).tobytes()
    assert first.tobytes() != drawn(200, seed=2).tobytes()


def test_blocks_are_the_sample_in_parts() -> None:
    parts = list(blocks(GROUP, BASE, SHARED, Draws(130, np.random.default_rng(1))))

    assert [part.shape for part in parts] == [(3, 64), (3, 64), (3, 2)]
    assert np.concatenate(parts, axis=1).tobytes() == drawn(130).tobytes()


def test_few_degrees_of_freedom_give_heavy_tails_of_the_stated_scale() -> None:
    """With 1 degree of freedom half of all draws are within one scale of the mean; of the normal, 68 %."""
    found = reconcile_correlated(GROUP, BASE, SHARED)

    within = np.abs(drawn(20_000, freedom=1) - found.mean) < np.sqrt(found.variance)

    assert within.mean(axis=1).tolist() == pytest.approx([0.5, 0.5, 0.5], abs=0.02)
    assert np.allclose(drawn(100, freedom=1)[0], drawn(100, freedom=1)[1:].sum(axis=0), rtol=1e-12)


def test_rows_that_are_not_alive_stay_out() -> None:
    base = BaseForecasts(column(np.nan, 100, 60, 70), column(np.nan, 20, 10, 10))

    draws = sample(rows(-2, -1, 1, 1), base, SHARED, Draws(10, np.random.default_rng(1)))

    assert np.isnan(draws[0]).all() and np.isfinite(draws[1:]).all()


@pytest.mark.parametrize(
    ("draws", "message"),
    [
        (Draws(0, np.random.default_rng(1)), "nothing to draw"),
        (Draws(9, np.random.default_rng(1), 0.0), "above 0"),
        (Draws(9, np.random.default_rng(1), np.nan), "above 0"),
    ],
)
def test_draws_that_make_no_sense_are_refused(draws: Draws, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sample(GROUP, BASE, SHARED, draws)


def test_several_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="of one column"):
        sample(GROUP, BASE._replace(values=np.ones((3, 2))), SHARED, Draws(9, np.random.default_rng(1)))
