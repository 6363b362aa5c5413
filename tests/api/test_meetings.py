"""Meetings and what was noted there over the interface: what stands, of units that one sees; never a draft."""

from __future__ import annotations

from uuid import uuid4

import pytest

from headrope.meetings.models import Item, NoteState
from headrope.meetings.notes import NoteGiven, write
from headrope.org.models import User
from headrope.org.queries import unit_ids
from tests.api.conftest import Call, Caller, token


def test_meetings_are_listed_with_what_came_of_them(call: Call) -> None:
    january, july = call("office").data("/meetings")["items"]

    assert (january["number"], january["kind"], january["unit"], january["period"], january["held_on"]) == (1, "annual", "T", "2022", "2023-01-18")  # fmt: skip
    assert (july["kind"], july["period"], july["orders"], july["reviewed"]) == ("half-year", "2023-H1", 0, 0)
    notes = call("office").data("/meetings/1/notes")["items"]
    assert january["orders"] == sum(each["kind"] == "order" for each in notes) > 0
    assert call("clerk").data("/meetings")["items"] == []


def test_meeting_tells_its_order(call: Call) -> None:
    found = call("viewer").data("/meetings/2")

    assert [each["place"] for each in found["items"]] == list(range(1, len(found["items"]) + 1))
    assert (found["begins"], found["seconds"], found["hidden"]) == ("09:00", 360, 0)
    assert {(each["started_at"], each["spent"]) for each in found["items"]} == {(None, 0)}


def test_notes_of_one_unit_and_kind(call: Call) -> None:
    orders = call("leader").data("/meetings/1/notes?unit=T03&kind=order")["items"]
    every = call("leader").data("/meetings/1/notes")["items"]

    assert orders == [each for each in every if (each["unit"], each["kind"]) == ("T03", "order")]
    assert {each["to"] for each in orders} == {"fang.zhiqiang"}
    assert {(each["state"], each["overdue"]) for each in orders} >= {("done", False), ("settled", True)}
    assert len({each["number"] for each in orders}) == len(orders) > 1


@pytest.mark.usefixtures("own")
def test_draft_is_seen_by_nobody_here() -> None:
    item = Item.objects.get(meeting_id=1, unit_id=unit_ids()["T03"])
    office = User.objects.get(username="zhou.yi")
    before = Caller(token("office")).data("/meetings/1/notes")["items"]

    given = NoteGiven(uuid4(), item.pk, 0, "praise", "Perhaps the best half-year", state=NoteState.DRAFT)
    assert not write(by=office, meeting=1, given=given, spare=uuid4()).problems

    assert Caller(token("office")).data("/meetings/1/notes")["items"] == before


def test_sheet_tells_what_the_unit_was_told_last(call: Call) -> None:
    """To its head, too, who does not see the meeting of the group."""
    told = call("head").data("/sheet/T03/2023-H1")["reviewed"]

    assert told["meeting"] == 1
    assert told["notes"] == call("office").data("/meetings/1/notes?unit=T03")["items"]
    assert call("head")("/meetings/1").status_code == 404


def test_sheet_tells_standing(call: Call) -> None:
    found = call("office").data("/sheet/T03/2023-H1")

    assert (found["unit"], found["period"], found["against"]) == ("T03", "2023-H1", "target")
    assert "fang.zhiqiang" in [each["person"] for each in found["heads"]]
    assert found["ranks"] and all(1 <= each["place"] <= each["of"] for each in found["ranks"])
    assert call("head").data("/sheet/T03/2023-H1")["ranks"] == found["ranks"]  # sisters count though they are hidden
    review = call("office").data("/review/T03/2023-H1")
    held = [{"measure": each["code"], **each["record"]} for each in review["measures"] if each["record"]]
    assert found["records"] == held
    red = {each["code"] for each in review["measures"] if each["state"] == "behind"}
    assert set(found["unanswered"]) <= red
    assert "PROFIT" in red and "PROFIT" not in found["unanswered"]  # it was answered
