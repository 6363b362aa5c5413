"""Figures are exact, whatever they come as."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.checks.figures import Exact, Figure, Rate, Share, Terms, exact, plain
from headrope.core.checks.thresholds import decimal_places, decimal_text
from headrope.core.formulas import parse_formula
from headrope.core.quantities import Quantity

CENTS, THOUSANDS, NUMBER = Quantity("money", -2), Quantity("money", 3), Quantity("number")


@pytest.mark.parametrize(
    ("value", "quantity", "expected"),
    [
        (12345, CENTS, 12345),
        (Decimal("123.45"), CENTS, 12345),
        (123.45, CENTS, 12345),
        (np.int64(12345), CENTS, 12345),
        (np.float64(123.45), CENTS, 12345),
        (Decimal("0.005"), CENTS, Fraction(1, 2)),
        (Decimal("5000"), THOUSANDS, 5),
        (0.1, NUMBER, Fraction(1, 10)),
        (np.float64(0.1), NUMBER, Fraction(1, 10)),
        (-0.0, NUMBER, 0),
        (2.0**60, NUMBER, 1152921504606847000),
        (1e308, NUMBER, 10**308),
        (5, NUMBER, 5),
        (float("nan"), NUMBER, None),
        (float("inf"), CENTS, None),
        (Decimal("-Infinity"), CENTS, None),
        (Decimal("1e-999999"), NUMBER, None),
        (None, CENTS, None),
        ("5", CENTS, None),
    ],
)
def test_value_is_exact_or_none(value: Any, quantity: Quantity, expected: Exact | None) -> None:
    found = exact(value, quantity)

    assert found == expected
    assert type(found) is type(expected)


def test_value_of_another_type_is_a_wrong_program() -> None:
    with pytest.raises(TypeError):
        exact([5], CENTS)  # type: ignore[arg-type]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_exact_float_reads_as_the_same_float(value: float) -> None:
    found = exact(value, NUMBER)

    assert found is not None and found == Fraction(Decimal(repr(value)))
    assert plain(found) is not None and float(found) == value


@given(st.decimals(-(10**12), 10**12, places=7), st.integers(0, 9))
def test_decimal_text_rounds_half_to_even(value: Decimal, places: int) -> None:
    rounded = value.quantize(Decimal(1).scaleb(-places))

    assert decimal_text(Fraction(value), places) == f"{rounded if rounded else abs(rounded):f}"


@pytest.mark.parametrize(
    ("value", "expected"), [(Fraction(1), 0), (Fraction(1, 8), 3), (Fraction(3, 20), 2), (Fraction(1, 3), None)]
)
def test_decimal_places_are_as_many_as_it_takes(value: Fraction, expected: int | None) -> None:
    assert decimal_places(value) == expected


def test_shown_values_have_a_neutral_text() -> None:
    shown = [
        Figure(Fraction(-4399872410, 100), "REV"),
        Figure(Fraction(2, 3), "REV"),
        Share(Fraction(38, 100)),
        Rate(Fraction(16, 5)),
        Terms(parse_formula("A-B/2")),
    ]

    assert [str(each) for each in shown] == ["-43998724.1", "0.666667", "38.0 %", "3.20", "A-1/2*B"]
