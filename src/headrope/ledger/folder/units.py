"""Reads units.csv: editions of units, row by row and by vintage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from headrope.core.problems import Problem
from headrope.core.units import KINDS, METHODS, SEGMENT, Edition
from headrope.core.vintages import Said
from headrope.ledger.folder.rows import (
    LONGEST_NAME,
    Gathered,
    Row,
    read_days,
    read_rows,
    text_problem,
    with_last_days,
)
from headrope.ledger.folder.tables import Report

FILE = "units.csv"
COLUMNS = (
    ("code", "name", "parent"),
    ("tier", "name_zh", "kind", "from", "to", "successor", "method", "vintage", "state"),
)
_CODE = re.compile(r"[^\s\x00-\x1f\x7f,\"'<>&/\\?#%]{1,40}")


@dataclass(frozen=True)
class UnitRows:
    """What a folder says of units, and the tiers that it claims for them by row."""

    said: list[Said[str, Edition]]
    tiers: Mapping[str, int]

    @property
    def editions(self) -> list[Edition]:
        """All editions in the order of units."""
        return [edition for each in self.said for edition in each.rows]


def read_units(folder: Path, report: Report, today: date = date.max) -> UnitRows:
    """What units.csv says, vintages up to `today`; nothing without the file."""
    gathered: Gathered[str, Edition] = Gathered(("code",), today, report)
    tiers: dict[str, int] = {}
    for where, row in read_rows(folder / FILE, COLUMNS, report):
        gathered.take(where, row, row["code"], lambda where, row: _edition(where, row, report))
        if tier := row.get("tier", ""):
            if tier.isdecimal() and tier.isascii():
                tiers[where] = int(tier)
            else:
                remedy = "Write 1 for the group, 2 for the units below it."
                report(Problem(where, "'%(tier)s' is not a tier.", remedy, {"tier": tier}))
    return UnitRows(gathered.said(_in_order), tiers)


def _in_order(editions: list[Edition]) -> list[Edition]:
    return sorted(with_last_days(editions, lambda edition: edition.code), key=lambda edition: edition.valid_from)


def _edition(where: str, row: Row, report: Report) -> Edition | None:
    code, kind = row["code"], row.get("kind") or "unit"
    method = row.get("method") or ("none" if kind == SEGMENT else "full")
    wrong = []
    for column in ("name", "name_zh"):
        if problem := text_problem(where, column, row.get(column, ""), LONGEST_NAME):
            wrong.append(problem)
    if not _CODE.fullmatch(code):
        remedy = "Use up to 40 letters, digits, dots, dashes; no blanks or slashes."
        wrong.append(Problem(where, "'%(code)s' is not a code.", remedy, {"code": code}))
    if not row["name"]:
        wrong.append(Problem(where, "%(code)s has no name.", "Write one.", {"code": code}))
    if kind not in KINDS:
        values = {"kind": kind, "kinds": ", ".join(KINDS)}
        wrong.append(Problem(where, "'%(kind)s' is not a kind of unit.", "Known kinds: %(kinds)s.", values))
    if problem := _method_problem(where, code, kind, method):
        wrong.append(problem)
    for problem in wrong:
        report(problem)
    days = read_days(where, row, report)
    if wrong:
        return None
    successor = row.get("successor") or None
    name_zh, parent = row.get("name_zh", ""), row["parent"] or None
    return Edition(code, row["name"], parent, *days, kind, name_zh, method, successor, where)


def _method_problem(where: str, code: str, kind: str, method: str) -> Problem | None:
    values = {"code": code, "method": method, "methods": ", ".join(METHODS)}
    if method == "equity":
        message = "The method 'equity' is not taken; see ADR 29."
        return Problem(where, message, "Load the result as a measure of the owner.", values)
    if method not in METHODS:
        return Problem(where, "'%(method)s' is not a method.", "Known methods: %(methods)s.", values)
    if kind == SEGMENT and method != "none":
        message = "%(code)s is a segment: nothing of it goes up, and the method is '%(method)s'."
        return Problem(where, message, "Leave the method empty.", values)
    return None
