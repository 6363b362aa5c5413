"""Reads the review of a unit from a cube, for one person, as known on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cached_property

from headrope.core.periods import Period, year_of
from headrope.core.units import SEGMENT
from headrope.journal import clock
from headrope.journal.queries import Books, end_of_day, known_on, upto
from headrope.landing.runs.queries import Run
from headrope.ledger.cube.view import Cube, UnitView
from headrope.ledger.queries import (
    ACTUAL,
    LAST_YEAR,
    TARGET,
    LedgerSettings,
    MeasureInfo,
    measures_known,
    measures_now,
    version_ids,
)
from headrope.ledger.texts import texts
from headrope.org.queries import Node, NoSuchUnit, Sight, Tree, segment_rows, tree_known
from headrope.review.figures import Figures
from headrope.review.lines import Basis, Lines
from headrope.review.overdue import Silence
from headrope.review.question import Question
from headrope.review.review import Reporting, Review
from headrope.review.rules.queries import pace_rule
from headrope.review.rules.rule import PaceRule
from headrope.review.situation.landings import landings_of, run_known


class Reader(Figures):
    """Answers questions on one cube for one person; holds what the answers share."""

    def __init__(self, cube: Cube, ledger: LedgerSettings, at: Books, who: Sight, known: date | None = None) -> None:
        self.ledger, self.at, self.who, self.known = ledger, at, who, known
        as_known = known_on(known, ledger.zone)
        if as_known is None and cube.seq < at.seq:
            # The cube is behind: names and tree are taken where its figures are, so that a page never mixes two states.
            as_known = upto(cube.seq)
        infos = measures_known(str(at.key), at.seq, as_known) if as_known else measures_now(str(at.key), at.seq)
        super().__init__(cube, {info.code: info for info in infos})
        self._known = self.known_postings = as_known
        self._trees: dict[date, Tree] = {}
        self._paces: dict[date, PaceRule] = {}

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
        return run_known(year, self.at, self._known if self.known else None)

    def pace(self, period: Period) -> PaceRule:
        """The pace rule in force on the period's last day."""
        day = period.last_day
        if day not in self._paces:
            self._paces[day] = pace_rule(day, self.at, self._known if self.known else None)
        return self._paces[day]

    def tree(self, period: Period) -> Tree:
        """The tree of the period's last day, as known then; today's tree where that day is to come."""
        day = period.last_day
        if day not in self._trees:
            self._trees[day] = tree_known(str(self.at.key), self.at.seq, day, self._known)
        return self._trees[day]

    def node(self, code: str, period: Period) -> Node:
        """The unit on the period's last day, or as it last was; NoSuchUnit where this person does not see it."""
        found = self.tree(period).by_code.get(code) or next(
            (n for n in self.who.now.last.values() if n.code == code), None
        )
        if found is None or not self.who.sees(found.id):
            raise NoSuchUnit(code)
        return found

    def frame(self, question: Question) -> Review:
        """A review without the lines and texts of its measures; NoSuchUnit where the person does not see the unit."""
        period = question.period
        unit = self.node(question.unit, period)
        tree = self.tree(period)
        children = self._children(unit, tree, period)
        above = [node for node in tree.path(unit.id) if self.who.sees(node.id)] if unit.id in tree.nodes else [unit]
        return Review(
            self.ledger,
            unit,
            tuple(reversed(above)),
            period,
            question.against or self._default_against(self.unit_view(unit.id), period),
            self.known,
            self.cube.seq,
            (),
            tuple(child for child in children if self.who.sees(child.id)),
            sum(not self.who.sees(child.id) for child in children),
            self._reporting(unit, period, tree),
            self.cube.manifest.largest_money,
            question.as_was,
            self.like_month(period, question.as_was),
        )

    def review(self, question: Question) -> Review:
        """The whole review of a unit; NoSuchUnit where the person does not see it."""
        frame, period = self.frame(question), question.period
        unit, view = frame.unit, self.unit_view(frame.unit.id)
        basis = Basis(self.ledger.fiscal_start, self.pace(period), unit.code in self.tree(period).by_code)
        sheet = Lines(self, view, question, frame.against, basis)
        run = self.run(period)
        landings = landings_of(run, [unit.id])
        sheet.unlanded = {each.measure: each.why for each in run.measures.values()} if run is not None else {}
        sheet.landings = {measure: found for (_unit, measure), found in landings.items()}
        sheet.overdue = self.silence.of_unit(unit.id, view, period, sheet.cells_held())
        lines = (sheet.line(info) for info in self.infos.values())
        return replace(frame, lines=tuple(line for line in lines if not line.empty), texts=self._texts(unit, period))

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
        seen = self.who.visible
        return Reporting(units, tuple(tree.nodes[each] for each in late if each in tree.nodes and each in seen))

    def _default_against(self, view: UnitView, period: Period) -> str:
        """target where the unit has any for the period or its year, else last year."""
        if TARGET not in self.cube.first_start:
            return LAST_YEAR
        year = year_of(period.end - 1, self.ledger.fiscal_start)
        targets = self.planned(view, TARGET, [period, year]).values()
        return TARGET if any(column.known.any() for column in targets) else LAST_YEAR
