"""All keys of a mapping: what each takes and what it says. The manual's reference and the reader both follow these records.

A field's name is the key with a dash for each underscore. `takes` is a word of `given.READERS`, or the record's name.
"""

# ruff: noqa: RUF009  `key` makes a field, like dataclasses.field

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

NEEDED = object()


def key(takes: str, says: str, default: Any = NEEDED) -> Any:
    """A field that is a key; without default it must be given."""
    about = {"takes": takes, "says": says}
    return field(metadata=about) if default is NEEDED else field(default=default, metadata=about)


class Columns(NamedTuple):
    """Columns by position, counted from 0. `each`: every one by itself; else the first that is filled in a row."""

    numbers: tuple[int, ...]
    each: bool


Codes = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Csv:
    """How text files are written."""

    encoding: str = key("text", "encoding of the text files, such as gb18030 or cp1252", "utf-8-sig")
    delimiter: str = key("text", "what separates the cells; found from the first lines when it is not said", "")
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class When:
    """A test that decides whether a layout is meant for a sheet; all that is said must hold."""

    file: re.Pattern[str] | None = key("pattern", "found in the file's name", None)
    cell: tuple[int, int] | None = key("cell", "the cell that `matches` looks at", None)
    matches: re.Pattern[str] | None = key("pattern", "found in the text of that cell", None)
    contains: re.Pattern[str] | None = key("pattern", "found in some cell of the first 40 rows", None)
    columns: int | None = key("count", "the number of filled columns", None)
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Number:
    """How numbers are written in cells of text, and what is done with them."""

    decimal: str = key("text", "the decimal sign", ".")
    thousands: str = key("text", "the sign between thousands; without it such numbers are refused", "")
    negative: tuple[str, ...] = key(
        "texts", "how negative numbers are written: minus, parentheses, trailing (5-)", ("minus",)
    )
    percent: str = key("one of refuse, share, points", "what 8.32% becomes: a problem, 0.0832 or 8.32", "refuse")
    missing: tuple[str, ...] = key("texts", "words that stand where there is no figure, such as - or NA", ())
    scale: Decimal = key("decimal", "what every figure is multiplied by, such as 1000", Decimal(1))
    round: str = key(
        "one of refuse, half-even",
        "figures with more digits than the step of their measure: refused by the load, or rounded, which is recorded",
        "refuse",
    )
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a word comes from. A plain text instead of keys is the word itself."""

    text: str | None = key("text", "the word itself", None)
    from_: str | None = key(
        "one of file, sheet, header", "the name of the file or sheet, or the header of the figure's column", None
    )
    cell: tuple[int, int] | None = key("cell", "a cell of the sheet, such as A4", None)
    column: Columns | None = key("columns", "the row's cell in this column", None)
    header: str | None = key("text", "the row's cell in the column with this header", None)
    pattern: re.Pattern[str] | None = key(
        "pattern", "the part that counts: the group named like the key, else the first group, else what matches", None
    )
    codes: Codes | None = key("table", "what the words mean; others stand for themselves", None)
    line: int = 0

    SHORT = "text"


@dataclass(frozen=True, kw_only=True)
class PeriodSource(Source):
    """Where a period comes from. Several may be listed: one gives the year, another the month."""

    pattern: re.Pattern[str] | None = key("pattern", "with groups named year, month, quarter, half or period", None)
    fiscal: bool = key("flag", "the year is a fiscal year, named by the calendar year in which it begins", False)


@dataclass(frozen=True, kw_only=True)
class Header:
    """Where the header stands. A plain number is the row."""

    row: int | None = key("row", "its first row", None)
    find: re.Pattern[str] | None = key(
        "pattern", "found in a cell of its first row; looked for in the first 40 rows", None
    )
    rows: int = key("count", "how many rows are joined, from above; merged cells count for all their columns", 1)
    fill: bool = key(
        "flag",
        "for text files, which have no merged cells: in all its rows but the last, an empty cell is like its left one",
        False,
    )
    line: int = 0

    SHORT = "row"


@dataclass(frozen=True, kw_only=True)
class RowTest:
    """A test of a row. A plain text is the pattern."""

    pattern: re.Pattern[str] = key("pattern", "found in the row's unit cell, or in the cell of `column`")
    column: Columns | None = key("columns", "the column to look at", None)
    anywhere: bool = key("flag", "look at all cells of the row", False)
    line: int = 0

    SHORT = "pattern"


@dataclass(frozen=True, kw_only=True)
class Sections:
    """Rows that name a section: the rows below belong to it until the next."""

    pattern: re.Pattern[str] | None = key(
        "pattern",
        "rows whose unit cell matches; a group named section is the name; without a pattern, rows with a unit cell and no figure at all",
        None,
    )
    line: int = 0

    SHORT = "pattern"


@dataclass(frozen=True, kw_only=True)
class Total:
    """Subtotal rows. They are never loaded."""

    pattern: re.Pattern[str] = key("pattern", "found in the row's unit cell; a group named section says which section")
    of: str = key(
        "one of section, above, all",
        "what the row is the sum of: its section, the rows since the last subtotal or section, all rows so far",
        "above",
    )
    check: bool = key("flag", "hold the row against that sum and warn where they differ", True)
    tolerance: Decimal = key("decimal", "a difference up to this is none", Decimal(0))
    relative: Decimal = key("decimal", "nor is a difference up to this share of the figure", Decimal("1e-9"))
    line: int = 0

    SHORT = "pattern"


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Which rows hold figures."""

    begin: int | None = key("row", "the first row; without it the one below the header", None)
    end: int | None = key("row", "the last row", None)
    stop: tuple[RowTest, ...] = key("list of row tests", "the first row that fulfils one ends the table", ())
    skip: tuple[RowTest, ...] = key("list of row tests", "rows to leave out", ())
    sections: Sections | None = key("sections", "rows that name a section", None)
    totals: tuple[Total, ...] = key("list of totals", "subtotal rows to check or to leave out", ())
    hidden: str = key("one of read, skip, refuse", "what becomes of hidden rows", "read")
    without_unit: str = key("one of refuse, skip", "rows that hold figures and no unit", "refuse")
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Create:
    """Make units from the names found, where no unit is known."""

    code: str = key(
        "template",
        "code of a unit; {slug} is its name in capitals with _ for all but letters and digits, {compact} the name's letters and digits, {name} the name itself",
    )
    kind: str = key("text", "kind of the units", "unit")
    parent: str | None = key("text", "code of the unit that they, or their sections, stand under", None)
    parent_name: str | None = key("text", "its name, where it is to be made as well", None)
    parent_kind: str = key("text", "its kind", "group")
    section: str | None = key("template", "code of a section's unit; units stand under the section's unit then", None)
    section_kind: str = key("text", "kind of the sections' units", "unit")
    moved: str = key(
        "one of refuse, first, last",
        "where a unit stands in different sections: a problem, or this one holds",
        "refuse",
    )
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Unit(Source):
    """Which unit a row is about."""

    codes_file: str | None = key("text", "a CSV file beside the mapping with the columns name and code", None)
    match: tuple[str, ...] = key(
        "texts", "differences that do not count: blanks, case, signs (all but letters and digits)", ("blanks", "case")
    )
    create: Create | None = key("create", "make units from names that are not known", None)


