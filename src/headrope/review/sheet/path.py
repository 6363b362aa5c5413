"""The year's path of a sum, month by month: what came, what was planned, what came a year before; running totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from headrope.core.periods import Period, year_of
from headrope.core.rollup import Column
from headrope.ledger.cube.shaping import shape
from headrope.ledger.cube.unit_totals import CellTotals
from headrope.ledger.cube.view import UnitView
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo
from headrope.review.queries import Line, Reader, Review

Steps = tuple[int | float | None, ...]


@dataclass(frozen=True)
class YearPath:
    """A flow over the (fiscal) year that the period ends in, in the shortest cells it is reported in.

    `actual`, `plan` and `before` (a year earlier, over the tree the review compares on) are single cells, in steps for
    exact measures; None where nothing is known. Cells after the period have no actual figure, whatever is known of them.
    """

    info: MeasureInfo
    cells: tuple[Period, ...]
    actual: Steps
    plan: Steps
    before: Steps

    def gaps(self, base: Steps) -> list[tuple[Period, int | float, bool]]:
        """What each cell has added to the gap to `base` (plan or before), and whether it is missing: then all of its plan is."""
        rows = zip(self.cells, self.actual, base, strict=True)
        return [(cell, (a or 0) - (p or 0), a is None) for cell, a, p in rows if a is not None or p is not None]


def running(steps: Steps) -> list[int | float | None]:
    """Running totals; a cell without a figure has none and adds nothing."""
    totals = accumulate(value or 0 for value in steps)
    return [held if value is not None else None for held, value in zip(totals, steps, strict=True)]


def year_paths(reader: Reader, review: Review, lines: Sequence[Line]) -> list[YearPath]:
    """The paths of those lines that are flows; nothing where they are only reported once a year."""
    period, cube = review.period, reader.cube
    year = year_of(period.end - 1, reader.ledger.fiscal_start)
    found = []
    sums = [line.info for line in lines if line.info.rule.kind in ("flow", "cumulative")]
    view = reader.unit_view(review.unit.id)
    earlier = view if review.like is None else view.like(review.like)
    for info in sums if period.start >= year.start else ():
        span = min(cube.native_spans(info.id, ACTUAL), default=12)
        if span >= 12 or (period.end - year.start) % span:
            continue
        cells = year.cells(span)

        def steps(of: UnitView, version: str, wanted: list[Period], info: MeasureInfo = info) -> Steps:
            return _steps(shape(info, reader.infos, CellTotals(of, version, wanted)))

        so_far = steps(view, ACTUAL, [cell for cell in cells if cell.end <= period.end])
        planned = (None,) * len(cells) if review.against == LAST_YEAR else steps(view, review.against, cells)
        before = steps(earlier, ACTUAL, [cell.shifted(-12) for cell in cells])
        found.append(YearPath(info, tuple(cells), so_far + (None,) * (len(cells) - len(so_far)), planned, before))
    return found


def _steps(column: Column) -> Steps:
    known = column.known.tolist()
    return tuple(value if there else None for value, there in zip(column.values.tolist(), known, strict=True))
