"""The members of the combination: simple forecasts of the rest of the year, each from what was known at the landing.

Plain NumPy. The definitions are in docs/spec/landing.md, section 3. A member that cannot say anything about a row is NaN.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import History, Kind, Parts
from headrope.core.landing.smoothing import Paths, totals
from headrope.core.rollup import Rows

SHARE_YEARS, LEVEL_YEARS = 5, 3
GROWTH_LIMITS = (0.3, 3.0)
FAMILY_LIMITS = (0.5, 2.0)
USUAL_ELASTICITY = 0.7
USUAL_WEIGHT = 1.0
"""Weight of the usual elasticity, as a sum of squared growth rates: small beside the rows of a group."""

NAMES = ("theta", "holt", "share", "growth", "quarter", "level", "family")
EQUAL = 5
"""The first so many members have equal weights to begin with, the others none."""


class Scene(NamedTuple):
    """A landing of one year: what everybody may know. `year` is its row in `parts`, `parent` the tree's (roots: -1)."""

    history: History
    parts: Parts
    parent: Rows
    year: int

    def past(self, years: int) -> slice:
        """The rows of `parts` of the last so many whole years."""
        return slice(max(0, self.year - years), self.year)


def forecasts(scene: Scene, paths: Paths) -> Numbers:
    """The rest of the year by every member, float64[members, rows], in the order of NAMES."""
    known = scene.parts.known[scene.year]
    if not scene.year:
        return np.full((len(NAMES), len(known)), np.nan)
    with np.errstate(all="ignore"):
        simple = _stock(scene) if scene.history.kind is Kind.STOCK else _flow(scene)
    found = np.stack([*(totals(scene.history, path, known) for path in paths), *simple])
    if scene.history.non_negative:
        least = 0.0 if scene.history.kind is Kind.FLOW else -known
        found = np.maximum(found, least)
    found[~np.isfinite(found)] = np.nan
    return np.clip(found, *bounds(scene))


