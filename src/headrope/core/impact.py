"""What a change of the tree changes: units founded, closed, moved and renamed, and totals whose members change.

A works with two shops moves from one company to the other on 1 June; there are figures for May and June 2023.

>>> from dataclasses import replace
>>> from headrope.core.periods import month_of
>>> tree = [Edition("G", "Group", None), Edition("A", "East", "G"), Edition("B", "West", "G")]
>>> shops = [Edition("W1", "Shop 1", "W"), Edition("W2", "Shop 2", "W")]
>>> june, works = date(2023, 6, 1), Edition("W", "Works", "A")
>>> before = [*tree, works, *shops]
>>> after = [*tree, replace(works, valid_to=june), replace(works, parent="B", valid_from=june), *shops]
>>> impact = impact_of(before, after, [month_of(date(2023, 5, 1)).start, month_of(june).start])
>>> impact.moved, sorted(impact.totals), impact.count
(('W', 'W1', 'W2'), ['A', 'B'], 2)
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from headrope.core.periods import Period
from headrope.core.units import FOREVER, Edition, epoch_starts

OnDay = Mapping[str, Edition]
Way = tuple[str, tuple[str, ...]]
"""A unit that figures reach, and the edges on the way of which only a share goes up."""


@dataclass(frozen=True)
class Impact:
    """Codes of units by what happens to them, each in order; `totals` are the months (Period.start) of each inner unit
    whose members change, as-was. `changed` are units of which something else changes: kind, method, heir, first day.
    """

    founded: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    totals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many totals change: pairs of an inner unit and a month."""
        return sum(map(len, self.totals.values()))

    @property
    def first_month(self) -> Period | None:
        """The first month of which a total changes."""
        return min((Period(months[0], 1) for months in self.totals.values()), default=None)

    @property
    def empty(self) -> bool:
        """Whether the tree stays as it is."""
        return self == Impact()


def impact_of(before: Sequence[Edition], after: Sequence[Edition], months: Iterable[int]) -> Impact:
    """What is different in the second tree; `months` (Period.start) are those that have figures.

    A unit is moved where the units above it are others on some day on which it is there before and after.
    """
    old, new = _by_code(before), _by_code(after)
    touched = {code for code in old.keys() | new.keys() if old.get(code) != new.get(code)}
    founded = {code for code in touched if code not in old}
    closed = {code for code in touched - founded if _end(new.get(code, ())) < _end(old[code])}
    starts = epoch_starts([*before, *after])
    dated = _dated(months, starts)
    moved: set[str] = set()
    renamed: set[str] = set()
    totals: dict[str, set[int]] = defaultdict(set)
    for place, (day, _) in enumerate(pairwise([*starts, FOREVER])):
        was, will = _on(old, day), _on(new, day)
        if all(_said(was.get(code)) == _said(will.get(code)) for code in touched):
            continue
        renamed |= {code for code in touched & was.keys() & will.keys() if _names(was[code]) != _names(will[code])}
        stood, stands = _paths(was), _paths(will)
        moved |= {code for code in was.keys() & will.keys() if stood[code] != stands[code]}
        if dated[place]:
            for unit in _changed_totals(was, will):
                totals[unit] |= dated[place]
    changed = touched - founded - closed - moved - renamed
    ordered = {unit: tuple(sorted(found)) for unit, found in sorted(totals.items())}
    return Impact(_codes(founded), _codes(closed), _codes(moved), _codes(renamed), _codes(changed), ordered)


def _codes(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(found))


def _by_code(editions: Iterable[Edition]) -> dict[str, list[Edition]]:
    found: dict[str, list[Edition]] = defaultdict(list)
    for edition in sorted(editions, key=lambda edition: edition.valid_from):
        found[edition.code].append(edition)
    return dict(found)


def _end(editions: Sequence[Edition]) -> date:
    return max((edition.valid_to for edition in editions), default=date.min)


def _on(editions: Mapping[str, Sequence[Edition]], day: date) -> dict[str, Edition]:
    return {code: found for code, each in editions.items() if (found := next((e for e in each if e.holds_on(day)), None))}  # fmt: skip


def _said(edition: Edition | None) -> tuple[object, ...] | None:
    """What an edition says on a day, its dates and its heir aside."""
    return None if edition is None else (edition.parent, edition.method, *_names(edition))


def _names(edition: Edition) -> tuple[str, str]:
    return edition.name, edition.name_zh


def _dated(months: Iterable[int], starts: Sequence[date]) -> list[set[int]]:
    """The months by the stretch of days in which their last day lies."""
    dated: list[set[int]] = [set() for _ in starts]
    for month in set(months):
        place = bisect_right(starts, Period(month, 1).last_day) - 1
        if place >= 0:
            dated[place].add(month)
    return dated


def _paths(on_day: OnDay) -> dict[str, tuple[str, ...]]:
    """The units above each unit, the nearest first."""
    paths: dict[str, tuple[str, ...]] = {}
    for start in on_day:
        waiting: list[str] = []
        code: str | None = start
        while code is not None and code in on_day and code not in paths:
            waiting.append(code)
            code = on_day[code].parent
        for each in reversed(waiting):
            parent = on_day[each].parent
            paths[each] = (parent, *paths[parent]) if parent is not None and parent in paths else ()
    return paths


def _changed_totals(was: OnDay, will: OnDay) -> set[str]:
    """Inner units that the figures of some unit reach in one of the trees only, or by another way."""
    found: set[str] = set()
    for code in was.keys() | will.keys():
        found |= {unit for unit, _ in _reached(code, was) ^ _reached(code, will)}
    return found


def _reached(code: str, on_day: OnDay) -> set[Way]:
    """The units above that the figures of a unit go up to."""
    reached: set[Way] = set()
    shares: tuple[str, ...] = ()
    edition = on_day.get(code)
    while edition is not None and edition.method != "none":
        above = on_day.get(edition.parent or "")
        if above is not None:
            shares = (*shares, edition.code) if edition.method == "proportionate" else shares
            reached.add((above.code, shares))
        edition = above
    return reached
