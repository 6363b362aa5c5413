"""The forms that change the tree: what they ask, what somebody has written into them, and the edit that it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headrope.core.edits import Below, Close, Edit, Found, Merge, Move, Redate, Rename
from headrope.core.periods import FIRST_YEAR, LAST_YEAR
from headrope.core.problems import Problem
from headrope.core.units import ALWAYS, FOREVER, Edition
from headrope.org.queries import Node, NoSuchUnit, find_units, unit_for
from headrope.web.access import Visit
from headrope.web.bearing import day_text
from headrope.web.organisation import words
from headrope.web.problems import Told, told

CHANGES = ("found", "rename", "move", "close", "merge", "redate")
MOST_UNITS, LONGEST_REASON = 400, 300

Options = dict[str, str]


@dataclass
class Field:
    """One question of a form. `options` are choices, or for a unit the ones to pick from."""

    name: str
    label: str
    kind: Literal["text", "day", "choice", "radio", "unit"] = "text"
    value: str = ""
    hint: str = ""
    options: Options = field(default_factory=dict)
    needed: bool = True
    problems: list[Told] = field(default_factory=list)


@dataclass
class Form:
    """A form on a unit: its fields, and what is wrong with it as a whole."""

    change: str
    title: str
    fields: list[Field]
    problems: list[Told] = field(default_factory=list)

    def take(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside its field; those of no field stand above."""
        by_name = {each.name: each for each in self.fields}
        for problem in problems:
            at = by_name.get(problem.where)
            (at.problems if at else self.problems).append(told(problem))

    @property
    def reason(self) -> str:
        """Why, as the person says."""
        return next(each.value for each in self.fields if each.name == "reason")[:LONGEST_REASON]


def form_for(change: str, who: Visit, node: Node, history: list[Edition], given: Mapping[str, str]) -> Form:
    """The form, filled with what is given, else with what holds of the unit now."""
    name = node.shown_name(who.language)
    makers = {"found": _found, "rename": _rename, "move": _move, "close": _close, "merge": _merge, "redate": _redate}
    titles = {
        "found": _("Found a unit below %(unit)s"),
        "rename": _("Rename %(unit)s"),
        "move": _("Move %(unit)s"),
        "close": _("Close %(unit)s"),
        "merge": _("Merge %(unit)s into another unit"),
        "redate": _("Correct a day of %(unit)s"),
    }
    fields = makers[change](who, node, history)
    fields.append(Field("reason", _("Why"), hint=_("stands with the change in the books"), needed=False))
    for each in fields:
        each.value = given.get(each.name, each.value).strip()
    return Form(change, titles[change] % {"unit": name}, fields)


def _day(who: Visit) -> Field:
    year, month = divmod(who.today.year * 12 + who.today.month, 12)
    hint = _("the first day on which it is so; months are added up over the tree of their last day")
    return Field("day", pgettext("day", "From"), "day", date(year, month + 1, 1).isoformat(), hint)


def _found(who: Visit, node: Node, history: list[Edition]) -> list[Field]:
    return [
        Field("code", _("Code"), hint=_("up to 40 letters and digits; it stays for ever")),
        *_names("", ""),
        _kind("branch"),
        _method("full"),
        _day(who),
    ]


def _rename(who: Visit, node: Node, history: list[Edition]) -> list[Field]:
    return [*_names(node.name, node.name_zh), _kind(node.kind), _day(who)]


def _move(who: Visit, node: Node, history: list[Edition]) -> list[Field]:
    parent = Field("parent", _("Under"), "unit", hint=_("its code or its name"), options=_units(who, node))
    return [parent, _method(history[-1].method if history else "full"), _day(who)]


def _close(who: Visit, node: Node, history: list[Edition]) -> list[Field]:
    below = {
        "none": _("there are none"),
        "parent": _("go to the unit above"),
        "closed": _("are closed with it"),
    }
    return [_day(who), Field("below", _("Units below"), "radio", "none", options=below)]


