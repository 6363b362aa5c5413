"""Like-for-like: totals of all months over the tree of one month, from a generation's totals over the trees of the time.

Only rows whose parts differ between two trees are added up again, from their children's totals; all others are as they
were. Units that are not alive in the month count where they belong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from headrope.core.forests import Forest, Operation, neutral, passed_on
from headrope.core.holdings import WHOLE
from headrope.core.rollup import NOT_ALIVE, Values
from headrope.ledger.cube.structure import Ints, Structure, lay_out, members_of, put_pairs

Read = Callable[[int], Values]
"""Totals, or own figures, of a row: [components, cells] or [cells]."""


@dataclass(frozen=True)
class _Shift:
    """How one epoch's figures lie in the tree of the perimeter: the tree, and the rows whose totals change."""

    forest: Forest
    changed: frozenset[int]


class Perimeter:
    """The tree of one epoch, for figures of all."""

    def __init__(self, structure: Structure, epoch: int) -> None:
        self.structure, self.epoch = structure, epoch
        self._shifts: dict[int, _Shift] = {}

    @cached_property
    def _place(self) -> Ints:
        """Each row's place in the perimeter: itself where it is alive, else where it belongs; -1 nowhere."""
        alive = np.array(self.structure.epoch_parents[self.epoch]) != NOT_ALIVE
        rows = np.arange(len(alive), dtype=np.int32)
        place, heirs = np.where(alive, rows, -1).astype(np.int32), self.structure.row_heir
        for row in np.flatnonzero(~alive[: self.structure.units]).tolist():
            at, seen = int(heirs[row]), {row}
            while at >= 0 and not alive[at] and at not in seen:
                seen.add(at)
                at = int(heirs[at])
            place[row] = at if at >= 0 and alive[at] else -1
        return place

    def holds(self, row: int) -> bool:
        """Whether the row itself stands in the tree of the perimeter; one that does not has no total there."""
        return int(self.structure.epoch_parents[self.epoch][row]) != NOT_ALIVE

    def _shift(self, epoch: int) -> _Shift:
        found = self._shifts.get(epoch)
        if found is None:
            found = self._shifts[epoch] = self._make(epoch)
        return found

    def _make(self, epoch: int) -> _Shift:
        structure = self.structure
        before = np.array(structure.epoch_parents[epoch])
        now = np.array(structure.epoch_parents[self.epoch])
        # A unit that was alive and is not: under where it belongs. One that is alive now and was not has nothing.
        gone = (now == NOT_ALIVE) & (before != NOT_ALIVE)
        gone[structure.units :] = False
        now[gone] = np.where(self._place[gone] >= 0, self._place[gone], NOT_ALIVE)
        edges = np.where(gone, WHOLE, structure.epoch_edges[self.epoch])
        listed = structure.epoch_members[structure.epoch_members[:, 0] == self.epoch][:, 1:].tolist()
        members = [(segment, row) for segment, row in listed if row < structure.units]
        put_pairs(now, structure.pairs)
        forest = lay_out(now, edges, members_of(members, now, structure.pairs))
        return _Shift(forest, frozenset(self._changed(epoch, before, now, forest)))

    def _changed(self, epoch: int, before: Ints, now: Ints, forest: Forest) -> set[int]:
        """Rows above a row that stands elsewhere, in either tree, and segments of such rows."""
        structure, old = self.structure, self.structure.forest(epoch)
        was = structure.epoch_edges[epoch]
        edges = np.full(len(now), WHOLE, np.int32)
        edges[list(forest.edges)] = list(forest.edges.values())
        moved = np.flatnonzero((before != NOT_ALIVE) & ((before != now) | (was != edges))).tolist()
        changed: set[int] = set()
        for row in moved:
            for parents in (before, now):
                at = int(parents[row])
                while at >= 0:
                    changed.add(at)
                    at = int(parents[at])
        for segment in forest.segments.keys() | old.segments.keys():
            ours, theirs = forest.segments.get(segment, []), old.segments.get(segment, [])
            if ours != theirs or changed.intersection(ours):
                changed.add(segment)
        return changed

    def changes(self, epoch: int, row: int) -> bool:
        """Whether the row's figures of that epoch are other ones in this perimeter."""
        return epoch != self.epoch and row in self._shift(epoch).changed

    def total(self, epoch: int, row: int, read: tuple[Read, Read], operation: Operation, *, counts: bool) -> Values:
        """A changed row's total of the epoch's cells; `read` gives totals as they were, and own figures."""
        totals, own = read
        shift = self._shift(epoch)
        done: dict[int, Values] = {}

        def of(at: int) -> Values:
            return done[at] if at in shift.changed else totals(at)

        for at in self._order(shift, row):
            parts: list[tuple[int, int | None]]
            if at in shift.forest.segments:
                mine = np.full_like(totals(at), neutral(operation, totals(at).dtype.kind != "f"))
                parts = [(member, None) for member in shift.forest.segments[at]]
            else:
                mine = own(at).astype(totals(at).dtype)  # counts of one unit are held as true or false
                parts = [(child, shift.forest.edges.get(child)) for child in shift.forest.tree.below(at).tolist()]
            for part, edge in parts:
                if edge != 0:
                    going = passed_on(of(part), None if counts else edge, operation)
                    mine = (
                        mine + going
                        if operation in ("sum", "count")
                        else np.maximum(mine, going)
                        if operation == "largest"
                        else np.minimum(mine, going)
                    )
            done[at] = mine
        return done[row]

    @staticmethod
    def _order(shift: _Shift, row: int) -> list[int]:
        """The changed rows that the row's total comes from, what is below before what is above."""
        order: list[int] = []
        seen = {row}
        waiting = [row]
        while waiting:
            at = waiting.pop()
            order.append(at)
            below = shift.forest.segments.get(at) or shift.forest.tree.below(at).tolist()
            for part in below:
                if part in shift.changed and part not in seen:
                    seen.add(part)
                    waiting.append(part)
        depth = shift.forest.tree.depth
        return sorted(order, key=lambda at: (at in shift.forest.segments, -int(depth[at])))
