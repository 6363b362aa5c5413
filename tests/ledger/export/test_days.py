"""One day is the grain of an export."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.units import ALWAYS, FOREVER
from headrope.ledger.export.days import first_day, last_day, new_each_day


def test_several_values_of_a_day_come_out_as_the_last_of_them() -> None:
    said = [("d1", 1), ("d1", 2), ("d2", 3), ("d2", 2), ("d3", 4), ("d4", 4)]

    assert list(new_each_day(said, nothing=0)) == [("d1", 2), ("d3", 4)]


def test_what_ends_its_first_day_as_nothing_is_no_row() -> None:
    assert list(new_each_day([("d1", 5), ("d1", 0), ("d2", 6), ("d3", 0)], nothing=0)) == [("d2", 6), ("d3", 0)]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2))))
def test_what_holds_at_the_end_of_each_day_is_the_same(said: list[tuple[int, int]]) -> None:
    given_days = [(str(day), value) for day, value in sorted(said, key=lambda each: each[0])]

    found = list(new_each_day(given_days, nothing=0))

    for day in "01234":
        ends = [[value for at, value in rows if at <= day] for rows in (given_days, found)]
        assert ([0, *ends[0]][-1]) == ([0, *ends[1]][-1])


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (ALWAYS, "", None),
        (FOREVER, "9999-12-31", ""),
        (date(2023, 6, 1), "2023-06-01", "2023-05-31"),
    ],
)
def test_days_of_columns(day: date, first: str, last: str | None) -> None:
    assert first_day(day) == first
    assert last is None or last_day(day) == last
