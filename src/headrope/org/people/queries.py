"""Questions about people: who holds which post on a day, who heads a unit, who sits in a body."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from headrope.journal.editions import in_force
from headrope.journal.queries import Known
from headrope.org.models import Body, BodyMember, Party, Post

_DAYS = ("valid_from", "valid_to")


@dataclass(frozen=True)
class Named:
    """Something with a code and a name in each language."""

    code: str
    name: str
    name_zh: str

    def shown_name(self, language: str) -> str:
        """The name in that language, else in the other."""
        return (self.name_zh or self.name) if language.startswith("zh") else (self.name or self.name_zh)


@dataclass(frozen=True)
class PostHeld:
    """A post of a person in a unit (id) from `valid_from` up to, but not on, `valid_to`; rank 1 is the highest."""

    person: Named
    unit: int
    title: str
    title_zh: str
    rank: int | None
    valid_from: date
    valid_to: date

    def shown_title(self, language: str) -> str:
        """The title in that language, else in the other."""
        return (self.title_zh or self.title) if language.startswith("zh") else (self.title or self.title_zh)


@dataclass(frozen=True)
class Membership:
    """A person in a body (code) from `valid_from` up to, but not on, `valid_to`; the role is in words."""

    person: Named
    body: str
    role: str
    role_zh: str
    valid_from: date
    valid_to: date

    def shown_role(self, language: str) -> str:
        """The role in that language, else in the other."""
        return (self.role_zh or self.role) if language.startswith("zh") else (self.role or self.role_zh)


@dataclass(frozen=True)
class PartyInfo(Named):
    """An outside party."""

    kind: str


def posts_on(
    day: date, units: Collection[int] | None = None, rank: int | None = None, known: Known | None = None
) -> list[PostHeld]:
    """Posts held on the day as known then (None: now), by unit, rank, title and person; one statement.

    `units` (ids) keeps those of these units, `rank` those of this rank or a higher one; without a rank they come last.
    """
    query = Post.objects.filter(valid_from__lte=day, valid_to__gt=day)
    if units is not None:
        query = query.filter(unit_id__in=units)
    if rank is not None:
        query = query.filter(rank__lte=rank)
    held = _posts(query, known)
    return sorted(held, key=lambda post: (post.unit, post.rank or 100, post.title, post.person.code))


def posts_of(person: str, known: Known | None = None) -> list[PostHeld]:
    """All posts that the person (code) ever had, as known then (None: now), by first day; one statement."""
    held = _posts(Post.objects.filter(person__code=person), known)
    return sorted(held, key=lambda post: (post.valid_from, post.unit, post.title))


def heads_on(day: date, units: Collection[int], known: Known | None = None) -> dict[int, list[PostHeld]]:
    """Who heads each of the units (ids) on the day: the posts of the highest rank in it; one statement.

    A unit where no post has a rank has no head.
    """
    heads: dict[int, list[PostHeld]] = defaultdict(list)
    for post in posts_on(day, units, known=known):
        if post.rank is not None and all(post.rank <= (other.rank or 0) for other in heads[post.unit]):
            heads[post.unit].append(post)
    return {unit: found for unit, found in heads.items() if found}


def _posts(query: QuerySet[Post], known: Known | None) -> list[PostHeld]:
    fields = ("person__code", "person__name", "person__name_zh", "unit_id", "title", "title_zh", "rank", *_DAYS)
    return [PostHeld(Named(*row[:3]), *row[3:]) for row in in_force(query, fields, known)]


def bodies_of(unit: int) -> list[Named]:
    """The bodies that belong to the unit (id), by code; one statement."""
    rows = Body.objects.filter(unit_id=unit).order_by("code").values_list("code", "name", "name_zh")
    return [Named(*row) for row in rows]


def members_on(day: date, bodies: Collection[str], known: Known | None = None) -> list[Membership]:
    """Who sits in the bodies (codes) on the day as known then (None: now), by body, role and person; one statement."""
    query = BodyMember.objects.filter(body__code__in=bodies, valid_from__lte=day, valid_to__gt=day)
    fields = ("person__code", "person__name", "person__name_zh", "body__code", "role", "role_zh", *_DAYS)
    found = [Membership(Named(*row[:3]), *row[3:]) for row in in_force(query, fields, known)]
    return sorted(found, key=lambda member: (member.body, member.role, member.person.code))


def parties(kind: str | None = None) -> list[PartyInfo]:
    """Outside parties, perhaps of one kind only, by code; one statement."""
    query = Party.objects.order_by("code")
    if kind is not None:
        query = query.filter(kind=kind)
    return [PartyInfo(*row) for row in query.values_list("code", "name", "name_zh", "kind")]
