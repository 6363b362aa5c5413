"""The manner of all pages, in a real browser: keys, menus, the tree grid, number style, and what is seen while waiting or failing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from headrope.demo.actions import DEMO_NOW, DEMO_PASSWORD
from tests.conftest import Place
from tests.stories.conftest import served

GROUP = "/review/T/2023-H1/"
NARROW: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def address(copy_of_example: Callable[[], Place]) -> Iterator[str]:
    """The example group, served."""
    place = copy_of_example()
    shift = round((DEMO_NOW - datetime.now(UTC)).total_seconds())
    with served(place, HEADROPE_CLOCK_SHIFT=str(shift)) as found:
        place.enter()
        yield found


@pytest.fixture(scope="module")
def state(chromium: Browser, address: str) -> Any:
    """The cookies of the office, signed in."""
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.locator("#login").fill("zhou.yi")
    page.locator("#password").fill(DEMO_PASSWORD)
    page.locator("main button.is-first").click()
    page.wait_for_url("**/review/**")
    kept = context.storage_state()
    context.close()
    return kept


@contextmanager
def window(chromium: Browser, state: Any, complaints: tuple[str, ...] = (), **options: Any) -> Iterator[Page]:
    """A window of the office; nothing may be complained about in it but what holds one of the texts."""
    context = chromium.new_context(locale="en-GB", storage_state=state, **options)
    context.set_default_timeout(15_000)
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    try:
        yield context.new_page()
        assert [text for text in said if not any(each in text for each in complaints)] == []
    finally:
        context.close()


# Keys


def test_question_mark_lists_the_keys_of_the_page(chromium: Browser, state: Any, address: str) -> None:
    with window(chromium, state) as page:
        page.goto(f"{address}{GROUP}")
        dialog = page.get_by_role("dialog", name="Keys of this page")
        expect(dialog).to_be_hidden()

        page.keyboard.press("?")
        on_review = dialog.locator("dl > div:visible").all_inner_texts()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.goto(f"{address}/units/")
        page.locator("summary", has_text="Display").click()
        page.get_by_role("button", name="Keys of this page").click()
        on_units = dialog.locator("dl > div:visible").all_inner_texts()
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_be_hidden()

        def rows(texts: list[str]) -> dict[str, str]:
            pairs = (text.split("\n") for text in texts)
            return {" ".join(keys).strip(): said for *keys, said in pairs}

        assert rows(on_review) | {"[ ]": "period before, period after", "J K": "next row, row before", "G U": "Units"} == rows(on_review)  # fmt: skip
        assert ("→ ←" in rows(on_units), "→ ←" in rows(on_review), "[ ]" in rows(on_units)) == (True, False, False)


def test_nouns_periods_and_rows_are_reached_by_keys(chromium: Browser, state: Any, address: str) -> None:
    with window(chromium, state) as page:
        page.goto(f"{address}{GROUP}")
        page.keyboard.press("[")
        page.wait_for_url("**/review/T/2022-H2/")
        page.keyboard.press("]")
        page.wait_for_url("**/review/T/2023-H1/")

        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(page.locator(".hr-measures tbody tr:nth-child(2) .hr-strong a").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#panel .d-title")).to_contain_text("Profit · actual")
        page.keyboard.press("j")
        expect(page.locator("#panel tbody tr").first.locator("a")).to_be_focused()
        page.keyboard.press("Escape")

        page.keyboard.press("g")
        page.keyboard.press("u")
        page.wait_for_url("**/units/")
        page.keyboard.press("/")
        page.keyboard.type("gs?jk")
        expect(page.locator("#seek")).to_have_value("gs?jk")
        expect(page.locator("#keys")).to_be_hidden()
        page.keyboard.press("Escape")
        page.keyboard.press("g")
        page.keyboard.press("s")
        page.wait_for_url("**/review/T/**")


# Menus and styles


def test_narrow_window_has_a_menu_that_needs_no_script(chromium: Browser, state: Any, address: str) -> None:
    with window(chromium, state, java_script_enabled=False, **NARROW) as page:
        page.goto(f"{address}{GROUP}")
        expect(page.get_by_role("navigation", name="Cycle")).to_be_hidden()
        page.locator("summary", has_text="Menu").click()
        menu = page.get_by_role("navigation", name="Menu")
        expect(menu.get_by_role("link", name="Situation")).to_have_attribute("aria-current", "page")
        menu.get_by_role("link", name="Units").click()

        page.wait_for_url("**/units/")
        assert page.locator(".u-tree:visible .u-name a").count() > 40  # the plain list, with links to units and changes


def test_number_style_is_the_readers_own_whatever_the_language(chromium: Browser, state: Any, address: str) -> None:
    with window(chromium, state, java_script_enabled=False) as page:
        page.goto(f"{address}{GROUP}")
        assert "Profit is 47 million short" in page.locator("h1").inner_text()
        page.locator("summary", has_text="Display").click()
        page.get_by_role("button", name="Ten thousand, hundred million").click()

        assert page.url == f"{address}{GROUP}"
        assert "Profit is 0.47 hundred million short" in page.locator("h1").inner_text()
        expect(page.locator(".hr-drop-scale summary")).to_contain_text("100 million yuan")
        page.locator(".hr-drop-scale summary").click()
        page.get_by_role("link", name="10 thousand yuan").click()
        expect(page.locator(".hr-drop-scale summary")).to_contain_text("10 thousand yuan")
        page.get_by_role("button", name="中文").click()
        expect(page.locator(".hr-drop-scale summary")).to_contain_text("万元")


# The tree grid


def rows(page: Page) -> list[str]:
    """The names of the rows of the grid, as they stand."""
    return page.locator(".tabulator-row .tabulator-cell:first-child a").all_inner_texts()


def test_tree_unfolds_folds_and_filters(chromium: Browser, state: Any, address: str) -> None:
    with window(chromium, state) as page:
        page.goto(f"{address}/units/")
        page.locator(".hr-grid[data-ready]").wait_for()
        expect(page.locator(".u-tree").first).to_be_hidden()
        assert rows(page)[:4] == ["Hengchuan Group", "Hengchuan Turbine", "Hengchuan Generator", "Xinglu Boiler"]

        boiler = page.locator(".tabulator-row", has_text="Xinglu Boiler")
        boiler.locator("a").first.focus()
        page.keyboard.press("ArrowRight")
        expect(boiler).to_have_attribute("aria-expanded", "true")
        assert rows(page)[4:7] == ["Utility Boilers", "Pressure Vessels", "Heat Recovery"]
        page.keyboard.press("j")
        expect(page.get_by_role("link", name="Utility Boilers")).to_be_focused()
        page.keyboard.press("ArrowLeft")  # a leaf leads to the unit above
        page.keyboard.press("ArrowLeft")
        expect(boiler).to_have_attribute("aria-expanded", "false")
        assert "Utility Boilers" not in rows(page)

        page.get_by_label("Filter").fill("锅炉")  # either language
        expect(page.locator("[data-count]")).to_have_text("2")
        assert rows(page) == ["Hengchuan Group", "Xinglu Boiler", "Utility Boilers"]
        page.get_by_label("Filter").fill("nobody")
        expect(page.locator(".tabulator-placeholder")).to_contain_text("No unit that you can see fits.")
        page.get_by_label("Filter").fill("")
        expect(page.locator(".tabulator-row", has_text="Hengchuan Turbine")).to_be_visible()
        page.get_by_role("button", name="Unfold all").click()
        expect(page.get_by_role("link", name="Heat Recovery")).to_be_visible()
        page.get_by_role("button", name="Fold all", exact=True).click()
        expect(page.get_by_role("link", name="Heat Recovery")).to_be_hidden()
        assert rows(page) == ["Hengchuan Group"]

        page.goto(f"{address}/units/?at=T0302")
        page.locator(".tabulator-row.is-here").get_by_role("link", name="Pressure Vessels").click()
        page.wait_for_url("**/review/T0302/**")


def test_grid_and_htmx_never_hold_the_same_place(chromium: Browser, state: Any, address: str) -> None:
    """HTMX brings the page anew: the old grid is gone before, a new one comes, and the registry holds that one only."""
    with window(chromium, state) as page:
        page.goto(f"{address}/units/")
        for _time in range(3):
            page.locator(".hr-grid[data-ready]").wait_for()
            page.evaluate(
                "() => { window.before = [...Headrope.grids][0]; document.querySelector('.hr-grid').old = true; }"
            )
            page.evaluate("() => htmx.ajax('GET', '/units/', {target: '#page', select: '#page', swap: 'outerHTML'})")
            page.wait_for_function("() => { const grid = document.querySelector('.hr-grid[data-ready]'); return grid && !grid.old; }")  # fmt: skip

            assert page.evaluate("() => [Headrope.grids.size, document.querySelectorAll('.tabulator').length, Headrope.grids.has(before), before.element.isConnected]") == [1, 1, False, False]  # fmt: skip
        page.evaluate("() => htmx.swap('#page', '<p id=gone></p>', {swapStyle: 'innerHTML'})")
        page.evaluate("() => htmx.ajax('GET', '/units/found/?q=T', {target: '#page', swap: 'innerHTML'})")
        expect(page.locator("#page a").first).to_be_visible()


# Waiting and failing


@contextmanager
def held(page: Page, pattern: str) -> Iterator[list[Route]]:
    """Requests that wait until they are let go."""
    waiting: list[Route] = []
    page.route(pattern, lambda route: waiting.append(route))  # a bound method of a list is none for playwright
    yield waiting
    page.unroute(pattern)


def test_section_that_waits_says_so_after_a_while_and_can_be_stopped(
    chromium: Browser, state: Any, address: str
) -> None:
    with window(chromium, state, complaints=("htmx:",)) as page:
        page.clock.install(time=0)
        page.goto(f"{address}{GROUP}")
        before = rows_of(page)
        page.clock.pause_at(3600)  # else the page's clock also runs on by itself, fast or slowly
        with held(page, "**/review/**") as waiting:
            page.locator("#units summary", has_text="by gap").click()
            page.get_by_role("link", name="by value").click()
            page.wait_for_timeout(50)
            seen = []
            for pause in (250, 100, 1500, 300):
                page.clock.run_for(pause)
                seen.append((page.locator("#units.is-waiting").count(), page.locator("#units .hr-wait").count()))

            assert len(waiting) == 1
            assert seen == [(0, 0), (1, 0), (1, 0), (1, 1)]
            assert rows_of(page) == before  # old figures stay
            page.locator("#units .hr-wait").get_by_role("button", name="Stop").click()
            expect(page.locator("#units.is-waiting, #units .hr-wait")).to_have_count(0)
            assert (rows_of(page), page.url) == (before, f"{address}{GROUP}")


def rows_of(page: Page) -> list[str]:
    return page.locator("#units tbody tr").all_inner_texts()


def test_network_that_fails_is_told_in_place_and_asked_again(chromium: Browser, state: Any, address: str) -> None:
    with window(chromium, state, complaints=("net::ERR_FAILED", "htmx:")) as page:
        page.goto(f"{address}{GROUP}")
        before = rows_of(page)
        page.route("**/review/**", lambda route: route.abort())
        page.locator("#units summary", has_text="by gap").click()
        page.get_by_role("link", name="by value").click()

        told = page.locator("#units").get_by_role("alert")
        expect(told).to_contain_text("The server cannot be reached. Nothing was changed")
        assert rows_of(page) == before
        page.unroute("**/review/**")
        told.get_by_role("button", name="Try again").click()
        expect(page.locator("#units summary", has_text="by value")).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)


def test_page_that_fails_in_a_panel_is_told_in_the_panel(chromium: Browser, state: Any, address: str) -> None:
    with window(chromium, state, complaints=("status of 500", "htmx:responseError", "Response Status Error")) as page:
        page.goto(f"{address}{GROUP}")
        page.route("**/origin/**", lambda route: route.fulfill(status=500, body="<h1>traceback</h1>"))
        page.locator(".hr-measures .hr-strong a").first.click()

        told = page.locator("#panel").get_by_role("alert")
        expect(told).to_contain_text("This has failed. No figure was changed.")
        expect(told).to_contain_text("/origin/T/REVENUE/2023-H1/actual/")
        told.get_by_role("button", name="Close").click()
        expect(page.locator("#panel")).to_be_empty()
        page.locator(".hr-measures .hr-strong a").first.click()
        assert "traceback" not in page.content()
        page.unroute("**/origin/**")
        told.get_by_role("button", name="Try again").click()
        expect(page.locator("#panel .d-title")).to_contain_text("Revenue")
        page.keyboard.press("Escape")
        expect(page.locator("#panel")).to_be_empty()


def test_page_that_fails_while_a_panel_is_open_leaves_the_old_origin(
    chromium: Browser, state: Any, address: str
) -> None:
    with window(chromium, state, complaints=("status of 500", "htmx:responseError", "Response Status Error")) as page:
        page.goto(f"{address}{GROUP}")
        page.locator(".hr-measures .hr-strong a").first.click()
        expect(page.locator("#panel .d-title")).to_contain_text("Revenue")
        page.route("**/origin/**", lambda route: route.fulfill(status=500, body=""))
        page.locator("#panel a.d-down").first.click()

        expect(page.locator("#panel").get_by_role("alert")).to_contain_text("This has failed.")
        expect(page.locator("#panel .d-title")).to_contain_text("Revenue")


def test_print_leaves_out_what_only_a_screen_needs(chromium: Browser, state: Any, address: str) -> None:
    with window(chromium, state) as page:
        page.goto(f"{address}/units/")
        page.locator(".hr-grid[data-ready]").wait_for()
        page.emulate_media(media="print")

        shown = {
            each: page.locator(each).first.is_visible()
            for each in (".hr-top", ".hr-tools", ".hr-grid", ".u-tree", "h1")
        }
        assert shown == {".hr-top": False, ".hr-tools": False, ".hr-grid": False, ".u-tree": True, "h1": True}
        page.goto(f"{address}{GROUP}")
        page.emulate_media(media="print")
        expect(page.locator(".hr-foot")).to_contain_text("Hengchuan")
