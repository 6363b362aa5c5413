"""Conditions on figures as people write them: ATT1>0, PCT4H=78%, SPEND~10%."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
NEAR = ("~", "!~")
"""Within, and more than, a share of what the review holds the figure against."""
_CONDITION = re.compile(r"\s*(\w+)\s*(>=|<=|!=|!~|>|<|=|~)\s*([-+]?[0-9.]+(?:e[-+]?\d+)?)\s*(%?)\s*")


class ConditionError(ValueError):
    """The text of --where or --threshold cannot be read; the message says what is expected."""


@dataclass(frozen=True)
class Condition:
    """A measure held against a number in units of account; with a sign of NEAR against a share of its plan."""

    measure: str
    sign: str
    value: float

    def __str__(self) -> str:
        return f"{self.measure}{self.sign}{self.value:g}"


def written(condition: Condition) -> str:
    """The text that `read_condition` reads as the same condition."""
    return f"{condition.measure}{condition.sign}{repr(condition.value).removesuffix('.0')}"


def read_condition(text: str) -> Condition:
    """`ATT1>0`, `PCT4H=78%` or `SPEND!~10%` (more than 10 % off its plan); a ConditionError when it is none of them."""
    found = _CONDITION.fullmatch(text)
    try:
        if found:
            return Condition(found[1], found[2], float(found[3]) / (100 if found[4] else 1))
    except ValueError:
        pass
    raise ConditionError(f"'{text}' is not a condition; write MEASURE>VALUE, such as ATT1>0 or PCT4H=78%")
