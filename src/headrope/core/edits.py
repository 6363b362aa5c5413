"""Edits of a tree: founding, renaming, moving, closing and merging units from a day on, as full editions of the units touched.

>>> tree = [Edition("G", "Group", None), Edition("A", "East", "G"), Edition("B", "West", "G"), Edition("W", "Works", "A")]
>>> units, problems = edited(tree, Merge("A", date(2023, 6, 1), "B"))
>>> [(e.code, e.parent, str(e.valid_from), str(e.valid_to), e.successor) for e in units["A"] + units["W"]]
[('A', 'G', '0001-01-01', '2023-06-01', 'B'), ('W', 'A', '0001-01-01', '2023-06-01', None), ('W', 'B', '2023-06-01', '9999-12-31', None)]

What is changed from a day on stays so until it was to change again anyway: a unit that is renamed in June and was to
move in August still moves in August.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from headrope.core.problems import Problem
from headrope.core.units import FOREVER, KINDS, METHODS, SEGMENT, Edition

Below = Literal["none", "parent", "closed"]
BELOW: tuple[Below, ...] = ("none", "parent", "closed")
LONGEST_NAME = 1000

_CODE = re.compile(r"[^\s\x00-\x1f\x7f,\"'<>&/\\?#%]{1,40}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Found:
    """A new unit under `unit` from the day on."""

    unit: str
    day: date
    code: str
    name: str
    name_zh: str = ""
    kind: str = "unit"
    method: str = "full"


@dataclass(frozen=True)
class Rename:
    """Other names and another kind from the day on."""

    unit: str
    day: date
    name: str
    name_zh: str
    kind: str


@dataclass(frozen=True)
class Move:
    """Another parent, and perhaps another method, from the day on."""

    unit: str
    day: date
    parent: str
    method: str = "full"


@dataclass(frozen=True)
class Close:
    """The unit is there no more from the day on; what stood below it goes to its parent or is closed with it."""

    unit: str
    day: date
    below: Below = "none"


@dataclass(frozen=True)
class Merge:
    """The unit is there no more from the day on: `heir` carries it on and takes over what stood below it."""

    unit: str
    day: date
    heir: str


@dataclass(frozen=True)
class Redate:
    """What happened to the unit on the day `was`, and with it to others, happened on another day.

    Others are those that came under the unit or left it on that day, and those that were closed with it.
    """

    unit: str
    was: date
    day: date


Edit = Found | Rename | Move | Close | Merge | Redate
Units = dict[str, list[Edition]]


def edited(editions: Sequence[Edition], edit: Edit) -> tuple[Units, list[Problem]]:
    """The full editions of all units that the edit touches, and what is wrong with it; `where` is the edit's field.

    Whether what comes out is a tree has to be checked afterwards. With a problem nothing is touched.
    """
    tree = _Tree(editions)
    problems = tree.edit(edit)
    return ({}, problems) if problems else (tree.touched(), [])


def edition_on(editions: Sequence[Edition], day: date) -> Edition | None:
    """The edition that is in force on the day."""
    return next((edition for edition in editions if edition.holds_on(day)), None)


def joined(editions: Sequence[Edition]) -> list[Edition]:
    """Editions of one unit in order; those that follow each other and say the same are one."""
    done: list[Edition] = []
    for edition in sorted(editions, key=lambda edition: edition.valid_from):
        if done and done[-1].valid_to == edition.valid_from and replace(done[-1], **_days(edition)) == edition:
            edition = replace(done.pop(), valid_to=edition.valid_to)
        done.append(edition)
    return done


def _days(edition: Edition) -> dict[str, Any]:
    return {"valid_from": edition.valid_from, "valid_to": edition.valid_to}


class _Tree:
    """Editions by unit while they are edited."""

    def __init__(self, editions: Sequence[Edition]) -> None:
        found: Units = defaultdict(list)
        for edition in sorted(editions, key=lambda edition: edition.valid_from):
            found[edition.code].append(edition)
        self.before: Mapping[str, list[Edition]] = dict(found)
        self.units = {code: list(each) for code, each in found.items()}

    def touched(self) -> Units:
        """Units that are not as they were, their editions joined."""
        done = {code: joined(each) for code, each in self.units.items() if each != self.before.get(code)}
        return {code: each for code, each in done.items() if each != self.before.get(code)}

    def edit(self, edit: Edit) -> list[Problem]:
        match edit:
            case Found():
                return self.found(edit)
            case Rename():
                return self.rename(edit)
            case Move():
                return self.move(edit)
            case Close():
                return self.close(edit)
            case Merge():
                return self.merge(edit)
            case Redate():
                return self.redate(edit)

    def found(self, edit: Found) -> list[Problem]:
        problems = self.missing("day", edit.unit, edit.day) + _names(edit.name, edit.name_zh) + _words(edit)
        if not _CODE.fullmatch(edit.code):
            remedy = "Use up to 40 letters, digits, dots, dashes; no blanks or slashes."
            problems.append(Problem("code", "'%(code)s' is not a code.", remedy, {"code": edit.code}))
        elif edit.code in self.units:
            message, remedy = "The code %(code)s is taken.", "Take another; a code is never used again."
            problems.append(Problem("code", message, remedy, {"code": edit.code}))
        said = (edit.kind, edit.name_zh, "none" if edit.kind == SEGMENT else edit.method)
        self.units.setdefault(edit.code, []).append(Edition(edit.code, edit.name, edit.unit, edit.day, FOREVER, *said))
        return problems

    def rename(self, edit: Rename) -> list[Problem]:
        problems = self.missing("day", edit.unit, edit.day) + _names(edit.name, edit.name_zh) + _words(edit)
        if not problems:
            self.change(edit.unit, edit.day, name=edit.name, name_zh=edit.name_zh, kind=edit.kind)
        return problems

    def move(self, edit: Move) -> list[Problem]:
        problems = self.missing("day", edit.unit, edit.day) or self.missing("parent", edit.parent, edit.day)
        problems += _words(edit)
        if not problems:
            self.change(edit.unit, edit.day, parent=edit.parent, method=edit.method)
        return problems

    def close(self, edit: Close) -> list[Problem]:
        problems = self.ended("day", edit.unit, edit.day)
        below = [] if problems else self.below(edit.unit, edit.day)
        if below and edit.below == "none":
            message = "On %(day)s or later %(count)s units stand directly below %(code)s: %(codes)s."
            values = {"day": edit.day, "count": len(below), "code": edit.unit, "codes": ", ".join(below[:8])}
            problems.append(Problem("below", message, "Say what becomes of them.", values))
        if not problems:
            self._close(edit)
        return problems

    def _close(self, edit: Close) -> None:
        if edit.below == "closed":
            # What begins, or comes to stand below, on the day or later is left, and the check of the tree will tell.
            for code in self.subtree(edit.unit, edit.day):
                if not self.ended("", code, edit.day):
                    self.end(code, edit.day, None)
        elif edit.below == "parent":
            self.hang(edit.unit, edit.day, self.units[edit.unit][-1].parent)
        self.end(edit.unit, edit.day, None)

    def merge(self, edit: Merge) -> list[Problem]:
        problems = self.ended("day", edit.unit, edit.day) + self.missing("heir", edit.heir, edit.day)
        if edit.heir == edit.unit:
            message, remedy = "%(code)s is its own successor.", "Name another unit, or none."
            problems.append(Problem("heir", message, remedy, {"code": edit.unit}))
        if not problems:
            last = self.units[edit.unit][-1]
            # An heir that stood below the unit itself comes to stand where the unit stood.
            self.hang(edit.unit, edit.day, last.parent, only=edit.heir)
            self.hang(edit.unit, edit.day, edit.heir)
            self.end(edit.unit, edit.day, edit.heir)
        return problems

    def redate(self, edit: Redate) -> list[Problem]:
        mine = self.units.get(edit.unit, ())
        if edit.was not in {day for each in mine for day in (each.valid_from, each.valid_to)}:
            message, remedy = "Nothing happens to %(code)s on %(day)s.", "Choose a day out of its history."
            return [Problem("was", message, remedy, {"code": edit.unit, "day": edit.was})]
        for code in self.together(edit.unit, edit.was):
            self.units[code] = [_redated(each, edit) for each in self.units[code]]
        return []

    def together(self, unit: str, day: date) -> set[str]:
        """The unit, those that came under it or left it on the day, and those that were closed with it."""
        found, closed = {unit}, {unit} if _around(self.units[unit], day)[1] is None else set()
        for code, each in self.units.items():
            before, after = _around(each, day)
            if before and after and before.parent != after.parent and unit in (before.parent, after.parent):
                found.add(code)
        while closed:
            found |= closed
            ended = {code: _around(each, day) for code, each in self.units.items() if code not in found}
            closed = {code for code, (e, after) in ended.items() if e and after is None and e.parent in found}
        return found

    def missing(self, field: str, unit: str, day: date) -> list[Problem]:
        """The problem of a unit that is not there on the day."""
        if edition_on(self.units.get(unit, ()), day):
            return []
        message, remedy = "%(code)s does not exist on %(day)s.", "Take another day, or another unit."
        return [Problem(field, message, remedy, {"code": unit, "day": day})]

    def ended(self, field: str, unit: str, day: date) -> list[Problem]:
        """The problem of a unit that cannot end on the day, since it does not reach it or begins only then."""
        mine = self.units.get(unit, ())
        if any(edition.valid_from < day <= edition.valid_to for edition in mine):
            return []
        message = "%(code)s does not exist on the day before %(day)s and cannot end then."
        return [Problem(field, message, "Take a day within its history.", {"code": unit, "day": day})]

    def below(self, unit: str, day: date) -> list[str]:
        """Codes of units that stand directly below the unit on the day or later."""
        return [code for code, each in self.units.items() if any(e.parent == unit and e.valid_to > day for e in each)]

    def subtree(self, unit: str, day: date) -> list[str]:
        """Codes of the units below the unit on the day."""
        children: dict[str | None, list[str]] = defaultdict(list)
        for code, each in self.units.items():
            if there := edition_on(each, day):
                children[there.parent].append(code)
        found, waiting = [], list(children[unit])
        while waiting:
            found.append(waiting.pop())
            waiting += children[found[-1]]
        return found

    def change(self, unit: str, day: date, **said: str | None) -> None:
        """Let the unit say something else from the day on, for as long as it would have said the same as on that day."""
        cut = _cut(self.units[unit], day)
        start = edition_on(cut, day)
        running = {name: getattr(start, name) for name in said}
        done, end = [], day
        for edition in cut:
            if edition.valid_from >= day:
                going_on = edition.valid_from == end
                running = {name: was for name, was in running.items() if going_on and getattr(edition, name) == was}
                other: dict[str, Any] = {name: said[name] for name in running}
                edition, end = replace(edition, **other), edition.valid_to
            done.append(edition)
        self.units[unit] = done

    def hang(self, unit: str, day: date, under: str | None, only: str | None = None) -> None:
        """Put what stands directly below the unit from the day on under another."""
        for code in [only] if only else self.below(unit, day):
            self.units[code] = [
                replace(edition, parent=under) if edition.parent == unit and edition.valid_from >= day else edition
                for edition in _cut(self.units[code], day)
            ]

    def end(self, unit: str, day: date, heir: str | None) -> None:
        """Let the unit be there no more from the day on."""
        kept = [edition for edition in _cut(self.units[unit], day) if edition.valid_to <= day]
        self.units[unit] = [*kept[:-1], replace(kept[-1], successor=heir)]


def _cut(editions: Sequence[Edition], day: date) -> list[Edition]:
    """The editions, the one that holds over the day in two."""
    done = []
    for edition in editions:
        if edition.valid_from < day < edition.valid_to:
            done += [replace(edition, valid_to=day), replace(edition, valid_from=day)]
        else:
            done.append(edition)
    return done


def _around(editions: Sequence[Edition], day: date) -> tuple[Edition | None, Edition | None]:
    """The edition that ends on the day and the one that begins on it."""
    before = next((edition for edition in editions if edition.valid_to == day), None)
    return before, next((edition for edition in editions if edition.valid_from == day), None)


def _redated(edition: Edition, edit: Redate) -> Edition:
    start, end = (edit.day if day == edit.was else day for day in (edition.valid_from, edition.valid_to))
    return replace(edition, valid_from=start, valid_to=end)


def _names(name: str, name_zh: str) -> list[Problem]:
    problems = []
    if not name:
        problems.append(Problem("name", "The unit has no name.", "Write one."))
    for field, text in (("name", name), ("name_zh", name_zh)):
        if _CONTROL.search(text):
            problems.append(Problem(field, "The name holds a control character.", "Take it out."))
        elif len(text) > LONGEST_NAME:
            message = "The name is longer than %(most)s characters."
            problems.append(Problem(field, message, "Shorten it.", {"most": LONGEST_NAME}))
    return problems


def _words(edit: Found | Rename | Move) -> list[Problem]:
    """What is wrong with the kind and the method."""
    problems = []
    kind, method = getattr(edit, "kind", KINDS[0]), getattr(edit, "method", METHODS[0])
    if kind not in KINDS:
        values = {"kind": kind, "kinds": ", ".join(KINDS)}
        problems.append(Problem("kind", "'%(kind)s' is not a kind of unit.", "Known kinds: %(kinds)s.", values))
    if method not in METHODS:
        values = {"method": method, "methods": ", ".join(METHODS)}
        problems.append(Problem("method", "'%(method)s' is not a method.", "Known methods: %(methods)s.", values))
    return problems
