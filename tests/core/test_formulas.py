"""Formulae are linear in their codes, exact, and everything else is refused with what is wrong."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.formulas import DEEPEST, Formula, FormulaError, parse_formula, substitute, write_formula

codes = st.from_regex(re.compile(r"[A-Za-z_]\w{0,39}", re.ASCII), fullmatch=True)
factors = st.fractions(-50, 50, max_denominator=40).filter(bool)
formulas = st.dictionaries(codes, factors, min_size=1, max_size=5).map(
    lambda held: tuple((factor, code) for code, factor in held.items())
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ATT", [(1, "ATT")]),
        ("ATT-OV4", [(1, "ATT"), (-1, "OV4")]),
        (" + ATT - OV4 ", [(1, "ATT"), (-1, "OV4")]),
        ("-A-AB+A", [(-1, "AB")]),
        ("营业收入-成本_1", [(1, "营业收入"), (-1, "成本_1")]),
        ("0.5*(A+AB)", [(Fraction(1, 2), "A"), (Fraction(1, 2), "AB")]),
        ("A/4*3", [(Fraction(3, 4), "A")]),
        ("2*3*A-(A-(A-AB))", [(6, "A"), (-1, "AB")]),
        ("0.1*A+0.2*A", [(Fraction(3, 10), "A")]),
    ],
)
def test_formula_when_read_gives_exact_factors(text: str, expected: list[tuple[int | Fraction, str]]) -> None:
    assert parse_formula(text) == tuple((Fraction(factor), code) for factor, code in expected)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("A B", "'B' stands in a wrong place"),
        ("A-", "it ends too early"),
        ("A--B", "'-' stands in a wrong place"),
        ("(A", "it ends too early"),
        ("(A B", "a bracket is not closed"),
        ("A)", "')' stands in a wrong place"),
        ("A*B", "two measures are multiplied; a formula adds and subtracts measures"),
        ("A/B", "something is divided by a measure; make it a ratio with a denominator"),
        ("A/0", "something is divided by 0"),
        ("A/(1-1)", "something is divided by 0"),
        ("A+1", "a number is added to measures; numbers stand only as factors"),
        ("5", "a number is added to measures; numbers stand only as factors"),
        ("A-A", "it is always 0"),
        ("0*A", "it is always 0"),
        ("A,AB", "',AB' cannot be read"),
        ("__import__('os')", "''os')' cannot be read"),
        ("(" * (DEEPEST + 1) + "A", f"brackets are nested deeper than {DEEPEST}"),
        ("A" * 401, "it is longer than 400 characters"),
    ],
)
def test_text_that_is_no_formula_is_refused_with_what_is_wrong(text: str, wrong: str) -> None:
    with pytest.raises(FormulaError) as found:
        parse_formula(text)

    assert str(found.value) == wrong


@given(formulas)
def test_formula_when_written_is_read_back(formula: Formula) -> None:
    assert parse_formula(write_formula(formula)) == formula


@given(formulas, formulas, st.integers(-9, 9))
def test_substituted_formula_has_the_value_of_the_whole(outer: Formula, inner: Formula, base: int) -> None:
    """A code is replaced by its formula: the value at any point stays."""
    code = outer[0][1]
    point = {each: Fraction(base + place) for place, each in enumerate({c for _, c in outer + inner})}
    value = sum(factor * point[each] for factor, each in inner)

    found = substitute(outer, {code: inner})

    expected = sum(factor * (value if each == code else point[each]) for factor, each in outer)
    assert sum(factor * point[each] for factor, each in found) == expected
