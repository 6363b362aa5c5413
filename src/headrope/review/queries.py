"""The review of a unit for a period: one frozen object that page, command and (later) document all show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial

import numpy as np

from headrope.core.periods import Period, year_of, year_to_date
from headrope.core.rollup import Column, empty
from headrope.core.scoring import Judgement, State, judge, plan_by_time
from headrope.core.units import SEGMENT
from headrope.journal import clock
from headrope.journal.queries import Books, end_of_day, known_on, upto
from headrope.landing.runs.queries import Landed, Run
from headrope.ledger.cube.shaping import shape
from headrope.ledger.cube.unit_totals import CellTotals, PeriodTotals
from headrope.ledger.cube.view import Cube, UnitView, View
from headrope.ledger.queries import (
    ACTUAL,
    LAST_YEAR,
    TARGET,
    LedgerSettings,
    MeasureInfo,
    measures,
    measures_now,
    version_ids,
)
from headrope.ledger.texts import texts
from headrope.org.queries import Node, NoSuchUnit, Sight, Tree, edition_rows, segment_rows, tree_on
from headrope.review.overdue import Overdue, Silence, silenced
from headrope.review.rules.queries import pace_rule
from headrope.review.rules.rule import BUILT_IN, PaceRule
from headrope.review.situation.landings import UNLIKELY, landings_of, run_known
from headrope.review.situation.need import Need, need_of

TREND_CELLS = 18
LIKE_PERIODS = 600


@dataclass(frozen=True)
class Figure:
    """One number with its coverage: whole steps for exact measures, else a float; None where nothing is reported.

    `reported` of `expected` count units (for flows: units times cells). `uneven`: a ratio whose parts come from
    different units.
    """

    value: int | float | None
    reported: int
    expected: int
    uneven: bool = False

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    @property
    def complete(self) -> bool:
        """Whether all that is expected is in."""
        return self.known and self.reported >= self.expected


@dataclass(frozen=True)
class Record:
    """The actual figure is the best (or, without a direction, the highest) of its kind in `of` like periods since `since`."""

    high: bool
    since: Period
    of: int


@dataclass(frozen=True)
class Trend:
    """The last native cells up to the period's end: figures in units of account, None where missing."""

    cells: tuple[Period, ...]
    actual: tuple[float | None, ...]
    plan: tuple[float | None, ...]


@dataclass(frozen=True)
class Line:
    """One measure of the unit for the period.

    `plan` is the figure held against (`Review.against`); `year_plan` the same for the whole (fiscal) year, where the
    period is shorter; `gap` and `growth` are in units of the figures (steps or float), `growth_share` of last year's.
    `last_year` and `growth` are like-for-like unless the review is as-was; `stated` is what the unit says of its total;
    `derived` says that no duties tell who owes the figure.
    `overdue` says why the figure is stale. `need` is what the months left must bring, of flows with a year's target;
    `landing` where the year will end, as the last known run says.
    """

    info: MeasureInfo
    actual: Figure
    plan: Figure
    year_plan: Figure | None
    last_year: Figure
    judgement: Judgement | None
    gap: int | float | None
    growth: int | float | None
    growth_share: float | None
    record: Record | None
    drawn: Callable[[], Trend]
    stated: Figure | None = None
    derived: bool = True
    overdue: Overdue | None = None
    need: Need | None = None
    landing: Landed | None = None

    @cached_property
    def trend(self) -> Trend:
        """The last cells; made when first asked, since a page draws few of the lines."""
        return self.drawn()

    @property
    def state(self) -> State | None:
        """The worse of pace and landing: what is on pace and unlikely to land is to be watched."""
        if self.overdue:
            return "stale"
        pace = self.judgement.state if self.judgement else None
        unlikely = (
            self.landing is not None and self.landing.odds.value is not None and self.landing.odds.value < UNLIKELY
        )
        return "watch" if pace in ("on", "ahead") and unlikely else pace

    @property
    def stated_gap(self) -> int | float | None:
        """What the unit states of its total less what is added up; None where it states nothing."""
        if self.stated is None or self.stated.value is None or self.actual.value is None:
            return None
        return self.stated.value - self.actual.value


