"""Scenarios: a factor or an amount on the rest of the year of some units, carried up the tree (docs/spec/landing.md, 9)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headrope.core.landing.aims import Adjustment
from headrope.core.landing.base_forecasts import BaseForecasts, Numbers
from headrope.core.landing.history import least_rest
from headrope.core.landing.walking import Ground, Step, reconciled
from headrope.core.rollup import Bools
from headrope.core.tree_sums import Tree

__all__ = ["Adjustment", "adjusted", "leaves", "touched"]


def leaves(tree: Tree, rows: Sequence[int]) -> Bools:
    """The rows without children at or below the given rows, bool[rows]."""
    inside = np.zeros(len(tree.parent), np.bool_)
    inside[list(rows)] = True
    for row in tree.order[::-1]:
        inside[row] |= inside[tree.parent[row]]
    found: Bools = inside & (np.diff(tree.first) == 0)
    return found


def touched(tree: Tree, adjustments: Sequence[Adjustment]) -> Bools:
    """Rows whose landing the adjustments move: those leaves and everything above them."""
    moved = np.zeros(len(tree.parent), np.bool_)
    for each in adjustments:
        moved |= leaves(tree, each.rows)
    for row in tree.order:
        moved[tree.parent[row]] |= moved[row]
    return moved


def adjusted(ground: Ground, step: Step, adjustments: Sequence[Adjustment]) -> Step:
    """The step with its leaves' rests adjusted one after the other, added up again, and spread as the factors say.

    Standard deviations of base forecasts go with the factors and not with the amounts. The means are coherent before
    and after, so reconciling again leaves them and gives the variances. ValueError for a factor or an amount that is
    not a finite number.
    """
    tree, mean = ground.tree, step.mean.copy()
    grown = step.mean.copy()
    for each in adjustments:
        if not np.isfinite(each.factor) or not np.isfinite(each.amount):
            raise ValueError(f"a scenario needs finite numbers, not {each.factor} and {each.amount}")
        rows = leaves(tree, each.rows) & ~step.nothing & np.isfinite(mean)
        if not rows.any():
            continue
        size = np.abs(mean[rows])
        part = size / size.sum() if size.sum() > 0 else np.full(len(size), 1.0 / len(size))
        mean[rows] = mean[rows] * each.factor + each.amount * part
        grown[rows] *= each.factor
        if ground.history.non_negative:
            # Nothing can bring less than nothing, and nobody else makes up for what a scenario takes too much.
            mean[rows] = np.maximum(mean[rows], least_rest(ground.history, ground.parts.known[step.year])[rows])
    mean, grown = (step.mean + _carried(ground, new - step.mean) for new in (mean, grown))
    with np.errstate(divide="ignore", invalid="ignore"):
        stretch = np.where((step.mean != 0) & np.isfinite(step.mean), np.abs(grown / step.mean), 1.0)
    held = step.base.variances[:, 0] == 0
    values = np.where(held & ~step.nothing, step.base.values[:, 0], mean)
    spread = step.base.variances[:, 0]
    base = BaseForecasts(
        values[:, None], np.where(np.isinf(spread), spread, spread * stretch**2)[:, None], step.base.shares
    )
    mean, centre, told = reconciled(ground, step.year, base, step.dependence)
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = np.where(step.told > 0, step.variance / step.told, 1.0)
    return step._replace(base=base, mean=mean, centre=centre, told=told, variance=told * factors)


def _carried(ground: Ground, change: Numbers) -> Numbers:
    """Changes of leaves [rows] and what they add up to above, by shares."""
    tree, found = ground.tree, np.where(np.diff(ground.tree.first) == 0, np.nan_to_num(change, nan=0.0), 0.0)
    for row in tree.order:
        found[tree.parent[row]] += found[row] * (1.0 if ground.shares is None else ground.shares[row])
    return found
