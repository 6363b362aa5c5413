"""Rounding of lists and rows: against a queue of single steps in exact fractions, and the refusals."""

from __future__ import annotations

import doctest
import importlib
import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.rounding import LIMIT, RoundingError, nearest, round_list, round_rows

INF = math.inf
EIGHTHS = st.integers(-80, 80).map(lambda eighths: eighths / 8)
# -1e-20 counts as 0: a float cannot tell its fraction from 1
FLOATS = st.one_of(EIGHTHS, st.floats(-10, 10).filter(lambda value: value - math.floor(value) < 1))
FLOORS = st.one_of(st.just(-INF), EIGHTHS)
CAPS = st.one_of(st.just(INF), EIGHTHS)


def queue(
    values: Sequence[float], total: int, low: Sequence[float], high: Sequence[float], order: Sequence[int]
) -> list[int]:
    """All steps of all rows stand in one queue, cheapest first; as many are taken as the total needs."""
    lows = [-40 if bound == -INF else math.ceil(bound) for bound in low]
    highs = [40 if bound == INF else math.floor(bound) for bound in high]
    steps = []
    for row, (value, first, last) in enumerate(zip(values, lows, highs, strict=True)):
        # what x -> x + 1 adds to the sum of squares, ties as specified
        steps += [(Fraction(x) + Fraction(1, 2) - Fraction(value), -value, order[row], row) for x in range(first, last)]
    found = lows
    for _, _, _, row in sorted(steps)[: total - sum(lows)]:
        found[row] += 1
    return found


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[float], list[float], list[float], list[int], int]:
    """Values, floors, caps that leave room, keys for ties and a total within reach, not far from the values."""
    count = draw(st.integers(1, 5))
    values = draw(st.lists(FLOATS, min_size=count, max_size=count))
    floor = draw(st.lists(FLOORS, min_size=count, max_size=count))
    cap = draw(st.lists(CAPS, min_size=count, max_size=count))
    cap = [INF if math.ceil(max(low, -99)) > min(high, 99) // 1 else high for low, high in zip(floor, cap, strict=True)]
    order = draw(st.permutations(range(count)))
    least = sum(-20 if low == -INF else math.ceil(low) for low in floor)
    most = sum(20 if high == INF else math.floor(high) for high in cap)
    return values, floor, cap, order, draw(st.integers(min(least, most), most))


@given(lists())
def test_a_list_is_rounded_as_by_a_queue_of_all_steps(
    case: tuple[list[float], list[float], list[float], list[int], int],
) -> None:
    values, floor, cap, order, total = case

    found = round_list(np.array(values), total, np.array(floor), np.array(cap), np.array(order))

    assert found.dtype == np.int64
    assert found.tolist() == queue(values, total, floor, cap, order)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_every_row_is_floor_or_ceiling_and_the_sum_is_nearest(values: list[float]) -> None:
    found = round_list(np.array(values))

    exact = float(sum(map(Fraction, values)))
    assert sum(found.tolist()) == round(exact)
    assert all(x in (math.floor(v), math.ceil(v)) for x, v in zip(found.tolist(), values, strict=True))


@given(lists())
def test_order_of_rows_is_irrelevant(
    case: tuple[list[float], list[float], list[float], list[int], int],
) -> None:
    values, floor, cap, order, total = case
    moved = np.random.default_rng(len(values)).permutation(len(values))
    columns = [np.array(each) for each in (values, floor, cap, order)]

    found = round_list(columns[0], total, *columns[1:])

    assert (
        round_list(columns[0][moved], total, *(each[moved] for each in columns[1:])).tolist() == found[moved].tolist()
    )


@given(lists())
def test_more_in_all_is_less_for_nobody(case: tuple[list[float], list[float], list[float], list[int], int]) -> None:
    values, floor, cap, order, total = case
    columns = [np.array(each) for each in (values, floor, cap, order)]
    try:
        more = round_list(columns[0], total + 1, *columns[1:])
    except RoundingError:  # at the caps already
        return

    assert (more >= round_list(columns[0], total, *columns[1:])).all()


@pytest.mark.parametrize(
    ("values", "options", "expected"),
    [
        ([33.4, 33.3, 33.3], {}, [34, 33, 33]),
        ([0.5, 0.5, 0.5], {}, [1, 1, 0]),  # 1.5 to even: 2
        ([0.5, 2.5, 1.5, 2.5], {"total": 6}, [0, 3, 1, 2]),  # the larger value, then the row
        ([0.5, 2.5, 1.5, 2.5], {"total": 6, "order": [0, 2, 0, 1]}, [0, 2, 1, 3]),
        ([-0.5, -2.5], {"total": -3}, [0, -3]),  # larger, not larger in size
        ([10.0, 20.0], {"total": 33}, [11, 22]),  # a surplus goes evenly, the odd step to the larger
        ([10.0, 20.0], {"total": 29}, [9, 20]),
        ([1.0, 1.0, 1.0], {"total": 2**53}, [3002399751580331, 3002399751580331, 3002399751580330]),
        ([5.0, 5.0], {"total": -7, "floor": [-1.5, -INF]}, [-1, -6]),
        ([9.0, 1.0], {"cap": [4.9, INF]}, [4, 6]),
        ([9.0, 1.0], {"cap": [4.9, 2.0]}, [4, 2]),  # the nearest sum within reach
        ([-1e-20, 1.0], {}, [0, 1]),
        ([2.0**53, -(2.0**53)], {}, [2**53, -(2**53)]),
        ([], {}, []),
    ],
)
def test_golden_lists(values: list[float], options: dict[str, object], expected: list[int]) -> None:
    held = {name: each if name == "total" else np.array(each) for name, each in options.items()}

    assert round_list(np.array(values), **held).tolist() == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "options", "rows", "steps", "message"),
    [
        ([1.0, math.nan, INF], {}, [1, 2], 0, "The values of rows 1, 2 are no finite numbers up to 2^53 steps."),
        ([2.0**53 * 1.01], {}, [0], 0, "The values of rows 0 are no finite numbers up to 2^53 steps."),
        ([2.0**53] * 200, {}, [], 0, "All values together reach 2^60 steps."),
        ([1.0], {"total": 2**53 + 1}, [], 0, "The total is beyond 2^53 steps."),
        ([10.5, 1], {"floor": [10.2, 0], "cap": [10.8, 9]}, [0], 0, "No whole number of steps lies between the floor and the cap of rows 0."),
        ([1.0, 1], {"total": 3, "floor": [2.5, 2]}, [], 2, "The floors add up to 2 steps more than the total."),
        ([1.0, 1], {"total": 3, "cap": [1.5, 1]}, [], 1, "The caps add up to 1 steps less than the total."),
        ([1.0, 1], {"cap": [math.nan, 1]}, [0], 0, "The caps of rows 0 are no numbers up to 2^53 steps."),
        ([1.0, 1], {"floor": [INF, 1]}, [0], 0, "The floors of rows 0 are no numbers up to 2^53 steps."),
        ([1.0, 1], {"floor": [-1e300, 1]}, [0], 0, "The floors of rows 0 are no numbers up to 2^53 steps."),
        ([1.0] * 200, {"cap": [2.0**53] * 200}, [], 0, "All caps together reach 2^60 steps."),
    ],
)  # fmt: skip
def test_what_cannot_be_rounded_is_named(
    values: list[float], options: dict[str, object], rows: list[int], steps: int, message: str
) -> None:
    held = {name: each if name == "total" else np.array(each) for name, each in options.items()}

    with pytest.raises(RoundingError) as raised:
        round_list(np.array(values), **held)  # type: ignore[arg-type]

    assert (raised.value.rows, raised.value.steps) == (rows, steps)
    assert raised.value.message % raised.value.values == message
    assert str(raised.value).startswith(message)


