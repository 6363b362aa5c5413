"""Times the tree of 10,000 units in a browser: from the address to rows that answer, folding, filtering and scrolling.

    python benchmarks/units.py

A ledger of 10,000 units without figures is loaded and served. Checked first: the grid holds all units, and a filter finds
as many as a count over the codes does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import synthetic
from page import SESSION, free_port
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import browser

if TYPE_CHECKING:
    from playwright.sync_api import Page

READY = ".hr-grid[data-ready] .tabulator-row"
AFTER = """(act) => new Promise((done) => {
  const table = document.querySelector(".hr-grid").grid, began = performance.now();
  const drawn = () => { table.off("renderComplete", drawn); requestAnimationFrame(() => done(performance.now() - began)); };
  table.on("renderComplete", drawn);
  if (act === "unfold") return document.querySelector("[data-unfold]").click();
  const field = document.querySelector("[data-filter]");
  field.value = act;
  field.dispatchEvent(new Event("input"));
})"""
SCROLL = """() => new Promise((done) => {
  const box = document.querySelector(".tabulator-tableholder"), gaps = [];
  let last = performance.now();
  const step = () => {
    gaps.push(performance.now() - last);
    last = performance.now();
    box.scrollTop += 900;
    if (gaps.length < 120) requestAnimationFrame(step);
    else done(gaps.sort((a, b) => a - b));
  };
  requestAnimationFrame(step);
})"""


def prepare(home: Path) -> None:
    """Load the units, with one user who sees all of them."""
    folder = home / "folder"
    synthetic.write_definitions(folder, synthetic.Size())
    for command in (("migrate",), ("load", "--wait", str(folder))):
        subprocess.run([sys.executable, "-m", "headrope", *command], check=True)


def answers(address: str) -> None:
    """Wait for the server."""
    while True:
        try:
            urlopen(f"{address}/health/").close()
            return
        except URLError:
            time.sleep(0.05)


def measure(page: Page, address: str) -> None:
    """All of it, on one page."""
    for count in range(4):
        began = time.perf_counter()
        page.goto(f"{address}/units/")
        page.wait_for_selector(READY)
        print(f"{'first' if not count else 'again'}: rows after {1000 * (time.perf_counter() - began):.0f} ms")
    units = synthetic.Size().units
    rows = page.evaluate("async () => (await (await fetch('/units/rows.json')).json()).rows.map((row) => row[0])")
    if len(rows) != units:
        sys.exit(f"{len(rows)} units instead of {units}")
    for text in ("u12", "u999", "nothing at all"):
        spent = page.evaluate(AFTER, text)
        found = int(page.inner_text("[data-count]").replace(",", ""))
        # Codes are U0 ... U9999, names Unit 0 ... in English: only codes hold these texts.
        if found != sum(text in row.lower() for row in rows):
            sys.exit(f"{text}: {found} found")
        print(f"filter {text!r}: {found} units after {spent:.0f} ms, 120 of them waiting for the next key")
    page.evaluate(AFTER, "")
    print(
        f"all unfolded after {page.evaluate(AFTER, 'unfold'):.0f} ms, {page.locator('.tabulator-row').count()} rows drawn"
    )
    gaps = page.evaluate(SCROLL)
    print(
        f"scrolling by 900 px a frame: median {gaps[60]:.0f} ms, p95 {gaps[114]:.0f} ms, max {gaps[-1]:.0f} ms a frame"
    )


def main() -> None:
    """Run the benchmark."""
    found = browser.find()
    if found is None:
        sys.exit("no browser: install chromium or set HEADROPE_BROWSER")
    os.environ["DJANGO_SETTINGS_MODULE"] = "headrope.config.settings"
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        os.environ["HEADROPE_HOME"] = name
        prepare(Path(name))
        asked = subprocess.run([sys.executable, "-c", SESSION], check=True, capture_output=True, text=True)
        port = free_port()
        server = subprocess.Popen([sys.executable, "-m", "headrope", "serve", "--port", str(port)])
        address = f"http://127.0.0.1:{port}"
        try:
            chromium = driver.chromium.launch(**browser.launch_arguments(found))
            page = chromium.new_page(viewport={"width": 1440, "height": 900})
            page.context.add_cookies([{"name": "sessionid", "value": asked.stdout.strip(), "url": address}])
            answers(address)
            measure(page, address)
            chromium.close()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
