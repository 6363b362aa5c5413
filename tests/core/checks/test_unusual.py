"""A change on the year before is unusual when it lies far from the middle of the past ones."""

from __future__ import annotations

from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.checks.asked import Entered
from headrope.core.checks.evaluation import find_doubts, prepare
from headrope.core.checks.figures import Figure
from headrope.core.periods import Period
from tests.core.checks.asking import JUNE, RULES, check, doubts, months_before, said

UNUSUAL = check("unusual", measures="STAFF", past="4")
SEASON = (10, 12, 90, 14, 8, 300, 7, 9, 11, 40, 13, 200)

series = st.lists(st.one_of(st.none(), st.integers(-60, 60)), min_size=12, max_size=60)
"""Earlier figures, the latest first; some are missing."""


def history(figures: list[int | None], period: Period = JUNE) -> dict[str, int | None]:
    """Earlier figures by name."""
    return {f"STAFF {name}": value for name, value in zip(months_before(len(figures), period), figures, strict=True)}


def usual(now: int, figures: list[int | None], least: int, limit: Fraction) -> tuple[Fraction, Fraction] | None:
    """The range again, from the formula of the robust z-score and another library's median; None without enough past."""

    def at(back: int) -> int | None:
        return now if back == 0 else figures[back - 1] if back <= len(figures) else None

    changes = {
        back: Fraction(late - early)
        for back in range(37)
        if (late := at(back)) is not None and (early := at(back + 12)) is not None
    }
    newest = changes.pop(0, None)
    if newest is None or len(changes) < least:
        return None
    middle = median(changes.values())
    away = [abs(change - middle) for change in changes.values()]
    mad = median(away)
    reach = (
        limit * mad / Fraction("0.6745") if mad else limit * Fraction("1.253314") * sum(away, Fraction(0)) / len(away)
    )
    return now - newest + middle - reach, now - newest + middle + reach


@given(st.integers(-200, 200) | st.just(10**6), series, st.integers(4, 12), st.sampled_from(["0.5", "2", "3.5"]))
def test_unusual_is_what_lies_outside_the_range_of_the_robust_z_score(
    now: int, figures: list[int | None], least: int, limit: str
) -> None:
    found = doubts(check("unusual", measures="STAFF", past=str(least), limit=limit), {"STAFF": now}, history(figures))

    usual_range = usual(now, figures, least, Fraction(limit))
    doubtful = usual_range is not None and not usual_range[0] <= now <= usual_range[1]
    assert [(each.values["low"], each.values["high"]) for each in found] == (
        [tuple(Figure(end, "STAFF") for end in usual_range)] if usual_range and doubtful else []
    )


def test_season_is_taken_out() -> None:
    """December has a thirtieth of the best month every year, and nobody is surprised; nine tenths of it would be odd."""
    figures: list[int | None] = [SEASON[-(back % 12)] * 10 + back % 3 for back in range(1, 40)]
    december = Period(2022 * 12 + 11, 1)

    steady, odd = (
        said(UNUSUAL, {"STAFF": now}, history(figures, december), period=december) for now in (SEASON[0] * 10, 2700)
    )

    assert (steady, len(odd)) == ([], 1)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (100 + 6, []),  # changes -1, 0, 1, 2, 3: middle 1, MAD 1, reach 3.5 / 0.6745 = 5.19
        (100 - 4, []),
        (100 + 7, ["107; by 5 past changes on the year before, 95.810971 to 106.189029 is usual."]),
        (100 - 5, ["95; by 5 past changes on the year before, 95.810971 to 106.189029 is usual."]),
    ],
)
def test_unusual_when_the_middle_half_tells(now: int, expected: list[str]) -> None:
    late, early = [99, 100, 101, 102, 103], [100] * 5
    figures = [*late, *[None] * 6, 100, *early]

    found = said(check("unusual", measures="STAFF", past="5"), {"STAFF": now}, history(figures))

    assert found == expected


