"""Rounding of tables to exact margins, of tables over a tree, and the fit: against all tables of small ones."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core import tree_sums
from headrope.core.rollup import NOT_ALIVE, ROOT
from headrope.core.rounding import RoundingError
from headrope.core.rounding.limits import Floats, Ints
from headrope.core.rounding.tables import fit_table, round_table
from headrope.core.rounding.tree_tables import round_tree_table
from headrope.core.tree_sums import Tree

from .forests import forests

QUARTERS = st.integers(-8, 8).map(lambda quarters: quarters / 4)


def tables(values: Floats) -> list[Ints]:
    """Every table of floors and ceilings."""
    choices = [sorted({math.floor(value), math.ceil(value)}) for value in values.ravel().tolist()]
    return [np.array(cells).reshape(values.shape) for cells in itertools.product(*choices)]


def cost(found: Ints, values: Floats) -> Fraction:
    pairs = zip(found.ravel().tolist(), values.ravel().tolist(), strict=True)
    return sum((abs(x - Fraction(value)) for x, value in pairs), Fraction(0))


@st.composite
def small(draw: st.DrawFn) -> Floats:
    rows, columns = draw(st.sampled_from([(1, 3), (2, 2), (3, 3), (2, 4), (4, 2)]))
    cells = st.lists(QUARTERS, min_size=columns, max_size=columns)
    return np.array(draw(st.lists(cells, min_size=rows, max_size=rows)))


@given(small(), st.data())
def test_a_table_is_the_cheapest_of_all_with_its_margins(values: Floats, data: st.DataObject) -> None:
    """The margins are those of some table, so that there is one, or off by one, so that there may be none."""
    every = tables(values)
    near = data.draw(st.sampled_from(every))
    rows, columns = near.sum(axis=1), near.sum(axis=0)
    if data.draw(st.booleans()):
        rows[0] += 1
        columns[data.draw(st.integers(0, len(columns) - 1))] += 1
    fitting = [x for x in every if (x.sum(axis=1) == rows).all() and (x.sum(axis=0) == columns).all()]

    try:
        found = round_table(values, rows, columns)
    except RoundingError:
        assert fitting == []
        return

    assert found.sum(axis=1).tolist() == rows.tolist()
    assert found.sum(axis=0).tolist() == columns.tolist()
    assert found.dtype == np.int64
    assert cost(found, values) == min(cost(each, values) for each in fitting)


@pytest.mark.parametrize("alike", [False, True])
def test_margins_of_a_larger_table_are_exact(alike: bool) -> None:
    """Many rows alike begin with all their steps in the same months."""
    rnd = np.random.default_rng(7)
    seed = np.tile(rnd.random(12), (300, 1)) if alike else rnd.random((300, 12))
    rows = np.full(300, 5) if alike else rnd.integers(0, 10**6, 300)
    columns = rnd.multinomial(rows.sum(), np.full(12, 1 / 12))

    values = fit_table(seed, rows, columns)
    found = round_table(values, rows, columns)

    assert found.sum(axis=1).tolist() == rows.tolist()
    assert found.sum(axis=0).tolist() == columns.tolist()
    assert (np.abs(found - values) < 1).all()
    assert cheaper_cycle(found, values) > -1e-9


def test_margins_far_from_the_sums_are_reached_at_least_cost() -> None:
    rnd = np.random.default_rng(11)
    values = rnd.random((200, 6)) ** np.array([0.3, 0.5, 1, 1, 2, 3])
    some = rnd.random((200, 6)) < np.array([0.1, 0.9, 0.2, 0.5, 0.8, 0.7])  # not at all by fractions

    found = round_table(values, some.sum(axis=1), some.sum(axis=0))

    assert found.sum(axis=1).tolist() == some.sum(axis=1).tolist()
    assert found.sum(axis=0).tolist() == some.sum(axis=0).tolist()
    assert cheaper_cycle(found, values) > -1e-9


def cheaper_cycle(found: Ints, values: Floats) -> float:
    """What the cheapest way round would change: steps are moved within rows from column to column and back to the first.
    Nothing below 0 proves that no table with the same margins is cheaper."""
    raised, fraction = found > values, values - np.floor(values)
    ways = np.full((values.shape[1],) * 2, math.inf)
    for a, b in itertools.permutations(range(len(ways)), 2):
        rows = raised[:, a] & ~raised[:, b] & (fraction[:, b] > 0)
        ways[a, b] = (fraction[rows, a] - fraction[rows, b]).min(initial=math.inf)
    for over in range(len(ways)):
        ways = np.minimum(ways, ways[:, over : over + 1] + ways[over])
    return float(ways.diagonal().min())


def test_margins_that_are_not_the_sums_may_have_no_table() -> None:
    """Unit 0 works in the first two months only, unit 1 in the others; nobody can do two steps in the first two."""
    values = np.array([[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]])

    with pytest.raises(RoundingError) as raised:
        round_table(values, np.array([1, 1]), np.array([1, 1, 0, 0]))

    assert (raised.value.rows, raised.value.columns, raised.value.steps) == ([1], [2, 3], 1)
    assert str(raised.value) == (
        "Whatever the cells are rounded to, rows 1 give columns 2, 3 1 steps more than these may have."
        " Give margins that are the sums of the values."
    )


@pytest.mark.parametrize(
    ("values", "rows", "columns", "message"),
    [
        ([[0.5, 0.5]], [1], [1, 1], "The totals of the rows add up to -1 steps more than those of the columns."),
        ([[0.5, 0.5]], [3], [1, 2], "The totals of rows 0 are not between the sums of the floors"),
        ([[0.5], [1.0]], [0, 1], [1], None),
        ([[0.5, 1], [0.5, 1]], [1, 2], [0, 3], "The totals of columns 1 are not between the sums of the floors"),
        ([[math.nan, 1]], [1], [0, 1], "The values of rows 0 are no finite numbers"),
    ],
)
def test_margins_out_of_reach_are_named(
    values: list[list[float]], rows: list[int], columns: list[int], message: str | None
) -> None:
    if message is None:
        assert round_table(np.array(values), np.array(rows), np.array(columns)).tolist() == [[0], [1]]
        return

    with pytest.raises(RoundingError) as raised:
        round_table(np.array(values), np.array(rows), np.array(columns))

    assert str(raised.value).startswith(message)


def test_margins_of_a_wrong_kind_are_refused() -> None:
    with pytest.raises(ValueError, match=r"do not have margins of shapes"):
        round_table(np.zeros((2, 3)), np.zeros(3, np.int64), np.zeros(2, np.int64))
    with pytest.raises(ValueError, match=r"^margins are whole numbers of steps up to 2"):
        round_table(np.zeros((1, 1)), np.zeros(1), np.zeros(1))
    with pytest.raises(ValueError, match=r"^seeds and totals of a fit are not negative$"):
        fit_table(-np.ones((1, 1)), np.array([1]), np.array([1]))


@st.composite
def seeds(draw: st.DrawFn) -> tuple[Floats, Ints, Ints]:
    shape = draw(st.sampled_from([(2, 2), (3, 2), (2, 3), (3, 3)]))
    seed = np.array([[draw(st.sampled_from([0.0, 0.5, 1.0, 3.0])) for _ in range(shape[1])] for _ in range(shape[0])])
    rows = np.array([draw(st.integers(0, 4)) for _ in range(shape[0])])
    total = int(rows.sum())
    steps = draw(st.lists(st.integers(0, shape[1] - 1), min_size=total, max_size=total))
    columns = np.bincount(np.array(steps, np.int64), minlength=shape[1])
    return seed, rows, columns


def possible(seed: Floats, rows: Ints, columns: Ints) -> bool:
    """Whether whole steps can be laid into the cells that are not 0; by trying, row by row."""
    if not len(rows):
        return not columns.any()
    open_cells = [range(int(columns[j]) + 1 if seed[0, j] else 1) for j in range(len(columns))]
    return any(
        possible(seed[1:], rows[1:], columns - np.array(row))
        for row in itertools.product(*open_cells)
        if sum(row) == rows[0]
    )


@given(seeds())
def test_a_fit_is_found_or_refused_rightly(case: tuple[Floats, Ints, Ints]) -> None:
    seed, rows, columns = case

    try:
        found = fit_table(seed, rows, columns)
    except RoundingError as error:
        assert not possible(seed, rows, columns)
        assert error.steps > 0
        return

    assert possible(seed, rows, columns)
    assert np.abs(found.sum(axis=1) - rows).max() < 0.002
    assert np.abs(found.sum(axis=0) - columns).max() < 0.002
    assert (found[seed == 0] == 0).all()
    assert (found >= 0).all()


def test_a_fit_keeps_the_proportions_of_the_seed() -> None:
    seed = np.array([[1.0, 2, 3], [4, 5, 7]])

    found = fit_table(seed, np.array([100, 200]), np.array([90, 110, 100]))

    ratio = found / seed
    assert np.allclose(ratio * ratio[0, 0], np.outer(ratio[:, 0], ratio[0]), rtol=1e-4)
    assert not np.allclose(ratio[:, 0], ratio[:, 1], rtol=1e-4)


def test_zeros_that_leave_no_table_are_named() -> None:
    seed = np.array([[1.0, 1, 0], [1, 1, 0], [1, 1, 1]])

    with pytest.raises(RoundingError) as raised:
        fit_table(seed, np.array([5, 5, 5]), np.array([4, 4, 7]))

    assert (raised.value.rows, raised.value.columns, raised.value.steps) == ([0, 1], [0, 1], 2)
    assert str(raised.value).startswith(
        "Rows 0, 1 have values only in columns 0, 1, and need 2 steps more than these have."
    )
    with pytest.raises(
        RoundingError, match=r"^Rows 1 have no values where there is anything to share out, and need 3 steps"
    ):
        fit_table(np.array([[1.0, 1], [0, 1]]), np.array([2, 3]), np.array([5, 0]))


def test_a_wide_table_without_a_fit_is_refused_and_another_is_fitted() -> None:
    """Rows 0 and 1 work in column 0 alone, of 17."""
    seed = np.ones((3, 17))
    seed[:2, 1:] = 0

    with pytest.raises(RoundingError, match=r"^No table with these totals was found: .* Rows 2, 0, 1 are furthest off"):
        fit_table(seed, np.array([1, 1, 15]), np.ones(17, np.int64))
    found = fit_table(seed, np.array([1, 2, 20]), np.array([7, *[1] * 16]))
    assert found.round(3).tolist() == [[1, *[0] * 16], [2, *[0] * 16], [4, *[1] * 16]]


def table_of(tree: Tree, cells: Floats) -> Floats:
    """Leaves' cells added up."""
    leaf = (np.diff(tree.first) == 0) & (tree.parent != NOT_ALIVE)
    values: Floats = tree_sums.add_up(np.where(leaf[:, None], cells, 0.0)[:, :, None], tree)[:, :, 0]
    return values


