"""What a total is split over: a tree of units with weights, bases and bounds.

>>> tree = Tree.of(np.array([-1, 0, 0], np.int32))
>>> group = Group.of(tree, weight=np.array([np.nan, 2, 1]), hold=np.array([np.nan, np.nan, 7]))
>>> group.lower.tolist(), group.upper.tolist()
([-inf, -inf, 7.0], [inf, inf, 7.0])
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from headrope.core.cascade.bounds import Bound, Kind
from headrope.core.quantities import NUMBER_LEAST, NUMBER_LIMIT
from headrope.core.rounding.limits import LIMIT, SUM_LIMIT
from headrope.core.tree_sums import Tree

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

LARGEST = LIMIT
"""Amounts stay below this many steps: up to here floats hold every whole number."""
MOST = SUM_LIMIT
"""The sizes of all floors, or of all caps, together stay below this many steps: int64 adds them exactly."""


@dataclass(frozen=True, eq=False)
class Group:
    """A tree with float64[rows] of each unit; amounts are counted in steps.

    `weight` and `base` count at leaves; those of inner units serve the tier-by-tier solution only, nan where they are
    to be the sums of what is below. `floor` (-inf: none), `cap` (inf: none) and `hold` (nan: none) bind any unit.
    """

    tree: Tree
    weight: Floats
    base: Floats
    floor: Floats
    cap: Floats
    hold: Floats

    @classmethod
    def of(
        cls,
        tree: Tree,
        weight: Floats,
        base: Floats | None = None,
        *,
        floor: Floats | None = None,
        cap: Floats | None = None,
        hold: Floats | None = None,
    ) -> Group:
        """The group with its bounds rounded inward to whole steps; nothing given means base 0 and no bound.

        A ValueError unless there is exactly one root, every leaf has a base, a weight of 0 or from NUMBER_LEAST to
        NUMBER_LIMIT, and all bases and bounds are below LARGEST; a hold must be whole.
        """
        rows = len(tree.parent)
        bases = np.where(np.diff(tree.first) == 0, 0.0, np.nan) if base is None else base
        given = (weight, bases, _else(floor, -np.inf, rows), _else(cap, np.inf, rows))
        arrays = [np.array(each, np.float64) for each in (*given, _else(hold, np.nan, rows))]
        arrays[2], arrays[3] = np.ceil(arrays[2]), np.floor(arrays[3])
        group = cls(tree, *arrays)
        fault = group._fault()
        if fault:
            raise ValueError(fault)
        return group

    @property
    def root(self) -> int:
        """The row of the unit that gets the total."""
        return int(self.tree.walk[-1])

    @cached_property
    def leaf(self) -> Bools:
        """Which rows have no children."""
        childless: Bools = np.diff(self.tree.first) == 0
        return childless

    @cached_property
    def lower(self) -> Floats:
        """What each row must get at least, by its own floor and hold."""
        return np.fmax(self.floor, self.hold)

    @cached_property
    def upper(self) -> Floats:
        """What each row may get at most, by its own cap and hold."""
        return np.fmin(self.cap, self.hold)

    def bound(self, row: int, side: int) -> Bound:
        """The bound of the row that counts on that side, -1 lower or 1 upper; a hold where it is no weaker."""
        counts = self.lower[row] if side < 0 else self.upper[row]
        kind: Kind = "hold" if self.hold[row] == counts else "floor" if side < 0 else "cap"
        return Bound(row, kind, int(counts))

    def _fault(self) -> str:
        rows = len(self.tree.parent)
        arrays = (self.weight, self.base, self.floor, self.cap, self.hold)
        if any(array.shape != (rows,) for array in arrays):
            return f"weights, bases and bounds have one float for each of the {rows} rows"
        if int((self.tree.parent < 0).sum()) != 1:
            return "a total is split over a tree with exactly one root"
        weight, base = self.weight, self.base
        fit = (weight == 0) | (weight >= NUMBER_LEAST) & (weight <= NUMBER_LIMIT)
        if not (fit | ~self.leaf & np.isnan(weight)).all():
            return "a weight is 0 or a number from 1e-100 to 1e100; only inner units may have none"
        if not ((np.abs(base) < LARGEST) | ~self.leaf & np.isnan(base)).all():
            return "a base is a finite number below 2^53 steps; only inner units may have none"
        if np.isnan(self.floor).any() or np.isnan(self.cap).any() or (self.floor == np.inf).any():
            return "a floor is a number or -inf, a cap a number or inf"
        if (self.cap == -np.inf).any() or (np.floor(self.hold) != self.hold)[~np.isnan(self.hold)].any():
            return "a cap is a number or inf, a hold a whole number of steps"
        held = np.stack([self.floor, self.cap, self.hold])
        held = np.where(np.isfinite(held), held, 0.0)
        if (np.abs(held) >= LARGEST).any() or np.isinf(self.hold).any():
            return "bounds are below 2^53 steps"
        if (np.abs(held).max(axis=0).sum() >= MOST).any():
            return "bounds together are below 2^60 steps"
        return ""


def _else(given: Floats | None, otherwise: float, rows: int) -> Floats:
    return np.full(rows, otherwise) if given is None else given
