"""Rules of the review as rows: how pace is judged, and who stands on the red and on the black list.

The pace rule, with docs/spec/pace-rules.md:

>>> rule = read_rule("rules.csv, row 2", {"code": "PACE", "kind": "pace", "basis": "time", "watch": "3", "behind": "8"}, print)
>>> rule.basis, rule.sums, rule.ratios
('time', Tolerance(watch=0.03, behind=0.08), Tolerance(watch=0.01, behind=0.025))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Literal, cast, get_args

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
Kind = Literal["pace", "red", "black"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Basis = Literal["phases", "time"]
BASES: tuple[Basis, ...] = get_args(Basis)
OF_PACE = ("basis", "watch", "behind", "ratio_watch", "ratio_behind")
OF_LISTS = ("measures", "percent", "most", "silent")
YES = "yes"

Cells = Mapping[str, str]


@dataclass(frozen=True)
class PaceRule:
    """How much is asked for by now, and how far short of it is *watch* and *behind*, as shares of what is asked for.

    `basis` phases: the phase plan where there is one, else half the time, half the task; time: always the latter, for
    flows with a plan for the year. `sums` and `ratios` are the tolerances.
    """

    code: str = ""
    basis: Basis = "phases"
    sums: Tolerance = SUMS
    ratios: Tolerance = RATIOS
    valid_from: date = ALWAYS
    valid_to: date = FOREVER
    seq: int = 0

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on the day."""
        return self.valid_from <= day < self.valid_to

    def tolerance(self, additive: bool) -> Tolerance:
        """The tolerance of sums, or of ratios."""
        return self.sums if additive else self.ratios


BUILT_IN = PaceRule()
"""What holds where nobody has written a pace rule."""


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


Rule = PaceRule | ListRule


def read_rule(where: str, cells: Cells, report: Report, seq: int = 0) -> Rule | None:
    """The rule of a row; None where something is wrong, which is reported."""
    problems: list[Problem] = []
    read_code(where, cells.get("code", ""), problems.append)
    kind = cells.get("kind", "")
    if kind not in KINDS:
        values = {"text": kind[:60], "column": "kind", "known": ", ".join(KINDS)}
        report(Problem(where, "'%(text)s' is not a %(column)s.", "Known: %(known)s.", values))
        return None
    strange = OF_LISTS if kind == "pace" else OF_PACE
    if filled := [column for column in strange if cells.get(column)]:
        message = "A rule of the kind %(kind)s has nothing in the column %(column)s."
        values = {"kind": kind, "column": ", ".join(filled)}
        problems.append(Problem(where, message, "Empty it, or correct the kind.", values))
    made = _pace(where, cells, problems.append) if kind == "pace" else _list(where, cells, problems.append)
    for problem in problems:
        report(problem)
    return None if problems or made is None else _numbered(made, seq)


def _numbered(rule: Rule, seq: int) -> Rule:
    return type(rule)(**{**vars(rule), "seq": seq})


def _pace(where: str, cells: Cells, report: Report) -> PaceRule:
    basis = cells.get("basis", "") or "phases"
    if basis not in BASES:
        values = {"text": basis[:60], "column": "basis", "known": ", ".join(BASES)}
        report(Problem(where, "'%(text)s' is not a %(column)s.", "Known: %(known)s.", values))
    tolerances = []
    for before, default in (("", SUMS), ("ratio_", RATIOS)):
        watch = _percent(where, f"{before}watch", cells, report, default.watch)
        behind = _percent(where, f"{before}behind", cells, report, default.behind)
        if watch > behind:
            message = "%(watch)s is more than %(behind)s: what is behind would not be watched before."
            values = {"watch": f"{before}watch", "behind": f"{before}behind"}
            report(Problem(where, message, "Exchange them.", values))
        tolerances.append(Tolerance(watch, behind))
    days = read_period_of_validity(where, cells, report)
    sums, ratios = tolerances
    return PaceRule(cells.get("code", ""), cast(Basis, basis), sums, ratios, *days)


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
    """What is wrong with the rules together: measures that are none, two pace rules on one day."""
    problems = []
    for where, rule in rules:
        if isinstance(rule, ListRule):
            problems += [unknown(where, "measure", code, measures) for code in rule.measures if code not in measures]
    paces = sorted(((rule, where) for where, rule in rules if isinstance(rule, PaceRule)), key=lambda each: each[0].valid_from)  # fmt: skip
    for (before, _), (rule, where) in pairwise(paces):
        if rule.valid_from < before.valid_to:
            message = "%(code)s holds while %(other)s holds."
            remedy = "End the other one before this one begins: only one pace rule is in force on a day."
            problems.append(Problem(where, message, remedy, {"code": rule.code, "other": before.code}))
    return problems
