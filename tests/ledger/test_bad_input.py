"""A folder with something wrong in it is refused as a whole: what is wrong, where, and how to mend it.

All tests begin with the same books and leave them as they were:

    G   group
        A   company
            A1  branch
        AB  company          like A by its code, and not below it
        C   company          from 1 March to 31 October 2023
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from headrope.core.problems import ProblemsFound
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.queries import measures
from headrope.org.actions import console_user
from headrope.org.models import User
from tests.conftest import Databases, Folder, Load, Place
from tests.ledger.small_group import FACTS, HEADER, MEASURES, UNITS, facts, standing

Refused = Callable[..., list[str]]

KINDS = "regulator, group, company, branch, second-line, institute, school, department, joint, segment, unit"
MEASURE_KINDS = (
    "flow, cumulative, stock, max, min, disjoint, distinct, weighted, score, text, formula, ratio, average, growth"
)
UNIT_HEADER = "code,name,parent,tier,kind,from,to"
MEASURE_HEADER = "code,name,account,quantity,step,kind,direction,numerator,denominator"
DATES = "Keep one row, or give the rows dates that do not overlap."


@pytest.fixture(scope="module")
def books(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The small group, loaded once: nobody here changes it."""
    place = databases.copy()
    source = tmp_path_factory.mktemp("small") / "small"
    source.mkdir()
    for name, text in (("units", UNITS), ("measures", MEASURES), ("facts", FACTS)):
        (source / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    load_folder(source, by=console_user())
    refresh_cube()
    return place


@pytest.fixture
def refused(books: Place, folder: Folder) -> Iterator[Refused]:
    """Loads a folder that must be refused; gives its problems as text, after a look that nothing was saved."""
    books.enter()

    def run(
        *, by: User | None = None, at: Path | None = None, complete: bool = False, **files: str | bytes
    ) -> list[str]:
        before = standing()
        with pytest.raises(ProblemsFound) as found:
            load_folder(at or folder(**files), by=by or console_user(), complete=complete)
        assert standing() == before
        return [str(problem) for problem in found.value.problems]

    yield run


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows))


# The tree


def test_units_when_the_tree_has_a_circle(refused: Refused) -> None:
    """
    G           A > A1 > AB > A
        C
    """
    units = table(
        UNIT_HEADER, "A,East Works,AB,,company,,", "A1,East Pumps,A,,branch,,", "AB,Airport Base,A1,,company,,"
    )

    assert refused(units=units) == [
        "units.csv, row 2: These units stand under each other in a circle: A > AB > A1 > A. Give one of them another parent."
    ]


def test_units_when_a_unit_stands_under_itself(refused: Refused) -> None:
    assert refused(units=table(UNIT_HEADER, "AB,Airport Base,AB,,company,,")) == [
        "units.csv, row 2: These units stand under each other in a circle: AB > AB. Give one of them another parent."
    ]


def test_units_when_a_unit_has_two_parents(refused: Refused) -> None:
    """
    G
        A
            AB      row 2
        AB          row 3
    """
    units = table(UNIT_HEADER, "AB,Airport Base,A,,company,,", "AB,Airport Base,G,,company,,")

    assert refused(units=units) == [
        f"units.csv, row 3: AB has two parents at the same time: A (units.csv, row 2) and G. {DATES}"
    ]


def test_units_when_the_parent_is_missing(refused: Refused) -> None:
    assert refused(units=table(UNIT_HEADER, "A2,East Valves,AC,,branch,,")) == [
        "units.csv, row 2: A2 stands under AC, which is no unit. Add a row for AC, or correct the parent."
    ]


def test_units_when_the_parent_does_not_exist_yet(refused: Refused) -> None:
    assert refused(units=table(UNIT_HEADER, "C1,Coast Ferries,C,,branch,2023-02-28,2023-10-31")) == [
        "units.csv, row 2: C1 stands under C on days when C does not exist. Correct the dates of one of them."
    ]


def test_units_when_dates_overlap(refused: Refused) -> None:
    units = table(UNIT_HEADER, "AB,Airport Base,G,,company,,2023-06-30", "AB,Airport,G,,branch,2023-06-15,")

    assert refused(units=units) == [
        f"units.csv, row 3: AB stands here and at units.csv, row 2 for the same days. {DATES}"
    ]


def test_units_when_they_end_before_they_begin(refused: Refused) -> None:
    assert refused(units=table(UNIT_HEADER, "A2,East Valves,A,,branch,2023-06-10,2023-06-01")) == [
        "units.csv, row 2: A2 ends on 2023-06-01, before it begins. Correct the column from or to."
    ]


