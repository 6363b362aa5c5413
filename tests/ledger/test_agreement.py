"""A year and its twelve phases that disagree are a warning; what agrees, or is not all there, is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.measures import MeasureRule
from headrope.core.periods import Period, parse
from headrope.core.quantities import Quantity
from headrope.ledger.actions import load_folder
from headrope.ledger.agreement import Stored, parts_made
from headrope.org.actions import console_user
from tests.conftest import Folder, Load
from tests.ledger.small_group import HEADER, MEASURES, UNITS

MONTHS = [f"2023-{month:02d}" for month in range(1, 13)]
MORE = MEASURES + "CUM,Cumulative,CNY,money,0.01,cumulative,up,,\n"


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows))


def phases(unit: str, measure: str, values: list[str], version: str = "target") -> list[str]:
    return [f"{unit},{measure},{month},{version},{value}" for month, value in zip(MONTHS, values, strict=False)]


def warned(load: Load, *rows: str) -> list[str]:
    result = load(facts=table(HEADER, *rows))
    assert all(not problem.blocking for problem in result.warnings)
    return [str(problem) for problem in result.warnings]


@pytest.fixture
def begun(load: Load) -> Load:
    load(units=UNITS, measures=MORE)
    return load


def test_year_and_phases_when_they_disagree_are_both_named(begun: Load) -> None:
    rows = phases("A", "REV", ["10"] * 12)

    assert warned(
        begun, *rows, "A,REV,2023,target,121", "AB,REV,2023,target,120", *phases("AB", "REV", ["10"] * 12)
    ) == ["facts.csv: A REV target: 2023 is 121.00, and its parts make 120.00. Correct the period or its parts."]


def test_year_when_it_is_loaded_after_its_phases_is_held_against_them(begun: Load) -> None:
    begun(facts=table(HEADER, *phases("A", "REV", ["10"] * 12), *phases("AB", "REV", ["1"] * 12)))

    assert warned(begun, "A,REV,2023,target,121.50") == [
        "facts.csv: A REV target: 2023 is 121.50, and its parts make 120.00. Correct the period or its parts."
    ]
    assert warned(begun, "A,REV,2023,target,120") == []
    assert warned(begun, "A,REV,2023-04,target,11") == [
        "facts.csv: A REV target: 2023 is 120.00, and its parts make 121.00. Correct the period or its parts."
    ]


def test_disagreement_of_what_the_load_does_not_touch_is_not_told_again(begun: Load) -> None:
    begun(facts=table(HEADER, *phases("A", "REV", ["10"] * 12), "A,REV,2023,target,121"))

    assert warned(begun, "AB,REV,2023,target,5", "A,REV,2024,target,5") == []


def test_phases_when_one_is_missing_or_withdrawn_say_nothing(begun: Load) -> None:
    assert warned(begun, *phases("A", "REV", ["10"] * 11), "A,REV,2023,target,121") == []
    begun(facts=table(HEADER, *phases("AB", "REV", ["10"] * 12)))
    result = begun(facts=table(f"{HEADER},state", "AB,REV,2023-12,target,,withdrawn", "AB,REV,2023,target,7,"))
    assert result.warnings == []


def test_stock_and_cumulative_figures_of_one_day_must_be_the_same(begun: Load) -> None:
    rows = ("A,STAFF,2023-12,target,5", "A,STAFF,2023,target,6", "A,CUM,2023-06,target,5", "A,CUM,2023-Q2,target,5", "A,CUM,2023-H1,target,4")  # fmt: skip

    assert warned(begun, *rows) == [
        "facts.csv: A STAFF target: 2023 is 6, and its parts make 5. Correct the period or its parts.",
        "facts.csv: A CUM target: 2023-H1 is 4.00, and its parts make 5.00. Correct the period or its parts.",
    ]


def test_floats_agree_up_to_rounding(begun: Load) -> None:
    assert warned(begun, *phases("A", "HEAT", ["0.1"] * 12), "A,HEAT,2023,target,1.2") == []


def test_disagreement_is_found_without_a_cube(begun: Load, folder: Folder) -> None:
    """The second load comes before the first has been added up."""
    load_folder(folder(facts=table(HEADER, *phases("A", "REV", ["10"] * 12))), by=console_user())

    result = load_folder(folder(facts=table(HEADER, "A,REV,2023,target,121")), by=console_user())

    assert [str(problem) for problem in result.warnings] == [
        "facts.csv: A REV target: 2023 is 121.00, and its parts make 120.00. Correct the period or its parts."
    ]


YEAR = parse("2023")
FLOW = MeasureRule("REV", Quantity("money", -2), "flow")


@given(st.lists(st.integers(-100, 100), min_size=12, max_size=12), st.integers(-3, 3))
def test_parts_of_a_flow_make_their_sum(values: list[int], more: int) -> None:
    cells = {part: Stored(value, False) for part, value in zip(YEAR.cells(1), values, strict=True)}
    cells[YEAR] = Stored(sum(values) + more, True)

    assert parts_made(FLOW, YEAR, cells, 1) == (sum(values) if more else None)


@given(st.lists(st.integers(-100, 100), min_size=4, max_size=4), st.sampled_from(["max", "min"]))
def test_parts_of_a_largest_or_smallest_make_the_largest_or_smallest(values: list[int], kind: str) -> None:
    rule = MeasureRule("X", Quantity("count"), kind)  # type: ignore[arg-type]
    cells = {part: Stored(value, True) for part, value in zip(YEAR.cells(3), values, strict=True)}
    cells[YEAR] = Stored(1000, False)

    assert parts_made(rule, YEAR, cells, 1) == (max(values) if kind == "max" else min(values))


def test_cumulative_figure_that_reaches_back_into_another_year_is_left_alone() -> None:
    """With a fiscal year from April on, a calendar year ends in one fiscal year and begins in another."""
    rule = MeasureRule("X", Quantity("count"), "cumulative")
    month = Period(YEAR.end - 1, 1)

    assert parts_made(rule, YEAR, {YEAR: Stored(1, True), month: Stored(2, True)}, 4) is None
    assert parts_made(rule, YEAR, {YEAR: Stored(1, True), month: Stored(2, True)}, 1) == 2
