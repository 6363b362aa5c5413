"""Reads a cube: one measure of many units (View), or all measures of one unit for many periods (UnitView)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from headrope.core.periods import Period
from headrope.core.rollup import Column, Counts, Grid, Parts, Values, empty, flow, over_time, ratio, stock, unevenness
from headrope.ledger.cube.layout import DIFFERENCE, VALUE, Group, Manifest
from headrope.ledger.queries import MeasureInfo

Infos = Mapping[str, MeasureInfo]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Slot:
    """Where a measure's part lies: its group, the array, its place in it and its place among the counts."""

    group: Group
    kind: str
    at: int
    place: int


class Cube:
    """One generation, mapped read-only."""

    def __init__(self, folder: Path, manifest: Manifest, fiscal_start: int) -> None:
        self.folder, self.manifest, self.fiscal_start = folder, manifest, fiscal_start
        self._arrays: dict[str, Values] = {}

    def array(self, name: str) -> Values:
        """The mapped array of that file name without its ending."""
        found = self._arrays.get(name)
        if found is None:
            path = self.folder / f"{name}.npy"
            try:
                mapped = np.load(path, mmap_mode="r")
            except ValueError:  # an empty array cannot be mapped
                mapped = np.load(path)
            self._arrays[name] = found = np.asarray(mapped)
        return found

    @cached_property
    def row_of(self) -> dict[int, int]:
        """Row numbers by unit id."""
        return {int(unit): row for row, unit in enumerate(self.array("row_unit"))}

    @cached_property
    def slots(self) -> dict[tuple[int, str, str], list[Slot]]:
        """Where measures lie, by measure id, part (value, difference, level, pair) and version."""
        found: dict[tuple[int, str, str], list[Slot]] = {}
        for group in self.manifest.groups:
            for at, (measure, part) in enumerate(group.amounts):
                found.setdefault((measure, part, group.version), []).append(Slot(group, "amounts", at, at))
            for at, (measure, part) in enumerate(group.numbers):
                slot = Slot(group, "numbers", at, len(group.amounts) + at)
                found.setdefault((measure, part, group.version), []).append(slot)
            for at, measure in enumerate(group.levels):
                found.setdefault((measure, "level", group.version), []).append(Slot(group, "levels", at, -1))
            for at, measure in enumerate(group.pairs):
                found.setdefault((measure, "pair", group.version), []).append(Slot(group, "pairs", at, -1))
        return found

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
        return {slot.group.span for slot in self.slots.get((measure, VALUE, version), ())}

    def rows_below(self, row: int, month: int) -> Bools:
        """Which rows are the row itself or stand under it, in the tree of the month's last day."""
        epoch = max(int(np.searchsorted(self.manifest.epochs, month, side="right")) - 1, 0)
        parents = self.array("epoch_parents")[epoch]
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
        groups = [group for group in self.manifest.groups if group.version == version]
        for group in sorted(groups, key=lambda each: each.span):
            start = period.end - group.span
            if row is None or start not in group.starts:
                continue
            cell, below = group.starts.index(start), self.rows_below(row, period.end - 1)
            owed = (self.array(f"{group.stem}.owed")[cell] > 0) & below
            missing = (self.array(f"{group.stem}.late")[cell] > 0) & below
            return int(owed.sum()), self.array("row_unit")[missing].tolist()
        return 0, []

    def view(self, units: Sequence[int]) -> View:
        """The figures of these units, in that order; units unknown to the generation read as nothing reported."""
        return View(self, np.array([self.row_of.get(unit, -1) for unit in units], np.int32))

    def unit(self, unit: int, infos: Infos) -> UnitView:
        """All figures of one unit."""
        return UnitView(self, self.row_of.get(unit), infos)


def _steps(infos: Sequence[MeasureInfo]) -> dict[str, float]:
    return {info.code: float(info.rule.quantity.step) if info.rule.quantity.exact else 1.0 for info in infos}


def _level_grid(span: int, starts: npt.NDArray[np.int32], held: Values) -> Grid:
    has = ~np.isnan(held)
    counts = has.astype(np.int32)
    return Grid(span, starts, np.where(has, held, 0.0), counts, counts)


def _pair_grid(span: int, starts: npt.NDArray[np.int32], held: Values) -> Grid:
    return Grid(span, starts, held.astype(np.int64), held, held)


