"""The way to a landing: widths that grow to the year's, ranges about the path, never below what is possible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.landing.fans import fan, widths


def test_half_of_the_variance_grows_evenly_and_half_with_the_square() -> None:
    assert widths(4, 4) == pytest.approx([(0.5 * (p + p * p)) ** 0.5 for p in (0.25, 0.5, 0.75, 1.0)])


@given(st.integers(1, 12), st.data())
def test_what_is_known_has_no_width_and_the_last_step_has_all(steps: int, data: st.DataObject) -> None:
    left = data.draw(st.integers(1, steps))

    found = widths(steps, left)

    assert found[: steps - left] == [0.0] * (steps - left)
    assert found[-1] == 1.0
    assert found == sorted(found)


def test_a_year_that_is_over_has_no_width_at_all() -> None:
    assert widths(12, 0) == [0.0] * 12


def test_ranges_end_in_those_of_the_year() -> None:
    found = fan([10.0, 20.0, 50.0, 80.0], 2, (60.0, 70.0, 95.0, 100.0), None)

    assert found[-1] == (80.0, 60.0, 70.0, 95.0, 100.0)
    assert found[1] == (20.0, 20.0, 20.0, 20.0, 20.0)
    width = (0.5 * (0.5 + 0.25)) ** 0.5
    assert found[2] == pytest.approx((50.0, 50 - 20 * width, 50 - 10 * width, 50 + 15 * width, 50 + 20 * width))


def test_the_fan_stays_above_what_has_come() -> None:
    found = fan([30.0, 31.0, 32.0], 2, (30.0, 30.5, 35.0, 40.0), 30.0)

    assert [step.low80 for step in found] == [30.0, 30.0, 30.0]
