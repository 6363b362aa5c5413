"""What a landing starts from: monthly figures of every unit, cut at one month into what is known and the rest.

Pure data and no compiled loop, so that pages may import it. The rules are in docs/spec/landing.md, sections 1 and 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.problems import Problem

Counts = npt.NDArray[np.int32]


class Kind(Enum):
    """What the year's figure is: the sum of its months, or the level of its last month."""

    FLOW = "flow"
    STOCK = "stock"


class History(NamedTuple):
    """Monthly figures float64[rows, months] in the measure's unit, NaN where there is none, on the tree of today.

    The first column is the first month of a (fiscal) year. The last column is the month of the landing: month `origin`
    (0 to `year`) of the current year, which with `origin` 0 has no column yet. A year has `year` columns: 12 months, or
    4 quarters. `non_negative`: no figure, and so no forecast, is below zero.
    """

    values: Numbers
    origin: int
    kind: Kind = Kind.FLOW
    non_negative: bool = False
    year: int = 12

    @property
    def years(self) -> int:
        """Whole years before the current one."""
        return (int(self.values.shape[1]) - self.origin) // self.year

    @property
    def ahead(self) -> int:
        """Months of the current year that are not over."""
        return self.year - self.origin

    def check(self, rows: int) -> None:
        """Raise ValueError unless the columns are whole years and `origin` months more, for so many rows."""
        if self.values.ndim != 2 or len(self.values) != rows:
            raise ValueError(f"the history has the shape {self.values.shape} instead of ({rows}, months)")
        if self.year < 2 or not 0 <= self.origin <= self.year:
            raise ValueError(f"month {self.origin} of a year of {self.year} months")
        if self.values.shape[1] < self.origin or (self.values.shape[1] - self.origin) % self.year:
            raise ValueError(f"{self.values.shape[1]} months are not whole years and {self.origin} months more")


class Parts(NamedTuple):
    """A history without holes, and its years cut at the month of the landing.

    `figures` float64[rows, months]: NaN only before the first figure. `first` int32[rows]: its column, the number of
    columns if there is none. `known` and `rest` float64[years + 1, rows]: the year to date (a stock: the level) and what
    was to come (a stock: the change of the level), NaN where figures are wanting; the last year is the current one.
    `filled` and `late` int32[rows]: months without figure that were given one, all of them and those at the end.
    `differs` bool[rows]: the row's own figures of the current year are not the sum of its children's.
    """

    figures: Numbers
    first: Counts
    known: Numbers
    rest: Numbers
    filled: Counts
    late: Counts
    differs: npt.NDArray[np.bool_]

    @property
    def full(self) -> Numbers:
        """The figures of whole years, float64[years + 1, rows]."""
        return self.known + self.rest


def least_rest(history: History, known: Numbers) -> Numbers:
    """The least that the rest of the year can be, float64[rows], given the year to date."""
    if not history.non_negative:
        return np.full_like(known, -np.inf)
    return np.zeros_like(known) if history.kind is Kind.FLOW else -known


def problems(history: History, names: Sequence[str]) -> list[Problem]:
    """What somebody has to mend in the figures before they can be landed; `names` by row."""
    found = []
    for row, month in zip(*(each.tolist() for each in np.nonzero(np.isinf(history.values))), strict=True):
        found.append(
            Problem(
                names[row],
                "The figure of month %(month)s is infinite.",
                "Enter a number or leave the month empty.",
                {"month": month + 1},
            )
        )
    if history.non_negative:
        with np.errstate(invalid="ignore"):
            below = np.nonzero(history.values < 0)
        for row, month in zip(*(each.tolist() for each in below), strict=True):
            found.append(
                Problem(
                    names[row],
                    "The figure of month %(month)s is %(value)s, but this measure is never below zero.",
                    "Correct the figure, or let the measure be negative.",
                    {"month": month + 1, "value": history.values[row, month].item()},
                )
            )
    return found
