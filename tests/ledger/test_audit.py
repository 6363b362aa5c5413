"""The audit: equal where the cube is right, over cases and random ledgers; and every planted fault is found and named."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import typer
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from headrope.cli import commands
from headrope.journal.models import Audit, Head
from headrope.journal.queries import known_days
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.audit.books import audit_books
from headrope.ledger.audit.figures import in_step
from headrope.ledger.audit.result import Difference
from headrope.ledger.audit.shares import effective
from headrope.ledger.cube import store
from headrope.ledger.models import Measure, Version
from headrope.ledger.queries import ledger_settings
from headrope.org.actions import console_user
from headrope.org.models import Unit, User
from tests.conftest import Databases, Folder, Load
from tests.ledger.random_ledgers import VINTAGES, World, worlds
from tests.torture.cases import ANSWERED, Case

UNITS = """
code,name,parent,kind,method,from,to,successor
G,Group,,group,,,,
A,East,G,company,,,,
A1,East Pumps,A,branch,,,,
AB,Airport Base,G,company,,,2023-05-31,
AB,Airport Base,A,branch,,2023-06-01,,
C,Coast,G,company,,,2023-08-31,A
J,Joint Works,G,joint,proportionate,,,
J1,Joint Shop,J,branch,,,,
N,Not Ours,G,company,none,,,
S,Water,G,segment,,,,
"""
HOLDINGS = "owner,held,share,from,to\nG,J,1/3,,2023-06-30\nG,J,2/3,2023-07-01,"
SEGMENTS = "segment,unit,from,to\nS,A1,,\nS,C,,\nS,J,2023-04-01,"
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator,missing
REV,Revenue,CNY,money,0.01,flow,up,,,
HEAT,Heat sold,TJ,number,,flow,up,,,
DEBT,Debt,CNY,money,0.01,stock,down,,,
FINE,Fines,CNY,money,0.01,flow,down,,,
CASH,Cash flow,CNY,money,0.01,cumulative,up,,,
TOP,Highest load,MW,count,1,max,none,,,
LOW,Lowest load,MW,number,,min,none,,,
VISITS,Visitors,persons,count,1,disjoint,up,,,
CLIENTS,Clients,persons,count,1,distinct,up,,,
PRICE,Price,CNY,money,0.01,weighted,up,,VISITS,
MARGIN,Margin,share,number,,ratio,up,REV,DEBT,
"""
FACTS = """
unit,measure,period,version,basis,value,state,vintage
A,REV,2023-04,actual,own,10.01,,2023-10-05
A1,REV,2023-04,actual,own,100.10,,2023-10-05
AB,REV,2023-04,actual,own,80.00,,2023-10-05
AB,REV,2023-06,actual,own,82.05,,2023-10-05
C,REV,2023-04,actual,own,7.00,,2023-10-05
J,REV,2023-04,actual,own,0.50,,2023-10-05
J1,REV,2023-04,actual,own,0.25,,2023-10-05
J1,REV,2023-08,actual,own,0.25,,2023-10-05
N,REV,2023-04,actual,own,33.00,,2023-10-05
A1,REV,2023-04,actual,own,100.20,,2023-11-05
A,REV,2023-04,actual,stated,190.11,,2023-10-05
A1,DEBT,2023-04,actual,own,5.00,,2023-10-05
AB,DEBT,2023-04,actual,own,6.00,,2023-10-05
AB,DEBT,2023-05,actual,own,,withdrawn,2023-11-05
C,DEBT,2023-05,actual,own,,not-applicable,2023-10-05
A1,FINE,2023-04,actual,own,1.00,,2023-10-05
A1,CASH,2023-03,actual,own,1.00,,2023-10-05
A1,CASH,2023-04,actual,own,3.00,,2023-10-05
AB,CASH,2023-Q1,actual,own,4.00,,2023-10-05
AB,CASH,2023-Q2,actual,own,9.00,,2023-10-05
A1,HEAT,2023-04,actual,own,0.1,,2023-10-05
AB,HEAT,2023-04,actual,own,0.2,,2023-10-05
J1,HEAT,2023-04,actual,own,0.7,,2023-10-05
A1,TOP,2023-04,actual,own,12,,2023-10-05
J1,TOP,2023-04,actual,own,15,,2023-10-05
A1,LOW,2023-04,actual,own,-1.5,,2023-10-05
A1,VISITS,2023-04,actual,own,10,,2023-10-05
AB,VISITS,2023-04,actual,own,30,,2023-10-05
A1,CLIENTS,2023-04,actual,own,7,,2023-10-05
A1,PRICE,2023-04,actual,own,2.00,,2023-10-05
AB,PRICE,2023-04,actual,own,3.00,,2023-10-05
A1,REV,2023,target,own,1000,,2023-10-05
A1,MARGIN,2023,target,own,0.3,,2023-10-05
"""
ELIMINATIONS = """
unit,counterparty,measure,period,version,amount,vintage
A1,AB,REV,2023-04,actual,4.00,2023-10-05
AB,A1,REV,2023-06,actual,5.00,2023-10-05
A1,C,REV,2023-04,actual,1.00,2023-10-05
J1,A1,REV,2023-04,actual,0.05,2023-11-05
"""
FORMS = "code,name,span,measures\nF,Form,month,FINE REV"
DUTIES = "form,unit,from,to\nF,A1,,\nF,AB,2023-04-01,2023-09-30\nF,C,,"
HEADER = "unit,measure,period,version,value"


