"""A brute-force evaluator of roll-up questions in Fractions: slow, obvious, and sharing no code with the engine.

It is written from docs/spec/measures.md, rollup.md and periods.md, and reads the tables of a case as they stand.
`months` knows periods, `books` what is known on a day, `forest` trees and shares, `figures` what units give,
`sums` totals of stored measures; here is what is formed of totals, and the way in.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tests.torture.books import Books, open_books
from tests.torture.figures import Figures, stated
from tests.torture.months import NATIVE, Run, read
from tests.torture.sums import Amount, Perimeter, Span, Sums

AS_WAS, LIKE_FOR_LIKE = "as-was", "like-for-like"


@dataclass(frozen=True)
class Question:
    """What is asked. An empty perimeter is the measure's usual one; `known_on` None: everything is known."""

    unit: str
    measure: str
    period: str
    version: str = "actual"
    perimeter: str = ""
    part: str = "full"
    known_on: date | None = None


@dataclass(frozen=True)
class Answer:
    """A value (None: missing) with its coverage; `uneven` is said of ratios and formulae."""

    value: Amount
    reported: int = 0
    expected: int = 0
    uneven: bool = False
    derived: bool = True


def answer(tables: Mapping[str, str], question: Question) -> Answer:
    """The answer to one question about the tables of a case."""
    return Asked(open_books(tables, question.known_on), question).answer()


class Asked:
    """One question put to some books."""

    def __init__(self, books: Books, question: Question) -> None:
        self.books, self.question = books, question
        self.period = read(question.period, books.fiscal_start)

    def answer(self) -> Answer:
        """The part that is asked for; the coverage is that of the full total."""
        question = self.question
        perimeter = self._perimeter(self.books.measures[question.measure].kind == "growth")
        full = self._of(question.measure, self.period, perimeter)
        if question.part == "full":
            return full
        series = (question.measure, question.version)
        if question.part in ("stated", "gap"):
            found = stated(self.books, series, question.unit, self.period)
            if question.part == "gap":
                known = found is not None and isinstance(full.value, Fraction)
                found = found - full.value if known else None  # type: ignore[operator]
        else:
            found = Sums(self.books, series, perimeter).attributable(question.unit, self.period)
            if question.part == "minority" and found is not None:
                found = full.value - found  # type: ignore[operator]
        return Answer(found, full.reported, full.expected, full.uneven, full.derived)

    def _perimeter(self, growth: bool) -> Perimeter:
        text = self.question.perimeter or (LIKE_FOR_LIKE if growth else AS_WAS)
        if text == AS_WAS:
            return None
        day = text.removeprefix(LIKE_FOR_LIKE).strip()
        return date.fromisoformat(day) if day else self.period.last_day

    def _of(self, code: str, period: Run, perimeter: Perimeter) -> Answer:
        """The measure's value for the unit that is asked about."""
        rule = self.books.measures[code]
        if rule.kind not in ("formula", "ratio", "average", "growth"):
            found = Sums(self.books, (code, self.question.version), perimeter).over(self.question.unit, period)
            return Answer(found.value, found.reported, found.expected, False, found.derived)
        level = self._level(code, period)
        if level is not None:
            return level
        if rule.kind == "growth":
            return self._growth(rule["numerator"], period, perimeter)
        if rule.kind == "ratio":
            return self._ratio(code, period, perimeter)
        above = self._linear(code) if rule.kind == "formula" else {code: Fraction(1)}
        parts = {each: self._component(each, period, perimeter) for each in above}
        found = _covered(_combined(above, parts), list(parts.values()))
        return replace(found, uneven=found.value is not None and self._uneven(parts))

    def _level(self, code: str, period: Run) -> Answer | None:
        """A figure stored for a formed measure of the unit itself, for a period that ends with the one asked for."""
        figures = Figures(self.books, (code, self.question.version))
        for span in NATIVE:
            value = figures.given(Run(period.end - span + 1, span)).get(self.question.unit)
            if value is not None:
                return Answer(value, 1, 1)
        return None

    def _linear(self, code: str) -> dict[str, Fraction]:
        """The factors by code of a formula that is the numerator of the measure, formulae in it replaced."""
        return self._replaced(linear(self.books.measures[code]["numerator"]))

    def _replaced(self, found: Mapping[str, Fraction]) -> dict[str, Fraction]:
        done: dict[str, Fraction] = {}
        for code, factor in found.items():
            inner = {code: Fraction(1)}
            if self.books.measures[code].kind == "formula":
                inner = self._linear(code)
            for each, times in inner.items():
                done[each] = done.get(each, Fraction(0)) + factor * times
        return {code: factor for code, factor in done.items() if factor}

    def _component(self, code: str, period: Run, perimeter: Perimeter) -> Span:
        """A stored measure, or an average, over time."""
        rule = self.books.measures[code]
        if rule.kind != "average":
            return Sums(self.books, (code, self.question.version), perimeter).over(self.question.unit, period)
        return self._average(rule["numerator"], period, perimeter)

    def _average(self, stock: str, period: Run, perimeter: Perimeter) -> Span:
        """The mean by calendar days over the parts of the shortest span of the stock that has anything known."""
        sums = Sums(self.books, (stock, self.question.version), perimeter)
        found = Span()
        for span in sums.figures.spans():
            parts = [(part, sums.total(self.question.unit, part)) for part in period.filled_by(span)]
            known = [(part, total) for part, total in parts if isinstance(total.value, Fraction) and total.reported]
            if known:
                above = sum((total.value * part.days for part, total in known), Fraction(0))  # type: ignore[operator]
                return Span(parts, above / sum(part.days for part, _ in known))
            found = Span(parts) if parts and not found.parts else found
        return found

    def _ratio(self, code: str, period: Run, perimeter: Perimeter) -> Answer:
        rule = self.books.measures[code]
        above = self._replaced(linear(rule["numerator"]))
        below = self._replaced(linear(rule["denominator"]))
        parts = {each: self._component(each, period, perimeter) for each in {**above, **below}}
        top, bottom = _combined(above, parts), _combined(below, parts)
        value = top / bottom if top is not None and bottom else None
        if value is not None and rule["annualise"] in ("yes", "true", "1"):
            value *= Fraction(12, period.span)
        found = _covered(value, list(parts.values()))
        uneven = value is not None and self._uneven(parts)
        return replace(found, uneven=uneven)

    def _uneven(self, parts: Mapping[str, Span]) -> bool:
        """Whether the units that have all parts are other than those that have one of them, stand-ins included."""
        adding = all(self.books.measures[code].kind == "flow" for code in parts)
        periods = {tuple(period for period, _ in span.parts) for span in parts.values()}
        if adding and len(periods) == 1:
            rows = list(zip(*(span.parts for span in parts.values()), strict=True))
        else:
            rows = [tuple(span.parts[-1] for span in parts.values() if span.parts)]
        both = sum(len(frozenset.intersection(*(total.held for _, total in row))) for row in rows)
        singly = [sum(len(row[place][1].held) for row in rows) for place in range(len(parts))]
        return any(count != both for count in singly)

    def _growth(self, code: str, period: Run, perimeter: Perimeter) -> Answer:
        now, before = self._of(code, period, perimeter), self._of(code, period.year_before(), perimeter)
        value = None
        if isinstance(now.value, Fraction) and isinstance(before.value, Fraction) and before.value > 0:
            value = now.value / before.value - 1
        uneven = value is not None and (now.uneven or before.uneven)
        return Answer(value, now.reported, now.expected, uneven, now.derived or before.derived)


