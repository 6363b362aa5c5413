"""Questions about many units at once: how many land, who fails together, what a recovery does to those above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.rollup import Bools, Counts
from headrope.core.tree_sums import Tree

SURE = 3.0
"""A pair fails together more often than by chance when the surplus is beyond so many of its standard errors."""


class Together(NamedTuple):
    """Two rows, the share of draws in which both fail, and what it would be if they failed independently."""

    first: int
    second: int
    both: float
    by_chance: float


def landed(blocks: Iterable[Numbers], targets: Numbers) -> Bools:
    """Whether each row reaches its target in each draw, bool[rows, draws].

    `blocks` are those of core.landing.sampling, `targets` float64[rows] in the same unit; where less is better, give
    both with the sign turned. A NaN (no target, row not alive) is never reached: leave such rows out of questions.
    """
    return np.concatenate([block >= targets[:, None] for block in blocks], axis=1)


def how_many(hits: Bools, rows: Sequence[int] | Bools | slice = slice(None)) -> Numbers:
    """The distribution of the number of the given rows that land: probabilities of 0, 1, ... all of them."""
    chosen = hits[rows]
    counts: Counts = chosen.sum(axis=0, dtype=np.int32)
    odds: Numbers = np.bincount(counts, minlength=len(chosen) + 1) / chosen.shape[1]
    return odds


def quantile(odds: Numbers, level: float) -> int:
    """The least number that is not exceeded with at least this probability."""
    return int(np.searchsorted(np.cumsum(odds), level - 1e-12))


def all_fail(hits: Bools, rows: Sequence[int]) -> tuple[float, float]:
    """The share of draws in which all the given rows fail, and what it would be if they failed independently."""
    missed = ~hits[list(rows)]
    return float(missed.all(axis=0).mean()), float(missed.mean(axis=1).prod())


def fail_together(hits: Bools, rows: Sequence[int], most: int = 20) -> list[Together]:
    """Pairs that fail together more often than by chance, the largest surplus first, at most so many.

    The surplus must be beyond SURE standard errors of the draws. Takes rows x rows numbers: ask of some thousand at
    most, and not of a row and its own subtree, which fail together by addition.
    """
    missed = (~hits[list(rows)]).astype(np.float32)
    draws, alone = missed.shape[1], missed.mean(axis=1, dtype=np.float64)
    both = (missed @ missed.T).astype(np.float64) / draws
    chance = np.outer(alone, alone)
    error = np.sqrt(np.outer(alone * (1 - alone), alone * (1 - alone)) / draws)
    surplus = np.triu(both - chance, 1)
    first, second = np.nonzero(np.triu(surplus > SURE * error, 1))
    # The largest first; equal ones by row, so that the list does not depend on anything else.
    order = np.lexsort((second, first, -surplus[first, second]))[:most]
    return [
        Together(int(rows[i]), int(rows[j]), float(both[i, j]), float(chance[i, j]))
        for i, j in zip(first[order].tolist(), second[order].tolist(), strict=True)
    ]


def recovery(tree: Tree, row: int, size: float, shares: Numbers | None = None) -> Numbers:
    """What a recovery of this size in one unit adds to every row, float64[rows]: to it and, by shares, to those above.

    A recovery is something that is done, so it adds to what would otherwise have come: means move, variances stay, and
    sisters are not touched. (That a unit turns out better is news instead, which says something about its sisters:
    hold the unit at the new value and reconcile again.)
    """
    added = np.zeros(len(tree.parent))
    for each in tree.path(row):
        added[each] = size
        size *= 1.0 if shares is None else float(shares[each])
    return added
