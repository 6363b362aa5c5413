"""One measure of a unit for a period: figure, plan, gap, a year before, record, trend, need and landing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from headrope.core.periods import Period
from headrope.core.scoring import Judgement, State
from headrope.landing.runs.queries import Landed
from headrope.ledger.queries import MeasureInfo
from headrope.review.figures import Figure
from headrope.review.overdue import Overdue
from headrope.review.situation.landings import UNLIKELY
from headrope.review.situation.need import Need


@dataclass(frozen=True)
class Record:
    """The actual figure is the best (or, without a direction, the highest) of its kind in `of` like periods since `since`."""

    high: bool
    since: Period
    of: int


@dataclass(frozen=True)
class Trend:
    """The last native cells up to the period's end: figures in units of account, None where missing."""

    cells: tuple[Period, ...]
    actual: tuple[float | None, ...]
    plan: tuple[float | None, ...]


@dataclass(frozen=True)
class Line:
    """One measure of the unit for the period.

    `plan` is the figure held against (`Review.against`); `year_plan` the same for the whole (fiscal) year, where the
    period is shorter; `gap` and `growth` are in units of the figures (steps or float), `growth_share` of last year's.
    `last_year` and `growth` are like-for-like unless the review is as-was; `stated` is what the unit says of its total;
    `derived` says that no duties tell who owes the figure.
    `overdue` says why the figure is stale. `need` is what the months left must bring, of flows with a year's target;
    `landing` where the year will end, as the last known run says, or `unlanded` why that cannot be said (a message id).
    """

    info: MeasureInfo
    actual: Figure
    plan: Figure
    year_plan: Figure | None
    last_year: Figure
    judgement: Judgement | None
    gap: int | float | None
    growth: int | float | None
    growth_share: float | None
    record: Record | None
    drawn: Callable[[], Trend]
    stated: Figure | None = None
    derived: bool = True
    overdue: Overdue | None = None
    need: Need | None = None
    landing: Landed | None = None
    unlanded: str = ""

    @cached_property
    def trend(self) -> Trend:
        """The last cells; made when first asked, since a page draws few of the lines."""
        return self.drawn()

    @property
    def state(self) -> State | None:
        """The worse of pace and landing: what is on pace and unlikely to land is to be watched."""
        if self.overdue:
            return "stale"
        pace = self.judgement.state if self.judgement else None
        unlikely = (
            self.landing is not None and self.landing.odds.value is not None and self.landing.odds.value < UNLIKELY
        )
        return "watch" if pace in ("on", "ahead") and unlikely else pace

    @property
    def empty(self) -> bool:
        """Whether the unit has never had anything to do with the measure in this period: then it takes no line."""
        return not (self.actual.known or self.plan.known or self.last_year.known or self.actual.expected > 0)

    @property
    def stated_gap(self) -> int | float | None:
        """What the unit states of its total less what is added up; None where it states nothing."""
        if self.stated is None or self.stated.value is None or self.actual.value is None:
            return None
        return self.stated.value - self.actual.value