def group(load: Load) -> None:
    """
    until 31 May                    from 1 June
    G                               G
        A                               A
            A1                              A1
        AB                                  AB
        C   until 31 August             C
        J   by a third                  J   from 1 July by two thirds
            J1                              J1
        N   passes nothing on           N
        S   segment: A1, C, from April J
    """
    load(
        units=UNITS,
        holdings=HOLDINGS,
        segments=SEGMENTS,
        measures=MEASURES,
        forms=FORMS,
        duties=DUTIES,
        facts=FACTS,
        eliminations=ELIMINATIONS,
    )


# Equal


def test_audit_when_a_group_has_everything_finds_nothing(load: Load) -> None:
    group(load)

    found = [audit_books(), *(audit_books(day) for day in known_days(ledger_settings().zone))]

    assert [(each.differences, each.problems, each.known_on) for each in found] == [
        ((), [], day) for day in (None, "2023-11-05", "2023-10-05")
    ]
    assert (found[0].units, found[0].cells > 1000, found[0].widest < 1e-15) == (9, True, True)


AUDITED = ("count", "cumulative", "duty", "edge", "elimination", "fiscal", "known", "missing", "own", "score", "segment", "share", "successor", "tree", "weighted")  # fmt: skip


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.name) for case in ANSWERED if case.name.split("-")[0] in AUDITED]
)
def test_audit_when_a_published_case_is_loaded_finds_nothing(case: Case, load: Load) -> None:
    load(**case.tables)

    found = [audit_books(), *(audit_books(day) for day in known_days(ledger_settings().zone))]

    assert [(each.differences, each.problems, each.cells > 0) for each in found] == [((), [], True)] * len(found)


def load_files(folder: Path, files: dict[str, str]) -> None:
    """Load without building the cube."""
    target = folder / uuid4().hex
    target.mkdir()
    for title, text in files.items():
        if len(text.strip().splitlines()) > 1:
            (target / f"{title}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    load_folder(target, by=console_user())


@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # each world is a database: shrinking takes minutes
    suppress_health_check=list(HealthCheck),
)
@given(worlds())
def test_audit_when_ledgers_are_random_finds_nothing_before_and_after_a_patch(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, world: World
) -> None:
    databases.copy()
    folder = tmp_path_factory.mktemp("world")
    load_files(folder, world.files)
    refresh_cube()

    found = [audit_books(), *(audit_books(day) for day in VINTAGES)]
    load_files(folder, {"facts": world.later})
    found.append(audit_books())

    assert [(each.differences, each.problems) for each in found] == [((), [])] * 4


