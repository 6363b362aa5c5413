"""Backtests look at nothing that came later, and score what the walk said."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing import lights
from headrope.core.landing.backtest import Trial, _climate, _numbers, backtest
from headrope.core.landing.history import History, Kind
from headrope.core.landing.landing import land
from headrope.core.landing.parts import cut
from headrope.core.landing.walking import Ground, walk

from .test_landing import GROUP, NAN, figures


def history(years: float = 9.5, seed: int = 0, kind: Kind = Kind.FLOW) -> History:
    return History(figures(years, seed), 6, kind, non_negative=True)


@pytest.mark.parametrize("kind", list(Kind))
def test_no_step_looks_ahead(kind: Kind) -> None:
    now, later = history(kind=kind), history(kind=kind)
    later.values[:, 12 * 7 + 6 :] *= 3.0

    before, after = (
        {step.year: step for step in walk(Ground(each, cut(each, GROUP), GROUP), 2)} for each in (now, later)
    )

    assert list(before) == [5, 6, 7, 8, 9]
    for year in (5, 6, 7):
        for name in ("mean", "variance", "freedom"):
            assert getattr(before[year], name).tobytes() == getattr(after[year], name).tobytes()
    assert before[8].mean.tobytes() != after[8].mean.tobytes()


def test_the_last_step_of_the_walk_is_the_landing() -> None:
    *_, step = walk(Ground(history(), cut(history(), GROUP), GROUP), 2)

    assert land(history(), GROUP).rest.tolist() == step.mean.tolist()


def test_scores_are_those_of_the_steps() -> None:
    whole, parts = history(), cut(history(), GROUP)
    steps = [step for step in walk(Ground(whole, parts, GROUP), 2) if step.year < 9]

    found = backtest(whole, GROUP)

    error = sum(np.abs(parts.rest[s.year, 3:] - s.mean[3:]).sum() for s in steps)
    size = sum(parts.full[s.year, 3:].sum() for s in steps)
    assert found.years == (5, 6, 7, 8)
    assert [(each.depth, each.rows) for each in found.tiers] == [(0, 1), (1, 2), (2, 5)]
    assert found.tiers[2].wape == pytest.approx(error / size)
    straight = sum(np.abs(parts.full[s.year, 3:] - 2 * parts.known[s.year, 3:]).sum() for s in steps)
    assert found.tiers[2].wape_straight == pytest.approx(straight / size)
    assert found.brier == pytest.approx(np.mean([each.brier for each in found.tiers]))
    assert found.brier == pytest.approx(np.mean(found.brier_by_target))
    assert sum(each.cases for each in found.reliability) == 4 * 5 * 8
    assert found.wape == pytest.approx(np.mean([each.wape for each in found.tiers]))


def test_a_landing_beats_the_lights_where_there_is_something_to_know() -> None:
    found = backtest(history(12), GROUP)

    assert found.brier < 0.8 * min(np.mean([each.brier_share for each in found.tiers]), 0.25)
    assert found.wape < found.tiers[0].wape_straight
    assert 0.6 < found.coverage <= 1


def test_the_number_that_lands_is_asked_of_draws() -> None:
    found = backtest(history(12), GROUP, Trial(draws=200))
    again = backtest(history(12), GROUP, Trial(draws=200))

    held = [each.number_held for each in found.tiers]
    assert np.isnan(held[0])
    assert all(0.5 <= each <= 1 for each in held[1:])
    assert again.tiers[1:] == found.tiers[1:]


def test_the_past_hit_rate_is_that_of_earlier_years_only() -> None:
    """Two rows below a root; both land in the first scored year, one in the second."""
    tree = GROUP.of(np.array([-1, 0, 0], np.int32))
    came = np.array([[[1.0, 1, 1]], [[0.0, 1, 0]], [[0.0, NAN, 0]]])

    assert _climate(came, tree)[:, 0].tolist() == [[0.5, 0.5, 0.5], [1.0, 1.0, 1.0], [0.5, 0.75, 0.75]]


def test_the_number_that_landed_is_within_its_range_or_not() -> None:
    """Of four rows two or three land in the draws; eight tenths of that lie from two to three."""
    tree = GROUP.of(np.array([-1, 0, 0, 0, 0], np.int32))
    drawn = np.array([[True] * 10, [True] * 10, [True] * 10, [True] * 5 + [False] * 5, [False] * 10])

    found = [
        _numbers(drawn, np.array([1.0, *came]), tree)
        for came in ([1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1], [1, 0, 0, 0])
    ]

    assert [each[1] for each in found] == [1.0, 1.0, 0.0, 0.0]
    assert all(np.isnan(each[0]) for each in found)


def test_rows_without_three_past_years_are_not_judged() -> None:
    young = history()
    young.values[7, : 12 * 4] = NAN

    found, whole = backtest(young, GROUP), backtest(history(), GROUP)

    # It is founded in the fifth year: in the years 5 and 6 it has one and two, afterwards three.
    assert sum(each.cases for each in whole.reliability) - sum(each.cases for each in found.reliability) == 2 * 5


def test_the_current_year_is_not_looked_at() -> None:
    whole, spoilt = history(), history()
    spoilt.values[:, -6:] = 1e6

    assert backtest(spoilt, GROUP).brier_by_target == backtest(whole, GROUP).brier_by_target


def test_a_backtest_needs_six_years() -> None:
    with pytest.raises(ValueError, match=r"^a backtest needs six whole years, not 5$"):
        backtest(history(5.5), GROUP)
    assert backtest(history(6.5), GROUP).years == (5,)


def test_targets_are_last_year_and_more_and_the_own_trend() -> None:
    whole = np.repeat(np.array([[100.0, 110, 121, 133.1, 146.41]]), 12, axis=1) / 12
    parts = cut(History(whole, 0), GROUP.of(np.array([-1], np.int32)))

    found = lights.targets(parts, 5)

    assert found[:, 0].tolist() == pytest.approx([146.41, 146.41 * 1.03, 146.41 * 1.05, 146.41 * 1.1, 146.41 * 1.1])


def test_lights_by_hand() -> None:
    """Last year 6 x 10 and 6 x 20, this year 6 x 12 so far."""
    whole = History(np.r_[[10.0] * 6, [20.0] * 6, [12.0] * 6][None], 6)
    parts = cut(whole, GROUP.of(np.array([-1], np.int32)))
    stock = whole._replace(kind=Kind.STOCK)
    levels = cut(stock, GROUP.of(np.array([-1], np.int32)))

    assert lights.straight_line(whole, parts, 1).tolist() == [144.0]
    assert lights.same_share(whole, parts, 1).tolist() == [72 + 72 * 2]
    assert lights.straight_line(stock, levels, 1).tolist() == [12.0]
    assert lights.same_share(stock, levels, 1).tolist() == [22.0]
