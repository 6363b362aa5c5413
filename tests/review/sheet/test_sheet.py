"""The sheet of a unit on small groups: breakdowns that add up, rank, share, segments, the year, what cannot be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction

import pytest
from django.db import connection

from headrope.core.attribution import Effects
from headrope.core.periods import Period, parse
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.org.actions import console_user
from headrope.review.queries import Question
from headrope.review.sheet.path import running
from headrope.review.sheet.pictures import fan_chart, waterfall_chart
from headrope.review.sheet.queries import MOST_LINES, UnitSheet, sheet
from headrope.review.wording import Wording
from tests.conftest import Databases, Load, Place
from tests.review.asking import ask

UNITS = """
code,name,parent,kind,from
G,Group,,group,
A,East Works,G,company,
AB,East Works Base,G,company,
A1,East Shop,A,branch,
N,New Shop,G,company,2023-02-01
S1,Pumps,G,segment,
S2,Ports,G,segment,
"""
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator,weight
REV,Revenue,CNY,money,0.01,flow,up,,,1
PROFIT,Profit,CNY,money,0.01,flow,up,,,2
STAFF,Staff,persons,count,1,stock,none,,,
LOST,Days lost,days,count,1,flow,down,,,1
MARGIN,Margin,%,number,,ratio,up,PROFIT,REV,1
"""
FACTS = """
unit,measure,period,version,value
A,REV,2023-01,target,100
A,REV,2023-02,target,100
A,REV,2023-01,actual,150
A,REV,2023-02,actual,200
AB,REV,2023-01,target,100
AB,REV,2023-02,target,100
AB,REV,2023-01,actual,50
AB,REV,2023-02,actual,100
A,PROFIT,2023-01,target,10
A,PROFIT,2023-02,target,10
A,PROFIT,2023-01,actual,10
A,PROFIT,2023-02,actual,15
AB,PROFIT,2023-01,target,30
AB,PROFIT,2023-02,target,30
AB,PROFIT,2023-01,actual,20
AB,PROFIT,2023-02,actual,10
AB,STAFF,2023-02,actual,40
"""
SEGMENTS = "segment,unit\nS1,A\nS2,AB"
TO_FEBRUARY = "2023-01..2023-02"


