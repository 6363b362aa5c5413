"""Units' own figures in one group of arrays: taken from facts as they stream in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from headrope.core.rollup import Bools, Values
from headrope.ledger.cube import source
from headrope.ledger.cube.layout import DIFFERENCE, VALUE, Component, Group, Part, main_part
from headrope.ledger.models import Basis, State
from headrope.ledger.queries import MeasureInfo

Ints = npt.NDArray[np.int32]
Infos = Mapping[int, MeasureInfo]
Allocate = Callable[[str, tuple[int, ...], npt.DTypeLike], Values]
"""Makes an array of zeros by name, shape and type."""

STATED = np.dtype([("row", "i4"), ("measure", "i4"), ("cell", "i4"), ("amount", "i8"), ("number", "f8"), ("has", "?")])


def in_memory(name: str, shape: tuple[int, ...], dtype: npt.DTypeLike) -> Values:
    """An array of zeros of the process."""
    return np.zeros(shape, dtype)


@dataclass(frozen=True)
class Held:
    """One component of a group: views into its arrays, [rows, cells]."""

    values: Values
    present: Bools
    not_applicable: Bools


@dataclass(frozen=True)
class _Slot:
    kind: str
    at: int
    place: int


@dataclass
class Own:
    """Own figures of one group for some rows; arrays are [rows, components, cells].

    `given` has, by component, who has given a figure where that is more than who is counted as present; `ended` where
    a value was withdrawn, which ends what is carried.
    """

    group: Group
    infos: Infos
    amounts: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.float64]
    levels: npt.NDArray[np.float64]
    present: npt.NDArray[np.bool_]
    not_applicable: npt.NDArray[np.bool_]
    given: dict[int, Bools] = field(default_factory=dict)
    ended: dict[int, Bools] = field(default_factory=dict)
    stated: list[npt.NDArray[np.void]] = field(default_factory=list)

    @classmethod
    def make(cls, group: Group, infos: Infos, rows: int, allocate: Allocate = in_memory) -> Own:
        """Empty arrays for the group."""
        cells, exact, inexact = len(group.starts), len(group.amounts), len(group.numbers)
        levels = allocate(f"{group.stem}.levels", (rows, len(group.levels), cells), np.float64)
        levels[...] = np.nan
        both = (rows, exact + inexact, cells)
        own = cls(
            group,
            infos,
            allocate(f"{group.stem}.amounts", (rows, exact, cells), np.int64),
            allocate(f"{group.stem}.numbers", (rows, inexact, cells), np.float64),
            levels,
            allocate(f"{group.stem}.present", both, np.bool_),
            allocate(f"{group.stem}.absent", both, np.bool_),
        )
        for place, (measure, part) in enumerate(group.components):
            if infos[measure].rule.missing == "carry" and part != DIFFERENCE:
                own.ended[place] = np.zeros((rows, cells), bool)
        return own

    @cached_property
    def cell_of(self) -> Ints:
        """Cells by start month; -1 where there is none, one more than the last month at the end."""
        found = np.full(max(self.group.starts) + 2, -1, np.int32)
        found[list(self.group.starts)] = np.arange(len(self.group.starts))
        return found

    @cached_property
    def slot_of(self) -> dict[int, _Slot]:
        """Where the figures of each measure go."""
        return dict(self._slots())

    def _slots(self) -> list[tuple[int, _Slot]]:
        slots = [(measure, _Slot("level", at, -1)) for at, measure in enumerate(self.group.levels)]
        for place, (measure, part) in enumerate(self.group.components):
            if part == main_part(self.infos[measure].rule):
                exact = place < len(self.group.amounts)
                at = place if exact else place - len(self.group.amounts)
                slots.append((measure, _Slot("amount" if exact else "number", at, place)))
        return slots

    def place(self, component: Component) -> int | None:
        """The component's number among all of the group; None where it has none."""
        components = self.group.components
        return components.index(component) if component in components else None

    def held(self, measure: int, part: Part = VALUE) -> Held | None:
        """Views of one component, each [rows, cells]; None where the group has none."""
        place = self.place((measure, part))
        if place is None:
            return None
        exact = len(self.group.amounts)
        values = self.amounts[:, place] if place < exact else self.numbers[:, place - exact]
        return Held(values, self.present[:, place], self.not_applicable[:, place])

    def take(self, rows: Ints, records: source.Records) -> bool:
        """Write facts of the group's version and span into the arrays, a later one of a cell over an earlier one.

        False where a fact has no place in them, and then nothing is sure.
        """
        months = (records["period"] // 10000) * 12 + records["period"] // 100 % 100 - 1
        cells = self.cell_of[np.minimum(months, len(self.cell_of) - 1)]
        whole = True
        stated = records["basis"] == Basis.STATED
        if stated.any():
            whole &= self._take_stated(rows[stated], cells[stated], records[stated])
            rows, cells, records = rows[~stated], cells[~stated], records[~stated]
        for measure in np.unique(records["measure"]).tolist():
            slot, mine = self.slot_of.get(measure), records["measure"] == measure
            row, cell, part = rows[mine], cells[mine], records[mine]
            if slot is None or (cell < 0).any():
                whole = False
                continue
            self._take_own(measure, slot, (row, cell), part)
        return whole

    def _take_own(self, measure: int, slot: _Slot, at: tuple[Ints, Ints], part: source.Records) -> None:
        row, cell = at
        has = part["state"] == State.VALUE
        exact = self.infos[measure].rule.quantity.exact
        values = part["amount"] if exact else part["number"]
        if slot.kind == "level":
            self.levels[row, slot.at, cell] = np.where(has, values, np.nan)
            return
        array = self.amounts if slot.kind == "amount" else self.numbers
        array[row, slot.at, cell] = np.where(has, values, 0)
        self.present[row, slot.place, cell] = has
        self.not_applicable[row, slot.place, cell] = part["state"] == State.NOT_APPLICABLE
        if slot.place in self.ended:
            self.ended[slot.place][row, cell] = part["state"] == State.WITHDRAWN

    def _take_stated(self, rows: Ints, cells: Ints, records: source.Records) -> bool:
        found = np.empty(len(records), STATED)
        found["row"], found["cell"], found["has"] = rows, cells, records["state"] == State.VALUE
        for name in ("measure", "amount", "number"):
            found[name] = records[name]
        self.stated.append(found[cells >= 0])
        return bool((cells >= 0).all())

    def take_pair(self, row: int, measure: int, start: int, amount: int | None) -> bool:
        """Write what a pair takes off; False where it has no place."""
        held = self.held(measure)
        cell = int(self.cell_of[start]) if start < len(self.cell_of) else -1
        if held is None or cell < 0:
            return False
        held.values[row, cell] = 0 if amount is None else -amount
        held.present[row, cell] = amount is not None
        return True

    def stated_records(self) -> npt.NDArray[np.void]:
        """The last stated figure of each row, measure and cell, in that order."""
        if not self.stated:
            return np.empty(0, STATED)
        found = np.concatenate(self.stated)
        keys = np.stack([found["row"], found["measure"], found["cell"]])
        order = np.lexsort(keys[::-1])  # stable: the later of equal ones comes last
        found, keys = found[order], keys[:, order]
        last = np.append((keys[:, 1:] != keys[:, :-1]).any(axis=0), True)
        kept: npt.NDArray[np.void] = found[last & found["has"]]
        return kept


def by_group(owns: Sequence[Own]) -> dict[tuple[str, int], Own]:
    """Own figures by version and span."""
    return {(own.group.version, own.group.span): own for own in owns}
