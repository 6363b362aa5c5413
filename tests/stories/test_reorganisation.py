"""Two companies become one, by forms: what it changes is shown, saved, and the half-year is added up over the new tree.

G Harbour
  A East Works       merged into AB as of 1 April 2023, entered today
    A1 East Pumps
    A2 East Valves
  AB Airport Base
    AB1 Hangar
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from headrope.ledger.queries import ledger_settings
from headrope.org.actions import console_user, give_mandate, make_user
from headrope.org.models import Role
from headrope.org.queries import unit_ids
from tests.conftest import Databases, Place
from tests.stories.conftest import headrope, served

PASSWORD = "harbour and airport"
AXE = Path(__file__).parents[2] / ".cache" / "axe" / "axe.min.js"
FILES = {
    "units": "code,name,name_zh,parent,kind\nG,Harbour,港湾集团,,group\nA,East Works,东方厂,G,company\nA1,East Pumps,东方泵业,A,branch\n"
    "A2,East Valves,东方阀门,A,branch\nAB,Airport Base,空港基地,G,company\nAB1,Hangar,机库,AB,branch\n",
    "measures": "code,name,name_zh,account,quantity,step,kind,direction\nREV,Revenue,营业收入,CNY,money,0.01,flow,up\n",
    "facts": "unit,measure,period,version,vintage,value\n"
    + "".join(f"{unit},REV,2023-{month:02d},actual,2023-07-10,{1000 + month}.00\n" for unit in ("A1", "A2", "AB1") for month in range(1, 7)),
}  # fmt: skip
# 1001 to 1006 are 6,021; April to June are 3,015 of it.
OLD, NEW = "6,021", "12,051"


@pytest.fixture(scope="module")
def address(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The group, known since July 2023, served; the office can sign in."""
    place: Place = databases.copy()
    folder = tmp_path_factory.mktemp("reorganisation")
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    headrope(place, "load", folder)
    place.enter()
    with transaction.atomic():
        office = make_user(by=console_user(), username="office", password=PASSWORD, name="Office", name_zh="办公室")
        give_mandate(by=console_user(), user=office, role=Role.OFFICE, unit=unit_ids()["G"], valid_from=date(2020, 1, 1))  # fmt: skip
    with served(place) as found:
        place.enter()
        yield found


@contextmanager
def window(chromium: Browser, address: str, **options: Any) -> Iterator[Page]:
    """The office at a window of its own; nothing may be complained about in it."""
    context = chromium.new_context(locale="en-GB", **options)
    context.set_default_timeout(15_000)
    complaints: list[str] = []
    context.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.get_by_label("Name", exact=True).fill("office")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    try:
        yield page
        assert complaints == []
    finally:
        context.close()


def revenue(page: Page, address: str, known: date | None = None) -> str:
    """Revenue of AB in the first half of 2023 as its page shows it."""
    page.goto(f"{address}/review/AB/2023-H1/?scale=1{f'&known={known}' if known else ''}")
    return page.locator(".hr-measures tbody tr").first.locator("a.hr-n").first.inner_text()


def faults(page: Page) -> list[str]:
    """What an examination for readers with disabilities finds."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found["violations"]]


def test_merger_is_seen_before_it_is_saved_and_what_was_known_stays(chromium: Browser, address: str) -> None:
    with window(chromium, address) as page:
        assert revenue(page, address) == OLD

        page.get_by_role("link", name="Units", exact=True).click()
        expect(page.locator(".hr-grid .tabulator-row").first).to_be_visible()
        page.locator(".hr-grid a[href='/organisation/A/']").click()
        page.get_by_role("link", name="Merge into another").click()
        page.get_by_label("Into").fill("Airport Base")
        page.get_by_label("From").fill("2023-04-01")
        page.get_by_label("Why").fill("one business")
        page.get_by_role("button", name="See what it changes").click()

        heading = page.get_by_role("heading", level=1)
        expect(heading).to_have_text(
            "Closes 1 unit, moves 2 units, changes 9 totals of 3 units; the first month is Apr 2023."
        )
        assert revenue(page.context.new_page(), address) == OLD  # nothing is saved yet

        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved as posting")
        expect(heading).to_have_text("East Works")

        assert revenue(page, address) == NEW
        expect(page.locator("#units")).to_contain_text("East Pumps")
        yesterday = timezone.now().astimezone(ledger_settings().zone).date() - timedelta(days=1)
        assert revenue(page, address, known=yesterday) == OLD
        expect(page.locator("#units")).not_to_contain_text("East Pumps")


def test_wrong_form_says_all_without_scripts_and_saves_nothing(chromium: Browser, address: str) -> None:
    with window(chromium, address, java_script_enabled=False, viewport={"width": 390, "height": 844}) as page:
        page.goto(f"{address}/organisation/AB/found/")
        page.get_by_label("Code").fill("AB1")
        page.get_by_role("button", name="See what it changes").click()

        expect(page.locator(".o-wrong")).to_have_text(
            ["The code AB1 is taken. Take another; a code is never used again.", "The unit has no name. Write one."]
        )
        width = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1]


def test_file_goes_out_and_comes_back_by_keyboard(chromium: Browser, address: str, tmp_path: Path) -> None:
    with window(chromium, address) as page:
        page.goto(f"{address}/organisation/")
        with page.expect_download() as download:
            page.get_by_role("link", name="units.xlsx").press("Enter")
        download.value.save_as(tmp_path / "units.xlsx")
        page.get_by_label("File").set_input_files(tmp_path / "units.xlsx")
        page.get_by_label("Why").press("Enter")

        expect(page.get_by_role("alert")).to_contain_text("Nothing would change.")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_are_fit_for_all_readers(chromium: Browser, address: str, language: str, width: int) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not fetched: make setup fetches it")
    with window(chromium, address, viewport={"width": width, "height": 900}) as page:
        page.context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        found = {}
        for path in ("", "AB/", "AB/found/", "AB1/close/", "AB1/move/", "A/redate/"):
            page.goto(f"{address}/organisation/{path}")
            found[path] = faults(page)
        page.goto(f"{address}/organisation/AB1/move/")
        page.locator("#f-parent").fill("G")
        page.locator("#f-day").fill("2023-05-01")
        page.locator("form.o-form button").click()
        found["preview"] = faults(page)

        assert {path: each for path, each in found.items() if each} == {}
