"""One measure of many units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from headrope.core.measures import ELIMINATED
from headrope.core.periods import Period, year_to_date
from headrope.core.rollup import Bools, Column, Counts, Grid, Rows, Values, mean
from headrope.ledger.cube.generation import Generation, Slot
from headrope.ledger.cube.layout import DIFFERENCE, HELD, VALUE, Group, Over, Part, over_time
from headrope.ledger.cube.ownership import Ownership
from headrope.ledger.cube.shaping import Infos, shape, stored
from headrope.ledger.cube.taking import TAKE, count_grid, level_grid
from headrope.ledger.queries import MeasureInfo
from headrope.org.queries import HoldingRow

AS_WAS: Final = -1
"""As a perimeter: everything over the trees of the time, growth as well."""


class View:
    """Figures of chosen rows of a cube, one measure at a time; arrays are cut out once and kept.

    `perimeter` is the month whose tree all is added over, AS_WAS, or None: totals as-was, growth like-for-like.
    """

    def __init__(self, cube: Generation, rows: Rows, perimeter: int | None = None) -> None:
        self.cube, self.rows, self.perimeter = cube, rows, perimeter
        self._grids: dict[tuple[int, str, str], list[Grid]] = {}
        self._like: dict[int, View] = {}

    def column(self, info: MeasureInfo, infos: Infos, version: str, period: Period) -> Column:
        """The measure's figures for the period, one per unit; `infos` holds all measures by code."""
        return shape(info, infos, _ViewTotals(self, infos, version, period))

    def like(self, month: int) -> View:
        """The same units, everything over the tree of that month."""
        epoch = self.cube.structure.epoch(month)
        found = self._like.get(epoch)
        if found is None:
            found = self._like[epoch] = View(self.cube, self.rows, month)
        return found

    def stated(self, info: MeasureInfo, version: str, period: Period) -> Column:
        """What the units state of their totals, where all of the period is stated."""
        grids = []
        for group in self.cube.groups(version):
            totals, has = _stated_cells(self.cube, group, info, self.rows)
            if has.any():
                counts = has.astype(np.int32)
                grids.append(Grid(group.span, self.cube.starts[group.stem], totals, counts, np.ones_like(counts)))
        over: Over = "last" if info.rule.level or not grids else over_time(VALUE, info.rule)
        return _whole(TAKE[over](grids, period, len(self.rows)))

    def attributable(
        self, info: MeasureInfo, version: str, period: Period, holdings: Sequence[HoldingRow]
    ) -> list[int | None]:
        """What of each unit's total is attributable to it, in steps; None where nothing is reported. As-was."""
        found: list[int | None] = []
        for row in self.rows.tolist():
            if row < 0:
                found.append(None)
                continue
            totals = _OwnTotals(self, {}, version, period)
            totals.ownership = Ownership(self.cube, row, holdings)
            column = stored(info, totals)
            found.append(int(column.values[0]) if column.known[0] else None)
        return found

    def eliminated(self, info: MeasureInfo, version: str, period: Period) -> list[int]:
        """What is taken off at each unit itself, in steps: of pairs that meet there. As-was."""
        if not info.rule.exact or info.rule.kind not in ELIMINATED or not len(self.cube.structure.pairs):
            return [0] * len(self.rows)
        to_date = info.rule.kind == "cumulative" and period == year_to_date(period, self.cube.fiscal_start)
        part: Part = DIFFERENCE if info.rule.kind == "cumulative" and not to_date else VALUE
        grids = [self._eliminated(slot) for slot in self.cube.slots.get((info.id, part, version), ())]
        column = TAKE[over_time(part, info.rule)](grids, period, len(self.rows))
        return [int(value) for value in column.values]

    def _eliminated(self, slot: Slot) -> Grid:
        group, structure = slot.group, self.cube.structure
        array = self.cube.array(f"{group.stem}.{slot.kind}")
        pairs = np.arange(structure.units, len(structure.row_unit))
        totals = np.zeros((len(self.rows), len(group.starts)), np.int64)
        for cells, epoch in self.cube.runs(group):
            parents = structure.epoch_parents[epoch][structure.units :]
            for place, row in enumerate(self.rows.tolist()):
                totals[place, cells] = array[pairs[parents == row], slot.at][:, cells].sum(axis=0)
        ones = np.ones(totals.shape, np.int32)
        return Grid(group.span, self.cube.starts[group.stem], totals, ones, ones)

    def grids(self, measure: int, part: str, version: str) -> list[Grid]:
        """What is added up of one part of a measure, at each native span."""
        key = (measure, part, version)
        found = self._grids.get(key)
        if found is None:
            found = self._grids[key] = [self._grid(slot) for slot in self.cube.slots.get(key, ())]
        return found

    def _grid(self, slot: Slot) -> Grid:
        group = slot.group
        starts = self.cube.starts[group.stem]
        held = self._cut(group, slot.kind, slot.at)
        if slot.kind == "levels":
            return level_grid(group.span, starts, held, self.cube.alive(group, self.rows))
        if slot.kind == "pairs":
            return count_grid(group.span, starts, held)
        known: Counts | None = None
        measure, part = group.components[slot.place]
        place = self.cube.held_place(group, measure) if part != HELD else None
        if place is not None:
            known = self._cut(group, "amounts", place)
        counts = [self._cut(group, kind, slot.place) for kind in ("reported", "expected")]
        return Grid(group.span, starts, held, counts[0], counts[1], known)

    def _cut(self, group: Group, kind: str, at: int) -> Values:
        cut: Values = self.cube.array(f"{group.stem}.{kind}")[self.rows, at]
        if (self.rows < 0).any():
            cut[self.rows < 0] = np.nan if kind == "levels" else 0
        if kind != "levels" and self.perimeter is not None and self.perimeter != AS_WAS:
            self.cube.make_like(
                group, kind, self.perimeter, [(row, cut[n]) for n, row in enumerate(self.rows.tolist())], at
            )
        return cut


