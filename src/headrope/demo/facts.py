"""All facts of the example group, each with the day on which it became known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from headrope.demo import story
from headrope.demo.flows import NOISE, flow
from headrope.demo.levels import assets, headcount, liabilities, receivables
from headrope.demo.measures import MONEY
from headrope.demo.months import Month, Pair
from headrope.demo.works import accidents, passed, pieces

TARGETS_KNOWN: Final = {2022: "2022-01-20", 2023: "2023-01-18"}
RESTATED_KNOWN: Final = "2023-07-12"
RESTATED_BECAUSE: Final = "Warranty provision of Unit 4 was missed"
SCHOOL: Final = "T18"


class Fact(NamedTuple):
    """One row of facts.csv."""

    unit: str
    measure: str
    period: str
    version: str
    vintage: str
    value: str
    state: str = "value"
    reason: str = ""


def all_facts() -> list[Fact]:
    """Leaves in the order of the story; within a leaf by measure, version, period, vintage."""
    return [fact for code in story.REVENUE for fact in leaf_facts(code)]


def leaf_facts(code: str) -> Iterator[Fact]:
    for measure, (actual, target) in leaf_series(code).items():
        for month, steps in actual.items():
            if is_reported(code, month):
                yield Fact(code, measure, period(month), "actual", known(month), written(measure, steps))
        if (code, measure) == (story.RESTATED[0], "PROFIT"):
            yield restatement(actual[2023, 6])
        for month, steps in target.items():
            if not is_closed(code, month):
                vintage = TARGETS_KNOWN[month[0]]
                yield Fact(code, measure, period(month), "target", vintage, written(measure, steps))
    if code == SCHOOL:
        for month in ((2023, m) for m in range(1, 7)):
            yield Fact(code, "PROFIT", period(month), "actual", known(month), "", "not-applicable")


def restatement(june: int) -> Fact:
    value = written("PROFIT", june + story.RESTATED[1])
    return Fact(story.RESTATED[0], "PROFIT", "2023-06", "actual", RESTATED_KNOWN, value, reason=RESTATED_BECAUSE)


def leaf_series(code: str) -> dict[str, Pair]:
    """Every stored measure that the leaf keeps, in the order of measures.csv."""
    without = story.NOT_KEPT.get(code, frozenset())
    found = {measure: flow(code, measure) for measure in NOISE if measure not in without}
    if "RECEIVABLES" not in without:
        found["RECEIVABLES"] = receivables(code)
    held = assets(code)
    found |= {"LIABILITIES": liabilities(code, held), "ASSETS": held, "HEADCOUNT": headcount(code)}
    if "PIECES" not in without:
        found["PIECES"] = pieces(code, found["REVENUE"])
        found["PASSED"] = passed(code, found["PIECES"])
    return found | {"ACCIDENTS": accidents(code)}


def is_reported(code: str, month: Month) -> bool:
    is_late = code == story.LATE and month == (2023, 6)
    return not is_late and not is_closed(code, month)


def is_closed(code: str, month: Month) -> bool:
    return code == story.CLOSED[0] and month > story.CLOSED[1]


def period(month: Month) -> str:
    return f"{month[0]}-{month[1]:02d}"


def known(month: Month) -> str:
    """The actuals of a month become known on the tenth of the next."""
    year, number = month
    return f"{year + number // 12}-{number % 12 + 1:02d}-10"


def written(measure: str, steps: int) -> str:
    """Money in yuan with its two decimals, counts as they are."""
    if measure not in MONEY:
        return str(steps)
    yuan, fen = divmod(abs(steps), 100)
    return f"{'-' if steps < 0 else ''}{yuan}.{fen:02d}"
