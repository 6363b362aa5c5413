"""The process that opens somebody's file: bounds itself, reads, and writes the cells as lines of JSON.

Called as `python -m headrope.ledger.sheets.child PATH LIMITS FORM`. Each line is a sheet's head (an object with its
name), a row of the sheet begun last (a list; a cell is its kind's letter and its text, or null), or a problem. The last
line is `{"end": true}`; without it the reading was not finished.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine

from headrope.core.problems import Problem
from headrope.ledger.sheets.cells import (
    DIGITS,
    EMPTY,
    FORMULA,
    MOST_DIGITS,
    Cell,
    Place,
    cell_name,
    listing,
    number_text,
)
from headrope.ledger.sheets.compound import scan_compound
from headrope.ledger.sheets.delimited import read_delimited
from headrope.ledger.sheets.failure import Unreadable, note
from headrope.ledger.sheets.limits import Limits, TextForm
from headrope.ledger.sheets.package import scan
from headrope.ledger.sheets.parts import BookScan, SheetScan

try:
    import resource
except ImportError:  # only systems of the Unix family bound a process
    resource = None  # type: ignore[assignment]

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LETTERS = {"text": "t", "number": "n", "date": "d", "bool": "b", "error": "e"}
SHOWN = 5


def bound(limits: Limits) -> None:
    """Let the system end this process where it takes more than it may; it may write no file."""
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        held = resource.getrlimit(what)[1]
        most = most if held == resource.RLIM_INFINITY else min(most, held)
        resource.setrlimit(what, (most, most))


def main() -> None:
    """Read the file that the command line names."""
    path, limits = Path(sys.argv[1]), Limits(**json.loads(sys.argv[2]))
    form = TextForm(**json.loads(sys.argv[3]))
    bound(limits)
    try:
        for line in _lines(path, limits, form):
            _write(line)
    except Unreadable as failure:
        _write(_problem(failure.problem))
    except MemoryError:
        message = "Reading it needs more than %(most)s MB."
        values = {"most": f"{limits.memory_bytes // 1_000_000:,}"}
        _write(_problem(Problem(path.name, message, "Save only the sheets that are needed.", values)))
    _write({"end": True})


def _write(line: object) -> None:
    sys.stdout.write(json.dumps(line, separators=(",", ":"), ensure_ascii=True) + "\n")


def _problem(problem: Problem) -> dict[str, object]:
    return {"problem": asdict(problem)}


def _lines(path: Path, limits: Limits, form: TextForm) -> Iterator[object]:
    with path.open("rb") as handle:
        begin = handle.read(1024)
    if begin.startswith(ZIP):
        yield from _workbook(path, limits, scan(path, limits))
    elif begin.startswith(COMPOUND):
        yield from _workbook(path, limits, scan_compound(path, limits))
    else:
        _refuse_what_is_no_text(path.name, begin, form)
        yield {"sheet": path.stem, "hidden": False, "merged": [], "hidden_rows": [], "hidden_columns": []}
        for row in read_delimited(path, form, limits):
            yield _row(row)


def _refuse_what_is_no_text(name: str, begin: bytes, form: TextForm) -> None:
    start = begin.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise Unreadable(name, "The file is a web page with another name.", "Open it in Excel and save it as .xlsx.")
    if not begin.strip():
        raise Unreadable(name, "The file is empty.", "Send it again.")
    if b"\0" in begin and not form.encoding.lower().startswith(("utf-16", "utf-32")):
        message = "The file is neither a workbook nor text."
        raise Unreadable(name, message, "Save it as .xlsx or as CSV UTF-8.")


def _workbook(path: Path, limits: Limits, scanned: BookScan) -> Iterator[object]:
    name = path.name
    try:
        with path.open("rb") as handle:
            book = python_calamine.CalamineWorkbook.from_filelike(handle)
            for number, about in enumerate(book.sheets_metadata):
                if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                    yield _problem(note(name, "'%(sheet)s' is no sheet of cells and is not read.", sheet=about.name))
                    continue
                found = scanned.sheets[number] if number < len(scanned.sheets) else SheetScan("")
                found.name = about.name
                found.hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
                yield from _sheet(book.get_sheet_by_name(about.name), found, limits)
                yield from map(_problem, _notes(name, found, scanned.uncomputed))
    except python_calamine.PasswordError as error:
        raise Unreadable(name, "The workbook is protected by a password.", "Save it without a password.") from error
    except python_calamine.CalamineError as error:
        message = "The workbook cannot be read (%(error)s)."
        remedy = "Open it in Excel and save it again as .xlsx."
        raise Unreadable(name, message, remedy, error=str(error)[:200]) from error


def _sheet(sheet: python_calamine.CalamineSheet, found: SheetScan, limits: Limits) -> Iterator[object]:
    yield {
        "sheet": found.name,
        "hidden": found.hidden,
        "merged": [[top, left, bottom, right] for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()],
        "hidden_rows": sorted(found.hidden_rows),
        "hidden_columns": sorted(found.hidden_columns),
        "formulas": sorted(found.formulas),
        "per_cents": sorted(found.per_cents),
        "long": [[*place, text] for place, text in found.long.items()],
    }
    if sheet.end is not None and (sheet.end[0] + 1) * (sheet.end[1] + 1) > limits.cells:
        where = f"{found.name}!{cell_name(*sheet.end)}"
        message = "The sheet reaches to here; %(most)s cells are the most."
        raise Unreadable(where, message, "Save a part of it.", most=f"{limits.cells:,}")
    errors: dict[int, dict[int, str]] = {}
    for (row, column), text in found.errors.items():
        errors.setdefault(row, {})[column] = text
    rows = _rows(sheet)
    for row in range(max(errors, default=-1) + 1):
        yield _row(_with_errors(next(rows, []), errors.get(row, {})))
    yield from map(_row, rows)


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[list[Cell]]:
    """The rows from the first one of the sheet on, from its first column on."""
    if sheet.start is None or sheet.end is None:
        return
    for values in sheet.iter_rows():
        cells = [_cell(value) for value in values]
        yield cells if len(cells) > sheet.end[1] else [EMPTY] * sheet.start[1] + cells


def _with_errors(cells: list[Cell], errors: Mapping[int, str]) -> list[Cell]:
    """The row with its errors, which the reader of values takes for blanks, at its end or in its midst."""
    if errors:
        cells = cells + [EMPTY] * (max(errors) + 1 - len(cells))
        for column, text in errors.items():
            cells[column] = Cell("error", text)
    return cells


def _cell(value: object) -> Cell:
    match value:
        case "":
            return EMPTY
        case str():
            return Cell("text", value)
        case bool():
            return Cell("bool", "true" if value else "false")
        case int() | float():
            # A spreadsheet has changed the digits behind the fifteenth already.
            lost = not abs(value) < 10**MOST_DIGITS
            return Cell("error", DIGITS) if lost else Cell("number", number_text(float(value)))
        case datetime() if value.time() == time():
            return Cell("date", value.date().isoformat())
        case date() | time():
            return Cell("date", value.isoformat())
        case timedelta():
            return Cell("number", number_text(value / timedelta(days=1)))
    return Cell("error", type(value).__name__)


def _row(cells: Iterable[Cell]) -> list[str | None]:
    row = [None if cell.kind == "empty" else LETTERS[cell.kind] + cell.text for cell in cells]
    while row and row[-1] is None:
        row.pop()
    return row


def _notes(file: str, found: SheetScan, uncomputed: bool) -> Iterator[Problem]:
    where = f"{file}, {found.name}"
    if found.hidden:
        yield note(where, "The sheet is hidden.")
    if found.hidden_rows:
        shown = listing((str(row + 1) for row in sorted(found.hidden_rows)[:SHOWN]), len(found.hidden_rows))
        yield note(where, "Rows are hidden: %(shown)s.", shown=shown)
    if found.hidden_columns:
        columns = (cell_name(0, column)[:-1] for column in sorted(found.hidden_columns)[:SHOWN])
        yield note(where, "Columns are hidden: %(shown)s.", shown=listing(columns, len(found.hidden_columns)))
    formulas = [place for place, text in found.errors.items() if text == FORMULA]
    errors = [f"{cell_name(*place)} {text}" for place, text in found.errors.items() if text != FORMULA]
    if errors:
        message = "Cells hold an error: %(shown)s."
        yield note(where, message, "Mend the formulas.", shown=listing(errors[:SHOWN], len(errors)))
    if formulas:
        message = "Formulas have no value: %(shown)s."
        yield note(where, message, "Open the workbook in Excel and save it.", shown=_places(formulas))
    if uncomputed and found.zeros:
        message = "Formulas say 0, written by a program that does not compute them: %(shown)s."
        yield note(where, message, "Open the workbook in Excel and save it.", shown=_places(found.zeros))


def _places(places: list[Place]) -> str:
    return listing((cell_name(*place) for place in places[:SHOWN]), len(places))


if __name__ == "__main__":
    main()
