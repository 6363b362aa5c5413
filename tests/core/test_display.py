"""Figures are shown rounded half to even from the exact value, grouped, with a true minus."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from headrope.core.display import (
    BILLION,
    MILLION,
    MINUS,
    SCALES,
    THOUSAND,
    UNIT,
    WAN,
    YI,
    YI_SHORT,
    YUAN,
    Formatter,
    Number,
    Scale,
    Shown,
    Style,
    decimal,
    digits_for,
    fitting_scale,
    pattern,
    rounded,
    scale_of,
    whole,
)

ALL_SCALES = [scale for family in SCALES.values() for scale in family]
amounts = st.one_of(st.integers(-(2**62), 2**62), st.integers(-200, 200).map(lambda n: n * 5 * 10**9))
NARROW = "\N{NARROW NO-BREAK SPACE}"


def by_decimal(steps: int, step_exponent: int, scale: Scale, sign: bool = False) -> str:
    """The same figure by decimal arithmetic."""
    with localcontext(prec=100):
        value = (Decimal(steps).scaleb(step_exponent) / Decimal(10) ** scale.exponent).quantize(
            Decimal(1).scaleb(-scale.digits), ROUND_HALF_EVEN
        )
    mark = MINUS if value < 0 else "+" if sign and value > 0 else ""
    return f"{mark}{abs(value):,}"


@given(amounts, st.integers(-9, 9), st.sampled_from(ALL_SCALES), st.booleans())
@example(-1, -2, MILLION, True)
@example(50_000_000, -2, MILLION, False)
@example(150_000_000, -2, MILLION, False)
@example(-50_000_000, -2, MILLION, False)
@example(-150_000_000, -2, MILLION, False)
def test_money_when_shown_is_the_decimal_rounded_half_to_even(
    steps: int, step_exponent: int, scale: Scale, sign: bool
) -> None:
    assert scale.show(steps, step_exponent, sign) == by_decimal(steps, step_exponent, scale, sign)


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (UNIT, f"{MINUS}18,087,123,457"),
        (THOUSAND, f"{MINUS}18,087,123"),
        (MILLION, f"{MINUS}18,087"),
        (BILLION, f"{MINUS}18.1"),
        (YUAN, f"{MINUS}18,087,123,457"),
        (WAN, f"{MINUS}1,808,712.3"),
        (YI, f"{MINUS}180.87"),
        (YI_SHORT, f"{MINUS}181"),
    ],
)
def test_loss_in_every_scale(scale: Scale, expected: str) -> None:
    assert scale.show(-1808712345678, -2) == expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (0, "0"),
        (49, "0"),
        (50, "0"),
        (51, "1"),
        (149, "1"),
        (150, "2"),
        (250, "2"),
        (-50, "0"),
        (-51, f"{MINUS}1"),
        (-150, f"{MINUS}2"),
        (-250, f"{MINUS}2"),
    ],
)
def test_half_goes_to_the_even_side_and_what_rounds_to_zero_has_no_sign(steps: int, expected: str) -> None:
    assert UNIT.show(steps, -2) == expected


@pytest.mark.parametrize(
    ("steps", "expected"), [(123456, "+1,235"), (0, "0"), (49, "0"), (-49, "0"), (-123456, f"{MINUS}1,235")]
)
def test_sign_when_asked_for_stands_before_all_but_zero(steps: int, expected: str) -> None:
    assert UNIT.show(steps, -2, sign=True) == expected


@given(st.integers(), st.integers(-12, 30))
def test_rounded_is_never_more_than_half_away(steps: int, places: int) -> None:
    found = rounded(steps, places)

    assert abs(found * 10 ** max(places, 0) - steps * 10 ** max(-places, 0)) * 2 <= 10 ** max(places, 0)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [(0, 0, "0"), (0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, f"{MINUS}0.05"), (-123456, 2, f"{MINUS}1,234.56")],
)
def test_whole_keeps_its_digits(value: int, digits: int, expected: str) -> None:
    assert whole(value, digits) == expected


@pytest.mark.parametrize(
    ("value", "digits", "sign", "expected"),
    [
        (-0.0, 1, False, "0.0"),
        (-0.04, 1, True, "0.0"),
        (0.04, 1, True, "0.0"),
        (-0.4, 0, False, "0"),
        (-0.06, 1, False, f"{MINUS}0.1"),
        (12345.678, 2, False, "12,345.68"),
        (12345.678, 2, True, "+12,345.68"),
        (-1000.0, 0, False, f"{MINUS}1,000"),
        (0.5, 0, False, "0"),
        (1.5, 0, False, "2"),
    ],
)
def test_decimal_is_grouped_with_a_true_minus(value: float, digits: int, sign: bool, expected: str) -> None:
    assert decimal(value, digits, sign) == expected


@given(st.floats(-1e15, 1e15), st.integers(0, 6), st.booleans())
@example(-0.0, 0, True)
@example(-1e-9, 3, False)
def test_decimal_never_shows_a_sign_before_zero_nor_a_hyphen(value: float, digits: int, sign: bool) -> None:
    text = decimal(value, digits, sign)

    nonzero = bool(text.strip(f"{MINUS}+0.,"))
    mark = "" if not nonzero else MINUS if value < 0 else "+" if sign else ""
    assert text == mark + f"{abs(Decimal(value)):,.{digits}f}"


@pytest.mark.parametrize(
    ("key", "language", "expected"),
    [
        ("1", "en", UNIT),
        ("k", "en", THOUSAND),
        ("m", "en", MILLION),
        ("bn", "en", BILLION),
        ("1", "zh-hans", YUAN),
        ("k", "zh", WAN),
        ("m", "zh-hans", YI),
        ("bn", "zh-cn", YI_SHORT),
        ("m", "de", MILLION),
        ("mm", "en", None),
        ("", "zh", None),
    ],
)
def test_scale_of_a_key_in_a_language(key: str, language: str, expected: Scale | None) -> None:
    assert scale_of(key, language) == expected


@pytest.mark.parametrize(
    ("largest", "expected"),
    [(0.0, "1"), (999_999.99, "1"), (1e6, "k"), (999_999_999.0, "k"), (1e9, "m"), (1e15, "m")],
)
def test_scale_that_fits_keeps_four_digits(largest: float, expected: str) -> None:
    assert fitting_scale(largest) == expected


MONEY = Shown(money=True, exact=True, step_exponent=-2, per_cent=False, digits=0)
COUNT = Shown(money=False, exact=True, step_exponent=0, per_cent=False, digits=0)
SHARE = Shown(money=False, exact=False, step_exponent=0, per_cent=True, digits=2)
NUMBER = Shown(money=False, exact=False, step_exponent=0, per_cent=False, digits=1)


@pytest.mark.parametrize(
    ("shown", "value", "english", "chinese"),
    [
        (MONEY, -123_456_789_00, f"{MINUS}123", f"{MINUS}1.23"),
        (MONEY, 123_456_789_00, "+123", "+1.23"),
        (COUNT, 12345, "+12,345", "+12,345"),
        (SHARE, 0.08449, "+8.45", "+8.45"),
        (NUMBER, -1234.56, f"{MINUS}1,234.6", f"{MINUS}1,234.6"),
    ],
)
def test_figure_in_both_languages(shown: Shown, value: float, english: str, chinese: str) -> None:
    found = [
        Formatter("en", MILLION).figure(shown, value, sign=True),
        Formatter("zh-hans", YI).figure(shown, value, sign=True),
    ]

    assert found == [english, chinese]


@pytest.mark.parametrize(
    ("share", "english", "chinese"),
    [
        (0.231, f"23.1{NARROW}%", "23.1%"),
        (-0.0004, f"0.0{NARROW}%", "0.0%"),
        (-1.5, f"{MINUS}150.0{NARROW}%", f"{MINUS}150.0%"),
    ],
)
def test_per_cent_in_both_languages(share: float, english: str, chinese: str) -> None:
    found = [Formatter(language, scale).per_cent(share) for language, scale in (("en", MILLION), ("zh-hans", YI))]

    assert found == [english, chinese]


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, 0), (12.0, 0), (12.5, 2), (100.5, 1), (999.9, 1), (1000.5, 0), (-12.5, 2)]
)
def test_digits_leave_about_four_figures(value: float, expected: int) -> None:
    assert digits_for(value) == expected


@pytest.mark.parametrize(
    ("key", "language", "style", "expected"),
    [
        ("m", "en", "auto", MILLION),
        ("m", "en", "million", MILLION),
        ("m", "en", "wan", YI),
        ("k", "en", "wan", WAN),
        ("m", "zh-hans", "auto", YI),
        ("m", "zh-hans", "wan", YI),
        ("m", "zh-hans", "million", MILLION),
        ("bn", "zh-hans", "million", BILLION),
    ],
)
def test_scale_of_a_key_in_a_style_of_the_readers_own(key: str, language: str, style: Style, expected: Scale) -> None:
    assert scale_of(key, language, style) == expected


@pytest.mark.parametrize(
    ("shown", "scale", "value", "number"),
    [
        (MONEY, MILLION, -123_456_789_01, Number(-123.45678901, f'#,##0;"{MINUS}"#,##0;#,##0')),
        (MONEY, YI, 123_456_789_01, Number(1.2345678901, pattern(2))),
        (MONEY, WAN, 0, Number(0.0, pattern(1))),
        (COUNT, MILLION, 12345, Number(12345.0, pattern(0))),
        (SHARE, YI, 0.08449, Number(0.08449, f'#,##0.00%;"{MINUS}"#,##0.00%;#,##0.00%')),
        (NUMBER, MILLION, -1234.56, Number(-1234.56, pattern(1))),
    ],
)
def test_number_for_a_spreadsheet_keeps_its_digits_and_has_the_format_of_its_scale(
    shown: Shown, scale: Scale, value: float, number: Number
) -> None:
    assert Formatter("en", scale).number(shown, value) == number


@given(amounts, st.integers(-4, 4), st.sampled_from(ALL_SCALES))
def test_number_for_a_spreadsheet_is_the_figure_before_rounding(steps: int, step_exponent: int, scale: Scale) -> None:
    shown = Shown(money=True, exact=True, step_exponent=step_exponent, per_cent=False, digits=0)

    number = Formatter("en", scale).number(shown, steps)

    exact = Decimal(steps).scaleb(step_exponent - scale.exponent)
    assert abs(Decimal(number.value) - exact) <= abs(exact) * Decimal("1e-15")
    assert number.pattern.split(";")[0].partition(".")[2] == "0" * scale.digits


def test_pattern_with_a_sign_shows_it_before_all_but_zero() -> None:
    assert pattern(1, sign=True, after='" pp"') == f'+#,##0.0" pp";"{MINUS}"#,##0.0" pp";#,##0.0" pp"'


@pytest.mark.parametrize(
    ("probability", "english", "chinese"),
    [(0.0, "<_1_%", "<1%"), (0.0099, "<_1_%", "<1%"), (0.01, "1_%", "1%"), (0.235, "24_%", "24%"), (0.99, "99_%", "99%"), (0.9901, ">_99_%", ">99%"), (1.0, ">_99_%", ">99%")],
)  # fmt: skip
def test_odds_are_never_sure_and_never_out_of_the_question(probability: float, english: str, chinese: str) -> None:
    assert Formatter("en", UNIT).odds(probability) == english.replace("_", NARROW)
    assert Formatter("zh-hans", YUAN).odds(probability) == chinese
