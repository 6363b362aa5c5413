"""Causes of gaps: a tree that the office edits, each cause from a day to a day; see docs/spec/gap-list.md.

>>> found = []
>>> cells = {"code": "STEEL", "parent": "PRICE", "name": "Steel price", "from": "2023-01-01"}
>>> read_cause("causes.csv, row 2", cells, found.append), found
(Cause(code='STEEL', parent='PRICE', name='Steel price', name_zh='', valid_from=datetime.date(2023, 1, 1), valid_to=datetime.date(9999, 12, 31)), [])
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from headrope.core.problems import Problem
from headrope.ledger.folder.rows import day_after, read_days, text_problem
from headrope.ledger.folder.tables import Report

FILE = "causes.csv"
NAMES = ("code",)
COLUMNS = ("code", "parent", "name", "name_zh", "from", "to")
NEEDED = ("code", "name")
CODE = re.compile(r"[^\s\x00-\x1f\x7f,\"'<>&/\\?#%]{1,40}")
DEEPEST = 5

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Cause:
    """A cause under another one (empty: at the top), offered from a day up to, but not on, another."""

    code: str
    parent: str
    name: str
    name_zh: str
    valid_from: date
    valid_to: date

    def shown_name(self, language: str) -> str:
        """The name in that language, else in the other."""
        return (self.name_zh or self.name) if language.startswith("zh") else (self.name or self.name_zh)

    def holds_on(self, day: date) -> bool:
        """Whether it is offered on the day."""
        return self.valid_from <= day < self.valid_to


def read_code(where: str, code: str, report: Report) -> bool:
    """Whether it can be a code; else it is reported."""
    if CODE.fullmatch(code):
        return True
    remedy = "Write up to 40 letters, digits and marks such as - or _, without blanks."
    report(Problem(where, "'%(code)s' is not a code.", remedy, {"code": code[:60]}))
    return False


def read_names(where: str, cells: Cells, report: Report) -> bool:
    """Whether there is a name, and the names are texts that can be kept; else it is reported."""
    fine = True
    if not cells.get("name") and not cells.get("name_zh"):
        report(Problem(where, "There is no name.", "Write one into the column name."))
        fine = False
    for column in ("name", "name_zh"):
        if problem := text_problem(where, column, cells.get(column, "")):
            report(problem)
            fine = False
    return fine


def read_period_of_validity(where: str, cells: Cells, report: Report) -> tuple[date, date]:
    """The columns from and to as a half-open interval; one that is empty is reported."""
    first, last = read_days(where, dict(cells), report)
    if last < first:
        report(Problem(where, "It ends before it begins.", "Correct the columns from and to."))
    return first, day_after(last)


def read_cause(where: str, cells: Cells, report: Report) -> Cause | None:
    """The cause of a row; None where something is wrong, which is reported."""
    problems: list[Problem] = []
    read_code(where, cells.get("code", ""), problems.append)
    read_names(where, cells, problems.append)
    days = read_period_of_validity(where, cells, problems.append)
    for problem in problems:
        report(problem)
    if problems:
        return None
    return Cause(cells["code"], cells.get("parent", ""), cells.get("name", ""), cells.get("name_zh", ""), *days)


def check_causes(causes: Sequence[tuple[str, Cause]]) -> list[Problem]:
    """What keeps the causes from being a tree: parents that are none, circles, too many tiers."""
    by_code = {cause.code: cause for _, cause in causes}
    problems = []
    for where, cause in causes:
        if cause.parent and cause.parent not in by_code:
            remedy = "Add it to causes.csv, or correct the code."
            problems.append(Problem(where, "There is no cause '%(code)s'.", remedy, {"code": cause.parent[:60]}))
            continue
        path = path_of(cause, by_code)
        if path is None:
            message, remedy = "%(code)s stands under itself.", "Give it another parent."
            problems.append(Problem(where, message, remedy, {"code": cause.code}))
        elif len(path) > DEEPEST:
            message = "%(code)s stands on tier %(tier)s; the tree has %(most)s tiers."
            values = {"code": cause.code, "tier": len(path), "most": DEEPEST}
            problems.append(Problem(where, message, "Move it up.", values))
    return problems


def path_of(cause: Cause, by_code: Mapping[str, Cause]) -> list[Cause] | None:
    """The causes from the top down to this one; None where they go round in a circle."""
    path = [cause]
    while path[0].parent in by_code:
        above = by_code[path[0].parent]
        if above in path:
            return None
        path.insert(0, above)
    return path


def in_tree_order(causes: Sequence[Cause]) -> list[tuple[int, Cause]]:
    """Each cause below its parent, in the order in which they are given, with its depth from 0."""
    codes = {cause.code for cause in causes}
    below: dict[str, list[Cause]] = {}
    for cause in causes:
        below.setdefault(cause.parent if cause.parent in codes else "", []).append(cause)
    found: list[tuple[int, Cause]] = []

    def walk(code: str, depth: int) -> None:
        for cause in below.get(code, ()):
            found.append((depth, cause))
            walk(cause.code, depth + 1)

    walk("", 0)
    return found
