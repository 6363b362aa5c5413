"""Formulae: sums and differences of measures with plain factors, read by a small checked language.

>>> parse_formula("ATT-OV4")
((Fraction(1, 1), 'ATT'), (Fraction(-1, 1), 'OV4'))
>>> write_formula(parse_formula("2*(A - B/4) + A"))
'3*A-1/2*B'

The grammar: `sum = ['+'|'-'] product {('+'|'-') product}`, `product = atom {('*'|'/') atom}`,
`atom = number | code | '(' sum ')'`. What comes out is linear in the codes: two codes are never multiplied, nothing is
divided by a code, and a plain number stands only as a factor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

Formula = tuple[tuple[Fraction, str], ...]
"""Factors and codes, each code once, none with the factor 0, in the order of their first place."""

LONGEST, DEEPEST = 400, 20

_TOKEN = re.compile(r"\s*(?:([0-9]+(?:\.[0-9]+)?)|([^\W\d]\w*)|([-+*/()]))")


class FormulaError(ValueError):
    """The text is no formula; the message says what is wrong with it."""


class _Linear:
    """A value while it is read: a number plus codes with factors."""

    def __init__(self, number: Fraction = Fraction(0), codes: Mapping[str, Fraction] | None = None) -> None:
        self.number, self.codes = number, dict(codes or {})

    def plus(self, other: _Linear, sign: int) -> _Linear:
        codes = dict(self.codes)
        for code, factor in other.codes.items():
            codes[code] = codes.get(code, Fraction(0)) + sign * factor
        return _Linear(self.number + sign * other.number, codes)

    def times(self, other: _Linear) -> _Linear:
        if self.codes and other.codes:
            raise FormulaError("two measures are multiplied; a formula adds and subtracts measures")
        one, many = (other, self) if self.codes else (self, other)
        return _Linear(one.number * many.number, {code: f * one.number for code, f in many.codes.items()})

    def over(self, other: _Linear) -> _Linear:
        if other.codes:
            raise FormulaError("something is divided by a measure; make it a ratio with a denominator")
        if not other.number:
            raise FormulaError("something is divided by 0")
        return self.times(_Linear(1 / other.number))


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if not found:
                raise FormulaError(f"'{text[at:].strip()[:20]}' cannot be read")
            self.tokens.append(found[0].strip())
            at = found.end()
        self.at, self.depth = 0, 0

    def next_is(self, *signs: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at] in signs

    def take(self) -> str:
        if self.at >= len(self.tokens):
            raise FormulaError("it ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def sum(self) -> _Linear:
        total = _Linear()
        sign = -1 if self.next_is("-") and self.take() else 1
        if sign > 0 and self.next_is("+"):
            self.take()
        total = total.plus(self.product(), sign)
        while self.next_is("+", "-"):
            sign = 1 if self.take() == "+" else -1
            total = total.plus(self.product(), sign)
        return total

    def product(self) -> _Linear:
        value = self.atom()
        while self.next_is("*", "/"):
            value = value.times(self.atom()) if self.take() == "*" else value.over(self.atom())
        return value

    def atom(self) -> _Linear:
        token = self.take()
        if token == "(":
            self.depth += 1
            if self.depth > DEEPEST:
                raise FormulaError(f"brackets are nested deeper than {DEEPEST}")
            value = self.sum()
            if self.take() != ")":
                raise FormulaError("a bracket is not closed")
            self.depth -= 1
            return value
        if token[0].isdecimal():
            return _Linear(Fraction(token))
        if token in "+-*/)":
            raise FormulaError(f"'{token}' stands in a wrong place")
        return _Linear(codes={token: Fraction(1)})


def parse_formula(text: str) -> Formula:
    """The factors and codes of a formula such as `ATT-OV4` or `0.5*(A+B)`; a FormulaError when it is none."""
    if len(text) > LONGEST:
        raise FormulaError(f"it is longer than {LONGEST} characters")
    if not text.strip():
        raise FormulaError("it is empty")
    reader = _Reader(text)
    value = reader.sum()
    if reader.at < len(reader.tokens):
        raise FormulaError(f"'{reader.tokens[reader.at]}' stands in a wrong place")
    if value.number:
        raise FormulaError("a number is added to measures; numbers stand only as factors")
    formula = tuple((factor, code) for code, factor in value.codes.items() if factor)
    if not formula:
        raise FormulaError("it is always 0")
    return formula


def write_formula(formula: Formula) -> str:
    """The shortest text that `parse_formula` reads back."""
    text = ""
    for factor, code in formula:
        size = "" if abs(factor) == 1 else f"{abs(factor)}*"
        text += f"{'-' if factor < 0 else '+'}{size}{code}"
    return text.removeprefix("+")


def substitute(formula: Formula, parts: Mapping[str, Formula]) -> Formula:
    """The formula with each code that has one replaced by its own formula; may come out empty when all cancels."""
    total: dict[str, Fraction] = {}
    for factor, code in formula:
        for inner, part in parts.get(code, ((Fraction(1), code),)):
            total[part] = total.get(part, Fraction(0)) + factor * inner
    return tuple((factor, code) for code, factor in total.items() if factor)
