"""`headrope --as`: every command for the whole cast, in whose name it changes things, and nothing between the lines.

G   group, office, leader, supervision, finance, administrator
    A   company, head
        A1  branch, clerk; owes FIN monthly
    B   company, viewer; owes FIN monthly
nowhere: outsider; gone, whose account is closed
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import typer
from django.db import connection, transaction
from typer.testing import CliRunner

from headrope.cli import commands
from headrope.cli.acting import NARROWED, NOT_ALLOWED, OWNERS, RIGHTS, WITHOUT_BOOKS
from headrope.journal.models import Audit, Posting
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Mandate, Role, User
from headrope.org.queries import unit_ids
from tests.cli.rows import rows
from tests.conftest import Databases, Folder, Place

FILES = {
    "units": "code,name,name_zh,parent,kind\nG,Harbour Group,港湾集团,,group\nA,East Works,东方厂,G,company\n"
    "A1,East Pumps,东方泵业,A,branch\nB,Coast Lines,海岸航运,G,company\n",
    "measures": "code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up\n",
    "forms": "code,name,span,measures\nFIN,Monthly,month,REV\n",
    "duties": "form,unit\nFIN,A1\nFIN,B\n",
    "facts": "unit,measure,period,version,value\nA1,REV,2023-05,actual,81.50\nB,REV,2023-05,actual,7.25\n",
}
CAST = {
    "office": (Role.OFFICE, "G"),
    "clerk": (Role.CLERK, "A1"),
    "head": (Role.HEAD, "A"),
    "leader": (Role.LEADER, "G"),
    "superv": (Role.SUPERVISION, "G"),
    "finance": (Role.FINANCE, "G"),
    "viewer": (Role.VIEWER, "B"),
    "admin": (Role.ADMINISTRATOR, "G"),
    "outsider": None,
}
ROWS = rows()
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def group(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The group above with its cast, loaded once; what the commands of the table change disturbs none of them."""
    place = databases.copy()
    source = tmp_path_factory.mktemp("group")
    for name, text in FILES.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    load_folder(source, by=console_user())
    refresh_cube()
    units = unit_ids()
    with transaction.atomic():
        for username, held in CAST.items():
            user = User.objects.create_user(username)
            if held:
                role, unit = held
                give_mandate(by=console_user(), user=user, role=role, unit=units[unit], valid_from=date(2020, 1, 1))
        User.objects.create_user("gone", is_active=False)
    return place


