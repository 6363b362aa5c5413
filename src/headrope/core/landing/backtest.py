"""How good landings would have been: past years landed at the same month from earlier years only; for commands and jobs.

The rules are in docs/spec/landing.md, section 11.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.landing import lights, scores
from headrope.core.landing.aims import Aims
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import History
from headrope.core.landing.joint import how_many, quantile
from headrope.core.landing.landing import ENOUGH_YEARS, describe
from headrope.core.landing.odds import RANGE
from headrope.core.landing.parts import cut
from headrope.core.landing.questions import hits
from headrope.core.landing.sampling import Draws
from headrope.core.landing.scores import Bin
from headrope.core.landing.walking import Ground, Step, walk
from headrope.core.rollup import Bools
from headrope.core.tree_sums import Tree

START = 2
"""The first year that is landed: it has two whole years before it."""
DRAWN = (0, 2)
"""Targets for which the number of landing rows is drawn: last year's figure, and 5 % more."""


class Trial(NamedTuple):
    """How to test: `draws` for the number of rows that land (0: not asked) and their seed; shares, extra forecasters and
    threads as in Ground."""

    draws: int = 0
    seed: int = 0
    shares: Numbers | None = None
    extra: Numbers | None = None
    threads: int = 1


class Tier(NamedTuple):
    """Scores of the rows at one depth over all scored years; NaN where nothing can be scored.

    `wape`, and those of the straight line and of last year's share; the share of actuals within the range; the interval
    score; Brier scores over lights.targets: ours, the two lights' (0 or 1), and the past hit rate's. `number_held` is
    the share of years and drawn targets in which the number of rows that landed was within its range.
    """

    depth: int
    rows: int
    wape: float
    wape_straight: float
    wape_share: float
    coverage: float
    interval: float
    brier: float
    brier_straight: float
    brier_share: float
    brier_climate: float
    number_held: float


class Backtest(NamedTuple):
    """Years that were scored (0 is the history's first), scores by depth, Brier scores by target (means over depths, in
    the order of lights.targets), the share of all actuals within their range, and the reliability table of all cases."""

    years: tuple[int, ...]
    tiers: tuple[Tier, ...]
    brier_by_target: tuple[float, ...]
    coverage: float
    reliability: tuple[Bin, ...]

    @property
    def wape(self) -> float:
        """The mean over depths."""
        return float(np.mean([each.wape for each in self.tiers]))

    @property
    def brier(self) -> float:
        """The mean over depths."""
        return float(np.mean([each.brier for each in self.tiers]))


class Case(NamedTuple):
    """One scored year, or several stacked: figures [rows], probabilities and outcomes (1, 0 or NaN) [targets, rows].

    `said` are our probabilities, `straight_lit` and `share_lit` the lights'. `number` [drawn targets, depths] is 1 where
    the number of landing rows was within its range.
    """

    actual: Numbers
    full: Numbers
    low: Numbers
    high: Numbers
    straight: Numbers
    share: Numbers
    came: Numbers
    said: Numbers
    straight_lit: Numbers
    share_lit: Numbers
    number: Numbers


UNTRIED = Trial()


def backtest(history: History, tree: Tree, trial: Trial = UNTRIED) -> Backtest:
    """Land every past year with enough years before it at month `origin`, and score it against what came.

    Figures of the current year are not looked at. ValueError as for `land`, and when no year can be scored: that takes
    six whole years.
    """
    whole = history.years * history.year
    blank = np.full((len(history.values), history.origin), np.nan)
    history = history._replace(values=np.concatenate([history.values[:, :whole], blank], axis=1))
    parts = cut(history, tree, trial.shares)
    ground = Ground(history, parts, tree, trial.shares, trial.extra, trial.threads)
    found = {step.year: _case(ground, step, trial) for step in walk(ground, START, history.years)}
    if not found:
        raise ValueError(f"a backtest needs six whole years, not {history.years}")
    cases = Case(*(np.stack(each) for each in zip(*found.values(), strict=True)))
    climate = _climate(cases.came, tree)
    tiers = tuple(_tier(cases, climate, tree, depth) for depth in range(cases.number.shape[2]))
    by_target = [
        float(np.mean([scores.brier(cases.said[:, k][:, rows], cases.came[:, k][:, rows]) for rows in _depths(tree)]))
        for k in range(cases.said.shape[1])
    ]
    held = scores.coverage(cases.actual, cases.low, cases.high)
    return Backtest(
        tuple(found), tiers, tuple(by_target), held, tuple(scores.reliability(cases.said.ravel(), cases.came.ravel()))
    )


