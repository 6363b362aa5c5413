"""Scenarios move the rest of the year of some units and, exactly, everything above them."""

from __future__ import annotations

import numpy as np
import pytest

from headrope.core.landing.landing import Aims, Options, land
from headrope.core.landing.reasons import Reason
from headrope.core.landing.scenarios import Adjustment, leaves, touched

from .test_landing import GROUP, group


def adjusted(*adjustments: Adjustment, held: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Rests and scales with these adjustments, less and over those without."""
    free = land(group(), GROUP, Aims(held=held))
    found = land(group(), GROUP, Aims(held=held), Options(adjustments=adjustments))
    return found.rest - free.rest, found.scale / np.where(free.scale > 0, free.scale, 1)


def test_leaves_and_what_they_move() -> None:
    assert np.flatnonzero(leaves(GROUP, [2, 3])).tolist() == [3, 5, 6, 7]
    assert np.flatnonzero(touched(GROUP, [Adjustment((3,))])).tolist() == [0, 1, 3]


def test_a_factor_moves_the_units_and_those_above() -> None:
    free = land(group(), GROUP)

    more, wider = adjusted(Adjustment((2,), factor=1.1))

    assert more[5:].tolist() == pytest.approx((0.1 * free.rest[5:]).tolist())
    assert more[[0, 2]].tolist() == pytest.approx([0.1 * free.rest[2]] * 2)
    assert more[[1, 3, 4]].tolist() == pytest.approx([0.0] * 3, abs=1e-9)
    assert wider[5:].tolist() == pytest.approx([1.1] * 3, rel=0.02)


def test_an_amount_is_spread_by_size_and_changes_no_spread() -> None:
    free = land(group(), GROUP)

    more, wider = adjusted(Adjustment((1,), amount=70.0))

    assert more[[0, 1]].tolist() == pytest.approx([70.0, 70.0])
    assert more[3] / more[4] == pytest.approx(free.rest[3] / free.rest[4])
    assert wider.tolist() == pytest.approx([1.0] * 8)


def test_one_after_the_other() -> None:
    free = land(group(), GROUP)

    more, _ = adjusted(Adjustment((3,), factor=2.0), Adjustment((3,), factor=1.0, amount=5.0))

    assert more[3] == pytest.approx(free.rest[3] + 5)


def test_a_unit_that_stops_has_no_spread() -> None:
    free = land(group(), GROUP)

    more, wider = adjusted(Adjustment((7,), factor=0.0))

    assert more[7] == pytest.approx(-free.rest[7])
    assert wider[7] == 0


def test_what_is_held_stays() -> None:
    held = np.full(8, np.nan)
    held[7] = 3000.0

    more, _ = adjusted(Adjustment((2,), factor=1.2), held=held)

    assert more[7] == pytest.approx(0.0, abs=1e-9)
    assert more[5] > 0


def test_shares_weigh_what_goes_up() -> None:
    shares = np.array([1, 1, 0.5, 1, 1, 1, 1, 0.25])
    free = land(group(), GROUP, options=Options(shares))

    found = land(group(), GROUP, options=Options(shares, [Adjustment((7,), amount=80.0)]))

    assert (found.rest - free.rest)[[7, 2, 0]].tolist() == pytest.approx([80.0, 20.0, 10.0])
    asked = found.step.base.values[:, 0] - free.rest
    assert asked[[7, 2, 0]].tolist() == pytest.approx([80.0, 20.0, 10.0])


def test_moved_rows_are_marked() -> None:
    found = land(group(), GROUP, options=Options(adjustments=[Adjustment((3,), 1.1)]))

    assert [bool(each & Reason.ADJUSTED) for each in found.reasons] == [True, True, False, True, *[False] * 4]


def test_a_scenario_needs_numbers() -> None:
    with pytest.raises(ValueError, match=r"^a scenario needs finite numbers, not nan and 0.0$"):
        land(group(), GROUP, options=Options(adjustments=[Adjustment((3,), np.nan)]))
