"""Units that have closed or will close within the year, without a successor: what of their figures counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from headrope.core.landing.aims import Adjustment
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import History, Kind
from headrope.core.periods import month_of
from headrope.core.units import SEGMENT
from headrope.landing.histories import Line, Window, reported
from headrope.landing.perimeter import Perimeter
from headrope.ledger.cube.shaping import Infos
from headrope.ledger.cube.view import Cube
from headrope.org.queries import EditionRow, Tree


class Read(NamedTuple):
    """What is read of a measure: one line of it, over these steps, up to the month before `end`."""

    line: Line
    infos: Infos
    frame: Window
    end: int


def left_behind(cube: Cube, editions: Sequence[EditionRow], alive: Tree, over: Perimeter, read: Read) -> Numbers:
    """What units that were closed without successor brought to each unit of the perimeter, float64[units, steps].

    `alive` is the tree of the month before the read's end. Only leaves are told apart; what closed inner units had of their own stays with the unit that they were under.
    """
    found = np.zeros((len(over.nodes), read.frame.count))
    rows = {node.id: row for row, node in enumerate(over.nodes)}
    last = {row.unit: row for row in editions}  # by first day, so that the last edition stays
    closed: dict[int, int] = {}
    for unit, edition in last.items():
        inner = cube.row_of.get(unit)
        if unit in alive.nodes or edition.successor or edition.edition.kind == SEGMENT or inner is None:
            continue
        at = edition.parent
        while at is not None and at not in alive.nodes and at in last:
            at = last[at].successor or last[at].parent
        if at in rows and not cube.structure.inner[inner]:
            closed[unit] = rows[at]
    if closed:
        brought = np.nan_to_num(reported(cube.view(list(closed)), read.line, read.infos, read.frame))
        np.add.at(found, list(closed.values()), brought)
    return found


def closing(editions: Sequence[EditionRow], over: Perimeter, later: Tree) -> dict[int, date]:
    """Leaves, by row, that end before the year does and have no successor, and their last days; `later` is the year's
    last tree."""
    last = {row.unit: row for row in editions}
    inner = set(over.inner)
    return {
        row: last[node.id].edition.valid_to - timedelta(days=1)
        for row, node in enumerate(over.nodes)
        if row not in inner and node.id not in later.nodes and not last[node.id].successor
    }


def ends(closing: dict[int, date], history: History, end: int, year_end: int) -> list[Adjustment]:
    """Of units that close within the year only the part of the rest before that counts; of a level nothing is left."""
    found = []
    for row, day in closing.items():
        left = max(0, month_of(day).start + 1 - end) / max(1, year_end - end)
        if history.kind is Kind.FLOW:
            found.append(Adjustment((row,), left))
        else:
            found.append(Adjustment((row,), 0.0, -float(np.nan_to_num(history.values[row, -1]))))
    return found
