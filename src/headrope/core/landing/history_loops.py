"""Fills holes in histories and sums them up the tree; compiled, for commands and jobs (docs/spec/landing.md, section 2)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from headrope.core.kernels import compiled
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Counts
from headrope.core.rollup import Rows

TOLERANCE = 1e-6
"""How far a total may be from the sum of its parts, relative to both, before it counts as different."""


@compiled
def complete(
    values: Numbers,
    tree: tuple[Rows, Rows, Rows, Numbers],
    span: tuple[int, int, bool],
    figures: Numbers,
    marks: tuple[Counts, Counts, Counts, npt.NDArray[np.bool_]],
) -> None:
    """Write `figures` and `marks` (first, filled, late, differs); parents, rows bottom up, children's counts and shares.

    `span` is the months in a year, the months of the current one, and whether the figures are levels.
    """
    parent, order, children, shares = tree
    # Bottom up, so that a parent's row holds the sum of its finished children when its turn comes.
    for row in order:
        _finish(values[row], children[row] > 0, span, figures[row], row, marks)
        above = parent[row]
        if above >= 0:
            for month in range(values.shape[1]):
                if not np.isnan(figures[row, month]):
                    if np.isnan(figures[above, month]):
                        figures[above, month] = 0.0
                    figures[above, month] += shares[row] * figures[row, month]


@compiled
def _finish(
    given: Numbers,
    inner: bool,
    span: tuple[int, int, bool],
    mine: Numbers,
    row: int,
    marks: tuple[Counts, Counts, Counts, npt.NDArray[np.bool_]],
) -> None:
    """Given figures count; an inner row has its children's sum where none is given, and always in the current year."""
    first, filled, late, differs = marks
    year, origin, level = span
    months = len(given)
    current = max(months - origin, 0)
    first[row] = months
    for month in range(months):
        if inner and (month >= current or np.isnan(given[month])):
            if month >= current and not np.isnan(given[month]):
                gap = abs(given[month] - mine[month])
                if not gap <= TOLERANCE * (abs(given[month]) + abs(mine[month])):
                    differs[row] = True
        else:
            mine[month] = given[month]
        if not np.isnan(mine[month]):
            if first[row] == months:
                first[row] = month
            late[row] = 0
        elif first[row] < months:
            filled[row] += 1
            late[row] += 1
            # Only what was known by then: a hole filled from later figures would let a backtest look ahead.
            before = month - 1 if level or month - year < first[row] else month - year
            mine[month] = mine[before]
    if late[row] >= year + origin:
        mine[current:] = 0.0  # nothing more is expected of who has long been silent
