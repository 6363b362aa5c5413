"""All facts of the example group, each with the day on which it became known."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, groupby
from typing import Final, NamedTuple

from headrope.demo import story
from headrope.demo.measures import CARRIED, KIND, MONEY, QUARTERLY
from headrope.demo.months import ACTUAL, TARGET, Month, Pair, Series, is_quarter_end, written
from headrope.demo.series import alive, leaf_series
from headrope.demo.units import LEAVES, company

TENTHS: Final = frozenset({"SATISFACTION"})


class Fact(NamedTuple):
    """One row of facts.csv."""

    unit: str
    measure: str
    period: str
    version: str
    vintage: str
    value: str
    basis: str = "own"
    state: str = "value"
    reason: str = ""


def all_facts(language: str = "en") -> list[Fact]:
    """Leaves in the order of the tables, within a leaf by measure, version and period; then what a parent states.

    Reasons are given in `en` or `zh`.
    """
    kept = {code: leaf_series(code) for code in LEAVES}
    facts = [fact for code, series in kept.items() for fact in leaf_facts(code, series, language)]
    return facts + stated(kept)


def leaf_facts(code: str, kept: dict[str, Pair], language: str) -> Iterator[Fact]:
    """Actual and planned figures of a leaf, and the cells in which it owes none."""
    for measure, (actual, target) in kept.items():
        shown = to_date(actual) if KIND[measure] == "cumulative" else actual
        for month, steps in shown.items():
            yield Fact(code, measure, period(measure, month), "actual", known(month), value(measure, steps))
        if (code, measure) == (story.RESTATED[0], "PROFIT"):
            yield restatement(actual[2023, 6], language)
        yield from planned_facts(code, measure, target)
    yield from not_planned(code, language)
    for measure in sorted(story.NOT_DONE.get(code, ())):
        months = [month for month in ACTUAL if measure not in QUARTERLY or is_quarter_end(month)]
        for month in alive(code, (dict.fromkeys(months, 0), {}))[0]:
            yield Fact(code, measure, period(measure, month), "actual", known(month), "", state="not-applicable")


def planned_facts(code: str, measure: str, target: Series) -> Iterator[Fact]:
    """The months of a plan, and its year where it has all months: the sum, the last, or the worst of them."""
    for year, part in groupby(target.items(), key=lambda item: item[0][0]):
        months = dict(part)
        kind, vintage = KIND[measure], story.TARGETS_KNOWN[year]
        shown = to_date(months) if kind == "cumulative" else months
        if len(months) == 12:
            whole = (
                sum(months.values()) if kind == "flow" else max(months.values()) if kind == "max" else shown[year, 12]
            )
            yield Fact(code, measure, str(year), "target", vintage, value(measure, whole))
        for month, steps in shown.items():
            yield Fact(code, measure, period(measure, month), "target", vintage, value(measure, steps))


def not_planned(code: str, language: str) -> Iterator[Fact]:
    """A level that was planned once would be carried on until the unit is closed: it says that it has no plan."""
    planned = next((merger.planned for merger in story.MERGERS if merger.merged == code), ())
    for year in {each + 1 for each in planned}:
        for month in alive(code, ({}, {month: 0 for month in TARGET if month[0] == year}))[1]:
            for measure in sorted(CARRIED):
                cell = (code, measure, written(month), "target", story.TARGETS_KNOWN[year], "")
                yield Fact(*cell, state="not-applicable", reason=story.PLANNED_BECAUSE.told(language))


def to_date(series: Series) -> Series:
    """From the beginning of each year."""
    found: Series = {}
    for _, part in groupby(series.items(), key=lambda item: item[0][0]):
        months = dict(part)
        found |= dict(zip(months, accumulate(months.values()), strict=True))
    return found


def restatement(june: int, language: str) -> Fact:
    told = value("PROFIT", june + story.RESTATED[1])
    because = story.RESTATED_BECAUSE.told(language)
    return Fact(story.RESTATED[0], "PROFIT", "2023-06", "actual", story.RESTATED_KNOWN, told, reason=because)


def stated(kept: dict[str, dict[str, Pair]]) -> list[Fact]:
    """What a parent says of its total, month by month; in one of them it is a little more than its parts make."""
    code, measure, odd, more = story.STATED
    parts = [series[measure][0] for leaf, series in kept.items() if company(leaf) == code]
    totals = {month: sum(part[month] for part in parts) for month in ACTUAL[36:]}
    totals[odd] += more
    return [
        Fact(code, measure, written(month), "actual", known(month), value(measure, fen), basis="stated")
        for month, fen in totals.items()
    ]


def period(measure: str, month: Month) -> str:
    return f"{month[0]}-Q{month[1] // 3}" if measure in QUARTERLY else written(month)


def known(month: Month) -> str:
    """The actuals of a month become known on the tenth of the next."""
    year, number = month
    return f"{year + number // 12}-{number % 12 + 1:02d}-10"


def value(measure: str, steps: int) -> str:
    """Money in yuan with its two decimals, points with one, counts as they are."""
    places = 2 if measure in MONEY else 1 if measure in TENTHS else 0
    if not places:
        return str(steps)
    whole, rest = divmod(abs(steps), 10**places)
    return f"{'-' if steps < 0 else ''}{whole}.{rest:0{places}d}"
