"""Reads measures.csv: a measure a row, by vintage; what needs all of them is checked by core.measures."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from headrope.core.formulas import LONGEST, Formula, FormulaError, parse_formula, write_formula
from headrope.core.measures import CODE, CONTINUITIES, DIRECTIONS, FORMED, KINDS, MISSING, MeasureRule
from headrope.core.problems import Problem
from headrope.core.quantities import QUANTITY_KINDS, Quantity, step_exponent
from headrope.core.vintages import Said
from headrope.ledger.folder.rows import (
    LONGEST_NAME,
    Gathered,
    Row,
    day_after,
    only,
    read_days,
    read_rows,
    text_problem,
    words,
)
from headrope.ledger.folder.tables import Report

FILE = "measures.csv"
COLUMNS = (
    ("code", "name", "account", "quantity", "step", "kind", "direction"),
    (
        "numerator",
        "denominator",
        "name_zh",
        "weight",
        "annualise",
        "from",
        "to",
        "successor",
        "continuity",
        "missing",
        "margin",
        "attributable",
        "owner",
        "vintage",
    ),
)
YES = "yes"
LONGEST_TEXTS = {
    "name": LONGEST_NAME,
    "name_zh": LONGEST_NAME,
    "account": 200,
    "numerator": 400,
    "denominator": 400,
    "owner": 150,
}


@dataclass(frozen=True)
class MeasureRow:
    """A measure as a folder defines it; `owner` is the name of an account, empty for nobody."""

    rule: MeasureRule
    name: str
    name_zh: str
    account: str
    weight: float | None
    owner: str = ""
    where: str = field(default="", compare=False)


def read_measures(folder: Path, report: Report, today: date) -> list[Said[str, MeasureRow]]:
    """What measures.csv says, in its order; nothing without the file."""
    gathered: Gathered[str, MeasureRow] = Gathered(("code",), today, report)
    for where, row in read_rows(folder / FILE, COLUMNS, report):
        gathered.take(where, row, row["code"], lambda where, row: _measure(where, row, report))
    return gathered.said(lambda rows: only(rows, lambda row: row.rule.code, report))


def _measure(where: str, row: Row, report: Report) -> MeasureRow | None:
    wrong: list[Problem] = []
    code, kind = row["code"], row["kind"]
    if not CODE.fullmatch(code):
        remedy = "Begin with a letter; use letters, digits and _."
        wrong.append(Problem(where, "'%(code)s' is not a code of a measure.", remedy, {"code": code}))
    wrong += words(where, row, {"kind": KINDS, "direction": DIRECTIONS, "quantity": QUANTITY_KINDS})
    more = {"missing": MISSING, "continuity": CONTINUITIES, "annualise": (YES,), "attributable": (YES,)}
    wrong += words(where, row, {column: known for column, known in more.items() if row.get(column)})
    for column, most in LONGEST_TEXTS.items():
        if problem := text_problem(where, column, row.get(column, ""), most):
            wrong.append(problem)
    if not row["name"]:
        wrong.append(Problem(where, "%(code)s has no name.", "Write one.", {"code": code}))
    exponent = _step(where, row, wrong)
    weight, margin = (_number(where, column, row.get(column, ""), wrong) for column in ("weight", "margin"))
    above, below = (_formula(where, column, row, wrong) for column in ("numerator", "denominator"))
    start, last = read_days(where, row, wrong.append)
    if last < start:
        values = {"code": code, "to": last}
        message = "%(code)s ends on %(to)s, before it begins."
        wrong.append(Problem(where, message, "Correct the column from or to.", values))
    for problem in wrong:
        report(problem)
    if wrong:
        return None
    # What is stored of a formed measure itself, a target say, is a plain number.
    quantity = Quantity("number") if kind in FORMED else Quantity(row["quantity"], exponent)  # type: ignore[arg-type]
    rule = MeasureRule(
        code,
        quantity,
        kind,  # type: ignore[arg-type]
        row["direction"],  # type: ignore[arg-type]
        above,
        below,
        bool(row.get("annualise")),
        row.get("missing") or "missing",  # type: ignore[arg-type]
        margin,
        row.get("successor") or None,
        row.get("continuity", ""),  # type: ignore[arg-type]
        start,
        day_after(last),
        bool(row.get("attributable")),
    )
    texts = (row["name"], row.get("name_zh", ""), row["account"])
    return MeasureRow(rule, *texts, weight, row.get("owner", ""), where)


def _step(where: str, row: Row, wrong: list[Problem]) -> int:
    text = row["step"]
    if row["quantity"] not in ("money", "count") or row["kind"] in FORMED:
        return 0
    if not text:
        message = "Money and counts are whole numbers of steps, and the step is empty."
        wrong.append(Problem(where, message, "Write 0.01 or 1.", {}))
        return 0
    try:
        return step_exponent(text)
    except (ValueError, ArithmeticError):
        remedy = "Write a power of ten such as 0.01, 1 or 1000."
        wrong.append(Problem(where, "'%(text)s' is not a step.", remedy, {"text": text[:60]}))
        return 0


def _number(where: str, column: str, text: str, wrong: list[Problem]) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        values: dict[str, Any] = {"text": text[:60], "column": column}
        wrong.append(Problem(where, "'%(text)s' is not a %(column)s.", "Write a number from 0 up.", values))
        return None
    return number


def _formula(where: str, column: str, row: Row, wrong: list[Problem]) -> Formula:
    text = row.get(column, "")
    if not text:
        return ()
    values: dict[str, Any] = {"text": text[:100], "column": column}
    try:
        formula = parse_formula(text)
    except FormulaError as error:
        if len(text) <= LONGEST:  # longer ones have been named already
            values["error"] = str(error)
            remedy = "Write it like A-B or 0.5*(A+B) in the column %(column)s."
            wrong.append(Problem(where, "'%(text)s' is no formula: %(error)s.", remedy, values))
        return ()
    if len(write_formula(formula)) > LONGEST:
        message = "The formula in the column %(column)s is too long when its brackets are opened."
        wrong.append(Problem(where, message, "Make a part of it a measure of the kind formula.", values))
    return formula
