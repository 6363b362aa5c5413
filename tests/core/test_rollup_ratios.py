"""Ratios are formed from totals, never as a mean of ratios, and say when their parts come from different units."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.forming import Part, combine, formed
from headrope.core.formulas import parse_formula
from headrope.core.measures import MeasureRule
from headrope.core.quantities import Quantity
from headrope.core.rollup import ROOT, Column, Rows, add_up, unevenness

from .forests import forests, subtree

TREE = np.array([ROOT, 0, 0, 0], np.int32)
DONE = MeasureRule("DONE", Quantity("number"), "ratio", "up", parse_formula("ACTUAL"), parse_formula("TARGET"))
CENT = Fraction(1, 100)


def ratio(rule: MeasureRule, columns: dict[str, Column], step: Fraction = Fraction(1)) -> Column:
    """A ratio of parts of one step, for a year."""
    return formed(rule, {code: Part(column, step) for code, column in columns.items()}, 12)


def column(parent: Rows, own: list[int | None]) -> Column:
    """One period of one component, added over the tree; None where a unit did not report."""
    present = np.array([value is not None for value in own]).astype(np.int32)
    reported = add_up(present, parent)
    return Column(
        add_up(np.array([value or 0 for value in own], np.int64), parent),
        reported,
        add_up(np.ones_like(present), parent),
        reported > 0,
    )


def pair(parent: Rows, *parts: list[int | None]) -> Column:
    """The count of units that have all parts."""
    both = [None if None in values else 1 for values in zip(*parts, strict=True)]
    return column(parent, both)


def test_ratio_of_the_group_is_that_of_the_totals_and_not_the_mean() -> None:
    """
    0 G
      1 A     target 100, actual 70:  70 %
      2 AB    target  20, actual 20: 100 %
      3 ABC   target   1, actual  1: 100 %
    """
    columns = {"TARGET": column(TREE, [None, 100, 20, 1]), "ACTUAL": column(TREE, [None, 70, 20, 1])}

    found = ratio(DONE, columns)

    assert [f"{value:.1%}" for value in found.values] == ["75.2%", "70.0%", "100.0%", "100.0%"]
    assert f"{found.values[1:].mean():.1%}" == "90.0%"


def test_ratio_when_one_unit_is_missing_in_both_parts_is_even_and_incomplete() -> None:
    """
    0 G
      1 A
      2 AB    reports nothing
      3 ABC
    """
    target, actual = [None, 100, None, 1], [None, 70, None, 1]
    columns = {"TARGET": column(TREE, target), "ACTUAL": column(TREE, actual)}

    found = ratio(DONE, columns)
    uneven = unevenness(pair(TREE, target, actual), list(columns.values()))

    assert found.values.tolist() == [71 / 101, 0.7, 0.0, 1.0]
    assert (found.known.tolist(), uneven.tolist()) == ([True, True, False, True], [False] * 4)
    assert found.complete.tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    ("target", "actual", "uneven"),
    [
        ([None, 100, 20, 1], [None, 70, 20, 1], [False, False, False, False]),
        ([None, 100, 20, 1], [None, 70, None, 1], [True, False, True, False]),
        ([None, 100, None, 1], [None, None, 20, 1], [True, True, True, False]),
        ([5, 100, 20, 1], [None, 70, 20, 1], [True, False, False, False]),
        ([None] * 4, [None] * 4, [False] * 4),
    ],
    ids=["same", "one lacks the actual", "two lack one each", "the head office has a target only", "nobody"],
)
def test_ratio_is_uneven_where_the_parts_come_from_different_units(
    target: list[int | None], actual: list[int | None], uneven: list[bool]
) -> None:
    """
    0 G
      1 A
      2 AB
      3 ABC
    """
    parts = [column(TREE, target), column(TREE, actual)]

    found = unevenness(pair(TREE, target, actual), parts)

    assert found.tolist() == uneven


def test_ratio_is_missing_where_a_part_is_or_where_it_divides_by_nothing() -> None:
    parent = np.full(4, ROOT, np.int32)
    columns = {"TARGET": column(parent, [None, 0, 20, -4]), "ACTUAL": column(parent, [7, 7, None, 2])}

    found = ratio(DONE, columns)

    assert (found.values.tolist(), found.known.tolist()) == ([0.0, 0.0, 0.0, -0.5], [False, False, False, True])


def test_coverage_of_a_ratio_is_the_smallest_reported_and_the_largest_expected() -> None:
    def counted(reported: int, expected: int) -> Column:
        one = np.array([1], np.int64)
        return Column(one, one * reported, one * expected, one > 0)

    found = ratio(DONE, {"ACTUAL": counted(3, 7), "TARGET": counted(5, 6)})

    assert (found.reported.tolist(), found.expected.tolist()) == ([3], [7])


def test_components_of_one_step_are_added_exactly() -> None:
    """As floats the two could not be told apart."""
    parent = np.array([ROOT], np.int32)
    columns = {"A": column(parent, [2**53 + 1]), "AB": column(parent, [2**53])}

    total = combine(parse_formula("A-AB"), {code: Part(column) for code, column in columns.items()}, 1)

    assert total.tolist() == [1]


def test_components_of_different_steps_are_added_in_units_of_account() -> None:
    parent = np.array([ROOT], np.int32)
    columns = {"A": column(parent, [250]), "AB": column(parent, [3])}

    parts = {"A": Part(columns["A"], CENT), "AB": Part(columns["AB"], Fraction(1000))}

    total = combine(parse_formula("-A+AB"), parts, 100)

    assert total.tolist() == [299_750]  # hundredths


def test_ratio_of_money_is_one_division_of_the_two_values() -> None:
    parent = np.array([ROOT], np.int32)

    found = ratio(DONE, {"TARGET": column(parent, [100]), "ACTUAL": column(parent, [70])}, CENT)

    assert found.values.tolist() == [0.70 / 1.00]


@given(forests(dead=False), st.data())
def test_ratio_of_random_totals_is_that_of_the_fractions(parent: Rows, data: st.DataObject) -> None:
    values = st.lists(st.one_of(st.none(), st.integers(-1000, 1000)), min_size=len(parent), max_size=len(parent))
    a, ab, target = data.draw(values), data.draw(values), data.draw(values)
    rule = MeasureRule("R", Quantity("number"), "ratio", "up", parse_formula("A-AB"), parse_formula("TARGET"))
    columns = {"A": column(parent, a), "AB": column(parent, ab), "TARGET": column(parent, target)}

    found = ratio(rule, columns)

    expected: list[float | None] = []
    for row in range(len(parent)):
        sums = [[own[unit] for unit in subtree(parent, row) if own[unit] is not None] for own in (a, ab, target)]
        below = sum(sums[2])
        expected.append(float(Fraction(sum(sums[0]) - sum(sums[1]), below)) if all(sums) and below else None)
    assert [
        value if known else None for value, known in zip(found.values.tolist(), found.known, strict=True)
    ] == expected
