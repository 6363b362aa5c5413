"""Changes to meetings: making one, changing what is said of it, setting its order, moving the big screen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max

from headrope.core.periods import Period
from headrope.core.problems import Problem
from headrope.journal import clock
from headrope.journal.actions import lock_head, post, record
from headrope.journal.models import PostingKind
from headrope.meetings.models import Item, Meeting, MeetingKind, Move
from headrope.meetings.timing import Step, turns
from headrope.org.models import User

LONGEST_TITLE = 200
MOST_SECONDS = 4 * 3600
MOST_UNITS = 1000
MOST_MOVES = 500
VIEW = re.compile(r"[a-z0-9=;-]{0,60}")


@dataclass(frozen=True)
class About:
    """What is said of a meeting; `begins` in minutes since midnight, `seconds` for each unit."""

    kind: str
    held_on: date
    seconds: int = 360
    begins: int | None = None
    title: str = ""
    title_zh: str = ""


@dataclass(frozen=True)
class Done:
    """What came of it: the number of the meeting, or problems, and then nothing was done."""

    number: int | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class MoveGiven:
    """A move as the machine in the hall tells it; `item` is an id, None before the first unit."""

    key: UUID
    item: int | None
    running: bool
    view: str
    at: datetime


def make_meeting(*, by: User, unit: int, period: Period, about: About, units: Sequence[int]) -> Done:
    """Make a meeting of the unit (id) that reviews these units (ids) in this order."""
    if problems := _problems(about):
        return Done(problems=tuple(problems))
    if not units:
        return Done(problems=(Problem("units", "The meeting has no unit.", "Choose a unit that has units below it."),))
    if len(units) > MOST_UNITS:
        message = "The meeting has more than %(most)s units."
        return Done(problems=(Problem("units", message, "Choose a unit with fewer below it.", {"most": MOST_UNITS}),))
    with transaction.atomic():
        posting = post(kind=PostingKind.MEETING, by=by, reason=f"{about.kind} meeting on {about.held_on}")
        meeting = Meeting.objects.create(
            kind=about.kind,
            unit_id=unit,
            period=period.code,
            held_on=about.held_on,
            title=about.title,
            title_zh=about.title_zh,
            seconds=about.seconds,
            begins=about.begins,
            made_at=posting.recorded_at,
            made_by=by,
            seq=posting.seq,
        )
        Item.objects.bulk_create(
            Item(meeting=meeting, unit_id=each, place=place) for place, each in enumerate(dict.fromkeys(units), 1)
        )
    return Done(meeting.pk)


def change_meeting(*, by: User, number: int, row_version: int, about: About) -> Done:
    """Say something else of the meeting; a problem where somebody else has changed it since it was read."""
    if problems := _problems(about):
        return Done(number, tuple(problems))
    with transaction.atomic():
        lock_head()
        changed = Meeting.objects.filter(pk=number, row_version=row_version).update(
            kind=about.kind,
            held_on=about.held_on,
            title=about.title,
            title_zh=about.title_zh,
            seconds=about.seconds,
            begins=about.begins,
            row_version=F("row_version") + 1,
        )
        if not changed:
            return Done(number, (_MOVED,))
        record(by=by, action="change meeting", object=f"meeting {number}", at=clock.now())
    return Done(number)


def set_order(*, by: User, number: int, row_version: int, order: Sequence[int]) -> Done:
    """Review the units (ids) in this order and leave out the others; items stay, so that no note is lost."""
    with transaction.atomic():
        lock_head()
        if not Meeting.objects.filter(pk=number, row_version=row_version).update(row_version=F("row_version") + 1):
            return Done(number, (_MOVED,))
        items = {item.unit_id: item for item in Item.objects.filter(meeting_id=number)}
        known = [unit for unit in dict.fromkeys(order) if unit in items]
        if not known:
            transaction.set_rollback(True)
            return Done(number, (Problem("order", "No unit has a place.", "Give at least one unit a place."),))
        # First no item has a place, then each its own: a place is taken once at every moment.
        Item.objects.filter(meeting_id=number).update(place=None)
        for place, unit in enumerate(known, 1):
            items[unit].place = place
        Item.objects.bulk_update([items[unit] for unit in known], ["place"])
        said = f"meeting {number}: {len(known)} units"
        record(by=by, action="order meeting", object=said, at=clock.now())
    return Done(number)


_MOVED = Problem("", "Somebody else has changed the meeting meanwhile.", "Look at it as it is now and change it again.")


def move(*, by: User, number: int, moves: Sequence[MoveGiven]) -> int:
    """Take over moves of the big screen, those that are known already once; how many are new.

    They may come late, and in any order: what is true is when they were made, at the latest now. What names a unit of
    another meeting, or has no readable view, is passed by.
    """
    now = clock.now()
    with transaction.atomic():
        Meeting.objects.select_for_update().get(pk=number)
        last = Move.objects.filter(meeting_id=number).aggregate(at=Max("at"))["at"]
        back = last is not None and last > now  # the clock of the machine was set back: what is done now comes last
        items = {item.pk: item for item in Item.objects.filter(meeting_id=number)}
        there = set(
            Move.objects.filter(meeting_id=number, key__in=[each.key for each in moves]).values_list("key", flat=True)
        )
        new = {
            each.key: Move(
                meeting_id=number,
                key=each.key,
                item_id=each.item,
                running=each.running and each.item is not None,
                view=each.view,
                at=last if back else min(each.at, now),
                received_at=last if back else now,
                by=by,
            )
            for each in moves[:MOST_MOVES]
            if each.key not in there and (each.item is None or each.item in items) and VIEW.fullmatch(each.view)
        }
        # Of the same moment, the order in which they were sent holds.
        Move.objects.bulk_create(sorted(new.values(), key=lambda made: made.at))
        if new:
            _settle(number, items)
    return len(new)


def _settle(number: int, items: Mapping[int, Item]) -> None:
    """Work out anew when each clock ran."""
    rows = Move.objects.filter(meeting_id=number).order_by("at", "id").values_list("item_id", "running", "at")
    found = turns([Step(*row) for row in rows])
    changed = []
    for pk, item in items.items():
        turn = found.get(pk)
        now = (turn.started, turn.ended, turn.spent) if turn else (None, None, 0)
        if (item.started_at, item.ended_at, item.spent) != now:
            item.started_at, item.ended_at, item.spent = now
            changed.append(item)
    Item.objects.bulk_update(changed, ["started_at", "ended_at", "spent"])


def _problems(about: About) -> list[Problem]:
    found = []
    if about.kind not in MeetingKind.values:
        found.append(Problem("kind", "There is no such kind of meeting.", "Choose one of the list."))
    if not 10 <= about.seconds <= MOST_SECONDS:
        values = {"least": 10, "most": MOST_SECONDS}
        found.append(
            Problem("seconds", "A unit gets from %(least)s to %(most)s seconds.", "Give another time.", values)
        )
    if about.begins is not None and not 0 <= about.begins < 24 * 60:
        found.append(Problem("begins", "The meeting begins at no time of a day.", "Write it as 09:00."))
    for field, text in (("title", about.title), ("title_zh", about.title_zh)):
        if len(text) > LONGEST_TITLE or not text.isprintable():
            message = "A title has one line of at most %(most)s characters."
            found.append(Problem(field, message, "Shorten it.", {"most": LONGEST_TITLE}))
    return found