def _same_flows(parts: Sequence[MeasureInfo]) -> bool:
    """Whether a ratio's parts are compared over the whole period (all flows) or where it ends."""
    return {part.rule.kind for part in parts} == {"flow"}


def _formed(
    info: MeasureInfo,
    parts: Sequence[MeasureInfo],
    columns: Mapping[str, Column],
    pair: Column | None,
    counted: Sequence[Column],
) -> Column:
    """A ratio from its parts, marked where these come from different units."""
    formed = ratio(info.rule, columns, _steps(parts))
    if pair is None:
        return formed
    uneven = unevenness(pair, counted) & formed.known
    return Column(formed.values, formed.reported, formed.expected, formed.known, uneven)


def _with_level(formed: Column, level: Column) -> Column:
    """A ratio's own figure, where a unit has one, comes before the one formed from parts."""
    take = level.known
    uneven = formed.uneven & ~take if formed.uneven is not None else None
    return Column(
        np.where(take, level.values, formed.values),
        np.where(take, level.reported, formed.reported),
        np.where(take, level.expected, formed.expected),
        take | formed.known,
        uneven,
    )


class View:
    """Figures of chosen rows of a cube, one measure at a time; grids are cut out once and kept."""

    def __init__(self, cube: Cube, rows: npt.NDArray[np.int32]) -> None:
        self.cube, self.rows = cube, rows
        self._grids: dict[tuple[int, str, str], list[Grid]] = {}

    def column(self, info: MeasureInfo, infos: Infos, version: str, period: Period) -> Column:
        """The measure's figures for the period, one per unit; `infos` holds the components of ratios by code."""
        count = len(self.rows)
        if info.rule.kind != "ratio":
            parts = Parts(self._held(info.id, VALUE, version), self._held(info.id, DIFFERENCE, version))
            if not parts.values:
                return empty(count)
            return over_time(info.rule.kind, parts, period, self.cube.fiscal_start, count)
        components = [infos[code] for code in info.rule.components]
        columns = {part.code: self.column(part, infos, version, period) for part in components}
        pairs = self._held(info.id, "pair", version)
        whole = flow if _same_flows(components) else stock
        counted = [whole(self._held(part.id, VALUE, version), period, count) for part in components] if pairs else []
        formed = _formed(info, components, columns, whole(pairs, period, count) if pairs else None, counted)
        own = self._held(info.id, "level", version)
        return _with_level(formed, stock(own, period, count)) if own else formed

    def _held(self, measure: int, part: str, version: str) -> list[Grid]:
        key = (measure, part, version)
        found = self._grids.get(key)
        if found is None:
            found = self._grids[key] = [self._grid(slot) for slot in self.cube.slots.get(key, ())]
        return found

    def _cut(self, name: str, at: int) -> Values:
        cut: Values = self.cube.array(name)[self.rows, at]
        if (self.rows < 0).any():
            cut[self.rows < 0] = np.nan if name.endswith("levels") else 0
        return cut

    def _grid(self, slot: Slot) -> Grid:
        span, stem = slot.group.span, slot.group.stem
        starts, held = self.cube.starts[stem], self._cut(f"{stem}.{slot.kind}", slot.at)
        if slot.kind == "levels":
            return _level_grid(span, starts, held)
        if slot.kind == "pairs":
            return _pair_grid(span, starts, held)
        return Grid(
            span, starts, held, self._cut(f"{stem}.reported", slot.place), self._cut(f"{stem}.expected", slot.place)
        )


@dataclass(frozen=True)
class _Taken:
    """Columns of one period whose rows are measures: by the flow rule, by the stock rule, and as the kinds have it."""

    flow: Column
    stock: Column
    ruled: Column


@dataclass(frozen=True)
class _Block:
    """All stored measures of one exactness in one version: grids whose rows are measures."""

    infos: Sequence[MeasureInfo]
    values: Sequence[Grid]
    differences: Sequence[Grid]
    flows: Bools
    cumulative: Bools

    def take(self, period: Period, fiscal_start: int) -> _Taken:
        """Every measure for the period."""
        rows = len(self.infos)
        summed, last = flow(self.values, period, rows), stock(self.values, period, rows)
        ruled = _choose(self.flows, summed, last)
        if self.cumulative.any():
            parts = Parts(self.values, self.differences)
            ruled = _choose(self.cumulative, over_time("cumulative", parts, period, fiscal_start, rows), ruled)
        return _Taken(summed, last, ruled)


