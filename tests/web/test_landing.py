"""Landing pages of the example group: what they say, what they hide, what if, as known on, and how to begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.core.landing.base_forecasts import Numbers
from headrope.core.periods import parse
from headrope.journal.queries import books
from headrope.landing.histories import figures
from headrope.landing.runs.actions import run
from headrope.landing.runs.queries import Run, landed, latest
from headrope.landing.whatif import Change, what_if
from headrope.ledger.actions import refresh_cube
from headrope.ledger.cube import store
from headrope.ledger.queries import measures
from headrope.org.actions import console_user
from headrope.org.queries import edition_rows, tree_on, unit_ids
from headrope.web.landing.downloads import judged_sheet
from headrope.web.landing.judged import JudgedPage, Part, ScoreRow
from headrope.web.tables import workbook
from tests.conftest import Databases, Place
from tests.web.conftest import CAST, signed_in
from tests.web.sheet_reading import values
from tests.web.trial_reading import plain, rows, section

PAGE = "/landing/T/2023/"


@pytest.fixture(scope="session")
def landed_demo(databases: Databases, demo_place: Place) -> Place:
    """The example group with a run after June."""
    place = databases.copy(demo_place)
    run(None, console_user())
    refresh_cube()
    return place


@pytest.fixture
def june(landed_demo: Place) -> Iterator[Run]:
    """Its run, entered."""
    landed_demo.enter()
    found = latest(parse("2023"), books())
    assert found is not None
    yield found
    connection.close()


def text_of(who: str, path: str, **headers: str) -> str:
    """The page as text, without marks."""
    answer = signed_in(CAST.get(who, who)).get(path, follow=True, headers=headers)
    assert answer.status_code == 200, answer.status_code
    body = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]*>", " ", body)))


def measure(code: str) -> int:
    return next(info.id for info in measures() if info.code == code)


def test_the_page_opens_with_the_answer(june: Run) -> None:
    row = landed(june, [unit_ids()["T"]], [measure("PROFIT")])[unit_ids()["T"], measure("PROFIT")]
    assert row.account is not None and row.odds.value is not None

    said = text_of("office", PAGE + "?measure=PROFIT&scale=m")

    assert f"Profit of Hengchuan Group ends 2023 at about {row.account / 1e6:,.0f} million" in said
    assert "The target of 980 million is met with a probability of" in said
    assert f"as posting {june.seq}" in said
    assert "It is no sum over time and no level of which the year's figure could be forecast." in said


def test_odds_out_of_reach_are_said_alike_on_every_page(june: Run) -> None:
    """Nobody counts on 9 accidents where there were 10 already: not 0 %, but less than 1 %."""
    row = landed(june, [unit_ids()["T"]], [measure("ACCIDENTS")])[unit_ids()["T"], measure("ACCIDENTS")]
    assert row.odds.value is not None and row.odds.value < 0.01

    for path in (PAGE, "/review/T/2023-H1/?measures=all", "/sheet/T/2023-H1/"):
        page = text_of("office", path)
        assert "< 1 %" in page, path
        assert not re.search(r"(?<![\d.,+−])0 %", page), path


def test_the_units_below_stand_by_their_gap_to_the_target(june: Run) -> None:
    said = text_of("office", PAGE + "?measure=PROFIT&scale=m").partition("Units below")[2]

    assert 0 < said.index("Xinglu Boiler") < said.index("Hengchuan Generator") < said.index("Technical College")
    assert "The last month is missing and estimated." in said  # Trading owes its June


@pytest.mark.parametrize(
    ("language", "told", "mark"),
    [
        ("en", "Estimated figures of 1 late unit below are in it.", "partly estimated"),
        ("zh-hans", "其中含下属1个未报单位的估计数。", "含估计数"),
    ],
)
def test_a_figure_with_estimates_of_late_units_says_so(june: Run, language: str, told: str, mark: str) -> None:
    """Trading owes its June: in the answer, beside the measure's figure to date, at the last known month of the fan."""
    answer = signed_in(CAST["office"]).get(PAGE + "?measure=REVENUE&scale=m", headers={"accept-language": language})
    page = unescape(answer.content.decode())
    opening, measures_of = (
        re.findall(part, page, re.DOTALL)[0] for part in ("<h1.*?</h1>", '<section[^>]*id="measures".*?</section>')
    )
    row = next(each for each in measures_of.split("<tr") if "is-chosen" in each)
    fan = re.findall("<tr>.*?</tr>", page.partition('class="hr-numbers"')[2].partition("</details>")[0], re.DOTALL)

    assert told in opening and told in row
    assert [at for at, each in enumerate(fan[1:]) if mark in each] == [5]
    assert told in str(table_of("measures", "?measure=REVENUE&scale=m", language=language))
    below = text_of("office", "/landing/T01/2023/?measure=REVENUE", **{"accept-language": language})
    assert mark not in below and told not in below


