"""What the unit was told at its last review and what it answered to its gaps, as strings ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext

from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.meetings import wording as meeting_words
from headrope.meetings.models import NoteKind, NoteState
from headrope.meetings.queries import NoteInfo, Reviewed
from headrope.review.queries import Line
from headrope.review.sheet.queries import UnitSheet
from headrope.review.sheet.said import Answered
from headrope.review.wording import Wording

MOST_NOTES, MOST_ANSWERS = 3, 2
Amounts = Sequence[tuple[str, str, int | float]]
"""What of a promise, as it is printed, and exactly."""


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
    """An answer to a gap: which, in whose words, the causes and what is promised, and what became of it.

    `promised` and `made` are the amounts in `small` and `became`, in their order there; `against` is what the gap is
    taken to.
    """

    measure: str
    words: str
    small: str
    became: str
    line: Line
    against: str
    promised: Amounts = ()
    made: Amounts = ()


@dataclass(slots=True)
class Replies:
    """The answers; `open` names the red measures that nobody has answered; `none` says why there is neither."""

    about: str
    replies: list[Reply]
    open: str
    none: str = ""


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
    if note.kind != NoteKind.ORDER:
        word = _("praise") if note.kind == NoteKind.PRAISE else pgettext("note", "problem")
        return Note("", note.words, note.remark, "", word)
    small = " · ".join(filter(None, (_when(note, sheet, wording), note.remark, _to(note, sheet))))
    if note.state == NoteState.DONE:
        return Note(str(note.number or ""), note.words, small, "ahead", pgettext("order", "done"))
    late = note.overdue(sheet.said.today)
    return Note(
        str(note.number or ""),
        note.words,
        small,
        "behind" if late else "on",
        pgettext("order", "overdue") if late else pgettext("order", "running"),
    )


def _when(note: NoteInfo, sheet: UnitSheet, wording: Wording) -> str:
    """By when an order that stands open is to be done, or how late it is."""
    if note.due is None or note.state == NoteState.DONE:
        return ""
    if note.overdue(sheet.said.today):
        days = (sheet.said.today - note.due).days
        return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
    return _("due %(day)s") % {"day": wording.day(note.due)}


def _to(note: NoteInfo, sheet: UnitSheet) -> str:
    """Who got the order, where it is not the head of the unit, whose name stands on top."""
    if note.to is None:
        return _("to %(name)s") % {"name": note.to_words} if note.to_words else ""
    if any(post.person.code == note.to.code for post in sheet.standing.heads):
        return ""
    return _("to %(name)s") % {"name": note.to.shown_name(get_language() or "en")}


def replies(sheet: UnitSheet, wording: Wording) -> Replies:
    """The answers to gaps, and which red measures have none."""
    said = sheet.said
    made = []
    # The answer to the gap that the picture beside takes apart comes first: it is read whole.
    for each in sorted(said.answers, key=lambda each: each.line is not sheet.explained)[:MOST_ANSWERS]:
        named = [_cause(part.code, sheet, wording) for part in each.answer.causes]
        small = [_promised(each, wording), pgettext("between names", ", ").join(named)]
        if each.answer.evidence:
            count = len(each.answer.evidence)
            small.append(ngettext("evidence: %(n)s file", "evidence: %(n)s files", count) % {"n": count})
        made.append(
            Reply(
                wording.name(each.line.info),
                each.answer.words,
                " · ".join(filter(None, small)),
                _became(each, wording),
                each.line,
                each.answer.against,
                _amounts(each, wording, promised=each.answer.promised or None),
                _amounts(each, wording, due=each.due, made=each.made),
            )
        )
    names = pgettext("between names", ", ").join(wording.name(line.info) for line in said.unanswered)
    count = len(said.answers)
    about = ngettext("%(n)s answer", "%(n)s answers", count) % {"n": count} if count > MOST_ANSWERS else ""
    if count and not about:
        about = wording.day(said.answers[0].answer.at.astimezone(wording.ledger.zone).date())
    open_ = _("Behind without an answer: %(names)s") % {"names": names} if names else ""
    return Replies(about, made, open_, "" if made or open_ else _nothing(sheet))


def _nothing(sheet: UnitSheet) -> str:
    """Why nothing is answered: silence is no good news."""
    if any(line.state in ("on", "ahead", "watch") for line in sheet.lines):
        return _("Nothing is behind, so nothing is to be answered.")
    return _("Nothing can be judged, so nothing is asked.")


def _cause(code: str, sheet: UnitSheet, wording: Wording) -> str:
    """A cause without those above it, for there is little room; the code where there is no such cause any more."""
    cause = sheet.said.causes.get(code)
    return cause.shown_name(wording.language) if cause else code


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


def _amounts(each: Answered, wording: Wording, **amounts: int | float | None) -> Amounts:
    """The amounts under their names; what has been made good bears a sign."""
    info, beside = each.line.info, _beside(each)
    return [
        (part, wording.figure(info, value, *beside, sign=part == "made"), value)
        for part, value in amounts.items()
        if value is not None
    ]


def _beside(each: Answered) -> tuple[int | float | None, ...]:
    return (each.line.actual.value, each.line.plan.value)
