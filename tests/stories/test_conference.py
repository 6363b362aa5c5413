"""A conference in two real browsers: the chair's big screen and the secretary's page; reload, lost net, two secretaries.

G  Group
├ A  East      A1 Pumps, A2 Valves
├ B  West
└ C  Airport
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Page, expect

from headrope.core.periods import parse
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.meetings.actions import About, make_meeting
from headrope.meetings.models import Item, Note, NoteEdition
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Person, Role, User
from headrope.org.queries import unit_ids
from tests.conftest import Databases
from tests.stories.conftest import served

FILES = {
    "units": "code,name,name_zh,parent,kind\nG,Group,集团,,group\nA,East,东方,G,company\nB,West,西方,G,company\n"
    "C,Airport,空港,G,company\nA1,Pumps,泵,A,branch\nA2,Valves,阀,A,branch",
    "measures": "code,name,account,quantity,step,kind,direction,weight\nREV,Revenue,CNY,money,0.01,flow,up,2\nPROFIT,Profit,CNY,money,0.01,flow,up,1",
    "facts": "unit,measure,period,version,value\n"
    + "\n".join(
        f"{unit},{measure},2023-{month:02d},{version},{value * month}"
        for unit, value in {"A1": 100, "A2": 40, "B": 70, "C": 90}.items()
        for measure in ("REV", "PROFIT")
        for month in range(1, 7)
        for version, value in (("actual", value), ("target", 90))
    ),
}
PASSWORD = "half the task"
CAST = {"chair": Role.LEADER, "secretary": Role.OFFICE, "second": Role.OFFICE}


@pytest.fixture(scope="module")
def address(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small group with its conference, served."""
    place = databases.copy()
    folder = tmp_path_factory.mktemp("conference")
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
    load_folder(folder, by=console_user())
    refresh_cube()
    ids = unit_ids()
    for name, role in CAST.items():
        user = User.objects.create_user(name, name=name.title(), password=PASSWORD)
        with transaction.atomic():
            give_mandate(by=console_user(), user=user, role=role, unit=ids["G"], valid_from=date(2020, 1, 1))
    Person.objects.create(code="wang", name="Wang Fang")
    done = make_meeting(
        by=console_user(),
        unit=ids["G"],
        period=parse("2023-H1"),
        about=About("half-year", date(2023, 7, 14)),
        units=[ids[code] for code in "ABC"],
    )
    assert done.number == 1
    with served(place) as found:
        place.enter()
        yield found


Enter = Callable[[str], BrowserContext]


@pytest.fixture(scope="module")
def states() -> dict[str, Any]:
    """The cookies of who has signed in already."""
    return {}


def signed_in(chromium: Browser, address: str, who: str) -> Any:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.locator("#login").fill(who)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button.is-first").click()
    page.wait_for_url("**/review/**")
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def enter(chromium: Browser, address: str, states: dict[str, Any]) -> Iterator[Enter]:
    """Windows of the cast, signed in."""
    opened: list[BrowserContext] = []

    def window(who: str) -> BrowserContext:
        if who not in states:
            states[who] = signed_in(chromium, address, who)
        context = chromium.new_context(
            locale="en-GB", viewport={"width": 1920, "height": 1080}, storage_state=states[who]
        )
        context.set_default_timeout(20_000)
        opened.append(context)
        return context

    yield window
    for context in opened:
        context.close()


