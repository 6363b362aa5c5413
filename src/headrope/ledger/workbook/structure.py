"""Whether the sheet that came back is still built as it was: its columns, its rows, what is merged or hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from headrope.core.problems import Problem
from headrope.ledger.sheets.cells import Box, Sheet, cell_name, column_name, listing
from headrope.ledger.workbook.keys import ANEW, Keys
from headrope.ledger.workbook.layout import ANSWER, ENTRY, HEAD_ROW, KEY, KEY_HEAD, place_name

LOOKED_AT = 60
SHOWN = 5
UNDO = "Undo that, or download the workbook anew and copy the figures into it."


def head_problem(sheet: Sheet, keys: Keys) -> Problem | None:
    """Whether the headings stand where they were: else columns, or rows above, were inserted or deleted."""
    if sheet.cell(HEAD_ROW, KEY).text == KEY_HEAD and sheet.cell(HEAD_ROW, ENTRY).text == keys.entry:
        return None
    found = _head_of_keys(sheet)
    if found is None:
        message = "The hidden column that says which measure stands in which row is missing."
        return Problem(sheet.name, message, ANEW)
    row, column = found
    if row != HEAD_ROW:
        where = place_name(sheet.name, row, ENTRY)
        message = "Rows were inserted above the headings, which now stand in row %(row)s and belong in row %(right)s."
        if row < HEAD_ROW:
            message = (
                "Rows were deleted above the headings, which now stand in row %(row)s and belong in row %(right)s."
            )
        return Problem(where, message, UNDO, {"row": row + 1, "right": HEAD_ROW + 1})
    entry = next((at for at in range(sheet.width) if sheet.cell(row, at).text == keys.entry), ENTRY)
    values = {"entry": column_name(ENTRY), "now": column_name(entry), "count": abs(column - KEY)}
    where = place_name(sheet.name, row, entry)
    if entry != ENTRY:
        message = "The columns are shifted: the figures stood in column %(entry)s and now stand in column %(now)s."
        return Problem(where, message, UNDO, values)
    if column != KEY:
        message = "Columns were inserted or deleted behind column %(entry)s."
        return Problem(where, message, UNDO, values)
    message = "The heading of column %(entry)s was changed, which is the one that is filled in."
    return Problem(where, message, ANEW, values)


def _head_of_keys(sheet: Sheet) -> tuple[int, int] | None:
    for row, cells in enumerate(sheet.rows[:LOOKED_AT]):
        for column, cell in enumerate(cells):
            if cell.text == KEY_HEAD:
                return row, column
    return None


def rows_of(sheet: Sheet, keys: Keys) -> tuple[dict[str, int], list[Problem]]:
    """The row, from 0, of each measure that stands in one row, and what happened to the others and to their order."""
    held = {row: sheet.cell(row, KEY).text for row in range(HEAD_ROW + 1, len(sheet.rows))}
    held = {row: code for row, code in held.items() if code}
    right = {each.row - 1: each.measure for each in keys.rows}
    if held == right:
        return {code: row for row, code in right.items()}, []
    count = Counter(held.values())
    rows = {code: row for row, code in held.items() if count[code] == 1}
    missing = {row: code for row, code in right.items() if not count[code]}
    problems = [*_missing(sheet, missing), *_strange(sheet, held, right, count)]
    problems += _moved(sheet, rows, [each.measure for each in keys.rows if each.measure in rows])
    if not problems:
        problems = [*_inserted(sheet, rows, right)]
    return {code: row for code, row in rows.items() if code in right.values()}, problems


def _missing(sheet: Sheet, missing: Mapping[int, str]) -> Iterator[Problem]:
    for row, code in missing.items():
        where, values = place_name(sheet.name, row, ENTRY), {"measure": code, "row": row + 1}
        shifted = next((at for at in range(sheet.width) if sheet.cell(row, at).text == code), None)
        if shifted is None:
            yield Problem(where, "The row of %(measure)s, which was row %(row)s, was deleted.", UNDO, values)
        else:
            message = "The cells of row %(row)s are shifted by %(count)s columns."
            if abs(shifted - KEY) == 1:
                message = "The cells of row %(row)s are shifted by one column."
            yield Problem(where, message, UNDO, {**values, "count": abs(shifted - KEY)})


def _strange(sheet: Sheet, held: Mapping[int, str], right: Mapping[int, str], count: Counter[str]) -> Iterator[Problem]:
    """Rows that stand there twice, and rows of measures that the form does not have."""
    known, seen = set(right.values()), dict[str, int]()
    for row, code in held.items():
        where = place_name(sheet.name, row, ENTRY)
        if code not in known:
            message = "The row is of '%(measure)s', which this workbook did not have."
            yield Problem(where, message, UNDO, {"measure": code[:40]})
        elif code in seen:
            message = "Row %(row)s is a copy of row %(first)s: both are of %(measure)s."
            values = {"row": row + 1, "first": seen[code] + 1, "measure": code}
            yield Problem(where, message, "Delete one of them.", values)
        seen.setdefault(code, row)


def _moved(sheet: Sheet, rows: Mapping[str, int], order: list[str]) -> Iterator[Problem]:
    now = sorted(order, key=lambda code: rows[code])
    for code, instead in zip(order, now, strict=True):
        if code != instead:
            message = "The rows were sorted or moved: here stands %(measure)s in place of %(right)s."
            values = {"measure": instead, "right": code}
            yield Problem(place_name(sheet.name, rows[instead], ENTRY), message, UNDO, values)
            return


def _inserted(sheet: Sheet, rows: Mapping[str, int], right: Mapping[int, str]) -> Iterator[Problem]:
    last = max(rows.values(), default=HEAD_ROW)
    taken = set(rows.values())
    spare = [row for row in range(HEAD_ROW + 1, last) if row not in taken]
    where = place_name(sheet.name, spare[0] if spare else last, ENTRY)
    shown = listing((str(row + 1) for row in spare[:SHOWN]), len(spare))
    yield Problem(where, "Rows were inserted: %(rows)s.", UNDO, {"rows": shown})


def surface_problems(sheet: Sheet, rows: Mapping[str, int]) -> Iterator[Problem]:
    """Merged cells among those to be filled in, hidden rows and columns, and what stands below the last row."""
    places = set(rows.values())
    if not places:
        return
    first, last = min(places), max(places)
    for box in sheet.merged:
        if box.bottom >= first and box.top <= last and box.right >= ENTRY and box.left <= ANSWER:
            message = "The cells %(cells)s are merged."
            where = place_name(sheet.name, max(box.top, first), ENTRY)
            yield Problem(where, message, "Unmerge them, and fill in each of them.", {"cells": _name(box)})
    hidden = sorted(places & sheet.hidden_rows)
    if hidden:
        shown = listing((str(row + 1) for row in hidden[:SHOWN]), len(hidden))
        message = "Rows of the form are hidden: %(rows)s."
        where = place_name(sheet.name, hidden[0], ENTRY)
        yield Problem(where, message, "Show all rows (clear the filter), look at them, and save.", {"rows": shown})
    for column in sorted(sheet.hidden_columns & set(range(ENTRY, ANSWER + 1))):
        message = "Column %(column)s is hidden."
        values = {"column": column_name(column)}
        yield Problem(place_name(sheet.name, HEAD_ROW, column), message, "Show the column, and save.", values)
    for row in range(last + 1, len(sheet.rows)):
        for column in range(ENTRY, ANSWER + 1):
            cell = sheet.cell(row, column)
            if cell.kind != "empty" and cell.text.strip():
                message = "'%(text)s' stands below the last row of the form and belongs to no measure."
                values = {"text": cell.text[:40]}
                yield Problem(
                    place_name(sheet.name, row, column), message, "Move it into its row, or delete it.", values
                )


def _name(box: Box) -> str:
    return f"{cell_name(box.top, box.left)}:{cell_name(box.bottom, box.right)}"
