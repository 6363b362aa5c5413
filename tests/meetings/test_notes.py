"""Notes: kept at every pause, settled by a posting, and never lost where two write the same one."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from headrope.core.periods import parse
from headrope.journal.models import Posting
from headrope.meetings.actions import About, make_meeting
from headrope.meetings.models import Item, Note, NoteEdition
from headrope.meetings.notes import NoteGiven, write
from headrope.meetings.queries import last_reviews, note_history, notes, written_by
from headrope.org.queries import unit_ids
from tests.meetings.conftest import Hall


def words(hall: Hall) -> list[tuple[str, str, int]]:
    return [(note.words, note.state, note.version) for note in notes(hall.number)]


def test_draft_is_kept_as_it_grows_and_every_edition_of_it_stays(hall: Hall) -> None:
    key = uuid4()
    seq = Posting.objects.latest("seq").seq

    for version, text in enumerate(("Rec", "Recovery plan", "Recovery plan by 31 July")):
        assert hall.note(text, key=key, version=version).version == version + 1

    assert words(hall) == [("Recovery plan by 31 July", "draft", 3)]
    (note,) = notes(hall.number)
    assert [each.words for each in note_history(hall.number, note.id)] == [
        "Rec",
        "Recovery plan",
        "Recovery plan by 31 July",
    ]
    assert Posting.objects.latest("seq").seq == seq  # a draft takes no number


def test_order_is_settled_with_a_number_and_a_posting(hall: Hall) -> None:
    hall.note("Good", kind="praise", state="settled")
    key = uuid4()
    hall.note("Plan", key=key)

    hall.note("Plan by July", key=key, version=1, state="settled", due=date(2023, 7, 31), to="Wang Fang")
    hall.note("Sell it", state="settled", to="somebody from outside")

    orders = [note for note in notes(hall.number) if note.kind == "order"]
    assert [(each.number, each.words, each.due) for each in orders] == [
        (1, "Plan by July", date(2023, 7, 31)),
        (2, "Sell it", None),
    ]
    assert [(each.to.code if each.to else "", each.to_words) for each in orders] == [
        ("wang", ""),
        ("", "somebody from outside"),
    ]
    assert [Posting.objects.get(seq=each.seq).reason for each in orders] == [
        f"order 1 of meeting {hall.number}: settled",
        f"order 2 of meeting {hall.number}: settled",
    ]


def test_what_stands_stays_when_its_words_change_and_is_done_or_withdrawn(hall: Hall) -> None:
    first = hall.note("Plan", state="settled")
    hall.note("Plan by May", key=first.key, version=1)
    hall.note("Plan by May", key=first.key, version=2, state="done", remark="on 30 May")

    assert words(hall) == [("Plan by May", "done", 3)]
    assert hall.note("Plan by May", key=first.key, version=3, state="withdrawn").version == 4
    assert words(hall) == []
    history = note_history(hall.number, first.note)
    assert [(each.state, each.number, each.seq is None) for each in history] == [
        (state, 1, False) for state in ("settled", "settled", "done", "withdrawn")
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"words": " ", "state": "settled"}, "words: The note says nothing. Write what is noted."),
        ({"to": "", "state": "settled"}, "to: Nobody is named who has to carry out the order. Name a person."),
        ({"kind": "song"}, "kind: A note is praise, a problem or an order. Choose one of them."),
        ({"words": "x" * 2001}, "words: The text is longer than 2000 characters, or holds control characters. Shorten it, or make two notes of it."),
        ({"words": "a\0b"}, "words: The text is longer than 2000 characters, or holds control characters. Shorten it, or make two notes of it."),
    ],
)  # fmt: skip
def test_note_that_cannot_be_kept_is_told(hall: Hall, change: dict[str, str], said: str) -> None:
    given = {"words": "Plan", **change}

    written = hall.note(**given)  # type: ignore[arg-type]

    assert [str(problem) for problem in written.problems] == [said]
    assert not Note.objects.exists()


def test_what_stands_is_not_emptied_by_a_draft(hall: Hall) -> None:
    first = hall.note("Plan", state="settled")

    assert hall.note("", key=first.key, version=1).problems
    assert words(hall) == [("Plan", "settled", 1)]


def test_note_of_a_unit_that_is_not_in_the_meeting_is_not_kept(hall: Hall) -> None:
    given = NoteGiven(uuid4(), 10_000, 0, "praise", "Good")

    assert write(by=hall.secretary, meeting=hall.number, given=given, spare=uuid4()).problems
    assert not Note.objects.exists()


def test_key_of_another_meetings_note_is_refused(hall: Hall) -> None:
    note = hall.note("Plan")
    done = make_meeting(by=hall.secretary, unit=unit_ids()["G"], period=parse("2022"), about=About("annual", date(2023, 1, 9)), units=[unit_ids()["A"]])  # fmt: skip
    assert done.number and note.key
    item = Item.objects.get(meeting_id=done.number).pk

    written = write(
        by=hall.other, meeting=done.number, given=NoteGiven(note.key, item, 1, "praise", "Mine"), spare=uuid4()
    )

    assert [problem.where for problem in written.problems] == ["key"]
    assert words(hall) == [("Plan", "draft", 1)]


# Two secretaries


def test_second_of_two_is_told_and_both_texts_are_kept(hall: Hall) -> None:
    first = hall.note("Plan")
    hall.note("Plan by July", key=first.key, version=1, window="one")

    second = hall.note("Plan by August", key=first.key, version=1, by=hall.other, window="two", state="settled")

    assert (second.other, second.by, second.version) == (first.note, hall.secretary, 1)
    assert second.key != first.key
    assert words(hall) == [("Plan by July", "draft", 2), ("Plan by August", "draft", 1)]
    assert Note.objects.get(pk=second.note).beside_id == first.note


def test_one_person_in_two_windows_is_told_like_two(hall: Hall) -> None:
    first = hall.note("Plan", window="one")

    second = hall.note("Another", key=first.key, version=0, window="two")

    assert second.other == first.note
    assert words(hall) == [("Plan", "draft", 1), ("Another", "draft", 1)]


def test_answer_that_was_lost_makes_no_second_writer(hall: Hall) -> None:
    """The window did not hear that version 1 was kept; it sends the same again, then goes on from version 0."""
    key = uuid4()
    hall.note("Plan", key=key)

    again = hall.note("Plan", key=key)
    on = hall.note("Plan by July", key=key)

    assert (again.version, on.version, on.other) == (1, 2, None)
    assert words(hall) == [("Plan by July", "draft", 2)]


def test_second_text_that_is_sent_again_is_kept_once(hall: Hall) -> None:
    first, spare = hall.note("Plan"), uuid4()
    hall.note("Plan by July", key=first.key, version=1)

    found = [hall.note("Mine", key=first.key, version=1, by=hall.other, window="two", spare=spare) for _ in range(2)]

    assert [each.key for each in found] == [spare, spare]
    assert [text for text, *_ in words(hall)] == ["Plan by July", "Mine"]
    assert NoteEdition.objects.count() == 3


# What both screens ask


def test_draft_counts_as_being_written_for_a_few_seconds(hall: Hall) -> None:
    hall.note("Plan")
    hall.note("Stands", state="settled")

    now = written_by(notes(hall.number), hall.now + timedelta(seconds=5))
    assert now is not None and now.words == "Plan"
    assert written_by(notes(hall.number), hall.now + timedelta(seconds=30)) is None


def test_last_orders_are_those_of_the_last_meeting_that_told_the_unit_anything(hall: Hall) -> None:
    ids = unit_ids()
    for day, text in ((date(2022, 7, 1), "long ago"), (date(2023, 1, 18), "in January")):
        done = make_meeting(by=hall.secretary, unit=ids["G"], period=parse("2022"), about=About("annual", day), units=[ids["A"], ids["B"]])  # fmt: skip
        assert done.number
        items = dict(Item.objects.filter(meeting_id=done.number).values_list("unit__code", "id"))
        for unit in ("A", "B") if text == "long ago" else ("A",):
            for part in ("first", "second"):
                given = NoteGiven(
                    uuid4(), items[unit], 0, "order", f"{part} {text}", "wang", date(2023, 7, 1), "settled"
                )
                write(by=hall.secretary, meeting=done.number, given=given, spare=uuid4())
    hall.note("Of today", state="settled")

    found = last_reviews([ids[code] for code in "ABC"], date(2023, 7, 14), hall.number)

    told = {
        unit: [(note.number, note.words, note.overdue(date(2023, 7, 14))) for note in each.orders]
        for unit, each in found.items()
    }
    assert told == {
        ids["A"]: [(1, "first in January", True), (2, "second in January", True)],
        ids["B"]: [(3, "first long ago", True), (4, "second long ago", True)],
    }
    assert found[ids["A"]].held_on == date(2023, 1, 18)
