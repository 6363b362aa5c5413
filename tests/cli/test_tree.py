"""`headrope tree` on lists of a small group: what it writes, what it tells, and with which status it ends.

1 April 2019            1 April 2020
A   area                A
    N   net                 N
        S   site            M           S moved
    NN  net                     S
        SS  site            NN
                                SS
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from headrope.cli import commands
from headrope.cli.tree_files import DatesError, read_sources
from headrope.ledger.actions import load_folder
from headrope.org.actions import console_user
from headrope.org.queries import edition_rows, tree_on
from tests.conftest import Place

HEADER = "area,area_name,net,net_name,site,site_name,beds\n"
FIRST = HEADER + "A,Anne,N,Nets,S,Site,3\nA,Anne,NN,Nettles,SS,Sands,4\n"
LATER = HEADER + "A,Anne,N,Nets,,,\nA,Anne,M,Mill,S,Site,3\nA,Anne,NN,Nettles,SS,Sands,4\n"
TIERS = ("--tiers", "area:area_name:group,net:net_name,site:site_name:branch")
UNITS = """\
code,name,parent,tier,kind,from,to,successor
A,Anne,,1,group,2019-04-01,,
M,Mill,A,2,,2020-04-01,,
N,Nets,A,2,,2019-04-01,,
NN,Nettles,A,2,,2019-04-01,,
S,Site,N,3,branch,2019-04-01,2020-03-31,
S,Site,M,3,branch,2020-04-01,,
SS,Sands,NN,3,branch,2019-04-01,,
"""
PASSED, PROBLEMS, WRONG_CALL = 0, 1, 2

Says = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Says:
    """Runs `headrope tree` in a folder that holds both lists: exit status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "300")
    write(tmp_path, **{"tree_2019-2020": FIRST, "tree_2020-2021": LATER})
    app = typer.Typer()
    commands.register(app)

    def run(*words: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, ["tree", *words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


def write(folder: Path, **lists: str) -> None:
    for name, text in lists.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def cells(out: str) -> list[list[str]]:
    """The lines of tables and sentences, each cut where two blanks stand."""
    return [[cell for cell in line.strip().split("  ") if cell] for line in out.splitlines() if line.strip(" ─")]


BOTH = ("tree_2020-2021.csv", "tree_2019-2020.csv", "--dates", "tree_{year}-*={year}-04-01", *TIERS)


def test_lists_become_a_folder_that_load_takes(tree: Says, place: Place, tmp_path: Path) -> None:
    status, out, err = tree(*BOTH, "--out", "made/here")

    assert (status, err, (tmp_path / "made/here/units.csv").read_text()) == (PASSED, "", UNITS)
    assert [[cell.strip() for cell in line] for line in cells(out)] == [
        ["List", "From", "Units", "Opened", "Closed", "Moved", "Renamed"],
        ["tree_2019-2020.csv", "2019-04-01", "5", "0", "0", "0", "0"],
        ["tree_2020-2021.csv", "2020-04-01", "6", "1", "0", "1", "0"],
        ["Where", "What is odd", "What to do"],
        [
            "tree_2019-2020.csv",
            "The list of 2019-04-01 is given after tree_2020-2021.csv of 2020-04-01; they are taken in the order of days.",
            "See that the days are right.",
        ],
        ["Units: 6, in editions: 7."],
        ["To look at: 1; nothing blocks."],
        ["Written: made/here/units.csv. `headrope load` takes it."],
    ]
    load_folder(tmp_path / "made/here", by=console_user())
    rows = edition_rows()
    found = [tree_on(day, rows) for day in (date(2019, 3, 31), date(2019, 4, 1), date(2020, 3, 31), date(2020, 4, 1))]
    assert [" ".join(each.code for node in t.children[None] for each in t.subtree(node.id)) for t in found] == [
        "",
        "A N S NN SS",
        "A N S NN SS",
        "A M S N NN SS",
    ]


def test_lists_of_links_with_a_top_unit(tree: Says, tmp_path: Path) -> None:
    write(tmp_path, links="id,label,up,art,more\nA,Anne,,company,x\nAA,Anna,A,,y\n")

    columns = ("--columns", "id, label, up, art", "--top", "G:The Group:group")
    status, out, _ = tree("links.csv=2023-01-01", *columns, "--out", ".", "--json")

    assert (status, (tmp_path / "units.csv").read_text().splitlines()[1:]) == (
        PASSED,
        [
            "G,The Group,,1,group,2023-01-01,,",
            "A,Anne,G,2,company,2023-01-01,,",
            "AA,Anna,A,3,,2023-01-01,,",
        ],
    )
    assert json.loads(out)["written"] == "units.csv"


def test_units_apart_stand_under_each_parent(tree: Says, tmp_path: Path) -> None:
    write(tmp_path, nets=HEADER + "A,Anne,U,None,S,Site,\nB,Bert,U,None,T,Tent,\n")

    status, _, _ = tree("nets.csv=2023-01-01", *TIERS, "--apart", "U", "--top", "G:Group", "--out", ".")

    assert (status, [line.split(",")[:3] for line in (tmp_path / "units.csv").read_text().splitlines()[4:]]) == (
        PASSED,
        [["U-A", "None", "A"], ["U-B", "None", "B"], ["S", "Site", "U-A"], ["T", "Tent", "U-B"]],
    )


def test_json_holds_counts_by_tier_and_all_that_is_odd(tree: Says, tmp_path: Path) -> None:
    write(tmp_path, third=LATER.replace("A,Anne,N,Nets,,,\n", "B,Bert,NN,Nettles,S,Site,3\n"))

    status, out, err = tree(*BOTH[1::-1], "third.csv=2021-04-01", *BOTH[2:], "--json")

    assert (status, err) == (PASSED, "")
    nothing = {"all": 0}
    assert json.loads(out) == {
        "written": None,
        "units": 7,
        "editions": 8,
        "lists": [
            {
                "name": "tree_2019-2020.csv",
                "from": "2019-04-01",
                "units": {"all": 5, "area": 1, "net": 2, "site": 2},
                **dict.fromkeys(("opened", "closed", "moved", "renamed"), nothing),
            },
            {
                "name": "tree_2020-2021.csv",
                "from": "2020-04-01",
                "units": {"all": 6, "area": 1, "net": 3, "site": 2},
                "opened": {"all": 1, "net": 1},
                "closed": nothing,
                "moved": {"all": 1, "site": 1},
                "renamed": nothing,
            },
            {
                "name": "third.csv",
                "from": "2021-04-01",
                "units": {"all": 6, "area": 2, "net": 2, "site": 2},
                "opened": {"all": 1, "area": 1},
                "closed": {"all": 1, "net": 1},
                "moved": nothing,
                "renamed": nothing,
            },
        ],
        "problems": [
            {
                "where": "third.csv, row 2",
                "message": "NN stands under 2 parents in one list (with their rows: A × 1, B × 1). It is put under A: "
                "the most rows, else as before, else the first by code. Rows that say otherwise: 1.",
                "remedy": "Correct the list, or let the unit stand apart under each parent.",
                "blocking": False,
            },
            {
                "where": "third.csv, row 2",
                "message": "S stands under 2 parents in one list (with their rows: M × 1, NN × 1). It is put under M: "
                "the most rows, else as before, else the first by code. Rows that say otherwise: 1.",
                "remedy": "Correct the list, or let the unit stand apart under each parent.",
                "blocking": False,
            },
        ],
    }


BAD = """\
code,name,parent,kind
G,Group,,group
A B,Anne,G,
C,Carl,G,club
D,Dora,X,
"""


def test_problems_that_block_end_with_1_and_nothing_is_written(tree: Says, tmp_path: Path) -> None:
    write(tmp_path, bad=BAD)

    status, out, err = tree("bad.csv=2023-01-01", "--out", "made")

    assert (status, err, (tmp_path / "made").exists()) == (PROBLEMS, "", False)
    assert [[cell.strip() for cell in line] for line in cells(out)][2:] == [
        ["Where", "What is odd", "What to do"],
        [
            "blocks",
            "bad.csv, row 5",
            "D stands under X, which is no unit.",
            "Add a row for X, or correct the parent.",
        ],
        ["Problems that block: 1; to look at: 0. Nothing was written."],
    ]


@pytest.mark.parametrize("out", [(), ("--out", "made")])
def test_what_load_would_refuse_blocks_here_with_the_row_of_the_list(
    tree: Says, tmp_path: Path, out: tuple[str]
) -> None:
    write(tmp_path, bad=BAD.replace("D,Dora,X", "D,Dora,G"))

    status, said, _ = tree("bad.csv=2023-01-01", "--columns", "code,name,parent,kind", *out, "--json")

    found = json.loads(said)
    assert (status, (tmp_path / "made").exists(), found["written"]) == (PROBLEMS, False, None)
    assert [(p["where"], p["message"], p["blocking"]) for p in found["problems"]] == [
        ("bad.csv, row 3", "'A B' is not a code.", True),
        ("bad.csv, row 4", "'club' is not a kind of unit.", True),
    ]


def test_files_that_are_no_lists_are_told(tree: Says, tmp_path: Path) -> None:
    write(tmp_path, other="code,title\nA,Anne\n", short="code,name,parent\nA,Anne\n", empty="")

    files = ("other.csv=2023-01-01", "short.csv=2023-01-02", "empty.csv=2023-01-03", "none.csv=2023-01-04")
    status, out, _ = tree(*files, "--json")

    assert status == PROBLEMS
    assert [(p["where"], p["message"]) for p in json.loads(out)["problems"]] == [
        ("other.csv, row 1", "The column 'name' is missing."),
        ("other.csv, row 1", "The column 'parent' is missing."),
        ("short.csv, row 2", "The row has 2 cells, the header has 3."),
        ("empty.csv", "The file is empty."),
        ("none.csv", "There is no such file."),
        ("short.csv", "The list of 2023-01-02 holds no unit."),
    ]


def test_no_list_at_all_is_told_once(tree: Says) -> None:
    status, out, _ = tree("none.csv=2023-01-04")

    assert (status, cells(out)[-1]) == (PROBLEMS, ["Problems that block: 1; to look at: 0. Nothing was written."])


def test_units_csv_that_is_there_is_kept_unless_told_otherwise(tree: Says, tmp_path: Path) -> None:
    write(tmp_path, units="mine")

    status, out, err = tree(*BOTH, "--out", ".")
    kept = (tmp_path / "units.csv").read_text()
    again, _, _ = tree(*BOTH, "--out", ".", "--replace")

    assert (status, out, err, kept) == (
        WRONG_CALL,
        "",
        "units.csv is there already. Name another folder, or write --replace.\n",
        "mine",
    )
    assert (again, (tmp_path / "units.csv").read_text()) == (PASSED, UNITS)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (
            ["tree_2019-2020.csv"],
            "On what day does tree_2019-2020.csv begin to hold? Write tree_2019-2020.csv=2023-04-01, or give --dates.",
        ),
        (
            ["a.csv=2023-01-01", "--columns", "code,name"],
            "--columns is 'code,name'; write the columns as CODE,NAME,PARENT or CODE,NAME,PARENT,KIND.",
        ),
        (["a.csv=2023-01-01", "--tiers", "area,"], "'' is no tier; write CODE, CODE:NAME or CODE:NAME:KIND."),
        (["a.csv=2023-01-01", "--tiers", "a:b:c:d"], "'a:b:c:d' is no tier; write CODE, CODE:NAME or CODE:NAME:KIND."),
        (["a.csv=2023-01-01", "--top", "G"], "'G' is no top unit; write CODE:NAME or CODE:NAME:KIND."),
        (
            ["a.csv=2023-01-01", "--apart", "U"],
            "Only lists with columns of tiers say which part of a unit stands where: --apart needs --tiers.",
        ),
    ],
)
def test_command_when_called_wrongly_ends_with_2(tree: Says, words: list[str], error: str) -> None:
    assert tree(*words) == (WRONG_CALL, "", f"{error}\n")


