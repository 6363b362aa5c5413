"""Levels at the end of the month of one leaf: receivables, assets, liabilities, people."""

from __future__ import annotations

from typing import Final

from headrope.demo import story
from headrope.demo.months import ACTUAL, FEN, TARGET, Pair, Series, between, chance, planned, size

LEVEL: Final = (1.0, 1.02, 1.03, 1.035, 1.04, 1.04, 1.05, 1.06, 1.07, 1.05, 1.03, 1.0)  # of a year's receivables


def receivables(code: str) -> Pair:
    """Levels that swell until September; the year's target is the level of December."""
    balance, rnd = story.BALANCE[code], chance(code, "RECEIVABLES")
    points = [((2021, 1), 0.86), ((2022, 6), 0.93), ((2022, 12), 0.98), ((2023, 6), balance.receivables_over)]
    actual: Series = {}
    for year, number in ACTUAL:
        full = balance.receivables * LEVEL[number - 1] * size(code, (year, number))
        noise = 0.003 * rnd.uniform(-1, 1)
        actual[year, number] = round(full * FEN * between((year, number), points) * (1 + noise))
    target: Series = {}
    for year, number in TARGET:
        full = balance.receivables * LEVEL[number - 1] * size(code, (year, number))
        target[year, number] = planned(full * (0.95 if year == 2022 else 1))
    return actual, target


def assets(code: str) -> Pair:
    rnd, points = chance(code, "ASSETS"), [((2021, 1), 0.90), ((2022, 1), 0.95), ((2023, 6), 1.0), ((2023, 12), 1.02)]
    full = {month: story.BALANCE[code].assets * size(code, month) * between(month, points) for month in ACTUAL + TARGET}
    actual = {month: round(full[month] * FEN * (1 + 0.004 * rnd.uniform(-1, 1))) for month in ACTUAL}
    return actual, {month: planned(full[month]) for month in TARGET}


def liabilities(code: str, of: Pair) -> Pair:
    """Liabilities as a share of the assets: halfway to the excess of the story by June 2022."""
    balance, rnd = story.BALANCE[code], chance(code, "LIABILITIES")
    points = [((2021, 1), 0.2), ((2022, 6), 0.5), ((2023, 6), 1.0)]
    actual: Series = {}
    for month, held in of[0].items():
        share = balance.debt + balance.debt_over * between(month, points) + 0.15 * rnd.uniform(-1, 1)
        actual[month] = round(held * share / 100)
    target: Series = {}
    for (year, number), held in of[1].items():
        share = balance.debt + (0.6 if year == 2022 else 0)
        target[year, number] = planned(held / FEN * share / 100)
    return actual, target


def headcount(code: str) -> Pair:
    people, rnd = story.WORKS[code].people, chance(code, "HEADCOUNT")
    points = [((2021, 1), 1.03), ((2023, 6), 1.0)]
    actual = {
        month: round(people * size(code, month) * between(month, points) * (1 + 0.004 * rnd.uniform(-1, 1)))
        for month in ACTUAL
    }
    return actual, {month: round(people * size(code, month)) for month in TARGET}
