"""Streams facts and eliminations out of the ledger as rows of facts.csv and eliminations.csv, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from headrope.core.periods import from_code, name
from headrope.core.quantities import Quantity
from headrope.journal.models import Posting
from headrope.ledger.export.days import Clock, new_each_day
from headrope.ledger.models import Basis, Elimination, FactText, Measure, PostingUnit, State, Version
from headrope.org.queries import unit_ids

FACTS = ("unit", "measure", "period", "version", "value", "vintage", "basis", "state", "reason")
ELIMINATIONS = ("unit", "counterparty", "measure", "period", "version", "amount", "vintage", "state", "reason")
CHUNK = 20_000

WITHDRAWN = State.WITHDRAWN.label
NOTHING = (None, None, int(State.WITHDRAWN), None)
"""Amount, number, state and text of a cell that says nothing, which is as if it had never been known."""

Line = list[str]
_STATES = {
    State.VALUE: "",
    State.TEXT: "",
    State.WITHDRAWN: State.WITHDRAWN.label,
    State.NOT_APPLICABLE: State.NOT_APPLICABLE.label,
}
_BASES = {Basis.OWN: "", Basis.STATED: Basis.STATED.label}


@dataclass(frozen=True)
class Figures:
    """The figures of the books as they stood after the clock's last posting."""

    clock: Clock
    fiscal_start: int

    @cached_property
    def units(self) -> dict[int, str]:
        """Codes of units by id."""
        return {number: code for code, number in unit_ids().items()}

    @cached_property
    def measures(self) -> dict[int, str]:
        """Codes of measures by id."""
        return dict(Measure.objects.values_list("id", "code"))

    @cached_property
    def writers(self) -> dict[int, Callable[[int | float], str]]:
        """What writes the values of each measure."""
        fields = ("id", "quantity", "step_exponent")
        rows = Measure.objects.values_list(*fields)
        return {number: Quantity(kind, step).write for number, kind, step in rows}

    @cached_property
    def versions(self) -> dict[int, str]:
        """Codes of versions by id."""
        return dict(Version.objects.values_list("id", "code"))

    @cached_property
    def _elimination_postings(self) -> set[int]:
        return set(Elimination.objects.values_list("seq", flat=True).distinct())

    def reasons(self, eliminations: bool) -> dict[str, str]:
        """What was given as reason for the figures of each day, in the order of postings."""
        chosen = self._elimination_postings
        if not eliminations:
            chosen = set(PostingUnit.objects.values_list("seq", flat=True).distinct()) - chosen
        found: dict[str, dict[str, None]] = {}
        for seq, reason in Posting.objects.exclude(reason="").order_by("seq").values_list("seq", "reason"):
            if seq in chosen and seq in self.clock.days and reason.strip():
                found.setdefault(self.clock.days[seq], {})[reason.strip()] = None
        return {day: "; ".join(reasons)[:500] for day, reasons in found.items()}

    def facts(self, progress: Callable[[int, int], None]) -> Iterator[Line]:
        """Rows of facts.csv by unit, measure, version, period and basis, in the order of vintages."""
        periods: dict[int, str] = {}
        reasons = self.reasons(eliminations=False)
        place = {unit: number for number, unit in enumerate(sorted(self.units), 1)}
        for (unit, measure), rows in groupby(self._facts(), itemgetter(0, 1)):
            cells: list[tuple[str, list[Line]]] = []
            write = self.writers[measure]
            for (version, code, basis), same in groupby(rows, itemgetter(2, 3, 4)):
                if code not in periods:
                    periods[code] = name(from_code(code), self.fiscal_start)
                key = [self.units[unit], self.measures[measure], periods[code], self.versions[version]]
                said = new_each_day(((self.clock.days[row[5]], row[6:]) for row in same), nothing=NOTHING)
                lines = [
                    [*key, _value(values, write), day, _BASES[basis], _STATES[values[2]], reasons.get(day, "")]
                    for day, values in said
                ]
                cells.append((self.versions[version], lines))
            # By code: ids of versions are not the same in every ledger.
            for _, lines in sorted(cells, key=itemgetter(0)):
                yield from lines
            progress(place[unit], len(place))

    def _facts(self) -> Iterator[tuple[Any, ...]]:
        """Key, posting, amount, number, state and text of all facts, in the order of their key."""
        key = "f.unit_id, f.measure_id, f.version_id, f.period, f.basis, f.seq"
        text, joined = "NULL", ""
        if FactText.objects.exists():
            text = "t.text"
            same = " AND ".join(f"t.{each[2:]} = {each}" for each in key.split(", "))
            joined = f"LEFT JOIN fact_text t ON {same}"
        sql = f"SELECT {key}, f.amount, f.number, f.state, {text} FROM fact f {joined} WHERE f.seq <= {self.clock.upto} ORDER BY {key}"
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql)
            while rows := cursor.fetchmany(CHUNK):
                yield from rows

    def eliminations(self) -> Iterator[Line]:
        """Rows of eliminations.csv by unit, counterparty, measure, version and period, in the order of vintages."""
        reasons = self.reasons(eliminations=True)
        fields = ("unit_id", "counterparty_id", "measure_id", "version_id", "period", "seq", "amount")
        query = Elimination.objects.filter(seq__lte=self.clock.upto).order_by(*fields[:-1]).values_list(*fields)
        for (unit, other, measure), rows in groupby(query.iterator(CHUNK), itemgetter(0, 1, 2)):
            cells: list[tuple[str, list[Line]]] = []
            for (version, code), same in groupby(rows, itemgetter(3, 4)):
                period = name(from_code(code), self.fiscal_start)
                key = [self.units[unit], self.units[other], self.measures[measure], period, self.versions[version]]
                said = new_each_day(((self.clock.days[row[5]], row[6]) for row in same), nothing=None)
                lines = [
                    [
                        *key,
                        self._amount(measure, amount),
                        day,
                        WITHDRAWN if amount is None else "",
                        reasons.get(day, ""),
                    ]
                    for day, amount in said
                ]
                cells.append((self.versions[version], lines))
            for _, lines in sorted(cells, key=itemgetter(0)):
                yield from lines

    def _amount(self, measure: int, amount: int | None) -> str:
        return "" if amount is None else self.writers[measure](amount)


def _value(values: Sequence[Any], write: Callable[[int | float], str]) -> str:
    amount, number, state, text = values
    if state == State.VALUE:
        return write(number if amount is None else amount)
    return text if state == State.TEXT else ""
