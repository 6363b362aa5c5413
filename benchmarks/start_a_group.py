"""Times a group's start over HTTP: from an empty folder to its first review page with figures.

    python benchmarks/start_a_group.py

What somebody does who follows docs/how-to/start-a-group.md, without his own time: an account is made at the machine, the
pages are served, he signs in, takes the example workbook from the start page (three and a half years of 71 units), looks
at what it loads, loads it and opens the review. Checked: the group has begun with the units of the workbook, and the first
review has figures that lead to their origin.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener
from uuid import uuid4

from page import free_port

PASSWORD = "harbour and airport"
PATIENCE = 120  # seconds for the server's first answer
FEWEST = 100  # numbers of the first review that lead to their origin


class Stranger:
    """Somebody at a browser without pictures: cookies, forms and files."""

    def __init__(self, address: str) -> None:
        self.address, self.jar = address, CookieJar()
        self.opener: OpenerDirector = build_opener(ProxyHandler({}), HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> tuple[str, bytes]:
        """The address that answers in the end, and its bytes."""
        with self.opener.open(self.address + path, timeout=PATIENCE) as answer:
            return answer.geturl().removeprefix(self.address), answer.read()

    def post(self, path: str, fields: dict[str, str], file: tuple[str, bytes] | None = None) -> tuple[str, bytes]:
        """Send a form of the page that was read last; with a file as browsers send one."""
        token = next(cookie.value for cookie in self.jar if cookie.name == "csrftoken")
        body, kind = _body(fields | {"csrfmiddlewaretoken": token or ""}, file)
        request = Request(self.address + path, body, {"Content-Type": kind, "Referer": self.address + path})
        with self.opener.open(request, timeout=PATIENCE) as answer:
            return answer.geturl().removeprefix(self.address), answer.read()


def _body(fields: dict[str, str], file: tuple[str, bytes] | None) -> tuple[bytes, str]:
    if file is None:
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    mark, (name, data) = uuid4().hex, file
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n' for key, text in fields.items()]  # fmt: skip
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    return "".join([*parts, head]).encode() + data + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"  # fmt: skip


def wait_for(stranger: Stranger, server: subprocess.Popen[bytes]) -> None:
    """Until the pages answer."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            stranger.get("/health/")
            return
        except URLError:
            time.sleep(0.05)
    sys.exit("the server does not answer")


def finding(body: bytes) -> str:
    """The headline of a page."""
    found = re.search(r'<h1 class="hr-finding">(.*?)</h1>', body.decode(), re.DOTALL)
    return re.sub(r"<[^>]*>|\s+", " ", found[1]).strip() if found else ""


def _units(text: str) -> int:
    found = re.search(r"(\d+) units", text)
    return int(found[1]) if found else 0


def start(stranger: Stranger, step: Callable[[str], None]) -> None:
    """From the sign-in to the first review; stops where a page is not what it should be."""
    stranger.get("/sign-in/")
    at, body = stranger.post("/sign-in/", {"login": "chen", "password": PASSWORD})
    if at != "/start/":
        sys.exit(f"signed in, one is at {at}: {finding(body)}")
    step("signed in, on the start page")
    _at, book = stranger.get("/start/example.xlsx")
    step(f"example workbook fetched ({len(book) // 1024} kB)")
    _at, body = stranger.post("/start/", {"step": "look"}, ("example.xlsx", book))
    loads, word = finding(body), re.search(r'name="word" value="(\w+)"', body.decode())
    if word is None:
        sys.exit(f"not to be loaded: {loads}")
    step(f"looked at: {loads}")
    _at, body = stranger.post("/start/", {"step": "load", "word": word[1]})
    begun = finding(body)
    if not 0 < _units(begun) <= _units(loads):  # of those that are loaded some have been closed since
        sys.exit(f"{loads} {begun}")
    step(f"loaded: {begun}")
    at, body = stranger.get("/")
    numbers = len(re.findall(r'href="/origin/', body.decode()))
    if not at.startswith("/review/") or numbers < FEWEST:
        sys.exit(f"no review with figures at {at}: {finding(body)}")
    step(f"first review, {at}, {numbers} numbers that lead to their origin")


def main() -> None:
    """Run it once, in a folder of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HEADROPE_HOME": home}
        environment.pop("HEADROPE_DATABASE_URL", None)
        began = last = time.perf_counter()

        def step(what: str) -> None:
            nonlocal last
            now = time.perf_counter()
            print(f"{now - began:7.2f} s  +{now - last:5.2f}  {what}", flush=True)
            last = now

        def command(*words: str, typed: str = "") -> None:
            run = [sys.executable, "-m", "headrope", *words]
            subprocess.run(run, check=True, env=environment, input=typed.encode(), stdout=subprocess.DEVNULL)

        command("migrate")
        command("user", "chen", "--role", "administrator", "--password-stdin", typed=f"{PASSWORD}\n")
        step("empty books and an account")
        port = free_port()
        with (Path(home) / "serve.log").open("wb") as log:
            serve = [sys.executable, "-m", "headrope", "serve", "--port", str(port)]
            server = subprocess.Popen(serve, env=environment, stdout=log, stderr=log)
        try:
            stranger = Stranger(f"http://127.0.0.1:{port}")
            wait_for(stranger, server)
            step("served")
            start(stranger, step)
        finally:
            server.terminate()
            server.wait(20)
    print(f"from nothing to the first review page with figures: {last - began:.1f} s")


if __name__ == "__main__":
    main()
