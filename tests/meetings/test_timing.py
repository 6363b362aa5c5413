"""How long each clock has run: golden cases, and that no moment is lost or counted twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from headrope.meetings.timing import Step, Turn, turns

NINE = datetime(2023, 7, 14, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def test_clock_runs_from_the_first_move_to_the_next() -> None:
    steps = [Step(1, True, at(0)), Step(2, True, at(360)), Step(2, False, at(400)), Step(2, True, at(460)), Step(1, False, at(470))]  # fmt: skip

    assert turns(steps) == {
        1: Turn(at(0), at(360), 360_000),
        2: Turn(at(360), at(470), 50_000),
    }


def test_clock_that_still_runs_has_not_ended() -> None:
    assert turns([Step(1, True, at(0)), Step(1, True, at(60))]) == {1: Turn(at(0), None, 60_000)}


def test_unit_that_is_only_shown_has_no_turn() -> None:
    assert turns([Step(None, False, at(0)), Step(3, False, at(9))]) == {}


@given(st.lists(st.tuples(st.sampled_from([None, 1, 2, 3]), st.booleans(), st.integers(0, 90_000)), max_size=20))
def test_all_turns_together_are_the_time_in_which_any_clock_ran(rows: list[tuple[int | None, bool, int]]) -> None:
    moments = []
    now = 0
    for item, running, later in rows:
        now += later
        moments.append(Step(item, running, NINE + timedelta(milliseconds=now)))

    ran = sum(later for (item, running, _), (_item, _running, later) in pairwise(rows) if running and item is not None)
    found = turns(moments)
    assert sum(turn.spent for turn in found.values()) == ran
    assert all(turn.ended is None or turn.ended >= turn.started for turn in found.values())
