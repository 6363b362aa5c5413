"""Landings of the ledger: a measure of a unit and of all units below it, with everything that is asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

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
from headrope.core.periods import Period, month_of, year_of
from headrope.core.problems import Problem, ProblemsFound
from headrope.core.rollup import ROOT
from headrope.core.units import SEGMENT
from headrope.journal.queries import Books, known_on, upto
from headrope.landing.answers import (
    BROUGHT,
    NO_BACKTEST,
    NO_CHANGES,
    NO_FIGURES,
    NO_MONTHS,
    NO_PAIR,
    NO_QUARTER,
    NO_ROOM,
    NO_SUM,
    NO_YEAR,
    TWICE,
    Hold,
    Landed,
    MeasureLanding,
    NotLanded,
    Pair,
    Question,
    UnitLanding,
    units_of,
    units_of_ratio,
)
from headrope.landing.histories import Grown, Line, Window, figures, grown, lines_of, reported, span_of, window
from headrope.landing.perimeter import Perimeter, perimeter
from headrope.landing.statistical import Wanted, further
from headrope.ledger.cube.shaping import step_of
from headrope.ledger.cube.view import Cube, View
from headrope.ledger.queries import ACTUAL, LedgerSettings, MeasureInfo, measures, measures_now
from headrope.org.queries import NoSuchUnit, edition_rows, segment_rows, tree_on

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
        infos = measures(as_known) if as_known else measures_now(str(at.key), at.seq)
        self.infos = {info.code: info for info in infos}
        self._rows, self._segments = edition_rows(as_known), segment_rows(as_known)

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
        tree = tree_on(Period(end - 1, 1).last_day, self._rows)
        top = tree.by_code.get(unit)
        if top is None or top.kind == SEGMENT:
            raise NoSuchUnit(unit)
        return perimeter(self.cube, tree, top, end - 1)

    def root(self, end: int) -> str:
        """The code of the first unit at the top in the month before `end`."""
        tree = tree_on(Period(end - 1, 1).last_day, self._rows)
        tops = [node for node in tree.children.get(None, []) if node.kind != SEGMENT]
        if not tops:
            raise NoSuchUnit("")
        return tops[0].code

    def land(self, info: MeasureInfo, over: Perimeter, question: Question) -> MeasureLanding | NotLanded:
        """The measure's landing, or why there is none."""
        read = self._read(info, over, question.end)
        if isinstance(read, NotLanded):
            return read
        found, histories, span = read
        year = year_of(question.end - 1, self.ledger.fiscal_start)
        targets = np.full(len(found.tree.parent), np.nan)
        targets[: len(over.nodes)] = figures(self._view(over, question.end), info, self.infos, question.against, year)
        lines = lines_of(info, self.infos)
        if len(lines) > 1 and (question.holds or question.changes or question.recovery):
            return NotLanded(info, NO_CHANGES)
        aims = _aims(info, targets, _grain(lines[0]) if len(lines) == 1 else 0.0)
        if len(histories) == 1:
            units, tiers, together = self._one(found, histories[0], over, aims, question)
        else:
            ratio = land_ratio(histories[0], histories[1], found.tree, aims, Options(found.shares, threads=2))
            levels, tiers, together = lines[0].kind is Kind.STOCK, (), ()
            units = units_of_ratio(over, ratio, _grain(lines[1]), levels)
        units = tuple(_aimed(unit, float(targets[row]), lines, histories[0].ahead) for row, unit in enumerate(units))
        return MeasureLanding(
            info, year, question.end, span, histories[0].ahead, question.against, units, tiers, together
        )

    def _one(
        self, found: Grown, history: History, over: Perimeter, aims: Aims, question: Question
    ) -> tuple[tuple[UnitLanding, ...], tuple[Landed, ...], tuple[Pair, ...]]:
        """A measure that is a sum or a level."""
        year = year_of(question.end - 1, self.ledger.fiscal_start)
        closing = self._closing(over, question.end, year.end)
        ends = _ends(closing, history, question.end, year.end)
        options = Options(found.shares, (*ends, *self._adjustments(over, question, history)), threads=2)
        if question.further:
            options = options._replace(extra=further(history, found.tree, found.shares))
        held = _held(found, history, over, question.holds)
        if not np.isnan(held).all():
            aims = aims._replace(held=held)
            names = [over.nodes[row].code for row in (*range(len(over.nodes)), *found.owner.tolist())]
            if clashes := problems(aims, found.tree, names, found.shares):
                raise ProblemsFound(clashes)
        ground = ground_of(history, found.tree, aims, options)
        if question.holds and history.non_negative and history.kind is Kind.FLOW:
            _check_room(over, held, ground.parts.known[-1])
        try:
            landing = land(history, found.tree, aims, options)
        except ValueError as error:
            if not question.holds:
                raise
            raise ProblemsFound([Problem(question.unit, NO_ROOM, "Hold other figures.", {})]) from error
        gained = None
        if question.recovery is not None:
            row = _row(over, question.recovery.unit)
            gained = recovered(ground, landing, aims, (row, question.recovery.size))
        joint = self._joint(ground, landing, aims, over, question.seed)
        units = units_of(over, landing, gained, history.ahead, _whole(history, found, over))
        if not question.changes:
            units = tuple(replace(unit, reasons=unit.reasons & ~Reason.ADJUSTED) for unit in units)
        return tuple(replace(unit, closes=closing.get(row)) for row, unit in enumerate(units)), *joint

    def judge(
        self, info: MeasureInfo, over: Perimeter, months: int, trial: Trial, more: bool = False
    ) -> Backtest | NotLanded:
        """How good its landings after so many months of each whole year would have been, by core.landing.backtest.

        `more`: with the further forecasters of landing.statistical.
        """
        last = self.last_month
        assert last is not None
        year = year_of(last, self.ledger.fiscal_start)
        read = self._read(info, over, year.end if last == year.end - 1 else year.start)
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

    def _view(self, over: Perimeter, end: int) -> View:
        """Figures over the tree of the last month: history follows the units."""
        return self.cube.view([node.id for node in over.nodes]).like(end - 1)

    def _read(self, info: MeasureInfo, over: Perimeter, end: int) -> tuple[Grown, list[History], int] | NotLanded:
        """The figures and histories of the measure's lines, one or two, and the months of a step."""
        lines, view = lines_of(info, self.infos), self._view(over, end)
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
        left = [self._left(over, line, frame, end) for line in lines] if len(lines) == 1 else None
        found = grown(given, over, max(map(_grain, lines)), left)
        return found, [_history(values, lines[0], frame) for values in found.values], span

    def _left(self, over: Perimeter, line: Line, frame: Window, end: int) -> Numbers:
        """What units that were closed without successor brought to each unit of the perimeter, float64[units, steps].

        Only leaves are told apart; what closed inner units had of their own stays with the unit that they were under.
        """
        found = np.zeros((len(over.nodes), frame.count))
        rows = {node.id: row for row, node in enumerate(over.nodes)}
        alive = tree_on(Period(end - 1, 1).last_day, self._rows).nodes
        last = {row.unit: row for row in self._rows}  # by first day, so that the last edition stays
        closed: dict[int, int] = {}
        for unit, edition in last.items():
            inner = self.cube.row_of.get(unit)
            if unit in alive or edition.successor or edition.edition.kind == SEGMENT or inner is None:
                continue
            at = edition.parent
            while at is not None and at not in alive and at in last:
                at = last[at].successor or last[at].parent
            if at in rows and not self.cube.structure.inner[inner]:
                closed[unit] = rows[at]
        if closed:
            brought = np.nan_to_num(reported(self.cube.view(list(closed)), line, self.infos, frame))
            np.add.at(found, list(closed.values()), brought)
        return found

    def _closing(self, over: Perimeter, end: int, year_end: int) -> dict[int, date]:
        """Leaves, by row, that end before the year does and have no successor, and their last days."""
        later = tree_on(Period(year_end - 1, 1).last_day, self._rows).nodes
        last = {row.unit: row for row in self._rows}
        inner = set(over.inner)
        return {
            row: last[node.id].edition.valid_to - timedelta(days=1)
            for row, node in enumerate(over.nodes)
            if row not in inner and node.id not in later and not last[node.id].successor
        }

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
        segment = tree_on(day, self._rows).by_code.get(code)
        if segment is None or segment.kind != SEGMENT:
            return (_row(over, code),)
        members = {
            row.unit for row in self._segments if row.segment == segment.id and row.valid_from <= day < row.valid_to
        }
        return tuple(row for row, node in enumerate(over.nodes) if node.id in members)

    def _joint(
        self, ground: Ground, found: Landing, aims: Aims, over: Perimeter, seed: int
    ) -> tuple[tuple[Landed, ...], tuple[Pair, ...]]:
        """How many land on each tier, and who fails together among the units of the largest tier that can be asked."""
        asked = [row for row in range(len(over.nodes)) if not np.isnan(found.odds[row])]
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


