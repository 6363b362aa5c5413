"""A table of separated values is read whatever its encoding and delimiter; what could mean two things is asked back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headrope.ledger.workbook.upload import UploadedCell
from tests.ledger.workbook.made import raws, read, said, sheet

JUNE = "measure,value,note,answer\nDOM,2407.1,late,new customer\nHEADS,554,,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_in_each_encoding_and_with_each_delimiter(encoding: str, delimiter: str) -> None:
    text = "指标,数值,备注\n海外收入,−7,迟到的发票\nHEADS,554,\n".replace("−", "-").replace(",", delimiter)

    upload = read(text.encode(encoding), "june.csv")

    assert said(upload) == []
    assert upload.cells == (
        UploadedCell("OVS", "june.csv, row 2", "-7", 4, "", "迟到的发票"),
        UploadedCell("HEADS", "june.csv, row 3", "554", 0),
    )
    assert (upload.unit, upload.form, upload.row_version) == ("SP", "M", 3)


def test_notes_answers_words_and_shares_are_read() -> None:
    table = JUNE + 'YIELD,98.1%,,\nOVS,unknown,"why, then",\nEVENT,"flood, hall 2",,\n'

    upload = read(table.encode(), "june.csv")

    assert said(upload) == []
    assert upload.cells == (
        UploadedCell("DOM", "june.csv, row 2", "2407.1", 4, "", "late", "new customer"),
        UploadedCell("OVS", "june.csv, row 5", "", 4, "unknown", "why, then"),
        UploadedCell("HEADS", "june.csv, row 3", "554", 0),
        UploadedCell("YIELD", "june.csv, row 4", "98.1%", -2),
        UploadedCell("EVENT", "june.csv, row 6", "flood, hall 2", 0),
    )


def test_money_counts_what_the_page_counts() -> None:
    assert {cell.measure: cell.exponent for cell in read(JUNE.encode(), exponent=0).cells} == {"DOM": 0, "HEADS": 0}


@pytest.mark.parametrize(
    ("table", "problems"),
    [
        ("", ["The file is empty. Send it again."]),
        ("a,b\n1,2\n", ["row 1: The first row has to name the columns measure and value. Write measure,value in the first row; note and answer may follow."]),
        ("measure,value,value\nDOM,1,2\n", ["row 1: The column value is there twice. Delete one of them."]),
        ("measure,value\nDOM,1\nODD,2\n", ["row 3: 'ODD' is no measure of this form. Write its code, such as DOM, or delete the row."]),
        ("measure,value\nDOM,1\nHEADS,1\ndom,2\n", ["row 4: DOM stands in row 2 already. Delete one of them."]),
        ("measure,value\nDOM,8,914\n", ["row 2: The row has 3 columns, and the first row names 2. Put texts that hold the sign , in quotes, and write figures without thousands separators."]),
        ("measure;value\nDOM;12,5\n", ["row 2: '12,5' has a decimal comma. Type 12.5, if that is meant."]),
        ("measure;value\nDOM;8,914\n", ["row 2: '8,914' may mean 8914 or 8.914 in a file whose columns are parted by semicolons. Write the one that is meant, without a comma."]),
        ("measure;value\nDOM;-8,914\n", ["row 2: '-8,914' may mean -8914 or -8.914 in a file whose columns are parted by semicolons. Write the one that is meant, without a comma."]),
        ("measure,value\nDOM,=1+1\n", ["row 2: '=1+1' is not a number. Type the number alone, like -1234.5; words belong in the note."]),
        ("measure,value,unit,period,form\nDOM,1,VA,2023-05,Q\n", [
            "row 2: The row is of 'VA', and this is the form of SP. Delete the row, or upload it there.",
            "row 2: The row is of 'Q', and this is the form of M. Delete the row, or upload it there.",
            "row 2: The row is of '2023-05', and this is the form of 2023-06. Delete the row, or upload it there.",
        ]),
        ('measure,value\nDOM,"1\n', ["row 2: The row cannot be read: unexpected end of data. Look for a quote that is left open; was the file cut off?"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table_is_told_with_its_row(table: str, problems: list[str]) -> None:
    found = [
        text.replace("june.csv, ", "").replace("june.csv: ", "") for text in said(read(table.encode(), "june.csv"))
    ]

    assert found == problems


def test_thousands_are_read_where_columns_are_parted_by_commas() -> None:
    found = read(b'measure,value\nDOM,"8,914"\nOVS,"1,234,567.5"\n', "june.csv")

    assert (said(found), raws(found)) == ([], {"DOM": "8,914", "OVS": "1,234,567.5"})
    plain = read(b"measure;value\nDOM;1,234,567.5\n", "june.csv")
    assert (said(plain), raws(plain)) == ([], {"DOM": "1,234,567.5"})


def test_the_unit_may_be_named_by_code_or_name() -> None:
    table = "measure,value,unit,period\nDOM,1,Slurry Pumps,2023-06\nOVS,2,渣浆泵公司,\nHEADS,3,SP,\n"

    assert said(read(table.encode(), "june.csv")) == []


def test_a_computed_measure_is_told_and_not_taken() -> None:
    upload = read(b"measure,value\nREV,7\nDOM,8\n", "june.csv")

    assert said(upload) == [
        "june.csv, row 2: REV is computed from other rows; its figure is not taken. Delete the row."
    ]
    assert (upload.right, raws(upload)) == (True, {"DOM": "8"})


def test_bytes_of_no_encoding_are_told_with_their_row() -> None:
    table = b"measure,value,note\nDOM,1,\nHEADS,2,\x81\xff\xff\n"

    assert said(read(table, "june.csv")) == [
        "june.csv, row 3: Row 3 is written neither in UTF-8 nor in GBK. Save the file as CSV UTF-8."
    ]


def test_of_very_many_problems_the_first_ones_are_told() -> None:
    table = "measure,value\n" + "ODD,1\n" * 500

    found = said(read(table.encode(), "june.csv"))

    assert len(found) == 201
    assert found[-1] == "june.csv: There are 300 more problems. Mend those that are listed first."


def test_a_name_that_two_measures_have_names_neither() -> None:
    form = sheet()
    twice = replace(form.lines[1].info, name="Revenue, domestic")
    changed = replace(form, lines=(form.lines[0], replace(form.lines[1], info=twice), *form.lines[2:]))

    found = said(read(b'measure,value\n"Revenue, domestic",1\nOVS,2\n', "june.csv", of=changed))

    assert found == [
        "june.csv, row 2: 'Revenue, domestic' is no measure of this form. Write its code, such as DOM, or delete the row."
    ]


def test_control_characters_are_taken_out_of_texts() -> None:
    found = read(b"measure,value,note\nDOM,\x0107\x07,a\x02b\x1bc\n", "june.csv").cells

    assert [(cell.raw, cell.note) for cell in found] == [("07", "abc")]
