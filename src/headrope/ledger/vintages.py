"""The vintages of a load's figures: their days, the moments from which they are known, and the reasons given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment from which on what is given the day as vintage is known."""
    return datetime.combine(day, time.min, zone)


@dataclass
class Vintages:
    """By number: day, moment (None: now) and the reasons given for the rows."""

    days: dict[int, date | None]
    moments: dict[int, datetime | None]
    reasons: dict[int, str]

    @property
    def dated(self) -> bool:
        """Whether they have days of their own."""
        return None not in self.days.values()

    @property
    def known(self) -> set[datetime]:
        """The moments that are not now."""
        return {moment for moment in self.moments.values() if moment}

    def renumbered(self, order: dict[int, int]) -> Vintages:
        """The same with other numbers."""
        return Vintages(
            {order[number]: day for number, day in self.days.items()},
            {order[number]: moment for number, moment in self.moments.items()},
            {order[number]: reason for number, reason in self.reasons.items()},
        )
