"""What each role may do and where: the table of rights, on the unit of the mandate and below it, and nowhere else.

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

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.queries import books
from headrope.org.models import Mandate, Role, User
from headrope.org.queries import (
    ALL_RIGHTS,
    RIGHTS,
    NoSuchUnit,
    Right,
    now_of,
    sight,
    unit_for,
    unit_ids,
    units_held_as,
    whole_sight,
)
from headrope.org.queries.tree import EditionRow

from .conftest import GROUP, TODAY, Look, Post, unit

Person = Callable[..., User]

# see edit enter submit accept lock remind define people restate audit prepare present answer
TABLE = {
    "group_office": "see edit enter submit accept lock remind define restate prepare present answer",
    "clerk": "see enter submit",
    "head": "see enter submit accept remind answer",
    "leader": "see present",
    "supervision": "see remind",
    "finance": "see enter submit restate",
    "viewer": "see",
    "administrator": "see edit lock remind define people audit",
}


def test_table_has_a_row_for_every_role_and_a_right_of_that_name() -> None:
    assert {role: set(rights.split()) for role, rights in TABLE.items()} == {str(r.value): set(RIGHTS[r]) for r in Role}
    assert {right for rights in TABLE.values() for right in rights.split()} == set(ALL_RIGHTS)


@pytest.mark.parametrize("role", TABLE)
def test_role_has_its_rights_on_its_unit_and_below_and_none_elsewhere(look: Look, person: Person, role: str) -> None:
    who, ids = look(person("somebody", (role, "AB"))), unit_ids()

    found = {right: [code for code in ids if who.may(right, ids[code])] for right in ALL_RIGHTS}

    below = ["AB", "AB1", "OLD", "OLDER"]
    assert found == {right: below if right in TABLE[role].split() else [] for right in ALL_RIGHTS}


def test_rights_of_two_mandates_hold_each_on_its_own_unit(look: Look, person: Person) -> None:
    who, ids = look(person("both", ("viewer", "G"), ("clerk", "A2"), ("head", "AB"))), unit_ids()
    rights: tuple[Right, ...] = ("see", "submit", "accept", "edit")

    found = {right: sorted(code for code in ids if who.may(right, ids[code])) for right in rights}

    assert found == {
        "see": sorted(set(ids) - {"X"}),
        "submit": ["A2", "A21", "AB", "AB1", "GONE", "OLD", "OLDER"],
        "accept": ["AB", "AB1", "OLD", "OLDER"],
        "edit": [],
    }
    assert {right: who.tops_with(right) for right in rights} == {
        "see": {ids["G"]},
        "submit": {ids["A2"], ids["AB"]},
        "accept": {ids["AB"]},
        "edit": frozenset(),
    }


def test_tops_leave_out_what_stands_below_another_and_what_has_ended(look: Look, person: Person) -> None:
    who, ids = look(person("three", ("clerk", "A"), ("clerk", "A21"), ("clerk", "OLD"))), unit_ids()

    assert who.tops_with("submit") == {ids["A"]}


@pytest.mark.parametrize("right", ALL_RIGHTS)
def test_unit_is_refused_for_a_right_as_if_it_were_not_there(look: Look, person: Person, right: Right) -> None:
    who = look(person("viewer", ("viewer", "A")))

    refused = []
    for code in ("A1", "AB", "NONE"):
        try:
            unit_for(who, code, right)
        except NoSuchUnit as error:
            refused.append((code, str(error)))

    assert refused == [(code, code) for code in ("A1", "AB", "NONE") if (code, right) != ("A1", "see")]


@pytest.mark.parametrize(
    ("mandates", "accepted"),
    [
        ([("group_office", "G")], ["G", "A", "A1", "A2", "A21", "AB", "AB1", "OLD", "OLDER", "GONE"]),
        ([("head", "A")], ["A1", "A2", "A21", "GONE"]),
        ([("head", "A2")], ["A21", "GONE"]),
        ([("head", "AB")], ["AB1", "OLD", "OLDER"]),
        ([("head", "A1")], []),
        ([("head", "X")], ["X"]),
        ([("clerk", "G")], []),
        ([("finance", "G")], []),
        ([("leader", "G")], []),
        ([("supervision", "G")], []),
        ([("administrator", "G")], []),
        ([("head", "A1"), ("clerk", "A")], []),
        ([], []),
    ],
)
def test_who_accepts_stands_over_the_unit(
    look: Look, person: Person, mandates: list[tuple[str, str]], accepted: list[str]
) -> None:
    """The head of A takes what A1 sends and never what A sends; over a root stands the root itself."""
    who = look(person("somebody", *mandates))

    codes = list(dict.fromkeys(edition.code for edition in GROUP))
    assert [code for code in codes if who.accepts(unit_ids()[code])] == accepted


def test_unit_without_any_living_superior_is_accepted_by_nobody(look: Look, post_units: Post, person: Person) -> None:
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
    who, ids = look(person("office", ("group_office", "G"), ("group_office", "R"))), unit_ids()

    assert [who.accepts(ids[code]) for code in ("R", "R1", "LOOP1")] == [False, False, False]


def test_nobody_has_any_right_and_the_machine_itself_has_all(look: Look, person: Person) -> None:
    left = person("left", ("group_office", "G"), active=False)
    held, ids = books(), unit_ids()
    console = whole_sight(str(held.key), held.seq, TODAY)

    sights = [look(left), look(AnonymousUser()), look(person("outsider"))]

    assert {(who.may(right, unit), who.everywhere(right)) for who in sights for right in ALL_RIGHTS for unit in ids.values()} == {(False, False)}  # fmt: skip
    assert {(console.may(right, unit), console.everywhere(right)) for right in ALL_RIGHTS for unit in ids.values()} == {(True, True)}  # fmt: skip


def test_right_everywhere_needs_every_root(look: Look, person: Person) -> None:
    one, both = person("one", ("administrator", "G")), person("both", ("administrator", "G"), ("administrator", "X"))

    assert [look(who).everywhere("audit") for who in (one, both)] == [False, True]


def test_sight_knows_whose_it_is_though_mandates_are_shared(look: Look, person: Person) -> None:
    first, second = (look(person(name, ("head", "A"))) for name in ("first", "second"))

    assert first.who != second.who
    assert first.who == User.objects.get(username="first").pk
    assert first.units_with("see") is second.units_with("see")  # and what it costs is paid once


def test_posting_that_leaves_the_tree_alone_costs_one_statement(look: Look, person: Person, group: int) -> None:
    """Each accepted submission moves the books; the tree is not read anew for it."""
    office = person("office", ("group_office", "G"))
    held = books()
    sight(office, str(held.key), held.seq, TODAY)

    with CaptureQueriesContext(connection) as asked:
        sight(office, str(held.key), held.seq + 1, TODAY)
        sight(office, str(held.key), held.seq + 1, TODAY)

    tables = [re.search(r'FROM "(\w+)"', statement["sql"]) for statement in asked]
    assert [found[1] for found in tables if found] == ["unit_edition", "mandate", "mandate"]


@given(st.lists(st.tuples(st.integers(0, 11), st.booleans(), st.integers(-1, 11)), min_size=1, max_size=12), st.data())
def test_what_is_under_units_is_what_belongs_to_them_one_by_one(
    rows: list[tuple[int, bool, int]], data: st.DataObject
) -> None:
    """The quick way (subtree and what it has taken over) gives what asking for each unit gives; loops included."""
    end, made = date(2025, 1, 1), []
    for number, (parent, alive, successor) in enumerate(rows):
        above = parent % number if number else None
        edition = unit(f"U{number}", None if above is None else f"U{above}", ALWAYS, *(() if alive else (end,)))
        made.append(EditionRow(number, number, above, successor % len(rows) if successor >= 0 else None, 1, edition))
    today = now_of(made, TODAY)
    tops = data.draw(st.frozensets(st.sampled_from(range(len(rows)))))

    alive = {node.id for top in tops if top in today.tree.nodes for node in today.tree.subtree(top)}
    assert today.under(tops) == {unit for unit in today.last if today.belongs_to(unit) in alive}
    assert {today.superior(each) for each in today.last} <= {*today.tree.nodes, None}


def test_manual_has_the_same_table() -> None:
    page = (Path(__file__).parents[2] / "docs/how-to/give-access.md").read_text(encoding="utf-8")
    head, _line, *rows = ([cell.strip() for cell in row.strip("| ").split("|")] for row in page.splitlines() if row.startswith("|"))  # fmt: skip
    columns = {"edit the tree": {"edit"}, "audit trail": {"audit"}}
    names = [columns.get(title) or {word.strip() for word in title.split(",")} for title in head[1:]]
    names = [{"lock"} if name == {"lock", "reopen"} else name for name in names]
    labels = {role.label: RIGHTS[role] for role in Role}

    found = {
        role.strip(): {right for name, mark in zip(names, marks, strict=False) if mark for right in name}
        for roles, *marks in rows
        for role in roles.split(",")
    }

    assert found == {label: set(rights) for label, rights in labels.items()}


def test_units_held_are_kept_until_another_mandate_holds_or_an_account_is_closed(place: object, person: Person, post_units: Post) -> None:  # fmt: skip
    """A1 is kept by one clerk, A2 by two; a delegated mandate of A2 ends with the account that it comes from."""
    post_units(GROUP)
    ids, key = unit_ids(), str(books().key)

    def held(*roles: Role, day: date = TODAY) -> list[str]:
        kept = units_held_as(key, day, *roles)
        with transaction.atomic():  # asked anew
            assert units_held_as(key, day, *roles) == kept
        return sorted(code for code, unit in ids.items() if unit in kept)

    assert held(Role.CLERK, Role.HEAD) == []
    one = person("one", ("clerk", "A1"), ("viewer", "AB"), ("head", "A", date(2020, 1, 1), date(2021, 1, 1)))
    person("two", ("head", "A2"), ("clerk", "A2"))
    assert (held(Role.CLERK, Role.HEAD), held(Role.CLERK), held(Role.VIEWER)) == (["A1", "A2"], ["A1", "A2"], ["AB"])
    assert held(Role.HEAD, day=date(2020, 6, 1)) == ["A", "A2"]
    User.objects.filter(pk=one.pk).update(is_active=False)
    assert (held(Role.CLERK), held(Role.VIEWER)) == (["A2"], [])
    User.objects.filter(pk=one.pk).update(is_active=True)
    assert held(Role.CLERK) == ["A1", "A2"]
    source = one.mandates.get(role="clerk")
    Mandate.objects.create(user=person("three"), role="clerk", unit_id=ids["A21"], valid_from=ALWAYS, valid_to=FOREVER, delegated_from=source)  # fmt: skip
    assert held(Role.CLERK) == ["A1", "A2", "A21"]
    Mandate.objects.filter(pk=source.pk).update(valid_to=TODAY)
    assert held(Role.CLERK) == ["A2"]
