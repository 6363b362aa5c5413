"""Changes to people: what a folder says of them is posted whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.db import transaction

from headrope.core.problems import ProblemsFound
from headrope.journal import clock
from headrope.journal.actions import Source, lock_head, post, record
from headrope.journal.editions import replace_rows
from headrope.journal.models import PostingKind
from headrope.org.folder import MandateRow, MemberRow, PeopleRows, PostRow
from headrope.org.models import Body, BodyMember, Mandate, Party, Person, Post, User
from headrope.org.people.check import Held, check_people, held
from headrope.org.people.lists import member_row, post_row
from headrope.org.queries import unit_ids


@dataclass(frozen=True)
class PeopleChange:
    """How many of each are new or changed; posts and members are closed where they no longer hold as they were said."""

    accounts: int = 0
    people: int = 0
    posts: int = 0
    bodies: int = 0
    members: int = 0
    parties: int = 0
    mandates: int = 0
    closed: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return self == PeopleChange()


class _Undo(Exception):
    """Leaves the transaction of a dry run."""


def set_people(*, by: User, rows: PeopleRows, source: Source | None = None, dry_run: bool = False) -> PeopleChange:
    """Post people, posts, bodies, members, parties and mandates; ProblemsFound, and then nothing is changed.

    Of people, bodies and parties those given are made or corrected. The posts given for a person are all that he has
    or had, and the members given for a body all of its; people and bodies that are not mentioned there keep theirs.
    Mandates are added, or end on another day. Accounts named for people are made without a password.
    """
    change = PeopleChange()
    try:
        with transaction.atomic():
            lock_head()
            books = held()
            if problems := check_people(rows, books):
                raise ProblemsFound(problems)
            change = _Writer(by, rows, books).write(source)
            if dry_run:
                raise _Undo
    except _Undo:
        pass
    return change


R = TypeVar("R", PostRow, MemberRow)


@dataclass(frozen=True)
class _Difference(Generic[R]):
    """Rows that are open now, with their ids, and the rows that are to be."""

    held: dict[R, int]
    wanted: set[R]

    @property
    def added(self) -> int:
        return len(self.wanted - self.held.keys())

    @property
    def closed(self) -> int:
        return len(self.held.keys() - self.wanted)

    @property
    def changed(self) -> bool:
        return self.held.keys() != self.wanted


class _Writer:
    """Writes checked rows inside a transaction that holds the head."""

    def __init__(self, by: User, rows: PeopleRows, books: Held) -> None:
        self.by, self.rows, self.books = by, rows, books
        self.units = unit_ids()
        self.at = clock.now()

    def write(self, source: Source | None) -> PeopleChange:
        """In order: accounts, people, bodies, parties, then what is dated under one posting, then mandates."""
        accounts, people = self._accounts(), self._people()
        bodies, parties = self._bodies(), self._parties()
        posts, members = self._posts(), self._members()
        if people or bodies or parties or posts.changed or members.changed:
            seq = post(kind=PostingKind.DEFINE, by=self.by, reason="people", source=source).seq
            self._replace(posts.held, members.held, seq)
        closed = posts.closed + members.closed
        counts = (posts.added, bodies, members.added, parties, self._mandates(), closed)
        return PeopleChange(accounts, people, *counts)

    def _record(self, action: str, object: str) -> None:
        record(by=self.by, action=action, object=object, at=self.at)

    def _accounts(self) -> int:
        wanted = {row.user: row for row in self.rows.people if row.user and row.user not in self.books.users}
        for name, row in wanted.items():
            user = User(username=name, name=row.name, name_zh=row.name_zh)
            user.set_unusable_password()
            user.save()
            self._record("make user", f"user {name}, without a password")
        return len(wanted)

    def _people(self) -> int:
        users = dict(User.objects.values_list("username", "id"))
        changed = 0
        for row in self.rows.people:
            before = self.books.people.get(row.code)
            user = users[row.user] if row.user else None
            if before and (before.name, before.name_zh, before.user_id) == (row.name, row.name_zh, user):
                continue
            values = {"name": row.name, "name_zh": row.name_zh, "user_id": user}
            Person.objects.update_or_create(code=row.code, defaults=values)
            self._record("set person", f"person {row.code}")
            changed += 1
        return changed

    def _bodies(self) -> int:
        changed = 0
        for row in self.rows.bodies:
            before = self.books.bodies.get(row.code)
            if before and (before.name, before.name_zh, before.unit.code) == (row.name, row.name_zh, row.unit):
                continue
            values = {"name": row.name, "name_zh": row.name_zh, "unit_id": self.units[row.unit]}
            Body.objects.update_or_create(code=row.code, defaults=values)
            self._record("set body", f"body {row.code}")
            changed += 1
        return changed

    def _parties(self) -> int:
        before = {party.code: (party.name, party.name_zh, party.kind) for party in Party.objects.all()}
        changed = 0
        for row in self.rows.parties:
            if before.get(row.code) == (row.name, row.name_zh, row.kind):
                continue
            values = {"name": row.name, "name_zh": row.name_zh, "kind": row.kind}
            Party.objects.update_or_create(code=row.code, defaults=values)
            self._record("set party", f"party {row.code}")
            changed += 1
        return changed

    def _posts(self) -> _Difference[PostRow]:
        query = Post.objects.filter(seq_to=None, person__code__in={row.person for row in self.rows.posts})
        held_ = {post_row(row): row.pk for row in query.select_related("person", "unit")}
        return _Difference(held_, set(self.rows.posts))

    def _members(self) -> _Difference[MemberRow]:
        query = BodyMember.objects.filter(seq_to=None, body__code__in={row.body for row in self.rows.members})
        held_ = {member_row(row): row.pk for row in query.select_related("body", "person")}
        return _Difference(held_, set(self.rows.members))

    def _replace(self, posts: Mapping[PostRow, int], members: Mapping[MemberRow, int], seq: int) -> None:
        people = dict(Person.objects.values_list("code", "id"))
        bodies = dict(Body.objects.values_list("code", "id"))
        wanted_posts = {
            row: Post(
                person_id=people[row.person],
                unit_id=self.units[row.unit],
                title=row.title,
                title_zh=row.title_zh,
                rank=row.rank,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                seq_from=seq,
            )
            for row in self.rows.posts
        }
        wanted_members = {
            row: BodyMember(
                body_id=bodies[row.body],
                person_id=people[row.person],
                role=row.role,
                role_zh=row.role_zh,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                seq_from=seq,
            )
            for row in self.rows.members
        }
        replace_rows(Post, posts, wanted_posts, seq)
        replace_rows(BodyMember, members, wanted_members, seq)

    def _mandates(self) -> int:
        users = dict(User.objects.values_list("username", "id"))
        stored = {_mandate_key(each): each for each in Mandate.objects.filter(delegated_from=None)}
        changed = 0
        for row in self.rows.mandates:
            before = stored.get((users[row.user], row.role, self.units[row.unit], row.valid_from))
            if before and before.valid_to == row.valid_to:
                continue
            self._mandate(row, before, users[row.user])
            changed += 1
        return changed

    def _mandate(self, row: MandateRow, before: Mandate | None, user: int) -> None:
        told = f"user {row.user} on unit {row.unit} from {row.valid_from} until {row.valid_to}"
        if before:
            Mandate.objects.filter(pk=before.pk).update(valid_to=row.valid_to)
            self._record(f"end mandate {row.role}", told)
            return
        unit, days = self.units[row.unit], {"valid_from": row.valid_from, "valid_to": row.valid_to}
        Mandate.objects.create(user_id=user, role=row.role, unit_id=unit, **days)
        self._record(f"give mandate {row.role}", told)


def _mandate_key(mandate: Mandate) -> tuple[int, str, int, date]:
    return mandate.user_id, mandate.role, mandate.unit_id, mandate.valid_from
