"""Reads checks.csv: what is asked of figures before they become facts, check by check and by vintage."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from headrope.core.checks.check import Check
from headrope.core.checks.rows import COLUMNS as CELLS
from headrope.core.checks.rows import FILE, read_check
from headrope.core.vintages import Said
from headrope.ledger.folder.rows import Gathered, only, read_rows
from headrope.ledger.folder.tables import Report

__all__ = ["COLUMNS", "FILE", "read_checks"]

COLUMNS = CELLS[0], (*CELLS[1], "vintage", "state")


def read_checks(folder: Path, report: Report, today: date) -> list[Said[str, Check]]:
    """What checks.csv says; nothing without the file. What checks mean is for core.checks.soundness."""
    gathered: Gathered[str, Check] = Gathered(("code",), today, report)
    for where, row in read_rows(folder / FILE, COLUMNS, report):
        gathered.take(where, row, row["code"], lambda where, row: read_check(where, row, report))
    return gathered.said(lambda rows: only(rows, lambda row: row.code, report))
