"""Checks as text: a row of checks.csv each, read with everything that is wrong with it, and written back.

>>> checks, problems = parse_checks('''code,kind,severity,measures,min,max
... SANE,range,warning,STAFF,0,"2,000"
... ''')
>>> print(*problems)
checks.csv, row 2: '2,000' in the column max is not a number. Write it like 1500, -0.5, 15 % or 1/3.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from headrope.core.checks.check import AGAINST, KINDS, SEVERITIES, Check
from headrope.core.checks.thresholds import read_threshold, write_threshold
from headrope.core.formulas import LONGEST, Formula, FormulaError, parse_formula, write_formula
from headrope.core.problems import Problem
from headrope.core.units import ALWAYS, FOREVER

FILE = "checks.csv"
WORDS = {"kind": KINDS, "severity": SEVERITIES, "against": ("", *AGAINST)}
LISTS = ("measures", "under", "unit_kinds")
FORMULAE = ("formula", "denominator")
NUMBERS = ("min", "max", "change", "tolerance", "floor", "limit")
COUNTS = ("decimals", "past", "answer")
TEXTS = ("message", "message_zh")
DAYS = {"from": "valid_from", "to": "valid_to"}
COLUMNS = (
    ("code", "kind", "severity"),
    ("measures", "formula", "denominator", "against", *NUMBERS, *COUNTS, "under", "unit_kinds", *TEXTS, *DAYS),
)
"""Columns that a file must have, and those that it may have."""
MOST = {
    "measures": 10_000,
    "under": 10_000,
    "message": 1000,
    "message_zh": 1000,
    "formula": LONGEST,
    "denominator": LONGEST,
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Report = Callable[[Problem], None]
Row = Mapping[str, str]


def read_check(where: str, row: Row, report: Report) -> Check | None:
    """The check of a row, cells by column; what cannot be read is reported, and then there is none.

    What it means, and whether it can be asked, is for `soundness.check_checks`.
    """
    cells = {column: row.get(column, "").strip() for columns in COLUMNS for column in columns}
    wrong = [*_texts(where, cells), *_words(where, cells)]
    given: dict[str, Any] = {column: cells[column] for column in ("code", *TEXTS)}
    given |= {column: cells[column] for column, known in WORDS.items() if cells[column] in known}
    given |= {column: tuple(cells[column].split()) for column in LISTS}
    if not wrong:
        for column in FORMULAE:
            given[column] = _formula(where, column, cells[column], wrong)
        for column in NUMBERS:
            given[column] = _number(where, column, cells[column], wrong)
        for column in COUNTS:
            given[column] = _count(where, column, cells[column], wrong)
        for column, name in DAYS.items():
            given[name] = _day(where, column, cells[column], wrong)
    for problem in wrong:
        report(problem)
    return None if wrong else Check(**given, where=where)


def _texts(where: str, cells: Row) -> Iterable[Problem]:
    for column, text in cells.items():
        if _CONTROL.search(text):
            message, remedy = "The column %(column)s holds a control character.", "Take it out."
            yield Problem(where, message, remedy, {"column": column})
        elif len(text) > MOST.get(column, 200):
            values = {"column": column, "most": MOST.get(column, 200)}
            yield Problem(where, "The column %(column)s is longer than %(most)s characters.", "Shorten it.", values)


def _words(where: str, cells: Row) -> Iterable[Problem]:
    for column, known in WORDS.items():
        if cells[column] not in known:
            values = {"text": cells[column][:60], "column": column, "known": ", ".join(filter(None, known))}
            yield Problem(where, "The column %(column)s holds '%(text)s'.", "Known: %(known)s.", values)


def _formula(where: str, column: str, text: str, wrong: list[Problem]) -> Formula:
    if not text:
        return ()
    values = {"text": text[:100], "column": column}
    try:
        formula = parse_formula(text)
    except FormulaError as error:
        remedy = "Write it like A-B or 0.5*(A+B) in the column %(column)s."
        wrong.append(Problem(where, "'%(text)s' is no formula: %(error)s.", remedy, {**values, "error": str(error)}))
        return ()
    if len(write_formula(formula)) > LONGEST:
        message = "The formula in the column %(column)s is too long when its brackets are opened."
        wrong.append(Problem(where, message, "Make a part of it a measure of the kind formula.", values))
    return formula


def _number(where: str, column: str, text: str, wrong: list[Problem]) -> Any:
    number = read_threshold(text)
    if text and number is None:
        message = "'%(text)s' in the column %(column)s is not a number."
        values = {"text": text[:60], "column": column}
        wrong.append(Problem(where, message, "Write it like 1500, -0.5, 15 %% or 1/3.", values))
    return number


def _count(where: str, column: str, text: str, wrong: list[Problem]) -> int | None:
    if text and not (text.isascii() and text.isdecimal() and len(text) <= 4):
        message = "'%(text)s' in the column %(column)s is not a whole number."
        wrong.append(Problem(where, message, "Write it like 8.", {"text": text[:60], "column": column}))
        return None
    return int(text) if text else None


def _day(where: str, column: str, text: str, wrong: list[Problem]) -> date:
    """The day of the column; of `to`, which names the last one, the day after."""
    if not text:
        return ALWAYS if column == "from" else FOREVER
    try:
        day = date.fromisoformat(text)
    except ValueError:
        values = {"text": text[:60], "column": column}
        remedy = "Write it like 2023-06-30 in the column %(column)s."
        wrong.append(Problem(where, "'%(text)s' is not a day.", remedy, values))
        return ALWAYS
    return day if column == "from" or day == FOREVER else day + timedelta(days=1)


def check_row(check: Check) -> dict[str, str]:
    """The cells of the check by column, as `read_check` reads them."""
    row = {column: getattr(check, column) for column in ("code", *WORDS, *TEXTS)}
    row |= {column: " ".join(getattr(check, column)) for column in LISTS}
    row |= {column: write_formula(getattr(check, column)) for column in FORMULAE}
    row |= {column: _written(getattr(check, column), write_threshold) for column in NUMBERS}
    row |= {column: _written(getattr(check, column), str) for column in COUNTS}
    row["from"] = "" if check.valid_from == ALWAYS else check.valid_from.isoformat()
    last = check.valid_to
    row["to"] = "" if last == FOREVER else (last - timedelta(days=1)).isoformat()
    return row


def _written(value: Any, write: Callable[[Any], str]) -> str:
    return "" if value is None else write(value)


def write_checks(checks: Iterable[Check]) -> str:
    """The text of checks.csv, with all its columns."""
    file = io.StringIO()
    writer = csv.DictWriter(file, [*COLUMNS[0], *COLUMNS[1]], lineterminator="\n")
    writer.writeheader()
    writer.writerows(check_row(check) for check in checks)
    return file.getvalue()


def parse_checks(text: str, name: str = FILE) -> tuple[list[Check], list[Problem]]:
    """The checks of a text and everything that cannot be read; of rows with problems there is no check."""
    problems: list[Problem] = []
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    checks = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        problems += _header(f"{name}, row 1", header)
        for row in reader if not problems else ():
            where = f"{name}, row {reader.line_num}"
            if len(row) == len(header):
                checks.append(read_check(where, dict(zip(header, row, strict=True)), problems.append))
            elif row:
                message = "The row has %(found)s cells, the header has %(wanted)s."
                remedy = "Complete the row; was the file cut off, or does a text hold an unquoted comma?"
                problems.append(Problem(where, message, remedy, {"found": len(row), "wanted": len(header)}))
    except csv.Error as error:
        remedy = "Look for a quote that is left open; was the file cut off?"
        where = f"{name}, row {reader.line_num}"
        problems.append(Problem(where, "The row cannot be read: %(error)s.", remedy, {"error": str(error)}))
    return [check for check in checks if check is not None], problems


def _header(where: str, header: list[str]) -> list[Problem]:
    known = [*COLUMNS[0], *COLUMNS[1]]
    problems = []
    for place, column in enumerate(header):
        values = {"column": column[:60], "columns": ", ".join(known)}
        if column not in known:
            message = "'%(column)s' is not a column of this file."
            problems.append(Problem(where, message, "Known columns: %(columns)s.", values))
        elif column in header[:place]:
            problems.append(Problem(where, "The column '%(column)s' stands there twice.", "Keep one.", values))
    for column in COLUMNS[0]:
        if column not in header:
            problems.append(Problem(where, "The column '%(column)s' is missing.", "Add it.", {"column": column}))
    return problems