def _merge(who: Visit, node: Node, history: list[Edition]) -> list[Field]:
    hint = _("takes over the units below; like-for-like, the figures of before count there")
    return [Field("heir", _("Into"), "unit", hint=hint, options=_units(who, node)), _day(who)]


def _redate(who: Visit, node: Node, history: list[Edition]) -> list[Field]:
    days = sorted({day for e in history for day in (e.valid_from, e.valid_to) if day not in (ALWAYS, FOREVER)})
    options = {day.isoformat(): day_text(day) for day in reversed(days)}
    hint = _("units that came, left or were closed with it follow")
    was = Field("was", _("What happened on"), "choice", next(iter(options), ""), options=options)
    return [was, Field("day", _("Happened on"), "day", next(iter(options), ""), hint)]


def _names(name: str, name_zh: str) -> list[Field]:
    return [
        Field("name", pgettext("unit", "Name"), value=name),
        Field("name_zh", _("Name in Chinese"), value=name_zh, needed=False),
    ]


def _kind(chosen: str) -> Field:
    return Field("kind", _("Kind"), "choice", chosen, options=words.kinds())


def _method(chosen: str) -> Field:
    return Field("method", _("Goes up of its total"), "choice", chosen, options=words.methods())


def _units(who: Visit, node: Node) -> Options:
    """Units to pick from, by code; none where they are too many for a list."""
    units = [each for each in who.who.now.tree.nodes.values() if who.who.edits(each.id) and each.id != node.id]
    return {each.code: each.shown_name(who.language) for each in units} if len(units) <= MOST_UNITS else {}


def read_edit(form: Form, who: Visit, node: Node) -> tuple[Edit, list[Problem]]:
    """The edit that the form makes, and what cannot be read of it; for that, something stands in its place."""
    values = {each.name: each.value for each in form.fields}
    problems: list[Problem] = []
    days = {name: _read_day(name, values[name], who, problems) for name in ("day", "was") if name in values}
    units = {name: _read_unit(name, values[name], who, problems) for name in ("parent", "heir") if name in values}
    day, code = days["day"], node.code
    match form.change:
        case "found":
            said = (values["code"], values["name"], values["name_zh"], values["kind"], values["method"])
            return Found(code, day, *said), problems
        case "rename":
            return Rename(code, day, values["name"], values["name_zh"], values["kind"]), problems
        case "move":
            return Move(code, day, units["parent"], values["method"]), problems
        case "close":
            below: Below = (
                "parent" if values["below"] == "parent" else "closed" if values["below"] == "closed" else "none"
            )
            return Close(code, day, below), problems
        case "merge":
            return Merge(code, day, units["heir"]), problems
    return Redate(code, days["was"], day), problems


def _read_day(name: str, text: str, who: Visit, problems: list[Problem]) -> date:
    if not text:
        problems.append(_empty(name))
        return who.today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        problems.append(Problem(name, "'%(text)s' is not a day; write it like 2023-07-14.", values={"text": text[:40]}))
        return who.today
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        values = {"first": FIRST_YEAR, "last": LAST_YEAR}
        problems.append(Problem(name, "Days run from %(first)s to %(last)s.", "Correct the year.", values))
    return day


def _read_unit(name: str, text: str, who: Visit, problems: list[Problem]) -> str:
    """The code of a unit that the person may edit, given by code or by its whole name."""
    if not text:
        problems.append(_empty(name))
        return ""
    try:
        return unit_for(who.who, text, "edit").code
    except NoSuchUnit:
        pass
    found = [node for node in find_units(who.who, text) if who.who.edits(node.id)]
    same = [node for node in found if text.casefold() in (node.name.casefold(), node.name_zh.casefold())]
    if len(same) == 1:
        return same[0].code
    values = {"text": text[:60], "units": words.listed([f"{n.shown_name(who.language)} ({n.code})" for n in found[:5]])}
    message = "There is no unit '%(text)s' that you may change."
    remedy = "Did you mean one of these: %(units)s?" if found else "Write the code of a unit under your mandate."
    problems.append(Problem(name, message, remedy, values))
    return ""


def _empty(name: str) -> Problem:
    return Problem(name, "This is empty.", "Fill it in.")
