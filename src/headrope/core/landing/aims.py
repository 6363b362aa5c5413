"""What is wanted of a year and how it is to be landed: targets, held figures, scenarios.

Pure data and no compiled loop, so that pages may import it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from headrope.core.landing import solvability
from headrope.core.landing.base_forecasts import BaseForecasts, Numbers
from headrope.core.problems import Problem
from headrope.core.rollup import Bools
from headrope.core.tree_sums import Tree


class Adjustment(NamedTuple):
    """What a scenario does to the rest of the year of the given rows and all below them: times `factor`, plus `amount`.

    `rows` are row numbers. The amount is what all their leaves together get, each in proportion to the size of its rest.
    """

    rows: tuple[int, ...]
    factor: float = 1.0
    amount: float = 0.0


class Aims(NamedTuple):
    """What is wanted of the year: `targets` float64[rows] (NaN: none), whether more is better, for all rows or bool[rows],
    and `held` float64[rows], the year's figures that are given and not forecast (NaN: forecast)."""

    targets: Numbers | None = None
    more: Bools | bool = True
    held: Numbers | None = None


class Options(NamedTuple):
    """`shares` float64[rows] of rows in their parents; adjustments of a scenario; `extra` forecasters as in Ground, to be
    made for all years; threads for the batch forecasters."""

    shares: Numbers | None = None
    adjustments: Sequence[Adjustment] = ()
    extra: Numbers | None = None
    threads: int = 1


def problems(aims: Aims, tree: Tree, names: Sequence[str], shares: Numbers | None = None) -> list[Problem]:
    """Held figures that contradict each other, and shares that are none, as somebody has to mend them; `names` by row."""
    held = np.full(len(tree.parent), np.nan) if aims.held is None else aims.held
    given = ~np.isnan(held)
    inner = np.diff(tree.first) > 0
    spread = np.where(given, 0.0, np.where(inner, np.inf, 1.0))
    return solvability.problems(
        tree, BaseForecasts(np.where(given, held, 0.0)[:, None], spread[:, None], shares), names
    )
