"""The red and the black list, the pace rules as sentences, and peers: by hand on the small group."""

from __future__ import annotations

from django.db import transaction

from headrope.core.display import UNIT, Formatter
from headrope.core.periods import parse
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.queries import ledger_settings
from headrope.ledger.wording import FigureWording
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role
from headrope.org.queries import unit_ids
from headrope.review.benchmarks.queries import compare, middle_of, sets
from headrope.review.defined.kinds import BENCHMARKS, RULES
from headrope.review.gaps.figures import Stands
from headrope.review.queries import Question
from headrope.review.rules.lists import red_and_black
from headrope.review.rules.queries import list_rules, pace_rule
from headrope.review.rules.wording import sentence
from tests.conftest import Folder

from .conftest import HALF, Desk

RED = {"code": "RED", "kind": "red", "name": "Praise", "name_zh": "红榜", "measures": "PROFIT", "percent": "5"}
BLACK = {
    "code": "BLACK",
    "kind": "black",
    "name": "Blame",
    "name_zh": "黑榜",
    "measures": "PROFIT OWED",
    "percent": "20",
}


def listed(desk: Desk, unit: str, who: str = "office") -> list[tuple[str, str, str, float | None]]:
    """The rows of both lists: list, unit, measure, and how far in per cent."""
    found = red_and_black(desk.reader(who), unit, HALF)
    far = lambda share: None if share is None else round(share * 100, 1)  # noqa: E731
    return [(row.verdict, row.unit.code, row.info.code, far(row.share)) for row in found.rows]


def test_lists_have_who_is_far_enough_beyond_or_short(desk: Desk) -> None:
    """A2 has 32 of 30 (+6.7 %), A1 30 of 60; A has 62 of 90 (−31.1 %), B 1 of 20; B owes 60 where 50 is the most."""
    desk.define(RULES, RED, BLACK)

    assert listed(desk, "A") == [("red", "A2", "PROFIT", 6.7), ("black", "A1", "PROFIT", -50.0)]
    assert listed(desk, "G") == [
        ("black", "B", "PROFIT", -95.0),
        ("black", "A", "PROFIT", -31.1),
        ("black", "B", "OWED", -20.0),
    ]


def test_list_takes_at_most_so_many_of_each_measure(desk: Desk) -> None:
    desk.define(RULES, BLACK | {"most": "1", "measures": "PROFIT REV", "percent": "10"})

    assert listed(desk, "G") == [("black", "B", "PROFIT", -95.0), ("black", "B", "REV", -16.7)]


def test_without_rules_nobody_stands_anywhere(desk: Desk) -> None:
    assert listed(desk, "G") == []


ASKED = (("B", "REV"), ("B", "PROFIT"), ("A", "PROFIT"))


def test_basis_time_asks_for_half_the_year_whatever_the_phases_say(desk: Desk, folder: Folder) -> None:
    """B has 240 of revenue in its year and no phases: 120 by now under both rules. Its profit gets 3 a month from July on,
    38 in the year, of which 20 are asked for by the phases and 19 by time; A's plan ends in June: its phases stay."""
    later = "".join(f"B,PROFIT,2023-{month:02d},target,3\n" for month in range(7, 13))
    load_folder(folder(facts="unit,measure,period,version,value\n" + later), by=console_user())
    refresh_cube()
    asked = {}
    for basis in ("phases", "time"):
        desk.define(RULES, {"code": "P", "kind": "pace", "basis": basis})
        reader = desk.reader("office")
        lines = [reader.review(Question(unit, HALF)).line(code) for unit, code in ASKED]
        review = reader.review(Question("G", HALF))
        stands = Stands(reader, review, review.children, reader.pace(HALF))
        rows = {stand.unit.code: stand.plan.value for stand in stands.of(reader.infos["PROFIT"])}
        asked[basis] = ([line.plan.value for line in lines if line], rows)

    assert asked == {
        "phases": ([12000, 2000, 9000], {"A": 9000, "B": 2000}),
        "time": ([12000, 1900, 9000], {"A": 9000, "B": 1900}),
    }


