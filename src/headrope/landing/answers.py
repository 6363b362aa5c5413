"""What is said of landings: of a unit, of a measure and all its units, and of many units at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Counts
from headrope.core.landing.landing import ENOUGH_YEARS
from headrope.core.landing.outcome import Landing
from headrope.core.landing.ratios import RatioLanding
from headrope.core.landing.reasons import Reason
from headrope.core.periods import Period
from headrope.landing.perimeter import Perimeter
from headrope.ledger.queries import MeasureInfo
from headrope.org.queries import Node


@dataclass(frozen=True)
class UnitLanding:
    """Where one unit's year ends; figures in units of account, None where nothing is said.

    `known` the year to date, `full` the landing, `low` to `high` its range; `odds` of meeting `target`; `pace` is what
    each step still to come must bring for it, `usual` what one brought last year. `last` is last year's figure, `past`
    the whole past years; `filled` and `late` count steps that were given a figure. `recovered` are the odds after the
    recovery that was asked about. `estimated` counts the units below whose last steps are missing; `closes` is the last
    day of a unit that ends within the year and has no successor.
    """

    node: Node
    tier: int
    known: float | None
    full: float | None
    low: float | None
    high: float | None
    odds: float | None
    pace: float | None
    usual: float | None
    last: float | None
    past: int
    filled: int
    late: int
    reasons: Reason
    recovered: float | None = None
    target: float | None = None
    estimated: int = 0
    closes: date | None = None


class Landed(NamedTuple):
    """How many units of a tier land: of `units` with a target, on average, and the range with probability RANGE."""

    tier: int
    units: int
    mean: float
    low: int
    high: int


class Pair(NamedTuple):
    """Two units that fail together with probability `both`, and `by_chance` if they failed independently."""

    first: Node
    second: Node
    both: float
    by_chance: float


@dataclass(frozen=True)
class MeasureLanding:
    """A measure's landing of the unit asked about and all below: units in order, parents before children.

    `year` is the year that lands, after the month before `end`; `left` steps of `span` months are still to come.
    """

    info: MeasureInfo
    year: Period
    end: int
    span: int
    left: int
    against: str
    units: tuple[UnitLanding, ...]
    tiers: tuple[Landed, ...]
    together: tuple[Pair, ...]


class NotLanded(NamedTuple):
    """A measure that cannot be landed, and why, as a message id."""

    info: MeasureInfo
    why: str


class Recovery(NamedTuple):
    """What if a unit (its code) brought so much more, in units of account?"""

    unit: str
    size: float


class Change(NamedTuple):
    """A scenario: the rest of the year of a unit, of all below it, or of a segment's members (its code), changes."""

    unit: str
    factor: float = 1.0
    amount: float = 0.0


class Hold(NamedTuple):
    """A unit's figure of the year (its code) that is given and not forecast, in units of account."""

    unit: str
    figure: float


@dataclass(frozen=True)
class Question:
    """What is asked: after the month before `end`, against a version; the draws for joint questions have a seed.

    `further`: with AutoETS and Theta beside the own forecasters, for the upper tiers.
    """

    unit: str
    end: int
    against: str = "target"
    recovery: Recovery | None = None
    changes: tuple[Change, ...] = ()
    holds: tuple[Hold, ...] = ()
    seed: int = 0
    further: bool = False


NO_MONTHS = "No figures of months or quarters are held of it."
NO_SUM = "It is no sum over time and no level of which the year's figure could be forecast."
NO_PAIR = "Its numerator and denominator are not both sums over time or both levels."
NO_BACKTEST = "Ratios are not backtested; their numerators and denominators are."
NO_CHANGES = "What is held, changed or recovered belongs to its numerator or its denominator."
NO_FIGURES = "Nothing is known of it that could change."
BROUGHT = "The year has brought %(known)s already."
TWICE = "It is held at two figures."
NO_ROOM = "What is held leaves no room for what is reported already, or for figures that are never below zero."
NO_QUARTER = "It is reported by quarter, and that month does not end one."
NO_YEAR = "There are no figures of this year or the year before."


