"""Answering: who may, what is read, two at once, and what stays in the books."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from headrope.core.periods import parse
from headrope.followup.models import Message
from headrope.journal.models import Audit
from headrope.journal.queries import books
from headrope.review.gaps.actions import Moved, NotAllowed, ask
from headrope.review.gaps.answers import history
from headrope.review.gaps.evidence import evidence
from headrope.review.gaps.given import Upload
from headrope.review.gaps.place import NoSuchGap
from headrope.review.models import GapAnswer, GapAsk, GapEvidence

from .conftest import HALF, Desk, months

TABLES = {"gap_answer": GapAnswer, "gap_ask": GapAsk, "gap_evidence": GapEvidence}


def test_answer_is_kept_as_it_was_given(desk: Desk) -> None:
    done = desk.answer(
        "head",
        causes=[("STEEL", "18.5"), ("COST", "")],
        words=" Two outages slip.\r\nThe steel clause is signed. ",
        whys=["Why?", "Because."],
        months=months(aug="12", sep="8.25"),
        files=[Upload("plan.txt", b"plan")],
    )

    held = desk.gap("office").answer
    assert done.problems == () and held is not None and held == done.answer
    assert (held.words, held.whys, held.cause) == ("Two outages slip.\nThe steel clause is signed.", ("Why?", "Because."), "STEEL")  # fmt: skip
    assert [(part.code, part.amount) for part in held.causes] == [("STEEL", 1850), ("COST", None)]
    assert (held.promised, held.explained, held.gap, held.against) == (2025, 1850, -2800, "target")
    assert held.months == ((parse("2023-08"), 1200), (parse("2023-09"), 825))
    assert [(file.name, file.sha256, file.size) for file in held.evidence] == [("plan.txt", hashlib.sha256(b"plan").hexdigest(), 4)]  # fmt: skip
    assert (held.on_behalf, held.by.username, held.row_version, held.seq) == (False, "head", 1, books().seq)
    assert evidence(held.unit, held.measure, HALF, held.evidence[0].id) == ("plan.txt", b"plan")


def test_amounts_are_typed_in_the_scale_of_the_page(desk: Desk) -> None:
    done = desk.answer("head", months=months(aug="0.02"), exponent=3)

    assert done.answer is not None and done.answer.promised == 2000


def test_amounts_of_shares_are_typed_in_points(desk: Desk) -> None:
    done = desk.answer("head", measure="MARGIN", months=months(aug="0.5"), exponent=3)

    assert done.answer is not None and done.answer.promised == 0.005


@pytest.mark.parametrize(
    ("who", "unit", "behalf"),
    [("head", "A", False), ("head", "A1", False), ("office", "A", True), ("office", "G", True), ("head_b", "B", False)],
)
def test_head_answers_and_the_office_on_behalf(desk: Desk, who: str, unit: str, behalf: bool) -> None:
    done = desk.answer(who, unit)

    assert done.answer is not None and done.answer.on_behalf is behalf
    assert ("answer on behalf" if behalf else "answer") in set(Audit.objects.values_list("action", flat=True))


@pytest.mark.parametrize("who", ["supervision", "leader", "administrator", "clerk"])
def test_others_may_not_answer(desk: Desk, who: str) -> None:
    before = books().seq

    with pytest.raises(NotAllowed):
        desk.answer(who, "A1")

    assert books().seq == before and not GapAnswer.objects.exists()


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_kept(desk: Desk) -> None:
    before = books().seq
    typed = {**months(jul="1O", aug="-3", sep="1.234"), parse("2024-05"): "1"}

    done = desk.answer(
        "head",
        causes=[("STEEL", "x"), ("STEEL", ""), ("OLD", ""), ("NONE", ""), ("", "5")],
        words="  ",
        whys=["a", "", "b", "", "", ""],
        months=typed,
        files=[Upload("empty.txt", b""), Upload("large.bin", b"x" * 5_000_001)],
    )

    assert done.answer is None
    assert [(problem.where, bool(problem.remedy)) for problem in done.problems] == [
        ("cause 1", True),
        ("cause 2", True),
        ("cause 3", True),
        ("cause 4", True),
        ("cause 5", True),
        ("words", True),
        ("why 2", True),
        ("2023-07", True),
        ("2023-08", True),
        ("2023-09", True),
        ("2024-05", True),
        ("empty.txt", True),
        ("large.bin", True),
    ]
    assert [model.objects.count() for model in TABLES.values()] == [0, 0, 0]
    assert books().seq == before


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"causes": []}, ["cause 1"]),
        ({"words": "a\x00b"}, ["words"]),
        ({"words": "x" * 2001}, ["words"]),
        ({"whys": ["x" * 301]}, ["why 1"]),
        ({"whys": ["x"] * 6}, ["why 1"]),
        ({"words": "\ud800"}, ["words"]),
        ({"files": [Upload("a", b"1")] * 6}, ["file"]),
        ({"months": months(aug="9" * 30)}, ["2023-08"]),
    ],
)
def test_what_cannot_be_kept_is_refused(desk: Desk, given: dict[str, object], where: list[str]) -> None:
    assert [problem.where for problem in desk.answer("head", **given).problems] == where


def test_second_of_two_is_told_and_both_are_kept(desk: Desk) -> None:
    desk.answer("head", words="Mine.", files=[Upload("a.txt", b"a")])

    with pytest.raises(Moved) as moved:
        desk.answer("office", words="On the telephone.")
    assert moved.value.answer.words == "Mine."

    kept = moved.value.answer.evidence[0].id
    desk.answer("office", version=1, words="On the telephone.", keep=[kept, 999])
    held = desk.gap("office").answer
    assert held is not None and (held.row_version, held.words) == (2, "On the telephone.")
    assert [file.name for file in held.evidence] == ["a.txt"]
    assert [each.words for each in history(held.unit, held.measure, HALF)] == ["On the telephone.", "Mine."]


def test_answer_on_a_version_that_never_was_is_refused(desk: Desk) -> None:
    with pytest.raises(LookupError):
        desk.answer("head", version=3)


def test_unit_without_the_measure_has_no_gap(desk: Desk) -> None:
    with pytest.raises(NoSuchGap):
        desk.gap("office", "A1", "NONE")


def test_asking_leaves_a_trail_and_a_message_to_the_head(desk: Desk) -> None:
    assert ask(desk.actor("supervision"), desk.gap("office", "A1"), date(2023, 7, 20), "Why so low?") == []

    asked = desk.gap("head", "A1").asked
    assert asked is not None and (asked.due, asked.words, asked.by.username) == (date(2023, 7, 20), "Why so low?", "supervision")  # fmt: skip
    message = Message.objects.get(key__startswith="gap-ask/")
    assert (message.to_user.username, message.url) == ("head", "/gaps/A1/2023-H1/PROFIT/")
    assert "East Pumps" in message.subject and "Why so low?" in message.body


def test_asking_needs_the_right_and_a_day_to_come(desk: Desk) -> None:
    assert [p.where for p in ask(desk.actor("office"), desk.gap("office"), date(2023, 7, 12))] == ["due"]
    assert [p.where for p in ask(desk.actor("office"), desk.gap("office"), None, "x\ny")] == ["A"]
    with pytest.raises(NotAllowed):
        ask(desk.actor("leader"), desk.gap("leader"), None)
    assert not GapAsk.objects.exists() and not Message.objects.exists()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET unit_id = 1", "DELETE FROM {}"])
def test_nothing_that_was_given_is_changed_or_deleted(desk: Desk, table: str, statement: str) -> None:
    desk.answer("head", files=[Upload("a.txt", b"a")])
    ask(desk.actor("office"), desk.gap("office"), None)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))

    assert TABLES[table].objects.count() == 1
