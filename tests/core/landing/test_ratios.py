"""Ratios: from numerator and denominator that add up, never an average of averages."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing.history import History, Kind
from headrope.core.landing.landing import Aims, Options
from headrope.core.landing.ratios import land_ratio
from headrope.core.landing.reasons import Reason
from headrope.core.landing.scenarios import Adjustment
from headrope.core.tree_sums import Tree

from .test_landing import GROUP, LEAVES, figures, group

NAN = np.nan
RATIOS = np.array([0.2, 0.3, 0.1, 0.25, 0.6])[:, None]


def above(years: float = 6.5, noise: float = 0.02, kind: Kind = Kind.FLOW) -> History:
    """A numerator whose ratio to the group's figures is steady but for noise."""
    history = group(years, kind=kind)
    made = history.values.copy()
    rng = np.random.default_rng(9)
    made[LEAVES] *= RATIOS * np.exp(rng.normal(0, noise, made[LEAVES].shape))
    return history._replace(values=made)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_steady_ratio_is_landed_and_the_group_is_the_quotient_of_sums(kind: Kind) -> None:
    found = land_ratio(above(kind=kind), group(6.5, kind=kind), GROUP, Aims(np.full(8, 0.2)))

    assert found.full[LEAVES].tolist() == pytest.approx(RATIOS[:, 0].tolist(), rel=0.05)
    numerator, denominator = found.numerator.full, found.denominator.full
    assert found.full.tolist() == pytest.approx((numerator / denominator).tolist())
    assert numerator[0] == pytest.approx(numerator[LEAVES].sum())
    assert denominator[0] == pytest.approx(denominator[LEAVES].sum())
    assert ((found.low < found.full) & (found.full < found.high)).all()
    assert found.odds[[5, 4, 7]].tolist() == pytest.approx([0.0, 1.0, 1.0], abs=0.05) or found.odds[7] > 0.95


def test_a_ratio_is_surer_than_its_parts() -> None:
    found = land_ratio(above(), group(6.5), GROUP)

    assert found.scale[7] / found.full[7] < 0.7 * found.denominator.scale[7] / found.denominator.full[7]


def test_needed_is_what_the_rest_must_show() -> None:
    found = land_ratio(above(), group(6.5), GROUP, Aims(np.full(8, 0.3)))

    rest = found.denominator.rest
    reached = (found.numerator.known + found.needed * rest) / (found.denominator.known + rest)
    assert reached.tolist() == pytest.approx([0.3] * 8)


def test_a_ratio_moves_in_the_year_as_it_did_before() -> None:
    """Last year 0.2 in the first half and 0.3 in the second; this year 0.3 so far, so 0.4 is to come, or half-way to 0.3."""
    below = np.full((1, 18), 10.0)
    over = np.r_[[2.0] * 6, [3.0] * 6, [3.0] * 6][None]

    found = land_ratio(History(over, 6), History(below, 6), Tree.of(np.array([-1], np.int32)))

    assert found.rest.tolist() == pytest.approx([(0.4 + 0.5 * (0.3 + 0.4)) / 2])


def test_units_without_denominator_have_no_ratio() -> None:
    below = group(6.5)
    below.values[7] = 0.0

    found = land_ratio(above(), below, GROUP)

    assert np.isnan(found.full[7])
    assert found.reasons[7] & Reason.NO_FIGURES
    assert np.isfinite(found.full[:7]).all()


def test_few_cases_do_not_make_wild_ratios() -> None:
    below, wild = group(6.5), above()
    below.values[7, -1], wild.values[7, -1] = 0.001, 50.0

    found = land_ratio(wild, below, GROUP)

    assert found.full[7] < 3.0


def test_no_probability_before_three_past_years() -> None:
    found = land_ratio(above(2.5), group(2.5), GROUP, Aims(np.full(8, 0.2)))

    assert np.isnan(found.odds).all()
    assert np.isfinite(found.low).all()
    assert all(each & Reason.FEW_YEARS for each in found.reasons)


def test_the_first_year_has_the_ratio_to_date_and_no_range() -> None:
    found = land_ratio(above(0.5), group(0.5), GROUP)

    assert found.full.tolist() == pytest.approx(found.known.tolist(), rel=1e-6)
    assert np.isnan(found.scale).all()


def test_what_does_not_fit_together_is_refused() -> None:
    stock = group(6.5)._replace(kind=Kind.STOCK)
    with pytest.raises(ValueError, match=r"^numerator and denominator have the same kind and the same months$"):
        land_ratio(above(), stock, GROUP)
    with pytest.raises(ValueError, match=r"^numerator and denominator are landed at the same month$"):
        land_ratio(above(), History(figures(6.5), 6, year=6), GROUP)
    with pytest.raises(ValueError, match=r"^held figures, adjustments and extra forecasters belong to"):
        land_ratio(above(), group(6.5), GROUP, options=Options(adjustments=[Adjustment((1,), 2.0)]))
