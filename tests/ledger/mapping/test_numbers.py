"""Numbers as people write them into cells, read exactly or refused with a remedy."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.quantities import Quantity
from headrope.ledger.mapping.keys import Number
from headrope.ledger.mapping.numbers import NumberError, plain, read_number, rounded
from headrope.ledger.sheets.cells import Cell

GERMAN = Number(decimal=",", thousands=".", negative=("minus", "parentheses", "trailing"), missing=("-", "k.A."))


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("1.234,50", GERMAN, "1234.50"),
        ("(1.234,5)", GERMAN, "-1234.5"),
        ("12,5-", GERMAN, "-12.5"),
        ("\N{MINUS SIGN}3", GERMAN, "-3"),
        ("K.A.", GERMAN, None),
        (" - ", GERMAN, None),
        ("", GERMAN, None),
        ("1 234 567", Number(thousands=" "), "1234567"),
        ("1\N{NO-BREAK SPACE}234", Number(thousands=" "), "1234"),
        ("8.32%", Number(percent="share"), "0.0832"),
        ("8.32 %", Number(percent="points"), "8.32"),
        ("1.5", Number(scale=Decimal(10000)), "15000.0"),
        ("+7", Number(), "7"),
        ("12345678901234567890.01", Number(), "12345678901234567890.01"),
    ],
)
def test_a_text_becomes_a_number(text: str, form: Number, value: str | None) -> None:
    found = read_number(Cell("text", text), form)

    assert (None if found is None else format(found, "f")) == value


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (Cell("text", "1,234.50"), "'1,234.50' is not a number of this form."),
        (Cell("text", "1.2.3"), "'1.2.3' is not a number of this form."),
        (Cell("text", "(5)"), "'(5)' is not a number of this form."),
        (Cell("text", "12,3o0"), "'12,3o0' is not a number: 'o' (latin small letter o) stands in it."),
        (Cell("text", "１２"), "'１２' is written with full-width digits."),
        (Cell("text", "n/a"), "'n/a' is not a number."),
        (Cell("text", "5%"), "'5%' has a per cent sign."),
        (Cell("text", "--5"), "'--5' is not a number of this form."),
        (Cell("date", "2023-04-05"), "The cell holds a date (2023-04-05) and no number."),
        (Cell("bool", "true"), "The cell holds yes or no (true) and no number."),
        (Cell("error", "#DIV/0!"), "The cell holds the error #DIV/0!."),
        (Cell("error", "formula"), "The formula in the cell has no value."),
        (Cell("error", "digits"), "The number has more than 15 digits, and a spreadsheet has changed the last ones."),
    ],
)
def test_what_is_no_number(cell: Cell, message: str) -> None:
    with pytest.raises(NumberError) as error:
        read_number(cell, Number())

    assert str(error.value) == message


@given(st.integers(-(10**18), 10**18), st.integers(0, 6))
def test_what_a_person_writes_is_read_exactly(steps: int, digits: int) -> None:
    """Written with points between thousands, a decimal comma and parentheses."""
    value = Decimal(steps).scaleb(-digits)
    written = f"{abs(value):,.{digits}f}".replace(",", "_").replace(".", ",").replace("_", ".")

    assert read_number(Cell("text", f"({written})" if value < 0 else written), GERMAN) == value


@given(st.integers(-(10**15), 10**15), st.integers(-4, 2))
def test_rounding_leaves_less_than_half_a_step(value: int, exponent: int) -> None:
    quantity = Quantity("money", exponent)
    given_value = Decimal(value).scaleb(-5)

    found = rounded(given_value, quantity)

    assert abs(found - given_value) <= quantity.step / 2
    assert Decimal(quantity.read(plain(found))) * quantity.step == found


def test_halves_go_to_the_even_step() -> None:
    values = [Decimal("0.005"), Decimal("0.015"), Decimal("-0.025"), Decimal("2.675")]

    assert [plain(rounded(value, Quantity("money", -2))) for value in values] == ["0", "0.02", "-0.02", "2.68"]


def test_other_numbers_are_not_rounded() -> None:
    assert rounded(Decimal("0.123456"), Quantity("number")) == Decimal("0.123456")
