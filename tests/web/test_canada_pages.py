"""The findings on the Government of Canada, computed independently, stand on its situation pages (needs the trial data).

1. FY2023-24 spent 474.881 bn of 418.260 planned, +13.5 %; every year is above its plan: measures, headline.
2. The four organisations most over and the two most under plan: units below, tier 3 by gap. How many times the plan
   (1.79, 0.48): the matrix of the large organisations, as per cent (+79, -52), and the organisation's own page.
3. 836 of 1,165 programmes more than 10 % off plan; 69 spent 26.77 bn without one (59 have none, 10 have 0): counted
   over, and told under, the units below of tier 5.
4. Half of 2019-20: 85 organisations spent 133.69 of 286.44 bn authorised, 46.7 %; slow and fast ones: the page of the
   half, once the authorities of the quarterly reports, which the file has as a version, are loaded as a stock.
5. What naive ways made of that half (same pace 10.60 %, last year's share 9.53, all that is authorised spent 5.85 % off):
   84 organisations with 293.61 bn: the landing page of the year, to which the situation page of the half leads. The
   85th, the Leaders' Debates Commission, had no year before.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from headrope.ledger.actions import load_folder, refresh_cube
from headrope.org.actions import console_user
from tests.conftest import Databases, Place
from tests.web.trial_reading import Situation, named, office_of, plain, rows, section

YEAR = "/review/GC/FY2023-24/"
PLAN = "against=plan_as_reported_after_year"
HALF = "/review/GC/2019-04..2019-09/"
SPEND = "Net expenditure by programme"


@pytest.fixture
def office(canada_place: Place) -> Client:
    canada_place.enter()
    return office_of("GC")


def number(text: str) -> float:
    """A printed figure."""
    return float(text.replace(",", "").replace("\N{MINUS SIGN}", "-").replace("+", "").rstrip(" %"))


def ranked(found: Situation, column: str) -> list[tuple[str, str]]:
    """Names of the units below, with their figure in a column."""
    place = found.heads().index(column)
    return [(row[1], row[place]) for row in found.ranking()]


def test_1_the_year_is_13_5_per_cent_above_plan(office: Client) -> None:
    found = Situation(office, YEAR, PLAN)

    spend = named(list(found.measures().values()), SPEND)
    assert {"418,260", "474,881", "+56,621", "+13.5 %"} <= set(spend)


@pytest.mark.parametrize("year", ["2017-18", "2018-19", "2019-20", "2020-21", "2021-22", "2022-23"])
def test_1_every_year_is_above_plan(office: Client, year: str) -> None:
    found = Situation(office, f"/review/GC/FY{year}/", PLAN)

    spend = named(list(found.measures().values()), SPEND)
    assert next(cell for cell in spend if re.fullmatch(r"[+−]\d.* %", cell)).startswith("+")


def test_2_organisations_over_and_under_plan(office: Client) -> None:
    found = Situation(office, YEAR, f"{PLAN}&tier=3&measure=SPEND&order=gap&all=1")

    gaps = [(name, gap) for name, gap in ranked(found, "Gap") if gap]
    assert gaps[:4] == [
        ("Crown-Indigenous Relations and Northern Affairs Canada", "+7,217"),
        ("National Defence", "+6,980"),
        ("Department of Indigenous Services", "+6,870"),
        ("Department of Finance Canada", "+6,574"),
    ]
    assert gaps[:-3:-1] == [
        ("Treasury Board of Canada Secretariat", "−4,681"),
        ("Housing, Infrastructure and Communities Canada", "−2,025"),
    ]


def test_2_how_many_times_the_plan(office: Client) -> None:
    """1.79 times is 79 % over, 0.48 times is 52 % under."""
    matrix = Situation(office, YEAR, f"{PLAN}&tier=3&measure=SPEND&where=SPEND>4e9").matrix()
    own = Situation(office, "/review/D-INAC/FY2023-24/", PLAN)

    shares = {row[0].rstrip(" 0123456789"): row[1] for row in matrix}
    assert shares["Crown-Indigenous Relations and Northern Affairs Canada"] == "+79"
    assert shares["Treasury Board of Canada Secretariat"] == "−52"
    assert "+79.0 %" in named(list(own.measures().values()), SPEND)


def test_3_programmes_off_plan_and_without_one(office: Client) -> None:
    found = Situation(office, YEAR, f"{PLAN}&tier=5&measure=SPEND&threshold=SPEND!~10%25")

    assert found.counts() == ["836 of 1,165 more than 10 % off plan as reported after year"]
    none_, zero = (note for note in found.notes() if "together" in note)
    assert none_ == "59 units have no plan as reported after year: 26,339 together."
    assert zero == "10 units have 0 as plan as reported after year: 431 together."


@pytest.fixture(scope="module")
def half_place(
    databases: Databases, canada_place: Place, trial: Path, tmp_path_factory: pytest.TempPathFactory
) -> Place:
    """With the authorities of the quarterly reports as a stock, and what of them is spent as a ratio."""
    folder = tmp_path_factory.mktemp("authorities")
    (folder / "measures.csv").write_text(
        "code,name,account,quantity,step,kind,direction,numerator,denominator\n"
        "AUTHQ,Authorities of the year as the quarterly report has them,CAD,money,0.01,stock,none,,\n"
        "SPENT,Share of the authorities that is spent,share,number,,ratio,none,EXPYTD,AUTHQ\n",
        encoding="utf-8",
    )
    with (
        (trial / "flat" / "ca_infobase" / "facts.csv").open(encoding="utf-8") as handle,
        (folder / "facts.csv").open("w", encoding="utf-8") as facts,
    ):
        facts.write("unit,measure,period,version,vintage,value\n")
        for row in csv.DictReader(handle):
            if row["measure"] == "AUTH" and row["version"].startswith("budget_at_"):
                quarter = row["version"].removeprefix("budget_at_")
                facts.write(f"{row['unit']},AUTHQ,{row['period']}-{quarter},actual,{row['vintage']},{row['value']}\n")
    place = databases.copy(canada_place)
    load_folder(folder, by=console_user())
    refresh_cube()
    return place


@pytest.fixture
def half(half_place: Place) -> Iterator[Client]:
    half_place.enter()
    yield office_of("GC")


def test_4_half_a_year_of_authorities(half: Client) -> None:
    query = "measures=all&tier=3&measure=SPENT&order=value&where=AUTHQ>1e8&all=1"
    found = Situation(half, HALF, query)
    everybody = Situation(half, HALF, "tier=3&measure=EXPYTD&order=value&all=1")

    measures = list(found.measures().values())
    assert "133,690" in named(measures, "Expenditure year to date")
    assert "286,435" in named(measures, "Authorities of the year")
    assert "46.7" in named(measures, "Share of the authorities")
    shares = ranked(found, "Actual")
    assert shares[0] == ("Office of the Chief Electoral Officer", "84.0")
    assert shares[:-3:-1] == [
        ("Crown-Indigenous Relations and Northern Affairs Canada", "13.5"),
        ("Agriculture and Agri-Food Canada", "21.0"),
    ]
    assert len([name for name, figure in ranked(everybody, "Actual") if re.search(r"\d", figure)]) == 85


def test_5_what_naive_ways_made_of_the_half(office: Client) -> None:
    half = Situation(office, HALF, "measure=EXP&tier=3")
    found = re.search(r'href="(/landing/GC/FY2019-20/[^"#]*)#naive"', half.page)
    assert found is not None
    address = unescape(found[1])
    assert address == "/landing/GC/FY2019-20/?measure=EXP&tier=3&months=6"

    page = office.get(f"{address}&plan=AUTH:budget_at_Q2").content.decode()

    part = section(page, "naive")
    came, *ways = rows(part)
    assert came[:2] == ["What came, 84 units together", "293,606"]
    assert [(way[0].partition(" to date")[0], *way[1:]) for way in ways] == [
        ("Same pace", "267,378", "\N{MINUS SIGN}8.93 %", "10.60 %"),
        ("Last year's share", "299,396", "+1.97 %", "9.53 %"),
        (
            "Total authorities (vote + statutory) by organisation, budget at Q2 reached in full",
            "286,430",
            "\N{MINUS SIGN}2.44 %",
            "5.85 %",
        ),
    ]
    assert "left out: Leaders’ Debates Commission (no year before to go by)" in plain(part)
    assert "5.85 % off unit by unit" in plain(page[page.index("<h1") : page.index("</h1>")])


def test_5_authorities_can_be_a_level_of_that_day(half: Client) -> None:
    query = "measure=EXP&tier=3&months=6&plan=AUTHQ:actual"
    page = half.get(f"/landing/GC/FY2019-20/?{query}").content.decode()

    assert rows(section(page, "naive"))[3][1:] == ["286,430", "\N{MINUS SIGN}2.44 %", "5.85 %"]