def test_the_fan_stands_as_a_table_too(june: Run) -> None:
    row = landed(june, [unit_ids()["T"]], [measure("PROFIT")])[unit_ids()["T"], measure("PROFIT")]

    said = text_of("office", PAGE + "?measure=PROFIT&scale=1")

    assert f"{row.months[5].point:,.2f}" in said or f"{row.months[5].point:,.0f}" in said
    assert "As a table" in said and "Dec 2023" in said


def test_a_what_if_says_what_happens_to_the_whole(june: Run) -> None:
    ids, profit = unit_ids(), measure("PROFIT")
    effect = what_if(june, [Change(ids["T03"], profit, 20e6)]).effects[ids["T"], profit]
    assert effect.after.account is not None

    said = text_of("office", PAGE + "?measure=PROFIT&scale=m&what=T03:20000000.0")

    assert "With +20 million the odds of Hengchuan Group go from" in said
    answer = said.partition("With +20 million")[2]
    assert f"{effect.after.account / 1e6:,.0f}" in answer


def test_the_form_leads_to_an_address_that_keeps_its_changes(june: Run) -> None:
    browser = signed_in(CAST["office"])

    first = browser.get(PAGE, {"measure": "PROFIT", "scale": "m", "of": "T03", "amount": "20"})
    second = browser.get(first["Location"].partition("#")[0] + "&of=T09&amount=−3.5")

    assert first.status_code == 302
    assert (
        second["Location"] == "/landing/T/2023/?measure=PROFIT&scale=m&what=T03%3A20000000.0&what=T09%3A-3500000.0#what"
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("of=T03&amount=much", "'much' is not an amount; write a number such as 20 or -3.5."),
        ("of=NONE&amount=5", "There is no unit 'NONE' that you may see."),
        ("what=T03:x", "'T03:x' is not understood; write a unit and an amount."),
        ("measure=NONE", "The run has not landed the measure 'NONE'."),
        ("known=yesterday", "'yesterday' is not a day; write it like 2023-07-14."),
        ("measure=CASH&what=T03:-9e15", "Less than what has come already is left of it."),
    ],
)
def test_what_cannot_be_read_is_told(june: Run, query: str, told: str) -> None:
    assert told in text_of("office", f"{PAGE}?{query}")


@pytest.mark.parametrize(
    ("language", "note"),
    [
        (
            "en",
            "Revenue per head, Worst accident, Customer satisfaction: No landing: "
            "It is no sum over time and no level of which the year's figure could be forecast.",
        ),
        ("zh-hans", "不作预计：它既不是时间上的累加量，也不是可以预计年末数的存量。"),
    ],
)
def test_the_situation_says_why_a_measure_is_not_landed(june: Run, language: str, note: str) -> None:
    """Revenue per head has a target, and is a sum over the mean of a level: at its empty cells, and once in a note."""
    answer = signed_in(CAST["office"]).get("/review/T/2023-H1/?measures=all", headers={"accept-language": language})
    page = unescape(answer.content.decode())
    table = page.partition('class="hr-table hr-measures')[2].partition("</table>")[0]
    below = page.partition('class="hr-table hr-measures')[2].partition("</table>")[2].partition("</p>")[0]
    row = next(each for each in table.split("<tr") if "/REVENUE_PER_HEAD/" in each)
    why = note[note.index("No landing" if language == "en" else "不作预计") :]

    assert row.count(f'title="{why}"') == 3
    assert f'title="{why}"' not in next(each for each in table.split("<tr") if "/REVENUE/" in each)
    assert below.count(note) == 1
    assert why not in text_of("office", "/review/T/2022-H1/?measures=all", **{"accept-language": language})


