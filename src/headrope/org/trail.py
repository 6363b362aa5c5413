"""Questions to the audit trail: who did what to which object, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from headrope.journal.models import Audit
from headrope.org.models import User


@dataclass(frozen=True)
class Line:
    """One line of the trail."""

    id: int
    at: datetime
    by: User
    action: str
    object: str


@dataclass(frozen=True)
class Asked:
    """Which lines: of a person by sign-in name, with words in action or object, between two days (both included)."""

    username: str = ""
    action: str = ""
    object: str = ""
    first: date | None = None
    last: date | None = None


def lines(asked: Asked, zone: ZoneInfo, before: int | None = None, most: int = 100) -> list[Line]:
    """The newest lines that were asked for, those before the line `before` (its number) only; one statement."""
    # No line has a NUL, and PostgreSQL takes none in a question.
    if "\0" in asked.username + asked.action + asked.object:
        return []
    query = Audit.objects.order_by("-id").select_related("by")
    if asked.username:
        query = query.filter(by__username=asked.username)
    if asked.action:
        query = query.filter(action__icontains=asked.action)
    if asked.object:
        query = query.filter(object__icontains=asked.object)
    if asked.first:
        query = query.filter(at__gte=datetime.combine(asked.first, time.min, zone))
    if asked.last and asked.last < date.max:
        query = query.filter(at__lt=datetime.combine(asked.last + timedelta(days=1), time.min, zone))
    if before is not None:
        query = query.filter(id__lt=before)
    return [Line(each.pk, each.at, _user(each.by), each.action, each.object) for each in query[:most]]


def _user(by: object) -> User:
    assert isinstance(by, User)
    return by


def actions() -> Sequence[str]:
    """All actions that the trail has, by name; one statement."""
    return sorted(Audit.objects.order_by().values_list("action", flat=True).distinct())
