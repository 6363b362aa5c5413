"""Reads forms.csv and duties.csv: which measures are asked for together, and which units owe them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from headrope.core.display import SCALES
from headrope.core.due.rules import parse_rule, rule_problem
from headrope.core.measures import CODE
from headrope.core.problems import Problem
from headrope.core.vintages import Said
from headrope.ledger.folder.rows import (
    LONGEST_NAME,
    Gathered,
    Row,
    only,
    read_days,
    read_rows,
    text_problem,
    with_last_days,
    words,
)
from headrope.ledger.folder.tables import Report

FORMS, DUTIES = "forms.csv", "duties.csv"
FORM_COLUMNS = ("code", "name", "span", "measures"), ("name_zh", "due", "scale", "vintage")
DUTY_COLUMNS = ("form", "unit"), ("from", "to", "due", "vintage", "state")
SPANS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
ONE = "1"
"""The scale of a form that says nothing: money is typed in units of account."""


@dataclass(frozen=True)
class FormRow:
    """A form as a folder defines it; `measures` are codes, `span` is in months.

    `due` is a rule of due days as core.due writes it, empty when it is never due; `scale` the key of a scale of money.
    """

    code: str
    name: str
    name_zh: str
    span: int
    measures: tuple[str, ...]
    due: str = ""
    scale: str = ONE
    where: str = field(default="", compare=False)


@dataclass(frozen=True)
class DutyDays:
    """A unit owes a form for the periods that end from `valid_from` up to, not on, `valid_to`; `due` is its own rule."""

    form: str
    unit: str
    valid_from: date
    valid_to: date
    due: str = ""
    where: str = field(default="", compare=False)


def read_forms(folder: Path, report: Report, today: date) -> list[Said[str, FormRow]]:
    """What forms.csv says; nothing without the file."""
    gathered: Gathered[str, FormRow] = Gathered(("code",), today, report)
    for where, row in read_rows(folder / FORMS, FORM_COLUMNS, report):
        gathered.take(where, row, row["code"], lambda where, row: _form(where, row, report))
    return gathered.said(lambda rows: only(rows, lambda row: row.code, report))


def _form(where: str, row: Row, report: Report) -> FormRow | None:
    wrong = words(where, row, {"span": list(SPANS)})
    codes = row["measures"].split()
    if not CODE.fullmatch(row["code"]):
        remedy = "Begin with a letter; use letters, digits and _."
        wrong.append(Problem(where, "'%(code)s' is not a code of a form.", remedy, {"code": row["code"]}))
    for column in ("name", "name_zh"):
        if problem := text_problem(where, column, row.get(column, ""), LONGEST_NAME):
            wrong.append(problem)
    if not row["name"]:
        wrong.append(Problem(where, "%(code)s has no name.", "Write one.", {"code": row["code"]}))
    if not codes:
        wrong.append(
            Problem(where, "%(code)s asks for no measure.", "Write codes, blank between.", {"code": row["code"]})
        )
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        values = {"code": row["code"], "measure": code}
        wrong.append(Problem(where, "%(code)s asks for %(measure)s twice.", "Take one out.", values))
    scale = row.get("scale") or ONE
    wrong += words(where, {"scale": scale}, {"scale": [each.key for each in SCALES["en"]]})
    due = _due(where, row, wrong)
    for problem in wrong:
        report(problem)
    if wrong:
        return None
    names = row["name"], row.get("name_zh", "")
    return FormRow(row["code"], *names, SPANS[row["span"]], tuple(codes), due, scale, where)


def _due(where: str, row: Row, wrong: list[Problem]) -> str:
    """The rule in the column due as it is always written; empty where there is none, or no right one."""
    text = row.get("due", "")
    if not text:
        return ""
    if problem := rule_problem(where, text[:100]):
        wrong.append(problem)
        return ""
    return str(parse_rule(text))


Duty = tuple[str, str]
"""A form and a unit."""


def read_duties(folder: Path, report: Report, today: date) -> list[Said[Duty, DutyDays]]:
    """What duties.csv says of each form and unit; nothing without the file."""
    gathered: Gathered[Duty, DutyDays] = Gathered(("form", "unit"), today, report)
    for where, row in read_rows(folder / DUTIES, DUTY_COLUMNS, report):
        gathered.take(where, row, (row["form"], row["unit"]), lambda where, row: _duty(where, row, report))
    return gathered.said(lambda rows: sorted(with_last_days(rows, lambda row: row.form), key=duty_order))


def _duty(where: str, row: Row, report: Report) -> DutyDays | None:
    wrong: list[Problem] = []
    days, due = read_days(where, row, report), _due(where, row, wrong)
    for problem in wrong:
        report(problem)
    return None if wrong else DutyDays(row["form"], row["unit"], *days, due, where)


def duty_order(row: DutyDays) -> date:
    """Duties of one unit on one form stand in the order of their first days."""
    return row.valid_from
