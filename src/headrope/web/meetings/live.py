"""What two screens ask each other every second: where the big screen stands, and what is noted there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from headrope.journal import clock
from headrope.ledger.said import gettext as _
from headrope.meetings import wording as words
from headrope.meetings.models import NoteKind, NoteState
from headrope.meetings.queries import MeetingInfo, NoteInfo, Stand, notes, stand, written_by
from headrope.web.access import Visit

Data = dict[str, object]


def live(visit: Visit, meeting: MeetingInfo, item: int | None = None) -> Data:
    """The stand with the notes of one item (id; None: that on the screen); moments in milliseconds since 1970."""
    now = clock.now()
    at = stand(meeting)
    wanted = at.item if item is None else item
    shown = notes(meeting.number, wanted) if wanted is not None else []
    writing = written_by(shown, now)
    return {
        "now": milliseconds(now),
        **_stand(at),
        "order": meeting.row_version,
        "shown": wanted,
        "notes": [note_data(visit, note) for note in shown],
        "writing": str(writing.key) if writing else None,
    }


def _stand(at: Stand) -> Data:
    return {
        "key": str(at.key) if at.key else None,
        "item": at.item,
        "running": at.running,
        "view": at.view,
        "at": milliseconds(at.at) if at.at else None,
        "spent": {str(item): spent for item, spent in at.spent.items()},
    }


def milliseconds(moment: datetime) -> int:
    """A moment as scripts count it."""
    return round(moment.timestamp() * 1000)


def kind_text(kind: str) -> str:
    """What is noted, in a word."""
    kinds = {NoteKind.PRAISE: _("Praise"), NoteKind.PROBLEM: _("Problem"), NoteKind.ORDER: _("Order")}
    return next((text for each, text in kinds.items() if each == kind), kind)


def note_data(visit: Visit, note: NoteInfo) -> Data:
    """A note as scripts take it."""
    to = note.to.shown_name(visit.language) if note.to else note.to_words
    parts = [
        _("to %(who)s") % {"who": to} if to else "",
        _("due %(day)s") % {"day": words.due_text(note.due)} if note.due else "",
        note.remark,
    ]
    title = kind_text(note.kind)
    return {
        "id": note.id,
        "key": str(note.key),
        "item": note.item,
        "kind": note.kind,
        "title": f"{title} {note.number}" if note.number else title,
        "words": note.words,
        "to": to,
        "due": note.due.isoformat() if note.due else "",
        "meta": " · ".join(part for part in parts if part),
        "state": note.state,
        "said": state_text(note),
        "remark": note.remark,
        "version": note.version,
        "by": note.by.shown_name(visit.language),
    }


def state_text(note: NoteInfo) -> str:
    """How far a note has come, in a word."""
    if note.state == NoteState.SETTLED:
        return _("stands")
    return _("done") if note.state == NoteState.DONE else _("being written")


def notes_data(visit: Visit, found: Sequence[NoteInfo]) -> list[Data]:
    """Notes as scripts take them."""
    return [note_data(visit, note) for note in found]