@dataclass(frozen=True)
class Reporting:
    """Who has reported for the period's last cell: how many units at or under the unit owe actual figures, and who is late."""

    units: int
    late: tuple[Node, ...]


@dataclass(frozen=True)
class Review:
    """A unit for a period, against a version or last year, as known on a day (None: now, posting `seq`).

    `children` are those of the period's last day that this person may see; `outside` counts the others. `like` is the
    month over whose tree last year's figures are added, where that is another one than theirs. `texts` are what the unit itself says in words.
    """

    ledger: LedgerSettings
    unit: Node
    path: tuple[Node, ...]
    period: Period
    against: str
    known_on: date | None
    seq: int
    lines: tuple[Line, ...]
    children: tuple[Node, ...]
    outside: int
    reporting: Reporting
    largest_money: float
    as_was: bool = False
    like: int | None = None
    texts: tuple[tuple[MeasureInfo, str], ...] = ()

    def line(self, code: str) -> Line | None:
        """The line of that measure."""
        return next((line for line in self.lines if line.info.code == code), None)


@dataclass(frozen=True)
class Question:
    """What is asked: `against` None chooses target where there is one, else last year.

    A year earlier is like-for-like over the tree of the period's last day, or `as_was` over the trees of the time.
    """

    unit: str
    period: Period
    against: str | None = None
    known_on: date | None = None
    as_was: bool = False


