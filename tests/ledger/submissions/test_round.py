"""A submission on its way: draft, submitted, returned, accepted, locked, reopened and restated."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from headrope.core.periods import parse
from headrope.journal.models import Posting
from headrope.ledger.models import Fact, State
from headrope.ledger.queries import version_ids
from headrope.ledger.submissions import actions, locking
from headrope.ledger.submissions.actions import Actor, Cell, Entry, Moved, NotAllowed, NotOpen
from headrope.ledger.submissions.models import SubmissionEvent
from headrope.ledger.submissions.owed import by_urgency, owes
from headrope.ledger.submissions.queries import board, entry_sheet
from headrope.ledger.submissions.sheet import EntrySheet
from headrope.org.queries import NoSuchUnit, unit_ids

from ...conftest import Load
from .conftest import JUNE, Desk

RIGHT = {
    "REV": Cell("1.1", 3),
    "OVERSEAS": Cell("0.2", 3),
    "PROFIT": Cell("110.05"),
    "STAFF": Cell("51"),
    "SHARE": Cell("40.5", -2),
    "REMARK": Cell("Second shift since 20 May"),
}


def typed_in(desk: Desk, cells: dict[str, Cell], unit: str = "A1", name: str = "clerk") -> EntrySheet:
    place = desk.place(name, unit)
    return actions.save(desk.actor(name), place, entry_sheet(place).row_version, Entry(cells)).sheet


def sent(desk: Desk, unit: str = "A1", name: str = "clerk", cells: dict[str, Cell] = RIGHT) -> EntrySheet:
    sheet = typed_in(desk, cells, unit, name)
    done = actions.submit(desk.actor(name), desk.place(name, unit), sheet.row_version)
    assert done.problems == ()
    return done.sheet


def in_books(unit: str = "A1") -> dict[int, tuple[int | float | None, State]]:
    rows = Fact.objects.filter(unit_id=unit_ids()[unit], period=JUNE.code, version_id=version_ids()["actual"]).order_by(
        "seq"
    )
    return {row.measure_id: (row.amount if row.amount is not None else row.number, State(row.state)) for row in rows}


def test_draft_keeps_what_is_no_number(desk: Desk) -> None:
    sheet = typed_in(desk, {"REV": Cell("2,4o7"), "STAFF": Cell("51")})

    assert [(line.info.code, line.typed.raw if line.typed else None, line.value) for line in sheet.lines] == [
        ("REV", "2,4o7", None),
        ("OVERSEAS", "", None),
        ("PROFIT", "", None),
        ("MARGIN", None, None),
        ("STAFF", "51", 51),
        ("SHARE", "", None),
        ("REMARK", "", None),
    ]
    assert str(sheet.lines[0].wrong).startswith("REV: '2,4o7' is not a number")
    assert [doubt.check.code for line in sheet.lines for doubt in line.faults] == ["REQUIRED"]


def test_lines_show_what_stands_beside(desk: Desk) -> None:
    sheet = typed_in(desk, RIGHT)

    revenue = sheet.lines[0]
    assert (revenue.value, revenue.previous, revenue.last_year, revenue.plan) == (1_100_00, 1_000_00, None, 1_200_00)
    assert sheet.lines[3].value == pytest.approx(110.05 / 1100)
    assert (sheet.lines[0].cell, sheet.lines[3].cell) == ("C12", "C15")


def test_nothing_is_sent_until_all_is_right(desk: Desk) -> None:
    sheet = typed_in(desk, {**RIGHT, "REV": Cell("2000"), "OVERSEAS": Cell("2000.01"), "STAFF": Cell("")})

    done = actions.submit(desk.actor("clerk"), desk.place("clerk", "A1"), sheet.row_version)

    assert [problem.where for problem in done.problems] == ["C12", "C13", "C16"]
    assert entry_sheet(desk.place("clerk", "A1")).state == "draft"


def test_warning_is_answered_with_a_word_that_lapses_when_the_figure_changes(desk: Desk) -> None:
    sheet = typed_in(desk, {**RIGHT, "REV": Cell("1600")})
    actor, place = desk.actor("clerk"), desk.place("clerk", "A1")
    refused = actions.submit(actor, place, sheet.row_version)
    answers = {("LEAP", "REV"): "Two projects invoiced"}
    sheet = actions.save(actor, place, sheet.row_version, Entry(answers=answers)).sheet
    answered = [question.answer for line in sheet.lines for question in line.questions]

    changed = typed_in(desk, {"REV": Cell("1700")})

    assert [problem.where for problem in refused.problems] == ["C12"]
    assert answered == ["Two projects invoiced"]
    assert [question.answer for line in changed.lines for question in line.questions] == [""]


def test_acceptance_posts_once_and_only_what_differs(desk: Desk) -> None:
    sheet = sent(desk)
    before = Posting.objects.count()

    done = actions.accept(desk.actor("head"), desk.place("head", "A1"), sheet.row_version)

    infos = desk.round().infos
    assert done.sheet.state == "accepted"
    assert Posting.objects.count() == before + 1
    assert Posting.objects.get(seq=done.seq).kind == "accept"
    assert {code: in_books().get(infos[code].id) for code in RIGHT} == {
        "REV": (1_100_00, State.VALUE),
        "OVERSEAS": (200_00, State.VALUE),
        "PROFIT": (110_05, State.VALUE),
        "STAFF": (51, State.VALUE),
        "SHARE": (0.405, State.VALUE),
        "REMARK": (None, State.TEXT),
    }


def test_returned_with_remarks_by_cell_and_sent_again(desk: Desk) -> None:
    sheet = sent(desk)
    head = desk.actor("head")
    nothing = actions.return_(head, desk.place("head", "A1"), sheet.row_version, " ", {})
    back = actions.return_(head, desk.place("head", "A1"), sheet.row_version, "Look again", {"PROFIT": "Too low"}).sheet

    again = sent(desk, cells={"PROFIT": Cell("120")})

    assert len(nothing.problems) == 1
    assert (back.state, [line.typed.remark for line in back.lines if line.typed]) == (
        "returned",
        ["", "", "Too low", "", "", ""],
    )
    assert again.state == "submitted"
    assert [line.typed.remark for line in again.lines if line.typed] == [""] * 6
    assert [event.action for event in again.events] == ["submit", "return", "submit"]
    details = SubmissionEvent.objects.filter(action="submit").order_by("id").values_list("detail", flat=True)
    assert [json.loads(detail)["cells"]["PROFIT"]["raw"] for detail in details] == ["110.05", "120"]


def test_second_of_two_is_told_and_nothing_is_lost(desk: Desk) -> None:
    sheet = typed_in(desk, RIGHT)
    actions.save(desk.actor("office"), desk.place("office", "A1"), sheet.row_version, Entry({"STAFF": Cell("52")}))

    with pytest.raises(Moved) as moved:
        actions.save(desk.actor("clerk"), desk.place("clerk", "A1"), sheet.row_version, Entry({"STAFF": Cell("53")}))

    assert moved.value.sheet.changed_by == desk.people["office"]
    assert entry_sheet(desk.place("clerk", "A1")).lines[4].value == 52


def test_unit_above_sends_after_all_below_or_says_why_not(desk: Desk) -> None:
    sheet = sent(desk)
    actions.accept(desk.actor("head"), desk.place("head", "A1"), sheet.row_version)
    head, place = desk.actor("head"), desk.place("head", "A")
    early = actions.submit(head, place, 0)

    done = actions.submit(head, place, 0, "East Valves moves house")

    assert [str(problem) for problem in early.problems] == [
        "A: Not accepted below: A2. Accept them first, or say why it is sent without them."
    ]
    assert (done.problems, done.sheet.state) == ((), "submitted")
    assert done.sheet.events[-1].reason == "East Valves moves house"


def sent_on(desk: Desk) -> EntrySheet:
    """A sends on what A1 and A2 have sent and its head has accepted; then he reopens A1."""
    for unit, name, cells in (("A1", "clerk", RIGHT), ("A2", "office", {**RIGHT, "REV": Cell("0.52", 3)})):
        sheet = sent(desk, unit, name, cells)
        accepted = actions.accept(desk.actor("head"), desk.place("head", unit), sheet.row_version)
        assert accepted.seq
    done = actions.submit(desk.actor("head"), desk.place("head", "A"), 0)
    assert done.problems == () and done.sheet.exceptions == ""
    place = desk.place("head", "A1")
    actions.reopen(desk.actor("head"), place, entry_sheet(place).row_version, "Freight moved")
    return done.sheet


def test_unit_above_is_accepted_after_all_below_though_one_was_reopened_since_it_was_sent(desk: Desk) -> None:
    above = sent_on(desk)
    office = desk.actor("office")
    before = Posting.objects.count()

    refused = actions.accept(office, desk.place("office", "A"), above.row_version)

    assert [str(problem) for problem in refused.problems] == [
        "A: Not accepted below: A1. Accept them first, or say why it is accepted without them."
    ]
    assert (refused.sheet.state, refused.seq, Posting.objects.count()) == ("submitted", None, before)
    again = sent(desk, cells={"PROFIT": Cell("90")})
    actions.accept(desk.actor("head"), desk.place("head", "A1"), again.row_version)
    done = actions.accept(office, desk.place("office", "A"), above.row_version)
    assert (done.problems, done.sheet.state, done.sheet.exceptions) == ((), "accepted", "")


def test_exception_is_noted_when_it_is_accepted_without_one_below(desk: Desk) -> None:
    above = sent_on(desk)

    done = actions.accept(desk.actor("office"), desk.place("office", "A"), above.row_version, " The conference waits ")

    assert (done.problems, done.sheet.state, done.sheet.exceptions) == ((), "accepted", "The conference waits")
    assert (done.sheet.events[-1].action, done.sheet.events[-1].reason) == ("accept", "The conference waits")


def test_exception_that_is_not_needed_is_not_noted(desk: Desk) -> None:
    sheet = sent(desk)

    done = actions.accept(desk.actor("head"), desk.place("head", "A1"), sheet.row_version, "For no reason")

    assert (done.sheet.exceptions, done.sheet.events[-1].reason) == ("", "")


def test_nobody_accepts_what_he_sent(desk: Desk) -> None:
    sheet = sent(desk, name="head")

    with pytest.raises(NotAllowed):
        actions.accept(desk.actor("head"), desk.place("head", "A1"), sheet.row_version)
    assert actions.accept(desk.actor("office"), desk.place("office", "A1"), sheet.row_version).seq


def test_restating_after_a_lock(desk: Desk) -> None:
    sheet = sent(desk)
    accepted = actions.accept(desk.actor("head"), desk.place("head", "A1"), sheet.row_version).sheet
    office = desk.actor("office")
    refused = locking.lock(office, desk.place("office", "G"))
    assert locking.lock(office, desk.place("office", "G"), "Conference is tomorrow") == []
    assert [problem.where for problem in refused] == ["G"]

    with pytest.raises(NotOpen):
        typed_in(desk, {"REV": Cell("1")}, "B", "other")
    with pytest.raises(NotAllowed):
        actions.reopen(desk.actor("head"), desk.place("head", "A1"), accepted.row_version, "Freight moved")
    opened = actions.reopen(desk.actor("finance"), desk.place("finance", "A1"), accepted.row_version, "Freight moved")
    assert (opened.sheet.state, opened.sheet.open, opened.sheet.locked) == ("reopened", True, True)
    again = sent(desk, cells={"PROFIT": Cell("90")})
    done = actions.accept(desk.actor("head"), desk.place("head", "A1"), again.row_version)

    posting = Posting.objects.get(seq=done.seq)
    assert (posting.kind, posting.reason) == ("restate", "Freight moved")
    assert in_books()[desk.round().infos["PROFIT"].id] == (90_00, State.VALUE)


MAY = {
    "save": {"office", "finance", "head", "clerk"},
    "submit": {"office", "finance", "head", "clerk"},
    "accept": {"office", "head"},
    "return": {"office", "head"},
    "reopen": {"office", "head"},
    "lock": {"office", "administrator"},
}
"""Who may do what to the form of A1; everybody else is refused, and who does not see A1 does not learn that it is there."""
BLIND = {"other", "outsider"}


@pytest.mark.parametrize(
    "name", ["office", "finance", "leader", "administrator", "head", "clerk", "viewer", "other", "outsider"]
)
def test_every_role_may_what_the_table_says(desk: Desk, name: str) -> None:
    found = set()
    for action in MAY:
        try:
            place = desk.place(name, "A1")
        except NoSuchUnit:
            assert name in BLIND
            continue
        if _allowed(desk.actor(name), place, action):
            found.add(action)

    assert found == {action for action, names in MAY.items() if name in names}


def _allowed(actor: Actor, place: object, action: str) -> bool:
    calls = {
        "save": lambda: actions.save(actor, place, 9, Entry()),  # type: ignore[arg-type]
        "submit": lambda: actions.submit(actor, place, 9),  # type: ignore[arg-type]
        "accept": lambda: actions.accept(actor, place, 9),  # type: ignore[arg-type]
        "return": lambda: actions.return_(actor, place, 9, "", {}),  # type: ignore[arg-type]
        "reopen": lambda: actions.reopen(actor, place, 0, ""),  # type: ignore[arg-type]
        "lock": lambda: locking.lock(actor, place, "now"),  # type: ignore[arg-type]
    }
    try:
        calls[action]()
    except NotAllowed:
        return False
    except (Moved, NotOpen):
        return True
    return True


def test_board_tells_how_all_stand(desk: Desk) -> None:
    sent(desk)

    found = board(desk.actor("head").sight, desk.place("head", "A"))

    assert [(row.unit.code, row.depth, row.stood.state, row.acceptable) for row in found.rows] == [
        ("A", 0, "none", False),
        ("A1", 1, "submitted", True),
        ("A2", 1, "none", False),
    ]
    assert found.reports._asdict() == {"in_time": 1, "late": 0, "missing": 0, "open": 1}


def test_period_in_the_books_without_submission_is_not_owed(desk: Desk) -> None:
    found = board(desk.actor("head").sight, desk.place("head", "A", parse("2023-05")))

    assert [row.stood.state for row in found.rows] == ["booked", "booked", "booked"]


def test_extension_moves_the_due_day_of_one_unit(desk: Desk) -> None:
    def due(unit: str) -> date:
        found = entry_sheet(desk.place("office", unit)).due
        assert found is not None
        return found.day

    before = {unit: due(unit) for unit in ("A1", "A2", "A")}
    head = desk.actor("head")
    refused = locking.extend(head, desk.place("head", "A1"), before["A1"], "Flood")
    silent = locking.extend(head, desk.place("head", "A1"), date(2023, 7, 20), " ")
    assert locking.extend(head, desk.place("head", "A1"), date(2023, 7, 20), "Flood in the works") == []

    assert [len(refused), len(silent)] == [1, 1]
    assert {unit: due(unit) for unit in before} == {**before, "A1": date(2023, 7, 20), "A": date(2023, 7, 21)}
    with pytest.raises(NotAllowed):
        locking.extend(desk.actor("clerk"), desk.place("clerk", "A1"), date(2023, 7, 30), "I am late")


def test_unit_above_still_sends_on_what_is_accepted_and_loaded_below(desk: Desk, load: Load) -> None:
    load(facts="unit,measure,period,version,value\nA2,REV,2023-06,actual,5")
    assert [row.stood.state for row in board(desk.actor("head").sight, desk.place("head", "A")).rows] == [
        "none",
        "none",
        "booked",
    ]

    actions.accept(desk.actor("head"), desk.place("head", "A1"), sent(desk).row_version)

    states = [row.stood.state for row in board(desk.actor("head").sight, desk.place("head", "A")).rows]
    assert states == ["none", "accepted", "booked"]
    june = [item for item in by_urgency(owes(desk.actor("head").sight, desk.when).piles) if item.round.period == JUNE]
    assert [(item.kind, item.unit.code) for item in june] == [("send", "A")]
    assert actions.submit(desk.actor("head"), desk.place("head", "A"), 0).problems == ()


def test_a_form_of_a_month_that_was_loaded_shows_what_the_books_hold_and_restates_it(desk: Desk) -> None:
    may = parse("2023-05")
    desk.now = datetime(2035, 7, 5, 4, tzinfo=UTC)
    sheet = entry_sheet(desk.place("clerk", "A1", may))

    assert sheet.booked is not None
    assert sheet.standing is not None and sheet.standing.state == "reported-late"
    assert {line.info.code: line.typed.raw for line in sheet.lines if line.typed} == {
        "REV": "1000",
        "OVERSEAS": "",
        "PROFIT": "100",
        "STAFF": "50",
        "SHARE": "",
        "REMARK": "",
    }

    # Who changes one cell sends the others as they are.
    done = actions.save(desk.actor("clerk"), desk.place("clerk", "A1", may), 0, Entry({"REV": Cell("1001")}))
    assert done.sheet.booked is None
    assert [line.typed.raw for line in done.sheet.lines if line.typed] == ["1001", "", "100", "50", "", ""]
    sent = actions.submit(desk.actor("clerk"), desk.place("clerk", "A1", may), done.sheet.row_version)
    assert not sent.problems
    before = Fact.objects.count()
    actions.accept(desk.actor("head"), desk.place("head", "A1", may), sent.sheet.row_version)
    assert Fact.objects.count() == before + 1
    assert desk.place("clerk", "A1", may).own.value("REV", "actual", may) == 1_001_00


def test_an_unbegun_form_without_figures_is_empty(desk: Desk) -> None:
    sheet = entry_sheet(desk.place("clerk", "A1"))

    assert sheet.booked is None
    assert all(line.typed is None or line.typed.empty for line in sheet.lines)
