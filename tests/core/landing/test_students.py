"""Student's t against closed forms, printed tables and itself."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrope.core.landing.students import above, quantile

values = st.floats(-50, 50)


@given(values)
def test_one_degree_is_the_cauchy_distribution(value: float) -> None:
    expected = 0.5 - math.atan(value) / math.pi

    assert above(np.array(value), np.array(1.0)).item() == pytest.approx(expected, rel=1e-10, abs=1e-14)


@given(values)
def test_two_degrees_have_a_closed_form(value: float) -> None:
    root = math.sqrt(2 + value * value)
    expected = 0.5 - value / (2 * root) if value < 0 else 1 / (root * (root + value))

    assert above(np.array(value), np.array(2.0)).item() == pytest.approx(expected, rel=1e-10)


@given(st.floats(-6, 6))
def test_many_degrees_are_nearly_normal(value: float) -> None:
    assert above(np.array(value), np.array(1000.0)).item() == pytest.approx(1 - NormalDist().cdf(value), abs=1e-3)


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 3.077684), (2, 1.885618), (4, 1.533206), (12, 1.356217), (30, 1.310415), (120, 1.288646)],
)
def test_upper_tenths_are_those_of_printed_tables(freedom: float, expected: float) -> None:
    assert quantile(np.array([0.9, 0.1]), np.full(2, freedom)).tolist() == pytest.approx(
        [expected, -expected], abs=1e-6
    )


@settings(max_examples=25)
@given(st.floats(0.001, 0.999), st.floats(0.5, 200))
def test_a_quantile_has_its_probability_above_it(probability: float, freedom: float) -> None:
    found = quantile(np.array(probability), np.array(freedom))

    assert 1 - above(found, np.array(freedom)).item() == pytest.approx(probability, abs=1e-11)


def test_ends_and_unknown_values() -> None:
    found = above(np.array([np.inf, -np.inf, 0.0, np.nan]), np.array(5.0))

    assert found[:3].tolist() == [0.0, 1.0, 0.5]
    assert math.isnan(found[3])


@given(st.lists(values, min_size=2, max_size=5), st.floats(0.5, 100))
def test_the_tail_falls(several: list[float], freedom: float) -> None:
    found = above(np.sort(several), np.array(freedom))

    assert (np.diff(found) <= 0).all()
    assert ((found >= 0) & (found <= 1)).all()
