"""Faults of a conference in real browsers: a lost net, a server that is gone, two secretaries, somebody who signs out.

The hour as it goes is told of the example group, in test_conference_of_the_example.py.

G  Group
├ A  East      A1 Pumps, A2 Valves
├ B  West
└ C  Airport
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from typing import Any, cast

import pytest
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

import browser as browsers
from headrope.core.periods import parse
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.meetings.actions import About, make_meeting
from headrope.meetings.models import Item, Move, Note, NoteEdition
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Person, Role, User
from headrope.org.queries import unit_ids
from tests.conftest import Databases, Place
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
def hall_place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The small group with its conference."""
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
    return place


@pytest.fixture(scope="module")
def address(hall_place: Place) -> Iterator[str]:
    """It, served."""
    with served(hall_place) as found:
        hall_place.enter()
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


def sent(page: Page) -> None:
    """Everything that was done is on the server."""
    expect(page.locator("html")).to_have_attribute("data-waiting", "0")


def words() -> list[str]:
    """The last words of every note, in the order in which they were begun."""
    return [NoteEdition.objects.filter(note=note).latest("version").words for note in Note.objects.order_by("id")]


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


def test_every_unit_is_shown_when_the_server_is_gone_and_nothing_is_lost(
    enter: Enter, address: str, hall_place: Place
) -> None:
    """The server is ended after the screen was opened; the machine is even started anew; then the server comes back."""
    chair = enter("chair")
    with served(hall_place) as other:
        hall = screen(chair, other)
        expect(hall.locator("html")).to_have_attribute("data-kept", "")
        hall.keyboard.press("Home")
        sent(hall)

    for place, name in enumerate(("East", "West", "Airport"), 1):
        hall.keyboard.press("ArrowRight")
        expect(hall.locator("h1")).to_have_text(name)
        expect(hall.locator(".c-who").first).to_contain_text(f"{place} of 3")
        expect(hall.locator(".c-find")).not_to_be_empty()
        expect(hall.locator(".c-why svg").first).to_be_visible()
        hall.keyboard.press("2")
        expect(hall.locator(".is-chosen th")).to_contain_text("Profit")
        hall.keyboard.press("l")
        expect(hall.locator(".c-why h2")).not_to_be_empty()
    hall.reload()
    expect(hall.locator("h1")).to_have_text("Airport")
    expect(hall.locator("#link")).to_contain_text("no connection")
    expect(hall.locator(".c-why svg").first).to_be_visible()
    waiting = int(hall.locator("html").get_attribute("data-waiting") or 0)
    assert waiting >= 3

    with served(hall_place, port=int(other.rpartition(":")[2])):
        hall_place.enter()
        sent(hall)
        expect(hall.locator("#link")).to_have_text("")
        last = Move.objects.latest("at", "id")
        assert (last.item_id, last.received_at > last.at) == (item_of("C"), True)


def test_who_opens_the_screen_without_https_is_told_that_it_cannot_be_loaded_again(
    chromium: Browser, hall_place: Place, address: str
) -> None:
    """By plain http under a name that is not the machine's own no browser keeps the page; under 127.0.0.1 nothing is told."""
    arguments: dict[str, Any] = browsers.launch_arguments(cast(str, browsers.find()))
    arguments["args"] = [*arguments["args"], "--host-resolver-rules=MAP hall.example 127.0.0.1"]
    with (
        served(hall_place, HEADROPE_HOSTS="127.0.0.1,hall.example") as own,
        closing(chromium.browser_type.launch(**arguments)) as browser,
    ):
        page, told = browser.new_context(locale="en-GB").new_page(), {}
        for base in (own.replace("127.0.0.1", "hall.example"), own):
            sign_in(page, base, "chair")
            page.goto(f"{base}/meetings/1/screen/")
            page.keyboard.press("Home")
            expect(page.locator("ol.c-order")).to_be_visible()
            here = [page.evaluate("isSecureContext"), page.get_by_text("it cannot be loaded again").is_visible()]
            page.goto(f"{base}/meetings/1/")
            told[base] = [*here, page.get_by_text("cannot be loaded again until it is back").is_visible()]

    hall_place.enter()
    assert list(told.values()) == [[False, True, True], [True, False, False]]


def test_clock_says_when_the_time_of_a_unit_is_over(enter: Enter, address: str) -> None:
    """After five minutes of six it has not run over; a second after six it has, and goes on."""
    context = enter("chair")
    hall = context.new_page()
    hall.clock.install()
    hall.goto(f"{address}/meetings/1/screen/")
    hall.keyboard.press("Home")
    sent(hall)
    hall.clock.run_for(2000)
    hall.keyboard.press("t")
    spent = hall.locator("#clock [data-time]")
    bar = "() => document.querySelector('[data-bar]').style.width"
    sent(hall)
    context.set_offline(True)  # so that the clock of the page is the one that counts
    hall.clock.run_for(300_000)
    before = seconds(spent.inner_text())
    expect(hall.locator("#clock")).not_to_have_class(re.compile("is-over"))
    assert 240 <= before < 360  # less where the start was answered late
    left = 361 - before
    hall.clock.run_for(left * 1000)
    expect(hall.locator("#clock")).to_have_class(re.compile("is-over"))
    expect(hall.locator("#clock")).to_have_class(re.compile("is-running"))
    assert left <= seconds(spent.inner_text()) - before < left + 9  # real seconds pass, too, on busy cores
    assert hall.evaluate(bar) == "100%"
    hall.keyboard.press("ArrowRight")
    expect(hall.locator("#clock")).not_to_have_class(re.compile("is-over"))


