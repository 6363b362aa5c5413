"""Cells, sheets and workbooks as plain values, and the names of cells.

>>> cell_name(13, 2), column_name(27), column_number("AB")
('C14', 'AB', 27)
>>> number_text(0.1 + 0.2), number_text(1e-7), number_text(1200.0)
('0.3', '0.0000001', '1200')
>>> exact_text(0.1 + 0.2), exact_text(0.3)
('0.30000000000000004', None)
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from headrope.core.problems import Problem

CellKind = Literal["empty", "text", "number", "date", "bool", "error"]

FORMULA, DIGITS = "formula", "digits"
"""Texts of error cells that a spreadsheet would not call so: a formula that nobody computed, a number that lost digits."""

MOST_DIGITS = 15
"""Digits that a spreadsheet keeps of a number."""

_COLUMN = re.compile("[A-Z]{1,3}")


class Cell(NamedTuple):
    """One cell. `text` is the number with at most 15 digits, the ISO day or moment, true or false, or the error's name."""

    kind: CellKind
    text: str


EMPTY = Cell("empty", "")
Place = tuple[int, int]
"""Row and column, from 0."""


class Box(NamedTuple):
    """A block of cells; rows and columns count from 0 and the last ones belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """A sheet from its cell A1 on; rows end with their last filled cell, rows and columns count from 0.

    Where Limits.told_rows asks for it: `formulas` are the cells that are computed, `per_cents` numbers that are shown
    per cent, `long` the exact decimal texts of numbers whose `Cell.text` has lost digits.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[Box] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formulas: frozenset[Place] = frozenset()
    per_cents: frozenset[Place] = frozenset()
    long: Mapping[Place, str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Columns up to the last filled cell of any row."""
        return max(map(len, self.rows), default=0)

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a place, also outside of what is filled."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return EMPTY


@dataclass(frozen=True)
class Workbook:
    """What a file holds. Blocking problems mean that it could not be read, and then it has no sheets; others are notes."""

    name: str
    sheets: Sequence[Sheet] = ()
    problems: Sequence[Problem] = field(default=())

    @property
    def readable(self) -> bool:
        """Whether nothing blocks."""
        return not any(problem.blocking for problem in self.problems)


def column_name(column: int) -> str:
    """The letters of a column that is counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The column, counted from 0, that up to three capital letters name; else a ValueError."""
    if not _COLUMN.fullmatch(letters):
        raise ValueError(f"'{letters}' names no column")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def cell_name(row: int, column: int) -> str:
    """The name of a cell such as C14; row and column count from 0."""
    return f"{column_name(column)}{row + 1}"


def number_text(value: float) -> str:
    """The number as a plain decimal text of at most 15 significant digits."""
    text = format(value, f".{MOST_DIGITS}g")
    return format(Decimal(text), "f") if "e" in text else text


def exact_text(value: float) -> str | None:
    """All digits of a number of which `number_text` does not keep all; None where it does."""
    if not math.isfinite(value) or float(number_text(value)) == value:
        return None
    return format(Decimal(repr(value)), "f")


def listing(names: Iterable[str], count: int) -> str:
    """A few names, and how many more there are."""
    shown = list(names)
    more = count - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")