def _stated_cells(cube: Generation, group: Group, info: MeasureInfo, rows: Rows) -> tuple[Values, Bools]:
    """Stated figures of the rows, [rows, cells], and where there are any."""
    records = cube.array(f"{group.stem}.stated")
    mine = records[(records["measure"] == info.id) & np.isin(records["row"], rows)]
    exact = info.rule.exact
    totals = np.zeros((len(rows), len(group.starts)), np.int64 if exact else np.float64)
    has = np.zeros(totals.shape, bool)
    step = float(info.rule.quantity.step) if info.rule.quantity.exact and not exact else 1.0
    at = {row: place for place, row in enumerate(rows.tolist())}
    for record in mine:
        place, cell = at[int(record["row"])], int(record["cell"])
        value = record["amount"] if info.rule.quantity.exact else record["number"]
        totals[place, cell] = value if exact else float(value) * step
        has[place, cell] = True
    return totals, has


def _whole(column: Column) -> Column:
    """Unknown unless all cells are there."""
    known = column.known & (column.reported >= column.expected)
    return Column(np.where(known, column.values, 0), column.reported, column.expected, known)


class _ViewTotals:
    """Totals of a view's units in one period."""

    def __init__(self, view: View, infos: Infos, version: str, period: Period) -> None:
        self.view, self.infos, self.version, self.period = view, infos, version, period
        self.rows, self.span = len(view.rows), period.span
        self.to_date = np.full(self.rows, period == year_to_date(period, view.cube.fiscal_start))

    def part(self, measure: int, part: Part, over: Over) -> Column:
        return TAKE[over](self.view.grids(measure, part, self.version), self.period, self.rows)

    def mean(self, measure: int) -> tuple[Column, Values]:
        return mean(self.view.grids(measure, VALUE, self.version), self.period, self.rows)

    def level(self, measure: int, over: Over) -> Column | None:
        grids = self.view.grids(measure, "level", self.version)
        return TAKE[over](grids, self.period, self.rows) if grids else None

    def pair(self, measure: int, over: Over) -> Column | None:
        grids = self.view.grids(measure, "pair", self.version)
        return TAKE[over](grids, self.period, self.rows) if grids else None

    def held(self, measure: int, over: Over) -> Column:
        grids = [
            Grid(g.span, g.starts, g.totals, g.totals, g.totals) for g in self.view.grids(measure, HELD, self.version)
        ]
        return TAKE[over](grids, self.period, self.rows)

    def growth(self, info: MeasureInfo, base: MeasureInfo) -> tuple[Column, Column]:
        view = self.view if self.view.perimeter is not None else self.view.like(self.period.end - 1)
        now, before = (view.column(base, self.infos, self.version, p) for p in (self.period, self.period.shifted(-12)))
        return now, before


class _OwnTotals(_ViewTotals):
    """What of one unit's totals is attributable to it."""

    ownership: Ownership

    def __init__(self, view: View, infos: Infos, version: str, period: Period) -> None:
        super().__init__(view, infos, version, period)
        self.rows, self.to_date = 1, self.to_date[:1]

    def part(self, measure: int, part: Part, over: Over) -> Column:
        return TAKE[over](self.ownership.grids(measure, part, self.version), self.period, 1)
