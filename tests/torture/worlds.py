"""Random ledgers as tables: dated trees, measures of most kinds, vintages, holdings, eliminations, duties."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.torture.evaluator import Question

PILLARS, LEAVES = ("A", "AB", "B"), ("A1", "A11", "AB1", "C")
VINTAGES = ("2023-07-10", "2023-08-10", "2023-09-10")
MONTHS = ("2022-06", "2023-04", "2023-05", "2023-06")
QUARTERS = {"2023-Q1": "2023-03-31", "2023-Q2": "2023-06-30"}
CHANGES = (("2023-04-30", "2023-05-01"), ("2023-05-31", "2023-06-01"))
"""Days on which something ends, and on which something else begins."""

MEASURES = """code,name,account,quantity,step,kind,direction,numerator,denominator,missing,attributable,vintage
REV,Revenue,CNY,money,0.01,flow,up,,,,yes,2023-07-10
HOURS,Hours,h,count,1,flow,none,,,,yes,2023-07-10
COST,Cost,CNY,money,0.01,flow,down,,,,,2023-07-10
GRANT,Grants,CNY,money,1,flow,none,,,zero,,2023-07-10
STAFF,Staff,persons,count,1,stock,none,,,carry,yes,2023-07-10
CASH,Cash,CNY,money,0.01,stock,up,,,,,2023-07-10
YTD,Orders to date,CNY,money,0.01,cumulative,up,,,,,2023-07-10
WORST,Worst class,class,count,1,max,down,,,,,2023-07-10
METERS,Meters,meters,count,1,disjoint,up,,,,,2023-07-10
SOLD,Sold,t,count,1,flow,up,,,,,2023-07-10
PRICE,Price,CNY per t,money,0.01,weighted,up,,SOLD,,,2023-07-10
NET,Net,CNY,money,0.01,formula,up,REV-0.5*COST,,,,2023-07-10
MARGIN,Margin,share,number,,ratio,up,NET,REV+COST,,,2023-07-10
PERHEAD,Revenue per head,CNY,number,,ratio,up,REV,CASH,,,2023-07-10
AVG,Average cash,CNY,money,0.01,average,up,CASH,,,,2023-07-10
RISE,Growth,share,number,,growth,up,REV,,,,2023-07-10
"""
STORED = ("REV", "HOURS", "COST", "GRANT", "STAFF", "CASH", "YTD", "WORST", "METERS", "SOLD", "PRICE")
ASKED = (*STORED, "NET", "MARGIN", "PERHEAD", "AVG", "RISE")
BY_QUARTER = ("HOURS", "METERS")
ELIMINATED = ("REV", "COST", "CASH")

Rows = list[dict[str, str]]
World = dict[str, Rows]


def table(rows: Sequence[dict[str, str]]) -> str:
    """Rows as a CSV text."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def tables(world: World) -> dict[str, str]:
    """The tables of a world as texts, empty ones left out."""
    return {"measures": MEASURES, **{name: table(rows) for name, rows in world.items() if rows}}


@st.composite
def worlds(draw: DrawFn, plain: bool = False) -> World:
    """A ledger of up to eight units; a `plain` one has neither edges, holdings, eliminations nor segments."""
    units = [_unit("G", "")]
    for place, code in enumerate(PILLARS):
        units += draw(_placed(code, ("G", *PILLARS[:place])))
    for code in draw(st.lists(st.sampled_from(LEAVES), unique=True, min_size=1, max_size=3)):
        units += draw(_leaf(code, ("G", *PILLARS)))
    world: World = {"units": units}
    if not plain:
        world["holdings"] = draw(_holdings(units))
        _edges(draw, world)
    if draw(st.booleans()):
        mover = draw(st.sampled_from(PILLARS))
        world["units"] = units + draw(_placed(mover, ("G", *PILLARS[: PILLARS.index(mover)]), VINTAGES[1]))
        if not plain:
            world["units"] = [row for row in world["units"] if row["vintage"] == VINTAGES[0]] + [
                {**row, "method": "full"} for row in world["units"] if row["vintage"] != VINTAGES[0]
            ]
    world["facts"] = draw(_facts(units))
    if not plain:
        world["eliminations"] = draw(_eliminations(units, world["facts"]))
        _segment(draw, world)
    return world


