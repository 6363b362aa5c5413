"""A sheet read as the rows of a file: its header is found and named, and cells that cannot be taken are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from headrope.core.problems import Problem
from headrope.ledger.book.cells import error_of, text_of
from headrope.ledger.book.columns import Column
from headrope.ledger.book.files import file_of, in_both
from headrope.ledger.book.numbers import FIGURES
from headrope.ledger.book.places import Origin
from headrope.ledger.sheets.cells import EMPTY, Cell, Sheet, cell_name

LOOKED_AT = 10
"""Rows in which a header is looked for."""

Report = Callable[[Problem], None]
Cells = dict[str, str]


class SheetTable:
    """A sheet with its header found and named; places of cells count from 0."""

    def __init__(self, key: str, sheet: Sheet, report: Report) -> None:
        self.key, self.sheet, self.report = key, sheet, report
        self.known = _known(key)
        self.top = self._top()
        heads = sheet.rows[self.top] if sheet.rows else []
        names = {place: self._name(cell) for place, cell in enumerate(heads) if cell.text.strip()}
        periods = key == FIGURES
        self.others = {place: text_of(heads[place], _PERIOD) for place, (_, is_known) in names.items() if not is_known} if periods else {}  # fmt: skip
        self.columns = {place: name for place, (name, is_known) in names.items() if is_known or not periods}
        # Of a heading that stands there twice the file says so, too.
        self.header = list(self.columns.values())
        self.origin = Origin(sheet.name, self.top, {name: place for place, name in self.columns.items()})
        self._check()

    def _top(self) -> int:
        """The row of the header: the first one with a known heading, else the first that is not empty."""
        for row, cells in enumerate(self.sheet.rows[:LOOKED_AT]):
            if any(self._name(cell)[1] for cell in cells):
                return row
        return next((row for row, cells in enumerate(self.sheet.rows) if any(cell.text.strip() for cell in cells)), 0)

    def _name(self, cell: Cell) -> tuple[str, bool]:
        """The column that a heading names, and whether it is known."""
        whole = cell.text.strip()
        for text in (whole, *whole.splitlines()):
            if found := self.known.get(" ".join(text.casefold().split())):
                return found, True
        return whole, False

    def _check(self) -> None:
        """Report errors, and cells in columns that have no heading."""
        headed = {*self.columns, *self.others}
        for row, cells in enumerate(self.sheet.rows):
            for place, cell in enumerate(cells):
                where = f"{self.sheet.name}!{cell_name(row, place)}"
                if cell.kind == "error" and (problem := error_of(where, cell)):
                    self.report(problem)
                elif row > self.top and place not in headed and cell.text.strip():
                    message = "The cell stands in a column without a heading."
                    self.report(Problem(where, message, "Write a heading above it, or empty the cell."))

    def demand(self, columns: Iterable[str]) -> bool:
        """Report the columns that are missing; whether there is none."""
        lacking = [column for column in columns if column not in self.header]
        for column in lacking:
            where = f"{self.sheet.name}, row {self.top + 1}"
            self.report(Problem(where, "The column '%(column)s' is missing.", "Add it.", {"column": column}))
        return not lacking

    def text(self, row: int, place: int) -> str:
        """The text of a cell as it stands."""
        return self.sheet.cell(row, place).text.strip()

    def rows(self) -> list[tuple[Cells, Origin]]:
        """Rows below the header that are not empty, and where each stands."""
        file = file_of(self.key)
        columns = {place: file.column(name) if file else None for place, name in self.columns.items()}
        found = []
        for number in range(self.top + 1, len(self.sheet.rows)):
            cells = self.sheet.rows[number]
            if not any(cell.text.strip() for cell in cells):
                continue
            made = {
                name: text_of(cells[place] if place < len(cells) else EMPTY, columns[place] or _rare(name))
                for place, name in self.columns.items()
            }
            found.append((made, Origin(self.sheet.name, number, self.origin.columns, made)))
        return found


_PERIOD = Column("period", "", kind="period")


def _rare(name: str) -> Column | None:
    """A column that is not offered: only days have to be known as such."""
    return Column(name, "", kind="day") if name == "vintage" else None


def _known(key: str) -> Mapping[str, str]:
    """Columns by their headings in any language."""
    known: dict[str, str] = {}
    for file in in_both(key):
        for column in file.columns:
            known[" ".join(column.label.casefold().split())] = column.key
        known |= {name: name for name in (*file.keys, *file.rare)}
    return known
