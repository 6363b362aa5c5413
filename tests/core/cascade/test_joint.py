"""The joint split against an exact one in fractions, and what must hold of it on any tree."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from headrope.core.cascade.group import Group
from headrope.core.cascade.joint import joint
from headrope.core.cascade.solution import cascade
from headrope.core.tree_sums import Tree

from .exact import Case, cases, solve
from .groups import group_of, totals_of, without_root_bounds

SHARES = st.fractions(0, 1, max_denominator=8)


def tree_of(*parents: int) -> Tree:
    return Tree.of(np.array(parents, np.int32))


@given(case=cases(), share=SHARES)
def test_the_split_is_the_exact_one(case: Case, share: Fraction) -> None:
    case = without_root_bounds(case)
    assume(case.possible())
    total = totals_of(case, share)

    found = joint(group_of(case), total).value

    assert found.tolist() == pytest.approx([float(each) for each in solve(case, Fraction(total))], rel=1e-9, abs=1e-9)


@given(case=cases(), share=SHARES, more=st.integers(1, 50))
def test_nobody_gets_less_of_a_larger_total(case: Case, share: Fraction, more: int) -> None:
    case = without_root_bounds(case)
    assume(case.possible())
    total = totals_of(case, share)
    most = case.reach(case.parent.index(-1), case.cap, min)  # type: ignore[arg-type]
    larger = total + more if most is None else min(total + more, most)
    group = group_of(case)

    assert (joint(group, larger).value - joint(group, total).value).min() >= -1e-9


@given(case=cases(), share=SHARES, data=st.data())
def test_the_order_of_rows_is_irrelevant(case: Case, share: Fraction, data: st.DataObject) -> None:
    case = without_root_bounds(case)
    assume(case.possible())
    old = data.draw(st.permutations(range(len(case.parent))))  # the old row of each new one
    new = {each: place for place, each in enumerate(old)}
    parent = tuple(new.get(case.parent[each], -1) for each in old)
    fields = (tuple(field[each] for each in old) for field in (case.weight, case.base, case.floor, case.cap))
    total = totals_of(case, share)

    moved = joint(group_of(Case(parent, *fields)), total).value

    assert moved.tolist() == pytest.approx(joint(group_of(case), total).value[list(old)].tolist(), rel=1e-12, abs=1e-9)


def test_one_level_for_all_that_no_bound_stops() -> None:
    """
    0 G           100
      1 A         cap 30
        3 A1      weight 1
        4 A12     weight 2, cap 12
      2 AB        weight 3
    """
    group = Group.of(
        tree_of(-1, 0, 0, 1, 1),
        np.array([np.nan, np.nan, 3, 1, 2]),
        cap=np.array([np.inf, 30, np.inf, np.inf, 12]),
    )

    found = joint(group, 100)

    assert found.value.tolist() == [100, 30, 70, 18, 12]
    assert found.level.tolist() == [70 / 3, 18, 70 / 3, 18, 18]
    assert found.side.tolist() == [0, 1, 0, 0, 1]
    assert found.free.tolist() == [100, 70 / 3 + 12, 70, 18, 36]


def test_leaves_without_weight_keep_their_base_until_weights_are_exhausted() -> None:
    """Two weighted leaves with caps, two without weight, one of them with a cap."""
    group = Group.of(
        tree_of(-1, 0, 0, 0, 0),
        np.array([np.nan, 1, 2, 0, 0]),
        np.array([np.nan, 0, 0, 5, 7]),
        cap=np.array([np.inf, 10, 30, np.inf, 8]),
    )

    before, after, below = joint(group, 42), joint(group, 62), joint(group, 0)

    assert before.value.tolist() == [42, 10, 20, 5, 7]
    assert after.value.tolist() == [62, 10, 30, 14, 8]
    assert (after.tier.tolist(), after.level[3]) == ([1] * 5, 9)
    assert below.value.tolist() == [0, -4, -8, 5, 7]


def test_amounts_and_weights_of_very_different_sizes() -> None:
    """A held unit of 1e15 steps beside weights from 1e-6 to 1e15: the small rest is shared out to the last digit."""
    group = Group.of(
        tree_of(-1, 0, 0, 0, 0),
        np.array([np.nan, 1, 1e-6, 3e-6, 1e15]),
        hold=np.array([np.nan, 1e15, np.nan, np.nan, np.nan]),
        cap=np.array([np.inf, np.inf, np.inf, np.inf, 5]),
    )

    found = joint(group, 10**15 + 25).value

    assert found.tolist() == pytest.approx([1e15 + 25, 1e15, 5, 15, 5], rel=1e-14)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
@pytest.mark.parametrize("seed", range(20))
def test_children_add_up_whatever_the_scale(scale: float, seed: int) -> None:
    rnd = np.random.default_rng(seed)
    count = 300
    parent = np.array([-1, *(rnd.integers(0, each) for each in range(1, count))], np.int32)
    tree = Tree.of(parent)
    leaf = np.diff(tree.first) == 0
    weight = np.where(leaf, np.exp(rnd.normal(0, 12, count)) * scale, np.nan)
    base = np.where(leaf, np.round(rnd.normal(0, 1e6, count) * 10.0 ** rnd.integers(-6, 5, count), 3), np.nan)
    centre = np.where(leaf, base, 0.0)
    for row in tree.order:
        centre[parent[row]] += centre[row]
    floor = np.where(rnd.random(count) < 0.3, np.floor(centre - np.exp(rnd.normal(5, 5, count))), -np.inf)
    cap = np.where(rnd.random(count) < 0.3, np.ceil(centre + np.exp(rnd.normal(5, 5, count))), np.inf)
    floor[0], cap[0] = -np.inf, np.inf

    for total in (round(centre[0]), round(centre[0]) + 1000):
        found = joint(Group.of(tree, weight, base, floor=floor, cap=cap), total).value

        sums, sizes = np.zeros(count), np.zeros(count)
        np.add.at(sums, parent[1:], found[1:])
        np.add.at(sizes, parent[1:], np.abs(found[1:]))
        assert np.abs(sums - found)[~leaf].max() <= 1e-14 * sizes.max() + 1e-9
        assert found[0] == total
        assert (found >= floor).all()
        assert (found <= cap).all()


SIZES = st.floats(-6, 15).map(lambda exponent: 10.0**exponent)
BASES = st.tuples(st.floats(-6, 14), st.sampled_from([-1.0, 0.0, 1.0])).map(lambda each: each[1] * 10.0 ** each[0])


@given(weight=st.lists(SIZES, min_size=4, max_size=4), base=st.lists(BASES, min_size=4, max_size=4), total=st.integers(-(10**6), 10**6))  # fmt: skip
def test_large_bases_that_cancel_leave_values_that_add_up(weight: list[float], base: list[float], total: int) -> None:
    """
    0 G
      1 A
        3 A1
        4 A12
      2 AB
      5 C
    """
    group = Group.of(tree_of(-1, 0, 0, 1, 1, 0), np.array([np.nan, np.nan, *weight]), np.array([np.nan, np.nan, *base]))
    level = (total - sum(map(Fraction, base))) / sum(map(Fraction, weight))

    found = joint(group, total).value

    sizes = sum(abs(own) + abs(float(level) * weighs) for own, weighs in zip(base, weight, strict=True))
    for row, (own, weighs) in enumerate(zip(base, weight, strict=True), start=2):
        exact = Fraction(own) + level * Fraction(weighs)
        assert abs(float(Fraction(found[row]) - exact)) <= 2e-15 * sizes + 1e-10 * (1 + abs(total))
    for above, below in ((0, [1, 2, 5]), (1, [3, 4])):
        assert abs(found[below].sum() - found[above]) <= 1e-9 * (1 + np.abs(found[below]).sum())
    shares = cascade(group, total).shares
    assert shares is not None
    assert (shares[0], shares[[1, 2, 5]].sum(), shares[[3, 4]].sum()) == (total, total, shares[1])


def test_digits_that_a_level_has_not_got_are_shared_out() -> None:
    """2,000 losses of 1e12 are to become next to nothing: a last digit of the level is worth 0.1 in sum, 0.0001 each."""
    weight = np.array([np.nan, *(1e12 + 7 * np.arange(2000))])
    total = -20001

    found = joint(Group.of(tree_of(-1, *[0] * 2000), weight, -weight), total).value

    assert found[1:] == pytest.approx(total * weight[1:] / weight[1:].sum(), abs=3e-4)
    assert found[1:].sum() == pytest.approx(total, abs=1e-6)


def test_a_long_chain_of_bounds_that_bind() -> None:
    """Each inner unit of 60 has one leaf of weight 1 and the next inner unit, with a cap that allows its leaf 1 step."""
    deep = 60
    parent = [-1]
    for tier in range(deep):
        parent += [max(0, 2 * tier - 1)] * 2  # rows 2 tier + 1 (inner) and 2 tier + 2 (leaf)
    cap = np.full(2 * deep + 1, np.inf)
    cap[1:-2:2] = np.arange(deep - 1, 0, -1) + 1
    tree = tree_of(*parent)
    leaf = np.diff(tree.first) == 0

    found = joint(Group.of(tree, np.where(leaf, 1.0, np.nan), cap=cap), 1000).value

    assert found[2] == 1000 - deep
    assert found[4::2].tolist() == pytest.approx([1.0] * (deep - 1))


def test_a_single_unit_gets_the_total() -> None:
    assert joint(Group.of(tree_of(-1), np.array([0.0])), 7).value.tolist() == [7]
