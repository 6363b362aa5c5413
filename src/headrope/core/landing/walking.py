"""Goes through the years as they came: at each, members, weights, variances and the tree, from earlier years only.

The same walk makes today's landing (its last step) and the backtest (all its steps). docs/spec/landing.md, section 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from headrope.core.landing import calibrating, members, variances, weighing
from headrope.core.landing.base_forecasts import BaseForecasts, Dependence, Numbers
from headrope.core.landing.correlated import reconcile_correlated
from headrope.core.landing.dependence import estimate
from headrope.core.landing.flooring import above_floors
from headrope.core.landing.history import History, Kind, Parts
from headrope.core.landing.members import Scene
from headrope.core.landing.smoothing import paths
from headrope.core.landing.variances import Evidence
from headrope.core.rollup import Bools
from headrope.core.tree_sums import Tree

YEARS = 16
"""Past landings that are gone through before today's."""
ENOUGH = 3
"""Past landings whose errors are known before one is scored in a backtest."""
USUAL_SISTERS, USUAL_WEIGHT = 1 / 3, 0.3
"""Estimated correlations of sisters are moved so far towards the usual one."""
ASSUMED_ERROR = 0.1
"""Standard deviation relative to the rest of the year, where no past landing is known."""


class Ground(NamedTuple):
    """What a walk goes over. `shares` as in BaseForecasts; `extra` float64[members, years + 1, rows], NaN where not made,
    are the rests of further forecasters, each made from what was known then; `threads` for the batch forecasters; `held`
    float64[rows] are figures of the current year that are given (NaN: not); `alone`: only the extra forecasters speak."""

    history: History
    parts: Parts
    tree: Tree
    shares: Numbers | None = None
    extra: Numbers | None = None
    threads: int = 1
    held: Numbers | None = None
    alone: bool = False


class Step(NamedTuple):
    """One year's landing of the rest of the year, float64[rows] each: base forecasts and variances, coherent means
    (`centre` as reconciled, `mean` above the floors), their variances (`told` as reconciled, `variance` calibrated) and
    degrees of freedom.

    `weights` float64[members]; bool[rows]: rows of which no member says anything, of which nothing is expected any more,
    and whose variance rests on an assumption.
    """

    year: int
    base: BaseForecasts
    dependence: Dependence
    mean: Numbers
    centre: Numbers
    told: Numbers
    variance: Numbers
    freedom: Numbers
    weights: Numbers
    newcomer: Bools
    nothing: Bools
    assumed: Bools


class Trail(NamedTuple):
    """What a walk has seen, by year: members, sizes, evidence, errors of base forecasts, and squares of reconciled errors."""

    members: list[Numbers]
    sizes: list[Numbers]
    evidence: list[Evidence]
    outcome: list[Numbers]
    errors: list[Numbers]
    squares: list[Numbers]


def first_year(years: int) -> int:
    """The year the walk begins at: the third, or the second where there are less than five whole years."""
    return max(years - YEARS, min(2 if years >= 5 else 1, years), 0)


def walk(ground: Ground, start: int | None = None, stop: int | None = None) -> Iterator[Step]:
    """Steps for the years with at least ENOUGH past errors, and always for the current one, which is the last.

    `start` is the first year gone through, `stop` the first that is not; None: enough for today's landing, and all.
    """
    years = len(ground.parts.known) - 1
    if not ground.history.ahead:
        start = years  # nothing is left to forecast
    trail = Trail([], [], [], [], [], [])
    for year in range(first_year(years) if start is None else start, years + 1 if stop is None else stop):
        forecast, weights, newcomer = _base(ground, year, trail)
        if len(trail.errors) >= ENOUGH or year == years:
            step = _land(ground, year, trail, forecast)._replace(weights=weights, newcomer=newcomer)
            yield step
            with np.errstate(divide="ignore", invalid="ignore"):
                square = (ground.parts.rest[year] - step.mean) ** 2 / step.told
            trail.squares.append(np.where(step.told > 0, square, np.nan))
        trail.outcome.append(ground.parts.rest[year])
        trail.errors.append(np.where(_nothing(ground, year), np.nan, ground.parts.rest[year] - forecast))


def _base(ground: Ground, year: int, trail: Trail) -> tuple[Numbers, Numbers, Bools]:
    """The combination of the members, their weights, and the rows of which no member says anything."""
    scene = Scene(ground.history, ground.parts, ground.tree.parent, year)
    said, equal = _said(ground, scene)
    newcomer = np.isnan(weighing.middle(said, equal))
    start = members.newcomers(scene)
    size = _size(ground, year, np.where(newcomer, start, weighing.middle(said, equal)))
    back = slice(-weighing.YEARS, None)
    past = weighing.Past(*(np.array(each[back]) for each in (trail.members, trail.outcome, trail.sizes)))
    forecast, weights = weighing.weighed(said, size, past, ground.tree.depth, equal)
    forecast = np.where(newcomer, start, forecast)
    distance = np.where(np.isnan(said), 0.0, said - forecast)
    count = np.maximum((~np.isnan(said)).sum(axis=0), 1)
    spread = np.where(newcomer, size, np.sqrt((distance**2).sum(axis=0) / count))
    trail.members.append(said)
    trail.sizes.append(size)
    trail.evidence.append(Evidence(size, np.nan_to_num(spread, nan=0.0)))
    return forecast, weights, newcomer


def _said(ground: Ground, scene: Scene) -> tuple[Numbers, int]:
    """What the members say, float64[members, rows], extra forecasters first, and how many of them begin equal."""
    if ground.alone and ground.extra is not None:
        return ground.extra[:, scene.year], len(ground.extra)
    own = members.forecasts(scene, paths(ground.history, ground.parts, scene.year, ground.threads))
    if ground.extra is None:
        return own, members.EQUAL
    return np.concatenate([ground.extra[:, scene.year], own]), members.EQUAL + len(ground.extra)


