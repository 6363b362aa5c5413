"""Reads a workbook into a folder of the folder form; what is wrong with single cells is told with sheet and cell."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from headrope.core.periods import PeriodError, parse_native
from headrope.core.problems import Problem
from headrope.ledger.book.columns import File
from headrope.ledger.book.files import files, in_both
from headrope.ledger.book.numbers import FIGURES
from headrope.ledger.book.places import Origin, Places
from headrope.ledger.book.sheet_table import Cells, SheetTable
from headrope.ledger.sheets.cells import Sheet, cell_name
from headrope.ledger.sheets.limits import Limits
from headrope.ledger.sheets.reading import read_sheets

LARGEST = 10_000_000
"""Bytes of a workbook that is sent."""
LIMITS = Limits(
    file_bytes=LARGEST,
    unpacked_bytes=150_000_000,
    memory_bytes=1_000_000_000,
    cells=2_000_000,
    seconds=60,
    macros=False,
)
TOLD_ONLY = frozenset({"how", "examples", "lists"})
"""Sheets for people, which are not read."""
FACTS = "facts"


@dataclass
class BookRead:
    """What was read: rows by file (key), where they stand, what is wrong, and sheets that were left alone."""

    rows: dict[str, int] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    problems: list[Problem] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        """Whether anything keeps it from being taken."""
        return any(problem.blocking for problem in self.problems)


def read_book(path: Path, name: str, folder: Path, fiscal_start: int = 1) -> BookRead:
    """Write the sheets of the workbook as files of the folder, which is there and empty.

    `name` is what people call the workbook, `fiscal_start` counts where it says nothing of it itself.
    """
    read = BookRead()
    sheets = _sheets(path, name, read)
    found: dict[str, Sheet] = {}
    for sheet in sheets:
        key = _key(sheet.name)
        if key is None:
            if sheet.name.casefold().split()[:1] and sheet.name.casefold().split()[0] not in TOLD_ONLY:
                read.left_alone.append(sheet.name)
        elif key in found:
            message, values = (
                "The sheets %(one)s and %(other)s hold the same.",
                {"one": found[key].name, "other": sheet.name},
            )
            read.problems.append(Problem(sheet.name, message, "Put the rows into one of them.", values))
        else:
            found[key] = sheet
    _write_all(found, folder, fiscal_start, read)
    if not read.rows and not read.blocked:
        message, remedy = "The workbook holds no rows that can be taken.", "Fill in the sheets of the template."
        read.problems.append(Problem(name, message, remedy))
    return read


def read_file(path: Path, name: str, folder: Path, key: str) -> BookRead:
    """Write one file of the folder from a workbook or a file of text; its sheet is named so, or is the first."""
    read = BookRead()
    sheets = _sheets(path, name, read)
    sheet = next((each for each in sheets if _key(each.name) == key), next(iter(sheets), None))
    if sheet is None:
        if not read.problems:
            read.problems.append(Problem(name, "The file holds no sheet.", "Download the file again."))
        return read
    if not path.suffix.lower().startswith(".xls"):
        sheet = replace(sheet, name=name)
    _write_all({key: sheet}, folder, 1, read)
    if not read.rows and not read.blocked:
        read.problems.append(Problem(sheet.name, "The sheet holds no rows.", "Fill in at least one."))
    return read


def _sheets(path: Path, name: str, read: BookRead) -> Sequence[Sheet]:
    book = read_sheets(path, LIMITS)
    read.problems += [replace(each, where=each.where.replace(path.name, name)) for each in book.problems]
    return book.sheets


def _key(sheet: str) -> str | None:
    """The file that a sheet of that name stands for: its key is one of the words, or the name is the title."""
    whole = sheet.casefold().strip()
    words = whole.split()
    for file in files():
        titles = {each.title.casefold() for each in in_both(file.key)}
        if file.key in words[:1] or whole in titles or file.key == whole:
            return file.key
    return None


def _write_all(found: Mapping[str, Sheet], folder: Path, fiscal_start: int, read: BookRead) -> None:
    tables = {key: SheetTable(key, sheet, read.problems.append) for key, sheet in found.items()}
    if ledger := tables.get("ledger"):
        fiscal_start = next(
            (int(row["value"]) for row, _ in ledger.rows() if row.get("key") == "fiscal_start" and row.get("value") in _MONTHS),
            fiscal_start,
        )  # fmt: skip
    for key, table in tables.items():
        if key not in (FIGURES, FACTS):
            _write(folder, key, table.header, table.origin, table.rows(), read)
    rows: list[tuple[Cells, Origin]] = []
    header = ["unit", "measure", "period", "version", "value"]
    first = tables.get(FACTS) or tables.get(FIGURES)
    if facts := tables.get(FACTS):
        rows += facts.rows()
        facts.demand(header)
        header += [column for column in facts.header if column not in header]
    if figures := tables.get(FIGURES):
        rows += _figures(figures, fiscal_start)
    if rows and first:
        _write(folder, FACTS, header, first.origin, rows, read)


_MONTHS = {str(month) for month in range(1, 13)}


def _write(
    folder: Path, key: str, header: Sequence[str], origin: Origin, rows: Iterable[tuple[Cells, Origin]], read: BookRead
) -> None:
    """Write the file, unless it has no rows; each of its lines is remembered with its place."""
    taken = list(rows)
    if not taken:
        return
    name = f"{key}.csv"
    read.rows[key], read.places.sheets[name] = len(taken), origin.sheet
    read.places.lines[name, 1] = origin
    line = 1
    with (folder / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        for cells, place in taken:
            texts = [cells.get(column, "") for column in header]
            line += 1 + sum(text.count("\n") for text in texts)
            read.places.lines[name, line] = place
            writer.writerow(texts)


def _figures(table: SheetTable, fiscal_start: int) -> list[tuple[Cells, Origin]]:
    """Rows of facts.csv out of a sheet with a column for each period."""
    periods: dict[int, str] = {}
    for place, text in table.others.items():
        try:
            parse_native(text, fiscal_start)
            periods[place] = text
        except PeriodError:
            message = "'%(text)s' is no period."
            remedy = "Write one like 2023-06, 2023-Q2 or 2023 at the head of the column."
            table.report(
                Problem(f"{table.sheet.name}!{cell_name(table.top, place)}", message, remedy, {"text": text[:60]})
            )
    if not table.demand(("unit", "measure")):
        return []
    made = []
    for row, origin in table.rows():
        what = {"unit": row["unit"], "measure": row["measure"], "version": row.get("version") or "actual"}
        for place, period in periods.items():
            text = table.text(origin.row, place)
            if text:
                cells = {**what, "period": period, "value": text}
                made.append((cells, Origin(origin.sheet, origin.row, origin.columns, cells, place)))
    return made


def rows_of(file: File, folder: Path) -> list[Cells]:
    """The rows of a file of a folder that `read_book` or an export has written."""
    path = folder / file.file
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [{name: text or "" for name, text in row.items() if name} for row in csv.DictReader(handle)]
