"""What each unit itself gives to a native period, and which units are expected to give something."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tests.torture.books import Books, Fact
from tests.torture.forest import round_half_even
from tests.torture.months import NATIVE, Run, fiscal_year_start

Series = tuple[str, str]
"""A measure and a version."""


@dataclass(frozen=True)
class Own:
    """Own figures of one native period: what was given, what stands in for it, and who was expected."""

    values: dict[str, Fraction | str]
    stand_in: dict[str, Fraction]
    expected: set[str]
    derived: bool


class Figures:
    """Own figures of a measure in a version."""

    def __init__(self, books: Books, series: Series) -> None:
        self.books, (self.measure, self.version) = books, series
        self.rule = books.measures[self.measure]

    def cells(self, basis: str = "own") -> dict[tuple[str, Run], Fact]:
        """The facts by unit and period, with those of a predecessor in periods before the measure holds."""
        found = {
            (cell.unit, cell.period): fact
            for cell, fact in self.books.facts.items()
            if (cell.measure, cell.version, cell.basis) == (self.measure, self.version, basis)
        }
        before = self.books.predecessor(self.measure)
        if before is None:
            return found
        for (unit, period), fact in Figures(self.books, (before, self.version)).cells(basis).items():
            if period.last_day < self.rule.first and (unit, period) not in found:
                value = fact.value
                if isinstance(value, Fraction) and self.rule.exact:
                    value = round_half_even(value, self.rule.step)
                found[unit, period] = Fact(fact.state, value)
        return found

    def spans(self) -> list[int]:
        """The native spans in which anything is stored, short ones first."""
        return sorted({period.span for (_, period), fact in self.cells().items() if fact.state == "value"})

    def given(self, period: Run) -> dict[str, Fraction | str]:
        """Value by unit of one native period; where a span is in use, a unit that gave only parts is given their whole."""
        if self.rule.kind == "cumulative":
            return {unit: value for unit in self.books.units if (value := self._amount(unit, period)) is not None}
        cells = self.cells()
        found = {
            unit: fact.value
            for (unit, at), fact in cells.items()
            if at == period and fact.state == "value" and fact.value is not None
        }
        if period.span not in self.spans():
            return {}
        stated = {unit for (unit, at), fact in cells.items() if at == period and fact.state != "withdrawn"}
        for unit in set(self.books.units) - stated:
            whole = self._whole(unit, period)
            if whole is not None and self.books.alive(unit, period.last_day):
                found[unit] = whole
        return found

    def _whole(self, unit: str, period: Run) -> Fraction | str | None:
        """The value of a longer period out of a unit's own shorter ones."""
        for span in [span for span in reversed(NATIVE) if span < period.span]:
            parts = [self._single(unit, part) for part in period.filled_by(span)]
            if self.rule.kind in ("stock", "score", "text") and parts and parts[-1] is not None:
                return parts[-1]
            numbers = [part for part in parts if isinstance(part, Fraction)]
            if not parts or len(numbers) != len(parts):
                continue
            if self.rule.kind == "flow":
                return sum(numbers, Fraction(0))
            if self.rule.kind in ("max", "min"):
                return max(numbers) if self.rule.kind == "max" else min(numbers)
        return None

    def _single(self, unit: str, period: Run) -> Fraction | str | None:
        fact = self.cells().get((unit, period))
        if fact is not None and fact.state != "withdrawn":
            return fact.value
        return self._whole(unit, period)

    def _to_date(self, unit: str, month: int) -> Fraction | None:
        """The year to date that the unit states to the end of a month."""
        cells = self.cells()
        for span in NATIVE:
            fact = cells.get((unit, Run(month - span + 1, span)))
            if fact is not None and fact.state == "value" and isinstance(fact.value, Fraction):
                return fact.value
        return None

    def _amount(self, unit: str, period: Run) -> Fraction | None:
        """The amount of a period within one fiscal year, from the years to date at its ends."""
        after = self._to_date(unit, period.end)
        if period.start == fiscal_year_start(period.end, self.books.fiscal_start):
            return after
        before = self._to_date(unit, period.start - 1)
        return after - before if after is not None and before is not None else None

    def own(self, period: Run) -> Own:
        """Everything that units themselves give to a native period."""
        values = self.given(period)
        expected, derived = self.expected(period)
        silent = expected - set(values)
        stand_in: dict[str, Fraction] = {}
        if self.rule["missing"] == "zero":
            stand_in = {unit: Fraction(0) for unit in silent}
        elif self.rule["missing"] == "carry":
            carried = {unit: self._carried(unit, period) for unit in silent}
            stand_in = {unit: value for unit, value in carried.items() if value is not None}
        return Own(values, stand_in, expected, derived)

    def _carried(self, unit: str, period: Run) -> Fraction | None:
        """The last earlier value of the span, unless the unit took one back on the way."""
        cells = self.cells()
        first = min(at.start for _, at in cells)
        at = period
        while at.start >= first:
            fact = cells.get((unit, at))
            if fact is not None and fact.state == "value":
                return fact.value if isinstance(fact.value, Fraction) else None
            if fact is not None and fact.state == "withdrawn":
                return None
            at = Run(at.start - at.span, at.span)
        return None

    # Who is expected.

    def expected(self, period: Run) -> tuple[set[str], bool]:
        """The units that should give the period, and whether that is derived from what was given before."""
        excused = {unit for (unit, at), fact in self.cells().items() if at == period and fact.state == "not-applicable"}
        due = self._due(period)
        if period.last_day > self.rule.last:  # the measure holds no more
            return set(self.given(period)) - (excused if due is None else set()), due is None
        if due is not None:
            return (due - excused) | set(self.given(period)), False
        return self._derived(period) - excused, True

    def _due(self, period: Run) -> set[str] | None:
        """Units with a duty; None where no duty is known that asks for the measure at the span or a part of it."""
        asking = {
            form
            for form, (span, codes) in self.books.forms.items()
            if period.span % span == 0 and self.measure in codes
        }
        duties = [duty for duty in self.books.duties if duty[0] in asking]
        if self.version != "actual" or not duties:
            return None
        day = period.last_day
        return {unit for _, unit, first, last in duties if first <= day <= last and self.books.alive(unit, day)}

    def _derived(self, period: Run) -> set[str]:
        """Units alive that gave the measure in this span then or before; after the last report: those of the last."""
        by_month = self._reports(period.span)
        last = max((month for months in by_month.values() for month in months), default=None)
        if last is not None and period.end > last:
            known = self._derived(Run(last - period.span + 1, period.span))
            excused = {
                unit
                for (unit, at), fact in self.cells().items()
                if (at.end, at.span) == (last, period.span) and fact.state == "not-applicable"
            }
            return {unit for unit in known - excused if self.books.alive(unit, period.last_day)}
        return {
            unit
            for unit, months in by_month.items()
            if min(months) <= period.end and self.books.alive(unit, period.last_day)
        }

    def _reports(self, span: int) -> dict[str, set[int]]:
        """The last months of the periods of a span for which each unit gave something."""
        found: dict[str, set[int]] = {}
        cumulative = self.rule.kind == "cumulative"
        periods = {at for (_, at), fact in self.cells().items() if fact.state == "value"}
        for at in periods:
            if cumulative:
                givers = {u for (u, p), fact in self.cells().items() if p == at and fact.state == "value"}
            elif at.span == span:
                givers = set(self.given(at))
            else:
                continue
            for unit in givers:
                found.setdefault(unit, set()).add(at.end)
        return found


