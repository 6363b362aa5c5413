"""A workbook is loaded whole or not at all, and what is wrong with it is told with sheet and cell."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from headrope.core.problems import ProblemsFound
from headrope.journal.queries import books
from headrope.ledger.actions import load_folder
from headrope.ledger.book.files import files
from headrope.ledger.book.loading import load_book
from headrope.ledger.book.reading import read_book
from headrope.ledger.book.template import book_of, export_book, template
from headrope.ledger.export.actions import export_folder
from headrope.org.actions import console_user
from headrope.org.models import Mandate, Person, User
from tests.conftest import Databases, Place
from tests.ledger.book.sheets import HARBOUR, Sheets, changed, write


def told(tmp_path: Path, sheets: Sheets) -> list[str]:
    """The problems of a workbook; nothing may be changed by it."""
    before = books().seq
    with pytest.raises(ProblemsFound) as found:
        load_book(write(tmp_path / "upload.xlsx", sheets), name="harbour.xlsx", by=console_user())
    assert (books().seq, User.objects.exclude(username="console").count()) == (before, 0)
    return [str(problem) for problem in found.value.problems]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return [{name: text for name, text in row.items() if text} for row in csv.DictReader(handle)]


@pytest.mark.usefixtures("place")
def test_workbook_is_loaded_with_its_people(tmp_path: Path):
    path = write(tmp_path / "upload.xlsx", HARBOUR)

    dry = load_book(path, name="harbour.xlsx", by=console_user(), dry_run=True)
    assert books().seq == 0
    done = load_book(path, name="harbour.xlsx", by=console_user())

    assert dry.result and done.result and done.people
    assert (dry.result.new_units, dry.result.new_measures, dry.result.vintages) == (4, 2, [(None, 7)])
    assert (list(dry.accounts), dry.people, done.people.mandates) == (["li.na"], None, 1)
    assert [edition.code for edition in dry.units] == ["G", "A", "A1", "AB"]
    assert [(period.start % 12 + 1, period.span) for period in dry.periods] == [(1, 1), (2, 1), (3, 1)]
    assert list(Mandate.objects.values_list("user__username", "role", "unit__code")) == [("li.na", "clerk", "A1")]
    assert list(Person.objects.values_list("code", "user__username")) == [("li.na", "li.na")]


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("place_of", "cell", "problem"),
    [
        (("units 单位", 3, 4), "brunch", "units 单位!E4: 'brunch' is not a kind of unit. Known kinds: regulator, group, company, branch, second-line, institute, school, department, joint, segment, unit."),
        (("units 单位", 3, 3), "X", "units 单位!D4: "),
        (("units 单位", 4, 0), "A1", "units 单位!D5: A1 has two parents at the same time: A (units 单位, row 4) and G."),
        (("units 单位", 0, 4), "Knd", "units 单位!E1: 'Knd' is not a column of this file."),
        (("measures", 1, 6), "upp", "measures!G2: 'upp' is not a direction. Known: up, down, band, gate, index, none."),
        (("measures", 1, 4), 0.02, "measures!E2: '0.02' is not a step. Write a power of ten such as 0.01, 1 or 1000."),
        (("figures", 1, 0), "A9", "figures!A2: There is no unit 'A9'. Add it to units.csv, or correct the code."),
        (("figures", 2, 1), "rev", "figures!B3: There is no measure 'rev'. Did you mean REV?"),
        (("figures", 3, 2), 12.5, "figures!C4: "),
        (("figures", 1, 3), "1O1", "figures!D2: '1O1' is not a number"),
        (("ledger", 2, 1), "Yuan", "ledger!B3: 'Yuan' is not a currency code. Write three capital letters such as CNY."),
        (("people", 1, 2), "li na", "people!C2: 'li na' is not a name to sign in with. Use letters, digits and . + - _ @."),
        (("mandates", 1, 1), "clerc", "mandates!B2: 'clerc' is not a role."),
        (("mandates", 1, 2), "A9", "mandates!C2: There is no unit A9. Correct the code."),
        (("mandates", 1, 0), "wang", "mandates!A2: There is no account wang."),
    ],
)  # fmt: skip
def test_problem_names_its_cell(tmp_path: Path, place_of: tuple[str, int, int], cell: str | float, problem: str):
    found = told(tmp_path, changed(*place_of, cell))

    assert found[0].startswith(problem), found


@pytest.mark.usefixtures("place")
def test_problems_of_all_sheets_are_told_at_once(tmp_path: Path):
    sheets = {
        **changed("units 单位", 3, 4, "brunch"),
        "measures": changed("measures", 1, 6, "upp")["measures"],
        "mandates": changed("mandates", 1, 2, "A9")["mandates"],
    }

    assert [each.partition(":")[0] for each in told(tmp_path, sheets)] == [
        "units 单位!E4",
        "measures!G2",
        "mandates!C2",
    ]


@pytest.mark.usefixtures("place")
def test_ledger_comes_out_as_a_workbook_and_goes_in_again(databases: Databases, tmp_path: Path):
    path = write(tmp_path / "upload.xlsx", HARBOUR)
    load_book(path, name="harbour.xlsx", by=console_user())
    export_folder(tmp_path / "export")

    (tmp_path / "out.xlsx").write_bytes(export_book())
    (tmp_path / "again").mkdir()
    read = read_book(tmp_path / "out.xlsx", "out.xlsx", tmp_path / "again")

    assert read.problems == []
    for name in ("ledger.csv", "units.csv", "measures.csv"):
        assert rows(tmp_path / "again" / name) == rows(tmp_path / "export" / name)
    figures = [{**row, "value": f"{float(row['value']):.2f}"} for row in rows(tmp_path / "again" / "facts.csv")]
    assert figures == [{**row, "value": f"{float(row['value']):.2f}"} for row in rows(tmp_path / "export" / "facts.csv")]  # fmt: skip
    databases.copy()
    load_book(tmp_path / "out.xlsx", name="out.xlsx", by=console_user())
    export_folder(tmp_path / "second")
    for path in sorted((tmp_path / "export").iterdir()):
        assert rows(tmp_path / "second" / path.name) == rows(path), path.name


def test_template_is_read_as_settings_and_nothing_else(tmp_path: Path):
    settings = {"name": "=cmd()", "currency": "CNY", "fiscal_start": "4", "time_zone": "", "language": "en"}
    (tmp_path / "template.xlsx").write_bytes(template(settings, []))
    (tmp_path / "folder").mkdir()

    read = read_book(tmp_path / "template.xlsx", "template.xlsx", tmp_path / "folder")

    assert (read.problems, read.left_alone, read.rows) == ([], [], {"ledger": 4})
    assert rows(tmp_path / "folder" / "ledger.csv")[0] == {"key": "name", "value": "=cmd()"}


def test_examples_can_be_loaded(place: Place, tmp_path: Path):
    """The rows shown as examples make a group together."""
    sheets: dict[str, list[tuple[str, ...]]] = {}
    for file in files():
        if file.examples:
            head = file.keys + (("2023-01", "2023-02") if file.key == "figures" else ())
            sheets[file.key] = [head, *file.examples]

    done = load_book(write(tmp_path / "upload.xlsx", sheets), name="examples.xlsx", by=console_user())

    assert done.result and done.result.new_units == 5 and list(done.warnings) == []


def test_folder_of_another_kind_is_written_whole(place: Place, tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "units.csv").write_text("code,name,parent,vintage\nG,-Group,,2023-01-01\n", encoding="utf-8")
    (tmp_path / "again").mkdir()

    (tmp_path / "out.xlsx").write_bytes(book_of(folder))
    read = read_book(tmp_path / "out.xlsx", "out.xlsx", tmp_path / "again")

    assert read.problems == []
    assert rows(tmp_path / "again" / "units.csv") == rows(folder / "units.csv")
    assert load_folder(tmp_path / "again", by=console_user()).new_units == 1
