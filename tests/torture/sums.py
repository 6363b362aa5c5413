"""Totals of stored measures: over units in the tree of a day, then over time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from tests.torture.books import Books, Pair
from tests.torture.figures import Figures, Own, Series
from tests.torture.forest import Forest, effective_share, round_half_even
from tests.torture.months import NATIVE, Run, fiscal_year_start

Perimeter = date | None
"""The day whose tree holds for all periods; None: each period has the tree of its last day."""

Amount = Fraction | str | None
ALONE = ("distinct", "text")
SPREAD_OVER_TIME = ("flow", "max", "min", "weighted")


@dataclass(frozen=True)
class Total:
    """A total of one period: its value, the sums of a weighted mean, and the units counted."""

    value: Amount = None
    weight: Fraction = Fraction(0)
    reported: frozenset[str] = frozenset()
    expected: frozenset[str] = frozenset()
    derived: bool = True
    held: frozenset[str] = frozenset()
    """Units whose value is in the total: those that reported, and those for which something stands in."""


@dataclass(frozen=True)
class Span:
    """A total over time: the parts that it is made of, and the value that they make."""

    parts: list[tuple[Run, Total]] = field(default_factory=list)
    value: Amount = None

    @property
    def reported(self) -> int:
        """Units counted once for each part."""
        return sum(len(total.reported) for _, total in self.parts)

    @property
    def expected(self) -> int:
        """Units that should have been counted."""
        return sum(len(total.expected) for _, total in self.parts)

    @property
    def derived(self) -> bool:
        """Whether any expectation is derived."""
        return any(total.derived for _, total in self.parts) or not self.parts


class Sums:
    """Totals of one stored measure in one version."""

    def __init__(self, books: Books, series: Series, perimeter: Perimeter) -> None:
        self.books, self.series, self.perimeter = books, series, perimeter
        self.figures = Figures(books, series)
        self.rule = self.figures.rule

    def forest(self, period: Run) -> Forest:
        """The tree over which a native period is added."""
        return Forest(self.books, self.perimeter or period.last_day, self.perimeter is not None)

    # Over units.

    def total(self, unit: str, period: Run) -> Total:
        """The total of one native period."""
        own = self.figures.own(period)
        weights = self._weights(period) if self.rule["denominator"] else None
        if self.rule.kind in ALONE or (self.rule.kind == "score" and weights is None):
            return self._alone(unit, own)
        up = _Up(self, self.forest(period), period, own, weights)
        return up.members(unit) if up.forest.is_segment(unit) else up.total(unit)

    def _alone(self, unit: str, own: Own) -> Total:
        value = own.values.get(unit, own.stand_in.get(unit))
        just = {unit}
        reported, held = just & set(own.values), just & {*own.values, *own.stand_in}
        return Total(
            value, Fraction(0), frozenset(reported), frozenset(just & own.expected), own.derived, frozenset(held)
        )

    def _weights(self, period: Run) -> dict[str, Fraction]:
        given = Figures(self.books, (self.rule["denominator"], self.series[1])).given(period)
        return {unit: value for unit, value in given.items() if isinstance(value, Fraction)}

    # Over time.

    def over(self, unit: str, period: Run) -> Span:
        """The total of any period."""
        kind = self.rule.kind
        if kind == "cumulative":
            return self._cumulative(unit, period)
        if kind in ("stock", "score", "text"):
            return self._last(unit, period)
        if kind in ("disjoint", "distinct"):
            return self._joined(unit, [period]) if period.span in NATIVE else Span()
        found = Span()
        for span in reversed(self.figures.spans()):
            parts = self._joined(unit, period.filled_by(span))
            if parts.value is not None:
                return parts
            found = parts if not found.expected and (parts.expected or not found.parts) else found
        return found

    def _last(self, unit: str, period: Run) -> Span:
        found = Span()
        for span in self.figures.spans():
            part = self._joined(unit, [Run(period.end - span + 1, span)])
            if part.value is not None:
                return part
            found = part if not found.expected and (part.expected or not found.parts) else found
        return found

    def _cumulative(self, unit: str, period: Run) -> Span:
        if self._in_one_year(period):
            return self._joined(unit, [period])
        found = Span()
        for span in reversed(NATIVE):
            fitting = [part for part in period.filled_by(span) if self._in_one_year(part)]
            if len(fitting) * span != period.span:
                continue
            found = self._joined(unit, fitting)
            if found.value is not None:
                return found
        return found

    def _in_one_year(self, period: Run) -> bool:
        """Whether years to date give the period straight: a year to date, or a month, quarter or half of the year."""
        first = fiscal_year_start(period.end, self.books.fiscal_start)
        if period.start == first:
            return True
        return period.start > first and period.span in (1, 3, 6) and (period.start - first) % period.span == 0

    def _joined(self, unit: str, periods: list[Run]) -> Span:
        """The totals of some parts, and their value by the kind's rule."""
        parts = [(part, self.total(unit, part)) for part in periods]
        known = [total for _, total in parts if total.value is not None]
        if not known:
            return Span(parts)
        values = [total.value for total in known if isinstance(total.value, Fraction)]
        if self.rule["denominator"] and self.rule.kind in ("weighted", "score"):
            weight = sum((total.weight for total in known), Fraction(0))
            return Span(parts, sum(values, Fraction(0)) / weight if weight else None)
        if self.rule.kind in ("max", "min"):
            return Span(parts, max(values) if self.rule.kind == "max" else min(values))
        return Span(parts, sum(values, Fraction(0)) if values else known[-1].value)

    # What belongs to a unit by shares.

    def attributable(self, unit: str, period: Run) -> Fraction | None:
        """The part of the total that is the unit's own by its shares."""
        whole = self.over(unit, period)
        if whole.value is None:
            return None
        return sum((self._attributable(unit, part) for part, _ in whole.parts), Fraction(0))

    def _attributable(self, unit: str, period: Run) -> Fraction:
        own = self.figures.own(period)
        up = _Up(self, self.forest(period), period, own, None)
        found = -up.eliminated_below(unit)
        for each, value in {**own.stand_in, **own.values}.items():
            if isinstance(value, Fraction) and up.reaches(each, unit):
                share = effective_share(self.books, unit, each, period.last_day)
                found += round_half_even(value * share, self.rule.step)
        return found


