"""Reads facts.csv chunk by chunk into staging rows; every wrong cell is reported with its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

from headrope.core.measures import FORMED, MeasureRule
from headrope.core.periods import FIRST_YEAR, PeriodError, parse_native
from headrope.core.problems import Problem
from headrope.core.quantities import QuantityError
from headrope.ledger.folder.reach import Held
from headrope.ledger.folder.rows import unknown
from headrope.ledger.folder.tables import Chunk, Report, Table, open_table
from headrope.ledger.models import Basis, State

FILE = "facts.csv"
COLUMNS = ("unit", "measure", "period", "version", "value"), ("vintage", "basis", "state", "reason")
VERSION_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")

_BASES = {"": int(Basis.OWN), "own": int(Basis.OWN), "stated": int(Basis.STATED)}
_STATES = {"": 0, **{state.label: int(state) for state in State if state != State.TEXT}}
LONGEST_TEXT = 10_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Read = TypeVar("Read")
Staged = tuple[object, ...]
Columns = tuple[Sequence[Any], ...]


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
        return list(map(self.known.__getitem__, words))


@dataclass
class FactReader:
    """One run over facts.csv; versions and vintages are numbered in the order in which they appear."""

    held: Held
    report: Report
    versions: dict[str, int] = field(default_factory=dict)
    vintages: dict[date, int] = field(default_factory=dict)
    reasons: dict[int, dict[str, None]] = field(default_factory=dict)
    rows: int = 0
    texts: int = 0
    _bad: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._periods: Words[int] = Words(self._period)
        self._versions: Words[int] = Words(self._version)
        self._days: Words[int] = Words(self._vintage)
        rules = self.held.rules
        self._readers = {number: rule.quantity.reader() for number, rule in rules.items()}
        self._slow = {number for number, rule in rules.items() if rule.kind in FORMED or rule.kind == "text"}
        self._reach = self.held.now
        self._special: set[int] = set()

    def read(self, folder: Path) -> Iterator[tuple[list[Staged], int]]:
        """Staging rows chunk by chunk, with the bytes read so far."""
        path = folder / FILE
        table = open_table(path, *COLUMNS, self.report) if path.exists() else None
        if table:
            self._reach = self.held.ever if "vintage" in table.columns else self.held.now
            self._special = self._reach.special()
            self._slow |= self._reach.valid.keys()
        for chunk in table.chunks(self.report) if table else ():
            self.rows += len(chunk.rows)
            yield self._chunk(table, chunk), chunk.bytes_read  # type: ignore[arg-type]

    def words(self, folder: Path) -> Iterator[list[tuple[object, ...]]]:
        """Line and text of the rows of measures of text, chunk by chunk: a second run, for those who found any."""
        table = open_table(folder / FILE, *COLUMNS, lambda problem: None)
        texts = {code for code, number in self.held.measures.items() if self.held.rules[number].kind == "text"}
        for chunk in table.chunks(lambda problem: None) if table else ():
            measure, value = (table.columns[column] for column in ("measure", "value"))  # type: ignore[union-attr]
            yield [
                (line, _plain(row[value]))
                for row, line in zip(chunk.rows, chunk.lines, strict=True)
                if row[measure] in texts and row[value]
            ]

    def _period(self, text: str) -> int | None:
        try:
            return parse_native(text, self.held.calendar.fiscal_start).code
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
        return (
            None
            if day > self.held.calendar.today or day.year < FIRST_YEAR
            else self.vintages.setdefault(day, len(self.vintages))
        )

    def _chunk(self, table: Table, chunk: Chunk) -> list[Staged]:
        cells = list(zip(*chunk.rows, strict=True)) or [()] * len(table.columns)
        column = {name: cells[place] for name, place in table.columns.items()}
        count = len(chunk.rows)
        units = list(map(self.held.units.get, column["unit"]))
        measures = list(map(self.held.measures.get, column["measure"]))
        periods = self._periods.column(column["period"])
        versions = self._versions.column(column["version"])
        vintages: Sequence[int | None] = self._days.column(column["vintage"]) if "vintage" in column else (0,) * count
        bases = [_BASES.get(word) for word in column["basis"]] if "basis" in column else [0] * count
        states = [_STATES.get(word) for word in column["state"]] if "state" in column else [0] * count
        if "reason" in column:
            self._take_reasons(table, vintages, column["reason"])
        columns = (vintages, units, measures, versions, periods, bases, states)
        if not any(None in column for column in columns) and not any(states) and self._special.isdisjoint(units):
            clean = self._clean(columns, column["value"], chunk.lines)
            if clean is not None:
                return clean
        return self._row_by_row(table, chunk, columns)

    def _take_reasons(self, table: Table, vintages: Sequence[int | None], reasons: Sequence[str]) -> None:
        for vintage, reason in dict.fromkeys(zip(vintages, reasons, strict=True)):
            if "\0" in reason:
                message = "The reason '%(reason)s' holds a character that no text has."
                self.report(Problem(table.name, message, "Take it out.", {"reason": reason[:60].replace("\0", "?")}))
            elif reason and vintage is not None:
                self.reasons.setdefault(vintage, {})[reason] = None

    def _clean(self, columns: Columns, texts: Sequence[str], lines: Sequence[int]) -> list[Staged] | None:
        """The quick way for rows in which nothing is wrong; None as soon as something is."""
        vintages, units, measures, versions, periods, bases, states = columns
        readers, rules = self._readers, self.held.rules
        if not self._slow.isdisjoint(measures):
            return None
        try:
            values = [readers[measure](text) for measure, text in zip(measures, texts, strict=True)]
        except QuantityError:
            return None
        exact = {measure for measure in set(measures) if rules[measure].quantity.exact}
        none: list[Any] = [None] * len(values)
        amounts: list[Any]
        numbers: list[Any]
        if len(exact) in (0, len(set(measures))):
            amounts, numbers = (values, none) if exact else (none, values)
        else:
            amounts = [value if measure in exact else None for measure, value in zip(measures, values, strict=True)]
            numbers = [None if measure in exact else value for measure, value in zip(measures, values, strict=True)]
        return list(
            zip(vintages, units, measures, versions, periods, bases, amounts, numbers, states, lines, strict=True)
        )

    def _row_by_row(self, table: Table, chunk: Chunk, columns: Columns) -> list[Staged]:
        place = table.columns["value"]
        rows = zip(*columns, (row[place] for row in chunk.rows), strict=True)
        staged = (self._row(table, chunk, at, row) for at, row in enumerate(rows))
        return [row for row in staged if row is not None]

    def _row(self, table: Table, chunk: Chunk, at: int, row: tuple[Any, ...]) -> Staged | None:
        """The row to stage, or None where something is wrong with it, which is then reported."""
        *key, state, text = row
        if state is None or None in key:
            self._words_wrong(table, chunk, at)
            return None
        measure = key[2]
        rule = self.held.rules[measure]
        # What should never have been there can always be withdrawn.
        outside = None if state == State.WITHDRAWN else self._outside(key, rule, not state)
        if wrong := outside or _state_wrong(state, text):
            self._say(table, chunk, at, *wrong, parts=", ".join(rule.components), kind=rule.kind)
            return None
        if state:
            return (*key, None, None, int(state), chunk.lines[at])
        if rule.kind == "text":
            return self._text(table, chunk, at, key, text)
        try:
            value = self._readers[measure](text)
        except QuantityError as error:
            cells = self._cells(table, chunk, at)
            where = f"{table.name}, row {chunk.lines[at]}, {cells['unit']} {cells['measure']} {cells['period']}"
            self.report(Problem(where, error.message, error.remedy, error.values))
            return None
        exact = rule.quantity.exact
        return (*key, value if exact else None, None if exact else value, 0, chunk.lines[at])

    def _outside(self, key: Sequence[Any], rule: MeasureRule, value: bool) -> tuple[str, str] | None:
        """Message and remedy where the unit, the measure or their days do not allow a figure."""
        _, unit, measure, version, period, basis = key
        if not self._reach.is_alive(unit, period):
            return "%(unit)s does not exist at the end of %(period)s.", "Correct the period, or the unit's dates."
        if not self._reach.is_valid(measure, period):
            return "%(measure)s does not hold at the end of %(period)s.", "Correct the period, or the measure's dates."
        if basis or not value:
            return None
        if not self._reach.has_own(unit, period):
            message = "%(unit)s is a segment, which has no figures of its own."
            return message, "Load those of its members, or give basis stated."
        if rule.kind in FORMED and version == self.versions.get("actual"):
            message = "%(measure)s is a %(kind)s: its actual value is formed from %(parts)s."
            return message, "Load those, or give basis stated."
        return None

    def _text(self, table: Table, chunk: Chunk, at: int, key: Sequence[Any], text: str) -> Staged | None:
        plain = _plain(text)
        if not plain:
            remedy = "Leave the whole row out, or give state withdrawn or not-applicable."
            self._say(table, chunk, at, "The value is empty.", remedy)
        elif len(plain) > LONGEST_TEXT:
            message = "The text is longer than %(most)s characters."
            self._say(table, chunk, at, message, "Shorten it.", most=f"{LONGEST_TEXT:,}")
        elif _CONTROL.search(plain):
            self._say(table, chunk, at, "The text holds a control character.", "Take it out.")
        else:
            self.texts += 1
            return (*key, None, None, int(State.TEXT), chunk.lines[at])
        return None

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
            self.report(unknown(where, "unit", row["unit"], self.held.units))
        if row["measure"] not in self.held.measures:
            self.report(unknown(where, "measure", row["measure"], self.held.measures))
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


def _state_wrong(state: int, text: str) -> tuple[str, str] | None:
    return ("A cell that is %(state)s has no value.", "Empty the value, or the state.") if state and text else None


def _plain(text: str) -> str:
    """A text with line breaks of one kind."""
    return text.replace("\r\n", "\n")
