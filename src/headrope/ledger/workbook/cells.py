"""One cell to be filled in, as it stands in a file: its text as it was typed, and why it is no figure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from headrope.core.problems import Problem
from headrope.core.quantities import Quantity, QuantityError
from headrope.core.typed import read_typed
from headrope.ledger.sheets.cells import DIGITS, FORMULA, MOST_DIGITS, Place, Sheet
from headrope.ledger.submissions.sheet import Word
from headrope.ledger.workbook.layout import LONGEST_RAW, word_of
from headrope.ledger.workbook.upload import plain_text


@dataclass(frozen=True)
class Found:
    """What stands in a cell; `wrong` says why it cannot be taken."""

    raw: str = ""
    word: Word = ""
    wrong: Problem | None = None


@dataclass(frozen=True)
class Wanted:
    """What a cell should hold: a value of a quantity that counts 10**exponent units of account, or a text."""

    quantity: Quantity
    exponent: int
    per_cent: bool


def read_cell(sheet: Sheet, place: Place, wanted: Wanted, where: str) -> Found:
    """The cell of a workbook."""
    cell = sheet.cell(*place)
    wrong = _no_value(sheet, place, where)
    if wrong is not None:
        return Found(wrong=wrong)
    if cell.kind == "number" and wanted.quantity.kind != "text":
        text = _number(sheet, place, wanted)
        if text is None:
            return Found(wrong=_too_many_digits(where))
        return judged(text, wanted, where)
    return judged(cell.text, wanted, where)


def _no_value(sheet: Sheet, place: Place, where: str) -> Problem | None:
    """Formulas, errors, days and truth values, none of which is typed."""
    cell = sheet.cell(*place)
    if cell.kind == "error" and cell.text == DIGITS:
        return _too_many_digits(where)
    if cell.kind == "error" and cell.text == FORMULA:
        return Problem(where, "The cell holds a formula without a value.", "Type the figure itself.")
    if cell.kind == "error":
        message = "The cell holds the error %(error)s."
        return Problem(where, message, "Type the figure itself.", {"error": cell.text[:20]})
    if place in sheet.formulas:
        message = "The cell holds a formula; figures are typed."
        remedy = "Type %(shown)s, or copy the cell and paste it as a value."
        if not cell.text:
            remedy = "Type the figure itself."
        return Problem(where, message, remedy, {"shown": cell.text[:60]})
    if cell.kind == "date":
        message = "The cell holds a day or time (%(day)s) and no number."
        return Problem(where, message, "Clear the cell with its format, and type the number.", {"day": cell.text})
    if cell.kind == "bool":
        message = "The cell holds %(text)s and no number."
        return Problem(where, message, "Type the number.", {"text": cell.text.upper()})
    return None


def _too_many_digits(where: str) -> Problem:
    message = "The number has more than the %(most)s digits that a spreadsheet keeps."
    remedy = "Type an apostrophe before it, so that all its digits are kept."
    return Problem(where, message, remedy, {"most": MOST_DIGITS})


def _number(sheet: Sheet, place: Place, wanted: Wanted) -> str | None:
    """The number as it is seen in its cell; None where digits are lost that count."""
    number = Decimal(sheet.cell(*place).text)
    quantity = wanted.quantity
    if place in sheet.long and quantity.exact:
        # The fifteenth digit; behind it stands either what computing leaves over, or what was meant.
        last = number.adjusted() - MOST_DIGITS + 1
        if last + wanted.exponent > quantity.step_exponent:
            return None
    if place not in sheet.per_cents:
        return format(number, "f")
    hundredths = number.scaleb(2).normalize()
    return format(hundredths, "f") + ("" if wanted.per_cent else "%")


def judged(text: str, wanted: Wanted, where: str) -> Found:
    """A text as it was typed, and why it is no value; blanks alone are nothing."""
    text = plain_text(text)
    if not text.strip():
        return Found()
    word = word_of(text)
    if word:
        return Found("", word)
    if wanted.quantity.kind == "text":
        return Found(text[:LONGEST_RAW], "", too_long(text, LONGEST_RAW, where))
    try:
        read_typed(text, wanted.quantity, wanted.exponent, wanted.per_cent)
    except QuantityError as error:
        return Found(text[:LONGEST_RAW], "", Problem(where, error.message, error.remedy, error.values))
    return Found(text[:LONGEST_RAW])


def too_long(text: str, most: int, where: str) -> Problem | None:
    """That a text is longer than what is kept of it."""
    if len(text) <= most:
        return None
    message = "The text has %(count)s characters; %(most)s are the most."
    return Problem(where, message, "Shorten it.", {"count": len(text), "most": most})


def read_text(sheet: Sheet, place: Place, most: int, where: str) -> Found:
    """A note or an answer."""
    cell = sheet.cell(*place)
    if cell.kind == "error":
        message = "The cell holds an error, a formula without a value or a number of too many digits."
        return Found(wrong=Problem(where, message, "Type the text itself."))
    text = plain_text(cell.text).strip()
    return Found(text[:most], "", too_long(text, most, where))