def screen(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/meetings/1/screen/")
    return page


def notes(context: BrowserContext, address: str, unit: str = "") -> Page:
    page = context.new_page()
    item = f"?item={item_of(unit)}" if unit else ""
    page.goto(f"{address}/meetings/1/notes/{item}")
    return page


def item_of(unit: str) -> int:
    return int(Item.objects.values_list("id", flat=True).get(unit__code=unit))


def seconds(page: Page) -> int:
    minutes, _colon, rest = page.locator("[data-time]").inner_text().partition(":")
    return int(minutes) * 60 + int(rest)


def sent(page: Page) -> None:
    """Everything that was done is on the server."""
    expect(page.locator("html")).to_have_attribute("data-waiting", "0")


def words() -> list[str]:
    """The last words of every note, in the order in which they were begun."""
    return [NoteEdition.objects.filter(note=note).latest("version").words for note in Note.objects.order_by("id")]


def test_conference_goes_from_unit_to_unit_and_comes_back_as_it_was(enter: Enter, address: str) -> None:
    """The chair leads, the secretary follows and writes; the machine is started anew, and another takes over."""
    chair = enter("chair")
    hall, desk = screen(chair, address), notes(enter("secretary"), address)
    expect(hall.locator("h1")).to_have_text("Half-year conference 2023")
    hall.keyboard.press("t")
    expect(hall.locator("h1")).to_have_text("East")
    expect(hall.locator(".c-who")).to_contain_text("1 of 3 · Jan–Jun 2023")
    expect(hall.locator(".c-why svg").first).to_be_visible()  # the waterfall is drawn
    expect(hall.locator("#next")).to_have_text("Next West ")
    hall.keyboard.press("2")
    expect(hall.locator(".is-chosen th")).to_contain_text("Profit")
    hall.keyboard.press("b")
    expect(hall.locator(".c-below tbody tr")).to_have_count(2)

    expect(desk.locator("h1")).to_contain_text("East")
    expect(desk.locator("[data-now]")).to_contain_text("On the screen: East")
    desk.locator("#f-words").press_sequentially("Recovery plan by", delay=5)
    expect(hall.locator(".c-live")).to_contain_text("the secretary is writing")
    expect(hall.locator(".c-live p").first).to_have_text("Recovery plan by")
    desk.locator("#f-words").press_sequentially(" 31 July", delay=5)
    desk.locator("#f-to").fill("Wang Fang")
    desk.locator("#f-due").fill("2023-07-31")
    desk.locator("#f-words").press("Control+Enter")
    expect(hall.locator(".c-live h2")).to_have_text("Order 1")
    expect(hall.locator(".c-live .c-meta")).to_have_text("to Wang Fang · due 31 Jul 2023")
    hall.keyboard.press("n")
    expect(hall.locator(".c-noted li")).to_contain_text(["Order 1 Recovery plan by 31 July"])

    hall.keyboard.press("ArrowRight")
    expect(hall.locator("h1")).to_have_text("West")
    expect(desk.locator("h1")).to_contain_text("West")  # the empty page follows
    expect(hall.locator("[data-time]")).to_have_text(re.compile("0:0[2-9]"))
    hall.keyboard.press("1")
    sent(hall)
    before = seconds(hall)
    hall.reload()
    expect(hall.locator("h1")).to_have_text("West")
    assert seconds(hall) >= before
    other = screen(enter("chair"), address)
    expect(other.locator("h1")).to_have_text("West")
    expect(other.locator(".is-chosen th")).to_contain_text("Revenue")
    expect(other.locator("#clock")).to_have_class(re.compile("is-running"))
    assert seconds(other) >= before
    other.keyboard.press("t")
    other.keyboard.press(".")
    expect(hall.locator("#blank")).to_be_visible()
    expect(hall.locator("#clock")).not_to_have_class(re.compile("is-running"))


def test_screen_goes_on_without_the_net_and_is_sent_when_it_is_back(enter: Enter, address: str) -> None:
    chair = enter("chair")
    hall = screen(chair, address)
    expect(hall.locator("html")).to_have_attribute("data-kept", "")
    hall.keyboard.press("Home")
    hall.keyboard.press("t")
    sent(hall)
    chair.set_offline(True)
    hall.keyboard.press("ArrowRight")
    hall.keyboard.press("ArrowRight")
    expect(hall.locator("h1")).to_have_text("Airport")
    expect(hall.locator("#link")).to_contain_text("no connection")
    expect(hall.locator("html")).to_have_attribute("data-waiting", "2")

    hall.reload()  # the machine was started anew, and the net is still gone
    expect(hall.locator("h1")).to_have_text("Airport")
    expect(hall.locator("#clock")).to_have_class(re.compile("is-running"))
    hall.keyboard.press("t")
    chair.set_offline(False)
    sent(hall)
    expect(hall.locator("#link")).to_have_text("")

    desk = notes(enter("secretary"), address)
    expect(desk.locator("[data-now]")).to_contain_text("On the screen: Airport")
    started = dict(Item.objects.values_list("unit__code", "started_at"))
    assert started["A"] < started["B"] < started["C"]
    assert Item.objects.get(unit__code="C").ended_at is not None


def test_sentence_goes_on_without_the_net_and_is_not_lost(enter: Enter, address: str) -> None:
    secretary = enter("secretary")
    desk = notes(secretary, address, "B")
    desk.locator("input[value=problem]").check()
    desk.locator("#f-words").press_sequentially("Dealers hold four months", delay=5)
    expect(desk.locator("[data-saved]")).to_contain_text("Saved")
    secretary.set_offline(True)
    desk.locator("#f-words").press_sequentially(" of cranes", delay=5)
    expect(desk.locator("[data-saved]")).to_contain_text("No connection")
    assert words()[-1] == "Dealers hold four months"
    desk.close()  # in mid-sentence
    secretary.set_offline(False)

    desk = notes(secretary, address, "B")
    expect(desk.locator("#f-words")).to_have_value("Dealers hold four months of cranes")
    expect(desk.locator("#list")).to_contain_text("Dealers hold four months of cranes")
    desk.locator("#f-words").press("Control+Enter")
    expect(desk.locator("#list .hr-state")).to_contain_text("stands")
    assert words()[-1] == "Dealers hold four months of cranes"
    assert Note.objects.filter(item__unit__code="B").count() == 1


def test_second_secretary_is_told_and_both_texts_are_kept(enter: Enter, address: str) -> None:
    one = notes(enter("secretary"), address, "C")
    one.locator("#f-words").press_sequentially("Sell it", delay=5)
    expect(one.locator("[data-saved]")).to_contain_text("Saved")
    two = notes(enter("second"), address, "C")
    two.locator("#list").get_by_role("button", name="Change").click()
    expect(two.locator("#f-words")).to_have_value("Sell it")
    one.locator("#f-words").press_sequentially(" by July", delay=5)
    expect(two.locator("#list")).to_contain_text("Sell it by July")

    two.locator("#f-words").press_sequentially(" by May", delay=5)

    expect(two.locator("#told")).to_contain_text("Secretary. Both are kept")
    expect(one.locator("#list .hr-note")).to_have_count(2)
    expect(one.locator("#list")).to_contain_text("Sell it by May")
    two.locator("#f-words").press_sequentially(", to the harbour", delay=5)
    expect(one.locator("#list")).to_contain_text("Sell it by May, to the harbour")
    assert [text for text in words() if text.startswith("Sell")] == [
        "Sell it by July",
        "Sell it by May, to the harbour",
    ]
