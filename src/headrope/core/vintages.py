"""What was known of things and since when: whole definitions by key, each of which replaces the one before it.

>>> may, july = datetime(2023, 5, 9, tzinfo=UTC), datetime(2023, 7, 14, tzinfo=UTC)
>>> known = Timeline({"A": [(may, ("first",))]})
>>> problems = known.add([Said("A", date(2023, 7, 14), ("second",), "row 2")], {date(2023, 7, 14): july})
>>> [(change.key, change.rows) for change in known.changes], known.at("A", may), problems
([('A', ('second',))], ('first',), [])
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from headrope.core.problems import Problem

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")

START, NOW = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
"""Before everything that is known, and after it: moments of what is said without a day."""


@dataclass(frozen=True)
class Said(Generic[K, R]):
    """What is said of a key on a day (None: without one): all its rows, none when it is withdrawn; `where` it stands."""

    key: K
    day: date | None
    rows: tuple[R, ...]
    where: str = ""
    name: str = ""

    @property
    def shown(self) -> str:
        """What the key is called in problems."""
        return self.name or (", ".join(map(str, self.key)) if isinstance(self.key, tuple) else str(self.key))


@dataclass(frozen=True)
class Change(Generic[K, R]):
    """From a moment on the rows hold of the key."""

    moment: datetime
    key: K
    rows: tuple[R, ...]
    where: str


@dataclass
class Timeline(Generic[K, R]):
    """The rows known of each key from each moment on, oldest first, and the changes that have been added to them."""

    events: dict[K, list[tuple[datetime, tuple[R, ...]]]]
    changes: list[Change[K, R]] = field(default_factory=list)

    def at(self, key: K, moment: datetime = NOW) -> tuple[R, ...] | None:
        """What was known of the key then; None when it had never been defined."""
        events = self.events.get(key, ())
        place = bisect_right(events, moment, key=_moment)
        return events[place - 1][1] if place else None

    def state(self, moment: datetime = NOW) -> dict[K, tuple[R, ...]]:
        """The rows of every key that had any then."""
        return {key: rows for key in self.events if (rows := self.at(key, moment))}

    def filled(self, moment: datetime) -> dict[K, tuple[R, ...]]:
        """The state of then; keys that had never been defined stand as they first were."""
        found = {
            key: events[0][1] if moment < events[0][0] else self.at(key, moment) for key, events in self.events.items()
        }
        return {key: rows for key, rows in found.items() if rows}

    def moments(self) -> set[datetime]:
        """The moments from which on something else was known."""
        return {moment for events in self.events.values() for moment, _ in events}

    def ever(self, key: K) -> list[R]:
        """All rows that were ever known of the key."""
        return [row for _, rows in self.events.get(key, ()) for row in rows]

    def add(self, said: Iterable[Said[K, R]], moments: Mapping[date, datetime], new: datetime = START) -> list[Problem]:
        """Add what is said, in the order of days; what is known already changes nothing.

        What is said without a day holds from NOW on, or of a key that had never been defined from `new` on. A day that
        lies before the last that is known of its key is a problem.
        """
        problems = []
        for each in sorted(said, key=lambda each: each.day or date.max):
            events = self.events.get(each.key, [])
            moment = moments[each.day] if each.day else NOW if events else new
            if not events and not each.rows:
                problems.append(_unknown(each))
            if (self.at(each.key, moment) or ()) == each.rows:
                continue
            if events and events[-1][0] > moment:
                problems.append(_too_old(each, events[-1][0], moment))
                continue
            self.events.setdefault(each.key, events).append((moment, each.rows))
            self.changes.append(Change(moment, each.key, each.rows, each.where))
        return problems

    def changed(self, moment: datetime) -> dict[K, tuple[R, ...]]:
        """What the added changes of that moment say, by key."""
        return {change.key: change.rows for change in self.changes if change.moment == moment}


def _moment(event: tuple[datetime, object]) -> datetime:
    return event[0]


def _unknown(said: Said[Any, Any]) -> Problem:
    message, remedy = "Nothing is known of %(key)s that could be withdrawn.", "Correct the code, or leave the row out."
    return Problem(said.where, message, remedy, {"key": said.shown})


def _too_old(said: Said[Any, Any], last: datetime, moment: datetime) -> Problem:
    known = "now" if last == NOW else last.astimezone(moment.tzinfo).date()
    message = "The vintage %(vintage)s is older than what is known of %(key)s since %(known)s."
    remedy = "A vintage is added behind the last one, never before it."
    return Problem(said.where, message, remedy, {"vintage": said.day, "key": said.shown, "known": known})


def timeline(
    rows: Iterable[tuple[K, R, int, int | None]], clock: Mapping[int, datetime], order: Callable[[R], Any]
) -> Timeline[K, R]:
    """The timeline of rows that hold between two postings; `clock` has when each posting became known."""
    held: dict[K, list[tuple[R, int, int | None]]] = {}
    for key, row, first, last in rows:
        held.setdefault(key, []).append((row, first, last))
    return Timeline({key: _events(same, clock, order) for key, same in held.items()})


def _events(
    same: Sequence[tuple[R, int, int | None]], clock: Mapping[int, datetime], order: Callable[[R], Any]
) -> list[tuple[datetime, tuple[R, ...]]]:
    postings = sorted({seq for _, *pair in same for seq in pair if seq is not None})
    events: list[tuple[datetime, tuple[R, ...]]] = []
    for seq in postings:
        there = sorted((row for row, first, last in same if first <= seq and (last is None or last > seq)), key=order)
        # Two postings known at one moment: the later one holds.
        if events and events[-1][0] >= clock[seq]:
            events.pop()
        events.append((clock[seq], tuple(there)))
    return events
