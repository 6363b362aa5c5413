"""Downloads: numbers are numbers in the format of the page, texts are texts, and every table ends with its bearing."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from headrope.core.display import MILLION, MINUS, Number, decimal, pattern, whole
from headrope.web.tables import Sheet, Value, answer, number_of, workbook
from tests.web.conftest import Browse
from tests.web.sheet_reading import Read, read, values

EVIL = ["=1+1", '=HYPERLINK("http://x","y")', "+1", "-1+1|cmd", "@SUM(A1)", "\t=1", "https://example.org", "12,345"]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def made(rows: list[list[Value]], **more: object) -> Sheet:
    return Sheet("Title", "about", ["Name", "Value"], rows, "foot", **more)  # type: ignore[arg-type]


def test_workbook_holds_title_heads_rows_totals_and_foot() -> None:
    sheet = made([["East Pumps", Number(1.5, pattern(1))], ["None", None]], totals=[["Sum", 7]])

    assert values(workbook(sheet)) == [
        ["Title", None],
        ["about", None],
        ["Name", "Value"],
        ["East Pumps", 1.5],
        ["None", None],
        ["Sum", 7],
        [None, None],
        ["foot", None],
    ]


def test_numbers_days_and_texts_have_the_type_and_format_of_what_they_are() -> None:
    rows = read(workbook(made([[date(2023, 7, 14), Number(-2.5, "0.0%")], ["1", 1234], [date(1890, 1, 1), None]])))

    assert [rows[4], rows[5], rows[6]] == [
        {0: Read("number", 45121.0, "yyyy-mm-dd"), 1: Read("number", -2.5, "0.0%")},
        {0: Read("text", "1", "@"), 1: Read("number", 1234.0, pattern(0))},
        {0: Read("text", "1890-01-01", "@")},  # before the first day of a spreadsheet
    ]


@pytest.mark.parametrize("text", EVIL)
def test_text_that_a_spreadsheet_would_run_stays_a_text(text: str) -> None:
    rows = read(workbook(Sheet(text, text, [text, "Value"], [[text, text]], text, totals=[[text, None]])))

    found = [(cell.kind, str(cell.value)) for row in rows.values() for cell in row.values()]
    assert found == [("text", text)] * 3 + [("text", "Value")] + [("text", text)] * 4


@example(["a\rb", "\r"])
@given(st.lists(texts, min_size=1, max_size=4))
def test_any_text_is_written_without_what_xml_cannot_carry(found: list[str]) -> None:
    rows = read(workbook(made([[text, None] for text in found])))

    kept = [re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text) for text in found]
    back = [str(rows.get(place, {}).get(0, Read("text", "", "")).value) for place in range(4, 4 + len(found))]
    assert [text.replace("\r\n", "\n").replace("\r", "\n") for text in kept] == back


def test_value_that_is_no_number_leaves_an_empty_cell() -> None:
    assert values(workbook(made([["a", Number(float("nan"), "0")], ["b", Number(float("inf"), "0")]])))[3:5] == [
        ["a", None],
        ["b", None],
    ]


@given(st.integers(-(10**14), 10**14), st.integers(0, 4), st.booleans())
def test_printed_figure_becomes_the_number_that_it_prints(steps: int, digits: int, sign: bool) -> None:
    text = whole(steps, digits, sign)

    found = number_of(text)

    assert isinstance(found, Number)
    assert (decimal(found.value, digits, text.startswith("+")), found.pattern) == (
        text,
        pattern(digits, text.startswith("+")),
    )


@pytest.mark.parametrize("text", ["", "3/4", "12 Jul 2023", "1,23", "0123", f"{MINUS}", "1e5", "９", "1,234,567,890,123,456"])  # fmt: skip
def test_text_that_is_no_printed_figure_stays_as_it_is(text: str) -> None:
    assert number_of(text) == text


def test_name_of_a_file_leads_nowhere() -> None:
    response = answer(made([]), '../../etc/"passwd"\r\nX: y')

    assert response.headers["Content-Disposition"] == 'attachment; filename="etc passwd X y.xlsx"'


# Downloads of pages


def shown(
    browse: Browse, address: str, who: str = "office", language: str = "en", style: str = "auto"
) -> list[list[float | str | None]]:
    browser = browse(who)
    browser.cookies["django_language"], browser.cookies["numbers"] = language, style
    response = browser.get(address)
    assert (response.status_code, response.headers["Content-Disposition"].startswith("attachment")) == (200, True)
    return values(response.content)


@pytest.mark.parametrize(
    ("language", "style", "about", "profit", "digits"),
    [
        ("en", "auto", "CNY million unless said.", 395.00082804, 0),
        ("en", "wan", "100 million yuan unless said.", 3.9500082804, 2),
        ("zh-hans", "auto", "亿元", 3.9500082804, 2),
        ("zh-hans", "million", "百万元", 395.00082804, 0),
    ],
)
def test_measures_come_in_the_scale_of_the_page(browse: Browse, language: str, style: str, about: str, profit: float, digits: int) -> None:  # fmt: skip
    rows = shown(browse, "/review/T/2023-H1/measures.xlsx", language=language, style=style)
    heads, line = rows[2], next(row for row in rows if row[0] == "PROFIT")
    actual = heads.index("Actual" if language == "en" else "实际")

    assert about in str(rows[1][0])
    assert line[actual] == pytest.approx(profit, rel=1e-14)
    assert "2023" in str(rows[-1][0])  # the bearing as a foot line
    assert rows[-2] == [None] * len(heads)


def test_measures_hold_what_the_page_prints(browse: Browse) -> None:
    """Each number in its format is the text of the same cell on the page."""
    page = browse("office").get("/review/T/2023-H1/").content.decode()
    row = re.findall(r'<th scope="row">Revenue<.*?</tr>', page, re.DOTALL)[0]
    printed = row.partition("</th>")[2]  # a narrow window has two of the figures beside the name
    texts_ = [text.replace(MINUS, "-") for text in re.findall(r'class="hr-n"[^>]*>([^<]*)</a>', printed)]
    rows = read(browse("office").get("/review/T/2023-H1/measures.xlsx").content)
    line = next(row for row in rows.values() if 0 in row and row[0].value == "REVENUE")

    numbers = [cell for cell in line.values() if cell.kind == "number"]

    def text(value: float, form: str) -> str:
        first = form.split(";")[0]
        digits = len(first.rstrip("%").partition(".")[2])
        if first.endswith("%"):
            return (
                decimal(value * 100, digits, first.startswith("+")).replace(MINUS, "-") + "\N{NARROW NO-BREAK SPACE}%"
            )
        return decimal(value, digits, first.startswith("+")).replace(MINUS, "-")

    told = [text(float(cell.value), cell.form) for cell in numbers]
    assert told == texts_
    assert len(told) == 8  # with what a month must bring, and of the best ever


def test_units_below_come_all_with_their_total_and_missing_is_said(browse: Browse) -> None:
    rows = shown(browse, "/review/T/2023-H1/units.xlsx?measure=PROFIT&tier=3")
    units = [row for row in rows[3:] if isinstance(row[0], float)]

    assert len(units) == 35
    assert [row[0] for row in units] == sorted(row[0] for row in units)  # type: ignore[type-var]
    assert rows[2][:4] == ["No.", "Code", "Unit", "State"]
    assert rows[-3][2] == "Hengchuan Group"


def test_parts_of_an_origin_add_up_to_its_total_in_the_file(browse: Browse) -> None:
    rows = shown(browse, "/origin/T03/PROFIT/2023-H1/actual/parts.xlsx")
    values = [row[2] for row in rows[3:-2]]

    assert values[-1] == -43998724.10
    assert round(sum(values[:-1]), 2) == values[-1]  # type: ignore[arg-type]
    assert "T03 · PROFIT · 2023-H1 · actual @" in str(rows[-1][0])


def test_clerks_downloads_hold_his_unit_only(browse: Browse) -> None:
    rows = shown(browse, "/units/units.xlsx", "clerk")
    every = shown(browse, "/units/units.xlsx")

    assert [row[:2] for row in rows[3:-2]] == [["T0302", "Pressure Vessels"]]
    assert rows[3][4:6] == [None, None]  # nothing of what stands above
    assert len(every) - 5 == len({row[0] for row in every[3:-2]}) > 60


def test_million_is_the_scale_of_the_example_group() -> None:
    assert MILLION.show(395_000_828_04, -2) == "395"