def test_rules_are_printed_as_sentences(desk: Desk) -> None:
    desk.define(RULES, RED | {"most": "3", "from": "2023-01-01"}, BLACK | {"silent": "yes", "measures": "", "to": "2023-12-31"}, {"code": "P", "kind": "pace", "basis": "time", "behind": "7.5"})  # fmt: skip
    reader = desk.reader("office")
    wording = FigureWording(ledger_settings(), 0)
    wording.format = Formatter("en", UNIT)

    said = [sentence(rule, wording, reader.infos) for rule in list_rules(HALF.last_day, reader.at)]

    assert said == [
        "On the red list stands who is at least 5\N{NARROW NO-BREAK SPACE}% beyond what is asked for by now in Profit. "
        "Of each measure at most the first 3. It holds from 1 Jan 2023 on.",
        "On the black list stands who is at least 20\N{NARROW NO-BREAK SPACE}% short of what is asked for by now in any "
        "measure with a good side. Who is overdue with the figure stands there, too. It holds up to, but not on, 1 Jan 2024.",
    ]
    assert sentence(pace_rule(HALF.last_day, reader.at), wording, reader.infos) == (
        "Half the time, half the task: of a year's plan every month asks for a twelfth, whatever phases say. From "
        "2\N{NARROW NO-BREAK SPACE}% short of it a measure is to be watched, from 7.5\N{NARROW NO-BREAK SPACE}% it is "
        "behind; ratios from 1\N{NARROW NO-BREAK SPACE}% and 2.5\N{NARROW NO-BREAK SPACE}%."
    )


OUTSIDE = [
    {"set": "X", "set_name": "Ports", "side": "outside", "peer": peer, "name": peer.title(), "measure": "PROFIT", "period": "2023-H1", "value": value}
    for peer, value in (("ONE", "100"), ("TWO", "62"), ("THREE", "5.01"))
]  # fmt: skip


def test_unit_stands_beside_outside_peers_with_rank_and_distance(desk: Desk) -> None:
    """A has 62: second with TWO, after ONE with 100; the middle of 100, 62, 5.01 is 62."""
    desk.define(BENCHMARKS, *OUTSIDE, OUTSIDE[0] | {"measure": "OWED", "period": "2022-H1", "value": "1"})

    found = compare(desk.reader("office"), "A", HALF, "X")

    assert found is not None and [line.info.code for line in found.lines] == ["PROFIT"]
    line = found.lines[0]
    assert (line.rank, line.of, line.to_best, line.to_middle) == (2, 4, -3800, 0)
    assert [(peer.benchmark.peer, peer.place) for peer in line.peers] == [("ONE", 1), ("TWO", 2), ("THREE", 4)]
    assert list(sets(desk.reader("office"))) == ["X"]
    assert compare(desk.reader("office"), "A", HALF, "NONE") is None


def test_peers_that_may_not_be_seen_count_in_the_rank_and_nowhere_else(desk: Desk) -> None:
    """A2 has 32, A1 30, B 1; its clerk sees none of the others."""
    desk.define(BENCHMARKS, *({"set": "IN", "side": "inside", "peer": unit} for unit in ("A1", "A2", "B")))
    with transaction.atomic():
        user = desk.people["outsider"]
        give_mandate(by=console_user(), user=user, role=Role.CLERK, unit=unit_ids()["A2"], valid_from=HALF.first_day)

    office, clerk = (
        next(line for line in found.lines if line.info.code == "PROFIT")
        for who in ("office", "outsider")
        if (found := compare(desk.reader(who), "A2", HALF, "IN")) is not None
    )

    assert (office.rank, office.of, office.hidden, office.to_best) == (1, 3, 0, 200)
    assert (clerk.rank, clerk.of, clerk.hidden, clerk.to_best, clerk.peers) == (1, 3, 2, None, ())


def test_less_is_better_where_the_measure_says_so(desk: Desk) -> None:
    desk.define(BENCHMARKS, *(each | {"measure": "OWED"} for each in OUTSIDE))

    found = compare(desk.reader("office"), "B", HALF, "X")

    assert found is not None
    assert [(line.rank, line.to_best) for line in found.lines] == [(2, -5499)]  # 60 beside 5.01, 62, 100


def test_middle_of_an_even_number_is_rounded_to_the_step() -> None:
    assert middle_of([2**60, 2**60 + 3], exact=True) == 2**60 + 2
    assert middle_of([1.0, 2.0], exact=False) == 1.5
    assert middle_of([], exact=True) is None


def test_period_without_figures_has_no_peers(desk: Desk) -> None:
    desk.define(BENCHMARKS, *OUTSIDE)

    found = compare(desk.reader("office"), "A", parse("2023-05"), "X")

    assert found is not None and found.lines == ()
