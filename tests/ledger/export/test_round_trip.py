"""What is exported and loaded into an empty ledger is the same ledger, on every day on which something became known.

G   group
    A   company, 60 % held by G, of which the share goes up
        A1  branch
    AB  company          like A by its code, and not below it
    C   company, closed, carried on by AB
    S   segment of A1 and AB
"""

from __future__ import annotations

import csv
from contextlib import suppress
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrope.core.problems import ProblemsFound
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.export.actions import export_folder
from headrope.org.actions import console_user
from headrope.org.queries import edition_rows
from tests.conftest import Databases, Load, Place
from tests.ledger.export.answers import answers, days, review, texts_of

MAY, JUNE, JULY = "2023-05-09", "2023-06-09", "2023-07-14"

LEDGER = "key,value\nname,Harbour Group\ntime_zone,Asia/Shanghai\nlanguage,zh\ncalendar,CN"
UNITS = f"""
code,name,name_zh,parent,kind,from,to,successor,method,vintage,state
G,Harbour Group,港湾集团,,group,,,,,{MAY},
A,East Works,东方厂,G,company,,,,proportionate,{MAY},
A1,"East Pumps, Valves",东方泵业,A,branch,2020-01-01,,,,{MAY},
AB,Airport Base,,G,company,,,,,{MAY},
C,Coast Lines,,G,company,2023-01-01,2023-12-31,,,{MAY},
C,Coast Lines,,G,company,2023-01-01,2023-06-30,AB,,{JULY},
A1,East Pumps,东方泵业,A,branch,2020-01-01,2023-06-30,,,{JULY},
A1,East Pumps,东方泵业,AB,second-line,2023-07-01,,,,{JULY},
X,Mistake,,G,company,,,,,{MAY},
X,,,,,,,,,{JUNE},withdrawn
S,Segment,,G,segment,,,,,{JUNE},
"""
MEASURES = f"""
code,name,account,quantity,step,kind,direction,numerator,denominator,weight,annualise,from,to,successor,continuity,missing,margin,attributable,owner,vintage
REV,Revenue,CNY,money,0.01,flow,up,,,2.5,,,,,,,,yes,li.na,{MAY}
REV,Turnover,CNY,money,0.01,flow,up,,,,,,,,,,,yes,wang.wei,{JULY}
PROFIT,Profit,CNY,money,0.01,flow,up,,,,,,,,,zero,,,,{MAY}
MARGIN,Margin,share,number,,ratio,band,PROFIT,REV,,yes,,,,,,0.05,,,{MAY}
CORE,Core,CNY,money,0.01,formula,up,REV-0.5*PROFIT,,,,,,,,,,,,{JUNE}
OLD,Old count,persons,count,1,stock,none,,,,,,2023-06-30,STAFF,same,carry,,,,{MAY}
STAFF,Staff,persons,count,1,stock,none,,,,,2023-07-01,,,,,,,,{MAY}
HEAT,Heat,TJ,number,,flow,none,,,,,,,,,,,,,{MAY}
GRADE,Grade,points,number,,weighted,up,,STAFF,,,,,,,,,,,{MAY}
NOTE,Note,words,text,,text,none,,,,,,,,,,,,,{MAY}
"""
HOLDINGS = f"""
owner,held,share,from,to,vintage,state
G,A,60 %,,,{MAY},
G,A,60 %,,2023-06-30,{JULY},
G,A,0.515,2023-07-01,,{JULY},
AB,A,1/3,2023-07-01,,{JULY},
G,C,1,,,{MAY},
,C,,,,{JUNE},withdrawn
"""
SEGMENTS = f"segment,unit,from,to,vintage\nS,A1,,,{JUNE}\nS,AB,,2023-06-30,{JUNE}\nS,A1,,,{JULY}"
FORMS = (
    "code,name,name_zh,span,measures,due,scale,vintage\n"
    f"M,Monthly,月报,month,REV PROFIT,business day 5 +2 per tier at 18:00,k,{MAY}\n"
    f"M,Monthly,月报,month,REV,day 10,,{JUNE}"
)
DUTIES = (
    "form,unit,from,to,due,vintage,state\n"
    f"M,A1,2023-01-01,,day 12 at 17:00,{MAY},\nM,AB,,2023-12-31,,{MAY},\nM,AB,,,,{JULY},withdrawn"
)
CHECKS = f"""
code,kind,severity,measures,formula,min,max,change,against,under,unit_kinds,message,message_zh,from,to,answer,vintage,state
TOP,range,warning,REV,,-1/3,1500.5,,,A AB,branch company,"Too much, ""they"" say",太多,2023-01-01,2023-12-31,8,{MAY},
TOP,range,blocking,,REV-0.5*PROFIT,0,,,,,,,,,,,{JULY},
JUMP,jump,warning,*,,,,15 %,year,,,,,,,,{JUNE},
GONE,not-negative,blocking,REV,,,,,,,,,,,,,{MAY},
GONE,,,,,,,,,,,,,,,,{JULY},withdrawn
"""
CALENDARS = f"""
calendar,kind,day,from,to,name,name_zh,vintage,state
CN,holiday,,2023-04-29,2023-05-03,Labour Day,劳动节,{MAY},
CN,workday,2023-05-06,,,,,{MAY},
CN,holiday,2023-05-01,,,,,{JULY},
GULF,weekend,FRI SAT,,,,,{MAY},
GONE,weekend,SUN,,,,,{MAY},
GONE,,,,,,,{JUNE},withdrawn
"""
UNIT_CALENDARS = f"""
unit,calendar,from,to,vintage,state
A,GULF,,2023-05-31,{MAY},
A,CN,2023-06-01,,{MAY},
AB,GONE,,,{MAY},
AB,,,,{JUNE},withdrawn
"""
FACTS = f"""
unit,measure,period,version,value,vintage,basis,state,reason
A1,REV,2023-04,actual,100.10,{MAY},,,
A1,REV,2023-04,actual,100.20,{JUNE},,,a late invoice
AB,REV,2023-04,actual,80,{MAY},,,
AB,REV,2023-04,actual,,{JUNE},,withdrawn,"typed twice, ""so"" they say"
AB,REV,2023-04,actual,81,{JULY},,,
A,REV,2023-04,actual,150,{MAY},stated,,
C,REV,2023-04,actual,,{MAY},,not-applicable,
C,REV,2023-12,actual,9,{MAY},,,
C,REV,2023-12,actual,,{JUNE},,withdrawn,
A1,REV,2023,standard,1000,{MAY},,,
A1,REV,2023,budget,1200,{MAY},,,
A1,OLD,2023-04,actual,12,{MAY},,,
A1,STAFF,2023-07,actual,13,{JULY},,,
A1,GRADE,2023-07,actual,0.1,{JULY},,,
A1,HEAT,2023-Q2,actual,1e-7,{JULY},,,
G,MARGIN,2023,target,0.2,{MAY},,,
A1,NOTE,2023-04,actual,"Two lines,
and ""quotes"" in it",{MAY},,,
A1,NOTE,2023-04,actual,None,{JUNE},,,
"""
ELIMINATIONS = f"""
unit,counterparty,measure,period,version,amount,vintage,state,reason
A1,AB,REV,2023-04,actual,10.00,{MAY},,
A1,AB,REV,2023-04,actual,11.00,{JUNE},,agreed
AB,A1,PROFIT,2023-04,actual,1.00,{MAY},,
AB,A1,PROFIT,2023-04,actual,,{JULY},withdrawn,
"""
WHOLE = {
    "ledger": LEDGER,
    "units": UNITS,
    "measures": MEASURES,
    "holdings": HOLDINGS,
    "segments": SEGMENTS,
    "forms": FORMS,
    "duties": DUTIES,
    "checks": CHECKS,
    "calendars": CALENDARS,
    "unit_calendars": UNIT_CALENDARS,
    "facts": FACTS,
    "eliminations": ELIMINATIONS,
}


