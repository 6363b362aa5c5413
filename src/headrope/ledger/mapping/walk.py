"""Goes through a sheet row by row as its layout says, and takes the figures of its units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from headrope.core.problems import Problem
from headrope.ledger.mapping.facts import FactKey, Facts, Report, place_name, sheet_name
from headrope.ledger.mapping.grid import Grid
from headrope.ledger.mapping.keys import Columns, Layout, Number, RowTest, Source
from headrope.ledger.mapping.names import Names
from headrope.ledger.mapping.numbers import NumberError, read_number
from headrope.ledger.mapping.place import Figure, Places
from headrope.ledger.mapping.times import day_text
from headrope.ledger.mapping.totals import Sums
from headrope.ledger.mapping.words import NoWord, RowLacks, Sources, Spot, part_of
from headrope.ledger.sheets.cells import Cell

Filled = Mapping[int, tuple[Cell, int]]


@dataclass(frozen=True)
class Into:
    """What a walk fills, and what it needs to know: the mapping's name, the codes of a unit's column, the fiscal start."""

    facts: Facts
    names: Names
    report: Report
    mapping: str
    codes: Mapping[int, Mapping[str, str]]
    fiscal_start: int


class Walk:
    """One sheet with its layout."""

    def __init__(self, layout: Layout, grid: Grid, into: Into, only: bool) -> None:
        self.layout, self.grid, self.into = layout, grid, into
        self.sheet = sheet_name(grid.file, grid.sheet.name, only)
        self.places = Places(layout, grid, into.mapping)
        self.sources = Sources(grid, self.places.find, into.fiscal_start)
        self.sums = Sums()
        self.section = ""
        self.label: Columns | None = None
        self._said: set[str] = set()

    def run(self) -> Sums:
        """Take all rows; gives how many subtotals were compared and how many differ."""
        for problem in self.places.problems:
            self.into.report(problem)
        if self.places.header_found and not self.places.problems:
            try:
                self.label = self.sources.columns(self.layout.unit)
            except NoWord as error:
                self._say(self.places.begin, 0, error)
                return self.sums
            for row in self._rows():
                self._row(row)
        return self.sums

    def _rows(self) -> Iterator[int]:
        """The rows between begin and end that are not to be left out."""
        rows = self.layout.rows
        end = len(self.grid.sheet.rows) if rows.end is None else min(rows.end + 1, len(self.grid.sheet.rows))
        for row in range(self.places.begin, end):
            if any(self._is(test, row) for test in rows.stop):
                return
            if any(self._is(test, row) for test in rows.skip):
                continue
            if row in self.grid.sheet.hidden_rows and rows.hidden != "read":
                if rows.hidden == "refuse":
                    self._say(row, 0, RowLacks("The row is hidden.", "Show it, or say rows: hidden: read or skip."))
                continue
            yield row

    def _is(self, test: RowTest, row: int) -> bool:
        columns = test.column or self.label
        if test.anywhere or columns is None:
            return any(map(test.pattern.search, self.grid.row_text(row)))
        return bool(test.pattern.search(self.grid.text(row, columns)))

    def _row(self, row: int) -> None:
        cells = self.places.cells(row, self.label)
        text = self.grid.text(row, self.label) if self.label else ""
        rows = self.layout.rows
        total = next(((total, found) for total in rows.totals if (found := total.pattern.search(text))), None)
        if total:
            section = total[1].groupdict().get("section") or self.section
            stated, names = self._stated(row, cells)
            for problem in self.sums.check(total[0], section, stated, names):
                self.into.report(problem)
        elif rows.sections and text and self._is_section(text, cells):
            self.section = self._section_of(text)
            self.sums.begin_section()
        elif cells:
            self._take(row, cells)

    def _section_of(self, text: str) -> str:
        pattern = self.layout.rows.sections.pattern if self.layout.rows.sections else None
        found = pattern.search(text) if pattern else None
        return (found.groupdict().get("section") if found else None) or text

    def _is_section(self, text: str, cells: Filled) -> bool:
        pattern = self.layout.rows.sections.pattern if self.layout.rows.sections else None
        return bool(pattern.search(text)) if pattern else not cells

    def _stated(self, row: int, cells: Filled) -> tuple[dict[int, Decimal], dict[int, tuple[str, str]]]:
        """The figures of a subtotal row, and what each is called."""
        figures, names = {}, {}
        for figure, cell, column in self._each(cells):
            try:
                value = read_number(cell, self._form(figure))
                key = self._key(figure, row, "")
            except (NumberError, NoWord) as error:
                self._say(row, column, error, blocking=False)
                continue
            if value is not None:
                figures[figure.number] = value
                names[figure.number] = (self._place(row, column), f"{key.measure} {key.period} {key.version}")
        return figures, names

    def _take(self, row: int, cells: Filled) -> None:
        """The figures of a unit's row."""
        values: dict[int, Decimal] = {}
        for figure, cell, column in self._each(cells):
            try:
                value = read_number(cell, self._form(figure))
            except NumberError as error:
                self._say(row, column, error)
                continue
            if value is not None:
                values[figure.number] = value
        if not values:
            return
        try:
            code = self._unit(row, min(cells[number][1] for number in values))
        except RowLacks as error:
            if self.layout.rows.without_unit == "refuse":
                self._say(row, min(cells[number][1] for number in values), error)
            return
        except NoWord as error:
            self._say(row, 0, error)
            return
        self.sums.add(self.section, values)
        for figure, _, column in self._each({number: cells[number] for number in values}) if code else ():
            self._add(figure, (row, column), code or "", values[figure.number])

    def _add(self, figure: Figure, place: tuple[int, int], unit: str, value: Decimal) -> None:
        try:
            key = self._key(figure, place[0], unit)
        except NoWord as error:
            self._say(*place, error)
            return
        self.into.facts.add(key, value, (self.sheet, *place), self.layout.repeated)
        if self._form(figure).round == "half-even":
            self.into.facts.round(key)

    def _unit(self, row: int, first: int) -> str | None:
        """The code of the row's unit; None for an unknown one. RowLacks where it names none."""
        unit = self.layout.unit
        text = " ".join(part_of(unit.pattern, self.sources.raw(unit, Spot(row, "")), "unit").split())
        if not text:
            raise RowLacks(
                "The row holds figures and names no unit.", "Name it, or leave the row out by rows: skip or stop."
            )
        where = self._place(row, self.label.numbers[0] if self.label else first)
        return self.into.names.code(unit, self.into.codes.get(unit.line, {}), text, (self.section, where))

    def _key(self, figure: Figure, row: int, unit: str) -> FactKey:
        """What a figure goes under; NoWord where a word of it is missing."""
        spot, column, layout = Spot(row, figure.header), figure.column, self.layout
        measure = self._needed("measure", column.measure or layout.measure, spot)
        version = self._needed("version", column.version or layout.version, spot)
        period = self.sources.period(column.period or layout.period, spot)
        vintage = ""
        if layout.vintage:
            text = self._needed("vintage", layout.vintage, spot)
            try:
                vintage = day_text(text)
            except ValueError as error:
                raise RowLacks("'%(text)s' is not a day.", "Write it like 2023-06-30.", text=text[:60]) from error
        return FactKey(unit, measure, period, version, vintage)

    def _needed(self, group: str, source: Source | None, spot: Spot) -> str:
        text = self.sources.word(source, spot, group) if source else ""
        if not text:
            raise RowLacks("No %(group)s is given here.", "Fill the cell, or correct the mapping.", group=group)
        return text

    def _form(self, figure: Figure) -> Number:
        return figure.column.number or self.layout.number

    def _each(self, cells: Filled) -> Iterator[tuple[Figure, Cell, int]]:
        figures: Sequence[Figure] = self.places.figures
        return ((figures[number], cell, column) for number, (cell, column) in cells.items())

    def _place(self, row: int, column: int) -> str:
        return place_name(self.sheet, row, column)

    def _say(self, row: int, column: int, error: NumberError | NoWord, blocking: bool = True) -> None:
        """Report what is wrong with a cell; what is wrong in the same words with the whole sheet once."""
        if isinstance(error, NoWord) and not isinstance(error, RowLacks):
            if str(error) in self._said:
                return
            self._said.add(str(error))
        self.into.report(Problem(self._place(row, column), error.message, error.remedy, error.values, blocking))