def test_units_when_the_tier_is_wrong(refused: Refused) -> None:
    units = table(UNIT_HEADER, "A1,East Pumps,A,2,branch,,", "AB,Airport Base,G,two,company,,")

    assert refused(units=units) == [
        "units.csv, row 3: 'two' is not a tier. Write 1 for the group, 2 for the units below it.",
        "units.csv, row 2: A1 is said to be of tier 2, and by its parents it is of tier 3. Correct the tier or the parent.",
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            "A 2,East,A,,branch,,",
            "'A 2' is not a code. Use up to 40 letters, digits, dots, dashes; no blanks or slashes.",
        ),
        ("A2,,A,,branch,,", "A2 has no name. Write one."),
        ("A2,East,A,,plant,,", f"'plant' is not a kind of unit. Known kinds: {KINDS}."),
        ("A2,East,A,,branch,1.6.2023,", "'1.6.2023' is not a day. Write it like 2023-06-30 in the column from."),
        ("A2,East,A,,branch,,2023-02-30", "'2023-02-30' is not a day. Write it like 2023-06-30 in the column to."),
        ("A2,Ea\tst,A,,branch,,", "The column name holds a control character. Take it out."),
        ("A2,Ea\x00st,A,,branch,,", "The column name holds a control character. Take it out."),
        (f"A2,{'E' * 1001},A,,branch,,", "The column name is longer than 1000 characters. Shorten it."),
    ],
)
def test_units_when_a_cell_is_wrong(refused: Refused, row: str, problem: str) -> None:
    assert refused(units=table(UNIT_HEADER, row)) == [f"units.csv, row 2: {problem}"]


@pytest.mark.parametrize(
    ("method", "problem"),
    [
        (
            "proportionate",
            "The share of A2 goes up to A, which does not hold any on some of its days. "
            "Write what A holds into holdings.csv, for all days of this row.",
        ),
        ("equity", "The method 'equity' is not taken; see ADR 29. Load the result as a measure of the owner."),
        ("half", "'half' is not a method. Known methods: full, proportionate, none."),
    ],
)
def test_units_when_the_method_is_wrong(refused: Refused, method: str, problem: str) -> None:
    assert refused(units=table("code,name,parent,method", f"A2,East Valves,A,{method}")) == [
        f"units.csv, row 2: {problem}"
    ]


@pytest.mark.parametrize(
    ("successor", "problem"),
    [
        ("AC", "The successor AC of AB is no unit. Correct it, or add a row for it."),
        ("AB", "AB is its own successor. Name another unit, or none."),
    ],
)
def test_units_when_the_successor_is_wrong(refused: Refused, successor: str, problem: str) -> None:
    assert refused(units=table("code,name,parent,successor", f"AB,Airport Base,G,{successor}")) == [
        f"units.csv, row 2: {problem}"
    ]


# Measures and settings


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            "SHARE,Share,share,number,,ratio,up,PROFIT,REVENUE",
            "SHARE is formed from REVENUE, which is no measure. Correct the formula, or add a row for REVENUE.",
        ),
        (
            "SHARE,Share,share,number,,ratio,up,MARGIN,REV",
            "SHARE is a ratio and cannot be formed from MARGIN, which is a ratio. "
            "Form it from kinds: average, cumulative, disjoint, flow, formula, stock.",
        ),
        (
            "SHARE,Share,share,number,,ratio,up,PROFIT*REV,REV",
            "'PROFIT*REV' is no formula: two measures are multiplied; a formula adds and subtracts measures. "
            "Write it like A-B or 0.5*(A+B) in the column numerator.",
        ),
        (
            "SHARE,Share,share,number,,ratio,up,PROFIT,",
            "SHARE is a ratio and needs a denominator. Write measure codes.",
        ),
        (
            "COST,Cost,CNY,money,0.01,flow,down,REV,",
            "COST is a flow and has no numerator. Leave it empty.",
        ),
        (
            "NOTE,Note,words,text,,flow,none,,",
            "NOTE: texts, and only texts, are of the kind text. Correct kind or quantity.",
        ),
        (
            "COST,Cost,CNY,cash,0.01,flow,down,,",
            "'cash' is not a quantity. Known: money, count, number, text.",
        ),
        ("COST,Cost,CNY,money,0.01,sum,down,,", f"'sum' is not a kind. Known: {MEASURE_KINDS}."),
        (
            "COST,Cost,CNY,money,0.01,flow,less,,",
            "'less' is not a direction. Known: up, down, band, gate, index, none.",
        ),
        (
            "COST,Cost,CNY,money,,flow,down,,",
            "Money and counts are whole numbers of steps, and the step is empty. Write 0.01 or 1.",
        ),
        ("COST,Cost,CNY,money,0.05,flow,down,,", "'0.05' is not a step. Write a power of ten such as 0.01, 1 or 1000."),
        (
            "2COST,Cost,CNY,money,0.01,flow,down,,",
            "'2COST' is not a code of a measure. Begin with a letter; use letters, digits and _.",
        ),
        ("COST,,CNY,money,0.01,flow,down,,", "COST has no name. Write one."),
        ("COST,Co\x07st,CNY,money,0.01,flow,down,,", "The column name holds a control character. Take it out."),
        (
            "REV,Revenue,CNY,money,1,flow,up,,",
            "The quantity, step and kind of REV cannot change. Make a successor measure with a code of its own.",
        ),
        (
            "REV,Revenue,CNY,count,0.01,flow,up,,",
            "The quantity, step and kind of REV cannot change. Make a successor measure with a code of its own.",
        ),
        (
            "REV,Revenue,CNY,money,0.01,stock,up,,",
            "The quantity, step and kind of REV cannot change. Make a successor measure with a code of its own.",
        ),
    ],
)
def test_measures_when_a_row_is_wrong(refused: Refused, row: str, problem: str) -> None:
    assert refused(measures=table(MEASURE_HEADER, row)) == [f"measures.csv, row 2: {problem}"]