def _held(found: Grown, history: History, over: Perimeter, holds: Sequence[Hold]) -> Numbers:
    """What is given of the year, float64[rows]: figures asked about, and what closed units brought, which is all."""
    held = np.full(len(found.tree.parent), np.nan)
    current = history.values[found.closed :, history.years * history.year :]
    held[found.closed :] = current.sum(axis=1) if history.kind is Kind.FLOW else 0.0
    for hold in holds:
        row = _row(over, hold.unit)
        if not np.isnan(held[row]) and held[row] != hold.figure:
            raise ProblemsFound([Problem(hold.unit, TWICE, "Keep one.", {})])
        held[row] = hold.figure
    return held


def _check_room(over: Perimeter, held: Numbers, known: Numbers) -> None:
    """ProblemsFound where a figure that never falls is held at less than the year has brought already."""
    short = [row for row in range(len(over.nodes)) if held[row] < known[row] * (1 - 1e-9)]
    if short:
        raise ProblemsFound(
            [
                Problem(over.nodes[row].code, BROUGHT, "Hold no less than that.", {"known": f"{known[row]:,.2f}"})
                for row in short
            ]
        )


def _ends(closing: dict[int, date], history: History, end: int, year_end: int) -> list[Adjustment]:
    """Of units that close within the year only the part of the rest before that counts; of a level nothing is left."""
    found = []
    for row, day in closing.items():
        left = max(0, month_of(day).start + 1 - end) / max(1, year_end - end)
        if history.kind is Kind.FLOW:
            found.append(Adjustment((row,), left))
        else:
            found.append(Adjustment((row,), 0.0, -float(np.nan_to_num(history.values[row, -1]))))
    return found


def _whole(history: History, found: Grown, over: Perimeter) -> Counts:
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


def _aims(info: MeasureInfo, targets: Numbers, grain: float) -> Aims:
    """The targets as core.landing takes them, half a step easier, so that a sum that reaches its target exactly does so
    in floats too; none where neither more nor less is better."""
    if info.rule.direction not in ("up", "down"):
        return Aims()
    more = info.rule.direction == "up"
    ease = 0.5 * grain + 1e-12 * np.abs(targets)
    return Aims(targets - ease if more else targets + ease, more=more)


def _grain(line: Line) -> float:
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


def _row(over: Perimeter, code: str) -> int:
    for row, node in enumerate(over.nodes):
        if node.code == code:
            return row
    raise NoSuchUnit(code)
