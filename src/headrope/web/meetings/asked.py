"""What the forms and screens of meetings send, read into what the actions take."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from django.http import QueryDict

from headrope.core.periods import Period, PeriodError, parse
from headrope.core.problems import Problem
from headrope.meetings.actions import About, MoveGiven
from headrope.meetings.models import NoteKind, NoteState
from headrope.meetings.notes import NoteGiven

FIELDS = ("kind", "unit", "period", "held_on", "title", "title_zh", "seconds", "begins", "tiers")
LARGEST = 256 * 1024  # bytes of moves that a screen may send at once
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def given(post: QueryDict) -> dict[str, str]:
    """What was typed into the form of a meeting."""
    return {name: post.get(name, "").strip()[:250] for name in FIELDS}


def about(typed: Mapping[str, str], problems: list[Problem]) -> About | None:
    """What is said of a meeting; None with problems where it cannot be read."""
    held_on = read_day(typed["held_on"])
    if held_on is None:
        problems.append(Problem("held_on", "'%(text)s' is not a day.", "Choose a day.", {"text": typed["held_on"]}))
    seconds = read_seconds(typed["seconds"])
    if seconds is None:
        message = "'%(text)s' is not a time for each unit."
        problems.append(
            Problem("seconds", message, "Write minutes and seconds, such as 6:00.", {"text": typed["seconds"]})
        )
    begins = read_begins(typed["begins"])
    if typed["begins"] and begins is None:
        message = "'%(text)s' is not a time of the day."
        problems.append(
            Problem("begins", message, "Write hours and minutes, such as 09:00.", {"text": typed["begins"]})
        )
    if held_on is None or seconds is None or problems:
        return None
    return About(typed["kind"], held_on, seconds, begins, typed["title"], typed["title_zh"])


def period(text: str, fiscal_start: int, problems: list[Problem]) -> Period | None:
    """The period that the meeting goes through."""
    try:
        return parse(text, fiscal_start)
    except (PeriodError, ValueError):
        message = "'%(text)s' is not a period."
        problems.append(Problem("period", message, "Write it as 2023-H1, 2023-Q3 or 2023.", {"text": text}))
        return None


def read_day(text: str) -> date | None:
    """A day as a form sends it."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def read_seconds(text: str) -> int | None:
    """Minutes, or minutes and seconds, in seconds: 6, 6:00, 5:30."""
    found = re.fullmatch(r"([0-9]{1,3})(?:[:：]([0-5][0-9]))?", text)
    return int(found[1]) * 60 + int(found[2] or 0) if found else None


def read_begins(text: str) -> int | None:
    """A time of the day in minutes since midnight."""
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])(?::[0-9]{2})?", text)
    return int(found[1]) * 60 + int(found[2]) if found else None


def places(post: QueryDict) -> list[int]:
    """The units (ids) in the order of the places typed; those of equal place as they stood, those without one left out."""
    typed = [(key[2:], text.strip()) for key, text in post.items() if key.startswith("p-") and isinstance(text, str)]
    ordered = [
        (float(text), at, int(unit))
        for at, (unit, text) in enumerate(typed)
        if re.fullmatch(r"[0-9]{1,4}(\.5)?", text) and re.fullmatch("[0-9]{1,9}", unit)
    ]
    return [unit for _place, _at, unit in sorted(ordered)]


def number(text: str) -> int:
    """A whole number as a form sends it; 0 where it is none."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def moves(body: bytes) -> list[MoveGiven] | None:
    """The moves that a screen sends; None where they cannot be read."""
    if len(body) > LARGEST:
        return None
    try:
        rows = json.loads(body)["moves"]
        return [_move(row) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None


def _move(row: Mapping[str, object]) -> MoveGiven:
    item, at, view = row["item"], row["at"], row["view"]
    if not (item is None or (isinstance(item, int) and 0 < item < 2**63)) or not isinstance(at, int | float):
        raise TypeError
    if not isinstance(view, str):
        raise TypeError
    moment = min(datetime.fromtimestamp(at / 1000, UTC), LATEST)
    return MoveGiven(UUID(str(row["key"])), item, row["running"] is True, view, moment)


def note(post: QueryDict) -> NoteGiven:
    """The note that was written; one without a key is new. Only an order has somebody to carry it out, and a day."""
    state = post.get("state", NoteState.DRAFT)
    order = post.get("kind") == NoteKind.ORDER
    return NoteGiven(
        read_key(post.get("key", "")),
        number(post.get("item", "")),
        number(post.get("version", "")),
        post.get("kind", ""),
        post.get("words", "").replace("\r\n", "\n"),
        post.get("to", "").strip() if order else "",
        read_day(post.get("due", "")) if order else None,
        state,
        post.get("remark", "").strip(),
        post.get("window", "")[:40],
    )


def read_key(text: str) -> UUID:
    """The key that the writer's machine has made; a new one where it has not."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
