"""Where the year will end, coherent over the tree, with the odds of meeting the target; for commands and jobs.

>>> tree = Tree.of(np.array([-1, 0, 0], np.int32))
>>> north, south = np.tile(np.arange(1.0, 13.0), 4), np.tile(np.arange(12.0, 0.0, -1.0), 4)
>>> figures = np.stack([north + south, north, south])[:, :42]
>>> found = land(History(figures, origin=6), tree, Aims(np.array([150.0, 78.0, 90.0])))
>>> found.full.round(3).tolist(), found.odds.round(1).tolist()
([156.0, 78.0, 78.0], [1.0, 0.5, 0.0])

The rules are in docs/spec/landing.md.
"""

from __future__ import annotations

import numpy as np

from headrope.core.landing import odds
from headrope.core.landing.aims import Aims, Options
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Counts, History, Parts, least_rest
from headrope.core.landing.odds import Outlook
from headrope.core.landing.outcome import Landing
from headrope.core.landing.parts import cut
from headrope.core.landing.reasons import Reason
from headrope.core.landing.scenarios import adjusted, touched
from headrope.core.landing.walking import Ground, Step, walk
from headrope.core.rollup import Bools
from headrope.core.tree_sums import Tree

__all__ = [
    "ENOUGH_YEARS",
    "NO_AIMS",
    "PLAIN",
    "Aims",
    "Landing",
    "Options",
    "describe",
    "ground_of",
    "land",
]

ENOUGH_YEARS = 3
"""Whole past years of its own that a row needs for a probability."""


NO_AIMS, PLAIN = Aims(), Options()


def land(history: History, tree: Tree, aims: Aims = NO_AIMS, options: Options = PLAIN) -> Landing:
    """Forecast the rest of the year at every row, make it coherent, and say how likely each target is.

    ValueError for wrong shapes, for figures that history.problems objects to, and for held figures that contradict each
    other (core.landing.solvability.problems names them).
    """
    ground = ground_of(history, tree, aims, options)
    *_, step = walk(ground)
    if options.adjustments:
        step = adjusted(ground, step, options.adjustments)
    return describe(ground, step, aims, touched(tree, options.adjustments))


def ground_of(history: History, tree: Tree, aims: Aims = NO_AIMS, options: Options = PLAIN) -> Ground:
    """What `land` goes over, for the questions of core.landing.questions and core.landing.monthly. ValueError as there."""
    _check(aims, len(tree.parent))
    parts = cut(history, tree, options.shares)
    return Ground(history, parts, tree, options.shares, options.extra, options.threads, aims.held)


def _check(aims: Aims, rows: int) -> None:
    for name, figures in (("targets", aims.targets), ("held", aims.held)):
        if figures is not None and (figures.shape != (rows,) or np.isinf(figures).any()):
            raise ValueError(f"{name} are {rows} finite numbers or NaN")


def describe(ground: Ground, step: Step, aims: Aims, moved: Bools) -> Landing:
    """The landing of the step's year; `moved` bool[rows] were touched by a scenario."""
    parts, history, year = ground.parts, ground.history, step.year
    known, rows = parts.known[year], len(parts.first)
    targets = np.full(rows, np.nan) if aims.targets is None else aims.targets
    if aims.held is not None:
        known = np.where(np.isnan(known) & ~np.isnan(aims.held), 0.0, known)  # held before its first figure
    silent = np.isnan(known) | step.nothing
    rest = np.where(silent, np.nan, step.mean)
    scale = np.where(silent, np.nan, np.sqrt(step.variance))
    outlook = Outlook(rest, scale, step.freedom, least_rest(history, known))
    past = (~np.isnan(parts.known[:year]) & ~np.isnan(parts.rest[:year])).sum(axis=0).astype(np.int32)
    needed = targets - known
    chance = odds.chance(outlook, needed, odds.sides(aims.more, rows))
    certain = (needed <= outlook.least) | (scale == 0)
    chance = np.where((past < ENOUGH_YEARS) & ~certain, np.nan, chance)
    low, high = odds.limits(outlook)
    before = year - 1
    unknown = np.full(rows, np.nan)
    usual, last = (parts.rest[before], parts.full[before]) if year else (unknown, unknown)
    lone = (past < ENOUGH_YEARS, ~np.isnan(targets) & (needed <= outlook.least), moved)
    return Landing(
        *(known, rest, known + rest, scale, step.freedom, known + low, known + high),
        *(chance, needed, odds.pace(needed, history.ahead), usual, last),
        *(past, parts.filled, parts.late, _reasons(ground, step, (targets, aims.held), lone), step),
    )


def _reasons(
    ground: Ground, step: Step, aims: tuple[Numbers, Numbers | None], lone: tuple[Bools, Bools, Bools]
) -> Counts:
    parts, history = ground.parts, ground.history
    targets, held = aims
    few, reached, moved = lone
    given = np.zeros(len(targets), np.bool_) if held is None else ~np.isnan(held)
    nothing = step.nothing | (np.isnan(parts.known[step.year]) & ~given)
    marks: list[tuple[Reason, Bools | bool]] = [
        (Reason.FEW_YEARS, few),
        (Reason.ASSUMED, step.assumed),
        (Reason.NEWCOMER, step.newcomer),
        (Reason.NO_FIGURES, nothing),
        (Reason.FILLED, parts.filled > parts.late),
        (Reason.LATE, parts.late > 0),
        (Reason.NOT_THE_SUM, parts.differs),
        (Reason.HELD, given),
        (Reason.OVER, history.ahead == 0),
        (Reason.REACHED, reached),
        (Reason.NO_TARGET, np.isnan(targets)),
        (Reason.ADJUSTED, moved),
        (Reason.FLAT, _flat(parts)),
        (Reason.ZERO_TARGET, targets <= 0),
    ]
    found = np.zeros(len(targets), np.int32)
    for reason, rows in marks:
        found |= np.where(rows, int(reason), 0).astype(np.int32)
    return found


def _flat(parts: Parts) -> Bools:
    """Rows all of whose known months, more than one, have one figure."""
    if not parts.figures.shape[1]:
        return np.zeros(len(parts.first), np.bool_)
    last = parts.figures[:, -1:]
    same = np.isnan(parts.figures) | (parts.figures == last)
    found: Bools = same.all(axis=1) & ((~np.isnan(parts.figures)).sum(axis=1) > 1)
    return found
