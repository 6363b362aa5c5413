"""Runs of landings: facts that add up, rows that say what the landing says, refusals, as known on, all or nothing."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.core.landing.reasons import Reason
from headrope.core.periods import parse
from headrope.core.problems import ProblemsFound
from headrope.journal.models import Posting
from headrope.journal.queries import Books, books, known_on
from headrope.landing.answers import NO_SUM, MeasureLanding, Question
from headrope.landing.models import LandingMeasure, LandingRow, LandingRun
from headrope.landing.queries import Lander
from headrope.landing.runs import writing
from headrope.landing.runs.actions import REPLACED, run
from headrope.landing.runs.queries import Landed, Run, above, landed, latest, run_of, runs, track, years
from headrope.ledger.cube import store
from headrope.ledger.models import Fact, State
from headrope.ledger.queries import ledger_settings, measures, version_ids
from headrope.org.actions import console_user
from headrope.org.queries import unit_ids
from tests.conftest import Databases, Load, Place
from tests.landing.test_command import ROWS
from tests.landing.test_command import group as group
from tests.landing.test_command import source as source
from tests.landing.test_histories import facts, months

YEAR = parse("2023")
JULY = 2023 * 12 + 6


@pytest.fixture(scope="module")
def landed_place(databases: Databases, group: Place) -> Place:
    """The small group with one run, after June."""
    place = databases.copy(group)
    run(None, console_user())
    return place


@pytest.fixture
def june(landed_place: Place) -> Run:
    """Its run."""
    landed_place.enter()
    found = latest(YEAR, books())
    assert found is not None
    return found


def measure(code: str) -> int:
    return next(info.id for info in measures() if info.code == code)


def one(found: Run, unit: str, code: str) -> Landed:
    return landed(found, [unit_ids()[unit]], [measure(code)])[unit_ids()[unit], measure(code)]


def test_a_run_says_what_the_landing_says(june: Run) -> None:
    lander = Lander(store.fresh(), ledger_settings(), books())
    told = lander.land(lander.infos["REV"], lander.over("G", JULY), Question("G", JULY))
    assert isinstance(told, MeasureLanding)

    rows = {unit.node.code: one(june, unit.node.code, "REV") for unit in told.units}

    assert list(rows) == list(ROWS)
    for unit in told.units:
        row = rows[unit.node.code]
        assert row.account == pytest.approx(unit.full, abs=0.011 * len(ROWS))
        assert (row.low80, row.high80) == pytest.approx((unit.low, unit.high))
        assert row.odds.value == (None if unit.odds is None else pytest.approx(unit.odds))
        assert (row.known, row.target) == pytest.approx((unit.known, unit.target))
        assert (row.past, row.reasons) == (unit.past, unit.reasons)


def test_ratios_are_landed_beside_and_are_no_facts(june: Run) -> None:
    lander = Lander(store.fresh(), ledger_settings(), books())
    told = lander.land(lander.infos["RATE"], lander.over("G", JULY), Question("G", JULY))
    assert isinstance(told, MeasureLanding)

    row = one(june, "G", "RATE")

    assert row.point == row.account == pytest.approx(told.units[0].full)
    assert row.odds.value == pytest.approx(told.units[0].odds)
    assert june.measures[measure("RATE")].recovers is False
    assert row.path[-1] == row.account
    assert not Fact.objects.filter(measure_id=measure("RATE"), version_id=version_ids()["landing"]).exists()


def test_facts_of_leaves_add_up_to_every_point(june: Run) -> None:
    cube = store.fresh()
    infos = {info.code: info for info in measures()}
    ids = unit_ids()

    for code in ("REV", "COST"):
        column = cube.view([ids[unit] for unit in ROWS]).column(infos[code], infos, "landing", YEAR)
        assert column.values.tolist() == [one(june, unit, code).point for unit in ROWS]
    held = Fact.objects.filter(version_id=version_ids()["landing"], measure_id=measure("REV"))
    assert {ids[unit] for unit in ("A1", "A2", "C", "N")} == set(held.values_list("unit_id", flat=True))
    assert all(isinstance(one(june, unit, "REV").point, int) for unit in ROWS)


def test_one_posting_of_kind_landing(june: Run) -> None:
    (posting,) = Posting.objects.filter(kind="landing")

    assert (posting.seq, posting.reason) == (june.seq, "landing of 2023 after 2023-06")
    assert june.read_seq < june.seq
    assert (june.year, june.month) == (YEAR, parse("2023-06"))


def test_the_path_is_what_is_known_and_ends_in_the_landing(june: Run) -> None:
    for unit in ROWS:
        row = one(june, unit, "REV")
        points = [step.point for step in row.months]
        assert points[5] == pytest.approx(row.known)
        assert points[-1] == pytest.approx(row.account, abs=0.06)
        assert [step.high80 - step.low80 for step in row.months[:6]] == [0] * 6
        assert row.months[-1].low80 == pytest.approx(row.low80, abs=0.06)
    total = np.array([one(june, unit, "REV").path for unit in ("A1", "A2", "C", "N")]).sum(axis=0)
    assert one(june, "G", "REV").path == pytest.approx(total)


def test_with_few_years_the_odds_are_a_range_with_its_reason(june: Run) -> None:
    row = one(june, "N", "REV")

    assert row.odds.value is None and not row.odds.told
    assert row.odds.low is not None and row.odds.high is not None
    assert 0 <= row.odds.low < row.odds.high <= 1
    assert Reason.FEW_YEARS in row.reasons
    assert row.past == 1


def test_without_a_target_there_are_no_odds(june: Run) -> None:
    row = one(june, "C", "COST")

    assert (row.target, row.odds.value, row.odds.low) == (None, None, None)
    assert Reason.NO_TARGET in row.reasons


def test_above_follows_the_run_to_its_root(june: Run) -> None:
    ids = unit_ids()

    assert set(above(june, [ids["A2"], ids["N"]])) == {ids[code] for code in ("A2", "A", "N", "G")}
    assert above(june, []) == []


def test_the_number_of_statements_does_not_grow(june: Run) -> None:
    ids, revenue = unit_ids(), measure("REV")

    for units in (["G"], list(ROWS)):
        with CaptureQueriesContext(connection) as asked:
            landed(june, [ids[unit] for unit in units])
        assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        found = track([june], ids["G"], revenue)
    assert (len(asked), list(found)) == (1, [june.seq])


def test_the_landing_shown_is_that_of_the_books_asked_for(june: Run, databases: Databases, landed_place: Place) -> None:
    databases.copy(landed_place)
    at = books()

    second = run(None, console_user())

    now = books()
    assert latest(YEAR, Books(now.key, june.seq - 1)) is None
    assert latest(YEAR, at) == run_of(june.seq)
    assert latest(YEAR, now) == second
    assert second.seq > june.seq
    assert [each.seq for each in runs(now)] == [second.seq, june.seq]
    assert [each.seq for each in runs(at, YEAR)] == [june.seq]
    assert years(now) == [YEAR]
    assert latest(parse("2022"), now) is None
    zone = ledger_settings().zone
    assert latest(YEAR, now, known_on(date(2020, 1, 1), zone)) is None
    assert runs(now, YEAR, known_on(date(2020, 1, 1), zone)) == []
    assert latest(YEAR, now, known_on(second.made_at.date(), zone)) == second


def test_what_has_not_changed_makes_no_new_fact(databases: Databases, landed_place: Place) -> None:
    databases.copy(landed_place)
    held = Fact.objects.filter(version_id=version_ids()["landing"])
    before, rows = held.count(), LandingRow.objects.count()

    run(None, console_user())

    assert held.count() == before
    assert LandingRow.objects.count() == 2 * rows


def test_an_earlier_month_is_landed_from_what_it_knew(databases: Databases, landed_place: Place) -> None:
    databases.copy(landed_place)

    march = run(parse("2023-03"), console_user())

    assert march.measures[measure("REV")].left == 9
    row = one(march, "G", "REV")
    assert row.known is not None and one(run_of(march.seq - 1), "G", "REV").known is not None
    assert row.path[2] == pytest.approx(row.known)
    assert Fact.objects.filter(seq=march.seq).exists()  # they differ from those of June


def test_months_without_figures_are_refused(databases: Databases, landed_place: Place) -> None:
    databases.copy(landed_place)

    with pytest.raises(ProblemsFound) as found:
        run(parse("2023-07"), console_user())

    assert "Nothing is reported after" in str(found.value.problems[0])


def test_an_empty_ledger_and_one_without_targets_are_refused(load: Load) -> None:
    with pytest.raises(ProblemsFound):
        run(None, console_user())
    values = [str(100 + n) for n in range(30)]
    load(units="code,name,parent\nG,Group,\n", measures=FLOWS, facts=facts(*months("G", "REV", 2021 * 12, values)))

    with pytest.raises(ProblemsFound) as found:
        run(None, console_user())

    assert "No measure has a target for 2023" in str(found.value.problems[0])
    assert not LandingRun.objects.exists()


class Cancelled(Exception):
    """Somebody has pressed Ctrl C."""


@pytest.mark.parametrize("step", ["landing measures", "writing"])
def test_a_run_that_is_stopped_leaves_nothing(databases: Databases, group: Place, step: str) -> None:
    databases.copy(group)
    at = books()

    def stop(doing: str, done: int, of: int) -> None:
        if doing == step and (done or not of):
            raise Cancelled

    with pytest.raises(Cancelled):
        run(None, console_user(), stop)

    assert nothing_since(at)


def test_a_run_that_dies_while_writing_leaves_nothing(
    databases: Databases, group: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    databases.copy(group)
    at, fill = books(), writing.fill

    def dies(table: str, columns: str, rows: object) -> None:
        fill(table, columns, [next(iter(rows))])  # type: ignore[call-overload]
        raise Cancelled

    monkeypatch.setattr(writing, "fill", dies)
    with pytest.raises(Cancelled):
        run(None, console_user())

    assert nothing_since(at)


def nothing_since(at: Books) -> bool:
    tables = (LandingRun, LandingRow, LandingMeasure)
    return (
        books() == at
        and not any(table._default_manager.exists() for table in tables)
        and "landing" not in version_ids()
    )


FLOWS = "code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up\n"
MIXED = """
code,name,account,quantity,step,kind,direction,from,to,successor,continuity
REV,Revenue,CNY,money,0.01,flow,up,,,,
OLD,Old,CNY,money,0.01,flow,up,,2023-05-01,NEW,break
NEW,New,CNY,money,0.01,flow,up,2023-05-01,,,
GRADE,Grade,,number,,max,up,,,,
HEADS,People,persons,count,1,stock,up,,,,
"""
CHANGING = """
code,name,parent,from,to,successor,method
G,Group,,,,,
A,Always,G,,,,
B,Founded,G,2023-02-01,,,
M,Merged,G,,2023-04-01,A,
L,Left,G,,2023-03-01,,
S,Shared,G,,,,proportionate
"""


def test_a_year_of_changes(load: Load) -> None:
    """G: A always, B founded in February, M merged into A in April, L closed in March, S counts with 51 %."""
    rng = np.random.default_rng(1)

    def figures(count: int, size: float) -> list[object]:
        return [f"{size * (1 + 0.1 * rng.standard_normal()):.2f}" for _ in range(count)]

    rows = [
        *months("A", "REV", 2019 * 12, figures(54, 900)),
        *months("B", "REV", 2023 * 12 + 1, figures(5, 100)),
        *months("M", "REV", 2019 * 12, figures(51, 300)),
        *months("L", "REV", 2019 * 12, figures(50, 50)),
        *months("S", "REV", 2019 * 12, figures(54, 333.33)),
        *months("A", "OLD", 2019 * 12, figures(52, 10)),
        *months("A", "NEW", 2023 * 12 + 4, figures(2, 10)),
        *months("A", "HEADS", 2019 * 12, [str(int(float(str(each)))) for each in figures(54, 40)]),
        *months("A", "GRADE", 2019 * 12, ["3"] * 54),
    ]
    targets = "".join(
        f"{unit},{code},2023,target,{value}\n"
        for unit, code, value in (
            ("A", "REV", 15000), ("B", "REV", 0), ("S", "REV", -5), ("A", "NEW", 100),
            ("A", "HEADS", 41), ("A", "GRADE", 2),
        )
    )  # fmt: skip
    targets += "".join(f"A,OLD,2023-{month:02d},target,10\n" for month in range(1, 5))
    load(units=CHANGING, holdings="owner,held,share\nG,S,51%\n", measures=MIXED, facts=facts(*rows) + targets)

    made = run(None, console_user())

    infos = {info.code: info for info in measures()}
    why = {code: made.measures[info.id].why for code, info in infos.items()}
    assert (why["OLD"], why["GRADE"], why["REV"]) == (REPLACED, NO_SUM, "")
    assert why["NEW"] == ""
    assert Reason.FEW_YEARS in one(made, "A", "NEW").reasons
    born, shared = one(made, "B", "REV"), one(made, "S", "REV")
    assert Reason.NEWCOMER in born.reasons and Reason.ZERO_TARGET in born.reasons
    assert Reason.ZERO_TARGET in shared.reasons and shared.odds.value == 1.0  # it is never below zero
    assert shared.share == pytest.approx(0.51)
    store.build()
    cube, ids = store.fresh(), unit_ids()
    for code in ("REV", "NEW", "HEADS"):
        column = cube.view([ids["G"]]).column(infos[code], infos, "landing", YEAR)
        assert column.values.tolist() == [one(made, "G", code).point]
    parts = [one(made, unit, "REV").account for unit in ("A", "B")]
    left = sum(float(value) for unit, code, period, value in rows if (unit, code) == ("L", "REV") and period >= "2023")
    assert one(made, "G", "REV").account == pytest.approx(sum(parts) + 0.51 * (shared.account or 0) + left, abs=0.05)  # type: ignore[arg-type]


def test_what_is_no_longer_said_is_withdrawn(load: Load) -> None:
    """A has reported until March 2021; then these months turn out to be nothing, so that it is silent in 2022."""
    values: list[object] = [str(100 + n % 12) for n in range(60)]
    targets = "G,REV,2022,target,9\nA,REV,2022,target,1000\n"
    rows = [*months("A", "REV", 2018 * 12, values[:39]), *months("B", "REV", 2018 * 12, values[:50])]
    load(units="code,name,parent\nG,Group,\nA,A,G\nB,B,G\n", measures=FLOWS, facts=facts(*rows) + targets)
    first = run(None, console_user())
    assert one(first, "A", "REV").account is not None
    gone = "".join(f"A,REV,2021-{month:02d},actual,,withdrawn\n" for month in (1, 2, 3))
    load(facts="unit,measure,period,version,value,state\n" + gone)

    last = run(None, console_user())

    silent = one(last, "A", "REV")
    assert (silent.account, silent.point, silent.months) == (None, None, ())
    assert Reason.NO_FIGURES in silent.reasons
    fact = Fact.objects.filter(unit_id=unit_ids()["A"], version_id=version_ids()["landing"]).latest("seq")
    assert (fact.seq, fact.state) == (last.seq, State.WITHDRAWN)
    store.build()
    infos = {info.code: info for info in measures()}
    column = store.fresh().view([unit_ids()["G"]]).column(infos["REV"], infos, "landing", parse("2022"))
    assert column.values.tolist() == [one(last, "G", "REV").point] == [one(last, "B", "REV").point]
