"""Rules, gaps and meetings: every change by somebody of every role, and where it is refused nothing has changed.

G Harbour Group              office, finance, leader, administrator, supervision
├ A East Works               head; viewer reads; the gap and the meeting's first unit are its
│ ├ A1 East Pumps            clerk
│ └ A2 East Valves
└ B Airport Base             head_b, head of another unit
outsider                     no mandate
nobody                       has not signed in
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from headrope.core.periods import parse
from headrope.followup.models import Message
from headrope.journal.models import Audit
from headrope.journal.queries import books
from headrope.meetings.actions import About, make_meeting
from headrope.meetings.models import Item, Meeting, Move, NoteEdition
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from headrope.review.defined.kinds import CAUSES, RULES
from headrope.review.models import GapAnswer, GapAsk
from tests.review.gaps.conftest import CAST as GAP_CAST
from tests.review.gaps.conftest import Desk, desk, gap_place  # noqa: F401  fixtures
from tests.web.conftest import signed_in

ADDED = {"finance": (Role.FINANCE, "G"), "viewer": (Role.VIEWER, "A")}
WHO = [*GAP_CAST, *ADDED, "outsider", "nobody"]
DEFINES = {"office", "administrator"}
REMINDS = {"office", "head", "supervision", "administrator"}
SEES_A = {"office", "supervision", "leader", "administrator", "finance", "head", "viewer"}
GAP = "/gaps/A/2023-H1/PROFIT/"
ABOUT = {"kind": "half-year", "held_on": "2023-07-14", "seconds": "6:00", "begins": "9:00"}
PACE = {"code": "P", "kind": "pace", "basis": "phases", "watch": "3", "behind": "8"}


@dataclass(frozen=True)
class Change:
    """What is sent to an address, who may send it, and what those hear who may not: by who sees the place, else 404."""

    address: str
    fields: Mapping[str, object]
    may: frozenset[str]
    done: int = 302
    refused: int = 404
    seen: frozenset[str] = frozenset()

    def send(self, client: Client) -> HttpResponse:
        """Send it as the pages do."""
        if self.address.endswith("/move/"):
            return client.post(self.address, json.dumps(self.fields), content_type="application/json")  # type: ignore[return-value]
        return client.post(self.address, dict(self.fields))  # type: ignore[return-value]

    def status(self, who: str) -> int:
        """What somebody hears."""
        if who == "nobody":
            return 302
        return self.done if who in self.may else self.refused if who in self.seen else 404


def change(address: str, fields: Mapping[str, object], may: set[str], **more: object) -> Change:
    return Change(address, fields, frozenset(may), **more)  # type: ignore[arg-type]


@pytest.fixture
def changes(desk: Desk) -> dict[str, Change]:  # noqa: F811
    """The whole cast, a rule and a meeting, and all that can be changed of them."""
    ids = unit_ids()
    for name, (role, unit) in ADDED.items():
        with transaction.atomic():
            user = User.objects.create(username=name)
            give_mandate(by=console_user(), user=user, role=role, unit=ids[unit], valid_from=date(2020, 1, 1))
    assert desk.define(CAUSES, {"code": "ICE", "name": "Ice"}) == []
    ice = str(books().seq)
    assert desk.define(RULES, {**PACE, "code": "OLD", "watch": "4"}) == []
    old = str(books().seq)
    about = About("half-year", date(2023, 7, 14))
    units = [ids["A"], ids["B"]]
    number = make_meeting(by=desk.people["office"], unit=ids["G"], period=parse("2023-H1"), about=about, units=units).number  # fmt: skip
    item = Item.objects.get(meeting_id=number, unit__code="A").pk
    at = f"/meetings/{number}/"
    causes = b"code,parent,name,name_zh,from,to\nWEATHER,,Weather,,,\n"
    steel = {"set": "X", "side": "outside", "peer": "ONE", "name": "Port", "measure": "PROFIT", "period": "2023-H1", "value": "100"}  # fmt: skip
    note = {"key": str(uuid4()), "item": str(item), "version": "0", "kind": "order", "words": "Mend it", "to": "Li Wei", "state": "draft"}  # fmt: skip
    moved = {"key": str(uuid4()), "item": item, "running": True, "view": "", "at": 1_689_300_000_000}
    answer = {"row_version": "0", "exponent": "0", "cause": ["STEEL"], "cause-amount": [""], "words": "By August.", "why": [""]}  # fmt: skip
    sees = {"seen": frozenset(SEES_A), "refused": 403}
    return {
        "rule mended": change(
            "/rules/rules/row/?code=OLD", {**PACE, "seq": old, "step": "save", "watch": "5"}, DEFINES
        ),
        "cause withdrawn": change("/rules/causes/row/?code=ICE", {"seq": ice, "step": "withdraw"}, DEFINES),
        "cause made": change("/rules/causes/row/", {"code": "WIND", "name": "Wind", "step": "save"}, DEFINES),
        "benchmark made": change("/rules/benchmarks/row/", {**steel, "step": "save"}, DEFINES),
        "causes uploaded": change("/rules/causes/", {"file": SimpleUploadedFile("causes.csv", causes)}, DEFINES),
        "gap asked": change(GAP + "ask/", {"due": "2023-07-20"}, REMINDS, **sees),
        "gap answered": change(GAP, answer, {"office", "head"}, **sees),
        "meeting made": change("/meetings/", {**ABOUT, "unit": "G", "tiers": "1", "period": "2023-Q2"}, {"office"}),
        "meeting changed": change(at, {**ABOUT, "row_version": "1", "title": "Ours"}, {"office"}),
        "order set": change(at + "order/", {"way": "tier", "row_version": "2"}, {"office"}),
        "note written": change(at + "note/", note, {"office"}),
        "screen moved": change(at + "move/", {"moves": [moved]}, {"office", "leader"}, done=200),
    }


def state() -> list[object]:
    """All that any of the changes would leave behind."""
    counted = [model.objects.count() for model in (Audit, GapAnswer, GapAsk, Message, Move, NoteEdition)]
    meetings = list(Meeting.objects.order_by("pk").values_list("pk", "row_version", "title"))
    items = list(Item.objects.order_by("pk").values_list("pk", "place"))
    return [books().seq, counted, meetings, items]


@pytest.mark.parametrize("who", WHO)
def test_every_change_by_every_role(changes: dict[str, Change], who: str) -> None:
    client, found, changed = signed_in("" if who == "nobody" else who), {}, set()

    for name, each in changes.items():
        before = state()
        found[name] = each.send(client).status_code
        changed |= {name} if state() != before else set()

    may = {name for name, each in changes.items() if who in each.may}
    assert found == {name: each.status(who) for name, each in changes.items()}
    assert changed == may


def test_no_change_without_a_token(changes: dict[str, Change]) -> None:
    client, before = signed_in("office", enforce_csrf_checks=True), state()

    statuses = {each.send(client).status_code for each in changes.values()}

    assert (statuses, state()) == ({403}, before)
