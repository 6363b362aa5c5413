"""Formulas are sums and differences of codes, and a rule names the components it is formed from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.measures import CODE, Formula, MeasureRule, parse_formula, write_formula
from headrope.core.quantities import Quantity

codes = st.from_regex(CODE, fullmatch=True)
formulas = st.lists(st.tuples(st.sampled_from([1, -1]), codes), min_size=1, max_size=6).map(tuple)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ATT", ((1, "ATT"),)),
        ("ATT-OV4", ((1, "ATT"), (-1, "OV4"))),
        ("ATT+OV4", ((1, "ATT"), (1, "OV4"))),
        ("-A-AB+A", ((-1, "A"), (-1, "AB"), (1, "A"))),
        ("+A", ((1, "A"),)),
        (" ATT - OV4 ", ((1, "ATT"), (-1, "OV4"))),
        ("营业收入-成本_1", ((1, "营业收入"), (-1, "成本_1"))),
        ("_A+A1", ((1, "_A"), (1, "A1"))),
    ],
)
def test_formula_when_read_gives_signs_and_codes(text: str, expected: Formula) -> None:
    assert parse_formula(text) == expected


@pytest.mark.parametrize(
    "text", [" ", "A B", "A-", "-", "A--B", "A*B", "A/AB", "2*A", "(A)", "A,AB", "1A", "A.AB", "A=AB", "A−AB"]
)
def test_text_that_is_no_sum_of_codes_is_refused(text: str) -> None:
    with pytest.raises(ValueError) as found:
        parse_formula(text)

    assert str(found.value) == f"'{text}' is not a sum or difference of measure codes"


def test_empty_formula_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^the formula is empty$"):
        parse_formula("")


@given(formulas)
def test_formula_when_written_is_read_back(formula: Formula) -> None:
    assert parse_formula(write_formula(formula)) == formula


def test_components_of_a_ratio_are_named_once_in_their_order() -> None:
    rule = MeasureRule(
        "SHARE", Quantity("number"), "ratio", "up", parse_formula("ATT-OV4"), parse_formula("ATT+AT-OV4")
    )

    assert rule.components == ("ATT", "OV4", "AT")


@pytest.mark.parametrize("kind", ["flow", "stock", "cumulative"])
def test_component_of_a_stored_measure_is_itself(kind: str) -> None:
    rule = MeasureRule("ATT", Quantity("count"), kind)  # type: ignore[arg-type]

    assert rule.components == ("ATT",)
