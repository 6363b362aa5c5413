"""The units under a person's mandate as files of the folder form: units.csv, and the same as a workbook for Excel."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO, StringIO

import xlsxwriter  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from headrope.core.units import ALWAYS, FOREVER, METHODS, Edition
from headrope.org.queries import EditionRow, edition_rows
from headrope.web.access import Visit
from headrope.web.organisation import words

COLUMNS = ("code", "name", "name_zh", "parent", "kind", "from", "to", "successor", "method")
WIDTHS = (14, 34, 24, 14, 14, 12, 12, 14, 14)
SPARE_ROWS = 500
SHEET = "units"

Cells = tuple[str | date | None, ...]


@dataclass(frozen=True)
class UnitTable:
    """Editions in the order of the tree, and how many units are left out since their history leads outside the mandate."""

    rows: Sequence[Cells]
    left_out: int


def unit_table(who: Visit) -> UnitTable:
    """All that the person may edit of the tree; one statement."""
    by_unit: dict[int, list[EditionRow]] = {}
    for row in edition_rows():
        if who.who.edits(row.unit):
            by_unit.setdefault(row.unit, []).append(row)
    whole = {unit: rows for unit, rows in by_unit.items() if all(_inside(who, row) for row in rows)}
    order = _order(who, whole)
    return UnitTable([cells_of(row.edition) for unit in order for row in whole[unit]], len(by_unit) - len(whole))


def _inside(who: Visit, row: EditionRow) -> bool:
    return all(unit is None or who.who.sees(unit) for unit in (row.parent, row.successor))


def _order(who: Visit, units: Iterable[int]) -> list[int]:
    """Units of today's tree from the top down, then those that are not in it by code."""
    tree, last = who.who.now.tree, who.who.now.last
    place = {node.id: at for at, node in enumerate(n for start in who.who.starts for n in tree.subtree(start.id))}
    return sorted(units, key=lambda unit: (unit not in place, place.get(unit, 0), last[unit].code))


def cells_of(edition: Edition) -> Cells:
    """An edition as a row of the file."""
    return (
        edition.code,
        edition.name,
        edition.name_zh,
        edition.parent,
        edition.kind,
        edition.valid_from if edition.valid_from != ALWAYS else None,
        edition.valid_to - timedelta(days=1) if edition.valid_to != FOREVER else None,
        edition.successor,
        edition.method,
    )


def as_csv(rows: Iterable[Cells], text: Callable[[str], str] = str) -> str:
    """The rows as units.csv, each cell as `text` gives it."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(["" if cell is None else text(str(cell)) for cell in row] for row in rows)
    return out.getvalue()


def as_workbook(table: UnitTable) -> bytes:
    """The rows as a workbook: header locked, days as dates, a note on each column, choices for kinds and methods."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(SHEET)
    locked = book.add_format({"bold": True, "locked": True, "bottom": 1, "valign": "top"})
    free = book.add_format({"locked": False, "num_format": "@"})
    day = book.add_format({"locked": False, "num_format": "yyyy-mm-dd", "align": "left"})
    for column, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width, day if name in ("from", "to") else free)
        sheet.write_string(0, column, name, locked)
        sheet.write_comment(0, column, _notes()[name], {"x_scale": 2, "y_scale": 1.4})
    for row, cells in enumerate(table.rows, 1):
        _write(sheet, row, cells, free, day)
    last = len(table.rows) + SPARE_ROWS
    for name, choices in (("kind", list(words.kinds())), ("method", list(METHODS))):
        column = COLUMNS.index(name)
        sheet.data_validation(1, column, last, column, {"validate": "list", "source": choices})
    sheet.freeze_panes(1, 1)
    sheet.protect("", {"insert_rows": True, "delete_rows": True, "format_columns": True, "sort": True})
    _explain(book, table.left_out)
    book.close()
    return out.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, cells: Cells, free: object, day: object) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, date) and cell.year >= 1900:
            sheet.write_datetime(row, column, cell, day)
        else:
            # A day before 1900 is none for Excel, and is written as it is read.
            sheet.write_string(row, column, "" if cell is None else str(cell), free)


def _notes() -> dict[str, str]:
    """What each column holds."""
    return {
        "code": _("The code stays for ever. A new row with a new code founds a unit."),
        "name": _("The name in English."),
        "name_zh": _("The name in Chinese."),
        "parent": _("The code of the unit above; empty at the top."),
        "kind": _("What kind of unit it is."),
        "from": _("The first day of the row, like 2023-07-01; empty: always."),
        "to": _("The last day of the row; empty: until further notice."),
        "successor": _("The code of the unit that carries on a closed one, in its last row."),
        "method": _("What goes up of its total: full, proportionate (the share held), or none."),
    }


def _explain(book: xlsxwriter.Workbook, left_out: int) -> None:
    sheet = book.add_worksheet("notes")
    sheet.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top"}))
    lines = [
        _("One row for each unit; several rows with the same code where something about it changed on a day."),
        _(
            "A unit that is in the file gets exactly the rows that stand here. A unit that is not in the file stays as it is."
        ),
        _(
            "To move a unit, end its row on the day before and add a row with the new parent. To close it, fill in its last day."
        ),
        _("Upload the file on the page of the tree. Nothing is saved before you have seen what it would change."),
    ]
    if left_out:
        lines.append(_("%(n)s units are not in the file, since they stand or stood under units outside your mandate.") % {"n": left_out})  # fmt: skip
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)
    sheet.protect()
