"""Flows in money of one leaf: revenue and profit by the story, the others as a share of revenue at its pace."""

from __future__ import annotations

from typing import Final

from headrope.demo import story
from headrope.demo.months import ACTUAL, FEN, PLAN_STEP, TARGET, Pair, Series, chance, planned, size, spread
from headrope.demo.story import Half

SHAPE: Final = (0.80, 0.75, 1.05, 1.00, 1.02, 1.20, 0.90, 0.92, 1.02, 1.00, 1.08, 1.34)  # of a year's flow
NOISE: Final = {"REVENUE": 0.06, "PROFIT": 0.10, "ORDERS": 0.18, "CASH": 0.09, "RD": 0.08, "CAPEX": 0.25}


def half(code: str, measure: str) -> Half:
    """The figures of a flow: by hand for revenue and profit, else a share of revenue at the pace of the story."""
    revenue = story.REVENUE[code]
    if measure == "REVENUE":
        return revenue
    if measure == "PROFIT":
        return story.PROFIT[code]
    share = story.OF_REVENUE[measure] * chance(code, measure, "share").uniform(0.93, 1.07)
    plan, target = round(revenue.plan * share, 1), round(revenue.target * share, 1)
    pace: float = getattr(story.PACE[code], measure.lower())
    reported = sum(SHAPE[: reported_months(code)]) / sum(SHAPE[:6])
    return Half(revenue.last * share * 0.985, plan, plan * pace * reported, target)


def reported_months(code: str) -> int:
    return 5 if code == story.LATE else 6


def flow(code: str, measure: str) -> Pair:
    """Months of a flow: first half 2023 and 2022 sum to the story, the other halves follow from them."""
    figures, rnd = half(code, measure), chance(code, measure)
    revenue = story.REVENUE[code]
    second = figures.last * (revenue.target - revenue.plan) / revenue.plan * rnd.uniform(0.97, 1.01)
    before = (figures.last + second) / story.GROWTH.get(code, 1.06) * rnd.uniform(0.99, 1.01)
    actual: Series = {}
    for total, part in (
        (before, ACTUAL[:12]),
        (figures.last, ACTUAL[12:18]),
        (second, ACTUAL[18:24]),
        (figures.actual, ACTUAL[24 : 24 + reported_months(code)]),
    ):
        is_exact = measure == "PROFIT" and part[0] == (2023, 1)  # the other figures of the story are in round millions
        fen = round(total * FEN * (1 if is_exact else rnd.uniform(0.9997, 1.0003)))
        weights = [SHAPE[m - 1] * size(code, (y, m)) * (1 + NOISE[measure] * rnd.uniform(-1, 1)) for y, m in part]
        actual.update(zip(part, spread(fen, weights), strict=True))
    if (code, measure) == (story.RESTATED[0], "PROFIT"):
        actual = before_restatement(actual)
    return actual, flow_targets(figures, (figures.last + second) * rnd.uniform(0.98, 1.03), code)


def before_restatement(actual: Series) -> Series:
    """Draw the half again without the amount that was missed, so that the first figure of June is no outlier."""
    part = ACTUAL[24:30]
    known_first = sum(actual[month] for month in part) - story.RESTATED[1]
    return actual | dict(zip(part, spread(known_first, [-actual[month] for month in part]), strict=True))


def flow_targets(figures: Half, year_2022: float, code: str) -> Series:
    months_2022 = spread(planned(year_2022), [s * size(code, (2022, m)) for m, s in enumerate(SHAPE, 1)], PLAN_STEP)
    first = spread(planned(figures.plan), SHAPE[:6], PLAN_STEP)
    rest = spread(planned(figures.target - figures.plan), SHAPE[6:], PLAN_STEP)
    return dict(zip(TARGET, [*months_2022, *first, *rest], strict=True))
