"""Reads numbers from cells as exact decimals.

>>> form = Number(decimal=",", thousands=".", negative=("parentheses",), missing=("-",))
>>> read_number(Cell("text", "(1.234,50)"), form), read_number(Cell("text", "-"), form)
(Decimal('-1234.50'), None)
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_EVEN, Context, Decimal

from headrope.core.quantities import LONGEST, Quantity
from headrope.ledger.mapping.keys import Number
from headrope.ledger.sheets.cells import DIGITS, FORMULA, Cell

EXACT = Context(prec=2 * LONGEST)
SHOWN = 60
_DIGITS = re.compile("[0-9]+")


class NumberError(ValueError):
    """The cell holds no number of that form: message and remedy as message ids."""

    def __init__(self, message: str, remedy: str = "", **values: object) -> None:
        super().__init__(message % values)
        self.message, self.remedy, self.values = message, remedy, values


def read_number(cell: Cell, form: Number) -> Decimal | None:
    """The cell's number, scaled; None where there is none; a NumberError that says how to mend the cell."""
    if cell.kind == "number":
        return EXACT.multiply(Decimal(cell.text), form.scale)
    if cell.kind == "empty":
        return None
    if cell.kind == "error":
        raise _error(cell.text)
    if cell.kind != "text":
        what = "a date" if cell.kind == "date" else "yes or no"
        raise NumberError(
            "The cell holds %(what)s (%(text)s) and no number.", "Is this the right column?", what=what, text=cell.text
        )
    text = " ".join(cell.text.split())
    if not text or text.casefold() in {word.casefold() for word in form.missing}:
        return None
    return EXACT.multiply(_text_number(text, form), form.scale)


def _error(text: str) -> NumberError:
    if text == FORMULA:
        return NumberError("The formula in the cell has no value.", "Open the workbook in Excel and save it.")
    if text == DIGITS:
        return NumberError(
            "The number has more than 15 digits, and a spreadsheet has changed the last ones.", "Send it as text."
        )
    return NumberError("The cell holds the error %(text)s.", "Mend the formula, or empty the cell.", text=text)


def _text_number(text: str, form: Number) -> Decimal:
    whole, sign, share = text, 1, 0
    if whole.endswith("%"):
        if form.percent == "refuse":
            raise NumberError(
                "'%(text)s' has a per cent sign.", "Say percent: share or points in the mapping.", text=text[:SHOWN]
            )
        whole, share = whole[:-1].strip(), -2 if form.percent == "share" else 0
    if whole.startswith("(") and whole.endswith(")") and "parentheses" in form.negative:
        whole, sign = whole[1:-1].strip(), -1
    elif whole.endswith("-") and "trailing" in form.negative:
        whole, sign = whole[:-1].strip(), -1
    elif whole.startswith(("-", "\N{MINUS SIGN}")) and "minus" in form.negative:
        whole, sign = whole[1:].strip(), -1
    elif whole.startswith("+"):
        whole = whole[1:]
    digits, _, fraction = whole.partition(form.decimal)
    if form.thousands and form.thousands in digits:
        groups = digits.split(form.thousands)
        if all(map(_DIGITS.fullmatch, groups)) and len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]):
            digits = "".join(groups)
    plain = digits + ("." + fraction if fraction else "")
    if not _DIGITS.fullmatch(digits) or (fraction and not _DIGITS.fullmatch(fraction)) or len(plain) > LONGEST:
        raise _no_number(text, form)
    return EXACT.scaleb(Decimal(plain) * sign, share)


def _no_number(text: str, form: Number) -> NumberError:
    shown = text[:SHOWN]
    if re.search("[０-９]", text):
        return NumberError("'%(text)s' is written with full-width digits.", "Type it with plain digits.", text=shown)
    strange = next((sign for sign in text if not (sign.isdigit() or sign in "+-().,%' ")), None)
    if strange and any(sign.isdigit() for sign in text):
        name = unicodedata.name(strange, "an unknown character").lower()
        message = "'%(text)s' is not a number: '%(strange)s' (%(name)s) stands in it."
        return NumberError(message, "Correct the cell.", text=shown, strange=strange, name=name)
    if not any(sign.isdigit() for sign in text):
        return NumberError(
            "'%(text)s' is not a number.", "Correct the cell, or add the word to number: missing.", text=shown
        )
    remedy = "The mapping says decimal: '%(decimal)s', thousands: '%(thousands)s', negative: %(negative)s."
    values = {"text": shown, "decimal": form.decimal, "thousands": form.thousands, "negative": ", ".join(form.negative)}
    return NumberError("'%(text)s' is not a number of this form.", remedy, **values)


def rounded(value: Decimal, quantity: Quantity) -> Decimal:
    """The nearest multiple of the quantity's step, of two equal ones the even one; other numbers as they are."""
    if not quantity.exact:
        return value
    steps = EXACT.scaleb(value, -quantity.step_exponent)
    return EXACT.scaleb(steps.to_integral_value(ROUND_HALF_EVEN), quantity.step_exponent)


def plain(value: Decimal) -> str:
    """The number as facts.csv takes it: plain digits, no zeros behind the last one that counts."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) if value else "0"
