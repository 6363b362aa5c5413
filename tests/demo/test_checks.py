"""The checks of the example group are sound, and its figures of 2023 raise only a handful of doubts, none that blocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from headrope.core.checks.asked import Entered
from headrope.core.checks.doubt import Doubt
from headrope.core.checks.evaluation import Prepared, find_doubts, prepare
from headrope.core.checks.figures import Value
from headrope.core.checks.rows import parse_checks
from headrope.core.checks.soundness import check_checks
from headrope.core.measures import MeasureRule
from headrope.core.periods import Period, parse
from headrope.ledger.folder.measures import read_measures
from tests.demo.reading import Group

Ask = Callable[..., list[Doubt]]


@pytest.fixture(scope="module")
def rules(folder: Path) -> dict[str, MeasureRule]:
    said = read_measures(folder, pytest.fail, date(2023, 12, 31))
    return {each.key: each.rows[0].rule for each in said}


@pytest.fixture(scope="module")
def prepared(folder: Path, rules: dict[str, MeasureRule]) -> Prepared:
    checks, problems = parse_checks((folder / "checks.csv").read_text(encoding="utf-8"))
    assert (problems, check_checks(checks, rules)) == ([], [])
    return prepare(checks, rules)


@pytest.fixture(scope="module")
def ask(group: Group, prepared: Prepared, rules: dict[str, MeasureRule]) -> Ask:
    """The doubts about what a unit handed in on a form for a period, some of it changed."""
    # A cell in which the unit says that it owes nothing holds that word, and is not empty.
    figures: dict[tuple[str, str, Period], Value] = {
        (row["unit"], row["measure"], parse(row["period"])): row["state"]
        for row in group.facts
        if (row["version"], row["state"]) == ("actual", "not-applicable")
    }
    for (unit, measure, version, period), value in group.latest.items():
        if version == "actual":
            quantity = rules[measure].quantity
            figures[unit, measure, parse(period)] = (
                int(value.scaleb(-quantity.step_exponent)) if quantity.exact else float(value)
            )
    asked = {form["code"]: form["measures"].split() for form in group.forms}

    def doubts(unit: str, form: str, period: str, **changed: Value) -> list[Doubt]:
        when = parse(period)
        values = {measure: figures.get((unit, measure, when)) for measure in asked[form]} | changed
        entered = Entered(when, values, [unit], "branch", asked[form])
        return find_doubts(prepared, entered, lambda measure, at: figures.get((unit, measure, at)))

    return doubts


def test_figures_of_2023_raise_a_handful_of_doubts_and_none_blocks(group: Group, ask: Ask) -> None:
    """T0703 took T0704 over in March; utility boilers' spring is uneven; a trader's people are counted anew in January."""
    leaves = sorted({row["unit"] for row in group.duties})
    months = [f"2023-{number:02d}" for number in range(1, 7)]
    found = [
        (month, unit, doubt.check.code, doubt.measure, doubt.check.blocking)
        for month in months
        for unit in leaves
        if group.cells(unit, month)
        for form in ("FINANCE", "WORKS")
        for doubt in ask(unit, form, month)
    ]

    assert found == [
        ("2023-01", "T11", "PEOPLE", "HEADCOUNT", False),
        ("2023-02", "T0301", "UNUSUAL", "REVENUE", False),
        ("2023-03", "T0301", "UNUSUAL", "REVENUE", False),
        ("2023-03", "T0703", "LENT", "RECEIVABLES", False),
        ("2023-03", "T0703", "PEOPLE", "HEADCOUNT", False),
        ("2023-05", "T0301", "UNUSUAL", "REVENUE", False),
    ]


def test_surveys_of_2023_raise_none(group: Group, ask: Ask) -> None:
    asked = [row["unit"] for row in group.duties if row["form"] == "CUSTOMERS"]

    given = [(unit, period) for unit in asked for period in ("2023-Q1", "2023-Q2") if group.cells(unit, period)]

    assert len(given) > 80
    assert [doubt for unit, period in given for doubt in ask(unit, "CUSTOMERS", period)] == []


@pytest.mark.parametrize(
    ("form", "changed", "codes"),
    [
        ("FINANCE", {"REVENUE": None}, ["GIVEN"]),
        ("FINANCE", {"CAPEX": -1}, ["SIGN"]),
        ("FINANCE", {"OVERSEAS": 10**15}, ["ABROAD"]),
        ("FINANCE", {"RECEIVABLES": 10**15}, ["LENT"]),
        ("FINANCE", {"CASH": 10**15}, ["UNUSUAL"]),
        ("FINANCE", {"LIABILITIES": 10**15}, ["DEBT"]),
        ("WORKS", {"PASSED": 10**9}, ["PASSED_OF"]),
        ("WORKS", {"ACCIDENTS": 2}, ["ACCIDENTS_UP"]),
        ("WORKS", {"ACCIDENT_CLASS": 5}, ["CLASS"]),
        ("WORKS", {"ENERGY": 0}, ["ENERGY_ON"]),
        ("WORKS", {"HEADCOUNT": 10**6}, ["PEOPLE"]),
    ],
)
def test_doubts_when_a_figure_is_changed(ask: Ask, form: str, changed: dict[str, Value], codes: list[str]) -> None:
    assert ask("T0102", form, "2023-05") == []
    assert [doubt.check.code for doubt in ask("T0102", form, "2023-05", **changed)] == codes