def bounds(scene: Scene) -> tuple[Numbers, Numbers]:
    """What no member may leave: the range of the row's rests in past years, by far widened; float64[rows] each.

    A rest may go beyond that range by the range and by the largest of them, all that times as much as the year to date
    is above its largest. Infinite where there is no past.
    """
    rest, known = scene.parts.rest[scene.past(SHARE_YEARS)], np.abs(scene.parts.known[scene.past(SHARE_YEARS)])
    there = ~np.isnan(rest)
    low, high = (
        np.where(there, rest, np.inf).min(axis=0, initial=np.inf),
        np.where(there, rest, -np.inf).max(axis=0, initial=-np.inf),
    )
    none = ~there.any(axis=0)
    low, high = np.where(none, 0.0, low), np.where(none, 0.0, high)
    size = np.maximum(np.abs(low), np.abs(high))
    if scene.history.kind is Kind.STOCK:
        size = np.maximum(size, np.where(there, known, 0.0).max(axis=0, initial=0.0))
    most = np.where(there, known, 0.0).max(axis=0, initial=0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        grown = np.where(most > 0, np.maximum(np.abs(scene.parts.known[scene.year]) / most, 1.0), 1.0)
    grown = np.nan_to_num(grown, nan=1.0)
    wide = (high - low + size) * grown
    return np.where(none, -np.inf, low - wide), np.where(none, np.inf, high + wide)


def newcomers(scene: Scene) -> Numbers:
    """The rest of the year of rows about which no member says anything, float64[rows].

    A flow goes on as its parent's did in past years after the same months, else in a straight line, as if the months
    before its first one had been like those since; a stock stays.
    """
    known, history = scene.parts.known[scene.year], scene.history
    if history.kind is Kind.STOCK or not history.ahead:
        return np.where(np.isnan(known), np.nan, 0.0)
    if not history.origin:
        return np.full_like(known, np.nan)
    before, after = (_sum(each[scene.past(SHARE_YEARS)]) for each in (scene.parts.known, scene.parts.rest))
    with np.errstate(all="ignore"):
        ratio = np.where((before > 0) & (after >= 0), after / before, np.nan)[_above(scene.parent)]
    begun = scene.parts.first - scene.year * history.year
    there = np.clip(history.origin - begun, 1, history.origin)
    found: Numbers = known * np.where(np.isnan(ratio), history.ahead / history.origin, ratio) * history.origin / there
    return found


def _above(parent: Rows) -> Rows:
    """The parent's row; a row without parent stands for itself."""
    return np.where(parent >= 0, parent, np.arange(len(parent))).astype(np.int32)


def _sum(values: Numbers) -> Numbers:
    """Sums over years of what is known, NaN where nothing is."""
    found: Numbers = np.where(np.isnan(values).all(axis=0), np.nan, np.nansum(values, axis=0))
    return found


def _mean(values: Numbers) -> Numbers:
    """Means over years of what is known, NaN where nothing is."""
    found: Numbers = _sum(values) / (~np.isnan(values)).sum(axis=0)
    return found


def _stock(scene: Scene) -> list[Numbers]:
    history, parts, year = scene.history, scene.parts, scene.year
    known, rest = parts.known, parts.rest
    change = known[year] - known[year - 1]
    recent = rest[scene.past(LEVEL_YEARS)]
    relative = _mean(recent / np.abs(known[scene.past(LEVEL_YEARS)]))
    return [
        _mean(rest[scene.past(SHARE_YEARS)]),
        rest[year - 1],
        change * history.ahead / history.year,
        _mean(recent),
        relative[_above(scene.parent)] * np.abs(known[year]),
    ]


def _flow(scene: Scene) -> list[Numbers]:
    parts, year = scene.parts, scene.year
    known, rest = parts.known, parts.rest
    before, after = known[scene.past(SHARE_YEARS)], rest[scene.past(SHARE_YEARS)]
    both = np.isnan(before) | np.isnan(after)
    before, after = np.where(both, np.nan, before), np.where(both, np.nan, after)
    # A share of figures that change their sign means nothing; such a row repeats its mean.
    steady = (np.nanmin(np.where(both, np.inf, before), axis=0) >= 0) & (_sum(before) > 0) & (known[year] >= 0)
    share = np.where(steady, known[year] * _sum(after) / _sum(before), _mean(after))
    recent = _mean(rest[scene.past(LEVEL_YEARS)])
    average = _mean(known[scene.past(LEVEL_YEARS)])
    family = np.where((average > 0) & (known[year] > 0), known[year] / average, 1.0)[_above(scene.parent)]
    return [share, _growth(scene), _quarter(scene), recent, recent * np.clip(family, *FAMILY_LIMITS)]


def _growth(scene: Scene) -> Numbers:
    """Last year's rest, grown as rests grew in this group when the months before them grew like that."""
    known, rest, year = scene.parts.known, scene.parts.rest, scene.year
    sums = np.array([USUAL_WEIGHT, USUAL_ELASTICITY * USUAL_WEIGHT, 0.0, 0.0, 0.0])  # xx, xy, x, y, count
    for each in range(max(1, year - SHARE_YEARS), year):
        x, y = (np.clip(_log(part[each], part[each - 1]), -1, 1) for part in (known, rest))
        good = ~np.isnan(x) & ~np.isnan(y)
        x, y = x[good], y[good]
        sums += [x @ x, x @ y, x.sum(), y.sum(), len(x)]
    xx, xy, x_sum, y_sum, count = sums
    count = max(count, 1.0)
    elasticity = np.clip((xy - x_sum * y_sum / count) / (xx - x_sum**2 / count), 0.0, 1.2)
    drift = (y_sum - elasticity * x_sum) / count
    now = np.clip(_log(known[year], known[year - 1]), -1, 1)
    found: Numbers = rest[year - 1] * np.exp(np.where(np.isnan(now), 0.0, drift + elasticity * now))
    return found


def _log(after: Numbers, before: Numbers) -> Numbers:
    """Rates of growth of positive figures, else NaN."""
    found: Numbers = np.log(np.where((after > 0) & (before > 0), after / before, np.nan))
    return found


def _quarter(scene: Scene) -> Numbers:
    """Last year's rest, grown as the last quarter of a year has grown over the same months a year earlier."""
    history, year = scene.history, scene.year
    until, count = year * history.year + history.origin, max(1, history.year // 4)
    last: Numbers = scene.parts.rest[year - 1]
    if until - count - history.year < 0:
        return last
    now = scene.parts.figures[:, until - count : until].sum(axis=1)
    then = scene.parts.figures[:, until - count - history.year : until - history.year].sum(axis=1)
    growth = np.where((then > 0) & (now >= 0), now / then, 1.0)
    found: Numbers = last * np.clip(growth, *GROWTH_LIMITS)
    return found
