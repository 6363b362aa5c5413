"""Files of whatever origin become plain cells or a problem; none of them harms the process that asks."""

from __future__ import annotations

import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.ledger.sheets.cells import (
    EMPTY,
    Box,
    Cell,
    Sheet,
    Workbook,
    cell_name,
    column_name,
    column_number,
    number_text,
)
from headrope.ledger.sheets.limits import Limits, TextForm
from headrope.ledger.sheets.reading import read_sheets
from tests.ledger.sheets.made import compound, package, report

SMALL = Limits(seconds=20)


def text(word: str) -> Cell:
    return Cell("text", word)


def number(word: str) -> Cell:
    return Cell("number", word)


def problems(book: Workbook) -> list[str]:
    return [str(problem) for problem in book.problems]


def test_a_workbook_becomes_typed_cells(tmp_path: Path) -> None:
    book = read_sheets(report(tmp_path / "report.xlsx"))

    assert book.sheets == (
        Sheet(
            "Report",
            [
                [],
                [EMPTY, text("Revenue")],
                [text("Unit"), text("plan"), text("actual")],
                [text("East Works"), number("10.5"), number("0.3"), Cell("date", "2023-04-05")],
                [EMPTY, number("21"), number("0"), Cell("error", "digits")],
                [EMPTY, Cell("bool", "true"), Cell("error", "#DIV/0!"), text("12345678901234567")],
            ],
            merged=(Box(1, 1, 1, 2),),
            hidden_rows=frozenset({4}),
            hidden_columns=frozenset({5, 6}),
        ),
        Sheet("Notes", [], hidden=True),
    )


def test_what_a_reader_would_not_see_is_noted(tmp_path: Path) -> None:
    book = read_sheets(report(tmp_path / "report.xlsx"))

    assert book.readable
    assert problems(book) == [
        "report.xlsx, Report: Rows are hidden: 5.",
        "report.xlsx, Report: Columns are hidden: F, G.",
        "report.xlsx, Report: Cells hold an error: C6 #DIV/0!. Mend the formulas.",
        "report.xlsx, Report: Formulas say 0, written by a program that does not compute them: C5. Open the workbook in Excel and save it.",
        "report.xlsx, Notes: The sheet is hidden.",
    ]