def test_audit_when_the_cube_was_patched_reads_the_patch(load: Load, folder: Folder) -> None:
    group(load)
    built = store.fresh().manifest.seq
    load_folder(folder(facts=f"{HEADER}\nJ1,REV,2023-04,actual,0.75\nC,DEBT,2023-05,actual,1"), by=console_user())

    found = audit_books()

    assert (found.seq, store.fresh().manifest.seq, found.differences, found.problems) == (built + 1, built, (), [])


def test_audit_when_units_give_a_mean_in_different_spans_finds_nothing(load: Load) -> None:
    """A gives prices and quantities by month, B by quarter: A's quarter is reported, and so it is expected."""
    prices = MEASURES.replace("VISITS,Visitors,persons,count,1,disjoint", "VISITS,Visitors,persons,count,1,flow")
    monthly = [f"A,{code},2023-{month:02d},actual,{month}" for code in ("VISITS", "PRICE") for month in (1, 2, 3)]
    rows = (HEADER, *monthly, "J,VISITS,2023-Q1,actual,5", "J,PRICE,2023-Q1,actual,7")

    load(units=UNITS, holdings=HOLDINGS, measures=prices, facts="\n".join(rows))

    assert audit_books().differences == ()


def test_audit_when_nobody_gives_a_weight_at_a_span_finds_nothing(load: Load) -> None:
    """A gives prices and quantities by month, J a price for the quarter and no quantity: it adds nothing."""
    prices = MEASURES.replace("VISITS,Visitors,persons,count,1,disjoint", "VISITS,Visitors,persons,count,1,flow")
    monthly = [f"A,{code},2023-{month:02d},actual,{month}" for code in ("VISITS", "PRICE") for month in (1, 2, 3)]

    load(
        units=UNITS, holdings=HOLDINGS, measures=prices, facts="\n".join((HEADER, *monthly, "J,PRICE,2023-Q1,actual,7"))
    )

    assert audit_books().differences == ()


@given(st.integers(-(2**61), 2**61), st.integers(-9, 0))
@settings(max_examples=200, deadline=None)
def test_in_step_rounds_half_to_even(databases: Databases, amount: int, finer: int) -> None:
    databases.template.enter()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {in_step(f'CAST({amount} AS bigint)', finer)}")
        ((found,),) = cursor.fetchall()

    assert found == round(Fraction(amount, 10**-finer))


def test_effective_share_goes_up_by_owners_else_by_parents() -> None:
    """
    G holds 3/5 of A; A holds 51 % of B and G 9 % of it; C has no owner recorded and stands under B.
    """
    owners = {"A": [("G", Fraction(3, 5))], "B": [("A", Fraction(51, 100)), ("G", Fraction(9, 100))]}
    ids = {code: at for at, code in enumerate("GABC")}
    parents = {ids["G"]: None, ids["A"]: ids["G"], ids["B"]: ids["A"], ids["C"]: ids["B"]}
    shares = {ids[held]: [(ids[owner], share) for owner, share in of] for held, of in owners.items()}

    found = {code: effective(ids["G"], ids[code], parents, shares) for code in "GABC"}

    b = Fraction(51, 100) * Fraction(3, 5) + Fraction(9, 100)
    assert found == {"G": 1, "A": Fraction(3, 5), "B": b, "C": b}


# Faults in the cube


@dataclass(frozen=True)
class Where:
    """A place in the cube's arrays of actual months."""

    row: int
    kind: str
    at: int
    cell: int


def where(unit: str, measure: str, kind: str, month: str, part: str = "value") -> Where:
    """The place of a unit's figure in the array `kind`."""
    cube = store.fresh()
    (group_of,) = (each for each in cube.groups("actual") if each.span == 1)
    number = Measure.objects.get(code=measure).id
    lists: dict[str, Sequence[object]] = {
        "amounts": group_of.amounts,
        "numbers": group_of.numbers,
        "levels": group_of.levels,
        "pairs": group_of.pairs,
    }
    components = lists.get(kind, group_of.components)
    place = components.index(number if kind in ("levels", "pairs") else (number, part))
    start = int(month[:4]) * 12 + int(month[5:]) - 1
    return Where(cube.row_of[Unit.objects.get(code=unit).id], kind, place, group_of.starts.index(start))


