"""Takes an uploaded file apart, whatever it is: a child process opens it under limits, and every problem is listed."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from headrope.core.problems import Problem
from headrope.ledger.sheets.cells import Workbook
from headrope.ledger.sheets.limits import Limits, TextForm
from headrope.ledger.sheets.reading import read_sheets
from headrope.ledger.submissions.sheet import EntrySheet
from headrope.ledger.workbook.filled import read_filled
from headrope.ledger.workbook.table import delimiter_of, encoding_of, read_table, wrong_bytes
from headrope.ledger.workbook.upload import Upload, empty_upload, file_name, with_problems

MOST_BYTES = 5_000_000
LIMITS = Limits(
    file_bytes=MOST_BYTES,
    unpacked_bytes=50_000_000,
    memory_bytes=600_000_000,
    cells=200_000,
    line=20_000,
    seconds=20,
    told_rows=10_000,
    macros=False,
)
WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")
WITH_MACROS = (".xlsm", ".xltm", ".xlam", ".xla")


def read_upload(file: Path | bytes, name: str, expected: EntrySheet, exponent: int = 0) -> Upload:
    """The file's cells and all its problems; never raises for what a file holds, and changes nothing.

    `name` is what its sender calls it. `exponent` is the power of ten of the currency's unit in which a CSV counts money:
    that of the page; a workbook says it itself.
    """
    name = file_name(name)
    upload = empty_upload(name, expected, exponent)
    refused = _refused(file, name)
    if refused is not None:
        return with_problems(upload, [refused])
    content = file if isinstance(file, bytes) else file.read_bytes()
    if content.startswith(WORKBOOKS):
        book = _read(content, name, TextForm())
        return with_problems(upload, book.problems) if not book.readable else read_filled(book, expected, upload)
    encoding = encoding_of(content)
    if encoding is None and b"\0" not in content:
        return with_problems(upload, [wrong_bytes(content, name)])
    form = TextForm(encoding or "utf-8", delimiter_of(content, encoding or "utf-8"))
    book = _read(content, name, form)
    if not book.readable:
        return with_problems(upload, book.problems)
    return read_table(book, expected, upload, form.delimiter)


def _refused(file: Path | bytes, name: str) -> Problem | None:
    """Why it is not even opened."""
    try:
        size = len(file) if isinstance(file, bytes) else file.stat().st_size
    except OSError as error:
        message = "The file cannot be opened: %(error)s."
        return Problem(name, message, "Send it again.", {"error": error.strerror or str(error)})
    if size > MOST_BYTES:
        message = "The file has %(size)s MB; %(most)s MB are the most."
        remedy = "Send the workbook of the form alone, without pictures and further sheets."
        return Problem(name, message, remedy, {"size": f"{size / 1e6:,.1f}", "most": MOST_BYTES // 1_000_000})
    if name.lower().endswith(WITH_MACROS):
        message = "The file is a workbook with macros."
        return Problem(name, message, "Save it as .xlsx, which holds none, and send that.")
    return None


def _read(content: bytes, name: str, form: TextForm) -> Workbook:
    """The sheets, by a child process; problems name the file as its sender does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "uploaded.file"
        path.write_bytes(content)
        book = read_sheets(path, LIMITS, form)
    blocking = (problem for problem in book.problems if problem.blocking)
    return replace(book, problems=tuple(_renamed(problem, path.name, name) for problem in blocking))


def _renamed(problem: Problem, held: str, name: str) -> Problem:
    if not problem.where.startswith(held):
        return problem
    return replace(problem, where=name + problem.where[len(held) :])