@dataclass(frozen=True, kw_only=True)
class Column:
    """Figures in one column, or in several of the same form."""

    header: str | None = key("text", "the joined header's text; blanks and case do not count", None)
    pattern: re.Pattern[str] | None = key("pattern", "found in the joined header; each column found is taken", None)
    column: Columns | None = key("columns", "C, 3, D..O (each of them) or [X, Y] (the first filled one)", None)
    measure: Source | None = key("source", "the measure's code", None)
    version: Source | None = key("source", "the version", None)
    period: tuple[PeriodSource, ...] = key("list of period sources", "the period", ())
    number: Number | None = key("number", "how these numbers are written; keys not said are the layout's", None)
    optional: bool = key("flag", "the column may be missing", False)
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How one kind of sheet is laid out. All keys may also stand outside of `layouts`, for all of them."""

    name: str = key("text", "what problems call it", "")
    when: When | None = key("when", "which sheets have this layout; the first layout that fits is taken", None)
    sheet: str | None = key("text", "the sheet's name, or its number from 1; all sheets without it", None)
    sheets: re.Pattern[str] | None = key("pattern", "found in the names of the sheets to read", None)
    header: Header | None = key("header", "where the header stands", None)
    rows: Rows = key("rows", "which rows hold figures", Rows())
    unit: Unit = key("unit", "which unit a row is about")
    measure: Source | None = key("source", "the measure, where columns do not say it", None)
    period: tuple[PeriodSource, ...] = key("list of period sources", "the period, where columns do not say it", ())
    version: Source = key("source", "the version", Source(text="actual"))
    vintage: Source | None = key("source", "the day on which the figures became known", None)
    columns: tuple[Column, ...] = key("list of columns", "where the figures stand")
    number: Number = key("number", "how numbers are written", Number())
    repeated: str = key(
        "one of refuse, sum",
        "several figures for one unit, measure, period and version: a problem, or their sum",
        "refuse",
    )
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A mapping."""

    mapping: int = key("count", "the edition of this language: 1")
    files: tuple[str, ...] = key(
        "texts", "which files of the folder; **/ looks into folders, too", ("*.xlsx", "*.xls", "*.csv")
    )
    csv: Csv = key("csv", "how text files are written", Csv())
    ledger: Codes | None = key("table", "settings of the ledger, as in ledger.csv", None)
    units: str | None = key("text", "a units.csv beside the mapping, in the folder form", None)
    measures: str | tuple[tuple[int, str, Codes], ...] | None = key(
        "file or definitions",
        "a measures.csv beside the mapping, or measures by code with the columns of measures.csv as keys",
        None,
    )
    layouts: tuple[Layout, ...] = key("list of layouts", "the layouts; without it the keys of a layout stand here", ())
    line: int = 0


RECORDS: dict[str, type] = {
    "csv": Csv, "when": When, "number": Number, "source": Source, "period source": PeriodSource, "header": Header,
    "row test": RowTest, "sections": Sections, "total": Total, "rows": Rows, "create": Create, "unit": Unit,
    "column": Column, "layout": Layout,
}  # fmt: skip
"""Records by the word that `takes` calls them by."""
