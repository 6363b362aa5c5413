"""People changed one at a time: who may, what is refused, what stays to be seen (the group stands in conftest.py)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from headrope.core.problems import ProblemsFound
from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.models import Audit, Posting
from headrope.journal.queries import books, upto
from headrope.org.folder import BodyRow, MemberRow, PartyRow, PersonRow, PostRow
from headrope.org.models import Body, Person, Post, User
from headrope.org.people.editing import (
    keep_member,
    keep_post,
    set_body,
    set_party,
    set_person,
    withdraw_member,
    withdraw_post,
)
from headrope.org.people.lists import NoSuchThing, bodies_kept, members_said, people_kept, posts_said
from headrope.org.people.queries import members_on, parties, posts_of, posts_on
from headrope.org.queries import unit_ids

from .conftest import TODAY, Look

JULY = date(2023, 7, 1)
Person_ = Callable[..., User]


def post(person: str = "P1", unit: str = "A", title: str = "Manager", **more: object) -> PostRow:
    given = {"title_zh": "", "rank": 2, "valid_from": JULY, "valid_to": FOREVER} | more
    return PostRow(person, unit, title, **given)  # type: ignore[arg-type]


@pytest.fixture
def office(look: Look, person: Person_) -> User:
    """The office of the whole group, both roots."""
    return person("office", ("group_office", "G"), ("group_office", "X"))


@pytest.fixture
def part(look: Look, person: Person_) -> User:
    """The office of A."""
    return person("part", ("group_office", "A"))


def refused(call: Callable[[], object]) -> list[tuple[str, str]]:
    before = (Posting.objects.count(), Audit.objects.count())
    with pytest.raises(ProblemsFound) as found:
        call()
    assert (Posting.objects.count(), Audit.objects.count()) == before
    return [(each.where, str(each).removeprefix(f"{each.where}: ")) for each in found.value.problems]


def row_of(title: str = "Manager") -> int:
    return Post.objects.get(title=title, seq_to=None).pk


def test_post_is_given_corrected_and_withdrawn_and_what_was_said_stays(office: User, look: Look) -> None:
    who = look(office)
    set_person(by=office, who=who, row=PersonRow("P1", "Ann", "安", ""), new=True, first=post())
    given = books().seq
    corrected = keep_post(by=office, who=who, row=post(title="General manager"), was=row_of(), reason="misread")
    withdrawn = withdraw_post(by=office, who=who, person="P1", was=row_of("General manager"))

    assert [held.title for held in posts_of("P1", known=upto(given))] == ["Manager"]
    assert [held.title for held in posts_of("P1", known=upto(corrected))] == ["General manager"]
    assert posts_of("P1") == []
    said = posts_said(who, "P1")
    assert [(each.row.title, each.by.username, each.until is None) for each in said] == [
        ("General manager", "office", False),
        ("Manager", "office", False),
    ]
    assert Posting.objects.get(seq=corrected).reason == "posts of P1: misread"
    assert withdrawn == corrected + 1


def test_post_that_ends_leaves_its_days(office: User, look: Look) -> None:
    who = look(office)
    set_person(by=office, who=who, row=PersonRow("P1", "Ann", "", ""), new=True, first=post())
    keep_post(by=office, who=who, row=post(valid_to=date(2024, 1, 1)), was=row_of())
    keep_post(by=office, who=who, row=post(unit="AB", valid_from=date(2024, 1, 1)))

    ids = unit_ids()
    assert [[held.unit for held in posts_on(day)] for day in (JULY - timedelta(days=1), JULY, date(2024, 1, 1))] == [[], [ids["A"]], [ids["AB"]]]  # fmt: skip


def test_every_problem_of_a_post_stands_at_its_field(office: User, look: Look) -> None:
    who = look(office)
    set_person(by=office, who=who, row=PersonRow("P1", "Ann", "", ""), new=True, first=post())

    wrong = refused(lambda: keep_post(by=office, who=who, row=post(unit="NONE", title="", title_zh="\t", rank=0, valid_to=JULY)))  # fmt: skip
    overlaps = refused(lambda: keep_post(by=office, who=who, row=post(rank=3, valid_from=ALWAYS)))
    too_early = refused(lambda: keep_post(by=office, who=who, row=post(unit="OLD", valid_from=date(2025, 6, 1))))
    same = refused(lambda: keep_post(by=office, who=who, row=post(), was=row_of()))

    assert [where for where, _ in wrong] == ["title", "title_zh", "unit", "rank", "last"]
    assert overlaps == [("first", "The person has this post on some of these days already. Choose other days, or correct that row.")]  # fmt: skip
    assert [where for where, _ in too_early] == ["first"]
    assert same == [("", "Nothing would change. Change something, or go back.")]


def test_second_to_correct_a_post_is_told(office: User, look: Look) -> None:
    who = look(office)
    set_person(by=office, who=who, row=PersonRow("P1", "Ann", "", ""), new=True, first=post())
    seen = row_of()
    keep_post(by=office, who=who, row=post(rank=1), was=seen)

    assert [said for _, said in refused(lambda: keep_post(by=office, who=who, row=post(rank=3), was=seen))] == [
        "Somebody else has changed this since you saw it. Nothing was saved. Look at it again."
    ]
    assert posts_of("P1")[0].rank == 1


def test_office_of_a_part_keeps_only_its_own(office: User, part: User, look: Look) -> None:
    """P1 is of A, P2 of AB, P3 of both; A's office sees P1 and P3, and may not rename P3."""
    all_, mine = look(office), look(part)
    for code, units in {"P1": ["A"], "P2": ["AB"], "P3": ["A1", "AB"]}.items():
        set_person(by=office, who=all_, row=PersonRow(code, code, "", ""), new=True)
        for unit in units:
            keep_post(by=office, who=all_, row=post(code, unit))
    set_body(by=office, who=all_, row=BodyRow("B", "Board", "", "AB"), new=True)
    elsewhere = Post.objects.get(unit__code="AB", person__code="P3").pk

    assert [(each.code, len(each.posts), each.outside, each.managed) for each in people_kept(mine)] == [
        ("P1", 1, 0, True),
        ("P3", 1, 1, False),
    ]
    assert bodies_kept(mine) == []
    for forbidden in (
        lambda: set_person(by=part, who=mine, row=PersonRow("P3", "Other", "", ""), new=False),
        lambda: set_person(by=part, who=mine, row=PersonRow("P2", "Other", "", ""), new=False),
        lambda: keep_post(by=part, who=mine, row=post("P2", "A")),
        lambda: withdraw_post(by=part, who=mine, person="P3", was=elsewhere),
        lambda: set_body(by=part, who=mine, row=BodyRow("B", "Mine", "", "A"), new=False),
        lambda: keep_member(by=part, who=mine, row=MemberRow("B", "P1", "", "", ALWAYS, FOREVER)),
        lambda: set_party(by=part, who=mine, row=PartyRow("C", "Bank", "", "bank"), new=True),
    ):
        with pytest.raises(NoSuchThing):
            forbidden()
    away = refused(lambda: keep_post(by=part, who=mine, row=post("P1", "AB")))
    bare = refused(lambda: set_person(by=part, who=mine, row=PersonRow("P4", "New", "", ""), new=True))
    assert [where for where, _ in away + bare] == ["unit", "unit"]
    set_person(by=part, who=mine, row=PersonRow("P4", "New", "", ""), new=True, first=post("P4", "A1"))
    assert [each.code for each in people_kept(mine)] == ["P1", "P3", "P4"]


