"""The compiled loop that adds bounds up the tree in whole steps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.cascade.group import Rows
from headrope.core.kernels import compiled

Steps = npt.NDArray[np.int64]

FREE = 2**62
"""Stands for no bound; sums of bounds stay below it."""


class Reach(NamedTuple):
    """int64[rows]: a row's own bounds, and the sums of what its children must and may get (FREE: no bound)."""

    lower: Steps
    upper: Steps
    least: Steps
    most: Steps


@compiled
def add_bounds(walk: Rows, parent: Rows, reach: Reach, leaf: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Fill `least` and `most`; True where a row's bounds and its children's clash.

    Above a clash both are taken as far apart as they clash, so that no other clash is a mere consequence.
    """
    clash = np.zeros(len(walk), np.bool_)
    reach.least[:] = 0
    reach.most[:] = 0
    for row in walk:
        if leaf[row]:
            reach.least[row], reach.most[row] = -FREE, FREE
        low = max(reach.lower[row], reach.least[row])
        high = min(reach.upper[row], reach.most[row])
        if low > high:
            clash[row] = True
            low, high = high, low
        above = parent[row]
        if above >= 0:
            reach.least[above] = -FREE if low <= -FREE or reach.least[above] <= -FREE else reach.least[above] + low
            reach.most[above] = FREE if high >= FREE or reach.most[above] >= FREE else reach.most[above] + high
    return clash