CELLS = st.one_of(st.integers(-20, 20).map(lambda sevenths: sevenths / 7), st.floats(-3, 3))


@given(forests(most=12), st.integers(1, 5), st.data())
def test_a_table_over_a_tree_adds_up_with_every_cell_and_year_at_floor_or_ceiling(
    parent: np.ndarray, width: int, data: st.DataObject
) -> None:
    tree = Tree.of(parent)
    cells = [data.draw(st.lists(CELLS, min_size=width, max_size=width)) for _ in parent]
    values = table_of(tree, np.array(cells))

    found = round_tree_table(values, tree)

    assert found.tolist() == table_of(tree, found).tolist()
    assert (np.abs(found - values) < 1).all()
    assert (np.abs(found.sum(axis=1) - values.sum(axis=1)) < 1 + 1e-9).all()


@given(forests(most=12), st.data())
def test_annual_targets_are_held_in_every_unit(parent: np.ndarray, data: st.DataObject) -> None:
    """Large ones too, where the floats of months do not add up to the year."""
    tree = Tree.of(parent)
    years = np.array(data.draw(st.lists(st.integers(-(10**12), 10**12), min_size=len(parent), max_size=len(parent))))
    totals = table_of(tree, years[:, None]).astype(np.int64)[:, 0]
    shares = np.array([data.draw(st.lists(st.integers(0, 9), min_size=4, max_size=4)) for _ in parent])
    shares[:, 0] += 1
    values = table_of(tree, shares / shares.sum(axis=1, keepdims=True) * years[:, None])

    found = round_tree_table(values, tree, totals)

    assert found.tolist() == table_of(tree, found).tolist()
    assert found.sum(axis=1).tolist() == totals.tolist()
    assert (np.abs(found - values) < 1.01).all()