def test_measures_when_one_stands_there_twice(refused: Refused) -> None:
    row = "COST,Cost,CNY,money,0.01,flow,down,,"

    assert refused(measures=table(MEASURE_HEADER, row, row)) == [
        "measures.csv, row 3: COST stands here and at measures.csv, row 2. Keep one row."
    ]


@pytest.mark.parametrize("weight", ["heavy", "-1", "nan", "inf"])
def test_measures_when_the_weight_is_wrong(refused: Refused, weight: str) -> None:
    measures = table(f"{MEASURE_HEADER},weight", f"COST,Cost,CNY,money,0.01,flow,down,,,{weight}")

    assert refused(measures=measures) == [f"measures.csv, row 2: '{weight}' is not a weight. Write a number from 0 up."]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("currency,USD", "ledger.csv: currency is CNY and cannot become USD: the ledger holds figures. Load the folder into a ledger of its own."),
        ("fiscal_start,4", "ledger.csv: fiscal_start is 1 and cannot become 4: the ledger holds figures. Load the folder into a ledger of its own."),
        ("fiscal_start,April", "ledger.csv, row 2: The fiscal year starts in a month from 1 to 12, not 'April'. Write 4 for April."),
        ("currency,yuan", "ledger.csv, row 2: 'yuan' is not a currency code. Write three capital letters such as CNY."),
        ("time_zone,Peking", "ledger.csv, row 2: 'Peking' is not a time zone. Write one such as Asia/Shanghai."),
        ("language,fr", "ledger.csv, row 2: 'fr' is not a language of Headrope. Write en or zh."),
        ("colour,red", "ledger.csv, row 2: 'colour' is not a setting of a ledger. Known settings: name, currency, fiscal_start, time_zone, language, calendar."),
        ("name,A\nname,B", "ledger.csv, row 3: 'name' stands there twice. Keep one row."),
    ],
)  # fmt: skip
def test_settings_when_a_row_is_wrong(refused: Refused, row: str, problem: str) -> None:
    assert refused(ledger=table("key,value", row)) == [problem]


# Columns


def test_column_when_it_is_unknown_gets_a_suggestion(refused: Refused) -> None:
    found = refused(facts="unit,measure,Period,version,value,vintag,colour\nA,REV,2023-05,actual,1,,")

    known = "unit, measure, period, version, value, vintage, basis, state, reason"
    assert found == [
        "facts.csv, row 1: 'Period' is not a column of this file. Did you mean 'period'?",
        "facts.csv, row 1: 'vintag' is not a column of this file. Did you mean 'vintage'?",
        f"facts.csv, row 1: 'colour' is not a column of this file. Known columns: {known}.",
        "facts.csv, row 1: The column 'period' is missing. Add it.",
    ]


def test_column_when_it_is_missing(refused: Refused) -> None:
    assert refused(units="code,name\nA2,East Valves", facts="unit,measure,period,value\nA,REV,2023-05,1") == [
        "units.csv, row 1: The column 'parent' is missing. Add it.",
        "facts.csv, row 1: The column 'version' is missing. Add it.",
    ]


def test_column_when_it_stands_there_twice(refused: Refused) -> None:
    assert refused(facts="unit,measure,period,version,value,value\nA,REV,2023-05,actual,1,2") == [
        "facts.csv, row 1: The column 'value' stands there twice. Keep one."
    ]


