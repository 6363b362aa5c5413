"""Where many units stand in every measure: actual, what is asked for by now, and the verdict, by the pace rule in force."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from headrope.core.periods import Period, year_of
from headrope.core.rollup import Column
from headrope.core.scoring import Judgement, sense
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo
from headrope.org.queries import Node
from headrope.review.overdue import Overdue, silenced
from headrope.review.queries import Figure, Line, Reader, Review, figure, gap, verdict
from headrope.review.rules.rule import PaceRule


@dataclass(frozen=True)
class Stand:
    """One measure of one unit: figures, the gap (actual less what is asked for) and the verdict.

    `silent`: the unit is late and not all is in, so that the gap says nothing.
    """

    unit: Node
    info: MeasureInfo
    actual: Figure
    plan: Figure
    year_plan: Figure | None
    judgement: Judgement | None
    gap: int | float | None
    silent: bool = False
    overdue: Overdue | None = None

    @property
    def state(self) -> str:
        """The state; none where nothing can be said."""
        return "none" if self.judgement is None or self.silent else self.judgement.state


def own_stand(review: Review, line: Line) -> Stand:
    """Where the reviewed unit itself stands, as its review says."""
    year = line.year_plan if line.year_plan is not None else line.plan
    return Stand(review.unit, line.info, line.actual, line.plan, year, line.judgement, line.gap, False, line.overdue)


class Stands:
    """Reads measure by measure for all of the units."""

    def __init__(self, reader: Reader, review: Review, nodes: Sequence[Node], rule: PaceRule) -> None:
        self.reader, self.review, self.nodes, self.rule = reader, review, nodes, rule
        self.view = reader.cube.view([node.id for node in nodes])
        # Of the reviewed unit itself everything is said, though it may be late.
        self.late = {node.id for node in review.reporting.late} - {review.unit.id}
        start = reader.ledger.fiscal_start
        self.year: Period = year_of(review.period.end - 1, start)
        self._read: dict[str, tuple[Column, Column, Column | None]] = {}
        self._stale: dict[tuple[tuple[int, ...], tuple[int, ...]], Mapping[int, Overdue]] = {}

    def of(self, info: MeasureInfo, only_short: bool = False) -> Iterator[Stand]:
        """Every unit of which something is known of the measure; with `only_short` those on the bad side of their plan."""
        actual, plan, year = self._columns(info)
        rows = np.flatnonzero(actual.known & plan.known if only_short else actual.known | plan.known)
        turned = sense(info.rule.direction)
        if only_short and turned and info.rule.direction not in ("index", "gate"):
            rows = rows[(actual.values[rows] - plan.values[rows]) * turned < 0]
        # Who is late and has not everything in says nothing anyway.
        stale = self.overdue(info, actual, self.late) if len(rows) else {}
        for row in rows.tolist():
            yield self._stand(info, (actual, plan, year), row, stale.get(self.nodes[row].id))

    def _columns(self, info: MeasureInfo) -> tuple[Column, Column, Column | None]:
        """What is, what is asked for by now, and in the whole year; read once."""
        found = self._read.get(info.code)
        if found is None:
            actual = self.view.column(info, self.reader.infos, ACTUAL, self.review.period)
            year = self._year(info)
            found = self._read[info.code] = actual, self._plan(info, year), year
        return found

    def _stand(
        self, info: MeasureInfo, columns: tuple[Column, Column, Column | None], row: int, overdue: Overdue | None
    ) -> Stand:
        node = self.nodes[row]
        actual, plan = (figure(column, info, row) for column in columns[:2])
        whole = figure(columns[2], info, row) if columns[2] is not None else None
        found = verdict(info, actual, plan, self.review.against, self.rule)
        silent = node.id in self.late and not actual.complete
        year_plan = whole if whole is not None and whole.known else None
        apart = gap(info, actual, plan, self.review.against)
        return Stand(node, info, actual, plan, year_plan, silenced(found, overdue), apart, silent, overdue)

    def present(self, info: MeasureInfo) -> bool:
        """Whether the first unit has ever had anything to do with the measure in the period, see `Line.empty`."""
        actual, plan, _year = self._columns(info)
        if actual.known[0] or actual.expected[0] > 0 or plan.known[0]:
            return True
        review = self.review
        before = self.reader.year_before(self.view, info, review.period, review.as_was)
        return review.against != LAST_YEAR and bool(before.known[0])

    def first(self, info: MeasureInfo) -> Stand:
        """The first unit's stand, whatever is known of it, as `own_stand` of its review."""
        columns = self._columns(info)
        found = self._stand(info, columns, 0, self.overdue(info, columns[0], self.late).get(self.nodes[0].id))
        return replace(found, year_plan=found.year_plan or found.plan)

    def overdue(
        self, info: MeasureInfo, actual: Column | None = None, but: Collection[int] = ()
    ) -> Mapping[int, Overdue]:
        """Of which units, `but` some, the measure's figures are stale; read once for all measures that lack the same."""
        silence = self.reader.silence
        forms = tuple(form.id for form in silence.forms if not set(info.parts).isdisjoint(form.measures))
        if actual is None:
            actual = self.view.column(info, self.reader.infos, ACTUAL, self.review.period)
        # Whose figure is complete has reported the last cell, and owes nothing that is due.
        every = (self.nodes[row].id for row in np.flatnonzero(~actual.complete).tolist())
        lacking = tuple(unit for unit in every if unit not in but)
        if not forms or not lacking:
            return {}
        if (forms, lacking) not in self._stale:
            found = silence.of_units(lacking, info, self.reader.infos, self.review.period)
            self._stale[forms, lacking] = found
        return self._stale[forms, lacking]

    def _year(self, info: MeasureInfo) -> Column | None:
        """What is asked for in the whole year; None where it is held against last year."""
        if self.review.against == LAST_YEAR:
            return None
        return self.view.column(info, self.reader.infos, self.review.against, self.year)

    def _plan(self, info: MeasureInfo, year: Column | None) -> Column:
        """What is asked for by now, see `asked_by_now`."""
        phases = self.reader.plan_of(self.view, info, self.review.period, self.review.against, self.review.as_was)
        return phases if year is None else asked_by_now(info, phases, year, (self.review.period, self.year), self.rule)


