"""The situation page: its parts as they are answered, on the example group and on a small one with many units."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from django.db import transaction
from django.test import Client, override_settings

from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from tests.conftest import Load
from tests.web.conftest import BACKEND, Browse, dangers, read
from tests.web.sheet_reading import values

HERE = "/review/T/2023-H1/"
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def noon() -> object:
    """The group itself has until six in the evening; the trading house is late."""
    with override_settings(CLOCK_SHIFT=datetime(2023, 7, 13, 4, tzinfo=UTC) - datetime.now(UTC)):
        yield


def words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).strip()


def section(body: str, ident: str) -> str:
    start = body.index(f'id="{ident}"')
    return body[start : body.index("</section>", start)]


def rows(part: str) -> list[list[str]]:
    """The cells of the first table of a part."""
    body = part[part.index("<tbody>") : part.index("</tbody>")]
    return [
        [words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in body.split("<tr")[1:]
    ]


def test_page_shows_headline_measures_and_leads_to_all(browse: Browse) -> None:
    browser = browse("office")

    short, whole = (browser.get(f"{HERE}{query}").content.decode() for query in ("", "?measures=all"))

    assert [len(rows(section(body, "measures"))) for body in (short, whole)] == [11, 24]
    assert "All 24 measures" in words(section(short, "measures"))
    # Of the 141 million of December 2020, which made up for the spring of that year.
    assert rows(section(short, "measures"))[1][-3:-1] == ["97", "69 %"]


def test_page_leads_to_its_parts_without_scripts(browse: Browse) -> None:
    body = browse("office").get(HERE).content.decode()

    for part in ("below", "since"):
        address = f"{HERE}{part}/"
        assert f'hx-get="{address}"' in body
        assert f'href="{address}"' in body


@pytest.mark.parametrize("part", ["below", "since"])
def test_part_is_a_page_of_its_own_and_the_middle_of_it_for_scripts(browse: Browse, part: str) -> None:
    browser = browse("office")

    page, fragment = (browser.get(f"{HERE}{part}/", headers=headers) for headers in ({}, PART))

    assert b"<html" in page.content
    assert b"<html" not in fragment.content
    assert "HX-Request" in page["Vary"]
    assert dangers(page.content) == []


def test_matrix_of_the_group_is_sorted_by_the_profit_gap(browse: Browse) -> None:
    body = browse("office").get(f"{HERE}below/").content.decode()

    matrix = rows(section(body, "heat"))
    assert [row[0] for row in matrix[:4]] == ["Hengchuan Group", "Xinglu Boiler 3", "Tongtu Construction 3", "Changling Machine Tools 3"]  # fmt: skip
    assert matrix[1][1:4] == ["\N{MINUS SIGN}7.7 behind", "\N{MINUS SIGN}43 m behind", "\N{MINUS SIGN}7.2 behind"]
    assert (matrix[-1][0], set(matrix[-1][1:])) == ("East Pumps Trading late", {"not reported"})


def test_matrix_is_sorted_by_the_column_that_is_asked_for(browse: Browse) -> None:
    body = browse("office").get(f"{HERE}below/?measure=CASH").content.decode()

    # 109 million short, and 80.
    assert [row[0] for row in rows(section(body, "heat"))[1:3]] == ["Xinglu Boiler 3", "Hengchuan Turbine 4"]
    assert "Sorted by Cash collected." in words(section(body, "heat"))


def test_waterfall_goes_from_plan_to_actual_and_adds_up_as_printed(browse: Browse) -> None:
    part = section(browse("office").get(f"{HERE}below/").content.decode(), "gap")

    steps = rows(part)
    amounts = [int(text.replace("\N{MINUS SIGN}", "-").replace(",", "")) for _name, text in steps]
    assert (steps[0], steps[1], steps[-1]) == (
        ["Plan", "442"],
        ["Xinglu Boiler", "\N{MINUS SIGN}43"],
        ["Actual", "395"],
    )
    assert ["East Pumps Trading, not reported", "\N{MINUS SIGN}2"] in steps
    assert amounts[0] + sum(amounts[1:-1]) == amounts[-1]


def test_who_has_not_reported_is_named_with_how_late_and_can_be_reminded(browse: Browse) -> None:
    part = section(browse("office").get(f"{HERE}below/").content.decode(), "late")

    assert rows(part)[0] == [
        "East Pumps Trading Jun 2023: Monthly finance form",
        "10 Jul 2023",
        "3 days late",
        "about 140",
    ]
    assert [row[0].removeprefix("East Pumps Trading") for row in rows(part)[1:]] == [
        " Jun 2023: Monthly works form",
        " Apr–Jun 2023: Quarterly customer survey",
    ]
    assert part.count(">East Pumps Trading</a>") == 1  # the unit is printed once
    assert 'action="/figures/T/FINANCE/2023-06/units/remind/"' in part


def test_who_may_not_remind_has_no_button(browse: Browse) -> None:
    part = section(browse("chen.yuanhang").get(f"{HERE}below/").content.decode(), "late")

    assert "East Pumps Trading" in part
    assert "remind/" not in part


def test_red_without_an_answer_names_who_answers(browse: Browse) -> None:
    part = section(browse("office").get(f"{HERE}below/").content.decode(), "reds")

    first = rows(part)[0]
    assert first[:4] == ["Xinglu Boiler", "Profit", "\N{MINUS SIGN}43", "Fang Zhiqiang"]


def test_who_answers_is_the_head_of_the_unit_even_if_he_cannot_sign_in(browse: Browse) -> None:
    part = section(browse("office").get(f"{HERE}below/").content.decode(), "reds")

    assert ["Tongtu Construction", "Receivables", "\N{MINUS SIGN}15 %", "Jiang Bo"] in [row[:4] for row in rows(part)]


def test_level_of_which_less_is_better_is_not_judged_before_all_is_in(browse: Browse) -> None:
    found = rows(section(browse("office").get(HERE).content.decode(), "measures"))

    assert [row[1] for row in found if row[0].startswith("Liabilities ÷ assets")] == ["not all in"]


def test_page_leads_to_the_other_pages_of_the_unit(browse: Browse) -> None:
    body = browse("office").get(f"{HERE}?against=target").content.decode()

    links = re.findall(r'<a href="([^"]+)"', body[body.index('class="hr-kin') :].partition("</nav>")[0])
    of_the_unit = [f"/{word}/T/2023-H1/?against=target" for word in ("review", "sheet", "gaps", "lists", "benchmarks")]
    assert sorted(links) == sorted([*of_the_unit, "/landing/T/"])


def test_since_the_last_session_says_what_became_of_its_orders(browse: Browse) -> None:
    """January gave six: two are done, and two of the four others should be."""
    told = words(browse("office").get(f"{HERE}since/", headers=PART).content.decode())

    assert "2 of its 6 orders done, 2 overdue" in told


def test_since_a_day_tells_what_moved_and_what_was_restated(browse: Browse) -> None:
    body = browse("office").get(f"{HERE}since/?since=2023-07-11").content.decode()

    moved = {row[0]: row[1:4] for row in rows(section(body, "moved"))}
    assert moved["Profit"] == ["401", "395", "\N{MINUS SIGN}6"]
    assert moved["Revenue"] == ["18,087", "18,087", ""]
    assert rows(section(body, "restated"))[0][:2] == ["Pressure Vessels", "Profit"]
    assert "1 figure restated" in words(body)


def test_what_moved_and_what_was_restated_download_with_all_rows(browse: Browse) -> None:
    asked = "?since=2023-07-11&scale=m"
    body = browse("office").get(f"{HERE}since/{asked}").content.decode()
    moved, restated = (
        values(browse("office").get(f"{HERE}{name}.xlsx{asked}").content) for name in ("moved", "restated")
    )

    assert all(f'href="{HERE}{name}.xlsx?scale=m&amp;since=2023-07-11"' in body for name in ("moved", "restated"))
    assert moved[1][0] == "Jan–Jun 2023, as known on 11 Jul 2023 and now"
    profit = next(row for row in moved if row[0] == "Profit")
    assert profit[1:8] == [None, 401, 395, -6, 442, 442, "watch"] or profit[2:5] == [401, 395, -6]
    assert restated[3][:2] == ["Pressure Vessels", "Profit"]
    assert browse("office").get(f"{HERE}moved.xlsx").status_code == 200  # since the last session
    assert browse("clerk").get(f"{HERE}moved.xlsx{asked}").status_code == 404


def test_since_compares_two_days_that_are_both_gone(browse: Browse) -> None:
    body = browse("office").get(f"{HERE}since/?since=2023-07-10&known=2023-07-11").content.decode()

    moved = {row[0]: row[1:4] for row in rows(section(body, "moved"))}
    assert moved["Profit"] == ["401", "401", ""]


def test_since_before_anything_was_known_says_so(browse: Browse) -> None:
    body = browse("office").get(f"{HERE}since/?since=2019-12-31").content.decode()

    assert "nothing of this year was known then" in words(body)


def test_since_a_day_that_cannot_be_read_says_so(browse: Browse) -> None:
    body = browse("office").get(f"{HERE}since/?since=soon").content.decode()

    assert "'soon' is not a day" in unescape(body)


def test_download_of_the_matrix_has_all_rows(browse: Browse) -> None:
    cells = values(browse("office").get(f"{HERE}heat.xlsx").content)

    start = next(number for number, row in enumerate(cells) if row and row[0] == "Hengchuan Group")
    assert len([row for row in cells[start:] if row and row[0]]) >= 19
    assert cells[start][2] == -11


MANY = 70


@pytest.fixture
def many(load: Load) -> Client:
    """A group of 70 units, the first ten of which are far behind."""
    units = ["code,name,name_zh,parent", "G,Group,集团,"] + [
        f"U{n:02d},Unit {n:02d} <b>,单位{n:02d},G" for n in range(MANY)
    ]
    measures = (
        "code,name,name_zh,account,quantity,step,kind,direction,weight\nREV,Revenue,收入,CNY,money,0.01,flow,up,1"
    )
    facts = ["unit,measure,period,version,value"]
    for n in range(MANY):
        facts += [f"U{n:02d},REV,2023-01,target,100", f"U{n:02d},REV,2023-01,actual,{50 if n < 10 else 100}"]
    load(units="\n".join(units), measures=measures, facts="\n".join(facts))
    user = User.objects.create_user("office")
    with transaction.atomic():
        give_mandate(by=console_user(), user=user, role=Role.OFFICE, unit=unit_ids()["G"], valid_from=date(2020, 1, 1))
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, backend=BACKEND)
    return client


def test_matrix_of_more_than_60_units_is_one_row_of_pixels_each(many: Client) -> None:
    body = many.get("/review/G/2023-01/below/").content
    part = section(body.decode(), "heat")

    assert [row[0] for row in rows(part)] == ["Group"]
    named = re.findall(r"<title>(.*?)</title>", part)
    assert len(named) == MANY
    assert named[:2] == ["Unit 00 &lt;b&gt;: 1 behind", "Unit 01 &lt;b&gt;: 1 behind"]
    assert (part.count('class="x-b2"'), part.count('class="x-row"')) == (10, MANY)
    assert dangers(body) == []


def test_a_matrix_takes_as_many_statements_for_many_units_as_for_few(
    many: Client, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        many.get("/review/G/2023-01/below/")


def test_unit_without_units_below_has_neither_matrix_nor_gap_on_its_page(browse: Browse) -> None:
    body = browse("clerk").get("/review/T0302/2023-H1/").content

    assert b"/below/" not in body
    assert "Units by measures" not in " ".join(read(body).text)


def test_what_a_month_must_bring_leads_to_its_steps(browse: Browse) -> None:
    """(980,000,000.00 − 395,000,828.04) ÷ 6 = 97,499,861.99 and a third of a fen."""
    browser = browse("office")
    profit = section(browser.get(HERE).content.decode(), "measures").split("<tr")[3]
    href = "/origin/T/PROFIT/2023-H1/actual/"
    assert re.search(rf'<a [^>]*href="{href}#rest"[^>]*>97</a>', profit)

    panel = browser.get(href).content.decode()

    assert [row[:2] for row in rows(section(panel, "rest"))] == [
        ["Target 2023", "980,000,000.00"],
        ["Jan–Jun 2023", "395,000,828.04"],
        ["Left to bring", "584,999,171.96"],
        ["Months left", "6"],
        ["Each month must bring", "97,499,861.99"],
        ["The best month ever, Dec 2020", "140,550,449.45"],
        ["of best ever", "69 %"],
    ]
    for other in ("PROFIT/2023-06", "PROFIT/2022", "RECEIVABLES/2023-H1"):
        assert "The rest of the year" not in browser.get(f"/origin/T/{other}/actual/").content.decode()


def test_a_rank_leads_to_the_ranking_where_the_sisters_may_be_seen(browse: Browse) -> None:
    sheets = [browse(name).get("/sheet/T03/2023-H1/").content.decode() for name in ("office", "fang.zhiqiang")]

    assert ["/review/T/2023-H1/?measure=PROFIT#units" in sheet for sheet in sheets] == [True, False]
    assert all("17 of 17" in words(sheet) for sheet in sheets)


def test_effects_of_the_sheet_lead_to_their_rule_and_add_up_to_the_gap(browse: Browse) -> None:
    browser = browse("office")
    href = "/origin/T03/PROFIT/2023-H1/actual/?against=target"
    sheet = browser.get("/sheet/T03/2023-H1/").content.decode()
    assert sheet.count(f'href="{href}#causes"') == 12  # three effects of three children and of the whole

    panel = browser.get(href).content.decode()

    part = section(panel, "causes")
    table = rows(part)
    assert [row[0] for row in table] == ["Utility Boilers", "Pressure Vessels", "Heat Recovery", "Sum"]
    amounts = [[Decimal(cell.replace(",", "").replace("−", "-")) for cell in row[1:]] for row in table]
    assert [sum(column) for column in zip(*amounts[:-1], strict=True)] == amounts[-1]
    compared = panel[panel.index("The difference") : panel.index('id="causes"')]
    assert sum(amounts[-1]) == Decimal(rows(compared)[-1][1].replace(",", "").replace("−", "-"))
    assert "/origin/T03/REVENUE/2023-H1/actual/?against=target" in part
    for other in ("/origin/T03/PROFIT/2023-H1/actual/", "/origin/T03/PROFIT/2023-H1/actual/?against=last-year"):
        assert 'id="causes"' not in browser.get(other).content.decode()
