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
    from playwright.sync_api import Page

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
PASSWORD = "headrope-demo"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(address: str) -> None:
    """Until the server answers."""
    for _ in range(200):
        try:
            urlopen(f"{address}/health/")
            return
        except URLError:
            time.sleep(0.1)
    sys.exit("the example group is not served")


def sign_in(page: Page, address: str) -> None:
    """As the strategy office."""
    page.goto(f"{address}/sign-in/")
    page.fill("#login", "zhou.yi")
    page.fill("#password", PASSWORD)
    page.click("button.is-first")


def take(page: Page, name: str, path: str = "", **options: object) -> None:
    """One picture, of the address if one is given."""
    if path:
        page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png", **options)  # type: ignore[arg-type]
    print(f"docs/pictures/{name}.png")


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
        chromium.close()


def main() -> None:
    """Serve the example group, take the pictures, stop."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        environment = {**os.environ, "HEADROPE_HOME": home}
        server = subprocess.Popen([sys.executable, "-m", "headrope", "demo", "--port", str(port)], env=environment)
        try:
            wait(f"http://127.0.0.1:{port}")
            pictures(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
