"""/meetings: which units are reviewed in which order, and the notes and orders that stand; drafts stay with who writes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from headrope.api.answers import Refused
from headrope.api.auth import READ
from headrope.api.paging import DEFAULT, Page, page
from headrope.api.parameters import Code, Cursor, Limit, Number
from headrope.api.visit import Visit, visit
from headrope.core.periods import name
from headrope.meetings.queries import ItemInfo, MeetingInfo, MeetingLine, NoSuchMeeting, NoteInfo, meeting_for
from headrope.meetings.queries import meetings as all_meetings
from headrope.meetings.queries import notes as all_notes

router = Router(tags=["meetings"], auth=READ)

Kind = Literal["annual", "half-year", "quarter", "congress", "special", "study"]
NoteKind = Literal["praise", "problem", "order"]


class Held(Schema):
    """A meeting of a unit that goes through a period. A meeting without a title is called by its kind and year."""

    number: int
    kind: Kind
    unit: str
    period: str
    held_on: date
    title: str
    title_zh: str


class MeetingRow(Held):
    """A meeting in the list: how many units have a place in its order and have been reviewed, and how many orders stand."""

    units: int
    reviewed: int
    orders: int


class ItemAnswer(Schema):
    """A unit of the meeting; without a place it is left out. `spent` counts the seconds for which its clock has run."""

    unit: str
    place: int | None
    started_at: datetime | None
    ended_at: datetime | None
    spent: float


class MeetingAnswer(Held):
    """A meeting with its units in their order; `hidden` counts those that you may not see. `seconds` are meant for each unit."""

    seconds: int
    begins: str | None = Field(description="The time of the day, such as 09:00.")
    seq: int
    items: list[ItemAnswer]
    hidden: int


class NoteAnswer(Schema):
    """What was noted of a unit. An order has a number, and is addressed to a person (`to`) or to whom the words say (`to_words`).

    `version` counts its editions; `at` and `seq` are those of the last one.
    """

    note: int
    unit: str
    kind: NoteKind
    number: int | None
    words: str
    to: str | None
    to_words: str
    due: date | None
    state: Literal["settled", "done"]
    overdue: bool
    remark: str
    version: int
    by: str
    at: datetime
    seq: int | None


@router.get("", response=Page[MeetingRow], operation_id="meetings")
def meetings(request: HttpRequest, after: Cursor | None = None, limit: Limit = DEFAULT) -> Page[MeetingRow]:
    """The meetings of the units that you may see, by number."""
    who = visit(request)
    shown, following = page(all_meetings(who.who), lambda line: f"{line.number:010d}", after, limit)
    items = [
        MeetingRow(**_held(who, line), units=line.units, reviewed=line.reviewed, orders=line.orders) for line in shown
    ]
    return Page[MeetingRow](items=items, next=following)


@router.get("/{number}", response=MeetingAnswer, operation_id="meeting")
def meeting(request: HttpRequest, number: Number) -> MeetingAnswer:
    """One meeting, with its units in the order in which they are reviewed."""
    who = visit(request)
    found = _meeting(who, number)
    seen = [item for item in found.items if who.who.sees(item.unit.id)]
    begins = None if found.begins is None else f"{found.begins // 60:02d}:{found.begins % 60:02d}"
    return MeetingAnswer(
        **_held(who, found),
        seconds=found.seconds,
        begins=begins,
        seq=found.seq,
        items=[_item(item) for item in seen],
        hidden=len(found.items) - len(seen),
    )


@router.get("/{number}/notes", response=Page[NoteAnswer], operation_id="notes")
def notes(
    request: HttpRequest,
    number: Number,
    unit: Annotated[Code, Field(description="Only notes of this unit.")] | None = None,
    kind: NoteKind | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Page[NoteAnswer]:
    """The notes and orders of a meeting that stand, of the units that you may see, as they were begun."""
    who = visit(request)
    found = _meeting(who, number)
    wanted = who.unit(unit).id if unit else None
    held = [
        note
        for note in all_notes(found.number, drafts=False)
        if who.who.sees(note.unit) and wanted in (None, note.unit) and kind in (None, note.kind)
    ]
    shown, following = page(held, lambda note: f"{note.id:015d}", after, limit)
    return Page[NoteAnswer](items=[note_answer(who, note) for note in shown], next=following)


def _meeting(who: Visit, number: str) -> MeetingInfo:
    """The meeting; 404 alike for what is not there and what may not be seen."""
    try:
        return meeting_for(who.who, int(number))
    except NoSuchMeeting as error:
        raise Refused(404) from error


def _held(who: Visit, line: MeetingLine | MeetingInfo) -> dict[str, Any]:
    return {
        "number": line.number,
        "kind": line.kind,
        "unit": line.unit.code,
        "period": name(line.period, who.ledger.fiscal_start),
        "held_on": line.held_on,
        "title": line.title,
        "title_zh": line.title_zh,
    }


def _item(item: ItemInfo) -> ItemAnswer:
    return ItemAnswer(
        unit=item.unit.code,
        place=item.place,
        started_at=item.started,
        ended_at=item.ended,
        spent=item.spent / 1000,
    )


def note_answer(who: Visit, note: NoteInfo) -> NoteAnswer:
    """A note as data."""
    return NoteAnswer.model_validate(
        {
            "note": note.id,
            "unit": who.who.now.last[note.unit].code,
            "kind": note.kind,
            "number": note.number,
            "words": note.words,
            "to": note.to.code if note.to else None,
            "to_words": note.to_words,
            "due": note.due,
            "state": note.state,
            "overdue": note.overdue(who.today),
            "remark": note.remark,
            "version": note.version,
            "by": note.by.code,
            "at": note.at,
            "seq": note.seq,
        }
    )
