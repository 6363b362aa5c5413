"""Gathers the figures of all sheets, with the cell that each came from, and finds those that stand there twice."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from headrope.core.problems import Problem
from headrope.core.quantities import Quantity
from headrope.ledger.mapping.numbers import plain, rounded
from headrope.ledger.sheets.cells import cell_name

Report = Callable[[Problem], None]
ROUNDED = "rounded half-even to the measure's step"


class FactKey(NamedTuple):
    """What a figure goes under, in the words of facts.csv."""

    unit: str
    measure: str
    period: str
    version: str
    vintage: str


@dataclass
class Places:
    """The cell that each of many things came from, by number."""

    sheets: list[str] = field(default_factory=list)
    _sheet: array[int] = field(default_factory=lambda: array("l"))
    _row: array[int] = field(default_factory=lambda: array("l"))
    _column: array[int] = field(default_factory=lambda: array("l"))

    def add(self, sheet: str, row: int, column: int) -> None:
        """The place of the next thing; `sheet` is the file and the sheet."""
        if not self.sheets or self.sheets[-1] != sheet:
            self.sheets.append(sheet)
        self._sheet.append(len(self.sheets) - 1)
        self._row.append(row)
        self._column.append(column)

    def name(self, number: int) -> str:
        """The place of a thing such as `april.xlsx, Data!C14`."""
        return place_name(self.sheets[self._sheet[number]], self._row[number], self._column[number])


def sheet_name(file: str, sheet: str, only: bool) -> str:
    """What places call a sheet: the file, and the sheet where the file has sheets."""
    return f"{file}, " if only else f"{file}, {sheet}!"


def place_name(sheet: str, row: int, column: int) -> str:
    """The name of a cell of a sheet."""
    return f"{sheet}{cell_name(row, column)}"


class Facts:
    """Figures by what they go under, in the order in which they were met."""

    def __init__(self, report: Report, quantities: Mapping[str, Quantity]) -> None:
        self.report, self.quantities = report, quantities
        self.values: dict[FactKey, Decimal] = {}
        self.places = Places()
        self.numbers: dict[FactKey, int] = {}
        self.rounded: set[FactKey] = set()

    def add(self, key: FactKey, value: Decimal, place: tuple[str, int, int], repeated: str) -> None:
        """Take a figure; one that stands there already is added to it or reported."""
        if key not in self.values:
            self.values[key] = value
            self.numbers[key] = len(self.numbers)
            self.places.add(*place)
        elif repeated == "sum":
            self.values[key] += value
        else:
            message = (
                "%(unit)s %(measure)s %(period)s (%(version)s) stands here, %(value)s, and at %(other)s, %(before)s."
            )
            remedy = "Skip one of the rows, give the units codes of their own, or say repeated: sum."
            values = {**key._asdict(), "value": plain(value), "before": plain(self.values[key])}
            other = self.places.name(self.numbers[key])
            self.report(Problem(place_name(*place), message, remedy, {**values, "other": other}))

    def round(self, key: FactKey) -> None:
        """Note that the figure may be rounded to its measure's step."""
        self.rounded.add(key)

    def rows(self) -> list[tuple[FactKey, str, str]]:
        """The figures as texts, and the reason where one was rounded."""
        rows = []
        for key, value in self.values.items():
            quantity = self.quantities.get(key.measure)
            whole = rounded(value, quantity) if quantity and key in self.rounded else value
            rows.append((key, plain(whole), ROUNDED if whole != value else ""))
        return rows
