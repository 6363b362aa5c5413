"""Units by measures: how far every unit is from its plan in every measure, with the states of the units below each.

The rows are the unit itself and those below it: its children, or all units of a tier; arrays are [rows].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from headrope.core.periods import year_of, year_to_date
from headrope.core.rollup import Column
from headrope.core.scoring import plan_by_time
from headrope.ledger.cube.view import View
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo
from headrope.ledger.wording import SHARES
from headrope.org.queries import Node
from headrope.review.queries import Reader, Review, held_rule
from headrope.review.situation.states import (
    AHEAD,
    BEHIND,
    MISSING,
    NONE,
    NOT_ASKED,
    ON,
    STALE,
    WATCH,
    Bools,
    Codes,
    Floats,
    Rule,
    judged,
)

FEW = 1000
"""A count whose plan is smaller, in units of account, is told as an amount: 2 accidents more, not 33 %."""
By = Literal["share", "points", "amount"]


@dataclass(frozen=True)
class Field:
    """One measure over all rows: `good` is the gap in units of account, plus is good; `by` how it is told.

    `share` is NaN where what is asked is zero; `gaps` are in the ledger's own steps (or floats), NaN where unknown.
    """

    info: MeasureInfo
    by: By
    states: Codes
    good: Floats
    share: Floats
    far: np.typing.NDArray[np.bool_]


@dataclass(frozen=True)
class Heat:
    """The matrix: `units[0]` is the unit itself, the others stand in the order of the page.

    `below` are the visible units under each row, whose states stand in `hems`, one code each, field by field.
    """

    fields: tuple[Field, ...]
    units: tuple[Node, ...]
    below: tuple[tuple[Node, ...], ...]
    hems: tuple[tuple[Codes, ...], ...]
    by: str
    tier: int | None

    def field(self, code: str) -> Field | None:
        """The measure of that code."""
        return next((field for field in self.fields if field.info.code == code), None)


@dataclass(frozen=True)
class Shown:
    """What the matrix holds: measures in their order, the units below, and the measure it is sorted by ("": worst in all)."""

    infos: Sequence[MeasureInfo]
    nodes: Sequence[Node]
    by: str = ""
    tier: int | None = None
    hem: bool = True


def heat(reader: Reader, review: Review, shown: Shown) -> Heat:
    """The matrix of the review's period."""
    tree = reader.tree(review.period)
    units = (review.unit, *shown.nodes)
    below = tuple(
        tuple(child for child in tree.children.get(node.id, ()) if reader.who.sees(child.id)) if shown.hem else ()
        for node in units
    )
    under = [child for children in below[1:] for child in children]
    every = [*units, *under]
    maker = _Maker(reader, review, every, len(units))
    fields = [maker.field(info) for info in shown.infos]
    order = _order(fields, len(units), shown.by)
    starts = np.cumsum([0, 0, *(len(children) for children in below[1:])]) + len(units)
    hems = tuple(
        tuple(field.states[starts[row] : starts[row] + (len(below[row]) if row else 0)] for row in order)
        for field in fields
    )
    return Heat(
        tuple(_taken(field, order) for field in fields),
        tuple(units[row] for row in order),
        tuple(below[row] for row in order),
        hems,
        shown.by,
        shown.tier,
    )


def _taken(field: Field, rows: list[int]) -> Field:
    return replace(
        field, states=field.states[rows], good=field.good[rows], share=field.share[rows], far=field.far[rows]
    )


WEIGHT = np.zeros(8)
WEIGHT[[WATCH, BEHIND, AHEAD]] = (1.0, 3.0, -0.5)


def _order(fields: Sequence[Field], rows: int, by: str) -> list[int]:
    """The unit itself, then the worst first: by the gap in one measure, or by states in all; silent units stand last."""
    chosen = next((field for field in fields if field.info.code == by), None)
    if chosen is not None:
        key = np.where(np.isnan(chosen.good[:rows]), np.inf, chosen.good[:rows])
    else:
        key = np.zeros(rows)
        for field in fields:
            key -= WEIGHT[field.states[:rows]] * (1 + field.far[:rows])
    silent = np.zeros(rows)
    for field in fields:
        silent += field.states[:rows] == MISSING
    last = silent * 2 > len(fields)
    return [0, *(int(row) + 1 for row in np.lexsort((np.arange(1, rows), key[1:], last[1:])))]


