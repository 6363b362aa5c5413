"""Who owes which measure by duty, row by row and cell by cell; where there are no duties it is derived."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from headrope.core.periods import Period
from headrope.core.rollup import Bools
from headrope.ledger.cube.layout import Group
from headrope.ledger.cube.own import Ints
from headrope.ledger.duties import DutyRow
from headrope.ledger.queries import ACTUAL


class Owing:
    """The duties as known, by measure and span."""

    def __init__(self, duties: Sequence[DutyRow], row_of: Mapping[int, int]) -> None:
        self._by_measure: dict[int, dict[int, list[tuple[int, date, date]]]] = defaultdict(lambda: defaultdict(list))
        for duty in duties:
            row = row_of.get(duty.unit)
            if row is not None:
                self._by_measure[duty.measure][duty.span].append((row, duty.valid_from, duty.valid_to))

    def measures(self, version: str, span: int) -> tuple[int, ...]:
        """The measures of which duties say who owes them at that span."""
        if version != ACTUAL:
            return ()
        return tuple(
            sorted(measure for measure, spans in self._by_measure.items() if any(span % s == 0 for s in spans))
        )

    def due(self, measure: int, group: Group, rows: Ints) -> Bools | None:
        """Who owes the measure in each cell, bool [rows, cells]; None where that is derived."""
        if measure not in group.owed:
            return None
        at = {row: place for place, row in enumerate(rows.tolist())}
        last_days = [Period(start, group.span).last_day for start in group.starts]
        found = np.zeros((len(rows), len(last_days)), bool)
        spans = self._by_measure[measure]
        for duties in (spans[span] for span in spans if group.span % span == 0):
            for row, first, end in duties:
                if row in at:
                    found[at[row], bisect_left(last_days, first) : bisect_left(last_days, end)] = True
        return found
