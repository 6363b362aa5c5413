"""One generation as a process holds it: its arrays mapped privately, so that they can be patched and nobody else sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from headrope.core.forests import Operation, neutral
from headrope.core.periods import Period
from headrope.core.rollup import NOT_ALIVE, Bools, Rows, Values
from headrope.ledger.cube.gate import Gate
from headrope.ledger.cube.layout import HELD, VALUE, Group, Manifest, operation
from headrope.ledger.cube.perimeter import Perimeter
from headrope.ledger.cube.structure import Structure, read_structure, runs


@dataclass(frozen=True)
class Slot:
    """Where a measure's part lies: its group, the array, its place in it and its place among the counts."""

    group: Group
    kind: str
    at: int
    place: int


class Generation:
    """A generation. `seq` is the posting up to which it has been brought since, by patching so many units.

    `largest_size` is at least the largest sum of absolute own figures of one component, in steps.
    """

    def __init__(self, folder: Path, manifest: Manifest, fiscal_start: int) -> None:
        self.folder, self.manifest, self.fiscal_start = folder, manifest, fiscal_start
        self.seq, self.patched_units, self.largest_size = manifest.seq, 0, manifest.largest_size
        self.gate = Gate()
        self._arrays: dict[str, Values] = {}
        self._own: dict[tuple[str, int], dict[str, Values]] = {}
        self._perimeters: dict[int, Perimeter] = {}

    def array(self, name: str) -> Values:
        """The mapped array of that file name without its ending; what is written to it stays in this process."""
        found = self._arrays.get(name)
        if found is None:
            path = self.folder / f"{name}.npy"
            try:
                mapped = np.load(path, mmap_mode="c")
            except ValueError:  # an empty array cannot be mapped
                mapped = np.load(path)
            self._arrays[name] = found = np.asarray(mapped)
        return found

    def replace(self, name: str, array: Values) -> None:
        """Hold another array under the name, in this process."""
        self._arrays[name] = array

    @cached_property
    def structure(self) -> Structure:
        """Rows and epochs."""
        return read_structure(self.array)

    @property
    def row_of(self) -> dict[int, int]:
        """Row numbers by unit id."""
        return self.structure.row_of

    @cached_property
    def slots(self) -> dict[tuple[int, str, str], list[Slot]]:
        """Where measures lie, by measure id, part (or level, pair) and version."""
        found: dict[tuple[int, str, str], list[Slot]] = {}
        for group in self.manifest.groups:
            for place, (measure, part) in enumerate(group.components):
                exact = place < len(group.amounts)
                kind, at = ("amounts", place) if exact else ("numbers", place - len(group.amounts))
                found.setdefault((measure, part, group.version), []).append(Slot(group, kind, at, place))
            for kind, part_name, held in (("levels", "level", group.levels), ("pairs", "pair", group.pairs)):
                for at, measure in enumerate(held):
                    found.setdefault((measure, part_name, group.version), []).append(Slot(group, kind, at, -1))
        return found

    def groups(self, version: str) -> list[Group]:
        """The groups of a version."""
        return [group for group in self.manifest.groups if group.version == version]

    def held_place(self, group: Group, measure: int) -> int | None:
        """Where the group counts whose values are carried or taken as 0 in the measure's total; None: nobody's are."""
        return self._held_places[group.stem].get(measure)

    @cached_property
    def _held_places(self) -> dict[str, dict[int, int]]:
        return {
            group.stem: {measure: at for at, (measure, part) in enumerate(group.amounts) if part == HELD}
            for group in self.manifest.groups
        }

    @cached_property
    def starts(self) -> dict[str, npt.NDArray[np.int32]]:
        """Start months of each group's cells, by the group's stem."""
        return {group.stem: np.array(group.starts, np.int32) for group in self.manifest.groups}

    @cached_property
    def first_start(self) -> dict[str, int]:
        """The first month of each version."""
        first: dict[str, int] = {}
        for group in self.manifest.groups:
            first[group.version] = min(group.starts[0], first.get(group.version, group.starts[0]))
        return first

    def native_spans(self, measure: int, version: str) -> set[int]:
        """Spans at which the measure's values are held in the version."""
        keys = [(measure, part, version) for part in (VALUE, "product", "largest", "smallest", "level")]
        return {slot.group.span for key in keys for slot in self.slots.get(key, ())}

    def derived(self, measure: int, version: str) -> bool:
        """Whether who is expected is derived from who reported before, because no duties say it."""
        return not any(measure in group.owed for group in self.groups(version))

    def rows_below(self, row: int, month: int) -> Bools:
        """Which rows are the row itself or stand under it, in the tree of the month's last day."""
        parents = self.structure.epoch_parents[self.structure.epoch(month)]
        below = np.zeros(len(parents) + 1, bool)  # the last place stands for "no parent"
        below[row] = True
        above = np.where(parents >= 0, parents, len(parents))
        while True:
            wider = below[:-1] | below[above]
            if (wider == below[:-1]).all():
                return wider
            below[:-1] = wider

    def late(self, unit: int, version: str, period: Period) -> tuple[int, list[int]]:
        """How many units at or under the unit owe figures for the period's last cell, and the ids of those that lack some."""
        row = self.row_of.get(unit)
        for group in sorted(self.groups(version), key=lambda each: each.span):
            start = period.end - group.span
            if row is None or start not in group.starts:
                continue
            cell, below = group.starts.index(start), self.rows_below(row, period.end - 1)
            owed = (self.array(f"{group.stem}.owed")[cell] > 0) & below
            missing = (self.array(f"{group.stem}.late")[cell] > 0) & below
            return int(owed.sum()), self.array("row_unit")[missing].tolist()
        return 0, []

    def own(self, group: Group, kind: str, row: int) -> Values:
        """A row's own figures of one array, [components, cells]."""
        if not self.structure.inner[row]:
            total: Values = self.array(f"{group.stem}.{kind}")[row]
            return total
        changed = self._own.get((group.stem, row))
        if changed is not None:
            return changed[kind]
        held = self.array(f"{group.stem}.own_{kind}")
        at = self._own_rows[group.stem].get(row)
        if at is None:
            return np.zeros(held.shape[1:], held.dtype)
        mine: Values = held[at]
        return mine

    @cached_property
    def _own_rows(self) -> dict[str, dict[int, int]]:
        return {
            group.stem: {row: at for at, row in enumerate(self.array(f"{group.stem}.own_rows").tolist())}
            for group in self.manifest.groups
        }

    def set_own(self, group: Group, row: int, own: dict[str, Values]) -> None:
        """Remember other own figures of a row that has rows under it."""
        self._own[group.stem, row] = own

    def perimeter(self, month: int) -> Perimeter:
        """The perimeter of the tree of the month's last day."""
        epoch = self.structure.epoch(month)
        found = self._perimeters.get(epoch)
        if found is None:
            found = self._perimeters[epoch] = Perimeter(self.structure, epoch)
        return found

    def alive(self, group: Group, rows: Rows) -> Bools:
        """Whether each row is alive at the end of each cell, [rows, cells]; a row of -1 never is."""
        ends = np.array(group.starts, np.int32) + group.span - 1
        parents = self.structure.epoch_parents[self.structure.of(ends)]
        there: Bools = (parents[:, rows].T != NOT_ALIVE) & (rows >= 0)[:, None]
        return there

    def moves(self, first: int, end: int) -> bool:
        """Whether the tree changes between the months `first` and, not included, `end`."""
        return self.structure.epoch(first) != self.structure.epoch(end - 1)

    def make_like(
        self, group: Group, kind: str, month: int, rows: Sequence[tuple[int, Values]], at: int | None
    ) -> None:
        """Overwrite totals of rows, [cells] of one component `at` or [components, cells], by those over the month's tree."""
        if len(self.structure.epoch_starts) == 1:
            return
        perimeter = self.perimeter(month)
        array = self.array(f"{group.stem}.{kind}")
        counts = kind not in ("amounts", "numbers")
        ways: list[Operation] = ["sum"] * array.shape[1] if counts else [operation(p) for _, p in getattr(group, kind)]
        places_of = {way: [n for n, each in enumerate(ways) if each == way] for way in set(ways)}
        for row, into in rows:
            if row >= 0 and not perimeter.holds(row):
                exact = array.dtype.kind != "f"
                if at is not None:
                    into[...] = neutral(ways[at], exact)
                else:
                    for way, mine in places_of.items():
                        into[mine] = neutral(way, exact)
        for cells, epoch in self._runs[group.stem]:
            for row, into in rows:
                if row < 0 or not perimeter.holds(row) or not perimeter.changes(epoch, row):
                    continue
                for way in {ways[at]} if at is not None else set(ways):
                    places = at if at is not None else places_of[way]
                    read = (
                        lambda r, p=places, c=cells: array[r, p][..., c],
                        lambda r, p=places, c=cells: self.own(group, kind, r)[p][..., c],
                    )
                    total = perimeter.total(epoch, row, read, way, counts=counts)
                    if at is not None:
                        into[cells] = total
                    else:
                        into[places, cells] = total

    @cached_property
    def _runs(self) -> dict[str, list[tuple[slice, int]]]:
        return {
            group.stem: list(runs(self.structure.of(np.array(group.starts, np.int32) + group.span - 1)))
            for group in self.manifest.groups
        }

    def runs(self, group: Group) -> list[tuple[slice, int]]:
        """Runs of the group's cells with equal tree, and its epoch."""
        return self._runs[group.stem]