def test_columns_when_they_stand_in_another_order_are_taken(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts="value,version,unit,period,measure\n1.50,actual,AB,2023-05,REV")

    assert facts() == [("AB", "REV", "actual", 20230501, "own", 150)]


# Single figures


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("B,REV,2023-05,actual,1", "There is no unit 'B'. Add it to units.csv, or correct the code."),
        ("a1,REV,2023-05,actual,1", "There is no unit 'a1'. Did you mean A1?"),
        ("AB ,REV,2023-05,actual,1", "There is no unit 'AB '. Did you mean AB?"),
        (",REV,2023-05,actual,1", "There is no unit ''. Add it to units.csv, or correct the code."),
        ("A,COST,2023-05,actual,1", "There is no measure 'COST'. Add it to measures.csv, or correct the code."),
        ("A,Rev,2023-05,actual,1", "There is no measure 'Rev'. Did you mean REV?"),
        ("A,REV,2023-05,last year,1", "'last year' is not a version. Write actual, target, budget, landing, or a word of letters, digits and _."),
        ("A,MARGIN,2023-05,actual,0.1", "MARGIN is a ratio: its actual value is formed from PROFIT, REV. Load those, or give basis stated."),
        ("C,REV,2023-02,actual,1", "C does not exist at the end of 2023-02. Correct the period, or the unit's dates."),
        ("C,REV,2023-11,actual,1", "C does not exist at the end of 2023-11. Correct the period, or the unit's dates."),
        ("C,REV,2023-Q4,actual,1", "C does not exist at the end of 2023-Q4. Correct the period, or the unit's dates."),
    ],
)  # fmt: skip
def test_fact_when_a_word_is_wrong(refused: Refused, row: str, problem: str) -> None:
    assert refused(facts=table(HEADER, row)) == [f"facts.csv, row 2: {problem}"]


@pytest.mark.parametrize(
    ("period", "problem"),
    [
        ("2023-13", "'2023-13' has no month 13; months run from 01 to 12."),
        ("2023-00", "'2023-00' has no month 00; months run from 01 to 12."),
        ("2023-Q5", "'2023-Q5' has no Q5; a year has 4 of them."),
        ("2023-H3", "'2023-H3' has no H3; a year has 2 of them."),
        ("FY2023-24", "'FY2023-24' names two years, but the fiscal year starts in January; write 2023."),
        ("1899-12", "'1899-12' lies outside 1900 to 2199."),
        ("2200", "'2200' lies outside 1900 to 2199."),
        *(
            (text, f"'{text}' is not a period; write 2023-06, 2023-Q2, 2023-H1, 2023 or FY2023-24.")
            for text in ("", "2023-6", "202306", "2023/06", "June 2023", "2023-q2", " 2023-06", "2023-06-30", "２０２３-06", "2023-04..2023-09")
        ),
    ],
)  # fmt: skip
def test_fact_when_the_period_is_none(refused: Refused, period: str, problem: str) -> None:
    assert refused(facts=table(HEADER, f"A,REV,{period},actual,1")) == [f"facts.csv, row 2: {problem}"]


@pytest.mark.parametrize(
    ("measure", "value", "problem"),
    [
        ("REV", "n/a", "'n/a' is not a number. Write it like -1234.5."),
        ("REV", "12,3o0", "'12,3o0' is not a number. Write it like -1234.5."),
        ("HEAT", "NaN", "'NaN' is not a number. Write it like -1234.5."),
        ("HEAT", "inf", "'inf' is not a number. Write it like -1234.5."),
        ("REV", "１２３", "'１２３' is written with full-width digits. Type it with plain digits."),
        ("REV", "12．5", "'12．5' is written with full-width digits. Type it with plain digits."),
        ("REV", "1,234.5", "'1,234.5' has thousands separators. Write 1234.5, without separators."),
        ("HEAT", "-1,234,567", "'-1,234,567' has thousands separators. Write -1234567, without separators."),
        ("REV", "1.234,5", "'1.234,5' has a decimal comma. Write 1234.5, if that is meant."),
        ("REV", "12,50", "'12,50' has a decimal comma. Write 12.50, if that is meant."),
        ("REV", " 12.5", "' 12.5' has blanks around it. Take the blanks out."),
        ("REV", "1.005", "'1.005' has more digits than the step 0.01 of its measure. Round it at the source, or load it into a measure with a finer step."),
        ("STAFF", "1.5", "'1.5' has more digits than the step 1 of its measure. Round it at the source, or load it into a measure with a finer step."),
        ("REV", "", "The value is empty. Leave the whole row out, or give state withdrawn or not-applicable."),
        ("STAFF", str(2**62), f"'{2**62}' is too large. Check the unit of account; the limit is 2^62 steps."),
        ("STAFF", str(-(2**62)), f"'{-(2**62)}' is too large. Check the unit of account; the limit is 2^62 steps."),
        ("REV", "1e99", "'1e99' is too large. Check the unit of account; the limit is 2^62 steps."),
        ("HEAT", "1e999", "'1e999' is too large. Check the unit of account."),
        ("REV", "1\x002", "'1\x002' is not a number. Write it like -1234.5."),
    ],
)  # fmt: skip
def test_fact_when_the_value_is_none(refused: Refused, measure: str, value: str, problem: str) -> None:
    assert refused(facts=table(HEADER, f'A,{measure},2023-05,actual,"{value}"')) == [
        f"facts.csv, row 2, A {measure} 2023-05: {problem}"
    ]


