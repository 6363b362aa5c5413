"""The definitions that come with a mapping: units, measures, codes of units and the ledger's settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from headrope.core.problems import Problem
from headrope.core.quantities import Quantity, step_exponent
from headrope.ledger.mapping.facts import Report
from headrope.ledger.mapping.keys import Plan
from headrope.ledger.mapping.known import Known
from headrope.ledger.sheets.reading import read_sheets


@dataclass(frozen=True)
class Rows:
    """A table of the folder form: its columns, and rows by column with the place of each."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, Mapping[str, str]], ...] = ()

    def with_rows(self, rows: Sequence[tuple[str, Mapping[str, str]]]) -> Rows:
        """The table with more rows, and with the columns that they need."""
        columns = dict.fromkeys((*self.columns, *(column for _, row in rows for column in row)))
        return Rows(tuple(columns), (*self.rows, *rows))


@dataclass(frozen=True)
class Beside:
    """What stands in the mapping and in the files beside it; codes of units by the line of their `unit:`."""

    units: Rows = Rows()
    measures: Rows = Rows()
    settings: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


def read_beside(plan: Plan, mapping: Path, report: Report) -> Beside:
    """Everything that comes with a mapping; what is wrong with it is reported."""
    units = _file(mapping, plan.units, ("code", "name"), report) if plan.units else Rows()
    if isinstance(plan.measures, str):
        measures = _file(mapping, plan.measures, ("code",), report)
    else:
        listed = [(f"{mapping.name}, line {line}", {"code": code, **row}) for line, code, row in plan.measures or ()]
        needed = {"code": "", "name": "", "account": "", "quantity": "", "step": "", "kind": "", "direction": ""}
        measures = Rows(tuple(needed)).with_rows(listed) if listed else Rows()
    codes: dict[int, Mapping[str, str]] = {}
    for layout in plan.layouts:
        unit = layout.unit
        if unit.codes_file and unit.line not in codes:
            rows = _file(mapping, unit.codes_file, ("name", "code"), report)
            codes[unit.line] = {row["name"]: row["code"] for _, row in rows.rows if row.get("name")}
        codes[unit.line] = {**codes.get(unit.line, {}), **(unit.codes or {})}
    return Beside(units, measures, plan.ledger or {}, codes)


def known_with(beside: Beside, ledger: Known) -> Known:
    """What is known with the mapping's own definitions, which go before the ledger's."""
    units = {
        **ledger.units,
        **{row.get("code", ""): [row.get("name", ""), row.get("name_zh", "")] for _, row in beside.units.rows},
    }
    units = {code: [name for name in names if name] for code, names in units.items()}
    measures = {
        **ledger.measures,
        **{row["code"]: _quantity(row) for _, row in beside.measures.rows if row.get("code")},
    }
    start = beside.settings.get("fiscal_start", "")
    return Known(units, measures, int(start) if start in map(str, range(1, 13)) else ledger.fiscal_start)


def _quantity(row: Mapping[str, str]) -> Quantity:
    """The quantity as the load will read it; what is wrong with the row is the load's to say."""
    try:
        exponent = step_exponent(row.get("step", ""))
    except (ValueError, ArithmeticError):
        exponent = 0
    if row.get("quantity") == "money":
        return Quantity("money", exponent)
    return Quantity("count", exponent) if row.get("quantity") == "count" else Quantity("number")


def _file(mapping: Path, name: str, needed: Sequence[str], report: Report) -> Rows:
    path = mapping.parent / name
    if not path.is_file():
        report(
            Problem(
                mapping.name,
                "There is no file %(name)s beside the mapping.",
                "Put it there, or correct its name.",
                {"name": name},
            )
        )
        return Rows()
    book = read_sheets(path)
    for problem in book.problems:
        report(problem)
    table = [[cell.text.strip() for cell in row] for row in book.sheets[0].rows] if book.sheets else []
    header = table[0] if table else []
    missing = [column for column in needed if column not in header]
    if missing and book.readable:
        report(Problem(f"{name}, row 1", "The column '%(column)s' is missing.", "Add it.", {"column": missing[0]}))
    rows = [
        (f"{name}, row {number}", dict(zip(header, row, strict=False)))
        for number, row in enumerate(table[1:], 2)
        if any(row)
    ]
    return Rows() if missing else Rows(tuple(header), tuple(rows))
