"""The pages about persons and posts, bodies and members, outside parties (the cast stands in conftest.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headrope.core.units import ALWAYS
from headrope.journal import clock
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import BodyMember, Party, Person, Post, Role, User
from headrope.org.people.queries import members_on, posts_of
from headrope.org.queries import unit_ids
from tests.conftest import Databases, Place
from tests.web.conftest import dangers, signed_in
from tests.web.sheet_reading import values
from tests.web.test_people import body, landed, text


@pytest.fixture
def house(databases: Databases, demo_place: Place) -> Iterator[Place]:
    """The example group, to be changed."""
    place = databases.copy(of=demo_place)
    cache.clear()
    yield place
    connection.close()


def part_office() -> Client:
    """The office of T03 and all below it."""
    user = User.objects.create_user("part")
    with transaction.atomic():
        give_mandate(by=console_user(), user=user, role=Role.OFFICE, unit=unit_ids()["T03"], valid_from=ALWAYS)
    return signed_in("part")


NEW = {"code": "han.mei", "name": "Han Mei", "name_zh": "韩梅", "unit": "Pressure Vessels", "title": "Deputy", "title_zh": "副职", "rank": "2", "first": "2023-01-01", "last": ""}  # fmt: skip


def test_person_is_added_with_a_post_that_is_then_corrected_ended_and_withdrawn(house: Place) -> None:
    office = signed_in("zhou.yi")

    added = office.post("/posts/add/person/", NEW)
    row = Post.objects.get(person__code="han.mei").pk
    form = office.get(f"/posts/person/han.mei/post/{row}/")
    ended = office.post(f"/posts/person/han.mei/post/{row}/", {**NEW, "rank": "1", "last": "2023-06-30", "reason": "retired"})  # fmt: skip
    shown = text(office.get(ended["Location"]))
    row = Post.objects.get(person__code="han.mei", seq_to=None).pk
    withdrawn = office.post(f"/posts/person/han.mei/post/{row}/", {"do": "withdraw", "reason": "never was"})
    last = text(office.get(withdrawn["Location"]))

    assert landed(added) == "302 /posts/person/han.mei/?done=1"
    assert 'value="2023-01-01"' in body(form)
    assert "Deputy Pressure Vessels 1 1 Jan 2023 30 Jun 2023" in shown
    assert "Said before" in shown and "retired" in shown
    assert posts_of("han.mei") == []
    assert "No post yet." in last and last.count("Deputy") == 2


def test_every_problem_of_a_form_is_shown_at_once_and_what_was_typed_stays(house: Place) -> None:
    office = signed_in("zhou.yi")

    person = office.post("/posts/add/person/", {"code": "a b", "name": "", "unit": "NONE", "title": "x" * 201})
    post = office.post(
        "/posts/person/bai.xuefeng/post/", {"unit": "T03", "title": "", "rank": "top", "first": "1 July"}
    )

    said = text(person)
    for problem in ("'a b' is not a code.", "This is empty.", "There is no unit NONE that you may change.", "more than 200 characters"):  # fmt: skip
        assert problem in said
    assert 'value="a b"' in body(person)
    said = text(post)
    assert "'top' is not a rank." in said and "'1 July' is not a day." in said
    assert 'value="top"' in body(post)
    assert not Person.objects.filter(code="a b").exists()


def test_second_to_correct_a_post_is_told(house: Place) -> None:
    first, second = signed_in("zhou.yi"), signed_in("admin")
    first.post("/posts/add/person/", NEW)
    row = Post.objects.get(person__code="han.mei").pk

    first.post(f"/posts/person/han.mei/post/{row}/", {**NEW, "rank": "1"})
    late = second.post(f"/posts/person/han.mei/post/{row}/", {**NEW, "rank": "3"})

    assert "Somebody else has changed this since you saw it. Nothing was saved." in text(late)
    assert [post.rank for post in posts_of("han.mei")] == [1]


def test_body_is_added_and_its_members_by_name(house: Place) -> None:
    office, today = signed_in("zhou.yi"), clock.now().date()
    office.post("/posts/add/body/", {"code": "BOARD", "name": "Board", "name_zh": "董事会", "unit": "T"})
    office.post("/posts/body/BOARD/member/", {"person": "Bai Xuefeng", "role": "chair", "role_zh": "主任", "first": ""})
    row = BodyMember.objects.get().pk

    shown = text(office.get("/posts/body/BOARD/"))
    listed = text(office.get("/posts/bodies/"))
    office.post(f"/posts/body/BOARD/member/{row}/", {"person": "bai.xuefeng", "role": "", "last": "2021-12-31"})
    office.post("/posts/body/BOARD/", {"name": "Board of directors", "name_zh": "董事会", "unit": "T01"})

    assert "Bai Xuefeng chair" in shown
    assert "Bai Xuefeng (chair)" in listed
    assert members_on(today, ["BOARD"]) == []
    assert [member.person.code for member in members_on(date(2021, 12, 31), ["BOARD"])] == ["bai.xuefeng"]
    assert "Board of directors" in text(office.get("/posts/bodies/"))


def test_party_is_added_and_corrected(house: Place) -> None:
    office = signed_in("zhou.yi")
    office.post("/posts/add/party/", {"code": "BANK", "name": "First Bank", "name_zh": "", "kind": "bank"})
    office.post("/posts/party/BANK/", {"name": "First Bank", "name_zh": "第一银行", "kind": "auditor"})

    assert list(Party.objects.values_list("code", "name_zh", "kind")) == [("BANK", "第一银行", "auditor")]
    assert "First Bank BANK auditor" in text(office.get("/posts/parties/"))
    assert office.get("/posts/party/NONE/").status_code == 404


def test_office_of_a_part_finds_only_its_people(house: Place) -> None:
    """fang.zhiqiang heads T03; bai.xuefeng does not."""
    part = part_office()
    row = Post.objects.filter(person__code="bai.xuefeng").get().pk

    asked = ["/posts/person/bai.xuefeng/", "/posts/person/NONE/", f"/posts/person/bai.xuefeng/post/{row}/", f"/posts/person/fang.zhiqiang/post/{row}/", "/posts/add/party/"]  # fmt: skip
    posted = [part.post(address, {**NEW, "do": "withdraw"}).status_code for address in asked]

    assert [part.get(address).status_code for address in asked] == [404] * len(asked)
    assert posted == [404] * len(asked)
    listed = values(part.get("/posts/people.xlsx").content)
    assert [line[1] for line in listed[3:-2]] == ["fang.zhiqiang"]
    assert Post.objects.get(pk=row).seq_to is None
    assert "Add an outside party" not in body(part.get("/posts/parties/"))


@pytest.mark.parametrize("who", ["jin.hao", "fang.zhiqiang", "chen.yuanhang", "wu.jie", "zheng.kai", "li.ping"])
def test_who_may_change_no_unit_changes_nothing(house: Place, who: str) -> None:
    browser = signed_in(who)

    assert [browser.post(address, NEW).status_code for address in ("/posts/add/person/", "/posts/person/fang.zhiqiang/", "/posts/person/fang.zhiqiang/post/")] == [404] * 3  # fmt: skip
    assert not Person.objects.filter(code="han.mei").exists()


def test_names_with_tags_and_formulas_do_nothing(house: Place) -> None:
    office, evil = signed_in("zhou.yi"), "=1+<script>alert(1)</script>"
    office.post("/posts/add/person/", {**NEW, "name": evil, "name_zh": "", "title": evil, "title_zh": ""})

    for address in ("/posts/?q=han", "/posts/person/han.mei/", "/organisation/T0302/"):
        answer = office.get(address)
        assert dangers(answer.content) == []
    assert evil in text(office.get("/posts/person/han.mei/"))
    (line,) = [line for line in values(office.get("/posts/people.xlsx").content) if line[1] == "han.mei"]
    assert line[0] == evil


def test_form_without_its_token_is_not_accepted(house: Place) -> None:
    browser = signed_in("zhou.yi", enforce_csrf_checks=True)

    assert browser.post("/posts/add/person/", NEW).status_code == 403
    assert not Person.objects.filter(code="han.mei").exists()


def test_lists_take_as_many_statements_with_many_as_with_few(house: Place) -> None:
    office = signed_in("zhou.yi")
    counts = []
    for number in range(3):
        office.post("/posts/add/person/", {**NEW, "code": f"P{number}"})
        office.get("/posts/")
        with CaptureQueriesContext(connection) as statements:
            office.get("/posts/")
        counts.append(len(statements))

    assert len(set(counts)) == 1


def test_list_is_filtered_and_downloaded_as_it_is_shown(house: Place) -> None:
    office = signed_in("zhou.yi")

    page, rows = body(office.get("/posts/?q=Boiler")), values(office.get("/posts/people.xlsx?q=Boiler").content)

    assert "Fang Zhiqiang" in page and "Bai Xuefeng" not in page
    assert [row[1] for row in rows[3:-2]] == ["fang.zhiqiang"]
