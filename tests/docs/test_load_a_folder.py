"""The examples of the how-to pages on loading and exporting are loaded and exported as they stand there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import typer
from tests.conftest import Folder, Load, Place
from typer.testing import CliRunner

from headrope.cli import commands
from headrope.core.periods import parse
from headrope.journal.queries import known_on
from headrope.ledger.actions import load_folder
from headrope.ledger.cube import store
from headrope.ledger.folder import calendars, checks, eliminations, facts, forms, settings, shares, units
from headrope.ledger.folder import measures as measures_file
from headrope.ledger.load import FILES
from headrope.ledger.queries import ledger_settings, measures
from headrope.org.actions import console_user
from headrope.org.queries import edition_rows, unit_ids
from headrope.review.defined.folder import ReviewFiles, columns_of
from headrope.review.defined.kinds import KINDS

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


def examples() -> list[tuple[str, str]]:
    """Names of files, without ending, and their texts, in the order of the page."""
    page = (HOW_TO / "load-a-folder.md").read_text(encoding="utf-8")
    return re.findall(r"^`(\w+)\.csv`[^\n]*\n\n```csv\n(.*?)```", page, re.MULTILINE | re.DOTALL)


def total(unit: str, measure: str, day: date | None = None) -> tuple[float, int, int]:
    infos = {info.code: info for info in measures(known_on(day, ledger_settings().zone))}
    column = store.fresh(day).view([unit_ids()[unit]]).column(infos[measure], infos, "actual", parse("2023-04"))
    return column.values[0].item(), int(column.reported[0]), int(column.expected[0])


COLUMNS = {
    units.FILE: units.COLUMNS,
    measures_file.FILE: measures_file.COLUMNS,
    shares.HOLDINGS: shares.HOLDING_COLUMNS,
    shares.SEGMENTS: shares.SEGMENT_COLUMNS,
    forms.FORMS: forms.FORM_COLUMNS,
    forms.DUTIES: forms.DUTY_COLUMNS,
    checks.FILE: checks.COLUMNS,
    calendars.CALENDARS: calendars.CALENDAR_COLUMNS,
    calendars.UNIT_CALENDARS: calendars.UNIT_COLUMNS,
    facts.FILE: facts.COLUMNS,
    eliminations.FILE: eliminations.COLUMNS,
    **{kind.file: columns_of(kind) for kind in KINDS},
}


def test_page_lists_the_files_and_columns_that_are_read() -> None:
    page = (HOW_TO / "load-a-folder.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+\.csv)` \| (.*) \|$", page, re.MULTILINE))

    assert set(told) == {*FILES, *ReviewFiles.files} == {settings.FILE, *COLUMNS}
    assert told[settings.FILE].partition("Keys: ")[2].replace(" (month 1 to 12)", "").split(", ") == [
        *settings.SETTINGS
    ]
    for file, (needed, more) in COLUMNS.items():
        first, _, rest = told[file].partition(", [")
        assert (file, set(first.split(", ")), set(rest.rstrip("]").split(", "))) == (file, set(needed), set(more))


def test_examples_of_what_is_defined_can_be_loaded(place: Place, folder: Folder) -> None:
    result = load_folder(folder(**dict(examples()[:-2])), by=console_user(), beside=[ReviewFiles()])

    assert result.defined == {
        "forms.csv": 1,
        "duties.csv": 4,
        "checks.csv": 3,
        "calendars.csv": 2,
        "unit_calendars.csv": 1,
        "causes.csv": 2,
        "rules.csv": 4,
        "benchmarks.csv": 2,
    }
    assert result.warnings == []


def test_complete_example_gives_the_totals_that_the_page_names(load: Load) -> None:
    result = load(**dict(examples()[:4]))

    assert result.warnings == []
    assert {unit: total(unit, "REV") for unit in ("G", "A")} == {"G": (44010, 5, 5), "A": (16010, 3, 3)}
    assert {unit: total(unit, "PROFIT")[0] for unit in ("G", "A")} == {"G": 4100, "A": 1300}
    assert [round(total(unit, "MARGIN")[0] * 100, 2) for unit in ("G", "A")] == [9.32, 8.12]


def test_example_of_vintages_gives_what_was_known(load: Load) -> None:
    """C is left out of the complete example and comes with its vintages."""
    first, later = dict(examples()[:4]), dict(examples()[-2:])
    first["units"] = "\n".join(line for line in first["units"].split("\n") if not line.startswith("C,"))
    first["facts"] = "unit,measure,period,version,vintage,value\nA,REV,2023-04,actual,2023-05-09,10.00"

    load(**first)
    load(**later)

    june = date(2023, 6, 30)
    ends = {
        day: [
            row.edition.valid_to
            for row in edition_rows(known_on(day, ledger_settings().zone))
            if row.edition.code == "C"
        ]
        for day in (june, None)
    }
    assert (total("C", "REV", june)[0], total("C", "REV")[0]) == (19850, 20000)
    assert ends == {june: [date(9999, 12, 31)], None: [date(2024, 1, 1)]}


def test_example_of_an_export_says_what_the_command_says(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    load(**dict(examples()[:4]))
    app = typer.Typer()
    commands.register(app)
    monkeypatch.chdir(tmp_path)

    told = CliRunner().invoke(app, ["export", "harbour"])

    page = (HOW_TO / "export-a-ledger.md").read_text(encoding="utf-8")
    shown = page.split("$ headrope export harbour\n")[1].split("```")[0]
    assert (told.exit_code, told.stdout.splitlines()) == (0, shown.splitlines())
