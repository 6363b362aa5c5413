"""Values are read exactly or refused with a remedy, and the fast reader reads like the plain one."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from headrope.core.quantities import AMOUNT_LIMIT, NUMBER_LEAST, NUMBER_LIMIT, Quantity, QuantityError, step_exponent

YUAN = Quantity("money", -2)
PERSONS = Quantity("count", 0)
THOUSANDS = Quantity("money", 3)
INDEX = Quantity("number")
LARGEST = AMOUNT_LIMIT - 1

Read = Callable[[str], int | float]
exponents = st.integers(-9, 9)
digits = st.text("0123456789", min_size=1, max_size=9)
texts = st.builds(
    lambda sign, whole, part, power: sign + whole + part + power,
    st.sampled_from(["", "-", "+"]),
    digits,
    st.one_of(st.just(""), st.text("0123456789", min_size=1, max_size=12).map(lambda part: f".{part}")),
    st.one_of(st.just(""), st.integers(-12, 9).map(lambda power: f"e{power}")),
)
LIKE_NUMBERS = st.text("0123456789+-.,eE ０１", max_size=9)


def outcome(read: Read, text: str) -> tuple[str, object]:
    """What a reader makes of a text: the value, or the sentence and the remedy."""
    try:
        value = read(text)
    except QuantityError as error:
        return str(error), error.remedy % error.values
    return type(value).__name__, value


def by_decimal(text: str, exponent: int) -> int | None:
    """The steps by decimal arithmetic with room for every digit; None where they are not whole."""
    with localcontext(prec=2000):
        steps = Decimal(text) / Decimal(10) ** exponent
        return int(steps) if steps == int(steps) else None


@given(texts, exponents)
@example("-0.05", -2)
@example("-0.5", 0)
@example("+7", -9)
@example("-0", -2)
@example("1.10", -1)
@example("1.5e3", 3)
def test_value_when_read_is_the_decimal_in_steps_or_refused(text: str, exponent: int) -> None:
    expected = by_decimal(text, exponent)

    kind, found = outcome(Quantity("money", exponent).read, text)

    if expected is None:
        assert kind in (
            f"'{text}' has more digits than the step {Decimal(1).scaleb(exponent)} of its measure.",
            f"'{text}' is too large.",
        )
    elif abs(expected) < AMOUNT_LIMIT:
        assert (kind, found) == ("int", expected)
    else:
        assert kind == f"'{text}' is too large."


@given(st.one_of(texts, LIKE_NUMBERS), exponents)
@example("-0.05", -2)
@example("-0", -2)
@example("+1.5", -2)
@example("1e3", -2)
@example("1.000", -2)
@example("1.001", -2)
@example("1000", 3)
@example("1,234.5", -2)
def test_fast_reader_reads_like_the_plain_one(text: str, exponent: int) -> None:
    for kind in ("money", "count"):
        quantity = Quantity(kind, exponent)  # type: ignore[arg-type]

        assert outcome(quantity.reader(), text) == outcome(quantity.read, text)


@pytest.mark.parametrize("exponent", range(-9, 1))
@pytest.mark.parametrize("sign", ["", "-"])
def test_fast_reader_at_the_limit_reads_like_the_plain_one_when_the_text_is_long(exponent: int, sign: str) -> None:
    quantity = Quantity("money", exponent)
    for steps in (LARGEST, AMOUNT_LIMIT):
        text = sign + quantity.write(steps)

        assert outcome(quantity.reader(), text) == outcome(quantity.read, text)


@pytest.mark.parametrize(
    ("text", "exponent"), [("99999999999999999", -2), ("46116860184273879", -9), ("-5000000000.0", -9)]
)
def test_fast_reader_when_a_short_text_is_too_large_refuses_it(text: str, exponent: int) -> None:
    quantity = Quantity("money", exponent)

    assert outcome(quantity.reader(), text) == outcome(quantity.read, text)


@pytest.mark.parametrize("text", [f"1.{'0' * 34}1", f"0.01{'0' * 30}1", f"-1.{'0' * 40}7"])
def test_value_with_very_many_digits_is_refused_and_not_rounded(text: str) -> None:
    sentence, _ = outcome(YUAN.read, text)

    assert sentence == f"'{text}' has more digits than the step 0.01 of its measure."


@given(st.integers(-LARGEST, LARGEST), exponents)
@example(-5, -2)
@example(LARGEST, -9)
@example(-LARGEST, 9)
@example(0, 0)
def test_amount_when_written_is_read_back_by_both_readers(steps: int, exponent: int) -> None:
    quantity = Quantity("money", exponent)

    text = quantity.write(steps)

    assert Decimal(text) == Decimal(steps) * Decimal(10) ** exponent
    assert (quantity.read(text), quantity.reader()(text)) == (steps, steps)


sizes = st.floats(NUMBER_LEAST, NUMBER_LIMIT) | st.sampled_from((NUMBER_LEAST, NUMBER_LIMIT, 0.0))


@given(sizes | sizes.map(operator.neg))
def test_number_when_written_is_read_back_bit_for_bit(value: float) -> None:
    text = INDEX.write(value)

    assert INDEX.read(text).hex() == value.hex()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("quantity", "steps", "text"),
    [
        (YUAN, -5, "-0.05"),
        (YUAN, 0, "0.00"),
        (YUAN, 100, "1.00"),
        (YUAN, -4399872410, "-43998724.10"),
        (PERSONS, -17, "-17"),
        (THOUSANDS, 12, "12000"),
        (Quantity("money", -9), 1, "0.000000001"),
        (INDEX, 0.1, "0.1"),
        (INDEX, 3, "3.0"),
    ],
)
def test_value_when_written_keeps_the_digits_of_its_step(quantity: Quantity, steps: int, text: str) -> None:
    assert quantity.write(steps) == text


PLAIN = "Write it like -1234.5."
REFUSED = [
    ("", "The value is empty.", "Leave the whole row out, or give state withdrawn or not-applicable."),
    ("１２", "'１２' is written with full-width digits.", "Type it with plain digits."),
    ("1２", "'1２' is written with full-width digits.", "Type it with plain digits."),
    ("１，２３４．５", "'１，２３４．５' is written with full-width digits.", "Type it with plain digits."),
    ("－5", "'－5' is written with full-width digits.", "Type it with plain digits."),
    ("1,234.5", "'1,234.5' has thousands separators.", "Write 1234.5, without separators."),
    ("-1,234,567", "'-1,234,567' has thousands separators.", "Write -1234567, without separators."),
    ("1.234,5", "'1.234,5' has a decimal comma.", "Write 1234.5, if that is meant."),
    ("-0,05", "'-0,05' has a decimal comma.", "Write -0.05, if that is meant."),
    (" 5", "' 5' has blanks around it.", "Take the blanks out."),
    ("5\n", "'5\n' has blanks around it.", "Take the blanks out."),
    ("5\u3000", "'5\u3000' has blanks around it.", "Take the blanks out."),
    (" ", "' ' is not a number.", PLAIN),
    ("1 234", "'1 234' is not a number.", PLAIN),
    ("abc", "'abc' is not a number.", PLAIN),
    ("12,3o0", "'12,3o0' is not a number.", PLAIN),
    ("nan", "'nan' is not a number.", PLAIN),
    ("NaN", "'NaN' is not a number.", PLAIN),
    ("inf", "'inf' is not a number.", PLAIN),
    ("-Infinity", "'-Infinity' is not a number.", PLAIN),
    ("1_000", "'1_000' is not a number.", PLAIN),
    ("0x10", "'0x10' is not a number.", PLAIN),
    ("1.", "'1.' is not a number.", PLAIN),
    (".5", "'.5' is not a number.", PLAIN),
    ("--5", "'--5' is not a number.", PLAIN),
    ("−5", "'−5' is not a number.", PLAIN),
    ("(5)", "'(5)' is not a number.", PLAIN),
    ("5%", "'5%' is not a number.", PLAIN),
    ("1e", "'1e' is not a number.", PLAIN),
    ("1e1000", "'1e1000' is not a number.", PLAIN),
    ("٣", "'٣' is not a number.", PLAIN),
    ("x" * 70, f"'{'x' * 60}' is not a number.", PLAIN),
]


@pytest.mark.parametrize(("text", "sentence", "remedy"), REFUSED)
@pytest.mark.parametrize("quantity", [YUAN, PERSONS, THOUSANDS, INDEX])
def test_text_that_is_no_value_is_refused_with_its_remedy(
    quantity: Quantity, text: str, sentence: str, remedy: str
) -> None:
    assert outcome(quantity.read, text) == (sentence, remedy)
    assert outcome(quantity.reader(), text) == (sentence, remedy)


FINER = "Round it at the source, or load it into a measure with a finer step."
COARSER = "Check the unit of account; the limit is 2^62 steps."


@pytest.mark.parametrize(
    ("quantity", "text", "sentence", "remedy"),
    [
        (YUAN, "1.005", "'1.005' has more digits than the step 0.01 of its measure.", FINER),
        (YUAN, "1e-3", "'1e-3' has more digits than the step 0.01 of its measure.", FINER),
        (PERSONS, "0.5", "'0.5' has more digits than the step 1 of its measure.", FINER),
        (THOUSANDS, "1500", "'1500' has more digits than the step 1E+3 of its measure.", FINER),
        (PERSONS, str(AMOUNT_LIMIT), f"'{AMOUNT_LIMIT}' is too large.", COARSER),
        (PERSONS, str(-AMOUNT_LIMIT), f"'-{AMOUNT_LIMIT}' is too large.", COARSER),
        (YUAN, "46116860184273879.04", "'46116860184273879.04' is too large.", COARSER),
        (YUAN, "1e999", "'1e999' is too large.", COARSER),
        (INDEX, "1e999", "'1e999' is too large.", "Check the unit of account."),
        (INDEX, "-1.1e100", "'-1.1e100' is too large.", "Check the unit of account."),
        (INDEX, "9.9e-101", "'9.9e-101' is too close to zero.", "Check the unit of account."),
        (INDEX, "1e-999", "'1e-999' is too close to zero.", "Check the unit of account."),
        (INDEX, "-5e-324", "'-5e-324' is too close to zero.", "Check the unit of account."),
    ],
)
def test_number_that_does_not_fit_its_measure_is_refused(
    quantity: Quantity, text: str, sentence: str, remedy: str
) -> None:
    assert outcome(quantity.read, text) == (sentence, remedy)
    assert outcome(quantity.reader(), text) == (sentence, remedy)


def test_largest_amounts_are_read() -> None:
    texts = [str(LARGEST), str(-LARGEST)]

    assert [PERSONS.read(text) for text in texts] == [LARGEST, -LARGEST]
    assert [PERSONS.reader()(text) for text in texts] == [LARGEST, -LARGEST]


@given(st.integers(-LARGEST, LARGEST), exponents)
def test_number_in_units_of_account_is_the_nearest_float(steps: int, exponent: int) -> None:
    expected = float(Decimal(steps).scaleb(exponent))

    assert Quantity("money", exponent).number(steps) == expected


@pytest.mark.parametrize("exponent", range(-9, 10))
def test_step_when_a_power_of_ten_has_its_exponent(exponent: int) -> None:
    plain = format(Decimal(1).scaleb(exponent), "f")

    assert (step_exponent(plain), step_exponent(f"1e{exponent}")) == (exponent, exponent)
    assert Quantity("money", exponent).step == Decimal(plain)


@pytest.mark.parametrize("text", ["0", "2", "0.05", "-1", "1e10", "1e-10", "nan", "inf", "11"])
def test_step_that_is_no_power_of_ten_in_bounds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=rf"^'{text}' is not a power of ten between 1e-9 and 1e9$"):
        step_exponent(text)


@pytest.mark.parametrize("text", ["", "abc", "0,01", "1e99999999999999999999"])
def test_step_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a power of ten"):
        step_exponent(text)


@pytest.mark.parametrize("text", ["０.０１", " 0.01", "1_0"])
def test_step_with_other_signs_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a power of ten"):
        step_exponent(text)
