"""Workbooks as somebody fills them in, for tests: rows of cells by sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

Cell = str | int | float | bool | date | None
Sheets = Mapping[str, Sequence[Sequence[Cell]]]

HARBOUR: Sheets = {
    "ledger": [("key", "value"), ("name", "Harbour"), ("currency", "CNY"), ("fiscal_start", 1), ("time_zone", "Asia/Shanghai")],
    "units 单位": [
        ("Code\n代码", "Name\n名称", "Name in Chinese", "Unit above", "Kind"),
        ("G", "Harbour", "港湾集团", None, "group"),
        ("A", "East Works", "东方厂", "G", "company"),
        ("A1", "East Pumps", "东方泵业", "A", "branch  分公司"),
        ("AB", "Airport Base", "空港基地", "G", "company"),
    ],
    "measures": [
        ("code", "name", "account", "quantity", "step", "kind", "direction"),
        ("REV", "Revenue", "CNY", "money", 0.01, "flow", "up"),
        ("STAFF", "Staff", "persons", "count", 1, "stock", "none"),
    ],
    "figures": [
        ("unit", "measure", "2024-01", date(2024, 2, 1), "2024年3月"),
        ("A1", "REV", 100.5, 101, None),
        ("AB", "REV", 0.1 + 0.2, None, -3),
        ("A1", "STAFF", 12, 13, 14),
    ],
    "people": [("code", "name", "user"), ("li.na", "Li Na", "li.na")],
    "mandates": [("user", "role", "unit"), ("li.na", "clerk", "A1")],
}  # fmt: skip


def write(path: Path, sheets: Sheets) -> Path:
    """The workbook at the path."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, day)
                elif isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(row, column, cell, None, "")
                elif cell is not None:
                    sheet.write(row, column, cell)
    book.close()
    return path


def changed(sheet: str, row: int, column: int, cell: Cell) -> dict[str, Sequence[Sequence[Cell]]]:
    """The workbook of the harbour with one cell changed."""
    rows = [list(cells) for cells in HARBOUR[sheet]]
    rows[row] += [None] * (column + 1 - len(rows[row]))
    rows[row][column] = cell
    return {**HARBOUR, sheet: rows}
