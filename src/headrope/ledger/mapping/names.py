"""Which unit a name in a sheet means: by the mapping's codes, by the units that are known, or a new one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from headrope.core.problems import Problem
from headrope.ledger.mapping.facts import Report
from headrope.ledger.mapping.keys import Create, Unit

CLOSE, SHOWN = 3, 100


def slug(name: str) -> str:
    """The name in capitals, with one _ for whatever is no letter or digit."""
    return re.sub(r"[\W_]+", "_", name.upper()).strip("_")


def matched(text: str, match: Sequence[str]) -> str:
    """The name without the differences that do not count."""
    if "signs" in match:
        text = re.sub(r"[\W_]+", " ", text).strip()
    if "blanks" in match:
        text = " ".join(text.split())
    return text.casefold() if "case" in match else text


@dataclass(frozen=True)
class NewUnit:
    """A unit that is made, and where its name was met first."""

    code: str
    name: str
    parent: str
    kind: str
    where: str


@dataclass
class _Unknown:
    where: str
    count: int = 0


@dataclass
class Names:
    """The units of one load; `known` are names by code, of the mapping's units and of the ledger's."""

    known: Mapping[str, Sequence[str]]
    report: Report
    new: dict[str, NewUnit] = field(default_factory=dict)
    _unknown: dict[str, _Unknown] = field(default_factory=dict)
    _found: dict[tuple[int, str, str], str | None] = field(default_factory=dict)
    _meanings: dict[tuple[str, ...], dict[str, set[str]]] = field(default_factory=dict)

    def code(self, unit: Unit, codes: Mapping[str, str], name: str, section: tuple[str, str]) -> str | None:
        """The code that a name means; None for an unknown one, which is reported in the end.

        `codes` are those of the mapping; `section` is the section's name and the place of the name.
        """
        asked = (unit.line, name, section[0])
        if asked in self._found:
            found = self._found[asked]
            if found is None:
                self._unknown[name].count += 1
            return found
        found = self._meant(unit, codes, name, section)
        if found is None:
            self._unknown.setdefault(name, _Unknown(section[1])).count += 1
        self._found[asked] = found
        return found

    def _meant(self, unit: Unit, codes: Mapping[str, str], name: str, section: tuple[str, str]) -> str | None:
        """By the mapping's codes, by code, by a name that only one unit has; else a new unit where one may be made.

        Where no units are known at all and none may be made, the name is the code.
        """
        wanted = matched(name, unit.match)
        listed = next((code for word, code in codes.items() if matched(word, unit.match) == wanted), None)
        code = listed or (_filled(unit.create.code, name) if unit.create else name)
        if code in self.known or (unit.create is None and (listed or not self.known)):
            return code
        found = set() if listed else self._named(unit.match).get(wanted, set())
        if found or unit.create is None:
            return next(iter(found)) if len(found) == 1 else None
        return self._create(unit.create, code, name, section, several=listed is not None)

    def _named(self, match: tuple[str, ...]) -> dict[str, set[str]]:
        """The codes of the known units by code and by name."""
        if match not in self._meanings:
            meanings: dict[str, set[str]] = {}
            for code, names in self.known.items():
                for word in (code, *names):
                    meanings.setdefault(matched(word, match), set()).add(code)
            self._meanings[match] = meanings
        return self._meanings[match]

    def _create(self, create: Create, code: str, name: str, section: tuple[str, str], several: bool) -> str:
        """Make the unit, and what is above it where that is to be made; `several`: it may have several names."""
        title, where = section
        parent = create.parent or ""
        if create.parent and create.parent_name:
            self._add(NewUnit(create.parent, create.parent_name, "", create.parent_kind, where), create)
        if create.section and title:
            above = _filled(create.section, title)
            self._add(NewUnit(above, title, parent, create.section_kind, where), create)
            parent = above
        self._add(NewUnit(code, name, parent, create.kind, where), create, several)
        return code

    def _add(self, unit: NewUnit, create: Create, several: bool = False) -> None:
        """Keep the unit; one that is there already may get its section now. `several`: it may have several names."""
        held = self.new.setdefault(unit.code, unit)
        same = several or matched(held.name, ("blanks", "case")) == matched(unit.name, ("blanks", "case"))
        if not same:
            message = "'%(name)s' and '%(other)s' (%(there)s) would both get the code %(code)s."
            remedy = "Give one of them another code under unit: codes."
            values = {"name": unit.name, "other": held.name, "there": held.where, "code": unit.code}
            self.report(Problem(unit.where, message, remedy, values))
        elif unit.parent in (held.parent, create.parent or ""):
            return
        # Without a section of its own it was put where the sections are.
        elif held.parent == (create.parent or "") or create.moved == "last":
            self.new[unit.code] = replace(held, parent=unit.parent)
        elif create.moved == "refuse":
            message = "%(name)s stands under %(parent)s here and under %(before)s at %(there)s."
            remedy = "Say unit: create: moved: first or last, or give the two codes of their own."
            values = {"name": unit.name, "parent": unit.parent, "before": held.parent, "there": held.where}
            self.report(Problem(unit.where, message, remedy, values))

    def finish(self) -> None:
        """Report all names that are no units, each once, with the names closest to it."""
        words = sorted({word for code, names in self.known.items() for word in (code, *names)})
        for name, unknown in self._unknown.items():
            close = difflib.get_close_matches(name, words, CLOSE)
            remedy = (
                "Did you mean %(close)s? Write it under unit: codes."
                if close
                else "Write its code under unit: codes, or skip the row."
            )
            values = {"name": name[:SHOWN], "count": unknown.count, "close": ", ".join(close)}
            self.report(Problem(unknown.where, "'%(name)s' is the name of no unit (%(count)s rows).", remedy, values))


def _filled(template: str, name: str) -> str:
    compact = re.sub(r"[\W_]+", "", name)
    return template.replace("{slug}", slug(name)).replace("{compact}", compact).replace("{name}", name)
