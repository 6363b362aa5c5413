"""Finds a Chromium for the browser tests, and installs one where there is none.

HEADROPE_BROWSER names one: a path, `playwright` for the one that playwright has fetched, `none` to go without.
REQUIRE_BROWSER=1 makes it an error to go without.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from debian import can_install, install, is_root
from steps import Outcome, attempt

PLAYWRIGHT = "playwright"
NONE = "none"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
DEBIAN = (
    "chromium",
    "fonts-noto-cjk",
    "libatomic1",
)  # playwright's driver needs libatomic1, chromium does not bring it
FETCH = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
TRY_IT = """
import sys
from playwright.sync_api import sync_playwright
path, *args = sys.argv[1:]
with sync_playwright() as p:
    p.chromium.launch(executable_path=None if path == "playwright" else path, args=args).new_page().close()
"""


def find() -> str | None:
    """The path of a browser, or PLAYWRIGHT for playwright's own; nothing is installed, nothing is started twice."""
    if named := os.environ.get("HEADROPE_BROWSER"):
        return None if named == NONE else named
    for path in filter(None, (*map(shutil.which, NAMES), *filter(os.path.exists, MACOS))):
        if runs(path):
            return path
    return PLAYWRIGHT if fetched() else None


def required() -> bool:
    return os.environ.get("REQUIRE_BROWSER", "") not in ("", "0")


def launch_arguments(browser: str) -> dict[str, object]:
    """What playwright's launch() must be given to start this browser."""
    arguments: dict[str, object] = {"args": sandbox()}
    if browser != PLAYWRIGHT:
        arguments["executable_path"] = browser
    return arguments


def sandbox() -> list[str]:
    """Chromium refuses to run as root with its sandbox."""
    return ["--no-sandbox"] if is_root() else []


def runs(path: str) -> bool:
    """Ubuntu's chromium-browser may be a stub that only tells how to install the real one."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def fetched() -> bool:
    """Whether playwright has already fetched the browser that belongs to its version."""
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "--dry-run", "chromium"]
    text = subprocess.run(command, capture_output=True, text=True).stdout
    location = re.search(r"Install location:\s+(\S.*)", text)
    return location is not None and (Path(location[1].strip()) / "INSTALLATION_COMPLETE").exists()


def try_it(browser: str | None) -> Outcome:
    """Open a page in it with playwright: the driver, the browser and all their libraries are there."""
    if browser is None:
        return Outcome(False, "")
    return attempt(f"Trying the browser {browser}", [sys.executable, "-c", TRY_IT, browser, *sandbox()])


def ensure() -> str | None:
    """A browser that starts; installed if need be. None, with a loud line, where none can be had."""
    named = os.environ.get("HEADROPE_BROWSER")
    if named == NONE:
        without("HEADROPE_BROWSER says none")
        return None
    browser = find()
    tried = try_it(browser)
    if not tried.ok and not named and can_install() and install("Installing a browser and a Chinese font", DEBIAN):
        browser = find()
        tried = try_it(browser)
    if tried.ok:
        return browser
    if named:
        without(f"HEADROPE_BROWSER names {named}, which does not start: {reason(tried)}")
        return None
    fetching = attempt("Fetching playwright's own browser", FETCH)
    if fetching.ok:
        fetching = try_it(PLAYWRIGHT)
    if fetching.ok:
        return PLAYWRIGHT
    why = reason(tried) or "no Chromium, Chrome or Edge was found"
    without(f"{why}; none could be fetched: {reason(fetching)}")
    return None


def reason(outcome: Outcome) -> str:
    """The line of the output that tells most."""
    lines = [line.strip(" .") for line in outcome.output.splitlines() if line.strip()]
    return next((line for line in lines if "rror" in line), lines[-1] if lines else "")


def without(why: str) -> None:
    """Say loudly that the browser tests will be skipped, or stop if they must not be."""
    text = f"NO BROWSER: {why}. Install chromium or set HEADROPE_BROWSER to a path."
    if required():
        sys.exit(f"{text} REQUIRE_BROWSER is set, so this is an error.")
    print(f"\n  *** {text} The browser tests will be SKIPPED. ***\n", flush=True)


if __name__ == "__main__":
    print(ensure() or "")