PLANTED = {
    "amounts": ("G", "REV", "value", "value", 1, "192.42", "192.41"),
    "numbers": ("A", "HEAT", "value", "value", 1e-9, "0.100000001", "0.1"),
    "reported": ("A", "REV", "value", "reported", 1, "3", "2"),
    "expected": ("A", "REV", "value", "expected", 2, "4", "2"),
    "pairs": ("A", "MARGIN", "pair", "both", 1, "2", "1"),
    "levels": ("A1", "CLIENTS", "level", "level", 1, "8.0", "7.0"),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_audit_when_a_number_was_planted_names_it(kind: str, load: Load) -> None:
    group(load)
    unit, measure, part, figure, by, cube, books = PLANTED[kind]
    at = where(unit, measure, kind, "2023-04")
    store.fresh().array(f"actual_1.{kind}")[at.row, at.at, at.cell] += by

    found = audit_books()

    assert found.differences == (Difference(unit, measure, part, "actual", "2023-04", figure, cube, books),)
    assert (found.differing, found.problems, found.sound) == (1, [], False)


def test_audit_when_a_float_differs_by_less_than_its_bound_finds_nothing(load: Load) -> None:
    group(load)
    at = where("A", "HEAT", "numbers", "2023-04")
    store.fresh().array("actual_1.numbers")[at.row, at.at, at.cell] *= 1 + 2**-50

    found = audit_books()

    assert (found.sound, found.bound, 0 < found.widest < 1e-15) == (True, 1e-12, True)


def test_audit_when_nothing_is_reported_does_not_look_at_the_value(load: Load) -> None:
    group(load)
    at = where("A1", "REV", "amounts", "2023-09")
    store.fresh().array("actual_1.amounts")[at.row, at.at, at.cell] += 1

    assert audit_books().sound


def test_audit_when_what_is_carried_was_planted_names_it(load: Load) -> None:
    load(units=UNITS.replace("proportionate", ""), measures=f"{MEASURES}OWED,Owed,CNY,money,1,stock,down,,,carry",
         facts=f"{HEADER}\nA1,OWED,2023-04,actual,5\nAB,OWED,2023-05,actual,7")  # fmt: skip
    values, counts = where("A", "OWED", "amounts", "2023-07"), where("A", "OWED", "amounts", "2023-07", "held")
    for at in (values, counts):
        store.fresh().array("actual_1.amounts")[at.row, at.at, at.cell] += 1

    found = audit_books()

    same = ("A", "OWED", "value", "actual", "2023-07")
    assert found.differences == (Difference(*same, "value", "13", "12"), Difference(*same, "held", "3", "2"))
    assert found.differing == 1


def test_audit_when_a_stated_figure_or_who_owes_was_planted_names_it(load: Load) -> None:
    group(load)
    cube, april = store.fresh(), where("A", "REV", "amounts", "2023-04")
    cube.array("actual_1.stated")["amount"] += 1
    for kind in ("owed", "late"):
        cube.array(f"actual_1.{kind}")[april.cell, april.row] += 5

    found = audit_books()

    owed, late = (cube.array(f"actual_1.{kind}")[april.cell, april.row].item() for kind in ("owed", "late"))
    same = ("actual", "2023-04")
    assert found.differences == (
        Difference("A", "REV", "value", *same, "stated", "190.12", "190.11"),
        Difference("A", "", "owed", *same, "owed", str(owed), str(owed - 5)),
        Difference("A", "", "late", *same, "late", str(late), str(late - 5)),
    )


def test_audit_when_a_stated_figure_is_lost_names_it(load: Load) -> None:
    group(load)
    store.fresh().replace("actual_1.stated", store.fresh().array("actual_1.stated")[:0])

    found = audit_books()

    cell = ("A", "REV", "value", "actual", "2023-04")
    assert found.differences == (
        Difference(*cell, "stated", "0.00", "190.11"),
        Difference(*cell, "given", "False", "True"),
    )
    assert found.differing == 1


def test_audit_when_a_unit_stands_elsewhere_in_the_cube_says_so(load: Load) -> None:
    group(load)
    cube = store.fresh()
    rows = {code: cube.row_of[number] for code, number in Unit.objects.values_list("code", "id")}
    cube.array("epoch_parents")[:, rows["J1"]] = rows["A"]

    found = audit_books()

    assert {problem.values["unit"] for problem in found.problems} == {"J1"}


def test_audit_when_the_cube_has_no_place_for_a_figure_says_so(load: Load) -> None:
    """The fact belongs to a posting that the cube stands on, so that nobody else notices."""
    group(load)
    insert(unit="A1", measure="FINE", period=20220101, seq=3, amount=5)

    found = audit_books()

    assert [(problem.message, problem.values) for problem in found.problems] == [
        (
            "There are figures of %(measure)s, %(version)s, for %(period)s, and the cube has no place for them.",
            {"measure": "FINE", "version": "actual", "period": "2022-01"},
        )
    ]


def test_audit_when_a_fact_was_slipped_in_finds_every_total_above_it(load: Load) -> None:
    group(load)
    insert(unit="A1", measure="FINE", period=20230501, seq=3, amount=5)

    found = audit_books()

    values = {
        (each.unit, each.period, each.cube, each.books) for each in found.differences if each.figure == "reported"
    }
    assert values == {(unit, "2023-05", "0", "1") for unit in ("A1", "A", "G", "S")}
    assert found.problems == []


# Faults in files


def test_audit_when_a_file_was_changed_names_the_file_and_the_cell(load: Load) -> None:
    group(load)
    at = where("G", "REV", "amounts", "2023-04")
    folder = store.fresh().folder
    held = np.load(folder / "actual_1.amounts.npy", mmap_mode="r+")
    held[at.row, at.at, at.cell] += 100
    held.flush()

    found = audit_books()

    assert [(problem.where, str(problem.message)) for problem in found.problems] == [
        (f"{folder.name}/actual_1.amounts.npy", "The file is not as it was written.")
    ]
    cell = ("G", "REV", "value", "actual", "2023-04", "value")
    assert found.differences == (Difference(*cell, "193.41", "192.41"),)


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_audit_when_a_file_cannot_be_read_says_so_and_compares_no_more(harm: str, load: Load) -> None:
    group(load)
    path = store.fresh().folder / "actual_1.reported.npy"
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:100])
    store._mapped.clear()

    found = audit_books()

    assert [problem.where for problem in found.problems] == [f"{path.parent.name}/{path.name}"]
    assert (found.sound, found.differences) == (False, ())


