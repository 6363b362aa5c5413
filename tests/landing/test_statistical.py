"""Further forecasters: what they are given, where they speak, and that nothing they do stops a landing."""

from __future__ import annotations

import importlib.util
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.landing import backtest
from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import History, Kind
from headrope.core.landing.landing import Aims, Options, land
from headrope.core.landing.parts import cut
from headrope.core.tree_sums import Tree
from headrope.landing import statistical
from headrope.landing.statistical import NeedsStatsforecast, Wanted, auto_ets, dynamic_theta, further, upper

from ..core.landing.test_landing import GROUP, figures

package = pytest.mark.skipif(
    importlib.util.find_spec("statsforecast") is None,
    reason="statsforecast is not installed: pip install statsforecast",
)


def history(years: float = 6.5, seed: int = 0, kind: Kind = Kind.FLOW) -> History:
    return History(figures(years, seed), 6, kind, non_negative=True)


def repeated(figures: Numbers, year: int, ahead: int) -> Numbers:
    """The same months a year earlier."""
    return figures[len(figures) - year :][:ahead]


def last(figures: Numbers, year: int, ahead: int) -> Numbers:
    return np.repeat(figures[-1], ahead)


def refusing(figures: Numbers, year: int, ahead: int) -> Numbers:
    raise Exception("no model able to be fitted")


def doubting(figures: Numbers, year: int, ahead: int) -> Numbers:
    warnings.warn("the optimisation has not converged", RuntimeWarning, stacklevel=1)
    return last(figures, year, ahead)


def endless(figures: Numbers, year: int, ahead: int) -> Numbers:
    return np.full(ahead, np.inf)


def short(figures: Numbers, year: int, ahead: int) -> Numbers:
    return figures[: ahead - 1]


def test_every_year_is_forecast_from_what_was_known_then() -> None:
    given = history()
    parts = cut(given, GROUP)

    found = further(given, GROUP, wanted=Wanted((repeated, last)))

    assert found.shape == (2, 7, len(GROUP.parent))
    assert np.isnan(found[:, :2]).all()
    expected = np.stack([parts.rest[1:6], 6 * parts.figures[:, [29, 41, 53, 65, 77]].T])
    assert found[:, 2:].ravel() == pytest.approx(expected.ravel(), rel=1e-12)


def test_years_before_the_start_are_left_out() -> None:
    """A walk over twenty whole years begins at the fifth."""
    long = History(figures(20.5), 6)

    by_itself, asked = (further(long, GROUP, wanted=Wanted((last,), 1, start)) for start in (None, 2))

    assert np.isnan(by_itself[0, :, 0]).tolist() == [True] * 4 + [False] * 17
    assert np.isnan(asked[0, :, 0]).tolist() == [True] * 2 + [False] * 19


def test_a_stock_changes_from_its_level() -> None:
    given = history(kind=Kind.STOCK)

    found = further(given, GROUP, wanted=Wanted((repeated, last)))

    levels = cut(given, GROUP).figures
    assert found[0, 2:] == pytest.approx((levels[:, 23:78:12] - levels[:, 29:78:12]).T, rel=1e-9, abs=1e-9)
    assert found[1, 2:] == pytest.approx(0.0, abs=1e-9)


@given(st.integers(2, 6), st.integers(0, 99))
def test_nothing_that_came_later_is_looked_at(year: int, seed: int) -> None:
    now, later = history(seed=seed), history(seed=seed)
    later.values[:, 12 * year + 6 :] *= 3.0

    before, after = (further(each, GROUP, wanted=Wanted((repeated, last))) for each in (now, later))

    assert before[:, : year + 1].tobytes() == after[:, : year + 1].tobytes()


def test_only_whole_upper_tiers_are_forecast() -> None:
    """GROUP has 1, 2 and 5 rows by depth."""
    found = further(history(), GROUP, wanted=Wanted((last,), most=7))

    assert [upper(GROUP, most).tolist() for most in (0, 1, 2, 3, 7, 8)] == [
        [],
        [0],
        [0],
        [0, 1, 2],
        [0, 1, 2],
        [*range(8)],
    ]
    assert (~np.isnan(found[0, -1])).tolist() == [True] * 3 + [False] * 5


def test_rows_that_are_gone_are_not_among_the_upper() -> None:
    tree = Tree.of(np.array([-1, -2, 0, 0], np.int32))

    assert upper(tree, 1).tolist() == [0]


def test_what_cannot_be_forecast_is_left_out() -> None:
    """Leaves 3 to 5: one figure throughout, founded two years and a month ago, and founded a month later."""
    given = history()
    given.values[:3] = np.nan
    given.values[3] = 7.0
    given.values[4, : 78 - 24] = np.nan
    given.values[5, : 78 - 23] = np.nan

    found = further(given, GROUP, wanted=Wanted((last, refusing, endless, short)))

    assert np.isnan(found[0, -1]).tolist() == [False, False, False, True, False, True, False, False]
    assert np.isnan(found[0, -2, 3:6]).all()
    assert np.isnan(found[1:]).all()


def test_warnings_of_forecasters_are_not_passed_on() -> None:
    sure, unsure = further(history(), GROUP, wanted=Wanted((last, doubting)))

    assert unsure.tobytes() == sure.tobytes()


