"""Shapes learnt from past years: against a plain recomputation, in special cases, and on real panels."""

from __future__ import annotations

import math
import os
import statistics
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.phasing import learn_shapes, shares_of
from headrope.core.rounding.limits import Floats

TRIAL = os.environ.get("HEADROPE_TRIAL_DATA")
SPRING = [4.0, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]
AUTUMN = [0.0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4]
EVEN = [1.0] * 12


def parents(*rows: int) -> np.ndarray:
    return np.array(rows, np.int32)


def shares(history: list[list[list[float]]], *parent: int) -> list[list[float]]:
    found: list[list[float]] = learn_shapes(np.array(history), parents(*parent)).shares.round(6).tolist()
    return found


def plain_mean(years: list[list[float]]) -> list[float]:
    """The trimmed mean as the specification writes it, of years that all count."""
    years = years[-6:]
    weights = [0.8**age for age in reversed(range(len(years)))]
    means = []
    for month in zip(*[[value / sum(year) for value in year] for year in years], strict=True):
        kept = list(zip(month, weights, strict=True))  # oldest first, and so are equal extremes left out
        if len(kept) >= 4:
            for extreme in {
                kept.index(min(kept, key=lambda pair: pair[0])),
                kept.index(max(kept, key=lambda pair: pair[0])),
            }:
                kept[extreme] = (kept[extreme][0], 0.0)
        means.append(sum(share * weight for share, weight in kept) / sum(weight for _, weight in kept))
    return [mean / sum(means) for mean in means]


@given(st.lists(st.lists(st.floats(0.5, 100), min_size=12, max_size=12), min_size=1, max_size=8))
def test_alone_a_unit_has_the_trimmed_mean_of_its_years(years: list[list[float]]) -> None:
    found = learn_shapes(np.array([years]), parents(-1))

    assert found.shares[0].tolist() == pytest.approx(plain_mean(years))
    assert (found.years.tolist(), found.borrowed.tolist()) == ([min(len(years), 6)], [0.0])


@given(
    st.lists(
        st.lists(st.lists(st.floats(0.5, 100), min_size=12, max_size=12), min_size=3, max_size=3),
        min_size=2,
        max_size=4,
    )
)
def test_sisters_are_drawn_together_as_the_specification_says(leaves: list[list[list[float]]]) -> None:
    history = np.array([np.sum(leaves, axis=0), *leaves])
    own = np.array([plain_mean(unit.tolist()) for unit in history])
    weights = np.array([0.64, 0.8, 1.0])
    left = (weights**2).sum() / weights.sum() ** 2
    doubts, gaps = [], []
    for unit, mean in zip(history[1:], own[1:], strict=True):
        distances = [((year / year.sum() - mean) ** 2).sum() for year in unit]
        doubt = statistics.median(distances) * 3 / 2 * left
        doubts.append(doubt if doubt >= 1e-24 else 0.0)
        gaps.append(((mean - own[0]) ** 2).sum() - doubts[-1])
    between = max(0.0, statistics.fmean(gaps))
    part = [doubt / (doubt + between) if doubt > 0 else 0.0 for doubt in doubts]

    found = learn_shapes(history, parents(-1, *[0] * len(leaves)))

    assert found.borrowed.tolist() == pytest.approx([0.0, *part], abs=1e-9)
    expected = own[1:] + np.array(part)[:, None] * (own[0] - own[1:])
    assert np.allclose(found.shares, [own[0], *expected])
    assert np.allclose(found.shares.sum(axis=1), 1)


def test_a_new_unit_has_the_shape_of_its_sisters_and_one_of_nobody_is_straight() -> None:
    """
    0 G
      1 A   spring
      2 AB  new
        3 AB1 new
    4 H  new
    """
    none = [0.0] * 12
    history = [[SPRING] * 2, [SPRING] * 2, [none] * 2, [none] * 2, [none] * 2]

    found = learn_shapes(np.array(history), parents(-1, 0, 0, 2, -1))

    assert found.shares.tolist() == [*shares_of(SPRING).tolist() * 4, [1 / 12] * 12]
    assert found.years.tolist() == [2, 2, 0, 0, 0]
    assert found.borrowed.tolist() == [0, 0, 1, 1, 0]


