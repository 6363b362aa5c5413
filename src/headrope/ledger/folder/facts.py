"""Reads facts.csv chunk by chunk into staging rows; every wrong cell is reported with its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar

from headrope.core.measures import MeasureRule
from headrope.core.periods import PeriodError, from_code, parse_native
from headrope.core.problems import Problem
from headrope.core.quantities import QuantityError
from headrope.ledger.folder.tables import Chunk, Report, Table, open_table
from headrope.ledger.models import Basis, State

COLUMNS = ("unit", "measure", "period", "version", "value"), ("vintage", "basis", "state", "reason")
VERSION_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")

_BASES = {"": Basis.OWN, "own": Basis.OWN, "stated": Basis.STATED}
_STATES = {"": State.VALUE, "value": State.VALUE, "withdrawn": State.WITHDRAWN, "not-applicable": State.NOT_APPLICABLE}

Read = TypeVar("Read")
Staged = tuple[object, ...]


class Words(Generic[Read]):
    """Reads the few different words of a column once each; `read` gives None for a word that is wrong."""

    def __init__(self, read: Callable[[str], Read | None]) -> None:
        self.known: dict[str, Read | None] = {}
        self._read = read

    def __call__(self, word: str) -> Read | None:
        if word not in self.known:
            self.known[word] = self._read(word)
        return self.known[word]

    def column(self, words: Sequence[str]) -> list[Read | None]:
        """The column read."""
        for word in set(words):
            self(word)
        return [self.known[word] for word in words]


@dataclass(frozen=True)
class Held:
    """What facts are held against: ids by code, rules by measure id, the days a unit is alive, and the calendar.

    `alive` holds, for units that are not alive always, the codes of months at whose end they are (as intervals of
    month numbers, the last excluded).
    """

    units: Mapping[str, int]
    measures: Mapping[str, int]
    rules: Mapping[int, MeasureRule]
    alive: Mapping[int, Sequence[tuple[int, int]]]
    fiscal_start: int
    today: date


@dataclass
class FactReader:
    """One run over facts.csv; versions and vintages are numbered in the order in which they appear."""

    held: Held
    report: Report
    versions: dict[str, int] = field(default_factory=dict)
    vintages: dict[date, int] = field(default_factory=dict)
    reasons: dict[int, dict[str, None]] = field(default_factory=dict)
    rows: int = 0
    _bad: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._periods: Words[int] = Words(self._period)
        self._versions: Words[int] = Words(self._version)
        self._days: Words[int] = Words(self._vintage)
        self._readers = {number: rule.quantity.reader() for number, rule in self.held.rules.items()}

    def read(self, folder: Path) -> Iterator[tuple[list[Staged], int]]:
        """Staging rows chunk by chunk, with the bytes read so far."""
        path = folder / "facts.csv"
        table = open_table(path, *COLUMNS, self.report) if path.exists() else None
        for chunk in table.chunks(self.report) if table else ():
            self.rows += len(chunk.rows)
            yield self._chunk(table, chunk), chunk.bytes_read  # type: ignore[arg-type]

    def _period(self, text: str) -> int | None:
        try:
            return parse_native(text, self.held.fiscal_start).code
        except PeriodError as error:
            self._bad[text] = (str(error), "")
            return None

    def _version(self, text: str) -> int | None:
        if not VERSION_CODE.fullmatch(text):
            return None
        return self.versions.setdefault(text, len(self.versions))

    def _vintage(self, text: str) -> int | None:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        return None if day > self.held.today else self.vintages.setdefault(day, len(self.vintages))

    def _chunk(self, table: Table, chunk: Chunk) -> list[Staged]:
        cells = list(zip(*chunk.rows, strict=True)) or [()] * len(table.columns)
        column = {name: cells[place] for name, place in table.columns.items()}
        count = len(chunk.rows)
        units = [self.held.units.get(code) for code in column["unit"]]
        measures = [self.held.measures.get(code) for code in column["measure"]]
        periods = self._periods.column(column["period"])
        versions = self._versions.column(column["version"])
        vintages: Sequence[int | None] = self._days.column(column["vintage"]) if "vintage" in column else (0,) * count
        bases = [_BASES.get(word) for word in column["basis"]] if "basis" in column else [Basis.OWN] * count
        states = [_STATES.get(word) for word in column["state"]] if "state" in column else [State.VALUE] * count
        if "reason" in column:
            for vintage, reason in set(zip(vintages, column["reason"], strict=True)):
                if reason and vintage is not None:
                    self.reasons.setdefault(vintage, {})[reason] = None
        staged: list[Staged] = []
        readers, rules, alive = self._readers, self.held.rules, self.held.alive
        places = zip(vintages, units, measures, versions, periods, bases, states, column["value"], strict=True)
        lines = chunk.lines
        for at, (vintage, unit, measure, version, period, basis, state, text) in enumerate(places):
            if None in (vintage, unit, measure, version, period, basis, state):
                self._words_wrong(table, chunk, at)
                continue
            if unit in alive and not self._is_alive(unit, period):  # type: ignore[arg-type]
                self._say(
                    table,
                    chunk,
                    at,
                    "%(unit)s does not exist at the end of %(period)s.",
                    "Correct the period, or the unit's dates.",
                )
                continue
            if state:
                if text:
                    self._say(
                        table, chunk, at, "A cell that is %(state)s has no value.", "Empty the value, or the state."
                    )
                    continue
                staged.append((vintage, unit, measure, version, period, basis, None, None, int(state), lines[at]))
                continue
            try:
                value = readers[measure](text)  # type: ignore[index]
            except QuantityError as error:
                cells = self._cells(table, chunk, at)
                where = f"{table.name}, row {lines[at]}, {cells['unit']} {cells['measure']} {cells['period']}"
                self.report(Problem(where, error.message, error.remedy, error.values))
                continue
            rule = rules[measure]  # type: ignore[index]
            if rule.kind == "ratio" and basis == Basis.OWN and version == self.versions.get("actual"):
                self._say(
                    table,
                    chunk,
                    at,
                    "%(measure)s is a ratio: its actual value is formed from %(parts)s.",
                    "Load those, or give basis stated.",
                    parts=", ".join(rule.components),
                )
                continue
            if rule.quantity.exact:
                staged.append((vintage, unit, measure, version, period, int(basis), value, None, 0, lines[at]))  # type: ignore[arg-type]
            else:
                staged.append((vintage, unit, measure, version, period, int(basis), None, value, 0, lines[at]))  # type: ignore[arg-type]
        return staged

    def _is_alive(self, unit: int, period: int) -> bool:
        last = from_code(period).end - 1
        return any(first <= last < end for first, end in self.held.alive[unit])

    def _cells(self, table: Table, chunk: Chunk, at: int) -> dict[str, str]:
        return {column: chunk.rows[at][place] for column, place in table.columns.items()}

    def _say(self, table: Table, chunk: Chunk, at: int, message: str, remedy: str, **values: object) -> None:
        where = f"{table.name}, row {chunk.lines[at]}"
        self.report(Problem(where, message, remedy, {**self._cells(table, chunk, at), **values}))

    def _words_wrong(self, table: Table, chunk: Chunk, at: int) -> None:
        """Name every word of the row that is wrong."""
        row = self._cells(table, chunk, at)
        where = f"{table.name}, row {chunk.lines[at]}"
        if row["unit"] not in self.held.units:
            self._unknown(where, "unit", row["unit"], self.held.units)
        if row["measure"] not in self.held.measures:
            self._unknown(where, "measure", row["measure"], self.held.measures)
        if self._periods(row["period"]) is None:
            self.report(Problem(where, "%(error)s.", "", {"error": self._bad[row["period"]][0]}))
        if self._versions(row["version"]) is None:
            self.report(
                Problem(
                    where,
                    "'%(version)s' is not a version.",
                    "Write actual, target, budget, landing, or a word of letters, digits and _.",
                    row,
                )
            )
        if "vintage" in row and self._days(row["vintage"]) is None:
            self.report(
                Problem(
                    where,
                    "'%(vintage)s' is not a day up to today.",
                    "Write the day on which the figure became known, like 2023-07-14.",
                    row,
                )
            )
        if row.get("basis", "") not in _BASES:
            self.report(Problem(where, "'%(basis)s' is not a basis.", "Write own or stated.", row))
        if row.get("state", "") not in _STATES:
            self.report(Problem(where, "'%(state)s' is not a state.", "Write value, withdrawn or not-applicable.", row))

    def _unknown(self, where: str, noun: str, code: str, known: Mapping[str, int]) -> None:
        stripped = code.strip()
        same = next((each for each in known if each.casefold() == stripped.casefold()), None)
        remedy = "Did you mean %(same)s?" if same else f"Add it to {noun}s.csv, or correct the code."
        message = "There is no unit '%(code)s'." if noun == "unit" else "There is no measure '%(code)s'."
        self.report(Problem(where, message, remedy, {"code": code[:60], "same": same or ""}))
