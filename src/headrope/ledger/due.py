"""When a form is due from every unit that owes it or accepts it from below, as things are defined now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from headrope.core.calendars import Calendar
from headrope.core.due.standing import Due
from headrope.core.due.trees import Asked, DueDays, due_days, guessed
from headrope.core.periods import Period
from headrope.core.problems import Problem
from headrope.core.tree_sums import Tree as Rows
from headrope.journal.queries import Books, defined_at
from headrope.ledger.calendars import PLAIN, calendar_of_units, calendars_now
from headrope.ledger.duties import FormInfo, UnitDuty, unit_duties
from headrope.ledger.queries import ledger_settings
from headrope.org.queries import EditionRow, edition_rows, tree_on

NO_EXTENSIONS: Mapping[int, date] = {}
_PLAIN = Problem(
    "",
    "The group names no calendar: only Saturdays and Sundays are free.",
    "Load calendars.csv, and name the group's calendar in ledger.csv.",
    blocking=False,
)


@dataclass(frozen=True)
class _Placed:
    """The tree of a period's last day laid out in rows: units' ids and codes by row, rows by id, and calendars by id.

    Days are counted from the first day after the period, and so with the calendars of that day.
    """

    ids: Sequence[int]
    codes: Sequence[str]
    row_of: Mapping[int, int]
    rows: Rows
    calendars: Mapping[int, Calendar]


@dataclass(frozen=True)
class DueOf:
    """Due days of a form for a period by unit (id), of those who owe it and of all above them, who accept it.

    `problems` are warnings: days that were moved behind those of units below, and years for which a calendar has no entries.
    """

    form: FormInfo
    period: Period
    owing: frozenset[int] = frozenset()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    problems: tuple[Problem, ...] = ()
    _calendars: Mapping[int, Calendar] = field(default_factory=dict, repr=False)
    _default: Calendar = PLAIN
    _days: DueDays | None = field(default=None, repr=False)
    _row_of: Mapping[int, int] = field(default_factory=dict, repr=False)

    @cached_property
    def _dues(self) -> dict[int, Due]:
        if self._days is None:
            return {}
        moments, days = self._days.moments(self.zone).tolist(), self._days.day.tolist()
        there = self._days.height >= 0
        return {
            unit: Due(days[row], moments[row].replace(tzinfo=UTC)) for unit, row in self._row_of.items() if there[row]
        }

    @cached_property
    def moments(self) -> Sequence[datetime]:
        """The different moments on which it is due, the first one first."""
        return sorted({due.moment for due in self._dues.values()})

    @property
    def units(self) -> Sequence[int]:
        """The ids of all units that something is due from, in order."""
        return list(self._dues)

    def of(self, unit: int) -> Due | None:
        """When it is due from the unit; None where nothing is."""
        return self._dues.get(unit)

    def height(self, unit: int) -> int | None:
        """How many tiers of units stand below it that it is due from, too; None where nothing is due from the unit."""
        return int(self._days.height[self._row_of[unit]]) if self._days is not None and unit in self._dues else None

    def calendar(self, unit: int) -> Calendar:
        """The calendar that the unit works by when the days for the period begin; the group's for one that is not there."""
        return self._calendars.get(unit, self._default)


def due_days_of(form: FormInfo, period: Period, at: Books, extended: Mapping[int, date] = NO_EXTENSIONS) -> DueOf:
    """When the form is due for a period of its own span, over the tree of the period's last day.

    `extended` are days up to which single units (ids) have longer. Nothing is due by a form without a rule. What is worked
    out is kept in the process until a definition changes. A ValueError for a period of another span.
    """
    if period.span != form.span:
        raise ValueError(f"{form.code} is asked for every {form.span} months and not for {period}")
    key = str(at.key)
    return _due_at(key, defined_at(key, at.seq), form, period, frozenset(extended.items()))


@lru_cache(maxsize=64)
def _due_at(key: str, defined: int, form: FormInfo, period: Period, extended: frozenset[tuple[int, date]]) -> DueOf:
    zone, held = ledger_settings().zone, calendars_now(key, defined)
    placed = _placed_at(key, defined, period.last_day)
    duties = {duty.unit: duty for duty in _duties_at(key, defined).get(form.id, ()) if duty.holds_on(period.last_day)}
    owing = frozenset(unit for unit in duties if unit in placed.row_of)
    if form.rule is None:
        return DueOf(form, period, owing, zone, (), placed.calendars, held.default)
    rules = {placed.row_of[unit]: rule for unit in owing if (rule := duties[unit].rule)}
    longer = {placed.row_of[unit]: day for unit, day in extended if unit in placed.row_of}
    by_row = [placed.calendars[unit] for unit in placed.ids]
    owes = np.array([unit in owing for unit in placed.ids], bool)
    days = due_days(placed.rows, owes, by_row, Asked(form.rule, period, rules, longer))
    problems = (*days.moved(placed.codes), *_guessed(days, by_row, period))
    return DueOf(form, period, owing, zone, problems, placed.calendars, held.default, days, placed.row_of)


def _guessed(days: DueDays, calendars: Sequence[Calendar], period: Period) -> list[Problem]:
    """That days are counted through years of which a calendar knows nothing; a ledger without one is told how to get it."""
    return [problem if problem.values["calendar"] else _PLAIN for problem in guessed(days, calendars, period)]


@lru_cache(maxsize=4)
def _duties_at(key: str, defined: int) -> dict[int, list[UnitDuty]]:
    found: dict[int, list[UnitDuty]] = {}
    for duty in unit_duties():
        found.setdefault(duty.form, []).append(duty)
    return found


@lru_cache(maxsize=2)
def _editions_at(key: str, defined: int) -> list[EditionRow]:
    return edition_rows()


@lru_cache(maxsize=16)
def _placed_at(key: str, defined: int, day: date) -> _Placed:
    tree = tree_on(day, _editions_at(key, defined))
    ids = list(tree.nodes)
    row_of = {unit: row for row, unit in enumerate(ids)}
    parents = np.array([-1 if node.parent is None else row_of[node.parent] for node in tree.nodes.values()], np.int32)
    calendars = calendar_of_units(tree, day + timedelta(days=1), calendars_now(key, defined))
    return _Placed(ids, [node.code for node in tree.nodes.values()], row_of, Rows.of(parents), calendars)
