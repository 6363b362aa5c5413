"""The months ahead make the landing and add up."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing.history import Kind
from headrope.core.landing.landing import Options, land
from headrope.core.landing.monthly import months
from headrope.core.landing.parts import cut
from headrope.core.landing.questions import ground_of
from headrope.core.landing.smoothing import paths
from headrope.core.rollup import add_up

from .test_landing import GROUP, PARENT, figures, group


@pytest.mark.parametrize("loss", [0.0, 100.0])
def test_months_of_a_flow_sum_to_the_rest_and_add_up(loss: float) -> None:
    history = group()._replace(values=figures(5.5) - loss, non_negative=not loss)
    landing = land(history, GROUP)

    found = months(ground_of(history, GROUP), landing.step)

    assert found.shape == (8, 6)
    assert found.sum(axis=1).tolist() == pytest.approx(landing.rest.tolist())
    own = np.where(np.diff(GROUP.first)[:, None] == 0, found, 0.0)
    assert add_up(own, PARENT).ravel().tolist() == pytest.approx(found.ravel().tolist())


def test_a_flow_keeps_its_season() -> None:
    landing = land(group(), GROUP)

    found = months(ground_of(group(), GROUP), landing.step)

    made = paths(group(), cut(group(), GROUP), 5)
    shape = made.theta[6] + made.holt[6]
    assert (found[6] / found[6].sum()).tolist() == pytest.approx((shape / shape.sum()).tolist())
    assert (found >= 0).all()


def test_a_stock_ends_at_its_landing() -> None:
    history = group(kind=Kind.STOCK)
    landing = land(history, GROUP)

    found = months(ground_of(history, GROUP), landing.step)

    assert found[:, -1].tolist() == pytest.approx(landing.full.tolist())


def test_shares_weigh_what_goes_up() -> None:
    shares = np.array([1, 0.5, 1, 1, 1, 1, 1, 1])
    options = Options(shares)
    landing = land(group(), GROUP, options=options)

    found = months(ground_of(group(), GROUP, options=options), landing.step)

    assert found[0].tolist() == pytest.approx((0.5 * found[1] + found[2]).tolist())
    assert found[0].sum() == pytest.approx(landing.rest[0])


def test_a_year_that_is_over_has_no_months() -> None:
    history = group()._replace(values=figures(6), origin=12)

    assert months(ground_of(history, GROUP), land(history, GROUP).step).shape == (8, 0)
