"""Why a unit gets what it gets, as data; the sentences are in headrope.targets.wording.

>>> Reason("level", 0, 8, 7.6, None, None, 0, 2.0, 0, 3.8, 0.0).rounding
0.4
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from headrope.core.cascade.bounds import Bound
from headrope.core.cascade.group import Floats, Group

ReasonKind = Literal["total", "level", "below", "floor", "cap", "hold", "sum", "idle", "even"]
"""Of a leaf: filled by the level of all (level) or of a unit above that a bound stops (below), without weight at its base
(idle) or with an even part of what weights cannot take (even). Of any unit: stopped by a floor, cap or hold. Of an
inner unit that no bound stops: the sum of what is below. The root: the total."""


class Solved(Protocol):
    """What reasons need of core.cascade.joint.Levels."""

    @property
    def value(self) -> Floats: ...
    @property
    def free(self) -> Floats: ...
    @property
    def side(self) -> npt.NDArray[np.int8]: ...
    @property
    def tier(self) -> npt.NDArray[np.int8]: ...
    @property
    def level(self) -> Floats: ...


@dataclass(frozen=True)
class Reason:
    """The reason of one row, amounts in steps.

    `value` is the exact split before it was made whole. `bound` is the own bound that stops the row, `free` what the
    level gives without it; None where that is endless. `source` is the row whose amount the level shares out: the root,
    or the unit above that a bound stops. `weight` and `base` are the leaf's own, of an inner unit None.
    """

    kind: ReasonKind
    row: int
    share: int
    value: float
    bound: Bound | None
    free: float | None
    source: int
    level: float
    tier: int
    weight: float | None
    base: float | None

    @property
    def rounding(self) -> float:
        """What rounding to whole steps added."""
        return round(self.share - self.value, 9)

    @property
    def growth(self) -> float | None:
        """The value over the base, less 1; None without a base above 0."""
        return self.value / self.base - 1 if self.base is not None and self.base > 0 else None


def reason(group: Group, solved: Solved, share: int, row: int) -> Reason:
    """The reason of a row of a solution."""
    side, root = int(solved.side[row]), group.root
    source = _source(group, solved, row)
    held = bool(solved.value[row] == group.hold[row])
    bound = group.bound(row, side) if side else (Bound(row, "hold", int(group.hold[row])) if held else None)
    kind: ReasonKind
    if row == root:
        kind, bound = "total", None
    elif bound is not None and bound.kind != "total":
        kind = bound.kind
    elif not group.leaf[row]:
        kind = "sum"
    elif group.weight[row] == 0:
        kind = "even" if solved.tier[row] and solved.level[row] else "idle"
    else:
        kind = "level" if source == root else "below"
    free = float(solved.free[row])
    leaf = bool(group.leaf[row])
    return Reason(
        kind,
        row,
        share,
        float(solved.value[row]),
        bound,
        free if np.isfinite(free) else None,
        source,
        float(solved.level[row] if group.leaf[row] or row == root else solved.level[source]),
        int(solved.tier[row]),
        float(group.weight[row]) if leaf else None,
        float(group.base[row]) if leaf else None,
    )


def _source(group: Group, solved: Solved, row: int) -> int:
    """The nearest unit above that a bound stops, else the root."""
    above = int(group.tree.parent[row])
    while above >= 0 and above != group.root and not solved.side[above]:
        above = int(group.tree.parent[above])
    return max(above, group.root if above < 0 else above)
