"""The hour of the half-year conference of the example group in real browsers, both screens, in English and 中文.

T  Hengchuan Group         zhou.yi, group office: prepares, and writes the notes; chen.yuanhang, leader: in the chair
├ T03  Xinglu Boiler       a loss of 44 million against a planned loss of 1; its head has answered for it
├ T06  Hengchuan Cable     behind by as much as Turbine and Trading: set before them by hand
├ T18  Technical College   has no profit to be ranked by: left out
└ fifteen more
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from headrope.demo.actions import DEMO_NOW, DEMO_PASSWORD
from headrope.meetings.models import Note, NoteEdition
from tests.conftest import Place
from tests.stories.conftest import served
from tests.stories.slides import CHINESE, ENGLISH, SHEET, SLIDE, check_against_sheet

NUMBER = 2
OFFICE, CHAIR = "zhou.yi", "chen.yuanhang"
BY_PROFIT = (
    "Xinglu Boiler",  # 43 million behind
    "Tongtu Construction",  # 6
    "Changling Machine Tools",  # 3
    "Hengchuan Turbine", "East Pumps Trading", "Hengchuan Cable",  # 2, and 66 and 79 yuan less
    "Hengchuan International",  # 1
    "Donglian Transformer", "Research Institute", "Hengchuan Materials",  # on plan, the third 101 yuan ahead
    "Hengchuan Compressor", "Zhongheng Switchgear", "Hengchuan Automation",  # 1 million ahead, the first 693 yuan less
    "Hengchuan Generator", "Beishan Mining", "East Pumps",  # 2
    "Nordlager Bearings",  # 3
    "Technical College",  # has none
)  # fmt: skip
"""Worst first: actual less plan of profit in the first half (demo/halves.py), alike by code."""
SPOKEN = (*BY_PROFIT[:3], "Hengchuan Cable", *BY_PROFIT[3:5], *BY_PROFIT[6:17])


@pytest.fixture(scope="module")
def address(copy_of_furnished: Callable[[], Place]) -> Iterator[str]:
    """The example group on the day before its conference, served."""
    place = copy_of_furnished()
    shift = round((DEMO_NOW - datetime.now(UTC)).total_seconds())
    with served(place, HEADROPE_CLOCK_SHIFT=str(shift)) as found:
        place.enter()
        yield found


Enter = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def states() -> dict[str, Any]:
    """The cookies of who has signed in already."""
    return {}


@pytest.fixture
def enter(chromium: Browser, address: str, states: dict[str, Any]) -> Iterator[Enter]:
    """Browsers of the people, signed in, in a language; what a page complains about fails the story."""
    opened: list[BrowserContext] = []
    said: list[str] = []

    def browser(who: str, locale: str = "en-GB") -> BrowserContext:
        context = chromium.new_context(
            locale=locale, viewport={"width": 1920, "height": 1080}, storage_state=states.get(who)
        )
        context.set_default_timeout(20_000)
        context.on("weberror", lambda error: said.append(str(error.error)))
        opened.append(context)
        if who not in states:
            page = context.new_page()
            page.goto(f"{address}/sign-in/")
            page.locator("#login").fill(who)
            page.locator("#password").fill(DEMO_PASSWORD)
            page.locator("main button.is-first").click()
            page.wait_for_url("**/review/**")
            states[who] = context.storage_state()
            page.close()
        return context

    yield browser
    for context in opened:
        context.close()
    assert said == []


def opened(context: BrowserContext, address: str, path: str = "") -> Page:
    """A page of the conference in a window of its own."""
    page = context.new_page()
    page.goto(f"{address}/meetings/{NUMBER}/{path}")
    return page


def lead_to(hall: Page, name: str) -> None:
    """With the arrow keys from the title to the unit."""
    hall.keyboard.press("Home")
    expect(hall.locator("ol.c-order")).to_be_visible()
    names = [text.strip() for text in hall.locator("#strip > span i").all_text_contents()]
    for _unit in range(names.index(name) + 1):
        hall.keyboard.press("ArrowRight")
    expect(hall.locator("h1")).to_have_text(name)


def seconds(hall: Page) -> int:
    minutes, _colon, rest = hall.locator("[data-time]").inner_text().partition(":")
    return int(minutes) * 60 + int(rest)


def order(page: Page) -> list[list[str]]:
    """Place, name, who reports and when, of the units that have a place, as the page of the meeting has them."""
    rows: list[list[str]] = page.locator(".m-order tbody tr:not(.m-out)").evaluate_all(
        "(rows) => rows.map((row) => [row.querySelector('input').value, ...[1, 2, 3].map((place) => row.cells[place].textContent.trim())])"
    )
    return rows


def told(unit: str) -> list[tuple[str, str]]:
    """Kind and last words of what is noted of a unit, on the server, in the order in which it was begun."""
    notes = Note.objects.filter(item__meeting_id=NUMBER, item__unit__code=unit).order_by("id")
    last = [NoteEdition.objects.filter(note=note).latest("version") for note in notes]
    return [(edition.kind, edition.words) for edition in last if edition.words]


def test_office_ranks_the_units_moves_one_leaves_one_out_and_prints_the_order(enter: Enter, address: str) -> None:
    page = enter(OFFICE).new_page()
    page.goto(f"{address}/meetings/")
    page.get_by_role("link", name="Half-year conference 2023").click()
    page.get_by_label("By rank on").select_option("Profit")
    page.get_by_role("button", name="Worst first").click()
    expect(page.get_by_role("status").filter(has_text="The order is set.")).to_be_visible()
    assert [name for _place, name, *_rest in order(page)] == list(BY_PROFIT)

    cable = page.get_by_label("Place of Hengchuan Cable")
    cable.press("Alt+ArrowUp")
    cable.press("Alt+ArrowUp")
    page.get_by_label("Place of Technical College").fill("")
    expect(page.get_by_text("not set yet")).to_be_visible()
    page.get_by_role("button", name="Set this order").click()
    expect(page.get_by_text("17 units, 6:00 each, 102 minutes in all")).to_be_visible()
    rows = order(page)
    assert [name for _place, name, *_rest in rows] == list(SPOKEN)
    assert rows[0] == ["1", "Xinglu Boiler", "Fang Zhiqiang", "09:00"]
    assert rows[-1] == ["17", "Nordlager Bearings", "Katrin Holm", "10:36"]

    paper = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4")))
    assert len(paper.pages) == 1
    lines = paper.pages[0].extract_text().splitlines()
    assert [line for line in lines if re.match(r"\d{1,2} \D+ \d\d:\d\d$", line)] == [" ".join(row) for row in rows]
    assert not any("Technical College" in line or "Worst first" in line for line in lines)


def test_chair_goes_through_all_units_by_keys_and_the_hall_sees_what_the_sheets_say(enter: Enter, address: str) -> None:
    """From the list of meetings two clicks and a key lead to the first unit; then an arrow a unit."""
    hall = enter(CHAIR).new_page()
    hall.goto(f"{address}/meetings/")
    hall.get_by_role("link", name="Half-year conference 2023").click()
    units = hall.locator(".m-order tbody tr:not(.m-out) th a").evaluate_all(
        "(links) => links.map((link) => [link.textContent, link.pathname])"
    )
    rows = hall.locator(".m-order tbody tr:not(.m-out)").evaluate_all(
        "(rows) => rows.map((row) => row.cells[2].textContent)"
    )
    hall.get_by_role("link", name="Open the big screen").click()
    expect(hall.locator("h1")).to_have_text("Half-year conference 2023")
    assert hall.locator("#strip > span i").all_text_contents() == [name for name, _path in units]

    hall.keyboard.press("t")
    compared = 0
    for place, ((name, path), head) in enumerate(zip(units, rows, strict=True), 1):
        expect(hall.locator("h1")).to_have_text(name)
        expect(hall.locator(".c-who")).to_contain_text(
            f"{head} reports · {place} of {len(units)} · Jan–Jun 2023, CNY million"
        )
        coming = f"Next {units[place][0]} {rows[place]}" if place < len(units) else "last unit"
        expect(hall.locator("#next")).to_have_text(coming)
        compared += check_against_sheet(hall.evaluate(SLIDE), hall.evaluate(SHEET, f"{path}?measures=all"), ENGLISH)
        hall.keyboard.press("ArrowRight")

    assert compared > 10 * len(units)
    hall.keyboard.press("t")
    expect(hall.locator("html")).to_have_attribute("data-waiting", "0")
    hall.goto(f"{address}/meetings/")
    expect(hall.get_by_role("row", name="Half-year conference 2023")).to_contain_text(f"{len(units)} of {len(units)}")


def test_unit_is_reviewed_and_everything_said_of_it_stands_though_the_secretary_loses_the_net(
    enter: Enter, address: str
) -> None:
    """Xinglu Boiler: what the hall sees, what is noted, a sentence in which the net goes, a reload, another machine."""
    chair, secretary = enter(CHAIR), enter(OFFICE)
    hall, desk = opened(chair, address, "screen/"), opened(secretary, address, "notes/")
    lead_to(hall, "Xinglu Boiler")
    expect(hall.locator(".c-find")).to_contain_text(
        "Profit is a loss of 44 million against a planned loss of 1 million"
    )
    expect(hall.locator(".is-chosen th")).to_contain_text("Profit")  # the one that is furthest off comes first
    expect(hall.locator(".c-why h2")).to_have_text("What explains the gap in Profit")
    expect(hall.locator(".c-why svg").first).to_be_visible()
    causes = ("Plan", "Price of input", "Timing of orders", "Warranty and provisions", "Output and delivery", "Actual")
    expect(hall.locator(".c-why tbody th")).to_have_text(causes)
    expect(hall.locator(".c-why tbody td")).to_have_text(["−1", "−13", "−12", "−6", "−12", "−44"])
    expect(hall.locator(".c-said")).to_contain_text("I promise −30 for the year, not +1.")
    expect(hall.locator(".c-said small")).to_have_text("Fang Zhiqiang · 13 Jul 2023 · promised 21 million")
    expect(hall.locator("[data-last] h2")).to_have_text("Orders of January1 of 3 done")
    expect(hall.locator("[data-last] .hr-state")).to_have_text(["done", "overdue", "running"])
    hall.keyboard.press("1")
    expect(hall.locator(".c-why h2")).to_have_text("What explains the gap in Revenue")
    hall.keyboard.press("l")
    expect(hall.locator(".c-fan svg").first).to_be_visible()
    hall.keyboard.press("b")
    expect(hall.locator(".c-below tbody th")).to_have_text(["Utility Boilers", "Pressure Vessels", "Heat Recovery"])
    expect(hall.locator(".c-below tbody td:last-child")).to_have_text(["−53", "−31", "+7"])
    hall.keyboard.press("t")
    expect(hall.locator("#clock")).to_have_class(re.compile("is-running"))

    expect(desk.locator("[data-now]")).to_contain_text("On the screen: Xinglu Boiler")  # it follows the screen
    expect(desk.locator("h1")).to_contain_text("Xinglu Boiler")
    expect(desk.locator("#f-to")).to_have_value("Fang Zhiqiang")
    for key, text in (("1", "The steel clause is signed"), ("2", "Sales is paid for orders, not for margin")):
        desk.keyboard.press(f"Alt+{key}")
        desk.locator("#f-words").press_sequentially(text)
        desk.locator("#f-words").press("Control+Enter")
    expect(desk.locator("#list .hr-state")).to_contain_text(["stands", "stands"])
    desk.keyboard.press("Alt+3")
    desk.locator("#f-words").press_sequentially("Sell the Nanwan workshop")
    expect(hall.locator(".c-live")).to_contain_text("the secretary is writing")
    expect(hall.locator(".c-live p").first).to_have_text("Sell the Nanwan workshop")

    expect(desk.locator("html")).to_have_attribute("data-kept", "")
    secretary.set_offline(True)
    desk.locator("#f-words").press_sequentially(" to another buyer")
    expect(desk.locator("[data-saved]")).to_contain_text("No connection: what you write is kept here")
    desk.reload()  # and her machine is started anew
    expect(desk.locator("#f-words")).to_have_value("Sell the Nanwan workshop to another buyer")
    desk.locator("#f-due").fill("2023-08-31")
    desk.locator("#f-words").press("Control+Enter")
    assert told("T03")[-1] == ("order", "Sell the Nanwan workshop")
    hall.keyboard.press("ArrowRight")  # meanwhile the hall goes on
    expect(hall.locator("h1")).not_to_have_text("Xinglu Boiler")
    hall.keyboard.press("ArrowLeft")
    secretary.set_offline(False)
    expect(desk.locator("#list .hr-state")).to_contain_text(["stands", "stands", "stands"])
    noted = [
        ("praise", "The steel clause is signed"),
        ("problem", "Sales is paid for orders, not for margin"),
        ("order", "Sell the Nanwan workshop to another buyer"),
    ]
    assert told("T03") == noted

    expect(hall.locator(".c-live h2")).to_have_text("Order 1")
    expect(hall.locator(".c-live .c-meta")).to_have_text("to Fang Zhiqiang · due 31 Aug 2023")
    hall.keyboard.press("2")
    hall.keyboard.press("n")
    listed = [
        "Praise The steel clause is signed",
        "Problem Sales is paid for orders, not for margin",
        "Order 1 Sell the Nanwan workshop to another buyerto Fang Zhiqiang · due 31 Aug 2023",
    ]
    expect(hall.locator(".c-noted li")).to_have_text(listed)
    expect(hall.locator("html")).to_have_attribute("data-waiting", "0")
    before = seconds(hall)
    hall.reload()
    for screen in (hall, opened(enter(CHAIR), address, "screen/")):  # then at another machine
        expect(screen.locator("h1")).to_have_text("Xinglu Boiler")
        expect(screen.locator(".is-chosen th")).to_contain_text("Profit")
        expect(screen.locator(".c-noted li")).to_have_text(listed)
        expect(screen.locator("#clock")).to_have_class(re.compile("is-running"))
        assert seconds(screen) >= before > 0
    hall.keyboard.press("t")
    hall.keyboard.press(".")
    expect(screen.locator("#blank")).to_be_visible()  # what is done at one is seen at the other
    expect(screen.locator("#clock")).not_to_have_class(re.compile("is-running"))
    hall.keyboard.press(".")
    expect(hall.locator("html")).to_have_attribute("data-waiting", "0")


def test_hour_in_chinese_on_both_screens(enter: Enter, address: str) -> None:
    hall, desk = opened(enter(CHAIR, "zh-CN"), address, "screen/"), opened(enter(OFFICE, "zh-CN"), address, "notes/")
    lead_to(hall, "兴炉锅炉")
    names = [text.strip() for text in hall.locator("#strip > span i").all_text_contents()]
    place = names.index("兴炉锅炉") + 1
    expect(hall.locator(".c-who")).to_have_text(f"方志强 汇报 · {len(names)}家中第{place}家 · 2023年1–6月，单位亿元")
    expect(hall.locator(".c-find")).to_contain_text("利润总额亏损0.44亿元，计划亏损0.01亿元")
    slide = hall.evaluate(SLIDE)
    assert [(row["name"], row["actual"], row["gap"]) for row in slide["big"]] == [
        ("营业收入", "9.18", "−0.77"),
        ("利润总额", "−0.44", "−0.43"),
        ("新签订单", "10.24", "−0.80"),
    ]
    assert check_against_sheet(slide, hall.evaluate(SHEET, "/review/T03/2023-H1/?measures=all"), CHINESE) == 11
    expect(hall.locator(".c-why tbody th")).to_have_text(
        ["计划", "投入价格", "订单时点", "质保与计提", "产出与交付", "实际"]
    )
    expect(hall.locator(".c-why tbody td")).to_have_text(["−0.01", "−0.13", "−0.12", "−0.06", "−0.12", "−0.44"])
    expect(hall.locator("#next")).to_contain_text(f"下一家 {names[place]} ")
    hall.keyboard.press("t")

    expect(desk.locator("h1")).to_contain_text("兴炉锅炉")
    expect(desk.locator("[data-now]")).to_contain_text("大屏：兴炉锅炉")
    expect(desk.locator(".m-kinds label")).to_have_text(["表扬", "问题", "要求"])
    expect(desk.locator("#f-to")).to_have_value("方志强")
    desk.locator("#f-words").press_sequentially("9月底前处置南湾厂房")
    expect(hall.locator(".c-live h2")).to_contain_text("秘书记录中")
    expect(hall.locator(".c-live p").first).to_have_text("9月底前处置南湾厂房")
    desk.locator("#f-due").fill("2023-09-30")
    desk.locator("#f-words").press("Control+Enter")
    expect(hall.locator(".c-live h2")).to_have_text(re.compile(r"要求 \d"))
    expect(hall.locator(".c-live .c-meta")).to_have_text("责任人 方志强 · 2023年9月30日到期")
    expect(desk.locator("#list .hr-note").filter(has_text="9月底前处置南湾厂房")).to_contain_text("已定")
    assert told("T03")[-1] == ("order", "9月底前处置南湾厂房")
    hall.keyboard.press("t")
    expect(hall.locator("html")).to_have_attribute("data-waiting", "0")
    hall.reload()
    expect(hall.locator("h1")).to_have_text("兴炉锅炉")
    expect(hall.locator("#clock")).not_to_have_class(re.compile("is-running"))