class Reader:
    """Answers questions on one cube for one person; holds what the answers share."""

    def __init__(self, cube: Cube, ledger: LedgerSettings, at: Books, who: Sight, known: date | None = None) -> None:
        self.cube, self.ledger, self.at, self.who, self.known = cube, ledger, at, who, known
        as_known = known_on(known, ledger.zone)
        if as_known is None and cube.seq < at.seq:
            # The cube is behind: names and tree are taken where its figures are, so that a page never mixes two states.
            as_known = upto(cube.seq)
        infos = measures(as_known) if as_known else measures_now(str(at.key), at.seq)
        self.infos = {info.code: info for info in infos}
        self._known = self.known_postings = as_known
        self._trees: dict[date, Tree] = {}
        self._views: dict[int, UnitView] = {}
        self._planned: tuple[object, Mapping[str, Column]] | None = None

    @cached_property
    def silence(self) -> Silence:
        """What is stale now; of a day that is gone, what was at its end."""
        now = clock.now()
        if self.known is not None:
            now = min(now, end_of_day(self.known, self.ledger.zone))
        return Silence(self.cube, self.at, self.ledger, now)

    def run(self, period: Period) -> Run | None:
        """The last landing run of the period's year that was known; None where there is none, or the year is over."""
        year = year_of(period.end - 1, self.ledger.fiscal_start)
        if period.end >= year.end:
            return None
        return run_known(year, self.at, known_on(self.known, self.ledger.zone))

    def pace(self, period: Period) -> PaceRule:
        """The pace rule in force on the period's last day."""
        return pace_rule(period.last_day, self.at, self._known if self.known else None)

    def tree(self, period: Period) -> Tree:
        """The tree of the period's last day, as known then; today's tree where that day is to come."""
        day = period.last_day
        if day not in self._trees:
            self._trees[day] = _tree(str(self.at.key), self.at.seq, day, self._known)
        return self._trees[day]

    def node(self, code: str, period: Period) -> Node:
        """The unit on the period's last day, or as it last was; NoSuchUnit where this person does not see it."""
        found = self.tree(period).by_code.get(code) or next(
            (n for n in self.who.now.last.values() if n.code == code), None
        )
        if found is None or not self.who.sees(found.id):
            raise NoSuchUnit(code)
        return found

    def unit_view(self, unit: int) -> UnitView:
        """All figures of one unit (id); what is cut out of the cube for one question serves the next."""
        if unit not in self._views:
            self._views[unit] = self.cube.unit(unit, self.infos)
        return self._views[unit]

    def review(self, question: Question) -> Review:
        """The whole review of a unit."""
        period = question.period
        unit = self.node(question.unit, period)
        view = self.unit_view(unit.id)
        against = question.against or self._default_against(view, period)
        sheet = _Sheet(self, view, question, against)
        landings = landings_of(self.run(period), [unit.id])
        sheet.landings = {measure: found for (_unit, measure), found in landings.items()}
        sheet.overdue = self.silence.of_unit(unit.id, view, period, sheet.cells_held())
        lines = tuple(sheet.line(info) for info in self.infos.values())
        tree = self.tree(period)
        children = self._children(unit, tree, period)
        above = [node for node in tree.path(unit.id) if self.who.sees(node.id)] if unit.id in tree.nodes else [unit]
        return Review(
            self.ledger,
            unit,
            tuple(reversed(above)),
            period,
            against,
            self.known,
            self.cube.seq,
            tuple(line for line in lines if _shown(line)),
            tuple(child for child in children if self.who.sees(child.id)),
            sum(not self.who.sees(child.id) for child in children),
            self._reporting(unit, period, tree),
            self.cube.manifest.largest_money,
            question.as_was,
            self.like_month(period, question.as_was),
            self._texts(unit, period),
        )

    def _children(self, unit: Node, tree: Tree, period: Period) -> list[Node]:
        """The units that make up the unit: those below it, or a segment's members.

        A segment looks at units of others once more: it is no part of the unit that it stands under.
        """
        if unit.kind != SEGMENT:
            return [child for child in tree.children.get(unit.id, []) if child.kind != SEGMENT]
        day = period.last_day
        members = [
            row.unit
            for row in segment_rows(self._known)
            if row.segment == unit.id and row.valid_from <= day < row.valid_to
        ]
        return [tree.nodes[member] for member in members if member in tree.nodes]

    def _texts(self, unit: Node, period: Period) -> tuple[tuple[MeasureInfo, str], ...]:
        """What the unit says in words, in the order of the measures."""
        infos = [info for info in self.infos.values() if info.rule.kind == "text"]
        if not infos:
            return ()
        said = texts(unit.id, infos, version_ids().get(ACTUAL, -1), period, self._known)
        return tuple((info, said[info.code]) for info in infos if info.code in said)

    def _reporting(self, unit: Node, period: Period, tree: Tree) -> Reporting:
        units, late = self.cube.late(unit.id, ACTUAL, period)
        return Reporting(units, tuple(tree.nodes[each] for each in late if each in tree.nodes and self.who.sees(each)))

    def _default_against(self, view: UnitView, period: Period) -> str:
        """target where the unit has any for the period or its year, else last year."""
        if TARGET not in self.cube.first_start:
            return LAST_YEAR
        year = year_of(period.end - 1, self.ledger.fiscal_start)
        targets = self.planned(view, TARGET, [period, year]).values()
        return TARGET if any(column.known.any() for column in targets) else LAST_YEAR

    def planned(self, view: UnitView, version: str, periods: Sequence[Period]) -> Mapping[str, Column]:
        """What the version holds of the unit, one row a period, by code; read once. Most measures have no plan at all."""
        key = view, version, tuple(periods)
        if self._planned is None or self._planned[0] != key:
            self._planned = key, self._of_version(version, PeriodTotals(view, version, periods))
        return self._planned[1]

    def series_of(self, view: UnitView, version: str, cells: Sequence[Period]) -> dict[str, Column]:
        """The same in single native cells of one span."""
        return self._of_version(version, CellTotals(view, version, cells))

    def _of_version(self, version: str, totals: PeriodTotals) -> dict[str, Column]:
        held = {measure for measure, _part, of in self.cube.slots if of == version}
        nothing = empty(totals.rows)
        found = {}
        for code, info in self.infos.items():
            # A ratio may be held by a figure of its own, as well as by its parts.
            there = info.id in held or any(self.infos[part].id in held for part in info.parts)
            found[code] = shape(info, self.infos, totals) if there else nothing
        return found

    def plan_of(self, view: View, info: MeasureInfo, period: Period, against: str, as_was: bool = False) -> Column:
        """The figures of many units that the period is held against."""
        if against == LAST_YEAR:
            return self.year_before(view, info, period, as_was)
        return view.column(info, self.infos, against, period)

    def like_month(self, period: Period, as_was: bool) -> int | None:
        """The month over whose tree a period and the one a year earlier are compared; None where the trees are equal."""
        if as_was or not self.cube.moves(period.start - 12, period.end):
            return None
        return period.end - 1

    def year_before(self, view: View, info: MeasureInfo, period: Period, as_was: bool) -> Column:
        """The figures of many units a year before the period, like-for-like unless asked otherwise."""
        month = self.like_month(period, as_was)
        like = view if month is None else view.like(month)
        return like.column(info, self.infos, ACTUAL, period.shifted(-12))