def _unit(code: str, parent: str, first: str = "", last: str = "", vintage: str = VINTAGES[0]) -> dict[str, str]:
    return {
        "code": code, "name": code, "parent": parent, "kind": "", "from": first, "to": last,
        "successor": "", "method": "", "vintage": vintage,
    }  # fmt: skip


@st.composite
def _placed(draw: DrawFn, code: str, parents: Sequence[str], vintage: str = VINTAGES[0]) -> Rows:
    """A unit that always lives and may move."""
    changes = draw(st.lists(st.sampled_from(CHANGES), unique=True, max_size=2).map(sorted))
    firsts, lasts = ["", *(day for _, day in changes)], [*(day for day, _ in changes), ""]
    return [
        _unit(code, draw(st.sampled_from(parents)), first, last, vintage)
        for first, last in zip(firsts, lasts, strict=True)
    ]


@st.composite
def _leaf(draw: DrawFn, code: str, parents: Sequence[str]) -> Rows:
    """A unit without children that may be founded or closed."""
    rows = draw(_placed(code, parents))
    if len(rows) == 1 and draw(st.booleans()):
        end, begin = draw(st.sampled_from(CHANGES))
        if draw(st.booleans()):
            rows[0]["from"] = begin
        else:
            rows[0].update(to=end, successor=draw(st.sampled_from(["", *PILLARS])))
    return rows


@st.composite
def _holdings(draw: DrawFn, units: Rows) -> Rows:
    """Shares of units in others; an owner stands before what it owns in the alphabet of the tree."""
    order = list(dict.fromkeys(row["code"] for row in units))
    rows: Rows = []
    for place, held in enumerate(order[1:], 1):
        owners = draw(st.lists(st.sampled_from(order[:place]), unique=True, max_size=2))
        for owner in owners:
            end, begin = draw(st.sampled_from(CHANGES))
            share = draw(st.integers(1, 50))
            rows.append(_held(owner, held, f"{share}/100"))
            if draw(st.booleans()):
                rows[-1]["to"] = end
                rows.append({**_held(owner, held, f"{draw(st.integers(1, 16))}/33"), "from": begin})
    return rows


def _held(owner: str, held: str, share: str) -> dict[str, str]:
    return {"owner": owner, "held": held, "share": share, "from": "", "to": "", "vintage": VINTAGES[0]}


def _edges(draw: DrawFn, world: World) -> None:
    """Methods other than full on some edges that never change."""
    for code in {row["code"] for row in world["units"]} - {"G"}:
        rows = [row for row in world["units"] if row["code"] == code]
        method = draw(st.sampled_from(["full", "full", "none", "proportionate"]))
        if len(rows) > 1 or method == "full":
            continue
        if method == "proportionate":
            parent = rows[0]["parent"]
            world["holdings"] = [row for row in world["holdings"] if row["held"] != code]
            world["holdings"].append(_held(parent, code, f"{draw(st.integers(1, 100))}/100"))
        rows[0]["method"] = method


@st.composite
def _facts(draw: DrawFn, units: Rows) -> Rows:
    """Vintages of cells of units that live at their ends."""
    rows = [_fact("G", "REV", month, "1.00") for month in MONTHS]
    cells = st.tuples(
        st.sampled_from(sorted({row["code"] for row in units})),
        st.sampled_from(STORED),
        st.sampled_from((*MONTHS, *MONTHS, *QUARTERS)),
    )
    for unit, measure, period in draw(st.lists(cells, unique=True, min_size=12, max_size=48)):
        day = QUARTERS.get(period) or f"{period}-30"
        # A measure has one span here; how spans go together is shown by single cases.
        wide = period in QUARTERS
        if wide != (measure in BY_QUARTER) or (unit, measure) == ("G", "REV") or not lives(units, unit, day):
            continue
        states = draw(
            st.lists(st.sampled_from(["value", "value", "not-applicable", "withdrawn"]), min_size=1, max_size=3)
        )
        before = "withdrawn"
        for vintage, state in zip(VINTAGES, states, strict=False):
            if state == before == "withdrawn":
                continue
            rows.append({**_fact(unit, measure, period, ""), "state": state, "vintage": vintage})
            if state == "value":
                rows[-1]["value"] = _amount(measure, draw(st.integers(-999, 9999)))
            before = state
    return rows


