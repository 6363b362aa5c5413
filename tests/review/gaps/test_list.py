"""The gap list of the small group, by hand (the figures stand in conftest.py)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.core.periods import parse
from headrope.core.scoring import SUMS, Tolerance
from headrope.review.defined.kinds import RULES
from headrope.review.gaps.actions import answer, ask
from headrope.review.gaps.given import Given
from headrope.review.gaps.owed import owed_answers
from headrope.review.gaps.place import place_of
from headrope.review.gaps.queries import GapList, gap_list
from headrope.review.queries import Question
from headrope.review.situation.heat import Shown, heat
from headrope.review.situation.states import STATES

from .conftest import HALF, NOON, Desk, months

STEP = 100


def said(found: GapList) -> list[tuple[str, str, str, float]]:
    """Measure, unit, state of the answer and how much is short, in units of account."""
    return [(row.info.code, row.unit.code, row.state, row.short / STEP) for row in found.rows]


def test_every_red_measure_stands_there_until_it_is_answered(desk: Desk) -> None:
    found = gap_list(desk.reader("office"), "G", HALF)

    assert said(found) == [
        ("PROFIT", "G", "open", 47),
        ("PROFIT", "A", "open", 28),
        ("PROFIT", "B", "open", 19),
        ("REV", "B", "open", 20),
        ("OWED", "G", "open", 10),
        ("OWED", "B", "open", 10),
    ]
    assert (found.reds, len(found.missing)) == (6, 6)
    assert {code: (each.short, each.own, each.below, each.open) for code, each in found.promised.items()} == {
        "PROFIT": (4700, None, None, 4700),
        "OWED": (1000, None, None, 1000),
    }


def test_measures_that_do_not_weigh_stand_in_the_whole_list(desk: Desk) -> None:
    assert "OTHER" not in {row.info.code for row in gap_list(desk.reader("office"), "G", HALF).rows}
    assert "OTHER" in {row.info.code for row in gap_list(desk.reader("office"), "G", HALF, every=True).rows}


def test_promises_add_up_against_the_gap(desk: Desk) -> None:
    desk.answer("head", months=months(aug="12", sep="8"))
    desk.answer("head_b", "B", months=months(dec="10"))
    desk.answer("head", "A1", months=months(jul="25"))  # what stands below A is in its head's promise

    found = gap_list(desk.reader("office"), "G", HALF)

    profit = found.promised["PROFIT"]
    assert (profit.short, profit.promised, profit.open) == (4700, 3000, 1700)
    assert [(row.unit.code, row.state) for row in found.rows if row.info.code == "PROFIT"] == [
        ("G", "open"),
        ("A", "answered"),
        ("B", "answered"),
    ]
    below = gap_list(desk.reader("head"), "A", HALF).promised["PROFIT"]
    assert (below.short, below.own, below.below, below.open) == (2800, 2000, 2500, 800)


def test_part_of_each_unit_is_its_share_of_what_the_whole_is_short(desk: Desk) -> None:
    found = gap_list(desk.reader("office"), "G", HALF)

    parts = {row.unit.code: row.part for row in found.rows if row.info.code == "PROFIT"}
    assert parts == {"G": None, "A": 28 / 47, "B": 19 / 47}


def test_answer_of_an_earlier_period_counts_until_the_gap_grows(desk: Desk) -> None:
    """Of January to May A is asked for 75 and has 51: 24 short, B for 16 and has 0; in June 28 and 19: both gaps have grown."""
    before = parse("2023-01..2023-05")
    for who, unit in (("head", "A"), ("head_b", "B")):
        gap = place_of(desk.reader(who), unit, before, "PROFIT")
        answer(desk.actor(who), gap, 0, Given([("STEEL", "")], "Soon."))

    rows = {row.unit.code: row for row in gap_list(desk.reader("office"), "G", HALF).rows if row.info.code == "PROFIT"}

    assert (rows["A"].answered_short, rows["A"].short, rows["A"].state, rows["A"].missing) == (
        2400,
        2800,
        "grown",
        True,
    )
    assert (rows["B"].answered_short, rows["B"].short, rows["B"].state) == (1600, 1900, "grown")
    assert gap_list(desk.reader("office"), "G", parse("2023-06")).rows[0].answer is None


def test_what_was_answered_and_is_red_no_more_stays(desk: Desk) -> None:
    desk.answer("head", "A2", months=months(aug="1"))

    rows = [row for row in gap_list(desk.reader("head"), "A", HALF).rows if row.unit.code == "A2"]

    assert [(row.info.code, row.state, row.red, row.missing) for row in rows] == [("PROFIT", "healed", False, False)]


def test_list_as_known_on_a_day_has_the_answers_of_that_day(desk: Desk, settings: object) -> None:
    desk.answer("head", months=months(aug="20"))
    settings.CLOCK_SHIFT = NOON.replace(day=15) - datetime.now(UTC)  # type: ignore[attr-defined]
    desk.answer("head", version=1, words="Less than I thought.", months=months(aug="5"))

    promised = {
        known: gap_list(desk.reader("office", known), "G", HALF).promised["PROFIT"].promised
        for known in (date(2023, 7, 12), date(2023, 7, 13), date(2023, 7, 14), date(2023, 7, 15), None)
    }

    assert list(promised.values()) == [0, 2000, 2000, 500, 500]


def test_head_owes_the_answers_of_his_unit_and_what_he_was_asked_for_below(desk: Desk) -> None:
    def owed(who: str) -> list[tuple[str, str, date | None]]:
        found = owed_answers(desk.actor(who).sight, desk.reader(who), HALF)
        return [(each.unit.code, each.row.info.code, each.due) for each in found]

    assert owed("head") == [("A", "PROFIT", None)]
    assert owed("office") == owed("clerk") == []
    ask(desk.actor("office"), desk.gap("office", "A1"), date(2023, 7, 14))
    assert owed("head") == [("A1", "PROFIT", date(2023, 7, 14)), ("A", "PROFIT", None)]
    desk.answer("head")
    assert owed("head") == [("A1", "PROFIT", date(2023, 7, 14))]


def test_pace_rule_decides_what_is_red(desk: Desk) -> None:
    """From half of what is asked for on, only B is behind: A lacks 28 of 90."""
    rule = {
        "code": "P",
        "kind": "pace",
        "basis": "phases",
        "watch": "40",
        "behind": "50",
        "ratio_watch": "40",
        "ratio_behind": "50",
    }
    assert desk.define(RULES, rule) == []

    assert said(gap_list(desk.reader("office"), "G", HALF)) == [("PROFIT", "B", "open", 19)]
    assert desk.reader("office").review(Question("A", HALF)).line("PROFIT").judgement.state == "on"  # type: ignore[union-attr]


def test_tolerance_of_a_measure_comes_before_that_of_the_pace_rule(desk: Desk) -> None:
    """Profit may lack half of what is asked for: only B, with 19 of 20, is behind in it. Other measures stay as they were.

    List, sheet and matrix say the same, and a year later, when it has ended, the pace rule holds for all again.
    """
    before = said(gap_list(desk.reader("office"), "G", HALF))
    own = {
        "code": "T",
        "kind": "tolerance",
        "measures": "PROFIT OTHER",
        "watch": "20",
        "behind": "50",
        "to": "2023-12-31",
    }
    assert desk.define(RULES, own) == []

    reader = desk.reader("office")
    after = said(gap_list(reader, "G", HALF))
    assert ("PROFIT", "A", "open", 28) in before
    assert after == [row for row in before if row[0] != "PROFIT" or row[1] == "B"]
    states = {}
    for unit in ("G", "A", "B"):
        line = desk.reader("office").review(Question(unit, HALF)).line("PROFIT")
        assert line is not None
        states[unit] = line.judgement.state  # type: ignore[union-attr]
    assert states == {"G": "watch", "A": "watch", "B": "behind"}
    review = reader.review(Question("G", HALF))
    line = review.line("PROFIT")
    assert line is not None
    matrix = heat(reader, review, Shown([line.info], review.children))
    (field,) = matrix.fields
    assert (
        dict(zip((node.code for node in matrix.units), (STATES[code] for code in field.states), strict=True)) == states
    )
    rules = [reader.pace(period).tolerance(line.info.rule) for period in (HALF, parse("2024-01"))]
    assert rules == [Tolerance(0.2, 0.5), SUMS]


def test_list_takes_as_many_statements_for_one_unit_as_for_three(desk: Desk) -> None:
    counts = []
    for unit in ("A", "G"):
        reader = desk.reader("office")
        gap_list(reader, unit, HALF)
        with CaptureQueriesContext(connection) as statements:
            gap_list(reader, unit, HALF)
        counts.append(len(statements))

    assert counts[0] == counts[1]