@pytest.fixture
def run(group: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command in the name of somebody of the cast: exit status, standard output, standard error.

    Nothing is served, and the clock stays.
    """
    group.enter()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    for word in ("serve", "demo"):
        monkeypatch.setattr(f"headrope.cli.{word}.run_server", lambda *given: None)
    monkeypatch.setattr("headrope.cli.demo._set_clock", lambda moment: None)
    app = typer.Typer()
    commands.register(app)

    def done(who: str, *words: str | Path) -> tuple[int, str, str]:
        named = [] if who == "owner" else ["--as", who]
        result = CliRunner().invoke(app, [*named, *map(str, words)], input="correct horse battery\n")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    yield done
    connection.close()


@pytest.fixture
def folder_of_changes(folder: Folder) -> Path:
    """A folder that `load` and `people` take."""
    return folder(facts="unit,measure,period,version,value\nA1,REV,2023-06,actual,1.00", people="code,name\nP1,Zhou Yi")


@pytest.fixture
def words(run: Run, tmp_path: Path, folder: Folder, folder_of_changes: Path) -> Callable[[str, str], list[str]]:
    """The words of a row for somebody, with files for those in capitals."""
    (tmp_path / "list.csv").write_text("code,name,parent\nX,Ex,\n", encoding="utf-8")
    shares = folder(units="code,parent,weight\nT,,\nT1,T,1\nT2,T,1")
    files = {"LIST": f"{tmp_path}/list.csv=2023-01-01", "FOLDER": str(folder_of_changes), "SHARES": str(shares)}
    paper = tmp_path / "paper.docx"
    files["PAPER"] = str(paper)

    def made(row: str, who: str) -> list[str]:
        given = files | {"NEW": str(tmp_path / f"new-{who}")}
        if "PAPER" in row and not paper.exists():
            assert run("owner", "paper", "A", "2023-06", "--output", paper)[0] == 0
        return [given.get(word, word.replace("NEW.", f"{given['NEW']}.")) for word in row.split()]

    return made


def paths() -> list[str]:
    """The words of all commands, those of further words with theirs."""
    app = typer.Typer()
    commands.register(app)
    found = []
    for word, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {})
        found += [f"{word} {each}" for each in inner]
        if not inner or getattr(command, "invoke_without_command", False):
            found.append(word)
    return found


def test_every_command_has_a_row() -> None:
    def has_row(path: str) -> bool:
        inner = {each for each in paths() if each.startswith(f"{path} ")}
        asked = [row for row in ROWS if (row + " ").startswith(f"{path} ")]
        return any(not any((row + " ").startswith(f"{each} ") for each in inner) for row in asked)

    assert [path for path in paths() if not has_row(path)] == []


def test_every_command_says_which_right_it_needs() -> None:
    """Each stands in exactly one of the lists; one that stands in none would be for administrators."""
    lists = [*WITHOUT_BOOKS, *NARROWED, *RIGHTS, *OWNERS]

    assert sorted(lists) == sorted({path.split()[0] for path in paths()})


def test_cast_has_somebody_for_every_role_and_one_without_any() -> None:
    assert sorted(held[0] for held in CAST.values() if held) == sorted(Role)
    assert ["owner", *CAST] == list(next(iter(ROWS.values())))


@pytest.mark.parametrize("row", ROWS)
def test_command_ends_for_the_cast_by_its_mandates(run: Run, words: Callable[[str, str], list[str]], row: str) -> None:
    answers = {who: run(who, *words(row, who)) for who in ROWS[row]}

    assert {who: status for who, (status, _, _) in answers.items()} == ROWS[row]
    refused = [out + err for status, out, err in answers.values() if status == NOT_ALLOWED]
    assert all(said.count("\n") == 1 for said in refused)


def test_refusal_says_whom_the_command_is_for(run: Run, folder_of_changes: Path) -> None:
    assert run("clerk", "backup", "x.zip")[2] == (
        "`headrope backup` is for whoever owns the machine and for administrators of the whole group; "
        "clerk is no administrator of it.\n"
    )
    assert run("clerk", "load", folder_of_changes)[2] == (
        "`headrope load` needs the right to define on the whole group, and clerk has it not.\n"
    )


def test_hidden_and_missing_are_one_answer(run: Run) -> None:
    for word in ("review", "workbook"):
        hidden, missing = (run("clerk", word, unit, "2023-06") for unit in ("B", "NONE"))

        assert hidden == tuple(part.replace("NONE", "B") if isinstance(part, str) else part for part in missing)
        assert run("owner", "review", "B", "2023-06")[0] == 0  # there is something to hide


def test_nothing_above_or_beside_is_named(run: Run) -> None:
    found = json.loads(run("clerk", "review", "A1", "2023-06", "--json")[1])

    assert [node["code"] for node in found["path"]] == ["A1"]
    assert "Harbour" not in json.dumps(found)
    assert "Harbour" in run("owner", "review", "A1", "2023-06", "--json")[1]


def test_load_is_posted_in_the_name_of_who_acts(run: Run, folder_of_changes: Path) -> None:
    before = Posting.objects.count()

    assert run("office", "load", folder_of_changes)[0] == 0

    assert list(Posting.objects.order_by("seq").values_list("by__username", flat=True)[before:]) == ["office"]
    assert Audit.objects.latest("id").by.username == "office"


OWNED = "code,name,account,quantity,step,kind,direction,owner\nREV,Revenue,CNY,money,0.01,flow,up,finance"
CHECK = "code,kind,severity,measures\nNEG,not-negative,blocking,REV"


def test_owner_of_a_measure_loads_its_checks_and_nothing_else(run: Run, folder: Folder) -> None:
    """The measure has its owner for this test only."""
    assert run("owner", "load", folder(measures=OWNED))[0] == 0
    alone = folder(checks=CHECK)
    more = folder(checks=CHECK, facts="unit,measure,period,version,value\nB,REV,2023-06,actual,9")
    others = {who: run(who, "load", alone)[0] for who in ("clerk", "leader", "head", "outsider")}
    refused = [
        run("finance", "load", *words)[0]
        for words in ([more], [more, "--restate", "why"], [folder(measures=OWNED)], [folder(checks=CHECK.replace("REV", "*"))])
    ]  # fmt: skip
    mapped = run("finance", "load", alone, "--mapping", "map.yaml")
    before = Posting.objects.count()
    done = run("finance", "load", alone)
    made = Posting.objects.order_by("seq")[before:]
    names = [(posting.kind, posting.by.username) for posting in made]
    run("owner", "load", folder(measures=OWNED.replace("up,finance", "up,")))
    after = run("finance", "load", alone)[0]

    assert (others, refused) == (dict.fromkeys(others, 3), [1, 1, 1, 1])
    assert mapped[::2] == (3, "--mapping needs the right to define on the whole group, and finance has it not.\n")
    assert (done[0], names, after) == (0, [("define", "finance")], 3)


def test_mandate_and_token_are_made_in_the_name_of_who_acts(run: Run) -> None:
    given = run("admin", "mandate", "give", "outsider", "viewer", "B", "--from", "2999-01-01")
    made = run("admin", "token", "make", "admin", "--name", "mine")
    ended = run("admin", "mandate", "end", str(Mandate.objects.get(user__username="outsider").pk))

    assert [status for status, *_ in (given, made, ended)] == [0, 0, 0]
    lines = Audit.objects.order_by("-id").values_list("action", "by__username")[:3]
    assert list(lines) == [("end mandate viewer", "admin"), ("make token", "admin"), ("give mandate viewer", "admin")]


def test_refused_command_changes_nothing(run: Run, folder_of_changes: Path, tmp_path: Path) -> None:
    before = Audit.objects.count()

    answers = [
        run("clerk", "load", folder_of_changes),
        run("office", "people", folder_of_changes),
        run("office", "user", "somebody", "--password-stdin"),
        run("office", "export", tmp_path / "out", "--language"),
    ]

    assert [status for status, *_ in answers] == [3, 3, 3, 2]
    assert (Audit.objects.count(), (tmp_path / "out").exists()) == (before, False)
    assert not User.objects.filter(username="somebody").exists()


@pytest.mark.parametrize("name", ["nobody", "gone", "console"])
@pytest.mark.parametrize("word", ["review", "backup"])
def test_name_of_no_open_account_is_a_wrong_call(run: Run, name: str, word: str) -> None:
    given = {"review": ["G", "2023-06"], "backup": ["x.zip"]}[word]

    assert run(name, word, *given) == (2, "", f"There is no user {name}.\n")


def test_variable_names_who_acts_and_the_option_goes_before_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROPE_AS", "clerk")

    assert run("owner", "review", "G", "2023-06")[0] == 2
    assert run("office", "review", "G", "2023-06")[0] == 0


def test_empty_variable_names_nobody(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROPE_AS", "")

    assert run("owner", "review", "G", "2023-06")[0] == 0


def test_pages_of_a_large_ledger_are_made_by_the_owner(
    run: Run, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The load starts `headrope cube`, for which the loader has not the right."""
    started: list[dict[str, str]] = []
    monkeypatch.setenv("HEADROPE_AS", "office")
    monkeypatch.setattr("headrope.cli.load.cube_takes_long", lambda result: True)
    monkeypatch.setattr("headrope.cli.load.subprocess.Popen", lambda *words, **given: started.append(given["env"]))

    status, out, _ = run("owner", "load", folder(facts="unit,measure,period,version,value\nB,REV,2023-06,actual,3.00"))

    assert (status, out.splitlines()[-1].startswith("Everything is posted")) == (0, True)
    assert started == [{name: text for name, text in os.environ.items() if name != "HEADROPE_AS"}]