def seconds(text: str) -> int:
    """Of a clock."""
    minutes, _colon, rest = text.partition(":")
    return int(minutes) * 60 + int(rest)


def test_next_unit_is_noted_without_the_net(enter: Enter, address: str) -> None:
    secretary = enter("secretary")
    desk = notes(secretary, address, "C")
    expect(desk.locator("html")).to_have_attribute("data-kept", "")
    secretary.set_offline(True)
    expect(desk.locator("[data-saved]")).to_contain_text("No connection")

    desk.locator(".m-units a").filter(has_text="East").click()
    expect(desk.locator("h1")).to_contain_text("East")
    desk.locator("#f-words").press_sequentially("Lease the second hangar", delay=5)
    desk.locator("#f-to").fill("Wang Fang")
    desk.locator("#f-words").press("Control+Enter")
    row = desk.locator("#list .hr-note").filter(has_text="Lease the second hangar")
    expect(row).to_contain_text("not sent yet")
    desk.reload()  # the machine is started anew
    expect(row).to_contain_text("not sent yet")
    assert "Lease the second hangar" not in words()
    secretary.set_offline(False)

    expect(row).to_contain_text("stands")
    assert words().count("Lease the second hangar") == 1


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


KEPT = """async () => ({
    pages: await caches.has("headrope-conference"),
    store: Object.keys(localStorage).filter((key) => key !== "headrope person"),
})"""
"""What of a person the browser keeps."""


def sign_in(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.locator("#login").fill(who)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button.is-first").click()
    page.wait_for_url("**/review/**")


def sign_out(page: Page, answer: str = "") -> None:
    """By the menu; `answer` is the button of the question that comes before."""
    page.locator("summary", has_text=re.compile("Secretary|Second")).click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    if answer:
        page.locator("#leaving").get_by_role("button", name=answer).click()
    if answer != "Stay":
        page.wait_for_url("**/sign-in/**")


def slowly(route: Route) -> None:
    time.sleep(2)
    route.continue_()


def test_who_signs_out_leaves_no_pages_and_loses_nothing_unsent(chromium: Browser, address: str) -> None:
    """Two secretaries at one machine, one after the other: the notes of the first are not on the server when she leaves."""
    context = chromium.new_context()
    context.set_default_timeout(20_000)
    page = context.new_page()
    sign_in(page, address, "secretary")
    me = str(User.objects.get(username="secretary").pk)
    here = f"{address}/meetings/1/notes/?item={item_of('B')}"
    page.goto(here)
    expect(page.locator("html")).to_have_attribute("data-kept", "")
    assert page.evaluate(KEPT)["pages"]
    context.route("**/meetings/1/note/", lambda route: route.abort())
    page.locator("#f-words").fill("Sell the yard")
    page.locator("#f-to").fill("Wang Fang")
    page.locator("#f-words").press("Control+Enter")
    expect(page.locator("#list")).to_contain_text("not sent yet")

    sign_out(page, "Stay")
    expect(page.locator("#list")).to_contain_text("Sell the yard")
    page.keyboard.press("Escape")
    sign_out(page, "Sign out and keep it here")

    assert page.evaluate(KEPT) == {"pages": False, "store": [f"headrope {me} notes 1"]}
    context.unroute("**/meetings/1/note/")
    sign_in(page, address, "second")
    page.goto(here)
    expect(page.locator("html")).to_have_attribute("data-kept", "")
    expect(page.locator("#list")).not_to_contain_text("Sell the yard")
    assert "Sell the yard" not in words()
    sign_out(page)  # nobody is asked who has sent everything

    assert page.evaluate(KEPT) == {"pages": False, "store": [f"headrope {me} notes 1"]}
    sign_in(page, address, "secretary")
    page.goto(here)
    expect(page.locator("#list .hr-note").filter(has_text="Sell the yard")).to_contain_text("stands")
    assert {edition.by.username for edition in NoteEdition.objects.filter(words="Sell the yard")} == {"secretary"}
    assert words().count("Sell the yard") == 1

    context.route("**/meetings/1/note/", lambda route: route.abort())
    page.locator("#f-words").fill("Never mind")
    context.route("**/sign-out/", slowly)  # meanwhile the page goes on, and would keep what it cannot send
    sign_out(page, "Sign out and discard it")
    assert page.evaluate(KEPT) == {"pages": False, "store": []}
    assert "Never mind" not in words()
    context.close()


def test_pages_of_who_went_without_signing_out_go_when_another_signs_in(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    sign_in(page, address, "secretary")
    page.goto(f"{address}/meetings/1/screen/")
    expect(page.locator("html")).to_have_attribute("data-kept", "")
    assert page.evaluate(KEPT)["pages"] and page.evaluate(KEPT)["store"]
    context.clear_cookies()

    sign_in(page, address, "second")

    page.wait_for_function("async () => !(await caches.has('headrope-conference'))")
    assert page.evaluate(KEPT)["store"] == []
    context.close()
