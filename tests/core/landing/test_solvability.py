"""What keeps forecasts from being reconciled: all of it at once, each unit once, by its code."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing.base_forecasts import BaseForecasts, Dependence
from headrope.core.landing.correlated import reconcile_correlated
from headrope.core.landing.reconciling import reconcile
from headrope.core.landing.solvability import problems

from .test_reconciling import column, rows

NONE = np.inf
TREE = rows(-1, 0, 0, 1, 1, 2, 2)
NAMES = ["G", "A", "AB", "A1", "A11", "AB1", "AB2"]
"""
G
  A
    A1
    A11
  AB
    AB1
    AB2
"""


def told(values: list[float], variances: list[float], shares: list[float] | None = None) -> list[str]:
    base = BaseForecasts(column(*values), column(*variances), None if shares is None else np.array(shares))
    return [str(problem) for problem in problems(TREE, base, NAMES)]


def test_nothing_is_wrong() -> None:
    assert told([7, 6, 5, 4, 3, 2, 1], [0, NONE, 1, 1, NONE, 0, NONE]) == []


def test_bad_numbers_are_told_together_and_before_what_follows_from_them() -> None:
    found = told([7, np.nan, 5, 4, 3, 2, 1], [NONE, 1, -1, NONE, NONE, np.nan, 1], [1, 1, 1, 1, 1, -1, 1])

    variance = "Give a number from 0 upwards: 0 for a unit that is held, infinity for one without a forecast."
    assert found == [
        f"AB: The variance of the forecast is -1.0. {variance}",
        f"AB1: The variance of the forecast is nan. {variance}",
        "A: The forecast is nan. Give a finite number, or say by an infinite variance that there is no forecast.",
        "AB1: The share in the superior unit is -1.0. Give a number from 0 upwards.",
    ]


def test_a_gap_is_told_where_it_is_and_not_again_above() -> None:
    found = told([7, 6, 5, 4, 3, 2, 1], [1, NONE, NONE, NONE, NONE, NONE, 1])

    remedy = "Give a forecast for all of them but one, or hold them."
    assert found == [f"A: Of the units below, 2 have no forecast: A1, A11. {remedy}"]


def test_gaps_of_two_units_meet_above() -> None:
    found = told([7, 6, 5, 4, 3, 2, 1], [1, NONE, NONE, 1, NONE, NONE, 1])

    remedy = "Give a forecast for all of them but one, or hold them."
    assert found == [f"G: Of the units below, 2 have no forecast: A, AB. {remedy}"]


def test_a_unit_that_counts_for_nothing_cannot_follow_from_its_superior() -> None:
    found = told([7, 6, 5, 4, 3, 2, 1], [1, 1, 1, 1, NONE, 1, 1], [1, 1, 1, 1, 0, 1, 1])

    assert found == [
        "A11: There is no forecast, and the unit counts for nothing in its superior unit. Give a forecast."
    ]


def test_holds_clash_also_across_tiers_and_beside_gaps() -> None:
    found = told([9, 6, 5, 4, 3, 2, 1], [0, 1, 0, 0, 0, 0, 0])

    remedy = "Release one of them, or make the holds add up."
    assert found == [
        f"AB: The unit is held at 5.0, but the units below it are held and make 3.0. {remedy}",
        f"G: The unit is held at 9.0, but the units below it are held and make 12.0. {remedy}",
    ]


def test_each_column_has_its_own_gaps_and_holds() -> None:
    values, variances = np.ones((7, 2)), np.ones((7, 2))
    variances[3:5, 1] = NONE
    gap = problems(TREE, BaseForecasts(values, variances), NAMES)
    variances[[1, 3, 4], 1] = 0
    clash = problems(TREE, BaseForecasts(values, variances), NAMES)

    assert [(each.where, each.values) for each in gap] == [("A", {"count": 2, "units": "A1, A11"})]
    assert [(each.where, each.values) for each in clash] == [("A", {"held": 1.0, "total": 2.0})]


@pytest.mark.parametrize("off", [1e-7, -1e-3])
def test_holds_that_are_a_little_apart_clash(off: float) -> None:
    base = BaseForecasts(column(7 + off, 3, 4), column(0, 0, 0))

    for run in (lambda: reconcile(rows(-1, 0, 0), base), lambda: reconcile_correlated(rows(-1, 0, 0), base, NOTHING)):
        with pytest.raises(ValueError, match="row 0: The unit is held at"):
            run()


NOTHING = Dependence.none(rows(-1, 0, 0))


def test_all_that_is_wrong_is_counted() -> None:
    base = BaseForecasts(column(1, 2, 3), column(-1, -1, -1))

    with pytest.raises(ValueError, match=r"^row 0: .* \(2 more\)$"):
        reconcile(rows(-1, 0, 0), base)
