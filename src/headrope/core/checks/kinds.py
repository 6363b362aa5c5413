"""What each kind of check finds: one function a kind, from a bound check and figures to a doubt or None.

Borders are inside: a figure that equals a threshold raises no doubt. Arithmetic is exact throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from headrope.core.checks.asked import Figures
from headrope.core.checks.bound import Bound, distance, note, value_of
from headrope.core.checks.check import PAST, Kind
from headrope.core.checks.doubt import Doubt
from headrope.core.checks.figures import Rate, Share, Terms, plain
from headrope.core.checks.unusual import unusual


def not_negative(bound: Bound, figures: Figures) -> Doubt | None:
    """A figure below 0."""
    now = figures.now(bound.measure)
    return None if now is None or now >= 0 else note(bound, "%(now)s is below 0.", {"now": bound.figure(now)})


def not_positive(bound: Bound, figures: Figures) -> Doubt | None:
    """A figure above 0."""
    now = figures.now(bound.measure)
    return None if now is None or now <= 0 else note(bound, "%(now)s is above 0.", {"now": bound.figure(now)})


def within(bound: Bound, figures: Figures) -> Doubt | None:
    """A figure, or the value of a formula, below `min` or above `max`."""
    now = value_of(bound.line, figures) if bound.line else figures.now(bound.measure)
    if now is None:
        return None
    terms = Terms(bound.check.formula)
    if bound.min is not None and now < bound.min:
        few = {"now": bound.figure(now), "min": bound.figure(bound.min)}
        if bound.line:
            return note(bound, "%(formula)s makes %(now)s, less than %(min)s.", {"formula": terms, **few})
        return note(bound, "%(now)s is less than %(min)s.", few)
    if bound.max is not None and now > bound.max:
        many = {"now": bound.figure(now), "max": bound.figure(bound.max)}
        if bound.line:
            return note(bound, "%(formula)s makes %(now)s, more than %(max)s.", {"formula": terms, **many})
        return note(bound, "%(now)s is more than %(max)s.", many)
    return None


def jump(bound: Bound, figures: Figures) -> Doubt | None:
    """A change beyond all thresholds that are given; the share is taken of the earlier figure, or of the floor if larger."""
    check = bound.check
    months = 12 if check.against == "year" else figures.entered.period.span
    now, before = figures.now(bound.measure), figures.before(bound.measure, months)
    if now is None or before is None:
        return None
    change = distance(now, before)
    if change <= bound.tolerance:
        return None
    if check.change is not None and change <= plain(check.change) * max(distance(before, 0), bound.floor):
        return None
    values: dict[str, object] = {"now": bound.figure(now), "before": bound.figure(before)}
    values["period"] = figures.period(months)
    if before <= 0 or now < 0:
        return note(bound, "%(now)s, after %(before)s in %(period)s.", values)
    share = Share(Fraction(change) / before)
    if now > before:
        return note(bound, "%(now)s, up %(change)s on the %(before)s of %(period)s.", {"change": share, **values})
    return note(bound, "%(now)s, down %(change)s on the %(before)s of %(period)s.", {"change": share, **values})


def sum_of_parts(bound: Bound, figures: Figures) -> Doubt | None:
    """A total that its parts do not make, by more than the tolerance."""
    now, parts = figures.now(bound.measure), value_of(bound.line, figures)
    if now is None or parts is None or distance(now, parts) <= bound.tolerance:
        return None
    values: dict[str, object] = {"now": bound.figure(now), "sum": bound.figure(parts)}
    values["formula"] = Terms(bound.check.formula)
    values["gap"] = bound.figure(distance(now, parts))
    if now > parts:
        return note(bound, "%(now)s, and %(formula)s makes %(sum)s: %(gap)s too much.", values)
    return note(bound, "%(now)s, and %(formula)s makes %(sum)s: %(gap)s short.", values)


def cumulative(bound: Bound, figures: Figures) -> Doubt | None:
    """A year to date smaller, by more than the tolerance, than the last that is known of the same fiscal year."""
    now = figures.now(bound.measure)
    if now is None:
        return None
    for months in figures.since_new_year():
        before = figures.before(bound.measure, months)
        if before is not None:
            if before - now <= bound.tolerance:
                return None
            values = {"now": bound.figure(now), "before": bound.figure(before), "period": figures.period(months)}
            return note(bound, "%(now)s is less than the %(before)s reached by %(period)s.", values)
    return None


def ratio(bound: Bound, figures: Figures) -> Doubt | None:
    """A ratio below `min` or above `max`; nothing where the denominator is 0."""
    above, below = value_of(bound.line, figures), value_of(bound.below, figures)
    if above is None or not below:
        return None
    now = Fraction(above) / below
    check = bound.check
    shown = Share if all(abs(each) <= 1 for each in (check.min, check.max) if each is not None) else Rate
    values = {"formula": Terms(check.formula), "denominator": Terms(check.denominator), "now": shown(now)}
    if check.min is not None and now < check.min:
        message = "%(formula)s over %(denominator)s is %(now)s, less than %(min)s."
        return note(bound, message, {**values, "min": shown(check.min)})
    if check.max is not None and now > check.max:
        message = "%(formula)s over %(denominator)s is %(now)s, more than %(max)s."
        return note(bound, message, {**values, "max": shown(check.max)})
    return None


def missing(bound: Bound, figures: Figures) -> Doubt | None:
    """Nothing where a figure is owed."""
    if bound.measure not in figures.entered.owed or not figures.entered.lacks(bound.measure):
        return None
    remedy = (
        "Enter a figure; enter 0 only if there was none." if bound.check.blocking else "Enter a figure, or say why."
    )
    return note(bound, "Empty, and owed for this period.", {}, remedy)


def decimals(bound: Bound, figures: Figures) -> Doubt | None:
    """More decimals than are allowed."""
    now, places = figures.now(bound.measure), bound.check.decimals or 0
    if now is None or (now * bound.step * 10**places).denominator == 1:
        return None
    if not places:
        return note(bound, "%(now)s is not a whole number.", {"now": bound.figure(now)})
    message = "%(now)s has more decimals than the allowed %(decimals)s."
    return note(bound, message, {"now": bound.figure(now), "decimals": places})


def same(bound: Bound, figures: Figures) -> Doubt | None:
    """A figure beyond the floor that has not changed for so many periods."""
    now, span = figures.now(bound.measure), figures.entered.period.span
    past = PAST["same"] if bound.check.past is None else bound.check.past
    if now is None or distance(now, 0) <= bound.floor:
        return None
    if any(figures.before(bound.measure, span * back) != now for back in range(1, past + 1)):
        return None
    if past == 1:
        return note(
            bound, "%(now)s, exactly as in %(period)s.", {"now": bound.figure(now), "period": figures.period(span)}
        )
    return note(bound, "%(now)s, exactly as in the last %(past)s periods.", {"now": bound.figure(now), "past": past})


FINDERS: dict[Kind, Callable[[Bound, Figures], Doubt | None]] = {
    "not-negative": not_negative,
    "not-positive": not_positive,
    "range": within,
    "jump": jump,
    "sum": sum_of_parts,
    "cumulative": cumulative,
    "ratio": ratio,
    "unusual": unusual,
    "missing": missing,
    "decimals": decimals,
    "same": same,
}
