"""Calendars as they are loaded and known, and which unit works by which.

G   group
    A   company
        A1  branch
    AB  company          like A by its code, and not below it
    C   company          from 1 March to 31 October 2023
"""

from __future__ import annotations

from datetime import date

import pytest

from headrope.core.calendars import Calendar
from headrope.core.problems import ProblemsFound
from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.queries import Known, books, known_on
from headrope.ledger.actions import load_folder
from headrope.ledger.calendars import (
    PLAIN,
    UnitCalendarRow,
    all_calendars,
    calendar_of_units,
    calendars,
    calendars_now,
    unit_calendar_rows,
)
from headrope.ledger.cube import store
from headrope.ledger.models import CalendarEdition
from headrope.ledger.queries import ledger_settings
from headrope.org.actions import console_user
from headrope.org.queries import edition_rows, tree_on, unit_ids
from tests.conftest import Folder, Load
from tests.core.calendars import CHINA, CHINA_ROWS
from tests.ledger.small_group import FACTS, HEADER, MEASURES, UNITS, current, standing

MAY, JULY = "2023-05-09", "2023-07-14"
DAYS = "calendar,kind,from,to"
CN = "\n".join((DAYS, *(f"CN,{kind},{first},{last or first}" for _, kind, first, last in CHINA_ROWS)))
GULF = Calendar("GULF", weekend=frozenset((4, 5)))
GROUP = "key,value\ncalendar,CN"


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows))


def known(day: str) -> Known | None:
    return known_on(date.fromisoformat(day), ledger_settings().zone)


def works_by(day: str, held: Known | None = None) -> dict[str, str]:
    """The code of the calendar of each unit."""
    on = date.fromisoformat(day)
    tree = tree_on(on, edition_rows())
    found = calendar_of_units(tree, on, all_calendars(held))
    return {tree.nodes[unit].code: calendar.code for unit, calendar in found.items()}


def refused(load: Load, **files: str) -> list[str]:
    before = standing()
    with pytest.raises(ProblemsFound) as found:
        load(**files)
    assert standing() == before
    return [str(problem) for problem in found.value.problems]


def test_calendar_of_china_is_read_as_it_was_published(load: Load) -> None:
    result = load(calendars=CN, ledger=GROUP, units=UNITS)

    assert result.defined == {"calendars.csv": 1}
    assert result.warnings == []
    assert (calendars(), calendars()["CN"].years) == ({"CN": CHINA}, frozenset([2023]))
    assert all_calendars().default == CHINA


def test_calendars_when_loaded_again_in_another_order_change_nothing(load: Load) -> None:
    load(units=UNITS, calendars=CN)
    before = standing()

    load(calendars=table(DAYS, *reversed(CN.splitlines()[1:])))

    assert standing() == before


def test_group_without_a_calendar_works_by_plain_weekends(load: Load) -> None:
    load(units=UNITS)

    assert (all_calendars().default, works_by("2023-06-30")["A1"]) == (PLAIN, "")


def test_unit_works_by_its_own_calendar_else_by_that_of_the_nearest_above(load: Load) -> None:
    load(
        units=UNITS,
        ledger=GROUP,
        calendars=table(f"{DAYS},day", *(f"{row}," for row in CN.splitlines()[1:]), "GULF,weekend,,,FRI SAT"),
        unit_calendars=table("unit,calendar,from,to", "A,GULF,,2023-03-31", "A1,CN,2023-03-01,", "A,CN,2023-04-01,"),
    )

    assert works_by("2023-02-28") == {"G": "CN", "A": "GULF", "A1": "GULF", "AB": "CN"}
    assert works_by("2023-03-31") == {"G": "CN", "A": "GULF", "A1": "CN", "AB": "CN", "C": "CN"}
    assert works_by("2023-04-01") == {"G": "CN", "A": "CN", "A1": "CN", "AB": "CN", "C": "CN"}
    assert calendars()["GULF"] == GULF
    ids = unit_ids()
    assert unit_calendar_rows() == [
        UnitCalendarRow(ids["A"], "GULF", ALWAYS, date(2023, 4, 1)),
        UnitCalendarRow(ids["A"], "CN", date(2023, 4, 1), FOREVER),
        UnitCalendarRow(ids["A1"], "CN", date(2023, 3, 1), FOREVER),
    ]


def test_calendars_of_others_stay_when_one_is_loaded(load: Load) -> None:
    load(units=UNITS, calendars=CN, unit_calendars="unit,calendar\nA,CN")

    load(calendars="calendar,kind,day\nGULF,weekend,FRI SAT", unit_calendars="unit,calendar\nAB,GULF")

    assert calendars() == {"CN": CHINA, "GULF": GULF}
    assert works_by("2023-02-28") == {"G": "", "A": "CN", "A1": "CN", "AB": "GULF"}


def test_calendars_when_dated_are_known_from_their_days_on(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=table(f"{HEADER},vintage", f"A,REV,2023-03,actual,1,{MAY}"))
    head = "calendar,kind,day,vintage,state"

    load(
        calendars=table(head, f"X,holiday,2023-06-01,{MAY},", f"X,holiday,2023-06-02,{JULY},", f"Y,weekend,SUN,{MAY},"),
        unit_calendars=table("unit,calendar,vintage,state", f"A,X,{MAY},", f"A,,{JULY},withdrawn"),
    )

    assert [set(calendars(known(day))) for day in ("2023-05-08", MAY, JULY)] == [set(), {"X", "Y"}, {"X", "Y"}]
    assert [calendars(known(day))["X"].holidays for day in (MAY, JULY)] == [{date(2023, 6, 1)}, {date(2023, 6, 2)}]
    assert [works_by("2023-06-30", known(day))["A1"] for day in ("2023-05-08", MAY, JULY)] == ["", "X", ""]
    assert CalendarEdition.objects.count() == 3


