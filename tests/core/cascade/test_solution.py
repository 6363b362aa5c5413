"""A cascade in whole steps: sums, bounds, order, totals that grow, reasons and the gap to the tiers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from headrope.core.cascade.bounds import Bound
from headrope.core.cascade.group import Group
from headrope.core.cascade.reasons import Reason
from headrope.core.cascade.solution import cascade
from headrope.core.tree_sums import Tree

from .exact import Case, cases
from .groups import group_of, totals_of, without_root_bounds

NAN, INF = np.nan, np.inf
SHARES = st.fractions(0, 1, max_denominator=8)


@given(case=cases(), share=SHARES)
def test_whole_shares_add_up_keep_bounds_and_are_next_to_their_values(case: Case, share: Fraction) -> None:
    case = without_root_bounds(case)
    assume(case.possible())
    total = totals_of(case, share)
    group = group_of(case)

    found = cascade(group, total)

    assert found.conflicts == ()
    assert found.shares is not None
    assert found.levels is not None
    assert found.shares[group.root] == total
    for row in range(len(case.parent)):
        below = case.below(row)
        assert not below or found.shares[below].sum() == found.shares[row]
    assert (group.lower <= found.shares).all()
    assert (found.shares <= group.upper).all()
    assert np.abs(found.shares - found.levels.value).max() < 1 + 1e-9


@given(case=cases(), share=SHARES, more=st.integers(1, 50))
def test_of_a_larger_total_nobody_gets_less_by_more_than_one_step(case: Case, share: Fraction, more: int) -> None:
    case = without_root_bounds(case)
    assume(case.possible())
    total = totals_of(case, share)
    most = case.reach(case.parent.index(-1), case.cap, min)  # type: ignore[arg-type]
    group = group_of(case)

    before = cascade(group, total).shares
    after = cascade(group, total + more if most is None else min(total + more, most)).shares

    assert before is not None
    assert after is not None
    assert (after - before).min() >= -1


@given(case=cases(), total=st.integers(-200, 200))
def test_every_unit_has_a_reason_that_its_numbers_bear_out(case: Case, total: int) -> None:
    group = group_of(case)
    found = cascade(group, total)
    assume(found.levels is not None and found.shares is not None)
    assert found.levels is not None

    for row in range(len(case.parent)):
        reason = found.reason(row)
        value = found.levels.value[row]
        if reason.kind in ("floor", "cap", "hold"):
            assert reason.bound is not None
            assert value == reason.bound.amount == found.reason(row).share
            over = {"floor": -1, "cap": 1}.get(reason.kind, 0)
            assert reason.free is None or over == 0 or (reason.free - value) * over > -1e-9
        elif reason.kind in ("level", "below"):
            assert value == pytest.approx(reason.base + reason.level * reason.weight, rel=1e-9, abs=1e-9)  # type: ignore[operator]
            assert (reason.source == group.root) == (reason.kind == "level")
        elif reason.kind == "idle":
            assert (reason.weight, value) == (0, reason.base)
        elif reason.kind == "even":
            assert reason.weight == 0
            assert value == pytest.approx(reason.base + reason.level, abs=1e-9)  # type: ignore[operator]
        elif reason.kind == "sum":
            assert value == pytest.approx(found.levels.value[case.below(row)].sum(), abs=1e-9)
        else:
            assert (reason.kind, row) == ("total", group.root)


def test_reasons_of_a_small_group() -> None:
    """
    0 G           100
      1 A         cap 30
        3 A1      weight 1
        4 A12     weight 2, cap 12
      2 AB        weight 3, base 1
      5 C         no weight, base 4
      6 D         hold 7
    """
    tree = Tree.of(np.array([-1, 0, 0, 1, 1, 0, 0], np.int32))
    group = Group.of(
        tree,
        np.array([NAN, NAN, 3, 1, 2, 0, 1]),
        np.array([NAN, NAN, 1, 0, 0, 4, 0]),
        cap=np.array([INF, 30, INF, INF, 12, INF, INF]),
        hold=np.array([NAN] * 6 + [7]),
    )

    found = cascade(group, 100)

    level = (100 - 30 - 4 - 7 - 1) / 3
    free = level * 1 + 12
    assert [found.reason(row) for row in range(7)] == [
        Reason("total", 0, 100, 100.0, None, 100.0, 0, level, 0, None, None),
        Reason("cap", 1, 30, 30.0, Bound(1, "cap", 30), free, 0, level, 0, None, None),
        Reason("level", 2, 59, 59.0, None, 59.0, 0, level, 0, 3.0, 1.0),
        Reason("below", 3, 18, 18.0, None, 18.0, 1, 18.0, 0, 1.0, 0.0),
        Reason("cap", 4, 12, 12.0, Bound(4, "cap", 12), 36.0, 1, 18.0, 0, 2.0, 0.0),
        Reason("idle", 5, 4, 4.0, None, 4.0, 0, level, 0, 0.0, 4.0),
        Reason("hold", 6, 7, 7.0, Bound(6, "hold", 7), level, 0, level, 0, 1.0, 0.0),
    ]


def test_the_gap_is_what_the_tiers_would_hand_down_more() -> None:
    """
    0 G           130
      1 A
        3 A1      weight 30, cap 30
        4 A12     weight 20
      2 AB        weight 50
    """
    tree = Tree.of(np.array([-1, 0, 0, 1, 1], np.int32))
    group = Group.of(tree, np.array([NAN, NAN, 50, 30, 20]), cap=np.array([INF, INF, INF, 30, INF]))

    found = cascade(group, 130)

    assert found.shares is not None
    assert found.shares.tolist() == [130, 59, 71, 30, 29]
    assert [found.gap(row) for row in range(5)] == [0, 6, -6, 0, 6]


def test_nothing_is_split_where_bounds_clash() -> None:
    tree = Tree.of(np.array([-1, 0], np.int32))

    found = cascade(Group.of(tree, np.array([NAN, 1]), floor=np.array([-INF, 5])), 4)

    assert (len(found.conflicts), found.levels, found.shares, found.by_tiers) == (1, None, None, None)
    assert found.gap(1) is None
    with pytest.raises(ValueError, match=r"^bounds clash: nothing is split$"):
        found.reason(1)


def test_negative_bases_grow_towards_more_for_all_by_the_same_share_of_their_size() -> None:
    tree = Tree.of(np.array([-1, 0, 0], np.int32))
    base = np.array([NAN, -50, 150])

    assert cascade(Group.of(tree, np.abs(base), base), 120).shares.tolist() == [120, -45, 165]  # type: ignore[union-attr]