def there_and_back(databases: Databases, target: Path) -> None:
    """Export, load into an empty ledger, and compare what both answer and what they export."""
    known = days()
    before = {day: answers(day) for day in [*known, None]}
    first = export_folder(target / "first")

    other = databases.copy()
    load_folder(target / "first", by=console_user())
    second = export_folder(target / "second")

    assert {day: answers(day) for day in [*known, None]} == before
    assert set(days()) <= set(known)
    assert second.rows == first.rows
    assert texts_of(target / "second") == texts_of(target / "first")
    other.enter()


def test_ledger_with_everything_in_it_comes_back_the_same(load: Load, databases: Databases, tmp_path: Path) -> None:
    load(**WHOLE)
    asked = [("G", "2023-04", day) for day in [*days(), None]] + [("A", "2023", None), ("AB", "2023-Q2", None)]
    before = [review(*question) for question in asked]

    there_and_back(databases, tmp_path)
    refresh_cube()

    assert [review(*question) for question in asked] == before


def test_ledger_when_several_loads_are_of_one_day_comes_back_as_at_its_end(
    load: Load, databases: Databases, tmp_path: Path
) -> None:
    """AB is renamed, its figure is withdrawn again and X is taken out, all today."""
    header = "unit,measure,period,version,value"
    load(
        units="code,name,parent\nG,Harbour Group,\nAB,Airport Base,G\nX,Mistake,G\nA1,East Pumps,G",
        measures="code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up",
        facts=f"{header}\nA1,REV,2023-04,actual,1",
    )
    load(facts=f"{header}\nA1,REV,2023-04,actual,2\nAB,REV,2023-04,actual,3")
    load(facts=f"{header},state\nAB,REV,2023-04,actual,,withdrawn")
    load(units="code,name,parent,state\nAB,Airport,G,\nX,,,withdrawn")

    there_and_back(databases, tmp_path)


