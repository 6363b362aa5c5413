"""Theta and damped Holt against a plain reading of their definitions, one row and one weight at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.landing import smoothing
from headrope.core.landing.history import History, Kind
from headrope.core.landing.parts import cut
from headrope.core.landing.smoothing import paths, totals
from headrope.core.tree_sums import Tree

LEVELS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.98)
HOLT = [(level, trend) for level in (0.1, 0.2, 0.35, 0.5, 0.75) for trend in (0.0, 0.1, 0.3)]


def adjusted(figures: list[float], year: int) -> tuple[list[float], list[float], bool]:
    """Seasonally adjusted figures, indices, and whether they are ratios: the text of the specification."""
    ratio = all(each > 0 for each in figures)
    found: list[list[float]] = [[] for _ in range(year)]
    half = year // 2
    for month in range(half, len(figures) - half):
        around = figures[month - half : month + half + 1]
        ends = 0.5 * (around[0] + around[-1]) if year % 2 == 0 else 0.0
        mean = (sum(around) - ends) / year
        found[month % year].append(math.log(figures[month] / mean) if ratio else figures[month] - mean)
    means = [sum(each) / len(each) if each else 0.0 for each in found]
    centred = [each - sum(means) / year for each in means]
    index = [math.exp(each) if ratio else each for each in centred]
    return [f / index[t % year] if ratio else f - index[t % year] for t, f in enumerate(figures)], index, ratio


def again(forecast: list[float], index: list[float], ratio: bool, start: int) -> list[float]:
    pairs = ((f, index[(start + step) % len(index)]) for step, f in enumerate(forecast))
    return [f * i if ratio else f + i for f, i in pairs]


def theta(figures: list[float], year: int, ahead: int) -> list[float]:
    plain, index, ratio = adjusted(figures, year)
    drift = float(np.polyfit(np.arange(len(plain)), plain, 1)[0]) / 2
    best = (math.inf, 0.0)
    for weight in LEVELS:
        level, squares = plain[0], 0.0
        for figure in plain[1:]:
            error = figure - level - drift
            squares, level = squares + error**2, level + drift + weight * error
        best = min(best, (squares, level), key=lambda each: each[0])
    return again([best[1] + drift * (step + 1) for step in range(ahead)], index, ratio, len(figures))


def holt(figures: list[float], year: int, ahead: int) -> list[float]:
    plain, index, ratio = adjusted(figures, year)
    best = (math.inf, 0.0, 0.0)
    for weight, other in HOLT:
        level, trend, squares = plain[0], 0.0, 0.0
        for figure in plain[1:]:
            error = figure - level - 0.9 * trend
            squares, level, trend = (
                squares + error**2,
                level + 0.9 * trend + weight * error,
                0.9 * trend + other * weight * error,
            )
        best = min(best, (squares, level, trend), key=lambda each: each[0])
    reach = [sum(0.9 ** (k + 1) for k in range(step + 1)) for step in range(ahead)]
    return again([best[1] + each * best[2] for each in reach], index, ratio, len(figures))


def rows(figures: np.ndarray, origin: int, year: int = 12) -> tuple[History, Tree]:
    return History(figures, origin, year=year), Tree.of(np.full(len(figures), -1, np.int32))


@given(st.integers(0, 10**6), st.sampled_from([(4, 2), (12, 5), (3, 1)]), st.booleans())
def test_both_are_what_their_definitions_say(seed: int, span: tuple[int, int], positive: bool) -> None:
    year, origin = span
    figures = np.random.default_rng(seed).normal(0, 1, (3, 3 * year + origin))
    figures = np.exp(figures) if positive else figures
    history, tree = rows(figures, origin, year)

    found = paths(history, cut(history, tree), 3)

    for row, each in enumerate(figures.tolist()):
        assert found.theta[row].tolist() == pytest.approx(theta(each, year, year - origin), rel=1e-8, abs=1e-8)
        assert found.holt[row].tolist() == pytest.approx(holt(each, year, year - origin), rel=1e-8, abs=1e-8)


def test_only_the_window_before_the_landing_is_looked_at() -> None:
    figures = np.random.default_rng(1).gamma(5, 1, (1, 12 * 11 + 6))
    other = figures.copy()
    other[0, :24] = 99.0  # more than eight years before the tenth year
    other[0, 12 * 10 + 6 :] = 99.0  # after the landing of the tenth year

    before, after = (paths(h, cut(h, t), 10) for h, t in (rows(figures, 6), rows(other, 6)))

    assert before.theta.tobytes() == after.theta.tobytes()
    assert before.holt.tobytes() == after.holt.tobytes()


def test_less_than_two_years_say_nothing() -> None:
    figures = np.ones((2, 30))
    figures[1, :7] = np.nan
    history, tree = rows(figures, 6)

    found = paths(history, cut(history, tree), 2)

    assert found.theta[0].tolist() == pytest.approx([1.0] * 6)
    assert np.isnan(found.theta[1]).all()
    assert np.isnan(found.holt[1]).all()


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoothing, "BLOCK", 7)
    history, tree = rows(np.random.default_rng(2).gamma(5, 1, (30, 30)), 6)
    parts = cut(history, tree)

    one, two = (paths(history, parts, 2, threads) for threads in (1, 2))

    assert one.theta.tobytes() == two.theta.tobytes()
    assert one.holt.tobytes() == two.holt.tobytes()


def test_what_cannot_be_negative_is_not_forecast_below_zero() -> None:
    falling = np.linspace(30, 1, 30)[None] * (1 + 0.5 * np.sin(np.arange(30)))
    history, tree = rows(falling, 6)

    found = paths(history._replace(non_negative=True), cut(history, tree), 2)

    assert found.theta.min() >= 0


def test_a_path_makes_a_sum_or_a_change() -> None:
    flow, _ = rows(np.ones((1, 30)), 6)
    path = np.array([[1.0, 2.0, 4.0]])

    assert totals(flow, path, np.array([3.0])).tolist() == [7.0]
    assert totals(flow._replace(kind=Kind.STOCK), path, np.array([3.0])).tolist() == [1.0]
    assert totals(flow, path[:, :0], np.array([3.0])).tolist() == [0.0]
