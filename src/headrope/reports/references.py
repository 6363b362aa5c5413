"""What a printed number shows, so that anybody can compute it again (ADR 26)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

What = Literal[
    "figure",
    "gap",
    "share",
    "distance",
    "growth",
    "low",
    "high",
    "odds",
    "need",
    "of-best",
    "moved",
    "told",
    "noted",
    "promised",
    "rank",
    "drawn",
]
"""A figure itself; its difference to what it is held against, and that as a share; the same turned so that plus is good, as
units by measures tell it; its growth on a year earlier; the ends of a landing, and the odds of its target; what each month
left must bring, and that beside the best one ever; its difference to what was known on the day; a number as it is told in a
sentence; what is noted of the figure in words; what is promised against the gap; the unit's place among its sisters; a number
as it is drawn in a picture."""


@dataclass(frozen=True)
class NumberRef:
    """The coordinates of a number: unit, measure, period and version by their codes, and what of them it tells.

    `against` is the version that a gap is taken to. The tree is that of the time, or, with `like`, that of that month.
    `part` is what of a promise, or which row of a picture. The state of the books (`seq`) is that of the paper, or, with `known`, what was known at the end of that day.
    """

    unit: str
    measure: str
    period: str
    version: str
    what: What = "figure"
    against: str = ""
    like: str = ""
    known: str = ""
    part: str = ""

    def __str__(self) -> str:
        """As it stands in a file, and as people can read it.

        >>> str(NumberRef("T03", "PROFIT", "2023-H1", "actual", "gap", "target"))
        'T03/PROFIT/2023-H1/actual/gap to target'
        """
        parts = [self.unit, self.measure, self.period, self.version]
        if self.what != "figure":
            parts.append(self.what + (f" to {self.against}" if self.against else ""))
        if self.part:
            parts.append(self.part)
        if self.like:
            parts.append(f"over the tree of {self.like}")
        if self.known:
            parts.append(f"as known on {self.known}")
        return "/".join(parts)
