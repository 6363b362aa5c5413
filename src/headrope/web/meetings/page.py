"""The pages of meetings as strings ready to print: the list, what is prepared, the secretary's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote

from headrope.core.periods import name
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.wording import FigureWording
from headrope.meetings import wording as words
from headrope.meetings.models import MeetingKind, NoteKind
from headrope.meetings.queries import ItemInfo, MeetingInfo, MeetingLine, NoteInfo
from headrope.org.people.queries import PostHeld
from headrope.web.access import Visit
from headrope.web.bearing import day_text
from headrope.web.foot import foot_of
from headrope.web.problems import Told
from headrope.web.tables import Sheet, Value


@dataclass(slots=True)
class ListRow:
    """A meeting in the list."""

    href: str
    title: str
    day: str
    unit: str
    period: str
    reviewed: str
    orders: str


@dataclass(slots=True)
class ItemRow:
    """A unit in the speaking order; `at` is when its turn comes, `spent` how long it took."""

    id: int
    unit: int
    place: str
    name: str
    code: str
    tier: str
    who: str
    at: str
    spent: str
    notes: int
    seen: bool


@dataclass(slots=True)
class Prepared:
    """The page on which a meeting is prepared, and its printed speaking order.

    `situation` is how the address of a unit's situation ends: the meeting's period, and the day whose figures it had.
    """

    number: int
    title: str
    situation: str
    facts: list[str]
    rows: list[ItemRow]
    left_out: list[ItemRow]
    may_prepare: bool
    may_present: bool
    row_version: int
    measures: Sequence[tuple[str, str]]
    problems: Sequence[Told]
    kinds: list[tuple[str, str]]
    typed: Mapping[str, str]
    foot: str
    held: bool = False
    said: str = ""


@dataclass(slots=True)
class NotesPage:
    """The secretary's page: the units, the unit that is noted, its notes, who can be named, and what it was told last."""

    number: int
    title: str
    items: list[ItemRow]
    item: ItemRow
    kinds: list[tuple[str, str]]
    people: list[str]
    first_person: str
    last_title: str
    last: list[tuple[str, str, str]]
    data: object
    problems: Sequence[Told] = field(default_factory=tuple)
    told: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


def kinds() -> list[tuple[str, str]]:
    """The kinds of meetings with their words."""
    return [(str(code), words.kind(code)) for code in MeetingKind.values]


def note_kinds() -> list[tuple[str, str]]:
    """The kinds of notes with their words."""
    return [
        (str(NoteKind.PRAISE), _("Praise")),
        (str(NoteKind.PROBLEM), _("Problem")),
        (str(NoteKind.ORDER), _("Order")),
    ]


def list_rows(visit: Visit, found: Sequence[MeetingLine]) -> list[ListRow]:
    """The rows of the list."""
    return [
        ListRow(
            f"/meetings/{line.number}/",
            words.title(line, visit.ledger.fiscal_start),
            day_text(line.held_on),
            line.unit.shown_name(visit.language),
            wording(visit).period(line.period),
            _("%(n)s of %(all)s") % {"n": line.reviewed, "all": line.units},
            str(line.orders) if line.orders else "",
        )
        for line in found
    ]


def list_sheet(visit: Visit, found: Sequence[MeetingLine]) -> Sheet:
    """The list as a sheet to download."""
    heads = [_("Meeting"), pgettext("meeting", "Held on"), _("Unit"), _("Period"), _("Units"), _("Units reviewed")]
    rows: list[Sequence[Value]] = [
        [
            words.title(line, visit.ledger.fiscal_start),
            line.held_on,
            line.unit.shown_name(visit.language),
            wording(visit).period(line.period),
            line.units,
            line.reviewed,
            line.orders,
        ]
        for line in found
    ]
    about = _("of the units that you see, last one first")
    return Sheet(_("Meetings"), about, [*heads, _("Orders given")], rows, foot_of(visit))


def wording(visit: Visit) -> FigureWording:
    """Words for periods; nothing is counted here."""
    return FigureWording(visit.ledger, 0, None, visit.style)


def item_rows(
    visit: Visit,
    meeting: MeetingInfo,
    heads: Mapping[int, Sequence[PostHeld]],
    notes: Sequence[NoteInfo],
    items: Sequence[ItemInfo],
) -> list[ItemRow]:
    """Rows of the speaking order, with the time of the day where the meeting says when it begins."""
    tiers = visit.who.now.tree.tier
    rows = []
    for item in items:
        held = heads.get(item.unit.id, ())
        rows.append(
            ItemRow(
                item.id,
                item.unit.id,
                str(item.place or ""),
                item.unit.shown_name(visit.language),
                item.unit.code,
                str(tiers.get(item.unit.id, "")),
                held[0].person.shown_name(visit.language) if held else "",
                turn(meeting, item.place),
                words.clock_text(item.spent / 1000) if item.started else "",
                sum(note.item == item.id for note in notes),
                visit.who.sees(item.unit.id),
            )
        )
    return rows


def turn(meeting: MeetingInfo, place: int | None) -> str:
    """When the turn of that place comes, as a time of the day; nothing where the meeting does not say when it begins."""
    if meeting.begins is None or place is None:
        return ""
    minutes = meeting.begins + (place - 1) * meeting.seconds // 60
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def situation(visit: Visit, meeting: MeetingInfo, held: date | None) -> str:
    """How the address of a unit's situation ends: 2023-H1/?known=2023-07-14."""
    known = f"?known={held.isoformat()}" if held else ""
    return f"{quote(name(meeting.period, visit.ledger.fiscal_start))}/{known}"


def facts(visit: Visit, meeting: MeetingInfo, held: date | None = None) -> list[str]:
    """What is said of the meeting under its title; `held`: the day whose figures it is shown with, None for now."""
    whole = len(meeting.order) * meeting.seconds
    begins = meeting.begins
    return [
        each
        for each in (
            day_text(meeting.held_on),
            wording(visit).period(meeting.period),
            meeting.unit.shown_name(visit.language),
            _("%(n)s units, %(time)s each, %(whole)s minutes in all")
            % {"n": len(meeting.order), "time": words.clock_text(meeting.seconds), "whole": -(-whole // 60)},
            _("begins %(time)s") % {"time": f"{begins // 60:02d}:{begins % 60:02d}"} if begins is not None else "",
            _("held: figures as known on %(day)s") % {"day": day_text(held)} if held else "",
        )
        if each
    ]


def typed_of(meeting: MeetingInfo) -> dict[str, str]:
    """The form of the meeting as it stands."""
    begins = meeting.begins
    return {
        "kind": meeting.kind,
        "held_on": meeting.held_on.isoformat(),
        "title": meeting.title,
        "title_zh": meeting.title_zh,
        "seconds": words.clock_text(meeting.seconds),
        "begins": f"{begins // 60:02d}:{begins % 60:02d}" if begins is not None else "",
    }


def foot(visit: Visit, meeting: MeetingInfo) -> str:
    """The foot line of the printed order."""
    values = {
        "ledger": visit.ledger.name,
        "title": words.title(meeting, visit.ledger.fiscal_start),
        "n": meeting.number,
    }
    return _("%(ledger)s · %(title)s · meeting %(n)s") % values
