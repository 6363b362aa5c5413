"""Reads the folder of the example group back and adds it up by plain Python, without any of Headrope's own arithmetic."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path

Rows = list[dict[str, str]]
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # no half of a leap year is asked for here
HALF_2022, HALF_2023 = ([f"{year}-{month:02d}" for month in range(1, 7)] for year in (2022, 2023))
YEAR_2022, YEAR_2023 = ([f"{year}-{month:02d}" for month in range(1, 13)] for year in (2022, 2023))
CARRIED = ("RECEIVABLES", "LIABILITIES", "ASSETS")


def table(path: Path) -> Rows:
    """The rows of a file by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Group:
    """A folder, read; all figures in units of account."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("units", "measures", "facts", "eliminations", "segments", "duties", "forms", "holdings"):
            setattr(self, name, table(folder / f"{name}.csv"))

    units: Rows
    measures: Rows
    facts: Rows
    eliminations: Rows
    segments: Rows
    duties: Rows
    forms: Rows
    holdings: Rows

    @cached_property
    def latest(self) -> dict[tuple[str, str, str, str], Decimal]:
        """Own values as known last, by unit, measure, version and period: later vintages replace earlier ones."""
        rows = [row for row in self.facts if (row["basis"], row["state"]) == ("own", "value")]
        rows.sort(key=lambda row: row["vintage"])
        return {(r["unit"], r["measure"], r["version"], r["period"]): Decimal(r["value"]) for r in rows}

    @cached_property
    def taken_off(self) -> dict[tuple[str, str, str], list[tuple[str, str, Decimal]]]:
        """Eliminations by measure, version and period."""
        found: dict[tuple[str, str, str], list[tuple[str, str, Decimal]]] = {}
        for row in self.eliminations:
            pair = (row["unit"], row["counterparty"], Decimal(row["amount"]))
            found.setdefault((row["measure"], row["version"], row["period"]), []).append(pair)
        return found

    @cached_property
    def _placed(self) -> dict[str, dict[str, str]]:
        return {}

    def parents(self, month: str) -> dict[str, str]:
        """The tree at the end of a month, segments apart: parent by unit."""
        if month not in self._placed:
            self._placed[month] = {
                row["code"]: row["parent"]
                for row in self.units
                if row["kind"] != "segment"
                and row["from"] <= f"{month}-31"
                and (not row["to"] or row["to"] >= f"{month}-28")
            }
        return self._placed[month]

    def above(self, unit: str, month: str) -> list[str]:
        """The unit and all above it."""
        parents, path = self.parents(month), [unit]
        while path[-1] and parents[path[-1]]:
            path.append(parents[path[-1]])
        return path

    def leaves(self, unit: str, month: str) -> list[str]:
        """The units at or under a unit that have none under them at the end of the month."""
        parents = self.parents(month)
        return [code for code in parents if code not in set(parents.values()) and unit in self.above(code, month)]

    def month(self, unit: str, measure: str, version: str, month: str) -> Decimal:
        """The total of a month (or of a stock at its end) in its own tree; a level that is late is carried from May."""
        total = Decimal(0)
        for leaf in self.leaves(unit, month):
            value = self.latest.get((leaf, measure, version, month))
            if value is None and measure in CARRIED and version == "actual":
                value = self.latest.get((leaf, measure, version, f"{month[:5]}{int(month[5:]) - 1:02d}"))
            total += value or 0
        for one, other, amount in self.taken_off.get((measure, version, month), ()):
            if unit in self.above(one, month) and unit in self.above(other, month):
                total -= amount
        return total

    def sum(self, unit: str, measure: str, version: str, months: Sequence[str]) -> Decimal:
        """A flow over months."""
        return sum((self.month(unit, measure, version, month) for month in months), Decimal(0))

    def mean(self, unit: str, measure: str, version: str, months: Sequence[str]) -> Decimal:
        """A level over the days of months."""
        days = [DAYS[int(month[5:]) - 1] for month in months]
        levels = [self.month(unit, measure, version, month) for month in months]
        return sum((level * n for level, n in zip(levels, days, strict=True)), Decimal(0)) / sum(days)

    def cells(self, unit: str, period: str) -> Rows:
        """Actual figures of a unit for a period."""
        return [row for row in self.facts if (row["unit"], row["version"], row["period"]) == (unit, "actual", period)]
