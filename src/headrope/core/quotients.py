"""What is stored of measures by month, and what is formed of it by one division, as arrays for a compiled pass.

>>> from headrope.core.formulas import parse_formula
>>> from headrope.core.quantities import Quantity
>>> rules = [MeasureRule("TONS", Quantity("number"), "flow"), MeasureRule("REV", Quantity("money", -2), "flow")]
>>> rules += [MeasureRule("R", Quantity("number"), "ratio", "up", parse_formula("REV"), parse_formula("TONS"))]
>>> stored = stored_parts(rules)
>>> [part.component for part in stored], quotients(rules, stored, 12).factor.tolist()
([('REV', 'value'), ('TONS', 'value')], [1.0, 100.0])

The arithmetic is that of core.forming: docs/spec/measures.md, sections 2 to 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.measures import MeasureRule
from headrope.core.rollup import Bools, Rows

EXACT_FLOAT = 2**53
"""Whole numbers up to here are exact as floats."""
DIVIDED = ("ratio", "formula", "weighted")

Component = tuple[str, str]
"""A measure's code and the part of it that is stored: value, or product and weight of a weighted mean."""


class Part(NamedTuple):
    """A stored part: whether it is int64, whether it is summed over time, and what 1 is worth in units of account."""

    component: Component
    exact: bool
    flow: bool
    step: Fraction


def stored_parts(rules: Sequence[MeasureRule]) -> list[Part]:
    """All stored parts in the order of the rules, exact ones first."""
    by_code = {rule.code: rule for rule in rules}
    found = []
    for rule in rules:
        step = Fraction(rule.quantity.step) if rule.quantity.exact else Fraction(1)
        if rule.kind in ("flow", "stock"):
            found.append(Part((rule.code, "value"), rule.exact, rule.kind == "flow", step))
        elif rule.kind == "weighted" and rule.weight in by_code:
            exact = by_code[rule.weight].quantity.exact
            found.append(Part((rule.code, "product"), exact and rule.quantity.exact, True, step))
            found.append(Part((rule.code, "weight"), exact, True, Fraction(1)))
    return sorted(found, key=lambda part: not part.exact)


class Quotients(NamedTuple):
    """Sums of parts times factors above and below a line.

    Quotient k has the terms `part[above[k] : below[k]]` above and `part[below[k] : above[k + 1]]` below the line, where
    `constant[k]` is added. A term has a `factor`; up to `limit` its exact part keeps the line exact in floats.
    `flows` tells whether all parts are flows, `annual` whether the quotient is turned into one of a year.
    """

    above: Rows
    below: Rows
    part: Rows
    factor: npt.NDArray[np.float64]
    limit: npt.NDArray[np.float64]
    constant: npt.NDArray[np.float64]
    flows: Bools
    annual: Bools


Line = list[tuple[Fraction, Component]]


def _lines(rule: MeasureRule) -> tuple[Line, Line]:
    if rule.kind == "weighted":
        return [(Fraction(1), (rule.code, "product"))], [(Fraction(1), (rule.code, "weight"))]
    above, below = (
        [(Fraction(factor), (code, "value")) for factor, code in line] for line in (rule.numerator, rule.denominator)
    )
    return above, below


def quotients(rules: Sequence[MeasureRule], stored: Sequence[Part], longest: int) -> Quotients:
    """The quotients among the rules, out of these parts, for periods of up to `longest` months.

    A ValueError when factors are so far apart that floats cannot hold them.
    """
    at = {part.component: place for place, part in enumerate(stored)}
    edges, terms, constants, flows = [0], [], [], []
    divided = [rule for rule in rules if rule.kind in DIVIDED]
    for rule in divided:
        lines = [[(factor * stored[at[part]].step, at[part]) for factor, part in line] for line in _lines(rule)]
        every = [place for line in lines for _, place in line]
        scale = Fraction(lcm(*(worth.denominator for line in lines for worth, _ in line)))
        constant = scale if rule.kind == "formula" else Fraction(0)
        if all(stored[place].exact for place in every):
            scale /= gcd(int(constant), *(int(worth * scale) for line in lines for worth, _ in line))
            constant = scale if constant else constant
        for line in lines:
            room = EXACT_FLOAT // max(1, len(line)) // (max(12, longest) if rule.annualise else 1)
            exact = all(stored[place].exact for _, place in line)
            for worth, place in line:
                factor = worth * scale
                if Fraction(float(factor)) != factor:
                    raise ValueError(f"the factors in {rule.code} are too far apart for one pass")
                terms.append((place, float(factor), float(room / abs(factor) / 2) if exact else np.inf))
            edges.append(len(terms))
        constants.append(float(constant))
        flows.append(all(stored[place].flow for place in every))
    return Quotients(
        np.array(edges[::2], np.int32),
        np.array(edges[1::2], np.int32),
        np.array([place for place, _, _ in terms], np.int32),
        np.array([factor for _, factor, _ in terms], np.float64),
        np.array([limit for _, _, limit in terms], np.float64),
        np.array(constants, np.float64),
        np.array(flows, bool),
        np.array([rule.annualise for rule in divided], bool),
    )