@pytest.mark.parametrize(
    ("changes", "now", "tolerance", "doubtful"),
    [
        ([0] * 8, 0, "", False),  # never a change: the first one is doubtful,
        ([0] * 8, 1, "", True),
        ([0] * 8, 1, "1", False),  # unless it is tolerated
        ([0] * 8, 2, "1", True),
        ([0] * 7 + [8], 4, "", False),  # MAD 0, mean deviation 1: reach 3.5 * 1.253314 = 4.39
        ([0] * 7 + [8], 5, "", True),
    ],
)
def test_unusual_when_most_changes_are_alike(changes: list[int], now: int, tolerance: str, doubtful: bool) -> None:
    figures = [*(100 + change for change in changes), None, None, None, *[100] * 9]

    found = said(
        check("unusual", measures="STAFF", past="8", tolerance=tolerance), {"STAFF": 100 + now}, history(figures)
    )

    assert (found != []) == doubtful


def test_unusual_is_silent_without_enough_past() -> None:
    figures: list[int | None] = [0] * 15
    fewest, default = check("unusual", measures="STAFF", past="4"), check("unusual", measures="STAFF")

    assert said(fewest, {"STAFF": 99}, history(figures)) == []
    assert len(said(fewest, {"STAFF": 99}, history([*figures, 0]))) == 1
    assert said(default, {"STAFF": 99}, history([0] * 19)) == []
    assert len(said(default, {"STAFF": 99}, history([0] * 20))) == 1


def test_unusual_looks_back_on_36_periods_only() -> None:
    """Beyond them changes were wild; with them in, 5 more than a year ago would be nothing."""
    asked: set[str] = set()

    def earlier(measure: str, period: Period) -> int:
        asked.add(str(period))
        return 0

    found = find_doubts(prepare([UNUSUAL], RULES), Entered(JUNE, {"STAFF": 5}), earlier)

    assert (len(found), asked) == (1, set(months_before(48)))


def test_years_are_compared_with_the_year_before() -> None:
    year = Period(2023 * 12, 12)
    figures: list[int | None] = [100, 101, 100, 102, 101, 100]

    steady, wild = (said(UNUSUAL, {"STAFF": now}, history(figures, year), period=year) for now in (101, 150))

    assert (steady, len(wild)) == ([], 1)


@given(series, st.integers(-200, 200), st.integers(1, 10**9))
def test_unusual_does_not_depend_on_the_scale(figures: list[int | None], now: int, factor: int) -> None:
    larger = [None if value is None else value * factor for value in figures]

    found = said(UNUSUAL, {"STAFF": now}, history(figures))
    scaled = said(UNUSUAL, {"STAFF": now * factor}, history(larger))

    assert len(found) == len(scaled)


@given(st.integers(-200, 200) | st.just(10**6), series, st.integers(0, 40))
def test_unusual_is_the_same_for_tenths(now: int, figures: list[int | None], tolerance: int) -> None:
    """Figures with a decimal, held as floats, against the same figures as whole numbers."""
    wholes = check("unusual", measures="STAFF", past="4", tolerance=str(tolerance))
    tenths = check("unusual", measures="ENERGY", past="4", tolerance=f"{tolerance}/10")
    past = {name.replace("STAFF", "ENERGY"): v if v is None else v / 10 for name, v in history(figures).items()}

    expected = doubts(wholes, {"STAFF": now}, history(figures))
    found = doubts(tenths, {"ENERGY": now / 10}, past)

    assert [(each.values["low"].value * 10, each.values["high"].value * 10) for each in found] == [
        (each.values["low"].value, each.values["high"].value) for each in expected
    ]


@pytest.mark.parametrize(("now", "doubtful"), [(11.5, False), (9.5, False), (11.6, True), (9.4, True)])
def test_border_of_a_measure_with_decimals_is_inside(now: float, doubtful: bool) -> None:
    """All past changes are 0.5, and 1 is tolerated: a year ago there were 10."""
    figures: list[float | None] = [10.5, 10.5, 10.5, 10.5, *[None] * 7, *[10] * 5]
    past = {f"ENERGY {name}": value for name, value in zip(months_before(16), figures, strict=True)}

    found = said(check("unusual", measures="ENERGY", past="4", tolerance="1"), {"ENERGY": now}, past)

    assert (found != []) == doubtful
