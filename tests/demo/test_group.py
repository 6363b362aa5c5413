"""The folder of the example group: its files, whole steps, figures that stand where they belong, the same bytes each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.demo.group import PEOPLE, write_folder
from headrope.demo.months import spread
from tests.demo.reading import Group, table

HEADERS = {
    "ledger.csv": "key,value",
    "units.csv": "code,name,name_zh,parent,kind,from,to,successor,method",
    "segments.csv": "segment,unit",
    "holdings.csv": "owner,held,share",
    "measures.csv": "code,name,name_zh,account,quantity,step,kind,direction,numerator,denominator,weight,annualise,"
    "missing,margin,attributable,owner",
    "forms.csv": "code,name,name_zh,span,measures,due,scale",
    "duties.csv": "form,unit,from,to",
    "checks.csv": "code,kind,severity,measures,formula,denominator,against,min,max,change,tolerance,floor,limit,message,"
    "message_zh",
    "calendars.csv": "calendar,kind,day,from,to,name,name_zh",
    "unit_calendars.csv": "unit,calendar",
    "facts.csv": "unit,measure,period,version,vintage,value,basis,state,reason",
    "eliminations.csv": "unit,counterparty,measure,version,period,vintage,amount",
    "people.csv": "code,name,name_zh,user",
    "posts.csv": "person,unit,title,title_zh,rank,from",
}
FORMED = ("ratio", "average", "formula", "growth")


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 by file."""
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_columns_are_those_of_the_folder_form(folder: Path) -> None:
    assert {path.name: path.read_text(encoding="utf-8").partition("\n")[0] for path in folder.iterdir()} == HEADERS


def test_folder_when_written_again_has_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_folder(tmp_path)

    assert digests(tmp_path) == digests(folder)


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_folder_when_written_under_another_hash_seed_has_the_same_bytes(
    folder: Path, tmp_path: Path, seed: str
) -> None:
    program = "import sys; from pathlib import Path; from headrope.demo.group import write_folder; write_folder(Path(sys.argv[1]))"  # fmt: skip

    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, "-c", program, tmp_path], check=True, env=environment)

    assert digests(tmp_path) == digests(folder)


def test_units_have_names_in_both_languages_and_no_two_the_same(group: Group) -> None:
    alive = [row for row in group.units if not row["to"]]

    assert len([row for row in alive if row["kind"] != "segment"]) == 62
    assert len([row for row in alive if row["kind"] == "segment"]) == 7
    assert [row["code"] for row in group.units if not row["name"] or not re.search("[一-鿿]", row["name_zh"])] == []
    assert [name for name, n in Counter(row["name"] for row in alive).items() if n > 1] == []


def test_tree_has_four_tiers_and_each_unit_one_parent(group: Group) -> None:
    tiers = Counter(len(group.above(code, "2023-06")) for code in group.parents("2023-06"))

    assert tiers == {1: 1, 2: 18, 3: 35, 4: 8}
    assert len(group.leaves("T", "2023-06")) == 44


def test_measures_are_24_of_many_kinds(group: Group) -> None:
    kinds = Counter(row["kind"] for row in group.measures)

    assert kinds == {
        "flow": 11, "stock": 4, "ratio": 4, "average": 1, "formula": 1, "cumulative": 1, "max": 1, "score": 1,
    }  # fmt: skip
    assert sum(kinds.values()) == 24


def test_facts_stand_at_leaves_in_stored_measures(group: Group) -> None:
    stored = {row["code"] for row in group.measures if row["kind"] not in FORMED}
    own = [row for row in group.facts if row["basis"] == "own"]
    leaves = {leaf for month in ("2020-01", "2022-12", "2023-06") for leaf in group.leaves("T", month)}

    assert {row["unit"] for row in own} == leaves
    assert {row["measure"] for row in own} == stored
    parts = {part for row in group.measures for column in ("numerator", "denominator") for part in row[column].split("-") if part}  # fmt: skip
    assert parts - stored == {"HEADCOUNT_MEAN"}


def test_facts_are_exact_steps_each_known_once(group: Group) -> None:
    forms = {"money": r"-?\d+\.\d\d", "count": r"\d+", "number": r"\d+\.\d"}
    of = {row["code"]: forms[row["quantity"]] for row in group.measures}

    wrong = [row for row in group.facts if not re.fullmatch(of[row["measure"]] if row["state"] == "value" else "", row["value"])]  # fmt: skip
    keys = Counter(tuple(row[name] for name in ("unit", "measure", "period", "version", "vintage", "basis")) for row in group.facts)  # fmt: skip

    assert wrong == []
    assert [key for key, n in keys.items() if n > 1] == []


