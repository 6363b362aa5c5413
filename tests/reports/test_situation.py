"""The situation of many units as a paper: the worst are shown, and it is said how many are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from headrope.core.periods import PeriodError
from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.org.queries import whole_sight
from headrope.reports.checking import check
from headrope.reports.making import again, make
from headrope.reports.opening import opened
from headrope.reports.paper import Cell, Drawing, Figure, Paper, Question, Table
from headrope.reports.ranked import MOST_RANKED
from headrope.reports.situation import MOST_UNITS
from headrope.reports.word import word
from headrope.reports.writing import kept
from headrope.review.condition import ConditionError
from headrope.review.queries import Reader
from headrope.review.ranking import NoSuchMeasure
from tests.conftest import Load

UNITS = 40
MEASURES = """
code,name,account,quantity,step,kind,direction
REV,Revenue,CNY,money,0.01,flow,up
"""


def test_the_worst_of_many_units_are_shown_and_the_others_counted(load: Load) -> None:
    """Unit N reports N of a plan of 40: N00 and its neighbours are the worst, N39 is nearly there."""
    codes = [f"N{n:02d}" for n in range(UNITS)]
    units = "code,name,parent\nG,Group,\n" + "".join(f"{code},Unit {code},G\n" for code in codes)
    rows = "".join(f"{code},REV,2023-01,target,40\n{code},REV,2023-01,actual,{n}\n" for n, code in enumerate(codes))
    load(units=units, measures=MEASURES, facts="unit,measure,period,version,value\n" + rows)
    at, ledger = books(), ledger_settings()
    day = clock.now().astimezone(ledger.zone).date()
    reader = Reader(store.fresh(None), ledger, at, whole_sight(str(at.key), at.seq, day), None)

    paper = make(reader, Question("situation", "G", "2023-01", "target", "en"))

    table, ranking = paper.last
    assert isinstance(table, Table)
    assert isinstance(ranking, Table)
    shown = [row.cells[0][0] for row in table.rows]
    assert len(shown) == 1 + MOST_UNITS
    assert shown[0] == "Group"
    # Far behind are all up to 35 of 40; among them the order is that of the codes.
    assert set(shown[1:]) <= {f"Unit {code}" for code in codes[:-4]}
    assert f"The {MOST_UNITS} worst of {UNITS} units." in table.note
    assert [row.cells[1] for row in ranking.rows[:2]] == [("Unit N00",), ("Unit N01",)]
    assert len(ranking.rows) == MOST_RANKED + 1
    assert ranking.note.endswith("and 10 more")


TREE = """
code,name,parent
G,Group,
A,East,G
B,West,G
A1,Pumps,A
A2,Valves,A
B1,Cables,B
"""
TWO = """
code,name,account,quantity,step,kind,direction
REV,Revenue,CNY,money,0.01,flow,up
JOBS,Jobs,persons,count,1,flow,up
"""
FACTS = """
unit,measure,period,version,value
A1,REV,2023-01,target,100
A1,REV,2023-01,actual,90
A2,REV,2023-01,target,100
A2,REV,2023-01,actual,120
B1,REV,2023-01,target,50
B1,REV,2023-01,actual,10
A1,JOBS,2023-01,target,5
A1,JOBS,2023-01,actual,1
A2,JOBS,2023-01,target,5
A2,JOBS,2023-01,actual,5
B1,JOBS,2023-01,target,5
B1,JOBS,2023-01,actual,5
"""


@pytest.fixture
def small(load: Load) -> Reader:
    """G (A (A1, A2), B (B1)): of revenue A1 is 10 short and B1 40, A2 20 ahead; of jobs A1 alone is short."""
    load(units=TREE, measures=TWO, facts=FACTS)
    at, ledger = books(), ledger_settings()
    day = clock.now().astimezone(ledger.zone).date()
    return Reader(store.fresh(None), ledger, at, whole_sight(str(at.key), at.seq, day), None)


def tables(paper: Paper) -> dict[str, list[list[str]]]:
    """The cells of the tables by title, as they are read."""
    return {
        block.title: [[words(cell) for cell in row.cells] for row in block.rows]
        for block in paper.blocks
        if isinstance(block, Table)
    }


def words(cell: Cell) -> str:
    return "".join(piece if isinstance(piece, str) else piece.text for piece in cell if not isinstance(piece, Drawing))


ASKED = Question("situation", "G", "2023-01", "target", "en", scale="1")


def test_units_below_are_ranked_by_the_measure_that_is_behind(small: Reader) -> None:
    """Nothing is asked: of revenue the group is 30 of 250 short, of jobs 4 of 15."""
    found = tables(make(small, ASKED))

    assert found["Units below: Revenue"] == [
        ["1", "West", "50", "10", "−40"],
        ["2", "East", "200", "210", "+10"],
        ["", "Group", "250", "220", "−30"],
    ]


def test_paper_ranks_by_the_measure_tier_and_order_that_are_asked(small: Reader) -> None:
    paper = make(small, replace(ASKED, measure="JOBS", tier=3, order="value"))

    found = tables(paper)
    (ranking,) = (block for block in paper.last if block.title == "Units below: Jobs")
    assert found["Units below: Jobs"] == [
        ["1", "Valves", "5", "5", "0"],
        ["2", "Cables", "5", "5", "0"],
        ["3", "Pumps", "5", "1", "−4"],
        ["", "Group", "15", "11", "−4"],
    ]
    assert ranking.note == "persons · tier 3 · by value"
    assert [row[0] for row in found["Units by measures"]] == ["Group", "Pumps", "Valves", "Cables"]
    assert [block.title for block in paper.blocks if isinstance(block, Figure)] == ["Jobs gap"]


def test_paper_leaves_out_what_does_not_fulfil_the_conditions(small: Reader) -> None:
    paper = make(small, replace(ASKED, measure="REV", tier=3, where="REV>50; JOBS>=1", threshold="REV>=100"))

    found = tables(paper)
    (ranking,) = (block for block in paper.last if block.title == "Units below: Revenue")
    assert [row[1] for row in found["Units below: Revenue"]] == ["Pumps", "Valves", "Group"]
    assert [row[0] for row in found["Units by measures"]] == ["Group", "Pumps", "Valves"]
    assert ranking.note == (
        "CNY · tier 3 · by gap · only units with REV>50; JOBS>=1 · 1 of 2 at or above 100 · 1 unit is left out."
    )


@pytest.mark.parametrize(
    ("changed", "error"), [({"measure": "NONE"}, NoSuchMeasure), ({"where": "REV=>5"}, ConditionError), ({"since": "May"}, PeriodError)]
)  # fmt: skip
def test_question_that_cannot_be_read_is_refused(
    small: Reader, changed: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make(small, replace(ASKED, **changed))  # type: ignore[arg-type]


def test_question_of_a_ranking_travels_with_the_paper_and_is_asked_again(small: Reader, tmp_path: Path) -> None:
    asked = replace(ASKED, measure="JOBS", tier=3, where="REV>50", threshold="REV>=100", order="value", every=True)
    kept(tmp_path / "g.docx", word(make(small, asked)))

    checked = check(opened(tmp_path / "g.docx"), again(small))

    assert replace(checked.question, seq=0) == asked
    assert checked.findings == ()
    assert checked.numbers > 20
