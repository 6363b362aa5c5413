"""The command line as a person or a script meets it: help, exit status, what goes where, and whose eyes see what.

until 31 May 2023       from 1 June 2023
G   group               G
    A   company             A
        A1  branch              A1
        AB  branch          AB
    C   company             C
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
import typer
from django.db import connection

from headrope.cli import commands
from headrope.journal.models import Head
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.models import Fact
from headrope.org.actions import console_user
from headrope.org.models import Mandate, Role, Unit, User
from tests.conftest import Databases, Folder, Place, Says

UNITS = """
code,name,name_zh,parent,kind,from,to
G,Harbour Group,港湾集团,,group,,
A,East Works,东方厂,G,company,,
A1,East Pumps,东方泵业,A,branch,,
AB,Airport Base,空港基地,A,branch,,2023-05-31
AB,Airport Base,空港基地,G,company,2023-06-01,
C,Coast Lines,海岸航运,G,company,,
"""
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator
REV,Revenue,CNY,money,0.01,flow,up,,
PROFIT,Profit,CNY,money,0.01,flow,up,,
MARGIN,Profit over revenue,share,number,,ratio,up,PROFIT,REV
"""
FACTS = """
unit,measure,period,version,value
A1,REV,2023-04,actual,100.10
AB,REV,2023-04,actual,80.00
C,REV,2023-04,actual,7000000000000000.07
A1,PROFIT,2023-04,actual,10.00
AB,PROFIT,2023-04,actual,-8.00
A1,REV,2023-04,target,90.00
AB,REV,2023-04,target,100.00
A1,REV,2022-04,actual,50.05
A1,REV,2023-06,actual,120.00
AB,REV,2023-06,actual,60.00
"""
PASSED, PROBLEMS, WRONG_CALL = 0, 1, 2


