"""Formed values are rounded once from exact parts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.forming import Part, average, divide, formed, growth, weighted
from headrope.core.formulas import parse_formula
from headrope.core.measures import MeasureRule
from headrope.core.quantities import Quantity
from headrope.core.rollup import Column

CENT, TON = Fraction(1, 100), Fraction(1000)
whole = st.integers(-(2**61), 2**61)


def column(*values: int | float | None) -> Column:
    """One row each; None where nothing is reported."""
    known = np.array([value is not None for value in values])
    counts = known.astype(np.int32)
    kind = float if any(isinstance(value, float) for value in values) else np.int64
    return Column(np.array([value or 0 for value in values], kind), counts, np.ones_like(counts), known)


def shown(found: Column) -> list[float | None]:
    return [value if known else None for value, known in zip(found.values.tolist(), found.known.tolist(), strict=True)]


def rule(kind: str, above: str, below: str = "", annualise: bool = False) -> MeasureRule:
    parts = (parse_formula(above), parse_formula(below) if below else ())
    return MeasureRule("R", Quantity("number"), kind, "up", *parts, annualise=annualise)  # type: ignore[arg-type]


@given(whole, whole.filter(bool))
def test_quotient_is_the_float_nearest_to_the_fraction(above: int, below: int) -> None:
    found = divide(np.array([above]), np.array([below]), np.array([True]))

    assert found.tolist() == [float(Fraction(above, below))]


@given(st.lists(whole, min_size=2, max_size=2), st.fractions(-9, 9, max_denominator=60).filter(bool))
def test_formula_is_the_float_nearest_to_the_exact_value(values: list[int], factor: Fraction) -> None:
    text = f"A{'-' if factor < 0 else '+'}{abs(factor.numerator)}/{factor.denominator}*AB"
    parts = {"A": Part(column(values[0]), CENT), "AB": Part(column(values[1]), TON)}

    found = formed(rule("formula", text), parts, 12)

    assert found.values.tolist() == [float(values[0] * CENT + factor * values[1] * TON)]


def test_ratio_when_annualised_is_taken_to_twelve_months() -> None:
    parts = {"PROFIT": Part(column(30), CENT), "ASSETS": Part(column(1000), CENT)}

    half = formed(rule("ratio", "PROFIT", "ASSETS", annualise=True), parts, 6)

    assert half.values.tolist() == [0.06]


def test_ratio_of_a_flow_and_an_average_is_rounded_once() -> None:
    """10 / ((100 * 31 + 103 * 28) / 59) = 590 / 5984."""
    stock = Part(column(100 * 31 + 103 * 28), Fraction(1), np.array([59]))

    found = formed(rule("ratio", "PROFIT", "MEAN"), {"PROFIT": Part(column(10)), "MEAN": stock}, 2)

    assert found.values.tolist() == [590 / 5984]
    assert average(stock).values.tolist() == [5984 / 59]


def test_average_without_any_day_is_missing() -> None:
    assert shown(average(Part(column(None), CENT, np.array([0])))) == [None]


def test_weighted_mean_is_in_units_of_account_of_the_value() -> None:
    """(2.50 * 3 + 4.00 * 1) / 4 = 2.875, in hundredths times pieces over pieces."""
    assert shown(weighted(column(250 * 3 + 400), column(4), CENT)) == [2.875]
    assert shown(weighted(column(0), column(0), CENT)) == [None]


def test_growth_is_missing_against_nothing_or_a_loss() -> None:
    found = growth(column(110, 110, 110, 110, None), column(100, 0, -100, None, 100))

    assert shown(found) == [0.1, None, None, None, None]


def test_formula_is_missing_where_a_part_is_and_has_the_worst_coverage() -> None:
    parts = {"A": Part(column(5, None, 5)), "AB": Part(column(3, 3, None))}

    found = formed(rule("formula", "A-AB"), parts, 1)

    assert shown(found) == [2.0, None, None]
    assert (found.reported.tolist(), found.expected.tolist()) == ([1, 0, 0], [1, 1, 1])


def test_mixed_parts_are_added_as_floats() -> None:
    parts = {"A": Part(column(250), CENT), "AB": Part(column(0.5))}

    assert formed(rule("formula", "A+AB"), parts, 1).values.tolist() == [3.0]


def test_sum_beyond_int64_over_a_float_is_a_float() -> None:
    found = divide(np.array([2**70], object), np.array([0.5]), np.array([True]))

    assert found.tolist() == [2.0**71]
