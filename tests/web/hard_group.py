"""A group that has everything that spoils a page: the bad input of reviews, in one folder, loaded once for the run.

G Group, named with 200 characters that nothing breaks        half-year to June 2023, known month by month
├ ZERO   targets of nothing; something came                   ├ LONG  200 characters in both languages
├ LOSS   a planned loss, and a larger one                     │ ├ L1  200 characters, has last year
├ FREE   no target at all                                     │ └ L2  not reported since April: late
├ NEW    founded on 1 March: no last year                     ├ ODD   profit and no revenue, though planned
├ OLD    until 30 April, goes on in HEIR                      ├ MUTE  owes everything, never reported, has targets
├ HEIR   has taken over OLD                                   ├ NONE  nothing at all
└ MANY   400 branches, of which every tenth is far behind     └ S1, S2 segments
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings

from headrope.core.periods import parse
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.meetings.actions import About, make_meeting
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from tests.conftest import Databases, Place
from tests.web.conftest import BACKEND

HARD_NOW = datetime(2023, 7, 13, 4, tzinfo=UTC)
PASSWORD = "nothing breaks here"
BRANCHES = 400
LONG = "Hochleistungsdampfkesselreparaturwerkstättengesellschaft" * 4
LONG_ZH = "东部沿海重型机械装备制造安装检修服务贸易综合开发公司" * 8
UNITS = """
code,name,name_zh,parent,kind,from,to,successor
G,{long}G,{long_zh}总,,group,,,
ZERO,Zero Works,零厂,G,company,,,
LOSS,Loss Works,亏损厂,G,company,,,
FREE,Free Works,自由厂,G,company,,,
NEW,New Works,新厂,G,company,2023-03-01,,
OLD,Old Works,旧厂,G,company,,2023-04-30,HEIR
HEIR,Heir Works,承继厂,G,company,,,
MUTE,Mute Works,哑厂,G,company,,,
ODD,Odd Works,奇厂,G,company,,,
NONE,Empty Works,空厂,G,company,,,
LONG,{long}A,{long_zh}甲,G,company,,,
L1,{long}B,{long_zh}乙,LONG,branch,,,
L2,{long}C,{long_zh}丙,LONG,branch,,,
MANY,Many Works,多厂,G,company,,,
S1,{long}S,{long_zh}片,G,segment,,,
S2,Others,其他,G,segment,,,
"""
MEASURES = """
code,name,name_zh,account,quantity,step,kind,direction,numerator,denominator,weight,margin,from,to,successor,continuity
REV,Revenue,营业收入,CNY,money,0.01,flow,up,,,3,,,,,
PROFIT,Profit,利润,CNY,money,0.01,flow,up,,,3,,,,,
MARGIN,Margin,利润率,share,number,,ratio,up,PROFIT,REV,2,,,,,
ACC,Accidents,事故,accidents,count,1,flow,down,,,1,,,,,
OWED,{long}M,{long_zh}账,CNY,money,0.01,stock,down,,,1,,,,,
OLDM,Old quality,旧质量,tons,number,,flow,up,,,1,,,2023-03-31,NEWM,break
NEWM,New quality,新质量,tons,number,,flow,up,,,1,,2023-04-01,,,
SHARE,Local share,本地占比,share,number,,ratio,band,ACC,STAFF,1,0.02,,,,
STAFF,Staff,职工,persons,count,1,stock,none,,,,,,,,
"""
MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023) for month in range(1, 13)][:18]
TARGETS = [f"2023-{month:02d}" for month in range(1, 13)]


def _known(month: str) -> str:
    """The fifth of the month after."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}-05"


