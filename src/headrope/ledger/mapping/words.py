"""Finds the words that a row's figures go under: from the file's name, the sheet, cells, columns and headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from headrope.core.periods import PeriodError, parse_native
from headrope.ledger.mapping.grid import Grid, even
from headrope.ledger.mapping.keys import Columns, PeriodSource, Source
from headrope.ledger.mapping.times import period_text, words_of


class NoWord(Exception):
    """A source gives no word: message and remedy as message ids."""

    def __init__(self, message: str, remedy: str = "", **values: object) -> None:
        super().__init__(message % values)
        self.message, self.remedy, self.values = message, remedy, values


class RowLacks(NoWord):
    """It is this one row that lacks the word."""


@dataclass(frozen=True)
class Spot:
    """Where a figure stands: its row and its column's header."""

    row: int
    header: str


class Sources:
    """The sources of one sheet; what does not depend on the row is looked up once."""

    def __init__(self, grid: Grid, find: Callable[[str], Columns | None], fiscal_start: int) -> None:
        self.grid, self.find, self.fiscal_start = grid, find, fiscal_start
        self._columns: dict[str, Columns] = {}
        self._periods: dict[tuple[str, ...], str] = {}

    def raw(self, source: Source, spot: Spot) -> str:
        """The whole text of a source, before its pattern."""
        if source.text is not None:
            return source.text
        if source.from_ == "file":
            return self.grid.file
        if source.from_ == "sheet":
            return self.grid.sheet.name
        if source.from_ == "header":
            return spot.header
        if source.cell is not None:
            return self.grid.text(source.cell[0], Columns((source.cell[1],), False))
        columns = self.columns(source)
        return "" if columns is None else self.grid.text(spot.row, columns)

    def columns(self, source: Source) -> Columns | None:
        """The columns that a source reads in each row; None where it does not. NoWord when its header is missing."""
        if source.column is not None:
            return source.column
        if source.header is None:
            return None
        if source.header not in self._columns:
            columns = self.find(source.header)
            if columns is None:
                raise NoWord("No column has the header '%(header)s'.", "Correct the mapping.", header=source.header)
            self._columns[source.header] = columns
        return self._columns[source.header]

    def word(self, source: Source, spot: Spot, group: str) -> str:
        """The word of a source; empty where the cell is. NoWord where its pattern does not match."""
        text = part_of(source.pattern, self.raw(source, spot), group)
        return translated(source, text)

    def period(self, sources: Sequence[PeriodSource], spot: Spot) -> str:
        """The period that all sources together say; NoWord where they do not say one."""
        texts = tuple(self.raw(source, spot) for source in sources)
        if texts not in self._periods:
            try:
                groups = [_groups(source, text, self.fiscal_start) for source, text in zip(sources, texts, strict=True)]
                fiscal = any(source.fiscal for source in sources)
                self._periods[texts] = period_text(groups, fiscal, self.fiscal_start)
            except PeriodError as error:
                message = "No period is found: %(error)s."
                raise NoWord(message, "Correct the cell, or the mapping's period.", error=str(error)) from error
        return self._periods[texts]


def part_of(pattern: re.Pattern[str] | None, text: str, group: str) -> str:
    """The part of a text that a pattern means; NoWord where it is not found."""
    if pattern is None or not text:
        return text
    found = pattern.search(text)
    if found is None:
        raise NoWord("'%(text)s' does not match %(pattern)s.", "", text=text[:80], pattern=pattern.pattern)
    if group in pattern.groupindex:
        return found[group] or ""
    return (found[1] if pattern.groups else found[0]) or ""


def translated(source: Source, text: str) -> str:
    """What the word means by the source's codes, without regard to blanks and case."""
    if source.codes is None or not text:
        return text
    return source.codes.get(text) or {even(word): code for word, code in source.codes.items()}.get(even(text), text)


def _groups(source: PeriodSource, text: str, fiscal_start: int) -> dict[str, str]:
    meant = translated(source, text)
    if meant != text or source.text is not None:
        return {"period": meant}
    if source.pattern is not None:
        found = source.pattern.search(text)
        if found is None:
            raise PeriodError(f"'{text[:80]}' does not match {source.pattern.pattern}")
        if groups := {name: word for name, word in found.groupdict().items() if word}:
            if "period" in groups:
                groups |= {"period": translated(source, groups["period"])}
            return groups
        text = found[1] if source.pattern.groups else found[0]
    if usual := words_of(text):
        return usual
    parse_native(text, fiscal_start)
    return {"period": text}
