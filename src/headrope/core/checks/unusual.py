"""Whether a change on the year before is unusual against the past ones, by a robust z-score; docs/spec/checks.md, section 4."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from headrope.core.checks.asked import Figures
from headrope.core.checks.bound import Bound, distance, note
from headrope.core.checks.check import LIMIT, PAST, WINDOW
from headrope.core.checks.doubt import Doubt
from headrope.core.checks.figures import Exact, plain

_NORMAL = Fraction(6745, 10000)
"""MAD of a normal distribution by its standard deviation; the constant of Iglewicz and Hoaglin."""
_MEAN_NORMAL = Fraction(1253314, 1000000)
"""Standard deviation of a normal distribution by its mean absolute deviation, the root of pi/2."""


def unusual(bound: Bound, figures: Figures) -> Doubt | None:
    """A change on the year before that lies far from the middle of the past ones; the year before takes the season out."""
    check, span, measure = bound.check, figures.entered.period.span, bound.measure
    now, before = figures.now(measure), figures.before(measure, 12)
    if now is None or before is None:
        return None
    changes = []
    for months in range(span, span * WINDOW + 1, span):
        late = figures.before(measure, months)
        early = None if late is None else figures.before(measure, months + 12)
        if late is not None and early is not None:
            changes.append(late - early)
    if len(changes) < (PAST["unusual"] if check.past is None else check.past):
        return None
    # In whole numbers of the smallest common part, since whole numbers are put in order many times faster.
    parts = math.lcm(*(change.denominator for change in changes))
    wholes = [int(change * parts) for change in changes]
    middle = median(wholes)
    limit = LIMIT if check.limit is None else check.limit
    reach = max(limit * spread(wholes, middle), bound.tolerance * parts)
    if distance((now - before) * parts, middle) <= reach:
        return None
    low, high = (bound.figure(before + Fraction(middle + sign * reach) / parts) for sign in (-1, 1))
    message = "%(now)s; by %(past)s past changes on the year before, %(low)s to %(high)s is usual."
    return note(bound, message, {"now": bound.figure(now), "past": len(changes), "low": low, "high": high})


def median(values: Sequence[int]) -> Exact:
    """The middle value, of an even number the mean of the two in the middle; exact."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else plain(Fraction(ordered[half - 1] + ordered[half], 2))


def spread(values: Sequence[int], middle: Exact) -> Exact:
    """The standard deviation as the median absolute deviation has it; where that is 0, as the mean one has it."""
    twice = int(2 * middle)
    deviations = [abs(2 * value - twice) for value in values]
    if mad := median(deviations):
        return Fraction(mad) / 2 / _NORMAL
    return Fraction(sum(deviations), 2 * len(deviations)) * _MEAN_NORMAL
