"""Of which day a meeting's figures are: while it is held those of now, afterwards those of the day it was held."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from headrope.meetings.queries import MeetingInfo, Stand, notes


def day_held(meeting: MeetingInfo, at: Stand, zone: ZoneInfo) -> date | None:
    """The day on which a clock of the meeting last ran; where none ever did its own day, if anything stands that was
    noted then. None: it has not been held. At most one statement."""
    ran = [moment for item in meeting.items if item.started and (moment := item.ended or at.at)]
    if ran:
        return max(ran).astimezone(zone).date()
    return meeting.held_on if notes(meeting.number, drafts=False) else None


def figures_day(meeting: MeetingInfo, at: Stand, zone: ZoneInfo, today: date) -> date | None:
    """The day as known on which its figures are shown: the day it was held, once that is over; None for now."""
    day = day_held(meeting, at, zone)
    return day if day is not None and day < today else None
