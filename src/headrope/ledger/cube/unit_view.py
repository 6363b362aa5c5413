"""All measures of one unit: its components cut out of a generation in few array operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from headrope.core.periods import Period
from headrope.core.rollup import Column, Grid, Values
from headrope.ledger.cube.generation import Generation
from headrope.ledger.cube.layout import HELD, Component, Group
from headrope.ledger.cube.shaping import Infos, shape
from headrope.ledger.cube.taking import count_grid, level_grid
from headrope.ledger.cube.unit_totals import Block, CellTotals, PeriodTotals
from headrope.ledger.cube.units_view import AS_WAS, View


class UnitView:
    """All measures of one unit: what a page needs, in few array operations whatever the number of measures."""

    def __init__(self, cube: Generation, row: int | None, infos: Infos, perimeter: int | None = None) -> None:
        self.cube, self.row, self.infos, self.perimeter = cube, row, infos, perimeter
        self._cut: dict[str, Values] = {}
        self._blocks: dict[str, list[Block]] = {}
        self._like: dict[int, UnitView] = {}

    def like(self, month: int) -> UnitView:
        """The same unit, everything over the tree of that month."""
        epoch = self.cube.structure.epoch(month)
        found = self._like.get(epoch)
        if found is None:
            found = self._like[epoch] = UnitView(self.cube, self.row, self.infos, month)
        return found

    def columns(self, version: str, periods: Sequence[Period]) -> dict[str, Column]:
        """Each measure's figures by code, one row a period."""
        totals = PeriodTotals(self, version, periods)
        return {info.code: shape(info, self.infos, totals) for info in self.infos.values()}

    def series(self, version: str, cells: Sequence[Period]) -> dict[str, Column]:
        """Each measure's figures in single native cells of one span, by code, one row a cell; others are unknown."""
        totals = CellTotals(self, version, cells)
        return {info.code: shape(info, self.infos, totals) for info in self.infos.values()}

    def stated(self, version: str, period: Period) -> dict[str, Column]:
        """What the unit states of its totals, by code; measures of which it states nothing are left out."""
        if self.row is None:
            return {}
        measures: set[int] = set()
        for group in self.cube.groups(version):
            records = self.cube.array(f"{group.stem}.stated")
            measures.update(records["measure"][records["row"] == self.row].tolist())
        view = View(self.cube, np.array([self.row], np.int32))
        found = {info.code: view.stated(info, version, period) for info in self.infos.values() if info.id in measures}
        return {code: column for code, column in found.items() if column.known.any()}

    def block_row(self, group: Group, kind: str) -> Values:
        """The unit's part of an array, [components, cells]."""
        name = f"{group.stem}.{kind}"
        found = self._cut.get(name)
        if found is None:
            held = self.cube.array(name)
            found = np.array(held[self.row]) if self.row is not None else np.zeros(held.shape[1:], held.dtype)
            like = self.perimeter is not None and self.perimeter != AS_WAS and kind != "levels"
            if like and self.row is not None and len(found):
                assert self.perimeter is not None
                self.cube.make_like(group, kind, self.perimeter, [(self.row, found)], None)
            self._cut[name] = found
        return found

    def blocks(self, version: str) -> list[Block]:
        """The unit's components in the version, exact ones and others."""
        found = self._blocks.get(version)
        if found is None:
            found = self._blocks[version] = [
                made for kind in ("amounts", "numbers") if (made := self._block(version, kind))
            ]
        return found

    def _block(self, version: str, kind: str) -> Block | None:
        groups = [group for group in self.cube.groups(version) if getattr(group, kind)]
        components = tuple(dict.fromkeys(each for group in groups for each in getattr(group, kind)))
        if not components:
            return None
        place = {component: at for at, component in enumerate(components)}
        return Block(place, [self._scatter(group, kind, place) for group in groups])

    def _scatter(self, group: Group, kind: str, place: Mapping[Component, int]) -> Grid:
        """The group's components put into the order of the block."""
        held = getattr(group, kind)
        into = np.array([place[component] for component in held])
        counts = np.arange(len(held)) + (0 if kind == "amounts" else len(group.amounts))
        shape = (len(place), len(group.starts))
        values = self.block_row(group, kind)
        reported = self.block_row(group, "reported")[counts]
        known = reported
        carried = [
            (at, self.cube.held_place(group, measure)) for at, (measure, part) in enumerate(held) if part != HELD
        ]
        chosen = [(at, where) for at, where in carried if where is not None]
        if chosen:
            known = reported.astype(np.int64)
            amounts = self.block_row(group, "amounts")
            for at, where in chosen:
                known[at] = amounts[where]
        expected = self.block_row(group, "expected")[counts]
        arrays = [put_rows(shape, into, each) for each in (values, reported, expected, known)]
        return Grid(group.span, self.cube.starts[group.stem], *arrays)

    def beside(self, kind: str, version: str) -> tuple[dict[int, int], list[Grid]]:
        """Levels or pairs: grids whose rows are measures, and the row of each."""
        groups = [group for group in self.cube.groups(version) if getattr(group, kind)]
        measures = dict.fromkeys(measure for group in groups for measure in getattr(group, kind))
        place = {measure: at for at, measure in enumerate(measures)}
        grids = []
        for group in groups:
            into = np.array([place[measure] for measure in getattr(group, kind)])
            blank = np.nan if kind == "levels" else 0
            held = put_rows((len(place), len(group.starts)), into, self.block_row(group, kind), blank)
            if self.row is None and kind == "levels":
                held[...] = np.nan
            starts = self.cube.starts[group.stem]
            if kind == "levels":
                row = np.array([-1 if self.row is None else self.row], np.int32)
                grids.append(level_grid(group.span, starts, held, self.cube.alive(group, row)))
            else:
                grids.append(count_grid(group.span, starts, held))
        return place, grids


def put_rows(shape: tuple[int, int], into: npt.NDArray[np.intp], held: Values, blank: float = 0) -> Values:
    if len(into) == shape[0] and (into == np.arange(shape[0])).all():
        return held
    whole = np.full(shape, blank, held.dtype)
    whole[into] = held
    return whole
