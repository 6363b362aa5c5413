"""Rows of people.csv, posts.csv, bodies.csv, members.csv, parties.csv and mandates.csv, each checked by itself.

Whoever opens the files gives the rows with where they stand; how people hold together is checked by org.people.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from headrope.core.problems import Problem
from headrope.core.units import ALWAYS, FOREVER
from headrope.org.models import PartyKind, Role, User

Rows = Iterable[tuple[str, Mapping[str, str]]]
"""Where a row stands, and its cells by column."""


class Columns(NamedTuple):
    """The columns that a file must have, and those that it may have."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


PEOPLE = Columns(("code", "name"), ("name_zh", "user"))
POSTS = Columns(("person", "unit", "title"), ("title_zh", "rank", "from", "to"))
BODIES = Columns(("code", "name", "unit"), ("name_zh",))
MEMBERS = Columns(("body", "person"), ("role", "role_zh", "from", "to"))
PARTIES = Columns(("code", "name", "kind"), ("name_zh",))
MANDATES = Columns(("user", "role", "unit"), ("from", "to"))
FILES = {
    "people.csv": PEOPLE,
    "posts.csv": POSTS,
    "bodies.csv": BODIES,
    "members.csv": MEMBERS,
    "parties.csv": PARTIES,
    "mandates.csv": MANDATES,
}

CODE = re.compile(r"[^\s\x00-\x1f\x7f,\"'<>&/\\?#%]{1,40}")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST_OF_PEOPLE, _LONGEST = 120, 200
HIGHEST, LOWEST = 1, 99


@dataclass(frozen=True)
class PersonRow:
    """A person; `user` is the name of an account, or empty."""

    code: str
    name: str
    name_zh: str
    user: str
    where: str = field(default="", compare=False)


@dataclass(frozen=True)
class PostRow:
    """A post of a person in a unit (codes) from `valid_from` up to, but not on, `valid_to`; rank 1 is the highest."""

    person: str
    unit: str
    title: str
    title_zh: str
    rank: int | None
    valid_from: date
    valid_to: date
    where: str = field(default="", compare=False)


@dataclass(frozen=True)
class BodyRow:
    """A body and the unit that it belongs to."""

    code: str
    name: str
    name_zh: str
    unit: str
    where: str = field(default="", compare=False)


@dataclass(frozen=True)
class MemberRow:
    """A person (code) in a body (code) from `valid_from` up to, but not on, `valid_to`; `role` is in words."""

    body: str
    person: str
    role: str
    role_zh: str
    valid_from: date
    valid_to: date
    where: str = field(default="", compare=False)


@dataclass(frozen=True)
class PartyRow:
    """An outside party."""

    code: str
    name: str
    name_zh: str
    kind: str
    where: str = field(default="", compare=False)


@dataclass(frozen=True)
class MandateRow:
    """A role of an account on a unit (code) and all below it, from `valid_from` up to, but not on, `valid_to`."""

    user: str
    role: str
    unit: str
    valid_from: date
    valid_to: date
    where: str = field(default="", compare=False)


@dataclass(frozen=True)
class PeopleRows:
    """What a folder says of people, in the order of its rows."""

    people: Sequence[PersonRow] = ()
    posts: Sequence[PostRow] = ()
    bodies: Sequence[BodyRow] = ()
    members: Sequence[MemberRow] = ()
    parties: Sequence[PartyRow] = ()
    mandates: Sequence[MandateRow] = ()


Read = TypeVar("Read")


def read_people_rows(tables: Mapping[str, Rows]) -> tuple[PeopleRows, list[Problem]]:
    """The rows of the files given by name, a missing file as one without rows, and all that is wrong with single rows."""
    problems: list[Problem] = []

    def read(name: str, make: Callable[[_Row], Read]) -> list[Read]:
        made = []
        for where, cells in tables.get(name, ()):
            row = _Row(where, cells)
            one = make(row)
            problems.extend(row.problems)
            if not row.problems:
                made.append(one)
        return made

    rows = PeopleRows(
        read("people.csv", _person),
        read("posts.csv", _post),
        read("bodies.csv", _body),
        read("members.csv", _member),
        read("parties.csv", _party),
        read("mandates.csv", _mandate),
    )
    return rows, problems


