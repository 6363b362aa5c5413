"""A generation that can be asked: one measure of many units (View), or all measures of one unit (UnitView)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headrope.ledger.cube.generation import Generation
from headrope.ledger.cube.shaping import Infos
from headrope.ledger.cube.unit_view import UnitView
from headrope.ledger.cube.units_view import AS_WAS, View

__all__ = ["AS_WAS", "Cube", "UnitView", "View"]


class Cube(Generation):
    """A generation that can be asked."""

    def view(self, units: Sequence[int], perimeter: int | None = None) -> View:
        """The figures of these units, in that order; units unknown to the generation read as nothing reported.

        `perimeter`: the month whose tree all is added over, AS_WAS, or None: totals as-was, growth like-for-like.
        """
        return View(self, np.array([self.row_of.get(unit, -1) for unit in units], np.int32), perimeter)

    def unit(self, unit: int, infos: Infos, perimeter: int | None = None) -> UnitView:
        """All figures of one unit."""
        return UnitView(self, self.row_of.get(unit), infos, perimeter)
