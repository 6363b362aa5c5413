"""Whoever stands above a unit is told that its figures were restated after a lock, once, with the reason."""

from __future__ import annotations

from headrope.followup.models import Message
from headrope.followup.restatements import tell_restatements
from headrope.journal import clock
from headrope.ledger.actions import load_folder
from headrope.ledger.submissions import actions, locking
from headrope.org.actions import console_user
from headrope.org.models import User
from tests.conftest import Folder
from tests.ledger.submissions.conftest import Desk, desk  # noqa: F401  the small group
from tests.ledger.submissions.test_round import sent


def test_all_above_are_told_once(desk: Desk, folder: Folder) -> None:  # noqa: F811
    for name, user in desk.people.items():
        User.objects.filter(pk=user.pk).update(
            email=f"{name}@example.org", language="zh-hans" if name == "head" else "en"
        )
    actions.accept(desk.actor("head"), desk.place("head", "A1"), sent(desk).row_version)
    locking.lock(desk.actor("office"), desk.place("office", "A"), "Conference is tomorrow")
    facts = "unit,measure,period,version,value\nA1,REV,2023-06,actual,5\nA2,REV,2023-06,actual,6"
    load_folder(folder(facts=facts), by=console_user(), restate="Audit found it")

    counts = [tell_restatements(clock.now()) for _ in range(2)]

    told = {
        message.to_user.username: (message.subject, message.body)
        for message in Message.objects.select_related("to_user")
    }
    assert counts == [3, 0]
    assert set(told) == {"office", "leader", "head"}
    assert told["office"][0] == "Figures of East Pumps, East Valves were restated"
    assert told["office"][1].endswith("The reason: Audit found it.")
    assert "东泵" in told["head"][0]


def test_acceptance_before_a_lock_tells_nobody(desk: Desk) -> None:  # noqa: F811
    actions.accept(desk.actor("head"), desk.place("head", "A1"), sent(desk).row_version)

    assert tell_restatements(clock.now()) == 0
