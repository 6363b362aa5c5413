"""Landings of whole groups: coherent, honest where little is known, and the same however the question is put."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrope.core.landing.aims import problems
from headrope.core.landing.history import History, Kind
from headrope.core.landing.landing import Aims, Landing, Options, land
from headrope.core.landing.reasons import Reason
from headrope.core.rollup import add_up
from headrope.core.tree_sums import Tree

from ..forests import forests

NAN = np.nan
PARENT = np.array([-1, 0, 0, 1, 1, 2, 2, 2], np.int32)
"""
G
  North    A, B
  South    C, D, E
"""
GROUP, LEAVES = Tree.of(PARENT), slice(3, 8)


def figures(years: float, seed: int = 0, year: int = 12) -> np.ndarray:
    """Monthly figures of the five leaves, with season, growth and noise; rows above are left to the sums."""
    rng, months = np.random.default_rng(seed), round(years * year)
    t = np.arange(months)
    level = np.array([100, 50, 30, 200, 10.0])[:, None]
    season = 1 + 0.3 * np.sin(2 * np.pi * t / year + np.arange(5)[:, None])
    made = np.full((8, months), NAN)
    made[LEAVES] = level * season * np.exp(0.004 * t + rng.normal(0, 0.05, (5, months)))
    return made


def group(years: float = 5.5, seed: int = 0, kind: Kind = Kind.FLOW) -> History:
    return History(figures(years, seed), round(years * 12) % 12, kind, non_negative=True)


def marks(found: Landing, row: int) -> Reason:
    return Reason(int(found.reasons[row]))


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("origin", range(13))
def test_landings_add_up_at_every_month(origin: int, kind: Kind) -> None:
    months = 60 + origin
    history = History(figures(6)[:, :months], origin, kind, non_negative=True)
    if origin == 12:
        history = History(figures(6)[:, :72], 12, kind, non_negative=True)

    found = land(history, GROUP, Aims(np.full(8, 1000.0)))

    for each in (found.known, found.full):
        own = np.where(np.diff(GROUP.first) == 0, each, 0.0)
        assert add_up(own[:, None], PARENT)[:, 0].tolist() == pytest.approx(each.tolist())
    assert (found.full >= found.known).all() or kind is Kind.STOCK
    assert ((found.low <= found.full) & (found.full <= found.high)).all()
    assert ((found.odds >= 0) & (found.odds <= 1)).all()
    assert (found.scale > 0).all() == (origin < 12)


def test_a_year_that_is_over_is_known() -> None:
    history = History(figures(6), 12)
    whole = figures(6)[LEAVES, 60:].sum()

    found = land(history, GROUP, Aims(np.full(8, whole)))

    assert found.full[0] == pytest.approx(whole)
    assert found.odds[1:].tolist() == [0.0] * 7
    assert marks(found, 0) & Reason.OVER
    assert np.isnan(found.pace).all()


def test_a_perfect_season_is_landed_exactly() -> None:
    season = np.tile(np.arange(1.0, 13.0), 5)[:54]
    made = np.full((8, 54), NAN)
    made[LEAVES] = season * np.arange(1, 6)[:, None]

    found = land(History(made, 6), GROUP)

    assert found.full[LEAVES].tolist() == pytest.approx([78, 156, 234, 312, 390])


def test_the_unit_of_money_does_not_matter() -> None:
    history = group()
    targets = np.full(8, 1000.0)

    found = land(history, GROUP, Aims(targets))
    cents = land(history._replace(values=history.values * 100), GROUP, Aims(targets * 100))

    assert (cents.full / 100).tolist() == pytest.approx(found.full.tolist(), rel=1e-6)
    assert (cents.scale / 100).tolist() == pytest.approx(found.scale.tolist(), rel=1e-4)
    assert cents.odds.tolist() == pytest.approx(found.odds.tolist(), abs=1e-4)


def test_the_order_of_rows_does_not_matter() -> None:
    place = np.array([4, 7, 1, 0, 6, 2, 5, 3])  # where each row goes
    moved = np.empty_like(PARENT)
    moved[place] = np.where(PARENT >= 0, place[PARENT], -1)
    history, shuffled = group(), np.empty((8, 66))
    shuffled[place] = history.values

    found = land(history, GROUP)
    other = land(history._replace(values=shuffled), Tree.of(moved))

    assert other.full[place].tolist() == pytest.approx(found.full.tolist(), rel=1e-9)
    assert other.scale[place].tolist() == pytest.approx(found.scale.tolist(), rel=1e-6)


@pytest.mark.parametrize(
    ("years", "said", "mark"),
    [(0.5, False, Reason.ASSUMED), (1.5, False, Reason.ASSUMED), (2.5, False, Reason.FEW_YEARS), (3.5, True, None)],
)
def test_no_probability_before_three_past_years(years: float, said: bool, mark: Reason | None) -> None:
    found = land(group(years), GROUP, Aims(np.full(8, 1e4)))

    assert (~np.isnan(found.odds)).tolist() == [said] * 8
    assert np.isfinite(found.low).all()
    assert np.isfinite(found.high).all()
    assert (found.high > found.low).all()
    assert all(bool(marks(found, row) & Reason.FEW_YEARS) != said for row in range(8))
    assert mark is None or marks(found, 0) & mark


def test_nothing_at_all_is_said_of_nothing() -> None:
    found = land(History(np.full((8, 6), NAN), 6), GROUP, Aims(np.full(8, 1.0)))

    assert np.isnan(found.full).all()
    assert np.isnan(found.odds).all()
    assert all(marks(found, row) & Reason.NO_FIGURES for row in range(8))


def test_a_unit_founded_this_year_gets_a_range_and_its_reason_and_the_others_their_odds() -> None:
    history = group()
    history.values[7, :62] = NAN

    found = land(history, GROUP, Aims(np.full(8, 100.0)))

    assert np.isnan(found.odds[7])
    assert found.past[7] == 0
    assert marks(found, 7) & Reason.NEWCOMER
    assert np.isfinite([found.low[7], found.high[7]]).all()
    assert not np.isnan(found.odds[:7]).any()


def test_a_silent_unit_brings_nothing_and_says_why() -> None:
    history = group()
    history.values[7, 40:] = NAN

    found = land(history, GROUP, Aims(np.full(8, 100.0)))

    assert np.isnan(found.full[7])
    assert marks(found, 7) & Reason.NO_FIGURES
    assert found.full[2] == pytest.approx(found.full[5] + found.full[6])


def test_a_late_unit_is_estimated_and_marked() -> None:
    history = group()
    history.values[7, 64:] = NAN

    found = land(history, GROUP)

    assert found.late.tolist() == [0] * 7 + [2]
    assert marks(found, 7) & Reason.LATE
    assert not marks(found, 7) & Reason.FILLED


def test_a_superior_whose_figures_are_not_the_sum_is_marked() -> None:
    history = group()
    whole = history.values[LEAVES].sum(axis=0)
    history.values[0], history.values[1, -1] = whole, 1.0

    found = land(history, GROUP)

    assert [bool(marks(found, row) & Reason.NOT_THE_SUM) for row in range(8)] == [False, True, *[False] * 6]
    assert found.known[0] == pytest.approx(whole[-6:].sum())


def test_a_hole_in_the_past_is_marked() -> None:
    history = group()
    history.values[7, 30] = NAN

    found = land(history, GROUP)

    assert found.filled.tolist() == [0] * 7 + [1]
    assert marks(found, 7) & (Reason.FILLED | Reason.LATE) == Reason.FILLED


def test_constant_and_empty_series_are_landed() -> None:
    history = group()
    history.values[3], history.values[4] = 7.0, 0.0

    found = land(history, GROUP, Aims(np.array([NAN, NAN, NAN, 80.0, 1.0, NAN, NAN, NAN])))

    assert found.full[3] == pytest.approx(84.0, rel=0.02)
    assert abs(found.full[4]) < 0.2
    assert found.odds[3] > 0.9
    assert found.odds[4] < 0.1
    assert marks(found, 3) & Reason.FLAT
    assert marks(found, 4) & Reason.FLAT


def test_a_group_of_zeros_is_zero() -> None:
    found = land(History(np.zeros((8, 66)), 6, non_negative=True), GROUP, Aims(np.full(8, 0.0)))

    assert found.full.tolist() == pytest.approx([0.0] * 8, abs=1e-6)
    assert found.odds.tolist() == [1.0] * 8
    assert marks(found, 0) & (Reason.ZERO_TARGET | Reason.REACHED) == Reason.ZERO_TARGET | Reason.REACHED


def test_losses_are_landed_with_targets_below_zero() -> None:
    made = figures(5.5)
    made[LEAVES] -= 120.0

    found = land(History(made, 6), GROUP, Aims(np.full(8, -500.0)))

    assert found.full[7] < 0
    assert ((found.odds >= 0) & (found.odds <= 1)).all()
    assert marks(found, 7) & Reason.ZERO_TARGET
    assert not marks(found, 7) & Reason.REACHED


def test_a_target_that_is_reached_is_sure_and_less_is_better_turns_it_round() -> None:
    history = group()
    targets = np.full(8, 1.0)

    more = land(history, GROUP, Aims(targets))
    less = land(history, GROUP, Aims(targets, more=False))

    assert more.odds.tolist() == [1.0] * 8
    assert less.odds.tolist() == [0.0] * 8
    assert marks(more, 0) & Reason.REACHED


def test_needed_and_pace_are_what_the_target_asks_of_the_rest() -> None:
    history = group()

    found = land(history, GROUP, Aims(np.full(8, 1000.0)))

    assert found.needed.tolist() == pytest.approx((1000.0 - found.known).tolist())
    assert found.pace.tolist() == pytest.approx((found.needed / 6).tolist())
    assert found.usual[7] == pytest.approx(history.values[7, 54:60].sum())
    assert found.last[7] == pytest.approx(history.values[7, 48:60].sum())


def test_a_held_unit_keeps_its_figure_and_moves_those_above() -> None:
    free = land(group(), GROUP)
    held = np.full(8, NAN)
    held[6] = free.full[6] + 100

    found = land(group(), GROUP, Aims(held=held))

    assert found.full[6] == pytest.approx(held[6])
    assert found.scale[6] == 0
    assert found.full[0] > free.full[0] + 20
    assert marks(found, 6) & Reason.HELD


def test_a_unit_still_to_be_founded_is_held_at_its_plan() -> None:
    history = group()
    history.values[7] = NAN
    held = np.full(8, NAN)
    held[7] = 60.0

    found = land(history, GROUP, Aims(held=held))

    assert (found.known[7], found.full[7]) == (0.0, 60.0)
    assert found.full[2] == pytest.approx(found.full[5:].sum())
    assert not marks(found, 7) & Reason.NO_FIGURES


def test_held_figures_that_clash_are_problems() -> None:
    held = np.array([NAN, 100.0, NAN, 50.0, 49.0, NAN, NAN, NAN])

    found = problems(Aims(held=held), GROUP, list("GNSABCDE"))

    assert len(found) == 1
    assert problems(Aims(held=np.where(held == 49, 50, held)), GROUP, list("GNSABCDE")) == []
    assert problems(Aims(), GROUP, list("GNSABCDE")) == []
    with pytest.raises(ValueError, match="hold"):
        land(group(), GROUP, Aims(held=held))


def test_shares_weigh_what_goes_up() -> None:
    shares = np.array([1, 0.5, 1, 1, 1, 1, 1, 0.25])

    found = land(group(), GROUP, options=Options(shares))

    assert found.full[0] == pytest.approx(0.5 * found.full[1] + found.full[2])
    assert found.full[2] == pytest.approx(found.full[5] + found.full[6] + 0.25 * found.full[7])


def test_forecasts_of_others_are_taken_among_the_members() -> None:
    history = group(6.5)
    extra = np.full((1, 7, 8), NAN)
    extra[0, 2:, 6] = 10_000.0

    without = land(history, GROUP)
    found = land(history, GROUP, options=Options(extra=extra))

    assert found.full[6] != pytest.approx(without.full[6])
    assert found.step.weights.shape == (8,)
    assert without.step.weights.shape == (7,)


def test_rows_that_are_not_alive_are_left_alone() -> None:
    parent = np.r_[PARENT, -2].astype(np.int32)
    history = group()
    history = history._replace(values=np.vstack([history.values, np.ones((1, 66))]))

    found = land(history, Tree.of(parent))

    assert np.isnan(found.full[8])
    assert found.full[:8].tolist() == pytest.approx(land(group(), GROUP).full.tolist())


@settings(max_examples=25)
@given(forests(most=7, dead=False), st.integers(0, 10**6), st.integers(0, 4), st.sampled_from(list(Kind)))
def test_whatever_comes_is_landed_coherently(parent: np.ndarray, seed: int, origin: int, kind: Kind) -> None:
    """Holes, late and founded units, losses and zeros, in years of four quarters."""
    rng, tree = np.random.default_rng(seed), Tree.of(parent)
    made = rng.normal(1, 2, (len(parent), 4 * rng.integers(1, 7) + origin)).round(1)
    made[rng.random(made.shape) < 0.1] = NAN
    for row in np.flatnonzero(rng.random(len(parent)) < 0.3):
        made[row, : rng.integers(0, made.shape[1])] = NAN

    found = land(History(made, origin, kind, year=4), tree, Aims(rng.normal(5, 5, len(parent))))

    leaf = np.diff(tree.first) == 0
    total = add_up(np.where(leaf, np.nan_to_num(found.full), 0.0)[:, None], parent)[:, 0]
    said = ~np.isnan(found.full)
    assert found.full[said].tolist() == pytest.approx(total[said].tolist(), abs=1e-6)
    assert (np.isnan(found.odds) | ((found.odds >= 0) & (found.odds <= 1))).all()
    assert (said | (found.reasons & Reason.NO_FIGURES > 0)).all()


@pytest.mark.parametrize(
    ("aims", "message"),
    [
        (Aims(np.ones(3)), r"^targets are 8 finite numbers or NaN$"),
        (Aims(np.full(8, np.inf)), r"^targets are 8 finite numbers or NaN$"),
        (Aims(held=np.ones(7)), r"^held are 8 finite numbers or NaN$"),
    ],
)
def test_wrong_aims_are_refused(aims: Aims, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        land(group(), GROUP, aims)
