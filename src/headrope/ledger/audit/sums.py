"""Sums over the closure by SQL, as arrays that can be laid beside the cube's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from headrope.ledger.audit.tables import Tables
from headrope.ledger.cube.layout import LARGEST, SMALLEST, Part

Values = npt.NDArray[np.int64] | npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

_WAYS: dict[Part, str] = {LARGEST: "max", SMALLEST: "min"}


@dataclass(frozen=True)
class Frame:
    """Rows and cells of one group: `rows` by unit id (-1: none), `starts` of the cells in order."""

    span: int
    starts: Sequence[int]
    rows: npt.NDArray[np.int64]
    units: int

    def places(self, units: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]) -> tuple[Counts, Counts]:
        """Row and cell of each pair of unit and start."""
        return self.rows[units], np.searchsorted(np.array(self.starts), starts)

    def zeros(self, dtype: npt.DTypeLike) -> npt.NDArray[np.generic]:
        """An array [units, cells]."""
        return np.zeros((self.units, len(self.starts)), dtype)


@dataclass(frozen=True)
class Sums:
    """Totals of one part, arrays [units, cells]; `sizes` are sums of absolute values of floats (exact parts: none)."""

    values: Values
    sizes: npt.NDArray[np.float64] | None
    reported: Counts
    expected: Counts
    held: Counts


def add_up(tables: Tables, frame: Frame, part: Part, exact: bool) -> Sums:
    """What stands in `audit_own`, added over the closure."""
    column, kind = ("o.amount", "bigint") if exact else ("o.number", "double precision")
    way = _WAYS.get(part, "sum")
    sql = f"""SELECT r.above, c.start, CAST(coalesce({way}({column}), 0) AS {kind}),
            {"0" if exact else "coalesce(sum(abs(o.number)), 0)"}, sum(o.present), sum(o.expected), sum(o.held)
        FROM audit_cell c {tables.before} audit_reach r ON r.epoch = c.epoch
        {tables.before} audit_own o ON o.span = c.span AND o.start = c.start AND o.unit = r.unit
        WHERE c.span = {frame.span} GROUP BY c.start, r.above"""
    names = ("above", "start", "value", "size", "reported", "expected", "held")
    kinds = ("i8", "i8", "i8" if exact else "f8", "f8", "i8", "i8", "i8")
    values = frame.zeros("i8" if exact else "f8")
    arrays = {"value": values, "size": frame.zeros("f8"), **{name: frame.zeros("i8") for name in names[4:]}}
    for records in tables.records(sql, list(zip(names, kinds, strict=True))):
        row, cell = frame.places(records["above"], records["start"])
        for name, array in arrays.items():
            array[row, cell] = records[name]
    sizes = None if exact else arrays["size"]
    return Sums(values, sizes, *(arrays[name] for name in names[4:]))  # type: ignore[arg-type]


def owing(tables: Tables, frame: Frame, into: Mapping[str, Counts]) -> None:
    """Add to `owed` and `late` [units, cells] whose own figures of the part in `audit_own` are expected, and lacking."""
    sql = f"SELECT unit, start, present FROM audit_own WHERE span = {frame.span} AND expected = 1"
    for records in tables.records(sql, [("unit", "i8"), ("start", "i8"), ("present", "i8")]):
        at = frame.places(records["unit"], records["start"])
        into["owed"][at] += 1
        into["late"][at] += 1 - records["present"]