def test_who_sees_a_part_learns_nothing_of_the_whole(june: Run) -> None:
    """A change in his own leaf moves the group; the clerk is shown his own unit only."""
    said = text_of("clerk", "/landing/T0302/2023/?measure=PROFIT&scale=m&what=T0302:20000000.0")

    assert "Pressure Vessels" in said and "+20" in said
    answer = said.partition("What if")[2].partition("Landings of the year")[0]
    assert "Vessels" in answer and "Hengchuan Group" not in answer and "Xinglu" not in answer
    assert "There is no unit" not in said
    assert "'T01:5.0' is not understood" in text_of("clerk", "/landing/T0302/2023/?what=T01:5.0")
    assert signed_in(CAST["clerk"]).get(PAGE).status_code == 404
    assert signed_in(CAST["clerk"]).get("/landing/judged/").status_code == 404


def test_before_the_run_nothing_had_been_landed(june: Run) -> None:
    said = text_of("office", PAGE + "?known=2023-07-01")

    assert "On 1 Jul 2023 nothing of 2023 had been landed." in said


def test_a_year_without_a_run_says_how_to_begin(june: Run) -> None:
    for year in ("2022", "2024"):
        said = text_of("office", f"/landing/T/{year}/")
        assert f"Nothing of {year} has been landed yet." in said and "headrope landing run" in said
    assert signed_in(CAST["office"]).get("/landing/T/2023-06/").status_code == 404
    assert signed_in(CAST["office"]).get("/landing/T/never/").status_code == 404


def test_without_a_choice_the_weightiest_measure_in_the_worst_state_opens(june: Run) -> None:
    """Revenue and profit weigh most; the odds of the profit are worse."""
    found = landed(june, [unit_ids()["T"]])
    odds = {code: found[unit_ids()["T"], measure(code)].odds.value for code in ("REVENUE", "PROFIT")}
    assert odds["PROFIT"] is not None and odds["REVENUE"] is not None and odds["PROFIT"] < odds["REVENUE"]

    assert "Profit of Hengchuan Group ends 2023" in text_of("office", PAGE)


def naive_section(query: str, unit: str = "T", who: str = "office") -> str:
    """The section on naive ways of 2022."""
    answer = signed_in(CAST.get(who, who)).get(f"/landing/{unit}/2022/{query}")
    assert answer.status_code == 200
    return section(answer.content.decode(), "naive")


def test_a_year_that_is_over_tells_what_simple_ways_would_have_said(june: Run) -> None:
    """Of the eighteen companies those that have a profit, worked out here from their figures."""
    cube, infos = store.fresh(), {info.code: info for info in measures()}
    tree = tree_on(date(2022, 6, 30), edition_rows())
    below = tree.children[unit_ids()["T"]]
    view = cube.view([node.id for node in below if node.kind != "segment"]).like(parse("2022-06").start)

    def column(version: str, period: str) -> Numbers:
        return figures(view, infos["PROFIT"], infos, version, parse(period))

    asked = [("actual", "2022-H1"), ("actual", "2022"), ("actual", "2021-H1"), ("actual", "2021"), ("target", "2022")]
    every = np.array([column(*each) for each in asked])
    half, year, half_before, before, plan = every[:, ~np.isnan(every).any(axis=0)]
    gone = np.where(half_before > 0, half_before, 1.0)
    share = np.where(half_before > 0, half * before / gone, half + before - half_before)
    expected = [(way.sum(), np.abs(way - year).sum() / np.abs(year).sum()) for way in (2 * half, share, plan)]

    came, *ways = rows(naive_section("?measure=PROFIT&scale=m"))

    assert came[:2] == [f"What came, {len(year)} units together", f"{year.sum() / 1e6:,.0f}"]
    assert [(way[1], way[3]) for way in ways] == [
        (f"{total / 1e6:,.0f}", f"{wape * 100:.2f} %") for total, wape in expected
    ]


