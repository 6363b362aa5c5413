"""Promises add up over a tree to the last step, and nothing counts twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.review.gaps.promised import Promised, covered, short_by, under

BELOW = {1: [2, 3], 2: [4, 5], 3: []}
"""1 stands over 2 and 3, 2 over 4 and 5."""


@pytest.mark.parametrize(
    ("promises", "expected"),
    [
        ({}, None),
        ({1: 5, 2: 20}, 5),
        ({2: 20, 4: 15}, 20),
        ({4: 15, 5: 6}, 21),
        ({4: 15, 3: 10}, 25),
        ({3: 0}, 0),
    ],
)
def test_promise_of_a_head_stands_for_what_is_below_it(promises: dict[int, int], expected: int | None) -> None:
    assert covered(1, BELOW, promises) == expected


def test_below_a_unit_its_own_promise_does_not_count() -> None:
    assert under(1, BELOW, {1: 5, 2: 20, 4: 15}) == 20
    assert under(1, BELOW, {1: 5}) is None


@given(st.lists(st.integers(0, 2**60), min_size=1, max_size=40))
def test_promises_of_leaves_add_up_exactly_however_they_are_grouped(amounts: list[int]) -> None:
    flat = {0: list(range(1, len(amounts) + 1))}
    deep = {0: [-1, -2], -1: flat[0][::2], -2: flat[0][1::2]}
    promises = dict(zip(flat[0], amounts, strict=True))

    assert covered(0, flat, promises) == covered(0, deep, promises) == sum(amounts)


def test_what_is_open_is_the_rest_of_the_gap() -> None:
    assert (Promised(47, None, 30).promised, Promised(47, None, 30).open) == (30, 17)
    assert Promised(47, 50, 30).open == -3
    assert Promised(47, 0, 30).promised == 0  # the unit has answered, and promises nothing
    assert Promised(47, None, None).open == 47


@pytest.mark.parametrize(
    ("gap", "direction", "margin", "short"),
    [(-47, "up", 0, 47), (3, "up", 0, 0), (6, "down", 0, 6), (-6, "down", 0, 0), (-5, "band", 2, 3), (5, "band", 2, 3), (-5, "none", 0, 0), (None, "up", 0, 0), (-4, "gate", 0, 4), (-4, "index", 0, 4)],
)  # fmt: skip
def test_short_is_how_far_a_gap_is_on_the_bad_side(gap: int | None, direction: str, margin: int, short: int) -> None:
    assert short_by(gap, direction, margin) == short
