"""States of a tree, each holding from its day until the next, joined into dated editions of its units.

>>> first = State(date(2022, 4, 1), {"G": Entry("Group"), "A": Entry("Works", "G")})
>>> later = State(date(2023, 4, 1), {"G": Entry("Group"), "A": Entry("Works", "G"), "B": Entry("Shop", "G")})
>>> editions, problems = editions_of([first, later])
>>> [(edition.code, str(edition.valid_from), str(edition.valid_to)) for edition in editions]
[('G', '2022-04-01', '9999-12-31'), ('A', '2022-04-01', '9999-12-31'), ('B', '2023-04-01', '9999-12-31')]
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from difflib import SequenceMatcher
from itertools import pairwise

from headrope.core.problems import Problem
from headrope.core.units import FOREVER, Edition, check_tree, tiers

ALIKE = 0.85  # share of letters in common from which two names are worth a question


@dataclass(frozen=True)
class Entry:
    """A unit as one state has it. `tier` is the column it came from, `where` the row; neither makes an edition."""

    name: str
    parent: str | None = None
    kind: str = "unit"
    tier: str = field(default="", compare=False)
    where: str = field(default="", compare=False)


@dataclass(frozen=True)
class State:
    """A whole tree by code, and the first day on which it holds; `name` says where it was read."""

    first_day: date
    entries: Mapping[str, Entry]
    name: str = ""


@dataclass(frozen=True)
class Change:
    """What is different in a state from the one before, by code; of closed units, as they were."""

    state: State
    opened: Mapping[str, Entry]
    closed: Mapping[str, Entry]
    moved: Mapping[str, Entry]
    renamed: Mapping[str, Entry]


def editions_of(states: Sequence[State]) -> tuple[list[Edition], list[Problem]]:
    """Dated editions that are each state from its first day until the next one's, the last one until further notice.

    A unit has one edition for each run of states that say the same of it. Upper units come first, then by code and
    day. With a problem that blocks there are no editions; the other problems are worth a look and change nothing.
    """
    ordered = sorted(states, key=lambda state: (state.first_day, state.name))
    problems = _days(states, ordered)
    for state in ordered:
        problems += _whole(state)
    if any(problem.blocking for problem in problems):
        return [], problems
    for state in ordered:
        problems += _tops(state)
    problems += _returns(ordered) + _tier_changes(ordered)
    for before, after in pairwise(ordered):
        problems += _heirs(before, after)
    return _joined(ordered), problems


def changes_of(states: Sequence[State]) -> list[Change]:
    """What happens at each state's first day, in order; nothing at the first."""
    ordered = sorted(states, key=lambda state: state.first_day)
    return [_change(before, after) for before, after in zip([*ordered[:1], *ordered], ordered, strict=False)]


def _change(before: State, after: State) -> Change:
    old, new = before.entries, after.entries
    both = {code: entry for code, entry in new.items() if code in old}
    return Change(
        after,
        opened={code: entry for code, entry in new.items() if code not in old},
        closed={code: entry for code, entry in old.items() if code not in new},
        moved={code: entry for code, entry in both.items() if entry.parent != old[code].parent},
        renamed={code: entry for code, entry in both.items() if entry.name != old[code].name},
    )


def _days(states: Sequence[State], ordered: Sequence[State]) -> list[Problem]:
    if not states:
        return [Problem("", "There is no list.", "Give at least one.")]
    problems = []
    for before, after in pairwise(states):
        if after.first_day < before.first_day:
            values = {"day": after.first_day, "other": before.name, "later": before.first_day}
            message = "The list of %(day)s is given after %(other)s of %(later)s; they are taken in the order of days."
            problems.append(Problem(after.name, message, "See that the days are right.", values, blocking=False))
    for before, after in pairwise(ordered):
        if after.first_day == before.first_day:
            values = {"day": after.first_day, "other": before.name}
            message = "The list begins on %(day)s, and so does %(other)s."
            problems.append(Problem(after.name, message, "Keep one of them, or correct its day.", values))
    return problems


def _whole(state: State) -> list[Problem]:
    """What keeps a state from being a tree: nothing in it, parents that are no units, circles."""
    if not state.entries:
        message = "The list of %(day)s holds no unit."
        return [Problem(state.name, message, "Leave it out; a list says what there is.", {"day": state.first_day})]
    return check_tree(_edition(code, entry, state.first_day) for code, entry in state.entries.items())


def _edition(code: str, entry: Entry, first: date, last: date = FOREVER) -> Edition:
    return Edition(code, entry.name, entry.parent, first, last, entry.kind, where=entry.where)


