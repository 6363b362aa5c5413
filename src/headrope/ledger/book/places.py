"""Where the rows of a folder stand in the workbook that it was made of, so that problems name sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils import translation

from headrope.core.problems import Problem
from headrope.ledger.book.files import file_of
from headrope.ledger.sheets.cells import cell_name

_ROW = re.compile(r"\b([a-z_]+\.csv), row (\d+)")
_FILE = re.compile(r"\b([a-z_]+\.csv)\b")
_NAMED = re.compile(r"%\((\w+)\)s")
_NO = re.compile(r"There is no (\w+) ")


@dataclass(frozen=True)
class Origin:
    """A row of a sheet, counted from 0, and the column (counted from 0) and the text of each of its cells.

    `value` is the column of a row that stands for one cell of a sheet with a column for each period.
    """

    sheet: str
    row: int
    columns: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    value: int | None = None

    @property
    def shown(self) -> str:
        """The row, or the one cell."""
        if self.value is not None:
            return f"{self.sheet}!{cell_name(self.row, self.value)}"
        return f"{self.sheet}, row {self.row + 1}"

    def cell(self, column: str) -> str:
        """The cell in that column; the row where there is none."""
        if self.value is not None and column not in ("unit", "measure", "version"):
            return self.shown
        if column not in self.columns:
            return self.shown
        return f"{self.sheet}!{cell_name(self.row, self.columns[column])}"


@dataclass
class Places:
    """Origins of the lines of files, and the sheet of each file."""

    lines: dict[tuple[str, int], Origin] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)

    def told(self, problem: Problem) -> Problem:
        """The problem with its place in the workbook, in `where` and in what it says of other rows."""
        values = {
            name: self.renamed(value) if isinstance(value, str) and ".csv" in value else value
            for name, value in problem.values.items()
        }
        other = values.get("first")
        if "row %(first)s" in problem.message and (found := _ROW.match(problem.where)):
            # Of the same file, whose rows are those of one sheet or of two.
            origin = self.lines.get((found[1], int(str(other))))
            values["first"] = origin.shown if origin else other
        where = self._where(problem)
        if label := _label(problem):
            values["column"] = label
        return replace(problem, where=where, values=values)

    def renamed(self, text: str) -> str:
        """A text in which rows and files are named by the workbook."""
        return _FILE.sub(lambda found: self.sheets.get(found[1], found[1]), _ROW.sub(self._row, text))

    def _row(self, found: re.Match[str]) -> str:
        origin = self.lines.get((found[1], int(found[2])))
        return origin.shown if origin else found[0]

    def _where(self, problem: Problem) -> str:
        found = _ROW.match(problem.where)
        origin = self.lines.get((found[1], int(found[2]))) if found else None
        if origin is None:
            return self.renamed(problem.where)
        return origin.cell(column_of(problem, origin))


def _label(problem: Problem) -> str:
    """What the column is called that the problem names, in Chinese; in English the words of the files are kept."""
    found, named = _FILE.match(problem.where), problem.values.get("column")
    if not found or not isinstance(named, str) or not (translation.get_language() or "en").startswith("zh"):
        return ""
    file = file_of(found[1].removesuffix(".csv"))
    column = file.column(named) if file else None
    return column.label if column else ""


def column_of(problem: Problem, origin: Origin) -> str:
    """The column that the problem is about, as far as its words tell; empty where they do not."""
    values = problem.values
    if isinstance(named := values.get("column"), str) and named in origin.columns:
        return named
    found = _NO.match(problem.message)
    if found and found[1] in origin.texts and values.get("code") == origin.texts[found[1]]:
        return found[1]
    named_columns = [
        column for name in _NAMED.findall(problem.message) for column in _meant(name, values.get(name), origin)
    ]
    # The code says whose row it is; what is wrong stands beside it, where the words name anything else.
    others = [column for column in named_columns if column not in ("code", "name")]
    if chosen := (others or named_columns):
        return chosen[0]
    return "value" if "value" in origin.columns and "text" in values else ""


def _meant(name: str, value: object, origin: Origin) -> list[str]:
    """The column of that name if it holds the value, else the only one that does."""
    if name in origin.columns and str(value or "") == origin.texts.get(name):
        return [name]
    same = [column for column, text in origin.texts.items() if text and text == value]
    return same if len(same) == 1 else []
