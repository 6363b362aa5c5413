"""What a check is: its kind, the measures that it looks at, its thresholds, the units and days that it holds for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple

from headrope.core.formulas import Formula
from headrope.core.units import ALWAYS, FOREVER

Kind = Literal[
    "not-negative", "not-positive", "range", "jump", "sum", "cumulative", "ratio", "unusual", "missing", "decimals", "same",
]  # fmt: skip
Severity = Literal["blocking", "warning"]
SEVERITIES: tuple[Severity, ...] = ("blocking", "warning")
Against = Literal["", "previous", "year"]
AGAINST = ("previous", "year")

EVERY = "*"
"""Stands in `measures` for every measure of which the kind can be asked."""
LIMIT = Fraction(7, 2)
"""Robust z-score up to which a change is usual: Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993."""
PAST = {"unusual": 8, "same": 1}
"""How many past figures it takes where a check does not say so."""
FEWEST = {"unusual": 4, "same": 1}
WINDOW = 36
"""How many periods are looked back on at most."""
ANSWER = 4
"""Letters and digits of an answer at least, where a warning does not say so."""


class Needs(NamedTuple):
    """The columns that a kind must have, of which it must have one or more, and may have."""

    all: tuple[str, ...]
    any: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


NEEDS: dict[Kind, Needs] = {
    "not-negative": Needs(("measures",)),
    "not-positive": Needs(("measures",)),
    "range": Needs((), ("min", "max"), ("measures", "formula")),
    "jump": Needs(("measures", "against"), ("change", "tolerance"), ("floor",)),
    "sum": Needs(("measures", "formula"), (), ("tolerance",)),
    "cumulative": Needs(("measures",), (), ("tolerance",)),
    "ratio": Needs(("formula", "denominator"), ("min", "max")),
    "unusual": Needs(("measures",), (), ("limit", "past", "tolerance")),
    "missing": Needs(("measures",)),
    "decimals": Needs(("measures", "decimals")),
    "same": Needs(("measures",), (), ("past", "floor")),
}
KINDS: tuple[Kind, ...] = tuple(NEEDS)


@dataclass(frozen=True)
class Check:
    """A check as its owner defines it; thresholds are exact, None where nothing is said.

    `min`, `max`, `tolerance` and `floor` are in units of account (of a ratio: plain numbers), `change` is a share of the
    earlier figure. `under` names units with all that stands below them, `unit_kinds` kinds of units; empty means all.
    `answer` is the least number of letters and digits in the answer to a warning. `valid_to` is the first day on which
    the check holds no more. `where` is the row it was read from.
    """

    code: str
    kind: Kind
    severity: Severity = "blocking"
    measures: tuple[str, ...] = ()
    formula: Formula = ()
    denominator: Formula = ()
    against: Against = ""
    min: Fraction | None = None
    max: Fraction | None = None
    change: Fraction | None = None
    tolerance: Fraction | None = None
    floor: Fraction | None = None
    limit: Fraction | None = None
    decimals: int | None = None
    past: int | None = None
    answer: int | None = None
    under: tuple[str, ...] = ()
    unit_kinds: tuple[str, ...] = ()
    message: str = ""
    message_zh: str = ""
    valid_from: date = ALWAYS
    valid_to: date = FOREVER
    where: str = field(default="", compare=False)

    @property
    def judged(self) -> tuple[str, ...]:
        """The codes of the measures that it judges: those looked at, else the parts of its formula; `*` for every one."""
        return self.measures or tuple(code for _, code in self.formula)

    @property
    def blocking(self) -> bool:
        """Whether nothing is sent until its doubts are mended."""
        return self.severity == "blocking"

    @property
    def least_answer(self) -> int:
        """Letters and digits that an answer has at least; 0 where none is wanted."""
        return 0 if self.blocking else ANSWER if self.answer is None else self.answer

    def holds_for(self, path: Collection[str], kind: str, day: date) -> bool:
        """Whether a unit of that kind, which stands on the `path` (itself and all above it), is looked at on that day."""
        if not self.valid_from <= day < self.valid_to:
            return False
        if self.unit_kinds and kind not in self.unit_kinds:
            return False
        return not self.under or any(code in path for code in self.under)
