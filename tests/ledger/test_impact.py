"""What an edit of the tree would do to the books.

G
  A                 half of it held by AB
    A1              owes MONTHLY
    A2
  AB                member of the segment S
    AB1             owes MONTHLY
  S                 segment
"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.core.edits import Close, Edit, Found, Merge, Move, Rename
from headrope.core.periods import Period, month_of
from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.queries import books
from headrope.ledger.impact import Consequences, consequences, left_outside, months_with_figures
from headrope.org.actions import console_user
from headrope.org.editing import TreeEdit, plan_edit
from headrope.org.folder import PeopleRows, PersonRow, PostRow
from headrope.org.people.actions import set_people
from headrope.org.queries import whole_sight
from tests.conftest import Load

FILES = {
    "units": "code,name,parent,kind\nG,Group,,group\nA,East,G,company\nA1,Pumps,A,branch\nA2,Valves,A,branch\n"
    "AB,West,G,company\nAB1,Hangar,AB,branch\nS,Air,G,segment",
    "segments": "segment,unit\nS,AB",
    "holdings": "owner,held,share\nAB,A,50 %",
    "measures": "code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up",
    "forms": "code,name,span,measures\nMONTHLY,Monthly,month,REV",
    "duties": "form,unit,from,to\nMONTHLY,A1,2023-01-01,\nMONTHLY,AB1,2023-01-01,\nMONTHLY,A2,2023-05-01,2023-12-31",
    "facts": "unit,measure,period,version,value\nA1,REV,2023-04,actual,1.00\nA1,REV,2023-05,actual,2.00\n"
    "AB1,REV,2023-06,actual,3.00\nA2,REV,2023,target,9.00\nAB1,REV,2022-Q3,budget,4.00",
    "eliminations": "unit,counterparty,measure,version,period,amount\nA1,AB1,REV,actual,2023-04,1.00",
}  # fmt: skip
TODAY, JUNE = date(2023, 7, 1), date(2023, 6, 1)


@pytest.fixture
def group(load: Load) -> None:
    """The group has been loaded."""
    load(**FILES)


def plan(edit: Edit) -> TreeEdit:
    at = books()
    done = plan_edit(edit, whole_sight(str(at.key), at.seq, TODAY))
    assert [str(problem) for problem in done.problems] == []
    return done


def found(edit: Edit) -> Consequences:
    return consequences(plan(edit), books(), TODAY)


def outside(edit: Edit) -> list[str]:
    return [str(problem) for problem in left_outside(plan(edit))]


@pytest.mark.usefixtures("group")
def test_months_with_figures_are_those_at_whose_ends_periods_end() -> None:
    months = sorted(str(Period(month, 1)) for month in months_with_figures(books()))

    assert months == ["2022-09", "2023-04", "2023-05", "2023-06", "2023-12"]


@pytest.mark.usefixtures("group")
def test_merger_touches_duties_shares_segments_and_posts() -> None:
    ends = {"A": FOREVER, "A1": FOREVER, "AB": date(2023, 5, 1)}
    people = [PersonRow(f"P-{unit}", "Somebody", "", "") for unit in ends]
    posts = [PostRow(f"P-{unit}", unit, "Head", "", 1, ALWAYS, end) for unit, end in ends.items()]
    set_people(by=console_user(), rows=PeopleRows(people=people, posts=posts))

    merged, closed = found(Merge("A", JUNE, "AB")), found(Close("AB", JUNE, "parent"))

    # A1 and A2 move with what they owe; AB holds A; AB, whose total changes, is in the segment.
    assert (merged.duties, merged.holdings, merged.segments, merged.posts) == (2, 1, 1, 1)
    # The post in AB ended before.
    assert (closed.duties, closed.holdings, closed.segments, closed.posts) == (1, 1, 1, 0)
    june, december = month_of(JUNE).start, month_of(date(2023, 12, 1)).start
    assert merged.impact.totals == dict.fromkeys(["A", "AB", "G"], (june, december))


@pytest.mark.usefixtures("group")
def test_edit_that_moves_and_closes_nothing_touches_nothing() -> None:
    quiet = [found(edit) for edit in (Rename("A", JUNE, "Far East", "", "company"), Found("A", JUNE, "A3", "Fans"))]

    assert [(each.duties, each.holdings, each.segments, each.posts) for each in quiet] == [(0, 0, 0, 0)] * 2


@pytest.mark.usefixtures("group")
def test_figures_that_would_belong_to_no_unit_are_named_with_their_periods() -> None:
    assert outside(Close("A1", date(2023, 5, 1))) == [
        "A1 has figures for 2023-05, at whose end it would not exist. Withdraw them first, or correct the dates."
    ]
    assert outside(Close("A1", date(2023, 4, 30))) == [
        "A1 has figures for 2023-04, at whose end it would not exist. Withdraw them first, or correct the dates.",
        "A1 has figures for 2023-05, at whose end it would not exist. Withdraw them first, or correct the dates.",
        "A1 has eliminations for 2023-04, at whose end it would not exist. Withdraw them first, or correct the dates.",
    ]
    assert outside(Close("A1", JUNE)) == []


@pytest.mark.usefixtures("group")
def test_target_of_a_year_in_which_the_unit_ends_is_named() -> None:
    """A year is added up over the tree of its last day: at the end of 2023, A2 would not be there."""
    assert outside(Close("A2", JUNE)) == [
        "A2 has figures for 2023, at whose end it would not exist. Withdraw them first, or correct the dates."
    ]


@pytest.mark.usefixtures("group")
def test_duty_that_would_have_no_day_is_named(load: Load) -> None:
    load(facts="unit,measure,period,version,value,state\nA2,REV,2023,target,,withdrawn")

    assert outside(Close("A2", date(2023, 5, 1))) == [
        "A2 exists on none of the days on which it owes MONTHLY. Correct the dates."
    ]
    assert outside(Close("A2", date(2023, 5, 2))) == []


@pytest.mark.usefixtures("group")
def test_figures_of_a_unit_that_becomes_a_segment_are_named() -> None:
    at = books()
    done = plan_edit(Rename("A1", ALWAYS, "Pumps", "", "segment"), whole_sight(str(at.key), at.seq, TODAY))

    assert [problem.values["period"] for problem in left_outside(done)] == [month_of(date(2023, 4, 1)), month_of(date(2023, 5, 1)), month_of(date(2023, 4, 1))]  # fmt: skip


@pytest.mark.usefixtures("group")
def test_long_list_is_cut_and_says_so(load: Load) -> None:
    facts = "".join(f"\nAB1,REV,{year}-{month:02d},actual,1.00" for year in range(2010, 2015) for month in range(1, 13))
    load(facts=f"unit,measure,period,version,value{facts}")

    assert outside(Close("AB1", date(2009, 1, 1)))[-1] == "14 more problems are not listed. Mend these first."


@pytest.mark.usefixtures("group")
def test_move_has_nothing_left_outside() -> None:
    assert outside(Move("A1", JUNE, "AB")) == []


@pytest.mark.usefixtures("group")
def test_consequences_take_as_many_statements_for_one_unit_as_for_many() -> None:
    counts = []
    for edit in (Close("AB1", TODAY), Merge("A", JUNE, "AB")):
        done = plan(edit)
        consequences(done, books(), TODAY)
        with CaptureQueriesContext(connection) as asked:
            consequences(done, books(), TODAY)
            left_outside(done)
        counts.append(len(asked))

    assert counts[0] == counts[1]