@pytest.fixture(scope="module")
def group(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The group above, loaded, with a cast: office at G, clerk at A, leader at AB, and an outsider."""
    place = databases.copy()
    source = tmp_path_factory.mktemp("group")
    for name, text in (("units", UNITS), ("measures", MEASURES), ("facts", FACTS)):
        (source / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    load_folder(source, by=console_user())
    refresh_cube()
    for username, role, unit in (
        ("office", Role.OFFICE, "G"),
        ("clerk", Role.CLERK, "A"),
        ("leader", Role.LEADER, "AB"),
    ):
        user = User.objects.create_user(username)
        Mandate.objects.create(
            user=user,
            role=role,
            unit=Unit.objects.get(code=unit),
            valid_from=date(2020, 1, 1),
            valid_to=date(9999, 12, 31),
        )
    User.objects.create_user("outsider")
    User.objects.create_user("gone", is_active=False)
    return place


@pytest.fixture
def headrope(group: Place, says: Says) -> Says:
    """Runs a command on the group: exit status, standard output, standard error."""
    group.enter()
    return says


def process(*words: str | Path, environment: dict[str, str]) -> tuple[int, str, str]:
    """Runs a command as a process of its own."""
    env = {**environment, "COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1"}
    done = subprocess.run([sys.executable, "-m", "headrope", *map(str, words)], capture_output=True, text=True, env=env)
    return done.returncode, done.stdout, done.stderr


# Help


def test_help_lists_all_commands_in_the_order_of_use(group: Place) -> None:
    group.enter()

    status, out, _ = process("--help", environment=group.environment)

    lines = [line.strip(" │") for line in out.partition("Commands")[2].splitlines()]
    assert status == PASSED
    assert [line.split()[0] for line in lines if line and line[0].isalpha()] == list(click_commands())


def click_commands() -> dict[str, click.Command]:
    app = typer.Typer()
    commands.register(app)
    command = typer.main.get_command(app)
    assert isinstance(command, click.Group) or hasattr(command, "commands")
    return dict(command.commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "word",
    [
        "migrate",
        "tree",
        "load",
        "review",
        "paper",
        "check-pack",
        "workbook",
        "cascade",
        "landing",
        "people",
        "cube",
        "audit",
        "export",
        "user",
        "mandate",
        "token",
        "backup",
        "restore",
        "tick",
        "serve",
        "demo",
    ],
)
def test_help_of_a_command_says_what_each_word_is_for(headrope: Says, word: str) -> None:
    status, out, err = headrope(word, "--help")

    command = click_commands()[word]
    help_ = str(command.help)
    assert (status, err) == (PASSED, "")
    assert (help_[0].isupper(), help_.count("\n")) == (True, 0)
    assert help_.split()[0] in out
    without = [p.name for p in command.params if not getattr(p, "help", None)]
    assert without == []


def test_all_commands_are_there() -> None:
    assert list(click_commands()) == [
        "migrate",
        "tree",
        "load",
        "review",
        "paper",
        "check-pack",
        "workbook",
        "cascade",
        "landing",
        "people",
        "cube",
        "audit",
        "export",
        "user",
        "mandate",
        "token",
        "backup",
        "restore",
        "tick",
        "serve",
        "demo",
    ]


@pytest.mark.parametrize("words", [["fly"], ["review"], ["review", "G"], ["load"], ["review", "G", "2023-04", "--most", "-1"], ["cube", "--known", "soon"]])  # fmt: skip
def test_command_when_called_wrongly_ends_with_2(headrope: Says, words: list[str]) -> None:
    status, out, err = headrope(*words)

    assert (status, out) == (WRONG_CALL, "")
    assert err.startswith("Usage: ")


# Exit status and where words go


def test_load_when_right_says_what_it_did(place: Place, folder: Folder) -> None:
    source = folder(units=UNITS, measures=MEASURES, facts=FACTS, notes="mine")
    connection.close()

    assert process("load", source, environment=place.environment) == (
        PASSED,
        "Loaded 10 new facts out of 10 rows; 0 say what was known already.\n"
        "5 new units, 3 new measures.\n"
        "Left alone: notes.csv\n",
        "reading facts.csv ...\nsorting ...\ncomparing with the ledger ...\nwriting ...\nadding up ...\n",
    )


def test_load_when_there_are_problems_lists_them_on_standard_error(group: Place, folder: Folder) -> None:
    group.enter()
    source = folder(facts="unit,measure,period,version,value\nab,REV,2023-04,actual,1\nAB,REV,2023-04,actual,x")
    before = Fact.objects.count(), Head.objects.get().seq

    status, out, err = process("load", source, environment=group.environment)

    assert (status, out) == (PROBLEMS, "")
    assert err.splitlines() == [
        "reading facts.csv ...",
        "facts.csv, row 2: There is no unit 'ab'. Did you mean AB?",
        "facts.csv, row 3, AB REV 2023-04: 'x' is not a number. Write it like -1234.5.",
        "2 problems; nothing was changed.",
    ]
    assert (Fact.objects.count(), Head.objects.get().seq) == before


def test_load_when_one_problem_is_found_counts_one(headrope: Says, tmp_path: Path) -> None:
    status, out, err = headrope("load", tmp_path / "nowhere")

    assert (status, out) == (PROBLEMS, "")
    assert err.splitlines() == [
        f"{tmp_path / 'nowhere'}: There is no such folder. Name a folder that holds units.csv, measures.csv or facts.csv.",
        "1 problem; nothing was changed.",
    ]


def test_load_when_dry_says_what_it_would_do(headrope: Says, folder: Folder) -> None:
    header = "unit,measure,period,version,vintage,value"
    rows = "A1,REV,2023-07,actual,2023-08-09,1\nA1,REV,2023-07,actual,2023-09-09,2\nA1,REV,2023-07,plan,2023-09-09,2"
    before = Fact.objects.count(), Head.objects.get().seq

    status, out, _ = headrope("load", folder(facts=f"{header}\n{rows}"), "--dry-run")

    assert (status, out) == (
        PASSED,
        "Would load 3 new facts out of 3 rows; 0 say what was known already.\n"
        "  vintage 2023-08-09: 1\n"
        "  vintage 2023-09-09: 2\n",
    )
    assert (Fact.objects.count(), Head.objects.get().seq) == before


def test_load_with_vintages_by_who_is_no_administrator_is_refused(headrope: Says, folder: Folder) -> None:
    source = folder(facts="unit,measure,period,version,vintage,value\nA1,REV,2023-07,actual,2023-08-09,1")

    status, _, err = headrope("--as", "office", "load", source)

    assert status == PROBLEMS
    assert err.splitlines()[1:] == [
        "facts.csv: Figures with a vintage of their own are imported by administrators only. "
        "Ask one of them, or leave the column vintage out.",
        "1 problem; nothing was changed.",
    ]


@pytest.mark.parametrize("words", [["load", "."], ["review", "G", "2023-04"], ["cube"]])
def test_command_when_there_is_no_database_says_to_run_migrate(tmp_path: Path, words: list[str]) -> None:
    environment = {
        **os.environ,
        "HEADROPE_HOME": str(tmp_path),
        "HEADROPE_DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3",
    }

    status, out, err = process(*words, environment=environment)

    assert (status, out) == (WRONG_CALL, "")
    assert err == "The database is not ready (no such table: head). Run `headrope migrate` first.\n"


def test_migrate_when_run_twice_is_ready_and_review_finds_no_unit(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "HEADROPE_HOME": str(tmp_path),
        "HEADROPE_DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3",
    }

    first, second, review = (
        process(*words, environment=environment) for words in (["migrate"], ["migrate"], ["review", "G", "2023-04"])
    )

    assert [status for status, *_ in (first, second, review)] == [PASSED, PASSED, WRONG_CALL]
    assert [out.splitlines()[-1:] for _, out, _ in (first, second, review)] == [["The database is ready."]] * 2 + [[]]
    assert review[2] == "There is no unit 'G'.\n"


def test_cube_says_what_it_built(headrope: Says, group: Place) -> None:
    current = (group.home / "cube" / "CURRENT").read_text()

    assert headrope("cube") == (PASSED, f"Built {current}.\n", "")
    status, said, wrong = headrope("cube", "--known", "2023-06-30")
    assert (status, wrong) == (PASSED, "")
    assert re.fullmatch(rf"Built {current.partition('-')[0]}-on-2023-06-30-[0-9a-f]{{16}}\.\n", said)


# Review


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["B", "2023-04"], "There is no unit 'B'."),
        (["a", "2023-04"], "There is no unit 'a'."),
        (["A", "2023-13"], "'2023-13' has no month 13; months run from 01 to 12."),
        (["A", "April"], "'April' is not a period; write 2023-06, 2023-Q2, 2023-H1, 2023 or FY2023-24."),
        (["A", "2023-06..2023-04"], "'2023-06..2023-04' ends before it begins; write the earlier period first."),
        (["A", "2023-04", "--order", "size"], "'size' is not an order; write gap, value or change."),
        (["A", "2023-04", "--against", "plan"], "There is no version 'plan'; known: actual, target, last-year."),
        (["A", "2023-04", "--measure", "COST"], "There is no measure 'COST'."),
    ],
)
def test_review_when_asked_for_what_is_not_there_ends_with_2(headrope: Says, words: list[str], error: str) -> None:
    assert headrope("review", *words) == (WRONG_CALL, "", f"{error}\n")


def review(headrope: Says, *words: str, who: str = "") -> dict[str, Any]:
    status, out, err = headrope(*(["--as", who] if who else []), "review", *words, "--json")
    assert (status, err) == (PASSED, "")
    return json.loads(out)


def figures(found: dict[str, Any]) -> dict[str, tuple[object, ...]]:
    """Exact texts of plan and actual (the number where there is none), then reported and expected."""
    return {
        line["code"]: (
            line["plan"].get("exact", line["plan"]["value"]),
            line["actual"].get("exact", line["actual"]["value"]),
            line["actual"]["reported"],
            line["actual"]["expected"],
        )
        for line in found["measures"]
    }


def test_review_as_json_holds_the_figures_as_exact_text(headrope: Says) -> None:
    """A in April is A1 and AB."""
    found = review(headrope, "A", "2023-04")

    head = {key: found[key] for key in ("period", "from", "to", "against", "as_of", "seq", "currency")}
    assert head == {
        "period": "2023-04",
        "from": "2023-04-01",
        "to": "2023-04-30",
        "against": "target",
        "as_of": None,
        "seq": 2,
        "currency": "CNY",
    }
    assert found["unit"] == {"code": "A", "name": "East Works", "name_zh": "东方厂", "kind": "company"}
    assert [node["code"] for node in found["path"]] == ["G", "A"]
    assert figures(found) == {
        "REV": ("190.00", "180.10", 2, 2),
        "PROFIT": (None, "2.00", 2, 2),
        "MARGIN": (None, 2.00 / 180.10, 2, 2),
    }
    assert [(row["code"], row["actual"]["exact"]) for row in found["ranking"]["rows"]] == [
        ("AB", "80.00"),
        ("A1", "100.10"),
    ]


def test_review_as_json_is_exact_where_a_float_is_not(headrope: Says) -> None:
    """7000000000000000.07 has more digits than a float; the group's sum keeps the last."""
    found = review(headrope, "G", "2023-04")

    assert figures(found)["REV"] == ("190.00", "7000000000000180.17", 3, 3)


def test_review_as_json_when_nothing_is_reported_says_null_and_not_0(headrope: Says) -> None:
    found = review(headrope, "A", "2023-08")

    assert figures(found) == {
        "REV": (None, None, 0, 1),
        "PROFIT": (None, None, 0, 1),
        "MARGIN": (None, None, 0, 1),
    }


def test_review_follows_the_tree_of_the_period(headrope: Says) -> None:
    april, june = (review(headrope, "A", period) for period in ("2023-04", "2023-06"))

    assert [figures(found)["REV"][1:] for found in (april, june)] == [("180.10", 2, 2), ("120.00", 1, 1)]


def test_trend_as_json_holds_the_figures_as_the_lines_do(headrope: Says) -> None:
    found = review(headrope, "A1", "2023-04")

    assert found["measures"][0]["trend"][0] == {"period": "2022-04", "actual": 50.05, "plan": None}


def test_review_on_the_screen_says_the_same(headrope: Says) -> None:
    status, out, err = headrope("review", "A", "2023-04", "--language", "en", "--scale", "1")

    assert (status, err) == (PASSED, "")
    lines = [line.split() for line in out.splitlines() if line.strip().startswith("Revenue ")]
    assert lines[-1] == ["Revenue", "▼", "190", "180", "−10", "−5.2", "%", "50", "+259.8", "%"]


# Whose eyes


def seen(headrope: Says, user: str) -> dict[str, int]:
    """Exit status of the review of each unit in June."""
    return {unit: headrope("--as", user, "review", unit, "2023-06")[0] for unit in ("G", "A", "A1", "AB", "C")}


@pytest.mark.parametrize(
    ("user", "units"),
    [("office", "G A A1 AB C"), ("clerk", "A A1"), ("leader", "AB"), ("outsider", ""), ("gone", "")],
)
def test_review_when_of_a_user_answers_for_the_units_below_the_mandate(headrope: Says, user: str, units: str) -> None:
    assert {unit for unit, status in seen(headrope, user).items() if status == PASSED} == set(units.split())


def test_review_when_of_a_user_treats_units_outside_as_if_there_were_none(headrope: Says) -> None:
    answers = {unit: headrope("--as", "clerk", "review", unit, "2023-06") for unit in ("G", "AB", "C", "NONE")}

    assert answers == {unit: (WRONG_CALL, "", f"There is no unit '{unit}'.\n") for unit in answers}


def test_review_when_of_a_user_names_nothing_above_the_mandate(headrope: Says) -> None:
    found = review(headrope, "A", "2023-06", who="clerk")

    assert [node["code"] for node in found["path"]] == ["A"]
    assert "Harbour" not in json.dumps(found)
    assert "Harbour" in json.dumps(review(headrope, "A", "2023-06"))


def test_review_when_of_an_old_period_hides_units_that_have_left(headrope: Says) -> None:
    """AB was below A in April; today it is not, and A's clerk does not see it any more."""
    everything, clerk = review(headrope, "A", "2023-04"), review(headrope, "A", "2023-04", who="clerk")

    assert [row["code"] for row in everything["ranking"]["rows"]] == ["AB", "A1"]
    assert [row["code"] for row in clerk["ranking"]["rows"]] == ["A1"]
    assert "Airport Base" in json.dumps(everything)
    assert "Airport Base" not in json.dumps(clerk)


def test_review_when_of_a_user_with_two_mandates_sees_both(headrope: Says, group: Place) -> None:
    user = User.objects.create_user("both")
    for code in ("A1", "C"):
        Mandate.objects.create(
            user=user,
            role=Role.VIEWER,
            unit=Unit.objects.get(code=code),
            valid_from=date(2020, 1, 1),
            valid_to=date(9999, 12, 31),
        )

    assert {unit for unit, status in seen(headrope, "both").items() if status == PASSED} == {"A1", "C"}


def test_user_when_made_at_the_command_line_sees_its_unit_only(copy_of_example: Callable[[], Place]) -> None:
    place = copy_of_example()

    def headrope_(*words: str, typed: str = "") -> tuple[int, str]:
        command = [sys.executable, "-m", "headrope", *words]
        done = subprocess.run(command, env=place.environment, input=typed, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    made = headrope_("user", "wang.li", "--unit", "T01", "--role", "head", "--password-stdin", typed="correct horse\n")
    refused = headrope_("user", "wang.li", "--unit", "T01", "--password-stdin", typed="short\n")

    assert (made, refused) == ((0, "wang.li can sign in as unit head of T01.\n"), (1, ""))
    assert headrope_("--as", "wang.li", "review", "T01", "2023-06", "--json")[0] == 0
    assert headrope_("--as", "wang.li", "review", "T", "2023-06", "--json") == (2, "")


LARGE_LEDGER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "headrope.config.settings"
import django
django.setup()
import headrope.ledger.actions
headrope.ledger.actions.LARGE = 0
from headrope.cli import main
main()
"""


def test_load_when_the_ledger_is_large_does_not_wait_for_the_pages(place: Place, folder: Folder) -> None:
    source = folder(units=UNITS, measures=MEASURES, facts=FACTS)

    command = [sys.executable, "-c", LARGE_LEDGER, "load", str(source)]
    loaded = subprocess.run(command, env=place.environment, capture_output=True, text=True, check=True)
    status, said, _ = process("cube", environment=place.environment)
    answer = process("review", "G", "2023-06", "--json", environment=place.environment)

    assert loaded.stdout.splitlines()[-1].startswith("Everything is posted; the books were locked for ")
    assert (status, said.startswith("Built ")) == (0, True)
    assert json.loads(answer[1])["measures"][0]["actual"]["exact"] == "180.00"
    assert (place.home / "cube" / "building.log").read_text(encoding="utf-8").startswith("Built ")
