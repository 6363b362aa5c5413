"""A check bound to a measure or a formula of a ledger, and what every kind does with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from headrope.core.checks.asked import Figures
from headrope.core.checks.check import Check
from headrope.core.checks.doubt import Doubt
from headrope.core.checks.figures import Exact, Figure

Line = tuple[tuple[Exact, str], ...]
"""A formula whose factors turn steps of each measure into steps of the bound check."""


@dataclass(frozen=True)
class Bound:
    """A check on one measure or formula; thresholds of amounts are in the steps `step` of `measure`."""

    check: Check
    measure: str
    measures: tuple[str, ...]
    step: Fraction
    line: Line = ()
    below: Line = ()
    min: Exact | None = None
    max: Exact | None = None
    tolerance: Exact = 0
    floor: Exact = 0

    def figure(self, value: Exact) -> Figure:
        """A number of steps in units of account."""
        return Figure(Fraction(value) * self.step, self.measure)


def note(bound: Bound, message: str, values: Mapping[str, object], remedy: str = "") -> Doubt:
    """The doubt; without a remedy of its own what to do follows from the severity."""
    if not remedy:
        remedy = "Mend the figure." if bound.check.blocking else "Right? Then say why. Wrong? Then mend the figure."
    return Doubt(bound.check, bound.measures, message, remedy, values)


def distance(a: Exact, b: Exact) -> Exact:
    """How far the two lie from each other."""
    return a - b if a > b else b - a


def value_of(line: Line, figures: Figures) -> Exact | None:
    """The formula's value; None where a part is missing."""
    total: Exact = 0
    for factor, measure in line:
        value = figures.now(measure)
        if value is None:
            return None
        total += factor * value
    return total
