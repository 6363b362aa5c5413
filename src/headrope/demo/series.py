"""Every stored measure that a leaf keeps, month by month, with what a merger and a founding do to it."""

from __future__ import annotations

from typing import Final

from headrope.demo import story
from headrope.demo.customers import asked, overseas
from headrope.demo.flows import FLOWS, flow, reported_months
from headrope.demo.halves import HALVES
from headrope.demo.levels import levels
from headrope.demo.measures import MEASURES, MONEY
from headrope.demo.months import PLAN_STEP, Pair, Series, written
from headrope.demo.units import life
from headrope.demo.works import works

WHOLE: Final = frozenset({"ACCIDENT_CLASS", "ENERGY", "SATISFACTION", "REPLIES"})  # stays with the heir
ORDER: Final = {measure.code: place for place, measure in enumerate(MEASURES)}


def leaf_series(code: str) -> dict[str, Pair]:
    """Actual and target of every measure that the leaf keeps, in the order of measures.csv."""
    merger = next((each for each in story.MERGERS if code in (each.heir, each.merged)), None)
    both = together(merger.heir if merger else code)
    kept = {measure: pair for measure, pair in both.items() if measure not in story.NOT_DONE.get(code, ())}
    if merger:
        kept = {measure: shared(merger, code, measure, pair) for measure, pair in kept.items()}
    return {measure: alive(code, kept[measure]) for measure in sorted(kept, key=ORDER.__getitem__)}


def together(code: str) -> dict[str, Pair]:
    """All that the tables tell of a leaf."""
    found = {measure: flow(code, measure) for measure in FLOWS if (code, measure) in HALVES}
    revenue = found["REVENUE"]
    found |= levels(code) | works(code, revenue, reported_months(code)) | asked(code)
    return found | {"OVERSEAS": overseas(code, revenue)}


def shared(merger: story.Merger, code: str, measure: str, pair: Pair) -> Pair:
    """What the heir or the merged unit has of what both did."""
    small = 0.0 if measure in WHOLE else merger.share
    actual, target = pair
    until = {month: value for month, value in actual.items() if month <= merger.until}
    plan = {month: value for month, value in target.items() if month[0] in merger.planned}
    parts = part(until, small, 1), part(plan, small, PLAN_STEP if measure in MONEY else 1)
    if code == merger.merged:
        return parts
    return minus(actual, parts[0]), minus(target, parts[1])


def part(series: Series, share: float, step: int) -> Series:
    return {month: round(value * share / step) * step for month, value in series.items()}


def minus(series: Series, taken: Series) -> Series:
    return {month: value - taken.get(month, 0) for month, value in series.items()}


def alive(code: str, pair: Pair) -> Pair:
    """Only the months that end in the unit's life, and of the late unit only those that are in."""
    first, last = (day[:7] for day in life(code))
    actual, target = (
        {month: value for month, value in series.items() if first <= written(month) <= (last or "9999-12")}
        for series in pair
    )
    if code == story.LATE:
        actual.pop((2023, 6), None)
    return actual, target
