"""Figures made exact for checks, and the values that the sentences of doubts are filled with.

>>> exact(0.1, Quantity("number")), exact(12345, Quantity("money", -2)), exact("2,4o7", Quantity("count"))
(Fraction(1, 10), 12345, None)
"""

from __future__ import annotations

import math
import operator
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, SupportsIndex

from headrope.core.checks.thresholds import decimal_places, decimal_text
from headrope.core.formulas import Formula, write_formula
from headrope.core.quantities import Quantity

Exact = int | Fraction
"""Whole wherever it can be, since whole numbers are compared many times faster."""
Value = SupportsIndex | float | Decimal | Fraction | str | None
"""As handed in: whole numbers of an exact measure are steps, everything else is in units of account."""

_WHOLE = 2.0**53
_FARTHEST = 400
"""No float lies beyond 10^400, and 1e999999 as a fraction would fill the memory."""


def plain(value: Exact) -> Exact:
    """The same number, as an int where it is whole."""
    return value.numerator if value.denominator == 1 else value


def step_of(quantity: Quantity) -> Fraction:
    """The step of an exact quantity; 1 of any other."""
    return Fraction(quantity.step) if quantity.exact else Fraction(1)


def exact(value: Value, quantity: Quantity) -> Exact | None:
    """The value in steps (of an inexact measure in units of account); None for nothing, texts and what no float can be.

    A float stands for the shortest decimal number that reads as it, which is the one that was typed: 0.1 is 1/10.
    """
    if isinstance(value, int):
        return value
    if value is None or isinstance(value, str):
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        whole = value.is_integer() and abs(value) < _WHOLE
        value = Fraction(int(value) if whole else Decimal(float.__repr__(value)))
    elif isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > _FARTHEST:
            return None
        value = Fraction(value)
    elif not isinstance(value, Fraction):
        return operator.index(value)
    return plain(value / step_of(quantity)) if quantity.exact else plain(value)


class Figure(NamedTuple):
    """A figure in units of account, to be shown like those of the measure."""

    value: Fraction
    measure: str

    def __str__(self) -> str:
        places = decimal_places(self.value)
        return decimal_text(self.value, 6 if places is None else places)


class Share(NamedTuple):
    """A number to be shown per cent."""

    value: Fraction

    def __str__(self) -> str:
        return f"{decimal_text(self.value * 100, 1)} %"


class Rate(NamedTuple):
    """A plain number, such as a ratio with bounds beyond 1."""

    value: Fraction

    def __str__(self) -> str:
        return decimal_text(self.value, 2)


class Terms(NamedTuple):
    """A formula, in which a face may write names in place of codes."""

    formula: Formula

    def __str__(self) -> str:
        return write_formula(self.formula)