def test_a_year_that_differs_is_trimmed_away() -> None:
    assert shares([[SPRING, SPRING, AUTUMN, SPRING, SPRING]], -1) == shares_of(SPRING).round(6).tolist()
    assert shares([[SPRING, AUTUMN, SPRING]], -1) != shares_of(SPRING).round(6).tolist()


def test_later_years_weigh_more_and_a_seventh_says_nothing() -> None:
    assert shares([[SPRING, AUTUMN]], -1)[0] == pytest.approx([0.8 / 5.4] * 3 + [0] * 6 + [1 / 5.4] * 3, abs=1e-6)
    assert shares([[AUTUMN] + [SPRING, EVEN] * 3], -1) == shares([[SPRING, EVEN] * 3], -1)


def test_years_that_say_nothing_do_not_count() -> None:
    """Months missing, a year of zeros, and one in which months cancel; a year of costs counts, signs and all."""
    gap = [math.nan, *SPRING[1:]]
    cancelling = [9.0, -8.0, *[0.0] * 10]
    costs = [-value for value in SPRING]

    found = learn_shapes(
        np.array([[AUTUMN, gap, [0.0] * 12, cancelling, [math.inf, *EVEN[1:]]], [costs] * 5]), parents(-1, -1)
    )

    assert found.years.tolist() == [1, 5]
    assert found.shares.round(6).tolist() == shares_of([AUTUMN, SPRING], 2).round(6).tolist()


def test_a_month_against_the_sign_of_the_year_has_no_share() -> None:
    assert shares([[[-1.0, 3, 3, *[0.0] * 9]]], -1) == [[0, 0.5, 0.5, *[0] * 9]]


def test_business_in_another_month_each_year_is_not_trimmed_to_nothing() -> None:
    years = [[12.0 if month == year else 0.0 for month in range(12)] for year in range(4)]

    weights = np.array([0.8**3, 0.8**2, 0.8, 1])
    assert shares([years], -1)[0][:4] == pytest.approx((weights / weights.sum()).tolist(), abs=1e-6)


def test_no_years_at_all_are_straight() -> None:
    found = learn_shapes(np.zeros((2, 0, 12)), parents(-1, 0))

    assert found.shares.tolist() == [[1 / 12] * 12] * 2
    with pytest.raises(ValueError, match=r"is none of 1 units by year and month$"):
        learn_shapes(np.zeros((2, 1, 12)), parents(-1))


def error(shapes: Floats, actual: Floats) -> float:
    """Sum over units and months of what was phased into another month, in percent of the amounts."""
    total = actual.sum(axis=1, keepdims=True)
    return float(np.abs(actual - total * shapes).sum() / total.sum() * 100)


@pytest.mark.skipif(not TRIAL, reason="HEADROPE_TRIAL_DATA names no folder of trial data")
@pytest.mark.parametrize("panel", ["swiss", "retail", "tourism", "pbs_cost", "pbs_scripts"])
def test_on_real_panels_the_learnt_shape_is_nearer_than_last_years_and_than_straight(panel: str) -> None:
    """Each year phased from the years before it, from the third on, given what the year came to."""
    held = np.load(Path(str(TRIAL)) / "panels" / f"{panel}.npz")
    parent, count = held["parent"].astype(np.int32), len(held["parent"])
    years = held["Y"].T[:, : len(held["Y"]) // 12 * 12].reshape(count, -1, 12)
    alive = years.sum(axis=2) > 0
    learnt, last, straight = [], [], []
    for year in range(2, years.shape[1]):
        before = alive[:, year - 1] & alive[:, year]
        actual = years[before, year]
        learnt.append(error(learn_shapes(years[:, :year], parent).shares[before], actual))
        last.append(error(shares_of(years[before, year - 1], int(before.sum())), actual))
        straight.append(error(np.full((1, 12), 1 / 12), actual))

    assert statistics.fmean(learnt) < statistics.fmean(last)
    assert statistics.fmean(learnt) < 0.75 * statistics.fmean(straight)
