"""What two units' figures hold of their dealings with each other, and its vintages.

G   group
    A   company
        A1  branch
    AB  company          like A by its code, and not below it
    C   company          from 1 March to 31 October 2023
"""

from __future__ import annotations

from datetime import date

import pytest

from headrope.core.problems import ProblemsFound
from headrope.journal.models import Posting
from headrope.ledger.models import Elimination, Measure, PostingUnit, Version
from headrope.org.queries import unit_ids
from tests.conftest import Load
from tests.ledger.small_group import HEADER, MEASURES, UNITS, standing

PAIR = "unit,counterparty,measure,period,version,amount"
MAY, JUNE, JULY = "2023-05-09", "2023-06-09", "2023-07-14"


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows))


def eliminations() -> list[tuple[object, ...]]:
    """All of them in the order of posting: unit, counterparty, measure, version, period, amount in steps."""
    units = {number: code for code, number in unit_ids().items()}
    measures = dict(Measure.objects.values_list("id", "code"))
    versions = dict(Version.objects.values_list("id", "code"))
    return [
        (units[e.unit_id], units[e.counterparty_id], measures[e.measure_id], versions[e.version_id], e.period, e.amount)
        for e in Elimination.objects.order_by("seq", "unit_id", "counterparty_id", "period")
    ]


def refused(load: Load, **files: str) -> list[str]:
    before = standing()
    with pytest.raises(ProblemsFound) as found:
        load(**files)
    assert standing() == before
    return [str(problem) for problem in found.value.problems]


def test_eliminations_when_loaded_touch_both_units_and_keep_their_reason(load: Load) -> None:
    load(units=UNITS, measures=MEASURES)

    result = load(
        eliminations=table(
            f"{PAIR},reason", "A1,AB,REV,2023-04,actual,10.50,agreed in May", "A1,C,PROFIT,2023-04,budget,-1,"
        )
    )

    assert (result.eliminations, result.rows) == (2, 0)
    assert eliminations() == [
        ("A1", "AB", "REV", "actual", 20230401, 1050),
        ("A1", "C", "PROFIT", "budget", 20230401, -100),
    ]
    posting = Posting.objects.latest("seq")
    codes = {number: code for code, number in unit_ids().items()}
    touched = PostingUnit.objects.filter(seq=posting.seq).order_by("unit_id").values_list("unit_id", flat=True)
    assert (posting.kind, posting.reason, [codes[unit] for unit in touched]) == (
        "load",
        "agreed in May",
        ["A1", "AB", "C"],
    )


def test_elimination_when_unchanged_or_never_known_and_withdrawn_makes_nothing(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, eliminations=table(PAIR, "A1,AB,REV,2023-04,actual,10"))
    before = standing()

    result = load(
        eliminations=table(f"{PAIR},state", "A1,AB,REV,2023-04,actual,10,", "AB,A1,REV,2023-04,actual,,withdrawn")
    )

    assert (result.eliminations, standing()) == (0, before)


def test_eliminations_when_dated_go_in_by_day_and_can_be_withdrawn(load: Load) -> None:
    load(
        units=UNITS,
        measures=MEASURES,
        facts=table(f"{HEADER},vintage", f"A1,REV,2023-04,actual,100,{MAY}"),
        eliminations=table(
            f"{PAIR},vintage,state",
            f"A1,AB,REV,2023-04,actual,,{JULY},withdrawn",
            f"A1,AB,REV,2023-04,actual,10,{MAY},",
            f"A1,AB,REV,2023-04,actual,12,{JUNE},",
        ),
    )

    known = dict(Posting.objects.values_list("seq", "known_at"))
    found = [(str(known[e.seq].date()), e.amount) for e in Elimination.objects.order_by("seq")]
    assert found == [(MAY, 1000), (JUNE, 1200), (JULY, None)]
    assert [p.kind for p in Posting.objects.order_by("seq")] == ["import"] * 5


