"""Where the figures of a sheet stand by its layout: the header, and the columns with what they hold."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from headrope.core.problems import Problem
from headrope.ledger.mapping.grid import Grid, even
from headrope.ledger.mapping.keys import Column, Columns, Layout
from headrope.ledger.sheets.cells import Cell, column_name

CLOSE = 3


@dataclass(frozen=True)
class Figure:
    """One column of figures, or several of which the first filled one counts in each row."""

    number: int
    column: Column
    columns: Columns
    header: str


class Places:
    """The header and the columns of one sheet; `problems` are those that were not found."""

    def __init__(self, layout: Layout, grid: Grid, mapping: str) -> None:
        self.layout, self.grid, self.mapping = layout, grid, mapping
        self.problems: list[Problem] = []
        rows = grid.header_rows(layout.header)
        self.header_found = rows is not None
        self.rows = rows or range(0)
        fill = layout.header is not None and layout.header.fill
        self.blocks = grid.blocks(self.rows, fill)
        self.headers = grid.headers(self.rows, fill)
        self.figures: tuple[Figure, ...] = ()
        if rows is None and layout.header:
            message = "The header is not found in the first 40 rows."
            self._say(layout.header.line, message, "Correct header: in the mapping.")
        else:
            self.figures = self._figures()

    @property
    def begin(self) -> int:
        """The first row that may hold figures."""
        if self.layout.rows.begin is not None:
            return self.layout.rows.begin
        return self.rows[-1] + 1 if self.rows else 0

    def find(self, header: str) -> Columns | None:
        """The columns under a header; None where it is missing."""
        return next((columns for text, columns in self.blocks if even(text) == even(header)), None)

    def cells(self, row: int, label: Columns | None) -> Mapping[int, tuple[Cell, int]]:
        """The filled cells of a row by the figure's number, with the column that each stands in.

        A cell merged over several columns counts once: for the figure whose first column it covers. What is merged with
        the row's label is a heading, and what is merged with a row above belongs there.
        """
        anchor = self.grid.anchor
        taken = {anchor(row, column): -1 for column in (label.numbers if label else ())}
        for figure in self.figures:
            taken.setdefault(anchor(row, figure.columns.numbers[0]), figure.number)
        found = {}
        for figure in self.figures:
            for column in figure.columns.numbers:
                place = anchor(row, column)
                if place[0] != row or taken.setdefault(place, figure.number) != figure.number:
                    continue
                cell = self.grid.sheet.cell(*place)
                if cell.kind != "empty" and not (cell.kind == "text" and not cell.text.strip()):
                    found[figure.number] = (cell, place[1])
                    break
        return found

    def _figures(self) -> tuple[Figure, ...]:
        found: list[tuple[Column, Columns]] = []
        for column in self.layout.columns:
            places = self._columns(column)
            if not places and not column.optional:
                self._missing(column)
            found += [(column, columns) for columns in places]
        return tuple(
            Figure(number, column, columns, self._header(columns)) for number, (column, columns) in enumerate(found)
        )

    def _columns(self, column: Column) -> list[Columns]:
        if column.column is not None:
            each = column.column.each
            return [Columns((number,), False) for number in column.column.numbers] if each else [column.column]
        if column.header is not None:
            same = [columns for text, columns in self.blocks if even(text) == even(column.header)]
            if len(same) > 1:
                names = ", ".join(column_name(columns.numbers[0]) for columns in same)
                remedy = "Say which one, as column: %(first)s, or take a header of more rows."
                first = names.partition(",")[0]
                self._say(
                    column.line,
                    "The header '%(header)s' stands over the columns %(names)s.",
                    remedy,
                    header=column.header,
                    names=names,
                    first=first,
                )
            return same[:1]
        if column.pattern is not None:
            return [columns for text, columns in self.blocks if text and column.pattern.search(text)]
        return []

    def _header(self, columns: Columns) -> str:
        first = columns.numbers[0]
        return self.headers[first] if first < len(self.headers) else ""

    def _missing(self, column: Column) -> None:
        if column.header is None:
            self._say(column.line, "No header matches the column's pattern.", "Correct it, or say optional: yes.")
            return
        texts = [text for text, _ in self.blocks if text]
        close = difflib.get_close_matches(column.header, texts, CLOSE, 0.5)
        remedy = "Did you mean %(close)s?" if close else "The headers are %(texts)s."
        values = {"close": " or ".join(f"'{text}'" for text in close), "texts": "; ".join(texts)[:300]}
        self._say(column.line, "No column has the header '%(header)s'.", remedy, header=column.header, **values)

    def _say(self, line: int, message: str, remedy: str, **values: object) -> None:
        where = f"{self.grid.file}, {self.grid.sheet.name} (by {self.mapping}, line {line})"
        self.problems.append(Problem(where, message, remedy, values))
