"""What is counted in the works of one leaf: pieces inspected, pieces passed at first, accidents."""

from __future__ import annotations

from headrope.demo import story
from headrope.demo.months import ACTUAL, FEN, TARGET, Pair, Series, chance


def pieces(code: str, revenue: Pair) -> Pair:
    """About 31 pieces are inspected for a million of revenue."""
    rnd = chance(code, "PIECES")
    actual = {month: round(fen / FEN * 31 * (1 + 0.03 * rnd.uniform(-1, 1))) for month, fen in revenue[0].items()}
    return actual, {month: round(fen / FEN * 31) for month, fen in revenue[1].items()}


def passed(code: str, inspected: Pair) -> Pair:
    works, rnd = story.WORKS[code], chance(code, "PASSED")
    over = {2021: -0.4, 2022: -0.2, 2023: works.passed_over}
    actual: Series = {}
    for (year, number), seen in inspected[0].items():
        actual[year, number] = round(seen * (works.passed + over[year] + 0.08 * rnd.uniform(-1, 1)) / 100)
    target: Series = {}
    for (year, number), seen in inspected[1].items():
        target[year, number] = round(seen * (works.passed - (0.2 if year == 2022 else 0)) / 100)
    return actual, target


def accidents(code: str) -> Pair:
    """By the story in 2023, by chance and the number of people before; the limit is one case in a planned month."""
    rnd, people = chance(code, "ACCIDENTS"), story.WORKS[code].people * (6 if code == "T0103" else 1)
    cases = {month: int(rnd.random() < people / 6000) for month in ACTUAL[:24]}
    cases |= {(2023, m): int(m in story.ACCIDENTS.get(code, ())) for m in range(1, 7)}
    return cases, {(y, m): int(m == story.ACCIDENT_LIMITS.get(code)) for y, m in TARGET}
