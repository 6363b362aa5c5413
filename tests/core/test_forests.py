"""Totals over trees with shares, cut edges and segments equal the definition; a change's path equals adding all again."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.forests import Forest, Operation, Part, add_up, again, change, neutral
from headrope.core.holdings import WHOLE
from headrope.core.rollup import NOT_ALIVE, Rows, Values

from .forests import children, forests

EVERYTHING = slice(None)


@st.composite
def groups(draw: st.DrawFn) -> Forest:
    """A random forest with some edges of not the whole and one segment of rows that do not stand under each other."""
    parent = draw(forests())
    rows = [row for row in range(len(parent)) if parent[row] >= 0]
    shares = st.sampled_from([0, WHOLE // 2, 510_000_000, 333_333_333])
    edges = draw(st.dictionaries(st.sampled_from(rows), shares)) if rows else {}
    apart = [row for row in range(len(parent)) if parent[row] == NOT_ALIVE]
    leaves = [row for row in rows if not children(parent, row)]
    members = draw(st.lists(st.sampled_from(leaves), unique=True)) if leaves and apart else []
    return Forest.of(parent, edges, {apart[0]: members} if members else {})


def total(parent: Rows, edges: dict[int, int], row: int, own: list[int]) -> int:
    """The definition, in fractions."""
    found = own[row]
    for child in children(parent, row):
        below = total(parent, edges, child, own)
        found += round(Fraction(below * edges.get(child, WHOLE), WHOLE))
    return found


def totals(forest: Forest, own: Values, operation: Operation = "sum") -> Values:
    found = own.copy()
    add_up(found, forest, operation)
    return found


@given(groups(), st.data())
def test_totals_are_those_of_the_definition(forest: Forest, data: st.DataObject) -> None:
    count = len(forest.tree.parent)
    own = data.draw(st.lists(st.integers(-(10**12), 10**12), min_size=count, max_size=count))

    found = totals(forest, np.array(own, np.int64).reshape(-1, 1, 1))

    expected = [total(forest.tree.parent, dict(forest.edges), row, own) for row in range(count)]
    for segment, members in forest.segments.items():
        expected[segment] = sum(expected[member] for member in members)
    assert found.ravel().tolist() == expected


@given(groups(), st.data())
def test_change_that_goes_up_gives_what_adding_all_again_gives(forest: Forest, data: st.DataObject) -> None:
    count = len(forest.tree.parent)
    numbers = st.lists(st.integers(-1000, 1000), min_size=count * 4, max_size=count * 4)
    own = np.array(data.draw(numbers), np.int64).reshape(count, 2, 2)
    row = data.draw(st.sampled_from([row for row in range(count) if row not in forest.segments]))
    by = np.array(data.draw(st.lists(st.integers(-9, 9), min_size=4, max_size=4))).reshape(2, 2)
    found = totals(forest, own)

    change(found, forest, row, by, EVERYTHING)

    own[row] += by
    assert (found == totals(forest, own)).all()


@pytest.mark.parametrize("operation", ["sum", "largest", "smallest"])
@given(forest=groups(), data=st.data())
def test_row_that_is_added_again_has_the_bits_of_adding_all(
    operation: Operation, forest: Forest, data: st.DataObject
) -> None:
    count = len(forest.tree.parent)
    floats = st.one_of(st.floats(-1e9, 1e9), st.just(neutral(operation, exact=False)))
    own = np.array(data.draw(st.lists(floats, min_size=count, max_size=count))).reshape(count, 1, 1)
    row = data.draw(st.sampled_from([row for row in range(count) if row not in forest.segments]))
    found = totals(forest, own, operation)
    own[row] = data.draw(floats)

    again(found, lambda at: own[at], forest, row, Part(np.array([0], np.int32), operation, EVERYTHING))

    assert found.tobytes() == totals(forest, own, operation).tobytes()


def test_counts_go_up_whole_where_a_share_goes_up_and_not_where_nothing_does() -> None:
    """
    0 G
      1 A    half
      2 AB   nothing
    """
    forest = Forest.of(np.array([-1, 0, 0], np.int32), {1: WHOLE // 2, 2: 0})
    counts = np.ones((3, 1, 1), np.int32)

    add_up(counts, forest, counts=True)

    assert counts.ravel().tolist() == [2, 1, 1]
