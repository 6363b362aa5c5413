"""The example group tells its story, the same each time.

T Hengchuan Group
├ T01 Turbine ─ T0101 Main Works, T0102 Blades, T0103 Castings, T0104 Plant Service
├ T03 Xinglu Boiler ─ T0301, T0302 (took over T0305 in April 2022), T0303
├ T04 Transformer ─ T0401, T0402 ─ T040201, T040202
├ T06 Cable
├ T09 Tongtu Construction ─ T0901, T0902
├ T11 East Pumps Trading (June 2023 not reported)
└ T18 Technical College (no profit, no orders)
"""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest

from headrope.demo.group import PEOPLE, UNITS, write_folder
from headrope.demo.measures import MEASURES
from headrope.demo.months import spread

Rows = list[dict[str, str]]
HALF_2022 = [f"2022-{month:02d}" for month in range(1, 7)]
HALF_2023 = [f"2023-{month:02d}" for month in range(1, 7)]
LEAVES = {unit.code for unit in UNITS} - {unit.parent for unit in UNITS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("group")
    write_folder(path)
    return path


@pytest.fixture(scope="module")
def facts(folder: Path) -> Rows:
    return table(folder / "facts.csv")


def table(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def latest(facts: Rows) -> dict[tuple[str, str, str, str], Decimal]:
    """Values as known last: later vintages replace earlier ones."""
    rows = sorted((row for row in facts if row["state"] == "value"), key=lambda row: row["vintage"])
    return {(r["unit"], r["measure"], r["version"], r["period"]): Decimal(r["value"]) for r in rows}


def below(code: str) -> set[str]:
    """The leaves under a unit, found by its links."""
    children = [unit.code for unit in UNITS if unit.parent == code]
    return set().union(*map(below, children)) if children else {code}


def total(facts: Rows, unit: str, what: tuple[str, str], periods: list[str]) -> Decimal:
    """Measure and version of a unit over periods, in million yuan with two decimals."""
    known, leaves = latest(facts), below(unit)
    found = [known.get((leaf, *what, period), Decimal(0)) for leaf in leaves for period in periods]
    return round(sum(found, Decimal(0)) / 1_000_000, 2)


def cells(facts: Rows, unit: str, period: str) -> Rows:
    return [row for row in facts if (row["unit"], row["version"], row["period"]) == (unit, "actual", period)]


def test_folder_when_written_twice_has_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_folder(tmp_path)

    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == written
    assert sorted(written) == ["facts.csv", "ledger.csv", "measures.csv", "units.csv"]


def test_columns_are_those_of_the_folder_form(folder: Path) -> None:
    headers = {path.name: path.read_text(encoding="utf-8").partition("\n")[0] for path in folder.iterdir()}

    assert headers == {
        "ledger.csv": "key,value",
        "units.csv": "code,name,name_zh,parent,tier,kind,from,to,successor",
        "measures.csv": "code,name,name_zh,account,quantity,step,kind,direction,numerator,denominator,weight",
        "facts.csv": "unit,measure,period,version,vintage,value,state,reason",
    }


def test_facts_stand_at_leaves_in_stored_measures(facts: Rows) -> None:
    stored = {measure.code for measure in MEASURES if measure.kind != "ratio"}

    assert {row["unit"] for row in facts} == LEAVES
    assert {row["measure"] for row in facts} == stored
    parts = {part for measure in MEASURES for part in (measure.numerator, measure.denominator) if part}
    assert parts <= stored


def test_facts_are_exact_steps_each_known_once(facts: Rows) -> None:
    money = {measure.code for measure in MEASURES if measure.quantity == "money"}
    wrong = [
        row
        for row in facts
        if row["state"] == "value"
        and not re.fullmatch(r"-?\d+\.\d\d" if row["measure"] in money else r"\d+", row["value"])
    ]

    assert wrong == []
    keys = [tuple(row[name] for name in ("unit", "measure", "version", "period", "vintage")) for row in facts]
    assert len(set(keys)) == len(keys)


def test_vintages_are_the_tenth_of_the_next_month_or_the_day_of_the_target(facts: Rows) -> None:
    known = {(row["version"], row["period"][:4], row["vintage"]) for row in facts}

    months = [f"{2021 + i // 12}-{i % 12 + 1:02d}-10" for i in range(1, 31)]
    years = ["2021"] * 12 + ["2022"] * 12 + ["2023"] * 6
    assert known == {
        *(("actual", year, vintage) for year, vintage in zip(years, months, strict=True)),
        ("actual", "2023", "2023-07-12"),
        ("target", "2022", "2022-01-20"),
        ("target", "2023", "2023-01-18"),
    }


def test_first_half_2023_when_summed_is_the_story(facts: Rows) -> None:
    """Revenue about on plan, profit 52 short of 160; Xinglu explains 43 of it."""
    plan, actual = ("PROFIT", "target"), ("PROFIT", "actual")
    units = ["T", "T01", "T0103", "T03", "T0301", "T0302", "T0303", "T04", "T06", "T09", "T11", "T18"]

    found = {unit: tuple(float(total(facts, unit, what, HALF_2023)) for what in (plan, actual)) for unit in units}
    assert found == {
        "T": (160, 108.42),
        "T01": (82, 80.21),
        "T0103": (4, 0.90),
        "T03": (-1, -44.00),
        "T0301": (-8, -34.18),
        "T0302": (2, -14.86),
        "T0303": (5, 5.05),
        "T04": (37, 37.50),
        "T06": (15, 13.39),
        "T09": (22, 17.70),
        "T11": (5, 3.61),
        "T18": (0, 0),
    }
    assert float(total(facts, "T", ("REVENUE", "target"), HALF_2023)) == 7907
    assert float(total(facts, "T", ("REVENUE", "actual"), HALF_2023)) == pytest.approx(7907, rel=0.015)


def test_first_half_2023_against_the_year_before_has_more_revenue_and_less_profit(facts: Rows) -> None:
    growth = {}
    for measure in ("REVENUE", "PROFIT"):
        now, before = (total(facts, "T", (measure, "actual"), half) for half in (HALF_2023, HALF_2022))
        growth[measure] = float(round(now / before * 100 - 100, 1))

    assert growth == {"REVENUE": 5.9, "PROFIT": -12.7}


def test_xinglu_has_no_month_above_zero(facts: Rows) -> None:
    months = [f"{2022 + i // 12}-{i % 12 + 1:02d}" for i in range(18)]

    assert [m for m in months if total(facts, "T03", ("PROFIT", "actual"), [m]) >= 0] == []


def test_restated_profit_has_two_vintages_six_million_apart(facts: Rows) -> None:
    rows = [row for row in cells(facts, "T0302", "2023-06") if row["measure"] == "PROFIT"]

    assert [(row["vintage"], row["value"], row["reason"]) for row in rows] == [
        ("2023-07-10", "-1957791.80", ""),
        ("2023-07-12", "-7957791.80", "Warranty provision of Unit 4 was missed"),
    ]
    assert [row for row in facts if row["vintage"] == "2023-07-12"] == rows[1:]


def test_june_when_a_unit_is_late_has_no_row(facts: Rows) -> None:
    reported = {unit for unit in LEAVES if cells(facts, unit, "2023-06")}

    assert reported == LEAVES - {"T0305", "T11"}
    assert [row["measure"] for row in cells(facts, "T11", "2023-05")] == [
        "REVENUE",
        "PROFIT",
        "ORDERS",
        "CASH",
        "RECEIVABLES",
        "LIABILITIES",
        "ASSETS",
        "HEADCOUNT",
        "ACCIDENTS",
    ]


def test_closed_unit_has_rows_until_its_last_month(folder: Path, facts: Rows) -> None:
    row = next(row for row in table(folder / "units.csv") if row["code"] == "T0305")

    assert (row["from"], row["to"], row["successor"]) == ("2021-01-01", "2022-03-31", "T0302")
    periods = [f"{2021 + i // 12}-{i % 12 + 1:02d}" for i in range(15)]
    assert sorted({row["period"] for row in facts if row["unit"] == "T0305"}) == periods


def test_school_keeps_no_profit_and_says_so(facts: Rows) -> None:
    rows = [row for row in facts if row["state"] != "value"]

    assert {(row["unit"], row["measure"], row["state"], row["value"]) for row in rows} == {
        ("T18", "PROFIT", "not-applicable", "")
    }
    assert [row["period"] for row in rows] == HALF_2023
    kept = {row["measure"] for row in facts if row["unit"] == "T18" and row["state"] == "value"}
    assert kept == {"REVENUE", "CASH", "RD", "CAPEX", "LIABILITIES", "ASSETS", "HEADCOUNT", "ACCIDENTS"}


def test_accidents_of_the_half_are_where_the_story_puts_them(facts: Rows) -> None:
    known = latest(facts)

    cases = {leaf: sum(known.get((leaf, "ACCIDENTS", "actual", m), Decimal(0)) for m in HALF_2023) for leaf in LEAVES}
    assert {leaf: n for leaf, n in cases.items() if n} == {"T0101": 1, "T0103": 3, "T0301": 1, "T040202": 1, "T0901": 2}


def test_people_belong_to_units_and_one_to_none() -> None:
    codes = {unit.code for unit in UNITS}

    assert [person.username for person in PEOPLE if person.unit not in codes] == ["li.ping"]
    assert {(person.username, person.role, person.unit) for person in PEOPLE} == {
        ("admin", "administrator", "T"),
        ("zhou.yi", "group_office", "T"),
        ("chen.yuanhang", "leader", "T"),
        ("gao.wenbin", "head", "T01"),
        ("fang.zhiqiang", "head", "T03"),
        ("jin.hao", "clerk", "T0302"),
        ("li.ping", None, None),
    }


@pytest.mark.parametrize(
    ("whole", "step", "parts"), [(1000, 1, [334, 333, 333]), (-1000, 1, [-333, -333, -334]), (70, 10, [30, 20, 20])]
)
def test_spread_parts_sum_to_the_whole(whole: int, step: int, parts: list[int]) -> None:
    assert spread(whole, [1, 1, 1], step) == parts
    assert sum(parts) == whole
