"""What a number shows, so that a page can lead from it to its origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from headrope.core.periods import Period
from headrope.ledger.queries import ACTUAL, LAST_YEAR

Section = Literal["", "parts", "rest", "answer"]
"""Where its story stands: the origin itself, in it the units below or the rest of the year, or the answer to the gap."""


@dataclass(frozen=True)
class Ref:
    """What a number shows: unit, measure, period and version (LAST_YEAR already resolved), over the tree of `like`.

    `against` is the version that a difference is taken to.
    """

    unit: str
    measure: str
    period: Period
    version: str
    like: int | None = None
    against: str = ""
    section: Section = ""


def ref_to(unit: str, measure: str, period: Period, version: str, like: int | None) -> Ref:
    """The ref of a figure; that of LAST_YEAR is the actual one of a year earlier, over the tree of `like`."""
    if version == LAST_YEAR:
        return Ref(unit, measure, period.shifted(-12), ACTUAL, like)
    return Ref(unit, measure, period, version)
