"""Landings of the ledger: a measure of a unit and of all units below it, with everything that is asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from headrope.core.landing.aims import Aims, Options, problems
from headrope.core.landing.backtest import START, Backtest, Trial, backtest
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Counts, History, Kind
from headrope.core.landing.joint import Together, fail_together, how_many, quantile
from headrope.core.landing.landing import ground_of, land
from headrope.core.landing.odds import RANGE
from headrope.core.landing.outcome import Landing
from headrope.core.landing.questions import hits, recovered
from headrope.core.landing.ratios import land_ratio
from headrope.core.landing.reasons import Reason
from headrope.core.landing.sampling import Draws
from headrope.core.landing.scenarios import Adjustment
from headrope.core.landing.walking import Ground
from headrope.core.periods import Period, year_of
from headrope.core.problems import Problem, ProblemsFound
from headrope.core.rollup import ROOT
from headrope.core.units import SEGMENT
from headrope.journal.queries import Books, known_on, upto
from headrope.landing.answers import (
    NO_BACKTEST,
    NO_CHANGES,
    NO_FIGURES,
    NO_MONTHS,
    NO_PAIR,
    NO_QUARTER,
    NO_ROOM,
    NO_SUM,
    NO_YEAR,
    Landed,
    MeasureLanding,
    NotLanded,
    Pair,
    Question,
    UnitLanding,
)
from headrope.landing.closings import Read, closing, ends, left_behind
from headrope.landing.histories import Grown, Line, Window, figures, grown, lines_of, reported, span_of, window
from headrope.landing.holds import check_room, held_figures
from headrope.landing.perimeter import Perimeter, perimeter
from headrope.landing.statistical import Wanted, further
from headrope.landing.telling import units_of, units_of_ratio
from headrope.ledger.cube.shaping import step_of
from headrope.ledger.cube.view import Cube, View
from headrope.ledger.queries import ACTUAL, LedgerSettings, MeasureInfo, measures_known, measures_now
from headrope.org.queries import NoSuchUnit, Tree, edition_rows, segment_rows, tree_on

MOST_TOGETHER = 2000
"""Units that are looked at for failing together, of the tier with the most units that is not larger."""
DRAWS = 2000


class Lander:
    """Lands measures of one cube, for who may see everything."""

    def __init__(self, cube: Cube, ledger: LedgerSettings, at: Books, known: date | None = None) -> None:
        self.cube, self.ledger = cube, ledger
        as_known = known_on(known, ledger.zone)
        if as_known is None and cube.seq < at.seq:
            as_known = upto(cube.seq)
        infos = measures_known(str(at.key), at.seq, as_known) if as_known else measures_now(str(at.key), at.seq)
        self.infos = {info.code: info for info in infos}
        self.editions, self._segments = edition_rows(as_known), segment_rows(as_known)
        self._trees: dict[date, Tree] = {}

    def tree(self, day: date) -> Tree:
        """The tree of that day."""
        if day not in self._trees:
            self._trees[day] = tree_on(day, self.editions)
        return self._trees[day]

    @property
    def last_month(self) -> int | None:
        """The last month of which anything is reported; None where nothing is."""
        tops = np.flatnonzero(self.cube.structure.epoch_parents[-1] == ROOT)
        found = None
        for group in self.cube.groups(ACTUAL):
            cells = np.flatnonzero(self.cube.array(f"{group.stem}.reported")[tops].any(axis=(0, 1)))
            if group.span < 12 and len(cells):
                found = max(found or 0, group.starts[int(cells[-1])] + group.span - 1)
        return found

    def over(self, unit: str, end: int) -> Perimeter:
        """The unit and all below it in the month before `end`; NoSuchUnit where it is not there then."""
        tree = self.tree(Period(end - 1, 1).last_day)
        top = tree.by_code.get(unit)
        if top is None or top.kind == SEGMENT:
            raise NoSuchUnit(unit)
        return perimeter(self.cube, tree, top, end - 1)

    def root(self, end: int) -> str:
        """The code of the first unit at the top in the month before `end`."""
        tree = self.tree(Period(end - 1, 1).last_day)
        tops = [node for node in tree.children.get(None, []) if node.kind != SEGMENT]
        if not tops:
            raise NoSuchUnit("")
        return tops[0].code

    def land(self, info: MeasureInfo, over: Perimeter, question: Question) -> MeasureLanding | NotLanded:
        """The measure's landing, or why there is none."""
        read = self.read(info, over, question.end)
        if isinstance(read, NotLanded):
            return read
        found, histories, span = read
        year = year_of(question.end - 1, self.ledger.fiscal_start)
        targets = np.full(len(found.tree.parent), np.nan)
        targets[: len(over.nodes)] = figures(self.view(over, question.end), info, self.infos, question.against, year)
        lines = lines_of(info, self.infos)
        if len(lines) > 1 and (question.holds or question.changes or question.recovery):
            return NotLanded(info, NO_CHANGES)
        aims = aims_of(info, targets, grain_of(lines[0]) if len(lines) == 1 else 0.0)
        if len(histories) == 1:
            units, tiers, together = self._one(found, histories[0], over, aims, question)
        else:
            ratio = land_ratio(histories[0], histories[1], found.tree, aims, Options(found.shares, threads=2))
            levels, tiers, together = lines[0].kind is Kind.STOCK, (), ()
            units = units_of_ratio(over, ratio, grain_of(lines[1]), levels)
        units = tuple(_aimed(unit, float(targets[row]), lines, histories[0].ahead) for row, unit in enumerate(units))
        return MeasureLanding(
            info, year, question.end, span, histories[0].ahead, question.against, units, tiers, together
        )

    def _one(
        self, found: Grown, history: History, over: Perimeter, aims: Aims, question: Question
    ) -> tuple[tuple[UnitLanding, ...], tuple[Landed, ...], tuple[Pair, ...]]:
        """A measure that is a sum or a level."""
        year = year_of(question.end - 1, self.ledger.fiscal_start)
        closes = closing(self.editions, over, self.tree(year.last_day))
        stops = ends(closes, history, question.end, year.end)
        options = Options(found.shares, (*stops, *self._adjustments(over, question, history)), threads=2)
        if question.further:
            options = options._replace(extra=further(history, found.tree, found.shares))
        held = held_figures(found, history, over, question.holds)
        if not np.isnan(held).all():
            aims = aims._replace(held=held)
            names = [over.nodes[row].code for row in (*range(len(over.nodes)), *found.owner.tolist())]
            if clashes := problems(aims, found.tree, names, found.shares):
                raise ProblemsFound(clashes)
        ground = ground_of(history, found.tree, aims, options)
        if question.holds and history.non_negative and history.kind is Kind.FLOW:
            check_room(over, held, ground.parts.known[-1])
        try:
            landing = land(history, found.tree, aims, options)
        except ValueError as error:
            if not question.holds:
                raise
            raise ProblemsFound([Problem(question.unit, NO_ROOM, "Hold other figures.", {})]) from error
        gained = None
        if question.recovery is not None:
            row = over.row(question.recovery.unit)
            gained = recovered(ground, landing, aims, (row, question.recovery.size))
        units = units_of(over, landing, gained, history.ahead, whole_years(history, found, over))
        if not question.changes:
            units = tuple(replace(unit, reasons=unit.reasons & ~Reason.ADJUSTED) for unit in units)
        asked = [row for row, unit in enumerate(units) if unit.odds is not None]
        joint = self._joint(ground, landing, aims, (over, asked), question.seed)
        return tuple(replace(unit, closes=closes.get(row)) for row, unit in enumerate(units)), *joint

    def judge(
        self, info: MeasureInfo, over: Perimeter, months: int, trial: Trial, more: bool = False
    ) -> Backtest | NotLanded:
        """How good its landings after so many months of each whole year would have been, by core.landing.backtest.

        `more`: with the further forecasters of landing.statistical.
        """
        last = self.last_month
        assert last is not None
        year = year_of(last, self.ledger.fiscal_start)
        read = self.read(info, over, year.end if last == year.end - 1 else year.start)
        if isinstance(read, NotLanded):
            return read
        found, histories, span = read
        if len(histories) > 1:
            return NotLanded(info, NO_BACKTEST)
        history = histories[0]
        if months % span:
            return NotLanded(info, NO_QUARTER)
        # Of the year after the last whole one nothing is looked at.
        ahead = np.full((len(history.values), months // span), np.nan)
        history = history._replace(values=np.concatenate([history.values, ahead], axis=1), origin=months // span)
        try:
            if more:
                trial = trial._replace(extra=further(history, found.tree, found.shares, Wanted(start=START)))
            return backtest(history, found.tree, trial._replace(shares=found.shares))
        except ValueError as error:
            return NotLanded(info, str(error))

    def view(self, over: Perimeter, end: int) -> View:
        """Figures over the tree of the last month: history follows the units."""
        return self.cube.view([node.id for node in over.nodes]).like(end - 1)

    def read(self, info: MeasureInfo, over: Perimeter, end: int) -> tuple[Grown, list[History], int] | NotLanded:
        """The figures and histories of the measure's lines, one or two, and the months of a step."""
        lines, view = lines_of(info, self.infos), self.view(over, end)
        if not lines:
            return NotLanded(info, NO_SUM)
        if len({line.kind for line in lines}) > 1:
            return NotLanded(info, NO_PAIR)
        passed = (end - year_of(end - 1, self.ledger.fiscal_start).start) % 12
        spans = {span_of(line, view, passed) for line in lines}
        span = spans.pop()
        if span is None or spans:
            return NotLanded(info, NO_MONTHS)
        frame = window(view, span, end, self.ledger.fiscal_start)
        given = [reported(view, line, self.infos, frame) for line in lines]
        if frame.count <= 0 or any(np.isnan(values).all() for values in given):
            return NotLanded(info, NO_YEAR)
        left = None
        if len(lines) == 1:
            left = [
                left_behind(
                    self.cube,
                    self.editions,
                    self.tree(Period(end - 1, 1).last_day),
                    over,
                    Read(lines[0], self.infos, frame, end),
                )
            ]
        found = grown(given, over, max(map(grain_of, lines)), left)
        return found, [_history(values, lines[0], frame) for values in found.values], span

    def _adjustments(self, over: Perimeter, question: Question, history: History) -> tuple[Adjustment, ...]:
        """The changes asked about; ProblemsFound where there is nothing that could change."""
        found, faults = [], []
        for each in question.changes:
            rows = self._rows_of(over, each.unit, question.end)
            silent = [row for row in rows if row not in over.inner and np.isnan(history.values[row]).all()]
            if len(silent) == len(rows):
                faults.append(Problem(each.unit, NO_FIGURES, "Name another unit.", {}))
            found.append(Adjustment(rows, each.factor, each.amount))
        if faults:
            raise ProblemsFound(faults)
        return tuple(found)

    def _rows_of(self, over: Perimeter, code: str, end: int) -> tuple[int, ...]:
        """The unit's row, or those of a segment's members."""
        day = Period(end - 1, 1).last_day
        segment = self.tree(day).by_code.get(code)
        if segment is None or segment.kind != SEGMENT:
            return (over.row(code),)
        members = {
            row.unit for row in self._segments if row.segment == segment.id and row.valid_from <= day < row.valid_to
        }
        return tuple(row for row, node in enumerate(over.nodes) if node.id in members)

    def _joint(
        self, ground: Ground, found: Landing, aims: Aims, who: tuple[Perimeter, list[int]], seed: int
    ) -> tuple[tuple[Landed, ...], tuple[Pair, ...]]:
        """How many of those with odds land on each tier, and who fails together in the largest tier that can be asked."""
        over, asked = who
        if not asked or aims.targets is None:
            return (), ()
        drawn = hits(ground, found.step, aims, Draws(DRAWS, np.random.default_rng(seed)))
        by_tier: dict[int, list[int]] = {}
        for row in asked:
            by_tier.setdefault(int(over.tiers[row]), []).append(row)
        tiers = []
        for tier, rows in sorted(by_tier.items()):
            odds = how_many(drawn, rows)
            low, high = quantile(odds, 0.5 - RANGE / 2), quantile(odds, 0.5 + RANGE / 2)
            tiers.append(Landed(tier, len(rows), float(odds @ np.arange(len(odds))), low, high))
        sizes = {tier: len(rows) for tier, rows in by_tier.items() if 1 < len(rows) <= MOST_TOGETHER}
        pairs: list[Together] = []
        if sizes:
            pairs = fail_together(drawn, by_tier[max(sizes, key=lambda tier: sizes[tier])])
        return tuple(tiers), tuple(
            Pair(over.nodes[each.first], over.nodes[each.second], each.both, each.by_chance) for each in pairs
        )


def whole_years(history: History, found: Grown, over: Perimeter) -> Counts:
    """Past years of which at least three quarters of the steps were reported, int32[units]; inner units have no limit."""
    past = history.values[: len(over.nodes), : history.years * history.year]
    known = (~np.isnan(past)).reshape(len(past), history.years, history.year).sum(axis=2)
    whole: Counts = (4 * known >= 3 * history.year).sum(axis=1).astype(np.int32)
    whole[over.inner] = history.years
    return whole


def _aimed(unit: UnitLanding, target: float, lines: Sequence[Line], left: int) -> UnitLanding:
    """The unit with its target as it is, and of a sum or a level with the pace that this asks for."""
    if np.isnan(target):
        return unit
    if len(lines) > 1 or unit.known is None or not left:
        return replace(unit, target=target)
    return replace(unit, target=target, pace=(target - unit.known) / left)


def aims_of(info: MeasureInfo, targets: Numbers, grain: float) -> Aims:
    """The targets as core.landing takes them, half a step easier, so that a sum that reaches its target exactly does so
    in floats too; none where neither more nor less is better."""
    if info.rule.direction not in ("up", "down"):
        return Aims()
    more = info.rule.direction == "up"
    ease = 0.5 * grain + 1e-12 * np.abs(targets)
    return Aims(targets - ease if more else targets + ease, more=more)


def grain_of(line: Line) -> float:
    """The size of the largest rounding step in a line."""
    if line.weight is not None:
        return 0.0
    return max(abs(factor) * float(step_of(info)) for factor, info in line.terms)


def _history(values: Numbers, line: Line, frame: Window) -> History:
    """The figures as core.landing takes them.

    That a measure is never below zero is taken from its figures: nobody has ever reported one below.
    """
    never_below = not bool((np.nan_to_num(values) < 0).any())
    return History(values, frame.origin, line.kind, never_below, 12 // frame.span)
