"""Shapes any measure from what is added up of it and its parts; the rows may be units, or periods of one unit."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Protocol

import numpy as np

from headrope.core.forming import Part as FormulaPart
from headrope.core.forming import average, formed, growth, weighted
from headrope.core.measures import FORMED
from headrope.core.rollup import Bools, Column, Values, empty, unevenness
from headrope.ledger.cube.layout import DIFFERENCE, PRODUCT, VALUE, WEIGHT, Over, Part, main_part, over_time
from headrope.ledger.queries import MeasureInfo

Infos = Mapping[str, MeasureInfo]


class Totals(Protocol):
    """What is added up, for some rows."""

    rows: int
    to_date: Bools

    @property
    def span(self) -> int | Values:
        """Months of the period; of each row where the rows are periods."""

    def part(self, measure: int, part: Part, over: Over) -> Column:
        """One part of a measure, taken over the period."""

    def mean(self, measure: int) -> tuple[Column, Values]:
        """Sum of total times days of a stock, and the days."""

    def level(self, measure: int, over: Over) -> Column | None:
        """The units' own figures of a measure that is not added up; None where there are none."""

    def pair(self, measure: int, over: Over) -> Column | None:
        """How many units hold all parts of a formed measure; None where nobody counts them."""

    def held(self, measure: int, over: Over) -> Column:
        """How many units' values count where missing ones are carried or taken as 0."""

    def growth(self, info: MeasureInfo, base: MeasureInfo) -> tuple[Column, Column]:
        """The base measure now and a year earlier."""


def choose(first: Bools, a: Column, b: Column) -> Column:
    """Row by row the first column where so marked, else the second."""
    return Column(
        np.where(first, a.values, b.values),
        np.where(first, a.reported, b.reported),
        np.where(first, a.expected, b.expected),
        np.where(first, a.known, b.known),
    )


def step_of(info: MeasureInfo) -> Fraction:
    """What one step of the measure's values is worth in units of account; 1 for floats."""
    return Fraction(info.rule.quantity.step) if info.rule.exact else Fraction(1)


def shape(info: MeasureInfo, infos: Infos, totals: Totals) -> Column:
    """The measure's figures: whole steps where its rule is exact, else floats in units of account."""
    rule = info.rule
    if rule.kind == "text":
        return empty(totals.rows)
    if rule.kind in FORMED:
        column = _formed(info, infos, totals)
        level = totals.level(info.id, "last")
        return column if level is None else _with_level(column, level)
    if rule.level:
        held = totals.level(info.id, over_time(VALUE, rule))
        return empty(totals.rows) if held is None else _own_level(info, held)
    if rule.weight is not None:
        return _weighted(info, totals)
    return stored(info, totals)


def _own_level(info: MeasureInfo, held: Column) -> Column:
    if not info.rule.exact:
        step = float(info.rule.quantity.step) if info.rule.quantity.exact else 1.0
        return Column(held.values * step, held.reported, held.expected, held.known)
    return Column(np.rint(held.values).astype(np.int64), held.reported, held.expected, held.known)


def stored(info: MeasureInfo, totals: Totals) -> Column:
    """The figures of a measure that is added up as it is stored."""
    part = main_part(info.rule)
    column = totals.part(info.id, part, over_time(part, info.rule))
    if info.rule.kind == "cumulative" and not totals.to_date.all():
        return choose(totals.to_date, column, totals.part(info.id, DIFFERENCE, "sum"))
    return column


def _weighted(info: MeasureInfo, totals: Totals) -> Column:
    over = over_time(PRODUCT, info.rule)
    product, weight = (totals.part(info.id, part, over) for part in (PRODUCT, WEIGHT))
    step = Fraction(info.rule.quantity.step) if info.rule.quantity.exact else Fraction(1)
    return weighted(product, weight, step)


def _formed(info: MeasureInfo, infos: Infos, totals: Totals) -> Column:
    rule = info.plain
    if rule.kind == "growth":
        now, before = totals.growth(info, infos[rule.components[0]])
        return growth(now, before)
    if rule.kind == "average":
        return average(_average(infos[rule.components[0]], totals))
    parts: dict[str, FormulaPart] = {}
    for code in rule.components:
        part = infos[code]
        if part.rule.kind == "average":
            parts[code] = _average(infos[part.rule.components[0]], totals)
        else:
            parts[code] = FormulaPart(stored(part, totals), step_of(part))
    column = formed(rule, parts, totals.span)
    return _marked(info, infos, totals, column)


def _average(stock: MeasureInfo, totals: Totals) -> FormulaPart:
    column, days = totals.mean(stock.id)
    return FormulaPart(column, step_of(stock), days)


def _marked(info: MeasureInfo, infos: Infos, totals: Totals, column: Column) -> Column:
    """Marked where the parts come from different units."""
    over: Over = "sum" if {infos[code].rule.kind for code in info.parts} == {"flow"} else "last"
    pair = totals.pair(info.id, over)
    if pair is None:
        return column
    counted = []
    for code in info.parts:
        rule, measure = infos[code].rule, infos[code].id
        if rule.missing != "missing":
            held = totals.held(measure, over)
            counted.append(Column(held.values, held.values.astype(np.int32), held.expected, held.known))
        else:
            counted.append(totals.part(measure, main_part(rule), over))
    uneven = unevenness(pair, counted) & column.known
    return Column(column.values, column.reported, column.expected, column.known, uneven)


def _with_level(column: Column, level: Column) -> Column:
    """A unit's own figure, where it has one, comes before the one that is formed."""
    take = level.known
    uneven = column.uneven & ~take if column.uneven is not None else None
    return Column(
        np.where(take, level.values, column.values),
        np.where(take, level.reported, column.reported),
        np.where(take, level.expected, column.expected),
        take | column.known,
        uneven,
    )