# Days of files


@pytest.mark.parametrize(
    ("word", "dates", "file", "day"),
    [
        ("a.csv=2023-04-01", None, "a.csv", date(2023, 4, 1)),
        ("x=y.csv=2023-04-01", "{year}", "x=y.csv", date(2023, 4, 1)),
        ("in/tree_2019-2020.csv", "tree_{year}-*={year}-04-01", "in/tree_2019-2020.csv", date(2019, 4, 1)),
        ("tree_2019-2020.csv", "tree_????-{year}.csv", "tree_2019-2020.csv", date(2020, 1, 1)),
        ("2023.06.csv", "{year}.{month}.csv", "2023.06.csv", date(2023, 6, 1)),
        ("名册20230630版.csv", "*{year}{month}{day}*", "名册20230630版.csv", date(2023, 6, 30)),
    ],
)
def test_day_comes_from_the_word_or_the_name(word: str, dates: str | None, file: str, day: date) -> None:
    (source,) = read_sources([word], dates)

    assert (source.path, source.name, source.first_day) == (Path(file), Path(file).name, day)


@pytest.mark.parametrize(
    ("word", "dates", "error"),
    [
        ("a.csv=2023-02-30", None, "'2023-02-30' of a.csv=2023-02-30 is not a day; write it like 2023-04-01."),
        ("2023-13.csv", "{year}-{month}.csv", "'2023-13-01' of 2023-13.csv is not a day; write it like 2023-04-01."),
        (
            "2023xcsv",
            "{year}.csv",
            "The name 2023xcsv is not like '{year}.csv'. Write the day behind it: 2023xcsv=2023-04-01.",
        ),
        ("a.csv", "a.csv", "The pattern 'a.csv' needs {year} once; {month} and {day} may stand there once, too."),
        (
            "a.csv",
            "{year}{year}",
            "The pattern '{year}{year}' needs {year} once; {month} and {day} may stand there once, too.",
        ),
    ],
)
def test_day_that_cannot_be_found_is_told(word: str, dates: str | None, error: str) -> None:
    with pytest.raises(DatesError) as found:
        read_sources([word], dates)

    assert str(found.value) == error


def test_files_of_the_same_name_are_called_by_their_paths() -> None:
    found = read_sources(["2019/a.csv=2019-01-01", "2020/a.csv=2020-01-01", "2020/b.csv=2021-01-01"], None)

    assert [source.name for source in found] == ["2019/a.csv", "2020/a.csv", "b.csv"]
