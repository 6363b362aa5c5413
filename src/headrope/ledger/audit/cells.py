"""Lays the sums beside the cube's arrays, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from headrope.core.periods import Period, name
from headrope.core.quantities import Quantity
from headrope.ledger.audit.figures import Series
from headrope.ledger.audit.result import Difference, Tally
from headrope.ledger.audit.sums import Frame, Sums
from headrope.ledger.cube.layout import DIFFERENCE, LARGEST, SMALLEST, VALUE, Group

BOUND = 1e-12
"""The gap allowed between two sums of floats, as a part of the sum of their absolute values."""

Array = npt.NDArray[np.generic]
Bools = npt.NDArray[np.bool_]
_IN_STEPS = (VALUE, DIFFERENCE, LARGEST, SMALLEST)


@dataclass(frozen=True)
class Place:
    """What is compared: a part of a measure (0: all of them together) in one group, and the codes of units by row."""

    series: Series
    group: Group
    frame: Frame
    codes: Mapping[int, str]
    measure: int
    part: str

    def words(self, value: object) -> str:
        """A figure in units of account, where the part is one; counts and products as they are."""
        rule = self.series.infos[self.measure].rule
        if isinstance(value, int) and self.part in _IN_STEPS and rule.quantity.exact:
            return Quantity(rule.quantity.kind, rule.quantity.step_exponent).write(value)
        return repr(value)

    def difference(self, figure: str, at: tuple[int, int], cube: object, books: object) -> Difference:
        """What is reported of the row and cell `at`."""
        period = name(Period(self.group.starts[at[1]], self.group.span), self.series.fiscal_start)
        say = self.words if figure in ("value", "stated") else repr
        code = self.series.infos[self.measure].code if self.measure else ""
        return Difference(self.codes[at[0]], code, self.part, self.series.code, period, figure, say(cube), say(books))


def compare(place: Place, figures: Mapping[str, tuple[Array, Array]], tally: Tally) -> None:
    """Compare arrays [units, cells] by figure, the cube's first; each cell counts once, however many figures differ."""
    differing = np.zeros((place.frame.units, len(place.frame.starts)), bool)
    for figure, (cube, books) in figures.items():
        wrong = differs(cube, books)
        _keep(place, figure, (cube, books), wrong, tally)
        differing |= wrong
    tally.cells += differing.size
    tally.differing += int(differing.sum())


def differs(cube: Array, books: Array) -> Bools:
    """Where two arrays are not equal; nothing is equal to nothing."""
    wrong: Bools = np.asarray(cube != books)
    if cube.dtype.kind == "f":
        wrong &= ~(np.isnan(cube) & np.isnan(books))
    return wrong


def compare_sums(place: Place, cube: Mapping[str, Array], sums: Sums, tally: Tally) -> None:
    """Compare a part's totals and counts; a value where anything goes into it, floats within the bound."""
    wrong_value = (cube["value"] != sums.values) & ((sums.reported > 0) | (sums.held > 0))
    if sums.sizes is not None and place.part not in (LARGEST, SMALLEST):
        gaps = np.abs(cube["value"].astype(np.float64) - sums.values)
        seen = np.where(wrong_value, gaps / np.maximum(sums.sizes, 1e-300), 0.0)
        wrong_value &= ~(gaps <= BOUND * sums.sizes)
        tally.widest = max(tally.widest, float(np.where(wrong_value, 0.0, seen).max(initial=0.0)))
    wrong = {
        "value": (wrong_value, sums.values),
        "reported": (differs(cube["reported"], sums.reported), sums.reported),
        "expected": (differs(cube["expected"], sums.expected), sums.expected),
    }
    if "held" in cube:
        wrong["held"] = (differs(cube["held"], sums.held), sums.held)
    any_wrong = np.zeros(sums.reported.shape, bool)
    for figure, (where, books) in wrong.items():
        _keep(place, figure, (cube[figure], books), where, tally)
        any_wrong |= where
    tally.cells += any_wrong.size
    tally.differing += int(any_wrong.sum())


def _keep(place: Place, figure: str, arrays: tuple[Array, Array], wrong: Bools, tally: Tally) -> None:
    for row, cell in np.argwhere(wrong)[: tally.room].tolist():
        cube, books = (array[row, cell].item() for array in arrays)
        tally.take(place.difference(figure, (row, cell), cube, books))
