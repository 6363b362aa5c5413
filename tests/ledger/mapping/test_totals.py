"""Subtotal rows against the rows that they are sums of."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from headrope.ledger.mapping.keys import Total
from headrope.ledger.mapping.totals import Sums

CELLS = {0: ("a.xlsx, S!B9", "REV 2023-04 actual")}
values = st.lists(st.tuples(st.sampled_from(["East", "East Sea", "West"]), st.decimals(-(10**9), 10**9, places=3)))


def total(of: str, **said: Decimal) -> Total:
    return Total(pattern=re.compile("Total"), of=of, **said)


@given(values, st.randoms())
def test_the_true_sum_never_differs_and_any_other_does(rows: list[tuple[str, Decimal]], order: object) -> None:
    shuffled = list(rows)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    sums = Sums()
    for section, value in shuffled:
        sums.add(section, {0: value})
    whole, east = sum((v for _, v in rows), Decimal(0)), sum((v for s, v in rows if s == "East"), Decimal(0))

    assert sums.check(total("section", relative=Decimal(0)), "East", {0: east}, CELLS) == []
    assert sums.check(total("all", relative=Decimal(0)), "", {0: whole}, CELLS) == []
    assert len(sums.check(total("all", relative=Decimal(0)), "", {0: whole + Decimal("0.001")}, CELLS)) == 1
    assert (sums.compared, sums.differing) == (3, 1)


def test_a_difference_is_told_with_both_figures() -> None:
    sums = Sums()
    sums.add("East", {0: Decimal("10.50")})
    sums.add("East", {0: Decimal("0.30")})

    found = sums.check(total("section"), "EAST", {0: Decimal("11")}, CELLS)

    assert [(str(problem), problem.blocking) for problem in found] == [
        (
            "a.xlsx, S!B9: The subtotal of REV 2023-04 actual says 11; the rows of EAST add up to 10.8, a difference of 0.2.",
            False,
        )
    ]


def test_differences_that_are_none() -> None:
    sums = Sums()
    sums.add("", {0: Decimal("100")})

    assert sums.check(total("all", tolerance=Decimal("0.5")), "", {0: Decimal("100.5")}, CELLS) == []
    assert sums.check(total("all", relative=Decimal("0.01")), "", {0: Decimal("101")}, CELLS) == []
    assert len(sums.check(total("all", tolerance=Decimal("0.5")), "", {0: Decimal("100.51")}, CELLS)) == 1


def test_rows_above_end_with_the_last_subtotal_or_section() -> None:
    sums = Sums()
    sums.add("", {0: Decimal(1)})
    assert sums.check(total("above"), "", {0: Decimal(1)}, CELLS) == []
    sums.add("", {0: Decimal(2)})
    sums.begin_section()
    sums.add("", {0: Decimal(4)})

    assert sums.check(total("above"), "", {0: Decimal(4)}, CELLS) == []
    assert sums.check(total("all"), "", {0: Decimal(7)}, CELLS) == []


def test_a_subtotal_that_is_only_left_out() -> None:
    sums = Sums()

    assert sums.check(total("all", check=False), "", {0: Decimal(7)}, CELLS) == []  # type: ignore[arg-type]
    assert sums.compared == 0
