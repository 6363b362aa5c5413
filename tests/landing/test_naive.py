"""Naive ways against a year that is over: by hand, what is left out and why, what can be chosen, and the landing beside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from headrope.core.landing.naive import Tried
from headrope.core.periods import Period, parse
from headrope.journal.queries import books
from headrope.landing.naive.choices import Source, Wish
from headrope.landing.naive.queries import Naive, naive, over
from headrope.landing.runs.actions import run
from headrope.landing.runs.queries import landed, runs
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.cube import store
from headrope.ledger.queries import measures
from headrope.org.actions import console_user
from headrope.org.queries import Tree, edition_rows, tree_on
from tests.conftest import Databases, Load, Place
from tests.landing.test_command import FIRST, figures
from tests.landing.test_command import group as group
from tests.landing.test_command import source as source

YEAR = parse("2022")
UNITS = """
code,name,parent
G,Group,
A,Alpha,G
B,Beta,G
C,Gamma,G
D,Delta,G
E,Empty,G
"""
MEASURES = """
code,name,account,quantity,step,kind,direction
EXP,Expenditure,CNY,money,0.01,flow,none
YTD,Expenditure to date,CNY,money,0.01,cumulative,none
AUTH,Authorities,CNY,money,0.01,flow,none
LIMIT,Authorised by then,CNY,money,0.01,stock,none
CASH,Cash,CNY,money,0.01,stock,none
"""
YEARS = {"A": (100, 100), "B": (80, 60), "C": (10, 12), "D": (None, 9)}
HALVES = {"A": (50, 40), "B": (20, 10), "C": (5, 5), "D": (None, 3)}
PLANS = {"A": 90, "B": 66, "D": 10}


@pytest.fixture
def small(load: Load) -> Source:
    """The group of the spec's example: expenditure by the year, to date by quarters, authorities as a version and as a level."""
    rows: list[tuple[object, ...]] = []
    for unit, both in YEARS.items():
        rows += [(unit, "EXP", year, "actual", value) for year, value in zip((2021, 2022), both, strict=True)]
    for unit, both in HALVES.items():
        rows += [(unit, "YTD", f"{year}-Q2", "actual", value) for year, value in zip((2021, 2022), both, strict=True)]
    rows += [(unit, "AUTH", "2022", "budget", value) for unit, value in PLANS.items()]
    rows += [(unit, "LIMIT", "2022-Q2", "actual", value - 1) for unit, value in PLANS.items()]
    rows += [
        ("A", "CASH", f"{year}-{month:02d}", "actual", 10 * year + month) for year in (2021, 2022) for month in (6, 12)
    ]
    text = "unit,measure,period,version,value\n" + "".join(
        ",".join(map(str, row)) + "\n" for row in rows if row[-1] is not None
    )
    load(units=UNITS.lstrip(), measures=MEASURES.lstrip(), facts=text)
    return read()


def read() -> Source:
    """The ledger as it stands, for who sees everything."""
    cube = store.fresh()
    editions, trees = edition_rows(), dict[Period, Tree]()

    def tree(period: Period) -> Tree:
        return trees.setdefault(period, tree_on(period.last_day, editions))

    return Source(cube, {info.code: info for info in measures()}, tree, lambda _unit: True, runs(books(), YEAR))


def ask(source: Source, measure: str, wish: Wish = Wish(), unit: str = "G", year: Period = YEAR) -> Naive | None:  # noqa: B008
    return naive(source, source.tree(year).by_code[unit], year, source.infos[measure], wish)


def told(source: Source, measure: str, wish: Wish = Wish(), unit: str = "G") -> Naive:  # noqa: B008
    found = ask(source, measure, wish, unit)
    assert found is not None
    return found


def test_a_year_is_landed_from_another_measure_to_date_and_held_against_what_was_authorised(small: Source) -> None:
    """The example of docs/spec/landing-naive.md.

    unit  to date  last year: to date, all  came   same pace   last year's share   budget
    A        40             50       100     100       80              80              90
    B        10             20        80      60       20              40              66
    C         5              5        10      12       10              10               -
    D         3              -         -       9        6               -              10
    """
    found = told(small, "EXP", Wish(plan=("AUTH", "budget")))

    assert (found.taken.sofar.code, found.taken.cut, found.taken.tier) == ("YTD", parse("2022-H1"), 2)
    assert (found.counted, found.outcomes, found.came) == (2, 4, 160.0)
    assert [(way.key, way.tried, way.having) for way in found.ways] == [
        ("pace", Tried(100.0, -60 / 160, 60 / 160), 4),
        ("share", Tried(120.0, -40 / 160, 40 / 160), 3),
        ("plan", Tried(156.0, -4 / 160, 16 / 160), 3),
    ]
    assert {unit.node.code: unit.missing for unit in found.units} == {
        "A": "",
        "B": "",
        "C": "plan",
        "D": "share",
        "E": "none",
    }
    assert [unit.ways for unit in found.units if unit.node.code == "D"] == [(6.0, None, 10.0)]


