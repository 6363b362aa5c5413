"""What if units brought more: the landings and odds of them and of all above, from a run as it stands; for pages.

The rules are in docs/spec/landing-runs.md, section 5.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import NamedTuple

from headrope.core.landing.odds import Odds
from headrope.core.landing.recovering import Standing, moved, odds, ranges
from headrope.core.problems import Problem
from headrope.landing.runs.queries import Landed, Run, RunMeasure, above, landed

LARGEST = 1e18


class Change(NamedTuple):
    """A unit (id) brings so much more of a measure (id) in the rest of the year than it would have; units of account."""

    unit: int
    measure: int
    amount: float


@dataclass(frozen=True)
class Effect:
    """What the changes do to one unit's landing: `by` so much; the rest is as in Landed."""

    before: Landed
    after: Landed
    by: float


@dataclass(frozen=True)
class WhatIf:
    """The effects by unit and measure, on the units that change and all above them; none where there are problems."""

    effects: Mapping[tuple[int, int], Effect]
    problems: Sequence[Problem]


def what_if(run: Run, changes: Sequence[Change]) -> WhatIf:
    """Landings and odds if all the changes came together; two statements.

    Each amount is added to its unit and, by shares, to every unit above it; nothing else moves, and nothing becomes
    more or less sure.
    """
    held = landed(run, above(run, {each.unit for each in changes}), {each.measure for each in changes})
    problems = [problem for each in changes if (problem := _refused(run, each, held))]
    if problems:
        return WhatIf({}, problems)
    by: dict[tuple[int, int], float] = defaultdict(float)
    for each in changes:
        unit: int | None = each.unit
        amount = each.amount
        while unit is not None and amount:
            by[unit, each.measure] += amount
            row = held[unit, each.measure]
            unit, amount = row.parent, amount * row.share
    effects = {key: _effect(held[key], run.measures[key[1]], amount) for key, amount in by.items()}
    short = [
        Problem("", "Less than what has come already is left of it.", "Take away less.", {"unit": key[0]})
        for key, effect in effects.items()
        if (least := effect.before.least) is not None and (effect.after.account or 0.0) < least
    ]
    return WhatIf({} if short else effects, short)


def _refused(run: Run, change: Change, held: Mapping[tuple[int, int], Landed]) -> Problem | None:
    """Why the change cannot be asked about."""
    measure, row = run.measures.get(change.measure), held.get((change.unit, change.measure))
    values = {"unit": change.unit, "measure": change.measure}
    if not isfinite(change.amount) or abs(change.amount) >= LARGEST:
        return Problem("", "The amount is no number, or too large.", "Write an amount such as 20 or -3.5.", values)
    if measure is None or measure.why:
        return Problem("", "The run has not landed this measure.", "Choose one that it has.", values)
    if not measure.recovers:
        return Problem(
            "",
            "A ratio cannot be given an amount.",
            "Ask about its numerator or its denominator.",
            values,
        )
    if not measure.left:
        return Problem("", "The year is over: nothing can be added to it.", "Choose another year.", values)
    if row is None or row.account is None:
        return Problem("", "Nothing is said of this unit's year.", "Choose a unit that has a landing.", values)
    return None


def standing(row: Landed, measure: RunMeasure) -> Standing | None:
    """The landing as the arithmetic takes it; None where nothing is said."""
    if row.account is None or row.scale is None or row.freedom is None:
        return None
    target, more = row.target, bool(measure.more)
    if target is not None and measure.more is not None:
        # Half a step easier, as the run has taken it, so that a sum that reaches its target does so in floats, too.
        ease = 0.5 * measure.grain + 1e-12 * abs(target)
        target = target - ease if more else target + ease
    return Standing(
        row.path[-1] if row.path else row.account,  # before it was rounded to whole steps
        row.known or 0.0,
        row.scale,
        row.freedom,
        row.least,
        None if measure.more is None else target,
        more,
    )


def _effect(row: Landed, measure: RunMeasure, by: float) -> Effect:
    held = standing(row, measure)
    assert held is not None
    new = moved(held, by)
    account = (row.account or 0.0) + by
    point: int | float = account
    if measure.grain and isinstance(row.point, int):
        point = round(account / measure.grain)
    low80, low50, high50, high80 = ranges(new)
    after = replace(
        row,
        point=point,
        account=account,
        low80=low80,
        low50=low50,
        high50=high50,
        high80=high80,
        least=new.least,
        odds=_odds(row, new),
        path=_path(row, by),
    )
    return Effect(row, after, by)


def _odds(row: Landed, new: Standing) -> Odds:
    """As many as were told before: no number where there was a range, nothing where there was nothing."""
    if not row.odds.told and row.odds.low is None:
        return row.odds
    return odds(new, row.odds.told)


def _path(row: Landed, by: float) -> tuple[float, ...]:
    """The amount comes evenly over the steps to come."""
    over = len(row.path) - row.left
    return tuple(
        value + by * max(0, at + 1 - over) / row.left if row.left else value for at, value in enumerate(row.path)
    )
