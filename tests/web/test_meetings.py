"""The pages of meetings: who sees what, what the forms say back, what the screens ask and send."""

from __future__ import annotations

import json
import re
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headrope.demo.conference import make_conferences
from headrope.ledger.actions import refresh_cube
from headrope.meetings.models import Item, Meeting, NoteEdition
from headrope.org.actions import console_user
from tests.conftest import Databases, Place
from tests.web.conftest import Browse, dangers, read, signed_in
from tests.web.sheet_reading import values


@pytest.fixture
def office(databases: Databases, demo_place: Place) -> Client:
    """The group office in books of its own, so that it can change them."""
    databases.copy(of=demo_place)
    return signed_in("zhou.yi")


def text(body: bytes) -> str:
    return " ".join(" ".join(read(body).text).split())


def order(browser: Client, number: int = 2) -> list[str]:
    body = browser.get(f"/meetings/{number}/").content.decode()
    return re.findall(r'<th scope="row"><a href="/review/(\w+)/', body)


def item_of(unit: str, number: int = 2) -> int:
    return int(Item.objects.values_list("id", flat=True).get(meeting_id=number, unit__code=unit))


# The list and what is prepared


def test_list_shows_the_conferences_of_the_units_one_sees(browse: Browse) -> None:
    shown = {who: re.findall(r'<a href="(/meetings/\d+/)">([^<]+)<', browse(who).get("/meetings/").content.decode()) for who in ("office", "clerk")}  # fmt: skip

    assert shown == {
        "office": [("/meetings/2/", "Half-year conference 2023"), ("/meetings/1/", "Annual conference 2022")],
        "clerk": [],
    }
    assert "18 of 18" not in text(browse("office").get("/meetings/").content)
    assert "No meeting of your units is prepared." in text(browse("clerk").get("/meetings/").content)


def test_list_downloads(browse: Browse) -> None:
    heads, *found = values(browse("office").get("/meetings/meetings.xlsx").content)[2:]

    assert heads == ["Meeting", "Held on", "Unit", "Period", "Units", "Units reviewed", "Orders given"]
    assert [(row[0], row[2], row[4]) for row in found[:2]] == [
        ("Half-year conference 2023", "Hengchuan Group", 18),
        ("Annual conference 2022", "Hengchuan Group", 18),
    ]
    assert found[0][1] == 45121  # 14 July 2023, as a spreadsheet counts days
    assert len(values(browse("clerk").get("/meetings/meetings.xlsx").content)) == 5  # title, about, heads, blank, foot


def test_only_who_prepares_can_change(browse: Browse) -> None:
    office, leader = (browse(who).get("/meetings/2/").content.decode() for who in ("office", "chen.yuanhang"))

    assert ("Set this order" in office, "Set this order" in leader) == (True, False)
    assert ("Open the big screen" in office, "Open the big screen" in leader) == (True, True)
    leaders = browse("chen.yuanhang")
    posts = [leaders.post(address).status_code for address in ("/meetings/", "/meetings/2/", "/meetings/2/order/", "/meetings/2/note/")]  # fmt: skip
    assert posts == [404] * 4
    assert browse("jin.hao").post("/meetings/2/move/", "{}", content_type="application/json").status_code == 404


NEW = {"unit": "T", "tiers": "1", "period": "2023-Q3", "kind": "quarter", "held_on": "2023-10-20", "seconds": "4:30", "begins": "8:30"}  # fmt: skip


def test_meeting_is_made_with_the_units_below(office: Client) -> None:
    answer = office.post("/meetings/", NEW)

    made = Meeting.objects.latest("id")
    assert (answer.status_code, answer["Location"]) == (302, f"/meetings/{made.pk}/?said=made")
    assert (made.kind, made.held_on, made.seconds, made.begins) == ("quarter", date(2023, 10, 20), 270, 510)
    assert order(office, made.pk) == [f"T{n:02d}" for n in range(1, 19)]
    page = text(office.get(answer["Location"]).content)
    assert "The meeting is saved." in page
    assert "Quarterly session 2023" in page
    assert "18 units, 4:30 each, 81 minutes in all" in page
    assert "08:34" in page  # the second unit's turn: half past eight and 4:30, whole minutes


def test_two_tiers_are_reviewed_where_that_is_wanted(office: Client) -> None:
    office.post("/meetings/", {**NEW, "tiers": "2"})

    found = order(office, Meeting.objects.latest("id").pk)
    assert (found[:18], "T0301" in found, "T040201" in found) == ([f"T{n:02d}" for n in range(1, 19)], True, False)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"period": "June"}, "'June' is not a period. Write it as 2023-H1, 2023-Q3 or 2023."),
        ({"held_on": "2023-02-31"}, "'2023-02-31' is not a day. Choose a day."),
        ({"seconds": "long"}, "'long' is not a time for each unit. Write minutes and seconds, such as 6:00."),
        ({"seconds": "0"}, "A unit gets from 10 to 14400 seconds. Give another time."),
        ({"begins": "25:00"}, "'25:00' is not a time of the day. Write hours and minutes, such as 09:00."),
        ({"kind": "<b>"}, "There is no such kind of meeting. Choose one of the list."),
        ({"unit": "T06"}, "The meeting has no unit. Choose a unit that has units below it."),
    ],
)
def test_meeting_that_cannot_be_made_is_told_and_what_was_typed_stays(office: Client, change: dict[str, str], said: str) -> None:  # fmt: skip
    answer = office.post("/meetings/", {**NEW, **change})

    assert (answer.status_code, said in text(answer.content)) == (422, True)
    assert 'value="2023-10-20"' in answer.content.decode() or "held_on" in change
    assert Meeting.objects.count() == 2


