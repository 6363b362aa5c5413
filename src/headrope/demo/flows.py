"""Flows in money of one leaf: halves and years as the tables say, months by the season of the unit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from headrope.demo import story
from headrope.demo.halves import HALVES, LEAVES, YEARS
from headrope.demo.months import ACTUAL, FEN, PLAN_STEP, TARGET, Month, Pair, Series, chance, planned, spread
from headrope.demo.units import company

FLOWS: Final = ("REVENUE", "PROFIT", "ORDERS", "CASH", "RD", "CAPEX")
NOISE: Final = {"REVENUE": 0.06, "PROFIT": 0.10, "ORDERS": 0.18, "CASH": 0.09, "RD": 0.08, "CAPEX": 0.25}


def flow(code: str, measure: str) -> Pair:
    """Actual and target of all months, in fen."""
    season, rnd = seasonal(code, measure), chance(code, measure)
    actual: Series = {}
    for part, whole in wholes(code, measure):
        weights = [
            season[month[1] - 1] * (1 + NOISE[measure] * rnd.uniform(-1, 1)) * (1 - lost(code, measure, month))
            for month in part
        ]
        actual.update(zip(part, spread(whole, weights), strict=True))
    if (code, measure) == (story.RESTATED[0], "PROFIT"):
        actual = before_restatement(actual)
    return actual, plan(code, measure, season)


def lost(code: str, measure: str, month: Month) -> float:
    """The part of a month's flow that the epidemic put off; it hardly touched one unit and took most from another."""
    if month > story.LOST_UNTIL or company(code) == story.NOT_HIT:
        return 0.0
    return story.LOST.get(measure, 0.0) * chance(code, "lost", str(month[0])).uniform(0.2, 1.8)


def wholes(code: str, measure: str) -> list[tuple[Sequence[Month], int]]:
    """Years and halves with what they sum to, in fen."""
    year, last = dressed(code, measure, "year"), dressed(code, measure, "last")
    first, before = earlier_years(code, measure)
    return [
        (ACTUAL[:12], round(first * FEN)),
        (ACTUAL[12:24], round(before * FEN)),
        (ACTUAL[24:30], last),
        (ACTUAL[30:36], year - last),
        (ACTUAL[36 : 36 + reported_months(code)], dressed(code, measure, "actual")),
    ]


def plan(code: str, measure: str, season: Sequence[float]) -> Series:
    """Months of the targets of 2022 and 2023; the first half of 2023 is the phase plan of the tables."""
    half = HALVES[code, measure]
    months = [
        *spread(planned(planned_2022(code, measure)), season, PLAN_STEP),
        *spread(planned(half.plan), season[:6], PLAN_STEP),
        *spread(planned(half.target - half.plan), season[6:], PLAN_STEP),
    ]
    return dict(zip(TARGET, months, strict=True))


def reported_months(code: str) -> int:
    """Months of 2023 that are in."""
    return 5 if code == story.LATE else 6


def seasonal(code: str, measure: str) -> Sequence[float]:
    """Twelve weights: the season of the unit, bent so that the first half has its share of the year's target."""
    half, shape = HALVES[code, measure], story.SEASONS.get(code, story.SHAPE)
    share = min(max(half.plan / half.target, 0.3), 0.7)
    first, rest = sum(shape[:6]), sum(shape[6:])
    return [w * share / first for w in shape[:6]] + [w * (1 - share) / rest for w in shape[6:]]


def year_2022(code: str, measure: str) -> float:
    """Million yuan: from the tables for revenue and profit, else a little below the target of 2023."""
    if (code, measure) in YEARS:
        return YEARS[code, measure]
    return round(HALVES[code, measure].target * chance(code, measure, "2022").uniform(0.93, 0.96))


def earlier_years(code: str, measure: str) -> tuple[float, float]:
    """2020 and 2021 in million yuan; all flows of a unit have grown alike, but for what the story says."""
    grown, rnd = chance(code, "growth"), chance(code, measure, "growth")
    before = year_2022(code, measure) / grown.uniform(1.03, 1.09) * rnd.uniform(0.98, 1.02)
    first = before / grown.uniform(1.01, 1.08) * rnd.uniform(0.98, 1.02)
    told = story.EARLIER.get((code, measure), {})
    return told.get(2020, first), told.get(2021, before)


def planned_2022(code: str, measure: str) -> float:
    """Million yuan, whole ones where there are many."""
    told = story.PLANNED_2022.get((code, measure))
    year = year_2022(code, measure)
    return told if told is not None else round(year * chance(code, measure, "plan").uniform(0.99, 1.05), year < 20)


@cache
def dressings(measure: str, of: str) -> dict[str, int]:
    """Fen by leaf that make whole millions look real; within a company they cancel, so that its million stays whole."""
    found: dict[str, int] = {}
    for each in dict.fromkeys(company(code) for code in LEAVES):
        leaves = [code for code in LEAVES if company(code) == each]
        reach = [min(0.4, 0.004 * abs(_million(code, measure, of))) for code in leaves]
        drawn = [chance(code, measure, of, "fen").uniform(-0.5, 0.5) for code in leaves]
        middle = sum(x * r for x, r in zip(drawn, reach, strict=True)) / (sum(reach) or 1)
        fen = [round((x - middle) * r * FEN) for x, r in zip(drawn, reach, strict=True)]
        fen[-1] -= sum(fen)
        if len(leaves) == 1:
            fen = [round(0.02 * drawn[0] * reach[0] * FEN)]
        found |= dict(zip(leaves, fen, strict=True))
    return found


def dressed(code: str, measure: str, of: str) -> int:
    """A figure of the tables (actual, last or year) in fen, looking like one that was earned."""
    if of == "actual" and (code, measure) in story.EXACT:
        return round(story.EXACT[code, measure] * FEN)
    return round(_million(code, measure, of) * FEN) + dressings(measure, of)[code]


def _million(code: str, measure: str, of: str) -> float:
    half = HALVES.get((code, measure))
    if half is None:
        return 0
    return {"year": year_2022(code, measure), "last": half.last, "actual": half.actual}[of]


def before_restatement(actual: Series) -> Series:
    """Draw the half again without the amount that was missed, so that the first figure of June is no outlier."""
    part: Sequence[Month] = ACTUAL[36:42]
    known_first = sum(actual[month] for month in part) - story.RESTATED[1]
    return actual | dict(zip(part, spread(known_first, [-actual[month] for month in part]), strict=True))
