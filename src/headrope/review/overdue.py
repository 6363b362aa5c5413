"""Which figures are stale: a form that is due by now is not in, from the unit or from one below it.

The rules are in docs/spec/due.md, section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np

from headrope.core.due import Owed, stale
from headrope.core.periods import Period
from headrope.core.rollup import Column, Values
from headrope.core.scoring import Judgement
from headrope.journal.queries import Books
from headrope.ledger.cube.unit_view import UnitView
from headrope.ledger.cube.view import Cube
from headrope.ledger.due import DueOf
from headrope.ledger.duties import FormInfo
from headrope.ledger.queries import ACTUAL, LedgerSettings, MeasureInfo
from headrope.ledger.submissions.collection import collection, forms_now
from headrope.ledger.submissions.due import due_of
from headrope.ledger.submissions.place import Moment, Round
from headrope.ledger.submissions.sent import Sent, sent

Short = Callable[[Period, Sequence[int]], tuple[Values, Values]]
"""How many reports are missing of how many, for a cell and units (ids); 0 of 0 where nobody has ever reported it."""


@dataclass(frozen=True)
class Overdue:
    """The unit's figures by a form are stale `since`: `periods` are overdue; `newest` in the period is in (None: none is).

    `missing` of `of` units at or under the unit have not reported the last of them.
    """

    form: FormInfo
    since: datetime
    newest: Period | None
    periods: int
    missing: int
    of: int


def silenced(judgement: Judgement | None, overdue: Overdue | None) -> Judgement | None:
    """Stale overrides every state: silence is never green, and it hides nothing behind red either."""
    return replace(judgement, state="stale") if judgement and overdue else judgement


class Silence:
    """Judges at a moment whether figures of a cube are stale; due days are those of the definitions as known now."""

    def __init__(self, cube: Cube, at: Books, ledger: LedgerSettings, now: datetime) -> None:
        self.cube, self.at, self.ledger, self.now = cube, at, ledger, now
        self._dues: dict[tuple[int, Period], DueOf | None] = {}
        self._sents: dict[tuple[int, Period], Sent] = {}

    @cached_property
    def forms(self) -> Sequence[FormInfo]:
        """Forms that are ever due."""
        return [form for form in forms_now(self.at).values() if form.due]

    def of_unit(
        self, unit: int, view: UnitView, period: Period, held: Mapping[Period, Mapping[str, Column]]
    ) -> dict[str, Overdue]:
        """What is stale of the unit's figures in the period, by measure; one statement for each form that is due in it.

        `held` are cells that have been read: by code, one row each.
        """
        infos = view.infos

        def columns(cell: Period) -> Mapping[str, Column]:
            found = held.get(cell) or read.get(cell)
            if found is None:
                found = read[cell] = view.columns(ACTUAL, [cell])
            return found

        read: dict[Period, Mapping[str, Column]] = {}
        by_part: dict[str, Overdue] = {}
        for form in self.forms:
            codes = [code for code in form.measures if code in infos]
            short = lambda cell, units, codes=codes: _least([columns(cell)[code] for code in codes])  # noqa: E731
            if found := self._walk(form, [unit], period, short).get(unit):
                by_part |= {code: _worse(by_part.get(code), found) for code in codes}
        return {info.code: found for info in infos.values() if (found := _of_parts(info, by_part))} if by_part else {}

    def of_units(
        self, units: Sequence[int], info: MeasureInfo, infos: dict[str, MeasureInfo], period: Period
    ) -> dict[int, Overdue]:
        """Of which units (ids) the measure's figures in the period are stale."""
        stale: dict[int, Overdue] = {}
        for form in self.forms:
            own = [code for code in info.parts if code in form.measures]
            if not own:
                continue
            others = [code for code in form.measures if code in infos and code not in own]

            def short(
                cell: Period, units: Sequence[int], codes: Sequence[str] = (*own, *others)
            ) -> tuple[Values, Values]:
                return self._of_many(cell, units, [infos[code] for code in codes], infos)

            for unit, found in self._walk(form, units, period, short).items():
                stale[unit] = _worse(stale.get(unit), found)
        return stale

    def _of_many(
        self, cell: Period, units: Sequence[int], asked: Sequence[MeasureInfo], infos: dict[str, MeasureInfo]
    ) -> tuple[Values, Values]:
        """As `_least`, measure by measure, and of those units only that lack all measures read so far."""
        missing, of = np.zeros(len(units), np.int64), np.zeros(len(units), np.int64)
        rows, view = np.arange(len(units)), self.cube.view(units)
        for info in asked:
            if len(view.rows) != len(rows):
                view = self.cube.view([units[row] for row in rows.tolist()])
            column = view.column(info, infos, ACTUAL, cell)
            lack, due = column.expected - column.reported, column.expected > 0
            first = due & ((of[rows] == 0) | (lack < missing[rows]))
            missing[rows[first]], of[rows[first]] = lack[first], column.expected[first]
            rows = rows[(of[rows] == 0) | (missing[rows] > 0)]
            if not len(rows):
                break
        return missing, of

    def _due(self, form: FormInfo, cell: Period) -> DueOf | None:
        """The due days of a form, asked once for all units that are judged one after the other."""
        key = form.id, cell
        if key not in self._dues:
            self._dues[key] = due_of(form, cell, self.at)
        return self._dues[key]

    def _walk(self, form: FormInfo, units: Sequence[int], period: Period, short: Short) -> dict[int, Overdue]:
        """From the last cell that ends in the period backwards, each unit up to the newest cell that is in."""
        owed: dict[int, list[Owed]] = {}
        last: dict[int, tuple[int, int]] = {}
        left: Sequence[int] = units
        for cell in self._cells(form, period):
            dues = self._due(form, cell)
            taking = {unit: due.moment for unit in left if dues and (due := dues.of(unit))}
            waiting = [unit for unit in left if unit not in taking]
            for unit, missing, of in self._missing(form, cell, list(taking), short):
                owed.setdefault(unit, []).append(Owed(cell, taking[unit], missing <= 0))
                if missing > 0:
                    waiting.append(unit)
                    if taking[unit] < self.now:
                        last.setdefault(unit, (missing, of))
            left = waiting
            if not left:
                break
        found = {}
        for unit, counts in last.items():
            judged = stale(owed[unit], self.now)
            if judged is not None:
                found[unit] = Overdue(form, judged.since, judged.newest, judged.missing, *counts)
        return self._without_gaps(form, period, found, short)

    def _without_gaps(
        self, form: FormInfo, period: Period, found: dict[int, Overdue], short: Short
    ) -> dict[int, Overdue]:
        """A cell that is missing before one that is in is a gap; its coverage says so."""
        end = self.cube.manifest.last_actual
        if not found or end is None or end <= period.end:
            return found
        for cell in self._cells(form, Period(period.end, end - period.end)):
            full = {unit for unit, missing, _ in self._missing(form, cell, list(found), short) if missing <= 0}
            found = {unit: each for unit, each in found.items() if unit not in full}
            if not found:
                break
        return found

    def _missing(
        self, form: FormInfo, cell: Period, units: Sequence[int], short: Short
    ) -> Iterable[tuple[int, int, int]]:
        """Of each unit how many reports are missing, of how many. What was sent counts, though it is in no total yet."""
        if not units:
            return []
        missing, of = short(cell, units)
        if not missing.any() and of.all():
            return [(unit, 0, due) for unit, due in zip(units, of.tolist(), strict=True)]
        reports = self._sent(form, cell)
        found = []
        for unit, lack, due in zip(units, missing.tolist(), of.tolist(), strict=True):
            if not due:  # nobody has ever reported the cell, so the cube does not have it
                lack = due = self._owing(form, cell, unit)
            # Whoever accepts the form from below has sent it on even if with exceptions.
            found.append((unit, 0 if unit in reports.on else max(0, lack - reports.under.get(unit, 0)), due))
        return found

    def _owing(self, form: FormInfo, cell: Period, unit: int) -> int:
        units = collection(self.at, form, cell)
        return sum(node.id in units.owing for node in units.tree.subtree(unit)) if unit in units.tree.nodes else 0

    def _sent(self, form: FormInfo, cell: Period) -> Sent:
        """Whose reports were sent by then; one statement, once."""
        key = form.id, cell
        if key not in self._sents:
            round = Round(form, cell, ACTUAL, Moment(self.at, self.ledger, self.now))
            self._sents[key] = sent(round, self.cube.seq) if ACTUAL in round.when.versions else Sent({}, frozenset())
        return self._sents[key]

    def _cells(self, form: FormInfo, period: Period) -> list[Period]:
        """The form's own periods that end in the period, the last one first."""
        first = self.ledger.fiscal_start - 1
        end = period.end - (period.end - first) % form.span
        return [Period(each - form.span, form.span) for each in range(end, period.start, -form.span)]


def _least(columns: Sequence[Column]) -> tuple[Values, Values]:
    """Whoever has not reported a form lacks all its measures: the least that any measure lacks, of how many; one row."""
    counts = [(int(each.expected[0]), int(each.reported[0])) for each in columns]
    lacks = [(expected - reported, expected) for expected, reported in counts if expected > 0]
    missing, of = min(lacks, key=lambda each: each[0], default=(0, 0))
    return np.array([missing]), np.array([of])


def _worse(one: Overdue | None, other: Overdue) -> Overdue:
    return other if one is None or other.since < one.since else one


def _of_parts(info: MeasureInfo, by_part: Mapping[str, Overdue]) -> Overdue | None:
    found = [by_part[code] for code in info.parts if code in by_part]
    return min(found, key=lambda each: each.since) if found else None
