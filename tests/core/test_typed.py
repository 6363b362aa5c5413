"""Typed numbers are read exactly where they can mean one thing only; every other text is refused with its own remedy."""

from __future__ import annotations

import operator
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from headrope.core.quantities import AMOUNT_LIMIT, NUMBER_LEAST, NUMBER_LIMIT, Quantity, QuantityError
from headrope.core.typed import WORDS, read_typed, write_typed

MONEY = Quantity("money", -2)
HEADS = Quantity("count", 0)
SHARE = Quantity("number")
exponents = st.integers(-9, 9)
sizes = st.floats(NUMBER_LEAST, NUMBER_LIMIT)
floats = st.just(0.0) | sizes | sizes.map(operator.neg)
amounts = st.integers(1 - AMOUNT_LIMIT, AMOUNT_LIMIT - 1)
AROUND = st.text(" \u00a0\u3000\u202f\t\u200b\ufeff", max_size=3)


def said(text: str, quantity: Quantity = MONEY, exponent: int = 0, per_cent: bool = False) -> tuple[str, str]:
    """What is said of a text that is refused: the sentence and the remedy."""
    with pytest.raises(QuantityError) as refused:
        read_typed(text, quantity, exponent, per_cent)
    return str(refused.value), refused.value.remedy % refused.value.values


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("2407.123", 2407123000),
        ("8,914", 8914000000),
        ("1,234,567.80", 1234567800000),
        ("\u00a0 \u2212" + "3.5\u3000", -3500000),
        ("+0.000001", 1),
        ("-0", 0),
        ("1.5e3", 1500000000),
        ("\ufeff7\u200b", 7000000),
    ],
)
def test_money_in_ten_thousands_when_plain_is_exact(text: str, steps: int) -> None:
    found = read_typed(text, MONEY, 4)

    assert (found, type(found)) == (steps, int)


def test_share_when_typed_per_cent_is_a_hundredth() -> None:
    found = [read_typed(text, SHARE, -2, True) for text in ("12.3", "12.3%", "\u22124 %", "1,200%")]

    assert found == [0.123, 0.123, -0.04, 12.0]
    assert read_typed("12.3%", SHARE, 0, True) == 0.123
    assert repr(read_typed("-0", SHARE, 0)) == "0.0"


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("", "The cell is empty.", "Type the value."),
        ("2,4o7", "'2,4o7' is not a number; the last character but one is the letter o.", "Type a zero for it."),
        ("24O", "'24O' is not a number; the last character is the letter O.", "Type a zero for it."),
        ("l,234", "'l,234' is not a number; character 1 is the letter l.", "Type a one for it."),
        ("1I34", "'1I34' is not a number; the last character but two is the letter I.", "Type a one for it."),
        ("1S.5", "'1S.5' is not a number; the last character but two is the letter S.", "Type a five for it."),
        ("B7", "'B7' is not a number; the last character but one is the letter B.", "Type an eight for it."),
        ("4\u043e", "'4\u043e' is not a number; the last character is the letter \u043e.", "Type a zero for it."),
        ("2\u30077", "'2\u30077' is not a number; the last character but one is the letter \u3007.", "Type a zero for it."),
        ("2o,4l7", "'2o,4l7' is not a number; o, l are letters.", "Type 20417, if that is meant."),
        ("12\uff13\uff0e5", "'12\uff13\uff0e5' is written with full-width characters.", "Type 123.5."),
        ("1\uff0c234", "'1\uff0c234' is written with full-width characters.", "Type 1234."),
        ("5\u30025", "'5\u30025' is written with full-width characters.", "Type 5.5."),
        ("12,5", "'12,5' has a decimal comma.", "Type 12.5, if that is meant."),
        ("0,123", "'0,123' has a decimal comma.", "Type 0.123, if that is meant."),
        ("1.234,50", "'1.234,50' has a decimal comma.", "Type 1234.50, if that is meant."),
        ("12,34,567", "'12,34,567' has commas in other places than every three digits.", "Type 1234567, if that is meant."),
        ("1.234.567", "'1.234.567' has more than one point.", "Type 1234567, if that is meant."),
        ("1 234", "'1 234' has blanks or marks inside.", "Type 1234."),
        ("\u2212 5", "'\u2212 5' has blanks or marks inside.", "Type -5."),
        ("(120)", "'(120)' is in brackets.", "Type -120, if it is negative."),
        ("\u20135", "'\u20135' begins with a dash that is no minus sign.", "Type -5."),
        ("5-", "'5-' has its minus sign at the end.", "Type -5, if it is negative."),
        (".5", "'.5' has no digit on one side of its point.", "Type 0.5."),
        ("-5.", "'-5.' has no digit on one side of its point.", "Type -5."),
        ("12%", "'12%' has a percent sign.", "This measure is not in per cent; type the figure itself."),
        ("1.005", "'1.005' is finer than the step 0.01 of this cell.", "Round it; 1 is the nearest."),
        ("9e99", "'9e99' is too large.", "Look in which unit of account the cell counts, and count the digits."),
        ("1" * 201, f"'{'1' * 60}' is too long for a number.", "Type the number alone."),
        ("closed", "'closed' is not a number.", "Type the number alone, like -1234.5; words belong in the note."),
        ("Sold", "'Sold' is not a number.", "Type the number alone, like -1234.5; words belong in the note."),
        ("\u0661\u0662", "'\u0661\u0662' is not a number.", "Type the number alone, like -1234.5; words belong in the note."),
        ("so", "'so' is not a number.", "Type the number alone, like -1234.5; words belong in the note."),
    ],
)  # fmt: skip
def test_text_when_refused_says_why_and_how_to_mend_it(text: str, message: str, remedy: str) -> None:
    assert said(text) == (message, remedy)


