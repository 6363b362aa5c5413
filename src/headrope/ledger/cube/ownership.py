"""What of a unit's total is attributable to it by the holdings, from the own figures of all units that reach it.

The rule is in docs/spec/rollup.md, section 8: each unit's own figure times the effective share, rounded to a whole step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property

import numpy as np

from headrope.core.holdings import WHOLE, billionths, effective_shares, share_of
from headrope.core.periods import Period
from headrope.core.rollup import NOT_ALIVE, Grid, Values
from headrope.ledger.cube.generation import Generation, Slot
from headrope.org.queries import HoldingRow


class Ownership:
    """The part of one unit (row) in the figures of the units under it."""

    def __init__(self, cube: Generation, row: int, holdings: Sequence[HoldingRow]) -> None:
        self.cube, self.row, self.holdings = cube, row, holdings
        self._shares: dict[tuple[int, int], dict[int, int]] = {}

    def grids(self, measure: int, part: str, version: str) -> list[Grid]:
        """The attributable totals of one exact part, one row; counts are those of the whole."""
        return [self._grid(slot) for slot in self.cube.slots.get((measure, part, version), ())]

    def _grid(self, slot: Slot) -> Grid:
        group, stem = slot.group, slot.group.stem
        totals = np.zeros((1, len(group.starts)), np.int64)
        for cells, epoch in self.cube.runs(group):
            for cell in range(cells.start, cells.stop):
                totals[0, cell] = self._cell(slot, epoch, cell)
        counts = [
            np.array(self.cube.array(f"{stem}.{kind}")[[self.row], slot.place]) for kind in ("reported", "expected")
        ]
        return Grid(group.span, self.cube.starts[stem], totals, *counts)

    def _cell(self, slot: Slot, epoch: int, cell: int) -> int:
        rows = self._reaching[epoch] if epoch in self._reaching else self._find(epoch)
        if not len(rows):
            return int(self.cube.array(f"{slot.group.stem}.amounts")[self.row, slot.at, cell])
        own = self._own(slot, rows, cell)
        shares = self._shares_on(epoch, Period(slot.group.starts[cell], slot.group.span))
        total = 0
        by_share: dict[int, list[int]] = defaultdict(list)
        for at, row in enumerate(rows.tolist()):
            # What is eliminated between units is wholly the group's.
            by_share[shares.get(row, 0) if row < self.cube.structure.units else WHOLE].append(at)
        for share, places in by_share.items():
            total += sum(share_of(own[places], share).tolist())
        return total

    def _own(self, slot: Slot, rows: Values, cell: int) -> Values:
        """Own figures of the rows in one cell."""
        array = self.cube.array(f"{slot.group.stem}.amounts")
        own: Values = np.array(array[rows, slot.at, cell])
        for at in np.flatnonzero(self.cube.structure.inner[rows]).tolist():
            own[at] = self.cube.own(slot.group, "amounts", int(rows[at]))[slot.at, cell]
        return own

    @cached_property
    def _reaching(self) -> dict[int, Values]:
        return {}

    def _find(self, epoch: int) -> Values:
        """The rows at or under the unit whose figures reach it."""
        structure = self.cube.structure
        forest = structure.forest(epoch)
        found: list[int] = []
        waiting = [self.row] if structure.epoch_parents[epoch][self.row] != NOT_ALIVE else []
        while waiting:
            row = waiting.pop()
            found.append(row)
            waiting.extend(child for child in forest.tree.below(row).tolist() if forest.edges.get(child) != 0)
        rows = self._reaching[epoch] = np.array(sorted(found), np.int32)
        return rows

    def _shares_on(self, epoch: int, period: Period) -> Mapping[int, int]:
        """Effective shares of the unit in billionths by row, on the period's last day."""
        day, structure = period.last_day, self.cube.structure
        held = [place for place, row in enumerate(self.holdings) if row.valid_from <= day < row.valid_to]
        key = (epoch, hash(tuple(held)))
        found = self._shares.get(key)
        if found is None:
            owners: dict[int, dict[int, Fraction]] = defaultdict(dict)
            for place in held:
                row = self.holdings[place]
                owners[structure.row_of[row.held]][structure.row_of[row.owner]] = row.share
            parents = {
                row: (parent if parent >= 0 else None)
                for row, parent in enumerate(structure.epoch_parents[epoch][: structure.units].tolist())
                if parent != NOT_ALIVE
            }
            shares = effective_shares(self.row, parents, owners)
            found = self._shares[key] = {row: billionths(share) for row, share in shares.items() if share}
        return found
