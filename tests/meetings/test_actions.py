"""Meetings are made, changed, put in order; the screen's moves are taken once, in the order in which they were made."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from headrope.core.periods import parse
from headrope.journal.models import Audit, Posting
from headrope.meetings.actions import About, MoveGiven, change_meeting, make_meeting, move, set_order
from headrope.meetings.models import Meeting, Move
from headrope.meetings.queries import NoSuchMeeting, meeting_for, meetings
from headrope.org.queries import unit_ids
from tests.meetings.conftest import Hall


def order(hall: Hall) -> list[str]:
    return [item.unit.code for item in hall.meeting().order]


def test_meeting_has_its_units_in_order_and_a_posting(hall: Hall) -> None:
    held = hall.meeting()

    assert (held.kind, held.unit.code, str(held.period), held.held_on) == (
        "half-year",
        "G",
        "2023-H1",
        date(2023, 7, 14),
    )
    assert [(item.unit.code, item.place) for item in held.items] == [("A", 1), ("B", 2), ("C", 3)]
    assert Posting.objects.get(seq=held.seq).kind == "meeting"


def test_meeting_without_units_is_not_made(hall: Hall) -> None:
    before = Meeting.objects.count()

    done = make_meeting(by=hall.secretary, unit=unit_ids()["C"], period=parse("2023"), about=About("annual", date(2024, 1, 9)), units=[])  # fmt: skip

    assert [str(problem) for problem in done.problems] == ["units: The meeting has no unit. Choose a unit that has units below it."]  # fmt: skip
    assert Meeting.objects.count() == before


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (About("party", date(2023, 7, 14)), "kind: There is no such kind of meeting. Choose one of the list."),
        (About("annual", date(2023, 7, 14), 5), "seconds: A unit gets from 10 to 14400 seconds. Give another time."),
        (About("annual", date(2023, 7, 14), 60, 1440), "begins: The meeting begins at no time of a day. Write it as 09:00."),
        (About("annual", date(2023, 7, 14), title="a\nb"), "title: A title has one line of at most 200 characters. Shorten it."),
    ],
)  # fmt: skip
def test_meeting_about_which_something_impossible_is_said_is_not_changed(hall: Hall, about: About, said: str) -> None:
    done = change_meeting(by=hall.secretary, number=hall.number, row_version=1, about=about)

    assert [str(problem) for problem in done.problems] == [said]
    assert hall.meeting().row_version == 1


def test_second_who_changes_a_meeting_is_told(hall: Hall) -> None:
    first = change_meeting(by=hall.secretary, number=hall.number, row_version=1, about=About("half-year", date(2023, 7, 15), 300, 540))  # fmt: skip
    second = set_order(by=hall.other, number=hall.number, row_version=1, order=[])

    assert (first.problems, [problem.message for problem in second.problems]) == ((), ["Somebody else has changed the meeting meanwhile."])  # fmt: skip
    assert (hall.meeting().held_on, hall.meeting().seconds, hall.meeting().begins) == (date(2023, 7, 15), 300, 540)
    assert Audit.objects.filter(action="change meeting", object=f"meeting {hall.number}").count() == 1


def test_order_is_set_by_hand_and_leaves_out_who_has_no_place(hall: Hall) -> None:
    ids = unit_ids()

    set_order(by=hall.secretary, number=hall.number, row_version=1, order=[ids["C"], ids["A"], ids["C"], ids["G"]])

    assert order(hall) == ["C", "A"]
    assert [item.unit.code for item in hall.meeting().left_out] == ["B"]
    set_order(by=hall.secretary, number=hall.number, row_version=2, order=[ids["B"], ids["C"], ids["A"]])
    assert order(hall) == ["B", "C", "A"]


def test_order_without_any_unit_changes_nothing(hall: Hall) -> None:
    done = set_order(by=hall.secretary, number=hall.number, row_version=1, order=[10_000])

    assert [problem.message for problem in done.problems] == ["No unit has a place."]
    assert (order(hall), hall.meeting().row_version) == (["A", "B", "C"], 1)


# The big screen


def test_screen_stands_where_the_last_move_has_put_it(hall: Hall) -> None:
    assert (hall.stand().item, hall.stand().key, hall.stand().spent) == (None, None, {})

    hall.moved(("A", True, 0))
    hall.moved(("B", True, 340))
    hall.moved(("B", False, 400))

    found = hall.stand()
    assert (found.item, found.running, found.at, found.view) == (hall.items["B"], False, hall.at(400), "p=gap")
    assert found.spent == {hall.items["A"]: 340_000, hall.items["B"]: 60_000}
    first = hall.meeting().items[0]
    assert (first.started, first.ended) == (hall.at(0), hall.at(340))


def test_move_that_is_sent_again_is_taken_once(hall: Hall) -> None:
    key = uuid4()

    taken = [hall.moved(("A", True, 0), keys=(key,), arrives=second) for second in (0, 5)]

    assert taken == [1, 0]
    assert hall.stand().at == hall.at(0)


def test_moves_made_without_the_net_count_from_when_they_were_made(hall: Hall) -> None:
    """Two units went by while nothing arrived; a move that another machine made in between is put in its place."""
    hall.moved(("A", True, 0))
    hall.moved(("C", True, 700))

    hall.moved(("A", False, 300), ("B", True, 360), arrives=720)

    assert hall.stand().item == hall.items["C"]
    assert hall.stand().spent == {hall.items["A"]: 300_000, hall.items["B"]: 340_000}
    assert list(Move.objects.order_by("at", "id").values_list("item_id", flat=True)) == [hall.items[code] for code in "AABC"]  # fmt: skip


def test_move_of_tomorrow_was_made_now(hall: Hall) -> None:
    hall.moved(("A", True, 86_400), arrives=10)

    assert hall.stand().at == hall.at(10)


def test_move_after_the_clock_was_set_back_still_comes_last(hall: Hall) -> None:
    hall.moved(("A", True, 1000))

    hall.moved(("B", False, 5))

    assert (hall.stand().item, hall.stand().spent) == (hall.items["B"], {})


@pytest.mark.parametrize(("item", "view"), [(10_000, ""), (None, "<script>"), (None, "x" * 61)])
def test_move_that_makes_no_sense_is_passed_by(hall: Hall, item: int | None, view: str) -> None:
    move(by=hall.secretary, number=hall.number, moves=[MoveGiven(uuid4(), item, True, view, hall.at(0))])

    assert hall.stand().key is None


def test_title_has_no_clock(hall: Hall) -> None:
    hall.moved(("title", True, 0))

    assert (hall.stand().item, hall.stand().running) == (None, False)


@pytest.mark.parametrize("table", ["meeting_move", "meeting_note_edition"])
def test_what_was_done_and_noted_is_never_changed(hall: Hall, table: str) -> None:
    hall.moved(("A", True, 0))
    hall.note("Do it")

    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# Questions


def test_meeting_is_found_only_with_the_right_on_its_unit(hall: Hall) -> None:
    who = hall.sight()
    nobody = type(who)(who.now, None, type(who._reach)(who.now, ()))

    assert [line.number for line in meetings(who)] == [hall.number]
    assert meetings(nobody) == []
    for sight, number in ((nobody, hall.number), (who, hall.number + 1), (who, 0), (who, 2**40)):
        with pytest.raises(NoSuchMeeting):
            meeting_for(sight, number)


def test_list_counts_units_turns_and_orders_in_as_many_statements_for_more_meetings(hall: Hall) -> None:
    def asked() -> int:
        who = hall.sight()
        with CaptureQueriesContext(
            connection,
        ) as statements:
            meetings(who)
        return len(statements)

    hall.moved(("A", True, 0))
    hall.note("Praised", kind="praise", state="settled")
    hall.note("Do it", state="settled")
    hall.note("Not yet")
    one = asked()
    ids = unit_ids()
    for day in (1, 2):
        make_meeting(by=hall.secretary, unit=ids["G"], period=parse("2022"), about=About("annual", date(2023, 1, day)), units=[ids["A"]])  # fmt: skip

    assert [(line.units, line.reviewed, line.orders) for line in meetings(hall.sight())] == [
        (3, 1, 1),
        (1, 0, 0),
        (1, 0, 0),
    ]
    assert asked() == one
