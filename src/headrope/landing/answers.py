"""What is said of landings: of a unit, of a measure and all its units, and of many units at once; pages may import it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from headrope.core.landing.reasons import Reason
from headrope.core.periods import Period
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