def test_calendars_when_changed_leave_the_cube_as_it_is(load: Load, folder: Folder) -> None:
    """The cube takes the new number without being built again, and pages read the new calendar."""
    load(units=UNITS, measures=MEASURES, facts=FACTS)
    before = current()
    at = books()
    assert calendars_now(str(at.key), at.seq).by_code == {}

    changed = folder(
        ledger=GROUP,
        calendars=CN,
        unit_calendars="unit,calendar\nA,CN",
        checks="code,kind,severity,measures\nS,not-negative,blocking,REV",
    )
    result = load_folder(changed, by=console_user())

    after, ledger = books(), ledger_settings()
    cube = store.current(after, ledger)
    assert (result.defined, after.seq) == ({"checks.csv": 1, "calendars.csv": 1, "unit_calendars.csv": 1}, at.seq + 2)
    assert cube is not None
    assert (cube.seq, current()) == (after.seq, before)
    assert calendars_now(str(after.key), after.seq).default == CHINA


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"calendars": "calendar,kind,day\nX,feast,2023-05-01"}, "calendars.csv, row 2: 'feast' is not a kind of day. Write holiday, workday or weekend."),
        ({"calendars": "calendar,kind,day\n,holiday,2023-05-01"}, "calendars.csv, row 2: '' is not a code of a calendar. Begin with a letter; use letters, digits and _."),
        ({"calendars": "calendar,kind,day\nX,holiday,1 May"}, "calendars.csv, row 2: '1 May' is not a day. Write it like 2023-05-01."),
        ({"calendars": "calendar,kind,day\nX,holiday,2023-05-06\nX,workday,2023-05-06"}, "calendars.csv, row 3: X: 2023-05-06 is free and worked, here and at calendars.csv, row 2. Keep one row, or give the rows other days."),
        ({"calendars": "calendar,kind,day,name\nX,holiday,2023-05-01,a\tb"}, "calendars.csv, row 2: The column name holds a control character. Take it out."),
        ({"calendars": "calendar,kind,day,state\nX,,,withdrawn"}, "calendars.csv, row 2: Nothing is known of X that could be withdrawn. Correct the code, or leave the row out."),
        ({"calendars": "calendar,kind,state\nCN,,withdrawn"}, "ledger.csv, calendar: There is no calendar 'CN'. Add it to calendars.csv, or correct the code."),
        ({"ledger": "key,value\ncalendar,CH"}, "ledger.csv, calendar: There is no calendar 'CH'. Add it to calendars.csv, or correct the code."),
        ({"ledger": "key,value\ncalendar,cn"}, "ledger.csv, calendar: There is no calendar 'cn'. Did you mean CN?"),
        ({"unit_calendars": "unit,calendar\nA,CH"}, "unit_calendars.csv, row 2: There is no calendar 'CH'. Add it to calendars.csv, or correct the code."),
        ({"unit_calendars": "unit,calendar\nB,CN"}, "unit_calendars.csv, row 2: There is no unit 'B'. Add it to units.csv, or correct the code."),
        ({"unit_calendars": "unit,calendar,from,to\nA,CN,2023-05-02,2023-04-01"}, "unit_calendars.csv, row 2: A works by CN until a day before it begins to. Correct the column from or to."),
        ({"unit_calendars": "unit,calendar,from\nC,CN,2024-01-01"}, "unit_calendars.csv, row 2: C exists on none of the days on which it works by CN. Correct the dates."),
        ({"unit_calendars": "unit,calendar,from,to\nA,CN,,2023-06-30\nA,CN,2023-05-01,"}, "unit_calendars.csv, row 3: A stands here and at unit_calendars.csv, row 2 for the same days. Keep one row, or give the rows dates that do not overlap."),
        ({"unit_calendars": f"unit,calendar,vintage,state\nA,CH,{MAY},\nA,,{JULY},withdrawn"}, "unit_calendars.csv, row 2: There is no calendar 'CH'. Add it to calendars.csv, or correct the code."),
    ],
)  # fmt: skip
def test_calendars_when_they_are_wrong(load: Load, files: dict[str, str], problem: str) -> None:
    load(units=UNITS, calendars=CN, ledger=GROUP)

    assert refused(load, **files) == [problem]


def test_calendar_that_units_work_by_cannot_be_withdrawn(load: Load) -> None:
    load(units=UNITS, calendars=CN, unit_calendars="unit,calendar\nA,CN")

    assert refused(load, calendars="calendar,kind,state\nCN,,withdrawn") == [
        "A, CN: There is no calendar 'CN'. Add it to calendars.csv, or correct the code."
    ]


def test_calendar_that_says_nothing_new_is_taken_with_a_warning(load: Load) -> None:
    result = load(units=UNITS, calendars=table("calendar,kind,day", "X,holiday,2021-05-01", "X,workday,2023-06-01"))

    assert [str(problem) for problem in result.warnings] == [
        "calendars.csv, row 3: 2023-06-01 is worked anyway: it lies outside of the weekend of X. Take it out, or correct the day.",
        "calendars.csv, row 2: The calendar X has no entries for 2022: only weekends are free then. "
        "Add the holidays and make-up days of these years to calendars.csv.",
    ]
    assert set(calendars()) == {"X"}
