"""Landings of ratios: the year's numerator over its denominator, both coherent over the tree; for commands and jobs.

The ratio of what is still to come is forecast, weighted by the forecast denominator. docs/spec/landing.md, section 9.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from headrope.core.landing import calibrating, odds, variances, weighing
from headrope.core.landing.aims import Aims, Options
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Counts, History, Kind, Parts
from headrope.core.landing.landing import ENOUGH_YEARS, NO_AIMS, PLAIN, describe
from headrope.core.landing.odds import Outlook
from headrope.core.landing.outcome import Landing
from headrope.core.landing.parts import cut
from headrope.core.landing.reasons import Reason
from headrope.core.landing.smoothing import Paths, paths
from headrope.core.landing.variances import Evidence
from headrope.core.landing.walking import Ground, first_year, rests, walk
from headrope.core.tree_sums import Tree

YEARS = 5


class RatioLanding(NamedTuple):
    """Arrays [rows], NaN where nothing is said: `known`, the ratio of the year to date (stocks: of the levels), `rest` of
    what is still to come, `full` of the year: the landing. The others as in Landing, in the ratio's unit; `needed` is
    the ratio of what is still to come that reaches the target if the denominator comes as forecast.
    """

    known: Numbers
    rest: Numbers
    full: Numbers
    scale: Numbers
    freedom: Numbers
    low: Numbers
    high: Numbers
    odds: Numbers
    needed: Numbers
    past: Counts
    reasons: Counts
    numerator: Landing
    denominator: Landing


class Pair(NamedTuple):
    """Numerator and denominator on one tree, and the monthly ratios."""

    above: Ground
    below: Ground
    history: History
    monthly: Parts

    def coming(self, ground: Ground, year: int | slice) -> Numbers:
        """What a ratio is taken of: the rest of the year; of a stock the level at its end."""
        parts = ground.parts
        found: Numbers = (parts.full if ground.history.kind is Kind.STOCK else parts.rest)[year]
        return found


def land_ratio(
    numerator: History, denominator: History, tree: Tree, aims: Aims = NO_AIMS, options: Options = PLAIN
) -> RatioLanding:
    """Forecast the ratio at every row and say how likely each target is; targets are ratios.

    Both histories have the same months and the same kind. Adjustments, held figures and extra forecasters are not taken.
    ValueError for those, and as for `land`.
    """
    if numerator.kind is not denominator.kind or numerator.values.shape != denominator.values.shape:
        raise ValueError("numerator and denominator have the same kind and the same months")
    if numerator.origin != denominator.origin or numerator.year != denominator.year:
        raise ValueError("numerator and denominator are landed at the same month")
    if aims.held is not None or options.adjustments or options.extra is not None:
        raise ValueError("held figures, adjustments and extra forecasters belong to a numerator or a denominator")
    grounds = [
        Ground(each, cut(each, tree, options.shares), tree, options.shares, threads=options.threads)
        for each in (numerator, denominator)
    ]
    pair = _pair(*grounds)
    expected = rests(pair.below)
    *_, below = walk(pair.below)
    expected[-1] = np.where(np.isnan(expected[-1]), np.nan, below.mean)
    if numerator.kind is Kind.STOCK:
        expected = expected + pair.below.parts.known
    ratios, spreads = _ratios(pair)
    product = ratios * expected
    if numerator.kind is Kind.STOCK:
        product = product - pair.above.parts.known
    pair = pair._replace(above=pair.above._replace(extra=product[None], alone=True))
    *_, above = walk(pair.above)
    nobody = np.zeros(len(tree.parent), np.bool_)
    landings = [describe(g, s, Aims(), nobody) for g, s in ((pair.above, above), (pair.below, below))]
    return _describe(pair, landings, _likely(pair, product, expected, spreads), aims)


def _pair(above: Ground, below: Ground) -> Pair:
    """Monthly ratios without holes; a month whose denominator is not above zero has none of its own."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(below.parts.figures > 0, above.parts.figures / below.parts.figures, np.nan)
    alone = Tree.of(np.full(len(values), -1, np.int32))
    positive = above.history.non_negative and below.history.non_negative
    history = History(values, above.history.origin, Kind.STOCK, positive, above.history.year)
    return Pair(above, below, history, cut(history, alone))


def _ratios(pair: Pair) -> tuple[Numbers, Numbers]:
    """Forecast ratios of what was still to come in every year, and how much members differed, [years + 1, rows]."""
    years = pair.above.history.years
    found, spreads = (np.full((years + 1, len(pair.monthly.first)), np.nan) for _ in range(2))
    members: list[Numbers] = []
    outcome: list[Numbers] = []
    sizes: list[Numbers] = []
    for year in range(first_year(years), years + 1):
        said = _members(pair, year)
        middle = weighing.middle(said, len(said))
        size = np.maximum(np.nan_to_num(np.abs(middle), nan=0.0), 1e-12)
        back = slice(-weighing.YEARS, None)
        past = weighing.Past(*(np.array(each[back]) for each in (members, outcome, sizes)))
        found[year], _ = weighing.weighed(said, size, past, pair.above.tree.depth, len(said))
        spreads[year] = np.sqrt(np.nan_to_num((said - found[year]) ** 2, nan=0.0).mean(axis=0))
        members.append(said)
        sizes.append(size)
        outcome.append(_quotient(pair.coming(pair.above, year), pair.coming(pair.below, year)))
    return found, spreads