def test_fact_when_the_value_has_a_very_long_tail(refused: Refused) -> None:
    value = "1." + "0" * 28 + "1"

    assert refused(facts=table(HEADER, f"A,REV,2023-05,actual,{value}")) == [
        f"facts.csv, row 2, A REV 2023-05: '{value}' has more digits than the step 0.01 of its measure. "
        "Round it at the source, or load it into a measure with a finer step."
    ]


def test_fact_when_the_value_is_the_largest_is_kept_to_the_step(place: Place, folder: Folder) -> None:
    rows = table(HEADER, f"A,STAFF,2023-05,actual,{2**62 - 1}", "AB,REV,2023-05,actual,-46116860184273879.03")

    load_folder(folder(units=UNITS, measures=MEASURES, facts=rows), by=console_user())

    assert facts() == [
        ("A", "STAFF", "actual", 20230501, "own", 2**62 - 1),
        ("AB", "REV", "actual", 20230501, "own", -(2**62) + 1),
    ]


def test_sum_when_it_is_just_below_the_limit_is_taken(load: Load) -> None:
    """
    G
        A       2^62 - 2
        AB      1
    """
    load(
        units=UNITS,
        measures=MEASURES,
        facts=table(HEADER, f"A,STAFF,2023-05,actual,{2**62 - 2}", "AB,STAFF,2023-05,actual,1"),
    )


SUM = (
    "facts.csv: The figures of STAFF add up to 2^62 steps or more, which is more than can be added exactly. "
    "Load it as a measure with a coarser step."
)


@pytest.mark.parametrize("sign", ["", "-"])
def test_sum_when_it_reaches_the_limit(refused: Refused, sign: str) -> None:
    """
    G
        A       2^62 - 1
        AB      1 or -1: values do not cancel in this test
    """
    rows = table(HEADER, f"A,STAFF,2023-05,actual,{2**62 - 1}", f"AB,STAFF,2023-05,actual,{sign}1")

    assert refused(facts=rows) == [SUM]


def test_sum_when_it_reaches_the_limit_over_time(refused: Refused) -> None:
    rows = table(HEADER, *(f"AB,STAFF,2023-{month:02d},actual,{2**60}" for month in range(5, 9)))

    assert refused(facts=rows) == [SUM]


def test_sum_when_it_reaches_the_limit_by_a_small_load(load: Load, folder: Folder) -> None:
    """
    G
        A       2^62 - 2, loaded before
        AB      5
    """
    load(units=UNITS, measures=MEASURES, facts=table(HEADER, f"A,STAFF,2023-05,actual,{2**62 - 2}"))

    with pytest.raises(ProblemsFound) as found:
        load(facts=table(HEADER, "AB,STAFF,2023-05,actual,5"))

    assert [str(problem) for problem in found.value.problems] == [SUM]


COLUMNS = f"{HEADER},vintage,basis,state"
TOMORROW = date.today() + timedelta(days=2)


@pytest.mark.parametrize(
    ("tail", "problem"),
    [
        (f"1,{TOMORROW},,", f"'{TOMORROW}' is not a day up to today. Write the day on which the figure became known, like 2023-07-14."),
        ("1,14.7.2023,,", "'14.7.2023' is not a day up to today. Write the day on which the figure became known, like 2023-07-14."),
        ("1,,,", "'' is not a day up to today. Write the day on which the figure became known, like 2023-07-14."),
        ("1,2023-07-14,Own,", "'Own' is not a basis. Write own or stated."),
        ("1,2023-07-14,total,", "'total' is not a basis. Write own or stated."),
        ("1,2023-07-14,,n/a", "'n/a' is not a state. Write value, withdrawn or not-applicable."),
        ("1,2023-07-14,,withdrawn", "A cell that is withdrawn has no value. Empty the value, or the state."),
        ("0,2023-07-14,,not-applicable", "A cell that is not-applicable has no value. Empty the value, or the state."),
    ],
)  # fmt: skip
def test_fact_when_vintage_basis_or_state_is_wrong(refused: Refused, tail: str, problem: str) -> None:
    assert refused(facts=table(COLUMNS, f"AB,REV,2023-05,actual,{tail}")) == [f"facts.csv, row 2: {problem}"]