def test_forecasts_keep_the_bounds_of_all_members() -> None:
    given = history()

    def wild(figures: Numbers, year: int, ahead: int) -> Numbers:
        return np.repeat(-1e6 if figures[-1] > figures[-2] else 1e6, ahead)

    found = further(given, GROUP, wanted=Wanted((wild,)))[0, 2:]

    rest = cut(given, GROUP).rest
    assert (found >= 0).all() and (found == 0).any()
    assert (found.max(axis=0) < 20 * np.nanmax(rest, axis=0)).all()


def test_months_below_zero_count_as_none_where_none_is() -> None:
    def falling(figures: Numbers, year: int, ahead: int) -> Numbers:
        return np.where(np.arange(ahead) % 3 == 0, -figures[-1], figures[-1])

    never, free = (
        further(history()._replace(non_negative=each), GROUP, wanted=Wanted((falling,))) for each in (True, False)
    )

    now = cut(history(), GROUP).figures[:, 77]
    assert never[0, -1] == pytest.approx(4 * now)
    assert free[0, -1] == pytest.approx(2 * now)


def test_forecasters_are_given_figures_of_size_one() -> None:
    seen = []

    def watching(figures: Numbers, year: int, ahead: int) -> Numbers:
        seen.append(float(np.abs(figures).mean()))
        return last(figures, year, ahead)

    given = history()
    large = further(given._replace(values=given.values * 2.0**40), GROUP, wanted=Wanted((watching,)))

    assert seen == pytest.approx([1.0] * len(seen))
    assert large.tobytes() == (further(given, GROUP, wanted=Wanted((last,))) * 2.0**40).tobytes()


def test_two_processes_say_the_same_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []

    alone = further(
        history(), GROUP, wanted=Wanted((repeated, last), progress=lambda done, of: told.append((done, of)))
    )
    both = further(history(), GROUP, wanted=Wanted((repeated, last), processes=2))

    assert told == [(32, 40), (40, 40)]
    assert alone.tobytes() == both.tobytes()


def test_progress_can_stop_the_work() -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, of: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        further(history(), GROUP, wanted=Wanted((last,), progress=stop))


def test_more_processes_are_refused() -> None:
    with pytest.raises(ValueError, match="3 processes; one or two"):
        further(history(), GROUP, wanted=Wanted((last,), processes=3))


def test_when_the_year_is_over_nothing_is_forecast() -> None:
    found = further(History(figures(7), 12), GROUP, wanted=Wanted((refusing,)))

    assert found.shape == (1, 7, 8) and np.isnan(found).all()


def test_a_landing_and_a_backtest_take_them() -> None:
    given, whole = history(9.5), history(9.5)
    made = further(given, GROUP, wanted=Wanted((repeated,), most=3))

    with_them = land(given, GROUP, Aims(), Options(extra=made))
    tried = backtest.backtest(whole, GROUP, backtest.Trial(extra=made))

    assert len(with_them.step.weights) == len(land(given, GROUP).step.weights) + 1
    assert not np.array_equal(with_them.full, land(given, GROUP).full)
    assert with_them.full[0] == pytest.approx(with_them.full[3:].sum())
    assert tried.years == (5, 6, 7, 8)
    assert tried.tiers[0] != backtest.backtest(whole, GROUP).tiers[0]


def test_without_the_package_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "statsforecast", None)

    with pytest.raises(NeedsStatsforecast) as caught:
        further(history(), GROUP)

    assert str(caught.value) == (
        "AutoETS and Theta are made by the package statsforecast, which is not installed: "
        "pip install statsforecast, or land without further forecasters"
    )
    assert statistical.USUAL.forecasters == (auto_ets, dynamic_theta)


@package
def test_the_package_finds_trend_and_season() -> None:
    """Theta's season is multiplicative, so it does not follow this one exactly; the same months again are 7 % off."""
    months = np.arange(84)
    steady = 100 + months + 20 * np.sin(np.pi * months / 6)
    noise = np.random.default_rng(0).normal(0, 0.5, (2, 78))
    values = np.concatenate([np.full((1, 78), np.nan), steady[:78] + noise])
    coming = steady[78:].sum()

    ets, theta = further(History(values, 6), Tree.of(np.array([-1, 0, 0], np.int32)))

    assert ets[-1] == pytest.approx([2 * coming, coming, coming], rel=0.01)
    assert theta[-1] == pytest.approx([2 * coming, coming, coming], rel=0.06)


@package
def test_the_package_says_the_same_again() -> None:
    wanted = Wanted(most=3, start=5)

    assert further(history(), GROUP, wanted=wanted).tobytes() == further(history(), GROUP, wanted=wanted).tobytes()


@package
def test_the_package_bears_what_figures_there_are() -> None:
    """Leaves: zeros, large and negative figures, a level that jumps, and one figure that differs."""
    given = history()._replace(non_negative=False)
    given.values[3] = 0.0
    given.values[4] *= 1e12
    given.values[5] -= given.values[5].mean()
    given.values[6, 40:] *= 1e6
    given.values[7] = np.where(np.arange(78) == 50, 1.0, 0.0)
    given.values[:3] = np.nan

    found = further(given, GROUP, wanted=Wanted(start=6))

    assert np.isnan(found[:, 6, 3]).all()
    assert np.isfinite(found[:, 6, [0, 4, 5, 6]]).all()
