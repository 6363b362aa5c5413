"""Load, roll up, review, click down to the source: the example group in a real browser."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from headrope.core.display import MINUS
from headrope.demo.actions import DEMO_NOW, DEMO_PASSWORD, build_demo
from headrope.demo.group import PEOPLE, write_folder
from headrope.journal.models import Posting
from headrope.org.models import User
from headrope.review.headline import Headline, plain
from headrope.review.wording import Wording
from tests.conftest import Databases, Place
from tests.review.asking import ask
from tests.stories.conftest import headrope, served

GROUP, HALF = "/review/T/2023-H1/", "2023-H1"
PROFIT = "/origin/T/PROFIT/2023-H1/actual/"
PEOPLE_NAMES = {person.username: person.name for person in PEOPLE}
JUNE = {
    "REVENUE": "163000000.00", "PROFIT": "1385662.00", "ORDERS": "176000000.00", "CASH": "144000000.00",
    "RD": "800000.00", "CAPEX": "900000.00", "RECEIVABLES": "531000000.00", "LIABILITIES": "1443000000.00",
    "ASSETS": "2556000000.00", "HEADCOUNT": "758", "PIECES": "10013", "PASSED": "9879", "ACCIDENTS": "0",
    "ACCIDENT_CLASS": "0", "OVERSEAS": "20000000.00", "ENERGY": "1600",
}  # fmt: skip
ASKED = {"SATISFACTION": "81.5", "REPLIES": "60"}  # of the quarter


@dataclass
class Watch:
    """What a reader's browser has asked for and what it has complained about."""

    address: str
    requests: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def said(self, message: ConsoleMessage) -> None:
        # A page that is not there is told in the console as well; the stories ask for such pages on purpose.
        if message.type in ("error", "warning") and "status of 404" not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")


@dataclass
class Reader:
    """Somebody at a browser of his own."""

    page: Page
    address: str
    watch: Watch

    def go(self, path: str) -> Page:
        """Open a page."""
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, username: str, password: str = DEMO_PASSWORD) -> Page:
        """Fill in the form of the sign-in."""
        page = self.go("/sign-in/")
        page.get_by_label("Name", exact=True).fill(username)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()
        return page

    @property
    def path(self) -> str:
        """The address without the server's."""
        return self.page.url.removeprefix(self.address)


@dataclass
class Story:
    """A served place and the browser that looks at it; at the end nothing may have gone wrong anywhere."""

    browser: Browser
    address: str
    place: Place
    folder: Path
    watches: list[Watch] = field(default_factory=list)
    signed_in: dict[str, Any] = field(default_factory=dict)  # the cookies of those who have signed in by the form

    @contextmanager
    def reader(self, username: str = "", **context: Any) -> Iterator[Reader]:
        """Somebody at a window of his own, on his first page; nobody for an empty name."""
        cookies = self.signed_in.get(username)
        made: BrowserContext = self.browser.new_context(locale="en-GB", storage_state=cookies, **context)
        made.set_default_timeout(15_000)
        watch = Watch(self.address)
        self.watches.append(watch)
        made.on("request", lambda request: watch.requests.add(request.url))
        made.on("console", watch.said)
        made.on("weberror", lambda error: watch.complaints.append(f"error: {error.error}"))
        try:
            reader = Reader(made.new_page(), self.address, watch)
            if cookies:
                reader.go("/")
            elif username:
                reader.sign_in(username)
                expect(reader.page.locator("summary", has_text=PEOPLE_NAMES[username])).to_be_visible()
                self.signed_in[username] = made.storage_state()
            yield reader
        finally:
            made.close()


