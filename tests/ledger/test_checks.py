"""Checks as they are loaded, known and asked: rows of checks.csv with vintages of their own.

G   group
    A   company
        A1  branch
    AB  company          like A by its code, and not below it
    C   company          from 1 March to 31 October 2023
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.checks.asked import Entered
from headrope.core.checks.evaluation import Prepared, find_doubts
from headrope.core.checks.rows import parse_checks
from headrope.core.periods import parse
from headrope.core.problems import ProblemsFound
from headrope.journal.queries import Known, books, known_on
from headrope.ledger.check_editions import check_of, check_text
from headrope.ledger.checks import checks, checks_now, prepared
from headrope.ledger.models import CheckEdition
from headrope.ledger.queries import ledger_settings
from tests.conftest import Load
from tests.ledger.small_group import HEADER, MEASURES, UNITS, standing

MAY, JULY = "2023-05-09", "2023-07-14"
HEAD = "code,kind,severity,measures,max,under"
SIGN = "SIGN,not-negative,blocking,REV,,"


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows))


def known(day: str) -> Known | None:
    return known_on(date.fromisoformat(day), ledger_settings().zone)


def now() -> Prepared:
    at = books()
    return checks_now(str(at.key), at.seq)


def doubts(held: Prepared, value: int, path: tuple[str, ...] = ()) -> list[str]:
    """The codes of the checks that doubt a revenue of April."""
    found = find_doubts(held, Entered(parse("2023-04"), {"REV": value}, path), lambda measure, period: None)
    return [doubt.check.code for doubt in found]


def refused(load: Load, **files: str) -> list[str]:
    before = standing()
    with pytest.raises(ProblemsFound) as found:
        load(**files)
    assert standing() == before
    return [str(problem) for problem in found.value.problems]


def test_checks_when_loaded_are_asked_with_the_measures_of_the_ledger(load: Load) -> None:
    load(units=UNITS, measures=MEASURES)

    result = load(checks=table(HEAD, SIGN, "TOP,range,warning,REV,1.50,A"))

    assert result.defined == {"checks.csv": 2}
    assert [check.code for check in checks()] == ["SIGN", "TOP"]
    assert doubts(now(), -1) == ["SIGN"]
    assert doubts(now(), 150, ("A1", "A", "G")) == []
    assert doubts(now(), 151, ("A1", "A", "G")) == ["TOP"]
    assert doubts(now(), 151, ("AB", "G")) == []


def test_checks_when_loaded_again_change_nothing(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, checks=table(HEAD, SIGN, "TOP,range,warning,REV,1.5,"))
    before = standing()

    load(checks=table(f"{HEAD},answer", f"{SIGN},", "TOP,range,warning,REV,3/2,,"))

    assert standing() == before


def test_checks_when_only_looked_at_are_counted_and_not_kept(load: Load) -> None:
    load(units=UNITS, measures=MEASURES)
    before = standing()

    result = load(checks=table(HEAD, SIGN), dry_run=True)

    assert (result.posted, result.defined, standing()) == (False, {"checks.csv": 1}, before)


def test_check_when_dated_is_known_from_its_day_on_until_it_is_withdrawn(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=table(f"{HEADER},vintage", f"A,REV,2023-03,actual,1,{MAY}"))

    load(checks=table(f"{HEAD},vintage,state", f"{SIGN},{MAY},", f"SIGN,,,,,,{JULY},withdrawn"))

    assert [doubts(prepared(known(day)), -1) for day in ("2023-05-08", MAY, "2023-07-13", JULY)] == [
        [],
        ["SIGN"],
        ["SIGN"],
        [],
    ]
    assert doubts(now(), -1) == []


def test_check_when_changed_today_stands_as_it_was_for_earlier_days(load: Load) -> None:
    files = {"units": UNITS, "measures": MEASURES, "facts": table(f"{HEADER},vintage", f"A,REV,2023-03,actual,1,{MAY}")}
    load(**files, checks=table(HEAD, "TOP,range,warning,REV,1,"))

    load(checks=table(HEAD, "TOP,range,warning,REV,2,"))

    assert [doubts(held, 150) for held in (prepared(known(MAY)), prepared(), now())] == [["TOP"], [], []]
    assert CheckEdition.objects.count() == 2


def test_check_of_a_measure_that_was_not_known_yet_is_not_asked_then(load: Load) -> None:
    load(units=UNITS, measures=MEASURES)

    load(checks=table(f"{HEAD},vintage", f"{SIGN},{MAY}"))

    assert [check.code for check in checks(known(MAY))] == ["SIGN"]
    assert prepared(known(MAY)).groups == ()
    assert doubts(now(), -1) == ["SIGN"]


def test_prepared_checks_are_kept_until_a_definition_changes(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, checks=table(HEAD, SIGN))
    first = now()

    load(facts=table(HEADER, "A,REV,2023-04,actual,1"))
    second = now()
    load(checks=table(HEAD, "TOP,range,warning,REV,1,"))

    assert second is first
    assert [check.code for check, _ in now().groups] == ["SIGN", "TOP"]


WRONG = [
    ("S,not-negative,blocking,REV,1,", "S is of the kind not-negative, which has no max. Leave the column max empty."),
    ("S,sum,blocking,REV,,", "S is of the kind sum, and the column formula is empty. Fill it in."),
    ("S,not-negative,fatal,REV,,", "The column severity holds 'fatal'. Known: blocking, warning."),
    ("S,not-negative,blocking,COST,,", "S looks at COST, which is no measure. Correct the code, or add the measure."),
    ("S,not-negative,blocking,rev,,", "S looks at rev, which is no measure. Did you mean REV?"),
    ("S,not-negative,blocking,REV,,B", "S looks at units under B, which is no unit. Correct it."),
    ("S,range,blocking,REV,1.000,", None),
    ("S,range,blocking,REV,one,", "'one' in the column max is not a number. Write it like 1500, -0.5, 15 % or 1/3."),
    ("1S,range,blocking,REV,1,", "'1S' is not a code of a check. Begin with a letter; use letters, digits and _, at most 40."),
]  # fmt: skip


@pytest.mark.parametrize(("row", "problem"), WRONG)
def test_check_when_a_cell_is_wrong(load: Load, row: str, problem: str | None) -> None:
    load(units=UNITS, measures=MEASURES)

    if problem is None:
        load(checks=table(HEAD, row))
    else:
        assert refused(load, checks=table(HEAD, row)) == [f"checks.csv, row 2: {problem}"]


def test_checks_when_several_are_wrong_are_all_named(load: Load) -> None:
    load(units=UNITS, measures=MEASURES)

    assert refused(load, checks=table(HEAD, "S,range,blocking,COST,1,", SIGN, "T,range,blocking,REV,,B", SIGN)) == [
        "checks.csv, row 5: SIGN stands here and at checks.csv, row 3. Keep one row.",
        "checks.csv, row 2: S looks at COST, which is no measure. Correct the code, or add the measure.",
        "checks.csv, row 4: T is of the kind range and has no threshold. Fill in min / max.",
        "checks.csv, row 4: T looks at units under B, which is no unit. Correct it.",
    ]


def test_check_when_dated_and_superseded_names_what_there_never_was(load: Load) -> None:
    load(units=UNITS, measures=MEASURES)

    rows = [f"S,range,warning,COST,1,B,{MAY}", f"S,range,warning,REV,1,,{JULY}"]

    assert refused(load, checks=table(f"{HEAD},vintage", *rows)) == [
        "checks.csv, row 2: There is no measure 'COST'. Add it to measures.csv, or correct the code.",
        "checks.csv, row 2: There is no unit 'B'. Add it to units.csv, or correct the code.",
    ]


def test_unit_that_a_check_names_cannot_be_withdrawn(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, checks=table(HEAD, "TOP,range,warning,REV,1,AB"))

    assert refused(load, units="code,name,parent,state\nAB,,,withdrawn") == [
        "TOP looks at units under AB, which is no unit. Correct it."
    ]


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20).map(str.strip)


@given(texts, st.sampled_from(["", "0", "-0.5", "15 %", "1/3"]), st.sampled_from(["", "2023-01-31"]))
def test_check_as_text_reads_as_the_same_check(message: str, least: str, last: str) -> None:
    (check,), problems = parse_checks(
        f'code,kind,severity,measures,min,max,to,message\nA,range,warning,REV,{least},7,{last},"{message.replace(chr(34), chr(34) * 2)}"\n'
    )

    assert problems == []
    assert check_of(check_text(check)) == check
    assert check_text(check_of(check_text(check))) == check_text(check)
