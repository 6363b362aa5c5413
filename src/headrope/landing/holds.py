"""Figures of the year that are given and not forecast."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import History, Kind
from headrope.core.problems import Problem, ProblemsFound
from headrope.landing.answers import BROUGHT, TWICE, Hold
from headrope.landing.histories import Grown
from headrope.landing.perimeter import Perimeter


def held_figures(found: Grown, history: History, over: Perimeter, holds: Sequence[Hold]) -> Numbers:
    """What is given of the year, float64[rows]: figures asked about, and what closed units brought, which is all."""
    held = np.full(len(found.tree.parent), np.nan)
    current = history.values[found.closed :, history.years * history.year :]
    held[found.closed :] = current.sum(axis=1) if history.kind is Kind.FLOW else 0.0
    for hold in holds:
        row = over.row(hold.unit)
        if not np.isnan(held[row]) and held[row] != hold.figure:
            raise ProblemsFound([Problem(hold.unit, TWICE, "Keep one.", {})])
        held[row] = hold.figure
    return held


def check_room(over: Perimeter, held: Numbers, known: Numbers) -> None:
    """ProblemsFound where a figure that never falls is held at less than the year has brought already."""
    short = [row for row in range(len(over.nodes)) if held[row] < known[row] * (1 - 1e-9)]
    if short:
        raise ProblemsFound(
            [
                Problem(over.nodes[row].code, BROUGHT, "Hold no less than that.", {"known": f"{known[row]:,.2f}"})
                for row in short
            ]
        )
