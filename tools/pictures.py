"""Takes the pictures of the manual from the example group, served from a home of its own; `make pictures` runs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
PASSWORD = "headrope-demo"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(address: str) -> None:
    """Until the server answers."""
    for _ in range(1200):
        try:
            urlopen(f"{address}/health/")
            return
        except URLError:
            time.sleep(0.1)
    sys.exit("the example group is not served")


def sign_in(page: Page, address: str, name: str = "zhou.yi") -> None:
    """As the strategy office, or somebody else; nothing is hurried."""
    page.set_default_timeout(120_000)
    page.goto(f"{address}/sign-in/")
    page.fill("#login", name)
    page.fill("#password", PASSWORD)
    page.click("button.is-first")


def take(page: Page, name: str, path: str = "", **options: object) -> None:
    """One picture, of the address if one is given."""
    if path:
        page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png", **options)  # type: ignore[arg-type]
    print(f"docs/pictures/{name}.png")


JUNE = "/figures/T11/FINANCE/2023-06/"
TYPED = {
    "REVENUE": "163,000",
    "PROFIT": "1,386",
    "ORDERS": "176,000",
    "CASH": "144,000",
    "RD": "800",
    "CAPEX": "9oo",
    "RECEIVABLES": "585,000",
    "LIABILITIES": "1,443,000",
    "ASSETS": "2,556,000",
    "OVERSEAS": "20,000",
}
"""June of East Pumps Trading, with a slip of the finger and receivables that are asked about."""


def fill_in(page: Page, cells: dict[str, str]) -> None:
    """Type into the cells, and wait until they are saved."""
    for code, text in cells.items():
        page.fill(f"[name='v-{code}']", text)
        page.press(f"[name='v-{code}']", "Enter")
    page.wait_for_timeout(1500)


def june(chromium: Browser, address: str) -> None:
    """Who has not reported; a clerk's form when most is typed; and what the office owes when it is sent."""
    office = chromium.new_context(viewport={"width": 1440, "height": 680}).new_page()
    sign_in(office, address)
    take(office, "board", f"{address}/figures/T/FINANCE/2023-06/units/")
    clerk = chromium.new_context(viewport={"width": 1440, "height": 720}).new_page()
    sign_in(clerk, address, "lin.yue")
    clerk.goto(f"{address}{JUNE}")
    fill_in(clerk, {code: text for code, text in TYPED.items() if code not in ("ASSETS", "OVERSEAS")})
    clerk.locator("h1").click()
    take(clerk, "entry")
    fill_in(clerk, {"CAPEX": "900", "ASSETS": TYPED["ASSETS"], "OVERSEAS": TYPED["OVERSEAS"]})
    clerk.fill(".f-answer input", "Two station projects were invoiced in June")
    clerk.press(".f-answer input", "Enter")
    clerk.wait_for_selector("[data-submit]")
    clerk.click("[data-submit]")
    clerk.wait_for_load_state("networkidle")
    office.set_viewport_size({"width": 1440, "height": 460})
    take(office, "owe", f"{address}/owe/")


def conference(chromium: Browser, address: str) -> None:
    """The sheet of a unit, and the big screen with it."""
    page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    sign_in(page, address)
    page.goto(f"{address}/sheet/T03/2023-H1/")
    page.wait_for_selector("html[data-drawn]")
    take(page, "sheet")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{address}/meetings/2/screen/")
    page.wait_for_selector("html[data-kept]")  # all slides are here; it goes on asking the server, so it is never idle
    for _unit in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector("h1:has-text('Xinglu Boiler')")
    page.wait_for_selector(".c-why svg")
    page.screenshot(path=PICTURES / "conference.png")
    print("docs/pictures/conference.png")


def pictures(address: str) -> None:
    """All of them."""
    found = browser.find()
    if found is None:
        sys.exit("no browser: install chromium or set HEADROPE_BROWSER")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(**browser.launch_arguments(found))
        page = chromium.new_page(viewport={"width": 1440, "height": 1000})
        sign_in(page, address)
        take(page, "review", f"{address}/review/T/2023-H1/")
        page.click(".hr-measures tbody tr:has-text('Profit') a.hr-n >> nth=2")
        page.click("#panel a.d-down:has-text('Xinglu')")
        page.click("#panel a.d-down:has-text('Pressure')")
        page.wait_for_selector("#panel .d-path")
        take(page, "origin")
        take(page, "units", f"{address}/units/")
        page.context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": address}])
        take(page, "review-zh", f"{address}/review/T03/2023-H1/")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 390, "height": 844})
        take(page, "review-narrow", f"{address}/review/T03/2023-H1/")
        conference(chromium, address)
        june(chromium, address)
        chromium.close()


def main() -> None:
    """Serve the example group, take the pictures, stop."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        environment = {**os.environ, "HEADROPE_HOME": home}
        command = [sys.executable, "-m", "headrope", "demo", "--language", "en", "--port", str(port)]
        server = subprocess.Popen(command, env=environment)
        try:
            wait(f"http://127.0.0.1:{port}")
            pictures(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
