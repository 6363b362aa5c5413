"""Takes grids over a period by each time rule, and makes grids of what is beside the totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from headrope.core.periods import Period
from headrope.core.rollup import Bools, Column, Grid, Rows, Values, flow, largest, native, smallest, stock
from headrope.ledger.cube.layout import Over

TAKE: dict[Over, Callable[[Sequence[Grid], Period, int], Column]] = {
    "sum": flow,
    "last": stock,
    "largest": largest,
    "smallest": smallest,
    "native": native,
}


def level_grid(span: int, starts: Rows, held: Values, alive: Bools) -> Grid:
    """Figures of units themselves, NaN where there are none; expected is who has given one before and is alive."""
    has = ~np.isnan(held)
    expected = (np.logical_or.accumulate(has, axis=1) & alive) | has
    return Grid(span, starts, np.where(has, held, 0.0), has.astype(np.int32), expected.astype(np.int32))


def count_grid(span: int, starts: Rows, held: Values) -> Grid:
    """Counts as values."""
    return Grid(span, starts, held.astype(np.int64), held, held)
