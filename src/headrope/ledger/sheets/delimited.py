"""Reads a file of separated values into rows of text cells; wrong bytes and huge lines are named, never loaded."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from headrope.ledger.sheets.cells import EMPTY, Cell
from headrope.ledger.sheets.failure import Unreadable
from headrope.ledger.sheets.limits import Limits, TextForm

DELIMITERS = (";", "\t", ",", "|")
LOOKED_AT = 50


def read_delimited(path: Path, form: TextForm, limits: Limits) -> Iterator[list[Cell]]:
    """The rows in order; raises Unreadable at the first one that cannot be read."""
    csv.field_size_limit(limits.line)
    cells = 0
    row = 0
    try:
        with path.open(encoding=form.encoding, newline="") as handle:
            delimiter = form.delimiter or _delimiter(path, form, limits)
            reader = csv.reader(_Lines(handle, path.name, limits.line), delimiter=delimiter, strict=True)
            for row, texts in enumerate(reader, 1):
                cells += len(texts)
                if cells > limits.cells:
                    message = "The file has more than %(most)s cells."
                    raise Unreadable(f"{path.name}, row {row}", message, "Cut it in parts.", most=f"{limits.cells:,}")
                yield [Cell("text", text) if text else EMPTY for text in texts]
    except UnicodeError as error:
        raise _wrong_bytes(path, form) from error
    except LookupError as error:
        message = "'%(encoding)s' is no encoding."
        remedy = "Write one such as utf-8, gb18030 or cp1252."
        raise Unreadable(path.name, message, remedy, encoding=form.encoding) from error
    except csv.Error as error:
        message = "The row cannot be read: %(error)s."
        remedy = "Look for a quote that is left open; was the file cut off?"
        raise Unreadable(f"{path.name}, row {row + 1}", message, remedy, error=str(error)) from error


class _Lines:
    """Lines of a text file; the first one that is too long ends the reading."""

    def __init__(self, handle: TextIO, name: str, longest: int) -> None:
        self.handle, self.name, self.longest, self.number = handle, name, longest, 0

    def __iter__(self) -> Iterator[str]:
        while line := self.handle.readline(self.longest + 2):
            self.number += 1
            if len(line) > self.longest and not line.endswith(("\n", "\r")):
                message = "A line is longer than %(most)s characters."
                remedy = "Is a quote left open, or is this not a CSV file?"
                raise Unreadable(f"{self.name}, line {self.number}", message, remedy, most=f"{self.longest:,}")
            yield line


def _delimiter(path: Path, form: TextForm, limits: Limits) -> str:
    """The one that stands in most of the first lines; of equals the most frequent one."""
    with path.open(encoding=form.encoding, newline="") as handle:
        lines = list(islice(_Lines(handle, path.name, limits.line), LOOKED_AT))
    return max(
        DELIMITERS, key=lambda sign: (sum(sign in line for line in lines), sum(line.count(sign) for line in lines))
    )


def _wrong_bytes(path: Path, form: TextForm) -> Unreadable:
    message = "The file is not written in %(encoding)s: byte %(byte)s is none of its letters."
    remedy = "Save it as CSV UTF-8, or name its encoding in the mapping, as csv: encoding."
    encoding = "UTF-8" if form.encoding.lower().startswith("utf-8") else form.encoding
    with path.open("rb") as handle:
        for number, line in enumerate(handle, 1):
            try:
                line.decode(form.encoding)
            except UnicodeDecodeError as error:
                where = f"{path.name}, row {number}"
                return Unreadable(where, message, remedy, encoding=encoding, byte=f"0x{line[error.start]:02X}")
    return Unreadable(path.name, "The file is not written in %(encoding)s.", remedy, encoding=encoding)
