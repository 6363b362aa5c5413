"""Compares all cells of one version: measure by measure, part by part, span by span."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from headrope.core.periods import Period
from headrope.ledger.audit.cells import Array, Place, compare, compare_sums
from headrope.ledger.audit.figures import Series, fill_own, take_facts
from headrope.ledger.audit.owed import fill_counts, fill_pair, keep_counted
from headrope.ledger.audit.result import Tally
from headrope.ledger.audit.shares import Shared, put_shares
from headrope.ledger.audit.sums import Counts, Frame, add_up, owing
from headrope.ledger.audit.tables import Tables
from headrope.ledger.cube.layout import HELD, LARGEST, SMALLEST, VALUE, Group, Part, main_part
from headrope.ledger.cube.view import Cube
from headrope.ledger.models import Basis, State
from headrope.org.queries import unit_ids


@dataclass
class VersionAudit:
    """One version of one cube; `epoch_of` numbers the trees of days."""

    tables: Tables
    cube: Cube
    series: Series
    epoch_of: Mapping[date, int]
    shares: Mapping[int, Shared]
    owed: dict[int, dict[str, Counts]] = field(default_factory=dict)

    def run(self, stated: Sequence[int], tally: Tally, progress: Callable[[str, int, int], None]) -> None:
        """Compare everything; `stated` are measures of which any unit states a total."""
        groups = self.series.groups
        self._fill_cells()
        self.tables.clear("audit_counted")
        self.owed = {span: {name: self._zeros(span) for name in ("owed", "late")} for span in groups}
        added = sorted({measure for group in groups.values() for measure, _ in group.components})
        levels = sorted({measure for group in groups.values() for measure in group.levels})
        formed = sorted({measure for group in groups.values() for measure in group.pairs})
        steps = len(added) + len(levels) + len(formed) + len(stated)
        work: list[tuple[Callable[[int, Tally], None], int]] = [
            *((self._sums, measure) for measure in added),
            *((self._levels, measure) for measure in levels),
            *((self._pairs, measure) for measure in formed),
            *((self._stated, measure) for measure in stated),
        ]
        for done, (compare_one, measure) in enumerate(work):
            progress(f"comparing {self.series.code}", done, steps)
            self.tables.clear("audit_fact", "audit_main")
            compare_one(measure, tally)
        self._owed(tally)

    def _fill_cells(self) -> None:
        self.tables.clear("audit_cell")
        for span, group in self.series.groups.items():
            days = [Period(start, span).last_day for start in group.starts]
            rows = [(span, start, self.epoch_of[day], str(day)) for start, day in zip(group.starts, days, strict=True)]
            self.tables.fill("audit_cell", rows)
        self.tables.settle("audit_cell")

    @cached_property
    def _codes(self) -> dict[int, str]:
        code_of = {number: code for code, number in unit_ids().items()}
        return {row: code_of[unit] for unit, row in self.cube.row_of.items()}

    @cached_property
    def _rows(self) -> npt.NDArray[np.int64]:
        rows = np.full(max(self.cube.row_of, default=0) + 1, -1, np.int64)
        rows[list(self.cube.row_of)] = list(self.cube.row_of.values())
        return rows

    def _frame(self, span: int) -> Frame:
        return Frame(span, self.series.groups[span].starts, self._rows, len(self.cube.row_of))

    def _zeros(self, span: int) -> Counts:
        return np.zeros((len(self.cube.row_of), len(self.series.groups[span].starts)), np.int64)

    def _place(self, group: Group, measure: int, part: str) -> Place:
        return Place(self.series, group, self._frame(group.span), self._codes, measure, part)

    def _array(self, group: Group, kind: str, at: int) -> Array:
        """One component of an array of the cube, [units, cells]."""
        return np.ascontiguousarray(self.cube.array(f"{group.stem}.{kind}")[: len(self.cube.row_of), at])

    def _value(self, group: Group, measure: int, part: Part) -> Array:
        at = group.components.index((measure, part))
        exact = len(group.amounts)
        return self._array(group, "amounts", at) if at < exact else self._array(group, "numbers", at - exact)

    def _sums(self, measure: int, tally: Tally) -> None:
        """Totals and counts of all parts of a measure."""
        fill_own(self.tables, self.series, measure)
        groups = self.series.groups.values()
        parts = dict.fromkeys(part for group in groups for each, part in group.components if each == measure)
        main = main_part(self.series.infos[measure].rule)
        for part in parts:
            if part == HELD:
                continue
            fill_counts(self.tables, self.series, measure, part)
            if part == main and measure in self._counted:
                keep_counted(self.tables, self.series, measure)
            for span in self.series.spans(measure, part):
                self._sum(self.series.groups[span], measure, part, tally)

    def _sum(self, group: Group, measure: int, part: Part, tally: Tally) -> None:
        frame = self._frame(group.span)
        sums = add_up(self.tables, frame, part, (measure, part) in group.amounts)
        if self.shares and part not in (LARGEST, SMALLEST):
            put_shares(self.tables, frame, self.shares, sums.values)
        owing(self.tables, frame, self.owed[group.span])
        counts = group.components.index((measure, part))
        cube = {"value": self._value(group, measure, part)}
        cube |= {kind: self._array(group, kind, counts) for kind in ("reported", "expected")}
        if part == main_part(self.series.infos[measure].rule) and (measure, HELD) in group.components:
            cube["held"] = self._value(group, measure, HELD)
        compare_sums(self._place(group, measure, part), cube, sums, tally)

    @cached_property
    def _counted(self) -> set[int]:
        """The measures that formed ones are made of."""
        formed = {measure for group in self.series.groups.values() for measure in group.pairs}
        return {part for measure in formed for part in self._parts(measure)}

    def _parts(self, formed: int) -> list[int]:
        ids = {info.code: info.id for info in self.series.infos.values()}
        return sorted(ids[code] for code in self.series.infos[formed].parts)

    def _pairs(self, measure: int, tally: Tally) -> None:
        """How many units have all parts of a formed measure."""
        fill_pair(self.tables, self._parts(measure))
        for group in self.series.groups.values():
            if measure in group.pairs:
                sums = add_up(self.tables, self._frame(group.span), VALUE, exact=True)
                cube = self._array(group, "pairs", group.pairs.index(measure))
                compare(self._place(group, measure, "pair"), {"both": (cube, sums.reported)}, tally)

    def _levels(self, measure: int, tally: Tally) -> None:
        """Units' own figures of measures that are not added up."""
        take_facts(self.tables, self.series, measure)
        for group in self.series.groups.values():
            if measure in group.levels:
                books = np.full((len(self.cube.row_of), len(group.starts)), np.nan)
                self._put(self._frame(group.span), "coalesce(number, amount)", "f8", books)
                cube = self._array(group, "levels", group.levels.index(measure))
                compare(self._place(group, measure, "level"), {"level": (cube, books)}, tally)

    def _stated(self, measure: int, tally: Tally) -> None:
        """What units state of their totals."""
        take_facts(self.tables, self.series, measure, Basis.STATED)
        exact = self.series.infos[measure].rule.quantity.exact
        column, dtype = ("amount", "i8") if exact else ("number", "f8")
        for group in self.series.groups.values():
            shape = (len(self.cube.row_of), len(group.starts))
            books, cube = ((np.zeros(shape, dtype), np.zeros(shape, bool)) for _ in range(2))
            self._put(self._frame(group.span), column, dtype, *books)
            records = self.cube.array(f"{group.stem}.stated")
            records = records[(records["measure"] == measure) & records["has"]]
            at = records["row"], records["cell"]
            cube[0][at], cube[1][at] = records[column], True
            figures = {"stated": (cube[0], books[0]), "given": (cube[1], books[1])}
            compare(self._place(group, measure, VALUE), figures, tally)

    def _put(self, frame: Frame, column: str, dtype: str, into: Array, given: Array | None = None) -> None:
        """The values in `audit_fact` of one span, into arrays [units, cells]."""
        sql = f"SELECT unit, start, {column} FROM audit_fact WHERE span = {frame.span} AND state = {int(State.VALUE)}"
        for records in self.tables.records(sql, [("unit", "i8"), ("start", "i8"), ("value", dtype)]):
            at = frame.places(records["unit"], records["start"])
            into[at] = records["value"]
            if given is not None:
                given[at] = True

    def _owed(self, tally: Tally) -> None:
        """How many figures each unit owes, and lacks."""
        for span, group in self.series.groups.items():
            for kind, books in self.owed[span].items():
                cube = self.cube.array(f"{group.stem}.{kind}")[:, : len(self.cube.row_of)].T
                compare(self._place(group, 0, kind), {kind: (cube, books)}, tally)
