"""Small measures, and checks written as rows, held against figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrope.core.checks.asked import Entered
from headrope.core.checks.check import Check
from headrope.core.checks.doubt import Doubt
from headrope.core.checks.evaluation import find_doubts, prepare
from headrope.core.checks.figures import Value
from headrope.core.checks.rows import read_check
from headrope.core.checks.soundness import check_checks
from headrope.core.formulas import parse_formula
from headrope.core.measures import MeasureRule
from headrope.core.periods import Period, parse
from headrope.core.problems import Problem
from headrope.core.quantities import Quantity

MONEY, COUNT, NUMBER = Quantity("money", -2), Quantity("count"), Quantity("number")
FLOWS = {code: MeasureRule(code, MONEY, "flow") for code in ("REV", "REV_DOM", "REV_OVS", "COST")}
RULES = {
    **FLOWS,
    "KILO": MeasureRule("KILO", Quantity("money", 3), "flow"),
    "STAFF": MeasureRule("STAFF", COUNT, "stock"),
    "ENERGY": MeasureRule("ENERGY", NUMBER, "flow"),
    "YTD": MeasureRule("YTD", MONEY, "cumulative"),
    "WORDS": MeasureRule("WORDS", Quantity("text"), "text"),
    "PROFIT": MeasureRule("PROFIT", NUMBER, "formula", "up", parse_formula("REV-COST")),
    "NOTHING": MeasureRule("NOTHING", NUMBER, "formula", "up", parse_formula("REV-REV_DOM")),
    "MARGIN": MeasureRule("MARGIN", NUMBER, "ratio", "up", parse_formula("PROFIT"), parse_formula("REV")),
}
JUNE = parse("2023-06")
Past = Mapping[str, Value]
"""Earlier figures by `MEASURE period`."""


def check(kind: str, code: str = "C", **cells: str) -> Check:
    """A check as a row has it; sound, or the test is wrong."""
    made, problems = read(kind, code, **cells)
    assert made is not None and not problems, list(map(str, problems))
    assert (wrong := sentences(check_checks([made], RULES))) == [], wrong
    return made


def read(kind: str, code: str = "C", **cells: str) -> tuple[Check | None, list[Problem]]:
    """A check read from cells, and what cannot be read; `from_` is the column from."""
    problems: list[Problem] = []
    row = {
        "code": code,
        "kind": kind,
        "severity": "warning",
        **{name.rstrip("_"): text for name, text in cells.items()},
    }
    return read_check("row 2", row, problems.append), problems


def doubts(
    checks: Check | list[Check], values: Mapping[str, Value], past: Past | None = None, **more: Any
) -> list[Doubt]:
    """What checks find about June's figures."""
    known = {tuple(key.split()): value for key, value in (past or {}).items()}
    entered = Entered(more.pop("period", JUNE), values, **more)
    given = checks if isinstance(checks, list) else [checks]
    return find_doubts(prepare(given, RULES), entered, lambda measure, period: known.get((measure, str(period))))


def said(checks: Check | list[Check], values: Mapping[str, Value], past: Past | None = None, **more: Any) -> list[str]:
    """The sentences of what checks find."""
    return [doubt.message % doubt.values for doubt in doubts(checks, values, past, **more)]


def sentences(problems: list[Problem]) -> list[str]:
    """Problems as one reads them."""
    return [str(problem) for problem in problems]


def months_before(count: int, period: Period = JUNE) -> list[str]:
    """The names of the periods before, the latest first."""
    return [str(period.shifted(-period.span * back)) for back in range(1, count + 1)]