def test_elimination_when_older_than_what_is_known_of_the_pair_is_refused(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, eliminations=table(PAIR, "A1,AB,REV,2023-04,actual,10"))

    assert refused(load, eliminations=table(f"{PAIR},vintage", f"A1,AB,REV,2023-04,actual,11,{MAY}")) == [
        f"eliminations.csv, row 2: The vintage {MAY} is older than what is known of A1 AB REV 2023-04 actual "
        f"since {date.today()}. A vintage is added behind the last one, never before it."
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("A,A,REV,2023-04,actual,1", "A deals with itself; nothing is eliminated between a unit and itself. Name the other unit."),
        ("A,B,REV,2023-04,actual,1", "There is no unit 'B'. Add it to units.csv, or correct the code."),
        ("A,AB,COST,2023-04,actual,1", "There is no measure 'COST'. Add it to measures.csv, or correct the code."),
        ("A,AB,HEAT,2023-04,actual,1", "HEAT can have no eliminations: only flows, cumulative measures and stocks of whole steps can. Leave the row out."),
        ("A,AB,MARGIN,2023-04,actual,1", "MARGIN can have no eliminations: only flows, cumulative measures and stocks of whole steps can. Leave the row out."),
        ("A,C,REV,2023-02,actual,1", "C does not exist at the end of 2023-02. Correct the period, or the unit's dates."),
        ("C,A,REV,2023-11,actual,1", "C does not exist at the end of 2023-11. Correct the period, or the unit's dates."),
        ("A,AB,REV,2023-13,actual,1", "'2023-13' has no month 13; months run from 01 to 12."),
        ("A,AB,REV,2023-04,last year,1", "'last year' is not a version. Write actual, target, budget, landing, or a word of letters, digits and _."),
        ("A,AB,REV,2023-04,actual,", "The amount is empty. Leave the whole row out, or give state withdrawn."),
        ("A,AB,REV,2023-04,actual,0.001", "'0.001' has more digits than the step 0.01 of its measure. Round it at the source, or load it into a measure with a finer step."),
    ],
)  # fmt: skip
def test_elimination_when_something_is_wrong_with_it(load: Load, row: str, problem: str) -> None:
    load(units=UNITS, measures=MEASURES)

    assert refused(load, eliminations=table(PAIR, row)) == [f"eliminations.csv, row 2: {problem}"]


def test_elimination_when_it_stands_there_twice_is_refused(load: Load) -> None:
    load(units=UNITS, measures=MEASURES)
    rows = ("A1,AB,REV,2023-04,actual,10", "A1,AB,REV,2023-04,actual,11")

    assert refused(load, eliminations=table(PAIR, *rows)) == [
        "eliminations.csv, row 3: A1 AB REV 2023-04 actual stands here and at eliminations.csv, row 2. Keep one row."
    ]


def test_eliminations_count_where_figures_would_no_longer_add_up(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=table(HEADER, f"A,STAFF,2023-05,actual,{2**62 - 2}"))

    assert refused(load, eliminations=table(PAIR, "A,AB,STAFF,2023-05,actual,2")) == [
        "facts.csv: The figures of STAFF add up to 2^62 steps or more, which is more than can be added exactly. "
        "Load it as a measure with a coarser step."
    ]


def test_unit_when_it_ends_before_its_eliminations_is_refused(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, eliminations=table(PAIR, "A1,AB,REV,2023-04,actual,10"))
    closing = "code,name,parent,to\nAB,Airport Base,G,2023-03-31"

    assert refused(load, units=closing) == [
        "units.csv, row 2: AB has eliminations for 2023-04, at whose end it would not exist. "
        "Withdraw them first, or correct the dates."
    ]
    load(units=closing, eliminations=table(f"{PAIR},state", "A1,AB,REV,2023-04,actual,,withdrawn"))
    assert eliminations()[-1][-1] is None
