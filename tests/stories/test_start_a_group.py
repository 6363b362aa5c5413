"""A stranger starts a group: workbook out, filled in with a mistake, mended, loaded; the clerk signs in; a check is added.

H Harbour
  A East Works
    A1 East Pumps    li.na, clerk
  C Coast Lines
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.db import transaction
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from headrope.ledger.sheets.reading import read_sheets
from headrope.org.actions import console_user, make_user
from headrope.org.starting import appoint_starter
from tests.conftest import Databases
from tests.stories.conftest import served

PASSWORD = "harbour and airport"
AXE = Path(__file__).parents[2] / ".cache" / "axe" / "axe.min.js"
ROWS: dict[str, list[tuple[str | float | None, ...]]] = {
    "units": [("H", "Harbour", "港湾集团"), ("A", "East Works", "东方厂", "H", "company"), ("A1", "East Pumps", "东方泵业", "A", "branch"),
              ("C", "Coast Lines", "海岸航运", "H", "company")],
    "measures": [("REV", "Revenue", "营业收入", "CNY", "money", "0.01", "flow", "up"), ("PROFIT", "Profit", "利润总额", "CNY", "money", "0.01", "flow", "up")],
    "figures": [("A1", "REV", None, *(1000 + month for month in range(12))), ("C", "REV", None, *(500.5 for _ in range(12))),
                ("C", "PROFIT", "actual", *(-7 for _ in range(12)))],
    "people": [("li.na", "Li Na", "李娜", "li.na")],
    "mandates": [("li.na", "clerk", "A1")],
}  # fmt: skip
REVENUE = "18,072"  # 12 × 1,000 + 66 + 12 × 500.5


def fill(template: Path, to: Path, rows: dict[str, list[tuple[str | float | None, ...]]]) -> Path:
    """The workbook with rows written below its headings, as somebody types them."""
    book = xlsxwriter.Workbook(str(to))
    for sheet in read_sheets(template).sheets:
        made = book.add_worksheet(sheet.name)
        lines = [[cell.text for cell in row] for row in sheet.rows]
        for line, cells in enumerate([*lines, *rows.get(sheet.name.split()[0], ())]):
            for place, cell in enumerate(cells):
                if cell is not None:
                    made.write(line, place, cell)
    book.close()
    return to


@pytest.fixture(params=["en", "zh-hans"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def say(language: str) -> Iterator[Any]:
    """A text of the pages in the language of the story."""

    def said(text: str, **values: object) -> str:
        with translation.override(language):
            return translation.gettext(text) % values

    yield said


@pytest.fixture
def address(databases: Databases) -> Iterator[str]:
    """An empty ledger, served; somebody has been appointed to start."""
    place = databases.copy()
    with transaction.atomic():
        user = make_user(by=console_user(), username="chen", password=PASSWORD, name="Chen", name_zh="陈")
        appoint_starter(by=console_user(), user=user)
    with served(place) as found:
        place.enter()
        yield found


@contextmanager
def window(chromium: Browser, address: str, language: str, **options: Any) -> Iterator[Page]:
    """A window in the language; nothing may be complained about in it."""
    context = chromium.new_context(locale="en-GB", accept_downloads=True, **options)
    context.set_default_timeout(30_000)
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    complaints: list[str] = []
    context.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    try:
        yield context.new_page()
        assert complaints == []
    finally:
        context.close()


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("main button").first.click()


def faults(page: Page) -> list[str]:
    """What an examination for readers with disabilities finds; nothing where it is not fetched."""
    if not AXE.is_file():
        return []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found["violations"]]


def test_group_is_started_by_a_stranger(chromium: Browser, address: str, language: str, say: Any, tmp_path: Path) -> None:  # fmt: skip
    wrong: list[str] = []
    with window(chromium, address, language) as page:
        heading = page.get_by_role("heading", level=1)
        sign_in(page, address, "chen", PASSWORD)
        expect(heading).to_have_text(say("Start a group"))

        # The workbook, with the answers in it.
        page.get_by_label(say("Name of the group")).fill("Harbour")
        with page.expect_download() as download:
            page.get_by_role("button", name=say("Download the workbook")).click()
        download.value.save_as(tmp_path / "group.xlsx")
        wrong += faults(page)

        # A mistake is named with its cell, and nothing is saved.
        mistaken = {**ROWS, "mandates": [("li.na", "clerk", "A9")]}
        page.get_by_label(say("Workbook"), exact=True).set_input_files(fill(tmp_path / "group.xlsx", tmp_path / "filled.xlsx", mistaken))  # fmt: skip
        page.get_by_role("button", name=say("See what it loads")).click()
        expect(page.locator(".o-problems li")).to_have_count(1)
        expect(page.locator(".o-problems li .hr-tag")).to_contain_text("!C2")
        expect(page.locator(".o-problems li")).to_contain_text(say("There is no unit %(unit)s.", unit="A9"))
        wrong += faults(page)

        # Mended, it is shown, then loaded.
        page.get_by_label(say("Workbook"), exact=True).set_input_files(fill(tmp_path / "group.xlsx", tmp_path / "filled.xlsx", ROWS))  # fmt: skip
        page.get_by_role("button", name=say("See what it loads")).click()
        expect(heading).to_contain_text("36")
        expect(page.locator("main")).to_contain_text("东方泵业" if language.startswith("zh") else "East Pumps")
        wrong += faults(page)
        page.get_by_role("button", name=say("Load it")).click()
        with translation.override(language):
            begun = translation.ngettext("The group has begun, with %(num)s unit.", "The group has begun, with %(num)s units.", 4)  # fmt: skip
        expect(heading).to_have_text(begun % {"num": 4})
        wrong += faults(page)

        # The clerk's first password, shown once.
        page.get_by_role("button", name=say("Make passwords")).click()
        password = page.locator("main code").inner_text()
        wrong += faults(page)

        # The first review.
        page.get_by_role("link", name=say("Open the review")).click()
        expect(heading).to_be_visible()
        page.goto(f"{page.url.partition('?')[0]}?scale=1")
        expect(page.locator("table").first).to_contain_text(REVENUE)
    with window(chromium, address, language) as page:
        sign_in(page, address, "li.na", password)
        page.goto(f"{address}/review/A1/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.request.get(f"{address}/start/").status == 404
    assert wrong == []


def test_check_is_added_and_tried_without_code(chromium: Browser, address: str, language: str, say: Any, tmp_path: Path) -> None:  # fmt: skip
    wrong: list[str] = []
    with window(chromium, address, language, viewport={"width": 390, "height": 844}) as page:
        sign_in(page, address, "chen", PASSWORD)
        with page.expect_download() as download:
            page.get_by_role("button", name=say("Download the workbook")).click()
        download.value.save_as(tmp_path / "group.xlsx")
        page.locator("#f-file").set_input_files(fill(tmp_path / "group.xlsx", tmp_path / "filled.xlsx", ROWS))
        page.locator("button[value=look]").click()
        page.locator("button[value=load]").click()
        expect(page.get_by_role("link", name=say("Open the review"))).to_be_visible()

        page.goto(f"{address}/definitions/")
        wrong += faults(page)
        page.locator("a[href='/definitions/checks/']").click()
        page.get_by_role("link", name=say("Add a row")).click()
        page.locator("#f-c-code").fill("NEG")
        page.locator("#f-c-kind").select_option("not-negative")
        page.locator("#f-c-severity").select_option("warning")
        page.locator("#f-c-measures").fill("PROFIT")
        page.get_by_role("button", name=say("Try it on the last figures")).click()
        expect(page.get_by_role("status")).to_contain_text("海岸航运" if language.startswith("zh") else "Coast Lines")
        wrong += faults(page)
        page.get_by_role("button", name=say("See what it changes")).click()
        wrong += faults(page)
        width = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1]
        page.get_by_role("button", name=say("Save")).click()
        expect(page.get_by_role("status")).to_be_visible()
        expect(page.locator("tbody th")).to_have_text(["NEG"])
        wrong += faults(page)
    assert wrong == []