@pytest.fixture(scope="module")
def group_place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The group as it stands above, loaded once; tests only read it."""
    place = databases.copy()
    folder = tmp_path_factory.mktemp("group")
    for name, text in (("units", UNITS), ("measures", MEASURES), ("facts", FACTS), ("segments", SEGMENTS)):
        (folder / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    load_folder(folder, by=console_user())
    refresh_cube()
    return place


@pytest.fixture
def group(group_place: Place) -> Iterator[None]:
    """The group, entered."""
    group_place.enter()
    yield
    connection.close()


def of(unit: str = "G", period: str = TO_FEBRUARY) -> UnitSheet:
    return sheet(ask().reader, Question(unit, parse(period)))


def loaded(load: Load, facts: str = FACTS, **files: str) -> None:
    load(**{"units": UNITS, "measures": MEASURES, "facts": facts, "segments": SEGMENTS, **files})


def test_gap_is_explained_by_children_with_volume_mix_and_own_performance(group: None) -> None:
    """Profit 80 planned on 400, 55 on 500 came: the case of tests/core/test_attribution.py, in hundredths."""
    found = of()

    assert found.explained is not None
    assert found.explained.info.code == "PROFIT"
    assert found.explained.gap == -25_00
    assert found.children is not None
    assert [(part.unit and part.unit.code, part.given) for part in found.children.parts] == [
        ("AB", -30_00),
        ("A", 5_00),
    ]
    assert found.children.rest == 0
    assert found.shift is not None
    assert found.shift.base.code == "REV"
    assert [(unit and unit.code, effects) for unit, effects in found.shift.by] == [
        ("AB", Effects(15_00, -30_00, -15_00)),
        ("A", Effects(5_00, 10_00, -10_00)),
    ]
    assert found.shift.whole == Effects(20_00, -20_00, -25_00)
    assert [(part.actual.value, part.plan.value) for part in found.others] == [(150_00, 200_00), (350_00, 200_00)]


def test_own_figures_of_the_unit_are_a_part_of_their_own(load: Load) -> None:
    loaded(load, FACTS + "G,PROFIT,2023-02,actual,-5\n")

    found = of()

    assert found.children is not None
    assert found.children.rest == -5_00
    assert found.shift is not None
    assert found.shift.by[-1] == (None, Effects(0, 0, -5_00))
    assert found.shift.whole.of_gap == -30_00


def test_what_is_not_reported_leaves_mix_untold(load: Load) -> None:
    loaded(load, FACTS.replace("AB,PROFIT,2023-02,actual,10\n", ""))

    assert of().shift is None


def test_unit_without_children_has_its_months_and_no_mix(group: None) -> None:
    found = of("AB")

    assert (found.children, found.others) == (None, ())
    assert found.shift is not None
    # 60 planned on 200, 30 on 150: a quarter less volume costs 15, the rest is its own.
    assert found.shift.by == ((None, Effects(-15_00, 0, -15_00)),)
    chart = waterfall_chart(found, Wording.of(found.review))
    assert chart is not None
    assert [row[1] for row in chart.rows] == ["60", "−10", "−20", "30"]


def ranks(unit: str) -> list[tuple[str, int, int, int | None]]:
    return [(rank.info.code, rank.place, rank.of, rank.before) for rank in of(unit).standing.ranks]


def test_a_single_month_is_no_waterfall_of_months(group: None) -> None:
    found = of("AB", "2023-02")

    assert waterfall_chart(found, Wording.of(found.review)) is None
    # The path stands at the year to date, whatever the period.
    path = found.path(found.explained)
    assert path is not None
    assert '"text": "30"' in json.dumps(fan_chart(found, path, Wording.of(found.review)).spec)


def test_rank_is_by_the_share_of_the_plan_and_counts_who_has_one(group: None) -> None:
    """A is 25 % over, AB half of it short; N has no plan. In January A was on plan and AB a third short."""
    assert {unit: ranks(unit) for unit in ("G", "A", "AB", "N")} == {
        "G": [],
        "A": [("PROFIT", 1, 2, 1), ("REV", 1, 2, 1)],
        "AB": [("PROFIT", 2, 2, 2), ("REV", 2, 2, 2)],
        "N": [],
    }


def test_equal_units_share_a_place(load: Load) -> None:
    rows = FACTS.replace("AB,PROFIT,2023-01,actual,20", "AB,PROFIT,2023-01,actual,45").replace(
        "AB,PROFIT,2023-02,actual,10", "AB,PROFIT,2023-02,actual,30"
    )
    loaded(load, rows)

    # 75 on 60 is a quarter over, as 25 on 20 is.
    # In January A was on plan and AB half over.
    assert [ranks("A")[0], ranks("AB")[0]] == [("PROFIT", 1, 2, 2), ("PROFIT", 1, 2, 1)]


def test_share_held_is_the_effective_one(load: Load) -> None:
    """The group holds 60 % of A, and A half of A1: 30 %."""
    loaded(load, FACTS + "A1,PROFIT,2023-02,actual,1\n", holdings="owner,held,share\nG,A,60%\nA,A1,1/2")

    assert [of(unit).standing.share for unit in ("G", "A", "A1", "AB")] == [
        None,
        Fraction(3, 5),
        Fraction(3, 10),
        Fraction(1),
    ]


def test_segments_add_up_the_units_that_are_in_them(group: None) -> None:
    group, works = of(), of("AB")

    assert [(row.segment.code, [(a.value, p.value) for a, p in row.figures]) for row in group.segments] == [
        ("S1", [(25_00, 20_00), (350_00, 200_00)]),
        ("S2", [(30_00, 60_00), (150_00, 200_00)]),
    ]
    assert (works.segments, [node.code for node in works.standing.segments]) == ((), ["S2"])
    assert works.standing.people is not None
    assert works.standing.people.actual.value == 40


def test_own_segment_is_without_what_its_members_sell_to_each_other(load: Load) -> None:
    """Revenue of East and its base: 500 together, of which 30 to each other; the segment's own page says the same."""
    loaded(
        load,
        FACTS + "N,REV,2023-02,actual,5\nN,REV,2023-02,target,5\n",
        segments="segment,unit\nS1,A\nS1,AB\nS2,N",
        eliminations="unit,counterparty,measure,period,version,amount\nA,AB,REV,2023-02,actual,30",
    )

    row = next(each for each in of().segments if each.segment.code == "S1")

    own = of("S1").review.line("REV")
    assert own is not None
    assert [actual.value for actual, _plan in row.figures] == [55_00, 470_00]
    assert own.actual.value == 470_00