def _tops(state: State) -> list[Problem]:
    """Units without a parent that look as if they had lost it."""
    above = {entry.parent for entry in state.entries.values()}
    tops = sorted(code for code, entry in state.entries.items() if entry.parent is None)
    heads = [code for code in tops if code in above]
    problems = []
    for code in tops if heads else ():
        # Lists with columns of tiers have no cell for the parent of the first one.
        if code not in above and not state.entries[code].tier:
            message = "%(code)s has no parent and nothing below it, while others at the top have."
            remedy = "Is the cell of its parent empty by mistake?"
            problems.append(Problem(state.entries[code].where, message, remedy, {"code": code}, blocking=False))
    if len(heads) > 1:
        message = "%(count)s units have no parent: %(codes)s."
        values = {"count": len(heads), "codes": ", ".join(heads)}
        remedy = "If one unit stands above them all, name it."
        problems.append(Problem(state.name, message, remedy, values, blocking=False))
    return problems


def _returns(ordered: Sequence[State]) -> list[Problem]:
    problems = []
    last: dict[str, int] = {}
    for place, state in enumerate(ordered):
        for code, entry in state.entries.items():
            if last.get(code, place) < place - 1:
                gone = ordered[last[code] + 1].first_day
                values = {"code": code, "from": gone, "to": state.first_day - timedelta(days=1)}
                message = "%(code)s returns: from %(from)s to %(to)s it was in no list, and does not exist then."
                remedy = "If it was only left out, add it to the lists between."
                problems.append(Problem(entry.where, message, remedy, values, blocking=False))
            last[code] = place
    return problems


def _tier_changes(ordered: Sequence[State]) -> list[Problem]:
    problems = []
    tier: dict[str, str] = {}
    for state in ordered:
        for code, entry in state.entries.items():
            if entry.tier and tier.get(code, entry.tier) != entry.tier:
                values = {"code": code, "tier": entry.tier, "other": tier[code]}
                message = "%(code)s stands in the column %(tier)s, and in the list before in the column %(other)s."
                remedy = "See that it is one unit; a code is never used again for another."
                problems.append(Problem(entry.where, message, remedy, values, blocking=False))
            tier[code] = entry.tier or tier.get(code, "")
    return problems


def _heirs(before: State, after: State) -> list[Problem]:
    """Guesses, never acted upon: a unit that ended, and one of much the same name that began beside it."""
    change = _change(before, after)
    began: dict[str | None, list[str]] = defaultdict(list)
    for code in sorted(change.opened):
        began[change.opened[code].parent].append(code)
    problems = []
    for code, entry in change.closed.items():
        likely = [(alike(entry.name, change.opened[heir].name), heir) for heir in began[entry.parent]]
        best, heir = max(likely, key=lambda found: found[0], default=(0.0, ""))
        if best >= ALIKE:
            values = {"code": code, "name": entry.name, "heir": heir, "other": change.opened[heir].name}
            values |= {"day": str(after.first_day), "parent": entry.parent or "-"}
            message = (
                "%(code)s '%(name)s' ends before %(day)s, and under the same parent %(parent)s "
                "begins %(heir)s '%(other)s': perhaps its successor."
            )
            remedy = "If so, write %(heir)s into the column successor of units.csv."
            problems.append(Problem(change.opened[heir].where, message, remedy, values, blocking=False))
    return problems


def alike(one: str, other: str) -> float:
    """How like two names are, 0 to 1. Names with different numbers in them (Ward 1, Ward 2) are not like at all."""
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return 0.0
    first, second = sorted((one.casefold(), other.casefold()))  # the matcher is not the same both ways round
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _joined(ordered: Sequence[State]) -> list[Edition]:
    ends = [*(state.first_day for state in ordered[1:]), FOREVER]
    editions: dict[str, list[Edition]] = {}
    depth: dict[str, int] = {}
    for state, end in zip(ordered, ends, strict=True):
        depth = tiers({code: entry.parent for code, entry in state.entries.items()}) | depth
        for code, entry in state.entries.items():
            held = editions.setdefault(code, [])
            fresh = _edition(code, entry, state.first_day, end)
            if held and held[-1].valid_to == state.first_day and _same(held[-1], fresh):
                fresh = replace(held.pop(), valid_to=end)
            held.append(fresh)
    return [each for code in sorted(editions, key=lambda code: (depth[code], code)) for each in editions[code]]


def _same(one: Edition, other: Edition) -> bool:
    return (one.name, one.parent, one.kind) == (other.name, other.parent, other.kind)