@pytest.fixture(scope="module")
def story(chromium: Browser, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The example group, loaded from its folder by the command and served; its people as the demo makes them."""
    place = databases.copy()
    folder = tmp_path_factory.mktemp("first light") / "hengchuan"
    write_folder(folder)
    assert "Loaded " in headrope(place, "load", folder)
    before = Posting.objects.count()
    build_demo()
    assert Posting.objects.count() == before + 1  # all facts were known already; only people have come
    assert User.objects.filter(username__in=[person.username for person in PEOPLE]).count() == len(PEOPLE)
    with served(place, HEADROPE_CLOCK_SHIFT=str(round(shift().total_seconds()))) as address:
        place.enter()
        yield Story(chromium, address, place, folder)


def shift() -> timedelta:
    """How far back the clock of the books stands: the story is of the morning of 13 July 2023."""
    return DEMO_NOW - datetime.now(UTC)


@pytest.fixture(autouse=True)
def entered(story: Story, settings: LazySettings) -> None:
    """What is computed here is computed on the story's books and by their clock."""
    story.place.enter()
    settings.CLOCK_SHIFT = shift()


def headline(language: str, known: date | None = None) -> str:
    """The headline of the group as the review itself words it."""
    review, ranking = ask(known)("T", HALF)
    with translation.override(language):
        return plain(Headline(review, Wording.of(review)).sentences(ranking))


def cents(text: str) -> int:
    """An exact figure of an origin in its smallest steps."""
    return int(text.replace(MINUS, "-").replace(",", "").replace(".", ""))


def big(page: Page) -> str:
    """The figure of the panel, or of an origin's own page, without what it is counted in."""
    small = page.locator(".d-big small").inner_text()
    return page.locator(".d-big").inner_text().removesuffix(small).strip()


def first_unit(page: Page) -> str:
    """The name of the unit that stands first in the ranking."""
    return page.locator("#units tbody th a").first.inner_text()


def settled(page: Page, title: str) -> None:
    """Until the panel shows the figure of that title."""
    expect(page.locator("#panel .d-title")).to_have_text(title)


def test_wrong_password_is_told(story: Story) -> None:
    with story.reader() as reader:
        page = reader.sign_in("zhou.yi", "not-the-password")

        expect(page.get_by_role("alert")).to_contain_text("Name and password do not fit together.")
        expect(page.get_by_label("Name", exact=True)).to_have_value("zhou.yi")
        assert page.get_by_label("Password", exact=True).input_value() == ""


def test_group_office_lands_on_the_review_and_reads_it_in_both_languages(story: Story) -> None:
    with story.reader("zhou.yi") as reader:
        page = reader.page

        assert reader.path == GROUP
        assert page.locator("h1").inner_text() == headline("en")
        assert "47 million" in headline("en")

        page.get_by_role("button", name="中文").click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
        assert reader.path == GROUP
        assert page.locator("h1").inner_text() == headline("zh-hans")
        assert "兴炉锅炉" in headline("zh-hans")

        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")


def test_profit_is_clicked_down_to_the_file_that_it_came_with(story: Story) -> None:
    with story.reader("zhou.yi") as reader:
        page = reader.page
        number = page.locator(f'.hr-measures a[href="{PROFIT}"]:visible')
        number.click()

        settled(page, "Profit · actual · Jan–Jun 2023")
        assert (reader.path, big(page)) == (PROFIT, "395,000,828.04")
        parts = page.locator("#parts tr:has(a.d-down) td:nth-child(2)").all_inner_texts()
        assert sum(map(cents, parts)) - 6_000_000_00 == cents(big(page))  # what the companies sold to each other
        assert page.locator("#panel .hr-total td").first.inner_text() == big(page)

        page.locator("#panel").get_by_role("link", name="Xinglu Boiler").click()
        expect(page.locator("#panel .d-unit")).to_have_text("Xinglu Boiler")
        assert big(page) == f"{MINUS}43,998,724.10"
        parts = page.locator("#parts tr:has(a.d-down) td:nth-child(2)").all_inner_texts()
        assert sum(map(cents, parts)) == cents(big(page))

        page.locator("#panel").get_by_role("link", name="Pressure Vessels").click()
        expect(page.locator("#panel .d-unit")).to_have_text("Pressure Vessels")
        assert big(page) == f"{MINUS}14,863,105.50"
        rows = page.locator("#cells tbody tr")
        assert rows.locator("th").all_inner_texts() == ["Jan 2023", "Feb 2023", "Mar 2023", "Apr 2023", "May 2023", "Jun 2023", "before that"]  # fmt: skip
        june, first = (rows.nth(place).locator("td").all_inner_texts() for place in (5, 6))
        assert june[:2] == [f"{MINUS}7,888,766.48", "12 Jul 2023 00:00"]
        assert first[:2] == [f"{MINUS}1,888,766.48", "10 Jul 2023 00:00"]

        newest = Posting.objects.get(seq=int(june[2]))
        source = page.locator(f"#posting-{june[2]}")
        digest = sha256((story.folder / "facts.csv").read_bytes()).hexdigest()
        assert (newest.source, newest.source_sha256) == ("hengchuan/facts.csv", digest)
        for text in ("Warranty provision of Unit 4 was missed", newest.source, f"sha256 {newest.source_sha256}"):
            expect(source).to_contain_text(text)

        page.keyboard.press("Escape")
        expect(page.locator("#panel")).to_be_empty()
        assert reader.path == GROUP
        expect(number).to_be_focused()


@pytest.fixture
def low() -> dict[str, Any]:
    """A window in which the panel must be scrolled."""
    return {"viewport": {"width": 1280, "height": 500}}


def test_number_of_a_posting_leads_to_the_posting_in_the_panel(story: Story, low: dict[str, Any]) -> None:
    with story.reader("zhou.yi", **low) as reader:
        page = reader.go("/review/T0302/2023-H1/")
        page.locator('.hr-measures a[href="/origin/T0302/PROFIT/2023-H1/actual/"]:visible').click()
        settled(page, "Profit · actual · Jan–Jun 2023")

        oldest = page.locator("#cells tbody tr").first.locator("td a")
        number = oldest.inner_text()
        oldest.click()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)

        expect(page.locator(f"#posting-{number}")).to_be_in_viewport(timeout=2000)


