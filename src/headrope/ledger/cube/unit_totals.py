"""Totals of one unit whose rows are periods, or native cells; all measures are taken at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from headrope.core.periods import Period, year_to_date
from headrope.core.rollup import Column, Grid, Values, empty, mean
from headrope.ledger.cube.generation import Generation
from headrope.ledger.cube.layout import HELD, VALUE, Component, Over, Part
from headrope.ledger.cube.shaping import Infos, Totals, choose, shape
from headrope.ledger.cube.taking import TAKE
from headrope.ledger.queries import MeasureInfo


@dataclass(frozen=True)
class Block:
    """Components of one exactness: their rows in the grids."""

    place: Mapping[Component, int]
    grids: Sequence[Grid]


class UnitView(Protocol):
    """What is read of one unit; see unit_view.py."""

    cube: Generation
    infos: Infos
    perimeter: int | None

    def blocks(self, version: str) -> Sequence[Block]:
        """The unit's components in the version."""

    def beside(self, kind: str, version: str) -> tuple[dict[int, int], list[Grid]]:
        """Levels or pairs: grids whose rows are measures, and the row of each."""

    def like(self, month: int) -> UnitView:
        """The same unit over the tree of that month."""


def _turned(columns: Sequence[Column]) -> Column:
    """Columns whose rows are measures, one a period, as arrays [measures, periods]."""
    return Column(
        np.stack([column.values for column in columns], axis=1),
        np.stack([column.reported for column in columns], axis=1),
        np.stack([column.expected for column in columns], axis=1),
        np.stack([column.known for column in columns], axis=1),
    )


def _row(columns: Column, at: int) -> Column:
    return Column(columns.values[at], columns.reported[at], columns.expected[at], columns.known[at])


class PeriodTotals:
    """Totals of one unit; the rows are periods, and all measures are taken at once."""

    def __init__(self, view: UnitView, version: str, periods: Sequence[Period]) -> None:
        self.view, self.version, self.periods = view, version, periods
        self.rows, self.span = len(periods), np.array([period.span for period in periods])
        start = view.cube.fiscal_start
        self.to_date = np.array([period == year_to_date(period, start) for period in periods])
        self._taken: dict[tuple[int, Over], Column] = {}
        self._beside: dict[tuple[str, Over], tuple[dict[int, int], Column]] = {}

    def take(self, grids: Sequence[Grid], over: Over, rows: int) -> Column:
        """Every row of the grids in every period, arrays [rows, periods]."""
        return _turned([TAKE[over](grids, period, rows) for period in self.periods])

    def part(self, measure: int, part: Part, over: Over) -> Column:
        for number, block in enumerate(self.view.blocks(self.version)):
            at = block.place.get((measure, part))
            if at is not None:
                found = self._taken.get((number, over))
                if found is None:
                    found = self._taken[number, over] = self.take(block.grids, over, len(block.place))
                return _row(found, at)
        return empty(self.rows)

    def mean(self, measure: int) -> tuple[Column, Values]:
        for block in self.view.blocks(self.version):
            at = block.place.get((measure, VALUE))
            if at is not None:
                return self._mean([_one_row(grid, at) for grid in block.grids])
        return empty(self.rows), np.zeros(self.rows, np.int64)

    def _mean(self, grids: Sequence[Grid]) -> tuple[Column, Values]:
        found = [mean(grids, period, 1) for period in self.periods]
        return _row(_turned([column for column, _ in found]), 0), np.concatenate([days for _, days in found])

    def level(self, measure: int, over: Over) -> Column | None:
        return self._from_beside("levels", measure, over)

    def pair(self, measure: int, over: Over) -> Column | None:
        return self._from_beside("pairs", measure, over)

    def _from_beside(self, kind: str, measure: int, over: Over) -> Column | None:
        found = self._beside.get((kind, over))
        if found is None:
            place, grids = self.view.beside(kind, self.version)
            taken = self.take(grids, over, len(place)) if grids else empty(0)
            found = self._beside[kind, over] = (place, taken)
        place, taken = found
        return _row(taken, place[measure]) if measure in place else None

    def held(self, measure: int, over: Over) -> Column:
        for block in self.view.blocks(self.version):
            at = block.place.get((measure, HELD))
            if at is not None:
                grids = [_one_row(grid, at) for grid in block.grids]
                counts = [Grid(grid.span, grid.starts, grid.totals, grid.totals, grid.totals) for grid in grids]
                return _row(self.take(counts, over, 1), 0)
        return empty(self.rows)

    def growth(self, info: MeasureInfo, base: MeasureInfo) -> tuple[Column, Column]:
        if self.view.perimeter is not None:
            return self._both(self.view, base, self.periods)
        structure = self.view.cube.structure
        epochs = np.array([structure.epoch(period.end - 1) for period in self.periods])
        now, before = empty(self.rows), empty(self.rows)
        for epoch in np.unique(epochs).tolist():
            mine = np.flatnonzero(epochs == epoch)
            chosen = [self.periods[at] for at in mine.tolist()]
            found = self._both(self.view.like(chosen[0].end - 1), base, chosen)
            now, before = (_spread(into, mine, part) for into, part in zip((now, before), found, strict=True))
        return now, before

    def _both(self, view: UnitView, base: MeasureInfo, periods: Sequence[Period]) -> tuple[Column, Column]:
        shifted = [period.shifted(-12) for period in periods]
        now, before = (shape(base, self.view.infos, self._of(view, chosen)) for chosen in (periods, shifted))
        return now, before

    def _of(self, view: UnitView, periods: Sequence[Period]) -> Totals:
        return PeriodTotals(view, self.version, periods)


def _one_row(grid: Grid, at: int) -> Grid:
    rows = slice(at, at + 1)
    held = None if grid.held is None else grid.held[rows]
    return Grid(grid.span, grid.starts, grid.totals[rows], grid.reported[rows], grid.expected[rows], held)


def _spread(into: Column, rows: npt.NDArray[np.intp], part: Column) -> Column:
    """The column with these rows replaced."""
    marked = np.zeros(len(into.known), bool)
    marked[rows] = True
    at = np.zeros(len(into.known), int)
    at[rows] = np.arange(len(rows))
    moved = Column(part.values[at], part.reported[at], part.expected[at], part.known[at])
    return choose(marked, moved, into)


class CellTotals(PeriodTotals):
    """Totals of one unit; the rows are native cells of one span, read as they lie."""

    def take(self, grids: Sequence[Grid], over: Over, rows: int) -> Column:
        """Every row of the grids in every cell, arrays [rows, cells]."""
        wanted = np.array([period.start for period in self.periods], np.int32)
        shape = (rows, len(wanted))
        grid = next((grid for grid in grids if grid.span == self.periods[0].span), None)
        if grid is None:
            none = np.zeros(shape, np.int32)
            return Column(np.zeros(shape, np.int64), none, none, np.zeros(shape, bool))
        at = np.minimum(np.searchsorted(grid.starts, wanted), len(grid.starts) - 1)
        found = grid.starts[at] == wanted
        known = grid.known[:, at] & found
        counts = [np.where(found, each[:, at], 0) for each in (grid.reported, grid.expected)]
        return Column(np.where(known, grid.totals[:, at], 0), counts[0], counts[1], known)

    def part(self, measure: int, part: Part, over: Over) -> Column:
        return super().part(measure, part, "last")

    def _of(self, view: UnitView, periods: Sequence[Period]) -> Totals:
        return CellTotals(view, self.version, periods)