def _said(column: Numbers, row: int) -> float | None:
    return None if np.isnan(column[row]) else float(column[row])


def units_of(
    over: Perimeter, found: Landing, gained: Numbers | None, left: int, whole: Counts
) -> tuple[UnitLanding, ...]:
    """The landing of a sum or a level by unit; `gained` are the odds after a recovery, `left` the steps to come.

    `whole` int32[units]: past years of which most steps were reported; with less than three there are no odds.
    """
    past = np.minimum(found.past[: len(whole)], whole)
    few = past < ENOUGH_YEARS
    odds = np.where(few & (found.scale[: len(whole)] > 0), np.nan, found.odds[: len(whole)])
    reasons = np.where(few, found.reasons[: len(whole)] | int(Reason.FEW_YEARS), found.reasons[: len(whole)])
    low, high = np.fmin(found.low, found.full), np.fmax(found.high, found.full)  # what is held may lie outside
    behind = _behind(over, found.late)
    usual = found.usual / left if left else found.usual * np.nan
    after = gained if gained is not None else np.full(len(found.full), np.nan)
    return tuple(
        UnitLanding(
            node=node,
            tier=int(over.tiers[row]),
            known=_said(found.known, row),
            full=_said(found.full, row),
            low=_said(low, row),
            high=_said(high, row),
            odds=_said(odds, row),
            pace=_said(found.pace, row),
            usual=_said(usual, row),
            last=_said(found.last, row),
            past=int(past[row]),
            filled=int(found.filled[row]),
            late=int(found.late[row]),
            reasons=Reason(int(reasons[row])),
            recovered=None if np.isnan(odds[row]) else _said(after, row),
            estimated=int(behind[row]),
        )
        for row, node in enumerate(over.nodes)
    )


def _behind(over: Perimeter, late: Counts) -> Counts:
    """How many units without others below, below each unit, have late figures."""
    leaf = np.ones(len(over.nodes), bool)
    leaf[over.inner] = False
    found = np.zeros(len(over.nodes), np.int32)
    for row in range(len(over.nodes) - 1, 0, -1):  # parents come first
        found[over.parent[row]] += found[row] + (leaf[row] and late[row] > 0)
    return found


def units_of_ratio(over: Perimeter, found: RatioLanding, grain: float, levels: bool) -> tuple[UnitLanding, ...]:
    """The landing of a ratio by unit.

    `grain`: what a denominator must reach to be more than the noise of floats; `levels`: a ratio of levels, of which no
    part is still to come.
    """
    above, below = found.numerator, found.denominator
    empty = ~(np.abs(below.full) >= grain / 2)
    kept = {
        name: np.where(empty, np.nan, column)
        for name, column in (
            ("known", found.known),
            ("full", found.full),
            ("low", found.low),
            ("high", found.high),
            ("odds", found.odds),
            ("needed", found.needed),
        )
    }
    behind = _behind(over, np.maximum(above.late, below.late))
    with np.errstate(divide="ignore", invalid="ignore"):
        usual, last = above.usual / below.usual, above.last / below.last
    usual, last = (np.where(np.isfinite(each), each, np.nan) for each in (usual, last))
    return tuple(
        UnitLanding(
            node=node,
            tier=int(over.tiers[row]),
            known=_said(kept["known"], row),
            full=_said(kept["full"], row),
            low=_said(kept["low"], row),
            high=_said(kept["high"], row),
            odds=_said(kept["odds"], row),
            pace=None if levels else _said(kept["needed"], row),
            usual=None if levels else _said(usual, row),
            last=_said(last, row),
            past=int(found.past[row]),
            filled=int(max(above.filled[row], below.filled[row])),
            late=int(max(above.late[row], below.late[row])),
            reasons=Reason(int(found.reasons[row])),
            estimated=int(behind[row]),
        )
        for row, node in enumerate(over.nodes)
    )
