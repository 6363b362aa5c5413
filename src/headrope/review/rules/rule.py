"""Rules of the review as rows: how pace is judged, with tolerances of some measures, and who stands on which list.

The pace rule, with docs/spec/pace-rules.md:

>>> rule = read_rule("rules.csv, row 2", {"code": "PACE", "kind": "pace", "basis": "time", "watch": "3", "behind": "8"}, print)
>>> rule.basis, rule.sums, rule.ratios
('time', Tolerance(watch=0.03, behind=0.08), Tolerance(watch=0.01, behind=0.025))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Literal, cast, get_args

from headrope.core.measures import MeasureRule
from headrope.core.problems import Problem
from headrope.core.scoring import RATIOS, SUMS, Tolerance
from headrope.core.units import ALWAYS, FOREVER
from headrope.ledger.folder.rows import unknown
from headrope.ledger.folder.tables import Report
from headrope.review.gaps.cause import read_code, read_names, read_period_of_validity

FILE = "rules.csv"
NAMES = ("code",)
COLUMNS = (
    "code", "kind", "name", "name_zh", "basis", "watch", "behind", "ratio_watch", "ratio_behind", "measures", "percent",
    "most", "silent", "from", "to",
)  # fmt: skip
NEEDED = ("code", "kind")
Kind = Literal["pace", "tolerance", "red", "black"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Basis = Literal["phases", "time"]
BASES: tuple[Basis, ...] = get_args(Basis)
_NOT_OF_LISTS = ("basis", "watch", "behind", "ratio_watch", "ratio_behind")
STRANGE: Mapping[str, tuple[str, ...]] = {
    "pace": ("measures", "percent", "most", "silent"),
    "tolerance": ("basis", "ratio_watch", "ratio_behind", "percent", "most", "silent"),
    "red": _NOT_OF_LISTS,
    "black": _NOT_OF_LISTS,
}
"""Columns in which a rule of the kind has nothing."""
YES = "yes"

Cells = Mapping[str, str]


@dataclass(frozen=True)
class PaceRule:
    """How much is asked for by now, and how far short of it is *watch* and *behind*, as shares of what is asked for.

    `basis` phases: the phase plan where there is one, else half the time, half the task; time: always the latter, for
    flows with a plan for the year. `sums` and `ratios` are the tolerances, `own` those of some measures (codes).
    """

    code: str = ""
    basis: Basis = "phases"
    sums: Tolerance = SUMS
    ratios: Tolerance = RATIOS
    valid_from: date = ALWAYS
    valid_to: date = FOREVER
    seq: int = 0
    own: Mapping[str, Tolerance] = field(default_factory=dict, hash=False)

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on the day."""
        return self.valid_from <= day < self.valid_to

    def tolerance(self, measure: MeasureRule) -> Tolerance:
        """The measure's own tolerance, else that of sums, or of ratios."""
        return self.own.get(measure.code) or (self.sums if measure.additive else self.ratios)


BUILT_IN = PaceRule()
"""What holds where nobody has written a pace rule."""


@dataclass(frozen=True)
class OwnTolerance:
    """The tolerance of these measures (codes), which comes before that of the pace rule."""

    code: str
    measures: tuple[str, ...]
    tolerance: Tolerance
    valid_from: date
    valid_to: date
    seq: int = 0

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on the day."""
        return self.valid_from <= day < self.valid_to


@dataclass(frozen=True)
class ListRule:
    """Who stands on the red list (praise) or the black list (blame) for a measure.

    `measures` are codes, none for every measure that says which side is good; `share` is how far beyond, or short of,
    what is asked for by now; at most the first `most` of each measure, the furthest first (None: all). `silent`: on the
    black list stands also who is overdue with the figure.
    """

    code: str
    kind: Literal["red", "black"]
    name: str
    name_zh: str
    measures: tuple[str, ...]
    share: float
    most: int | None
    silent: bool
    valid_from: date
    valid_to: date
    seq: int = 0

    def shown_name(self, language: str) -> str:
        """The name in that language, else in the other."""
        return (self.name_zh or self.name) if language.startswith("zh") else (self.name or self.name_zh)

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on the day."""
        return self.valid_from <= day < self.valid_to


Rule = PaceRule | OwnTolerance | ListRule


def read_rule(where: str, cells: Cells, report: Report, seq: int = 0) -> Rule | None:
    """The rule of a row; None where something is wrong, which is reported."""
    problems: list[Problem] = []
    read_code(where, cells.get("code", ""), problems.append)
    kind = cells.get("kind", "")
    if kind not in KINDS:
        values = {"text": kind[:60], "column": "kind", "known": ", ".join(KINDS)}
        report(Problem(where, "'%(text)s' is not a %(column)s.", "Known: %(known)s.", values))
        return None
    if filled := [column for column in STRANGE[kind] if cells.get(column)]:
        message = "A rule of the kind %(kind)s has nothing in the column %(column)s."
        values = {"kind": kind, "column": ", ".join(filled)}
        problems.append(Problem(where, message, "Empty it, or correct the kind.", values))
    readers: Mapping[str, Callable[[str, Cells, Report], Rule]] = {"pace": _pace, "tolerance": _own}
    made = readers.get(kind, _list)(where, cells, problems.append)
    for problem in problems:
        report(problem)
    return None if problems else replace(made, seq=seq)


