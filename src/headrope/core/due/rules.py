"""When a form is due: a rule in words, the day that it gives in a calendar, and the moment in a time zone.

>>> rule = parse_rule("business day 5 +2 per tier at 17:00")
>>> [str(rule.day(Period(2023 * 12 + 5, 1), Calendar("plain"), height)) for height in range(3)]
['2023-07-07', '2023-07-11', '2023-07-13']

The rules are in docs/spec/due.md, section 3.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from headrope.core.calendars import Calendar
from headrope.core.periods import Period
from headrope.core.problems import Problem

MIDNIGHT = 24 * 60
_RULE = re.compile(
    r"(?:business day ([0-9]{1,2})|day ([0-9]{1,2})(?: of month ([0-9]{1,2}))?)"
    r"(?: \+([0-9]{1,2}) per tier)?(?: at ([0-9]{2}):([0-9]{2}))?"
)


class DueRuleError(ValueError):
    """The text is no rule of due days; the message says what is expected."""


@dataclass(frozen=True)
class DueRule:
    """The `number`-th business day after a period's end, or day `number` of the `month`-th month after it.

    That is for units without owing units below; each tier above is due `per_tier` business days later. `minutes` after
    the beginning of the day the form is late; MIDNIGHT is the end of the day.
    """

    number: int
    counted: Literal["business", "month"] = "business"
    month: int = 1
    per_tier: int = 1
    minutes: int = MIDNIGHT

    def __post_init__(self) -> None:
        most_days, most_months = (31, 12) if self.counted == "month" else (99, 1)
        sound = 1 <= self.number <= most_days and 1 <= self.month <= most_months
        if not (sound and 1 <= self.per_tier <= 20 and 1 <= self.minutes <= MIDNIGHT):
            raise DueRuleError(f"{self}: a number or a time is out of bounds")

    def day(self, period: Period, calendar: Calendar, height: int = 0) -> date:
        """The due day of a unit with so many tiers of owing units below it; always a business day."""
        if self.counted == "business":
            return calendar.add(period.last_day, self.number + self.per_tier * height)
        first = Period(period.end + self.month - 1, 1).first_day
        fixed = first.replace(day=min(self.number, monthrange(first.year, first.month)[1]))
        return calendar.add(calendar.on_or_after(fixed), self.per_tier * height)

    def __str__(self) -> str:
        text = f"{'business ' if self.counted == 'business' else ''}day {self.number}"
        if self.month != 1:
            text += f" of month {self.month}"
        if self.per_tier != 1:
            text += f" +{self.per_tier} per tier"
        return text if self.minutes == MIDNIGHT else f"{text} at {self.minutes // 60:02d}:{self.minutes % 60:02d}"


def parse_rule(text: str) -> DueRule:
    """The rule of a text such as `business day 5`, `day 10 at 17:00` or `day 30 of month 4 +2 per tier`.

    A DueRuleError when it is none.
    """
    found = _RULE.fullmatch(text)
    if not found or (found[6] and int(found[6]) > 59):
        raise DueRuleError(str(_problem("", text)))
    return DueRule(
        int(found[1] or found[2]),
        "business" if found[1] else "month",
        int(found[3] or 1),
        int(found[4] or 1),
        int(found[5]) * 60 + int(found[6]) if found[5] else MIDNIGHT,
    )


def rule_problem(where: str, text: str) -> Problem | None:
    """What is wrong with the text of a rule; None when nothing is."""
    try:
        parse_rule(text)
    except DueRuleError:
        return _problem(where, text)
    return None


def _problem(where: str, text: str) -> Problem:
    message = "'%(text)s' is not a rule of due days."
    remedy = (
        "Write business day 5, day 10 or day 30 of month 4; then, if needed, +2 per tier; then, if needed, at 17:00."
    )
    return Problem(where, message, remedy, {"text": text})


def moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which the clocks of the zone show so many minutes after the beginning of the day.

    Where they show it twice or never, because clocks are changed, it is the later moment of the two that can be meant.
    """
    shown = datetime.combine(day + timedelta(days=minutes // MIDNIGHT), time(*divmod(minutes % MIDNIGHT, 60)), zone)
    return max(shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
