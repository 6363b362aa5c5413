"""Files of any layout go into the ledger; what the load finds wrong is told by the cells of the files.

G   group
    A   company
        A1  branch
    AB  company          like A by its code, and not below it
    C   company          from 1 March to 31 October 2023
"""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from headrope.core.problems import ProblemsFound
from headrope.journal.models import Posting
from headrope.ledger.mapping.load import load_mapped, write_mapped
from headrope.org.actions import console_user
from tests.conftest import Load
from tests.ledger.small_group import FACTS, MEASURES, UNITS, facts, standing

MAPPING = """
mapping: 1
header: {find: ^Unit}
unit: {header: Unit}
period: {cell: B1}
columns:
  - {header: Revenue, measure: REV, number: {scale: 1000}}
  - {header: Staff, measure: STAFF, optional: yes}
"""


@pytest.fixture
def group(load: Load) -> None:
    """The small group with its figures."""
    load(units=UNITS, measures=MEASURES, facts=FACTS)


def workbook(folder: Path, *rows: list[object], name: str = "may.xlsx") -> Path:
    """A report with a title row, a blank one and a header."""
    book = xlsxwriter.Workbook(str(folder / name))
    sheet = book.add_worksheet("Data")
    for number, row in enumerate((["Report", "May 2023"], [], *rows)):
        sheet.write_row(number, 0, row)
    book.close()
    (folder / "map.yaml").write_text(MAPPING)
    return folder / name


def refused(source: Path) -> list[str]:
    before = standing()
    with pytest.raises(ProblemsFound) as found:
        load_mapped(source, source.parent / "map.yaml", by=console_user())
    assert standing() == before
    return [str(problem) for problem in found.value.problems]


def test_a_workbook_is_loaded_by_names_of_the_ledgers_units(group: None, tmp_path: Path) -> None:
    source = workbook(tmp_path, ["Unit", "Revenue"], ["East  pumps", 0.5], ["AB", 1.25])
    before = len(facts())

    result, done = load_mapped(source, tmp_path / "map.yaml", by=console_user())

    assert (result.posted, result.rows, done.facts, done.problems) == (True, 2, 2, [])
    assert facts()[before:] == [
        ("A1", "REV", "actual", 20230501, "own", 50000),
        ("AB", "REV", "actual", 20230501, "own", 125000),
    ]
    assert Posting.objects.latest("seq").source == "may.xlsx/facts.csv"


def test_loading_twice_changes_nothing(group: None, tmp_path: Path) -> None:
    source = workbook(tmp_path, ["Unit", "Revenue"], ["A1", 0.5])
    load_mapped(source, tmp_path / "map.yaml", by=console_user())
    before = standing()

    result, _ = load_mapped(source, tmp_path / "map.yaml", by=console_user())

    assert (result.rows, result.unchanged) == (1, 1)
    assert standing()["fact"] == before["fact"]


def test_a_dry_run_changes_nothing(group: None, tmp_path: Path) -> None:
    source = workbook(tmp_path, ["Unit", "Revenue"], ["A1", 0.5])
    before = standing()

    result, _ = load_mapped(source, tmp_path / "map.yaml", by=console_user(), dry_run=True)

    assert (result.posted, result.vintages) == (False, [(None, 1)])
    assert standing() == before


def test_what_the_load_refuses_is_told_by_cell(group: None, tmp_path: Path) -> None:
    """Too many digits, and a unit that does not exist in that month; neither is seen before the load."""
    source = workbook(tmp_path, ["Unit", "Revenue", "Staff"], ["A1", 0.1234567, 7.5], ["C", 1, 3])
    (tmp_path / "map.yaml").write_text(MAPPING.replace("{cell: B1}", "2023-12"))

    assert refused(source) == [
        "may.xlsx, Data!B4, A1 REV 2023-12: '123.4567' has more digits than the step 0.01 of its measure. "
        "Round it at the source, or load it into a measure with a finer step.",
        "may.xlsx, Data!C4, A1 STAFF 2023-12: '7.5' has more digits than the step 1 of its measure. "
        "Round it at the source, or load it into a measure with a finer step.",
        "may.xlsx, Data!B5: C does not exist at the end of 2023-12. Correct the period, or the unit's dates.",
        "may.xlsx, Data!C5: C does not exist at the end of 2023-12. Correct the period, or the unit's dates.",
    ]


def test_definitions_that_are_wrong_are_told_by_the_mappings_line(group: None, tmp_path: Path) -> None:
    source = workbook(tmp_path, ["Unit", "Revenue"], ["A1", 1])
    measures = "measures:\n  WATT:\n    {name: Power, account: MW, quantity: number, kind: flux, direction: up}\n"
    (tmp_path / "map.yaml").write_text(MAPPING + measures)

    assert [problem.partition(" Known:")[0] for problem in refused(source)] == [
        "map.yaml, line 10: 'flux' is not a kind."
    ]


def test_a_rounded_figure_says_so_in_its_posting(group: None, tmp_path: Path) -> None:
    source = workbook(tmp_path, ["Unit", "Revenue"], ["A1", 0.1234567])
    (tmp_path / "map.yaml").write_text(MAPPING + "number: {round: half-even}\n")

    load_mapped(source, tmp_path / "map.yaml", by=console_user())

    assert facts()[-1] == ("A1", "REV", "actual", 20230501, "own", 12346)
    assert Posting.objects.latest("seq").reason == "rounded half-even to the measure's step"


def test_units_that_the_ledger_has_stay_as_they_are(group: None, tmp_path: Path) -> None:
    source = workbook(tmp_path, ["Unit", "Revenue"], ["A1", 1], ["D", 2])
    create = "{header: Unit, create: {code: '{name}', parent: G}}"
    (tmp_path / "map.yaml").write_text(MAPPING.replace("{header: Unit}", create))

    result, done = load_mapped(source, tmp_path / "map.yaml", by=console_user())

    assert (result.new_units, result.changed_units, done.units) == (1, 0, 1)
    assert [row[:2] for row in facts()[-2:]] == [("A1", "REV"), ("D", "REV")]


def test_the_folder_is_written_without_a_ledger(tmp_path: Path) -> None:
    source = workbook(tmp_path, ["Unit", "Revenue"], ["A1", 0.5])

    done = write_mapped(source, tmp_path / "map.yaml", tmp_path / "out")

    assert done.facts == 1
    assert {path.name: path.read_text() for path in (tmp_path / "out").iterdir()} == {
        "facts.csv": "unit,measure,period,version,value\nA1,REV,2023-05,actual,500\n"
    }