def test_ledger_in_which_things_are_known_before_what_they_stand_on_comes_back_the_same(
    load: Load, databases: Databases, tmp_path: Path
) -> None:
    """A2 is known before its parent A, RETURN before what it is formed from, figures before their unit, new ones between."""
    header, ratio = "unit,measure,period,version,value,vintage", "RETURN,Return,share,number,,ratio,up,PROFIT,REV"
    kinds = "code,name,account,quantity,step,kind,direction,numerator,denominator"
    money = "\n".join(f"{code},{code},CNY,money,0.01,flow,up,," for code in ("REV", "PROFIT"))
    load(
        units="code,name,parent\nG,Group,\nA,East,G",
        measures=f"{kinds}\n{money}",
        facts=f"{header}\nA,REV,2023-04,actual,1,{JULY}",
    )
    load(
        units="code,name,parent\nA2,Valves,A",
        measures=f"{kinds}\n{ratio}",
        facts=f"{header},state\nA2,REV,2023-04,actual,2,{MAY},\nA,REV,2023-05,actual,3,{MAY},\nA2,RETURN,2023-04,actual,,{JUNE},not-applicable",
    )
    load(units="code,name,parent,from\nA2,Valves and Pipes,G,2020-01-01\nNEW,New,A2,2020-01-01")

    there_and_back(databases, tmp_path)


def test_export_when_the_folder_holds_something_is_refused(load: Load, tmp_path: Path) -> None:
    load(**WHOLE)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")

    with pytest.raises(ProblemsFound) as found:
        export_folder(tmp_path / "full")

    assert [str(problem) for problem in found.value.problems] == [
        f"{tmp_path / 'full'}: There is something at full already. Name a new folder, or an empty one."
    ]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


# Random ledgers

HEADERS = {
    "units": "code,name,parent,from,to,vintage,state",
    "holdings": "owner,held,share,from,to,vintage,state",
    "duties": "form,unit,from,to,due,vintage,state",
    "checks": "code,kind,severity,measures,max,under,vintage,state",
    "calendars": "calendar,kind,day,vintage,state",
    "unit_calendars": "unit,calendar,from,to,vintage,state",
    "facts": "unit,measure,period,version,value,vintage,basis,state",
    "eliminations": "unit,counterparty,measure,period,version,amount,vintage,state",
}
START = {
    "units": f"{HEADERS['units']}\nG,Group,,,,{MAY},\nA,East,G,,,{MAY},\nAB,West,G,,,{MAY},\nB,North,A,,,{MAY},",
    "measures": f"""
code,name,account,quantity,step,kind,direction,numerator,denominator,vintage
REV,Revenue,CNY,money,0.01,flow,up,,,{MAY}
STAFF,Staff,persons,count,1,stock,none,,,{MAY}
HEAT,Heat,TJ,number,,flow,none,,,{MAY}
NOTE,Note,words,text,,text,none,,,{MAY}
RATE,Rate,share,number,,ratio,up,REV,STAFF,{MAY}
""",
    "forms": f"code,name,span,measures,due,vintage\nM,Monthly,month,REV STAFF,day 5,{MAY}",
}
VINTAGES = [MAY, JUNE, JULY, ""]
codes = st.sampled_from(["A", "AB", "B"])
texts = st.sampled_from(["one", "None", 'a "b", c', "two\nlines"])
values = st.one_of(
    st.tuples(st.just("REV"), st.integers(-5, 5).map(lambda n: f"{n}.10")),
    st.tuples(st.just("STAFF"), st.integers(0, 3).map(str)),
    st.tuples(st.just("HEAT"), st.floats(-9, 9, width=32).map(repr)),
    st.tuples(st.just("NOTE"), texts.map(lambda text: '"' + text.replace('"', '""') + '"')),
)


@st.composite
def figures(draw: st.DrawFn) -> tuple[str, str]:
    measure, value = draw(values)
    state = draw(st.sampled_from(["", "", "", "withdrawn", "not-applicable"]))
    cell = [
        draw(codes),
        measure,
        draw(st.sampled_from(["2023-01", "2023-02", "2023"])),
        draw(st.sampled_from(["actual", "zeta", "alpha"])),
    ]
    return "facts", ",".join([*cell, "" if state else value, "{day}", draw(st.sampled_from(["", "stated"])), state])  # fmt: skip


