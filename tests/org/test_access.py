"""Who sees what: a mandate opens a unit and all below it, by links and never by likeness of codes.

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

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.models import Audit
from headrope.journal.queries import books
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Mandate, Role, User
from headrope.org.queries import (
    NoSuchUnit,
    Sight,
    find_units,
    has_administrator,
    heads_by_unit,
    mandates_on,
    now,
    sight,
    unit_for,
    unit_ids,
    whole_sight,
)

from .conftest import GROUP, TODAY, Look, Post, unit

Person = Callable[..., User]
DAY = timedelta(days=1)
ALIVE = ["G", "A", "A1", "A2", "A21", "AB", "AB1", "X"]
CLOSED = ["OLD", "OLDER", "GONE"]


def seen(who: Sight) -> list[str]:
    """All codes there ever were that this person sees, in the order of the group."""
    ids = unit_ids()
    return [code for code in dict.fromkeys(edition.code for edition in GROUP) if who.sees(ids[code])]


@pytest.mark.parametrize(
    ("mandates", "expected", "starts"),
    [
        ([("group_office", "G")], ["G", "A", "A1", "A2", "A21", "AB", "AB1", *CLOSED], ["G"]),
        ([("head", "A")], ["A", "A1", "A2", "A21", "GONE"], ["A"]),
        ([("head", "AB")], ["AB", "AB1", "OLD", "OLDER"], ["AB"]),
        ([("clerk", "A1")], ["A1"], ["A1"]),
        ([("clerk", "A2")], ["A2", "A21", "GONE"], ["A2"]),
        ([("viewer", "AB1")], ["AB1", "OLD", "OLDER"], ["AB1"]),
        ([("leader", "X")], ["X"], ["X"]),
        ([("clerk", "A1"), ("viewer", "AB")], ["A1", "AB", "AB1", "OLD", "OLDER"], ["A1", "AB"]),
        ([("clerk", "A21"), ("head", "A"), ("viewer", "A")], ["A", "A1", "A2", "A21", "GONE"], ["A"]),
        ([("head", "X"), ("head", "G")], [*ALIVE[:-1], *CLOSED, "X"], ["G", "X"]),
        ([], [], []),
    ],
    ids=[
        "group office",
        "head of A",
        "head of AB",
        "clerk of a leaf",
        "clerk of A2",
        "successor",
        "leader of another unit",
        "two units",
        "one below the other",
        "both roots",
        "outsider",
    ],
)
def test_person_sees_the_subtrees_of_the_mandates_and_nothing_else(
    look: Look, person: Person, mandates: list[tuple[str, str]], expected: list[str], starts: list[str]
) -> None:
    who = look(person("somebody", *mandates))

    assert seen(who) == expected
    assert [node.code for node in who.starts] == starts


def test_inactive_user_and_nobody_see_nothing_though_there_is_much(look: Look, person: Person) -> None:
    left = person("left", ("group_office", "G"), active=False)

    assert [seen(look(who)) for who in (left, AnonymousUser())] == [[], []]
    assert len(seen(look(person("office", ("group_office", "G"))))) == 10


def test_superuser_without_mandate_sees_no_figures(look: Look, person: Person) -> None:
    admin = person("admin")
    User.objects.filter(pk=admin.pk).update(is_superuser=True)
    admin.refresh_from_db()

    assert seen(look(admin)) == []


def test_console_sees_everything(group: int) -> None:
    held = books()

    who = whole_sight(str(held.key), held.seq, TODAY)

    assert sorted(seen(who)) == sorted(ALIVE + CLOSED)
    assert [node.code for node in who.starts] == ["G", "X"]


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (TODAY, FOREVER, True),
        (TODAY + DAY, FOREVER, False),
        (ALWAYS, TODAY + DAY, True),
        (ALWAYS, TODAY, False),
        (TODAY, TODAY + DAY, True),
    ],
    ids=["from today", "from tomorrow", "to today", "ended yesterday", "today only"],
)
def test_mandate_holds_from_its_first_day_up_to_but_not_on_its_last(
    look: Look, person: Person, first: date, last: date, holds: bool
) -> None:
    who = look(person("clerk", ("clerk", "A2", first, last)))

    assert seen(who) == (["A2", "A21", "GONE"] if holds else [])


def test_day_of_the_sight_decides_about_mandate_and_tree(look: Look, person: Person) -> None:
    clerk = person("clerk", ("clerk", "A", ALWAYS, date(2024, 6, 1)))

    found = {day: seen(look(clerk, day)) for day in (date(2023, 12, 31), date(2024, 5, 31), date(2024, 6, 1))}

    assert found == {
        date(2023, 12, 31): ["A", "A1", "A2", "A21", "OLD", "OLDER", "GONE"],
        date(2024, 5, 31): ["A", "A1", "A2", "A21", "OLD", "OLDER", "GONE"],
        date(2024, 6, 1): [],
    }


def test_unit_that_moved_is_seen_by_the_head_it_moved_to(look: Look, post_units: Post, person: Person) -> None:
    """
    G
      A
        A1     up to yesterday
      AB
        A1     from today
    """
    post_units([unit("A1", "A", ALWAYS, TODAY), unit("A1", "AB", TODAY)])
    heads = [person("a", ("head", "A")), person("ab", ("head", "AB"))]

    yesterday, today = ([seen(look(head, day)) for head in heads] for day in (TODAY - DAY, TODAY))

    assert yesterday == [["A", "A1", "A2", "A21", "GONE"], ["AB", "AB1", "OLD", "OLDER"]]
    assert today == [["A", "A2", "A21", "GONE"], ["A1", "AB", "AB1", "OLD", "OLDER"]]


def test_closed_unit_belongs_to_its_successors_and_else_to_its_parents(group: int, post_units: Post) -> None:
    """
    R          closed, a root
      R1       closed, was under R
    LOOP1      closed, carried on by LOOP2 and LOOP2 by LOOP1
    """
    end = date(2025, 1, 1)
    post_units(
        [
            unit("R", None, ALWAYS, end),
            unit("R1", "R", ALWAYS, end),
            unit("LOOP1", "A", ALWAYS, end, successor="LOOP2"),
            unit("LOOP2", "A", ALWAYS, end, successor="LOOP1"),
        ]
    )
    held, ids = books(), unit_ids()
    codes = {number: code for code, number in ids.items()}
    today = now(str(held.key), held.seq, TODAY)

    found = {code: today.belongs_to(ids[code]) for code in ("A1", *CLOSED, "R", "R1", "LOOP1")}

    assert {code: codes.get(number or 0) for code, number in found.items()} == {
        "A1": "A1",
        "OLD": "AB1",
        "OLDER": "AB1",
        "GONE": "A2",
        "R": None,
        "R1": None,
        "LOOP1": None,
    }


def refusal(who: Sight, code: str) -> tuple[type, tuple[object, ...], str]:
    with pytest.raises(NoSuchUnit) as found:
        unit_for(who, code)
    return type(found.value), found.value.args, str(found.value).replace(code, "CODE")


def test_unit_that_is_missing_and_one_that_is_forbidden_look_the_same(look: Look, person: Person) -> None:
    who = look(person("head", ("head", "A")))
    asked = ["NONE", "", "G", "AB", "AB1", "X", "OLD", "OLDER", "a", "A ", "A%", "A1\x00"]

    found = {refusal(who, code)[2] if code else refusal(who, "CODE")[2] for code in asked}

    assert found == {"CODE"}
    assert {refusal(who, code)[:1] for code in asked} == {(NoSuchUnit,)}


def test_unit_that_is_seen_is_given_as_it_is_or_last_was(look: Look, person: Person) -> None:
    who = look(person("office", ("group_office", "G")))

    found = [unit_for(who, code) for code in ("A", "AB", "OLD")]

    assert [(node.code, node.name_zh, node.valid_to) for node in found] == [
        ("A", "单位A", FOREVER),
        ("AB", "单位AB", FOREVER),
        ("OLD", "单位OLD", date(2025, 1, 1)),
    ]


@pytest.mark.parametrize(
    ("text", "office", "head"),
    [
        ("A", ["A", "AB", "A1", "A2", "AB1", "A21"], ["A", "A1", "A2", "A21"]),
        ("ab", ["AB", "AB1"], []),
        ("单位", ["G", "A", "AB", "A1", "A2", "AB1", "A21"], ["A", "A1", "A2", "A21"]),
        ("unit ab", ["AB", "AB1"], []),
        ("1", ["A1", "AB1", "A21"], ["A1", "A21"]),
        (" A1 ", ["A1"], ["A1"]),
        ("X", [], []),
        ("OLD", [], []),
        ("", [], []),
        ("  ", [], []),
        ("%", [], []),
    ],
)
def test_units_are_found_by_code_and_by_name_among_those_seen(
    look: Look, person: Person, text: str, office: list[str], head: list[str]
) -> None:
    cast = [person("office", ("group_office", "G")), person("head", ("head", "A")), person("outsider")]

    found = [[node.code for node in find_units(look(each), text)] for each in cast]

    assert found == [office, head, []]


def test_units_when_many_are_found_are_cut_after_the_best(look: Look, person: Person) -> None:
    who = look(person("office", ("group_office", "G")))

    assert [node.code for node in find_units(who, "a", most=3)] == ["A", "AB", "A1"]


def test_unit_with_capitals_in_its_chinese_name_is_found(look: Look, post_units: Post, person: Person) -> None:
    post_units([unit("T", "G", name="Transformers", name_zh="ABB变压器")])
    who = look(person("office", ("group_office", "G")))

    found = [[node.code for node in find_units(who, text)] for text in ("变压器", "ABB变压器", "abb变压器", "单位AB1")]

    assert found == [["T"], ["T"], ["T"], ["AB1"]]


def test_sight_takes_as_many_statements_with_thirty_units_as_with_one(post_units: Post, person: Person) -> None:
    counts = []
    for many in (1, 30):
        post_units([unit(f"A{number}" if number else "A", "A" if number else None) for number in range(many)])
        user = person(f"head {many}", ("head", "A"))
        held = books()
        with CaptureQueriesContext(connection) as asked:
            who = sight(user, str(held.key), held.seq, TODAY)
            found = [*find_units(who, "A", most=99), unit_for(who, "A")]
            who.starts  # noqa: B018
        counts.append((len(found), len(asked)))

    assert counts == [(2, 3), (31, 3)]


def test_tree_is_read_again_when_the_books_move_and_not_before(look: Look, post_units: Post, person: Person) -> None:
    office = person("office", ("group_office", "G"))
    look(office)
    with CaptureQueriesContext(connection) as asked:
        before = find_units(look(office), "A3")
    post_units([unit("A3", "A")])

    after = find_units(look(office), "A3")

    assert (len(asked), before, [node.code for node in after]) == (2, [], ["A3"])


def test_mandate_when_given_twice_is_one_with_one_line(group: int, person: Person) -> None:
    clerk, by = person("clerk"), console_user()
    lines = Audit.objects.count()

    for _ in range(2):
        with transaction.atomic():
            give_mandate(by=by, user=clerk, role=Role.CLERK, unit=1, valid_from=TODAY)

    assert list(Mandate.objects.values_list("user__username", "role", "unit_id", "valid_from", "valid_to")) == [
        ("clerk", "clerk", 1, TODAY, FOREVER)
    ]
    assert list(Audit.objects.order_by("id").values_list("action", "object", "by_id")[lines:]) == [
        ("give mandate clerk", "user clerk on unit G from 2026-03-01", by.pk)
    ]


def test_mandate_that_ends_before_it_begins_is_refused_by_the_database(group: int, person: Person) -> None:
    with pytest.raises(IntegrityError, match="mandate_ends_after_start"):
        person("clerk", ("clerk", "A", TODAY, TODAY - DAY))


@pytest.mark.parametrize(
    ("mandates", "expected"),
    [
        ([("administrator", "G")], True),
        ([("administrator", "A1")], True),
        ([("administrator", "G", TODAY + DAY, FOREVER)], False),
        ([("administrator", "G", ALWAYS, TODAY)], False),
        ([("group_office", "G")], False),
        ([], False),
    ],
)
def test_administrator_is_who_has_the_mandate_today(
    group: int, person: Person, mandates: list[tuple[object, ...]], expected: bool
) -> None:
    assert has_administrator(person("somebody", *mandates), TODAY) is expected


def test_heads_of_any_number_of_units_are_those_of_the_mandates_of_the_day(group: int, person: Person) -> None:
    """Lists of every length up to all units, held against the question asked plainly."""
    for name, *mandates in (
        ("first", ("head", "A")),
        ("second", ("head", "A"), ("head", "X")),
        ("ended", ("head", "AB", ALWAYS, TODAY)),
        ("to come", ("head", "AB", TODAY + DAY, FOREVER)),
        ("clerk", ("clerk", "A1")),
        ("last", ("head", "A1"), ("viewer", "A2")),
    ):
        person(name, *mandates)
    ids = unit_ids()

    assert heads_by_unit(TODAY, []) == {}
    for count in range(1, len(ids) + 1):
        chosen = list(ids.values())[:count]
        plain: dict[int, tuple[User, ...]] = {}
        for held in mandates_on(TODAY).filter(role=Role.HEAD, unit_id__in=chosen).order_by("id"):
            plain[held.unit_id] = (*plain.get(held.unit_id, ()), held.user)
        assert heads_by_unit(TODAY, chosen) == plain
    names = {unit: [user.username for user in users] for unit, users in heads_by_unit(TODAY, ids.values()).items()}
    assert names == {ids["A"]: ["first", "second"], ids["X"]: ["second"], ids["A1"]: ["last"]}
    assert [user.username for user in heads_by_unit(TODAY + DAY, [ids["AB"]])[ids["AB"]]] == ["to come"]


def test_console_user_is_made_once_and_cannot_sign_in(group: int) -> None:
    made = [console_user() for _ in range(2)]

    assert [user.pk for user in made] == [User.objects.get(username="console").pk] * 2
    assert (made[0].is_active, made[0].has_usable_password()) == (False, False)