def test_way_back_and_forth_through_a_panel_is_the_browsers(story: Story) -> None:
    with story.reader("zhou.yi") as reader:
        page = reader.page
        page.locator(f'.hr-measures a[href="{PROFIT}"]:visible').click()
        settled(page, "Profit · actual · Jan–Jun 2023")
        page.locator("#panel").get_by_role("link", name="Xinglu Boiler").click()
        expect(page.locator("#panel .d-unit")).to_have_text("Xinglu Boiler")

        page.go_back()
        expect(page.locator("#panel .d-unit")).to_have_text("Hengchuan Group")
        page.go_back()
        expect(page.locator("#panel")).to_be_empty()
        assert reader.path == GROUP
        page.go_forward()
        expect(page.locator("#panel .d-unit")).to_have_text("Hengchuan Group")

        page.reload()  # the address of the panel is a page of its own
        expect(page.locator("main .d-unit")).to_have_text("Hengchuan Group")


def test_units_are_ranked_as_asked(story: Story) -> None:
    asking = ask()
    third = asking("T", HALF, tier=3)[1]
    with_revenue = asking("T", HALF, tier=3, where=["REVENUE>200000000"], threshold=["PROFIT>=0"])[1]
    with story.reader("zhou.yi") as reader:
        page = reader.page
        assert first_unit(page) == "Xinglu Boiler"

        page.locator("#units summary", has_text="children").click()
        page.get_by_role("link", name="tier 3").click()
        expect(page.locator("#units summary", has_text="tier 3")).to_be_visible()
        expect(page).to_have_url(re.compile(r"tier=3"))
        names = page.locator("#units tbody th a").all_inner_texts()
        assert names == [row.unit.name for row in third.rows]

        page.get_by_label("Only units with").fill("REVENUE>0")
        page.keyboard.press("Enter")
        page.wait_for_url("**where=REVENUE*")
        assert page.locator("#units tbody tr").count() == len(asking("T", HALF, tier=3, where=["REVENUE>0"])[1].rows)

        page.get_by_label("Only units with").fill("REVENUE>200000000")
        page.get_by_label("Count units with").fill("PROFIT>=0")
        page.get_by_role("button", name="Apply").click()
        page.wait_for_url("**threshold=PROFIT*")
        threshold = with_revenue.thresholds[0]
        assert 0 < threshold.met < threshold.of < len(third.rows)
        assert page.locator("#units .hr-facts").inner_text() == f"{threshold.met} of {threshold.of} at or above 0"
        assert page.locator("#units tbody th a").all_inner_texts() == [row.unit.name for row in with_revenue.rows]


@pytest.mark.parametrize(("text", "name"), [("boil", "Xinglu Boiler"), ("锅炉", "Xinglu Boiler")])
def test_unit_is_found_from_the_keyboard(story: Story, text: str, name: str) -> None:
    with story.reader("zhou.yi") as reader:
        page = reader.go(f"{GROUP}?scale=k")

        page.keyboard.press("/")
        expect(page.locator("#seek")).to_be_focused()
        page.keyboard.type(text)
        expect(page.locator("#found a").first).to_contain_text(name)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

        page.wait_for_url("**/review/T03/**")
        assert reader.path == "/review/T03/2023-H1/?scale=k"  # the period and the scale are kept

        page.keyboard.press("/")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        page.wait_for_url("**/units/?**")
        page.locator("main").get_by_role("link", name=name).first.click()
        page.wait_for_url("**/review/T03/**")


def test_day_before_the_restatement_shows_what_was_known(story: Story) -> None:
    day = date(2023, 7, 11)
    line = ask(day)("T", HALF)[0].line("PROFIT")
    assert line is not None and line.actual.value == 401_000_828_04
    with story.reader("zhou.yi") as reader:
        page = reader.page
        page.locator(".hr-drop-known summary").click()
        page.get_by_label("or at the end of").fill(day.isoformat())
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**known=2023-07-11*")

        assert page.locator("h1").inner_text() == headline("en", day)
        page.locator(f'.hr-measures a[href="{PROFIT}?known=2023-07-11"]:visible').click()
        settled(page, "Profit · actual · Jan–Jun 2023")
        assert big(page) == "401,000,828.04"
        page.locator("#panel").get_by_role("link", name="Xinglu Boiler").click()
        expect(page.locator("#panel .d-unit")).to_have_text("Xinglu Boiler")
        assert big(page) == f"{MINUS}37,998,724.10"


