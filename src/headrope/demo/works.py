"""What the works of one leaf make, break and burn: pieces inspected and passed, accidents and their class, energy."""

from __future__ import annotations

from typing import Final

from headrope.demo import story
from headrope.demo.months import ACTUAL, FEN, TARGET, Month, Pair, Series, chance, spread
from headrope.demo.stands import WORKS, Works

SLOW: Final = {2020: -0.005, 2021: -0.002}  # first-pass yield was lower once
MADE: Final = {2020: 0.87, 2021: 0.92, 2022: 0.96, 2023: 1.0}  # pieces in a half-year, of those of 2023
PLANNED: Final = {2022: 0.95, 2023: 1.0}
HALF_YEARS: Final = (
    ACTUAL[:6],
    ACTUAL[6:12],
    ACTUAL[12:18],
    ACTUAL[18:24],
    ACTUAL[24:30],
    ACTUAL[30:36],
    ACTUAL[36:42],
)


def works(code: str, revenue: Pair, months: int) -> dict[str, Pair]:
    """Series by measure; `months` of 2023 are in."""
    made, found = WORKS[code], {}
    if made.pieces:
        found["PIECES"], found["PASSED"] = inspected(code, made, months)
    cases = accidents(code, made)
    found["ACCIDENTS"] = cases
    found["ACCIDENT_CLASS"] = (classes(code, cases[0]), dict.fromkeys(TARGET, 1))
    return found | {"ENERGY": energy(code, revenue)}


def inspected(code: str, made: Works, months: int) -> tuple[Pair, Pair]:
    """Pieces and those passed: the yields of the tables in the first halves of 2022 and 2023 and in every planned half."""
    rnd = chance(code, "PIECES")
    pieces: Series = {}
    passed: Series = {}
    for part in HALF_YEARS:
        year = part[0][0]
        part = part[: months if year == 2023 else 6]
        good = made.passed if year == 2023 else made.passed_last + made.pieces * SLOW.get(year, 0)
        seen = spread(round(made.pieces * MADE[year]), [rnd.uniform(0.9, 1.1) for _ in part])
        weights = [n * rnd.uniform(0.9992, 1.0008) for n in seen]
        pieces.update(zip(part, seen, strict=True))
        passed.update(zip(part, spread(round(good * MADE[year]), weights), strict=True))
    return (pieces, in_halves(made.pieces)), (passed, in_halves(made.passed_plan))


def in_halves(number: int) -> Series:
    """The plan of 2022 and 2023: the same in both halves of a year."""
    months = [n for year in (2022, 2022, 2023, 2023) for n in spread(round(number * PLANNED[year]), [1] * 6)]
    return dict(zip(TARGET, months, strict=True))


def accidents(code: str, made: Works) -> Pair:
    """By the tables in the first halves of 2022 and 2023, by chance before; the limit is a case in a planned month."""
    rnd, halves = chance(code, "ACCIDENTS"), {*HALF_YEARS[4], *HALF_YEARS[6]}
    cases = {month: int(month not in halves and rnd.random() < made.pieces / 350_000) for month in ACTUAL}
    for month in rnd.choices(HALF_YEARS[4], k=made.cases.last):
        cases[month] += 1
    for number in story.ACCIDENTS.get(code, ()):
        cases[2023, number] += 1
    limits = dict.fromkeys(TARGET, 0)
    for year in (2022, 2023):
        for month in [(year, 5)] * made.cases.plan + [(year, 9)] * (made.cases.target - made.cases.plan):
            limits[month] += 1
    return cases, limits


def classes(code: str, cases: Series) -> Series:
    """The class of the worst accident of a month, 0 where there was none: slight 1, serious 2, grave 3."""
    rnd = chance(code, "ACCIDENT_CLASS")
    found = {month: (2 if rnd.random() < 0.2 else 1) if number else 0 for month, number in cases.items()}
    unit, month, worst = story.WORST
    return found | {month: worst} if unit == code else found


def energy(code: str, revenue: Pair) -> Pair:
    """Tons of coal equivalent in each month: with the revenue, and more where metal is cast and in winter."""
    rnd = chance(code, "ENERGY")
    each = rnd.uniform(1.6, 2.2) * (4 if code == "T0103" else 1)

    def burnt(month: Month, fen: int, saved: float) -> int:
        winter = 1.25 if month[1] in (1, 2, 12) else 1.0 if month[1] in (3, 11) else 0.95
        return round(fen / FEN * each * winter * saved)

    actual = {m: burnt(m, fen, rnd.uniform(0.96, 1.04) * 0.99 ** (m[0] - 2020)) for m, fen in revenue[0].items()}
    return actual, {m: burnt(m, fen, 0.98 * 0.99 ** (m[0] - 2021)) for m, fen in revenue[1].items()}