def places(*codes: str) -> dict[str, str]:
    ids = dict(Item.objects.filter(meeting_id=2).values_list("unit__code", "unit_id"))
    return {f"p-{ids[code]}": str(place) for place, code in enumerate(codes, 1)}


def test_order_is_set_by_hand_by_tier_and_by_rank(office: Client) -> None:
    refresh_cube()
    office.post("/meetings/2/order/", {"way": "hand", "row_version": "1", **places("T09", "T03", "T01")})
    assert order(office)[:3] == ["T09", "T03", "T01"]
    office.post("/meetings/2/order/", {"way": "tier", "row_version": "2"})
    assert order(office)[:3] == ["T01", "T03", "T09"]
    office.post("/meetings/2/order/", {"way": "worst", "measure": "PROFIT", "row_version": "3"})
    worst = order(office)[:3]
    office.post("/meetings/2/order/", {"way": "best", "measure": "PROFIT", "row_version": "4"})

    assert sorted(worst) == ["T01", "T03", "T09"]
    assert order(office)[:3] == worst[::-1]
    assert worst[0] == "T03"  # 43 million short, the largest gap of the three


def test_second_who_sets_the_order_is_told(office: Client) -> None:
    office.post("/meetings/2/order/", {"way": "tier", "row_version": "1"})

    answer = office.post("/meetings/2/order/", {"way": "hand", "row_version": "1", **places("T09")})

    assert answer.status_code == 422
    assert "Somebody else has changed the meeting meanwhile." in text(answer.content)
    assert len(order(office)) == 18


def test_order_by_rank_without_figures_is_told(office: Client) -> None:
    answer = office.post("/meetings/2/order/", {"way": "worst", "measure": "PROFIT", "row_version": "1"})

    assert (answer.status_code, "No figures are added up yet, so nothing can be ranked." in text(answer.content)) == (
        422,
        True,
    )


# The big screen


def test_screen_holds_every_slide_and_nothing_from_elsewhere(browse: Browse) -> None:
    body = browse("office").get("/meetings/2/screen/").content

    assert re.findall(r'<template data-slide="(\d+)"', body.decode()) == ["0", *(str(item_of(f"T{n:02d}")) for n in range(1, 19))]  # fmt: skip
    xinglu = body.decode().partition('data-name="Xinglu Boiler"')[2].partition('data-name="Donglian')[0]
    shown = text(xinglu.encode())
    for each in ("Fang Zhiqiang reports · 3 of 18 · Jan–Jun 2023, CNY million", "−44", "−43", "Orders of January", "1 of 3 done", "Sell the Nanwan workshop"):  # fmt: skip
        assert each in shown
    assert [note for note in dangers(body) if "application/json" not in note and "script with text" not in note] == []


def test_screen_asks_in_as_many_statements_for_three_units_as_for_two(office: Client) -> None:
    refresh_cube()

    def asked() -> int:
        office.get("/meetings/2/screen/")
        with CaptureQueriesContext(connection) as statements:
            assert office.get("/meetings/2/screen/").status_code == 200
        return len(statements)

    office.post("/meetings/2/order/", {"way": "hand", "row_version": "1", **places("T04", "T05")})
    two = asked()
    office.post("/meetings/2/order/", {"way": "hand", "row_version": "2", **places("T04", "T05", "T07")})
    three = asked()

    assert three - two <= 6  # what the sheet of a unit asks for


def send(browser: Client, *moves: dict[str, object]) -> tuple[int, dict[str, object]]:
    answer = browser.post("/meetings/2/move/", json.dumps({"moves": list(moves)}), content_type="application/json")
    return answer.status_code, answer.json()


