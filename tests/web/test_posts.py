"""The pages about persons and posts, bodies and members, outside parties (the cast stands in conftest.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headrope.core.units import ALWAYS, FOREVER
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


def looked(browser: Client, address: str, fields: Mapping[str, str]) -> dict[str, str]:
    """What the page before saving sends when its button is pressed."""
    shown = browser.post(address, {"step": "look", **fields})
    sent = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', body(shown))
    return {name: unescape(value) for name, value in sent} | {"step": "save"}


def saved(browser: Client, address: str, fields: Mapping[str, str]) -> object:
    """Ask what it changes, and save it."""
    return browser.post(address, looked(browser, address, fields))


NEW = {"code": "han.mei", "name": "Han Mei", "name_zh": "韩梅", "unit": "Pressure Vessels", "title": "Deputy", "title_zh": "副职", "rank": "2", "first": "2023-01-01", "last": ""}  # fmt: skip


def test_person_is_added_with_a_post_that_is_then_corrected_ended_and_withdrawn(house: Place) -> None:
    office = signed_in("zhou.yi")

    added = saved(office, "/posts/add/person/", NEW)
    row = Post.objects.get(person__code="han.mei").pk
    form = office.get(f"/posts/person/han.mei/post/{row}/")
    ended = saved(office, f"/posts/person/han.mei/post/{row}/", {**NEW, "rank": "1", "last": "2023-06-30", "reason": "retired"})  # fmt: skip
    shown = text(office.get(ended["Location"]))  # type: ignore[index]
    file = [row[:5] + row[7:] for row in values(office.get("/posts/person/han.mei.xlsx").content)[3:-2]]
    row = Post.objects.get(person__code="han.mei", seq_to=None).pk
    withdrawn = saved(office, f"/posts/person/han.mei/post/{row}/", {"step": "withdraw", "reason": "never was"})
    last = text(office.get(withdrawn["Location"]))  # type: ignore[index]

    assert landed(added) == "302 /posts/person/han.mei/?done=1"
    assert 'value="2023-01-01"' in body(form)
    assert "Deputy Pressure Vessels 1 1 Jan 2023 30 Jun 2023" in shown
    assert "Said before" in shown and "retired" in shown
    assert file == [
        ["Deputy", "Pressure Vessels", "1", "1 Jan 2023", "30 Jun 2023", "retired"],
        ["Deputy", "Pressure Vessels", "2", "1 Jan 2023", "until further notice", None],
    ]
    assert posts_of("han.mei") == []
    assert "No post yet." in last and last.count("Deputy") == 2


def test_every_problem_of_a_form_is_shown_at_once_and_what_was_typed_stays(house: Place) -> None:
    office = signed_in("zhou.yi")

    wrong = {"code": "a b", "name": "", "unit": "NONE", "title": "x" * 201, "step": "look"}
    person = office.post("/posts/add/person/", wrong)
    wrong = {"unit": "T03", "title": "", "rank": "top", "first": "1 July", "step": "look"}
    post = office.post("/posts/person/bai.xuefeng/post/", wrong)

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
    saved(first, "/posts/add/person/", NEW)
    address = f"/posts/person/han.mei/post/{Post.objects.get(person__code='han.mei').pk}/"
    seen = looked(second, address, {**NEW, "rank": "3"})

    saved(first, address, {**NEW, "rank": "1"})
    late = second.post(address, seen)

    assert "Somebody else has changed this since you saw it. Nothing was saved." in text(late)
    assert [post.rank for post in posts_of("han.mei")] == [1]


def test_nothing_is_saved_before_it_was_shown(house: Place) -> None:
    """A new person, a corrected post and a withdrawn one: in a sentence, and field by field what stands and would stand."""
    office = signed_in("zhou.yi")

    new = text(office.post("/posts/add/person/", {**NEW, "step": "look"}))
    back = office.post("/posts/add/person/", looked(office, "/posts/add/person/", NEW) | {"step": "form"})
    assert not Person.objects.filter(code="han.mei").exists()
    assert 'value="2023-01-01"' in body(back)
    saved(office, "/posts/add/person/", NEW)
    address = f"/posts/person/han.mei/post/{Post.objects.get(person__code='han.mei').pk}/"
    corrected = text(office.post(address, {**NEW, "rank": "1", "step": "look"}))
    withdrawn = text(office.post(address, {"step": "withdraw"}))

    assert "Adds Han Mei to the persons. Nothing is saved yet." in new
    assert "What Then Code han.mei Name of the person Han Mei Name in Chinese 韩梅 Unit Pressure Vessels" in new
    assert "Corrects the post Deputy, Pressure Vessels of Han Mei." in corrected
    assert corrected.endswith("What Now Then Rank 2 1 ")
    assert "Mandates stay as they are: a post gives no rights." in corrected
    assert "Withdraws the post Deputy, Pressure Vessels of Han Mei: it never was." in withdrawn
    assert "What Now Unit Pressure Vessels Post Deputy" in withdrawn
    assert [(post.rank, post.valid_to) for post in posts_of("han.mei")] == [(2, FOREVER)]


def test_name_that_somebody_else_has_corrected_meanwhile_is_shown_again(house: Place) -> None:
    first, second = signed_in("zhou.yi"), signed_in("admin")
    names = {"name": "Bai Xuefen", "name_zh": "白雪芬"}
    seen = looked(second, "/posts/person/bai.xuefeng/", names)

    saved(first, "/posts/person/bai.xuefeng/", {"name": "Bai Xue", "name_zh": "白雪"})
    again = second.post("/posts/person/bai.xuefeng/", seen)

    assert "Somebody has changed this since you looked." in text(again)
    assert "Name of the person Bai Xue Bai Xuefen" in text(again)
    assert Person.objects.get(code="bai.xuefeng").name == "Bai Xue"
    saved(second, "/posts/person/bai.xuefeng/", names)
    assert Person.objects.get(code="bai.xuefeng").name == "Bai Xuefen"


def test_body_is_added_and_its_members_by_name(house: Place) -> None:
    office, today = signed_in("zhou.yi"), clock.now().date()
    saved(office, "/posts/add/body/", {"code": "BOARD", "name": "Board", "name_zh": "董事会", "unit": "T"})
    chair = {"person": "Bai Xuefeng", "role": "chair", "role_zh": "主任", "first": ""}
    saved(office, "/posts/body/BOARD/member/", chair)
    row = BodyMember.objects.get().pk

    shown = text(office.get("/posts/body/BOARD/"))
    listed = text(office.get("/posts/bodies/"))
    saved(office, f"/posts/body/BOARD/member/{row}/", {"person": "bai.xuefeng", "role": "", "last": "2021-12-31"})
    saved(office, "/posts/body/BOARD/", {"name": "Board of directors", "name_zh": "董事会", "unit": "T01"})

    assert "Bai Xuefeng chair" in shown
    assert "Bai Xuefeng (chair)" in listed
    assert members_on(today, ["BOARD"]) == []
    assert [member.person.code for member in members_on(date(2021, 12, 31), ["BOARD"])] == ["bai.xuefeng"]
    assert "Board of directors" in text(office.get("/posts/bodies/"))


def test_party_is_added_and_corrected(house: Place) -> None:
    office = signed_in("zhou.yi")
    saved(office, "/posts/add/party/", {"code": "BANK", "name": "First Bank", "name_zh": "", "kind": "bank"})
    saved(office, "/posts/party/BANK/", {"name": "First Bank", "name_zh": "第一银行", "kind": "auditor"})

    assert list(Party.objects.values_list("code", "name_zh", "kind")) == [("BANK", "第一银行", "auditor")]
    assert "First Bank BANK auditor" in text(office.get("/posts/parties/"))
    assert office.get("/posts/party/NONE/").status_code == 404


def test_office_of_a_part_finds_only_its_people(house: Place) -> None:
    """fang.zhiqiang heads T03; bai.xuefeng does not."""
    part = part_office()
    row = Post.objects.filter(person__code="bai.xuefeng").get().pk

    asked = ["/posts/person/bai.xuefeng/", "/posts/person/NONE/", f"/posts/person/bai.xuefeng/post/{row}/", f"/posts/person/fang.zhiqiang/post/{row}/", "/posts/add/party/"]  # fmt: skip
    posted = [part.post(address, {**NEW, "step": step, "do": "withdraw"}).status_code for address in asked for step in ("look", "withdraw", "save")]  # fmt: skip

    assert [part.get(address).status_code for address in asked] == [404] * len(asked)
    assert posted == [404] * 3 * len(asked)
    listed = values(part.get("/posts/people.xlsx").content)
    assert [line[1] for line in listed[3:-2]] == ["fang.zhiqiang"]
    assert Post.objects.get(pk=row).seq_to is None
    assert "Add an outside party" not in body(part.get("/posts/parties/"))


@pytest.mark.parametrize("who", ["jin.hao", "fang.zhiqiang", "chen.yuanhang", "wu.jie", "zheng.kai", "li.ping"])
def test_who_may_change_no_unit_changes_nothing(house: Place, who: str) -> None:
    browser = signed_in(who)

    assert [browser.post(address, {**NEW, "step": "save"}).status_code for address in ("/posts/add/person/", "/posts/person/fang.zhiqiang/", "/posts/person/fang.zhiqiang/post/")] == [404] * 3  # fmt: skip
    assert not Person.objects.filter(code="han.mei").exists()


def test_names_with_tags_and_formulas_do_nothing(house: Place) -> None:
    office, evil = signed_in("zhou.yi"), "=1+<script>alert(1)</script>"
    given = {**NEW, "name": evil, "name_zh": "", "title": evil, "title_zh": ""}
    assert dangers(office.post("/posts/add/person/", {**given, "step": "look"}).content) == []
    saved(office, "/posts/add/person/", given)

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
        saved(office, "/posts/add/person/", {**NEW, "code": f"P{number}"})
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