def asked_by_now(
    info: MeasureInfo, phases: Column, year: Column, periods: tuple[Period, Period], rule: PaceRule
) -> Column:
    """What a year's plan asks for by now: its phases, and where there are none half the time, half the task.

    By a rule of the basis time the latter comes first, where the whole year has a plan. `periods` are the period and its
    year; it is flows in the time from the year's beginning that have a part by time.
    """
    period, whole = periods
    if period.start != whole.start or period == whole or info.rule.kind not in ("flow", "cumulative"):
        return phases
    by_time = _part(year, info, period.span, whole.span)
    first = by_time.complete if rule.basis == "time" else np.zeros(len(year.known), bool)
    return _filled(phases, by_time, first | (by_time.known & ~phases.known))


def _part(year: Column, info: MeasureInfo, months: int, of: int) -> Column:
    """The part of each year's plan that the months are of the year; whole steps rounded half to even."""
    if info.rule.exact:
        parts = [round(Fraction(value * months, of)) for value in year.values.tolist()]
        return replace(year, values=np.array(parts, year.values.dtype))
    return replace(year, values=year.values * (months / of))


def _filled(column: Column, other: Column, rows: np.typing.NDArray[np.bool_]) -> Column:
    """The column with these rows of the other one."""
    if not rows.any():
        return column
    mixed = [np.where(rows, b, a) for a, b in ((column.values, other.values), (column.reported, other.reported), (column.expected, other.expected), (column.known, other.known))]  # fmt: skip
    return Column(mixed[0], mixed[1], mixed[2], mixed[3], column.uneven)
