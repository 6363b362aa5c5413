"""What checks are held against: the figures of a unit for a period, and earlier ones that are asked for when needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from headrope.core.checks.figures import Exact, Value, exact
from headrope.core.periods import Period, year_of
from headrope.core.quantities import Quantity

Earlier = Callable[[str, Period], Value]
"""The figure of a measure for a period, None where there is none. Asked at most once for each in an evaluation."""


@dataclass(frozen=True)
class Entered:
    """What a unit hands in: its figures for a period by measure, in the order in which they are asked for.

    None and blank texts are missing; other texts stand for what is not (yet) a number, of which checks say nothing.
    `path` holds the unit and all above it, `owed` the measures that it owes for the period.
    """

    period: Period
    values: Mapping[str, Value]
    path: Collection[str] = ()
    kind: str = "unit"
    owed: Collection[str] = frozenset()

    def lacks(self, measure: str) -> bool:
        """Whether nothing at all stands in the measure's cell."""
        value = self.values.get(measure)
        return value is None or (isinstance(value, str) and not value.strip())


@dataclass
class Figures:
    """Exact figures by measure and months back, each made once; numbers of steps where the measure has them."""

    entered: Entered
    earlier: Earlier
    quantities: Mapping[str, Quantity]
    fiscal_start: int = 1
    _known: dict[tuple[str, int], Exact | None] = field(default_factory=dict)
    _periods: dict[int, Period] = field(default_factory=dict)

    def now(self, measure: str) -> Exact | None:
        """The figure handed in; of a measure that is not asked for here, the one known for the same period."""
        return self.before(measure, 0)

    def before(self, measure: str, months: int) -> Exact | None:
        """The figure for the period so many months earlier."""
        key = measure, months
        if key not in self._known:
            here = not months and measure in self.entered.values
            value = self.entered.values[measure] if here else self.earlier(measure, self.period(months))
            self._known[key] = exact(value, self.quantities[measure])
        return self._known[key]

    def period(self, months: int) -> Period:
        """The period so many months earlier."""
        if months not in self._periods:
            self._periods[months] = self.entered.period.shifted(-months)
        return self._periods[months]

    def since_new_year(self) -> range:
        """Months back to each earlier period of the same fiscal year, the latest first."""
        period = self.entered.period
        last = period.end - 1
        return range(period.span, last - year_of(last, self.fiscal_start).start + 1, period.span)