def stated(books: Books, series: Series, unit: str, period: Run) -> Fraction | None:
    """What a unit states of its total, over time by the kind's rule where all parts are stated."""
    cells = Figures(books, series).cells("stated")
    kind = books.measures[series[0]].kind

    def of(part: Run) -> Fraction | None:
        fact = cells.get((unit, part))
        return fact.value if fact and fact.state == "value" and isinstance(fact.value, Fraction) else None

    if kind in ("stock", "score"):
        for span in NATIVE:
            found = of(Run(period.end - span + 1, span))
            if found is not None:
                return found
        return None
    if kind == "cumulative":
        return _stated_amount(books, series, unit, period)
    for span in reversed(NATIVE):
        parts = [of(part) for part in period.filled_by(span)]
        numbers = [part for part in parts if part is not None]
        if parts and len(numbers) == len(parts):
            return {"max": max, "min": min}.get(kind, lambda all_: sum(all_, Fraction(0)))(numbers)
    return None


def _stated_amount(books: Books, series: Series, unit: str, period: Run) -> Fraction | None:
    cells = Figures(books, series).cells("stated")
    ends = {at.end: fact.value for (who, at), fact in cells.items() if who == unit and fact.state == "value"}
    after = ends.get(period.end)
    if period.start == fiscal_year_start(period.end, books.fiscal_start):
        return after if isinstance(after, Fraction) else None
    before = ends.get(period.start - 1)
    return after - before if isinstance(after, Fraction) and isinstance(before, Fraction) else None
