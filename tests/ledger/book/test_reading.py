"""A workbook becomes a folder; cells that cannot be taken are named."""

from __future__ import annotations

import doctest
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.ledger.book import cells
from headrope.ledger.book.cells import guarded, text_of, unguarded
from headrope.ledger.book.columns import Column
from headrope.ledger.book.reading import BookRead, read_book, read_file
from headrope.ledger.sheets.cells import Cell
from tests.ledger.book.sheets import HARBOUR, Sheets, changed, write


def read(tmp_path: Path, sheets: Sheets) -> tuple[BookRead, Path]:
    folder = tmp_path / "folder"
    folder.mkdir()
    return read_book(write(tmp_path / "upload.xlsx", sheets), "harbour.xlsx", folder), folder


def problems(found: BookRead) -> list[str]:
    return [str(problem) for problem in found.problems if problem.blocking]


def test_sheets_become_files(tmp_path: Path):
    found, folder = read(tmp_path, HARBOUR)

    assert problems(found) == []
    assert found.rows == {"ledger": 4, "units": 4, "measures": 2, "people": 1, "mandates": 1, "facts": 7}
    assert (folder / "units.csv").read_text(encoding="utf-8") == (
        "code,name,name_zh,parent,kind\nG,Harbour,港湾集团,,group\nA,East Works,东方厂,G,company\n"
        "A1,East Pumps,东方泵业,A,branch\nAB,Airport Base,空港基地,G,company\n"
    )
    assert (folder / "facts.csv").read_text(encoding="utf-8") == (
        "unit,measure,period,version,value\nA1,REV,2024-01,actual,100.5\nA1,REV,2024-02,actual,101\n"
        "AB,REV,2024-01,actual,0.3\nAB,REV,2024-03,actual,-3\n"
        "A1,STAFF,2024-01,actual,12\nA1,STAFF,2024-02,actual,13\nA1,STAFF,2024-03,actual,14\n"
    )


def test_rows_of_figures_in_both_forms_are_joined(tmp_path: Path):
    rows = [
        ("unit", "measure", "period", "version", "value", "vintage"),
        ("A", "REV", date(2024, 5, 1), "target", 7, date(2024, 6, 2)),
    ]
    found, folder = read(tmp_path, {"figures": HARBOUR["figures"][:2], "facts": rows})

    assert found.rows == {"facts": 3}
    assert (folder / "facts.csv").read_text(encoding="utf-8") == (
        "unit,measure,period,version,value,vintage\nA,REV,2024-05,target,7,2024-06-02\n"
        "A1,REV,2024-01,actual,100.5,\nA1,REV,2024-02,actual,101,\n"
    )  # fmt: skip


def test_headings_are_taken_in_any_language_and_below_a_title(tmp_path: Path):
    sheets = {
        "Measures": [
            ("Our measures",),
            ("Name", "CODE", "counted in", "Quantity", "Step", "Kind", "Better"),
            ("Revenue", "REV", "CNY", "money  money, in whole steps", "0.01", "Flow: months add up", "up"),
        ]
    }
    found, folder = read(tmp_path, sheets)

    assert problems(found) == []
    assert (folder / "measures.csv").read_text(encoding="utf-8") == (
        "name,code,account,quantity,step,kind,direction\nRevenue,REV,CNY,money,0.01,flow,up\n"
    )


@pytest.mark.parametrize(
    ("sheets", "told"),
    [
        (changed("measures", 1, 4, "=1/100"), ["measures!E2: The formula in the cell has no value. Open the workbook in Excel and save it."]),
        (changed("measures", 2, 9, "lost"), ["measures!J3: The cell stands in a column without a heading. Write a heading above it, or empty the cell."]),
        (changed("figures", 0, 5, "Q3 24"), ["figures!F1: 'Q3 24' is no period. Write one like 2023-06, 2023-Q2 or 2023 at the head of the column."]),
        (changed("figures", 0, 1, "what"), ["figures!B1: 'what' is no period. Write one like 2023-06, 2023-Q2 or 2023 at the head of the column.",
                                            "figures, row 1: The column 'measure' is missing. Add it."]),
        ({"units": HARBOUR["measures"], "units again": HARBOUR["measures"]}, ["units again: The sheets units and units again hold the same. Put the rows into one of them."]),
        ({"notes": [("hello",)]}, ["harbour.xlsx: The workbook holds no rows that can be taken. Fill in the sheets of the template."]),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named_with_its_cell(tmp_path: Path, sheets: Sheets, told: list[str]):
    found, _ = read(tmp_path, sheets)

    assert problems(found) == told


def test_other_sheets_are_left_alone_and_named(tmp_path: Path):
    found, _ = read(tmp_path, {**HARBOUR, "how 说明": [("hello",)], "scratch": [("hello",)]})

    assert found.left_alone == ["scratch"]


def test_single_file_is_read_from_its_sheet_or_the_first(tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()

    found = read_file(write(tmp_path / "upload.xlsx", {"Tabelle1": HARBOUR["measures"]}), "m.xlsx", folder, "measures")

    assert (found.rows, problems(found)) == ({"measures": 2}, [])
    assert [path.name for path in folder.iterdir()] == ["measures.csv"]


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_first_of_a_month_is_a_month_and_any_other_day_a_day(day: date):
    cell, period = Cell("date", day.isoformat()), Column("period", "", kind="period")

    assert text_of(cell, period) == (day.isoformat()[:7] if day.day == 1 else day.isoformat())
    assert text_of(cell, Column("from", "", kind="day")) == day.isoformat()


@given(st.text(alphabet="'=+-@\t\rA1. 中"))
def test_text_that_was_guarded_comes_back_and_is_no_formula(text: str):
    sent = guarded(text)

    assert unguarded(sent) == text
    assert sent[:1] not in ("=", "@", "\t", "\r") and (
        sent[:1] not in ("+", "-") or sent.lstrip("+-").replace(".", "").isdigit()
    )


def test_examples_in_the_module_run():
    assert doctest.testmod(cells) == (0, 3)
