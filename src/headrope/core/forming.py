"""Forms values from totals: formulae, ratios, weighted means, averages and growth; see docs/spec/measures.md.

Exact parts meet in whole numbers or fractions, and only the last step makes a float of them: one rounding.

>>> divide(np.array([1, 2**60 + 1]), np.array([3, 1]), np.array([True, True])).tolist()
[0.3333333333333333, 1.152921504606847e+18]
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from headrope.core.formulas import Formula
from headrope.core.measures import MeasureRule
from headrope.core.rollup import SUM_LIMIT, Bools, Column, Counts, Values

EXACT_FLOAT = 2**53


@dataclass(frozen=True)
class Part:
    """A part of a formula: its column, what one step is worth in units of account, and for averages the days to divide by."""

    column: Column
    step: Fraction = Fraction(1)
    days: Values | None = None

    @property
    def exact(self) -> bool:
        """Whether the values are whole numbers."""
        return self.column.values.dtype.kind == "i"


def divide(above: Values, below: Values, known: Bools) -> npt.NDArray[np.float64]:
    """Quotients, each rounded once to the nearest float; 0.0 where not known."""
    found = np.zeros(len(known))
    if above.dtype.kind == "f" or below.dtype.kind == "f":
        return np.divide(above.astype(np.float64), below.astype(np.float64), out=found, where=known)
    small = known
    if above.dtype.kind == "O" or below.dtype.kind == "O":
        small = np.zeros(len(known), bool)
    else:
        small = known & (np.abs(above) <= EXACT_FLOAT) & (np.abs(below) <= EXACT_FLOAT)
        np.divide(above, below, out=found, where=small)
    for row in np.flatnonzero(known & ~small):
        found[row] = float(Fraction(_whole(above[row])) / Fraction(_whole(below[row])))
    return found


def _whole(value: object) -> Fraction | int:
    return value if isinstance(value, Fraction) else int(value)  # type: ignore[call-overload]


def _scale(formulas: Sequence[Formula], parts: Mapping[str, Part]) -> int:
    """The smallest whole number that turns every factor times its step into a whole number."""
    worth = [factor * parts[code].step for formula in formulas for factor, code in formula]
    return math.lcm(*(each.denominator for each in worth))


def combine(formula: Formula, parts: Mapping[str, Part], scale: int) -> Values:
    """The formula's value times `scale`: whole numbers or fractions where all parts are exact, else floats."""
    used = [(factor * parts[code].step * scale, parts[code]) for factor, code in formula]
    if not all(part.exact for _, part in used):
        total = np.zeros(len(used[0][1].column.values))
        for factor, part in used:
            values = part.column.values.astype(np.float64)
            total = total + float(factor) * (values if part.days is None else _per_day(part))
        return total
    wholes = [int(factor) for factor, _ in used]
    if any(part.days is not None for _, part in used):
        return _in_fractions(wholes, [part for _, part in used])
    largest = sum(
        abs(whole) * float(np.abs(part.column.values.astype(np.float64)).max(initial=0))
        for whole, (_, part) in zip(wholes, used, strict=True)
    )
    kind = object if largest >= SUM_LIMIT else np.int64
    whole_total: Values = np.zeros(len(used[0][1].column.values), kind)
    for whole, (_, part) in zip(wholes, used, strict=True):
        whole_total = whole_total + whole * part.column.values.astype(kind)
    return whole_total


def _per_day(part: Part) -> npt.NDArray[np.float64]:
    assert part.days is not None
    return divide(part.column.values, part.days, part.column.known)


def _in_fractions(wholes: Sequence[int], parts: Sequence[Part]) -> Values:
    total = np.array([Fraction(0)] * len(parts[0].column.values), object)
    for whole, part in zip(wholes, parts, strict=True):
        days = part.days if part.days is not None else np.ones(len(total), np.int64)
        pairs = zip(part.column.values.tolist(), days.tolist(), strict=True)
        total = total + np.array([Fraction(whole * value, int(by) or 1) for value, by in pairs], object)
    return total


def formed(rule: MeasureRule, parts: Mapping[str, Part], span: int | Values) -> Column:
    """A ratio or formula, in units of account, of a period of `span` months or of one for each row; missing where a part is, or over 0."""
    columns = [parts[code].column for code in rule.components]
    scale = _scale([rule.numerator, rule.denominator], parts)
    above = combine(rule.numerator, parts, scale)
    known: Bools = np.logical_and.reduce([column.known for column in columns])
    if rule.kind == "ratio":
        below = combine(rule.denominator, parts, scale)
        if rule.annualise:
            above, below = _times(above, 12), _times(below, span)
        known = known & (below != 0)
    else:
        below = np.full(len(known), scale, np.int64 if scale < SUM_LIMIT else object)
    return Column(divide(above, below, known), *_coverage(columns), known)


def _times(values: Values, factor: int | Values) -> Values:
    if values.dtype.kind == "i" and float((np.abs(values.astype(np.float64)) * factor).max(initial=0)) >= SUM_LIMIT:
        values = values.astype(object)
    return values * factor


def _coverage(columns: Sequence[Column]) -> tuple[Counts, Counts]:
    """That of the part of which most is missing."""
    reported = np.stack([column.reported for column in columns])
    expected = np.stack([column.expected for column in columns])
    worst, rows = np.argmax(expected - reported, axis=0), np.arange(reported.shape[1])
    return reported[worst, rows], expected[worst, rows]


def average(part: Part) -> Column:
    """A mean over days, in units of account."""
    column = part.column
    assert part.days is not None
    known = column.known & (part.days > 0)
    above, below = _in_account(column.values, part.step, part.days)
    return Column(divide(above, below, known), column.reported, column.expected, known)


def _in_account(above: Values, step: Fraction, below: Values) -> tuple[Values, Values]:
    """A quotient of steps turned into one of units of account."""
    if step.numerator != 1:
        above = _times(above, step.numerator)
    return above, _times(below, step.denominator) if step.denominator != 1 else below


def weighted(product: Column, weight: Column, step: Fraction) -> Column:
    """A mean from the sums of value times weight and of weight; `step` is that of the value."""
    known = product.known & (weight.values != 0)
    above, below = _in_account(product.values, step, weight.values)
    return Column(divide(above, below, known), product.reported, product.expected, known)


def growth(now: Column, before: Column) -> Column:
    """now / before - 1; missing where either is or where it would be held against 0 or less."""
    known = now.known & before.known & (before.values > 0)
    difference = now.values - before.values
    uneven = None
    if now.uneven is not None and before.uneven is not None:
        uneven = (now.uneven | before.uneven) & known
    return Column(divide(difference, before.values, known), now.reported, now.expected, known, uneven)