def _choose(first: Bools, a: Column, b: Column) -> Column:
    return Column(
        np.where(first, a.values, b.values),
        np.where(first, a.reported, b.reported),
        np.where(first, a.expected, b.expected),
        np.where(first, a.known, b.known),
    )


class UnitView:
    """All measures of one unit: what a page needs, in few array operations whatever the number of measures."""

    def __init__(self, cube: Cube, row: int | None, infos: Infos) -> None:
        self.cube, self.row, self.infos = cube, row, infos
        stored = [info for info in infos.values() if info.rule.kind != "ratio"]
        self._stored = [[info for info in stored if info.rule.quantity.exact is exact] for exact in (True, False)]
        self._ratios = [info for info in infos.values() if info.rule.kind == "ratio"]
        self._cut: dict[str, Values] = {}
        self._blocks: dict[str, list[_Block]] = {}

    def columns(self, version: str, periods: Sequence[Period]) -> dict[str, Column]:
        """Each measure's figures by code, one row a period."""
        start, count = self.cube.fiscal_start, len(self._ratios)
        found: dict[str, Column] = {}
        flows: dict[str, Column] = {}
        stocks: dict[str, Column] = {}
        for block in self._of(version):
            taken = [block.take(period, start) for period in periods]
            for into, rule in ((found, "ruled"), (flows, "flow"), (stocks, "stock")):
                into.update(_by_measure(block.infos, [getattr(each, rule) for each in taken]))
        pairs, levels = self._beside("pairs", version), self._beside("levels", version)
        counted = [
            _by_measure(self._ratios, [rule(pairs, period, count) for period in periods]) if pairs else {}
            for rule in (flow, stock)
        ]
        own = _by_measure(self._ratios, [stock(levels, period, count) for period in periods]) if levels else {}
        for info in self._ratios:
            same = _same_flows([self.infos[code] for code in info.rule.components])
            parts, pair = (flows, counted[0]) if same else (stocks, counted[1])
            found[info.code] = self._ratio(info, found, parts, pair.get(info.code), own.get(info.code))
        return found

    def series(self, version: str, cells: Sequence[Period]) -> dict[str, Column]:
        """Each measure's figures in single native cells of one span, by code, one row a cell; others are unknown."""
        wanted = np.array([cell.start for cell in cells], np.int32)
        span = cells[0].span
        found: dict[str, Column] = {}
        for block in self._of(version):
            values, steps = (
                _at_cells(grids, span, wanted, len(block.infos)) for grids in (block.values, block.differences)
            )
            found.update(_rows(block.infos, _choose(block.cumulative[:, None], steps, values)))
        pairs, levels = self._beside("pairs", version), self._beside("levels", version)
        counted = _rows(self._ratios, _at_cells(pairs, span, wanted, len(self._ratios))) if pairs else {}
        own = _rows(self._ratios, _at_cells(levels, span, wanted, len(self._ratios))) if levels else {}
        for info in self._ratios:
            found[info.code] = self._ratio(info, found, found, counted.get(info.code), own.get(info.code))
        return found

    def _ratio(
        self,
        info: MeasureInfo,
        columns: Mapping[str, Column],
        counts: Mapping[str, Column],
        pair: Column | None,
        own: Column | None,
    ) -> Column:
        components = [self.infos[code] for code in info.rule.components]
        formed = _formed(info, components, columns, pair, [counts[part.code] for part in components])
        return _with_level(formed, own) if own is not None and own.known.any() else formed

    def _row(self, name: str) -> Values:
        """The unit's part of an array, [components, cells]."""
        found = self._cut.get(name)
        if found is None:
            held = self.cube.array(name)
            found = np.array(held[self.row]) if self.row is not None else np.zeros(held.shape[1:], held.dtype)
            self._cut[name] = found
        return found

    def _beside(self, kind: str, version: str) -> list[Grid]:
        """Levels or pairs, grids whose rows are the ratios."""
        grids = []
        for group in self.cube.manifest.groups:
            held = group.levels if kind == "levels" else group.pairs
            if group.version != version or not held:
                continue
            at = {measure: place for place, measure in enumerate(held)}
            into = [place for place, info in enumerate(self._ratios) if info.id in at]
            source = [at[self._ratios[place].id] for place in into]
            blank = np.nan if kind == "levels" else 0
            rows = _put((len(self._ratios), len(group.starts)), into, self._row(f"{group.stem}.{kind}")[source], blank)
            make = _level_grid if kind == "levels" else _pair_grid
            grids.append(make(group.span, self.cube.starts[group.stem], rows))
        return grids

    def _of(self, version: str) -> list[_Block]:
        found = self._blocks.get(version)
        if found is None:
            found = self._blocks[version] = [self._block(version, infos) for infos in self._stored if infos]
        return found

    def _block(self, version: str, infos: Sequence[MeasureInfo]) -> _Block:
        groups = [group for group in self.cube.manifest.groups if group.version == version]
        kinds = [info.rule.kind for info in infos]
        return _Block(
            infos,
            [grid for group in groups if (grid := self._scatter(group, VALUE, infos))],
            [grid for group in groups if (grid := self._scatter(group, DIFFERENCE, infos))],
            np.array([kind == "flow" for kind in kinds]),
            np.array([kind == "cumulative" for kind in kinds]),
        )

    def _scatter(self, group: Group, part: str, infos: Sequence[MeasureInfo]) -> Grid | None:
        """The group's components put into the order of the measures; None when it has none of them."""
        exact = infos[0].rule.quantity.exact
        components = group.amounts if exact else group.numbers
        at = {measure: place for place, (measure, held) in enumerate(components) if held == part}
        into = [place for place, info in enumerate(infos) if info.id in at]
        if not into:
            return None
        source = np.array([at[infos[place].id] for place in into])
        counts = source if exact else source + len(group.amounts)
        shape = (len(infos), len(group.starts))
        name = f"{group.stem}.{'amounts' if exact else 'numbers'}"
        return Grid(
            group.span,
            self.cube.starts[group.stem],
            _put(shape, into, self._row(name)[source]),
            _put(shape, into, self._row(f"{group.stem}.reported")[counts]),
            _put(shape, into, self._row(f"{group.stem}.expected")[counts]),
        )


