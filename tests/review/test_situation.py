"""The situation on a small ledger: units by measures, the gap taken apart, what a month must bring, what has moved."""

from __future__ import annotations

from datetime import date

import pytest

from headrope.core.periods import Period, parse
from headrope.review.headline import Headline, headline_measures, plain
from headrope.review.queries import Question
from headrope.review.situation.gap import Part, gap_of
from headrope.review.situation.heat import Heat, Shown, heat
from headrope.review.situation.need import Need, need_of
from headrope.review.situation.since import compare, period_then, restated_since, snapshot
from headrope.review.situation.states import STATES
from headrope.review.wording import Wording
from tests.conftest import Load
from tests.review.asking import Asking, ask

UNITS = """
code,name,parent
G,Group,
A,East,G
AA,East Branch,A
AB,East Works,A
B,West,G
C,North,G
"""
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator,weight
REV,Revenue,CNY,money,0.01,flow,up,,,2
PROFIT,Profit,CNY,money,0.01,flow,up,,,1
LOST,Days lost,days,count,1,flow,down,,,1
MARGIN,Margin,%,number,,ratio,up,PROFIT,REV,1
EXTRA,Extra,CNY,money,0.01,flow,up,,,
"""
# January: the plan of every leaf is 100 of revenue and 10 of profit; C does not report February.
FACTS = """
unit,measure,period,version,value
AA,REV,2023-01,target,100
AB,REV,2023-01,target,100
B,REV,2023-01,target,100
C,REV,2023-01,target,100
AA,REV,2023-01,actual,80
AB,REV,2023-01,actual,99
B,REV,2023-01,actual,130
C,REV,2023-01,actual,100
AA,PROFIT,2023-01,target,10
AB,PROFIT,2023-01,target,10
B,PROFIT,2023-01,target,-1
C,PROFIT,2023-01,target,10
AA,PROFIT,2023-01,actual,10
AB,PROFIT,2023-01,actual,10.11
B,PROFIT,2023-01,actual,-44
C,PROFIT,2023-01,actual,10
B,LOST,2023-01,target,2
B,LOST,2023-01,actual,5
"""


@pytest.fixture
def january(load: Load) -> Asking:
    load(units=UNITS, measures=MEASURES, facts=FACTS)
    return ask()


def matrix(asking: Asking, period: str = "2023-01", by: str = "", tier: int | None = None) -> Heat:
    review = asking.reader.review(Question("G", parse(period)))
    infos = [line.info for line in headline_measures(review)]
    return heat(asking.reader, review, Shown(infos, review.children, by, tier))


def states(found: Heat, code: str) -> dict[str, str]:
    field = found.field(code)
    assert field is not None
    return {node.code: STATES[state] for node, state in zip(found.units, field.states, strict=True)}


def test_matrix_says_how_far_everybody_is_and_who_below_him_is_in_trouble(january: Asking) -> None:
    found = matrix(january, by="REV")

    revenue = found.field("REV")
    assert revenue is not None
    assert [node.code for node in found.units] == ["G", "A", "C", "B"]
    assert [round(float(share), 4) for share in revenue.share] == [0.0225, -0.105, 0.0, 0.3]
    assert states(found, "REV") == {"G": "on", "A": "behind", "C": "on", "B": "ahead"}
    # The Branch is 20 % short, the Works 1 %.
    assert [[STATES[code] for code in hem] for hem in found.hems[0]] == [[], ["behind", "on"], [], []]
    assert [len(below) for below in found.below] == [3, 2, 0, 0]


def test_matrix_tells_small_counts_as_amounts_and_shares_in_points(january: Asking) -> None:
    found = matrix(january)

    assert {field.info.code: field.by for field in found.fields} == {"REV": "share", "PROFIT": "share", "LOST": "amount", "MARGIN": "points"}  # fmt: skip
    lost = found.field("LOST")
    assert lost is not None
    assert [float(good) for good in lost.good[[node.code for node in found.units].index("B")][None]] == [-3.0]
    assert states(found, "LOST") == {"G": "behind", "A": "na", "B": "behind", "C": "na"}


def test_matrix_without_a_measure_to_sort_by_shows_the_worst_first(january: Asking) -> None:
    assert [node.code for node in matrix(january).units] == ["G", "B", "A", "C"]


def test_matrix_when_a_unit_is_silent_hatches_it_and_puts_it_last(load: Load, january: Asking) -> None:
    rows = [f"{unit},{code},2023-02,{version},100" for unit in ("AA", "AB", "B", "C") for code in ("REV", "PROFIT") for version in ("actual", "target") if not (unit == "C" and version == "actual")]  # fmt: skip
    load(facts="\n".join(["unit,measure,period,version,value", *rows]))

    found = matrix(ask(), "2023-01..2023-02", by="REV")

    assert [node.code for node in found.units][-1] == "C"
    assert states(found, "REV")["C"] == "missing"
    assert states(found, "REV")["G"] != "missing"


def test_gap_by_children_adds_up_to_the_gap_exactly(january: Asking) -> None:
    review = january.reader.review(Question("G", parse("2023-01")))

    gap = gap_of(january.reader, review, january.reader.infos["PROFIT"])

    assert gap is not None
    assert [(part.unit.code if part.unit else part.kind, part.amount) for part in gap.parts] == [("B", -4300), ("C", 0), ("A", 11)]  # fmt: skip
    assert sum(part.amount for part in gap.parts) == gap.amount == -1389 - 2900


def test_gap_of_eliminations_is_a_part_of_its_own(load: Load, january: Asking) -> None:
    load(eliminations="unit,counterparty,measure,period,version,amount\nA,B,REV,2023-01,actual,12.34")
    asking = ask()
    review = asking.reader.review(Question("G", parse("2023-01")))

    gap = gap_of(asking.reader, review, asking.reader.infos["REV"])

    assert gap is not None
    assert Part("eliminations", -1234) in gap.parts
    assert sum(part.amount for part in gap.parts) == gap.amount == 900 - 1234


def test_gap_of_who_has_not_reported_is_marked(load: Load, january: Asking) -> None:
    rows = [f"{unit},REV,2023-02,{version},100" for unit in ("AA", "AB", "B", "C") for version in ("actual", "target") if not (unit == "C" and version == "actual")]  # fmt: skip
    load(facts="\n".join(["unit,measure,period,version,value", *rows]))
    asking = ask()
    review = asking.reader.review(Question("G", parse("2023-01..2023-02")))

    gap = gap_of(asking.reader, review, asking.reader.infos["REV"])

    assert gap is not None
    assert [(part.unit.code, part.amount) for part in gap.parts if part.kind == "missing" and part.unit] == [
        ("C", -10000)
    ]
    assert sum(part.amount for part in gap.parts) == gap.amount


def test_gap_of_a_ratio_has_no_parts(january: Asking) -> None:
    review = january.reader.review(Question("G", parse("2023-01")))

    assert gap_of(january.reader, review, january.reader.infos["MARGIN"]) is None


@pytest.mark.parametrize(
    ("target", "actual", "left", "best", "expected"),
    [
        (980, 395, 6, 116, Need(98, 6, 116, False)),  # 97.5 is rounded half to even
        (980, 389, 6, 116, Need(98, 6, 116, False)),
        (100, 100, 3, 50, Need(0, 3, 50, True)),
        (100, 130, 3, 50, Need(-10, 3, 50, True)),
        (-10, -40, 6, -2, Need(5, 6, -2, False)),
        (1.5, 0.5, 4, None, Need(0.25, 4, None, False)),
    ],
)
def test_need_is_the_rest_of_the_target_over_the_months_left(
    target: float, actual: float, left: int, best: float | None, expected: Need
) -> None:
    assert need_of(target, actual, left, best) == expected


def test_need_beside_the_best_month_there_ever_was(load: Load) -> None:
    rows = [
        "AA,REV,2023,target,1200",
        "AA,REV,2022-05,actual,250",
        "AA,REV,2023-01,actual,90",
        "AA,REV,2023-02,actual,110",
    ]
    load(units=UNITS, measures=MEASURES, facts="\n".join(["unit,measure,period,version,value", *rows]))

    line = ask()("G", "2023-01..2023-02")[0].line("REV")

    assert line is not None
    assert line.need == Need(10_000, 10, 25_000, False)
    assert line.need.share == 0.4


@pytest.mark.parametrize("period", ["2023-02", "2023"])
def test_need_of_a_single_month_or_a_whole_year_is_not_asked(load: Load, period: str) -> None:
    rows = ["AA,REV,2023,target,1200", "AA,REV,2023-01,actual,90", "AA,REV,2023-02,actual,110"]
    load(units=UNITS, measures=MEASURES, facts="\n".join(["unit,measure,period,version,value", *rows]))

    line = ask()("G", period)[0].line("REV")

    assert line is not None
    assert line.need is None


def test_headline_measures_are_those_that_weigh(load: Load, january: Asking) -> None:
    load(facts="unit,measure,period,version,value\nB,EXTRA,2023-01,actual,1")
    review = ask().reader.review(Question("G", parse("2023-01")))

    assert [line.info.code for line in review.lines] == ["REV", "PROFIT", "LOST", "MARGIN", "EXTRA"]
    assert [line.info.code for line in headline_measures(review)] == ["REV", "PROFIT", "LOST", "MARGIN"]


def test_headline_without_a_landing_says_nothing_of_it(january: Asking) -> None:
    review, ranking = january("G", "2023-01")

    assert "land" not in plain(Headline(review, Wording.of(review)).sentences(ranking))


REASONED = "unit,measure,period,version,value,vintage,reason"


def test_what_moved_between_two_days(load: Load) -> None:
    """East was on plan on 10 February; its January was corrected on the 20th, and February came on 12 March."""
    plans = [f"{unit},REV,2023-0{month},target,100,2023-01-01," for unit in ("AA", "B") for month in (1, 2)]
    first = [f"{unit},REV,2023-01,actual,100,2023-02-05," for unit in ("AA", "B")]
    later = ["AA,REV,2023-01,actual,70,2023-02-20,counted twice", "AA,REV,2023-02,actual,80,2023-03-12,", "B,REV,2023-02,actual,100,2023-03-12,"]  # fmt: skip
    load(units=UNITS, measures=MEASURES, facts="\n".join([REASONED, *plans, *first, *later]))
    period, day = parse("2023-01..2023-02"), date(2023, 2, 10)
    now, then = ask(), ask(day)
    after = snapshot(now.reader, now.reader.review(Question("G", period)))
    part = period_then(then.reader, period)
    assert part == Period(period.start, 1)
    same = snapshot(then.reader, then.reader.review(Question("G", period, known_on=day)))
    told = snapshot(then.reader, then.reader.review(Question("G", part, known_on=day)))
    restated = restated_since(now.reader, after.review, day)

    found = compare(same, told, after, restated)

    assert found.then == part
    assert [(each.unit.code, each.info.code) for each in found.red] == [("G", "REV"), ("A", "REV")]
    assert found.recovered == ()
    revenue = found.moved[0]
    assert revenue.before is not None
    assert (revenue.before.actual.value, revenue.after.actual.value, revenue.changed) == (20_000, 35_000, True)
    codes = {node.id: node.code for node in now.reader.tree(period).nodes.values()}
    assert [(codes[each.unit], str(each.period), each.reason) for each in found.restated] == [
        ("AA", "2023-01", "counted twice")
    ]
