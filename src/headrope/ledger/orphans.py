"""Figures that the definitions of a load would leave outside: of units, segments and measures that are not there then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from headrope.core.periods import from_code
from headrope.core.problems import Problem
from headrope.core.vintages import Timeline
from headrope.ledger.comparison import CELL
from headrope.ledger.definitions import Definitions
from headrope.ledger.folder.eliminations import Amount, Pair
from headrope.ledger.folder.reach import Reach
from headrope.ledger.models import State
from headrope.ledger.staging import Staging, table_of

Cell = tuple[int, int, int, int, int]


class Orphans:
    """Finds them; what can have become one is narrowed first, so that usual loads look at nothing."""

    def __init__(self, stage: Staging, defined: Definitions, now: Reach, ever: Reach) -> None:
        self.stage, self.defined, self.now = stage, defined, now
        self.codes = {number: code for code, number in defined.unit_ids.items()}
        self.units = {unit for unit in {*ever.alive, *now.alive} if ever.alive.get(unit) != now.alive.get(unit)}
        self.units |= {unit for unit in {*ever.own, *now.own} if ever.own.get(unit) != now.own.get(unit)}
        self.measures = {one for one in {*ever.valid, *now.valid} if ever.valid.get(one) != now.valid.get(one)}

    def problems(self, dated: bool, eliminated: Timeline[Pair, Amount]) -> Iterator[Problem]:
        """Figures and eliminations that hold at the end, once for each unit or measure and period."""
        changed_units = {self.defined.unit_ids[change.key] for change in self.defined.units.known.changes}
        changed_measures = {self.defined.measure_ids[change.key] for change in self.defined.measures.known.changes}
        units, measures = self.units & changed_units, self.measures & changed_measures
        latest: dict[Cell, tuple[int, int]] = {}
        if units or measures:
            latest = self._latest("fact", "0", "seq", units, measures)
        if units or measures or (dated and (self.units or self.measures)):
            latest |= self._latest("fresh", "line", "vintage", self.units, self.measures)
        told: dict[tuple[object, ...], Problem] = {}
        for cell, (state, line) in latest.items():
            if state in (State.VALUE, State.TEXT) and (problem := self._outside(cell, line)):
                told.setdefault((problem.message, *problem.values.values()), problem)
        if units or measures:
            for problem in self._eliminations(units, measures, eliminated):
                told.setdefault((problem.message, *problem.values.values()), problem)
        yield from told.values()

    def _latest(
        self, table: str, line: str, order: str, units: set[int], measures: set[int]
    ) -> dict[Cell, tuple[int, int]]:
        self._suspect("unit", units)
        self._suspect("measure", measures)
        sql = f"""SELECT {CELL}, state, {line} FROM {table} WHERE unit_id IN (SELECT id FROM suspect_unit)
            OR measure_id IN (SELECT id FROM suspect_measure) ORDER BY {order}"""
        found: dict[Cell, tuple[int, int]] = {}
        for *cell, state, at in self.stage.run(sql):
            key: Any = tuple(cell)
            found[key] = state, at
        return found

    def _suspect(self, noun: str, ids: Iterable[int]) -> None:
        self.stage.run(f"DROP TABLE IF EXISTS suspect_{noun}")
        self.stage.run(f"CREATE {table_of(f'suspect_{noun}', 'id')}")
        with self.stage.filling(f"suspect_{noun}", "id") as add:
            add([(each,) for each in sorted(ids)])

    def _outside(self, cell: Cell, line: int) -> Problem | None:
        unit, measure, _, period, basis = cell
        values = {"code": self.codes[unit], "period": from_code(period)}
        where = self._where(unit, line)
        if not self.now.is_alive(unit, period):
            message = "%(code)s has figures for %(period)s, at whose end it would not exist."
            return Problem(where, message, "Withdraw them first, or correct the dates.", values)
        if not basis and not self.now.has_own(unit, period):
            message = "%(code)s has figures of its own for %(period)s, at whose end it would be a segment."
            return Problem(where, message, "Withdraw them first, or correct the dates.", values)
        if not self.now.is_valid(measure, period):
            return self._invalid(measure, period, line)
        return None

    def _invalid(self, measure: int, period: int, line: int) -> Problem:
        code = next(code for code, number in self.defined.measure_ids.items() if number == measure)
        rows = {row.rule.code: row.where for row in self.defined.measures.whole()}
        message = "There are figures of %(code)s for %(period)s, at whose end it would not hold."
        values = {"code": code, "period": from_code(period)}
        where = rows.get(code) or (f"facts.csv, row {line}" if line else "")
        return Problem(where, message, "Withdraw them first, or correct the dates.", values)

    def _where(self, unit: int, line: int) -> str:
        code = self.codes[unit]
        said = next((each for each in reversed(self.defined.units.said) if each.key == code), None)
        return said.where if said else f"facts.csv, row {line}" if line else ""

    def _eliminations(
        self, units: set[int], measures: set[int], eliminated: Timeline[Pair, Amount]
    ) -> Iterator[Problem]:
        sql = "SELECT unit_id, counterparty_id, measure_id, version_id, period, amount FROM elimination ORDER BY seq"
        latest: dict[Pair, int | None] = {}
        for *key, amount in self.stage.run(sql):
            pair: Any = tuple(key)
            if units & {pair[0], pair[1]} or pair[2] in measures:
                latest[pair] = amount
        for pair, amount in latest.items():
            if amount is None or eliminated.at(pair) == ():
                continue
            for unit in pair[:2]:
                if not self.now.is_alive(unit, pair[4]):
                    values = {"code": self.codes[unit], "period": from_code(pair[4])}
                    message = "%(code)s has eliminations for %(period)s, at whose end it would not exist."
                    yield Problem(self._where(unit, 0), message, "Withdraw them first, or correct the dates.", values)
            if not self.now.is_valid(pair[2], pair[4]):
                yield self._invalid(pair[2], pair[4], 0)
