"""Shares as people write them are exact fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.ledger.folder.shares import read_share


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("51 %", Fraction(51, 100)),
        ("51%", Fraction(51, 100)),
        ("33.3 %", Fraction(333, 1000)),
        ("0.51", Fraction(51, 100)),
        ("51/100", Fraction(51, 100)),
        ("1/3", Fraction(1, 3)),
        ("1", Fraction(1)),
        ("100 %", Fraction(1)),
        ("51", Fraction(51)),
        ("", None),
        ("-1/3", None),
        ("1/0", None),
        ("0,51", None),
        ("51 % of it", None),
        ("1/" + "9" * 19, None),
        ("0." + "1" * 50, None),
    ],
)
def test_share_is_read_exactly_or_not_at_all(text: str, share: Fraction | None) -> None:
    assert read_share(text) == share


@given(st.fractions(0, 1, max_denominator=10**17))
def test_every_share_is_read_back_as_it_is_written(share: Fraction) -> None:
    assert read_share(str(share)) == share
