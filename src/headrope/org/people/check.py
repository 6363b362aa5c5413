"""Holds what a folder says of people against the books: names that nobody bears, days that overlap, codes given twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Protocol, TypeVar

from headrope.core.problems import Problem
from headrope.core.units import ALWAYS, Edition
from headrope.org.folder import MandateRow, MemberRow, PeopleRows, PersonRow, PostRow
from headrope.org.models import Body, Person, User
from headrope.org.queries import edition_rows


@dataclass(frozen=True)
class Held:
    """What the books know: editions of units by code, and the people, bodies and accounts; four statements."""

    units: Mapping[str, Sequence[Edition]]
    people: Mapping[str, Person]
    bodies: Mapping[str, Body]
    users: Mapping[str, User]


def held() -> Held:
    """The books as they stand; four statements."""
    units: dict[str, list[Edition]] = defaultdict(list)
    for row in edition_rows():
        units[row.edition.code].append(row.edition)
    people = {person.code: person for person in Person.objects.select_related("user")}
    bodies = {body.code: body for body in Body.objects.select_related("unit")}
    return Held(units, people, bodies, {user.username: user for user in User.objects.all()})


def check_people(rows: PeopleRows, books: Held) -> list[Problem]:
    """All that keeps the rows from being posted, in the order of the files."""
    people = books.people.keys() | {row.code for row in rows.people}
    bodies = books.bodies.keys() | {row.code for row in rows.bodies}
    users = books.users.keys() | {row.user for row in rows.people if row.user}
    problems = _twice(rows.people, lambda row: row.code, "%(code)s stands here and at %(other)s.")
    problems += _users(rows.people, books)
    for row in rows.posts:
        problems += _person(row, people) + _unit(row, row.unit, books) + _alive(row, books)
    problems += _overlaps(rows.posts, lambda row: (row.person, row.unit, row.title))
    problems += _twice(rows.bodies, lambda row: row.code, "%(code)s stands here and at %(other)s.")
    for body in rows.bodies:
        problems += _unit(body, body.unit, books)
    for member in rows.members:
        problems += _body(member, bodies) + _person(member, people)
    problems += _overlaps(rows.members, lambda row: (row.body, row.person))
    problems += _twice(rows.parties, lambda row: row.code, "%(code)s stands here and at %(other)s.")
    for mandate in rows.mandates:
        problems += _account(mandate, users) + _unit(mandate, mandate.unit, books)
    key = "The mandate stands here and at %(other)s."
    return problems + _twice(rows.mandates, lambda row: (row.user, row.role, row.unit, row.valid_from), key)


class _Placed(Protocol):
    @property
    def where(self) -> str: ...


class _Dated(_Placed, Protocol):
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date: ...


P = TypeVar("P", bound=_Placed)
D = TypeVar("D", bound=_Dated)


def _twice(rows: Sequence[P], key: Callable[[P], object], message: str) -> list[Problem]:
    first: dict[object, P] = {}
    problems = []
    for row in rows:
        if (other := first.setdefault(key(row), row)) is not row:
            values = {"code": key(row), "other": other.where}
            problems.append(Problem(row.where, message, "Keep one row.", values))
    return problems


def _overlaps(rows: Iterable[D], key: Callable[[D], object]) -> list[Problem]:
    same: dict[object, list[D]] = defaultdict(list)
    for row in rows:
        same[key(row)].append(row)
    problems = []
    for found in same.values():
        for before, after in pairwise(sorted(found, key=lambda row: row.valid_from)):
            if after.valid_from < before.valid_to:
                message = "The same stands at %(other)s for some of these days."
                remedy = "Keep one row, or give the rows days that do not overlap."
                problems.append(Problem(after.where, message, remedy, {"other": before.where}))
    return problems


def _users(rows: Sequence[PersonRow], books: Held) -> list[Problem]:
    """One account is one person's, and a person keeps his."""
    owner = {person.user.username: code for code, person in books.people.items() if person.user}
    problems = []
    for row in rows:
        values = {"user": row.user, "person": owner.get(row.user)}
        if row.user and owner.setdefault(row.user, row.code) != row.code:
            message = "The account %(user)s is that of %(person)s."
            problems.append(Problem(row.where, message, "Give each person an account of his own.", values))
        before = books.people.get(row.code)
        if before and before.user and before.user.username != row.user:
            message = "%(code)s has the account %(before)s, and it cannot be changed here."
            values = {"code": row.code, "before": before.user.username}
            problems.append(Problem(row.where, message, "Write %(before)s into the column user.", values))
    return problems


def _person(row: PostRow | MemberRow, people: Iterable[str]) -> list[Problem]:
    if row.person in people:
        return []
    message, remedy = "There is no person %(person)s.", "Add a row to people.csv, or correct the code."
    return [Problem(row.where, message, remedy, {"person": row.person})]


def _unit(row: _Placed, unit: str, books: Held) -> list[Problem]:
    if unit in books.units:
        return []
    return [Problem(row.where, "There is no unit %(unit)s.", "Correct the code.", {"unit": unit})]


def _alive(row: PostRow, books: Held) -> list[Problem]:
    editions = books.units.get(row.unit)
    if not editions or row.valid_from == ALWAYS or any(each.holds_on(row.valid_from) for each in editions):
        return []
    message = "The post begins on %(day)s, when %(unit)s does not exist."
    values = {"day": row.valid_from, "unit": row.unit}
    return [Problem(row.where, message, "Correct the column from or the unit.", values)]


def _body(row: MemberRow, bodies: Iterable[str]) -> list[Problem]:
    if row.body in bodies:
        return []
    message, remedy = "There is no body %(body)s.", "Add a row to bodies.csv, or correct the code."
    return [Problem(row.where, message, remedy, {"body": row.body})]


def _account(row: MandateRow, users: Iterable[str]) -> list[Problem]:
    if row.user in users:
        return []
    message, remedy = "There is no account %(user)s.", "Name it in people.csv, or make it with `headrope user`."
    return [Problem(row.where, message, remedy, {"user": row.user})]