@pytest.mark.parametrize(
    ("text", "quantity", "exponent", "message"),
    [
        ("2407.1234567", MONEY, 4, "'2407.1234567' is finer than the step 0.000001 of this cell."),
        ("12.5", HEADS, 0, "'12.5' is finer than the step 1 of this cell."),
        ("1234", Quantity("count", 3), 0, "'1234' is finer than the step 1000 of this cell."),
        ("9" * 20, HEADS, 0, f"'{'9' * 20}' is too large."),
        ("9" * 19, HEADS, 4, f"'{'9' * 19}' is too large."),
        ("1e309", SHARE, 0, "'1e309' is too large."),
    ],
)
def test_number_when_finer_or_larger_than_the_cell_takes_is_refused(
    text: str, quantity: Quantity, exponent: int, message: str
) -> None:
    assert said(text, quantity, exponent)[0] == message


@pytest.mark.parametrize("text", ["%", "5%%", "x%", "-%"])
def test_percent_sign_without_a_number_is_refused(text: str) -> None:
    assert said(text, SHARE, -2, True)[0] == f"'{text}' is not a number."


@given(amounts, st.integers(-9, 9), exponents)
@example(-1, -9, 9)
@example(AMOUNT_LIMIT - 1, 9, -9)
def test_amount_when_written_and_typed_again_is_the_same(steps: int, step: int, exponent: int) -> None:
    quantity = Quantity("money", step)

    text = write_typed(steps, quantity, exponent)

    assert read_typed(text, quantity, exponent) == steps
    assert Decimal(text).scaleb(exponent) == Decimal(steps).scaleb(step)
    assert "e" not in text and not (("." in text) and text.endswith("0"))


@given(floats, exponents)
@example(NUMBER_LEAST, 9)
@example(NUMBER_LIMIT, -9)
@example(-0.0, 0)
def test_float_when_written_and_typed_again_is_the_same(value: float, exponent: int) -> None:
    text = write_typed(value, SHARE, exponent)

    assert read_typed(text, SHARE, exponent) == value
    assert len(text) <= 100


@given(amounts, AROUND, AROUND, st.sampled_from([0, 4, 8]))
def test_amount_when_grouped_and_with_blanks_around_is_the_same(
    steps: int, before: str, after: str, exponent: int
) -> None:
    whole, point, part = write_typed(abs(steps), MONEY, exponent).partition(".")
    minus = "\u2212" if steps < 0 else ""

    assert read_typed(f"{before}{minus}{int(whole):,}{point}{part}{after}", MONEY, exponent) == steps


@given(
    st.text(max_size=12) | st.text("0123456789,.-+%oOlISB eE（）()１２，．−–", max_size=12), exponents, st.booleans()
)
@example("%", 0, True)
def test_any_text_is_read_or_refused_in_whole_sentences(text: str, exponent: int, per_cent: bool) -> None:
    for quantity in (MONEY, HEADS, SHARE):
        try:
            found = read_typed(text, quantity, exponent, per_cent)
        except QuantityError as refused:
            remedy = refused.remedy % refused.values
            assert str(refused) and remedy.endswith(".")
            continue
        assert read_typed(write_typed(found, quantity, exponent), quantity, exponent) == found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2m", 1_200_000_00),
        ("1,200K", 1_200_000_00),
        ("3 bn", 3_000_000_000_00),
        ("2.5 million", 2_500_000_00),
        ("\N{MINUS SIGN}5万", -50_000_00),
        ("1.2亿元", 120_000_000_00),
        ("5千万", 50_000_000_00),
        ("1234元", 1_234_00),
        ("1234.56 yuan", 1_234_56),
    ],
)
@pytest.mark.parametrize("exponent", [0, 3, 4, 8])
def test_money_that_says_its_scale_counts_in_that_whatever_the_page_counts_in(text: str, value: int, exponent: int) -> None:  # fmt: skip
    assert read_typed(text, Quantity("money", -2), exponent) == value


def test_words_for_scales_are_of_money_alone_and_never_guessed() -> None:
    for text, quantity in (
        ("5k", Quantity("count", 0)),
        ("5k", Quantity("number", 0)),
        ("12b", Quantity("money", -2)),
        ("1.2亿万元", Quantity("money", -2)),
        ("k", Quantity("money", -2)),
        ("1.001元", Quantity("money", -2)),
        ("2,4o7万", Quantity("money", -2)),
    ):
        with pytest.raises(QuantityError):
            read_typed(text, quantity, 3)


@given(st.integers(-(10**4), 10**4), st.sampled_from(sorted(WORDS)))
def test_a_word_is_the_same_as_a_page_that_counts_in_it(number: int, word: str) -> None:
    money = Quantity("money", -2)

    assert read_typed(f"{number:,}{word}", money, 6) == read_typed(f"{number}", money, WORDS[word])
