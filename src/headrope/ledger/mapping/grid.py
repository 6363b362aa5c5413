"""A sheet as a reader sees it: merged cells stand in all their places, and columns have joined headers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from headrope.ledger.mapping.keys import Columns, Header
from headrope.ledger.sheets.cells import EMPTY, Cell, Sheet

LOOKED_AT = 40
MOST_MERGED = 2_000_000
"""Places that merged cells may fill; overlapping ones could otherwise fill any number."""

Place = tuple[int, int]


def even(text: str) -> str:
    """The text with single blanks and without case, for comparing."""
    return " ".join(text.split()).casefold()


@dataclass(frozen=True)
class Grid:
    """A sheet of a file. Rows and columns count from 0."""

    file: str
    sheet: Sheet

    @cached_property
    def _anchors(self) -> dict[Place, Place]:
        """The first cell of the merged block that a place belongs to."""
        rows, width = len(self.sheet.rows), self.sheet.width
        anchors: dict[Place, Place] = {}
        filled = 0
        for box in self.sheet.merged:
            right, bottom = min(box.right, width - 1), min(box.bottom, rows - 1)
            filled += max(right - box.left + 1, 0) * max(bottom - box.top + 1, 0)
            if filled > MOST_MERGED:
                break
            for row in range(box.top, bottom + 1):
                for column in range(box.left, right + 1):
                    anchors[row, column] = (box.top, box.left)
        return anchors

    def anchor(self, row: int, column: int) -> Place:
        """The place whose cell shows here: the first one of a merged block, else this one."""
        return self._anchors.get((row, column), (row, column))

    def cell(self, row: int, column: int) -> Cell:
        """What shows in a place."""
        return self.sheet.cell(*self.anchor(row, column))

    def text(self, row: int, columns: Columns) -> str:
        """The text of the first of the columns that is filled, with single blanks."""
        return next((text for column in columns.numbers if (text := " ".join(self.cell(row, column).text.split()))), "")

    def row_text(self, row: int) -> Iterator[str]:
        """The texts of a row's cells."""
        return (" ".join(cell.text.split()) for cell in self.sheet.rows[row] if cell is not EMPTY)

    def header_rows(self, header: Header | None) -> range | None:
        """The header's rows; none of them when there is no header, None when it is not found."""
        if header is None:
            return range(0)
        first = header.row
        if header.find:
            rows = range(min(LOOKED_AT, len(self.sheet.rows)))
            first = next((row for row in rows if any(map(header.find.search, self.row_text(row)))), None)
        if first is None or first >= len(self.sheet.rows):
            return None
        return range(first, first + header.rows)

    def headers(self, rows: range, fill: bool = False) -> list[str]:
        """The joined header of each column; what repeats from one row to the next counts once.

        `fill`: in all rows but the last an empty cell takes the text on its left.
        """
        if not rows:
            return []
        table = [[self.text(row, Columns((column,), False)) for column in range(self.sheet.width)] for row in rows]
        for texts in table[:-1] if fill else ():
            for column in range(1, len(texts)):
                texts[column] = texts[column] or texts[column - 1]
        return [" ".join(text for text, _ in groupby(filter(None, column))) for column in zip(*table, strict=True)]

    def blocks(self, rows: range, fill: bool = False) -> list[tuple[str, Columns]]:
        """Headers with their columns from the left; columns under one merged cell of the last row go together."""
        blocks: list[tuple[str, Columns]] = []
        before: Place | None = None
        for column, text in enumerate(self.headers(rows, fill)):
            place = self.anchor(rows[-1], column)
            if place == before and blocks and blocks[-1][0] == text:
                blocks[-1] = (text, Columns((*blocks[-1][1].numbers, column), False))
            else:
                blocks.append((text, Columns((column,), False)))
            before = place
        return blocks
