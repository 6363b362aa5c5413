"""Questions about meetings: what they are, where the big screen stands, what was noted, which orders a unit had."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from headrope.core.periods import Period, from_code
from headrope.journal.queries import Known
from headrope.meetings.models import Item, Meeting, Move, NoteEdition, NoteKind, NoteState
from headrope.org.models import User
from headrope.org.people.queries import Named
from headrope.org.queries import Node, Right, Sight

WRITING = timedelta(seconds=12)
"""How long after its last edition a draft counts as being written."""


class NoSuchMeeting(LookupError):
    """There is no meeting of that number that this person may see; the two cases look alike on purpose."""


@dataclass(frozen=True)
class ItemInfo:
    """A unit of the meeting; `spent` milliseconds up to the last move. `unit` is as it last was."""

    id: int
    unit: Node
    place: int | None
    started: datetime | None
    ended: datetime | None
    spent: int


@dataclass(frozen=True)
class MeetingInfo:
    """A meeting with its items: those that have a place in its order, then those left out, by code."""

    number: int
    kind: str
    unit: Node
    period: Period
    held_on: date
    title: str
    title_zh: str
    seconds: int
    begins: int | None
    row_version: int
    seq: int
    items: tuple[ItemInfo, ...]

    @property
    def order(self) -> tuple[ItemInfo, ...]:
        """The units that are reviewed, one after the other."""
        return tuple(item for item in self.items if item.place is not None)

    @property
    def left_out(self) -> tuple[ItemInfo, ...]:
        """The units that are not."""
        return tuple(item for item in self.items if item.place is None)


@dataclass(frozen=True)
class NoteInfo:
    """A note as it is now. `to` names the addressee, a person or whoever the words say; `by` wrote it last."""

    id: int
    key: UUID
    item: int
    unit: int
    number: int | None
    beside: int | None
    version: int
    kind: str
    words: str
    to: Named | None
    to_words: str
    due: date | None
    state: str
    remark: str
    by: Named
    by_id: int
    window: str
    at: datetime
    seq: int | None

    def overdue(self, today: date) -> bool:
        """Whether it is an order that is not done although its day is over."""
        return self.state == NoteState.SETTLED and self.due is not None and self.due < today


@dataclass(frozen=True)
class Stand:
    """Where the big screen stands since its last move; `spent` milliseconds of every item up to then."""

    key: UUID | None
    item: int | None
    running: bool
    view: str
    at: datetime | None
    spent: Mapping[int, int]


@dataclass(frozen=True)
class Reviewed:
    """The notes of one unit in one meeting."""

    number: int
    kind: str
    held_on: date
    notes: tuple[NoteInfo, ...]

    @property
    def orders(self) -> tuple[NoteInfo, ...]:
        """The orders among them, by number."""
        return tuple(sorted((n for n in self.notes if n.kind == NoteKind.ORDER), key=lambda n: n.number or 0))


@dataclass(frozen=True)
class MeetingLine:
    """A meeting in the list, with how many units have an order place, have been reviewed, and how many orders there are."""

    number: int
    kind: str
    unit: Node
    period: Period
    held_on: date
    title: str
    title_zh: str
    units: int
    reviewed: int
    orders: int


def meetings(who: Sight) -> list[MeetingLine]:
    """The meetings of units that the person sees, last one first; three statements."""
    # There are fewer meetings than units to ask for.
    found = [held for held in Meeting.objects.order_by("-held_on", "-id") if who.sees(held.unit_id)]
    ids = [meeting.pk for meeting in found]
    placed = Item.objects.filter(meeting_id__in=ids).exclude(place=None).order_by().values("meeting_id")
    counted = placed.annotate(units=Count("id"), reviewed=Count("started_at"))
    counts = {row["meeting_id"]: (row["units"], row["reviewed"]) for row in counted}
    said = _latest().filter(note__meeting_id__in=ids, kind=NoteKind.ORDER, state__in=STANDING)
    orders = Counter(said.values_list("note__meeting_id", flat=True))
    return [
        MeetingLine(
            meeting.pk,
            meeting.kind,
            who.now.last[meeting.unit_id],
            from_code(meeting.period),
            meeting.held_on,
            meeting.title,
            meeting.title_zh,
            *counts.get(meeting.pk, (0, 0)),
            orders[meeting.pk],
        )
        for meeting in found
    ]


def last_held(units: Collection[int], before: date) -> date | None:
    """The day of the last meeting of one of the units (ids) before the day; one statement."""
    held = Meeting.objects.filter(unit_id__in=units, held_on__lt=before).order_by("-held_on")
    return held.values_list("held_on", flat=True).first()


def meeting_for(who: Sight, number: int, right: Right = "see") -> MeetingInfo:
    """The meeting, if this person has the right on its unit; else NoSuchMeeting. Two statements."""
    held = Meeting.objects.filter(pk=number).first() if 0 < number < 2**31 else None
    if held is None or not who.may(right, held.unit_id):
        raise NoSuchMeeting(number)
    rows = held.items.order_by("place", "id")
    items = [
        ItemInfo(row.pk, who.now.last[row.unit_id], row.place, row.started_at, row.ended_at, row.spent) for row in rows
    ]
    items.sort(key=lambda item: (item.place is None, item.place or 0, item.unit.code))
    return MeetingInfo(
        held.pk,
        held.kind,
        who.now.last[held.unit_id],
        from_code(held.period),
        held.held_on,
        held.title,
        held.title_zh,
        held.seconds,
        held.begins,
        held.row_version,
        held.seq,
        tuple(items),
    )


def stand(meeting: MeetingInfo) -> Stand:
    """Where the big screen stands; one statement beside those of the meeting, which has to be as fresh."""
    last = Move.objects.filter(meeting_id=meeting.number).order_by("-at", "-id").first()
    spent = {item.id: item.spent for item in meeting.items if item.spent}
    if last is None:
        return Stand(None, None, False, "", None, spent)
    return Stand(last.key, last.item_id, last.running, last.view, last.at, spent)


STANDING = (NoteState.SETTLED, NoteState.DONE)


def notes(meeting: int, item: int | None = None, drafts: bool = True) -> list[NoteInfo]:
    """The notes of the meeting, or of one item (id), that are not withdrawn, in the order they were begun; one statement."""
    query = _latest().filter(note__meeting_id=meeting).exclude(state=NoteState.WITHDRAWN)
    if item is not None:
        query = query.filter(note__item_id=item)
    if not drafts:
        query = query.filter(state__in=STANDING)
    return [_info(edition) for edition in query.order_by("note_id")]


def note_history(meeting: int, note: int) -> list[NoteInfo]:
    """Every edition of a note of the meeting, first one first; one statement."""
    query = _with_names(NoteEdition.objects.filter(note__meeting_id=meeting, note_id=note))
    return [_info(edition) for edition in query.order_by("version")]


@lru_cache(maxsize=4)
def reviewed_units(key: str, seq: int) -> frozenset[int]:
    """The ids of the units that were told anything in any meeting of these books, as they stand; one statement, kept."""
    return frozenset(NoteEdition.objects.filter(state__in=STANDING).values_list("note__item__unit_id", flat=True))


def last_reviews(
    units: Collection[int], before: date, but: int | None = None, known: Known | None = None
) -> dict[int, Reviewed]:
    """What stands of the last meeting before the day in which each unit (id) was told anything; one statement.

    `but` is the number of a meeting that does not count; `known`: as the notes stood in those books.
    """
    query = _latest(known).filter(note__item__unit_id__in=units, note__meeting__held_on__lt=before, state__in=STANDING)
    if but is not None:
        query = query.exclude(note__meeting_id=but)
    last: dict[int, tuple[date, int]] = {}
    found: dict[int, list[NoteEdition]] = defaultdict(list)
    for edition in query.order_by("-note__meeting__held_on", "-note__meeting_id", "note_id"):
        held = edition.note.meeting
        unit = edition.note.item.unit_id
        if last.setdefault(unit, (held.held_on, held.pk)) == (held.held_on, held.pk):
            found[unit].append(edition)
    return {
        unit: Reviewed(
            editions[0].note.meeting_id,
            editions[0].note.meeting.kind,
            editions[0].note.meeting.held_on,
            tuple(map(_info, editions)),
        )
        for unit, editions in found.items()
    }


def written_by(notes: Iterable[NoteInfo], now: datetime) -> NoteInfo | None:
    """The draft that is being written: the one touched last, if that was only now."""
    drafts = [note for note in notes if note.state == NoteState.DRAFT and note.words and now - note.at <= WRITING]
    return max(drafts, key=lambda note: note.at, default=None)


def _latest(known: Known | None = None) -> QuerySet[NoteEdition]:
    """The last edition of each note, of those written before the end of the day as known on which it is asked."""
    editions = NoteEdition.objects.filter(at__lt=known.before) if known else NoteEdition.objects.all()
    newer = editions.filter(note_id=OuterRef("note_id"), version__gt=OuterRef("version"))
    return _with_names(editions.filter(~Exists(newer)))


def _with_names(query: QuerySet[NoteEdition]) -> QuerySet[NoteEdition]:
    return query.select_related("note__meeting", "note__item", "to", "by")


def _info(edition: NoteEdition) -> NoteInfo:
    note, to, by = edition.note, edition.to, edition.by
    assert isinstance(by, User)
    return NoteInfo(
        note.pk,
        note.key,
        note.item_id,
        note.item.unit_id,
        note.number,
        note.beside_id,
        edition.version,
        edition.kind,
        edition.words,
        Named(to.code, to.name, to.name_zh) if to else None,
        edition.to_words,
        edition.due,
        edition.state,
        edition.remark,
        Named(by.username, by.name or by.username, by.name_zh),
        by.pk,
        edition.window,
        edition.at,
        edition.seq,
    )
