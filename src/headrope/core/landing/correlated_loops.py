"""The compiled passes of the reconciliation with dependent errors; with none they are those of the plain one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.kernels import compiled
from headrope.core.landing.base_forecasts import Dependence, Numbers
from headrope.core.tree_sums import Tree


class Messages(NamedTuple):
    """Rows as their subtrees know them, and the sums over the children of each row.

    `mean` [rows, columns]; `sd` [rows, sets], infinite for a row that nothing below it determines; `total` [rows,
    columns] the sum of the children's means; `largest` the largest of their standard deviations, `others` and `squares`
    the sums of the other ones and of their squares [rows, sets]; `pull` [rows, sets] the part of the parent's surprise
    that falls to the row. Standard deviations in sums are times share.
    """

    mean: Numbers
    sd: Numbers
    total: Numbers
    largest: Numbers
    others: Numbers
    squares: Numbers
    pull: Numbers


@compiled
def gather(tree: Tree, base: tuple[Numbers, Numbers, Numbers], dependence: Dependence, told: Messages) -> int:
    """Fill the messages from the leaves up. Gives how often something looked wrong."""
    values, variances, shares = base
    sets = variances.shape[1]
    per, wrong = values.shape[1] // sets, 0
    for row in tree.walk:
        above, depth = tree.parent[row], tree.depth[row]
        if above < -1:
            told.mean[row], told.sd[row] = np.nan, np.nan
            continue
        share = shares[row] if len(shares) and above >= 0 else 1.0
        inner = tree.first[row] < tree.first[row + 1]
        for k in range(sets):
            own = variances[row, k]
            below = family_variance(told, row, k, dependence.sisters[depth + 1]) if inner else np.inf
            keep, gain, known = combine(own, below, dependence.parent[depth])
            wrong += not own >= 0.0 or (inner and told.others[row, k] == np.inf)
            told.sd[row, k] = np.sqrt(known)
            for c in range(k * per, k * per + per):
                mean = 0.0
                if known < np.inf:
                    if keep > 0.0 and inner:
                        mean = keep * told.total[row, c]
                    if gain > 0.0:
                        mean += gain * values[row, c]
                    clash = own + below == 0.0 and abs(values[row, c] - mean) > 1e-12 * abs(mean)
                    wrong += clash or not abs(mean) < np.inf or (own < np.inf and not abs(values[row, c]) < np.inf)
                told.mean[row, c] = mean
                if above >= 0:
                    told.total[above, c] += share * mean
            if above < 0:
                wrong += known == np.inf
            else:
                wrong += not share >= 0.0 or (share == 0.0 and known == np.inf)
                if share > 0.0:
                    join(told, above, k, share * told.sd[row, k])
    return wrong


@compiled
def join(told: Messages, above: int, k: int, sd: float) -> None:
    """One more child's standard deviation in the sums of its family."""
    less = min(sd, told.largest[above, k])
    told.others[above, k] += less
    told.squares[above, k] += less * less
    told.largest[above, k] = max(sd, told.largest[above, k])


@compiled
def family_variance(told: Messages, row: int, k: int, rho: float) -> float:
    """The variance of the sum of a row's children."""
    sd, others, squares = told.largest[row, k], told.others[row, k], told.squares[row, k]
    # An infinite one has no correlation with the others, which would otherwise give NaN with rho 0.
    more = 0.0 if sd == np.inf else rho * (2.0 * sd * others + max(others * others - squares, 0.0))
    return float(sd * sd + squares + more)


@compiled
def combine(own: float, below: float, kappa: float) -> tuple[float, float, float]:
    """The parts that the sum of the children and the own forecast get, and the variance of what they make."""
    if own == np.inf:
        return 1.0, 0.0, below
    if below == np.inf:
        return 0.0, 1.0, own
    if own + below == 0.0:
        return 1.0, 0.0, 0.0
    both = kappa * np.sqrt(own) * np.sqrt(below)
    spread = (own - both) + (below - both)
    keep, gain = (own - both) / spread, (below - both) / spread
    if gain <= 0.0:
        return 1.0, 0.0, below
    if keep <= 0.0:
        return 0.0, 1.0, own
    return keep, gain, keep * keep * below + gain * gain * own + 2.0 * keep * gain * both


@compiled
def spread(tree: Tree, shares: Numbers, dependence: Dependence, told: Messages, var: Numbers) -> None:
    """Turn the messages' means into those of the whole tree, from the roots down, and fill `var` and `told.pull`.

    `told.total` becomes the surprise of each family: what its parent turned out to be more than its children said.
    """
    sets = var.shape[1]
    per = told.mean.shape[1] // sets
    for place in range(len(tree.walk) - 1, -1, -1):
        row = tree.walk[place]
        above = tree.parent[row]
        share = shares[row] if len(shares) and above >= 0 else 1.0
        for k in range(sets):
            if above < 0 or not share > 0.0:
                var[row, k] = told.sd[row, k] * told.sd[row, k]
                continue
            part, left = split(told, above, k, share * told.sd[row, k], dependence.sisters[tree.depth[row]])
            told.pull[row, k] = part / share
            var[row, k] = (left + part * part * var[above, k]) / (share * share)
            for c in range(k * per, k * per + per):
                told.mean[row, c] += part / share * told.total[above, c]
        if tree.first[row] < tree.first[row + 1]:
            for c in range(told.mean.shape[1]):
                told.total[row, c] = told.mean[row, c] - told.total[row, c]


@compiled
def split(told: Messages, above: int, k: int, sd: float, rho: float) -> tuple[float, float]:
    """A child's part of its family's surprise, and its variance that is left when the family's sum is known.

    `sd` is times share. All terms are positive, so nothing is lost where variances are decades apart.
    """
    largest, others, squares = told.largest[above, k], told.others[above, k], told.squares[above, k]
    if sd == np.inf:
        return 1.0, squares + rho * max(others * others - squares, 0.0)
    if largest == np.inf or sd == 0.0:
        return 0.0, sd * sd
    if sd < largest:
        others += largest - sd
        squares += (largest - sd) * (largest + sd)
    shared = sd * (sd + rho * others)
    total = sd * sd + squares + rho * (2.0 * sd * others + max(others * others - squares, 0.0))
    left = sd * sd * (1.0 - rho) * (squares + rho * others * others) / total
    return shared / total, left