def test_year_is_a_path_of_months_with_gaps_where_nothing_is_known(load: Load) -> None:
    loaded(load, FACTS + "AB,PROFIT,2022-03,actual,7\nAB,PROFIT,2023-04,actual,9\nAB,PROFIT,2023-12,target,100\n")

    path = of("AB").path(of("AB").explained)

    assert path is not None
    assert path.cells[0] == Period(2023 * 12, 1)
    # April is after the period and is not shown, though it is known.
    assert path.actual == (20_00, 10_00, *[None] * 10)
    assert path.plan == (30_00, 30_00, *[None] * 9, 100_00)
    assert path.before == (None, None, 7_00, *[None] * 9)
    assert running(path.plan) == [30_00, 60_00, *[None] * 9, 160_00]


@pytest.mark.parametrize(
    ("target", "share", "completion"),
    [("0", None, None), ("-10", -2.0, None), ("", None, None)],
    ids=["zero", "negative", "missing"],
)
def test_a_plan_of_nothing_or_a_loss_has_no_completion(
    load: Load, target: str, share: float | None, completion: float | None
) -> None:
    row = f"A,PROFIT,2023-02,target,{target}\n" if target else ""
    loaded(load, f"unit,measure,period,version,value\nA,PROFIT,2023-02,actual,-30\nAB,REV,2023-02,target,1\n{row}")

    found = of("A", "2023-02")

    line = found.review.line("PROFIT")
    assert line is not None
    judged = line.judgement
    assert (judged and judged.share, judged and judged.completion) == (share, completion)
    assert found.standing.ranks == ()
    assert found.shift is None


def test_without_targets_and_without_a_year_before_there_is_still_a_sheet(load: Load) -> None:
    loaded(load, "unit,measure,period,version,value\nA,PROFIT,2023-02,actual,5\n")

    found = of("G")

    assert found.review.against == "last-year"
    assert found.explained is not None
    assert found.explained.gap is None
    assert (found.children, found.shift, found.standing.ranks) == (None, None, ())
    assert waterfall_chart(found, Wording.of(found.review)) is None
    assert [fan_chart(found, path, Wording.of(found.review)).rows[1][2] for path in found.paths] == ["5"]


def test_who_has_never_reported_has_an_empty_sheet(group: None) -> None:
    found = of("N")

    assert (found.lines, found.explained, found.paths, found.segments) == ((), None, (), ())
    assert waterfall_chart(found, Wording.of(found.review)) is None


def test_uneven_parts_have_no_rank(load: Load) -> None:
    """AB has no profit for February, so its margin would divide January's by both months' revenue."""
    loaded(load, FACTS.replace("AB,PROFIT,2023-02,actual,10\n", "").replace("up,,,2", "up,,,"))

    line = of("G").review.line("MARGIN")

    assert line is not None
    assert line.actual.uneven
    assert line.judgement is None


def test_too_many_measures_are_left_to_the_situation_page(load: Load) -> None:
    codes = [f"M{n:02}" for n in range(15)]
    rows = "".join(f"{code},{code},CNY,money,0.01,flow,up,,,{1 + (n % 2)}\n" for n, code in enumerate(codes))
    facts = "unit,measure,period,version,value\n" + "".join(f"A,{code},2023-02,actual,1\n" for code in codes)
    load(units=UNITS, measures=MEASURES + rows, facts=facts)

    lines = of("A", "2023-02").lines

    assert len(lines) == MOST_LINES
    # All seven that weigh more, in the order of their definition among the others.
    codes_shown = [line.info.code for line in lines]
    assert {code for n, code in enumerate(codes) if n % 2} < set(codes_shown)
    assert codes_shown == sorted(codes_shown)


def test_units_beside_go_round_in_a_circle(load: Load) -> None:
    loaded(load, FACTS + "N,REV,2023-02,actual,1\n")

    around = {unit: [node and node.code for node in of(unit).beside] for unit in ("G", "A", "AB", "N", "A1")}

    assert around == {
        "G": [None, None],
        "A": ["N", "AB"],
        "AB": ["A", "N"],
        "N": ["AB", "A"],
        "A1": [None, None],
    }


def test_a_figure_that_was_changed_for_a_reason_is_restated(load: Load) -> None:
    """January came to 20 at first; March is new with the same posting, and February was changed without a reason."""
    header = "unit,measure,period,version,value,vintage,reason\n"
    rows = (
        "2023-01,actual,20,2023-03-01,",
        "2023-02,actual,10,2023-03-01,",
        "2023-02,actual,11,2023-03-02,",
        "2023-01,actual,19,2023-04-05,miscounted",
        "2023-03,actual,1,2023-04-05,miscounted",
    )
    loaded(load, header + "".join(f"AB,PROFIT,{row}\n" for row in rows))

    found = [each for unit in ("AB", "A", "G") for each in of(unit, "2023-Q1").standing.restated]

    assert [(each.period, each.reason) for each in found] == [(parse("2023-01"), "miscounted")] * 2
