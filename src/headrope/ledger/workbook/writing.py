"""Writes the workbook of a form: one sheet to fill in, with all that stands beside the cells, and the hidden keys."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, BinaryIO

import xlsxwriter  # type: ignore[import-untyped]
from django.utils import translation

from headrope.core.display import Scale
from headrope.core.quantities import QuantityError
from headrope.core.typed import read_typed, write_typed
from headrope.ledger.sheets.cells import MOST_DIGITS, cell_name, number_text
from headrope.ledger.submissions.sheet import EntrySheet, Line, Typed, Value
from headrope.ledger.wording import FigureWording
from headrope.ledger.workbook.formulas import cell_formula
from headrope.ledger.workbook.keys import KeyRow, Keys
from headrope.ledger.workbook.layout import (
    ACCOUNT,
    ANSWER,
    CHECK,
    ENTRY,
    HEAD_ROW,
    KEY,
    KEY_HEAD,
    KEYS_SHEET,
    LONGEST_ANSWER,
    LONGEST_NOTE,
    LONGEST_RAW,
    MEASURE,
    NOTE,
    PREVIOUS,
    TARGET_TO_DATE,
    WORDS,
    TypedAs,
    typed_as,
)
from headrope.ledger.workbook.looks import WIDTHS, Looks
from headrope.ledger.workbook.texts import Texts, Worded, texts_of

ENGLISH, CHINESE = "en", "zh-hans"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_workbook(
    sheet: EntrySheet,
    into: BinaryIO,
    *,
    language: str,
    wording: FigureWording,
    scale: Scale,
    worded: Worded | None = None,
) -> None:
    """Write the form as an .xlsx, first in `language` (en or zh) and smaller in the other one.

    Money is typed in `scale`. `worded` is how a face words doubts, in whatever language is active; without it they are
    worded neutrally. What is typed already stands in the cells, also where it is no value.
    """
    _Written(sheet, wording, scale, language, worded).write(into)


class _Written:
    """One workbook while it is written."""

    def __init__(
        self, sheet: EntrySheet, wording: FigureWording, scale: Scale, language: str, worded: Worded | None
    ) -> None:
        self.sheet, self.scale = sheet, scale
        self.chinese = language.startswith("zh")
        first, other = (CHINESE, ENGLISH) if self.chinese else (ENGLISH, CHINESE)
        self.first = _texts(first, sheet, wording, scale, worded)
        self.other = _texts(other, sheet, wording, scale, None)
        infos = [line.info for line in sheet.lines]
        self.typed = {info.code: typed_as(info, scale.exponent, wording.money(info)) for info in infos}

    def write(self, into: BinaryIO) -> None:
        """Write everything."""
        self.book = xlsxwriter.Workbook(into, OPTIONS)
        self.page = self.book.add_worksheet(self.first.sheet[:31])
        self.looks = Looks(self.book)
        self._paper()
        self._head()
        for place, line in enumerate(self.sheet.lines):
            self._line(place, line)
        self._keys()
        self.book.close()

    def _paper(self) -> None:
        page = self.page
        for column, width in enumerate(WIDTHS):
            page.set_column(column, column, width, None, {"hidden": column == KEY})
        page.freeze_panes(HEAD_ROW + 1, ENTRY + 1)
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.set_margins(0.4, 0.4, 0.5, 0.5)
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEAD_ROW)
        page.print_area(0, 0, HEAD_ROW + len(self.sheet.lines), CHECK)
        page.set_footer("&C&P / &N")
        page.protect("", {"format_columns": True, "format_rows": True})
        page.set_selection(HEAD_ROW + 1, ENTRY, HEAD_ROW + 1, ENTRY)

    def _head(self) -> None:
        page, looks, first, other = self.page, self.looks, self.first, self.other
        page.write_string(0, 0, first.title, looks("title"))
        page.write_string(1, 0, other.title, looks("other"))
        for row, ((label, fact), (label_too, fact_too)) in enumerate(zip(first.facts, other.facts, strict=True), 2):
            self._both(row, MEASURE, label, label_too, "label")
            self._both(row, ACCOUNT, fact, fact_too, "fact")
        page.write_string(7, 0, first.how, looks("fact"))
        page.write_string(8, 0, other.how, looks("other"))
        for column, heading in enumerate(first.headings):
            right = column == ENTRY or PREVIOUS <= column <= TARGET_TO_DATE
            behind = column > ENTRY
            part = "number-heading" if right else "heading-in" if behind else "heading"
            page.write_string(HEAD_ROW, column, heading, looks(part))
        page.write_string(HEAD_ROW, KEY, KEY_HEAD)
        page.set_row(HEAD_ROW, 32)

    def _both(self, row: int, column: int, text: str, too: str, part: str) -> None:
        """A text in the first language, and in the other one smaller behind it unless it is the same."""
        look = self.looks(part)
        if not too or too == text or not text:
            self.page.write_string(row, column, text or too, look)
        else:
            self.page.write_rich_string(row, column, look, text, self.looks("other"), f"  {too}", look)

    def _line(self, place: int, line: Line) -> None:
        row, typed = line.row - 1, self.typed[line.info.code]
        self._both(row, MEASURE, _one_line(self.first.names[place]), _one_line(self.other.names[place]), "name")
        self._both(row, ACCOUNT, self.first.accounts[place], "", "account")
        if line.typed is None:
            self._computed(row, line, typed)
            for column in (NOTE, ANSWER):
                self.page.write_blank(row, column, None, self.looks("account"))
        else:
            self._entry(row, line, line.typed, typed)
        figures = (line.previous, line.last_year, line.plan, line.to_date, line.plan_to_date)
        for column, value in enumerate(figures, PREVIOUS):
            self._figure(row, column, line, value, typed, "figure")
        self.page.write_string(row, CHECK, self.first.checks[place], self.looks("check"))
        self.page.write_string(row, KEY, line.info.code)

    def _figure(self, row: int, column: int, line: Line, value: Value | None, typed: TypedAs, part: str) -> None:
        look = self.looks(part, typed.beside_format)
        if value is None:
            self.page.write_string(row, column, "\N{EN DASH}", look)
        else:
            self.page.write_number(row, column, _number(line, value, typed), look)

    def _computed(self, row: int, line: Line, typed: TypedAs) -> None:
        rule = line.info.plain
        cells = {
            each.info.code: (cell_name(each.row - 1, ENTRY), self.typed[each.info.code].cell_exponent)
            for each in self.sheet.lines
            if each.typed is not None
        }
        factor = Fraction(12, self.sheet.period.span) if rule.annualise else Fraction(1)
        below = rule.denominator if rule.kind == "ratio" else ()
        formula = None
        if rule.kind in ("formula", "ratio"):
            formula = cell_formula(rule.numerator, below, cells, typed.cell_exponent, factor)
        if formula is None:
            self._figure(row, ENTRY, line, line.value, typed, "computed")
            return
        known = "" if line.value is None else _number(line, line.value, typed)
        self.page.write_formula(row, ENTRY, formula, self.looks("computed", typed.beside_format), known)

    def _entry(self, row: int, line: Line, held: Typed, typed: TypedAs) -> None:
        page, looks = self.page, self.looks
        text = line.info.rule.quantity.kind == "text"
        look = looks("entry-text") if text else looks("entry", typed.number_format)
        content = self._content(line, held, typed)
        if isinstance(content, float):
            page.write_number(row, ENTRY, content, look)
        elif content:
            page.write_string(row, ENTRY, content, look)
        else:
            page.write_blank(row, ENTRY, None, look)
        page.data_validation(row, ENTRY, row, ENTRY, self._validation(cell_name(row, ENTRY), typed, text))
        answers = dict.fromkeys(question.answer for question in line.questions if question.answer)
        for column, said in ((NOTE, held.note[:LONGEST_NOTE]), (ANSWER, "; ".join(answers)[:LONGEST_ANSWER])):
            if said:
                page.write_string(row, column, said, looks("text"))
            else:
                page.write_blank(row, column, None, looks("text"))

    def _content(self, line: Line, held: Typed, typed: TypedAs) -> str | float:
        """What stands in the cell: a number where all its digits are kept, else the text as it was typed."""
        quantity = line.info.rule.quantity
        if held.word:
            return WORDS[held.word][1 if self.chinese else 0]
        if quantity.kind == "text" or not held.raw.strip():
            return held.raw
        try:
            value = read_typed(held.raw, quantity, held.exponent, typed.per_cent)
        except QuantityError:
            return held.raw
        number = write_typed(value, quantity, typed.cell_exponent)
        if len(number.lstrip("-0.").replace(".", "")) <= MOST_DIGITS and "e" not in number:
            shown = float(number)
            if Decimal(number_text(shown)) == Decimal(number):
                return shown
        return write_typed(value, quantity, typed.exponent)

    def _validation(self, cell: str, typed: TypedAs, text: bool) -> dict[str, Any]:
        title, message = self.first.refusal
        if text:
            return {"validate": "length", "criteria": "<=", "value": LONGEST_RAW}
        words = ",".join(f'{cell}="{word}"' for words in WORDS.values() for word in words[:2])
        number = "TRUE" if typed.decimals is None else f"ROUND({cell},{typed.decimals})={cell}"
        return {
            "validate": "custom",
            "value": f"=IF(ISNUMBER({cell}),{number},OR({words}))",
            "error_title": title[:32],
            "error_message": (
                message % {"decimals": "\N{EN DASH}" if typed.decimals is None else max(typed.decimals, 0)}
            )[:255],
        }

    def _keys(self) -> None:
        sheet, texts = self.sheet, self.first
        keys = Keys(
            sheet.unit.code,
            sheet.form.code,
            str(sheet.period),
            sheet.version,
            self.scale.exponent,
            sheet.row_version,
            texts.sheet[:31],
            texts.headings[ENTRY],
            tuple(KeyRow(line.row, line.info.code, self.typed[line.info.code].exponent) for line in sheet.lines),
        )
        page = self.book.add_worksheet(KEYS_SHEET)
        page.very_hidden()
        page.protect()
        for row, cells in enumerate(keys.cells()):
            for column, text in enumerate(cells):
                page.write_string(row, column, text)


def _texts(language: str, sheet: EntrySheet, wording: FigureWording, scale: Scale, worded: Worded | None) -> Texts:
    with translation.override(language):
        return texts_of(sheet, FigureWording(wording.ledger, 0.0), scale, worded)


def _number(line: Line, value: Value, typed: TypedAs) -> float:
    """The number that a cell holds for a value."""
    exact = (
        Decimal(int(value)).scaleb(line.info.rule.quantity.step_exponent)
        if line.info.rule.exact
        else Decimal(repr(float(value)))
    )
    return float(exact.scaleb(-typed.cell_exponent))


def _one_line(text: str) -> str:
    return " ".join(text.split())
