"""Units' own values of one generation: taken from facts, then completed by what follows from them unit by unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from headrope.core.rollup import Bools, Values, differences
from headrope.ledger.cube import source
from headrope.ledger.cube.layout import DIFFERENCE, VALUE, Group
from headrope.ledger.models import State
from headrope.ledger.queries import MeasureInfo

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Part:
    """One component of a group; views into its arrays, [rows, cells]."""

    values: Values
    present: Bools
    not_applicable: Bools


@dataclass
class Own:
    """Own values of one group while facts stream in; arrays are [rows, components, cells]."""

    group: Group
    amounts: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.float64]
    levels: npt.NDArray[np.float64]
    present: npt.NDArray[np.bool_]
    not_applicable: npt.NDArray[np.bool_]
    cell_of: Ints = field(repr=False)
    slot_of: dict[int, tuple[str, int]] = field(repr=False)

    def part(self, measure: int, part: str = VALUE) -> Part | None:
        """Views of one component's values, presence and not-applicability, each [rows, cells]; None where it has none."""
        for values, components, offset in (
            (self.amounts, self.group.amounts, 0),
            (self.numbers, self.group.numbers, len(self.group.amounts)),
        ):
            if (measure, part) in components:
                at = components.index((measure, part))
                return Part(values[:, at], self.present[:, offset + at], self.not_applicable[:, offset + at])
        return None

    @classmethod
    def make(cls, group: Group, rows: int) -> Own:
        """Empty arrays for the group."""
        cells, exact, inexact = len(group.starts), len(group.amounts), len(group.numbers)
        cell_of = np.full(max(group.starts) + 1, -1, np.int32)
        cell_of[list(group.starts)] = np.arange(cells)
        slots = {measure: ("amount", at) for at, (measure, part) in enumerate(group.amounts) if part == VALUE}
        slots |= {measure: ("number", at) for at, (measure, part) in enumerate(group.numbers) if part == VALUE}
        slots |= {measure: ("level", at) for at, measure in enumerate(group.levels)}
        both = (rows, exact + inexact, cells)
        return cls(
            group,
            np.zeros((rows, exact, cells), np.int64),
            np.zeros((rows, inexact, cells)),
            np.full((rows, len(group.levels), cells), np.nan),
            np.zeros(both, bool),
            np.zeros(both, bool),
            cell_of,
            slots,
        )

    def take(self, rows: Ints, records: source.Records) -> None:
        """Write facts into the arrays; a later fact of a cell overwrites an earlier one."""
        cells = self.cell_of[(records["period"] // 10000) * 12 + records["period"] // 100 % 100 - 1]
        for measure in np.unique(records["measure"]):
            kind, at = self.slot_of[int(measure)]
            mine = records["measure"] == measure
            row, cell, part = rows[mine], cells[mine], records[mine]
            has = part["state"] == State.VALUE
            if kind == "level":
                self.levels[row, at, cell] = np.where(has, part["number"], np.nan)
                continue
            place = at if kind == "amount" else len(self.group.amounts) + at
            if kind == "amount":
                self.amounts[row, at, cell] = np.where(has, part["amount"], 0)
            else:
                self.numbers[row, at, cell] = np.where(has, part["number"], 0.0)
            self.present[row, place, cell] = has
            self.not_applicable[row, place, cell] = part["state"] == State.NOT_APPLICABLE


def add_longer_spans(owns: Sequence[Own], infos: Mapping[int, MeasureInfo]) -> None:
    """Where some units state a quarter (half, year) and others its months, give the latter the quarter as well.

    A flow's longer cell is the sum of all its shorter ones, another measure's the last of them; what a unit states
    itself stays. Without this a total of the longer span would leave out whoever reports by the shorter one.
    """
    for long in sorted(owns, key=lambda own: own.group.span):
        for short in owns:
            if short.group.version != long.group.version or not 0 < short.group.span < long.group.span:
                continue
            if long.group.span % short.group.span:
                continue
            for measure in long.slot_of:
                into, out_of = long.part(measure), short.part(measure)
                if into is not None and out_of is not None:
                    _lengthen(long, short, into, out_of, infos[measure].rule.kind)


def _lengthen(long: Own, short: Own, into: Part, out_of: Part, kind: str) -> None:
    at = {start: cell for cell, start in enumerate(short.group.starts)}
    for cell, start in enumerate(long.group.starts):
        starts = range(start, start + long.group.span, short.group.span)
        inside = [at.get(each, -1) for each in (starts if kind == "flow" else starts[-1:])]
        if -1 in inside:
            continue
        fill = out_of.present[:, inside].all(axis=1) & ~into.present[:, cell] & ~into.not_applicable[:, cell]
        into.values[fill, cell] = out_of.values[fill][:, inside].sum(axis=1)
        into.present[fill, cell] = True


def add_differences(owns: Sequence[Own], infos: Mapping[int, MeasureInfo], fiscal_start: int) -> None:
    """Fill the difference components of cumulative measures from their year-to-date values, unit by unit."""
    by_key = {(own.group.version, own.group.span): own for own in owns}
    for own in owns:
        starts = np.array(own.group.starts, np.int32)
        for measure in own.slot_of:
            if infos[measure].rule.kind != "cumulative":
                continue
            stated = own.part(measure)
            for wide in (span for span in (1, 3, 6) if span % own.group.span == 0):
                target = by_key.get((own.group.version, wide))
                into = target.part(measure, DIFFERENCE) if target else None
                if target is None or into is None or stated is None:
                    continue
                found = differences(stated.values, stated.present, starts, own.group.span, wide, fiscal_start)
                _put_differences(target, into, *found)
                _pass_on_not_applicable(own, target, stated, into)


def _put_differences(own: Own, into: Part, values: Values, known: Bools, starts: Ints) -> None:
    """Only what is known is written: another native span may have given the rest."""
    at = {start: cell for cell, start in enumerate(own.group.starts)}
    for column, start in enumerate(starts.tolist()):
        cell = at.get(start)
        if cell is not None:
            into.values[known[:, column], cell] = values[known[:, column], column]
            into.present[:, cell] |= known[:, column]


def _pass_on_not_applicable(own: Own, target: Own, stated: Part, into: Part) -> None:
    ends = {start + own.group.span: cell for cell, start in enumerate(own.group.starts)}
    for cell, start in enumerate(target.group.starts):
        end = ends.get(start + target.group.span)
        if end is not None:
            into.not_applicable[:, cell] |= stated.not_applicable[:, end] & ~into.present[:, cell]
