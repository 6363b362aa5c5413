"""Shares are checked as a set, effective ones are products along all paths, and what is attributable is exact."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.holdings import WHOLE, Holding, billionths, check_holdings, effective_shares, share_of
from headrope.core.units import ALWAYS, FOREVER

MID = date(2023, 7, 1)


def held(owner: str, unit: str, num: int, den: int = 100, days: tuple[date, date] = (ALWAYS, FOREVER)) -> Holding:
    return Holding(owner, unit, num, den, *days, where=f"{owner} in {unit} from {days[0]}")


def said(*holdings: Holding) -> list[str]:
    return [f"{problem.where}: {problem.message % problem.values}" for problem in check_holdings(holdings)]


def test_shares_that_change_in_mid_year_are_fine() -> None:
    assert (
        said(held("A", "B", 60, days=(ALWAYS, MID)), held("A", "B", 51, days=(MID, FOREVER)), held("C", "B", 40)) == []
    )


@pytest.mark.parametrize(
    ("holdings", "problems"),
    [
        ([held("A", "A", 50)], ["A in A from 0001-01-01: A holds itself."]),
        ([held("A", "B", 0)], ["A in B from 0001-01-01: The share of A in B, 0/100, is not above 0 and at most 1."]),
        (
            [held("A", "B", 101)],
            ["A in B from 0001-01-01: The share of A in B, 101/100, is not above 0 and at most 1."],
        ),
        ([held("A", "B", 5, days=(MID, MID))], ["A in B from 2023-07-01: The share of A in B ends before it begins."]),
        (
            [held("A", "B", 5), held("A", "B", 6, days=(MID, FOREVER))],
            ["A in B from 2023-07-01: A holds B twice on 2023-07-01."],
        ),
        (
            [held("A", "B", 60), held("C", "B", 41)],
            [
                "C in B from 0001-01-01: The shares in B add up to 101.0000% on 0001-01-01, which is more than all of it."
            ],
        ),
        (
            [held("A", "B", 60, days=(ALWAYS, MID)), held("C", "B", 41)],
            [
                "C in B from 0001-01-01: The shares in B add up to 101.0000% on 0001-01-01, which is more than all of it."
            ],
        ),
        (
            [held("A", "B", 5), held("B", "C", 5), held("C", "A", 5, days=(MID, FOREVER))],
            ["C in A from 2023-07-01: These units hold each other in a circle on 2023-07-01: B > A > C > B."],
        ),
    ],
)
def test_what_is_wrong_with_holdings_is_said(holdings: list[Holding], problems: list[str]) -> None:
    assert said(*holdings) == problems


def test_effective_share_is_the_sum_of_the_products_along_all_paths() -> None:
    """
    G
      A    held 60 % by G
        B  held 51 % by A and 20 % by C
        D  nobody recorded: held whole by A
      C    held whole by G (no holding)
    """
    parents = {"G": None, "A": "G", "B": "A", "D": "A", "C": "G"}
    owners = {"A": {"G": Fraction(3, 5)}, "B": {"A": Fraction(51, 100), "C": Fraction(1, 5)}}

    found = effective_shares("G", parents, owners)

    assert found == {
        "G": 1,
        "A": Fraction(3, 5),
        "B": Fraction(3, 5) * Fraction(51, 100) + Fraction(1, 5),
        "D": Fraction(3, 5),
        "C": 1,
    }
    assert effective_shares("C", parents, owners)["B"] == Fraction(1, 5)
    assert effective_shares("B", parents, owners)["A"] == 0


def test_share_is_rounded_once_to_billionths_half_to_even() -> None:
    assert [billionths(Fraction(1, 3)), billionths(Fraction(1, 2 * WHOLE)), billionths(Fraction(3, 2 * WHOLE))] == [
        333_333_333,
        0,
        2,
    ]


@given(
    st.lists(st.one_of(st.integers(-(2**62), 2**62), st.integers(-100, 100)), min_size=1, max_size=6),
    st.one_of(st.integers(0, WHOLE), st.sampled_from([WHOLE // 2, WHOLE // 4, 510_000_000])),
)
def test_part_of_an_amount_is_rounded_half_to_even_whatever_its_size(amounts: list[int], share: int) -> None:
    found = share_of(np.array(amounts, np.int64), share)

    assert found.tolist() == [round(Fraction(amount * share, WHOLE)) for amount in amounts]
