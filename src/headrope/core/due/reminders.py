"""Reminders: which fall on which business days before, on and after a due day, to whom, and which go out today.

>>> office = Calendar("plain")
>>> for each in schedule("REVENUE/U1/20230601", date(2023, 7, 7), Addressees(office, office), Policy()):
...     print(each.day, each.addressee, each.days)
2023-07-04 clerk -3
2023-07-06 clerk -1
2023-07-07 clerk 0
2023-07-10 clerk 1
2023-07-12 head 3
2023-07-14 superior 5

The rules are in docs/spec/due.md, section 7.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from typing import Literal, NamedTuple

from headrope.core.calendars import Calendar

Addressee = Literal["clerk", "head", "superior"]
KEPT = 5
"""A reminder that could not go out on its day goes out up to so many business days later."""


class Policy(NamedTuple):
    """When whom is reminded: business days after the due day, negative before it, 0 on it."""

    clerk: tuple[int, ...] = (-3, -1, 0, 1)
    head: tuple[int, ...] = (3,)
    superior: tuple[int, ...] = (5,)


class Addressees(NamedTuple):
    """The calendars by which people work: clerk and head by the unit's, the superior by that of the unit above."""

    unit: Calendar
    above: Calendar | None


class Reminder(NamedTuple):
    """One reminder; `key` is its identity: what is owed and its due day, to whom, and which of them it is."""

    key: str
    day: date
    addressee: Addressee
    days: int
    calendar: Calendar


def schedule(subject: str, due: date, calendars: Addressees, policy: Policy) -> list[Reminder]:
    """All reminders of a subject (what a unit owes for a period: any text that stays the same), by day.

    A superior's that falls on a day when the unit above does not work moves to its next business day. Where there is no
    unit above, nobody there is reminded.
    """
    unit = calendars.unit
    found = [_reminder(subject, due, "clerk", days, unit) for days in policy.clerk]
    found += [_reminder(subject, due, "head", days, unit) for days in policy.head]
    if calendars.above is not None:
        for days in policy.superior:
            each = _reminder(subject, due, "superior", days, unit)
            found.append(each._replace(day=calendars.above.on_or_after(each.day), calendar=calendars.above))
    return sorted(found, key=lambda each: (each.day, each.days))


def _reminder(subject: str, due: date, addressee: Addressee, days: int, calendar: Calendar) -> Reminder:
    return Reminder(f"{subject}/{due}/{addressee}/{days:+d}", calendar.add(due, days), addressee, days, calendar)


def to_send(reminders: Iterable[Reminder], today: date, sent: Container[str]) -> list[Reminder]:
    """What goes out today of what is not reported: to each addressee the last reminder up to today, unless it is sent.

    Earlier ones that were missed are overtaken; one from before KEPT business days is dropped; on a day that is no
    business day of the addressee nothing goes out. Send and remember its key in one transaction.
    """
    last: dict[Addressee, Reminder] = {}
    for each in reminders:
        if each.day <= today:
            last[each.addressee] = max(last.get(each.addressee, each), each, key=lambda each: (each.day, each.days))
    return [
        each
        for each in last.values()
        if each.key not in sent
        and each.calendar.is_business_day(today)
        and each.calendar.count(each.day, today) <= KEPT
    ]