def test_codes_are_given_once_and_names_are_corrected_with_a_line(office: User, look: Look) -> None:
    who = look(office)
    set_person(by=office, who=who, row=PersonRow("P1", "Ann", "安", ""), new=True)

    assert refused(lambda: set_person(by=office, who=who, row=PersonRow("P1", "", "", ""), new=True)) == [
        ("name", "This is empty. Fill it in."),
        ("code", "There is a person P1 already. Take another code, or correct that one."),
    ]
    assert [where for where, _ in refused(lambda: set_person(by=office, who=who, row=PersonRow("a b", "x" * 121, "", ""), new=True))] == ["name", "code"]  # fmt: skip
    set_person(by=office, who=who, row=PersonRow("P1", "Anne", "安", ""), new=False)
    set_person(by=office, who=who, row=PersonRow("P1", "Anne", "安", ""), new=False)  # the same again
    assert list(Audit.objects.filter(action="set person").order_by("id").values_list("object", flat=True)) == [
        "person P1",
        "person P1: Ann / 安 is now Anne / 安",
    ]


def test_account_of_a_person_stays_when_his_names_change(office: User, look: Look) -> None:
    Person.objects.create(code="P1", name="Ann", user=User.objects.create(username="ann"))

    set_person(by=office, who=look(office), row=PersonRow("P1", "Anne", "", ""), new=False)

    assert Person.objects.get().user == User.objects.get(username="ann")


def test_body_and_its_members_are_kept(office: User, look: Look) -> None:
    who = look(office)
    for code in ("P1", "P2"):
        set_person(by=office, who=who, row=PersonRow(code, code, "", ""), new=True)
    set_body(by=office, who=who, row=BodyRow("B", "Board", "董事会", "G"), new=True)
    keep_member(by=office, who=who, row=MemberRow("B", "P1", "chair", "主任", ALWAYS, FOREVER))
    keep_member(by=office, who=who, row=MemberRow("B", "P2", "", "", JULY, FOREVER))
    first = members_said("B")[0].id
    keep_member(by=office, who=who, row=MemberRow("B", "P1", "chair", "主任", ALWAYS, TODAY), was=first, reason="left")
    set_body(by=office, who=who, row=BodyRow("B", "Board of directors", "董事会", "A"), new=False)

    wrong = refused(lambda: keep_member(by=office, who=who, row=MemberRow("B", "NONE", "x" * 201, "", JULY, ALWAYS)))
    again = refused(lambda: keep_member(by=office, who=who, row=MemberRow("B", "P2", "", "", ALWAYS, FOREVER)))
    withdraw_member(by=office, who=who, body="B", was=next(each.id for each in members_said("B") if each.row.person == "P2"))  # fmt: skip

    assert [(each.person.code, each.role) for each in members_on(TODAY - timedelta(days=1), ["B"])] == [("P1", "chair")]
    assert members_on(TODAY, ["B"]) == []
    assert [where for where, _ in wrong + again] == ["role", "last", "person", "first"]
    assert (Body.objects.get().name, Body.objects.get().unit.code) == ("Board of directors", "A")
    assert [each.until is None for each in members_said("B")] == [True, False, False]


def test_party_is_made_and_corrected(office: User, look: Look) -> None:
    who = look(office)
    set_party(by=office, who=who, row=PartyRow("C1", "First Bank", "一行", "bank"), new=True)
    set_party(by=office, who=who, row=PartyRow("C1", "First Bank", "第一银行", "bank"), new=False)

    wrong = refused(lambda: set_party(by=office, who=who, row=PartyRow("C1", "", "", "king"), new=True))

    assert [where for where, _ in wrong] == ["name", "code", "kind"]
    assert [(each.code, each.name_zh, each.kind) for each in parties()] == [("C1", "第一银行", "bank")]