def _depths(tree: Tree) -> list[Bools]:
    """The living rows of each depth."""
    alive = tree.parent >= -1
    return [alive & (tree.depth == depth) for depth in range(int(tree.depth.max(initial=0)) + 1)]


def _case(ground: Ground, step: Step, trial: Trial) -> Case:
    parts, history, year = ground.parts, ground.history, step.year
    actual, wanted = parts.full[year], lights.targets(parts, year)
    nobody = np.zeros(len(actual), np.bool_)
    landings = [describe(ground, step, Aims(targets), nobody) for targets in wanted]
    first = landings[0]
    judged = np.isnan(actual) | np.isnan(wanted) | (first.past < ENOUGH_YEARS)
    came = np.where(judged, np.nan, actual >= wanted)
    straight, share = lights.straight_line(history, parts, year), lights.same_share(history, parts, year)
    lit = [np.where(judged | np.isnan(each), np.nan, each >= wanted) for each in (straight, share)]
    said = np.stack([each.odds for each in landings])
    number = np.full((len(DRAWN), len(_depths(ground.tree))), np.nan)
    if trial.draws:
        for k, target in enumerate(DRAWN):
            drawn = Draws(trial.draws, np.random.default_rng([trial.seed, year, target]))
            number[k] = _numbers(hits(ground, step, Aims(wanted[target]), drawn), came[target], ground.tree)
    figures = (actual, first.full, first.low, first.high, straight, share)
    return Case(*figures, came, said, lit[0], lit[1], number)


def _numbers(drawn: Bools, came: Numbers, tree: Tree) -> list[float]:
    """For each depth whether the number of its rows that landed was within its range (1 or 0); NaN for single rows."""
    found = []
    for rows in _depths(tree):
        asked = rows & ~np.isnan(came)
        if asked.sum() < 2:
            found.append(float("nan"))
            continue
        likely = how_many(drawn, asked)
        low, high = quantile(likely, 0.5 - RANGE / 2), quantile(likely, 0.5 + RANGE / 2)
        found.append(float(low <= came[asked].sum() <= high))
    return found


def _climate(came: Numbers, tree: Tree) -> Numbers:
    """The hit rate of each depth and target in the scored years before (a half in the first), like `came`."""
    found = np.full_like(came, 0.5)
    for rows in _depths(tree):
        known = ~np.isnan(came[:, :, rows])
        rate = np.where(known, came[:, :, rows], 0.0).sum(axis=2) / np.maximum(known.sum(axis=2), 1)
        for year in range(1, len(came)):
            found[year][:, rows] = rate[:year].mean(axis=0)[:, None]
    return found


def _tier(cases: Case, climate: Numbers, tree: Tree, depth: int) -> Tier:
    rows = _depths(tree)[depth]
    actual, full, low, high, straight, share = (each[:, rows] for each in cases[:6])
    came, said, straight_lit, share_lit = (each[:, :, rows] for each in cases[6:10])
    number = cases.number[:, :, depth]
    return Tier(
        depth,
        int(rows.sum()),
        scores.wape(actual, full),
        scores.wape(actual, straight),
        scores.wape(actual, share),
        scores.coverage(actual, low, high),
        scores.interval_score(actual, low, high),
        scores.brier(said, came),
        scores.brier(straight_lit, came),
        scores.brier(share_lit, came),
        scores.brier(climate[:, :, rows], came),
        float(np.nanmean(number)) if (~np.isnan(number)).any() else float("nan"),
    )
