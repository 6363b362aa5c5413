"""When forms are due: rules of forms and of single units, over the tree of the period's last day.

G   group
    A   company
        A1  branch       owes the form M
        A2  branch       owes it up to 31 May 2023
    AB  company          like A by its code, and not below it; owes it
    C   company          owes nothing
    S   segment of AB
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from headrope.core.due.standing import Due
from headrope.core.periods import parse
from headrope.core.problems import ProblemsFound
from headrope.journal.queries import books
from headrope.ledger.due import DueOf, due_days_of
from headrope.ledger.duties import FormInfo, UnitDuty, forms, unit_duties
from headrope.org.queries import unit_ids
from tests.conftest import Load
from tests.core.calendars import CHINA
from tests.ledger.small_group import HEADER, MEASURES
from tests.ledger.test_calendars import CN

UNITS = """
code,name,parent,kind,from,to
G,Harbour Group,,group,,
A,East Works,G,company,,
A1,East Pumps,A,branch,,
A2,East Valves,A,branch,,
AB,Airport Base,G,company,,
C,Coast Lines,G,company,,
S,Airports,G,segment,,
"""
FORMS = "code,name,span,measures,due,scale\nM,Monthly,month,REV,{due},{scale}"
DUTIES = "form,unit,from,to,due\nM,A1,,,\nM,A2,,2023-05-31,\nM,AB,,,{own}"
LEDGER = "key,value\ntime_zone,Asia/Shanghai\ncalendar,CN"
RULE = "business day 5 +2 per tier at 18:00"


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows))


@pytest.fixture
def group(load: Load) -> Load:
    """A loader that loads the group first, with a rule for the form, a rule of AB's own, and whatever else."""

    def run(due: str = RULE, own: str = "", scale: str = "", **files: str) -> None:
        load(
            **{
                "units": UNITS, "measures": MEASURES, "segments": "segment,unit\nS,AB", "ledger": LEDGER, "calendars": CN,
                "forms": FORMS.format(due=due, scale=scale), "duties": DUTIES.format(own=own), **files,
            }
        )  # fmt: skip

    return run  # type: ignore[return-value]


def due(period: str, extended: dict[str, str] | None = None) -> DueOf:
    ids = unit_ids()
    longer = {ids[code]: date.fromisoformat(day) for code, day in (extended or {}).items()}
    return due_days_of(forms()[0], parse(period), books(), longer)


def days(found: DueOf) -> dict[str, str]:
    """Due days by code of all units from which something is due."""
    return {code: str(each.day) for code, number in unit_ids().items() if (each := found.of(number))}


def test_form_is_due_from_those_who_owe_it_and_later_from_those_above(group: Load) -> None:
    group()

    found = due("2023-04")

    ids = unit_ids()
    assert days(found) == {"G": "2023-05-15", "A": "2023-05-11", "A1": "2023-05-09", "A2": "2023-05-09", "AB": "2023-05-09"}  # fmt: skip
    assert found.of(ids["A1"]) == Due(date(2023, 5, 9), datetime(2023, 5, 9, 10, tzinfo=UTC))
    assert (found.of(ids["C"]), found.of(ids["S"]), found.of(10**6)) == (None, None, None)
    assert found.owing == {ids["A1"], ids["A2"], ids["AB"]}
    assert {code: found.height(ids[code]) for code in ("G", "A", "A1", "AB", "C")} == {"G": 2, "A": 1, "A1": 0, "AB": 0, "C": None}  # fmt: skip
    assert found.units == sorted(ids[code] for code in ("G", "A", "A1", "A2", "AB"))
    assert (found.calendar(ids["C"]), found.problems) == (CHINA, ())


def test_duty_that_has_ended_is_due_no_more(group: Load) -> None:
    group()

    assert "A2" in days(due("2023-05"))
    assert "A2" not in days(due("2023-06"))


def test_unit_under_another_parent_then_is_due_in_the_tree_of_then(group: Load) -> None:
    moved = UNITS.replace(
        "A1,East Pumps,A,branch,,", "A1,East Pumps,A,branch,,2023-04-29\nA1,East Pumps,C,branch,2023-04-30,"
    )
    group(units=moved, duties="form,unit\nM,A1")

    assert set(days(due("2023-03"))) == {"G", "A", "A1"}
    assert set(days(due("2023-04"))) == {"G", "C", "A1"}


def test_units_calendar_counts_its_days(group: Load) -> None:
    """AB does not know the holidays of May; a year without entries is said."""
    group(calendars=f"{CN}\nW,holiday,2022-06-01,2022-06-01", unit_calendars="unit,calendar\nAB,W")

    found = due("2023-04")

    assert days(found)["AB"] == "2023-05-05"
    assert found.calendar(unit_ids()["AB"]).code == "W"
    assert [str(problem) for problem in found.problems] == [
        "The calendar W has no entries for 2023: only weekends are free then. "
        "Add the holidays and make-up days of these years to calendars.csv."
    ]