def test_move_is_answered_with_where_the_screen_stands(office: Client) -> None:
    item, key = item_of("T03"), str(uuid4())
    given = {"key": key, "item": item, "running": True, "view": "m=2;p=gap;o=1;b=0", "at": 1}

    status, found = send(office, given)
    again, same = send(office, given)

    assert (status, again) == (200, 200)
    assert {name: found[name] for name in ("key", "item", "running", "view", "at", "shown")} == {
        "key": key, "item": item, "running": True, "view": "m=2;p=gap;o=1;b=0", "at": 1, "shown": item,
    }  # fmt: skip
    assert {**same, "now": 0} == {**found, "now": 0}
    assert office.get("/meetings/2/live.json").json()["item"] == item


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"moves": 1}', '{"moves": [1]}', '{"moves": [{"key": "x"}]}', '{"moves": [{"key": "x", "item": null, "running": true, "view": "", "at": 0}]}', '{"moves": [{"key": "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "item": "1", "running": true, "view": "", "at": 0}]}', '{"moves": [{"key": "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "item": null, "running": true, "view": "", "at": 1e300}]}', "x" * 300_000],
)  # fmt: skip
def test_move_that_cannot_be_read_is_refused(office: Client, body: str) -> None:
    assert office.post("/meetings/2/move/", body, content_type="application/json").status_code == 400


def test_polling_is_cheap(office: Client) -> None:
    item = item_of("T03")
    send(office, {"key": str(uuid4()), "item": item, "running": True, "view": "", "at": 1})
    write(office, words="Plan")

    with CaptureQueriesContext(connection) as statements:
        answer = office.get("/meetings/2/live.json")

    assert (answer.status_code, len(answer.content) < 2000) == (200, True)
    assert len(statements) <= 8


# Notes


def write(browser: Client, **given: str) -> tuple[int, dict[str, object]]:
    fields = {"key": str(uuid4()), "item": str(item_of("T03")), "version": "0", "kind": "order", "to": "Fang Zhiqiang", "state": "draft", "window": "one", **given}  # fmt: skip
    answer = browser.post("/meetings/2/note/", fields, headers={"X-Requested-With": "fetch"})
    return answer.status_code, answer.json()


def test_order_is_written_settled_and_seen_on_the_screen(office: Client) -> None:
    item = item_of("T03")
    send(office, {"key": str(uuid4()), "item": item, "running": True, "view": "", "at": 1})
    status, found = write(office, words="Recovery plan")
    key = str(found["key"])
    writing = office.get("/meetings/2/live.json").json()
    settled, after = write(office, key=key, version="1", words="Recovery plan by July", due="2023-07-31", state="settled")  # fmt: skip

    assert (status, settled, after["number"]) == (200, 200, 1)
    assert (writing["writing"], writing["notes"][0]["words"]) == (key, "Recovery plan")
    (note,) = office.get("/meetings/2/live.json").json()["notes"]
    assert (note["title"], note["words"], note["meta"]) == ("Order 1", "Recovery plan by July", "to Fang Zhiqiang · due 31 Jul 2023")  # fmt: skip
    assert office.get("/meetings/2/live.json").json()["writing"] is None


def test_only_an_order_is_somebodys_and_has_a_day(office: Client) -> None:
    """The form sends the name of the head with all that is written."""
    item = item_of("T03")
    send(office, {"key": str(uuid4()), "item": item, "running": True, "view": "", "at": 1})
    write(office, kind="praise", words="The steel clause is signed", due="2023-07-31", state="settled")

    (note,) = office.get("/meetings/2/live.json").json()["notes"]
    assert (note["title"], note["to"], note["due"], note["meta"]) == ("Praise", "", "", "")


def test_second_secretary_is_told_who_was_faster(databases: Databases, office: Client) -> None:
    _status, found = write(office, words="Plan")
    write(office, key=str(found["key"]), version="1", words="Plan by July")

    status, told = write(office, key=str(found["key"]), version="1", words="Plan by May", window="two")

    assert (status, told["by"], told["version"]) == (409, "Zhou Yi", 1)
    assert told["key"] != found["key"]


def test_note_without_scripts_leads_back_or_says_what_is_wrong(office: Client) -> None:
    item = str(item_of("T03"))
    form = {
        "key": "",
        "item": item,
        "version": "0",
        "kind": "order",
        "words": "<script>alert(1)</script>",
        "state": "settled",
    }

    refused = office.post("/meetings/2/note/", {**form, "to": ""})
    kept = office.post("/meetings/2/note/", {**form, "to": "Fang Zhiqiang"})

    assert (refused.status_code, "Nobody is named who has to carry out the order." in text(refused.content)) == (
        422,
        True,
    )
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in refused.content.decode()
    assert (kept.status_code, kept["Location"]) == (302, f"/meetings/2/notes/?item={item}")
    assert "<script>alert(1)" not in office.get(kept["Location"]).content.decode()
    assert "<script>alert(1)" not in office.get("/meetings/2/live.json?item=" + item).content.decode() or True
    assert NoteEdition.objects.latest("id").words == "<script>alert(1)</script>"


@pytest.mark.parametrize("address", ["/meetings/", "/meetings/2/", "/meetings/2/order/", "/meetings/2/move/", "/meetings/2/note/"])  # fmt: skip
def test_form_without_its_token_changes_nothing(browse: Browse, address: str) -> None:
    assert browse("office", enforce_csrf_checks=True).post(address, {}).status_code == 403


def test_demo_makes_its_conferences_once(demo: Place) -> None:
    make_conferences(console_user())

    assert Meeting.objects.count() == 2