@st.composite
def definitions(draw: st.DrawFn) -> tuple[str, str]:
    unit, other = draw(codes), draw(st.sampled_from(["G", "A", "AB"]))
    first, last = draw(
        st.sampled_from([("", ""), ("2023-01-15", ""), ("", "2023-02-10"), ("2023-01-01", "2023-12-31")])
    )
    gone = draw(st.integers(0, 4)) == 0
    state = "withdrawn" if gone else ""
    days = f"{first},{last}" if not gone else ","
    rows = {
        "units": f"{unit},{'' if gone else draw(st.sampled_from(['East', 'West']))},{'' if gone else other},{days},{{day}},{state}",
        "holdings": f"{'' if gone else other},{unit},{'' if gone else draw(st.sampled_from(['0.5', '1/3', '60 %']))},{days},{{day}},{state}",
        "duties": f"M,{unit},{days},{'' if gone else draw(st.sampled_from(['', 'day 7', 'business day 3 at 12:00']))},{{day}},{state}",
        "checks": f"C{unit},{'' if gone else 'range,warning,REV,' + draw(st.sampled_from(['1', '0.5', '1/3']))}{',,,' if gone else ''},{'' if gone else other},{{day}},{state}",
        "calendars": f"K{unit},{'' if gone else 'holiday,2023-01-0' + draw(st.sampled_from('123'))}{',' if gone else ''},{{day}},{state}",
        "unit_calendars": f"{unit},{'' if gone else 'K' + draw(codes)},{days},{{day}},{state}",
        "eliminations": f"{unit},{other},REV,2023-01,actual,{'' if gone else draw(st.integers(1, 4))},{{day}},{state}",
    }
    name = draw(st.sampled_from(sorted(rows)))
    return name, rows[name]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(VINTAGES), st.lists(st.one_of(figures(), figures(), definitions()), min_size=1, max_size=6)), max_size=5))  # fmt: skip
def test_random_ledger_comes_back_the_same(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, list[tuple[str, str]]]]
) -> None:
    """What cannot be loaded, because it contradicts itself or what is known, is left out; most can."""
    target = tmp_path_factory.mktemp("random")
    made = databases.copy()
    write(target / "start", START)
    load_folder(target / "start", by=console_user())
    for number, (day, rows) in enumerate(sorted(steps, key=lambda step: VINTAGES.index(step[0]))):
        files = {
            name: "\n".join([HEADERS[name], *dict.fromkeys(row.format(day=day) for file, row in rows if file == name)])
            for name in {file for file, _ in rows}
        }
        if not day:
            files = {name: without_vintage(text) for name, text in files.items()}
        write(target / str(number), files)
        with suppress(ProblemsFound):
            load_folder(target / str(number), by=console_user())

    there_and_back(databases, target / "out")

    made.enter()


def write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")


def without_vintage(text: str) -> str:
    rows = list(csv.reader(StringIO(text)))
    place = rows[0].index("vintage")
    out = StringIO()
    csv.writer(out).writerows([*row[:place], *row[place + 1 :]] for row in rows)
    return out.getvalue()


# Public data


def back_and_again(databases: Databases, target: Path, *asked: tuple[str, str]) -> None:
    """As `there_and_back`, with a look at every third day, and at reviews."""
    known = days()
    chosen: list[date | None] = [*known[::3], known[-1], None]
    before = {day: answers(day) for day in chosen}
    refresh_cube()
    said = {(*question, day): review(*question, day) for question in asked for day in chosen[-3:]}
    first = export_folder(target / "first")

    databases.copy()
    load_folder(target / "first", by=console_user())
    second = export_folder(target / "second")

    assert {day: answers(day) for day in chosen} == before
    assert days() == known
    assert second.rows == first.rows
    assert texts_of(target / "second") == texts_of(target / "first")
    refresh_cube()
    assert {(*question, day): review(*question, day) for question in asked for day in chosen[-3:]} == said


def test_canada_in_fourteen_vintages_comes_back_the_same(
    canada_place: Place, databases: Databases, tmp_path: Path
) -> None:
    canada_place.enter()
    back_and_again(databases, tmp_path, (root(), "FY2022-23"), (root(), "FY2023-24"))
    canada_place.enter()


def test_england_comes_back_the_same(nhs_place: Place, databases: Databases, tmp_path: Path) -> None:
    nhs_place.enter()
    back_and_again(databases, tmp_path, (root(), "2023-06"))
    nhs_place.enter()


def root() -> str:
    """The code of the unit at the top."""
    return next(row.edition.code for row in edition_rows() if row.edition.parent is None)