def test_calendar_is_that_of_the_day_after_the_period(group: Load) -> None:
    """From 1 May AB works by a week whose weekend is Friday and Saturday."""
    weeks = table("calendar,kind,day", "X,holiday,2023-12-25", "G,weekend,FRI SAT", "G,holiday,2023-12-24")
    dated = table("unit,calendar,from,to", "AB,X,,2023-04-30", "AB,G,2023-05-01,")
    group(calendars=weeks, ledger="key,value\nname,Harbour", unit_calendars=dated)

    assert [days(due(period))["AB"] for period in ("2023-03", "2023-04")] == ["2023-04-07", "2023-05-07"]


def test_unit_with_a_rule_of_its_own_is_due_by_it_and_those_above_after_it(group: Load) -> None:
    group(own="day 20")

    found = due("2023-04")

    assert (days(found)["AB"], days(found)["G"], days(found)["A"]) == ("2023-05-22", "2023-05-23", "2023-05-11")
    assert [str(problem) for problem in found.problems] == [
        "G: Due on 2023-05-23 and not on 2023-05-15, because AB below is due on 2023-05-22. "
        "Nothing has to be done; give AB an earlier day if this is too late."
    ]


def test_unit_that_has_longer_moves_those_above_it_only(group: Load) -> None:
    group()

    assert days(due("2023-04", {"A1": "2023-05-20"})) == {
        "G": "2023-05-24",
        "A": "2023-05-23",
        "A1": "2023-05-22",
        "A2": "2023-05-09",
        "AB": "2023-05-09",
    }
    assert days(due("2023-04"))["A1"] == "2023-05-09"


def test_form_without_a_rule_is_never_due(group: Load) -> None:
    group(due="")

    found = due("2023-04")

    assert (days(found), found.units, found.problems) == ({}, [], ())
    assert found.owing == {unit_ids()[code] for code in ("A1", "A2", "AB")}
    assert found.calendar(unit_ids()["AB"]) == CHINA


def test_group_without_a_calendar_is_told_how_to_get_one(group: Load) -> None:
    group(ledger="key,value\nname,Harbour")

    assert [str(problem) for problem in due("2023-04").problems] == [
        "The group names no calendar: only Saturdays and Sundays are free. "
        "Load calendars.csv, and name the group's calendar in ledger.csv."
    ]


def test_due_days_are_kept_until_a_definition_changes(group: Load, load: Load) -> None:
    group()
    first = due("2023-04")

    load(facts=table(HEADER, "A1,REV,2023-04,actual,1"))
    second = due("2023-04")
    load(unit_calendars="unit,calendar\nC,CN")

    assert second is first
    assert due("2023-04") is not first


def test_period_of_another_span_is_a_mistake_of_the_program(group: Load) -> None:
    group()

    with pytest.raises(ValueError, match="every 1 months"):
        due("2023-Q2")


def test_rule_and_scale_are_kept_as_they_are_always_written(group: Load, load: Load) -> None:
    group(due="business day 5 +1 per tier at 24:00", own="day 07 at 09:30", scale="m")

    ids = unit_ids()
    (form,) = forms()
    assert form == FormInfo(1, "M", "Monthly", "", 1, ("REV",), "business day 5", "m")
    assert [duty.due for duty in unit_duties()] == ["", "", "day 7 at 09:30"]
    assert unit_duties()[1] == UnitDuty(1, ids["A2"], date(1, 1, 1), date(2023, 6, 1))


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"forms": FORMS.format(due="soon", scale="")}, "forms.csv, row 2: 'soon' is not a rule of due days. Write business day 5, day 10 or day 30 of month 4; then, if needed, +2 per tier; then, if needed, at 17:00."),
        ({"forms": FORMS.format(due="", scale="t")}, "forms.csv, row 2: 't' is not a scale. Known: 1, k, m, bn."),
        ({"duties": "form,unit,due\nM,A,day 32"}, "duties.csv, row 2: 'day 32' is not a rule of due days. Write business day 5, day 10 or day 30 of month 4; then, if needed, +2 per tier; then, if needed, at 17:00."),
        ({"forms": FORMS.format(due="", scale="")}, "AB: AB has a rule of its own for M, which is never due. Write a rule into the column due of the form, too."),
    ],
)  # fmt: skip
def test_rules_when_they_are_wrong(group: Load, load: Load, files: dict[str, str], problem: str) -> None:
    group(own="day 7")

    with pytest.raises(ProblemsFound) as found:
        load(**files)

    assert [str(each) for each in found.value.problems] == [problem]


def test_duty_with_a_rule_on_a_form_without_one_is_refused(group: Load) -> None:
    with pytest.raises(ProblemsFound) as found:
        group(due="", own="day 7")

    assert [str(each) for each in found.value.problems] == [
        "duties.csv, row 4: AB has a rule of its own for M, which is never due. "
        "Write a rule into the column due of the form, too."
    ]
