"""Tables of pages as .xlsx: numbers stay numbers in the scale of the page, texts stay texts whatever they begin with.

Every table of every page is written here, so that all downloads look alike and none of them can carry a formula.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Protocol

import xlsxwriter  # type: ignore[import-untyped]
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from headrope.core.display import MINUS, Number, pattern

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST, NARROWEST, WIDEST = 32_000, 9, 48  # characters of a cell; widths of columns
MOST_DIGITS = 15  # that a spreadsheet keeps
FIGURE = re.compile(rf"(?P<number>[+{MINUS}]?[0-9]{{1,3}}(,[0-9]{{3}})*(\.(?P<fraction>[0-9]+))?)(?P<cent>\s?%)?")
EARLIEST = 1900  # the first year that Excel knows

Value = str | int | Number | date | None


@dataclass(frozen=True)
class Sheet:
    """A table to download: title, a line about what is shown, heads, rows, and the bearing as a foot line.

    A cell is a text, a whole number, a Number with its format, a day or None; `totals` are the last rows, set apart.
    """

    title: str
    about: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]
    foot: str
    totals: Sequence[Sequence[Value]] = ()


def number_of(text: str) -> Value:
    """A printed figure, or per cent, as a number with the format that prints it so again; any other text as it is.

    Figures of more than 15 digits stay text: a spreadsheet would change the last ones.

    >>> number_of("+1,808.50")
    Number(value=1808.5, pattern='+#,##0.00;"−"#,##0.00;#,##0.00')
    >>> number_of("62 %")
    Number(value=0.62, pattern='0%')
    >>> number_of("3/4"), number_of("1,234,567,890,123,456")
    ('3/4', '1,234,567,890,123,456')
    """
    found = FIGURE.fullmatch(text)
    if found is None or len(re.sub(r"\D", "", text).lstrip("0")) > MOST_DIGITS:
        return text
    plain, digits = float(found["number"].replace(",", "").replace(MINUS, "-")), len(found["fraction"] or "")
    if found["cent"]:
        return Number(round(plain / 100, digits + 2), pattern(digits, text.startswith("+"), "%"))
    return Number(plain, pattern(digits, text.startswith("+")))


def answer(sheet: Sheet, name: str) -> HttpResponse:
    """The table as an answer that browsers save as `name`.xlsx."""
    response = HttpResponse(workbook(sheet), content_type=MEDIA)
    safe = re.sub(r'[\\/:*?"<>|\s\x00-\x1f]+', " ", name).strip(" .") or "table"
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{safe[:120]}.xlsx") or "attachment"
    return response


def workbook(sheet: Sheet) -> bytes:
    """The bytes of the .xlsx, written row by row."""
    out = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}  # fmt: skip
    book = xlsxwriter.Workbook(out, options)
    page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']+", " ", sheet.title).strip()[:31] or "table")
    writer = _Writer(book, page)
    for column in range(len(sheet.heads)):
        page.set_column(column, column, _width(sheet, column))
    page.freeze_panes(3, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    writer.line([sheet.title], "title")
    writer.line([sheet.about], "soft")
    writer.line(sheet.heads, "head")
    for row in sheet.rows:
        writer.line(row)
    for row in sheet.totals:
        writer.line(row, "total")
    writer.line([])
    writer.line([sheet.foot], "soft")
    book.close()
    return out.getvalue()


class _Book(Protocol):
    def add_format(self, given: dict[str, object]) -> object: ...


class _Writer:
    """Writes lines from the top down, each cell by its type."""

    looks: dict[str, dict[str, object]] = {
        "": {},
        "title": {"bold": True, "font_size": 14},
        "soft": {"font_color": "#626874"},
        "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
        "total": {"bold": True, "top": 1},
    }

    def __init__(self, book: _Book, page: xlsxwriter.worksheet.Worksheet) -> None:
        self.book, self.page, self.row = book, page, 0
        self.formats: dict[tuple[str, str], object] = {}

    def line(self, cells: Sequence[Value], look: str = "") -> None:
        """The next line."""
        for column, cell in enumerate(cells):
            self._cell(column, cell, look)
        self.row += 1

    def _cell(self, column: int, cell: Value, look: str) -> None:
        if isinstance(cell, bool) or cell is None:
            return
        if isinstance(cell, int):
            cell = Number(cell, pattern(0))
        if isinstance(cell, Number):
            if math.isfinite(cell.value):
                self.page.write_number(self.row, column, cell.value, self._format(look, cell.pattern))
        elif isinstance(cell, date) and cell.year >= EARLIEST:
            self.page.write_datetime(self.row, column, cell, self._format(look, "yyyy-mm-dd"))
        elif text := _clean(str(cell)):
            # Never `write`: a text that begins with an equals sign is a text.
            self.page.write_string(self.row, column, text, self._format(look, "@" if not look else ""))

    def _format(self, look: str, number: str) -> object:
        found = self.formats.get((look, number))
        if found is None:
            found = self.book.add_format({**self.looks[look], **({"num_format": number} if number else {})})
            self.formats[look, number] = found
        return found


def _clean(text: str) -> str:
    """Without what XML cannot carry, with one kind of line end, and not longer than a cell."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", lines)[:LONGEST]


def _width(sheet: Sheet, column: int) -> float:
    """As wide as the texts of the first rows and the words of the head ask for; Chinese characters take two places."""
    texts = [str(row[column]) for row in sheet.rows[:200] if column < len(row) and isinstance(row[column], str)]
    texts += max(sheet.heads[column].split(), key=len, default=""), " " * 12 if not texts else ""
    widest = max(sum(2 if ord(sign) > 0x2E80 else 1 for sign in text) for text in texts)
    return min(max(widest + 2, NARROWEST), WIDEST)
