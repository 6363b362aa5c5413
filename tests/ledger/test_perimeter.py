"""Like-for-like: all months over the tree of one, by a plain definition over own figures; and what stays as it was."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrope.core.periods import parse
from headrope.ledger.actions import load_folder
from headrope.ledger.cube import store
from headrope.ledger.cube.view import AS_WAS, Cube
from headrope.ledger.queries import measures
from headrope.org.actions import console_user
from headrope.org.queries import edition_rows, tree_on, unit_ids

from ..conftest import Databases, Folder, Load

MEASURES = """code,name,account,quantity,step,kind,direction
REV,Revenue,CNY,money,0.01,flow,up
TON,Tons,t,number,,flow,up
TOP,Highest,class,count,1,max,down"""
NAMES = ("A", "AB", "A1", "A2", "B", "B1", "C")
HEADER = "unit,measure,period,version,value\n"


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, str]:
    """units.csv of three trees (to March, to June, from July) over a changing set of units, and facts of each."""
    cuts = ["", "2023-04-01", "2023-07-01", ""]
    rows, facts = [], []
    alive = {name: [draw(st.booleans()) or name == "A" for _ in range(3)] for name in NAMES}
    for name in NAMES:
        stages = alive[name]
        if name != "A" and stages == [True, False, True]:
            stages[1] = True
    for name in NAMES:
        for stage in range(3):
            if not alive[name][stage]:
                continue
            # Above a unit stands G or a unit named before it, so that no circle can arise.
            above = [each for each in NAMES[: NAMES.index(name)] if alive[each][stage]]
            parent = draw(st.sampled_from(["G", *above]))
            ends = not any(alive[name][stage + 1 :])
            later = [each for each in NAMES if each != name and stage < 2 and alive[each][stage + 1]]
            heir = draw(st.sampled_from(["", *later])) if ends and stage < 2 else ""
            end = "" if stage == 2 else "2023-03-31" if stage == 0 else "2023-06-30"
            rows.append(f"{name},{name},{parent},{cuts[stage]},{end},{heir}")
            for month in (1 + 3 * stage, 3 + 3 * stage):
                value = draw(st.integers(-50, 50))
                facts.append(f"{name},REV,2023-{month:02d},actual,{value}")
                facts.append(f"{name},TON,2023-{month:02d},actual,{value / 8}")
                facts.append(f"{name},TOP,2023-{month:02d},actual,{abs(value)}")
    return "code,name,parent,from,to,successor\nG,Group,,,,\n" + "\n".join(rows), HEADER + "\n".join(facts)


def expected(unit: str, month: int, reference: date, facts: str, measure: str) -> float | None:
    """By the definition: who stands at or under the unit on the day, or belongs there, and gave something."""
    rows = edition_rows()
    tree = tree_on(reference, rows)
    ids = unit_ids()
    last = {row.unit: (row.successor or row.parent) for row in rows}

    def place(number: int) -> int | None:
        at: int | None = number
        for _ in range(len(last) + 1):
            if at is None or at in tree.nodes:
                return at
            at = last[at]
        return None

    values = []
    for line in facts.splitlines()[1:]:
        code, what, period, _, value = line.split(",")
        if what == measure and period == f"2023-{month:02d}":
            at = place(ids[code])
            if at is not None and ids[unit] in [node.id for node in tree.path(at)]:
                values.append(float(value))
    return None if not values else max(values) if measure == "TOP" else sum(values)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_totals_of_any_month_over_any_tree_are_those_of_the_definition(
    databases: Databases, folder: Folder, history: tuple[str, str]
) -> None:
    units, facts = history
    databases.copy()
    load_folder(folder(units=units, measures=MEASURES, facts=facts), by=console_user())
    cube = store.fresh()
    infos = {info.code: info for info in measures()}
    ids = unit_ids()

    for reference in ("2023-01", "2023-04", "2023-07"):
        month = parse(reference)
        there = [node.code for node in tree_on(month.last_day, edition_rows()).nodes.values()]
        for measure in ("REV", "TON", "TOP"):
            for number in (1, 3, 4, 6, 7, 9):
                period = parse(f"2023-{number:02d}")
                view = cube.view([ids[code] for code in there], month.end - 1)
                found = view.column(infos[measure], infos, "actual", period)
                scale = 100 if measure == "REV" else 1
                shown = [v / scale if k else None for v, k in zip(found.values.tolist(), found.known, strict=True)]
                wanted = [expected(code, number, month.last_day, facts, measure) for code in there]
                assert shown == wanted


def merged(load: Load) -> Cube:
    load(
        units="""code,name,parent,from,to,successor
G,Group,,,,
A,First,G,,,
AB,Second,G,,2023-02-28,A
C,Third,G,,,""",
        measures=MEASURES,
        facts=HEADER
        + "\n".join(
            f"{unit},REV,{year}-{month:02d},actual,{value}"
            for unit, value in (("A", 10), ("AB", 4), ("C", 1))
            for year in (2022, 2023)
            for month in (1, 2, 3)
            if not (unit == "AB" and (year, month) == (2023, 3))
        ),
    )
    return store.fresh()


@pytest.mark.parametrize(
    ("perimeter", "values"),
    [(None, [45, 30, 12]), (AS_WAS, [45, 30, 12]), (parse("2023-03").start, [45, 42, None])],
    ids=["usual", "as-was", "like-for-like"],
)
def test_closed_unit_counts_in_its_successor(load: Load, perimeter: int | None, values: list[int | None]) -> None:
    """
    G
      A    took over AB on 1 March 2023
      AB
      C
    """
    cube, infos, ids = merged(load), {info.code: info for info in measures()}, unit_ids()

    column = cube.view([ids["G"], ids["A"]], perimeter).column(infos["REV"], infos, "actual", parse("2022-Q1"))

    assert [value // 100 for value in column.values.tolist()] == values[:2]


def test_all_measures_of_one_unit_are_those_of_the_view_of_many(load: Load) -> None:
    cube, infos, ids = merged(load), {info.code: info for info in measures()}, unit_ids()
    month, periods = parse("2023-03").start, [parse("2022-Q1"), parse("2023-01")]

    for code in ("G", "A", "C"):
        one = cube.unit(ids[code], infos, month).columns("actual", periods)
        for name, info in infos.items():
            many = [cube.view([ids[code]], month).column(info, infos, "actual", period) for period in periods]
            assert one[name].values.tolist() == [column.values[0] for column in many]
            assert one[name].reported.tolist() == [column.reported[0] for column in many]


def test_growth_stands_on_one_tree_unless_as_was_is_asked_for(load: Load, folder: Folder) -> None:
    merged(load)
    growth = "code,name,account,quantity,step,kind,direction,numerator\nRISE,Growth,%,number,,growth,up,REV"
    load_folder(folder(measures=growth), by=console_user())
    cube, infos, ids = store.fresh(), {info.code: info for info in measures()}, unit_ids()

    found = [
        cube.view([ids["A"]], perimeter).column(infos["RISE"], infos, "actual", parse("2023-Q1")).values[0]
        for perimeter in (None, AS_WAS)
    ]

    assert found == [pytest.approx(-4 / 42), pytest.approx(0.0)]
    assert np.isclose(cube.unit(ids["A"], infos).columns("actual", [parse("2023-Q1")])["RISE"].values[0], -4 / 42)