def _quotient(above: Numbers, below: Numbers) -> Numbers:
    """The ratio where the denominator is above zero, else NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Numbers = np.where(below > 0, above / below, np.nan)
    return found


def _members(pair: Pair, year: int) -> Numbers:
    """Theta and damped Holt of the monthly ratio, the year to date moved as in past years, and last year's rest."""
    said = [_weighted(pair, year, path) for path in paths(pair.history, pair.monthly, year, pair.above.threads)]
    past = slice(max(0, year - YEARS), year)
    known = [_quotient(pair.above.parts.known[each], pair.below.parts.known[each]) for each in (year, past)]
    came = _quotient(pair.coming(pair.above, past), pair.coming(pair.below, past))
    moves = came - known[1]
    count = (~np.isnan(moves)).sum(axis=0)
    drift = np.where(count > 0, np.nansum(moves, axis=0) / np.maximum(count, 1), np.nan)
    nothing = np.full_like(known[0], np.nan)
    last = came[-1] if len(came) else nothing
    found = np.stack([*said, known[0] + drift, np.where(count > 0, 0.5 * (last + known[0] + drift), known[0])])
    # Ratios of a few cases say little: none leaves the range of past years by more than that range and half its size.
    years = _quotient(pair.above.parts.full[past], pair.below.parts.full[past])
    seen = np.vstack([years, known[0]])
    low = np.where(np.isnan(seen), np.inf, seen).min(axis=0)
    high = np.where(np.isnan(seen), -np.inf, seen).max(axis=0)
    low, high = np.where(high < low, 0.0, low), np.where(high < low, 0.0, high)
    wide = high - low + 0.5 * np.maximum(np.abs(low), np.abs(high))
    kept: Numbers = np.clip(found, low - wide, high + wide)
    return kept


def _weighted(pair: Pair, year: int, path: Numbers) -> Numbers:
    """The ratio of the months ahead, weighted by the forecast denominator; of stocks that of the last month."""
    if not path.shape[1]:
        return np.full(len(path), np.nan)
    if pair.above.history.kind is Kind.STOCK:
        return path[:, -1]
    below: Paths = paths(pair.below.history, pair.below.parts, year, pair.below.threads)
    weight = np.maximum(below.theta + below.holt, 0.0)
    total = weight.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Numbers = np.where(total > 0, (path * weight).sum(axis=1) / total, path.mean(axis=1))
    return found


def _likely(pair: Pair, product: Numbers, expected: Numbers, spreads: Numbers) -> tuple[Numbers, Numbers]:
    """Scale and degrees of freedom of the year's ratio, from its own past errors as in core.landing.variances."""
    above, below, tree = pair.above.parts, pair.below.parts, pair.above.tree
    level = expected if pair.above.history.kind is Kind.STOCK else below.known + expected
    said, came = _quotient(above.known + product, level), _quotient(above.full, below.full)
    part = np.clip(_quotient(expected, level), 0.0, 1.0)
    years = len(said) - 1
    evidence: list[Evidence] = []
    squares: list[Numbers] = []
    scale, freedom = np.full(said.shape[1], np.nan), np.full(said.shape[1], variances.PRIOR)
    start = first_year(years)
    for year in range(start, years + 1):
        size = np.maximum(np.nan_to_num(np.abs(said[year]), nan=0.0), 1e-12)
        evidence.append(Evidence(size, np.nan_to_num(spreads[year] * part[year], nan=0.0)))
        if year - start < 3 and year < years:
            continue
        if year > start:
            back = slice(-variances.YEARS, None)
            errors = (came - said)[start:year][back]
            found = variances.variances(errors, evidence[:-1][back], evidence[-1])
            scale = np.sqrt(found.values * calibrating.factors(squares, found.freedom, tree.depth))
            freedom = np.where(np.isnan(found.freedom), variances.PRIOR, found.freedom)
            with np.errstate(divide="ignore", invalid="ignore"):
                squares.append((came[year] - said[year]) ** 2 / found.values)
    return np.where(np.isnan(said[-1]), np.nan, scale), freedom


def _describe(pair: Pair, landings: list[Landing], likely: tuple[Numbers, Numbers], aims: Aims) -> RatioLanding:
    above, below = landings
    rows = len(above.full)
    targets = np.full(rows, np.nan) if aims.targets is None else aims.targets
    full = _quotient(above.full, below.full)
    scale, freedom = np.where(np.isnan(full), np.nan, likely[0]), likely[1]
    least = np.zeros(rows) if pair.history.non_negative else np.full(rows, -np.inf)
    outlook = Outlook(full, scale, freedom, least)
    past = np.minimum(above.past, below.past)
    chance = odds.chance(outlook, targets, odds.sides(aims.more, rows))
    low, high = odds.limits(outlook)
    stock = pair.above.history.kind is Kind.STOCK
    coming = (below.full if stock else below.rest), (above.full if stock else above.rest)
    needed = targets if stock else _quotient(targets * below.full - above.known, below.rest)
    ratio_marks = np.where(past < ENOUGH_YEARS, int(Reason.FEW_YEARS), 0)
    ratio_marks |= np.where(np.isnan(full), int(Reason.NO_FIGURES), 0)
    ratio_marks |= np.where(np.isnan(targets), int(Reason.NO_TARGET), 0)
    reasons = ((above.reasons | below.reasons) & ~int(Reason.NO_TARGET) | ratio_marks).astype(np.int32)
    return RatioLanding(
        *(_quotient(above.known, below.known), _quotient(coming[1], coming[0]), full, scale, freedom, low, high),
        *(np.where(past < ENOUGH_YEARS, np.nan, chance), needed, past, reasons, above, below),
    )
