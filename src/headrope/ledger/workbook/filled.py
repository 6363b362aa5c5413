"""Reads a workbook that was made here and filled in: what it is of, whether it is still whole, and each of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from headrope.core.problems import Problem
from headrope.ledger.sheets.cells import Sheet, Workbook, column_name
from headrope.ledger.submissions.sheet import EntrySheet, Line
from headrope.ledger.workbook.cells import Wanted, read_cell, read_text
from headrope.ledger.workbook.keys import ANEW, Keys, read_keys
from headrope.ledger.workbook.layout import (
    ANSWER,
    ENTRY,
    KEY,
    KEYS_SHEET,
    LONGEST_ANSWER,
    LONGEST_NOTE,
    NOTE,
    place_name,
    typed_as,
)  # fmt: skip
from headrope.ledger.workbook.structure import UNDO, head_problem, rows_of, surface_problems
from headrope.ledger.workbook.upload import Upload, UploadedCell, with_problems


def read_filled(book: Workbook, expected: EntrySheet, upload: Upload) -> Upload:
    """The cells of the workbook and all problems of it; `upload` is what is known before."""
    hidden = next((sheet for sheet in book.sheets if sheet.name.lower() == KEYS_SHEET), None)
    if hidden is None:
        message = "This is not the workbook of a form: its hidden sheet '%(sheet)s' is missing."
        remedy = "Download the workbook of this form, and copy the figures into it."
        return with_problems(upload, [Problem(upload.name, message, remedy, {"sheet": KEYS_SHEET})])
    keys = read_keys(hidden, upload.name)
    if isinstance(keys, Problem):
        return with_problems(upload, [keys])
    upload = replace(
        upload,
        unit=keys.unit,
        form=keys.form,
        version=keys.version,
        exponent=keys.exponent,
        row_version=keys.row_version,
    )
    problems = [*_identity(keys, expected, upload.name), *_sheets(book, keys, upload.name)]
    sheet = next((sheet for sheet in book.sheets if sheet.name == keys.sheet), None)
    if sheet is None or keys.form != expected.form.code:
        return with_problems(upload, problems)
    wrong = head_problem(sheet, keys)
    if wrong is not None:
        return with_problems(upload, [*problems, wrong])
    rows, moved = rows_of(sheet, keys)
    problems += [*moved, *surface_problems(sheet, rows), *_changed_form(keys, expected, upload.name)]
    cells, found = _cells(sheet, keys, rows, expected)
    return with_problems(replace(upload, cells=tuple(cells)), [*problems, *found])


def _identity(keys: Keys, expected: EntrySheet, where: str) -> Iterator[Problem]:
    """Unit, form, period and version against those of the page."""
    for found, right, message, remedy in (
        (
            keys.unit,
            expected.unit.code,
            "The workbook is of the unit %(found)s, and this is the form of %(right)s.",
            "Upload it at the form of %(found)s, or fill in the workbook of %(right)s.",
        ),
        (
            keys.form,
            expected.form.code,
            "The workbook is of the form %(found)s, and this is the form %(right)s.",
            "Upload it at the form %(found)s, or fill in the workbook of %(right)s.",
        ),
        (
            keys.period,
            str(expected.period),
            "The workbook is of the period %(found)s, and this is the form of %(right)s.",
            "Upload it at the period %(found)s, or fill in the workbook of %(right)s.",
        ),
        (
            keys.version,
            expected.version,
            "The workbook is of the version %(found)s, and this is the version %(right)s.",
            "Upload it at the version %(found)s, or fill in the workbook of %(right)s.",
        ),
    ):
        if found != right:
            yield Problem(where, message, remedy, {"found": found[:60], "right": right})


def _changed_form(keys: Keys, expected: EntrySheet, where: str) -> Iterator[Problem]:
    made = [each.measure for each in keys.rows]
    now = [line.info.code for line in expected.lines]
    if set(made) != set(now):
        message = "The form has changed since the workbook was made: new are %(new)s, gone are %(gone)s."
        values = {"new": _listed(now, made), "gone": _listed(made, now)}
        yield Problem(where, message, ANEW, values)


def _listed(codes: list[str], without: list[str]) -> str:
    return ", ".join(code for code in codes if code not in without) or "\N{EN DASH}"


def _sheets(book: Workbook, keys: Keys, where: str) -> Iterator[Problem]:
    """The sheet that is filled in has to be there; further ones are named unless they are empty."""
    names = [sheet.name for sheet in book.sheets if sheet.name.lower() != KEYS_SHEET]
    if keys.sheet not in names:
        message = "The sheet '%(sheet)s' is missing; the workbook has %(names)s."
        remedy = "Give the sheet its name back, or download the workbook anew."
        values = {"sheet": keys.sheet, "names": ", ".join(f"'{name}'" for name in names)[:200] or "\N{EN DASH}"}
        yield Problem(where, message, remedy, values)
        return
    codes = {each.measure for each in keys.rows}
    for sheet in book.sheets:
        if sheet.name == keys.sheet or sheet.name.lower() == KEYS_SHEET or not any(sheet.rows):
            continue
        values = {"sheet": sheet.name, "right": keys.sheet}
        if any(len(row) > KEY and row[KEY].text in codes for row in sheet.rows):
            message = "The sheet '%(sheet)s' is a copy of '%(right)s', and only one of them can be right."
            yield Problem(where, message, "Keep the figures in '%(right)s', and delete the other sheet.", values)
        else:
            message = "The sheet '%(sheet)s' does not belong to the form and is not read; nothing of it is kept."
            yield Problem(where, message, "Figures that count belong in '%(right)s'.", values, blocking=False)


def _cells(
    sheet: Sheet, keys: Keys, rows: Mapping[str, int], expected: EntrySheet
) -> tuple[list[UploadedCell], list[Problem]]:
    """The cells that are filled in, in the order of the form, and what is wrong with them."""
    exponents = {each.measure: each.exponent for each in keys.rows}
    cells: list[UploadedCell] = []
    problems: list[Problem] = []
    for line in expected.lines:
        code = line.info.code
        if code not in rows:
            continue
        if line.typed is None:
            problems += _computed(sheet, rows[code], code)
            continue
        cell, found = _line(sheet, rows[code], line, exponents[code])
        cells.append(cell)
        problems += found
    return cells, problems


def _line(sheet: Sheet, row: int, line: Line, exponent: int) -> tuple[UploadedCell, list[Problem]]:
    wanted = Wanted(line.info.rule.quantity, exponent, typed_as(line.info, 0).per_cent)
    where = {column: place_name(sheet.name, row, column) for column in (ENTRY, NOTE, ANSWER)}
    entry = read_cell(sheet, (row, ENTRY), wanted, where[ENTRY])
    note = read_text(sheet, (row, NOTE), LONGEST_NOTE, where[NOTE])
    answer = read_text(sheet, (row, ANSWER), LONGEST_ANSWER, where[ANSWER])
    cell = UploadedCell(line.info.code, where[ENTRY], entry.raw, exponent, entry.word, note.raw, answer.raw)
    problems = [found.wrong for found in (entry, note, answer) if found.wrong is not None]
    beside = sheet.cell(row, NOTE)
    if not entry.raw and not entry.word and entry.wrong is None and beside.kind == "number":
        message = "The figure %(text)s stands in column %(note)s, which is for notes; column %(entry)s is empty."
        values = {"text": beside.text, "note": column_name(NOTE), "entry": column_name(ENTRY)}
        problems.append(Problem(where[NOTE], message, "Move it one column to the left.", values))
    return cell, problems


def _computed(sheet: Sheet, row: int, code: str) -> Iterator[Problem]:
    cell = sheet.cell(row, ENTRY)
    if cell.kind not in ("empty", "error") and (row, ENTRY) not in sheet.formulas:
        message = "%(measure)s is computed from other rows; what was typed there is not taken."
        where = place_name(sheet.name, row, ENTRY)
        yield Problem(where, message, UNDO, {"measure": code}, blocking=False)
