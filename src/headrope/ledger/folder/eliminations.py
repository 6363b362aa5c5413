"""Reads eliminations.csv: what two units' figures hold of their dealings with each other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from headrope.core.measures import ELIMINATED
from headrope.core.periods import PeriodError, parse_native
from headrope.core.problems import Problem
from headrope.core.quantities import QuantityError
from headrope.core.vintages import Said
from headrope.ledger.folder.facts import VERSION_CODE
from headrope.ledger.folder.reach import Held
from headrope.ledger.folder.rows import WITHDRAWN, Gathered, Row, only, read_rows, unknown
from headrope.ledger.folder.tables import Report

FILE = "eliminations.csv"
COLUMNS = ("unit", "counterparty", "measure", "period", "version", "amount"), ("vintage", "state", "reason")

Pair = tuple[int, int, int, int, int]
"""Unit, counterparty, measure and version by id, and the code of a period."""


@dataclass(frozen=True)
class Amount:
    """What is eliminated, in steps; `label` says of what in words."""

    amount: int
    label: str = field(default="", compare=False)
    where: str = field(default="", compare=False)


@dataclass
class EliminationReader:
    """One run over eliminations.csv; versions are numbered on from those of the figures."""

    held: Held
    versions: dict[str, int]
    report: Report
    reasons: dict[date | None, dict[str, None]] = field(default_factory=dict)

    def read(self, folder: Path) -> list[Said[Pair, Amount]]:
        """What eliminations.csv says; nothing without the file."""
        names: dict[Pair, str] = {}
        gathered: Gathered[Pair, Amount] = Gathered(COLUMNS[0][:-1], self.held.calendar.today, self.report)
        for where, row in read_rows(folder / FILE, COLUMNS, self.report):
            pair = self._pair(where, row)
            if pair is not None:
                names[pair] = _label(row)
                gathered.take(where, row, pair, lambda where, row: self._amount(where, row))
            self._reason(where, row)
        said = gathered.said(lambda rows: only(rows, lambda row: row.label, self.report))
        return [replace(each, name=names[each.key]) for each in said]

    def _reason(self, where: str, row: Row) -> None:
        reason = row.get("reason", "")
        if "\0" in reason:
            message = "The reason '%(reason)s' holds a character that no text has."
            self.report(Problem(where, message, "Take it out.", {"reason": reason[:60].replace("\0", "?")}))
        elif reason:
            try:
                day = date.fromisoformat(row["vintage"]) if "vintage" in row else None
            except ValueError:
                return  # reported with the row
            self.reasons.setdefault(day, {})[reason] = None

    def _pair(self, where: str, row: Row) -> Pair | None:
        wrong = [
            unknown(where, "unit", row[column], self.held.units)
            for column in ("unit", "counterparty")
            if row[column] not in self.held.units
        ]
        if row["measure"] not in self.held.measures:
            wrong.append(unknown(where, "measure", row["measure"], self.held.measures))
        period = 0
        try:
            period = parse_native(row["period"], self.held.calendar.fiscal_start).code
        except PeriodError as error:
            wrong.append(Problem(where, "%(error)s.", "", {"error": str(error)}))
        if not VERSION_CODE.fullmatch(row["version"]):
            remedy = "Write actual, target, budget, landing, or a word of letters, digits and _."
            wrong.append(Problem(where, "'%(version)s' is not a version.", remedy, {"version": row["version"][:60]}))
        if row["unit"] == row["counterparty"] and row["unit"]:
            message = "%(unit)s deals with itself; nothing is eliminated between a unit and itself."
            wrong.append(Problem(where, message, "Name the other unit.", {"unit": row["unit"]}))
        wrong = wrong or self._outside(where, row, period)
        for problem in wrong:
            self.report(problem)
        if wrong:
            return None
        ids = self.held.units[row["unit"]], self.held.units[row["counterparty"]], self.held.measures[row["measure"]]
        return *ids, self.versions.setdefault(row["version"], len(self.versions)), period

    def _outside(self, where: str, row: Row, period: int) -> list[Problem]:
        """What the units, the measure and their days do not allow."""
        if row.get("state") == WITHDRAWN:
            return []
        found = []
        reach = self.held.ever if "vintage" in row else self.held.now
        measure = self.held.measures[row["measure"]]
        rule = self.held.rules[measure]
        if rule.kind not in ELIMINATED or not rule.exact:
            message = (
                "%(measure)s can have no eliminations: only flows, cumulative measures and stocks of whole steps can."
            )
            found.append(Problem(where, message, "Leave the row out.", {"measure": row["measure"]}))
        for column in ("unit", "counterparty"):
            if not reach.is_alive(self.held.units[row[column]], period):
                message = "%(unit)s does not exist at the end of %(period)s."
                values = {"unit": row[column], "period": row["period"]}
                found.append(Problem(where, message, "Correct the period, or the unit's dates.", values))
        if not reach.is_valid(measure, period):
            message = "%(measure)s does not hold at the end of %(period)s."
            values = {"measure": row["measure"], "period": row["period"]}
            found.append(Problem(where, message, "Correct the period, or the measure's dates.", values))
        return found

    def _amount(self, where: str, row: Row) -> Amount | None:
        quantity = self.held.rules[self.held.measures[row["measure"]]].quantity
        if not row["amount"]:
            message = "The amount is empty."
            self.report(Problem(where, message, "Leave the whole row out, or give state withdrawn."))
            return None
        try:
            amount = quantity.read(row["amount"])
        except QuantityError as error:
            self.report(Problem(where, error.message, error.remedy, error.values))
            return None
        return Amount(int(amount), _label(row), where)


def _label(row: Row) -> str:
    return " ".join(row[column] for column in COLUMNS[0][:-1])
