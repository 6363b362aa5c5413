"""Landings of public panels after June keep the bars, by one method for all; left out without the trial data."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from headrope.core.landing.backtest import Backtest, backtest
from headrope.core.landing.history import History, Kind
from headrope.core.tree_sums import Tree

# The least error of a single method, per cent: of the members alone and of AutoETS, DynamicOptimizedTheta and their mean
# (statsforecast 2.1.1) on the same years.
BEST = {"swiss": 2.48, "labour": 1.142, "retail": 0.968, "tourism": 4.38, "pbs_cost": 2.27}


@pytest.fixture(scope="module")
def found(trial: Path) -> dict[str, Backtest]:
    if os.environ.get("NUMBA_DISABLE_JIT") == "1":
        pytest.skip("five panels take minutes without compilation")
    results = {}
    for name in BEST:
        with np.load(trial / "panels" / f"{name}.npz", allow_pickle=False) as held:
            figures, parent = held["Y"].T, held["parent"].astype(np.int32)
        values = np.concatenate([figures, np.full((len(parent), 6), np.nan)], axis=1)
        kind = Kind.STOCK if name == "labour" else Kind.FLOW
        results[name] = backtest(History(values, 6, kind, non_negative=True), Tree.of(parent))
    return results


def test_probabilities_are_good(found: dict[str, Backtest]) -> None:
    assert np.mean([each.brier for each in found.values()]) <= 0.080


def test_ranges_hold_what_they_say(found: dict[str, Backtest]) -> None:
    assert all(0.75 <= each.coverage <= 0.88 for each in found.values())
    for depth in range(5):
        tiers = [(each.tiers[depth], len(each.years)) for each in found.values() if depth < len(each.tiers)]
        cases = sum(tier.rows * years for tier, years in tiers)
        assert 0.70 <= sum(tier.coverage * tier.rows * years for tier, years in tiers) / cases <= 0.88


def test_no_single_method_is_better(found: dict[str, Backtest]) -> None:
    ratios = [100 * each.wape / BEST[name] for name, each in found.items()]

    assert np.exp(np.mean(np.log(ratios))) <= 1.0
    assert max(ratios) <= 1.02


def test_probabilities_beat_the_lights_at_every_depth(found: dict[str, Backtest]) -> None:
    for name, each in found.items():
        for tier in each.tiers:
            assert tier.brier < min(tier.brier_straight, tier.brier_share, tier.brier_climate), (name, tier.depth)


def test_what_is_said_comes_true_as_often(found: dict[str, Backtest]) -> None:
    bins = [each for result in found.values() for each in result.reliability]
    for low in np.unique([each.low for each in bins]).tolist():
        same = [each for each in bins if each.low == low]
        cases = sum(each.cases for each in same)
        said, came = (sum(getattr(each, key) * each.cases for each in same) / cases for key in ("said", "came"))
        assert abs(said - came) < 0.05
