"""The review of a unit for a period: one frozen object that page, command and (later) document all show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from headrope.core.periods import Period, year_of, year_to_date
from headrope.core.rollup import Column
from headrope.core.scoring import RATIOS, SUMS, Judgement, judge
from headrope.journal.queries import Books, known_on
from headrope.ledger.cube.store import Cube, View
from headrope.ledger.queries import ACTUAL, TARGET, LedgerSettings, MeasureInfo, measures, measures_now
from headrope.org.queries import Node, NoSuchUnit, Sight, Tree, edition_rows, tree_on

LAST_YEAR = "last-year"
TREND_CELLS = 18


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
    `elapsed` is the share of the year's plan that should be there by now: the phase plan's, or the time's.
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
    trend: Trend


@dataclass(frozen=True)
class Review:
    """A unit for a period, against a version or last year, as known on a day (None: now, posting `seq`)."""

    ledger: LedgerSettings
    unit: Node
    path: tuple[Node, ...]
    period: Period
    against: str
    known_on: date | None
    seq: int
    lines: tuple[Line, ...]
    children: tuple[Node, ...]
    largest_money: float

    def line(self, code: str) -> Line | None:
        """The line of that measure."""
        return next((line for line in self.lines if line.info.code == code), None)


@dataclass(frozen=True)
class Question:
    """What is asked: `against` None chooses target where there is one, else last year."""

    unit: str
    period: Period
    against: str | None = None
    known_on: date | None = None


class Reader:
    """Answers questions on one cube for one person; holds what the answers share."""

    def __init__(self, cube: Cube, ledger: LedgerSettings, at: Books, who: Sight, known: date | None = None) -> None:
        self.cube, self.ledger, self.at, self.who, self.known = cube, ledger, at, who, known
        as_known = known_on(known, ledger.zone)
        infos = measures(as_known) if as_known else measures_now(str(at.key), at.seq)
        self.infos = {info.code: info for info in infos}
        self._known = as_known
        self._trees: dict[date, Tree] = {}

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

    def review(self, question: Question) -> Review:
        """The whole review of a unit."""
        unit = self.node(question.unit, question.period)
        view = self.cube.view([unit.id])
        against = question.against or self.default_against(view, question.period)
        lines = tuple(self._line(view, info, question.period, against) for info in self.infos.values())
        tree = self.tree(question.period)
        above = [n for n in tree.path(unit.id) if self.who.sees(n.id)] if unit.id in tree.nodes else [unit]
        children = tuple(tree.children.get(unit.id, ()))
        return Review(
            self.ledger,
            unit,
            tuple(reversed(above)),
            question.period,
            against,
            self.known,
            self.cube.manifest.seq,
            tuple(line for line in lines if _shown(line)),
            children,
            self.cube.manifest.largest_money,
        )

    def default_against(self, view: View, period: Period) -> str:
        """target where the unit has any for the period, else last year."""
        has = any(view.column(info, self.infos, TARGET, period).known[0] for info in self.infos.values())
        return TARGET if has else LAST_YEAR

    def plan_of(self, view: View, info: MeasureInfo, period: Period, against: str) -> Column:
        """The figures that the period is held against."""
        if against == LAST_YEAR:
            return view.column(info, self.infos, ACTUAL, period.shifted(-12))
        return view.column(info, self.infos, against, period)

    def _line(self, view: View, info: MeasureInfo, period: Period, against: str) -> Line:
        actual = figure(view.column(info, self.infos, ACTUAL, period), info)
        plan = figure(self.plan_of(view, info, period, against), info)
        before = figure(view.column(info, self.infos, ACTUAL, period.shifted(-12)), info)
        year = year_of(period.end - 1, self.ledger.fiscal_start)
        year_plan = None
        if against != LAST_YEAR and period != year and year.start <= period.start:
            year_plan = figure(view.column(info, self.infos, against, year), info)
            if not plan.known and year_plan.known and info.rule.kind in ("flow", "cumulative"):
                plan = self._by_time(year_plan, period, year, info)
        growth, share = change(actual, before)
        return Line(
            info,
            actual,
            plan,
            year_plan if year_plan and year_plan.known else None,
            before,
            verdict(info, actual, plan),
            change(actual, plan)[0],
            growth,
            share,
            self._record(view, info, actual, period),
            self._trend(view, info, period, against),
        )

    def _by_time(self, year_plan: Figure, period: Period, year: Period, info: MeasureInfo) -> Figure:
        """Half the time, half the task: the part of a year's plan that has no phases; rounded half to even."""
        assert year_plan.value is not None
        if period != year_to_date(period, self.ledger.fiscal_start):
            return Figure(None, 0, 0)
        part = year_plan.value * period.span / year.span
        return Figure(round(part) if info.rule.quantity.exact else part, year_plan.reported, year_plan.expected)

    def _record(self, view: View, info: MeasureInfo, actual: Figure, period: Period) -> Record | None:
        """Compare with every like period that came before: all months for a month, else the same part of each year."""
        if not actual.complete or actual.uneven or actual.value is None:
            return None
        step = 1 if period.span == 1 else 12
        first = min(
            (axis[1][0] for stem, axis in self.cube.axis.items() if stem.startswith(f"{ACTUAL}_")), default=period.start
        )
        earlier = [period.shifted(-step * n) for n in range(1, (period.start - int(first)) // step + 1)]
        past = [(p, figure(view.column(info, self.infos, ACTUAL, p), info)) for p in earlier[:60]]
        held = [(p, f.value) for p, f in past if f.value is not None and f.reported]
        if len(held) < 2:
            return None
        down = info.rule.direction == "down"
        best = all(actual.value < value if down else actual.value > value for _, value in held)
        return Record(not down, min(p for p, _ in held), len(held) + 1) if best else None

    def _trend(self, view: View, info: MeasureInfo, period: Period, against: str) -> Trend:
        span = self.trend_span(info)
        cells = [Period(period.end - span * (n + 1), span) for n in range(TREND_CELLS)][::-1]
        version = ACTUAL if against == LAST_YEAR else against
        shift = -12 if against == LAST_YEAR else 0
        actual = self.series(view, info, ACTUAL, cells)
        plan = self.series(view, info, version, [cell.shifted(shift) for cell in cells])
        first = next((n for n, value in enumerate(actual) if value is not None), len(cells))
        return Trend(tuple(cells[first:]), tuple(actual[first:]), tuple(plan[first:]))

    def trend_span(self, info: MeasureInfo) -> int:
        """The shortest native span in which the measure's actual figures (all of its parts') are held; 1 when none are."""
        ids = [self.infos[code].id for code in info.rule.components if code in self.infos]
        spans = [{self.cube.axis[slot[0]][0] for slot in self.cube.slots.get((i, "value", ACTUAL), ())} for i in ids]
        common = set.intersection(*spans) if spans else set()
        return min(common, default=1)

    def series(self, view: View, info: MeasureInfo, version: str, cells: Sequence[Period]) -> list[float | None]:
        """Figures of single cells in units of account."""
        quantity = info.rule.quantity
        exact = info.rule.kind != "ratio" and quantity.exact
        values: list[float | None] = []
        for cell in cells:
            column = view.column(info, self.infos, version, cell)
            value = column.values[0].item()
            values.append((quantity.number(value) if exact else value) if column.known[0] else None)
        return values


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


def verdict(info: MeasureInfo, actual: Figure, plan: Figure) -> Judgement | None:
    """The figure judged against its plan; none where either is missing or the parts are uneven."""
    if actual.value is None or plan.value is None or actual.uneven or plan.uneven:
        return None
    quantity = info.rule.quantity
    exact = info.rule.kind != "ratio" and quantity.exact
    a, p = (quantity.number(f) if exact else float(f) for f in (actual.value, plan.value))
    return judge(a, p, info.rule.direction, RATIOS if info.rule.kind == "ratio" else SUMS)


def default_period(cube: Cube, ledger: LedgerSettings) -> Period | None:
    """The year to the last month in which anything actual is reported."""
    end = cube.manifest.last_actual
    return None if end is None else year_to_date(Period(end - 1, 1), ledger.fiscal_start)


def versions_held(cube: Cube) -> list[str]:
    """Versions that a period can be held against: all but actual, target first, then last year."""
    held = {group.version for group in cube.manifest.groups} - {ACTUAL}
    return [*sorted(held, key=lambda code: (code != TARGET, code)), LAST_YEAR]