def test_whole_years_come_out_whole_and_months_near_their_values() -> None:
    """Without totals too, though floats' months miss the years by some 1e-10; chance would be off by 1/3 of a step."""
    rnd = np.random.default_rng(3)
    tree = Tree.of(np.array([ROOT, *(row // 8 for row in range(400))], np.int32))
    years = rnd.integers(1, 10**6, 401)
    values = table_of(tree, rnd.dirichlet(np.ones(12), 401) * years[:, None])

    found = round_tree_table(values, tree)

    assert found.sum(axis=1).tolist() == table_of(tree, years[:, None])[:, 0].tolist()
    assert np.abs(found - values).mean() < 0.3


def test_the_months_of_a_parent_suit_its_children() -> None:
    """Rounded from the top, G could take steps 1 1 0 0, which A and B cannot give (see the test of a table).

    0 G
      1 A  works in the first two months
      2 AB works in the last two
    """
    tree = Tree.of(np.array([ROOT, 0, 0], np.int32))

    found = round_tree_table(np.array([[0.5] * 4, [0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]]), tree)

    assert found.sum(axis=1).tolist() == [2, 1, 1]
    assert found[0].tolist() == (found[1] + found[2]).tolist()


def test_a_table_over_a_tree_refuses_what_does_not_add_up() -> None:
    tree = Tree.of(np.array([ROOT, 0], np.int32))

    with pytest.raises(ValueError, match=r"^the values of the children of row 0 do not add up to its own$"):
        round_tree_table(np.array([[1.0, 1], [1, 2]]), tree)
    with pytest.raises(ValueError, match=r"^the values of row 1 do not add up to its total$"):
        round_tree_table(np.ones((2, 2)), tree, np.array([2, 3]))
    with pytest.raises(ValueError, match=r"^totals are int64\[2\], not float64 of shape \(2,\)$"):
        round_tree_table(np.ones((2, 2)), tree, np.ones(2))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^values of shape \(2,\) are no table over 2 nodes$"):
        round_tree_table(np.ones(2), tree)
    with pytest.raises(ValueError, match=r"are none of 2 nodes"):
        round_tree_table(np.ones((3, 2)), tree)
