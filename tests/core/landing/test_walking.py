"""Each step of the walk is made of what the modules beside it say, from earlier years."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing import weighing
from headrope.core.landing.calibrating import factors
from headrope.core.landing.dependence import estimate
from headrope.core.landing.history import Kind
from headrope.core.landing.landing import Aims, land
from headrope.core.landing.members import EQUAL, Scene, forecasts
from headrope.core.landing.parts import cut
from headrope.core.landing.smoothing import paths
from headrope.core.landing.walking import Ground, first_year, rests, walk

from .test_landing import GROUP, group

NAN = np.nan


@pytest.mark.parametrize("kind", list(Kind))
def test_base_forecasts_are_the_members_weighed_by_earlier_years(kind: Kind) -> None:
    history = group(8.5, kind=kind)
    parts = cut(history, GROUP)
    *_, step = walk(Ground(history, parts, GROUP), 2)

    members = {y: forecasts(Scene(history, parts, GROUP.parent, y), paths(history, parts, y)) for y in range(2, 9)}
    figures = np.abs(parts.full if kind is Kind.STOCK else parts.rest)
    sizes = {y: figures[y - 2 : y].mean(axis=0) for y in members}
    past = weighing.Past(
        np.stack([members[y] for y in range(2, 8)]), parts.rest[2:8], np.stack([sizes[y] for y in range(2, 8)])
    )
    expected, weights = weighing.weighed(members[8], sizes[8], past, GROUP.depth, EQUAL)

    assert step.base.values[:, 0].tolist() == pytest.approx(expected.tolist())
    assert step.weights.tolist() == pytest.approx(weights.tolist())
    assert np.abs(step.weights).max() > 0.001


def test_sisters_hang_together_as_estimated_and_as_usual() -> None:
    history = group(8.5)
    parts = cut(history, GROUP)
    ground = Ground(history, parts, GROUP)
    *_, step = walk(ground, 2)

    base = rests(ground)[2:8]
    found = estimate(GROUP, parts.rest[2:8] - base, step.base.variances[:, 0])

    assert step.dependence.sisters[1:].tolist() == pytest.approx((0.7 * found.sisters[1:] + 0.1).tolist())
    assert step.dependence.parent.tolist() == pytest.approx(found.parent.tolist())


def test_variances_follow_how_often_earlier_landings_were_right() -> None:
    history = group(12.5)
    parts = cut(history, GROUP)

    steps = list(walk(Ground(history, parts, GROUP), 2))

    squares = [(parts.rest[each.year] - each.mean) ** 2 / each.told for each in steps[:-1]]
    expected = factors(squares, steps[-1].freedom, GROUP.depth)
    assert (steps[-1].variance / steps[-1].told).tolist() == pytest.approx(expected.tolist())
    assert np.abs(expected - 1).max() > 0.01


def test_the_walk_begins_with_two_years_and_for_a_young_group_with_one() -> None:
    assert [first_year(years) for years in (0, 1, 2, 4, 5, 10, 30)] == [0, 1, 1, 1, 2, 2, 14]


def test_rests_are_the_base_forecasts_of_every_year() -> None:
    history = group(8.5)
    ground = Ground(history, cut(history, GROUP), GROUP)

    found = rests(ground)

    assert np.isnan(found[:2]).all()
    for step in walk(ground):
        assert found[step.year].tolist() == pytest.approx(step.base.values[:, 0].tolist())


def test_who_is_held_below_what_is_known_stays_there() -> None:
    """A figure of a non-negative measure may be taken back before the year ends."""
    held = np.full(8, NAN)
    held[7] = 50.0

    found = land(group(), GROUP, Aims(held=held))

    assert found.known[7] > 50
    assert found.full[7] == pytest.approx(50.0)
    assert found.full[2] == pytest.approx(found.full[5:].sum())


def test_a_superior_held_below_what_is_known_takes_it_from_its_units() -> None:
    held = np.full(8, NAN)
    held[2] = 100.0

    found = land(group(), GROUP, Aims(held=held))

    assert found.known[2] > 100
    assert found.full[2] == pytest.approx(100.0)
    assert found.full[5:].sum() == pytest.approx(100.0)
    assert (found.rest[3:5] > 0).all()
