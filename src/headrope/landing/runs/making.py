"""Makes what a run says of one measure, as columns over the units of one tree; compiled, for commands and jobs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from headrope.core.forests import Forest, add_up
from headrope.core.holdings import WHOLE
from headrope.core.landing import lights
from headrope.core.landing.aims import Aims, Options
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Counts, History, Kind, least_rest
from headrope.core.landing.landing import ENOUGH_YEARS, describe, ground_of
from headrope.core.landing.monthly import months
from headrope.core.landing.odds import Outlook, between, limits, sides
from headrope.core.landing.outcome import Landing
from headrope.core.landing.ratios import RatioLanding, land_ratio
from headrope.core.landing.reasons import Reason
from headrope.core.landing.scenarios import adjusted, touched
from headrope.core.landing.walking import Ground, walk
from headrope.core.periods import Period, year_of
from headrope.core.rounding import Ints, RoundingError
from headrope.core.rounding.trees import round_tree
from headrope.landing.answers import NotLanded
from headrope.landing.closings import closing, ends
from headrope.landing.histories import Grown, figures, lines_of
from headrope.landing.holds import held_figures
from headrope.landing.perimeter import Perimeter
from headrope.landing.queries import Lander, aims_of, grain_of, whole_years
from headrope.landing.telling import late_below
from headrope.ledger.cube.shaping import step_of
from headrope.ledger.queries import TARGET, MeasureInfo


class Columns(NamedTuple):
    """A measure over the units of a perimeter, in units of account; float64[units] with NaN where nothing is said.

    `steps` int64[units] the point in steps, `own` int64[units] what inner units have beside those below (leaves: all);
    both None unless the measure is exact and stored, and 0 where nothing is said. `ranges` float64[4, units]: low 80, low 50, high
    50, high 80. `estimated` and `estimated_steps` are those of telling.late_below. `path` float64[units, steps of the year].
    """

    info: MeasureInfo
    span: int
    left: int
    levels: bool
    recovers: bool
    grain: float
    point: Numbers
    steps: Ints | None
    own: Ints | None
    known: Numbers
    ranges: Numbers
    scale: Numbers
    freedom: Numbers
    least: Numbers
    target: Numbers
    odds: Numbers
    odds_low: Numbers
    odds_high: Numbers
    same_share: Numbers
    past: Counts
    filled: Counts
    late: Counts
    estimated: Counts
    estimated_steps: Counts
    reasons: Counts
    path: Numbers


def columns(lander: Lander, info: MeasureInfo, over: Perimeter, end: int) -> Columns | NotLanded:
    """The measure landed over the perimeter, after the month before `end`; or why it is not."""
    read = lander.read(info, over, end)
    if isinstance(read, NotLanded):
        return read
    found, histories, span = read
    year = year_of(end - 1, lander.ledger.fiscal_start)
    units = len(over.nodes)
    target = np.full(len(found.tree.parent), np.nan)
    target[:units] = figures(lander.view(over, end), info, lander.infos, TARGET, year)
    lines = lines_of(info, lander.infos)
    grain = grain_of(lines[0]) if len(lines) == 1 else 0.0
    aims = aims_of(info, target, grain)
    if len(histories) == 1:
        told = _of_sum(lander, found, (histories[0], over, aims), (end, year))
    else:
        ratio = land_ratio(histories[0], histories[1], found.tree, aims, Options(found.shares, threads=2))
        told = _of_ratio(ratio, histories, found, grain_of(lines[1]))
    whole = np.minimum.reduce([whole_years(each, found, over) for each in histories])
    steps, own = _rounded(info, told.full, found, over) if stored(info) else (None, None)
    told = told.first(units)
    targets = np.full(units, np.nan) if aims.targets is None else aims.targets[:units]
    more = sides(aims.more, units)
    past = np.minimum(told.past, whole)
    few = past < ENOUGH_YEARS
    certain = (told.scale == 0) | (targets <= told.least)
    odds = np.where(few & ~certain, np.nan, told.odds)
    outlook = Outlook(told.full, told.scale, told.freedom, told.least)
    low, high = (np.where(np.isnan(odds), each, np.nan) for each in between(outlook, targets, more))
    wide, half = limits(outlook), limits(outlook, 0.5)
    estimated, estimated_steps = late_below(over, told.late, told.reasons)
    point = told.full
    if steps is not None:
        point = np.where(np.isnan(point), np.nan, steps * float(step_of(info)))
    return Columns(
        info=info,
        span=span,
        left=histories[0].ahead,
        levels=histories[0].kind is Kind.STOCK,
        recovers=len(histories) == 1,
        grain=grain,
        point=point,
        steps=steps,
        own=own,
        known=told.known,
        ranges=np.stack([wide[0], half[0], half[1], wide[1]]),
        scale=told.scale,
        freedom=told.freedom,
        least=told.least,
        target=target[:units],
        odds=odds,
        odds_low=low,
        odds_high=high,
        same_share=told.same,
        past=past,
        filled=told.filled,
        late=told.late,
        estimated=estimated,
        estimated_steps=estimated_steps,
        reasons=told.reasons | np.where(few, int(Reason.FEW_YEARS), 0).astype(np.int32),
        path=told.path,
    )


def stored(info: MeasureInfo) -> bool:
    """Whether a landing of the measure is posted as facts: it is stored as it is, in whole steps, and adds up."""
    return info.rule.kind in ("flow", "cumulative", "stock") and info.rule.exact


class _Told(NamedTuple):
    """A landing, of all rows: as in Landing; `least` the year can be, the path, and the naive landing by last year."""

    full: Numbers
    known: Numbers
    scale: Numbers
    freedom: Numbers
    odds: Numbers
    past: Counts
    filled: Counts
    late: Counts
    reasons: Counts
    least: Numbers
    path: Numbers
    same: Numbers

    def first(self, units: int) -> _Told:
        """The same of so many rows."""
        cut: list[Any] = [each[:units] for each in self]
        return _Told(*cut)


def _of_sum(lander: Lander, found: Grown, of: tuple[History, Perimeter, Aims], when: tuple[int, Period]) -> _Told:
    landing, ground = _landed(lander, found, of, when)
    history = of[0]
    nothing = np.full(len(landing.full), np.nan)
    return _Told(
        landing.full,
        landing.known,
        landing.scale,
        landing.freedom,
        landing.odds,
        landing.past,
        landing.filled,
        landing.late,
        landing.reasons,
        landing.known + least_rest(history, landing.known),
        _cumulated(ground, months(ground, landing.step)),
        lights.same_share(history, ground.parts, landing.step.year) if history.years else nothing,
    )


def _landed(
    lander: Lander, found: Grown, of: tuple[History, Perimeter, Aims], when: tuple[int, Period]
) -> tuple[Landing, Ground]:
    """A sum or a level: as Lander.land does, without joint questions."""
    history, over, aims = of
    end, year = when
    closes = closing(lander.editions, over, lander.tree(year.last_day))
    stops = ends(closes, history, end, year.end)
    held = held_figures(found, history, over, ())
    if not np.isnan(held).all():
        aims = aims._replace(held=held)
    ground = ground_of(history, found.tree, aims, Options(found.shares, threads=2))
    *_, step = walk(ground)
    if stops:
        step = adjusted(ground, step, stops)
    landing = describe(ground, step, aims, touched(found.tree, stops))
    return landing._replace(reasons=landing.reasons & ~np.int32(Reason.ADJUSTED)), ground


def _cumulated(ground: Ground, ahead: Numbers) -> Numbers:
    """The figure at the end of each step of the year, float64[rows, steps]: sums to date, of stocks the levels."""
    history = ground.history
    known = ground.parts.figures[:, history.years * history.year :]
    whole = np.concatenate([known, ahead], axis=1)
    if history.kind is Kind.STOCK:
        return whole
    gone = np.isnan(whole).all(axis=1)
    found: Numbers = np.where(gone[:, None], np.nan, np.nancumsum(whole, axis=1))
    return found


def _of_ratio(ratio: RatioLanding, histories: list[History], found: Grown, grain: float) -> _Told:
    """A ratio; nothing is said where the denominator is no more than the noise of floats (`grain`)."""
    above, below = ratio.numerator, ratio.denominator
    paths = []
    for history, landing in zip(histories, (above, below), strict=True):
        ground = ground_of(history, found.tree, Aims(), Options(found.shares, threads=2))
        paths.append(_cumulated(ground, months(ground, landing.step)))
    empty = ~(np.abs(below.full) >= grain / 2)
    full, known, scale, odds = (
        np.where(empty, np.nan, each) for each in (ratio.full, ratio.known, ratio.scale, ratio.odds)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        path = np.where(paths[1] > 0, paths[0] / paths[1], np.nan)
        last = np.where(below.last > 0, above.last / below.last, np.nan)
    path[:, -1] = full
    positive = not any((np.nan_to_num(each.values) < 0).any() for each in histories)
    least = np.full(len(empty), 0.0 if positive else -np.inf)
    counts = (np.maximum(above.filled, below.filled), np.maximum(above.late, below.late))
    return _Told(full, known, scale, ratio.freedom, odds, ratio.past, *counts, ratio.reasons, least, path, last)


def _rounded(info: MeasureInfo, full: Numbers, found: Grown, over: Perimeter) -> tuple[Ints, Ints]:
    """The landing in steps, int64[units], every unit the exact sum of what is below and of its own; and its own.

    Rounded over the whole tree at once, so that many small units do not lose what their group has; where a share of a
    unit goes up, leaf by leaf and then at each such edge as the cube does.
    """
    units, inner = len(over.nodes), np.diff(found.tree.first) > 0
    values = np.where(inner, 0.0, np.nan_to_num(full / float(step_of(info)), nan=0.0))
    if found.shares is None:
        sums = values.copy()
        for row in found.tree.order:
            sums[found.tree.parent[row]] += sums[row]
        try:
            whole = round_tree(sums, found.tree)
        except RoundingError:  # beyond what floats can hold in whole steps
            whole = _added(np.rint(values).astype(np.int64), found)
    else:
        whole = _added(np.rint(values).astype(np.int64), found)
    own = np.where(inner[:units], 0, whole[:units])
    np.add.at(own, found.owner, whole[units:])
    return whole[:units], own


def _added(leaves: Ints, found: Grown) -> Ints:
    shares = np.ones(len(leaves)) if found.shares is None else found.shares
    edges = {row: round(float(shares[row]) * WHOLE) for row in np.flatnonzero(shares != 1.0).tolist()}
    total = leaves[:, None, None].copy()
    add_up(total, Forest(found.tree, edges, {}))
    added: Ints = total[:, 0, 0]
    return added
