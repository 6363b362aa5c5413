"""Several people at once: of two who save the same form the second is told, and many accept at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from headrope.journal.models import Posting
from headrope.ledger.models import Fact
from headrope.ledger.submissions import actions
from headrope.ledger.submissions.actions import Cell, Entry, Moved
from headrope.ledger.submissions.models import Submission
from headrope.ledger.submissions.queries import entry_sheet

from .conftest import Desk
from .test_round import RIGHT, sent, typed_in

MANY = 6


def test_of_many_who_save_at_once_one_wins_and_the_others_are_told(desk: Desk) -> None:
    at = typed_in(desk, RIGHT).row_version
    start = Barrier(MANY)

    def save(number: int) -> str:
        try:
            actor, place = desk.actor("clerk"), desk.place("clerk", "A1")
            start.wait()
            actions.save(actor, place, at, Entry({"STAFF": Cell(str(60 + number))}))
        except Moved:
            return "told"
        finally:
            connection.close()
        return f"{60 + number}"

    with ThreadPoolExecutor(MANY) as pool:
        found = list(pool.map(save, range(MANY)))

    won = [each for each in found if each != "told"]
    assert len(won) == 1
    sheet = entry_sheet(desk.place("clerk", "A1"))
    assert (sheet.row_version, sheet.lines[4].typed and sheet.lines[4].typed.raw) == (at + 1, won[0])


def test_of_many_who_begin_the_same_form_at_once_one_wins(desk: Desk) -> None:
    start = Barrier(MANY)

    def save(number: int) -> bool:
        try:
            actor, place = desk.actor("clerk"), desk.place("clerk", "A1")
            start.wait()
            actions.save(actor, place, 0, Entry({"STAFF": Cell(str(60 + number))}))
        except Moved:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(MANY) as pool:
        found = list(pool.map(save, range(MANY)))

    assert found.count(True) == 1
    assert Submission.objects.count() == 1


def test_two_who_accept_at_once_post_once(desk: Desk) -> None:
    at = sent(desk).row_version
    before = Posting.objects.count()
    start = Barrier(2)

    def accept(name: str) -> bool:
        try:
            actor, place = desk.actor(name), desk.place(name, "A1")
            start.wait()
            actions.accept(actor, place, at)
        except (Moved, actions.NotOpen):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(accept, ("head", "office")))

    assert sorted(found) == [False, True]
    assert Posting.objects.count() == before + 1
    assert Fact.objects.filter(seq=Posting.objects.order_by("-seq")[0].seq).count() == len(RIGHT)
