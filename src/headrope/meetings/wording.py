"""How meetings are worded: their kinds, their titles, and of which session an order is."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from django.utils.translation import get_language

from headrope.core.periods import Period, name, year_of
from headrope.ledger.said import gettext, pgettext
from headrope.ledger.wording import MONTHS
from headrope.meetings.models import MeetingKind


class Titled(Protocol):
    """A meeting as far as its title goes."""

    @property
    def kind(self) -> str:
        """What sort of meeting it is."""

    @property
    def period(self) -> Period:
        """What it goes through."""

    @property
    def title(self) -> str:
        """Its own title, if it has one."""

    @property
    def title_zh(self) -> str:
        """The same in Chinese."""


def kind(code: str) -> str:
    """The kind in words."""
    words = {
        MeetingKind.ANNUAL: gettext("Annual conference"),
        MeetingKind.HALF_YEAR: gettext("Half-year conference"),
        MeetingKind.QUARTER: gettext("Quarterly session"),
        MeetingKind.CONGRESS: gettext("Congress"),
        MeetingKind.SPECIAL: gettext("Special session"),
        MeetingKind.STUDY: gettext("Study meeting"),
    }
    return next((text for each, text in words.items() if each == code), code)


def title(meeting: Titled, fiscal_start: int) -> str:
    """The meeting's own title, else its kind and the (fiscal) year that it goes through."""
    chinese = (get_language() or "en").startswith("zh")
    own = (meeting.title_zh or meeting.title) if chinese else (meeting.title or meeting.title_zh)
    if own:
        return own
    year = name(year_of(meeting.period.end - 1, fiscal_start), fiscal_start)
    return pgettext("meeting", "%(kind)s %(year)s") % {"kind": kind(meeting.kind), "year": year}


def orders_of(day: date) -> str:
    """Of which session orders are: Orders of January."""
    months = (
        pgettext("orders", "January"), pgettext("orders", "February"), pgettext("orders", "March"),
        pgettext("orders", "April"), pgettext("orders", "May"), pgettext("orders", "June"),
        pgettext("orders", "July"), pgettext("orders", "August"), pgettext("orders", "September"),
        pgettext("orders", "October"), pgettext("orders", "November"), pgettext("orders", "December"),
    )  # fmt: skip
    return gettext("Orders of %(month)s") % {"month": months[day.month - 1]}


def due_text(day: date | None) -> str:
    """A day in words, nothing where there is none."""
    if day is None:
        return ""
    values = {"day": day.day, "month": gettext(MONTHS[day.month - 1]), "year": day.year}
    return pgettext("day", "%(day)s %(month)s %(year)s") % values


def clock_text(seconds: float) -> str:
    """Minutes and seconds: 3:42."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
