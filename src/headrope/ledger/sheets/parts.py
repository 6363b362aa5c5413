"""Reads the XML parts of an .xlsx for what the reader of values does not tell: errors, formulas, what is hidden."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from xml.parsers import expat

from headrope.ledger.sheets.cells import FORMULA, MOST_DIGITS, Place, cell_name, column_number, exact_text
from headrope.ledger.sheets.failure import Unreadable
from headrope.ledger.sheets.limits import Limits

ROWS, COLUMNS = 1_048_576, 16_384

Attributes = dict[str, str]

PER_CENTS = {"9", "10"}
"""Numbers of the formats 0% and 0.00%, which no workbook spells out."""
_LITERAL = re.compile(r'"[^"]*"|\\.')


@dataclass
class SheetScan:
    """What the reader of values does not tell about a sheet; places are (row, column) from 0."""

    name: str
    hidden: bool = False
    errors: dict[Place, str] = field(default_factory=dict)
    zeros: list[Place] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: set[Place] = field(default_factory=set)
    per_cents: set[Place] = field(default_factory=set)
    long: dict[Place, str] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0


@dataclass
class BookScan:
    """The sheets of a workbook in its order; `uncomputed`: its writer leaves computing to whoever opens it next."""

    sheets: list[SheetScan] = field(default_factory=list)
    uncomputed: bool = False


class Part:
    """What reads one part: told of elements by name without namespace."""

    def start(self, element: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, element: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Characters between elements."""


def parse(package: zipfile.ZipFile, part: str, into: Part) -> None:
    """Read a part of the package; an ExpatError where it is no XML."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda element, attributes: into.start(element.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda element: into.end(element.rpartition(":")[2])
    parser.CharacterDataHandler = into.text
    # A workbook declares no document type; the one use of it would be entities that grow without end.
    parser.StartDoctypeDeclHandler = _refuse
    with package.open(part) as handle:
        parser.ParseFile(handle)


def _refuse(*declared: object) -> None:
    raise expat.ExpatError("a document type is declared")


class Book(Part):
    """The list of sheets: name, whether it is hidden, and the link to its part."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool, str]] = []
        self.uncomputed = False

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "sheet":
            link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            shown = attributes.get("state", "visible") == "visible"
            self.sheets.append((attributes.get("name", ""), not shown, link))
        elif element == "calcPr":
            self.uncomputed = _yes(attributes.get("fullCalcOnLoad"))


class Targets(Part):
    """Where links lead to."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "Relationship":
            self.of[attributes.get("Id", "")] = attributes.get("Target", "")


def shows_per_cent(code: str) -> bool:
    """Whether a number format shows numbers per cent."""
    return "%" in _LITERAL.sub("", code)


class Styles(Part):
    """The styles of cells: `per_cents` are those that show numbers per cent, by their place in the list."""

    def __init__(self) -> None:
        self.per_cents: set[str] = set()
        self._formats = set(PER_CENTS)
        self._inside, self._count = False, 0

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "numFmt" and shows_per_cent(attributes.get("formatCode", "")):
            self._formats.add(attributes.get("numFmtId", ""))
        elif element == "cellXfs":
            self._inside = True
        elif element == "xf" and self._inside:
            if attributes.get("numFmtId") in self._formats:
                self.per_cents.add(str(self._count))
            self._count += 1

    def end(self, element: str) -> None:
        if element == "cellXfs":
            self._inside = False


class SheetPart(Part):
    """One sheet; raises Unreadable at the first cell that makes it too large. `per_cents` are styles."""

    def __init__(self, found: SheetScan, file: str, limits: Limits, per_cents: Collection[str] = ()) -> None:
        self.found, self.file, self.limits, self.per_cents = found, file, limits, per_cents
        self.row = self.column = -1
        self.kind, self.style, self.formula, self.value = "", "", False, ""
        self._begin: dict[str, Callable[[Attributes], None]] = {
            "c": self._cell, "row": self._row, "f": self._formula, "v": self._value, "is": self._value, "col": self._columns
        }  # fmt: skip
        self._reading = False

    def start(self, element: str, attributes: Attributes) -> None:
        begin = self._begin.get(element)
        if begin is not None:
            begin(attributes)

    def text(self, data: str) -> None:
        if self._reading:
            self.value += data

    def end(self, element: str) -> None:
        if element == "c":
            self._close()
        elif element in ("v", "is"):
            self._reading = False

    def _row(self, attributes: Attributes) -> None:
        self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
        self.column = -1
        if _yes(attributes.get("hidden")) and 0 <= self.row < ROWS:
            self.found.hidden_rows.add(self.row)

    def _columns(self, attributes: Attributes) -> None:
        if _yes(attributes.get("hidden")):
            first, last = int(attributes.get("min", 1)), int(attributes.get("max", 1))
            self.found.hidden_columns.update(range(max(first, 1) - 1, min(last, COLUMNS)))

    def _cell(self, attributes: Attributes) -> None:
        self.kind, self.style, self.formula, self.value = attributes.get("t", "n"), attributes.get("s", ""), False, ""
        if "r" in attributes:
            self.row, self.column = _place(attributes["r"])
        else:
            self.column += 1

    def _formula(self, attributes: Attributes) -> None:
        self.formula = True

    def _value(self, attributes: Attributes) -> None:
        self._reading = True

    def _close(self) -> None:
        if not self.value and not self.formula:
            return
        found, place = self.found, (self.row, self.column)
        found.rows, found.columns = max(found.rows, self.row + 1), max(found.columns, self.column + 1)
        if found.rows * found.columns > self.limits.cells:
            raise _too_far(f"{self.file}, {found.name}!{cell_name(*place)}", found, self.limits)
        if self.kind == "e":
            found.errors[place] = self.value
        elif self.formula and not self.value and self.kind != "str":
            found.errors[place] = FORMULA
        elif self.formula and self.value == "0":
            found.zeros.append(place)
        if place[0] < self.limits.told_rows:
            self._tell(place)

    def _tell(self, place: Place) -> None:
        if self.formula:
            self.found.formulas.add(place)
        if self.kind == "n" and self.value:
            if self.style in self.per_cents:
                self.found.per_cents.add(place)
            text = exact_text(float(self.value)) if len(self.value) > MOST_DIGITS else None
            if text is not None:
                self.found.long[place] = text


def _too_far(where: str, found: SheetScan, limits: Limits) -> Unreadable:
    message = "The sheet reaches to here, over %(rows)s rows and %(columns)s columns; %(most)s cells are the most."
    remedy = "Delete the rows and columns behind the last figures, or save a part of the sheet."
    values = {"rows": f"{found.rows:,}", "columns": f"{found.columns:,}", "most": f"{limits.cells:,}"}
    return Unreadable(where, message, remedy, **values)


def _place(name: str) -> Place:
    letters = name.rstrip("0123456789")
    row = name[len(letters) :]
    if len(row) > 7:
        raise expat.ExpatError(f"{name[:20]} names no cell")
    try:
        return int(row) - 1, column_number(letters)
    except ValueError as error:
        raise expat.ExpatError(f"{name[:20]} names no cell") from error


def _yes(text: str | None) -> bool:
    return text in ("1", "true")
