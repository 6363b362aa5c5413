"""Writes a workbook: a sheet for each file with headings in both languages, explanations, and choices to pick from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from headrope.ledger.book.columns import Column, File
from headrope.ledger.book.files import files, in_both
from headrope.ledger.sheets.cells import MOST_DIGITS, column_name

MAIN = ("ledger", "units", "measures", "figures", "people", "mandates")
"""Sheets that a group begins with; the others may stay empty."""
SPARE_ROWS = 2_000
MOST_ROWS = 1_000_000
"""Rows of a sheet; Excel takes little more."""
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


@dataclass
class Rows:
    """The rows of a sheet: cells by column, and columns beside those that are offered (periods, vintages)."""

    rows: Iterable[Mapping[str, str]] = ()
    more: Sequence[str] = ()
    spare: int = SPARE_ROWS


@dataclass
class BookWriter:
    """A workbook that is being written; `finish` gives its bytes."""

    out: BytesIO = field(default_factory=BytesIO)
    chosen: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self.out, options)
        add = self.book.add_format
        self.text, self.day, self.number = (
            add({"num_format": "@"}),
            add({"num_format": "yyyy-mm-dd", "align": "left"}),
            add(),
        )
        head: dict[str, Any] = {"text_wrap": True, "valign": "top", "bottom": 1, "num_format": "@"}
        self.head, self.needed = add(head), add({**head, "bold": True})
        self.title, self.plain = add({"bold": True, "font_size": 14}), add({"text_wrap": True, "valign": "top"})
        self.grey, self.grey_head = add({"font_color": "#6b7280", "num_format": "@"}), add({"font_color": "#6b7280", "bold": True})  # fmt: skip
        self.strong = add({"bold": True, "valign": "top"})

    def told(self, name: str, lines: Sequence[str]) -> None:
        """A sheet of sentences; the first is the title."""
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 0, 110, self.plain)
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, line, self.plain if row else self.title)
        sheet.hide_gridlines(2)

    def file(self, file: File, given: Rows) -> None:
        """A sheet with the rows of a file."""
        english, chinese = in_both(file.key)
        sheet = self.book.add_worksheet(sheet_name(file))
        if file.key not in MAIN:
            sheet.set_tab_color("#9ca3af")
        columns = [*english.columns, *(Column(name, name) for name in given.more)]
        for place, column in enumerate(columns):
            self._column(sheet, file, place, column, chinese.column(column.key))
        sheet.set_row(0, 32)
        last = 0
        for last, row in enumerate(given.rows, 1):
            for place, column in enumerate(columns):
                self._cell(sheet, last, place, column, row.get(column.key, ""))
        for place, column in enumerate(columns):
            if column.options:
                self._choices(sheet, file, place, column, last + given.spare)
        sheet.freeze_panes(1, 1)

    def _column(self, sheet: Worksheet, file: File, place: int, column: Column, zh: Column | None) -> None:
        kind = {"day": self.day, "number": self.number}.get(column.kind, self.text)
        value = file.key == "figures" and zh is None
        sheet.set_column(place, place, max(column.width, len(column.label) + 2), self.number if value else kind)
        label = column.label if zh is None or zh.label == column.label else f"{column.label}\n{zh.label}"
        sheet.write_string(0, place, label, self.needed if column.needed else self.head)
        hint = "\n".join(dict.fromkeys(filter(None, (column.hint, zh.hint if zh else ""))))
        if hint:
            sheet.write_comment(0, place, hint, {"x_scale": 2.2, "y_scale": 1.2})

    def _cell(self, sheet: Worksheet, row: int, place: int, column: Column, text: str) -> None:
        if not text:
            return
        if column.kind == "day" and (day := _day(text)):
            sheet.write_datetime(row, place, day, self.day)
        elif (column.kind == "number" or column.key[:1].isdecimal()) and _plain(text):
            sheet.write_number(row, place, float(text))
        else:
            sheet.write_string(row, place, text, self.text)

    def _choices(self, sheet: Worksheet, file: File, place: int, column: Column, last: int) -> None:
        """Choices in words; the first of them is what the file holds. Other words are told, not kept out: one may paste."""
        source = self.chosen.get((file.key, column.key))
        if source:
            sheet.data_validation(
                1, place, max(last, 1), place, {"validate": "list", "source": source, "error_type": "warning"}
            )

    def lists(self, name: str) -> None:
        """The sheet of all choices; it must be added before the sheets that pick from it, and is put last by Excel's order."""
        sheet = self.book.add_worksheet(name)
        place = 0
        for file in files():
            english, chinese = in_both(file.key)
            for column in english.columns:
                if not column.options:
                    continue
                zh = chinese.column(column.key)
                sheet.set_column(place, place, 34)
                sheet.write_string(0, place, f"{file.key}: {column.key}", self.strong)
                for row, (key, label) in enumerate(column.options.items(), 1):
                    meaning = zh.options[key] if zh else label
                    sheet.write_string(row, place, _option(key, label, meaning), self.text)
                letter = column_name(place)
                self.chosen[file.key, column.key] = f"='{name}'!${letter}$2:${letter}${len(column.options) + 1}"
                place += 1

    def examples(self, name: str) -> None:
        """A sheet of examples in grey: for each file a title, its headings and some rows."""
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 24, 16)
        row = 0
        for file in files():
            if not file.examples:
                continue
            english, chinese = in_both(file.key)
            sheet.write_string(row, 0, f"{sheet_name(file)}: {english.about} {chinese.about}", self.grey_head)
            heads = [f"{a.label} {b.label}" for a, b in zip(english.columns, chinese.columns, strict=True)]
            heads += ["2023-01", "2023-02"][: len(file.examples[0]) - len(heads)]
            for place, label in enumerate(heads):
                sheet.write_string(row + 1, place, label, self.grey_head)
            for line, texts in enumerate(file.examples, row + 2):
                for place, text in enumerate(texts):
                    if text:
                        sheet.write_string(line, place, text, self.grey)
            row += len(file.examples) + 3

    def finish(self) -> bytes:
        """The workbook."""
        self.book.close()
        return self.out.getvalue()


def sheet_name(file: File) -> str:
    """The name of a file's sheet: its key and what it is called in Chinese."""
    return f"{file.key} {in_both(file.key)[1].title}"[:31]


def _option(key: str, english: str, chinese: str) -> str:
    both = english if english == chinese else f"{english} {chinese}"
    return f"{key}  {both}"


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # A day before 1900 is none for Excel, and is written as it is read.
    return day if day.year >= 1900 else None


def _plain(text: str) -> bool:
    """Whether a spreadsheet keeps the number as it is written."""
    return bool(_NUMBER.fullmatch(text)) and len(text.lstrip("-").replace(".", "").lstrip("0")) <= MOST_DIGITS
