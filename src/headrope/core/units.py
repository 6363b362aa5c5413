"""Units in time: editions of the tree, and the check that every day's tree is one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

from headrope.core.problems import Problem

ALWAYS, FOREVER = date(1, 1, 1), date(9999, 12, 31)
KINDS = (
    "regulator", "group", "company", "branch", "second-line", "institute", "school", "department", "joint", "segment", "unit",
)  # fmt: skip
SEGMENT = "segment"
METHODS = ("full", "proportionate", "none")


@dataclass(frozen=True)
class Edition:
    """A unit as it is from `valid_from` up to, but not on, `valid_to`; `where` is the row it was read from."""

    code: str
    name: str
    parent: str | None
    valid_from: date = ALWAYS
    valid_to: date = FOREVER
    kind: str = "unit"
    name_zh: str = ""
    method: str = "full"
    successor: str | None = None
    where: str = field(default="", compare=False)

    def holds_on(self, day: date) -> bool:
        """Whether the edition is in force on that day."""
        return self.valid_from <= day < self.valid_to


def check_tree(editions: Iterable[Edition]) -> list[Problem]:
    """All that keeps the editions from being one dated tree: overlaps, missing parents, cycles; in the order of rows."""
    given = list(editions)
    by_code: dict[str, list[Edition]] = defaultdict(list)
    for edition in given:
        by_code[edition.code].append(edition)
    problems: list[Problem] = []
    for same in by_code.values():
        same.sort(key=lambda edition: edition.valid_from)
        problems += _overlaps(same)
    if not problems:
        problems += _parents(by_code)
    if not problems:
        problems += check_cycles(given)
    row = {edition.where: place for place, edition in enumerate(given)}
    return sorted(problems, key=lambda problem: row[problem.where])


def _overlaps(editions: Sequence[Edition]) -> list[Problem]:
    problems = []
    for edition in editions:
        if edition.valid_from >= edition.valid_to:
            problems.append(
                Problem(
                    edition.where,
                    "%(code)s ends on %(to)s, before it begins.",
                    "Correct the column from or to.",
                    {"code": edition.code, "to": edition.valid_to - timedelta(days=1)},
                )
            )
    for first, second in combinations(editions, 2):
        if second.valid_from >= first.valid_to or first.valid_from >= second.valid_to:
            continue
        values = {"code": first.code, "other": first.where, "a": first.parent or "-", "b": second.parent or "-"}
        if first.parent != second.parent:
            problems.append(
                Problem(
                    second.where,
                    "%(code)s has two parents at the same time: %(a)s (%(other)s) and %(b)s.",
                    "Keep one row, or give the rows dates that do not overlap.",
                    values,
                )
            )
        else:
            problems.append(
                Problem(
                    second.where,
                    "%(code)s stands here and at %(other)s for the same days.",
                    "Keep one row, or give the rows dates that do not overlap.",
                    values,
                )
            )
    return problems


def _parents(by_code: Mapping[str, Sequence[Edition]]) -> list[Problem]:
    problems = []
    for editions in by_code.values():
        for edition in editions:
            if edition.parent is None:
                continue
            values = {"code": edition.code, "parent": edition.parent}
            above = by_code.get(edition.parent)
            if above is None:
                problems.append(
                    Problem(
                        edition.where,
                        "%(code)s stands under %(parent)s, which is no unit.",
                        "Add a row for %(parent)s, or correct the parent.",
                        values,
                    )
                )
            elif not covered(edition.valid_from, edition.valid_to, [(e.valid_from, e.valid_to) for e in above]):
                problems.append(
                    Problem(
                        edition.where,
                        "%(code)s stands under %(parent)s on days when %(parent)s does not exist.",
                        "Correct the dates of one of them.",
                        values,
                    )
                )
    return problems


def covered(start: date, end: date, spans: Iterable[tuple[date, date]]) -> bool:
    """Whether every day from `start` up to, but not on, `end` lies in one of the spans, which are taken alike."""
    day = start
    for first, last in sorted(spans):
        if first <= day < last:
            day = last
    return day >= end


def check_cycles(editions: Sequence[Edition]) -> list[Problem]:
    """Units that stand under each other on some day; each circle once."""
    problems: list[Problem] = []
    seen: set[frozenset[str]] = set()
    for day in epoch_starts(editions):
        parents = {edition.code: edition for edition in editions if edition.holds_on(day)}
        for loop in _loops({code: edition.parent for code, edition in parents.items()}):
            if frozenset(loop) not in seen:
                seen.add(frozenset(loop))
                path = " > ".join([*loop, loop[0]])
                problems.append(
                    Problem(
                        parents[loop[0]].where,
                        "These units stand under each other in a circle: %(path)s.",
                        "Give one of them another parent.",
                        {"path": path},
                    )
                )
    return problems


def check_roots(editions: Sequence[Edition]) -> list[Problem]:
    """Days from which on no unit stands at the top, after the first; of what `check_tree` finds sound: none is alive."""
    roots = [edition for edition in editions if edition.parent is None]
    problems = []
    for day in epoch_starts(roots):
        if not any(root.holds_on(day) for root in roots):
            last = max((root for root in roots if root.valid_to <= day), key=lambda root: root.valid_to)
            message = "From %(day)s on no unit stands at the top of the tree."
            remedy = "Let %(code)s go on, or let another unit without parent follow."
            problems.append(Problem(last.where, message, remedy, {"day": day, "code": last.code}))
    return problems


def _loops(parents: Mapping[str, str | None]) -> list[list[str]]:
    state: dict[str, int] = {}
    loops = []
    for start in parents:
        path: list[str] = []
        code: str | None = start
        while code is not None and code in parents and code not in state:
            state[code] = 1
            path.append(code)
            code = parents[code]
        if code is not None and state.get(code) == 1:
            loops.append(path[path.index(code) :])
        for each in path:
            state[each] = 2
    return loops


def epoch_starts(editions: Iterable[Edition]) -> list[date]:
    """The days on which the tree changes, in order, beginning with the first day of all."""
    return sorted({day for edition in editions for day in (edition.valid_from, edition.valid_to) if day < FOREVER})


def tiers(parents: Mapping[str, str | None]) -> dict[str, int]:
    """The tier of each unit, 1 for a root, from a tree without cycles."""
    tier: dict[str, int] = {}
    for start in parents:
        path: list[str] = []
        code: str | None = start
        while code is not None and code not in tier:
            path.append(code)
            code = parents.get(code)
        depth = tier[code] if code is not None else 0
        for each in reversed(path):
            depth += 1
            tier[each] = depth
    return tier
