"""Reads one CSV file of a folder in chunks of rows, whatever is wrong with it, and says what and where."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from headrope.core.problems import Problem

CHUNK = 20_000
LONGEST_LINE = 100_000
BLOCK = 1 << 20

Report = Callable[[Problem], None]


@dataclass(frozen=True)
class Chunk:
    """Rows of a file, all as long as the header, with the number of the line each ends on."""

    rows: list[list[str]]
    lines: Sequence[int]
    bytes_read: int


class _LineTooLong(Exception):
    pass


@dataclass(frozen=True)
class Table:
    """A CSV file with its header: `columns` gives the place of each known column."""

    path: Path
    columns: dict[str, int]

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def chunks(self, report: Report) -> Iterator[Chunk]:
        """The rows in order. A row of another length than the header is reported and left out."""
        width = len(self.columns)
        if (last := _line_before_a_huge_one(self.path)) is not None:
            message = "A line is longer than %(most)s characters."
            remedy = "Is a quote left open, or is this not a CSV file?"
            report(Problem(f"{self.name}, after row {last}", message, remedy, {"most": f"{LONGEST_LINE:,}"}))
            return
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as handle:
                reader = csv.reader(handle, strict=True)
                next(reader)
                before = reader.line_num
                while rows := list(islice(reader, CHUNK)):
                    lines: Sequence[int] = range(before + 1, reader.line_num + 1)
                    if len(lines) != len(rows):
                        lines = _line_numbers(rows, before)
                    before = reader.line_num
                    if set(map(len, rows)) != {width}:
                        rows, lines = self._whole_rows(rows, lines, report)
                    yield Chunk(rows, lines, handle.buffer.tell())  # type: ignore[attr-defined]
        except UnicodeDecodeError:
            report(_encoding_problem(self.path))
        except csv.Error as error:
            report(
                Problem(
                    f"{self.name}, row {reader.line_num}",
                    "The row cannot be read: %(error)s.",
                    "Look for a quote that is left open; was the file cut off?",
                    {"error": str(error)},
                )
            )

    def _whole_rows(
        self, rows: list[list[str]], lines: Sequence[int], report: Report
    ) -> tuple[list[list[str]], list[int]]:
        width = len(self.columns)
        kept: list[list[str]] = []
        kept_lines: list[int] = []
        for row, line in zip(rows, lines, strict=True):
            if len(row) == width:
                kept.append(row)
                kept_lines.append(line)
            elif row:
                values = {"found": len(row), "wanted": width}
                report(
                    Problem(
                        f"{self.name}, row {line}",
                        "The row has %(found)s cells, the header has %(wanted)s.",
                        "Complete the row; was the file cut off, or does a text hold an unquoted comma?",
                        values,
                    )
                )
        return kept, kept_lines


def _line_before_a_huge_one(path: Path) -> int | None:
    """How many lines come before the first that is too long; None where none is. Reads blocks, so a huge line is no load."""
    lines, length = 0, 0
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            first, *others = block.split(b"\n")
            longest = max(length + len(first), *map(len, others)) if others else length + len(first)
            if longest > LONGEST_LINE:
                for piece in (b" " * length + first, *others):
                    if len(piece) > LONGEST_LINE:
                        return lines
                    lines += 1
            lines += len(others)
            length = len(others[-1]) if others else length + len(first)
    return None


def _lines(handle: TextIO) -> Iterator[str]:
    while line := handle.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise _LineTooLong
        yield line


def _line_numbers(rows: list[list[str]], before: int) -> list[int]:
    """Line numbers when quoted texts hold line breaks."""
    numbers = []
    for row in rows:
        before += 1 + sum(cell.count("\n") for cell in row)
        numbers.append(before)
    return numbers


def _encoding_problem(path: Path) -> Problem:
    with path.open("rb") as handle:
        for number, line in enumerate(handle, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                byte = f"0x{line[error.start]:02X}"
                return Problem(
                    f"{path.name}, row {number}",
                    "The file is not in UTF-8: byte %(byte)s is none of its letters.",
                    "Save it as CSV UTF-8 (in Excel: CSV UTF-8, comma delimited).",
                    {"byte": byte},
                )
    return Problem(path.name, "The file is not in UTF-8.", "Save it as CSV UTF-8.")


def open_table(path: Path, required: Sequence[str], optional: Sequence[str], report: Report) -> Table | None:
    """The table, if its header has all required columns and none that we do not know; else what is wrong is reported."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            header = [cell.strip() for cell in next(csv.reader(_lines(handle), strict=True), [])]
    except UnicodeDecodeError:
        report(_encoding_problem(path))
        return None
    except (_LineTooLong, csv.Error):
        report(
            Problem(f"{path.name}, row 1", "The first row is no header.", "Write the column names into the first row.")
        )
        return None
    found = _header_problems(path.name, header, required, optional)
    for problem in found:
        report(problem)
    return None if found else Table(path, {name: place for place, name in enumerate(header)})


def _header_problems(name: str, header: list[str], required: Sequence[str], optional: Sequence[str]) -> list[Problem]:
    where = f"{name}, row 1"
    if not any(header):
        return [
            Problem(
                name, "The file is empty.", "Write at least the header: %(columns)s.", {"columns": ", ".join(required)}
            )
        ]
    problems = []
    known = [*required, *optional]
    for column in sorted(set(header), key=header.index):
        if header.count(column) > 1:
            problems.append(
                Problem(where, "The column '%(column)s' stands there twice.", "Keep one.", {"column": column})
            )
        if column not in known:
            close = difflib.get_close_matches(column.casefold(), known, 1)
            remedy = "Did you mean '%(close)s'?" if close else "Known columns: %(columns)s."
            values = {"column": column, "close": close[0] if close else "", "columns": ", ".join(known)}
            problems.append(Problem(where, "'%(column)s' is not a column of this file.", remedy, values))
    for column in required:
        if column not in header:
            problems.append(Problem(where, "The column '%(column)s' is missing.", "Add it.", {"column": column}))
    return problems
