"""Naive landings and other ways held against what came: by hand, and what holds for all figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.landing.history import Kind
from headrope.core.landing.lights import last_share, same_pace
from headrope.core.landing.naive import Tried, compare

NAN = np.nan
FIGURES = st.one_of(st.integers(-(10**12), 10**12).map(float), st.just(NAN))
ROWS = 7


@st.composite
def cases(draw: st.DrawFn) -> tuple[Numbers, list[Numbers]]:
    """What came of seven units, and one to four ways."""
    count = draw(st.integers(1, 4))
    found = [draw(arrays(np.float64, ROWS, elements=FIGURES)) for _ in range(count + 1)]
    return found[0], found[1:]


def test_three_ways_by_hand() -> None:
    """Of four units, after half of the year; the last was founded this year, the third has no plan.

    unit  so far  last year: so far, rest  came   twice   share           plan
    A         40               50      50   100      80   40+40 =  80      90
    B         10               20      60    60      20   10+30 =  40      66
    C          5                5       5    12      10    5+ 5 =  10       -
    D          3                -       -     9       6        -           10
    """
    known, came = np.array([40.0, 10, 5, 3]), np.array([100.0, 60, 12, 9])
    before, after = np.array([50.0, 20, 5, NAN]), np.array([50.0, 60, 5, NAN])
    plan = np.array([90.0, 66, NAN, 10])

    found = compare(came, [same_pace(known, 0.5, Kind.FLOW), last_share(known, before, after, Kind.FLOW), plan])

    assert found.counted.tolist() == [True, True, False, False]
    assert (found.came, found.having) == (160.0, (4, 3, 3))
    assert found.ways == (
        Tried(100.0, -60 / 160, 60 / 160),
        Tried(120.0, -40 / 160, 40 / 160),
        Tried(156.0, -4 / 160, 16 / 160),
    )


def test_a_way_that_few_have_is_left_out_and_takes_no_unit_along() -> None:
    came = np.array([10.0, 10, 10, 10, NAN])

    found = compare(came, [np.array([9.0, 9, 9, 9, 9]), np.array([10.0, NAN, NAN, NAN, 10])])

    assert found.counted.tolist() == [True] * 4 + [False]
    assert found.having == (4, 1)
    assert found.ways == (Tried(36.0, -0.1, 0.1), None)


def test_nothing_is_compared_where_nobody_has_an_outcome_or_ways_have_no_unit_in_common() -> None:
    none_ = compare(np.array([NAN, NAN]), [np.array([1.0, 2.0])])
    apart = compare(np.array([1.0, 2.0]), [np.array([1.0, NAN]), np.array([NAN, 2.0])])

    assert (none_.came, none_.having, none_.ways) == (0.0, (0,), (None,))
    assert (apart.came, apart.having, apart.ways) == (0.0, (1, 1), (None, None))
    assert not none_.counted.any() and not apart.counted.any()


def test_errors_are_no_share_of_nothing() -> None:
    (way,) = compare(np.array([0.0]), [np.array([3.0])]).ways

    assert way is not None and way.total == 3 and np.isnan(way.off) and np.isnan(way.wape)


def test_a_stock_stays_or_changes_as_last_year() -> None:
    known = np.array([70.0])

    assert same_pace(known, 0.25, Kind.STOCK).tolist() == [70]
    assert last_share(known, np.array([50.0]), np.array([-8.0]), Kind.STOCK).tolist() == [62]


def test_last_year_that_was_below_zero_by_then_gives_its_rest() -> None:
    found = last_share(np.array([6.0, 6.0]), np.array([-2.0, 0.0]), np.array([9.0, 9.0]), Kind.FLOW)

    assert found.tolist() == [15, 15]


def test_before_the_year_has_begun_there_is_no_pace() -> None:
    assert np.isnan(same_pace(np.array([0.0]), 0.0, Kind.FLOW)).all()


@given(cases())
def test_units_never_err_less_than_their_total(given: tuple[Numbers, list[Numbers]]) -> None:
    """|sum of errors| is at most the sum of |errors|."""
    for way in compare(*given).ways:
        if way is not None and not np.isnan(way.wape):
            assert abs(way.off) <= way.wape * (1 + 1e-9) + 1e-9


@given(cases(), st.integers(-20, 20), st.permutations(range(ROWS)))
def test_neither_the_unit_of_account_nor_the_order_matters(
    given: tuple[Numbers, list[Numbers]], power: int, order: list[int]
) -> None:
    came, ways = given
    scale = 2.0**power

    plain = compare(came, ways)
    other = compare(came[order] * scale, [way[order] * scale for way in ways])

    assert other.counted.tolist() == plain.counted[order].tolist()
    assert other.having == plain.having
    for a, b in zip(plain.ways, other.ways, strict=True):
        assert (a is None) == (b is None)
        if a is not None and b is not None:
            assert b.total == pytest.approx(a.total * scale, rel=1e-9, abs=1e-3 * scale)
            assert (b.off, b.wape) == pytest.approx((a.off, a.wape), rel=1e-9, abs=1e-6, nan_ok=True)


@given(cases())
def test_who_is_left_out_changes_nothing_and_who_counts_has_everything(given: tuple[Numbers, list[Numbers]]) -> None:
    came, ways = given
    found = compare(came, ways)
    taken = [way for way, tried in zip(ways, found.ways, strict=True) if tried is not None]

    assert not np.isnan(came[found.counted]).any()
    assert not any(np.isnan(way[found.counted]).any() for way in taken)
    if taken:
        alone = compare(came[found.counted], [way[found.counted] for way in taken])
        assert alone.came == pytest.approx(found.came)
        assert list(alone.ways) == [tried for tried in found.ways if tried is not None] or np.isnan(alone.ways[0].wape)  # type: ignore[union-attr]


@given(arrays(np.float64, ROWS, elements=st.floats(0.5, 1e6)), st.floats(0.1, 0.9))
def test_an_even_year_is_landed_exactly_by_pace_and_by_share(year: Numbers, part: float) -> None:
    known = year * part

    assert same_pace(known, part, Kind.FLOW) == pytest.approx(year)
    assert last_share(known, known * 3, (year - known) * 3, Kind.FLOW) == pytest.approx(year)
