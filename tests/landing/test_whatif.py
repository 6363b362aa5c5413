"""What if: amounts go up by shares, odds follow by the arithmetic of the t distribution, nothing else moves; refusals."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrope.core.landing.recovering import moved, odds
from headrope.landing.runs.queries import Run, landed
from headrope.landing.whatif import Change, what_if
from headrope.landing.whatif import standing as standing_of
from headrope.org.queries import unit_ids
from tests.landing.test_command import group as group
from tests.landing.test_command import source as source
from tests.landing.test_runs import june as june
from tests.landing.test_runs import landed_place as landed_place
from tests.landing.test_runs import measure


def changes(*given: tuple[str, str, float]) -> list[Change]:
    ids = unit_ids()
    return [Change(ids[unit], measure(code), amount) for unit, code, amount in given]


def test_an_amount_moves_its_unit_and_all_above(june: Run) -> None:
    ids, revenue = unit_ids(), measure("REV")

    found = what_if(june, changes(("A1", "REV", 250_000)))

    assert not found.problems
    assert {unit for unit, _ in found.effects} == {ids["A1"], ids["A"], ids["G"]}
    for effect in found.effects.values():
        assert effect.by == 250_000
        assert effect.after.point - effect.before.point == 25_000_000  # cents
        assert effect.after.high80 - effect.after.low80 == pytest.approx(effect.before.high80 - effect.before.low80)
        assert (effect.after.scale, effect.after.target) == (effect.before.scale, effect.before.target)
    group = found.effects[ids["A1"], revenue]
    held = standing_of(group.before, june.measures[revenue])
    assert held is not None
    assert group.before.odds.value == pytest.approx(odds(held).value, abs=1e-9)
    assert group.after.odds.value == pytest.approx(odds(moved(held, 250_000)).value, abs=1e-9)
    assert group.after.odds.value > group.before.odds.value


def test_the_whole_gap_makes_it_even(june: Run) -> None:
    ids, revenue = unit_ids(), measure("REV")
    row = landed(june, [ids["C"]], [revenue])[ids["C"], revenue]

    found = what_if(june, changes(("C", "REV", row.target - row.account)))

    assert found.effects[ids["C"], revenue].after.odds.value == pytest.approx(0.5, abs=1e-6)


def test_more_of_what_should_be_little_lowers_the_odds(june: Run) -> None:
    ids, cost = unit_ids(), measure("COST")

    effect = what_if(june, changes(("A2", "COST", 1_000_000))).effects[ids["G"], cost]

    assert effect.after.odds.value < effect.before.odds.value


def test_changes_add_up(june: Run) -> None:
    ids, revenue = unit_ids(), measure("REV")

    both = what_if(june, changes(("A1", "REV", 300_000), ("C", "REV", -100_000)))

    by = {unit: effect.by for (unit, _), effect in both.effects.items()}
    assert by == {ids["A1"]: 300_000, ids["A"]: 300_000, ids["C"]: -100_000, ids["G"]: 200_000}
    assert both.effects[ids["G"], revenue].after.account == pytest.approx(
        both.effects[ids["G"], revenue].before.account + 200_000
    )


def test_the_path_takes_the_amount_evenly(june: Run) -> None:
    effect = what_if(june, changes(("G", "REV", 60.0))).effects[unit_ids()["G"], measure("REV")]

    added = [after - before for before, after in zip(effect.before.path, effect.after.path, strict=True)]

    assert added == pytest.approx([0, 0, 0, 0, 0, 0, 10, 20, 30, 40, 50, 60], abs=1e-6)


def test_untold_odds_stay_a_range(june: Run) -> None:
    ids, revenue = unit_ids(), measure("REV")

    effect = what_if(june, changes(("N", "REV", 100_000))).effects[ids["N"], revenue]

    assert effect.after.odds.value is None
    assert effect.after.odds.low > effect.before.odds.low


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(-10_000, 10_000), min_size=1, max_size=4))
def test_effects_are_coherent(june: Run, amounts: list[float]) -> None:
    ids, revenue = unit_ids(), measure("REV")
    units = ("A1", "A2", "C", "N")

    found = what_if(june, changes(*((unit, "REV", amount) for unit, amount in zip(units, amounts, strict=False))))

    by = {unit: effect.by for (unit, _), effect in found.effects.items()}
    leaves = sum(by.get(ids[unit], 0.0) for unit in units)
    assert by.get(ids["G"], 0.0) == pytest.approx(leaves, abs=1e-6)
    assert by.get(ids["A"], 0.0) == pytest.approx(by.get(ids["A1"], 0.0) + by.get(ids["A2"], 0.0), abs=1e-6)
    assert all(measure_id == revenue for _, measure_id in found.effects)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("G", "RATE", 0.01), "A ratio cannot be given an amount."),
        (("G", "REV", float("nan")), "The amount is no number, or too large."),
        (("G", "REV", 1e18), "The amount is no number, or too large."),
        (("A1", "REV", -1e9), "Less than what has come already is left of it."),
    ],
)
def test_what_cannot_be_asked_is_refused(june: Run, asked: tuple[str, str, float], message: str) -> None:
    found = what_if(june, changes(asked))

    assert {problem.message for problem in found.problems} == {message}
    assert not found.effects


def test_units_and_measures_that_are_not_landed_are_refused(june: Run) -> None:
    ids = unit_ids()

    found = what_if(june, [Change(ids["G"], 99, 1.0), Change(ids["E"], measure("REV"), 1.0)])

    assert [problem.message for problem in found.problems] == [
        "The run has not landed this measure.",
        "Nothing is said of this unit's year.",
    ]
