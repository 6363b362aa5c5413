"""Holds the subtotal rows of a sheet against the rows that they are sums of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from headrope.core.problems import Problem
from headrope.ledger.mapping.grid import even
from headrope.ledger.mapping.keys import Total
from headrope.ledger.mapping.numbers import plain

Row = Mapping[int, Decimal]
"""Figures by the number of the column's definition."""

Scope = tuple[str, str]
Cells = Mapping[int, tuple[str, str]]
"""By the same numbers: the name of the cell, and what its figure is (measure, period and version)."""


@dataclass
class Sums:
    """Running sums of one sheet: of all rows, of each section, and of the rows since the last subtotal."""

    compared: int = 0
    differing: int = 0
    _sums: dict[Scope, dict[int, Decimal]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Decimal)))

    def add(self, section: str, figures: Row) -> None:
        """A row of a unit in a section."""
        for scope in (("all", ""), ("above", ""), ("section", even(section))):
            sums = self._sums[scope]
            for number, value in figures.items():
                sums[number] += value

    def begin_section(self) -> None:
        """A row that names a section: what is above it is no part of the next subtotal."""
        self._sums.pop(("above", ""), None)

    def check(self, total: Total, section: str, figures: Row, cells: Cells) -> list[Problem]:
        """The differences between a subtotal row and its sums, as warnings."""
        sums = self._sums.get((total.of, even(section) if total.of == "section" else ""), {})
        self._sums.pop(("above", ""), None)
        found = []
        for number, stated in figures.items() if total.check else ():
            self.compared += 1
            counted = sums.get(number, Decimal(0))
            if abs(stated - counted) > max(total.tolerance, total.relative * abs(stated)):
                self.differing += 1
                where, what = cells[number]
                found.append(_difference(where, what, stated, counted, _of(total, section)))
        return found


def _of(total: Total, section: str) -> str:
    return {"section": f"the rows of {section}", "above": "the rows above", "all": "all rows"}[total.of]


def _difference(where: str, what: str, stated: Decimal, counted: Decimal, of: str) -> Problem:
    message = "The subtotal of %(what)s says %(stated)s; %(of)s add up to %(counted)s, a difference of %(difference)s."
    values = {
        "what": what,
        "stated": plain(stated),
        "counted": plain(counted),
        "difference": plain(stated - counted),
        "of": of,
    }
    return Problem(where, message, "", values, blocking=False)
