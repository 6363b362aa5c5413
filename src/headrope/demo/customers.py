"""What one leaf sells abroad, and what its customers say once a quarter."""

from __future__ import annotations

from typing import Final

from headrope.demo import story
from headrope.demo.months import ACTUAL, PLAN_STEP, TARGET, Pair, Series, chance, is_quarter_end

INDUSTRY: Final = {
    2022: 800,
    2023: 810,
}  # tenths of points of others' customers, as published at the beginning of the year


def overseas(code: str, revenue: Pair) -> Pair:
    """A part of the revenue of each month, never more than it; what is left is domestic."""
    rnd = chance(code, "OVERSEAS")
    share = 0.0 if code in story.AT_HOME else story.OVERSEAS.get(code, rnd.uniform(0.02, 0.28))
    wave = 0.0 if share in (0.0, 1.0) else 0.08
    actual = {month: round(fen * share * (1 + wave * rnd.uniform(-1, 1))) for month, fen in revenue[0].items()}
    return actual, {month: round(fen * share / PLAN_STEP) * PLAN_STEP for month, fen in revenue[1].items()}


def asked(code: str) -> dict[str, Pair]:
    """Points in tenths and customers asked, at the last month of each quarter; the target is the industry's figure."""
    rnd = chance(code, "SATISFACTION")
    usual, most = rnd.uniform(765, 875), rnd.randint(24, 220)
    points: Series = {}
    replies: Series = {}
    for month in filter(is_quarter_end, ACTUAL):
        points[month] = round(usual + 6 * (month[0] - 2022) + rnd.uniform(-15, 15))
        replies[month] = round(most * rnd.uniform(0.6, 1.0))
    quarters = [month for month in TARGET if is_quarter_end(month)]
    return {
        "SATISFACTION": (points, {month: INDUSTRY[month[0]] for month in quarters}),
        "REPLIES": (replies, dict.fromkeys(quarters, most)),
    }
