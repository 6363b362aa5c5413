"""What a person has done with forms in the last days, and what others have made of what he sent.

G Harbour Group      office
├ A East Works       head
│ ├ A1 East Pumps    clerk
│ └ A2 East Valves
└ B Airport Base     other
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.ledger.submissions import actions
from headrope.ledger.submissions.actions import Cell, Entry
from headrope.ledger.submissions.done import done_since
from headrope.ledger.submissions.queries import entry_sheet
from headrope.org.queries import unit_ids

from .conftest import JUNE, Desk
from .test_round import RIGHT, sent

WEEK = timedelta(days=7)


def done_by(desk: Desk, name: str) -> list[tuple[str, str, str]]:
    """Unit, action and who did it."""
    codes = {number: code for code, number in unit_ids().items()}
    rows = done_since(desk.people[name].pk, desk.when.now - WEEK)
    assert all((row.form, row.period) == ("FIN", JUNE) for row in rows)
    return [(codes[row.unit], row.action, row.by.username) for row in rows]


def accept(desk: Desk, unit: str = "A1") -> None:
    place = desk.place("head", unit)
    assert actions.accept(desk.actor("head"), place, entry_sheet(place).row_version).problems == ()


def return_(desk: Desk, unit: str = "A1") -> None:
    place = desk.place("head", unit)
    actions.return_(desk.actor("head"), place, entry_sheet(place).row_version, "Look again.", {})


def test_nothing_is_done_before_anything_is_sent(desk: Desk) -> None:
    place = desk.place("clerk", "A1")
    actions.save(desk.actor("clerk"), place, 0, Entry({"REV": Cell("1")}))

    assert {name: done_by(desk, name) for name in desk.people} == {name: [] for name in desk.people}


def test_what_is_sent_is_done_for_the_sender_alone(desk: Desk) -> None:
    sent(desk)

    assert done_by(desk, "clerk") == [("A1", "submit", "clerk")]
    assert done_by(desk, "head") == done_by(desk, "office") == done_by(desk, "other") == []


def test_what_is_accepted_is_done_for_both(desk: Desk) -> None:
    sent(desk)
    accept(desk)

    assert done_by(desk, "clerk") == done_by(desk, "head") == [("A1", "accept", "head")]
    assert done_by(desk, "other") == []


def test_what_came_back_is_done_for_him_who_returned_it(desk: Desk) -> None:
    sent(desk)
    return_(desk)

    assert (done_by(desk, "clerk"), done_by(desk, "head")) == ([], [("A1", "return", "head")])


def test_what_was_sent_again_is_done_for_the_sender(desk: Desk) -> None:
    sent(desk)
    return_(desk)
    place = desk.place("clerk", "A1")
    actions.submit(desk.actor("clerk"), place, entry_sheet(place).row_version)

    assert (done_by(desk, "clerk"), done_by(desk, "head")) == ([("A1", "submit", "clerk")], [])


def test_the_newest_stands_first_in_three_statements(desk: Desk) -> None:
    sent(desk)
    sent(desk, "B", "other")
    sent(desk, "A2", "head", {**RIGHT, "REV": Cell("0.52", 3)})
    accept(desk)

    since = desk.when.now - WEEK
    with CaptureQueriesContext(connection) as asked:
        done_since(desk.people["head"].pk, since)
    assert done_by(desk, "head") == [("A1", "accept", "head"), ("A2", "submit", "head")]
    assert len(asked) == 3


@pytest.mark.parametrize("name", ["clerk", "head"])
def test_what_is_older_is_left_out(desk: Desk, name: str) -> None:
    sent(desk)
    accept(desk)

    assert done_since(desk.people[name].pk, desk.when.now + timedelta(seconds=1)) == ()
