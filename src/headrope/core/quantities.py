"""Quantities: money and counts as whole numbers of steps, other numbers as floats; their exact reading and writing.

>>> yuan = Quantity("money", -2)
>>> yuan.read("-43998724.10")
-4399872410
>>> yuan.write(-4399872410)
'-43998724.10'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

QuantityKind = Literal["money", "count", "number", "text"]
QUANTITY_KINDS = ("money", "count", "number", "text")
AMOUNT_LIMIT = 2**62
NUMBER_LIMIT, NUMBER_LEAST = 1e100, 1e-100
"""Between these lie the sizes of numbers other than 0: no product of two, and no sum, leaves what a float can hold.

PostgreSQL refuses to multiply where the result would be too large for a float or too close to zero.
"""
LONGEST = 200

_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_DECIMAL = re.compile(r"([+-]?[0-9]+)(?:\.([0-9]+))?")
_EXACT = Context(prec=LONGEST)
_FULL_WIDTH = re.compile("[０-９．，－]")
_ENGLISH = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_GERMAN = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+,\d+|\d+,\d+)")


class QuantityError(ValueError):
    """The text is not a value of this quantity. `message` and `remedy` are message ids, filled from `values`."""

    def __init__(self, message: str, remedy: str, **values: object) -> None:
        super().__init__(message % values)
        self.message, self.remedy, self.values = message, remedy, values


@dataclass(frozen=True)
class Quantity:
    """What a measure's values are made of; `step_exponent` -2 means steps of 0.01, 0 whole ones."""

    kind: QuantityKind
    step_exponent: int = 0

    @property
    def exact(self) -> bool:
        """Whether values are whole numbers of steps (int64) rather than floats."""
        return self.kind in ("money", "count")

    @cached_property
    def step(self) -> Decimal:
        """The step as a decimal number."""
        return Decimal(1).scaleb(self.step_exponent)

    def read(self, text: str) -> int | float:
        """The value as a whole number of steps, or as a float; else a QuantityError that says how to mend it."""
        if self.exact:
            return self._steps(text)
        return _number(text)

    def reader(self) -> Callable[[str], int | float]:
        """`read` for long columns: the usual decimal form is taken apart directly, all else goes through `read`."""
        if not self.exact or self.step_exponent > 0:
            return self.read
        digits = -self.step_exponent
        match, padding, factor, read = _DECIMAL.fullmatch, "0" * digits, int(10**digits), self.read

        def fast(text: str) -> int | float:
            # So short that no value can reach the limit of 2^62, whatever its digits.
            found = match(text) if len(text) <= 17 - digits else None
            if found is None:
                return read(text)
            whole, part = found.groups()
            if part is None:
                return int(whole) * factor
            if len(part) > digits and part[digits:].strip("0"):
                return read(text)
            return int(whole + (part + padding)[:digits])

        return fast

    def write(self, value: int | float) -> str:
        """The exact decimal text of a value; whole steps keep the step's digits."""
        if not self.exact:
            return repr(float(value))
        if self.step_exponent >= 0:
            return str(int(value) * 10**self.step_exponent)
        digits = -self.step_exponent
        text = f"{abs(int(value)):0{digits + 1}d}"
        return f"{'-' if value < 0 else ''}{text[:-digits]}.{text[-digits:]}"

    def number(self, value: int | float) -> float:
        """The value as a float in units of account, for ratios and pictures."""
        if not self.exact:
            return float(value)
        if self.step_exponent < 0:
            return int(value) / int(10**-self.step_exponent)
        return float(value * 10**self.step_exponent)

    def _steps(self, text: str) -> int:
        if not _PLAIN.fullmatch(text) or len(text) > LONGEST:
            raise _not_a_number(text)
        steps = Decimal(text).scaleb(-self.step_exponent, _EXACT)
        whole = int(steps) if abs(steps) < AMOUNT_LIMIT else AMOUNT_LIMIT
        if whole >= AMOUNT_LIMIT:
            raise QuantityError(
                "'%(text)s' is too large.", "Check the unit of account; the limit is 2^62 steps.", text=text
            )
        if whole != steps:
            raise QuantityError(
                "'%(text)s' has more digits than the step %(step)s of its measure.",
                "Round it at the source, or load it into a measure with a finer step.",
                text=text,
                step=str(self.step),
            )
        return whole


def _number(text: str) -> float:
    if not _PLAIN.fullmatch(text) or len(text) > LONGEST:
        raise _not_a_number(text)
    value = float(text)
    if fault := out_of_bounds(value or Decimal(text)):
        raise QuantityError(fault, "Check the unit of account.", text=text)
    return value


def out_of_bounds(value: float | Decimal) -> str:
    """What is wrong with the size of a number, as a message id that names its `text`; empty where nothing is."""
    size = -value if value < 0 else value
    if size == 0 or NUMBER_LEAST <= size <= NUMBER_LIMIT:
        return ""
    return "'%(text)s' is too close to zero." if size < NUMBER_LEAST else "'%(text)s' is too large."


def _not_a_number(text: str) -> QuantityError:
    """Names the commonest reasons first, so that the reader can mend the cell alone."""
    if not text:
        return QuantityError(
            "The value is empty.", "Leave the whole row out, or give state withdrawn or not-applicable."
        )
    if _FULL_WIDTH.search(text):
        return QuantityError("'%(text)s' is written with full-width digits.", "Type it with plain digits.", text=text)
    if _ENGLISH.fullmatch(text):
        remedy = "Write %(plain)s, without separators."
        return QuantityError("'%(text)s' has thousands separators.", remedy, text=text, plain=text.replace(",", ""))
    if _GERMAN.fullmatch(text):
        plain = text.replace(".", "").replace(",", ".")
        return QuantityError(
            "'%(text)s' has a decimal comma.", "Write %(plain)s, if that is meant.", text=text, plain=plain
        )
    if text != text.strip() and _PLAIN.fullmatch(text.strip()):
        return QuantityError("'%(text)s' has blanks around it.", "Take the blanks out.", text=text)
    return QuantityError("'%(text)s' is not a number.", "Write it like -1234.5.", text=text[:60])


def step_exponent(text: str) -> int:
    """The exponent of a step such as 0.01, 1 or 1000; a ValueError when it is no power of ten."""
    step = Decimal(text) if _PLAIN.fullmatch(text) else Decimal()
    exponent = step.adjusted()
    if step != Decimal(1).scaleb(exponent) or not -9 <= exponent <= 9:
        raise ValueError(f"'{text}' is not a power of ten between 1e-9 and 1e9")
    return exponent


def in_step(values: npt.NDArray[Any], finer: int) -> npt.NDArray[Any]:
    """Whole numbers of steps in a step 10^finer times as small (or large, when negative: half to even); floats as they are."""
    if values.dtype.kind == "f" or not finer:
        return values
    if finer > 0:
        if float(np.abs(values.astype(np.float64)).max(initial=0)) * 10.0**finer >= AMOUNT_LIMIT:
            raise OverflowError("a predecessor's figures do not fit the step of its successor")
        wider: npt.NDArray[Any] = values * 10**finer
        return wider
    unit = 10**-finer
    low = values // unit
    twice = 2 * (values - low * unit)
    up = (twice > unit) | ((twice == unit) & (low % 2 == 1))
    rounded: npt.NDArray[Any] = low + up
    return rounded