def test_a_formula_without_value_is_an_error_and_no_blank(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><f>1+1</f><v></v></c><c r="B1"><v>7</v></c><c r="C1" t="e"><v>#N/A</v></c></row>'
    book = read_sheets(package(tmp_path / "formula.xlsx", rows))

    assert book.sheets[0].rows == [[Cell("error", "formula"), number("7"), Cell("error", "#N/A")]]
    assert problems(book) == [
        "formula.xlsx, Data: Cells hold an error: C1 #N/A. Mend the formulas.",
        "formula.xlsx, Data: Formulas have no value: A1. Open the workbook in Excel and save it.",
    ]


def test_errors_behind_the_last_value_are_not_lost(tmp_path: Path) -> None:
    """The reader of values ends its rows before them."""
    rows = '<row r="1"><c r="A1"><v>7</v></c><c r="C1"><f>1+1</f></c></row><row r="3"><c r="B3"><f>2+2</f></c></row>'

    assert read_sheets(package(tmp_path / "behind.xlsx", rows)).sheets[0].rows == [
        [number("7"), EMPTY, Cell("error", "formula")],
        [],
        [EMPTY, Cell("error", "formula")],
    ]
    only = read_sheets(package(tmp_path / "only.xlsx", '<row r="1"><c r="B1"><f>1</f></c></row>'))
    assert only.sheets[0].rows == [[EMPTY, Cell("error", "formula")]]


def test_errors_of_an_xls_are_no_blanks(tmp_path: Path) -> None:
    book = read_sheets(compound(tmp_path / "old.xls"))

    assert book.sheets == (
        Sheet(
            "Data",
            [[number("1.5"), Cell("error", "#DIV/0!")], [Cell("error", "#N/A"), number("4")]],
            hidden_rows=frozenset({1}),
            hidden_columns=frozenset({2}),
        ),
    )
    assert problems(book) == [
        "old.xls, Data: Rows are hidden: 2.",
        "old.xls, Data: Columns are hidden: C.",
        "old.xls, Data: Cells hold an error: B1 #DIV/0!, A2 #N/A. Mend the formulas.",
    ]


def test_five_kilobytes_that_ask_for_550_gigabytes(tmp_path: Path) -> None:
    path = package(
        tmp_path / "far.xlsx",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    )

    book = read_sheets(path)

    assert path.stat().st_size < 5_000
    assert book.sheets == ()
    assert problems(book) == [
        "far.xlsx, Data!XFD1048576: The sheet reaches to here, over 1,048,576 rows and 16,384 columns; 5,000,000 cells are the most. "
        "Delete the rows and columns behind the last figures, or save a part of the sheet."
    ]


def test_a_far_cell_that_the_scan_does_not_see_ends_the_child_only(tmp_path: Path) -> None:
    """With a limit of cells that lets everything through, the memory bound has to hold by itself."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    book = read_sheets(package(tmp_path / "far.xlsx", rows), Limits(cells=10**12, memory_bytes=300_000_000, seconds=20))

    assert book.sheets == ()
    assert problems(book) == [
        "far.xlsx: Reading it took more than 300 MB or 20 seconds, or it is damaged. "
        "Save only the sheets that are needed, as .xlsx, and try again."
    ]


def test_more_than_may_be_unpacked(tmp_path: Path) -> None:
    path = package(tmp_path / "bomb.xlsx", "", {"xl/media/zeros.bin": bytes(30_000_000)})

    book = read_sheets(path, Limits(unpacked_bytes=20_000_000))

    assert path.stat().st_size < 40_000
    assert problems(book) == [
        "bomb.xlsx: Unpacked, the workbook is larger than 20 MB. Save only the sheets that are needed."
    ]


def test_sizes_that_are_declared_wrongly_are_counted(tmp_path: Path) -> None:
    path = package(tmp_path / "liar.xlsx", "", {"xl/media/zeros.bin": bytes(30_000_000)})
    data = bytearray(path.read_bytes())
    for mark in (b"PK\x01\x02", b"PK\x03\x04"):
        at, size = data.rfind(mark), 24 if mark == b"PK\x01\x02" else 22
        data[at + size : at + size + 4] = struct.pack("<I", 10)
    path.write_bytes(data)
    with zipfile.ZipFile(path) as archive:
        assert sum(info.file_size for info in archive.infolist()) < 10_000

    assert problems(read_sheets(path, Limits(unpacked_bytes=20_000_000))) == [
        "liar.xlsx: Unpacked, the workbook is larger than 20 MB. Save only the sheets that are needed."
    ]


def test_entities_that_grow_without_end(tmp_path: Path) -> None:
    entities = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"

    book = read_sheets(package(tmp_path / "entities.xlsx", "", before=entities))

    assert problems(book) == [
        "entities.xlsx: The workbook is damaged or was cut off (a document type is declared). "
        "Open it in Excel and save it again, or send it again."
    ]


def test_a_workbook_that_was_cut_off(tmp_path: Path) -> None:
    whole = report(tmp_path / "whole.xlsx").read_bytes()
    (tmp_path / "half.xlsx").write_bytes(whole[: len(whole) // 2])

    assert problems(read_sheets(tmp_path / "half.xlsx")) == [
        "half.xlsx: The workbook is damaged or was cut off (File is not a zip file). "
        "Open it in Excel and save it again, or send it again."
    ]


@pytest.mark.parametrize("cut", [0.1, 0.3, 0.7, 0.95])
def test_damage_anywhere_is_a_problem_and_no_crash(tmp_path: Path, cut: float) -> None:
    data = bytearray(report(tmp_path / "whole.xlsx").read_bytes())
    at = int(len(data) * cut)
    data[at : at + 64] = b"\xff" * 64
    (tmp_path / "damaged.xlsx").write_bytes(data)

    book = read_sheets(tmp_path / "damaged.xlsx")

    assert book.readable or book.sheets == ()


def test_what_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "noise.xlsx").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "compound.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000))
    (tmp_path / "page.xls").write_text("<html><table><tr><td>1</td></tr></table></html>")
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
    (tmp_path / "locked.xlsx").write_bytes(locked)
    with zipfile.ZipFile(tmp_path / "folder.xlsx", "w") as archive:
        archive.writestr("readme.txt", "hello")

    found = {path.name: problems(read_sheets(path)) for path in sorted(tmp_path.iterdir())}

    assert found["compound.xls"][0].startswith("compound.xls: The workbook cannot be read (")
    del found["compound.xls"]
    assert found == {
        "empty.csv": ["empty.csv: The file is empty. Send it again."],
        "folder.xlsx": ["folder.xlsx: The file is a packed folder and no workbook. Send the workbook itself."],
        "locked.xlsx": ["locked.xlsx: The workbook is protected by a password. Save it without a password."],
        "noise.xlsx": ["noise.xlsx: The file is neither a workbook nor text. Save it as .xlsx or as CSV UTF-8."],
        "page.xls": ["page.xls: The file is a web page with another name. Open it in Excel and save it as .xlsx."],
    }


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    assert problems(read_sheets(tmp_path / "none.xlsx")) == [
        "none.xlsx: The file cannot be opened: No such file or directory."
    ]


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "large.csv").write_text("a,b\n" * 1000)

    assert problems(read_sheets(tmp_path / "large.csv", Limits(file_bytes=1_000))) == [
        "large.csv: The file is larger than 0 MB. Cut it in parts."
    ]


def test_the_clock_ends_the_child(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 400_000))
    path = package(tmp_path / "slow.xlsx", rows)
    began = time.monotonic()

    book = read_sheets(path, Limits(seconds=1))

    assert time.monotonic() - began < 10
    assert book.readable or problems(book) == [
        "slow.xlsx: Reading it took more than 1,500 MB or 1 seconds, or it is damaged. "
        "Save only the sheets that are needed, as .xlsx, and try again."
    ]


def test_more_than_the_parent_takes(tmp_path: Path) -> None:
    (tmp_path / "many.csv").write_text("1234567890,\n" * 1000)

    assert problems(read_sheets(tmp_path / "many.csv", Limits(unpacked_bytes=2_000))) == [
        "many.csv: The file unfolds to more than can be taken. Save only the sheets that are needed."
    ]


# Text files


def test_semicolons_are_found(tmp_path: Path) -> None:
    (tmp_path / "german.csv").write_text("Werk;Umsatz\nOst;1.234,50\nWest;2,00\n", encoding="utf-8-sig")

    assert read_sheets(tmp_path / "german.csv").sheets == (
        Sheet(
            "german",
            [[text("Werk"), text("Umsatz")], [text("Ost"), text("1.234,50")], [text("West"), text("2,00")]],
        ),
    )


def test_another_encoding_is_named_or_told(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes("单位,收入\n东方厂,100\n".encode("gb18030"))

    assert problems(read_sheets(tmp_path / "old.csv")) == [
        "old.csv, row 1: The file is not written in UTF-8: byte 0xB5 is none of its letters. "
        "Save it as CSV UTF-8, or name its encoding in the mapping, as csv: encoding."
    ]
    assert read_sheets(tmp_path / "old.csv", form=TextForm("gb18030")).sheets[0].rows == [
        [text("单位"), text("收入")],
        [text("东方厂"), text("100")],
    ]


def test_an_encoding_that_nobody_knows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n")

    assert problems(read_sheets(tmp_path / "a.csv", form=TextForm("klingon"))) == [
        "a.csv: 'klingon' is no encoding. Write one such as utf-8, gb18030 or cp1252."
    ]


def test_a_huge_line(tmp_path: Path) -> None:
    (tmp_path / "huge.csv").write_text("unit,value\nA,1\nB," + "9" * 3_000_000 + "\n")

    assert problems(read_sheets(tmp_path / "huge.csv")) == [
        "huge.csv, line 3: A line is longer than 100,000 characters. Is a quote left open, or is this not a CSV file?"
    ]


def test_an_open_quote(tmp_path: Path) -> None:
    (tmp_path / "open.csv").write_text('unit,value\nA,1\nB,"2\nC,3\n')

    assert problems(read_sheets(tmp_path / "open.csv")) == [
        "open.csv, row 3: The row cannot be read: unexpected end of data. Look for a quote that is left open; was the file cut off?"
    ]


def test_too_many_cells_of_text(tmp_path: Path) -> None:
    (tmp_path / "wide.csv").write_text("1,2,3,4\n" * 5)

    assert problems(read_sheets(tmp_path / "wide.csv", Limits(cells=10))) == [
        "wide.csv, row 3: The file has more than 10 cells. Cut it in parts."
    ]


# The child


def test_the_child_takes_nothing_from_the_folder_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file named like a module of Python, in the folder where the command is typed, is not run."""
    (tmp_path / "csv.py").write_text("raise SystemExit('taken')")
    (tmp_path / "a.csv").write_text("x,y\n")
    monkeypatch.chdir(tmp_path)

    assert read_sheets(Path("a.csv")).sheets[0].rows == [[text("x"), text("y")]]


ALONE = """
import os, sys
from pathlib import Path
from headrope.ledger.sheets.limits import Limits
from headrope.ledger.sheets.reading import read_sheets
read_sheets(Path(sys.argv[1]), Limits(seconds=20))
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("none")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="children are bounded on systems of the Unix family")
def test_no_child_is_left(tmp_path: Path) -> None:
    """In a process of its own: that of the tests may have children from elsewhere."""
    book = report(tmp_path / "report.xlsx")

    run = subprocess.run([sys.executable, "-c", ALONE, str(book)], capture_output=True, text=True)

    assert (run.stdout, run.stderr) == ("none\n", "")


# Names and numbers


@given(st.integers(0, 16_383))
def test_columns_are_named_both_ways(column: int) -> None:
    assert column_number(column_name(column)) == column


def test_names_of_cells() -> None:
    assert [cell_name(0, 0), cell_name(9, 25), cell_name(9, 26), cell_name(1_048_575, 16_383)] == [
        "A1",
        "Z10",
        "AA10",
        "XFD1048576",
    ]


@given(st.integers(-(10**14), 10**14), st.integers(0, 6))
def test_fifteen_digits_come_back_exactly(steps: int, digits: int) -> None:
    """What was typed with up to 15 digits is what is read, whatever the nearest float is."""
    typed = f"{steps / 10**digits:.{digits}f}"

    assert float(number_text(float(typed))) == float(typed)
    assert "e" not in number_text(float(typed))