def test_arrays_of_wrong_shapes_are_refused() -> None:
    for options in ({"floor": np.zeros(1)}, {"cap": np.zeros((2, 1))}, {"order": np.zeros(3, np.int64)}):
        with pytest.raises(ValueError, match="shape"):
            round_list(np.zeros(2), **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^a list has one dimension$"):
        round_list(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="have no rows with totals of shape"):
        round_rows(np.zeros((2, 2)), np.zeros(3, np.int64))


def test_the_nearest_whole_number_is_that_of_the_sum_rounded_once() -> None:
    assert nearest(np.array([1e15, 0.5, -1e15])) == 0
    assert nearest(np.array([1e15, 1.5, -1e15])) == 2
    assert nearest(np.array([2.0**53, 0.7, -(2.0**53)])) == 1  # one after the other: 0
    assert nearest(np.full(10, 0.05)) == 0  # a half, though ten times the float 0.05 is a little more


@given(st.lists(st.lists(FLOATS, min_size=3, max_size=3), min_size=1, max_size=4), st.data())
def test_rows_are_lists(values: list[list[float]], data: st.DataObject) -> None:
    totals = [data.draw(st.integers(-40, 40)) for _ in values]

    found = round_rows(np.array(values), np.array(totals))

    expected = [round_list(np.array(row), total).tolist() for row, total in zip(values, totals, strict=True)]
    assert found.tolist() == expected


def test_rows_keep_the_largest_values() -> None:
    assert round_rows(np.array([[float(LIMIT), 0.5]]), np.array([LIMIT])).tolist() == [[LIMIT, 0]]


@pytest.mark.parametrize("name", ["lists", "trees", "tables", "tree_tables"])
def test_examples_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"headrope.core.rounding.{name}"))

    assert (result.failed, result.attempted > 0) == (0, True)