def test_every_figure_of_a_unit_leads_to_its_origin(june: Run) -> None:
    """Over the tree of the cut-off month, for it has changed since 2021."""
    part = naive_section("?measure=PROFIT&scale=m&months=3")
    row = next(text for text in part.split("<tr>") if ">Xinglu Boiler</a>" in text)

    assert re.findall('href="([^"]+)"', row) == [
        "/landing/T03/2022/?measure=PROFIT&amp;scale=m&amp;months=3#naive",
        "/origin/T03/PROFIT/2022-Q1/actual/?like=2022-03",
        "/origin/T03/PROFIT/2021-Q1/actual/?like=2022-03",
        "/origin/T03/PROFIT/2021/actual/?like=2022-03",
        "/origin/T03/PROFIT/2022/actual/?like=2022-03",
        "/origin/T03/PROFIT/2022/target/",
    ]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("months=12", "After '12' months nothing is known; shown is what was after Jun 2022."),
        ("months=june", "After 'june' months nothing is known; shown is what was after Jun 2022."),
        ("tier=9", "There is no tier '9' at or below the unit."),
        ("sofar=CASH", "One cannot go on from the measure 'CASH'."),
        ("plan=PROFIT:never", "There is no plan 'PROFIT:never' to hold the year against."),
        ("measure=NONE", "There is no measure 'NONE'."),
        ("measure=DEBT_RATIO", "It is no sum and no level of which units could be added up. Choose another measure."),
    ],
)
def test_what_naive_ways_cannot_do_is_told(june: Run, query: str, told: str) -> None:
    assert told in text_of("office", f"/landing/T/2022/?{query}")


def test_a_clerk_sees_naive_ways_of_his_unit_alone(june: Run) -> None:
    part = plain(naive_section("?measure=PROFIT", "T0302", "clerk"))

    assert "What came, 1 unit " in part and "1 of 1 units of tier 3 count" in part
    assert "Xinglu" not in part and "Hengchuan" not in part


def test_the_landing_of_the_month_stands_beside_simple_ways(landed_demo: Place, databases: Databases) -> None:
    databases.copy(landed_demo)
    made = run(parse("2022-06"), console_user())
    refresh_cube()

    part = naive_section("?measure=PROFIT&scale=m")

    *_simple, ours = rows(part)[:5]
    assert ours[0].endswith(f", posting {made.seq}") and ours[3].endswith(" %")
    assert "/origin/T03/PROFIT/2022/landing/" in part
    assert re.search(r"The landing was (no )?nearer, [0-9.]+ % off\.", plain(part))
    assert "What simple ways would have said" not in text_of("office", PAGE)


def test_the_situation_of_a_past_year_leads_to_simple_ways(june: Run) -> None:
    page = signed_in(CAST["office"]).get("/review/T/2022-Q1/?scale=m").content.decode()
    now = signed_in(CAST["office"]).get("/review/T/2023-H1/").content.decode()

    assert 'href="/landing/T/2022/?scale=m&amp;months=3#naive">How simple ways would have landed 2022</a>' in page
    assert "#naive" not in now


def table_of(
    table: str, query: str = "", unit: str = "T", year: str = "2023", who: str = "office", language: str = "en"
) -> list[list[float | str | None]]:
    """Heads, rows and foot of a downloaded table."""
    answer = signed_in(CAST[who]).get(
        f"/landing/{unit}/{year}/{table}.xlsx{query}", headers={"accept-language": language}
    )
    assert answer.status_code == 200
    return values(answer.content)[2:]


