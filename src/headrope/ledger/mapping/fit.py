"""Which layout of a mapping a sheet has."""

from __future__ import annotations

from headrope.ledger.mapping.grid import LOOKED_AT, Grid
from headrope.ledger.mapping.keys import Columns, Layout, Plan, When


def layout_of(plan: Plan, grid: Grid, number: int) -> Layout | None:
    """The first layout that fits the sheet, which is the file's `number`-th from 1; None where none does."""
    return next(
        (layout for layout in plan.layouts if _is_meant(layout, grid, number) and _holds(layout.when, grid)), None
    )


def _is_meant(layout: Layout, grid: Grid, number: int) -> bool:
    name = grid.sheet.name
    if layout.sheet is not None and layout.sheet not in (name, str(number)):
        return False
    return layout.sheets is None or bool(layout.sheets.search(name))


def _holds(when: When | None, grid: Grid) -> bool:
    if when is None:
        return True
    if when.file and not when.file.search(grid.file):
        return False
    if when.cell and when.matches and not when.matches.search(grid.text(when.cell[0], Columns((when.cell[1],), False))):
        return False
    if when.columns is not None and when.columns != grid.sheet.width:
        return False
    rows = range(min(LOOKED_AT, len(grid.sheet.rows)))
    return when.contains is None or any(when.contains.search(text) for row in rows for text in grid.row_text(row))
