"""A small group with like codes, and the fixed cast that looks at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from headrope.core.units import ALWAYS, FOREVER, Edition
from headrope.journal.actions import post
from headrope.journal.models import PostingKind
from headrope.journal.queries import books
from headrope.org.actions import console_user, give_mandate, set_units
from headrope.org.models import Role, User
from headrope.org.queries import Sight, sight, unit_ids
from tests.conftest import Place

TODAY = date(2026, 3, 1)
Post = Callable[[Sequence[Edition]], int]
Look = Callable[..., Sight]


def unit(code: str, parent: str | None, first: date = ALWAYS, last: date = FOREVER, **more: str) -> Edition:
    """An edition that says no more than the test needs."""
    given = {"name": f"Unit {code}", "name_zh": f"单位{code}", "where": f"units.csv {code} {first}"} | more
    return Edition(code=code, parent=parent, valid_from=first, valid_to=last, **given)  # type: ignore[arg-type]


GROUP = [
    unit("G", None),
    unit("A", "G"),
    unit("A1", "A"),
    unit("A2", "A"),
    unit("A21", "A2"),
    unit("AB", "G"),
    unit("AB1", "AB"),
    unit("OLD", "A", ALWAYS, date(2025, 1, 1), successor="AB1"),
    unit("OLDER", "A", ALWAYS, date(2024, 1, 1), successor="OLD"),
    unit("GONE", "A2", ALWAYS, date(2025, 1, 1)),
    unit("X", None),
]
"""
G
  A
    A1
    A2
      A21
      GONE     closed, without successor
    OLD        closed, carried on by AB1
    OLDER      closed, carried on by OLD
  AB
    AB1
X
"""


def by_code(editions: Sequence[Edition]) -> dict[str, list[Edition]]:
    """Editions by unit."""
    return {code: [each for each in editions if each.code == code] for code in {each.code: None for each in editions}}


def numbered(editions: Sequence[Edition]) -> dict[str, int]:
    """Ids of all units, those of new ones in the order given."""
    ids = unit_ids()
    for edition in editions:
        ids.setdefault(edition.code, len(ids) + 1)
    return ids


@pytest.fixture
def post_units(place: Place) -> Post:
    """Posts editions through the actions and gives the number of the posting."""

    def run(editions: Sequence[Edition]) -> int:
        with transaction.atomic():
            seq = post(kind=PostingKind.DEFINE, by=console_user()).seq
            set_units(by_code(editions), numbered(editions), seq)
        return seq

    return run


@pytest.fixture
def group(post_units: Post) -> int:
    """The group has been posted."""
    return post_units(GROUP)


@pytest.fixture
def person(place: Place) -> Callable[..., User]:
    """Makes somebody with mandates given as role, unit and, perhaps, days."""

    def make(name: str, *mandates: tuple[object, ...], active: bool = True) -> User:
        user = User.objects.create(username=name, is_active=active)
        ids = unit_ids()
        for role, code, *days in mandates:
            first, last = days or (ALWAYS, FOREVER)
            with transaction.atomic():
                give_mandate(
                    by=console_user(),
                    user=user,
                    role=Role(role),
                    unit=ids[str(code)],
                    valid_from=first,  # type: ignore[arg-type]
                    valid_to=last,  # type: ignore[arg-type]
                )
        return user

    return make


@pytest.fixture
def look(group: int) -> Look:
    """What somebody sees on a day."""

    def at(user: User | AnonymousUser, day: date = TODAY) -> Sight:
        held = books()
        return sight(user, str(held.key), held.seq, day)

    return at
