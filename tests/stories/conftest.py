"""A server of its own in a place, and a real browser that looks at it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, expect, sync_playwright

import browser as browsers
from tests.conftest import Place
from tests.followup.mail_server import MailServer, mail_server

PATIENCE = 120  # seconds for what takes two on a machine that has nothing else to do
expect.set_options(timeout=20_000)  # milliseconds, alike, for what a page shows within one


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser; the stories are left out, loudly, where there is none, and fail where there must be one."""
    found = browsers.find()
    if found is None:
        text = "NO BROWSER: the stories are left out. Install chromium or set HEADROPE_BROWSER to a path."
        if browsers.required():
            pytest.fail(f"{text} REQUIRE_BROWSER is set, so this is an error.")
        pytest.skip(text)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**browsers.launch_arguments(found))  # type: ignore[arg-type]
        yield started
        started.close()


def headrope(place: Place, *words: str | Path, **settings: str) -> str:
    """What the command says, with more settings; it must pass."""
    command = [sys.executable, "-m", "headrope", *map(str, words)]
    environment = {**place.environment, **settings}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def posted(address: str, **settings: str) -> Iterator[tuple[MailServer, dict[str, str]]]:
    """A mail server, and the settings by which a tick sends through it what leads back to the address."""
    with mail_server() as mails:
        mine = {
            "HEADROPE_ADDRESS": address,
            "HEADROPE_MAIL_HOST": "127.0.0.1",
            "HEADROPE_MAIL_PORT": str(mails.port),
            "HEADROPE_MAIL_TLS": "none",
            "HEADROPE_MAIL_FROM": "figures@example.org",
        }
        yield mails, {**mine, **settings}


@contextmanager
def served(place: Place, port: int = 0, **settings: str) -> Iterator[str]:
    """`headrope serve` in the place, with more settings: its address, once it answers; all of it ends with the block.

    `port` 0: any that is free.
    """
    connection.close()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        port = probe.getsockname()[1]
    log = place.home / "serve.log"
    command = [sys.executable, "-m", "headrope", "serve", "--port", str(port)]
    with log.open("wb") as out:
        environment = {**place.environment, **settings}
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=out, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/health/", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the page says ok; an end of the server or of patience shows the log."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with opener.open(address, timeout=5) as answer:
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the server does not answer:\n{log.read_text(errors='replace')}")
