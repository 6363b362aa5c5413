"""Levels at the end of the month of one leaf: receivables, assets, liabilities, people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from headrope.demo.flows import reported_months
from headrope.demo.months import ACTUAL, FEN, TARGET, Month, Pair, Series, between, chance, planned
from headrope.demo.stands import STANDS, Stands

Points = Sequence[tuple[Month, float]]


def levels(code: str) -> dict[str, Pair]:
    """All levels of a leaf: in June 2022 and 2023 (for the late unit in May) what the tables say."""
    held = STANDS[code]
    found = {"RECEIVABLES": receivables(code)} if held.receivables else {}
    assets = (held.assets_last * 0.86, held.assets_last * 0.94, held.assets_last, held.assets)
    debts = (held.debt_last * 0.87, held.debt_last * 0.94, held.debt_last, held.debt)
    constant = {month: (held.assets if month[0] == 2023 else held.assets_last) for month in TARGET}
    owed = {month: (held.debt_plan if month[0] == 2023 else held.debt_last * 0.985) for month in TARGET}
    return found | {
        "LIABILITIES": (path(code, "LIABILITIES", rising(code, debts)), in_plan_steps(owed)),
        "ASSETS": (path(code, "ASSETS", rising(code, assets)), in_plan_steps(constant)),
        "HEADCOUNT": headcount(code, held),
    }


def rising(code: str, levels_: tuple[float, float, float, float]) -> Points:
    """January 2020, June 2021, June 2022 and the last month that is in."""
    return list(zip(((2020, 1), (2021, 6), (2022, 6), last_month(code)), levels_, strict=True))


def last_month(code: str) -> Month:
    """The last month that is in; what a late unit stood at in May stands for its June."""
    return (2023, reported_months(code))


def path(code: str, measure: str, points: Points) -> Series:
    """Fen by month along straight lines; exact in June 2022 and in the last month."""
    rnd = chance(code, measure)
    exact = {(2022, 6), last_month(code)}
    noise = {month: 0.0 if month in exact else 0.004 * rnd.uniform(-1, 1) for month in ACTUAL}
    return {month: round(between(month, points) * FEN * (1 + noise[month])) for month in ACTUAL}


def receivables(code: str) -> Pair:
    """Levels that swell until September; the year's target is the level of December."""
    held = STANDS[code].receivables
    assert held is not None
    rnd = chance(code, "RECEIVABLES", "growth")
    older, old = rnd.uniform(0.84, 0.89), rnd.uniform(0.92, 0.96)
    points: list[tuple[Month, float]] = [((2020, 1), held.year * older)]
    for year, grown in ((2020, older), (2021, old), (2022, 1.0)):
        points += [
            ((year, 6), held.last * grown),
            ((year, 9), held.last * grown * 1.02),
            ((year, 12), held.year * grown),
        ]
    points.append((last_month(code), held.actual))
    swollen = 1.03 * held.plan
    targets: Points = [
        ((2021, 12), held.year * 0.93), ((2022, 6), held.last * 0.97), ((2022, 12), held.year * 0.97),
        ((2023, 6), held.plan), ((2023, 9), swollen), ((2023, 12), held.target),
    ]  # fmt: skip
    return path(code, "RECEIVABLES", points), in_plan_steps({month: between(month, targets) for month in TARGET})


def in_plan_steps(million: Mapping[Month, float]) -> Series:
    return {month: planned(value) for month, value in million.items()}


def headcount(code: str, held: Stands) -> Pair:
    """People go up and down around what is planned, so that their mean over the days of a half is what is planned."""
    actual = {(year, m): round(held.people_plan * (1 + 0.01 * max(2022 - year, 0))) for year, m in ACTUAL}
    if last_month(code) == (2023, 5):
        # June lacks the unit: it has as many more before as keep the group's mean where the drawn pages have it.
        actual |= {(2023, m): round(held.people_plan * 181 / 151) for m in range(1, 6)}
    for more, less, people in swaps(code, held):
        actual[more] += people
        actual[less] -= people
    return actual, dict.fromkeys(TARGET, held.people_plan)


def swaps(code: str, held: Stands) -> Iterator[tuple[Month, Month, int]]:
    """Months with as many days, and the people whom the first has more and the other less."""
    rnd = chance(code, "HEADCOUNT")
    for year in range(2020, 2024):
        few = [round(0.015 * held.people_plan * rnd.uniform(-1, 1)) for _ in range(4)]
        yield (year, 1), (year, 3), few[0]
        if year < 2023:
            yield from (((year, 6), (year, 4), few[1]), ((year, 7), (year, 8), few[2]), ((year, 9), (year, 11), few[3]))
    if last_month(code) == (2023, 6):
        yield (2023, 6), (2023, 4), held.people - held.people_plan
