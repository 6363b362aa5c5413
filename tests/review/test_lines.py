"""Lines of a review: plan, pace by time, growth, record, trend and headline, on small ledgers."""

from __future__ import annotations

from headrope.core.periods import Period, parse
from headrope.review.headline import Headline, plain
from headrope.review.queries import Figure, Line, Record
from headrope.review.wording import Wording
from tests.conftest import Load
from tests.review.asking import ask

UNITS = """
code,name,parent
G,Group,
A,East,G
AB,East Branch,G
"""
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator,weight
REV,Revenue,CNY,money,0.01,flow,up,,,2
PROFIT,Profit,CNY,money,0.01,flow,up,,,1
CASH,Cash,CNY,money,0.01,stock,up,,,
LOST,Days lost,days,count,1,flow,down,,,
MARGIN,Margin,%,number,,ratio,up,PROFIT,REV,
"""


def facts(*rows: str) -> str:
    return "\n".join(["unit,measure,period,version,value", *rows])


def line_of(
    load: Load, rows: str, code: str, period: str = "2023-06", unit: str = "G", against: str | None = None
) -> Line:
    load(units=UNITS, measures=MEASURES, facts=rows)
    line = ask()(unit, period, against=against)[0].line(code)
    assert line is not None
    return line


def test_plan_when_only_the_year_is_planned_is_the_time_that_is_gone(load: Load) -> None:
    rows = facts("A,REV,2023,target,1000.01", "A,REV,2023-06,actual,400")

    line = line_of(load, rows, "REV", "2023-01..2023-06")

    # 100001 hundredths halved: half to even.
    assert (line.plan.value, line.year_plan) == (50_000, Figure(100_001, 1, 1))
    assert line.gap == 40_000 - 50_000


def test_plan_when_only_the_year_is_planned_and_a_single_month_is_asked_is_none(load: Load) -> None:
    line = line_of(load, facts("A,REV,2023,target,1200", "A,REV,2023-06,actual,400"), "REV", "2023-06")

    assert (line.plan.value, line.judgement) == (None, None)


def test_completion_when_the_plan_is_a_loss_is_none(load: Load) -> None:
    line = line_of(load, facts("A,PROFIT,2023-06,target,-1", "A,PROFIT,2023-06,actual,-44"), "PROFIT")

    assert line.judgement is not None
    assert (line.judgement.completion, line.judgement.state, line.gap) == (None, "behind", -4300)


def test_growth_when_last_year_was_a_loss_has_no_share(load: Load) -> None:
    line = line_of(load, facts("A,PROFIT,2022-06,actual,-5", "A,PROFIT,2023-06,actual,10"), "PROFIT")

    assert (line.growth, line.growth_share) == (1500, None)


def test_record_when_the_month_is_the_highest_of_all(load: Load) -> None:
    rows = facts(*(f"A,REV,2023-{month:02d},actual,{100 + month}" for month in range(1, 7)))

    assert line_of(load, rows, "REV").record == Record(True, parse("2023-01"), 6)


def test_record_when_less_is_better_is_the_lowest(load: Load) -> None:
    rows = facts(*(f"A,LOST,2023-{month:02d},actual,{20 - month}" for month in range(1, 7)))

    assert line_of(load, rows, "LOST").record == Record(False, parse("2023-01"), 6)


def test_record_when_equalled_before_or_incomplete_is_none(load: Load) -> None:
    equalled = facts("A,REV,2023-04,actual,9", "A,REV,2023-05,actual,7", "A,REV,2023-06,actual,9")

    assert line_of(load, equalled, "REV").record is None
    # AB reported before, so that June without it is incomplete.
    load(facts=facts("AB,REV,2023-04,actual,1", "A,REV,2023-06,actual,99"))
    line = ask()("G", "2023-06")[0].line("REV")
    assert line is not None
    assert (line.actual.reported, line.actual.expected, line.record) == (1, 2, None)


def test_trend_ends_with_the_period_and_keeps_holes(load: Load) -> None:
    rows = facts("A,REV,2023-03,actual,3", "A,REV,2023-05,actual,5", "A,REV,2023-06,actual,6", "A,REV,2023-06,target,7")

    trend = line_of(load, rows, "REV", "2023-Q2").trend

    months = parse("2023-03..2023-06")
    assert trend.cells == tuple(Period(start, 1) for start in range(months.start, months.end))
    assert (trend.actual, trend.plan) == ((3.0, None, 5.0, 6.0), (None, None, None, 7.0))


def test_quarter_when_nobody_reported_its_middle_month_is_not_complete(load: Load) -> None:
    rows = facts("A,REV,2023-01,actual,1", "A,REV,2023-03,actual,4")

    assert line_of(load, rows, "REV", "2023-Q1").actual == Figure(500, 2, 3)


def test_state_when_less_is_better_and_not_all_is_in_is_never_good(load: Load) -> None:
    rows = facts("AB,LOST,2023-05,actual,9", "A,LOST,2023-06,actual,1", "A,LOST,2023-06,target,5", "AB,LOST,2023-06,target,5")  # fmt: skip

    line = line_of(load, rows, "LOST")

    assert line.judgement is not None
    assert (line.actual, line.judgement.state, line.gap) == (Figure(1, 1, 2), "none", -9)


def test_ratio_is_of_sums_and_never_the_mean_of_ratios(load: Load) -> None:
    rows = facts("A,PROFIT,2023-06,actual,1", "A,REV,2023-06,actual,100", "AB,PROFIT,2023-06,actual,1", "AB,REV,2023-06,actual,2")  # fmt: skip

    line = line_of(load, rows, "MARGIN")

    assert line.actual == Figure(2 / 102, 2, 2, False)


def test_ratio_when_a_unit_lacks_a_part_is_uneven_and_has_no_state(load: Load) -> None:
    rows = facts("A,PROFIT,2023-06,actual,1", "A,REV,2023-06,actual,100", "AB,REV,2023-06,actual,2", "A,PROFIT,2023-06,target,1", "A,REV,2023-06,target,9")  # fmt: skip

    line = line_of(load, rows, "MARGIN")

    assert (line.actual.uneven, line.judgement) == (True, None)


def test_figures_when_they_pass_2_to_the_53_stay_exact_to_the_step(load: Load) -> None:
    big = 2**55 + 1
    rows = facts(f"A,REV,2023-05,actual,{big}", "A,REV,2023-06,actual,0.01", "A,CASH,2023-06,actual,1")

    line = line_of(load, rows, "REV", "2023-05..2023-06")

    assert line.actual.value == big * 100 + 1


def test_headline_names_the_gap_and_who_explains_it(load: Load) -> None:
    rows = facts(
        "A,REV,2023-06,actual,5000000", "AB,REV,2023-06,actual,5000000", "A,REV,2023-06,target,5000000",
        "AB,REV,2023-06,target,5000000", "A,PROFIT,2023-06,actual,100000", "AB,PROFIT,2023-06,actual,300000",
        "A,PROFIT,2023-06,target,400000", "AB,PROFIT,2023-06,target,350000",
    )  # fmt: skip
    load(units=UNITS, measures=MEASURES, facts=rows)

    review, ranking = ask()("G", "2023-06")

    assert ranking.info.code == "PROFIT"
    assert plain(Headline(review, Wording.of(review, "k")).sentences(ranking)) == (
        "Revenue is on plan. Profit is 350 thousand short of plan. East explains 300 of it."
    )


def test_ranking_rows_add_up_to_the_unit(load: Load) -> None:
    rows = facts("A,REV,2023-06,actual,10", "AB,REV,2023-06,actual,30.55")
    load(units=UNITS, measures=MEASURES, facts=rows)

    review, ranking = ask()("G", "2023-06", measure="REV")

    line = review.line("REV")
    assert line is not None
    assert sum(row.actual.value for row in ranking.rows) == line.actual.value == 4055
    assert [(row.unit.code, row.running) for row in ranking.rows] == [("AB", 3055 / 4055), ("A", 1.0)]