@dataclass(frozen=True)
class _Up:
    """One native period going up one tree."""

    sums: Sums
    forest: Forest
    period: Run
    own: Own
    weights: dict[str, Fraction] | None

    def _all(self) -> list[str]:
        return list(self.sums.books.units)

    def total(self, unit: str) -> Total:
        """The unit's own figures, those that count in it, and its children's totals by their edges."""
        held = [each for each in self._all() if self.forest.place(each) == unit]
        totals = [self._single(each) for each in held]
        totals += [up for child in self.forest.children(unit) if (up := self._edge(child)) is not None]
        found = self._add(totals)
        if found.value is not None and isinstance(found.value, Fraction):
            gone = sum((amount for pair, amount in self._eliminations() if self._meet(pair) == unit), Fraction(0))
            found = replace(found, value=found.value - gone)
        return found

    def members(self, segment: str) -> Total:
        """A segment's total: its members' totals less what two of them eliminate between them."""
        members = self.forest.members(segment)
        found = self._add([self.total(member) for member in members])
        if isinstance(found.value, Fraction):
            value = found.value
            for pair, amount in self._eliminations():
                ends = [self._member_over(end, members) for end in (pair.unit, pair.counterparty)]
                if None not in ends and ends[0] != ends[1]:
                    value -= amount
            found = replace(found, value=value)
        return found

    def _member_over(self, unit: str, members: list[str]) -> str | None:
        place = self.forest.place(unit)
        return next((each for each in self.forest.path(place) if each in members), None) if place else None

    def _single(self, unit: str) -> Total:
        """What one unit gives by itself."""
        expected = frozenset({unit} & self.own.expected)
        derived = self.own.derived
        value = self.own.values.get(unit, self.own.stand_in.get(unit))
        if self.weights is not None:
            weight = self.weights.get(unit)
            if not isinstance(value, Fraction) or weight is None or unit not in self.own.values:
                return Total(None, Fraction(0), frozenset(), expected, derived)
            return Total(value * weight, weight, frozenset({unit}), expected, derived, frozenset({unit}))
        reported, held = {unit} & set(self.own.values), {unit} if value is not None else set()
        return Total(value, Fraction(0), frozenset(reported), expected, derived, frozenset(held))

    def _edge(self, child: str) -> Total | None:
        """What of a child's total goes up."""
        edition = self.forest.edition(child)
        assert edition is not None
        found = self.total(child)
        if edition.method == "none":
            return None
        rule = self.sums.rule
        if edition.method == "full" or rule.kind in ("max", "min") or not isinstance(found.value, Fraction):
            return found
        share = effective_share(self.sums.books, edition.parent or "", child, self.forest.day)
        value, weight = found.value * share, found.weight * share
        if rule.exact and self.weights is None:
            value = round_half_even(value, rule.step)
        return replace(found, value=value, weight=weight)

    def _add(self, totals: list[Total]) -> Total:
        values = [total.value for total in totals if isinstance(total.value, Fraction)]
        join: Callable[[list[Fraction]], Fraction] = sum_of
        if self.sums.rule.kind in ("max", "min"):
            join = max if self.sums.rule.kind == "max" else min
        return Total(
            join(values) if values else None,
            sum((total.weight for total in totals), Fraction(0)),
            frozenset().union(*(total.reported for total in totals)),
            frozenset().union(*(total.expected for total in totals)),
            self.own.derived,
            frozenset().union(*(total.held for total in totals)),
        )

    # Eliminations.

    def _eliminations(self) -> list[tuple[Pair, Fraction]]:
        """Amounts of the period; those of a cumulative measure are differences, like its figures."""
        series, found = self.sums.series, self.sums.books.eliminations
        mine = {pair: amount for pair, amount in found.items() if (pair.measure, pair.version) == series}
        if self.sums.rule.kind != "cumulative":
            return [(pair, amount) for pair, amount in mine.items() if pair.period == self.period]
        first = fiscal_year_start(self.period.end, self.sums.books.fiscal_start)
        amounts: dict[tuple[str, str], Fraction] = {}
        for pair, amount in mine.items():
            ends = (pair.unit, pair.counterparty)
            if pair.period.end == self.period.end:
                amounts[ends] = amounts.get(ends, Fraction(0)) + amount
            if self.period.start > first and pair.period.end == self.period.start - 1:
                amounts[ends] = amounts.get(ends, Fraction(0)) - amount
        return [(Pair(*ends, *series, self.period), amount) for ends, amount in amounts.items()]

    def _meet(self, pair: Pair) -> str | None:
        one, other = self.forest.place(pair.unit), self.forest.place(pair.counterparty)
        return self.forest.common(one, other) if one and other else None

    def eliminated_below(self, unit: str) -> Fraction:
        """What is eliminated at the unit or under it."""
        return sum(
            (amount for pair, amount in self._eliminations() if (at := self._meet(pair)) and self.reaches(at, unit)),
            Fraction(0),
        )

    def reaches(self, unit: str, top: str) -> bool:
        """Whether figures of the unit reach the top one: it is at or under it, with no edge `none` between."""
        place = self.forest.place(unit)
        path = self.forest.path(place) if place else []
        if top not in path:
            return False
        editions = [self.forest.edition(each) for each in path[: path.index(top)]]
        return all(edition is not None and edition.method != "none" for edition in editions)


def sum_of(values: list[Fraction]) -> Fraction:
    """The sum, beginning with a Fraction."""
    return sum(values, Fraction(0))
