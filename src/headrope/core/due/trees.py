"""Due days of all units of a tree: lower tiers always before higher ones, also across calendars and after extensions.

>>> from headrope.core.due.rules import parse_rule
>>> asked = Asked(parse_rule("business day 5"), Period(2023 * 12 + 5, 1))
>>> tree = Tree.of(np.array([-1, 0, 0, 1], np.int32))  # a group, a company with a branch, a company
>>> due = due_days(tree, np.array([False, False, True, True]), [Calendar("plain")] * 4, asked)
>>> due.height.tolist(), due.day.astype(str).tolist()
([2, 1, 0, 0], ['2023-07-11', '2023-07-10', '2023-07-07', '2023-07-07'])

The rules are in docs/spec/due.md, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from headrope.core.calendars import Calendar, not_maintained
from headrope.core.due.rules import DueRule, moment
from headrope.core.periods import Period
from headrope.core.problems import Problem
from headrope.core.rollup import Bools, Rows
from headrope.core.tree_sums import Tree

Moments = npt.NDArray[np.datetime64]
NO_PART = -1


@dataclass(frozen=True)
class Asked:
    """What is asked for a period: the form's rule, rules of single units by row, and days up to which some are extended."""

    rule: DueRule
    period: Period
    own: Mapping[int, DueRule] = field(default_factory=dict)
    extended: Mapping[int, date] = field(default_factory=dict)


@dataclass(frozen=True)
class DueDays:
    """Due days by row. `height` int32 are the tiers of owing units below, NO_PART for units that nothing is due from.

    `day` is datetime64[D], NaT without a part; `asked` is the day before it was moved because of the unit in
    `behind` int32, a child that is due too late for it (-1: not moved). `minutes` int32 are those of the unit's rule.
    """

    height: Rows
    day: Moments
    asked: Moments
    behind: Rows
    minutes: Rows

    def moments(self, zone: ZoneInfo) -> Moments:
        """When each is due, datetime64[us] in UTC, NaT without a part."""
        found = np.full(len(self.day), np.datetime64("NaT"), "datetime64[us]")
        held: dict[tuple[date, int], np.datetime64] = {}
        for row in np.flatnonzero(self.height >= 0).tolist():
            key = self.day[row].item(), int(self.minutes[row])
            if key not in held:
                held[key] = np.datetime64(moment(*key, zone).replace(tzinfo=None), "us")
            found[row] = held[key]
        return found

    def moved(self, codes: Sequence[str]) -> list[Problem]:
        """What is said of units whose day was moved; `codes` are the units' by row."""
        message = "Due on %(day)s and not on %(asked)s, because %(child)s below is due on %(behind)s."
        remedy = "Nothing has to be done; give %(child)s an earlier day if this is too late."
        day, asked = self.day.tolist(), self.asked.tolist()
        found = []
        for row, child in enumerate(self.behind.tolist()):
            if child >= 0:
                values = {"day": day[row], "asked": asked[row], "child": codes[child], "behind": day[child]}
                found.append(Problem(codes[row], message, remedy, values, blocking=False))
        return found


def due_days(tree: Tree, owes: Bools, calendars: Sequence[Calendar], asked: Asked) -> DueDays:
    """Due days of the units that owe the form (`owes` bool[rows]) and of all above them, who accept it.

    `tree` is that of the period's last day; `calendars` are the units', by row. A parent is due at least one of its own
    business days after each of its children.
    """
    count = len(owes)
    height = np.where(owes, 0, NO_PART).astype(np.int32).tolist()
    days: list[date | None] = [None] * count
    before_moving = days.copy()
    behind, minutes = [-1] * count, [0] * count
    latest: dict[int, tuple[date, int]] = {}  # of each parent its latest child: day and, of equal days the first, -row
    held: dict[tuple[Calendar, int], date] = {}
    parent, roots = tree.parent.tolist(), np.flatnonzero(tree.parent < 0)
    for row in [*tree.order.tolist(), *roots.tolist()]:
        if height[row] == NO_PART:
            continue
        calendar, rule = calendars[row], asked.own.get(row, asked.rule)
        if row in asked.own:  # its days are meant as they stand, whatever is below
            day = rule.day(asked.period, calendar)
        elif (calendar, height[row]) in held:
            day = held[calendar, height[row]]
        else:
            day = held[calendar, height[row]] = rule.day(asked.period, calendar, height[row])
        if row in asked.extended:
            day = max(day, calendar.on_or_after(asked.extended[row]))
        before_moving[row], minutes[row] = day, rule.minutes
        if row in latest and latest[row][0] >= day:
            child_day, behind[row] = latest[row][0], -latest[row][1]
            day = calendar.add(child_day, 1)
        days[row] = day
        above = parent[row]
        if above >= 0:
            height[above] = max(height[above], height[row] + 1)
            latest[above] = max(latest.get(above, (day, -row)), (day, -row))
    return DueDays(
        np.array(height, np.int32),
        np.array(days, "datetime64[D]"),
        np.array(before_moving, "datetime64[D]"),
        np.array(behind, np.int32),
        np.array(minutes, np.int32),
    )


def unit_calendars(tree: Tree, given: Mapping[int, Calendar], default: Calendar) -> list[Calendar]:
    """The calendar of each unit, by row: its own (`given`), else that of the nearest unit above that has one."""
    found = [given.get(row, default) for row in range(len(tree.parent))]
    for row in reversed(tree.order.tolist()):
        if row not in given:
            found[row] = found[int(tree.parent[row])]
    return found


def guessed(due: DueDays, calendars: Sequence[Calendar], period: Period) -> list[Problem]:
    """A warning for each calendar that is not maintained for some year in which it was counted for these due days."""
    last: dict[str, tuple[Calendar, date]] = {}
    for row in np.flatnonzero(due.height >= 0).tolist():
        calendar, day = calendars[row], due.day[row].item()
        last[calendar.code] = max(last.get(calendar.code, (calendar, day)), (calendar, day), key=lambda pair: pair[1])
    start = period.last_day + timedelta(days=1)
    return [
        problem
        for _code, (calendar, day) in sorted(last.items())
        for problem in not_maintained(calendar, calendar.unmaintained(start, day))
    ]