def rests(ground: Ground) -> Numbers:
    """The combined forecasts of the rest of every year as of then, float64[years + 1, rows]; NaN before the walk begins."""
    found = np.full_like(ground.parts.known, np.nan)
    trail = Trail([], [], [], [], [], [])
    years = len(found) - 1
    for year in range(first_year(years), years + 1):
        found[year] = _base(ground, year, trail)[0]
        trail.outcome.append(ground.parts.rest[year])
    return found


def _size(ground: Ground, year: int, forecast: Numbers) -> Numbers:
    """The usual size of what is forecast, above 0: of the rest of the year, for a stock of the level at its end."""
    parts = ground.parts
    figures = parts.full if ground.history.kind is Kind.STOCK else parts.rest
    last = np.abs(figures[max(0, year - 2) : year])
    count = (~np.isnan(last)).sum(axis=0)
    ahead = parts.known[year] + forecast if ground.history.kind is Kind.STOCK else forecast
    own = np.where(count > 0, np.nansum(last, axis=0) / np.maximum(count, 1), np.abs(ahead))
    own = np.nan_to_num(own, nan=0.0)
    found: Numbers = np.maximum(own, 1e-6 * own.max(initial=0.0) + 1e-12)
    return found


def _nothing(ground: Ground, year: int) -> Bools:
    """Rows without children of which nothing is expected: not there yet, or long silent."""
    parts, tree, history = ground.parts, ground.tree, ground.history
    alone = (np.diff(tree.first) == 0) & (tree.parent >= -1)
    gone = np.isnan(parts.known[year])
    if year == len(parts.known) - 1:
        now = max(history.origin, 1) if history.kind is Kind.STOCK else history.origin
        gone = gone | (parts.late >= history.year + now)
    found: Bools = alone & gone
    return found


def _land(ground: Ground, year: int, trail: Trail, forecast: Numbers) -> Step:
    now, tree = trail.evidence[-1], ground.tree
    if trail.errors:
        back = slice(-variances.YEARS, None)
        errors = np.array(trail.errors[back])
        found = variances.variances(errors, trail.evidence[:-1][back], now)
    else:
        errors = np.full((1, len(forecast)), np.nan)
        found = variances.Variances(np.full_like(forecast, np.nan), np.full_like(forecast, variances.PRIOR))
    assumed = (ASSUMED_ERROR * now.size) ** 2 + now.spread**2
    own = np.where(np.isnan(found.values), assumed, found.values)
    freedom = np.where(np.isnan(found.freedom), variances.PRIOR, found.freedom)
    own = np.maximum(own, 1e-12 * own.max(initial=0.0))
    inner = np.diff(tree.first) > 0
    given = np.zeros(len(forecast), np.bool_)
    if ground.held is not None and year == len(ground.parts.known) - 1:
        given = ~np.isnan(ground.held)
    nothing = _nothing(ground, year) & ~given
    unsaid = np.isnan(forecast) & ~nothing
    # A leaf nobody says anything about is given an uncertain nothing, so that its family can still be reconciled.
    value = np.where(nothing | (unsaid & ~inner), 0.0, forecast)
    if not ground.history.ahead:
        own, value = np.zeros_like(own), np.zeros_like(value)
    own = np.where(nothing, 0.0, np.where(inner & (unsaid | (own == 0)), np.inf, own))
    if ground.held is not None:
        value = np.where(given, ground.held - np.nan_to_num(ground.parts.known[year], nan=0.0), value)
        own = np.where(given, 0.0, own)
    base = BaseForecasts(value[:, None], own[:, None], ground.shares)
    dependence = _dependence(tree, errors, own, ground.shares)
    mean, centre, told = reconciled(ground, year, base, dependence)
    factors = calibrating.factors(trail.squares, freedom, tree.depth)
    empty, assumed_rows = np.zeros(len(mean), np.bool_), np.isnan(found.values)
    means = (mean, centre, told, told * factors)
    return Step(year, base, dependence, *means, freedom, np.empty(0), empty, nothing, assumed_rows)


def reconciled(
    ground: Ground, year: int, base: BaseForecasts, dependence: Dependence
) -> tuple[Numbers, Numbers, Numbers]:
    """Coherent means of the rest of the year, not below zero in a measure that never is, those before that, and their
    variances; float64[rows] each."""
    done = reconcile_correlated(ground.tree, base, dependence)
    mean = done.mean
    if ground.history.non_negative:
        known = ground.parts.known[year]
        flow = ground.history.kind is Kind.FLOW
        floors = np.where(np.isnan(known) | flow, 0.0, -known)
        floors = _let_down(ground.tree, floors, (base.variances[:, 0] == 0) & (base.values[:, 0] < floors))
        mean = above_floors(ground.tree, done, floors, ground.shares)
    return mean[:, 0], done.mean[:, 0], done.variance[:, 0]


def _let_down(tree: Tree, floors: Numbers, held: Bools) -> Numbers:
    """Floors without those of rows that are held below them, and of all below those."""
    if held.any():
        held = held.copy()
        for row in tree.order[::-1]:
            held[row] |= held[tree.parent[row]]
    found: Numbers = np.where(held, -np.inf, floors)
    return found


def _dependence(tree: Tree, errors: Numbers, own: Numbers, shares: Numbers | None) -> Dependence:
    found = estimate(tree, errors, own, shares)
    sisters = (1 - USUAL_WEIGHT) * found.sisters + USUAL_WEIGHT * USUAL_SISTERS
    sisters[0] = 0.0
    return Dependence(sisters, found.parent)
