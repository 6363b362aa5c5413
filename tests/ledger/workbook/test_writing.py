"""The workbook shows all that stands beside the cells, computes what is computed, and lets nobody change the rest."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrope.core.checks.check import Check
from headrope.core.checks.doubt import Doubt
from headrope.core.display import THOUSAND, UNIT, WAN, Scale
from headrope.core.problems import Problem
from headrope.core.quantities import AMOUNT_LIMIT, out_of_bounds
from headrope.core.typed import read_typed, write_typed
from headrope.ledger.submissions.sheet import Line, Question, Typed
from headrope.ledger.workbook.formulas import cell_formula
from tests.ledger.workbook.made import Formula, copy, entry, info, line, raws, read, said, sheet, workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
some = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def full() -> dict[str, Line]:
    """Lines with figures beside them, a warning with its answer, and what is computed."""
    doubt = Doubt(Check("JUMP", "jump", "warning", message="Up by 38 %."), ("DOM",), "", "", {})
    return {
        "DOM": line("DOM", Typed("2407.123", 4), value=2407123000, previous=200000000, last_year=100000001, plan=250000000,
                    to_date=1407123000, plan_to_date=1500000000, questions=(Question(doubt, "two late invoices"),)),
        "OVS": line("OVS", Typed("1", 4), value=1000000),
        "REV": line("REV", value=24081230.0, previous=2000000.5),
        "HEADS": line("HEADS", Typed("5o4", note="=count"), wrong=Problem("HEADS", "'%(text)s' is not a number.", "", {"text": "5o4"})),
        "YIELD": line("YIELD", Typed("98.13", -2), value=0.9813, previous=0.975),
        "PER": line("PER", value=None),
        "EVENT": line("EVENT", Typed("+flood")),
    }  # fmt: skip


def xml(content: bytes, part: str) -> ElementTree.Element:
    """A part of the package."""
    with zipfile.ZipFile(BytesIO(content)) as held:
        return ElementTree.fromstring(held.read(part))


def rows(content: bytes, name: str = "Figures") -> list[list[object]]:
    """The values of a sheet as another reader sees them."""
    found = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(name)
    return [list(row) for row in found.to_python(skip_empty_area=False)]


def test_everything_stands_beside_the_cells() -> None:
    found = rows(workbook(sheet(full())))

    assert found[:2] == [
        ["Jun 2023: Monthly figures of Slurry Pumps", *[""] * 11],
        [found[1][0], *[""] * 11],
    ]
    assert found[10] == [
        "Measure", "In", "Jun 2023", "Note", "Answer to the check", "May 2023", "Jun 2022", "Plan", "Jan–Jun 2023",
        "Plan Jan–Jun 2023", "Check", "headrope: measure",
    ]  # fmt: skip
    assert found[11:] == [
        ["Revenue, domestic  国内收入", "10 thousand yuan", 2407.123, "", "two late invoices", 200.0, 100.000001, 250.0,
         1407.123, 1500.0, "Up by 38 %.", "DOM"],
        ["Revenue, overseas  海外收入", "10 thousand yuan", 1.0, "", "", *["–"] * 5, "", "OVS"],
        ["Revenue  营业收入", "10 thousand yuan", 2408.123, "", "", 200.00005, *["–"] * 4, "", "REV"],
        ["=People  +人数", "persons", "5o4", "=count", "", *["–"] * 5, "'5o4' is not a number.", "HEADS"],
        ["First-pass yield  一次合格率", "%", 0.9813, "", "", 0.975, *["–"] * 4, "", "YIELD"],
        ["Revenue per head  人均收入", "CNY", "", "", "", *["–"] * 5, "", "PER"],
        ["What happened  大事", "", "+flood", "", "", *["–"] * 5, "", "EVENT"],
    ]  # fmt: skip


def test_the_reader_s_language_comes_first() -> None:
    found = rows(workbook(sheet(full()), "zh-hans"), "数据")

    assert [row[0] for row in found[11:]] == [
        "国内收入  Revenue, domestic", "海外收入  Revenue, overseas", "营业收入  Revenue", "+人数  =People",
        "一次合格率  First-pass yield", "人均收入  Revenue per head", "大事  What happened",
    ]  # fmt: skip
    assert [row[1] for row in found[11:14]] == ["万元"] * 3


def test_computed_rows_are_formulas_with_their_value() -> None:
    content = workbook(sheet(full()))

    cells = {cell.get("r"): cell for cell in xml(content, "xl/worksheets/sheet1.xml").iter(f"{MAIN}c")}
    found = {
        name: (cell.findtext(f"{MAIN}f"), cell.findtext(f"{MAIN}v"))
        for name, cell in cells.items()
        if cell.find(f"{MAIN}f") is not None
    }

    assert found == {
        "C14": ('IF(COUNT(C12,C13)=2,C12+C13,"")', "2408.123"),
        "C17": ('IF(COUNT(C12,C13,C15)=3,IF(C15=0,"",(10000*C12+10000*C13)/(C15)),"")', ""),
    }


def test_only_entries_notes_and_answers_may_be_changed() -> None:
    content = workbook()
    page, styles = xml(content, "xl/worksheets/sheet1.xml"), xml(content, "xl/styles.xml")

    formats = styles.findall(f"{MAIN}cellXfs/{MAIN}xf")
    unlocked = {
        at
        for at, look in enumerate(formats)
        if (lock := look.find(f"{MAIN}protection")) is not None and lock.get("locked") == "0"
    }
    free = {cell.get("r") for cell in page.iter(f"{MAIN}c") if int(cell.get("s", "0")) in unlocked}

    assert page.find(f"{MAIN}sheetProtection") is not None
    assert free == {f"{column}{row}" for row in (12, 13, 15, 16, 18) for column in "CDE"}


def test_cells_take_numbers_of_their_decimals_and_the_words() -> None:
    page = xml(workbook(), "xl/worksheets/sheet1.xml")

    rules = {
        each.get("sqref"): (each.get("type"), each.findtext(f"{MAIN}formula1"))
        for each in page.iter(f"{MAIN}dataValidation")
    }

    words = 'OR({0}="unknown",{0}="未知",{0}="not applicable",{0}="不适用")'
    assert rules == {
        "C12": ("custom", f"IF(ISNUMBER(C12),ROUND(C12,6)=C12,{words.format('C12')})"),
        "C13": ("custom", f"IF(ISNUMBER(C13),ROUND(C13,6)=C13,{words.format('C13')})"),
        "C15": ("custom", f"IF(ISNUMBER(C15),ROUND(C15,0)=C15,{words.format('C15')})"),
        "C16": ("custom", f"IF(ISNUMBER(C16),TRUE,{words.format('C16')})"),
        "C18": ("textLength", "200"),
    }


def test_the_page_is_printed_on_a4_across_with_its_headings() -> None:
    content = workbook()
    page, book = xml(content, "xl/worksheets/sheet1.xml"), xml(content, "xl/workbook.xml")

    paper = page.find(f"{MAIN}pageSetup")
    assert paper is not None
    assert (paper.get("paperSize"), paper.get("orientation"), paper.get("fitToHeight")) == ("9", "landscape", "0")
    names = {each.get("name"): each.text for each in book.iter(f"{MAIN}definedName")}
    assert names == {"_xlnm.Print_Area": "Figures!$A$1:$K$18", "_xlnm.Print_Titles": "Figures!$11:$11"}
    pane = page.find(f".//{MAIN}pane")
    assert pane is not None and (pane.get("topLeftCell"), pane.get("state")) == ("D12", "frozen")
    assert [(each.get("name"), each.get("state")) for each in book.iter(f"{MAIN}sheet")] == [
        ("Figures", None), ("headrope", "veryHidden"),
    ]  # fmt: skip


def test_no_text_becomes_a_formula_or_a_link() -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://a")', "http://a.example/", "\t=1"]
    for text in texts:
        lines = {"DOM": line("DOM", Typed(text, 4, note=text)), "EVENT": line("EVENT", Typed(text))}

        content = workbook(sheet(lines))

        part = zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
        assert re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]*><f>', part) == ["C14", "C17"]
        assert "hyperlink" not in part
        found = {cell.measure: (cell.raw, cell.note) for cell in read(content).cells}
        assert found["EVENT"][0] == text
        assert found["DOM"][1] == text.strip()


def test_a_computed_row_whose_parts_are_not_in_the_form_is_a_plain_figure() -> None:
    lines = sheet(full()).lines

    content = workbook(replace(sheet(), lines=tuple(each for each in lines if each.info.code != "OVS")))

    assert "<f>" not in zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert rows(content)[13][2] == 2408.123


@some
@given(
    st.integers(1 - AMOUNT_LIMIT, AMOUNT_LIMIT - 1),
    st.integers(-(10**12), 10**12),
    st.floats(-1e6, 1e6).filter(lambda value: not out_of_bounds(value / 100)),
    st.sampled_from([UNIT, THOUSAND, WAN]),
    st.sampled_from(["en", "zh-hans"]),
)
def test_what_is_typed_comes_back_as_the_same_values(
    amount: int, heads: int, share: float, scale: Scale, language: str
) -> None:
    values = {"DOM": (amount, scale.exponent), "HEADS": (heads, 0), "YIELD": (share, -2)}
    lines = {
        code: line(code, Typed(write_typed(value, info(code).rule.quantity, exponent), exponent))
        for code, (value, exponent) in values.items()
    }

    upload = read(workbook(sheet(lines), language, scale))

    assert said(upload) == []
    cells = {cell.measure: cell for cell in upload.cells}
    for code, (value, exponent) in values.items():
        quantity = info(code).rule.quantity
        assert cells[code].exponent == exponent
        assert read_typed(cells[code].raw, quantity, exponent, code == "YIELD") == value


@some
@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.text("0123456789.,o-", min_size=1, max_size=8))
def test_what_another_program_fills_in_comes_back_as_it_was_filled_in(
    tmp_path: Path, digits: int, places: int, text: str
) -> None:
    june = copy(tmp_path)
    number = Decimal(digits).scaleb(-places)
    june.page[entry("DOM")] = float(number)
    june.page[entry("EVENT")] = text

    upload = read(june.save())

    assert Decimal(raws(upload).get("DOM", "0")) == number
    assert raws(upload)["EVENT"] == text
    assert said(upload) == []


@pytest.mark.parametrize("content", [Formula("=C13", 1.0), 12.0])
def test_the_file_is_read_again_after_another_program_has_saved_it(tmp_path: Path, content: object) -> None:
    june = copy(tmp_path, workbook(sheet(full())))
    june.page[entry("DOM")] = content  # type: ignore[assignment]
    june.page[entry("HEADS")] = 504.0

    upload = read(june.save())

    assert [problem.where for problem in upload.problems if problem.blocking] == (
        ["Figures!C12"] if isinstance(content, Formula) else []
    )


def test_a_quotient_of_money_by_money_needs_no_factors() -> None:
    one = Fraction(1)
    cells = {"A": ("C12", 4), "B": ("C13", 4), "N": ("C14", 0)}

    assert [cell_formula(((one, "A"),), ((one, below),), cells, 0) for below in "BN"] == [
        '=IF(COUNT(C12,C13)=2,IF(C13=0,"",(C12)/(C13)),"")',
        '=IF(COUNT(C12,C14)=2,IF(C14=0,"",(10000*C12)/(C14)),"")',
    ]
    assert cell_formula(((one, "X"),), (), cells, 0) is None