def test_every_unit_has_a_figure_for_every_day_of_its_life(group: Group) -> None:
    """Or says that it owes none; only the late unit's June and the quarter that ends with it are not there."""
    forms = {row["code"]: (row["span"], row["measures"].split()) for row in group.forms}
    there = {(row["unit"], row["measure"], row["period"]) for row in group.facts if (row["version"], row["basis"]) == ("actual", "own")}  # fmt: skip
    periods = {
        "month": [(f"{2020 + i // 12}-{i % 12 + 1:02d}",) * 2 for i in range(42)],
        "quarter": [(f"{2020 + i // 4}-Q{i % 4 + 1}", f"{2020 + i // 4}-{i % 4 * 3 + 3:02d}") for i in range(14)],
    }

    owed = {
        (duty["unit"], measure, period)
        for duty in group.duties
        for measure in forms[duty["form"]][1]
        for period, end in periods[forms[duty["form"]][0]]
        if duty["from"][:7] <= end and (not duty["to"] or end <= duty["to"][:7])
    }

    assert there - owed == set()
    assert {(unit, period) for unit, _, period in owed - there} == {("T11", "2023-06"), ("T11", "2023-Q2")}
    assert {duty["unit"] for duty in group.duties} == {row["unit"] for row in group.facts if row["basis"] == "own"}


def test_vintages_are_the_tenth_of_the_next_month_or_the_day_of_the_target(group: Group) -> None:
    known = {(row["version"], row["period"][:4], row["vintage"]) for row in (*group.facts, *group.eliminations)}

    months = [f"{2020 + i // 12}-{i % 12 + 1:02d}-10" for i in range(1, 43)]
    years = ["2020"] * 12 + ["2021"] * 12 + ["2022"] * 12 + ["2023"] * 6
    assert known == {
        *(("actual", year, vintage) for year, vintage in zip(years, months, strict=True)),
        ("actual", "2023", "2023-07-12"),
        ("target", "2022", "2022-01-20"),
        ("target", "2023", "2023-01-18"),
    }


@pytest.mark.parametrize("year", ["2022", "2023"])
def test_year_of_every_plan_is_what_its_months_make(group: Group, year: str) -> None:
    kinds = {row["code"]: row["kind"] for row in group.measures}
    plans = {cell: value for cell, value in group.latest.items() if cell[2] == "target"}
    whole = {cell[:2]: value for cell, value in plans.items() if cell[3] == year}

    def made(unit: str, measure: str) -> Decimal:
        months = [plans[unit, measure, "target", f"{year}-{m:02d}"] for m in range(1, 13)]
        return {"flow": sum(months, Decimal(0)), "max": max(months)}.get(kinds[measure], months[-1])

    assert len(whole) > 600
    assert {cell: made(*cell) for cell in whole} == whole
    monthly = {cell[:2] for cell in plans if re.fullmatch(rf"{year}-\d\d", cell[3])}
    assert monthly == set(whole)


def test_year_of_every_planned_elimination_is_what_its_months_make(group: Group) -> None:
    found: dict[tuple[str, ...], list[Decimal]] = {}
    for row in group.eliminations:
        if row["version"] == "target":
            at = 0 if len(row["period"]) == 4 else 1
            key = (row["unit"], row["counterparty"], row["measure"], row["period"][:4])
            found.setdefault(key, [Decimal(0), Decimal(0)])[at] += Decimal(row["amount"])

    assert len(found) == 11 * 2 * 2
    assert [key for key, (year, months) in found.items() if year != months] == []


def test_people_belong_to_units_and_one_to_none(group: Group) -> None:
    codes = {row["code"] for row in group.units}

    assert [person.username for person in PEOPLE if person.unit not in codes] == ["li.ping"]
    assert {(person.username, person.role, person.unit) for person in PEOPLE} == {
        ("admin", "administrator", "T"),
        ("zhou.yi", "group_office", "T"),
        ("wu.jie", "finance", "T"),
        ("zheng.kai", "supervision", "T"),
        ("chen.yuanhang", "leader", "T"),
        ("gao.wenbin", "head", "T01"),
        ("fang.zhiqiang", "head", "T03"),
        ("jin.hao", "clerk", "T0302"),
        ("lin.yue", "clerk", "T11"),
        ("li.ping", None, None),
    }


def test_every_company_has_a_head(folder: Path) -> None:
    people = {row["code"]: row["name"] for row in table(folder / "people.csv")}
    posts = {row["unit"]: people[row["person"]] for row in table(folder / "posts.csv")}

    assert posts == {
        "T": "Chen Yuanhang", "T01": "Gao Wenbin", "T02": "Shen Jialing", "T03": "Fang Zhiqiang", "T04": "Qiu Min",
        "T05": "Luo Yifan", "T06": "Meng Qi", "T07": "Du Hongwei", "T08": "Bai Xuefeng", "T09": "Jiang Bo",
        "T10": "Ruan Shuting", "T11": "Tang Rui", "T12": "Hou Lei", "T13": "Katrin Holm", "T14": "Xu Anran",
        "T15": "Peng Dawei", "T16": "Cui Ning", "T17": "Prof. Ye Song", "T18": "Kong Lan",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("whole", "step", "parts"), [(1000, 1, [334, 333, 333]), (-1000, 1, [-333, -333, -334]), (70, 10, [30, 20, 20])]
)
def test_spread_when_it_does_not_come_out_even(whole: int, step: int, parts: list[int]) -> None:
    assert spread(whole, [1, 1, 1], step) == parts


@given(st.integers(-(10**13), 10**13), st.lists(st.floats(0.1, 10), min_size=1, max_size=12), st.sampled_from([1, 100]))
def test_spread_parts_make_the_whole(whole: int, weights: list[float], step: int) -> None:
    parts = spread(whole * step, weights, step)

    assert sum(parts) == whole * step
    assert [part % step for part in parts] == [0] * len(weights)
