"""What the headline says of the year: where it lands, and what each month left must bring."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headrope.core.landing.odds import Odds
from headrope.core.landing.reasons import Reason
from headrope.landing.runs.queries import Landed
from headrope.review.headline import Headline, plain
from headrope.review.queries import Line
from headrope.review.wording import Wording
from tests.conftest import Load
from tests.review.asking import ask

UNITS = "code,name,parent\nG,Group,"
MEASURES = """
code,name,account,quantity,step,kind,direction,weight
REV,Revenue,CNY,money,0.01,flow,up,2
PROFIT,Profit,CNY,money,0.01,flow,up,1
"""


def landed(line: Line, point: int, target: float, odds: float) -> Line:
    """The line with a landing in CNY."""
    ends = (point - 20.0, point - 10.0, point + 10.0, point + 20.0)
    found = Landed(
        1, line.info.id, None, 1.0, point * 100, float(point), 0.0, *ends, 10.0, 20.0, None, target, Odds(odds), None,
        3, 0, 0, Reason(0), 10, (),
    )  # fmt: skip
    return replace(line, landing=found)


def said(load: Load, facts: list[str], odds: dict[str, float], target: int) -> list[str]:
    load(units=UNITS, measures=MEASURES, facts="\n".join(["unit,measure,period,version,value", *facts]))
    review, ranking = ask()("G", "2023-01..2023-02")
    lines = tuple(
        landed(line, target - 200, target, odds[line.info.code]) if line.info.code in odds else line
        for line in review.lines
    )
    told = replace(review, lines=lines)
    return [plain([sentence]) for sentence in Headline(told, Wording.of(told)).sentences(ranking)]


def revenue(target: int, best: int) -> list[str]:
    """90 and 110 of the year's target are there; the best month was May of the year before."""
    return [f"G,REV,2022-05,actual,{best}", f"G,REV,2023,target,{target}", "G,REV,2023-01,actual,90", "G,REV,2023-02,actual,110"]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "best", "needed"),
    [
        # What has been done before stands in the table, and the headline stays short.
        (1200, 250, "Revenue is on plan and lands near 1,000 of 1,200: odds 5\u202f%."),
        (3200, 250, "Each month left must bring 300; none ever brought more than 250."),
    ],
)
def test_headline_says_what_each_month_left_must_bring(load: Load, target: int, best: int, needed: str) -> None:
    """Ten months are left: (1,200 − 200) ÷ 10, and (3,200 − 200) ÷ 10."""
    assert said(load, revenue(target, best), {"REV": 0.05}, target)[-1] == needed


def test_headline_says_that_no_month_was_ever_above_zero(load: Load) -> None:
    facts = ["G,PROFIT,2023,target,80", "G,PROFIT,2023-01,actual,-15", "G,PROFIT,2023-02,actual,-5"]

    # (80 + 20) ÷ 10
    assert (
        said(load, facts, {"PROFIT": 0.005}, 80)[-1] == "Each month left must bring 10; no month was ever above zero."
    )


def test_headline_says_it_once_of_what_has_never_been_done(load: Load) -> None:
    facts = [*revenue(1200, 250), "G,PROFIT,2023,target,90", "G,PROFIT,2023-01,actual,4", "G,PROFIT,2023-02,actual,6"]

    # (90 − 10) ÷ 10 is beyond the best month of profit; 100 is not beyond the best one of revenue.
    told = said(load, facts, {"REV": 0.05, "PROFIT": 0.2}, 1200)

    assert [text for text in told if "month" in text] == [
        "Each month left must bring 8; none ever brought more than 6."
    ]


def test_headline_says_nothing_of_months_where_the_target_is_reached(load: Load) -> None:
    assert not any("month" in text for text in said(load, revenue(190, 250), {"REV": 0.05}, 190))


def test_headline_lands_the_harder_of_two_years_alone(load: Load) -> None:
    """Both are short; profit needs more a month than it ever brought, and what its sentence says of the year ends it."""
    facts = [
        *revenue(1200, 250), "G,REV,2023-01,target,150", "G,REV,2023-02,target,150",
        "G,PROFIT,2023,target,90", "G,PROFIT,2023-01,target,9", "G,PROFIT,2023-02,target,9",
        "G,PROFIT,2023-01,actual,4", "G,PROFIT,2023-02,actual,6",
    ]  # fmt: skip

    told = said(load, facts, {"REV": 0.05, "PROFIT": 0.2}, 1200)

    assert told == [
        "Revenue is 100 short of plan.",
        "Profit is 8 short of plan and lands near 1,000 of 1,200: odds 20\u202f%.",
        "Each month left must bring 8; none ever brought more than 6.",
    ]