class _Row:
    """One row: its cells are asked for by what they hold, and what is wrong with them is gathered."""

    def __init__(self, where: str, cells: Mapping[str, str]) -> None:
        self.where, self.cells = where, cells
        self.problems: list[Problem] = []

    def wrong(self, message: str, remedy: str, **values: object) -> None:
        self.problems.append(Problem(self.where, message, remedy, values))

    def code(self, column: str = "code") -> str:
        text = self.cells[column]
        if not CODE.fullmatch(text):
            remedy = "Use up to 40 letters, digits, dots, dashes; no blanks or slashes."
            self.wrong("'%(code)s' is not a code.", remedy, code=text)
        return text

    def text(self, column: str, most: int = _LONGEST, needed: bool = False) -> str:
        text = self.cells.get(column, "")
        if needed and not text:
            self.wrong("The column %(column)s is empty.", "Fill it in.", column=column)
        if CONTROL.search(text):
            self.wrong("The column %(column)s holds a control character.", "Take it out.", column=column)
        elif len(text) > most:
            message = "The column %(column)s is longer than %(most)s characters."
            self.wrong(message, "Shorten it.", column=column, most=most)
        return text

    def choice(self, column: str, known: Sequence[str]) -> str:
        text = self.cells[column]
        if text not in known:
            values = {"text": text, "column": column, "known": ", ".join(known)}
            self.wrong("'%(text)s' is not a %(column)s.", "Known: %(known)s.", **values)
        return text

    def rank(self) -> int | None:
        text = self.cells.get("rank", "")
        if not text:
            return None
        if re.fullmatch("[0-9]{1,2}", text) and HIGHEST <= int(text) <= LOWEST:
            return int(text)
        self.wrong("'%(rank)s' is not a rank.", "Write 1 for the highest, up to 99, or nothing.", rank=text)
        return None

    def user(self, needed: bool) -> str:
        text = self.text("user", 150, needed)
        if text and not re.fullmatch(User.username_validator.regex, text):
            self.wrong("'%(user)s' is not a name to sign in with.", "Use letters, digits and . + - _ @.", user=text)
        return text

    def days(self) -> tuple[date, date]:
        """The first day, and the day after the last: the file has the last."""
        start, last = self._day("from", ALWAYS), self._day("to", FOREVER)
        if last < start:
            message, values = "It ends on %(to)s, before it begins on %(from)s.", {"from": start, "to": last}
            self.wrong(message, "Correct the column from or to.", **values)
        return start, last if last == FOREVER else last + timedelta(days=1)

    def _day(self, column: str, otherwise: date) -> date:
        text = self.cells.get(column, "")
        try:
            return date.fromisoformat(text) if text else otherwise
        except ValueError:
            remedy = "Write it like 2023-06-30 in the column %(column)s."
            self.wrong("'%(text)s' is not a day.", remedy, text=text, column=column)
            return otherwise


def _person(row: _Row) -> PersonRow:
    names = (row.text("name", _LONGEST_OF_PEOPLE, needed=True), row.text("name_zh", _LONGEST_OF_PEOPLE))
    return PersonRow(row.code(), *names, row.user(needed=False), row.where)


def _post(row: _Row) -> PostRow:
    titles = (row.text("title", needed=True), row.text("title_zh"))
    return PostRow(row.code("person"), row.code("unit"), *titles, row.rank(), *row.days(), row.where)


def _body(row: _Row) -> BodyRow:
    return BodyRow(row.code(), row.text("name", needed=True), row.text("name_zh"), row.code("unit"), row.where)


def _member(row: _Row) -> MemberRow:
    roles = (row.text("role"), row.text("role_zh"))
    return MemberRow(row.code("body"), row.code("person"), *roles, *row.days(), row.where)


def _party(row: _Row) -> PartyRow:
    names = (row.text("name", needed=True), row.text("name_zh"))
    return PartyRow(row.code(), *names, row.choice("kind", PartyKind.values), row.where)


def _mandate(row: _Row) -> MandateRow:
    named = (row.user(needed=True), row.choice("role", Role.values), row.code("unit"))
    return MandateRow(*named, *row.days(), row.where)
