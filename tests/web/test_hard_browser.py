"""Names of 200 characters without a place to break, and 400 units, in a real browser: nothing is wider than its window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import Place
from tests.stories.conftest import chromium as chromium  # the fixture
from tests.stories.conftest import served
from tests.stories.fitting import what_does_not_fit
from tests.web.hard_group import HARD_NOW, PASSWORD
from tests.web.hard_group import hard_place as hard_place  # the fixture

HALF = "2023-H1"
PAGES = (
    f"/review/G/{HALF}/?measures=all", f"/review/G/{HALF}/below/", f"/review/MANY/{HALF}/below/",
    f"/review/LONG/{HALF}/", f"/review/G/{HALF}/since/?since=2023-05-10", f"/sheet/G/{HALF}/", f"/sheet/LONG/{HALF}/",
    f"/gaps/G/{HALF}/", f"/gaps/LONG/{HALF}/OWED/", "/meetings/", "/meetings/1/", "/meetings/1/notes/",
)  # fmt: skip
WIDER = "() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth"

Enter = Callable[[str, int], Page]


@pytest.fixture(scope="module")
def address(hard_place: Place) -> Iterator[str]:
    """The group, served on 13 July 2023."""
    shift = int((HARD_NOW - datetime.now(UTC)).total_seconds())
    with served(hard_place, HEADROPE_CLOCK_SHIFT=str(shift)) as found:
        yield found


@pytest.fixture(scope="module")
def enter(chromium: Browser, address: str) -> Iterator[Enter]:
    """A page of the office in a language and a width."""
    opened: list[BrowserContext] = []
    state = None

    def page(language: str, width: int) -> Page:
        nonlocal state
        context = chromium.new_context(viewport={"width": width, "height": 950}, storage_state=state)
        opened.append(context)
        context.set_default_timeout(60_000)
        context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        made = context.new_page()
        if state is None:
            made.goto(f"{address}/sign-in/")
            made.locator("#login").fill("office")
            made.locator("#password").fill(PASSWORD)
            made.locator("main button.is-first").click()
            made.wait_for_url("**/review/**")
            state = context.storage_state()
        return made

    yield page
    for each in opened:
        each.close()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_page_is_wider_than_its_window(enter: Enter, address: str, language: str, width: int) -> None:
    page, found = enter(language, width), {}
    for each in PAGES:
        answer = page.goto(address + each)
        assert answer is not None and answer.status == 200, each
        page.wait_for_load_state("networkidle")
        if (wider := page.evaluate(WIDER)) > 0:
            found[each] = wider

    assert found == {}


@pytest.mark.parametrize(("meeting", "units"), [(1, range(12)), (2, (0, 1, 37, 200, 400))])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_slide_fits_the_screen_of_the_hall(
    enter: Enter, address: str, language: str, meeting: int, units: tuple[int, ...]
) -> None:
    """At 1920 x 1080, with names of 200 characters, a unit that says nothing, and 400 units."""
    hall = enter(language, 1920)
    hall.set_viewport_size({"width": 1920, "height": 1080})
    hall.goto(f"{address}/meetings/{meeting}/screen/")

    assert what_does_not_fit(hall, units, shortening=True) == {}