class _Sheet:
    """Makes the lines of one unit; every period of every measure is read in a few array operations."""

    def __init__(self, reader: Reader, view: UnitView, question: Question, against: str) -> None:
        period = question.period
        self.reader, self.view, self.period, self.against = reader, view, period, against
        self.year = year_of(period.end - 1, reader.ledger.fiscal_start)
        self.whole = period == self.year or self.year.start > period.start
        cube = reader.cube
        step = 1 if period.span == 1 else 12
        first = cube.first_start.get(ACTUAL, period.start)
        self.earlier = [period.shifted(-step * n) for n in range(1, (period.start - first) // step + 1)][:LIKE_PERIODS]
        last_year = period.shifted(-12)
        self.actual = view.columns(ACTUAL, [period, last_year, *self.earlier])
        # Held against a year earlier, both years stand on one tree.
        month = reader.like_month(period, question.as_was)
        self.like = self.actual if month is None else view.like(month).columns(ACTUAL, [period, last_year])
        self.stated = view.stated(ACTUAL, period)
        self.overdue: Mapping[str, Overdue] = {}
        self.landings: Mapping[int, Landed] = {}
        self.pace = reader.pace(period)
        self._to_date = period == year_to_date(period, reader.ledger.fiscal_start)
        if against != LAST_YEAR:
            self.plan = reader.planned(view, against, [period, self.year])
        self.spans = {info.code: self._trend_span(info) for info in reader.infos.values()}
        self.trends = {span: self._cells(view, span) for span in set(self.spans.values())}

    def _trend_span(self, info: MeasureInfo) -> int:
        """The shortest native span in which the actual figures of all the measure's parts are held; 1 when none are."""
        infos, cube = self.reader.infos, self.reader.cube
        spans = [cube.native_spans(infos[code].id, ACTUAL) for code in info.parts]
        return min(set.intersection(*spans), default=1)

    def _cells(self, view: UnitView, span: int) -> tuple[list[Period], dict[str, Column], dict[str, Column]]:
        cells = [Period(self.period.end - span * n, span) for n in range(TREND_CELLS, 0, -1)]
        if self.against != LAST_YEAR:
            return cells, view.series(ACTUAL, cells), self.reader.series_of(view, self.against, cells)
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
        growth, share = change(now, before)
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
            any(self.reader.cube.derived(self.reader.infos[code].id, ACTUAL) for code in info.parts),
            overdue,
            self._need(info, actual, year_plan),
            self.landings.get(info.id),
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

    def _need(self, info: MeasureInfo, actual: Figure, year_plan: Figure | None) -> Need | None:
        """Of a flow of which more is better, in the year to date; the best month is looked for in all months so far."""
        left = self.year.end - self.period.end
        if year_plan is None or year_plan.value is None or actual.value is None or left <= 0:
            return None
        if info.rule.kind != "flow" or info.rule.direction != "up" or self.period.start != self.year.start:
            return None
        if self.spans[info.code] != 1:
            return None
        return need_of(year_plan.value, actual.value, left, self._best_month(info))

    def _best_month(self, info: MeasureInfo) -> int | float | None:
        column = shape(info, self.reader.infos, self._months)
        months = column.values[column.known]
        return months.max().item() if len(months) else None

    @cached_property
    def _months(self) -> CellTotals:
        """All months of the ledger up to the period's end."""
        first = min(self.reader.cube.first_start.get(ACTUAL, self.period.start), self.period.start)
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


def _shown(line: Line) -> bool:
    """A measure that the unit has never had anything to do with in this period takes no line."""
    return line.actual.known or line.plan.known or line.last_year.known or line.actual.expected > 0


_trees: dict[tuple[str, int, date], Tree] = {}


def _tree(key: str, seq: int, day: date, known: object) -> Tree:
    if known is not None:
        return tree_on(day, edition_rows(known))  # type: ignore[arg-type]
    found = _trees.get((key, seq, day))
    if found is None:
        if len(_trees) > 16:
            _trees.clear()
        found = _trees[key, seq, day] = tree_on(day, edition_rows())
    return found


def figure(column: Column, info: MeasureInfo, row: int = 0) -> Figure:
    """One row of a column."""
    value = column.values[row].item() if column.known[row] else None
    uneven = bool(column.uneven[row]) if column.uneven is not None else False
    return Figure(value, int(column.reported[row]), int(column.expected[row]), uneven)


def change(now: Figure, before: Figure) -> tuple[int | float | None, float | None]:
    """The difference, and its share of what was before where that is above zero."""
    if now.value is None or before.value is None:
        return None, None
    difference = now.value - before.value
    return difference, difference / before.value if before.value > 0 else None


def held_rule(info: MeasureInfo, against: str) -> tuple[str, float]:
    """Direction and margin by which a figure is held; those of a target say nothing against last year."""
    direction, margin = info.rule.direction, info.rule.margin or 0.0
    if against != LAST_YEAR:
        return direction, margin
    return {"band": "none", "index": "up", "gate": "up"}.get(direction, direction), 0.0


def gap(info: MeasureInfo, actual: Figure, plan: Figure, against: str) -> int | float | None:
    """Actual less what is asked for: the plan, of an index the outside figure plus the margin."""
    difference = change(actual, plan)[0]
    direction, margin = held_rule(info, against)
    if difference is None or direction != "index":
        return difference
    return difference - (round(margin / float(info.rule.quantity.step)) if info.rule.exact else margin)


def verdict(
    info: MeasureInfo, actual: Figure, plan: Figure, against: str, rule: PaceRule = BUILT_IN
) -> Judgement | None:
    """The figure judged against its plan; none where either is missing or the parts are uneven.

    Silence never looks good: where less is better, or only a band is good, and not all is in, only a bad state is sure.
    """
    if actual.value is None or plan.value is None or actual.uneven or plan.uneven:
        return None
    quantity = info.rule.quantity
    exact = info.rule.exact
    a, p = (quantity.number(f) if exact else float(f) for f in (actual.value, plan.value))
    direction, margin = held_rule(info, against)
    found = judge(a, p, direction, rule.tolerance(info.rule.additive), margin)
    unsure = not actual.complete and direction in ("down", "band") and found.state in ("ahead", "on")
    return replace(found, state="none") if unsure else found


def default_period(cube: Cube, ledger: LedgerSettings) -> Period | None:
    """The year to the last month in which anything actual is reported."""
    end = cube.manifest.last_actual
    return None if end is None else year_to_date(Period(end - 1, 1), ledger.fiscal_start)


def versions_held(cube: Cube) -> list[str]:
    """Versions that a period can be held against: all but actual, target first, then last year."""
    held = {group.version for group in cube.manifest.groups} - {ACTUAL}
    return [*sorted(held, key=lambda code: (code != TARGET, code)), LAST_YEAR]