def test_what_is_authorised_can_be_a_level_of_the_cut_off(small: Source) -> None:
    found = told(small, "EXP", Wish(plan=("LIMIT", "actual")))

    assert found.ways[2].tried == Tried(154.0, -6 / 160, (11 + 5) / 160)


def test_without_a_plan_of_its_own_none_is_taken_unasked(small: Source) -> None:
    found = told(small, "EXP")

    assert found.taken.plan is None
    plans = [(plan.info.code, plan.version) for plan in found.choices.plans]
    assert plans == [("AUTH", "budget"), ("LIMIT", "actual"), ("CASH", "actual")]
    assert [way.key for way in found.ways] == ["pace", "share"]
    assert found.counted == 3


def test_what_is_not_there_is_passed_over(small: Source) -> None:
    found = told(small, "EXP", Wish(months=5, sofar="CASH", plan=("AUTH", "target"), tier=9))

    assert (found.taken.cut.span, found.taken.sofar.code, found.taken.plan, found.taken.tier) == (6, "YTD", None, 2)
    assert found.choices.cuts == (6,) and found.choices.tiers == (1, 2)


def test_a_level_stays_or_changes_as_last_year(small: Source) -> None:
    """June and December of 2021: 20,216 and 20,222; of 2022: 20,226 and 20,232."""
    found = told(small, "CASH")

    assert found.units[0].ways == (20226.0, 20232.0)
    assert (found.came, found.counted) == (20232.0, 1)


def test_nothing_is_said_of_ratios_and_of_what_was_not_known_within_the_year(small: Source, group: Place) -> None:
    assert ask(small, "EXP", year=parse("2020")) is None
    group.enter()
    source = read()
    assert ask(source, "RATE") is None
    assert over(source.cube, parse("2022")) and not over(source.cube, parse("2023"))


def test_a_leaf_stands_for_itself_and_who_is_not_seen_is_not_counted(small: Source) -> None:
    alone = told(small, "EXP", unit="B")
    hidden = {small.tree(YEAR).by_code["A"].id}
    part = told(replace(small, sees=lambda unit: unit not in hidden), "EXP")

    assert [unit.node.code for unit in alone.units] == ["B"] and alone.came == 60
    assert [unit.node.code for unit in part.units] == ["B", "C", "D", "E"] and part.came == 72


@pytest.fixture(scope="module")
def landed_late(databases: Databases, group: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Harbour Group with a target for 2022, which was landed after March and after June."""
    place = databases.copy(group)
    folder = tmp_path_factory.mktemp("targets")
    (folder / "facts.csv").write_text(
        "unit,measure,period,version,value\nC,REV,2022,target,30000000\n", encoding="utf-8"
    )
    load_folder(folder, by=console_user())
    refresh_cube()
    for month in ("2022-03", "2022-06"):
        run(parse(month), console_user())
    return place


def test_the_landing_of_that_month_stands_beside(landed_late: Place) -> None:
    """G: A (A1, A2), C, N; N began in 2022."""
    landed_late.enter()
    source = read()
    june, march = source.runs
    rows = figures()
    halves = [rows[:, 12 * (year - FIRST) : 12 * (year - FIRST) + 6].sum(axis=1) for year in (2021, 2022)]
    years = [rows[:, 12 * (year - FIRST) : 12 * (year - FIRST) + 12].sum(axis=1) for year in (2021, 2022)]
    ids = {node.code: node.id for node in source.tree(YEAR).nodes.values()}

    found = told(source, "REV", Wish(tier=3))
    early = told(source, "REV", Wish(tier=3, months=3))

    assert found.taken.run == june and early.taken.run == march
    assert found.choices.cuts == tuple(range(1, 12))
    assert {unit.node.code: unit.missing for unit in found.units} == {"A1": "", "A2": ""}
    leaves = slice(0, 2)
    for way, said in zip(found.ways, (halves[1] * 2, halves[1] * years[0] / halves[0]), strict=False):
        assert way.tried is not None
        assert way.tried.total == pytest.approx(said[leaves].sum())
        errors = np.abs(said - years[1])[leaves]
        assert way.tried.wape == pytest.approx(errors.sum() / years[1][leaves].sum())
    held = landed(june, [ids["A1"], ids["A2"]], [source.infos["REV"].id])
    assert [unit.ways[-1] for unit in found.units] == [one.account for one in held.values()]
    assert found.ways[-1].key == "landing" and found.ways[-1].tried is not None


def test_who_had_no_year_before_is_left_out_and_a_plan_of_one_of_three_is_not_compared(landed_late: Place) -> None:
    landed_late.enter()

    found = told(read(), "REV")

    assert {unit.node.code: unit.missing for unit in found.units} == {"A": "", "C": "", "N": "share"}
    assert [(way.key, way.having, way.tried is None) for way in found.ways] == [
        ("pace", 3, False),
        ("share", 2, False),
        ("plan", 1, True),
        ("landing", 3, False),
    ]