def facts() -> Iterator[str]:
    """facts.csv, row by row."""
    yield "unit,measure,period,version,value,vintage"

    def actual(unit: str, measure: str, value: float, months: list[str] = MONTHS) -> Iterator[str]:
        return (f"{unit},{measure},{month},actual,{value},{_known(month)}" for month in months)

    def target(unit: str, measure: str, value: float, months: list[str] = TARGETS) -> Iterator[str]:
        return (f"{unit},{measure},{month},target,{value},2023-01-10" for month in months)

    for unit, revenue, profit in (("ZERO", 50, 5), ("LOSS", 80, -9), ("HEIR", 60, 4), ("L1", 700, 90)):
        yield from actual(unit, "REV", revenue)
        yield from actual(unit, "PROFIT", profit)
        yield from actual(unit, "STAFF", 100)
        yield from actual(unit, "ACC", 1)
    yield from actual("FREE", "REV", 30)
    yield from actual("NEW", "REV", 20, MONTHS[14:])
    yield from actual("NEW", "PROFIT", 2, MONTHS[14:])
    yield from actual("OLD", "REV", 40, MONTHS[:16])
    yield from actual("OLD", "PROFIT", 4, MONTHS[:16])
    yield from actual("ODD", "PROFIT", 3)
    yield from actual("L2", "REV", 10, MONTHS[:15])
    yield from actual("L1", "OWED", 55.5)
    yield from actual("HEIR", "OLDM", 8.5, MONTHS[:15])
    yield from actual("HEIR", "NEWM", 3.25, MONTHS[15:])
    for unit, measure, value in (
        ("ZERO", "REV", 0), ("ZERO", "PROFIT", 0), ("ZERO", "ACC", 0), ("LOSS", "REV", 90), ("LOSS", "PROFIT", -5),
        ("HEIR", "REV", 65), ("MUTE", "REV", 70), ("MUTE", "PROFIT", 7), ("L1", "REV", 710),
        ("L2", "REV", 12), ("ODD", "REV", 9), ("ODD", "PROFIT", 3),
    ):  # fmt: skip
        yield from target(unit, measure, value)
    yield from target("NEW", "REV", 25, TARGETS[2:])
    yield from target("OLD", "REV", 45, TARGETS[:4])
    yield from target("L1", "OWED", -5, ["2023-06"])
    yield from target("HEIR", "NEWM", 4, TARGETS[3:])
    yield from target("HEIR", "OLDM", 9, TARGETS[:3])
    for n in range(BRANCHES):
        yield f"M{n:03d},REV,2023-06,actual,{50 if n % 10 == 0 else 100},2023-07-05"
        yield f"M{n:03d},REV,2023-06,target,{0 if n % 50 == 1 else 100},2023-01-10"


def files() -> dict[str, str]:
    """The folder, by name of the file."""
    named = {"long": LONG[:199], "long_zh": LONG_ZH[:199]}
    branches = "".join(f"M{n:03d},Branch {n:03d},{n:03d}支,MANY,branch,,,\n" for n in range(BRANCHES))
    owing = ("ZERO", "LOSS", "HEIR", "MUTE", "L1", "L2")
    return {
        "ledger": "key,value\nname,Hard Group\ncurrency,CNY\ntime_zone,Asia/Shanghai\n",
        "units": UNITS.strip().format(**named) + "\n" + branches,
        "measures": MEASURES.strip().format(**named) + "\n",
        "segments": "segment,unit\nS1,ZERO\nS1,LONG\nS2,LOSS\nS2,HEIR\n",
        "forms": f"code,name,name_zh,span,measures,due\nMONTHLY,{LONG[:200]},{LONG_ZH[:200]},month,REV PROFIT,day 10\n",
        "duties": "form,unit,from\n" + "".join(f"MONTHLY,{unit},2023-01-01\n" for unit in owing),
        "facts": "\n".join(facts()) + "\n",
    }


CAST = {"office": (Role.OFFICE, "G"), "head": (Role.HEAD, "LONG")}
UNDER_G = ("ZERO", "LOSS", "FREE", "NEW", "OLD", "HEIR", "MUTE", "ODD", "NONE", "LONG", "MANY")


@pytest.fixture(scope="session")
def hard_place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The group with two meetings, the second of which reviews 400 units; not to be changed."""
    place = databases.copy()
    folder: Path = tmp_path_factory.mktemp("hard")
    for name, text in files().items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with override_settings(CLOCK_SHIFT=HARD_NOW - datetime.now(UTC)):
        load_folder(folder, by=console_user())
        refresh_cube()
        ids = unit_ids()
        for name, (role, unit) in CAST.items():
            user = User.objects.create_user(name, name=name.title(), password=PASSWORD)
            with transaction.atomic():
                day = date(2020, 1, 1)
                give_mandate(by=console_user(), user=user, role=role, unit=ids[unit], valid_from=day)
        for unit, units in (("G", UNDER_G), ("MANY", tuple(f"M{n:03d}" for n in range(BRANCHES)))):
            about = About("half-year", date(2023, 7, 14), title=LONG[:200], title_zh=LONG_ZH[:200])
            each = [ids[code] for code in units]
            done = make_meeting(by=console_user(), unit=ids[unit], period=parse("2023-H1"), about=about, units=each)
            assert done.number, done.problems
    return place


@pytest.fixture
def hard(hard_place: Place) -> Iterator[Client]:
    """The group's office in it, on 13 July 2023 at noon."""
    hard_place.enter()
    client = Client(SERVER_NAME="127.0.0.1")
    with override_settings(CLOCK_SHIFT=HARD_NOW - datetime.now(UTC)):
        client.force_login(User.objects.get(username="office"), backend=BACKEND)
        yield client
    connection.close()
