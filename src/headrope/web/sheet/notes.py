"""What the unit was told at its last review and what it answered to its gaps, as strings ready to print."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language, ngettext

from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.meetings import wording as meeting_words
from headrope.meetings.models import NoteKind, NoteState
from headrope.meetings.queries import NoteInfo, Reviewed
from headrope.review.gaps.causes import by_code, causes, path_name
from headrope.review.queries import Reader
from headrope.review.sheet.queries import UnitSheet
from headrope.review.sheet.said import Answered
from headrope.review.wording import Wording

MOST_NOTES, MOST_ANSWERS = 3, 2


@dataclass(slots=True)
class Note:
    """One note: its number, what was said, small print, and the state as shape and word."""

    number: str
    text: str
    small: str
    state: str
    word: str


@dataclass(slots=True)
class Notes:
    """The notes of the last review; `left` says how many are not here."""

    title: str
    about: str
    notes: list[Note]
    left: str


@dataclass(slots=True)
class Reply:
    """An answer to a gap: which, in whose words, the causes and what is promised, and what became of it."""

    measure: str
    words: str
    small: str
    became: str


@dataclass(slots=True)
class Replies:
    """The answers; `open` names the red measures that nobody has answered."""

    about: str
    replies: list[Reply]
    open: str


def notes(sheet: UnitSheet, wording: Wording) -> Notes | None:
    """The notes of the last review, orders first; None where there was none."""
    last = sheet.said.last
    if last is None:
        return None
    rows = [*last.orders, *(note for note in last.notes if note.kind != NoteKind.ORDER)]
    done = sum(note.state == NoteState.DONE for note in last.orders)
    about = _("%(done)s of %(n)s orders done") % {"done": done, "n": len(last.orders)} if last.orders else ""
    left = len(rows) - MOST_NOTES
    return Notes(
        _title(last),
        about,
        [_note(note, sheet, wording) for note in rows[:MOST_NOTES]],
        ngettext("%(n)s more note", "%(n)s more notes", left) % {"n": left} if left > 0 else "",
    )


def _title(last: Reviewed) -> str:
    if last.orders:
        return meeting_words.orders_of(last.held_on)
    return _("Notes of %(day)s") % {"day": meeting_words.due_text(last.held_on)}


def _note(note: NoteInfo, sheet: UnitSheet, wording: Wording) -> Note:
    small = [note.remark] if note.remark else []
    if note.kind != NoteKind.ORDER:
        word = _("praise") if note.kind == NoteKind.PRAISE else pgettext("note", "problem")
        return Note("", note.words, " · ".join(small), "", word)
    if to := note.to.shown_name(get_language() or "en") if note.to else note.to_words:
        small.append(_("to %(name)s") % {"name": to})
    if note.state == NoteState.DONE:
        return Note(str(note.number or ""), note.words, " · ".join(small), "ahead", pgettext("order", "done"))
    if note.due:
        small.append(_("due %(day)s") % {"day": wording.day(note.due)})
    late = note.overdue(sheet.said.today)
    return Note(
        str(note.number or ""),
        note.words,
        " · ".join(small),
        "behind" if late else "on",
        pgettext("order", "overdue") if late else pgettext("order", "running"),
    )


def replies(reader: Reader, sheet: UnitSheet, wording: Wording) -> Replies:
    """The answers to gaps, and which red measures have none."""
    said = sheet.said
    known = by_code(causes(reader.at, reader.known_postings)) if said.answers else {}
    made = []
    for each in said.answers[:MOST_ANSWERS]:
        named = [path_name(part.code, known, wording.language) for part in each.answer.causes]
        small = [pgettext("between names", ", ").join(named)] if named else []
        small.append(_promised(each, wording))
        if each.answer.evidence:
            count = len(each.answer.evidence)
            small.append(ngettext("evidence: %(n)s file", "evidence: %(n)s files", count) % {"n": count})
        made.append(
            Reply(
                wording.name(each.line.info), each.answer.words, " · ".join(filter(None, small)), _became(each, wording)
            )
        )
    names = pgettext("between names", ", ").join(wording.name(line.info) for line in said.unanswered)
    count = len(said.answers)
    about = ngettext("%(n)s answer", "%(n)s answers", count) % {"n": count} if count > MOST_ANSWERS else ""
    if count and not about:
        about = wording.day(said.answers[0].answer.at.astimezone(wording.ledger.zone).date())
    return Replies(about, made, _("Behind without an answer: %(names)s") % {"names": names} if names else "")


def _promised(each: Answered, wording: Wording) -> str:
    amount = wording.figure(each.line.info, each.answer.promised, *_beside(each))
    return _("promised %(amount)s") % {"amount": amount} if each.answer.promised else _("nothing promised")


def _became(each: Answered, wording: Wording) -> str:
    """What became of an answer that was given for an earlier period."""
    if each.due is None or each.made is None:
        return ""
    info = each.line.info
    values = {
        "due": wording.figure(info, each.due, *_beside(each)),
        "made": wording.figure(info, each.made, *_beside(each), sign=True),
    }
    return _("of it %(due)s by now; the gap has changed by %(made)s") % values


def _beside(each: Answered) -> tuple[int | float | None, ...]:
    return (each.line.actual.value, each.line.plan.value)
