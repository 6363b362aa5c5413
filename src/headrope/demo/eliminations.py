"""What the companies of the example group sell to each other: it is in their figures and not in the group's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from headrope.demo.facts import known, value
from headrope.demo.months import ACTUAL, FEN, PLAN_STEP, TARGET, Month, chance, spread, written
from headrope.demo.story import SHAPE, TARGETS_KNOWN


class Elimination(NamedTuple):
    """One row of eliminations.csv: an amount in yuan that a unit's figure holds of its dealings with a counterparty."""

    unit: str
    counterparty: str
    measure: str
    version: str
    period: str
    vintage: str
    amount: str


class Whole(NamedTuple):
    """Million yuan taken off the group: actual by half-years since 2020, planned for the years and their first halves."""

    halves: tuple[int, ...]
    target_2022: tuple[int, int]
    target_2023: tuple[int, int]


WHOLES: Final = {
    "REVENUE": Whole((812, 868, 905, 955, 996, 976, 1007), (2010, 968), (2120, 1022)),
    "PROFIT": Whole((5, 5, 5, 5, 6, 5, 6), (11, 5), (12, 6)),
}
PAIRS: Final = {  # who sells to whom, and its part of all of it
    ("T16", "T0101"): 0.19,  # steel and copper, bought for all
    ("T16", "T0301"): 0.13,
    ("T16", "T0401"): 0.17,
    ("T16", "T06"): 0.15,
    ("T0201", "T0101"): 0.12,  # generators for whole sets
    ("T06", "T0501"): 0.07,
    ("T1001", "T11"): 0.06,
    ("T0401", "T1502"): 0.04,
    ("T1301", "T0901"): 0.03,
    ("T1401", "T0701"): 0.02,
    ("T1703", "T1003"): 0.02,
}


def all_eliminations() -> Iterator[Elimination]:
    """By measure, version and period, in the order of the pairs; months and years agree."""
    for measure, whole in WHOLES.items():
        halves = [ACTUAL[at : at + 6] for at in range(0, len(ACTUAL), 6)]
        for million, months in zip(whole.halves, halves, strict=True):
            for month, fen in zip(months, monthly(measure, million, months, 1), strict=True):
                yield from paired((measure, "actual", written(month), known(month)), spread(fen, list(PAIRS.values())))
        for year, (million, first) in ((2022, whole.target_2022), (2023, whole.target_2023)):
            yield from planned(measure, year, (first, million - first))


def monthly(measure: str, million: int, months: Sequence[Month], step: int) -> list[int]:
    """A half-year in fen by the season; what happened is less even than what was planned."""
    rnd = chance("eliminations", measure, written(months[0]))
    noise = 0.08 if step == 1 else 0.0
    return spread(million * FEN, [SHAPE[m - 1] * (1 + noise * rnd.uniform(-1, 1)) for _, m in months], step)


def planned(measure: str, year: int, halves: tuple[int, int]) -> Iterator[Elimination]:
    months = [month for month in TARGET if month[0] == year]
    amounts = [fen for at, million in zip((0, 6), halves, strict=True) for fen in monthly(measure, million, months[at : at + 6], PLAN_STEP)]  # fmt: skip
    by_month = [spread(fen, list(PAIRS.values()), PLAN_STEP) for fen in amounts]
    vintage = TARGETS_KNOWN[year]
    yield from paired((measure, "target", str(year), vintage), [sum(each) for each in zip(*by_month, strict=True)])
    for month, parts in zip(months, by_month, strict=True):
        yield from paired((measure, "target", written(month), vintage), parts)


def paired(what: tuple[str, str, str, str], parts: Sequence[int]) -> Iterator[Elimination]:
    for (unit, counterparty), fen in zip(PAIRS, parts, strict=True):
        yield Elimination(unit, counterparty, *what, value(what[0], fen))
