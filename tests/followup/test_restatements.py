"""Whoever stands above a unit is told that its figures were restated after a lock, once, with the reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings

from headrope.core.problems import Problem
from headrope.followup.models import Message
from headrope.followup.restatements import ToldRestatements, tell_restatements
from headrope.followup.tick.jobs import JOBS
from headrope.journal import clock
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.submissions import actions, locking
from headrope.ledger.submissions.actions import Cell
from headrope.org.actions import console_user
from headrope.org.models import User
from headrope.org.queries import unit_ids
from tests.conftest import Folder
from tests.ledger.submissions.conftest import Desk, desk  # noqa: F401  the small group
from tests.ledger.submissions.test_round import sent
from tests.web.conftest import signed_in

FACTS = "unit,measure,period,version,value\n"


def addresses(desk: Desk) -> None:  # noqa: F811
    for name, user in desk.people.items():
        User.objects.filter(pk=user.pk).update(
            email=f"{name}@example.org", language="zh-hans" if name == "head" else "en"
        )


def locked(desk: Desk) -> None:  # noqa: F811
    """A1 is accepted; East Works is locked."""
    actions.accept(desk.actor("head"), desk.place("head", "A1"), sent(desk).row_version)
    assert locking.lock(desk.actor("office"), desk.place("office", "A"), "Conference is tomorrow") == []


def restated(desk: Desk, reason: str = "Returned goods") -> int | None:  # noqa: F811
    """The office opens A1 under the lock; it is mended, sent and accepted again."""
    office = desk.actor("office")
    number = desk.round().submissions.get(unit_id=unit_ids()["A1"]).row_version
    opened = actions.reopen(office, desk.place("office", "A1"), number, reason)
    assert (opened.problems, opened.sheet.state) == ((), "reopened")
    again = sent(desk, cells={"PROFIT": Cell("90")})
    return actions.accept(desk.actor("head"), desk.place("head", "A1"), again.row_version).seq


def told() -> dict[str, Message]:
    return {message.to_user.username: message for message in Message.objects.select_related("to_user")}


def test_all_above_are_told_once(desk: Desk, folder: Folder) -> None:  # noqa: F811
    addresses(desk)
    locked(desk)
    facts = f"{FACTS}A1,REV,2023-06,actual,5\nA2,REV,2023-06,actual,6"
    load_folder(folder(facts=facts), by=console_user(), restate="Audit found it")

    counts = [tell_restatements(clock.now()) for _ in range(2)]

    found = told()
    assert counts == [ToldRestatements(3), ToldRestatements()]
    assert set(found) == {"office", "leader", "head"}
    assert found["office"].subject == "Figures of East Pumps, East Valves were restated"
    assert found["office"].body.endswith("The reason: Audit found it.")
    assert "东泵" in found["head"].subject
    assert {message.url for message in found.values()} == {"/origin/A/2023-06/restated/"}


def test_figure_that_is_reopened_under_the_lock_sent_again_and_accepted_is_told_to_all_above(desk: Desk) -> None:  # noqa: F811
    """Opening it tells nobody yet: the old figures stand in the books."""
    addresses(desk)
    locked(desk)
    before = tell_restatements(clock.now())

    seq = restated(desk)
    counts = [tell_restatements(clock.now()) for _ in range(2)]

    found = told()
    assert (before, counts) == (ToldRestatements(), [ToldRestatements(3), ToldRestatements()])
    assert set(found) == {"office", "leader", "head"}
    assert found["office"].subject == "Figures of East Pumps were restated"
    assert (
        found["office"].body == f"head has restated figures of East Pumps (posting {seq}). The reason: Returned goods."
    )
    assert {message.url for message in found.values()} == {"/origin/A1/2023-06/restated/"}


def test_restatement_that_reaches_apart_leads_each_to_what_he_sees(desk: Desk, folder: Folder) -> None:  # noqa: F811
    """From May to June, of a unit of East Works and of Airport Base: the head of the one is not led to the group."""
    addresses(desk)
    rows = [f"{unit},REV,2023-{month},actual,{value}" for unit, month, value in (("A1", "05", 5), ("A2", "06", 6), ("B", "06", 7))]  # fmt: skip
    load_folder(folder(facts=FACTS + "\n".join(rows)), by=console_user(), restate="Audit found it")

    tell_restatements(clock.now())

    assert {name: message.url for name, message in told().items()} == {
        "office": "/origin/G/2023-05..2023-06/restated/",
        "leader": "/origin/G/2023-05..2023-06/restated/",
        "head": "/origin/A/2023-05..2023-06/restated/",
    }
    refresh_cube()
    pages = {name: signed_in(name).get(message.url) for name, message in told().items()}
    assert {name: page.status_code for name, page in pages.items()} == dict.fromkeys(pages, 200)
    assert all("Audit found it" in page.content.decode() for page in pages.values())


def test_restated_plan_leads_to_the_situation(desk: Desk, folder: Folder) -> None:  # noqa: F811
    addresses(desk)
    load_folder(folder(facts=f"{FACTS}A1,REV,2023-06,target,5"), by=console_user(), restate="Misread")

    tell_restatements(clock.now())

    assert {name: message.url for name, message in told().items()} == dict.fromkeys(("office", "leader", "head"), "/review/A1/")  # fmt: skip


def test_who_cannot_be_reached_is_named_by_the_tick_until_he_can(desk: Desk, settings: LazySettings) -> None:  # noqa: F811
    settings.NOTIFY_URLS = ()
    addresses(desk)
    User.objects.filter(username__in=("leader", "head")).update(email="")
    locked(desk)
    restated(desk)
    job = next(each for each in JOBS if each.name == "restatements")

    done = [job.run(clock.now()) for _ in range(2)]
    addresses(desk)
    late = job.run(clock.now())

    assert [(each.said, each.counts) for each in done] == [
        ("1 message about restated figures.", {"messages": 1}),
        ("Nobody to tell of restated figures.", {"messages": 0}),
    ]
    message = "%(count)s people above restated figures have no mail address: %(names)s."
    remedy = "Enter their addresses with their accounts."
    values = {"count": 2, "names": "head, leader"}
    assert [each.problems for each in done] == [(Problem("restatements", message, remedy, values, blocking=False),)] * 2
    assert (late.said, late.problems, set(told())) == ("2 messages about restated figures.", (), {"office", "leader", "head"})  # fmt: skip


@pytest.mark.parametrize(("days", "messages"), [(29, 3), (31, 0)])
def test_what_was_restated_long_ago_is_told_no_more(desk: Desk, days: int, messages: int) -> None:  # noqa: F811
    addresses(desk)
    locked(desk)
    restated(desk)

    assert tell_restatements(clock.now() + timedelta(days=days)).messages == messages


def test_acceptance_before_a_lock_tells_nobody(desk: Desk) -> None:  # noqa: F811
    actions.accept(desk.actor("head"), desk.place("head", "A1"), sent(desk).row_version)

    assert tell_restatements(clock.now()) == ToldRestatements()
