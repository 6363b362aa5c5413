"""Joint questions keep each row's own probability and the dependence between rows."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing.joint import how_many
from headrope.core.landing.landing import Aims, land
from headrope.core.landing.questions import ground_of, hits, recovered
from headrope.core.landing.sampling import Draws

from .test_landing import GROUP, group

AIMS = Aims(land(group(), GROUP).full * np.linspace(0.95, 1.05, 8))


@pytest.mark.parametrize("more", [True, False])
@pytest.mark.parametrize("freedom", [None, 7.0])
def test_draws_land_as_often_as_the_odds_say(more: bool, freedom: float | None) -> None:
    aims = AIMS._replace(more=more)
    landing = land(group(), GROUP, aims)

    drawn = hits(ground_of(group(), GROUP, aims), landing.step, aims, Draws(20_000, np.random.default_rng(1), freedom))

    assert drawn.mean(axis=1).tolist() == pytest.approx(landing.odds.tolist(), abs=0.02)


def test_draws_of_a_unit_lifted_to_its_floor_have_its_odds_too() -> None:
    """A family of which one child is nearly nothing and the others were far too high."""
    history = group()
    history.values[7] = np.where(np.arange(66) % 12 < 6, 5.0, 0.01)
    landing = land(history, GROUP)
    step = landing.step._replace(mean=np.where(np.arange(8) == 7, landing.step.mean + 30, landing.step.mean))
    aims = Aims(landing.known + step.mean)

    drawn = hits(ground_of(history, GROUP), step, aims, Draws(5000, np.random.default_rng(1)))

    assert drawn.mean(axis=1).tolist() == pytest.approx([0.5] * 8, abs=0.03)


def test_the_number_that_lands_has_the_mean_of_the_odds_and_more_spread_than_chance() -> None:
    landing = land(group(), GROUP, AIMS)

    drawn = hits(ground_of(group(), GROUP), landing.step, AIMS, Draws(20_000, np.random.default_rng(1)))

    likely = how_many(drawn, slice(3, 8))
    mean = likely @ np.arange(6)
    spread = likely @ (np.arange(6) - mean) ** 2
    alone = landing.odds[3:] * (1 - landing.odds[3:])
    assert mean == pytest.approx(landing.odds[3:].sum(), abs=0.05)
    assert spread > 1.05 * alone.sum()


def test_sure_things_are_sure_in_every_draw() -> None:
    aims = Aims(np.full(8, 1.0))
    landing = land(group(), GROUP, aims)

    drawn = hits(ground_of(group(), GROUP), landing.step, aims, Draws(100, np.random.default_rng(1)))

    assert drawn.all()
    assert not hits(ground_of(group(), GROUP), landing.step, Aims(), Draws(10, np.random.default_rng(1))).any()


def test_a_recovery_is_sure_where_nothing_can_be_lost() -> None:
    landing = land(group(), GROUP)
    aims = Aims(landing.known + 40.0)

    found = recovered(ground_of(group(), GROUP), land(group(), GROUP, aims), aims, (7, 50.0))

    assert found[7] == 1.0


def test_a_recovery_moves_its_unit_and_those_above() -> None:
    landing = land(group(), GROUP, AIMS)

    found = recovered(ground_of(group(), GROUP), landing, AIMS, (7, 50.0))

    assert found[[0, 2, 7]].tolist() > landing.odds[[0, 2, 7]].tolist()
    assert found[[1, 3, 4, 5, 6]].tolist() == landing.odds[[1, 3, 4, 5, 6]].tolist()
    higher = land(group(), GROUP, Aims(AIMS.targets - np.array([50, 0, 50, 0, 0, 0, 0, 50.0])))
    assert found.tolist() == pytest.approx(higher.odds.tolist())
