"""Bands, gates and indices: gap, state, order of a ranking, words and picture agree on what is good."""

from __future__ import annotations

import pytest

from headrope.review.headline import Headline, plain
from headrope.review.wording import Wording
from headrope.web.address import Origins
from headrope.web.review.measures import table
from tests.conftest import Load
from tests.review.asking import ask

UNITS = "code,name,parent\nG,Group,\nA,Works,G\nAB,Workshop,G\nC,Yard,G"
HEADER = "unit,measure,period,version,value\n"


def measures(direction: str, margin: str) -> str:
    return f"code,name,account,quantity,step,kind,direction,margin\nM,Level,t,count,1,stock,{direction},{margin}"


def group(load: Load, direction: str, margin: str, actual: dict[str, int]) -> None:
    facts = [
        f"{unit},M,2023-05,{version},{value}"
        for unit, value in actual.items()
        for version, value in (("actual", value), ("target", 100))
    ]
    load(units=UNITS, measures=measures(direction, margin), facts=HEADER + "\n".join(facts))


@pytest.mark.parametrize(
    ("direction", "margin", "gaps", "states", "order"),
    [
        ("index", "10", [10, 0, -15], ["ahead", "on", "behind"], ["C", "AB", "A"]),
        ("band", "10", [20, 10, -5], ["behind", "on", "on"], ["A", "AB", "C"]),
        ("gate", "", [20, 10, -5], ["on", "on", "behind"], ["C", "AB", "A"]),
        ("down", "", [20, 10, -5], ["behind", "behind", "ahead"], ["A", "AB", "C"]),
    ],
)
def test_gap_state_and_order_follow_the_direction(
    load: Load, direction: str, margin: str, gaps: list[int], states: list[str], order: list[str]
) -> None:
    group(load, direction, margin, {"A": 120, "AB": 110, "C": 95})

    _, ranking = ask()("G", "2023-05", measure="M", order="gap")

    rows = {row.unit.code: row for row in ranking.rows}
    assert [rows[code].gap for code in ("A", "AB", "C")] == gaps
    assert [rows[code].judgement.state for code in ("A", "AB", "C")] == states  # type: ignore[union-attr]
    assert [row.unit.code for row in ranking.rows] == order


@pytest.mark.parametrize(
    ("direction", "margin", "actual", "said", "drawn"),
    [
        ("index", "10", 130, "Level is 20 ahead of plan.", "p-over"),
        ("index", "10", 100, "Level is 10 short of plan.", "p-gap"),
        ("band", "10", 120, "Level is 20 off plan, outside its band.", "p-gap"),
        ("band", "10", 80, "Level is 20 off plan, outside its band.", "p-gap"),
        ("band", "10", 105, "Level is on plan.", "p-over"),
        ("gate", "", 99, "Level is 1 short of plan.", "p-gap"),
    ],
)
def test_words_and_picture_say_what_the_state_says(
    load: Load, direction: str, margin: str, actual: int, said: str, drawn: str
) -> None:
    group(load, direction, margin, {"A": actual})

    review, _ = ask()("A", "2023-05")

    wording = Wording.of(review)
    assert plain(Headline(review, wording).sentences(None)) == said
    assert drawn in table(review, wording, Origins("A", 1)).rows[0].picture


def test_band_of_a_target_says_nothing_against_last_year(load: Load) -> None:
    facts = HEADER + "A,M,2023-05,actual,120\nA,M,2022-05,actual,100"
    load(units=UNITS, measures=measures("band", "10"), facts=facts)

    review, _ = ask()("A", "2023-05", against="last-year")

    line = review.line("M")
    assert line is not None
    assert line.judgement is not None
    assert (line.gap, line.judgement.state) == (20, "none")
