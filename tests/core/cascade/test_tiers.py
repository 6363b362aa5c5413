"""The way of the tiers against the exact split of one family after the other; who cannot hand down is told."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from headrope.core.cascade.group import Group
from headrope.core.cascade.tiers import tiers
from headrope.core.tree_sums import Tree

from .exact import Case, cases, solve
from .groups import group_of, totals_of, without_root_bounds

NAN, INF = np.nan, np.inf


def added(case: Case, row: int, field: tuple[Fraction, ...]) -> Fraction:
    below = case.below(row)
    return sum((added(case, child, field) for child in below), Fraction(0)) if below else field[row]


def by_families(case: Case, total: int) -> tuple[list[Fraction | None], dict[int, Fraction]]:
    """Values by row, None below a family that cannot make up its share, and by how much it cannot."""
    found: list[Fraction | None] = [None] * len(case.parent)
    broken = {}
    root = case.parent.index(-1)
    found[root] = Fraction(total)
    waiting = [root]
    while waiting:
        row = waiting.pop()
        below, share = case.below(row), found[row]
        if not below or share is None:
            continue
        floors, caps = [case.floor[child] for child in below], [case.cap[child] for child in below]
        least = None if None in floors else sum(floors)  # type: ignore[arg-type]
        most = None if None in caps else sum(caps)  # type: ignore[arg-type]
        if least is not None and share < least:
            broken[row] = least - share
            continue
        if most is not None and share > most:
            broken[row] = most - share
            continue
        weights = tuple(added(case, child, case.weight) for child in below)
        bases = tuple(added(case, child, case.base) for child in below)
        family = Case(
            (-1, *[0] * len(below)), (Fraction(0), *weights), (Fraction(0), *bases), (None, *floors), (None, *caps)
        )
        for child, value in zip(below, solve(family, share)[1:], strict=True):
            found[child] = value
        waiting += below
    return found, broken


def rightly_bounded(case: Case) -> bool:
    pairs = zip(case.floor, case.cap, strict=True)
    return all(low is None or high is None or low <= high for low, high in pairs)


@given(case=cases(), share=st.fractions(-1, 2, max_denominator=8))
def test_every_family_shares_exactly_and_what_it_cannot_is_told(case: Case, share: Fraction) -> None:
    case = without_root_bounds(case)
    assume(rightly_bounded(case))
    total = totals_of(case, share)
    values, broken = by_families(case, total)

    found = tiers(group_of(case), total)

    known = [value is not None for value in values]
    assert found.known.tolist() == known
    assert found.levels.value[found.known].tolist() == pytest.approx(
        [float(value) for value in values if value is not None], rel=1e-9, abs=1e-9
    )
    assert [row for row, _ in found.broken] == sorted(broken)
    for row, by in found.broken:
        assert abs(by) == pytest.approx(np.ceil(abs(float(broken[row])) - 1e-9))
        assert (by > 0) == (broken[row] > 0)


@given(case=cases(), share=st.fractions(-1, 2, max_denominator=8))
def test_shares_that_are_handed_down_add_up_and_keep_the_bounds(case: Case, share: Fraction) -> None:
    case = without_root_bounds(case)
    assume(rightly_bounded(case))
    group = group_of(case)

    found = tiers(group, totals_of(case, share))

    for row in np.flatnonzero(found.known).tolist():
        below = [child for child in case.below(row) if found.known[child]]
        assert not below or sum(found.shares[below]) == found.shares[row]
        assert group.lower[row] <= found.shares[row] <= group.upper[row]
        assert abs(found.shares[row] - found.levels.value[row]) < 1 + 1e-9


def test_a_tier_that_sees_no_caps_below_asks_too_much_of_the_others() -> None:
    """
    0 G           130
      1 A
        3 A1      weight 30, cap 30
        4 A12     weight 20
      2 AB        weight 50
    """
    tree = Tree.of(np.array([-1, 0, 0, 1, 1], np.int32))
    group = Group.of(tree, np.array([NAN, NAN, 50, 30, 20]), cap=np.array([INF, INF, INF, 30, INF]))

    found = tiers(group, 130)

    assert found.shares.tolist() == [130, 65, 65, 30, 35]
    assert found.broken == []


def test_an_inner_unit_can_have_a_weight_of_its_own() -> None:
    tree = Tree.of(np.array([-1, 0, 0, 1], np.int32))
    group = Group.of(tree, np.array([NAN, 3, 1, 1]))

    assert tiers(group, 80).shares.tolist() == [80, 60, 20, 60]
