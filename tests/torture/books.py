"""What a case's tables say as known on a day: dictionaries and lists, every value a Fraction or words."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from tests.torture.months import Run, read

Row = Mapping[str, str]
FIRST, LAST = date.min, date.max
SPANS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def rows_of(table: str) -> list[dict[str, str]]:
    """The rows of a CSV text by column."""
    return [{key: (cell or "").strip() for key, cell in row.items()} for row in csv.DictReader(io.StringIO(table))]


@dataclass(frozen=True)
class Edition:
    """How a unit stood from its first to its last day, both included."""

    first: date
    last: date
    parent: str | None
    kind: str
    method: str
    successor: str | None


class Cell(NamedTuple):
    """Where a fact stands."""

    measure: str
    version: str
    unit: str
    period: Run
    basis: str


class Fact(NamedTuple):
    """The state of a cell, and its value where the state is value."""

    state: str
    value: Fraction | str | None


class Share(NamedTuple):
    """A dated share of `held` in the hands of `owner`."""

    owner: str
    held: str
    first: date
    last: date
    share: Fraction


class Pair(NamedTuple):
    """An elimination between two units in one cell."""

    unit: str
    counterparty: str
    measure: str
    version: str
    period: Run


@dataclass(frozen=True)
class Measure:
    """One row of measures.csv; empty columns are empty texts."""

    code: str
    row: Row

    def __getitem__(self, column: str) -> str:
        return self.row.get(column, "")

    @property
    def kind(self) -> str:
        """Its kind."""
        return self["kind"]

    @property
    def exact(self) -> bool:
        """Whether its figures are whole numbers of steps."""
        return self["quantity"] in ("money", "count")

    @property
    def step(self) -> Fraction:
        """The step in units of account."""
        return Fraction(self["step"])

    @property
    def first(self) -> date:
        """The first day on which it holds."""
        return _day(self["from"], FIRST)

    @property
    def last(self) -> date:
        """The last day on which it holds."""
        return _day(self["to"], LAST)


@dataclass
class Books:
    """Everything that is known at the end of a day (None: everything there is)."""

    fiscal_start: int = 1
    measures: dict[str, Measure] = field(default_factory=dict)
    units: dict[str, list[Edition]] = field(default_factory=dict)
    facts: dict[Cell, Fact] = field(default_factory=dict)
    shares: list[Share] = field(default_factory=list)
    eliminations: dict[Pair, Fraction] = field(default_factory=dict)
    members: list[tuple[str, str, date, date]] = field(default_factory=list)
    forms: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    duties: list[tuple[str, str, date, date]] = field(default_factory=list)

    def alive(self, unit: str, day: date) -> bool:
        """Whether the unit exists on that day."""
        return any(edition.first <= day <= edition.last for edition in self.units.get(unit, []))

    def predecessor(self, measure: str) -> str | None:
        """The measure whose figures stand for this one before it holds."""
        for code, other in self.measures.items():
            if other["successor"] == measure and other["continuity"] == "same":
                return code
        return None


def _day(text: str, otherwise: date) -> date:
    return date.fromisoformat(text) if text else otherwise


def open_books(tables: Mapping[str, str], day: date | None = None) -> Books:
    """The books of a case as known at the end of that day.

    A row without a vintage is known from the first vintage that stands anywhere in the case, else always.
    """
    given = {name: rows_of(text) for name, text in tables.items()}
    vintages = [row["vintage"] for rows in given.values() for row in rows if row.get("vintage")]
    start = _day(min(vintages, default=""), FIRST)
    known = {name: _known(rows, start, day) for name, rows in given.items()}
    books = Books()
    for row in known.get("ledger", []):
        if row["key"] == "fiscal_start":
            books.fiscal_start = int(row["value"])
    books.measures = {row["code"]: Measure(row["code"], row) for row in known.get("measures", [])}
    books.units = _units(known.get("units", []))
    _facts(books, known.get("facts", []))
    for row in _latest(known.get("holdings", []), ("owner", "held")):
        books.shares.append(Share(row["owner"], row["held"], *_days(row), Fraction(row["share"])))
    for row in known.get("eliminations", []):
        period = read(row["period"], books.fiscal_start)
        pair = Pair(row["unit"], row["counterparty"], row["measure"], row["version"], period)
        books.eliminations.pop(pair, None)
        if row["amount"] and row.get("state", "") != "withdrawn":
            books.eliminations[pair] = Fraction(row["amount"])
    for row in _latest(known.get("segments", []), ("segment", "unit")):
        books.members.append((row["segment"], row["unit"], *_days(row)))
    for row in known.get("forms", []):
        books.forms[row["code"]] = (SPANS[row["span"]], row["measures"].split())
    for row in _latest(known.get("duties", []), ("form", "unit")):
        books.duties.append((row["form"], row["unit"], *_days(row)))
    return books


def _known(rows: list[dict[str, str]], start: date, day: date | None) -> list[dict[str, str]]:
    """Rows that are known by then, those known first in front; of one day in the order of the table."""
    when = [(_day(row.get("vintage", ""), start), place) for place, row in enumerate(rows)]
    return [rows[place] for known, place in sorted(when) if day is None or known <= day]


def _days(row: Row) -> tuple[date, date]:
    return _day(row.get("from", ""), FIRST), _day(row.get("to", ""), LAST)


def _latest(rows: list[dict[str, str]], key: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of the last vintage that speaks of each key, all together, unless they withdraw it."""
    last = {tuple(row[column] for column in key): row.get("vintage", "") for row in rows}
    return [
        row
        for row in rows
        if row.get("vintage", "") == last[tuple(row[column] for column in key)] and row.get("state", "") != "withdrawn"
    ]


def _units(rows: list[dict[str, str]]) -> dict[str, list[Edition]]:
    """Each unit's editions: the rows of the last vintage that speaks of it, all together."""
    units: dict[str, list[Edition]] = {}
    for row in _latest(rows, ("code",)):
        first, end = _days(row)
        edition = Edition(
            first, end, row["parent"] or None, row.get("kind") or "unit",
            row.get("method") or "full", row.get("successor") or None,
        )  # fmt: skip
        units.setdefault(row["code"], []).append(edition)
    for code, editions in units.items():
        editions.sort(key=lambda edition: edition.first)
        firsts = {edition.first for edition in editions}
        # A row that ends on the very day on which the next begins gives that day away.
        units[code] = [
            Edition(e.first, e.last - timedelta(days=1), e.parent, e.kind, e.method, e.successor)
            if e.last in firsts and e.last != e.first
            else e
            for e in editions
        ]
    return units


def _facts(books: Books, rows: list[dict[str, str]]) -> None:
    for row in rows:
        measure = books.measures[row["measure"]]
        state = row.get("state") or "value"
        value: Fraction | str | None = None
        if state == "value":
            value = row["value"] if measure["quantity"] == "text" else Fraction(row["value"])
        period = read(row["period"], books.fiscal_start)
        cell = Cell(row["measure"], row["version"], row["unit"], period, row.get("basis") or "own")
        books.facts[cell] = Fact(state, value)
