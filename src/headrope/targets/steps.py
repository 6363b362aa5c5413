"""The step that amounts are counted in: reading a total, and writing whole and broken numbers of steps.

>>> steps = Steps.of("0.05")
>>> steps.count("12.35"), steps.write(247), steps.show(-24700000)
(247, '12.35', '−1,235,000.00')
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property

from headrope.core.cascade.group import LARGEST
from headrope.core.display import decimal
from headrope.core.problems import Problem
from headrope.core.quantities import Quantity, QuantityError

EXACT = Context(prec=400)
NUMBER = Quantity("number")
LARGEST_EXPONENT = 30


@dataclass(frozen=True)
class Steps:
    """A step above 0."""

    step: Decimal

    @classmethod
    def of(cls, text: str) -> Steps:
        """The step that is written; a ValueError that says why it is none."""
        try:
            NUMBER.read(text)
        except QuantityError as error:
            raise ValueError(f"{error.message % error.values} {error.remedy % error.values}") from None
        step = Decimal(text)
        if step <= 0 or not -LARGEST_EXPONENT <= step.adjusted() <= LARGEST_EXPONENT:
            raise ValueError(f"'{text}' is no step. Write a number above 0, like 0.01, 1 or 1000.")
        return cls(step)

    def __str__(self) -> str:
        return format(self.step, "f")

    @cached_property
    def size(self) -> Fraction:
        """The step as an exact number."""
        return Fraction(self.step)

    @cached_property
    def digits(self) -> int:
        """Digits after the point that an amount needs."""
        return max(0, -int(self.step.as_tuple().exponent))

    def count(self, text: str) -> int | Problem:
        """A total in whole steps, or why it is none."""
        values: dict[str, object] = {"text": text[:60], "step": str(self)}
        try:
            NUMBER.read(text)
        except QuantityError as error:
            return Problem("", error.message, error.remedy, error.values)
        steps = Fraction(Decimal(text)) / self.size
        if abs(steps) >= LARGEST:
            message = "The total %(text)s is 2^53 steps of %(step)s or more."
            return Problem("", message, "Choose a larger step.", values)
        if steps.denominator != 1:
            message = "The total %(text)s is no multiple of the step %(step)s."
            return Problem("", message, "Round it, or choose a smaller step.", values)
        return int(steps)

    def write(self, steps: int) -> str:
        """The exact decimal text of a whole number of steps."""
        return format(EXACT.multiply(Decimal(steps), self.step), f".{self.digits}f")

    def number(self, steps: float) -> float:
        """An amount as a float."""
        return steps * self.size.numerator / self.size.denominator

    def show(self, steps: float) -> str:
        """An amount to be read by people: grouped, with the digits of the step."""
        return decimal(Decimal(self.write(int(steps))) if steps == int(steps) else self.number(steps), self.digits)  # type: ignore[arg-type]
