"""The cube against a computation by hand, over random trees and figures; and its generations on disk."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import reduce
from operator import add
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from headrope.core.periods import Period, name, parse, year_of
from headrope.journal.queries import books, known_on
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.cube import store
from headrope.ledger.cube.build import Builder
from headrope.ledger.cube.layout import read_manifest
from headrope.ledger.queries import ledger_settings, measures
from headrope.org.actions import console_user
from headrope.org.queries import unit_ids
from tests.conftest import Databases, Folder, Load, Place
from tests.ledger.random_ledgers import NUMBERS
from tests.ledger.small_group import FACTS, HEADER, MEASURES, UNITS, current

FIRST, MONTHS = 2023 * 12, 15  # January 2023 to March 2024
LONG_AGO, NEVER = date(1, 1, 1), date(9999, 12, 31)
VINTAGES = (date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1))
KINDS = {"REV": "flow", "HEAT": "flow", "STAFF": "stock", "CASH": "cumulative", "FUEL": "cumulative"}
EXACT = {"REV": Fraction(1, 100), "STAFF": Fraction(1), "CASH": Fraction(1, 100)}
MEASURE_ROWS = [
    "REV,Revenue,CNY,money,0.01,flow,up,,",
    "HEAT,Heat,TJ,number,,flow,up,,",
    "STAFF,Employees,persons,count,1,stock,none,,",
    "CASH,Cash flow,CNY,money,0.01,cumulative,up,,",
    "FUEL,Fuel,t,number,,cumulative,down,,",
    "PRICE,Revenue by heat,CNY,number,,ratio,up,REV,HEAT",
    "TICK,Every month,times,count,1,flow,none,,",
]

Rows = list[tuple[str, str | None, date, date]]  # code, parent, first day, first day after


@dataclass(frozen=True)
class Row:
    """One row of facts.csv."""

    unit: str
    measure: str
    version: str
    period: Period
    vintage: date
    value: int | float | None
    state: str

    def text(self) -> str:
        value = "" if self.value is None else str(self.value)
        if self.measure in EXACT and self.value is not None and EXACT[self.measure] != 1:
            value = f"{'-' if self.value < 0 else ''}{abs(self.value) // 100}.{abs(self.value) % 100:02d}"
        return f"{self.unit},{self.measure},{name(self.period)},{self.version},{value},{self.state},{self.vintage}"


@dataclass(frozen=True)
class World:
    """A dated tree and the rows of its figures."""

    fiscal_start: int
    units: Rows
    rows: list[Row]

    def files(self, rows: list[Row] | None = None, order: int = 0) -> dict[str, str]:
        shuffle = random.Random(order)
        lines = [row.text() for row in (self.rows if rows is None else rows)]
        defined = list(MEASURE_ROWS)
        if order:
            shuffle.shuffle(lines)
            shuffle.shuffle(defined)
        units = [
            f"{code},{code} Works,{parent or ''},{'' if start == LONG_AGO else start},"
            f"{'' if end == NEVER else end - timedelta(days=1)}"
            for code, parent, start, end in self.units
        ]
        return {
            "ledger": f"key,value\nfiscal_start,{self.fiscal_start}",
            "units": "\n".join(("code,name,parent,from,to", *units)),
            "measures": "\n".join((MEASURES.strip().split("\n")[0], *defined)),
            "facts": "\n".join((f"{HEADER},state,vintage", *lines)),
        }


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to six units; some begin, some move, some close, on the first or in the middle of a month."""
    days = [date(2023 + m // 12, m % 12 + 1, d) for m in range(2, MONTHS - 1) for d in (1, 15)]
    units: Rows = [("G", None, LONG_AGO, NEVER)]
    for code in ("A", "AB", "A1", "B", "BA")[: draw(st.integers(2, 5))]:
        start = draw(st.sampled_from([LONG_AGO, LONG_AGO, *days[:6]]))
        end = draw(st.sampled_from([NEVER, NEVER, *days[-8:]]))
        move = draw(st.sampled_from([end, end, *(day for day in days if start < day < end)]))
        for first, last in ((start, move), (move, end)):
            if first < last:
                units.append((code, draw(st.sampled_from(_above(units, code, first, last))), first, last))
    rows = [Row("G", "TICK", version, Period(FIRST + m, 1), VINTAGES[0], 1, "value") for m in range(MONTHS) for version in ("actual", "target")]  # fmt: skip
    codes = sorted({code for code, *_ in units})
    for measure, kind in KINDS.items():
        for version in ("actual", "target"):
            span = draw(st.sampled_from([1, 1, 3] if kind == "cumulative" else [1, 1, 1, 3, 6, 12]))
            cells = [
                (code, period)
                for code in codes
                for period in (Period(FIRST + at, span) for at in range(0, MONTHS + 1 - span, span))
                if _parents(units, period.last_day).keys() & {code}
            ]
            chosen = draw(st.lists(st.sampled_from(cells), max_size=25, unique=True)) if cells else []
            if kind == "cumulative":
                # Stated by somebody to the end: see test_cumulative_when_it_lags_behind_other_measures.
                chosen = list(dict.fromkeys([*(cell for cell in cells if cell[0] == "G"), *chosen]))
            for code, period in chosen:
                for vintage in sorted(draw(st.sets(st.sampled_from(VINTAGES), min_size=1, max_size=2))):
                    states = ["value"] * 6 + ["withdrawn"] + ["not-applicable"] * (kind != "cumulative")
                    state = draw(st.sampled_from(states)) if (code, kind) != ("G", "cumulative") else "value"
                    number = st.integers(-99999, 99999) if measure in EXACT else NUMBERS
                    rows.append(
                        Row(code, measure, version, period, vintage, draw(number) if state == "value" else None, state)
                    )
    return World(draw(st.sampled_from([1, 4])), units, rows)


def _above(units: Rows, code: str, first: date, last: date) -> list[str]:
    """Units before it that are alive all the time."""
    lives: dict[str, tuple[date, date]] = {}
    for other, _, start, end in units:
        known = lives.get(other, (start, end))
        lives[other] = (min(known[0], start), max(known[1], end))
    return [other for other, (start, end) in lives.items() if other != code and start <= first and last <= end]


def _parents(units: Rows, day: date) -> dict[str, str | None]:
    return {code: parent for code, parent, start, end in units if start <= day < end}


class ByHand:
    """Totals of a world straight from its rows, as known on a day."""

    def __init__(self, world: World, on: date) -> None:
        self.world = world
        self.held: dict[tuple[str, str, str, Period], Row] = {}
        for row in sorted(world.rows, key=lambda row: row.vintage):
            if row.vintage <= on:
                self.held[row.unit, row.measure, row.version, row.period] = row
        self.number = {code: at for at, code in enumerate(dict.fromkeys(code for code, *_ in world.units))}

    def below(self, unit: str, day: date) -> list[str]:
        """The unit and all under it on that day."""
        parents = _parents(self.world.units, day)
        if unit not in parents:
            return []
        return [unit, *(each for code, above in parents.items() if above == unit for each in self.below(code, day))]

    def own(self, unit: str, measure: str, version: str, period: Period) -> int | float | None:
        row = self.held.get((unit, measure, version, period))
        return row.value if row else None

    def amount(self, unit: str, measure: str, version: str, period: Period, native: int) -> int | float | None:
        """What a cumulative measure had in the period: to its end less to the end of the month before it."""
        to_end = self.own(unit, measure, version, Period(period.end - native, native))
        if year_of(period.start, self.world.fiscal_start).start == period.start:
            return to_end
        before = self.own(unit, measure, version, Period(period.start - native, native))
        return None if to_end is None or before is None else to_end - before

    def add(self, unit: str, day: date, values: dict[str, int | float]) -> int | float:
        """The unit's own value, then its children's totals by the order of the units; floats in that order only."""
        parents = _parents(self.world.units, day)
        total = values.get(unit, 0)
        for code in sorted((c for c, above in parents.items() if above == unit), key=self.number.__getitem__):
            if any(each in values for each in self.below(code, day)):
                total = total + self.add(code, day, values)
        return total

    def cell(self, unit: str, measure: str, version: str, period: Period) -> tuple[int | float, int, int]:
        """Total, reported and expected of a stored period."""
        below = self.below(unit, period.last_day)
        own = {code: self.own(code, measure, version, period) for code in below}
        values = {code: value for code, value in own.items() if value is not None}
        expected = 0
        for code in below:
            row = self.held.get((code, measure, version, period))
            if row and row.state == "not-applicable":
                continue
            expected += any(
                each.value is not None
                and (each.unit, each.measure, each.version, each.period.span) == (code, measure, version, period.span)
                and each.period.start <= period.start
                for each in self.held.values()
            )
        exact = sum(Fraction(value) for value in values.values())
        total = self.add(unit, period.last_day, values) if below else 0
        assert abs(Fraction(total) - exact) <= (0 if measure in EXACT else Fraction(1, 10**6))
        return total, len(values), expected


def loaded(databases: Databases, folder: Path, *parts: dict[str, str]) -> Place:
    """A ledger of its own with these folders in it."""
    place = databases.copy()
    for number, files in enumerate(parts):
        target = folder / f"{place.home.name}-{number}"
        target.mkdir()
        for title, text in files.items():
            (target / f"{title}.csv").write_text(text + "\n", encoding="utf-8")
        load_folder(target, by=console_user())
    return place


def grids(on: date | None = None) -> dict[tuple[str, str, str, str, Period], tuple[int | float, int, int]]:
    """Every stored cell of the cube: unit, measure, part, version, period to total, reported, expected."""
    cube = store.fresh(on)
    code_of = {info.id: info.code for info in measures(known_on(on, ledger_settings().zone))}
    unit_of = {number: code for code, number in unit_ids().items()}
    units = [unit_of[number] for number in cube.array("row_unit").tolist()]
    found = {}
    for group in cube.manifest.groups:
        amounts, numbers, reported, expected, pairs = (
            cube.array(f"{group.stem}.{name}").tolist()
            for name in ("amounts", "numbers", "reported", "expected", "pairs")
        )
        periods = [Period(start, group.span) for start in group.starts]
        for row, unit in enumerate(units):
            for place, (measure, part) in enumerate((*group.amounts, *group.numbers)):
                values = (amounts[row] + numbers[row])[place]
                for period, *cell in zip(periods, values, reported[row][place], expected[row][place], strict=True):
                    found[unit, code_of[measure], part, group.version, period] = tuple(cell)
            for place, measure in enumerate(group.pairs):
                for period, count in zip(periods, pairs[row][place], strict=True):
                    found[unit, code_of[measure], "pair", group.version, period] = (count, count, count)
    return found


RANDOM = settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # each world is a database: shrinking takes minutes
    suppress_health_check=list(HealthCheck),
)


@RANDOM
@given(worlds())
def test_cube_when_built_is_what_is_added_by_hand(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, world: World
) -> None:
    """Stored cells: totals exact for money and counts, bit for bit for numbers; reported, expected, pairs."""
    loaded(databases, tmp_path_factory.mktemp("world"), world.files())

    by_hand, found = ByHand(world, date.today()), grids()

    for (unit, measure, part, version, period), cell in found.items():
        if part == "value" and measure in KINDS:
            assert cell == by_hand.cell(unit, measure, version, period), (unit, measure, version, str(period))
        elif part == "pair":
            below = by_hand.below(unit, period.last_day)
            both = sum(
                all(by_hand.own(code, m, version, period) is not None for m in ("REV", "HEAT")) for code in below
            )
            assert cell == (both, both, both), (unit, version, str(period))
    stored = {(row.measure, row.version, row.period) for row in world.rows if row.state != "withdrawn"}
    assert stored <= {(measure, version, period) for _, measure, part, version, period in found if part == "value"}


@RANDOM
@given(worlds())
def test_cube_when_cumulative_holds_the_amounts_of_each_unit(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, world: World
) -> None:
    """Amounts of months, quarters and halves are differences of each unit's own values, added over that period's tree."""
    loaded(databases, tmp_path_factory.mktemp("world"), world.files())

    by_hand, found = ByHand(world, date.today()), grids()

    native = {(row.measure, row.version): row.period.span for row in world.rows}
    for (unit, measure, part, version, period), (total, reported, _) in found.items():
        if part == "difference" and (period.start - (world.fiscal_start - 1)) % period.span == 0:
            span = native[measure, version]
            amounts = {
                c: by_hand.amount(c, measure, version, period, span) for c in by_hand.below(unit, period.last_day)
            }
            values = {code: value for code, value in amounts.items() if value is not None}
            wanted = by_hand.add(unit, period.last_day, values) if amounts else 0
            assert (total, reported) == (wanted, len(values)), (unit, measure, version, str(period))


@RANDOM
@given(worlds(), st.sampled_from(VINTAGES))
def test_cube_as_known_on_a_day_is_what_was_known_then(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, world: World, on: date
) -> None:
    loaded(databases, tmp_path_factory.mktemp("world"), world.files())

    by_hand, found = ByHand(world, on), grids(on)

    cells = {key: cell for key, cell in found.items() if key[2] == "value" and key[1] in KINDS}
    assert cells == {key: by_hand.cell(key[0], key[1], key[3], key[4]) for key in cells}


@settings(RANDOM, max_examples=5)
@given(worlds())
def test_cube_when_loaded_in_another_order_or_in_two_loads_is_the_same(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, world: World
) -> None:
    early, late = ([row for row in world.rows if (row.vintage == VINTAGES[0]) == first] for first in (True, False))
    folder = tmp_path_factory.mktemp("world")

    loaded(databases, folder, world.files())
    at_once = grids()
    loaded(databases, folder, world.files(order=7))
    shuffled = grids()
    loaded(databases, folder, world.files(early), world.files(late, order=3))
    in_two = grids()

    assert shuffled == at_once
    assert in_two == at_once


@settings(RANDOM, max_examples=8)
@given(worlds())
def test_column_when_periods_are_longer_is_added_over_each_months_tree(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, world: World
) -> None:
    """As-was: each month over the tree of its last day, then over time; monthly flows, stocks and ratios."""
    loaded(databases, tmp_path_factory.mktemp("world"), world.files())
    by_hand, cube, units = ByHand(world, date.today()), store.fresh(), unit_ids()
    infos = {info.code: info for info in measures()}
    monthly = {(r.measure, r.version) for r in world.rows} - {
        (r.measure, r.version) for r in world.rows if r.period.span > 1
    }
    view = cube.view(list(units.values()))

    for text in ("2023-Q1", "2023-Q2", "2023-H2", "2023", "2023-02..2023-06", "2023-05"):
        period = parse(text)
        months = period.cells(1)
        for measure, version in sorted(monthly & {(m, v) for m in ("REV", "STAFF") for v in ("actual", "target")}):
            column = view.column(infos[measure], infos, version, period)
            for row, unit in enumerate(units):
                cells = [by_hand.cell(unit, measure, version, month) for month in months]
                if measure == "STAFF":
                    cells = cells[-1:]
                wanted = tuple(sum(each) for each in zip(*cells, strict=True))
                found = (column.values[row].item(), int(column.reported[row]), int(column.expected[row]))
                assert found == wanted, (text, unit, measure, version)
                assert bool(column.known[row]) == (wanted[1] > 0)


def test_cube_when_units_move_and_close_is_as_was(load: Load) -> None:
    """
    until 14 June               from 15 June
    G                           G
        A                           A
            A1                          A1
        AB                              AB
        C   until 31 July
    """
    units = "code,name,parent,from,to\nG,Group,,,\nA,East,G,,\nA1,Pumps,A,,\nAB,Base,G,,2023-06-14\nAB,Base,A,2023-06-15,\nC,Coast,G,,2023-07-31"
    months = ["2023-05", "2023-06", "2023-07", "2023-08"]
    rows = [
        f"{unit},REV,{month},actual,{value}"
        for unit, value in (("A1", 1), ("AB", 20), ("C", 300))
        for month in months
        if (unit, month) != ("C", "2023-08")
    ]

    load(units=units, measures=MEASURES, facts="\n".join((HEADER, *rows)))

    cells = grids()
    found = {(u, m): cells[u, "REV", "value", "actual", parse(m)] for u in ("G", "A", "C") for m in months}
    assert found == {
        ("G", "2023-05"): (32100, 3, 3), ("A", "2023-05"): (100, 1, 1), ("C", "2023-05"): (30000, 1, 1),
        ("G", "2023-06"): (32100, 3, 3), ("A", "2023-06"): (2100, 2, 2), ("C", "2023-06"): (30000, 1, 1),
        ("G", "2023-07"): (32100, 3, 3), ("A", "2023-07"): (2100, 2, 2), ("C", "2023-07"): (30000, 1, 1),
        ("G", "2023-08"): (2100, 2, 2), ("A", "2023-08"): (2100, 2, 2), ("C", "2023-08"): (0, 0, 0),
    }  # fmt: skip


def column(unit: str, measure: str, period: str, version: str = "actual") -> tuple[object, ...]:
    infos = {info.code: info for info in measures()}
    found = store.fresh().view([unit_ids()[unit]]).column(infos[measure], infos, version, parse(period))
    return (found.values[0].item() if found.known[0] else None), int(found.reported[0]), int(found.expected[0])


def test_quarter_when_nobody_reported_its_middle_month_expects_them(load: Load) -> None:
    """A and AB report January and March; February has no row at all: six are expected, four reported."""
    rows = [f"{unit},REV,{month},actual,1" for unit in ("A", "AB") for month in ("2023-01", "2023-03")]

    load(units=UNITS, measures=MEASURES, facts="\n".join((HEADER, *rows)))

    assert column("G", "REV", "2023-Q1") == (400, 4, 6)


CUMULATIVE = f"{MEASURES}CASH,Cash flow,CNY,money,0.01,cumulative,up,,"


def test_cumulative_when_units_report_in_different_spans_keeps_each_units_amounts(load: Load) -> None:
    """A1 states every month, AB every quarter: A1's second quarter is 60 - 30."""
    monthly = [f"A1,CASH,2023-{month:02d},actual,{10 * month}" for month in range(1, 7)]

    load(
        units=UNITS,
        measures=CUMULATIVE,
        facts="\n".join((HEADER, *monthly, "AB,CASH,2023-Q1,actual,5", "AB,CASH,2023-Q2,actual,7")),
    )

    assert {unit: column(unit, "CASH", "2023-Q2") for unit in ("A1", "AB", "G")} == {
        "A1": (3000, 1, 1),
        "AB": (200, 1, 1),
        "G": (3200, 2, 2),
    }


def test_flow_when_units_report_in_different_spans_holds_all_of_them(load: Load) -> None:
    """A1 reports 10 every month, AB 7 for the quarter: the group has 37, and not 7 from 1 of 1."""
    monthly = [f"A1,REV,2023-{month:02d},actual,10" for month in (4, 5, 6)]

    load(units=UNITS, measures=MEASURES, facts="\n".join((HEADER, *monthly, "AB,REV,2023-Q2,actual,7")))

    assert column("G", "REV", "2023-Q2")[0] == 3700


def test_cumulative_when_not_applicable_is_not_expected(load: Load) -> None:
    rows = [
        "A1,CASH,2023-01,actual,1,",
        "A1,CASH,2023-02,actual,2,",
        "AB,CASH,2023-01,actual,1,",
        "AB,CASH,2023-02,actual,,not-applicable",
    ]

    load(units=UNITS, measures=CUMULATIVE, facts="\n".join((f"{HEADER},state", *rows)))

    assert column("G", "CASH", "2023-02") == (100, 1, 1)


def test_ratio_when_its_quantity_is_money_shows_its_target(load: Load) -> None:
    ratio = f"{MEASURES}WAGE,Revenue a head,CNY,money,0.01,ratio,up,REV,STAFF"

    load(units=UNITS, measures=ratio, facts=f"{HEADER}\nAB,WAGE,2023-04,target,12.50")

    assert column("AB", "WAGE", "2023-04", "target")[0] == 12.5


def test_ratio_when_it_has_a_target_for_the_last_month_has_it_for_the_half_year(load: Load) -> None:
    """The specification of the roll-up, section 6: a level is read like a stock."""
    load(units=UNITS, measures=MEASURES, facts=f"{HEADER}\nAB,MARGIN,2023-06,target,0.08")

    assert column("AB", "MARGIN", "2023-H1", "target")[0] == 0.08
    assert column("AB", "MARGIN", "2023-Q1", "target")[0] is None


def test_year_of_a_number_is_added_from_the_earliest_month_to_the_latest(load: Load) -> None:
    """The specification of the roll-up, section 4: the same bits, here over ten years."""
    draw = random.Random(3)
    years = {f"{year}": [draw.uniform(0, 1e6) for _ in range(12)] for year in range(2014, 2024)}
    rows = [f"AB,HEAT,{year}-{m:02d},actual,{v}" for year, values in years.items() for m, v in enumerate(values, 1)]

    load(units=UNITS, measures=MEASURES, facts="\n".join((HEADER, *rows)))

    in_order = {year: reduce(add, values, 0.0) for year, values in years.items()}
    assert {year: column("AB", "HEAT", year)[0] for year in years} == in_order


def test_cumulative_when_it_lags_behind_other_measures_is_built(load: Load) -> None:
    """Revenue is in for March, the cash flow for February only."""
    rows = [f"AB,REV,2023-{month:02d},actual,1" for month in (1, 2, 3)]

    load(
        units=UNITS,
        measures=CUMULATIVE,
        facts="\n".join((HEADER, *rows, "AB,CASH,2023-01,actual,1", "AB,CASH,2023-02,actual,3")),
    )

    assert [column("AB", "CASH", f"2023-{month:02d}")[0] for month in (1, 2, 3)] == [100, 200, None]


# Generations


def cube_folder() -> Path:
    return Path(django_settings.CUBE_FOLDER)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.npy")}


def whole(folder: Path) -> bool:
    """Whether the generation has all its files as its manifest has them."""
    manifest = read_manifest(folder)
    return manifest is not None and manifest.digests == digests(folder)


def test_generation_when_built_has_the_files_of_its_manifest(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)

    folder = cube_folder() / str(current())

    manifest = read_manifest(folder)
    assert manifest is not None
    assert manifest.digests == digests(folder)
    assert (manifest.key, manifest.seq, manifest.facts) == (str(books().key), 2, 5)
    assert sorted(path.name for path in cube_folder().iterdir()) == sorted(["CURRENT", "lock", folder.name])


def test_generation_when_nothing_has_changed_is_not_built_again(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)
    before = (current(), digests(cube_folder() / str(current())))
    built: list[object] = []
    monkeypatch.setattr(Builder, "write", lambda self, folder: built.append(folder))

    load(facts=FACTS)
    refresh_cube()

    assert ((current(), digests(cube_folder() / str(current()))), built) == (before, [])


def test_generations_when_many_are_built_are_pruned_but_never_current(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=f"{HEADER},vintage\nAB,REV,2023-04,actual,1,2023-05-01")
    held = str(current())
    for path in (cube_folder() / held).iterdir():
        os.utime(path, (0, 0))

    for day in range(1, 13):
        store.fresh(date(2023, 6, day))
        os.utime(cube_folder() / held, (0, 0))

    kept = sorted(path.name.partition("-on-")[2][:10] for path in cube_folder().iterdir() if path.is_dir())
    assert kept == ["", *(f"2023-06-{day:02d}" for day in range(5, 13))]
    assert (current(), whole(cube_folder() / held)) == (held, True)


def test_generation_when_a_forced_build_dies_is_still_readable(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)

    def dies(self: Builder, folder: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Builder, "write", dies)
    with pytest.raises(KeyboardInterrupt):
        store.build(force=True)

    assert whole(cube_folder() / str(current()))


def test_generation_when_its_removal_died_is_built_again(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)
    for _ in range(store.KEPT):
        store.build(force=True)

    def dies(folder: Path) -> None:
        next(Path(folder).glob("actual_1.*.npy")).unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(shutil, "rmtree", dies)
        with pytest.raises(KeyboardInterrupt):
            store.build(force=True)

    assert whole(store.build())


def test_build_when_killed_leaves_current_readable_and_the_next_one_right(place: Place, folder: Folder) -> None:
    """Twelve builds, each after a new posting, killed at random moments from their beginning to their end."""
    draw = random.Random(11)
    codes = [f"A{n}" for n in range(20)]
    units = "\n".join(
        ("code,name,parent", "G,Group,", "A,East,G", "AB,Base,G", *(f"{code},{code},A" for code in codes))
    )
    rows = [f"{code},{m},{year}-{month:02d},actual,{n}" for n, code in enumerate(codes) for m in ("REV", "PROFIT", "STAFF") for year in range(2015, 2025) for month in range(1, 13)]  # fmt: skip
    load_folder(folder(units=units, measures=MEASURES, facts="\n".join((HEADER, *rows))), by=console_user())
    started = time.monotonic()
    refresh_cube()
    took = time.monotonic() - started
    command = [sys.executable, "-m", "headrope", "cube"]
    readable, during = [], 0

    for number in range(12):
        before = current()
        load_folder(folder(facts=f"{HEADER}\nAB,REV,2023-04,actual,{number + 1}"), by=console_user())
        process = subprocess.Popen(command, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        while process.poll() is None and not list(cube_folder().glob(f".build-{process.pid}")):
            time.sleep(0.002)
        time.sleep(draw.uniform(0, took * 1.2))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        during += current() == before
        readable.append(whole(cube_folder() / str(current())))

    assert readable == [True] * 12
    refresh_cube()
    assert whole(cube_folder() / str(current()))
    assert column("G", "REV", "2023-04")[0] == sum(range(20)) * 100 + 1200
    left = [path.name for path in cube_folder().glob(".build-*")]
    assert left == []
    assert during > 0
