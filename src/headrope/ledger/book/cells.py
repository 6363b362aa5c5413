"""Cells of a workbook as the folder form writes them: days, months, choices in words, yes and no.

>>> text_of(Cell("date", "2023-06-01"), Column("period", "", kind="period"))
'2023-06'
>>> text_of(Cell("text", "flow  months add up"), Column("kind", "", kind="choice", options={"flow": "months add up"}))
'flow'
"""

from __future__ import annotations

import re

from headrope.core.problems import Problem
from headrope.ledger.book.columns import Column
from headrope.ledger.sheets.cells import DIGITS, FORMULA, Cell

_MONTH = re.compile(r"([0-9]{4})\s*[年/.-]\s*([0-9]{1,2})\s*月?")
_YEAR = re.compile(r"([0-9]{4})\s*年")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_YES = frozenset({"yes", "y", "true", "1", "是"})
_NO = frozenset({"no", "n", "false", "0", "否"})


def text_of(cell: Cell, column: Column | None) -> str:
    """What the cell says in the words of the folder form; what cannot be understood stays as it is."""
    text = unguarded(cell.text.strip())
    kind = column.kind if column else "text"
    if cell.kind == "date":
        day, time = text[:10], text[10:].strip("T 0:.")
        if kind == "period" and day.endswith("-01") and not time:
            return day[:7]
        return text if time else day
    if kind == "period":
        return period_text(text)
    if kind == "yes":
        return "yes" if text.casefold() in _YES else "" if text.casefold() in _NO else text
    if kind == "choice" and column:
        return _choice(text, column)
    return text


def guarded(text: str) -> str:
    """A text for a file of text that a spreadsheet must not take for a formula; numbers stay as they are.

    >>> guarded("=1+1"), guarded("-0.5"), unguarded(guarded("-A+B"))
    ("'=1+1", '-0.5', '-A+B')
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def period_text(text: str) -> str:
    """A month or year as it is often written, in the words of the folder form; other texts as they are."""
    if found := _MONTH.fullmatch(text):
        return f"{found[1]}-{int(found[2]):02d}"
    if found := _YEAR.fullmatch(text):
        return found[1]
    return text


def _choice(text: str, column: Column) -> str:
    """The word of the choice that is meant: by itself, with its meaning behind it, or by its meaning alone."""
    if text in column.options:
        return text
    wanted = " ".join(text.casefold().split())
    for key, label in column.options.items():
        if wanted in (key.casefold(), " ".join(label.casefold().split())):
            return key
    first = text.split(None, 1)[0] if text else ""
    return first if first in column.options else text


def error_of(where: str, cell: Cell) -> Problem | None:
    """What is wrong with a cell that holds an error; None for any other."""
    if cell.kind != "error":
        return None
    if cell.text == FORMULA:
        return Problem(where, "The formula in the cell has no value.", "Open the workbook in Excel and save it.")
    if cell.text == DIGITS:
        message = "The number has more than 15 digits, and a spreadsheet has changed the last ones."
        return Problem(where, message, "Send it as text.")
    message = "The cell holds an error: %(error)s."
    return Problem(where, message, "Correct it.", {"error": cell.text})
