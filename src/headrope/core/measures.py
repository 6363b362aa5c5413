"""What a measure is: quantity, kind, direction and, for ratios, the components it is formed from.

>>> parse_formula("ATT-OV4")
((1, 'ATT'), (-1, 'OV4'))
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from headrope.core.quantities import Quantity

Kind = Literal["flow", "stock", "cumulative", "ratio"]
KINDS = ("flow", "stock", "cumulative", "ratio")
Direction = Literal["up", "down", "none"]
DIRECTIONS = ("up", "down", "none")
CODE = re.compile(r"[^\W\d]\w{0,39}")

_TERM = re.compile(r"\s*([+-])?\s*([^\W\d]\w*)\s*")

Formula = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class MeasureRule:
    """A measure as the arithmetic needs it; `numerator` and `denominator` are empty unless the kind is ratio."""

    code: str
    quantity: Quantity
    kind: Kind
    direction: Direction = "none"
    numerator: Formula = ()
    denominator: Formula = ()

    @property
    def components(self) -> tuple[str, ...]:
        """Codes of the stored measures whose values form this one; of a stored measure, its own code."""
        if self.kind != "ratio":
            return (self.code,)
        return tuple(dict.fromkeys(code for _, code in self.numerator + self.denominator))


def parse_formula(text: str) -> Formula:
    """Signs and codes of a sum or difference such as `ATT-OV4`; a ValueError when it is anything else."""
    terms: list[tuple[int, str]] = []
    at = 0
    while at < len(text):
        found = _TERM.match(text, at)
        if not found or (terms and found[1] is None):
            raise ValueError(f"'{text}' is not a sum or difference of measure codes")
        terms.append((-1 if found[1] == "-" else 1, found[2]))
        at = found.end()
    if not terms:
        raise ValueError("the formula is empty")
    return tuple(terms)


def write_formula(formula: Formula) -> str:
    """The text that `parse_formula` reads back."""
    text = "".join(f"{'-' if sign < 0 else '+'}{code}" for sign, code in formula)
    return text.removeprefix("+")
