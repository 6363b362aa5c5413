"""Whatever a clerk's file has become on its way, each thing that is wrong with it is told with its place and remedy."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from headrope.core.periods import parse
from headrope.ledger.submissions.sheet import Typed
from headrope.ledger.workbook.reading import MOST_BYTES, read_upload
from headrope.ledger.workbook.upload import UploadedCell, file_name
from tests.ledger.sheets.made import package
from tests.ledger.workbook.made import (
    FIRST,
    MONTHLY,
    VALVES,
    Copy,
    Formula,
    PerCent,
    cell_xml,
    compound,
    copy,
    entry,
    line,
    parts,
    raws,
    read,
    said,
    sheet,
    workbook,
)

ANEW = "Download the workbook anew, and copy the figures into it."
UNDO = "Undo that, or download the workbook anew and copy the figures into it."


@pytest.fixture
def june(tmp_path: Path) -> Copy:
    """The plain cells of the workbook as it was made."""
    return copy(tmp_path)


def test_a_filled_workbook_is_read_with_places_notes_and_answers(june: Copy) -> None:
    june.page[entry("DOM")] = 2407.123
    june.page[entry("DOM", 3)] = "two late invoices"
    june.page[entry("DOM", 4)] = "=a new customer"
    june.page[entry("OVS")] = "unknown"
    june.page[entry("HEADS")] = 554.0
    june.page[entry("YIELD")] = PerCent(0.9813)
    june.page[entry("EVENT")] = "flood\nin hall 2"

    upload = read(june.save(), "C:\\files\\june.xlsx")

    assert (said(upload), upload.name, upload.exponent, upload.row_version) == ([], "june.xlsx", 4, 3)
    assert (upload.unit, upload.form, upload.period, upload.version) == ("SP", "M", parse("2023-06"), "actual")
    assert upload.cells == (
        UploadedCell("DOM", "Figures!C12", "2407.123", 4, "", "two late invoices", "=a new customer"),
        UploadedCell("OVS", "Figures!C13", "", 4, "unknown"),
        UploadedCell("HEADS", "Figures!C15", "554", 0),
        UploadedCell("YIELD", "Figures!C16", "98.13", -2),
        UploadedCell("EVENT", "Figures!C18", "flood\nin hall 2", 0),
    )


def test_an_xls_is_read_alike(june: Copy) -> None:
    june.page[entry("DOM")] = 2407.123
    june.page[entry("YIELD")] = PerCent(0.9813)
    june.page[entry("OVS")] = "2,4o7"

    upload = read(compound(june), "june.xls")

    assert raws(upload) == {"DOM": "2407.123", "YIELD": "98.13", "OVS": "2,4o7"}
    assert said(upload) == [
        "Figures!C13: '2,4o7' is not a number; the last character but one is the letter o. Type a zero for it."
    ]


def test_formulas_and_hidden_rows_of_an_xls_are_told(june: Copy) -> None:
    june.page[entry("DOM")] = Formula("", 7.0)
    june.hidden_rows = [13]

    assert said(read(compound(june), "june.xls")) == [
        "Figures!C13: Rows of the form are hidden: 13. Show all rows (clear the filter), look at them, and save.",
        "Figures!C12: The cell holds a formula; figures are typed. Type 7, or copy the cell and paste it as a value.",
    ]


# The file as a whole


def test_a_truncated_workbook_is_told() -> None:
    found = said(read(workbook()[:-500]))

    assert found == [
        "june.xlsx: The workbook is damaged or was cut off (File is not a zip file). "
        "Open it in Excel and save it again, or send it again."
    ]


def test_an_encrypted_workbook_is_told(june: Copy) -> None:
    content = compound(june).replace("Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le"))

    assert said(read(content)) == ["june.xlsx: The workbook is protected by a password. Save it without a password."]


def test_an_old_workbook_with_a_password_is_told(june: Copy) -> None:
    whole, locked = read(compound(june), "june.xls"), read(compound(june, password=True), "june.xls")

    assert said(whole) == []
    assert said(locked) == ["june.xls: The workbook is protected by a password. Save it without a password."]
    assert locked.cells == ()


def test_a_workbook_with_macros_is_told_by_its_name_its_parts_or_its_storage(june: Copy) -> None:
    remedy = "Save it as .xlsx, which holds none, and send that."
    carrying = parts(workbook(), {"xl/vbaProject.bin": lambda _: b"\xd0\xcf\x11\xe0"})

    assert said(read(workbook(), "June.XLSM")) == [f"June.XLSM: The file is a workbook with macros. {remedy}"]
    assert said(read(carrying)) == [f"june.xlsx: The workbook carries macros. {remedy}"]
    assert said(read(compound(june, programs=True), "a.xls")) == [f"a.xls: The workbook carries macros. {remedy}"]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as handle:
        handle.truncate(200_000_000)  # a hole: nothing is written, and reading it would take 200 MB
    remedy = "Send the workbook of the form alone, without pictures and further sheets."

    assert said(read_upload(path, "large.xlsx", sheet())) == [
        f"large.xlsx: The file has 200.0 MB; 5 MB are the most. {remedy}"
    ]
    assert said(read(bytes(MOST_BYTES + 1))) == [f"june.xlsx: The file has 5.0 MB; 5 MB are the most. {remedy}"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = read_upload(tmp_path / "none", "none.xlsx", sheet())

    assert said(found) == ["none.xlsx: The file cannot be opened: No such file or directory. Send it again."]


def test_a_zip_bomb_is_told(tmp_path: Path) -> None:
    path = package(tmp_path / "bomb.xlsx", "", {"xl/media/a.bin": bytes(60_000_000)})

    assert path.stat().st_size < 100_000
    assert said(read(path.read_bytes())) == [
        "june.xlsx: Unpacked, the workbook is larger than 50 MB. Save only the sheets that are needed."
    ]


def test_a_far_cell_is_told_with_its_place() -> None:
    far = cell_xml(workbook(), "C12", '<c r="C12"><v>1</v></c>')
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content = parts(far, {"xl/worksheets/sheet1.xml": lambda part: part.replace(b"</sheetData>", last)})

    assert len(content) < 12_000
    assert said(read(content)) == [
        "june.xlsx, Figures!XFD1048576: The sheet reaches to here, over 1,048,576 rows and 16,384 columns; 200,000 cells are "
        "the most. Delete the rows and columns behind the last figures, or save a part of the sheet."
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "The file is empty. Send it again."),
        (b"   \n", "The file is empty. Send it again."),
        (b"%PDF-1.7\0\0", "The file is neither a workbook nor text. Save it as .xlsx or as CSV UTF-8."),
        (b"\x89PNG\r\n\x1a\n\0\0", "The file is neither a workbook nor text. Save it as .xlsx or as CSV UTF-8."),
        (b"<html><table>", "The file is a web page with another name. Open it in Excel and save it as .xlsx."),
    ],
)
def test_what_is_no_workbook_is_told(content: bytes, problem: str) -> None:
    assert said(read(content)) == [f"june.xlsx: {problem}"]


def test_a_packed_folder_is_told() -> None:
    into = BytesIO()
    with zipfile.ZipFile(into, "w") as packed:
        packed.writestr("june.xlsx", workbook())

    assert said(read(into.getvalue())) == [
        "june.xlsx: The file is a packed folder and no workbook. Send the workbook itself."
    ]


# What it is of


def test_another_workbook_is_told(tmp_path: Path) -> None:
    content = package(tmp_path / "other.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>').read_bytes()

    assert said(read(content)) == [
        "june.xlsx: This is not the workbook of a form: its hidden sheet 'headrope' is missing. "
        "Download the workbook of this form, and copy the figures into it."
    ]


def test_the_layout_of_another_version_is_told(june: Copy) -> None:
    june.sheets["headrope"][0, 1] = "0"

    assert said(read(june.save())) == [
        f"june.xlsx: The workbook was made by another version of Headrope (layout 0; this one reads 1). {ANEW}"
    ]


@pytest.mark.parametrize("place", [(1, 1), (6, 1), (9, 1), (16, 1), (17, 0), (18, 2)])
def test_changed_keys_are_told(june: Copy, place: tuple[int, int]) -> None:
    june.sheets["headrope"][place] = "77"

    assert said(read(june.save())) == [f"june.xlsx: The hidden sheet of the workbook was changed. {ANEW}"]


@pytest.mark.parametrize("place", [(1, 1), (9, 1), (16, 2), (1, 0)])
def test_keys_that_are_gone_are_told(june: Copy, place: tuple[int, int]) -> None:
    del june.sheets["headrope"][place]

    assert said(read(june.save())) == [f"june.xlsx: The hidden sheet of the workbook was changed. {ANEW}"]


def test_wrong_unit_period_and_version_are_told_at_once_with_all_cells(june: Copy) -> None:
    june.page[entry("DOM")] = "n/a"
    other = sheet(unit=VALVES, period=parse("2023-05"), version="budget")

    upload = read(june.save(), of=other)

    assert said(upload) == [
        "june.xlsx: The workbook is of the unit SP, and this is the form of VA. "
        "Upload it at the form of SP, or fill in the workbook of VA.",
        "june.xlsx: The workbook is of the period 2023-06, and this is the form of 2023-05. "
        "Upload it at the period 2023-06, or fill in the workbook of 2023-05.",
        "june.xlsx: The workbook is of the version actual, and this is the version budget. "
        "Upload it at the version actual, or fill in the workbook of budget.",
        "Figures!C12: 'n/a' is not a number. Type the number alone, like -1234.5; words belong in the note.",
    ]
    assert (upload.unit, upload.right) == ("SP", False)


def test_the_wrong_form_is_told_and_its_cells_are_not_read(june: Copy) -> None:
    upload = read(june.save(), of=sheet(form=replace(MONTHLY, code="Q")))

    assert said(upload) == [
        "june.xlsx: The workbook is of the form M, and this is the form Q. "
        "Upload it at the form M, or fill in the workbook of Q."
    ]
    assert upload.cells == ()


def test_a_form_that_has_changed_since_is_told() -> None:
    then = sheet()
    now = replace(then, lines=tuple(each for each in then.lines if each.info.code != "HEADS"))

    assert said(read(workbook(then), of=now)) == [
        f"june.xlsx: The form has changed since the workbook was made: new are –, gone are HEADS. {ANEW}"
    ]


# Cells


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (Formula("=1/0", "#DIV/0!"), "The cell holds the error #DIV/0!. Type the figure itself."),
        (Formula("=A1", 12.5), "The cell holds a formula; figures are typed. Type 12.5, or copy the cell and paste it as a value."),
        (Formula('="a"', "a"), "The cell holds a formula; figures are typed. Type a, or copy the cell and paste it as a value."),
        ("2,4o7", "'2,4o7' is not a number; the last character but one is the letter o. Type a zero for it."),
        ("l7", "'l7' is not a number; the last character but one is the letter l. Type a one for it."),
        ("１２３", "'１２３' is written with full-width characters. Type 123."),
        ("12,5", "'12,5' has a decimal comma. Type 12.5, if that is meant."),
        ("12%", "'12%' has a percent sign. This measure is not in per cent; type the figure itself."),
        (PerCent(0.12), "'12%' has a percent sign. This measure is not in per cent; type the figure itself."),
        (date(2023, 6, 5), "The cell holds a day or time (2023-06-05) and no number. Clear the cell with its format, and type the number."),
        (True, "The cell holds TRUE and no number. Type the number."),
        (1.0000001, "'1.0000001' is finer than the step 0.000001 of this cell. Round it; 1 is the nearest."),
        (1e15, "The number has more than the 15 digits that a spreadsheet keeps. Type an apostrophe before it, so that all its digits are kept."),
        (12345678901.234567, "The number has more than the 15 digits that a spreadsheet keeps. Type an apostrophe before it, so that all its digits are kept."),
        ("9" * 30, f"'{'9' * 30}' is too large. Look in which unit of account the cell counts, and count the digits."),
    ],
)  # fmt: skip
def test_what_is_no_figure_is_told_in_its_cell(june: Copy, content: object, problem: str) -> None:
    june.page[entry("DOM")] = content  # type: ignore[assignment]
    june.page[entry("OVS")] = 1.0

    upload = read(june.save())

    assert said(upload) == [f"Figures!C12: {problem}"]
    assert raws(upload)["OVS"] == "1"


def test_a_formula_without_a_value_is_told() -> None:
    content = cell_xml(workbook(), "C12", '<c r="C12"><f>1+1</f></c>')

    assert said(read(content)) == ["Figures!C12: The cell holds a formula without a value. Type the figure itself."]


@pytest.mark.parametrize(
    ("content", "raw"),
    [("8,914", "8,914"), (" −3.5 ", " −3.5 "), (0.1 + 0.2, "0.3"), (1e-6, "0.000001"), ("1234567890123.4567", "1234567890123.4567")],
)  # fmt: skip
def test_a_figure_is_kept_as_it_was_typed(june: Copy, content: object, raw: str) -> None:
    june.page[entry("DOM")] = content  # type: ignore[assignment]

    upload = read(june.save())

    assert (said(upload), raws(upload)) == ([], {"DOM": raw})


@pytest.mark.parametrize(
    ("content", "raw"), [(PerCent(0.981), "98.1"), (98.1, "98.1"), ("98.1%", "98.1%"), ("98.1", "98.1")]
)
def test_a_share_is_read_as_it_is_seen(june: Copy, content: object, raw: str) -> None:
    june.page[entry("YIELD")] = content  # type: ignore[assignment]

    upload = read(june.save())

    assert (said(upload), raws(upload)) == ([], {"YIELD": raw})


@pytest.mark.parametrize("word", ["unknown", " Not  applicable ", "不适用", "未知"])
def test_a_word_in_place_of_a_figure_is_taken(june: Copy, word: str) -> None:
    june.page[entry("HEADS")] = word

    assert [cell.word for cell in read(june.save()).cells if cell.word] == [
        "unknown" if word in ("unknown", "未知") else "not-applicable"
    ]


def test_a_figure_in_the_column_of_notes_is_told(june: Copy) -> None:
    june.page[entry("DOM", 3)] = 12.5
    june.page[entry("OVS", 3)] = 3.0
    june.page[entry("OVS")] = 7.0

    assert said(read(june.save())) == [
        "Figures!D12: The figure 12.5 stands in column D, which is for notes; column C is empty. Move it one column to the left."
    ]


def test_texts_that_are_too_long_or_are_errors_are_told(june: Copy) -> None:
    june.page[entry("DOM", 3)] = "x" * 1001
    june.page[entry("OVS", 4)] = Formula("=1/0", "#N/A")
    june.page[entry("EVENT")] = "y" * 201

    upload = read(june.save())

    assert said(upload) == [
        "Figures!D12: The text has 1001 characters; 1000 are the most. Shorten it.",
        "Figures!E13: The cell holds an error, a formula without a value or a number of too many digits. Type the text itself.",
        "Figures!C18: The text has 201 characters; 200 are the most. Shorten it.",
    ]
    assert max(len(cell.note) for cell in upload.cells) == 1000


def test_what_is_typed_over_a_computed_row_is_told_and_not_taken(june: Copy) -> None:
    june.page[entry("REV")] = 99.0

    upload = read(june.save())

    assert said(upload) == [f"Figures!C14: REV is computed from other rows; what was typed there is not taken. {UNDO}"]
    assert (upload.right, "REV" in raws(upload)) == (True, False)


# How the sheet is built


def test_merged_cells_are_told(june: Copy) -> None:
    june.merged = ["C12:C13"]

    assert said(read(june.save())) == [
        "Figures!C12: The cells C12:C13 are merged. Unmerge them, and fill in each of them."
    ]


def test_merged_cells_elsewhere_do_not_matter(june: Copy) -> None:
    june.merged = ["A20:K21"]

    assert said(read(june.save())) == []


def test_hidden_rows_and_columns_are_told(june: Copy) -> None:
    june.hidden_rows = [13, 15]
    june.hidden_columns = ["D", "F"]

    assert said(read(june.save())) == [
        "Figures!C13: Rows of the form are hidden: 13, 15. Show all rows (clear the filter), look at them, and save.",
        "Figures!D11: Column D is hidden. Show the column, and save.",
    ]


def test_figures_below_the_form_are_told(june: Copy) -> None:
    june.page[19, 2] = 7.0

    assert said(read(june.save())) == [
        "Figures!C20: '7' stands below the last row of the form and belongs to no measure. Move it into its row, or delete it."
    ]


def test_a_further_sheet_is_named_unless_it_is_empty(june: Copy) -> None:
    june.sheets["Sheet2"], june.sheets["Empty"] = {(0, 0): 1.0}, {}

    upload = read(june.save())

    assert said(upload) == [
        "june.xlsx: The sheet 'Sheet2' does not belong to the form and is not read; nothing of it is kept. "
        "Figures that count belong in 'Figures'."
    ]
    assert upload.right


def test_a_copy_of_the_sheet_is_told(june: Copy) -> None:
    june.sheets["Figures (2)"] = dict(june.page)

    upload = read(june.save())

    assert said(upload) == [
        "june.xlsx: The sheet 'Figures (2)' is a copy of 'Figures', and only one of them can be right. "
        "Keep the figures in 'Figures', and delete the other sheet."
    ]
    assert not upload.right


def test_a_sheet_with_another_name_is_told(june: Copy) -> None:
    june.sheets = {"headrope": june.sheets["headrope"], "June": june.page}

    assert said(read(june.save())) == [
        "june.xlsx: The sheet 'Figures' is missing; the workbook has 'June'. "
        "Give the sheet its name back, or download the workbook anew."
    ]


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        (lambda row, column: (row, column + 1), "Figures!D11: The columns are shifted: the figures stood in column C and now stand in column D."),
        (lambda row, column: (row, column - 1) if column else None, "Figures!B11: The columns are shifted: the figures stood in column C and now stand in column B."),
        (lambda row, column: (row, column + (column > 4)), "Figures!C11: Columns were inserted or deleted behind column C."),
        (lambda row, column: (row, column) if column < 11 else None, "Figures: The hidden column that says which measure stands in which row is missing."),
        (lambda row, column: (row, column) if (row, column) != (10, 2) else None, "Figures!C11: The heading of column C was changed, which is the one that is filled in."),
        (lambda row, column: (row + 2, column), "Figures!C13: Rows were inserted above the headings, which now stand in row 13 and belong in row 11."),
        (lambda row, column: (row - 1, column) if row else None, "Figures!C10: Rows were deleted above the headings, which now stand in row 10 and belong in row 11."),
        (lambda row, column: (row + (row > 12), column), "Figures!C14: Rows were inserted: 14."),
        (lambda row, column: (row, column + (row == 12 and column > 1)), "Figures!C13: The cells of row 13 are shifted by one column."),
        (lambda row, column: None if row == 12 else (row - (row > 12), column), "Figures!C13: The row of OVS, which was row 13, was deleted."),
        (lambda row, column: ({11: 12, 12: 11}.get(row, row), column), "Figures!C12: The rows were sorted or moved: here stands OVS in place of DOM."),
    ],
)  # fmt: skip
def test_moved_rows_and_columns_are_told(
    june: Copy, where: Callable[[int, int], tuple[int, int] | None], problem: str
) -> None:
    june.move(where)

    upload = read(june.save())

    found = said(upload)
    assert len(found) == 1
    assert found[0] in (f"{problem} {UNDO}", f"{problem} {ANEW}")
    assert not upload.right


def test_a_copied_row_and_a_strange_one_are_told(june: Copy) -> None:
    june.page[18, 11], june.page[19, 11] = "DOM", "ODD"

    assert said(read(june.save())) == [
        "Figures!C19: Row 19 is a copy of row 12: both are of DOM. Delete one of them.",
        f"Figures!C20: The row is of 'ODD', which this workbook did not have. {UNDO}",
    ]


def test_all_problems_are_told_at_once(june: Copy) -> None:
    june.page[entry("DOM")] = "2,4o7"
    june.page[entry("OVS")] = Formula("=1/0", "#DIV/0!")
    june.page[entry("HEADS")] = 12.5
    june.hidden_rows = [16]

    assert [problem.where for problem in read(june.save(), of=sheet(unit=VALVES)).problems] == [
        "june.xlsx", "Figures!C16", "Figures!C12", "Figures!C13", "Figures!C15",
    ]  # fmt: skip


def test_what_stood_in_the_workbook_when_it_was_made_comes_back() -> None:
    held = {
        "DOM": line("DOM", Typed("2407.10", 4, note="late", remark="Look at East")),
        "OVS": line("OVS", Typed("24070000", 0)),
        "HEADS": line("HEADS", Typed("5o4")),
        "YIELD": line("YIELD", Typed("98.13%", -2)),
        "EVENT": line("EVENT", Typed("", word="not-applicable")),
    }

    upload = read(workbook(sheet(held), "zh-hans"))

    assert raws(upload) == {"DOM": "2407.1", "OVS": "2407", "HEADS": "5o4", "YIELD": "98.13", "EVENT": "not-applicable"}
    assert upload.cells[0].where == "数据!C12"
    assert upload.cells[0].note == "late"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\june.xlsx", "june.xlsx"),
        ("june\0\r\n.xlsx", "june.xlsx"),
        ("\u202excod.xlsx", "xcod.xlsx"),
        ("..", "file"),
        ("/", "file"),
        ("", "file"),
        ("六月" * 150 + ".xlsx", "六月" * 97 + "六.xlsx"),
        ("a" * 300, "a" * 200),
    ],
)
def test_of_a_file_name_only_the_last_part_is_kept(name: str, kept: str) -> None:
    assert (file_name(name), len(kept) <= 200) == (kept, True)
    assert read(b"", name).problems[0].where == kept


def test_rows_are_where_the_page_numbers_them() -> None:
    assert [each.row for each in sheet().lines] == list(FIRST.values())
