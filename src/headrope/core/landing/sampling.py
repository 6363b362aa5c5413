"""Coherent draws of how the whole tree may land, for questions about many units at once (not for pages).

>>> tree = Tree.of(np.array([-1, 0, 0], np.int32))
>>> base = BaseForecasts(np.array([[100.0], [60.0], [70.0]]), np.array([[20.0], [10.0], [10.0]]))
>>> drawn = sample(tree, base, Dependence.none(tree), Draws(1000, np.random.default_rng(1)))
>>> bool(np.allclose(drawn[0], drawn[1] + drawn[2])), drawn.mean(axis=1).round().tolist()
(True, [115.0, 52.0, 63.0])

The rules are in docs/spec/landing-reconciliation.md, section 6; core.landing.joint asks the questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import BaseForecasts, Dependence, Numbers
from headrope.core.landing.correlated import heard
from headrope.core.landing.sampling_loops import Recipe, correlate
from headrope.core.tree_sums import Tree

BLOCK = 64
"""Draws that are made at a time. Part of the method: another number gives other draws from the same seed."""


class Draws(NamedTuple):
    """How many draws, from which generator, and with which tails.

    `freedom` None draws from the normal distribution. Otherwise a draw's errors are all stretched alike so that each
    row has the t distribution with so many degrees of freedom, its scale being the root of the row's variance.
    """

    number: int
    rng: np.random.Generator
    freedom: float | None = None


def sample(tree: Tree, base: BaseForecasts, dependence: Dependence, draws: Draws) -> Numbers:
    """All draws at once, float64[rows, number]; for large trees take `blocks`."""
    return np.concatenate(list(blocks(tree, base, dependence, draws)), axis=1)


def blocks(tree: Tree, base: BaseForecasts, dependence: Dependence, draws: Draws) -> Iterator[Numbers]:
    """The draws in fresh arrays float64[rows, at most 64]; the base forecasts have one column.

    The errors of each draw have the means, variances and covariances of the reconciliation with this dependence
    (Dependence.none: of the plain one) and add up over the tree to rounding. The same generator state gives the same
    draws, and the first ones do not depend on the number. Rows that are not alive are NaN.
    """
    if base.values.shape[1] != 1:
        raise ValueError(f"draws are of one column, not of {base.values.shape[1]}")
    if draws.number < 1:
        raise ValueError(f"there is nothing to draw: the number is {draws.number}")
    if draws.freedom is not None and not draws.freedom > 0:
        raise ValueError(f"degrees of freedom are above 0, not {draws.freedom}")
    recipe, mean = recipe_of(tree, base, dependence)
    return _blocks(tree, mean, recipe, draws)


def recipe_of(tree: Tree, base: BaseForecasts, dependence: Dependence) -> tuple[Recipe, Numbers]:
    """How to turn independent noise into errors, and the means [rows, 1] to add them to."""
    told, _ = heard(tree, base, dependence)
    sd, count = told.sd[:, 0], len(tree.parent)
    inner = tree.first[1:] > tree.first[:-1]
    families = (np.cumsum(inner) - 1).astype(np.int32)
    sisters = dependence.sisters.astype(np.float64)
    shares = np.ones(count) if base.shares is None else base.shares.astype(np.float64)
    return Recipe(np.where(sd == np.inf, 0.0, sd), shares, told.pull[:, 0], sisters, families), told.mean


def _blocks(tree: Tree, mean: Numbers, recipe: Recipe, draws: Draws) -> Iterator[Numbers]:
    families = int(recipe.family[-1]) + 1 if len(recipe.family) else 0
    shared = bool((recipe.sisters > 0).any())
    for start in range(0, draws.number, BLOCK):
        errors = draws.rng.standard_normal((len(mean), BLOCK))
        shocks = draws.rng.standard_normal((families if shared else 0, BLOCK))
        correlate(tree, recipe, errors, shocks, np.zeros((families, BLOCK)))
        if draws.freedom is not None:
            errors *= np.sqrt(draws.freedom / draws.rng.chisquare(draws.freedom, BLOCK))
        errors += mean
        yield errors[:, : draws.number - start]