class _Maker:
    """Reads measure by measure for all rows; the first `own` of them are rows of the matrix, the others their hems."""

    def __init__(self, reader: Reader, review: Review, nodes: Sequence[Node], own: int) -> None:
        self.reader, self.review, self.nodes, self.own = reader, review, nodes, own
        self.pace = reader.pace(review.period)
        self.view: View = reader.cube.view([node.id for node in nodes])
        late = {node.id for node in review.reporting.late}
        self.late = np.array([node.id in late for node in nodes], bool)
        self._stale: dict[tuple[int, ...], Mapping[int, object]] = {}

    def field(self, info: MeasureInfo) -> Field:
        """The measure judged in all rows."""
        period, against = self.review.period, self.review.against
        actual = self.view.column(info, self.reader.infos, ACTUAL, period)
        plan, phased = self._asked(info)
        a, p = (_in_account(column, info) for column in (actual, plan))
        direction, margin = held_rule(info, against)
        found = judged(a, p, Rule(direction, self.reader.pace(period).tolerance(info.rule), margin))
        states = found.states.copy()
        complete = actual.known & (actual.reported >= actual.expected)
        if direction in ("down", "band"):  # silence never looks good
            states[~complete & ((states == ON) | (states == AHEAD))] = NONE
        for column in (actual, plan):
            if column.uneven is not None:
                states[column.uneven & actual.known] = NONE
        stale = self._overdue(info)
        for row, node in enumerate(self.nodes[: self.own]):
            if node.id in stale:
                states[row] = STALE
        # Five months of who has not reported the sixth say nothing beside six months of plan.
        states[self.late & ~complete & actual.known] = MISSING
        # What has a plan of its own for these months is asked for, even where no duty says so and nothing ever came.
        asked = (actual.expected > 0) | phased
        states[~actual.known] = np.where(asked[~actual.known], MISSING, NOT_ASKED)
        return Field(info, _told_by(info, p), states, found.good, found.share, found.far)

    def _overdue(self, info: MeasureInfo) -> Mapping[int, object]:
        """Of which rows the figures are stale; the same for all measures of the same forms."""
        silence = self.reader.silence
        forms = tuple(form.id for form in silence.forms if not set(info.parts).isdisjoint(form.measures))
        if forms not in self._stale:
            units = [node.id for node in self.nodes[: self.own]]
            self._stale[forms] = silence.of_units(units, info, self.reader.infos, self.review.period)
        return self._stale[forms]

    def _asked(self, info: MeasureInfo) -> tuple[Column, Bools]:
        """What is asked for by now: the phase plan; where there is none, or by the rule always, half the time's half.

        And who has a phase plan of which something is asked.
        """
        period, start = self.review.period, self.reader.ledger.fiscal_start
        plan = self.reader.plan_of(self.view, info, period, self.review.against, self.review.as_was)
        year = year_of(period.end - 1, start)
        flow = info.rule.kind in ("flow", "cumulative")
        by_year = self.review.against == LAST_YEAR
        over = period.end <= (self.reader.cube.manifest.last_actual or 0)
        phased = plan.known & (plan.values != 0) & (over and not by_year)
        if by_year or period == year or not flow or period != year_to_date(period, start):
            return plan, phased
        by_time = self.pace.basis == "time"
        if not by_time and plan.known.all():
            return plan, phased
        whole = self.view.column(info, self.reader.infos, self.review.against, year)
        take = whole.known & (by_time | ~plan.known)
        values = plan.values.copy()
        for row in np.flatnonzero(take).tolist():
            values[row] = plan_by_time(whole.values[row].item(), period.span, year.span)
        return replace(plan, values=values, known=plan.known | take), phased


def _in_account(column: Column, info: MeasureInfo) -> Floats:
    """The column in units of account, NaN where nothing is known."""
    exponent = info.rule.quantity.step_exponent
    values = column.values
    # One division, so that 5005 hundredths are 50.05 and not 50.050000000000004.
    scaled = values / 10.0**-exponent if info.rule.exact and exponent < 0 else values * 1.0
    return np.where(column.known, scaled * 10.0**exponent if info.rule.exact and exponent > 0 else scaled, np.nan)


def _told_by(info: MeasureInfo, plan: Floats) -> By:
    """Shares in points; small counts, and what has no plan above zero, as amounts; all else in per cent of the plan."""
    if info.account in SHARES:
        return "points"
    if info.rule.quantity.kind == "count" and info.rule.exact and not (len(plan) and abs(plan[0]) >= FEW):
        return "amount"
    return "share"
