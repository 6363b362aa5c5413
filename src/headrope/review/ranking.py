"""Ranks the units below a unit: its children, or all descendants of a tier, by one measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from headrope.core.quantities import QuantityError
from headrope.core.rollup import Column
from headrope.core.scoring import Judgement, sense
from headrope.core.units import SEGMENT
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo
from headrope.org.queries import Node
from headrope.review.condition import COMPARE, NEAR, Condition
from headrope.review.overdue import Overdue, silenced
from headrope.review.queries import Figure, Reader, Review, change, figure, gap, verdict

Order = Literal["gap", "value", "change"]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Ranked:
    """One unit in a ranking; `share` is its part of the shown units' sum, `running` the parts down to it."""

    place: int
    unit: Node
    actual: Figure
    plan: Figure
    last_year: Figure
    judgement: Judgement | None
    gap: int | float | None
    growth: int | float | None
    growth_share: float | None
    share: float | None
    running: float | None
    overdue: Overdue | None = None


@dataclass(frozen=True)
class Threshold:
    """How many of the ranked units reach a value: at or above it, or at or below it where less is better.

    With a sign of NEAR only units with a plan other than 0 are counted.
    """

    condition: Condition
    met: int
    of: int


@dataclass(frozen=True)
class Ranking:
    """The units of a tier below a unit, by one measure. `left_out` counts those that --where or a missing value removes."""

    info: MeasureInfo
    tier: int | None
    order: Order
    rows: tuple[Ranked, ...]
    left_out: int
    thresholds: tuple[Threshold, ...]
    total: Figure


@dataclass(frozen=True)
class Wanted:
    """What to rank: `tier` None means the children; `measure` and `order` None choose themselves."""

    measure: str | None = None
    tier: int | None = None
    order: Order | None = None
    where: tuple[Condition, ...] = ()
    thresholds: tuple[Condition, ...] = ()


class NoSuchMeasure(LookupError):
    """There is no measure of that code."""


def below(reader: Reader, review: Review, tier: int | None) -> list[Node]:
    """The children, or the descendants that stand on the tier, on the period's last day."""
    if tier is None:
        return list(review.children)
    tree = reader.tree(review.period)
    if review.unit.id not in tree.nodes:
        return []
    on_tier = (node for node in tree.subtree(review.unit.id) if tree.tier[node.id] == tier and node.kind != SEGMENT)
    return [node for node in on_tier if node.id != review.unit.id and reader.who.sees(node.id)]


def rank(reader: Reader, review: Review, wanted: Wanted) -> Ranking | None:
    """The ranking; None where there is no unit or no measure to rank. NoSuchMeasure for an unknown code."""
    for code in [wanted.measure, *(c.measure for c in (*wanted.where, *wanted.thresholds))]:
        if code is not None and code not in reader.infos:
            raise NoSuchMeasure(code)
    nodes = below(reader, review, wanted.tier)
    info = chosen_measure(reader, review, wanted)
    if not nodes or info is None:
        return None
    table = _Table(reader, nodes, review)
    chosen = np.logical_and.reduce([np.ones(len(nodes), bool), *(table.fulfils(c) for c in wanted.where)])
    chosen &= table.actual(info).known | table.plan(info).known
    # Without a plan the level tells most; what changed since last year has an order of its own.
    order = wanted.order or (
        "gap" if review.against != LAST_YEAR and (table.plan(info).known & chosen).any() else "value"
    )
    rows = _rows(table, info, chosen, order)
    line = review.line(info.code)
    return Ranking(
        info,
        wanted.tier,
        order,
        rows,
        int((~chosen).sum()),
        tuple(table.threshold(c, chosen) for c in wanted.thresholds),
        line.actual if line else Figure(None, 0, 0),
    )


def chosen_measure(reader: Reader, review: Review, wanted: Wanted) -> MeasureInfo | None:
    """The measure asked for, else of the threshold, else the one whose state is worst, heaviest first."""
    code = wanted.measure or (wanted.thresholds[0].measure if wanted.thresholds else None)
    if code is not None:
        return reader.infos[code]
    known = [line for line in review.lines if line.actual.known]
    if not known:
        return None
    worst = {"behind": 0, "watch": 1, "stale": 2}
    best = min(
        known, key=lambda line: (worst.get(line.judgement.state, 3) if line.judgement else 3, -(line.info.weight or 0))
    )
    return best.info