def test_tables_download_as_numbers(june: Run) -> None:
    row = landed(june, [unit_ids()["T"]], [measure("PROFIT")])[unit_ids()["T"], measure("PROFIT")]
    assert row.account and row.low80 and row.high80 and row.odds.value and row.known and row.target

    heads, *found = table_of("measures", "?measure=PROFIT&scale=m")
    profit = next(each for each in found if each[0] == "Profit")

    assert heads[:8] == ["Measure", "Counted in", "To date", "Landing", "8 cases in 10, from", "8 cases in 10, to", "Target", "Odds"]  # fmt: skip
    assert profit[2:8] == [
        *(round(each / 1e6) for each in (row.known, row.account, row.low80, row.high80, row.target)),
        pytest.approx(round(row.odds.value, 2)),
    ]
    runs = table_of("runs", "?measure=PROFIT&scale=m")
    assert runs[1][:4] == ["Jun 2023", *profit[3:6]] and runs[1][6] == june.seq
    units = [each[0] for each in table_of("units", "?measure=PROFIT&scale=m")]
    assert len(units) == 21 and units.index("Xinglu Boiler") < units.index("Technical College")  # head, 18, blank, foot


def test_simple_ways_download_with_all_units(june: Run) -> None:
    heads, came, *ways = table_of("ways", "?measure=PROFIT&scale=m", year="2022")
    printed = rows(naive_section("?measure=PROFIT&scale=m"))

    assert heads[:5] == ["Way", "How", "Year", "Error of the sum", "WAPE, unit by unit"]
    assert f"{came[2]:,.0f}" == printed[0][1]
    assert [f"{way[4] * 100:.2f} %" for way in ways[:3]] == [row[3] for row in printed[1:4]]  # type: ignore[operator]
    tried = table_of("tried", "?measure=PROFIT&scale=m", year="2022")
    assert tried[0][4:7] == ["What came", "same pace", "same pace off"] and len(tried) >= 18
    assert all(isinstance(each[4], float) for each in tried[1:18] if each[-1] is None)


def test_who_sees_a_part_downloads_a_part(june: Run) -> None:
    assert str(table_of("measures", unit="T0302", who="clerk")[-1][0]).startswith("Pressure Vessels · 2023 · ")
    for path in ("/landing/T/2023/units.xlsx", "/landing/T0302/2023/ways.xlsx", "/landing/T0302/2023/units.xlsx"):
        assert signed_in(CAST["clerk"]).get(path).status_code == 404, path


def test_judged_landings_download_with_their_odds() -> None:
    bins = [("0 %–10 %", "1,240", "4 %", "6 %")]
    scored = ScoreRow("Profit", 2, "1,240", "3.1 %", "5.2 %", "\N{EN DASH}", "81 %", "0.079", "0.110 / 0.120")
    page = JudgedPage("Ranges held.", [Part("2022 as landed", "posting 3", [scored], bins, "")])

    scores, odds = (judged_sheet(table, page, "foot") for table in ("scores", "odds"))

    assert scores is not None and odds is not None and judged_sheet("none", page, "foot") is None
    found = values(workbook(scores))[2:4]
    assert found[0][:3] == ["Landings", "Measure", "Tier"]
    assert found[1] == ["2022 as landed", "Profit", 2, 1240, 0.031, 0.052, "\N{EN DASH}", 0.81, 0.079, "0.110 / 0.120"]
    assert values(workbook(odds))[3] == ["2022 as landed", "0 %–10 %", 1240, 0.04, 0.06]


def test_the_first_address_leads_to_the_last_year_landed(june: Run) -> None:
    browser = signed_in(CAST["clerk"])

    assert browser.get("/landing/")["Location"] == "/landing/T0302/2023/"
    assert browser.get("/landing/T0302/")["Location"] == "/landing/T0302/2023/"


def test_judged_says_how_to_begin(june: Run) -> None:
    said = text_of("office", "/landing/judged/")

    assert "No landing can be judged yet." in said and "headrope landing judge" in said


def test_the_page_is_chinese(june: Run) -> None:
    browser = signed_in(CAST["office"])
    browser.cookies["django_language"] = "zh-hans"

    assert "衡川机电集团" in browser.get(PAGE).content.decode()


def test_the_number_of_statements_does_not_depend_on_the_units(june: Run) -> None:
    counts = []
    for path in (PAGE, "/landing/T15/2023/", PAGE, "/landing/T/2022/", "/landing/T15/2022/"):
        browser = signed_in(CAST["office"])
        browser.get(path)
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        counts.append(len(asked))

    assert counts[0] == counts[1] == counts[2]
    assert counts[3] == counts[4] < counts[0]