def _fact(unit: str, measure: str, period: str, value: str) -> dict[str, str]:
    return {
        "unit": unit, "measure": measure, "period": period, "version": "actual",
        "value": value, "state": "", "vintage": VINTAGES[0],
    }  # fmt: skip


def _amount(measure: str, number: int) -> str:
    """A value that the measure takes; weights are not negative."""
    if measure in ("STAFF", "WORST", "METERS", "SOLD", "GRANT", "HOURS"):
        return str(abs(number) if measure == "SOLD" else number)
    return f"{'-' if number < 0 else ''}{abs(number) // 100}.{abs(number) % 100:02}"


def lives(units: Rows, unit: str, day: str) -> bool:
    """Whether the unit exists on that day."""
    return any(
        row["code"] == unit and (row["from"] or "0000") <= day <= (row["to"] or "9999")
        for row in units
        if row["vintage"] == VINTAGES[0]
    )


@st.composite
def _eliminations(draw: DrawFn, units: Rows, facts: Rows) -> Rows:
    """Eliminations between units that have figures in the cell from the first day on."""
    rows: Rows = []
    for measure in ELIMINATED:
        for month in MONTHS:
            inside = [fact for fact in facts if (fact["measure"], fact["period"]) == (measure, month)]
            never = {fact["unit"] for fact in inside if fact["state"] not in ("", "value")}
            given = sorted({fact["unit"] for fact in inside if fact["vintage"] == VINTAGES[0]} - never)
            if len(given) < 2 or not draw(st.booleans()):
                continue
            unit, other = draw(st.permutations(given))[:2]
            for vintage in draw(st.lists(st.sampled_from(VINTAGES), unique=True, min_size=1, max_size=2).map(sorted)):
                amount = _amount(measure, draw(st.integers(0, 500)))
                rows.append(
                    {"unit": unit, "counterparty": other, "measure": measure, "period": month,
                     "version": "actual", "amount": amount, "vintage": vintage}
                )  # fmt: skip
    return rows


def _segment(draw: DrawFn, world: World) -> None:
    """A segment of units without children that always live."""
    always = sorted(
        {row["code"] for row in world["units"] if row["code"] in LEAVES}
        - {row["code"] for row in world["units"] if row["from"] or row["to"]}
    )
    if not always or not draw(st.booleans()):
        return
    world["units"].insert(1, {**_unit("S", "G"), "kind": "segment"})
    world["segments"] = [
        {
            "segment": "S",
            "unit": code,
            "from": draw(st.sampled_from(["", "2023-05-01"])),
            "to": "",
            "vintage": VINTAGES[0],
        }
        for code in always
    ]


@st.composite
def questions(draw: DrawFn, world: World) -> list[Question]:
    """Some questions about a world."""
    codes = sorted({row["code"] for row in world["units"]})
    periods = (*MONTHS, "2023-Q1", "2023-Q2", "2023-01..2023-06", "2023-04..2023-05")
    perimeters = ("", "", "as-was", "like-for-like 2023-06-30", "like-for-like 2023-04-30")
    # One other day for each world: every day takes a generation of its own.
    day = date.fromisoformat(draw(st.sampled_from(VINTAGES[:2])))
    one = st.builds(
        Question,
        unit=st.sampled_from(codes),
        measure=st.sampled_from(ASKED),
        period=st.sampled_from(periods),
        perimeter=st.sampled_from(perimeters),
        known_on=st.sampled_from([None, day]),
    )
    return draw(st.lists(one, min_size=25, max_size=40))
