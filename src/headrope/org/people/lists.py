"""Questions of who keeps people: the persons, bodies and parties in his reach, and all that was ever said of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from headrope.journal.models import Posting
from headrope.org.folder import MemberRow, PostRow
from headrope.org.models import Body, BodyMember, Person, Post, User
from headrope.org.people.queries import Named
from headrope.org.queries import Sight, unit_ids


class NoSuchThing(LookupError):
    """There is no person, body, party or row of that name that this person keeps; all cases look alike on purpose."""


R = TypeVar("R", PostRow, MemberRow)


@dataclass(frozen=True)
class Said(Generic[R]):
    """A row as the books say it, or said it: since and until when, by whom and why; `until` None: still."""

    id: int
    row: R
    since: datetime
    until: datetime | None
    by: User
    reason: str


@dataclass(frozen=True)
class PersonKept(Named):
    """A person with the posts (as the books say now) on units that the asker may change; `outside` counts the others.

    `managed` says whether the asker may change what stands of the person himself. `account` is a sign-in name, or empty.
    """

    account: str
    posts: tuple[PostRow, ...]
    outside: int
    managed: bool


@dataclass(frozen=True)
class BodyKept(Named):
    """A body of a unit (code) with its members (as the books say now)."""

    unit: str
    members: tuple[MemberRow, ...]


def people_kept(who: Sight) -> list[PersonKept]:
    """The persons that the asker keeps, by code; all for who may change the whole tree; three statements.

    Others keep those that have, or had, a post on their units.
    """
    held: dict[str, list[PostRow]] = defaultdict(list)
    for post in Post.objects.filter(seq_to=None).select_related("person", "unit").order_by("valid_from", "id"):
        held[post.person.code].append(post_row(post))
    ids = unit_ids()
    people = Person.objects.select_related("user").order_by("code")
    made = [_person(who, person, held.get(person.code, ()), ids) for person in people]
    return [each for each in made if who.everywhere("edit") or each.posts]


def _person(who: Sight, person: Person, posts: Sequence[PostRow], ids: dict[str, int]) -> PersonKept:
    own = tuple(row for row in posts if who.edits(ids[row.unit]))
    outside = len(posts) - len(own)
    account = person.user.username if person.user else ""
    managed = who.everywhere("edit") or not outside
    return PersonKept(person.code, person.name, person.name_zh, account, own, outside, managed)


def person_kept(who: Sight, code: str) -> PersonKept:
    """One of them; NoSuchThing."""
    return _one(people_kept(who), code)


def bodies_kept(who: Sight) -> list[BodyKept]:
    """The bodies of units that the asker may change, by code; two statements."""
    members: dict[str, list[MemberRow]] = defaultdict(list)
    for each in BodyMember.objects.filter(seq_to=None).select_related("body", "person").order_by("valid_from", "id"):
        members[each.body.code].append(member_row(each))
    bodies = [body for body in Body.objects.select_related("unit").order_by("code") if who.edits(body.unit_id)]
    return [
        BodyKept(body.code, body.name, body.name_zh, body.unit.code, tuple(members.get(body.code, ())))
        for body in bodies
    ]


def body_kept(who: Sight, code: str) -> BodyKept:
    """One of them; NoSuchThing."""
    return _one(bodies_kept(who), code)


T = TypeVar("T", bound=Named)


def _one(found: Iterable[T], code: str) -> T:
    one = next((each for each in found if each.code == code), None)
    if one is None:
        raise NoSuchThing(code)
    return one


def posts_said(who: Sight, person: str) -> list[Said[PostRow]]:
    """All that was ever said of a person's posts on units that the asker may change; what holds first; two statements."""
    rows = Post.objects.filter(person__code=person).select_related("person", "unit").order_by("valid_from", "seq_from")
    return _said([(row, post_row(row)) for row in rows if who.edits(row.unit_id)])


def members_said(body: str) -> list[Said[MemberRow]]:
    """All that was ever said of a body's members; what holds first; two statements."""
    rows = (
        BodyMember.objects.filter(body__code=body).select_related("body", "person").order_by("valid_from", "seq_from")
    )
    return _said([(row, member_row(row)) for row in rows])


def _said(rows: Sequence[tuple[Post | BodyMember, R]]) -> list[Said[R]]:
    seqs = {seq for row, _ in rows for seq in (row.seq_from, row.seq_to) if seq is not None}
    postings = {each.seq: each for each in Posting.objects.select_related("by").filter(seq__in=seqs)}
    found = []
    for row, values in rows:
        posting = postings[row.seq_from]
        until = postings[row.seq_to].known_at if row.seq_to is not None else None
        assert isinstance(posting.by, User)
        found.append(Said(row.pk, values, posting.known_at, until, posting.by, posting.reason))
    before = [each for each in found if each.until]
    return [each for each in found if not each.until] + sorted(before, key=lambda each: each.since, reverse=True)


def post_row(row: Post) -> PostRow:
    """The row of the table as the value that it says."""
    titles = (row.title, row.title_zh, row.rank)
    return PostRow(row.person.code, row.unit.code, *titles, row.valid_from, row.valid_to)


def member_row(row: BodyMember) -> MemberRow:
    """The row of the table as the value that it says."""
    return MemberRow(row.body.code, row.person.code, row.role, row.role_zh, row.valid_from, row.valid_to)
