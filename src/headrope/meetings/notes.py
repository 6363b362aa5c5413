"""Writing notes: drafts kept every few seconds, settled by a posting, and never written over.

Two who write the same note are kept apart by its version: the second is told, and what he wrote stands beside it as a
note of its own. What one window sends again, because the answer was lost, is no second writer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from headrope.core.problems import Problem
from headrope.journal import clock
from headrope.journal.actions import lock_head, post
from headrope.journal.models import PostingKind
from headrope.meetings.models import Item, Meeting, Note, NoteEdition, NoteKind, NoteState
from headrope.org.models import Person, User

LONGEST_WORDS, LONGEST_TO, LONGEST_REMARK = 2000, 200, 500


@dataclass(frozen=True)
class NoteGiven:
    """A note as it was written on top of its edition `version`, 0 for a new one; `to` is a person's code or name, or words."""

    key: UUID
    item: int
    version: int
    kind: str
    words: str
    to: str = ""
    due: date | None = None
    state: str = NoteState.DRAFT
    remark: str = ""
    window: str = ""


@dataclass(frozen=True)
class Written:
    """What came of it: the note's id, key and version, or problems, and then nothing was kept.

    `other` is the id of the note that somebody else, `by`, had changed meanwhile: what was written stands beside it.
    """

    note: int = 0
    key: UUID | None = None
    version: int = 0
    number: int | None = None
    other: int | None = None
    by: User | None = None
    problems: tuple[Problem, ...] = ()


def write(*, by: User, meeting: int, given: NoteGiven, spare: UUID) -> Written:
    """Keep an edition of the note; `spare` is the key of the note that is made where somebody else was faster."""
    if problems := _problems(given):
        return Written(problems=tuple(problems))
    with transaction.atomic():
        # Writers of one meeting wait for each other, so that versions and numbers are taken one after the other.
        if given.state != NoteState.DRAFT:
            lock_head()
        Meeting.objects.select_for_update().get(pk=meeting)
        if not Item.objects.filter(pk=given.item, meeting_id=meeting).exists():
            return Written(problems=(Problem("item", "The meeting has no such unit.", "Open the notes again."),))
        note = _note(meeting, given, given.key)
        if note is None:
            return Written(problems=(Problem("key", "The note belongs to another meeting.", "Open the notes again."),))
        last = note.editions.order_by("-version").select_related("by").first()
        if last is None or not _by_others(note, given, by):
            return _kept(note, given, last, by)
        assert isinstance(last.by, User)
        beside = _note(meeting, given, spare, beside=note)
        assert beside is not None
        # Of what was settled by another the second text is a draft: a person decides which of the two stands.
        mine = replace(given, state=NoteState.DRAFT)
        made = _kept(beside, mine, beside.editions.order_by("-version").first(), by)
        return replace(made, other=note.pk, by=last.by)


def _note(meeting: int, given: NoteGiven, key: UUID, beside: Note | None = None) -> Note | None:
    note, _made = Note.objects.get_or_create(
        key=key, defaults={"meeting_id": meeting, "item_id": given.item, "beside": beside}
    )
    return note if note.meeting_id == meeting else None


def _by_others(note: Note, given: NoteGiven, by: User) -> bool:
    """Whether somebody else, or the same person in another window, has written since the edition that was read."""
    return note.editions.filter(version__gt=given.version).exclude(by=by, window=given.window).exists()


def _kept(note: Note, given: NoteGiven, last: NoteEdition | None, by: User) -> Written:
    """The next edition, unless it would say what the last one says."""
    to, to_words = _addressee(given.to)
    says = (given.kind, given.words, to.pk if to else None, to_words, given.due, given.state, given.remark)
    if last is not None and says == (
        last.kind, last.words, last.to_id, last.to_words, last.due, last.state, last.remark,
    ):  # fmt: skip
        return Written(note.pk, note.key, last.version, note.number)
    if last is not None and last.state != NoteState.DRAFT and given.state == NoteState.DRAFT:
        # What stands is not taken back by a change of its words: it stands as changed.
        given = replace(given, state=last.state)
        if problems := _problems(given):
            return Written(problems=tuple(problems))
    seq, now = None, clock.now()
    if given.state != NoteState.DRAFT:
        lock_head()
        if given.kind == NoteKind.ORDER and note.number is None and given.state != NoteState.WITHDRAWN:
            numbers = Note.objects.filter(meeting_id=note.meeting_id).aggregate(last=Max("number"))
            note.number = (numbers["last"] or 0) + 1
            note.save(update_fields=["number"])
        said = f"{given.kind} {note.number or note.pk} of meeting {note.meeting_id}: {given.state}"
        posting = post(kind=PostingKind.MEETING, by=by, reason=said)
        seq, now = posting.seq, posting.recorded_at
    edition = NoteEdition.objects.create(
        note=note,
        version=last.version + 1 if last else 1,
        kind=given.kind,
        words=given.words,
        to=to,
        to_words=to_words,
        due=given.due,
        state=given.state,
        remark=given.remark,
        window=given.window,
        by=by,
        at=now,
        seq=seq,
    )
    return Written(note.pk, note.key, edition.version, note.number)


def _addressee(text: str) -> tuple[Person | None, str]:
    """The person of that code or name, else the words; nobody where two have the name."""
    text = text.strip()
    if not text:
        return None, ""
    found = list(Person.objects.filter(Q(code=text) | Q(name=text) | Q(name_zh=text))[:2])
    return (found[0], "") if len(found) == 1 else (None, text)


def _problems(given: NoteGiven) -> list[Problem]:
    found = []
    if given.kind not in NoteKind.values or given.state not in NoteState.values:
        found.append(Problem("kind", "A note is praise, a problem or an order.", "Choose one of them."))
    for field, text, most in (
        ("words", given.words, LONGEST_WORDS),
        ("to", given.to, LONGEST_TO),
        ("remark", given.remark, LONGEST_REMARK),
    ):
        if len(text) > most or any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
            message = "The text is longer than %(most)s characters, or holds control characters."
            found.append(Problem(field, message, "Shorten it, or make two notes of it.", {"most": most}))
    if given.state in (NoteState.SETTLED, NoteState.DONE) and not given.words.strip():
        found.append(Problem("words", "The note says nothing.", "Write what is noted."))
    if given.state == NoteState.SETTLED and given.kind == NoteKind.ORDER and not given.to.strip():
        found.append(Problem("to", "Nobody is named who has to carry out the order.", "Name a person."))
    return found
