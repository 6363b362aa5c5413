"""What has been reported of a measure, month by month over one tree, in the form that core.landing starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headrope.core.formulas import Formula
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Kind
from headrope.core.periods import Period, year_of
from headrope.core.rollup import Rows
from headrope.core.tree_sums import Tree
from headrope.landing.perimeter import Perimeter
from headrope.ledger.cube.shaping import Infos, step_of
from headrope.ledger.cube.view import View
from headrope.ledger.queries import ACTUAL, MeasureInfo

YEARS = 40
"""Whole years of history that are read."""
KINDS = {"flow": Kind.FLOW, "cumulative": Kind.FLOW, "stock": Kind.STOCK}


@dataclass(frozen=True)
class Line:
    """A sum of measures times factors: of a base measure itself, of a ratio its numerator or denominator.

    `weight` multiplies it: the numerator of a weighted mean is the mean times its weight.
    """

    terms: tuple[tuple[float, MeasureInfo], ...]
    kind: Kind
    weight: MeasureInfo | None = None

    @property
    def parts(self) -> list[MeasureInfo]:
        """All measures in it."""
        return [info for _, info in self.terms] + ([self.weight] if self.weight else [])


def lines_of(info: MeasureInfo, infos: Infos) -> tuple[Line, ...]:
    """The lines a measure is landed by: one, or numerator and denominator; none where it cannot be landed.

    Sums of flows are flows and sums of stocks are stocks; a line of both has no year to come, nor has what is no sum.
    """
    rule = info.plain
    if rule.kind in KINDS:
        return (Line(((1.0, info),), KINDS[rule.kind]),)
    weight = infos.get(rule.weight or "") if rule.kind == "weighted" else None
    if weight is not None:
        kind = KINDS.get(weight.rule.kind)
        return (Line(((1.0, info),), kind, weight), Line(((1.0, weight),), kind)) if kind else ()
    if rule.kind not in ("formula", "ratio"):
        return ()
    found = [_line(each, infos) for each in (rule.numerator, rule.denominator) if each]
    return tuple(line for line in found if line) if all(found) else ()


def _line(formula: Formula, infos: Infos) -> Line | None:
    terms = tuple((float(factor), infos[code]) for factor, code in formula)
    kinds = {KINDS.get(info.rule.kind) for _, info in terms}
    kind = kinds.pop()
    return None if kinds or kind is None else Line(terms, kind)


def span_of(line: Line, view: View, months: int) -> int | None:
    """The months of a step: 3 where somebody reports by quarter and one ends after so many months of the year, else 1.

    Quarters of those who report by month are sums of their months. None where all parts together have neither.
    """
    spans = set.intersection(*(view.cube.native_spans(info.id, ACTUAL) for info in line.parts))
    return next((span for span in (3, 1) if span in spans and not (span == 3 and 1 in spans and months % 3)), None)


@dataclass(frozen=True)
class Window:
    """The run of `count` steps of `span` months that a history is read over; it begins with a fiscal year.

    The last step ends with the month of the landing; `origin` steps of its year are over.
    """

    start: int
    span: int
    count: int
    origin: int

    @property
    def steps(self) -> list[Period]:
        """The steps as periods."""
        return [Period(self.start + n * self.span, self.span) for n in range(self.count)]


def window(view: View, span: int, end: int, fiscal_start: int) -> Window:
    """All whole years from the first figure on, at most YEARS, and the current year up to the month before `end`."""
    year = year_of(end - 1, fiscal_start).start
    first = min(max(view.cube.first_start.get(ACTUAL, year), year - 12 * YEARS), year)
    start = year_of(first, fiscal_start).start
    return Window(start, span, (end - start) // span, (end - year) // span)


def reported(view: View, line: Line, infos: Infos, window: Window) -> Numbers:
    """The line of every unit of the view by step, float64[units, steps] in units of account; NaN where none is known."""
    found = np.full((len(view.rows), window.count), np.nan)
    for at, period in enumerate(window.steps):
        total = np.zeros(len(view.rows))
        for factor, info in line.terms:
            total += factor * figures(view, info, infos, ACTUAL, period)
        if line.weight is not None:
            total *= figures(view, line.weight, infos, ACTUAL, period)
        found[:, at] = total
    if len(line.parts) == 1 and line.parts[0].rule.kind == "cumulative":
        _bridge(found, view, line.parts[0], infos, window)
    return found


def _bridge(found: Numbers, view: View, info: MeasureInfo, infos: Infos, window: Window) -> None:
    """Between two known states of a cumulative measure what came is known: it is spread evenly over the steps without one."""
    year = 12 // window.span
    for first in range(0, window.count, year):
        steps = range(first, min(first + year, window.count))
        if not np.isnan(found[:, first : first + year]).any():
            continue
        begin = window.start + first * window.span
        last, before = np.full(len(found), first), np.zeros(len(found))
        for at in steps:
            state = figures(view, info, infos, ACTUAL, Period(begin, (at + 1 - first) * window.span))
            holes = ~np.isnan(state) & np.isnan(found[:, at])
            for row in np.flatnonzero(holes).tolist():
                if np.isnan(found[row, last[row] : at + 1]).all():
                    found[row, last[row] : at + 1] = (state[row] - before[row]) / (at + 1 - last[row])
            known = ~np.isnan(state)
            last, before = np.where(known, at + 1, last), np.where(known, state, before)


def figures(view: View, info: MeasureInfo, infos: Infos, version: str, period: Period) -> Numbers:
    """A version's figures of the view's units for a period, float64[units] in units of account; NaN where there is none."""
    column = view.column(info, infos, version, period)
    worth = float(step_of(info)) if info.rule.exact else 1.0
    found: Numbers = np.where(column.known, column.values * worth, np.nan)
    return found


@dataclass(frozen=True)
class Grown:
    """Figures over a tree in which every unit is the sum of those below: float64[rows, steps] each, NaN for such sums.

    Rows behind the units, `owner` int32 gives whose, hold what a unit has beside the units below it: first its own
    figures and what is eliminated between them, then, from row `closed` on, what closed units left behind.
    """

    values: tuple[Numbers, ...]
    tree: Tree
    shares: Numbers | None
    owner: Rows
    closed: int


def grown(given: Sequence[Numbers], over: Perimeter, grain: float, left: Sequence[Numbers] | None = None) -> Grown:
    """Give units that have more than the units below them a row for that; `grain` is the size of a rounding step.

    `left` are figures that closed units brought to each unit, as `given`; they get rows of their own.
    """
    count = np.bincount(over.parent[over.parent >= 0], minlength=len(over.parent)).astype(np.int32)
    gone = [np.zeros_like(values) for values in given] if left is None else left
    rests = [_rest(values, over, count, grain, brought) for values, brought in zip(given, gone, strict=True)]
    # A unit that has none below has no rest; what closed units brought to it is its own from then on.
    owners, closers = (
        np.flatnonzero((count > 0) & np.array([each.any(axis=1) for each in kind]).any(axis=0))
        for kind in (rests, gone)
    )
    made = []
    for values, rest, brought in zip(given, rests, gone, strict=True):
        own = np.where(np.isnan(values[owners]), np.nan, rest[owners])
        # Sums are left to the landing, which also knows what months without figures would have been.
        sums = np.where((count > 0)[:, None], np.nan, values)
        made.append(np.concatenate([sums, own, brought[closers]]))
    owner = np.concatenate([owners, closers]).astype(np.int32)
    parent = np.concatenate([over.parent, owner]).astype(np.int32)
    shares = np.concatenate([over.shares, np.ones(len(owner))])
    whole = bool((shares == 1.0).all())
    return Grown(tuple(made), Tree.of(parent), None if whole else shares, owner, len(over.parent) + len(owners))


def _rest(values: Numbers, over: Perimeter, count: Rows, grain: float, left: Numbers) -> Numbers:
    """What of each unit's figures the units below it do not explain, nor closed ones; nothing where that is rounding."""
    below, inner = np.zeros_like(values), over.parent >= 0
    known = np.nan_to_num(values)
    np.add.at(below, over.parent[inner], known[inner] * over.shares[inner, None])
    rest = np.where(np.isnan(values), 0.0, values - below - left)
    noise = grain * (count[:, None] + 1) + 1e-9 * np.abs(known)
    rest[np.abs(rest) <= noise] = 0.0
    return rest