# Faults in the books


def insert(
    *, unit: str | int, measure: str | int, period: int, seq: int, amount: int, version: int | None = None
) -> None:
    """A fact past all checks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO fact (unit_id, measure_id, version_id, period, basis, seq, amount, number, state) "
            "VALUES (%s, %s, %s, %s, 0, %s, %s, NULL, 0)",
            [
                Unit.objects.get(code=unit).id if isinstance(unit, str) else unit,
                Measure.objects.get(code=measure).id if isinstance(measure, str) else measure,
                Version.objects.get(code="actual").id if version is None else version,
                period,
                seq,
                amount,
            ],
        )


ORPHANS = {
    "unit": ({"unit": 99}, {"There is no unit 99.", "Posting 3 has facts of units that it does not name."}),
    "measure": ({"measure": 99}, {"There is no measure 99."}),
    "version": ({"version": 99}, {"There is no version 99."}),
    "posting": ({"seq": 99}, {"There is no posting 99.", "Posting 99 has facts of units that it does not name."}),
    "period": ({"period": 20231305}, {"20231305 is not the code of a period."}),
    "quantity": ({"measure": "HEAT"}, {"There are figures of HEAT that are not of its quantity."}),
}


@pytest.mark.parametrize("what", ORPHANS)
def test_audit_when_a_fact_is_an_orphan_says_so(what: str, load: Load) -> None:
    group(load)
    changed, told = ORPHANS[what]
    insert(**{"unit": "A1", "measure": "FINE", "period": 20230501, "seq": 3, "amount": 5, **changed})  # type: ignore[arg-type]

    found = audit_books()

    facts = next(check for check in found.checks if check.name == "facts")
    assert {str(problem).partition(": ")[2].removesuffix(f" {problem.remedy}") for problem in facts.problems} == told


RULED = {
    "checks": "code,kind,severity,measures,under\nTOP,not-negative,warning,FINE,A",
    "calendars": "calendar,kind,day\nX,holiday,2023-05-01",
    "unit_calendars": "unit,calendar\nA,X",
    "ledger": "key,value\ncalendar,X",
    "forms": "code,name,span,measures,due\nF,Form,month,FINE REV,day 5",
    "duties": "form,unit,due\nF,AB,day 7",
}
SPOILT = {
    "no text": ("check_edition", "row = '['", ["The check TOP cannot be read."]),
    "no check": ("check_edition", "row = '{\"code\": \"TOP\"}'", ["The check TOP cannot be read."]),
    "code": ("check_edition", "code = 'LOW'", ["The check stands under the code LOW, which is not its own."]),
    "measure": ("check_edition", "row = replace(row, 'FINE', 'NONE')", ["TOP looks at NONE, which is no measure."]),
    "unit": ("check_edition", "row = replace(row, '\"A\"', '\"B\"')", ["TOP looks at units under B, which is no unit."]),
    "calendar": ("calendar_edition", "rows = replace(rows, '2023', '2x23')", ["The calendar X cannot be read.", "There is no calendar X.", "There is no calendar X."]),
    "calendar's code": ("calendar_edition", "code = 'Y'", ["The calendar Y cannot be read.", "There is no calendar X.", "There is no calendar X."]),
    "unit calendar": ("unit_calendar", "calendar = 'Y'", ["There is no calendar Y."]),
    "rule": ("form_edition", "due = 'soon'", ["The form F is due by a rule that is none."]),
    "scale": ("form_edition", "scale = '9'", ["The form F has a scale that is none."]),
    "own rule": ("duty", "due = 'soon'", ["A duty on F is due by a rule that is none."] * 3),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILT)
def test_audit_when_a_check_or_calendar_was_spoilt_says_so(what: str, load: Load) -> None:
    group(load)
    load(**RULED)
    assert audit_books().sound
    table, change, told = SPOILT[what]
    without_guard(table, "update", f"UPDATE {table} SET {change} WHERE seq_to IS NULL")

    found = audit_books()

    rules = next(check for check in found.checks if check.name == "checks and calendars")
    assert [problem.message % problem.values for problem in rules.problems] == told
    assert not found.sound


def test_audit_when_a_unit_with_a_calendar_is_none_says_so(load: Load) -> None:
    group(load)
    load(**RULED)
    without_guard("unit_calendar", "update", "UPDATE unit_calendar SET unit_id = 99")

    found = audit_books()

    assert [str(problem).partition(" The data")[0] for problem in found.problems] == [
        "table unit_calendar: There is no unit 99."
    ]


def test_audit_when_an_orphan_keeps_the_cube_from_being_built_says_so(load: Load) -> None:
    group(load)
    insert(unit=99_999, measure="FINE", period=20230501, seq=3, amount=5)
    (store.fresh().folder / "manifest.json").unlink()
    (store._folder() / "CURRENT").unlink()
    store._mapped.clear()

    found = audit_books()

    assert "table fact: There is no unit 99999." in {
        str(problem).partition(" The database")[0] for problem in found.problems
    }
    assert (found.cells, found.sound) == (0, False)


def without_guard(table: str, what: str, statement: str) -> None:
    """Run a statement as somebody does who has taken the trigger off."""
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {table}_no_{what}{on}")
        cursor.execute(statement)


@pytest.mark.parametrize(
    "change", ["object = 'posting 9'", "by_id = by_id + 1", "action = 'looked'", "at = '2020-01-01 00:00:00+00:00'"]
)
def test_audit_when_a_line_of_the_trail_was_changed_says_so(change: str, load: Load) -> None:
    group(load)
    first = Audit.objects.order_by("id")[0]
    if change.startswith("by_id"):  # PostgreSQL keeps to who there is
        User.objects.create(id=first.by_id + 1, username="another")

    without_guard("audit", "update", f"UPDATE audit SET {change} WHERE id = {first.pk}")

    assert {problem.where for problem in audit_books().problems} == {f"audit line {first.pk}", "posting 1"}


def test_audit_when_a_line_in_the_middle_was_removed_says_so(load: Load) -> None:
    group(load)
    lines = list(Audit.objects.order_by("id"))

    without_guard("audit", "delete", f"DELETE FROM audit WHERE id = {lines[1].pk}")

    assert [problem.where for problem in audit_books().problems] == [f"audit line {lines[2].pk}", "posting 2"]


def test_audit_when_the_last_line_was_removed_says_so(load: Load) -> None:
    group(load)
    last = Audit.objects.order_by("-id")[0]

    without_guard("audit", "delete", f"DELETE FROM audit WHERE id = {last.pk}")

    assert [problem.where for problem in audit_books().problems] == [f"posting {Head.objects.get().seq}"]


def test_audit_when_a_posting_was_removed_says_so(load: Load) -> None:
    group(load)
    seq = Head.objects.get().seq

    without_guard("posting", "delete", f"DELETE FROM posting WHERE seq = {seq - 1}")

    found = {str(problem).partition(" The database")[0] for problem in audit_books().problems}
    assert {
        f"postings: There are {seq - 1} postings up to number {seq}.",
        f"table fact: There is no posting {seq - 1}.",
    } <= found


# The command


@pytest.fixture
def run(load: Load) -> Callable[..., tuple[int, str]]:
    """Runs the command over the group of this file: exit status and what it printed."""
    group(load)
    app = typer.Typer()
    commands.register(app)

    def one(*words: str) -> tuple[int, str]:
        found = CliRunner().invoke(app, ["audit", *words])
        return found.exit_code, found.stdout

    return one


def test_command_when_all_is_well_counts_what_it_checked(run: Callable[..., tuple[int, str]]) -> None:
    status, text = run()

    cells = audit_books().cells
    lines = text.splitlines()
    assert (status, [line.split(":")[0].strip() for line in lines[1:-1]]) == (
        0,
        ["postings", "audit trail", "seals", "facts", "checks and calendars", "files", "trees", "places"],
    )
    assert lines[-1].startswith(f"{cells:,} cells of 9 units equal")


def test_command_when_asked_for_a_day_audits_what_was_known(run: Callable[..., tuple[int, str]]) -> None:
    status, text = run("--known", "2023-10-05", "--json")

    found = json.loads(text)
    assert (status, found["known_on"], found["sound"], found["differences"]) == (0, "2023-10-05", True, [])


def test_command_when_figures_differ_names_them_and_leaves_with_1(run: Callable[..., tuple[int, str]]) -> None:
    at = where("G", "REV", "amounts", "2023-04")
    store.fresh().array("actual_1.amounts")[at.row, at.at, at.cell] += 1

    (status, text), (status_json, as_json) = run(), run("--json")

    cells = audit_books().cells
    assert (status, text.splitlines()[-2:]) == (
        1,
        [
            f"1 of {cells:,} cells of 9 units differ:",
            "  G REV actual 2023-04: value: cube 192.42, books 192.41",
        ],
    )
    (one,) = json.loads(as_json)["differences"]
    assert (status_json, one["unit"], one["measure"], one["period"], one["cube"], one["books"]) == (
        1, "G", "REV", "2023-04", "192.42", "192.41",
    )  # fmt: skip
