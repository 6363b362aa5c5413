"""Histories are filled, summed up and cut; nothing is invented before a unit exists, and nothing looks ahead."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.landing.history import History, Kind, problems
from headrope.core.landing.parts import cut
from headrope.core.tree_sums import Tree

NAN = np.nan
GROUP = Tree.of(np.array([-1, 0, 0], np.int32))
ALONE = Tree.of(np.array([-1], np.int32))


def one(*months: float, origin: int, kind: Kind = Kind.FLOW) -> History:
    """The history of a single unit in years of four months."""
    return History(np.array([months]), origin, kind, year=4)


def test_flow_is_cut_after_the_month_of_the_landing() -> None:
    parts = cut(one(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, origin=2), ALONE)

    assert parts.known.tolist() == [[3.0], [11.0], [19.0]]
    assert parts.rest[:2].tolist() == [[7.0], [15.0]]
    assert np.isnan(parts.rest[2, 0])


def test_stock_is_cut_into_its_level_and_what_it_changes_by() -> None:
    parts = cut(one(1, 2, 3, 4, 5, 6, 7, 9, 9, 10, origin=2, kind=Kind.STOCK), ALONE)

    assert parts.known.tolist() == [[2.0], [6.0], [10.0]]
    assert parts.rest[:2].tolist() == [[2.0], [3.0]]


def test_before_the_first_month_a_stock_has_last_years_level_and_a_flow_nothing() -> None:
    stock = cut(one(1, 2, 3, 4, 5, 6, 7, 9, origin=0, kind=Kind.STOCK), ALONE)
    flow = cut(one(1, 2, 3, 4, 5, 6, 7, 9, origin=0), ALONE)

    assert stock.known[1:].tolist() == [[4.0], [9.0]]
    assert stock.rest[1].tolist() == [5.0]
    assert flow.known.tolist() == [[0.0], [0.0], [0.0]]
    assert flow.rest[:2].tolist() == [[10.0], [27.0]]


def test_a_year_that_is_over_has_no_rest() -> None:
    parts = cut(one(1, 2, 3, 4, 5, 6, 7, 9, origin=4), ALONE)

    assert parts.known.tolist() == [[10.0], [27.0]]
    assert parts.rest[1].tolist() == [0.0]


def test_a_founded_unit_is_not_there_before_and_its_first_year_is_not_whole() -> None:
    """
    G
      North  from the start
      South  founded in the second month of the second year
    """
    north, south = np.ones(10), np.r_[[NAN] * 5, np.full(5, 2.0)]

    parts = cut(History(np.stack([np.full(10, NAN), north, south]), 2, year=4), GROUP)

    assert parts.first.tolist() == [0, 0, 5]
    assert parts.figures[0].tolist() == [1.0] * 5 + [3.0] * 5
    assert parts.known[:, 2].tolist()[2] == 4.0
    assert np.isnan(parts.known[:2, 2]).all()
    assert parts.filled.tolist() == [0, 0, 0]


def test_holes_take_the_same_month_of_last_year_and_levels_the_month_before() -> None:
    flow = cut(one(1, 2, 3, 4, 5, NAN, 7, 8, 9, NAN, origin=2), ALONE)
    stock = cut(one(1, 2, 3, 4, 5, NAN, 7, 8, 9, NAN, origin=2, kind=Kind.STOCK), ALONE)

    assert flow.figures[0].tolist() == [1, 2, 3, 4, 5, 2, 7, 8, 9, 2]
    assert stock.figures[0].tolist() == [1, 2, 3, 4, 5, 5, 7, 8, 9, 9]
    assert (flow.filled.tolist(), flow.late.tolist()) == ([2], [1])


@given(st.lists(st.one_of(st.none(), st.floats(-100, 100)), min_size=10, max_size=10), st.integers(0, 9))
def test_a_hole_is_filled_from_what_was_known_by_then(figures: list[float | None], until: int) -> None:
    months = np.array([NAN if each is None else each for each in figures])
    changed = months.copy()
    changed[until:] = 7.0

    before, after = (cut(one(*each, origin=2), ALONE).figures[0, :until] for each in (months, changed))

    assert before.tobytes() == after.tobytes()


def test_a_unit_silent_for_more_than_a_year_brings_nothing_more() -> None:
    parts = cut(one(5, 5, 5, 5, *[NAN] * 6, origin=2), ALONE)

    assert parts.late.tolist() == [6]
    assert parts.known[2].tolist() == [0.0]


def test_figures_of_a_superior_count_in_the_past_and_its_parts_in_the_current_year() -> None:
    parts = np.ones((2, 6))
    own = np.array([[5, NAN, 5, 5, 9, 2.0]])

    found = cut(History(np.vstack([own, parts]), 2, year=4), GROUP)

    assert found.figures[0].tolist() == [5, 2, 5, 5, 2, 2]
    assert found.differs.tolist() == [True, False, False]


def test_shares_weigh_what_goes_up() -> None:
    figures = np.stack([np.full(6, NAN), np.full(6, 10.0), np.full(6, 20.0)])

    found = cut(History(figures, 2, year=4), GROUP, np.array([1.0, 0.5, 0.25]))

    assert found.figures[0].tolist() == [10.0] * 6


def test_rows_that_are_not_alive_stay_unknown() -> None:
    tree = Tree.of(np.array([-1, -2], np.int32))

    parts = cut(History(np.ones((2, 6)), 2, year=4), tree)

    assert np.isnan(parts.known[:, 1]).all()
    assert parts.known[:, 0].tolist() == [2.0, 2.0]


def test_every_wrong_figure_is_a_problem() -> None:
    history = History(np.array([[1, -2.0, np.inf, NAN]]), 0, non_negative=True, year=4)

    assert [str(each) for each in problems(history, ["North"])] == [
        "North: The figure of month 3 is infinite. Enter a number or leave the month empty.",
        "North: The figure of month 2 is -2.0, but this measure is never below zero. "
        "Correct the figure, or let the measure be negative.",
    ]
    with pytest.raises(ValueError, match=r"^the history has problems; history.problems names them$"):
        cut(history, ALONE)


@pytest.mark.parametrize(
    ("shape", "origin", "message"),
    [
        ((2, 6), 2, r"^the history has the shape \(2, 6\) instead of \(1, months\)$"),
        ((1, 6), 1, r"^6 months are not whole years and 1 months more$"),
        ((1, 6), 5, r"^month 5 of a year of 4 months$"),
        ((1, 6), -1, r"^month -1 of a year of 4 months$"),
    ],
)
def test_histories_of_another_shape_are_refused(shape: tuple[int, int], origin: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cut(History(np.ones(shape), origin, year=4), ALONE)
