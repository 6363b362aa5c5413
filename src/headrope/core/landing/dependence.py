"""How errors hang together, estimated from past errors of the same forecasts.

>>> tree = Tree.of(np.array([-1, 0, 0], np.int32))
>>> errors = np.array([[3.0, 1.0, 1.0], [-2.0, -1.0, -2.0], [1.0, 1.0, -1.0], [1.0, 2.0, 0.0]])
>>> found = estimate(tree, errors, np.array([4.0, 2.0, 2.0]))
>>> found.sisters.round(2).tolist(), found.parent.round(2).tolist()
([0.0, 0.06], [0.88, 0.0])

The estimators stand in docs/spec/landing-reconciliation.md, section 5.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.landing.base_forecasts import Dependence, Numbers
from headrope.core.rollup import Bools, Rows
from headrope.core.tree_sums import Tree

MOST_SISTERS, MOST_PARENT = 0.95, 0.98
"""No estimate goes above these: a few years of errors cannot tell them from 1."""

MOST_SQUARE, MOST_DEVIATION = 3.0, 4.0
"""A family's squared sum counts for at most so many of its largest possible variance, an error for at most so many
standard deviations: one bad year must not decide."""


class Families(NamedTuple):
    """The children `rows` of all `parents` at one depth; those of a family stand side by side, from `starts` on."""

    parents: Rows
    rows: Rows
    starts: npt.NDArray[np.intp]

    @classmethod
    def at(cls, tree: Tree, depth: int) -> Families:
        rows = tree.children[tree.depth[tree.children] == depth + 1]
        above = tree.parent[rows]
        starts = np.flatnonzero(np.diff(above, prepend=-1))
        return cls(above[starts], rows, starts)

    def add(self, figures: Numbers) -> Numbers:
        """Sums by family of [..., children]."""
        sums: Numbers = np.add.reduceat(figures, self.starts, axis=-1)
        return sums


class Sums(NamedTuple):
    """What the children of each family erred together: [origins, families].

    `error` their sum, `alone` and `alike` its variance if they err independently and as one, `known` where it is known.
    """

    error: Numbers
    alone: Numbers
    alike: Numbers
    known: Bools


def estimate(tree: Tree, errors: Numbers, variances: Numbers, shares: Numbers | None = None) -> Dependence:
    """Correlations by depth out of past errors of the base forecasts.

    `errors` float64[origins, rows] are actual less forecast as of the same month of earlier years, NaN where there was
    no forecast; `variances` float64[rows] are the present ones, which scale the errors. The deepest tier comes first:
    what is correlated are the errors of what each subtree says, as in the reconciliation. 0 without any evidence.
    """
    rows, tiers = len(tree.parent), int(tree.depth.max(initial=0)) + 1
    if errors.ndim != 2 or errors.shape[1] != rows or variances.shape != (rows,):
        raise ValueError(f"errors {errors.shape} and variances {variances.shape} do not belong to {rows} rows")
    found = Dependence(np.zeros(tiers), np.zeros(tiers))
    share = np.ones(rows) if shares is None else shares
    errors, variances = errors.astype(np.float64), variances.astype(np.float64)
    for depth in range(tiers - 2, -1, -1):
        families = Families.at(tree, depth)
        scale = share[families.rows] * np.sqrt(variances[families.rows])
        sums = _sums(families, errors[:, families.rows] * share[families.rows], scale)
        found.sisters[depth + 1] = _sisters(sums)
        own = errors[:, families.parents], variances[families.parents]
        found.parent[depth] = _parent(sums, found.sisters[depth + 1], *own)
        alone, alike = families.add(scale**2), families.add(scale) ** 2
        # A family with a child without forecast has no bound, rather than infinity less infinity.
        more = np.subtract(alike, alone, out=np.zeros_like(alone), where=np.isfinite(alone))
        below = alone + found.sisters[depth + 1] * more
        errors[:, families.parents], variances[families.parents] = _told(sums, below, found.parent[depth], own)
    return found


def _sums(families: Families, errors: Numbers, scale: Numbers) -> Sums:
    there = np.isfinite(errors) & np.isfinite(scale) & (scale > 0)
    scales = np.where(there, scale, 0.0)
    error = families.add(np.where(there, errors, 0.0))
    return Sums(error, families.add(scales**2), families.add(scales) ** 2, families.add(there.astype(float)) > 0)


def _sisters(sums: Sums) -> float:
    """The sum's variance is alone + rho (alike - alone); every family and origin has one say, by how much it can tell."""
    alike = np.where(sums.known, sums.alike, 1.0)
    apart = np.where(sums.known, 1.0 - sums.alone / alike, 0.0)
    tell = apart > 1e-9
    if not tell.any():
        return 0.0
    more = np.minimum(sums.error**2 / alike, MOST_SQUARE) - sums.alone / alike
    return float(np.clip(more[tell].sum() / apart[tell].sum(), 0.0, MOST_SISTERS))


def _parent(sums: Sums, sisters: float, own: Numbers, variance: Numbers) -> float:
    """The correlation of own and summed errors in units of their standard deviations, without taking a mean away."""
    below = sums.alone + sisters * (sums.alike - sums.alone)
    both = sums.known & np.isfinite(own) & np.isfinite(variance) & (variance > 0)
    if not both.any():
        return 0.0
    scale = np.broadcast_to(np.sqrt(variance), own.shape)
    a = np.clip(own[both] / scale[both], -MOST_DEVIATION, MOST_DEVIATION)
    b = np.clip(sums.error[both] / np.sqrt(below[both]), -MOST_DEVIATION, MOST_DEVIATION)
    size = np.sqrt((a**2).sum() * (b**2).sum())
    return float(np.clip((a * b).sum() / size, 0.0, MOST_PARENT)) if size > 0 else 0.0


def _told(sums: Sums, below: Numbers, kappa: float, own: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
    """Errors and variances of what the parents' subtrees say, as in core.landing.correlated_loops.combine."""
    errors, variances = own
    usable = np.isfinite(variances) & np.isfinite(below)
    v, w = np.where(usable, below, 1.0), np.where(usable, variances, 1.0)
    both = kappa * np.sqrt(v) * np.sqrt(w)
    spread = v + w - 2 * both
    gain = np.clip(np.divide(v - both, spread, out=np.zeros_like(v), where=spread > 0), 0.0, 1.0)
    gain = np.where(usable, gain, np.where(np.isfinite(variances), 1.0, 0.0))
    variance = (1 - gain) ** 2 * v + gain**2 * w + 2 * gain * (1 - gain) * both
    variance = np.where(usable, variance, np.where(np.isfinite(variances), variances, below))
    told = np.where(sums.known, sums.error, np.nan), np.where(gain > 0, errors, 0.0)
    mixed = (1 - gain) * told[0] + gain * told[1]
    either = np.where(np.isfinite(told[0]), told[0], errors)
    return np.where(np.isfinite(mixed), mixed, either), variance
