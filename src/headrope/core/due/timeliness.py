"""Completeness and timeliness: how many reports were owed, came, came in time, came late and are missing, by tier.

>>> due = np.array(["2023-07-07T09:00", "2023-07-07T09:00", "2023-07-10T09:00"], "datetime64[us]")
>>> reported = np.array(["2023-07-06T02:00", "2023-07-07T09:30", "NaT"], "datetime64[us]")
>>> by_tier = count_reports(np.array([3, 3, 2]), due, reported, np.datetime64("2023-07-08", "us"))
>>> by_tier[3], str(by_tier[3].completeness), str(by_tier[3].timeliness)
(Reports(in_time=1, late=1, missing=0, open=0), '1', '1/2')
>>> sum(by_tier.values(), Reports())
Reports(in_time=1, late=1, missing=0, open=1)

The rules are in docs/spec/due.md, section 8.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.due.trees import Moments


class Reports(NamedTuple):
    """Reports that are owed, each counted once: came in time, came late, missing though due, open because not due yet.

    Counts of other periods, forms or tiers are added with +.
    """

    in_time: int = 0
    late: int = 0
    missing: int = 0
    open: int = 0

    def __add__(self, other: object) -> Reports:
        if not isinstance(other, Reports):
            return NotImplemented
        return Reports(*(mine + its for mine, its in zip(self, other, strict=True)))

    @property
    def owed(self) -> int:
        """All of them."""
        return sum(self)

    @property
    def reported(self) -> int:
        """Those that came."""
        return self.in_time + self.late

    @property
    def completeness(self) -> Fraction | None:
        """Which part of what is owed has come; None when nothing is owed."""
        return Fraction(self.reported, self.owed) if self.owed else None

    @property
    def timeliness(self) -> Fraction | None:
        """Which part of what is decided, reported or overdue, came in time; None when nothing is."""
        decided = self.owed - self.open
        return Fraction(self.in_time, decided) if decided else None


def count_reports(
    tier: npt.NDArray[np.integer], due: Moments, reported: Moments, now: np.datetime64
) -> dict[int, Reports]:
    """The counts of each tier (an integer for each duty), as at `now`, highest tier (lowest number) first.

    `due` and `reported` are datetime64[us] in UTC. NaT in `due` means that nothing is owed, in `reported` that nothing
    came; what came after `now` has not come yet.
    """
    came = reported <= now  # not so of NaT
    states = (came & (reported <= due), came & (reported > due), ~came & (due < now), ~came & (due >= now))
    owed = ~np.isnat(due)
    tiers, place = np.unique(tier[owed], return_inverse=True)
    counts = [np.bincount(place, state[owed], len(tiers)).astype(np.int64).tolist() for state in states]
    return {each: Reports(*found) for each, *found in zip(tiers.tolist(), *counts, strict=True)}