def test_fact_when_every_word_of_a_row_is_wrong_names_them_all(refused: Refused) -> None:
    assert refused(facts=table(COLUMNS, "ab,rev,2023-13,last year,x,soon,Own,gone")) == [
        "facts.csv, row 2: There is no unit 'ab'. Did you mean AB?",
        "facts.csv, row 2: There is no measure 'rev'. Did you mean REV?",
        "facts.csv, row 2: '2023-13' has no month 13; months run from 01 to 12.",
        "facts.csv, row 2: 'last year' is not a version. Write actual, target, budget, landing, or a word of letters, digits and _.",
        "facts.csv, row 2: 'soon' is not a day up to today. Write the day on which the figure became known, like 2023-07-14.",
        "facts.csv, row 2: 'Own' is not a basis. Write own or stated.",
        "facts.csv, row 2: 'gone' is not a state. Write value, withdrawn or not-applicable.",
    ]


def test_vintage_when_it_is_older_than_what_is_known_of_the_cell(refused: Refused) -> None:
    rows = table(f"{HEADER},vintage", "AB,REV,2023-05,actual,1,2023-06-09", "AB,REV,2023-04,actual,1,2023-05-09")

    assert refused(facts=rows) == [
        f"facts.csv, row 3: The vintage 2023-05-09 is older than what is known of this cell since {date.today()}. "
        "A vintage is added behind the last one, never before it."
    ]


def test_vintages_when_loaded_by_somebody_who_is_no_administrator(refused: Refused) -> None:
    clerk = User(username="clerk", is_active=True)
    clerk.pk = 0

    assert refused(by=clerk, facts=table(f"{HEADER},vintage", "AB,REV,2023-05,actual,1,2023-06-09")) == [
        "facts.csv: Figures with a vintage of their own are imported by administrators only. "
        "Ask one of them, or leave the column vintage out."
    ]


# Rows against each other


def test_rows_when_they_say_the_same_or_contradict_each_other(refused: Refused) -> None:
    rows = table(
        HEADER,
        "AB,REV,2023-05,actual,1.00",
        "A,REV,2023-05,actual,1.00",
        "AB,REV,2023-05,actual,1",
        "A,REV,2023-05,actual,2",
        "AB,HEAT,2023-05,actual,0.10",
        "AB,HEAT,2023-05,actual,0.1",
    )

    assert refused(facts=rows) == [
        "facts.csv, row 4: The row says the same as row 2. Delete one of them.",
        "facts.csv, row 5: The row contradicts row 3: the same cell, another value. Keep the right one.",
        "facts.csv, row 7: The row says the same as row 6. Delete one of them.",
    ]


def test_rows_when_a_value_and_a_state_stand_for_one_cell(refused: Refused) -> None:
    rows = table(f"{HEADER},state", "AB,REV,2023-05,actual,1,", "AB,REV,2023-05,actual,,not-applicable")

    assert refused(facts=rows) == [
        "facts.csv, row 3: The row contradicts row 2: the same cell, another value. Keep the right one."
    ]


# Files


def test_file_when_it_is_in_gb18030_names_the_row(refused: Refused) -> None:
    text = f"{UNIT_HEADER}\nA,East Works,G,,company,,\nAB,空港基地,G,,company,,\n"

    assert refused(units=text.encode("gb18030")) == [
        "units.csv, row 3: The file is not in UTF-8: byte 0xBF is none of its letters. "
        "Save it as CSV UTF-8 (in Excel: CSV UTF-8, comma delimited)."
    ]


def test_file_when_its_header_is_in_gb18030(refused: Refused) -> None:
    assert refused(units="代码,name,parent\nA,East Works,G\n".encode("gb18030")) == [
        "units.csv, row 1: The file is not in UTF-8: byte 0xB4 is none of its letters. "
        "Save it as CSV UTF-8 (in Excel: CSV UTF-8, comma delimited)."
    ]


def test_file_when_it_is_cut_inside_a_row(refused: Refused) -> None:
    assert refused(facts=f"{HEADER}\nA,REV,2023-05,actual,1.00\nAB,REV,2023-0") == [
        "facts.csv, row 3: The row has 3 cells, the header has 5. "
        "Complete the row; was the file cut off, or does a text hold an unquoted comma?"
    ]


