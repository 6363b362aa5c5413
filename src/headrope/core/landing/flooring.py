"""Floors after reconciliation: a measure that cannot be negative stays so, and everything still adds up.

>>> tree = Tree.of(np.array([-1, 0, 0, 0], np.int32))
>>> found = Reconciled(np.array([[10.0], [-2.0], [5.0], [7.0]]), np.array([[3.0], [1.0], [1.0], [3.0]]))
>>> above_floors(tree, found, np.zeros(4)).ravel().tolist()
[10.0, 0.0, 4.5, 5.5]

The rule and why it was chosen are in docs/spec/landing-reconciliation.md, section 7.
"""

from __future__ import annotations

import numpy as np

from headrope.core.landing.base_forecasts import Numbers, Reconciled
from headrope.core.landing.flooring_loops import floors_up, lift
from headrope.core.tree_sums import Tree


def above_floors(tree: Tree, found: Reconciled, floors: Numbers, shares: Numbers | None = None) -> Numbers:
    """The coherent means with no row below its floor, float64[rows, columns]; a fresh array.

    `floors` float64[rows] in the measure's unit, -infinity where there is none. A superior unit keeps its value unless
    that is less than the floors below it add up to; what a raised unit needs is taken from its sisters in proportion to
    share x variance, down to their own floors. Families without anything below a floor keep their bits. Held units
    (variance 0) do not move: ValueError where they leave no room.
    """
    rows = len(tree.parent)
    if floors.shape != (rows,) or len(found.mean) != rows:
        raise ValueError(f"floors {floors.shape} and means {found.mean.shape} do not belong to {rows} rows")
    if np.isnan(floors).any() or np.isposinf(floors).any():
        raise ValueError("a floor is a number or -infinity")
    part = np.ones(rows) if shares is None else shares.astype(np.float64)
    least, mean = floors.astype(np.float64), found.mean.astype(np.float64)
    floors_up(tree, part, least)
    sets, columns = found.variance.shape[1], mean.shape[1]
    for column in range(columns):
        into = np.ascontiguousarray(mean[:, column])
        stuck = lift(
            tree, part, least, into, np.ascontiguousarray(found.variance[:, column * sets // columns], np.float64)
        )
        if stuck >= 0:
            raise ValueError(f"row {stuck}: what is held leaves no room for the floors")
        mean[:, column] = into
    return mean
