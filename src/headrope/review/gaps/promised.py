"""What is promised against a gap, added up over a tree without counting anything twice; see docs/spec/gap-list.md.

What the head of a unit promises stands for everything below it; a unit without an answer has what stands below it.

>>> below = {1: [2, 3], 2: [4, 5], 3: [], 4: [], 5: []}
>>> covered(1, below, {2: 20, 4: 15, 3: 10}), covered(2, below, {4: 15, 5: 6}), covered(3, below, {})
(30, 21, None)
>>> Promised(47, own=None, below=30).open
17
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Amount = int | float


@dataclass(frozen=True)
class Promised:
    """A gap, what the unit itself promises against it, and what stands below it; None where nobody has answered.

    `short` is how far the unit is on the bad side, never negative; all in steps of an exact measure, else floats.
    """

    short: Amount
    own: Amount | None
    below: Amount | None

    @property
    def promised(self) -> Amount:
        """What counts: the unit's own promise, else what stands below it."""
        found = self.own if self.own is not None else self.below
        return found if found is not None else 0

    @property
    def open(self) -> Amount:
        """What nobody promises to make good; negative where more is promised than is short."""
        return self.short - self.promised


def covered(unit: int, below: Mapping[int, Sequence[int]], promises: Mapping[int, Amount]) -> Amount | None:
    """What is promised by the unit, else by those below it (by unit id); None where nobody has answered."""
    total: Amount | None = None
    waiting = [unit]
    while waiting:
        at = waiting.pop()
        if at in promises:
            total = promises[at] + (total or 0)
        else:
            waiting.extend(reversed(below.get(at, ())))
    return total


def under(unit: int, below: Mapping[int, Sequence[int]], promises: Mapping[int, Amount]) -> Amount | None:
    """What is promised below the unit, whatever it promises itself; None where nobody there has answered."""
    if not promises:
        return None  # without a walk over thousands of units
    found = [covered(child, below, promises) for child in below.get(unit, ())]
    given = [each for each in found if each is not None]
    return sum(given) if given else None


def short_by(gap: Amount | None, direction: str, margin: Amount = 0) -> Amount:
    """How far a gap (actual less what is asked for) is on the bad side; 0 where it is not."""
    if gap is None:
        return 0
    bad = {"down": gap, "band": abs(gap) - margin, "none": 0}.get(direction, -gap)
    return max(bad, 0)
