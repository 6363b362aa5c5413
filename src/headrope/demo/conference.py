"""The conferences of the example group: that of January with its orders, and the half-year conference of July, prepared."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from headrope.core.periods import parse
from headrope.demo.units import PLACED
from headrope.meetings.actions import About, make_meeting
from headrope.meetings.models import Item, Meeting, NoteKind, NoteState
from headrope.meetings.notes import NoteGiven, write
from headrope.org.models import User
from headrope.org.queries import unit_ids

HELD: Final = (date(2023, 1, 18), date(2023, 7, 14))
SECONDS: Final = 360
NINE: Final = 9 * 60


class Said(NamedTuple):
    """What a company was told in January: to whom, by when, and what became of it."""

    unit: str
    kind: NoteKind
    words: str
    to: str = ""
    due: date | None = None
    remark: str = ""
    done: bool = False


JANUARY: Final = (
    Said("T03", NoteKind.ORDER, "Close the idle forging line", "fang.zhiqiang", date(2023, 5, 31), "closed 30 May by supervision", True),
    Said("T03", NoteKind.ORDER, "Sell the Nanwan workshop, 62 million", "fang.zhiqiang", date(2023, 6, 29), "buyer withdrew"),
    Said("T03", NoteKind.ORDER, "Bring receivables under 547 million", "fang.zhiqiang", date(2023, 9, 30), "607, was 622"),
    Said("T01", NoteKind.PRAISE, "The best orders of five years, and paid for"),
    Said("T06", NoteKind.ORDER, "Copper is hedged before a price is offered", "meng.qi", date(2023, 3, 31), "rule in force since 20 March", True),
    Said("T09", NoteKind.PROBLEM, "Dealers hold four months of cranes"),
    Said("T09", NoteKind.ORDER, "Dealers' stocks under two months", "jiang.bo", date(2023, 8, 31), "2.6 months in June"),
    Said("T11", NoteKind.ORDER, "Figures come by the fifth working day", "tang.rui", date(2023, 2, 28), "late again in June"),
)  # fmt: skip


def make_conferences(by: User) -> None:
    """Make both conferences; does nothing more where there is a meeting already."""
    if Meeting.objects.exists():
        return
    ids = unit_ids()
    units = [ids[unit.code] for unit in PLACED if unit.parent == "T"]
    january = About("annual", HELD[0], SECONDS, NINE)
    july = About("half-year", HELD[1], SECONDS, NINE)
    number = make_meeting(by=by, unit=ids["T"], period=parse("2022"), about=january, units=units).number
    assert number is not None
    items = dict(Item.objects.filter(meeting_id=number).values_list("unit_id", "id"))
    for place, said in enumerate(JANUARY):
        _write(by, number, items[ids[said.unit]], place, said)
    make_meeting(by=by, unit=ids["T"], period=parse("2023-H1"), about=july, units=units)


def _write(by: User, number: int, item: int, place: int, said: Said) -> None:
    """The note as it was settled, and what became of it since."""
    key = _key(place)
    given = NoteGiven(key, item, 0, said.kind, said.words, said.to, said.due, NoteState.SETTLED, said.remark)
    written = write(by=by, meeting=number, given=given, spare=_key(place + len(JANUARY)))
    assert not written.problems
    if said.done:
        done = NoteGiven(key, item, 1, said.kind, said.words, said.to, said.due, NoteState.DONE, said.remark)
        write(by=by, meeting=number, given=done, spare=key)


def _key(place: int) -> UUID:
    """The same keys each time."""
    return uuid5(NAMESPACE_URL, f"headrope demo note {place}")