class _Table:
    """Figures of many units at once."""

    def __init__(self, reader: Reader, nodes: Sequence[Node], review: Review) -> None:
        self.reader, self.nodes = reader, nodes
        self.period, self.against, self.as_was = review.period, review.against, review.as_was
        self.view = reader.cube.view([node.id for node in nodes])
        self.pace = reader.pace(review.period)

    def actual(self, info: MeasureInfo) -> Column:
        return self.view.column(info, self.reader.infos, ACTUAL, self.period)

    def plan(self, info: MeasureInfo) -> Column:
        return self.reader.plan_of(self.view, info, self.period, self.against, self.as_was)

    def last_year(self, info: MeasureInfo) -> Column:
        return self.reader.year_before(self.view, info, self.period, self.as_was)

    def now(self, info: MeasureInfo) -> Column:
        """The actual figures over the tree that last year's are added over."""
        month = self.reader.like_month(self.period, self.as_was)
        view = self.view if month is None else self.view.like(month)
        return view.column(info, self.reader.infos, ACTUAL, self.period)

    def overdue(self, info: MeasureInfo, rows: Sequence[int]) -> dict[int, Overdue]:
        """Whose figures are stale, by unit id."""
        units = [self.nodes[row].id for row in rows]
        return self.reader.silence.of_units(units, info, self.reader.infos, self.period)

    def held_against(self, info: MeasureInfo, value: float) -> int | float:
        """A number in units of account as the figures are stored; thresholds are asked in decimal, so steps are exact."""
        if not info.rule.exact:
            return value
        try:
            return info.rule.quantity.read(repr(value))
        except QuantityError:
            return value / float(info.rule.quantity.step)

    def fulfils(self, condition: Condition) -> Mask:
        """Which units fulfil the condition."""
        met, known = self._compared(condition, condition.sign)
        return met & known

    def threshold(self, condition: Condition, chosen: Mask) -> Threshold:
        """How many of the chosen units reach it; a bare `=` means the good side."""
        direction = self.reader.infos[condition.measure].rule.direction
        sign = condition.sign if condition.sign != "=" else "<=" if direction == "down" else ">="
        met, known = self._compared(condition, sign)
        known &= chosen
        return Threshold(
            Condition(condition.measure, sign, condition.value), int((met & known).sum()), int(known.sum())
        )

    def _compared(self, condition: Condition, sign: str) -> tuple[Mask, Mask]:
        """Which units reach it, and of which it can be said at all."""
        info = self.reader.infos[condition.measure]
        actual = self.actual(info)
        if sign not in NEAR:
            limit = self.held_against(info, condition.value)
            return np.asarray(COMPARE[sign](actual.values, limit), bool), actual.known.copy()
        plan = self.plan(info)
        off = np.abs(actual.values - plan.values)
        # A hair of room, so that 57 of 100 is within 57 % although 0.57 is no binary number.
        near = off <= condition.value * np.abs(plan.values) * (1 + 1e-12)
        return near if sign == "~" else ~near, actual.known & plan.known & (plan.values != 0)


def _rows(table: _Table, info: MeasureInfo, chosen: Mask, order: Order) -> tuple[Ranked, ...]:
    actual, plan, before = table.actual(info), table.plan(info), table.last_year(info)
    now = table.now(info)
    # Worst first where the measure has a good side; else the largest, or what rose most, first.
    worst = sense(info.rule.direction) or -1
    if order == "gap":
        apart = (actual.values - plan.values).astype(float)
        key = -np.abs(apart) if info.rule.direction == "band" else apart * worst
        has = actual.known & plan.known
    elif order == "change":
        key, has = (now.values - before.values).astype(float) * worst, now.known & before.known
    else:
        key, has = actual.values.astype(float) * (-1 if info.rule.additive else worst), actual.known
    places = sorted(np.flatnonzero(chosen).tolist(), key=lambda row: (not has[row], key[row], table.nodes[row].code))
    # Parts of a sum are shares of it only where none is negative.
    additive = info.rule.additive and not (actual.values[chosen] < 0).any()
    total = int(actual.values[chosen].sum()) if info.rule.exact else float(actual.values[chosen].sum())
    silent = table.overdue(info, places)
    rows = []
    running = 0.0
    for place, row in enumerate(places, 1):
        a, p, b = (figure(column, info, row) for column in (actual, plan, before))
        growth, growth_share = change(figure(now, info, row), b)
        share = float(a.value / total) if additive and total > 0 and a.value is not None else None
        running += share or 0.0
        rows.append(
            Ranked(
                place,
                table.nodes[row],
                a,
                p,
                b,
                silenced(verdict(info, a, p, table.against, table.pace), silent.get(table.nodes[row].id)),
                gap(info, a, p, table.against),
                growth,
                growth_share,
                share,
                running if share is not None else None,
                silent.get(table.nodes[row].id),
            )
        )
    return tuple(rows)


def figures_of(
    reader: Reader, review: Review, nodes: Sequence[Node]
) -> dict[int, dict[str, tuple[Figure, Figure, Figure]]]:
    """Actual, plan and last year's figure of every measure for every unit, by unit id and measure code."""
    table = _Table(reader, nodes, review)
    found: dict[int, dict[str, tuple[Figure, Figure, Figure]]] = {node.id: {} for node in nodes}
    for info in reader.infos.values():
        columns = (table.actual(info), table.plan(info), table.last_year(info))
        for row, node in enumerate(nodes):
            a, p, b = (figure(column, info, row) for column in columns)
            if a.known or p.known or b.known:
                found[node.id][info.code] = (a, p, b)
    return found