def test_head_of_a_company_sees_his_company_only(story: Story) -> None:
    with story.reader("fang.zhiqiang") as reader:
        assert reader.path == "/review/T03/2023-H1/"
        page = reader.go("/units/")
        assert page.locator(".u-tree .u-name a").all_inner_texts() == ["Utility Boilers", "Pressure Vessels", "Heat Recovery", "Xinglu Boiler"]  # fmt: skip

        texts = []
        for path in (GROUP, "/review/NONE/2023-H1/", "/review/T01/", PROFIT, "/units/?at=T"):
            answer = page.goto(story.address + path)
            assert answer is not None and answer.status == 404
            texts.append(page.locator("main").inner_text())  # what is owed comes into the head later
        assert len(set(texts)) == 1
        assert "There is nothing here that you can see." in texts[0]


def test_person_without_a_mandate_is_told_so(story: Story) -> None:
    with story.reader("li.ping") as reader:
        expect(reader.page.locator("h1")).to_have_text("You have no mandate yet.")
        assert "Hengchuan" not in reader.page.locator("main").inner_text()


WIDTHS = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"


def test_narrow_window_is_not_scrolled_sideways(story: Story) -> None:
    narrow = {"viewport": {"width": 390, "height": 844}}
    wider: dict[str, list[int]] = {}

    def look(reader: Reader, path: str, ready: Callable[[Page], None] = lambda page: None) -> None:
        page = reader.go(path)
        ready(page)
        widths = page.evaluate(WIDTHS)
        if widths[0] > widths[1]:
            wider[path] = widths

    def open_panel(page: Page) -> None:
        page.locator(".hr-measures tbody tr:nth-child(2) a.hr-n:visible").first.click()
        expect(page.locator("#panel .d-title")).to_contain_text("Profit")

    with story.reader("zhou.yi", **narrow) as reader:
        for path in (GROUP, f"{GROUP}?tier=3&scale=1", "/review/T0302/2023-H1/", PROFIT, "/origin/T0302/PROFIT/2023-H1/actual/", "/units/", "/password/"):  # fmt: skip
            look(reader, path)
        look(reader, "/review/T03/2023-H1/", open_panel)
    with story.reader(**narrow) as reader:
        look(reader, "/sign-in/")

    assert wider == {}


def test_review_of_the_group_is_printed_on_one_sheet(story: Story) -> None:
    with story.reader("zhou.yi") as reader:
        for language in ("English", "中文"):
            sheet = reader.page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1, language
            boxes = {
                tuple(round(float(n)) for n in box.split()) for box in re.findall(rb"/MediaBox\s*\[([^\]]*)\]", sheet)
            }
            assert boxes <= {(0, 0, 842, 595), (0, 0, 842, 596)}, boxes  # A4, landscape
            if language == "English":
                reader.page.get_by_role("button", name="中文").click()
                expect(reader.page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_figures_that_arrive_late_are_on_the_page_when_it_is_loaded_again(story: Story, tmp_path: Path) -> None:
    """East Pumps Trading sends its June; a clerk's figures have no vintage of their own."""
    arrived = tmp_path / "east pumps, june"
    arrived.mkdir()
    with (arrived / "facts.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("unit", "measure", "period", "version", "value"))
        rows.writerows(("T11", measure, "2023-06", "actual", value) for measure, value in JUNE.items())
        rows.writerows(("T11", measure, "2023-Q2", "actual", value) for measure, value in ASKED.items())
    with story.reader("zhou.yi") as reader:
        page = reader.page
        expect(page.locator(".hr-coverage")).to_contain_text(
            "43 of 44 reporting units are in; late: East Pumps Trading"
        )

        said = headrope(story.place, "load", arrived)
        page.reload()

        assert said.startswith("Loaded 18 new facts out of 18 rows")
        expect(page.locator(".hr-coverage")).to_contain_text("All 44 reporting units are in")
        assert page.locator("h1").inner_text() == headline("en")
        page.locator(f'.hr-measures a[href="{PROFIT}"]:visible').click()
        settled(page, "Profit · actual · Jan–Jun 2023")
        assert cents(big(page)) == 395_000_828_04 + cents(JUNE["PROFIT"])

        reader.go(f"{GROUP}?known=2023-07-12")  # what was known then has not changed
        expect(page.locator(".hr-coverage")).to_contain_text("late: East Pumps Trading")


def test_no_browser_has_asked_elsewhere_or_complained(story: Story) -> None:
    """The last of the stories: nothing was loaded from another host, no script failed, no policy was broken."""
    asked = {url for watch in story.watches for url in watch.requests}

    assert len(asked) > 20
    assert {url for url in asked if not url.startswith((f"{story.address}/", "data:"))} == set()
    assert [text for watch in story.watches for text in watch.complaints] == []
