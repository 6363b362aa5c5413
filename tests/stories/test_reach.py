"""Every page is within the reach of everybody: axe-core over the whole URL table, both languages, light and dark, wide and narrow.

The pages come from the table of tests/web/rows.py, in which every address of the pages has a row (tests/web/test_access.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import resolve
from playwright.sync_api import Browser, Page, ViewportSize

from headrope.demo.actions import DEMO_PASSWORD
from tests.conftest import Place
from tests.stories.conftest import served
from tests.web.conftest import WHOLE_CAST
from tests.web.rows import TABLE, rows

AXE = Path(__file__).parents[2] / ".cache" / "axe" / "axe.min.js"
READERS = ("office", "admin", "clerk", "nobody")  # in whose name a page is looked at, the first who may
WIDTHS: dict[str, ViewportSize] = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
FAULTS = """async (rules) => (await axe.run(document, {resultTypes: ["violations"], ...(rules ? {runOnly: rules} : {})})).violations
  .filter((found) => ["serious", "critical"].includes(found.impact))
  .map((found) => `${found.id}: ${found.nodes.slice(0, 3).map((node) => node.target.join(" ") + " " + (node.any[0]?.message ?? "")).join(" | ")}`)"""
SIDEWAYS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
WHOLE = "() => document.querySelector('main') !== null"  # not a fragment, a file or a word for machines
SETTLED = """() => !document.querySelector(".htmx-request") &&
  [...document.querySelectorAll(".hr-grid")].every((grid) => "ready" in grid.dataset)"""
SEND = """([address, fields, file]) => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: address, enctype: "multipart/form-data" });
  const secret = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const version = document.querySelector("[name=row_version]")?.value ?? "";
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: secret, row_version: version, ...fields }))
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  if (file !== null) {
    const chosen = new DataTransfer(), input = Object.assign(document.createElement("input"), { type: "file", name: "file" });
    chosen.items.add(new File([file], "units.csv"));
    input.files = chosen.files;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}"""
FORM = "/figures/T0302/FINANCE/2023-07/"
ANSWERS: dict[str, tuple[str, str, dict[str, str], str | None, int]] = {
    "saved meanwhile": ("clerk", f"{FORM}save/", {"row_version": "99", "exponent": "3", "v-REVENUE": "12"}, None, 409),
    "answers missing": ("clerk", f"{FORM}submit/", {"exponent": "3", "v-REVENUE": "2o"}, None, 422),
    "not for clerks": ("clerk", "/figures/T0302/FINANCE/2023-06/accept/", {"row_version": "1"}, None, 403),
    "sent by somebody else": ("office", f"{FORM}save/", {"csrfmiddlewaretoken": "x"}, None, 403),
    "no workbook": ("office", f"{FORM}upload/", {}, "a,b\n1,2", 422),
    "what a workbook changes": ("office", f"{FORM}upload/", {}, "measure,value\nREVENUE,12", 200),
    "units that are wrong": ("office", "/organisation/", {}, "code,name,parent,kind\nT99,Unit 99,T98,branch", 200),
    "units that are right": ("office", "/organisation/", {}, "code,name,parent,kind\nT99,Unit 99,T03,branch", 200),
    "measures that are wrong": ("office", "/definitions/measures/", {}, "code,name\nX,", 200),
    "checks that are right": ("office", "/definitions/checks/", {}, "code,kind,severity,measures\nX,not-negative,warning,REVENUE", 200),
    "a measure's form that is wrong": ("office", "/definitions/measures/new/", {"c-code": "X", "step": "look"}, None, 200),
    "rules that are wrong": ("office", "/rules/causes/", {}, "a,b\n1,2", 422),
    "an account that is wrong": ("admin", "/people/make/account/", {"username": "x y"}, None, 200),
    "a post that is wrong": ("office", "/posts/add/person/", {"c-unit": "X"}, None, 200),
}  # fmt: skip
"""Who sends what where, with which file, and the status of the page that answers."""
FILES = (".xlsx", ".csv", ".json", ".txt", ".pdf", ".docx")


def looked_at() -> dict[str, list[str]]:
    """One address of each route and all with questions, by the reader who looks at it."""
    chosen: dict[str, list[str]] = {who: [] for who in READERS}
    seen = set()
    for address, statuses in rows(TABLE).items():
        path, _, question = address.partition("?")
        who = next((each for each in READERS if statuses[each] == 200), None)
        route = resolve(path).url_name if path != "/nothing/" else "nothing"
        if who is None or path.endswith(FILES) or (route in seen and not question):
            continue
        seen.add(route)
        chosen[who].append(address)
    chosen["office"] += ["/nothing/", "/review/T/2023-H1/?known=2020-01-01", "/review/T/2023-H1/?where=PROFIT>9e99"]
    return chosen


@pytest.fixture(scope="module")
def address(copy_of_example: Callable[[], Place]) -> Iterator[str]:
    """The example group, served."""
    if not AXE.is_file():
        pytest.skip("axe-core is not fetched: make setup fetches it")
    place = copy_of_example()
    with served(place) as found:
        place.enter()
        yield found


@pytest.fixture(scope="module")
def states(chromium: Browser, address: str) -> dict[str, Any]:
    """The cookies of the readers, signed in."""
    kept: dict[str, Any] = {"nobody": None}
    for who in READERS[:-1]:
        context = chromium.new_context(locale="en-GB")
        page = context.new_page()
        page.goto(f"{address}/sign-in/")
        page.locator("#login").fill(WHOLE_CAST[who])
        page.locator("#password").fill(DEMO_PASSWORD)
        page.locator("main button.is-first").click()
        page.wait_for_load_state("load")
        assert "/sign-in/" not in page.url, who
        kept[who] = context.storage_state()
        context.close()
    return kept


def examined(page: Page, narrow: bool) -> list[str]:
    """What is wrong with the page that has been opened: all rules in light, contrast once more in dark."""
    page.wait_for_function(SETTLED)  # grids and panels have come, nothing is being left
    if not page.evaluate(WHOLE):
        return []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(FAULTS)
    page.emulate_media(color_scheme="dark")
    found += [f"dark {each}" for each in page.evaluate(FAULTS, ["color-contrast"])]
    page.emulate_media(color_scheme="light")
    if narrow and page.evaluate(SIDEWAYS):
        found.append("is scrolled sideways")
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_within_reach(chromium: Browser, states: dict[str, Any], address: str, language: str, width: str) -> None:  # fmt: skip
    found: dict[str, list[str]] = {}
    looked = 0
    for who, paths in looked_at().items():
        context = chromium.new_context(locale="en-GB", storage_state=states[who], viewport=WIDTHS[width])
        context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        page = context.new_page()
        for path in paths:
            page.goto(address + path)
            if faults := examined(page, width == "narrow"):
                found[f"{who} {path}"] = faults
            looked += 1
        context.close()

    assert found == {}
    assert looked > 25


@pytest.mark.parametrize("width", WIDTHS)
def test_what_opens_on_a_page_is_within_reach(chromium: Browser, states: dict[str, Any], address: str, width: str) -> None:  # fmt: skip
    """Menus, the keys, the panel of a number, an unfolded, filtered tree, and the question before one signs out."""
    context = chromium.new_context(locale="en-GB", storage_state=states["office"], viewport=WIDTHS[width])
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        if faults := examined(page, width == "narrow"):
            found[name] = faults

    page.goto(f"{address}/review/T/2023-H1/")
    for menu in page.locator("summary:visible").all():
        menu.click()
        look(f"menu {menu.inner_text()}")
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    look("keys")
    page.keyboard.press("Escape")
    page.locator(".hr-measures tbody a.hr-n:visible").first.click()
    page.locator("#panel .d-title").wait_for()
    look("panel")
    page.goto(f"{address}/units/")
    page.locator(".hr-grid[data-ready]").wait_for()
    page.get_by_role("button", name="Unfold all").click()
    look("unfolded tree")
    page.get_by_label("Filter").fill("boil")
    page.locator("[data-count]", has_text="2").wait_for()
    look("filtered tree")
    page.get_by_label("Filter").fill("nobody")
    page.locator(".tabulator-placeholder").wait_for()
    look("empty tree")
    page.evaluate(
        "localStorage.setItem(`headrope ${document.getElementById('leaving').dataset.person} notes 1`, '[1]')"
    )
    page.goto(f"{address}/sign-out/")
    page.locator("main form button").click()
    page.locator("#leaving[open]").wait_for()
    look("question before signing out")
    context.close()

    assert found == {}


@pytest.mark.parametrize(("language", "width"), [("en", "narrow"), ("zh-hans", "wide")])
def test_what_answers_a_form_is_within_reach(
    chromium: Browser, states: dict[str, Any], address: str, language: str, width: str
) -> None:
    """Conflicts, problems, refusals and what a file would change."""
    found: dict[str, object] = {}
    for name, (who, path, fields, file, status) in ANSWERS.items():
        context = chromium.new_context(locale="en-GB", storage_state=states[who], viewport=WIDTHS[width])
        context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        page = context.new_page()
        page.goto(address + (FORM if path.startswith(FORM) and who == "clerk" else "/account/"))
        with page.expect_navigation() as answered:
            page.evaluate(SEND, [address + path, fields, file])
        if answered.value is None or answered.value.status != status:
            found[name] = (answered.value and answered.value.status, page.locator("main").inner_text()[:200])
        elif faults := examined(page, width == "narrow"):
            found[name] = faults
        context.close()

    assert found == {}


def test_fault_is_found(chromium: Browser, states: dict[str, Any], address: str) -> None:
    """The examination itself: a page made wrong is told wrong."""
    context = chromium.new_context(storage_state=states["office"], viewport=WIDTHS["narrow"])
    page = context.new_page()
    page.goto(f"{address}/units/")
    page.evaluate(
        "() => document.getElementById('page').insertAdjacentHTML('beforeend', '<img src=data:,><input class=hr-wide-one>')"
    )
    page.evaluate("() => { const it = document.querySelector('.hr-wide-one'); it.style.width = '900px'; }")

    faults = examined(page, True)
    context.close()

    assert [fault.split(":")[0] for fault in faults] == ["image-alt", "label", "is scrolled sideways"]