def linear(text: str) -> dict[str, Fraction]:
    """The factor of each code in a formula such as `2*(A-B)/5`; ValueError where it is not linear in them."""
    number, codes = _walk(ast.parse(text.strip(), mode="eval").body)
    if number:
        raise ValueError(f"a plain number is added in {text!r}")
    return {code: factor for code, factor in codes.items() if factor}


_Line = tuple[Fraction, dict[str, Fraction]]


def _walk(node: ast.expr) -> _Line:
    if isinstance(node, ast.Name):
        return Fraction(0), {node.id: Fraction(1)}
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value)), {}
    if isinstance(node, ast.UnaryOp):
        return _times(_walk(node.operand), Fraction(-1 if isinstance(node.op, ast.USub) else 1))
    if not isinstance(node, ast.BinOp):
        raise ValueError("only + - * / and brackets")
    left, right = _walk(node.left), _walk(node.right)
    if isinstance(node.op, ast.Add | ast.Sub):
        signed = _times(right, Fraction(-1 if isinstance(node.op, ast.Sub) else 1))
        codes = {code: left[1].get(code, Fraction(0)) + signed[1].get(code, Fraction(0)) for code in left[1] | right[1]}
        return left[0] + signed[0], codes
    if isinstance(node.op, ast.Div):
        if right[1]:
            raise ValueError("a code as divisor")
        return _times(left, 1 / right[0])
    if left[1] and right[1]:
        raise ValueError("two codes multiplied")
    return _times(left, right[0]) if left[1] else _times(right, left[0])


def _times(line: _Line, factor: Fraction) -> _Line:
    return line[0] * factor, {code: each * factor for code, each in line[1].items()}


def _combined(factors: Mapping[str, Fraction], parts: Mapping[str, Span]) -> Fraction | None:
    """The formula of the totals; None where one of them is missing."""
    found = Fraction(0)
    for code, factor in factors.items():
        value = parts[code].value
        if not isinstance(value, Fraction):
            return None
        found += factor * value
    return found


def _covered(value: Amount, parts: list[Span]) -> Answer:
    """The value with the coverage of the part of which most is missing."""
    worst = max(parts, key=lambda span: span.expected - span.reported)
    return Answer(value, worst.reported, worst.expected, False, any(span.derived for span in parts))
