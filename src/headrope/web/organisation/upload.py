"""Reads an uploaded file of units, of Excel or CSV: in a process of its own, within bounds, with all that is wrong in it."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from headrope.core.problems import Problem
from headrope.core.units import Edition
from headrope.ledger.book.cells import unguarded
from headrope.ledger.folder.units import FILE, read_units
from headrope.ledger.sheets.cells import Sheet, cell_name
from headrope.ledger.sheets.limits import Limits
from headrope.ledger.sheets.reading import read_sheets
from headrope.web.organisation.tables import SHEET

LARGEST = 5_000_000
"""Bytes of an upload."""
LIMITS = Limits(
    file_bytes=LARGEST, unpacked_bytes=60_000_000, memory_bytes=800_000_000, cells=1_000_000, seconds=20, macros=False
)
_ROW = re.compile(re.escape(FILE) + r", row (\d+)")
_NOT_HERE = ("vintage", "state")


@dataclass(frozen=True)
class Given:
    """What a file says of units: editions, tiers that rows claim, and all that is wrong with it; problems that do not
    block are notes."""

    name: str
    editions: Sequence[Edition]
    tiers: dict[str, int]
    problems: list[Problem]

    @property
    def blocked(self) -> bool:
        """Whether it cannot be taken."""
        return any(problem.blocking for problem in self.problems)


def read_upload(file: UploadedFile[Any], today: date) -> Given:
    """Read the file; it is gone from the disk afterwards."""
    name = Path(file.name or "file").name[:80]
    if (file.size or 0) > LARGEST:
        message = "The file is larger than %(most)s MB."
        return Given(name, (), {}, [Problem(name, message, "Cut it in parts.", {"most": LARGEST // 1_000_000})])
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("upload" + "".join(re.findall(r"\.\w{1,5}$", name)))
        path.write_bytes(b"".join(file.chunks()))
        book = read_sheets(path, LIMITS)
    problems = [replace(each, where=each.where.replace(path.name, name)) for each in book.problems]
    sheet = next((each for each in book.sheets if each.name.casefold() == SHEET), next(iter(book.sheets), None))
    if sheet is None:
        return Given(name, (), {}, problems or [Problem(name, "The file holds no sheet.", "Download the file again.")])
    # Of a workbook the sheet is named, with the cell; of a file of text the file and the row.
    found = _read(sheet, today, sheet.name if path.suffix.startswith(".xls") else name)
    return Given(name, found.editions, found.tiers, problems + found.problems)


def read_rows(text: str, today: date) -> Given:
    """Read rows of units.csv again that have been shown and are sent to be saved."""
    problems: list[Problem] = []
    with TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_text(text, encoding="utf-8")
        rows = read_units(Path(folder), problems.append, today)
    return Given(FILE, rows.editions, dict(rows.tiers), problems)


def _read(sheet: Sheet, today: date, shown: str) -> Given:
    """Read the sheet as units.csv; places are named by the sheet's cells, or by rows in a file of text."""
    header = [cell.text.strip() for cell in sheet.rows[0]] if sheet.rows else []
    wrong = [
        Problem(f"{shown}!{cell_name(row, column)}", "The cell holds an error: %(error)s.", "Correct it.", {"error": cell.text})
        for row, cells in enumerate(sheet.rows)
        for column, cell in enumerate(cells)
        if cell.kind == "error"
    ]  # fmt: skip
    for column in _NOT_HERE:
        if column in header:
            message = "The column %(column)s is not taken here."
            remedy = "Take it out, or load a folder with `headrope load`."
            wrong.append(Problem(f"{shown}!{cell_name(0, header.index(column))}", message, remedy, {"column": column}))
    out = StringIO()
    width = max(len(header), 1)
    writer = csv.writer(out, lineterminator="\n")
    for cells in sheet.rows:
        texts = [unguarded(cell.text.strip()) for cell in cells]
        # A row that is shorter than the header ends with empty cells; an empty one is passed over.
        writer.writerow([*texts, *[""] * (width - len(texts))] if any(texts) else [])
    found = read_rows(out.getvalue(), today) if not wrong else Given(FILE, (), {}, [])
    where = _Places(header, shown)
    return Given(
        "",
        [replace(edition, where=where.row(edition.where)) for edition in found.editions],
        {where.row(row): tier for row, tier in found.tiers.items()},
        wrong + [replace(problem, where=where.of(problem)) for problem in found.problems],
    )


class _Places:
    """Names places of the sheet after those of the file that was made of it."""

    def __init__(self, header: Sequence[str], shown: str) -> None:
        self.header, self.shown = list(header), shown

    def row(self, where: str) -> str:
        """The row in the file as it was sent."""
        found = _ROW.search(where)
        return f"{self.shown}, row {found[1]}" if found else where.replace(FILE, self.shown)

    def of(self, problem: Problem) -> str:
        """The cell, where the problem names its column; else the row."""
        found, column = _ROW.search(problem.where), problem.values.get("column")
        if found and column in self.header:
            return f"{self.shown}!{cell_name(int(found[1]) - 1, self.header.index(str(column)))}"
        return self.row(problem.where)
