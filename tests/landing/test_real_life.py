"""What real ledgers do to a landing: units that close, gaps in cumulative figures, quarters beside months, rare reporters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from headrope.core.landing.reasons import Reason
from headrope.core.problems import ProblemsFound
from headrope.journal.queries import books
from headrope.landing.answers import (
    BROUGHT,
    NO_FIGURES,
    NO_ROOM,
    NO_YEAR,
    TWICE,
    Change,
    Hold,
    NotLanded,
    Question,
    UnitLanding,
)
from headrope.landing.queries import Lander
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from tests.conftest import Load
from tests.landing.test_histories import facts, months

UNITS = """
code,name,parent,from,to
G,Group,,,
A,Always,G,,
B,Before,G,,2023-03-31
D,During,G,,2023-09-30
Q,Quarterly,G,,
R,Rare,G,,
"""
MEASURES = """
code,name,account,quantity,step,kind,direction
REV,Revenue,CNY,money,0.01,flow,up
YTD,Revenue to date,CNY,money,0.01,cumulative,up
CASH,Cash,CNY,money,0.01,stock,up
"""
START, JULY = 2018 * 12, 2023 * 12 + 6
Lands = Callable[..., dict[str, UnitLanding]]


@pytest.fixture
def lands(load: Load) -> Lands:
    """Loads figures and lands a measure after June 2023: units by code."""

    def run(
        measure: str, rows: list[tuple[str, str, str, object]], end: int = JULY, **asked: object
    ) -> dict[str, UnitLanding]:
        load(units=UNITS, measures=MEASURES, facts=facts(*rows))
        return land(measure, end, **asked)

    return run


def land(measure: str, end: int = JULY, **asked: object) -> dict[str, UnitLanding]:
    lander = Lander(store.fresh(None), ledger_settings(), books())
    question = Question("G", end, **asked)  # type: ignore[arg-type]
    found = lander.land(lander.infos[measure], lander.over("G", end), question)
    assert not isinstance(found, NotLanded), found.why
    return {unit.node.code: unit for unit in found.units}


def steady(unit: str, measure: str, each: float, until: int = JULY) -> list[tuple[str, str, str, object]]:
    """The same figure every month."""
    return months(unit, measure, START, [each] * (until - START))


def test_closed_units_bring_what_they_brought_and_nothing_more(lands: Lands) -> None:
    april = 2023 * 12 + 3
    found = lands("REV", [*steady("A", "REV", 10), *steady("B", "REV", 20, april), *steady("D", "REV", 40)])

    assert "B" not in found
    assert found["A"].full == pytest.approx(120, rel=0.02)  # the group's own history falls when B is gone
    assert found["D"].full == pytest.approx(6 * 40 + 3 * 40, rel=0.02)  # it ends with September
    assert found["D"].closes == date(2023, 9, 30)
    assert found["G"].full == pytest.approx(120 + 60 + 360, rel=0.02)
    assert not found["G"].reasons & found["G"].reasons.ADJUSTED


def test_nothing_is_left_of_the_level_of_a_unit_that_closes(lands: Lands) -> None:
    april = 2023 * 12 + 3
    found = lands("CASH", [*steady("A", "CASH", 10), *steady("B", "CASH", 20, april), *steady("D", "CASH", 40)])

    assert found["D"].full == pytest.approx(0)
    assert found["G"].full == pytest.approx(10, rel=0.02)


def test_a_cumulative_figure_that_is_known_is_the_year_to_date(lands: Lands) -> None:
    rows = []
    for year in range(2018, 2024):
        values = [10 * month for month in range(1, 13 if year < 2023 else 7)]
        rows += months(
            "A", "YTD", year * 12, [None if (year, n) == (2023, 1) else value for n, value in enumerate(values)]
        )

    found = lands("YTD", rows)

    assert (found["A"].known, found["A"].filled) == (60.0, 0)
    assert found["G"].known == 60.0


def test_quarters_stand_beside_months_where_a_quarter_ends(lands: Lands) -> None:
    rows = steady("A", "REV", 10)
    for start in range(START, JULY, 3):
        rows.append(("Q", "REV", f"{start // 12}-Q{start % 12 // 3 + 1}", 60))

    found = lands("REV", rows)

    assert {unit: found[unit].full for unit in ("A", "Q", "G")} == pytest.approx({"A": 120, "Q": 240, "G": 360})


def test_rare_reporters_get_no_odds(load: Load) -> None:
    rare = months("R", "REV", START, [50] + [None] * 58 + [50])
    text = facts(*steady("A", "REV", 10), *rare) + "A,REV,2023,target,100\nR,REV,2023,target,100\n"
    load(units=UNITS, measures=MEASURES, facts=text)

    found = land("REV")

    assert (found["A"].past, found["R"].past) == (5, 0)
    assert found["A"].odds is not None and found["R"].odds is None
    assert found["R"].reasons & found["R"].reasons.FEW_YEARS


def test_what_a_scenario_takes_too_much_nobody_else_makes_up(lands: Lands) -> None:
    rows = [*steady("A", "REV", 10), *steady("Q", "REV", 20)]
    plain = lands("REV", rows)

    less = land("REV", changes=(Change("A", -1.0),))

    assert less["A"].full == pytest.approx(plain["A"].known)
    assert less["Q"].full == pytest.approx(plain["Q"].full)
    assert less["G"].full == pytest.approx(60 + 240)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"changes": (Change("R", 1.1),)}, NO_FIGURES),
        ({"holds": (Hold("A", 100), Hold("A", 110))}, TWICE),
        ({"holds": (Hold("G", 50),)}, BROUGHT),
        ({"holds": (Hold("G", 200), Hold("A", 100))}, NO_ROOM),
    ],
)
def test_what_cannot_be_asked_is_a_problem(lands: Lands, asked: dict[str, object], message: str) -> None:
    lands("REV", [*steady("A", "REV", 10), *steady("Q", "REV", 20)])

    with pytest.raises(ProblemsFound) as found:
        land("REV", **asked)

    assert [problem.message for problem in found.value.problems] == [message]


def test_before_the_first_figure_there_is_nothing_to_land(lands: Lands) -> None:
    lands("REV", steady("A", "REV", 10))
    lander = Lander(store.fresh(None), ledger_settings(), books())
    end = 2015 * 12 + 6

    found = lander.land(lander.infos["REV"], lander.over("G", end), Question("G", end))

    assert isinstance(found, NotLanded) and found.why == NO_YEAR


def test_late_units_below_are_counted(lands: Lands) -> None:
    found = lands("REV", [*steady("A", "REV", 10), *steady("Q", "REV", 20, JULY - 1)])

    assert (found["Q"].late, found["G"].late, found["G"].estimated) == (1, 0, 1)


def test_who_has_long_been_silent_is_not_estimated(lands: Lands) -> None:
    found = lands("REV", [*steady("A", "REV", 10), *steady("Q", "REV", 20, JULY - 30)])

    assert Reason.NO_FIGURES in found["Q"].reasons and found["Q"].late > 0
    assert found["G"].estimated == 0
