"""The sheet in a real browser: one screen, one sheet of paper in both languages, pictures without eval, keys and panels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from headrope.core.periods import parse
from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.meetings.actions import About, make_meeting
from headrope.meetings.models import Item
from headrope.meetings.notes import NoteGiven, write
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import sight, unit_ids
from headrope.review.defined.actions import save
from headrope.review.defined.kinds import CAUSES
from headrope.review.gaps.actions import Actor, answer
from headrope.review.gaps.given import Given
from headrope.review.gaps.place import place_of
from headrope.review.queries import Reader
from tests.conftest import Databases
from tests.stories.conftest import chromium as chromium  # the fixture
from tests.stories.conftest import headrope, served

PASSWORD = "a harbour at night"
NOW = datetime(2023, 7, 13, 4, tzinfo=UTC)
SHEET = "/sheet/X/2023-H1/"
LONG = (
    "Harbour and Coastal Heavy Machinery Manufacturing, Installation and Services Company of the Eastern Provinces No."
)
LONG_ZH = "东部沿海港口与重型机械装备制造安装检修服务及国际贸易综合开发有限责任公司第"
WORDS = (
    "Two outages slip to September because the owner of the grid has moved his own works, and steel has become dearer. "
)
MONTHS = [f"{year}-{month:02d}" for year in (2021, 2022, 2023) for month in range(1, 13)][:30]
CHILDREN = [f"X{n}" for n in range(12)]
CODES = [f"M{n:02d}" for n in range(12)]


def folder_files() -> dict[str, str]:
    """A company with twelve units below in nine segments and twelve measures, all with names as long as they come."""
    units = [
        "code,name,name_zh,parent,kind",
        "G,Group,集团,,group",
        f"X,{_name(0)},G,company",
        "Y,Next Works,下厂,G,company",
    ]
    units += [f"{code},{_name(n)},X,branch" for n, code in enumerate(CHILDREN, 1)]
    units += [f"S{n},{_name(n)} segment,G,segment" for n in range(9)]
    measures = ["code,name,name_zh,account,quantity,step,kind,direction,weight"]
    measures += [f"{code},{_name(n)},CNY,money,0.01,flow,up,{2 if n < 2 else 1}" for n, code in enumerate(CODES)]
    facts = ["unit,measure,period,version,value"]
    for place, unit in enumerate(CHILDREN):
        for n, code in enumerate(CODES):
            for at, month in enumerate(MONTHS):
                value = 1_000_000 * (place + 1) * (n + 1) + 10_000 * at - (3_000_000 if at > 24 and place == 2 else 0)
                facts.append(f"{unit},{code},{month},actual,{value}")
            facts += [f"{unit},{code},2023-{m:02d},target,{1_200_000 * (place + 1) * (n + 1)}" for m in range(1, 13)]
    segments = ["segment,unit", *(f"S{place % 9},{unit}" for place, unit in enumerate(CHILDREN))]
    ledger = ["key,value", "name,Harbour Group", "currency,CNY", "time_zone,Asia/Shanghai"]
    named = {"units": units, "measures": measures, "facts": facts, "segments": segments, "ledger": ledger}
    return {name: "\n".join(lines) + "\n" for name, lines in named.items()}


def _name(n: int) -> str:
    return f'"{LONG} {n}",{LONG_ZH}{n}号'


@dataclass
class Desk:
    """The served group and the cookies of its office."""

    address: str
    browser: Browser
    state: Any

    @contextmanager
    def page(self, language: str = "en", **options: Any) -> Iterator[Page]:
        """A window of 1440 by 900 in which nothing may be complained of."""
        options = {"viewport": {"width": 1440, "height": 900}, **options}
        context = self.browser.new_context(storage_state=self.state, **options)
        context.set_default_timeout(20_000)
        context.add_cookies([{"name": "django_language", "value": language, "url": self.address}])
        said: list[str] = []
        context.on(
            "console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None
        )
        context.on("weberror", lambda error: said.append(str(error.error)))
        try:
            yield context.new_page()
            assert said == []
        finally:
            context.close()

    def open(self, page: Page, path: str = SHEET) -> None:
        """The page, its charts drawn."""
        page.goto(self.address + path)
        page.wait_for_selector("html[data-drawn]")


@pytest.fixture(scope="module")
def desk(databases: Databases, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The group with a landing, an answer and the notes of a meeting, served on the day of its conference."""
    place = databases.copy()
    folder = tmp_path_factory.mktemp("long")
    for name, text in folder_files().items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    shift = NOW - datetime.now(UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CLOCK_SHIFT", shift)
        load_folder(folder, by=console_user())
        refresh_cube()
        office = User.objects.create_user("office", password=PASSWORD)
        with transaction.atomic():
            give_mandate(
                by=console_user(), user=office, role=Role.OFFICE, unit=unit_ids()["G"], valid_from=date(2021, 1, 1)
            )
        headrope(place, "landing", "run", "--wait")
        place.enter()
        _answer(office)
        _review(office)
        environment = {"HEADROPE_CLOCK_SHIFT": str(round(shift.total_seconds()))}
        with served(place, **environment) as address:
            place.enter()
            context = chromium.new_context()
            page = context.new_page()
            page.goto(f"{address}{SHEET}")
            page.locator("input[name=login]").fill("office")
            page.locator("input[name=password]").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{address}{SHEET}")
            state = context.storage_state()
            context.close()
            yield Desk(address, chromium, state)


def _answer(office: User) -> None:
    save(CAUSES, [("", {"code": "STEEL", "name": LONG, "name_zh": LONG_ZH})], console_user())
    at, ledger = books(), ledger_settings()
    seen = sight(office, str(at.key), at.seq, NOW.date())
    for measure in CODES[:3]:
        reader = Reader(store.fresh(None), ledger, books(), seen, None)
        place = place_of(reader, "X", parse("2023-H1"), measure)
        given = Given((("STEEL", ""),), WORDS * 6, whys=("The plan counted on it.",), months={place.months[0]: "1000"})
        done = answer(Actor(office, seen), place, 0, given)
        assert done.problems == ()


def _review(office: User) -> None:
    ids = unit_ids()
    about = About("quarter", date(2023, 4, 20))
    number = make_meeting(
        by=office, unit=ids["G"], period=parse("2023-Q1"), about=about, units=[ids["X"], ids["Y"]]
    ).number
    assert number is not None
    item = Item.objects.get(meeting_id=number, unit_id=ids["X"]).pk
    for n in range(5):
        due = clock.now().date() + timedelta(days=5 - 10 * (n % 2))
        given = NoteGiven(uuid4(), item, 0, "order", WORDS * 3, "whoever it concerns", due, "settled", "", "one")
        assert write(by=office, meeting=number, given=given, spare=uuid4()).problems == ()


def height(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollHeight"))


def sheets(pdf: bytes) -> int:
    """How many sheets of paper the document has, and that each is an A4 in landscape."""
    boxes = re.findall(rb"/MediaBox\s*\[([0-9. ]+)\]", pdf)
    assert {tuple(round(float(each)) for each in box.split()) for box in boxes} <= {(0, 0, 842, 595), (0, 0, 842, 596)}
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("unit", ["X", "G"])
def test_sheet_is_one_screen_and_one_sheet_of_paper(desk: Desk, language: str, unit: str) -> None:
    with desk.page(language) as page:
        desk.open(page, f"/sheet/{unit}/2023-H1/")

        assert height(page) <= 900
        assert page.evaluate("document.documentElement.scrollWidth") <= 1440
        assert sheets(page.pdf(prefer_css_page_size=True, print_background=True)) == 1


def test_nothing_of_the_sheet_is_cut_off_in_print(desk: Desk) -> None:
    """The limit of the height is for what nobody has thought of: whatever is there ends above it."""
    with desk.page(viewport={"width": 1054, "height": 733}) as page:
        desk.open(page)
        page.emulate_media(media="print")

        overhang = page.evaluate(
            "(() => { const main = document.querySelector('.s-sheet'); return main.scrollHeight - main.clientHeight; })()"
        )
        assert overhang <= 0


def test_charts_are_drawn_in_the_colours_of_the_page(desk: Desk) -> None:
    bar = "document.querySelector('.hr-chart [fill=\"var(--behind)\"]')"
    seen: dict[str, str] = {}
    for scheme in ("light", "dark"):
        with desk.page(color_scheme=scheme) as page:
            desk.open(page)
            seen[scheme] = page.evaluate(f"getComputedStyle({bar}).fill")
            page.emulate_media(media="print")
            seen[f"{scheme} in print"] = page.evaluate(f"getComputedStyle({bar}).fill")

    red = "rgb(176, 35, 26)"
    assert seen == {"light": red, "light in print": red, "dark": "rgb(255, 141, 128)", "dark in print": red}


def test_numbers_of_a_chart_are_there_without_scripts(desk: Desk) -> None:
    with desk.page(java_script_enabled=False) as page:
        page.goto(desk.address + SHEET)

        table = page.locator(".hr-figure").last
        table.locator("summary").click()
        expect(table.locator("tbody tr").first).to_be_visible()
        expect(page.locator(".hr-chart").first).to_be_hidden()


def test_number_opens_its_origin_and_arrows_go_to_the_next_unit(desk: Desk) -> None:
    with desk.page() as page:
        desk.open(page)

        page.locator(".s-small a.hr-n").first.click()
        expect(page.locator("#panel .hr-panel")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#panel .hr-panel")).to_have_count(0)
        page.keyboard.press("ArrowRight")
        page.wait_for_url("**/sheet/Y/2023-H1/")
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(f"**{SHEET}")


def test_notes_and_answers_of_the_last_review_are_there(desk: Desk) -> None:
    with desk.page() as page:
        desk.open(page)

        notes = page.locator(".s-notes .hr-section").first
        expect(notes.locator(".hr-note")).to_have_count(3)
        expect(notes).to_contain_text("0 of 5 orders done")
        expect(notes).to_contain_text("2 more notes")
        # One answer is read whole; of the other stands what it promises.
        expect(page.locator(".s-notes .hr-order")).to_have_count(1)
        expect(page.locator(".s-notes .s-small-print")).to_have_count(2)
        expect(page.locator(".s-notes")).to_contain_text("Behind without an answer")


def test_narrow_page_is_not_wider_than_its_window(desk: Desk) -> None:
    with desk.page(viewport={"width": 390, "height": 844}) as page:
        desk.open(page)

        assert page.evaluate("document.documentElement.scrollWidth") <= 390
