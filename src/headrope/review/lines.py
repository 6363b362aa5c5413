"""The lines of a review: every measure of one unit read for the period, the like periods before it and its trend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from headrope.core.periods import Period, year_of, year_to_date
from headrope.core.rollup import Column
from headrope.core.scoring import plan_by_time
from headrope.landing.runs.queries import Landed
from headrope.ledger.cube.shaping import shape
from headrope.ledger.cube.unit_totals import CellTotals
from headrope.ledger.cube.view import UnitView
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo
from headrope.review.figures import Figure, Figures, change, figure
from headrope.review.line import Line, Record, Trend
from headrope.review.overdue import Overdue, silenced
from headrope.review.question import Question
from headrope.review.rules.rule import PaceRule
from headrope.review.situation.need import Need, need_of
from headrope.review.verdict import gap, verdict

TREND_CELLS = 18
LIKE_PERIODS = 600


@dataclass(frozen=True)
class Basis:
    """By what the figures are held: the month in which the year begins, the pace rule, whether the unit lasts to the end."""

    fiscal_start: int
    pace: PaceRule
    alive: bool


class Lines:
    """Makes the lines of one unit; every period of every measure is read in a few array operations."""

    def __init__(self, figures: Figures, view: UnitView, question: Question, against: str, basis: Basis) -> None:
        period = question.period
        self.figures, self.view, self.period, self.against = figures, view, period, against
        self.year = year_of(period.end - 1, basis.fiscal_start)
        self.whole = period == self.year or self.year.start > period.start
        self.alive = basis.alive
        cube = figures.cube
        step = 1 if period.span == 1 else 12
        first = cube.first_start.get(ACTUAL, period.start)
        self.earlier = [period.shifted(-step * n) for n in range(1, (period.start - first) // step + 1)][:LIKE_PERIODS]
        last_year = period.shifted(-12)
        self.actual = view.columns(ACTUAL, [period, last_year, *self.earlier])
        # Held against a year earlier, both years stand on one tree.
        month = figures.like_month(period, question.as_was)
        self.like = self.actual if month is None else view.like(month).columns(ACTUAL, [period, last_year])
        self.stated = view.stated(ACTUAL, period)
        self.overdue: Mapping[str, Overdue] = {}
        self.landings: Mapping[int, Landed] = {}
        self.unlanded: Mapping[int, str] = {}
        self.pace = basis.pace
        self._to_date = period == year_to_date(period, basis.fiscal_start)
        if against != LAST_YEAR:
            self.plan = figures.planned(view, against, [period, self.year])
        self.spans = {info.code: self._trend_span(info) for info in figures.infos.values()}
        self.trends = {span: self._cells(view, span) for span in set(self.spans.values())}

    def _trend_span(self, info: MeasureInfo) -> int:
        """The shortest native span in which the actual figures of all the measure's parts are held; 1 when none are."""
        infos, cube = self.figures.infos, self.figures.cube
        spans = [cube.native_spans(infos[code].id, ACTUAL) for code in info.parts]
        return min(set.intersection(*spans), default=1)

    def _cells(self, view: UnitView, span: int) -> tuple[list[Period], dict[str, Column], dict[str, Column]]:
        cells = [Period(self.period.end - span * n, span) for n in range(TREND_CELLS, 0, -1)]
        if self.against != LAST_YEAR:
            return cells, view.series(ACTUAL, cells), self.figures.series_of(view, self.against, cells)
        # A year before and this year in one reading.
        back = 12 // span
        both = view.series(ACTUAL, [cell.shifted(-12) for cell in cells[:back]] + cells)
        actual = {code: _rows(column, slice(back, None)) for code, column in both.items()}
        return cells, actual, {code: _rows(column, slice(0, TREND_CELLS)) for code, column in both.items()}

    def cells_held(self) -> dict[Period, dict[str, Column]]:
        """The last cells of the trends, by code."""
        held: dict[Period, dict[str, Column]] = {}
        for cells, actual, _plan in self.trends.values():
            last = slice(len(cells) - 1, len(cells))
            held[cells[-1]] = {code: _rows(column, last) for code, column in actual.items()}
        return held

    def line(self, info: MeasureInfo) -> Line:
        """The line of one measure."""
        actual = figure(self.actual[info.code], info)
        now, before = (figure(self.like[info.code], info, row) for row in (0, 1))
        plan, year_plan = before, None
        if self.against != LAST_YEAR:
            plan = figure(self.plan[info.code], info, 0)
        if self.against != LAST_YEAR and not self.whole:
            year_plan = figure(self.plan[info.code], info, 1)
            flow = year_plan.known and info.rule.kind in ("flow", "cumulative")
            if flow and (not plan.known or (self.pace.basis == "time" and self._to_date and year_plan.complete)):
                plan = self._by_time(year_plan, info)
        growth, share = change(now, before) if self._lasts(info) else (None, None)
        overdue = self.overdue.get(info.code)
        return Line(
            info,
            actual,
            plan,
            year_plan if year_plan and year_plan.known else None,
            before,
            silenced(verdict(info, actual, plan, self.against, self.pace), overdue),
            gap(info, actual, plan, self.against),
            growth,
            share,
            self._record(info, actual),
            partial(self._trend, info),
            self._stated(info),
            any(self.figures.cube.derived(self.figures.infos[code].id, ACTUAL) for code in info.parts),
            overdue,
            self._need(info, actual, year_plan),
            self.landings.get(info.id),
            self.unlanded.get(info.id, ""),
        )

    def _stated(self, info: MeasureInfo) -> Figure | None:
        found = self.stated.get(info.code)
        return None if found is None else figure(found, info)

    def _by_time(self, year_plan: Figure, info: MeasureInfo) -> Figure:
        """Half the time, half the task: the part of a year's plan that has no phases; rounded half to even."""
        assert year_plan.value is not None
        if not self._to_date:
            return Figure(None, 0, 0)
        part = plan_by_time(year_plan.value, self.period.span, self.year.span)
        return Figure(part, year_plan.reported, year_plan.expected)

    def _lasts(self, info: MeasureInfo) -> bool:
        """Whether unit and measure are still there at the end: what ended on the way is no whole period, and has no rest."""
        return self.alive and self.period.last_day < info.rule.valid_to

    def _need(self, info: MeasureInfo, actual: Figure, year_plan: Figure | None) -> Need | None:
        """Of a flow of which more is better, in the year to date; the best month is looked for in all months so far."""
        if not self._lasts(info):
            return None
        left = self.year.end - self.period.end
        if year_plan is None or year_plan.value is None or actual.value is None or left <= 0:
            return None
        if info.rule.kind != "flow" or info.rule.direction != "up" or self.period.start != self.year.start:
            return None
        if self.spans[info.code] != 1:
            return None
        return need_of(year_plan.value, actual.value, left, self._best_month(info))

    def _best_month(self, info: MeasureInfo) -> int | float | None:
        column = shape(info, self.figures.infos, self._months)
        months = column.values[column.known]
        return months.max().item() if len(months) else None

    @cached_property
    def _months(self) -> CellTotals:
        """All months of the ledger up to the period's end."""
        first = min(self.figures.cube.first_start.get(ACTUAL, self.period.start), self.period.start)
        return CellTotals(self.view, ACTUAL, [Period(month, 1) for month in range(first, self.period.end)])

    def _record(self, info: MeasureInfo, actual: Figure) -> Record | None:
        """Held against every like period before: all months for a month, else the same part of each year."""
        if not actual.complete or actual.uneven or actual.value is None:
            return None
        column = self.actual[info.code]
        held = np.flatnonzero(column.known[2:])
        if len(held) < 2:
            return None
        past = column.values[2:][held]
        down = info.rule.direction == "down"
        best = bool((actual.value < past).all() if down else (actual.value > past).all())
        return Record(not down, self.earlier[held[-1]], len(held) + 1) if best else None

    def _trend(self, info: MeasureInfo) -> Trend:
        cells, actual, plan = self.trends[self.spans[info.code]]
        shown = _in_account(actual[info.code], info)
        first = next((place for place, value in enumerate(shown) if value is not None), len(cells))
        return Trend(tuple(cells[first:]), tuple(shown[first:]), tuple(_in_account(plan[info.code], info)[first:]))


def _rows(column: Column, rows: slice) -> Column:
    return Column(column.values[rows], column.reported[rows], column.expected[rows], column.known[rows])


def _in_account(column: Column, info: MeasureInfo) -> list[float | None]:
    """The column in units of account."""
    exact = info.rule.exact
    exponent = info.rule.quantity.step_exponent
    # One division, so that 5005 hundredths are 50.05 and not 50.050000000000004.
    scaled = (
        column.values / 10.0**-exponent
        if exact and exponent < 0
        else column.values * 10.0**exponent
        if exact
        else column.values
    )
    values = scaled.tolist()
    return [value if known else None for value, known in zip(values, column.known.tolist(), strict=True)]
