"""The keys that a workbook carries in its hidden sheet: what it is of, and which measure stands in which row."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from headrope.core.problems import Problem
from headrope.ledger.sheets.cells import Sheet

FORMAT = "1"
"""Grows when a workbook of today could not be read as one of yesterday."""
ROWS_FROM = 16
"""The row of the hidden sheet, from 0, from which on the rows of the form are listed."""
ANEW = "Download the workbook anew, and copy the figures into it."


@dataclass(frozen=True)
class KeyRow:
    """A row of the form, numbered as people see it, its measure, and the power of ten that its figures are typed in."""

    row: int
    measure: str
    exponent: int


@dataclass(frozen=True)
class Keys:
    """All keys; `sheet` is the name of the sheet to fill in and `entry` the heading of the column to fill in."""

    unit: str
    form: str
    period: str
    version: str
    exponent: int
    row_version: int
    sheet: str
    entry: str
    rows: tuple[KeyRow, ...]
    format: str = FORMAT

    def cells(self) -> list[tuple[str, ...]]:
        """The rows of the hidden sheet, as texts."""
        head = [(name, str(getattr(self, name))) for name in _HEAD]
        head.append(("digest", self._digest()))
        head += [()] * (ROWS_FROM - len(head))  # type: ignore[list-item]
        return [*head, *((str(each.row), each.measure, str(each.exponent)) for each in self.rows)]

    def _digest(self) -> str:
        rows = [[each.row, each.measure, each.exponent] for each in self.rows]
        said = json.dumps([*(str(getattr(self, name)) for name in _HEAD), rows], ensure_ascii=True)
        return hashlib.sha256(said.encode()).hexdigest()


_HEAD = ("format", "unit", "form", "period", "version", "exponent", "row_version", "sheet", "entry")


def read_keys(sheet: Sheet, where: str) -> Keys | Problem:
    """The keys of a hidden sheet, or what is wrong with them."""
    head = {sheet.cell(row, 0).text: sheet.cell(row, 1).text for row in range(ROWS_FROM)}
    if head.get("format", FORMAT) != FORMAT:
        message = "The workbook was made by another version of Headrope (layout %(found)s; this one reads %(format)s)."
        return Problem(where, message, ANEW, {"found": head["format"][:20], "format": FORMAT})
    changed = Problem(where, "The hidden sheet of the workbook was changed.", ANEW)
    try:
        keys = Keys(
            head["unit"],
            head["form"],
            head["period"],
            head["version"],
            int(head["exponent"]),
            int(head["row_version"]),
            head["sheet"],
            head["entry"],
            tuple(
                KeyRow(int(cells[0].text), cells[1].text, int(cells[2].text))
                for cells in sheet.rows[ROWS_FROM:]
                if cells
            ),
        )
    except (KeyError, ValueError, IndexError):
        return changed
    return keys if head.get("digest") == keys._digest() and len(keys.rows) < LIMIT_ROWS else changed


LIMIT_ROWS = 10_000
