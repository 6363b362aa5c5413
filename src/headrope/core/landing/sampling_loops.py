"""The compiled loop behind core.landing.sampling: from independent noise to coherent deviations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.kernels import compiled
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.rollup import Rows
from headrope.core.tree_sums import Tree


class Recipe(NamedTuple):
    """How noise becomes errors, by row: standard deviation (0 where infinite), share, part of the parent's surprise.

    `sisters` is by depth; `family` int32[rows] numbers the rows that have children.
    """

    sd: Numbers
    shares: Numbers
    pull: Numbers
    sisters: Numbers
    family: Rows


@compiled
def correlate(tree: Tree, recipe: Recipe, noise: Numbers, shocks: Numbers, sums: Numbers) -> None:
    """Turn `noise` [rows, draws], standard normal, into the errors of coherent landings.

    `shocks` [families, draws], standard normal, are what sisters share; without any sister correlation they may be
    empty. `sums` [families, draws] are zeros.
    """
    draws = noise.shape[1]
    for row in tree.walk:
        above, sd, rho = tree.parent[row], recipe.sd[row], recipe.sisters[tree.depth[row]]
        if above < 0:
            for j in range(draws):
                noise[row, j] *= sd
            continue
        family, share = recipe.family[above], recipe.shares[row]
        if rho > 0.0:
            common, alone = sd * np.sqrt(rho), sd * np.sqrt(1.0 - rho)
            for j in range(draws):
                noise[row, j] = alone * noise[row, j] + common * shocks[family, j]
        else:
            for j in range(draws):
                noise[row, j] *= sd
        for j in range(draws):
            sums[family, j] += share * noise[row, j]
    # From the roots down; a family's sum becomes its surprise as soon as its parent is known.
    for place in range(len(tree.walk) - 1, -1, -1):
        row = tree.walk[place]
        above, pull = tree.parent[row], recipe.pull[row]
        if above >= 0 and pull != 0.0:
            family = recipe.family[above]
            for j in range(draws):
                noise[row, j] += pull * sums[family, j]
        if tree.first[row] < tree.first[row + 1]:
            family = recipe.family[row]
            for j in range(draws):
                sums[family, j] = noise[row, j] - sums[family, j]
