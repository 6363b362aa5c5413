"""Learns the shape of a unit's year from its past years; where these say little, from its sisters'.

>>> history = np.array([[[0.0] * 6 + [10.0] * 6]])
>>> learn_shapes(history, np.array([-1], np.int32)).shares[0].round(3).tolist()
[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.167, 0.167, 0.167, 0.167, 0.167, 0.167]
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.phasing.past_years import trimmed_mean, variance, year_shares
from headrope.core.phasing.shares import MONTHS
from headrope.core.rollup import Rows
from headrope.core.rounding.limits import Floats, Ints
from headrope.core.tree_sums import Tree

YEARS = 6
"""Older years say nothing more about the next one."""
FADING = 0.8
"""The weight of a year against the one after it."""


class Shapes(NamedTuple):
    """`shares` float64[units, 12], none negative, rows adding up to 1; `years` int64[units], past years that counted;
    `borrowed` float64[units], the part that comes from the unit above: 0 all its own, 1 all borrowed."""

    shares: Floats
    years: Ints
    borrowed: Floats


class Learnt(NamedTuple):
    """A unit's own past: mean shares, the variance of one year, and the part of it that the mean still has."""

    own: Floats
    years: Ints
    variance: Floats
    part: Floats

    def of(self, rows: npt.NDArray[np.intp]) -> Learnt:
        """Some units'."""
        return Learnt(self.own[rows], self.years[rows], self.variance[rows], self.part[rows])


NOISE = 1e-24
"""Squared distances of shares below this are what floats make of none."""


def learn_shapes(history: Floats, parent: Rows) -> Shapes:
    """Shares of months that the next year will have, learnt from past years.

    history: float64[units, years, 12], oldest year first, NaN where a month is missing; units are rows of a tree,
    parent: int32[units] as of core.rollup, and inner rows hold the totals of their subtree. A year counts when its months
    are all known and do not cancel. The unit's own shape is a trimmed mean of its last six years, later ones weighing
    more, drawn towards that of the unit above (which holds all sisters together) the more, the less certain it is and
    the more alike sisters are: a + (b - a) v / (v + s), where v is the variance of the own mean and s that between
    sisters (empirical Bayes, as James and Stein 1961); a where no sister has two years. Without a year it is that of the
    unit above; straight where no unit above has one.
    """
    if history.ndim != 3 or history.shape[2] != MONTHS or len(history) != len(parent):
        raise ValueError(f"a history of shape {history.shape} is none of {len(parent)} units by year and month")
    shares, counts = year_shares(np.asarray(history[:, -YEARS:], np.float64))
    weights = counts * FADING ** np.arange(counts.shape[1])[::-1]
    own, years = trimmed_mean(shares, counts, weights), counts.sum(axis=1)
    part = (weights**2).sum(axis=1) / np.maximum(weights.sum(axis=1) ** 2, 1e-300)
    return _borrow(Learnt(own, years, variance(shares, counts, own), part), Tree.of(parent))


def _borrow(learnt: Learnt, tree: Tree) -> Shapes:
    """Parents first, so that a unit without a past takes what its parent has, borrowed or not."""
    shares, borrowed = learnt.own.copy(), np.zeros(len(learnt.own))
    shares[(learnt.years == 0) & (tree.parent < 0)] = 1.0 / MONTHS
    for depth in range(1, int(tree.depth.max(initial=0)) + 1):
        rows = np.flatnonzero(tree.depth == depth)
        above = shares[tree.parent[rows]]
        part = _part_borrowed(learnt.of(rows), above, tree.parent[rows])
        shares[rows] += part[:, None] * (above - shares[rows])
        borrowed[rows] = part
    return Shapes(shares, learnt.years, borrowed)


def _part_borrowed(learnt: Learnt, above: Floats, family: Rows) -> Floats:
    """0 to 1 for the units of one tier; `above` are the shares of their parents, `family` says whose children they are."""
    proven = learnt.years > 1
    size = int(family.max(initial=0)) + 1
    count = np.maximum(np.bincount(family[proven], minlength=size), 1)
    # Of one year nothing is known but how much sisters vary; the geometric mean is not that of the smallest sister.
    logs = np.bincount(family[proven], np.log(np.maximum(learnt.variance[proven], 1e-12)), size) / count
    doubt = np.where(proven, learnt.variance, np.exp(logs)[family]) * learnt.part
    doubt[doubt < NOISE] = 0.0
    distance = ((learnt.own - above) ** 2).sum(axis=1)
    between = np.maximum(np.bincount(family[proven], (distance - doubt)[proven], size) / count, 0.0)[family]
    part = doubt / np.maximum(doubt + between, 1e-300)
    part[np.bincount(family[proven], minlength=size)[family] == 0] = 0.0  # nothing tells how much years differ
    part[learnt.years == 0] = 1.0
    return part
