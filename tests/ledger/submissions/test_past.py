"""A form as it was known on a day: what had been sent by then, whatever has come since."""

from __future__ import annotations

from datetime import UTC, date, datetime

from headrope.ledger.submissions import actions
from headrope.ledger.submissions.actions import Cell, Entry
from headrope.ledger.submissions.past import days_of, sheet_on
from headrope.ledger.submissions.queries import entry_sheet
from headrope.ledger.submissions.sheet import EntrySheet

from .conftest import Desk
from .test_round import RIGHT, sent

WARNED = {**RIGHT, "REV": Cell("1.6", 3, "", "A ship came in")}


def at(desk: Desk, day: int) -> None:
    desk.now = datetime(2023, 7, day, 4, tzinfo=UTC)


def on(desk: Desk, day: int) -> EntrySheet:
    return sheet_on(desk.place("clerk", "A1"), date(2023, 7, day))


def test_each_day_shows_what_was_sent_by_then(desk: Desk) -> None:
    """3 July typed, 4 July sent, 6 July returned, 7 July typed and sent again, 10 July accepted; asked on 12 July."""
    at(desk, 3)
    actions.save(desk.actor("clerk"), desk.place("clerk", "A1"), 0, Entry(WARNED))
    at(desk, 4)
    place = desk.place("clerk", "A1")
    answer = Entry(answers={("LEAP", "REV"): "Two ships were invoiced"})
    actions.save(desk.actor("clerk"), place, entry_sheet(place).row_version, answer)
    place = desk.place("clerk", "A1")
    assert actions.submit(desk.actor("clerk"), place, entry_sheet(place).row_version).problems == ()
    at(desk, 6)
    place, head = desk.place("head", "A1"), desk.actor("head")
    actions.return_(head, place, entry_sheet(place).row_version, "Look again", {"REV": "One ship, not two"})
    at(desk, 7)
    sent(desk, cells={"REV": Cell("1.1", 3)})
    at(desk, 10)
    place = desk.place("head", "A1")
    actions.accept(head, place, entry_sheet(place).row_version)
    at(desk, 12)

    sheets = {day: on(desk, day) for day in (2, 3, 4, 5, 6, 7, 9, 10, 11)}

    def shown(sheet: EntrySheet) -> tuple[str, str, str, str, int]:
        typed = sheet.lines[0].typed
        assert typed
        return sheet.state, typed.raw, typed.note, typed.remark, len(sheet.events)

    first = ("1.6", "A ship came in")
    assert {day: shown(sheet) for day, sheet in sheets.items()} == {
        2: ("draft", "", "", "", 0),
        3: ("draft", "", "", "", 0),
        4: ("submitted", *first, "", 1),
        5: ("submitted", *first, "", 1),
        6: ("returned", *first, "One ship, not two", 2),
        7: ("submitted", "1.1", "", "", 3),
        9: ("submitted", "1.1", "", "", 3),
        10: ("accepted", "1.1", "", "", 4),
        11: ("accepted", "1.1", "", "", 4),
    }
    assert [each.answer for each in sheets[4].lines[0].questions] == []  # no fact was known then to leap from
    assert days_of(desk.place("clerk", "A1")) == tuple(date(2023, 7, day) for day in (10, 7, 6, 4))
    assert {sheet.row_version for sheet in sheets.values()} == {0}
    assert not any(line.faults for sheet in sheets.values() for line in sheet.lines)


def test_figures_beside_are_those_known_then(desk: Desk) -> None:
    """The facts of the small group were loaded after July 2023, in the books' time."""
    at(desk, 12)

    then = on(desk, 11).lines[0]
    now = entry_sheet(desk.place("clerk", "A1")).lines[0]

    assert (then.previous, then.plan, now.previous, now.plan) == (None, None, 1_000_00, 1_200_00)