def _put(shape: tuple[int, int], into: Sequence[int], held: Values, blank: float = 0) -> Values:
    if len(into) == shape[0]:
        return held
    whole = np.full(shape, blank, held.dtype)
    whole[into] = held
    return whole


def _by_measure(infos: Sequence[MeasureInfo], by_period: Sequence[Column]) -> dict[str, Column]:
    """Columns whose rows are measures, one a period, turned into columns whose rows are periods, one a measure."""
    values = np.stack([column.values for column in by_period], axis=1)
    counts: list[Counts] = [
        np.stack([getattr(column, name) for column in by_period], axis=1) for name in ("reported", "expected")
    ]
    known = np.stack([column.known for column in by_period], axis=1)
    return _rows(infos, Column(values, counts[0], counts[1], known))


def _rows(infos: Sequence[MeasureInfo], columns: Column) -> dict[str, Column]:
    """Arrays [measures, periods] cut into a column for each measure."""
    return {
        info.code: Column(columns.values[at], columns.reported[at], columns.expected[at], columns.known[at])
        for at, info in enumerate(infos)
    }


def _at_cells(grids: Sequence[Grid], span: int, wanted: npt.NDArray[np.int32], rows: int) -> Column:
    """Values of the cells of that span that start at `wanted`, arrays [rows, cells]; unknown where there is no such cell."""
    shape = (rows, len(wanted))
    grid = next((grid for grid in grids if grid.span == span), None)
    if grid is None:
        none = np.zeros(shape, np.int32)
        return Column(np.zeros(shape, np.int64), none, none, np.zeros(shape, bool))
    at = np.minimum(np.searchsorted(grid.starts, wanted), len(grid.starts) - 1)
    found = grid.starts[at] == wanted
    reported = np.where(found, grid.reported[:, at], 0)
    return Column(
        np.where(found, grid.totals[:, at], 0), reported, np.where(found, grid.expected[:, at], 0), reported > 0
    )
