"""A segment's review shows its members, a unit's its children and its words."""

from __future__ import annotations

from tests.conftest import Load
from tests.review.asking import ask

UNITS = """code,name,parent,kind
G,Group,,group
A,Works,G,company
AB,Workshop,G,company
A1,Branch,A,branch
S,Power,G,segment"""
MEASURES = """code,name,account,quantity,step,kind,direction
REV,Revenue,CNY,money,0.01,flow,up
WORD,Judgement,,text,,text,none"""
FACTS = """unit,measure,period,version,value
A1,REV,2023-05,actual,10.00
AB,REV,2023-05,actual,5.00
A,REV,2023-05,actual,1.00
A,WORD,2023-04,actual,Orders are falling
A,WORD,2023-05,actual,Orders are back"""


def test_segment_shows_its_members_and_the_group_does_not_show_the_segment(load: Load) -> None:
    """
    G
      A        member of S
        A1
      AB
      S        A
    """
    load(units=UNITS, measures=MEASURES, facts=FACTS, segments="segment,unit\nS,A")

    segment, ranking = ask()("S", "2023-05", measure="REV")
    group, _ = ask()("G", "2023-05")

    line = segment.line("REV")
    assert line is not None
    assert line.actual.value == 11_00
    assert [node.code for node in segment.children] == ["A"]
    assert [row.unit.code for row in ranking.rows] == ["A"]
    assert [node.code for node in group.children] == ["A", "AB"]


def test_words_are_those_of_the_periods_end(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)

    of_works, _ = ask()("A", "2023-Q2")
    in_may, _ = ask()("A", "2023-04..2023-05")
    of_group, _ = ask()("G", "2023-05")

    assert [text for _, text in in_may.texts] == ["Orders are back"]
    assert (of_works.texts, of_group.texts) == ((), ())


def test_stated_total_stands_beside_the_sum_with_its_gap(load: Load) -> None:
    stated = FACTS.replace("value\n", "value,basis\n", 1).replace(".00\n", ".00,\n").replace("falling\n", "falling,\n")
    load(units=UNITS, measures=MEASURES, facts=stated + ",\nA,REV,2023-05,actual,12.00,stated")

    review, _ = ask()("A", "2023-05")

    line = review.line("REV")
    assert line is not None
    assert line.stated is not None
    assert (line.actual.value, line.stated.value, line.stated_gap) == (11_00, 12_00, 1_00)
    assert line.derived
