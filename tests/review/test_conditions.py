"""Conditions of a ranking: who is within, or more than, a share of the plan, and who has none to be held against.

G Group
├ A, B, C  with a plan of 100
├ D        with a plan of 0
├ E        without a plan
└ F        with a plan of 100 and no figure
"""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from headrope.review.condition import COMPARE, NEAR, Condition, ConditionError, read_condition, written
from headrope.review.thresholds import said
from headrope.review.wording import Wording
from tests.conftest import Load
from tests.review.asking import Asking, ask

UNITS = """
code,name,parent
G,Group,
A,Alder,G
B,Birch,G
C,Cedar,G
D,Dogwood,G
E,Elm,G
F,Fir,G
"""
MEASURES = """
code,name,account,quantity,step,kind,direction
SPEND,Spending,CNY,money,0.01,flow,none
"""
FACTS = """
unit,measure,period,version,value
A,SPEND,2023-06,actual,43.00
B,SPEND,2023-06,actual,157.00
C,SPEND,2023-06,actual,157.01
D,SPEND,2023-06,actual,5.00
E,SPEND,2023-06,actual,7.00
A,SPEND,2023-06,target,100.00
B,SPEND,2023-06,target,100.00
C,SPEND,2023-06,target,100.00
D,SPEND,2023-06,target,0.00
F,SPEND,2023-06,target,100.00
"""


@pytest.fixture
def group(load: Load) -> Asking:
    load(ledger="key,value\nname,Group\nfiscal_start,1\ncurrency,CNY", units=UNITS, measures=MEASURES, facts=FACTS)
    return ask()


def test_who_is_within_a_share_of_the_plan_is_counted_of_those_with_a_plan_and_a_figure(group: Asking) -> None:
    """57 of 100 is within 57 %, though 0.57 is no binary number; D, E and F cannot be told."""
    _, ranking = group("G", "2023-06", threshold=["SPEND~57%", "SPEND!~57%", "SPEND~56.9%", "SPEND!~0.5701"])

    assert ranking is not None
    assert [(t.met, t.of) for t in ranking.thresholds] == [(2, 3), (1, 3), (0, 3), (0, 3)]


def test_only_units_off_plan_are_ranked(group: Asking) -> None:
    _, ranking = group("G", "2023-06", where=["SPEND!~57%"])

    assert ranking is not None
    assert [row.unit.code for row in ranking.rows] == ["C"]
    assert ranking.left_out == 5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SPEND~10%", Condition("SPEND", "~", 0.1)),
        (" SPEND !~ 0.1 ", Condition("SPEND", "!~", 0.1)),
        ("SPEND!=0", Condition("SPEND", "!=", 0.0)),
    ],
)
def test_conditions_are_read(text: str, found: Condition) -> None:
    assert read_condition(text) == found
    assert read_condition(str(found)) == found


@pytest.mark.parametrize("text", ["SPEND~", "~10%", "SPEND~~10%", "SPEND!10%"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        read_condition(text)


def test_counts_are_told_as_sentences(group: Asking) -> None:
    review, ranking = group("G", "2023-06", threshold=["SPEND~57%", "SPEND!~57%"])

    assert ranking is not None
    with translation.override("en"):
        told = [said(t, ranking.info, review, Wording.of(review), named=False) for t in ranking.thresholds]
    assert [text.replace("\N{NARROW NO-BREAK SPACE}", " ") for text in told] == [
        "2 of 3 within 57 % of plan",
        "1 of 3 more than 57 % off plan",
    ]


@given(st.sampled_from([*COMPARE, *NEAR]), st.floats(-1e15, 1e15))
def test_condition_is_read_again_as_it_was_written(sign: str, value: float) -> None:
    condition = Condition("ATT1", sign, value)

    assert read_condition(written(condition)) == condition
