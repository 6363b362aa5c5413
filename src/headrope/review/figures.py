"""Figures of a cube by measure, of one unit or of many, for any version and period; each with its coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headrope.core.periods import Period
from headrope.core.rollup import Column, empty
from headrope.ledger.cube.shaping import shape
from headrope.ledger.cube.unit_totals import CellTotals, PeriodTotals
from headrope.ledger.cube.view import Cube, UnitView, View
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo


@dataclass(frozen=True)
class Figure:
    """One number with its coverage: whole steps for exact measures, else a float; None where nothing is reported.

    `reported` of `expected` count units (for flows: units times cells). `uneven`: a ratio whose parts come from
    different units.
    """

    value: int | float | None
    reported: int
    expected: int
    uneven: bool = False

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    @property
    def complete(self) -> bool:
        """Whether all that is expected is in."""
        return self.known and self.reported >= self.expected


def figure(column: Column, info: MeasureInfo, row: int = 0) -> Figure:
    """One row of a column."""
    value = column.values[row].item() if column.known[row] else None
    uneven = bool(column.uneven[row]) if column.uneven is not None else False
    return Figure(value, int(column.reported[row]), int(column.expected[row]), uneven)


def change(now: Figure, before: Figure) -> tuple[int | float | None, float | None]:
    """The difference, and its share of what was before where that is above zero."""
    if now.value is None or before.value is None:
        return None, None
    difference = now.value - before.value
    return difference, difference / before.value if before.value > 0 else None


class Figures:
    """Reads figures of a cube; what is cut out of it for one question serves the next."""

    def __init__(self, cube: Cube, infos: dict[str, MeasureInfo]) -> None:
        self.cube, self.infos = cube, infos
        self._views: dict[int, UnitView] = {}
        self._planned: tuple[object, Mapping[str, Column]] | None = None

    def unit_view(self, unit: int) -> UnitView:
        """All figures of one unit (id); what is cut out of the cube for one question serves the next."""
        if unit not in self._views:
            self._views[unit] = self.cube.unit(unit, self.infos)
        return self._views[unit]

    def planned(self, view: UnitView, version: str, periods: Sequence[Period]) -> Mapping[str, Column]:
        """What the version holds of the unit, one row a period, by code; read once. Most measures have no plan at all."""
        key = view, version, tuple(periods)
        if self._planned is None or self._planned[0] != key:
            self._planned = key, self._of_version(version, PeriodTotals(view, version, periods))
        return self._planned[1]

    def series_of(self, view: UnitView, version: str, cells: Sequence[Period]) -> dict[str, Column]:
        """The same in single native cells of one span."""
        return self._of_version(version, CellTotals(view, version, cells))

    def _of_version(self, version: str, totals: PeriodTotals) -> dict[str, Column]:
        held = {measure for measure, _part, of in self.cube.slots if of == version}
        nothing = empty(totals.rows)
        found = {}
        for code, info in self.infos.items():
            # A ratio may be held by a figure of its own, as well as by its parts.
            there = info.id in held or any(self.infos[part].id in held for part in info.parts)
            found[code] = shape(info, self.infos, totals) if there else nothing
        return found

    def plan_of(self, view: View, info: MeasureInfo, period: Period, against: str, as_was: bool = False) -> Column:
        """The figures of many units that the period is held against."""
        if against == LAST_YEAR:
            return self.year_before(view, info, period, as_was)
        return view.column(info, self.infos, against, period)

    def like_month(self, period: Period, as_was: bool) -> int | None:
        """The month over whose tree a period and the one a year earlier are compared; None where the trees are equal."""
        if as_was or not self.cube.moves(period.start - 12, period.end):
            return None
        return period.end - 1

    def year_before(self, view: View, info: MeasureInfo, period: Period, as_was: bool) -> Column:
        """The figures of many units a year before the period, like-for-like unless asked otherwise."""
        month = self.like_month(period, as_was)
        like = view if month is None else view.like(month)
        return like.column(info, self.infos, ACTUAL, period.shifted(-12))