def test_file_when_it_is_cut_inside_a_quote(refused: Refused) -> None:
    assert refused(units=f'{UNIT_HEADER}\nA,East Works,G,,company,,\nAB,"Airport B'.encode()) == [
        "units.csv, row 3: The row cannot be read: unexpected end of data. "
        "Look for a quote that is left open; was the file cut off?"
    ]


def test_row_when_it_has_more_cells_than_the_header(refused: Refused) -> None:
    assert refused(facts=table(HEADER, "AB,REV,2023-05,actual,1,234.50")) == [
        "facts.csv, row 2: The row has 6 cells, the header has 5. "
        "Complete the row; was the file cut off, or does a text hold an unquoted comma?"
    ]


def test_file_when_a_quote_is_never_closed(refused: Refused) -> None:
    rows = "A,REV,2023-05,actual,1\n" * 20_000

    assert refused(facts=f'{HEADER}\n"A,REV,2023-05,actual,1\n{rows}') == [
        "facts.csv, row 5700: The row cannot be read: field larger than field limit (131072). "
        "Look for a quote that is left open; was the file cut off?"
    ]


def test_line_when_it_has_20_megabytes_is_not_read_into_memory(books: Place, folder: Folder) -> None:
    books.enter()
    path = folder(facts=f"{HEADER}\nA,REV,2023-05,actual,1\n".encode() + b"7" * 20_000_000)
    code = (
        "import resource, sys; from pathlib import Path; from headrope.ledger.folder.tables import open_table\n"
        "found = []; path = Path(sys.argv[1]); before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"list(open_table(path, {tuple(HEADER.split(','))}, (), found.append).chunks(found.append))\n"
        "print(*found, sep='|'); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )

    told = subprocess.run([sys.executable, "-c", code, path / "facts.csv"], capture_output=True, text=True, check=True)

    problem, kilobytes = told.stdout.splitlines()
    assert problem == (
        "facts.csv, after row 2: A line is longer than 100,000 characters. "
        "Is a quote left open, or is this not a CSV file?"
    )
    assert int(kilobytes) < 8_000


def test_file_when_its_first_line_is_huge(refused: Refused) -> None:
    assert refused(facts=b"7" * 200_000) == [
        "facts.csv, row 1: The first row is no header. Write the column names into the first row."
    ]


def test_file_when_it_is_empty(refused: Refused) -> None:
    assert refused(units=b"", facts=b"", measures=b"\n\n") == [
        "units.csv: The file is empty. Write at least the header: code, name, parent.",
        "measures.csv: The file is empty. Write at least the header: code, name, account, quantity, step, kind, direction.",
        "facts.csv: The file is empty. Write at least the header: unit, measure, period, version, value.",
    ]


def test_file_when_it_has_a_header_only_changes_nothing(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)
    before = standing()

    result = load(units=UNIT_HEADER, measures=MEASURE_HEADER, facts=HEADER, ledger="key,value")

    assert (result.rows, result.vintages, standing()) == (0, [(None, 0)], before)


def test_folder_when_it_holds_nothing_to_load(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "Facts.txt").write_text(FACTS)

    assert refused(at=tmp_path) == [
        f"{tmp_path}: The folder holds no file that can be loaded. It needs units.csv, measures.csv or facts.csv."
    ]


@pytest.mark.parametrize("name", ["nowhere", "a-file"])
def test_folder_when_it_is_none(refused: Refused, tmp_path: Path, name: str) -> None:
    (tmp_path / "a-file").write_text(FACTS)

    assert refused(at=tmp_path / name) == [
        f"{tmp_path / name}: There is no such folder. Name a folder that holds units.csv, measures.csv or facts.csv."
    ]


def test_file_when_another_lies_beside_it_is_named_and_left_alone(load: Load) -> None:
    result = load(units=UNITS, measures=MEASURES, facts=FACTS, notes="anything", Units="code")

    assert result.ignored_files == ["Units.csv", "notes.csv"]


@pytest.mark.parametrize(
    "as_bytes",
    [lambda text: b"\xef\xbb\xbf" + text, lambda text: text.replace(b"\n", b"\r\n"), lambda text: text.rstrip(b"\n")],
    ids=["BOM", "CRLF", "no last line break"],
)
def test_file_when_written_by_excel_is_taken(load: Load, as_bytes: Callable[[bytes], bytes]) -> None:
    files = {"units": UNITS, "measures": MEASURES, "facts": FACTS}

    load(**{name: as_bytes(text.strip().encode() + b"\n") for name, text in files.items()})

    assert facts() == [
        ("A", "REV", "actual", 20230401, "own", 1000),
        ("A1", "REV", "actual", 20230401, "own", 10010),
        ("A1", "PROFIT", "actual", 20230401, "own", 1000),
        ("A1", "STAFF", "actual", 20230401, "own", 140),
        ("AB", "REV", "actual", 20230401, "own", 8000),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_row_numbers_when_texts_hold_line_breaks_and_lines_are_empty(refused: Refused, end: str) -> None:
    lines = [f"{HEADER},reason", 'A,REV,2023-05,actual,1,"late,', "", 'by mail"', "", "AB,REV,2023-05,actual,x,", ""]

    assert refused(facts=end.join(lines).encode()) == [
        "facts.csv, row 6, AB REV 2023-05: 'x' is not a number. Write it like -1234.5."
    ]


def test_name_when_it_holds_a_line_break_is_refused_at_its_last_line(refused: Refused) -> None:
    units = table(UNIT_HEADER, 'A2,"East', 'Valves",A,,branch,,', "A3,,A,,branch,,")

    assert refused(units=units) == [
        "units.csv, row 3: The column name holds a control character. Take it out.",
        "units.csv, row 4: A3 has no name. Write one.",
    ]


# Everything at once


def test_problems_when_there_are_many_are_all_listed_in_order(refused: Refused) -> None:
    found = refused(
        ledger=table("key,value", "language,fr"),
        units=table(UNIT_HEADER, "A2,East Valves,AC,,branch,,", "A3,East Pipes,A,,plant,,"),
        measures=table(MEASURE_HEADER, "NOTE,Note,words,text,,flow,none,,"),
        facts=table(HEADER, "a,REV,2023-05,actual,1", "A,REV,2023-05,actual,1", "A1,REV,2023-13,actual,x", "AB,REV,2023-05,actual,x"),
    )  # fmt: skip

    assert found == [
        "ledger.csv, row 2: 'fr' is not a language of Headrope. Write en or zh.",
        f"units.csv, row 3: 'plant' is not a kind of unit. Known kinds: {KINDS}.",
        "units.csv, row 2: A2 stands under AC, which is no unit. Add a row for AC, or correct the parent.",
        "measures.csv, row 2: NOTE: texts, and only texts, are of the kind text. Correct kind or quantity.",
        "facts.csv, row 2: There is no unit 'a'. Did you mean A?",
        "facts.csv, row 4: '2023-13' has no month 13; months run from 01 to 12.",
        "facts.csv, row 5, AB REV 2023-05: 'x' is not a number. Write it like -1234.5.",
    ]


def test_problems_when_a_thousand_rows_are_wrong_are_a_thousand(refused: Refused) -> None:
    found = refused(facts=table(HEADER, *(f"A,REV,2023-05,actual,x{n}" for n in range(1000))))

    assert found == [
        f"facts.csv, row {n + 2}, A REV 2023-05: 'x{n}' is not a number. Write it like -1234.5." for n in range(1000)
    ]


# What the database cannot hold


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (
            {"units": table(UNIT_HEADER, "A\x002,East Valves,A,,branch,,")},
            "units.csv, row 2: 'A\x002' is not a code. Use up to 40 letters, digits, dots, dashes; no blanks or slashes.",
        ),
        (
            {"facts": table(f"{HEADER},reason", "AB,REV,2023-05,actual,1,la\x00te")},
            "facts.csv: The reason 'la?te' holds a character that no text has. Take it out.",
        ),
        (
            {"measures": table(MEASURE_HEADER, f"SHARE,Share,share,number,,ratio,up,{'+'.join(['PROFIT'] * 70)},REV")},
            "measures.csv, row 2: The column numerator is longer than 400 characters. Shorten it.",
        ),
        (
            {"ledger": table("key,value", f"name,{'N' * 201}")},
            "ledger.csv, row 2: The column name is longer than 200 characters. Shorten it.",
        ),
    ],
    ids=["NUL in a code", "NUL in a reason", "long formula", "long name of the ledger"],
)
def test_text_when_the_database_cannot_hold_it(refused: Refused, files: dict[str, str], problem: str) -> None:
    assert refused(**files) == [problem]


@pytest.mark.parametrize("length", [200, 1000])
def test_name_when_it_is_as_long_as_may_be_is_kept(load: Load, length: int) -> None:
    files = {"ledger": f"key,value\nname,{'名' * length}"} if length == 200 else {}

    load(
        units=UNITS.replace("Airport Base", "名" * length),
        measures=MEASURES.replace("Heat sold", "热" * length),
        **files,
    )

    assert {info.name for info in measures() if info.code == "HEAT"} == {"热" * length}
