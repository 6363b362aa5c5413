"""Rows of benchmark sets: outside peers with a figure for a measure and period, and inside peers, whose figures the books have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from headrope.core.measures import MeasureRule
from headrope.core.periods import Period, PeriodError, parse
from headrope.core.problems import Problem
from headrope.core.quantities import QuantityError
from headrope.ledger.folder.rows import text_problem, unknown
from headrope.ledger.folder.tables import Report
from headrope.review.gaps.cause import read_code

FILE = "benchmarks.csv"
NAMES = ("set", "peer", "measure", "period")
COLUMNS = ("set", "set_name", "set_name_zh", "side", "peer", "name", "name_zh", "measure", "period", "value", "source")
NEEDED = ("set", "side", "peer")
Side = Literal["outside", "inside"]
SIDES: tuple[Side, ...] = get_args(Side)

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Known:
    """What rows are held against: rules of the measures by code, codes of the units, the month in which years begin."""

    rules: Mapping[str, MeasureRule]
    units: Sequence[str]
    fiscal_start: int


@dataclass(frozen=True)
class Benchmark:
    """A peer in a set. Outside: its figure (steps or float) for a measure and period, and where it was read; inside: a unit."""

    set: str
    set_name: str
    set_name_zh: str
    side: Side
    peer: str
    name: str
    name_zh: str
    measure: str = ""
    period: Period | None = None
    value: int | float | None = None
    source: str = ""

    def shown_name(self, language: str) -> str:
        """The peer's name in that language, else in the other, else its code."""
        first, second = (self.name_zh, self.name) if language.startswith("zh") else (self.name, self.name_zh)
        return first or second or self.peer

    def shown_set(self, language: str) -> str:
        """The set's name in that language, else in the other, else its code."""
        first, second = (self.set_name_zh, self.set_name) if language.startswith("zh") else (self.set_name, self.set_name_zh)  # fmt: skip
        return first or second or self.set


def read_benchmark(where: str, cells: Cells, known: Known, report: Report) -> Benchmark | None:
    """The row; None where something is wrong, which is reported."""
    problems: list[Problem] = []
    read_code(where, cells.get("set", ""), problems.append)
    for column in ("set_name", "set_name_zh", "name", "name_zh", "source"):
        if problem := text_problem(where, column, cells.get(column, "")):
            problems.append(problem)
    side, peer = cells.get("side", ""), cells.get("peer", "")
    if side not in SIDES:
        values = {"text": side[:60], "column": "side", "known": ", ".join(SIDES)}
        problems.append(Problem(where, "'%(text)s' is not a %(column)s.", "Known: %(known)s.", values))
    names = (cells.get("set", ""), cells.get("set_name", ""), cells.get("set_name_zh", ""))
    of = (peer, cells.get("name", ""), cells.get("name_zh", ""))
    made = Benchmark(*names, cast(Side, side), *of)
    if side == "inside":
        _inside(where, cells, known, problems.append)
    elif side == "outside":
        read_code(where, peer, problems.append)
        made = _outside(where, cells, known, made, problems.append)
    for problem in problems:
        report(problem)
    return None if problems else made


def _inside(where: str, cells: Cells, known: Known, report: Report) -> None:
    if cells.get("peer", "") not in known.units:
        report(unknown(where, "unit", cells.get("peer", ""), known.units))
    filled = [column for column in ("measure", "period", "value", "source") if cells.get(column)]
    if filled:
        message = "The figures of an inside peer come from the books, and the column %(column)s is filled."
        report(Problem(where, message, "Empty it, or write outside into side.", {"column": ", ".join(filled)}))


def _outside(where: str, cells: Cells, known: Known, made: Benchmark, report: Report) -> Benchmark:
    code, text = cells.get("measure", ""), cells.get("value", "")
    rule, period, value = known.rules.get(code), None, None
    if rule is None:
        report(unknown(where, "measure", code, list(known.rules)))
    try:
        period = parse(cells.get("period", ""), known.fiscal_start)
    except PeriodError as error:
        remedy = "Write it like 2023-06, 2023-H1 or 2023."
        report(Problem(where, "%(error)s.", remedy, {"error": str(error)}))
    if rule is not None:
        try:
            value = rule.quantity.read(text)
        except QuantityError as error:
            report(Problem(where, error.message, error.remedy, error.values))
    names = (made.set, made.set_name, made.set_name_zh, made.side, made.peer, made.name, made.name_zh)
    return Benchmark(*names, code, period, value, cells.get("source", ""))


def check_benchmarks(rows: Sequence[tuple[str, Benchmark]]) -> list[Problem]:
    """What is wrong with the rows together: a peer that is inside and outside, or called differently."""
    problems, first = [], dict[tuple[str, str], Benchmark]()
    for where, row in rows:
        held = first.setdefault((row.set, row.peer), row)
        if held.side != row.side:
            message = "%(peer)s is inside and outside in the set %(set)s."
            values = {"peer": row.peer, "set": row.set}
            problems.append(Problem(where, message, "Give one of them another code.", values))
    return problems