def _pace(where: str, cells: Cells, report: Report) -> PaceRule:
    basis = cells.get("basis", "") or "phases"
    if basis not in BASES:
        values = {"text": basis[:60], "column": "basis", "known": ", ".join(BASES)}
        report(Problem(where, "'%(text)s' is not a %(column)s.", "Known: %(known)s.", values))
    sums = _tolerance(where, ("watch", "behind"), cells, report, SUMS)
    ratios = _tolerance(where, ("ratio_watch", "ratio_behind"), cells, report, RATIOS)
    days = read_period_of_validity(where, cells, report)
    return PaceRule(cells.get("code", ""), cast(Basis, basis), sums, ratios, *days)


def _own(where: str, cells: Cells, report: Report) -> OwnTolerance:
    columns = ("watch", "behind")
    for column in ("measures", *columns):
        if not cells.get(column):
            remedy = "Write codes, blank between." if column == "measures" else "Write a number, such as 5."
            report(Problem(where, "The column %(column)s is empty.", remedy, {"column": column}))
    tolerance = _tolerance(where, columns, cells, report, Tolerance(0.0, 0.0))
    days = read_period_of_validity(where, cells, report)
    return OwnTolerance(cells.get("code", ""), tuple(cells.get("measures", "").split()), tolerance, *days)


def _tolerance(where: str, columns: tuple[str, str], cells: Cells, report: Report, default: Tolerance) -> Tolerance:
    watch = _percent(where, columns[0], cells, report, default.watch)
    behind = _percent(where, columns[1], cells, report, default.behind)
    if watch > behind and (cells.get(columns[1]) or default.behind):
        message = "%(watch)s is more than %(behind)s: what is behind would not be watched before."
        report(Problem(where, message, "Exchange them.", {"watch": columns[0], "behind": columns[1]}))
    return Tolerance(watch, behind)


def _list(where: str, cells: Cells, report: Report) -> ListRule:
    read_names(where, cells, report)
    if not cells.get("percent"):
        report(Problem(where, "The column %(column)s is empty.", "Write a number, such as 5.", {"column": "percent"}))
    share = _percent(where, "percent", cells, report, 0.0)
    most, text = None, cells.get("most", "")
    if text:
        if text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= 10_000:
            most = int(text[:9])
        else:
            message, remedy = (
                "'%(text)s' is not a number of units.",
                "Write a whole number from 1 on, or leave it empty.",
            )
            report(Problem(where, message, remedy, {"text": text[:60]}))
    silent = cells.get("silent", "")
    if silent not in ("", YES):
        values = {"text": silent[:60], "column": "silent", "known": YES}
        report(Problem(where, "'%(text)s' is not a %(column)s.", "Known: %(known)s.", values))
    kind = cast(Literal["red", "black"], cells["kind"])
    if silent and kind == "red":
        report(Problem(where, "Silence is no reason for praise.", "Empty the column silent."))
    days = read_period_of_validity(where, cells, report)
    names = (cells.get("name", ""), cells.get("name_zh", ""))
    measures = tuple(cells.get("measures", "").split())
    return ListRule(cells.get("code", ""), kind, *names, measures, share, most, silent == YES, *days)


def _percent(where: str, column: str, cells: Cells, report: Report, default: float) -> float:
    """A number of per cent as a share; the default where the cell is empty."""
    text = cells.get(column, "").removesuffix("%").strip()
    if not text:
        return default
    try:
        number = Decimal(text) if len(text) < 20 else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= 1000:
        remedy = "Write a number of per cent from 0 to 1000, such as 5."
        values = {"text": text[:60], "column": column}
        report(Problem(where, "'%(text)s' is no per cent in the column %(column)s.", remedy, values))
        return default
    return float(number / 100)


def check_rules(rules: Sequence[tuple[str, Rule]], measures: Sequence[str]) -> list[Problem]:
    """What is wrong with the rules together: measures that are none, two pace rules or tolerances of one measure on a day."""
    problems = []
    held: dict[str, list[tuple[str, PaceRule | OwnTolerance]]] = {}
    for where, rule in rules:
        if not isinstance(rule, PaceRule):
            problems += [unknown(where, "measure", code, measures) for code in rule.measures if code not in measures]
        if not isinstance(rule, ListRule):
            for code in rule.measures if isinstance(rule, OwnTolerance) else ("",):
                held.setdefault(code, []).append((where, rule))
    for measure, given in held.items():
        for (_, before), (where, rule) in pairwise(sorted(given, key=lambda each: each[1].valid_from)):
            if rule.valid_from < before.valid_to:
                problems.append(_both(where, rule, before, measure))
    return problems


def _both(where: str, rule: PaceRule | OwnTolerance, other: PaceRule | OwnTolerance, measure: str) -> Problem:
    values = {"code": rule.code, "other": other.code, "measure": measure}
    if not measure:
        remedy = "End the other one before this one begins: only one pace rule is in force on a day."
        return Problem(where, "%(code)s holds while %(other)s holds.", remedy, values)
    remedy = "End the other one before this one begins, or leave the measure out: it has one tolerance on a day."
    return Problem(where, "%(code)s names %(measure)s while %(other)s does.", remedy, values)
