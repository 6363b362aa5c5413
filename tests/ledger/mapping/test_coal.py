"""Trial: 24 monthly coal reports as published, in two layouts and one edited by hand, loaded by one mapping.

IN                      Thermal power stations of India
    R-Northern ...      5 regions
        S-...           201 stations by name
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from headrope.ledger.mapping.convert import Asked, Converted, convert
from headrope.ledger.mapping.load import load_mapped
from headrope.ledger.models import Fact
from headrope.ledger.sheets.reading import read_sheets
from headrope.org.actions import console_user
from headrope.org.models import Unit
from tests.conftest import Place
from tests.ledger.mapping.conftest import rows_of

MAPPING = Path(__file__).with_name("coal.yaml")
MONTHS = ("2024-04", "2024-05", "2024-06", "2024-07", "2024-09", "2024-10", "2024-11", "2024-12")


@pytest.fixture(scope="module")
def converted(trial: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Converted]:
    """The folder that the mapping makes of all files."""
    out = tmp_path_factory.mktemp("coal") / "out"
    return out, convert(Asked(trial / "in_coal_monthly" / "xls", MAPPING), out)


def test_every_figure_is_the_one_that_a_program_took_out(trial: Path, converted: tuple[Path, Converted]) -> None:
    """The program's figures are cut to 6 digits. Of 47,299 figures 47,278 are equal at 6 digits.

    The other 21 are halves at the sixth digit, such as 981.9305: the spreadsheet's binary number lies a trace below or
    above, and the program has rounded that trace; the mapping takes the 15 digits that a spreadsheet shows.
    """
    out, done = converted
    theirs = {row[:4]: row[4] for row in rows_of(trial / "flat" / "in_coal" / "facts.csv")}
    ours = {row[:4]: row[4] for row in rows_of(out / "facts.csv")}

    assert (done.files, done.sheets, done.blocking) == (24, 24, [])
    assert len(ours) == 47_299
    assert ours.keys() == theirs.keys()
    differing = {key for key in ours if f"{float(ours[key]):.6g}" != theirs[key]}
    assert len(differing) == 21
    assert all(ours[key].rstrip("0")[-1] == "5" for key in differing)
    assert all(abs(float(ours[key]) / float(theirs[key]) - 1) < 5.1e-6 for key in differing)


def test_every_unit_is_the_one_that_a_program_took_out(trial: Path, converted: tuple[Path, Converted]) -> None:
    theirs = {row[:3] for row in rows_of(trial / "flat" / "in_coal" / "units.csv")}

    assert {row[:3] for row in rows_of(converted[0] / "units.csv")} == theirs
    assert len(theirs) == 207


def test_subtotals_that_differ(converted: tuple[Path, Converted]) -> None:
    """1,488 comparisons, 76 differ: Southern and ALL INDIA in 8 months, by the same amounts."""
    done = converted[1]
    by_month = Counter((str(p.values["what"]).split()[1], p.values["of"]) for p in done.warnings)

    assert (done.compared, done.differing) == (1_488, 76)
    assert by_month == {
        (month, of): 3 if month == "2024-11" else 5 for month in MONTHS for of in ("the rows of Southern", "all rows")
    }
    assert str(done.warnings[0]) == (
        "monthCoal1-2024-Apr.xls, coal_report_monthly!C160: The subtotal of CAP 2024-04 actual says 42571.5; "
        "the rows of Southern add up to 43771.5, a difference of -1200."
    )


def test_why_they_differ(trial: Path, tmp_path: Path) -> None:
    """In those months the station ADANI POWER LIMITED UDUPI TPP fills two rows, each with half of its name and all of
    its figures. With one of them left out and the other named as the whole, no subtotal differs any more."""
    text = MAPPING.read_text(encoding="utf-8")
    text = text.replace("  skip: ^[0-9.]+$", "  skip: ['^[0-9.]+$', ^LIMITED UDUPI TPP$]")
    text = text.replace("  create:", "  codes: {ADANI POWER: S-ADANI_POWER_LIMITED_UDUPI_TPP}\n  create:", 1)
    (tmp_path / "coal.yaml").write_text(text, encoding="utf-8")

    done = convert(Asked(trial / "in_coal_monthly" / "xls", tmp_path / "coal.yaml"), tmp_path / "out")

    assert (done.compared, done.differing, done.problems) == (1_488, 0, [])


def test_all_files_are_loaded(trial: Path, place: Place) -> None:
    source = trial / "in_coal_monthly" / "xls"

    result, done = load_mapped(source, MAPPING, by=console_user())
    again, _ = load_mapped(source, MAPPING, by=console_user())

    assert (result.rows, result.new_units, result.new_measures, done.differing) == (47_299, 207, 11, 76)
    assert (Fact.objects.count(), Unit.objects.count()) == (47_299, 207)
    assert (again.unchanged, again.new_units, again.changed_units) == (47_299, 0, 0)


def test_one_file_under_another_name(trial: Path, tmp_path: Path) -> None:
    """An .xls that is called .xlsx is read for what it is."""
    source = trial / "in_coal_monthly" / "xls" / "monthCoal1-2024-Apr.xls"
    shutil.copy(source, tmp_path / "april.xlsx")

    assert read_sheets(tmp_path / "april.xlsx").sheets == read_sheets(source).sheets
