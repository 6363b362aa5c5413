"""The front hands requests to computing processes: everything arrives, nobody waits for another, an end is said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headrope.config.computing import answered
from headrope.config.front import CUT_SHORT, IN_MEMORY, MOST_BYTES, TOO_LARGE, Environ, Front, content_length, received
from tests.conftest import Place


def environ(path: str, body: bytes = b"", **told: str) -> Environ:
    """A request as a server tells of it, with its own environment among it."""
    asked = {"REQUEST_METHOD": "POST" if body else "GET", "PATH_INFO": path, "QUERY_STRING": "", "SCRIPT_NAME": ""}
    place = {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http"}
    sent = {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body), "REMOTE_ADDR": "127.0.0.1"}
    return {**os.environ, **asked, **place, **sent, "HTTP_HOST": "127.0.0.1", **told}


def ask(front: Front, asked: Environ) -> tuple[str, bytes]:
    """Status and content."""
    said: list[str] = []
    content = b"".join(front(asked, lambda status, headers: said.append(status)))
    return said[0], content


@pytest.fixture
def begin(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], Front]]:
    """Starts fronts over an empty ledger."""
    made: list[Front] = []
    for name in ("HEADROPE_HOME", "HEADROPE_DATABASE_URL"):
        monkeypatch.setenv(name, place.environment[name])

    def start(processes: int) -> Front:
        made.append(Front(processes))
        return made[-1]

    yield start
    for each in made:
        each.end()


def echo(told: Environ, start: Callable[..., object]) -> list[bytes]:
    """A WSGI application that says what it was asked."""
    start("200 OK", [("X-Path", told["PATH_INFO"]), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    names = ",".join(sorted(name for name in told if name in os.environ))
    return [names.encode(), b"|", told["wsgi.input"].read()]


@settings(max_examples=40)
@given(st.binary(max_size=300), st.integers(1, 9000))
@example(b"x", IN_MEMORY)
@example(b"x", IN_MEMORY + 1)
def test_a_body_of_any_size_arrives_and_the_servers_own_environment_does_not(body: bytes, times: int) -> None:
    with received(environ("/a b/", body * times), len(body) * times) as request:
        assert request is not None and (request.file != "") == (len(body) * times > IN_MEMORY)
        answer = answered(echo, request)

    assert answer.content == b"|" + body * times
    assert answer.headers == [("X-Path", "/a b/"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    assert not request.file or not Path(request.file).exists()


@pytest.mark.parametrize("length", [10, IN_MEMORY + 10])
def test_a_body_that_breaks_off_is_not_handed_on(length: int, begin: Callable[[int], Front]) -> None:
    asked = environ("/health/", b"x" * (length - 1), CONTENT_LENGTH=str(length))

    assert ask(begin(1), asked) == ("400 Bad Request", CUT_SHORT.encode())


@pytest.mark.parametrize(("text", "length"), [("12", 12), ("", 0), ("-1", 0), ("1e3", 0), ("９", 0), ("9" * 20, 0)])
def test_a_length_that_is_none_is_none(text: str, length: int) -> None:
    assert content_length({"CONTENT_LENGTH": text}) == length


def test_pages_are_answered_and_what_is_too_large_is_not_even_read(begin: Callable[[int], Front]) -> None:
    front = begin(1)
    large = environ("/", CONTENT_LENGTH=str(MOST_BYTES + 1)) | {"wsgi.input": None}

    assert ask(front, environ("/health/")) == ("200 OK", b"ok")
    assert ask(front, environ("/nowhere/"))[0] == "302 Found"
    assert ask(front, large) == ("413 Content Too Large", TOO_LARGE.encode())


def test_nobody_waits_behind_a_slow_page_while_another_process_is_free(begin: Callable[[int], Front]) -> None:
    front = begin(2)
    slow = front.all[0].process
    found: list[tuple[str, bytes]] = []
    os.kill(slow.pid, signal.SIGSTOP)
    try:
        # One of these two gets the process that has stopped; whoever comes then gets the other one.
        stuck = [threading.Thread(target=lambda: found.append(ask(front, environ("/health/")))) for _ in range(2)]
        for thread in stuck:
            thread.start()
        quick = [ask(front, environ("/health/")) for _ in range(10)]
    finally:
        os.kill(slow.pid, signal.SIGCONT)
    for thread in stuck:
        thread.join(30)

    assert quick == [("200 OK", b"ok")] * 10
    assert found == [("200 OK", b"ok")] * 2


def test_a_process_that_ends_over_a_request_is_said_and_another_takes_its_place(begin: Callable[[int], Front]) -> None:
    front = begin(1)
    first = front.all[0].process
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    assert ask(front, environ("/health/"))[0] == "503 Service Unavailable"
    assert ask(front, environ("/health/")) == ("200 OK", b"ok")
    assert [each.process.pid for each in front.all] != [first.pid]


def test_a_front_on_a_database_that_is_not_fit_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begin: Callable[[int], Front]
) -> None:
    monkeypatch.setenv("HEADROPE_DATABASE_URL", "nonsense")

    with pytest.raises(EOFError):
        begin(1)


def test_the_computing_processes_end_with_a_front_that_is_killed(place: Place) -> None:
    code = "from headrope.config.front import Front; f = Front(2); print(*[c.process.pid for c in f.all], flush=True); input()"
    front = subprocess.Popen(
        [sys.executable, "-c", code], env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert front.stdout is not None and front.stdin is not None
    with front.stdin, front.stdout:
        numbers = [int(number) for number in front.stdout.readline().split()]
        front.kill()
        front.wait()

    def there(number: int) -> bool:
        status = Path(f"/proc/{number}/status")
        return status.exists() and "\nState:\tZ" not in status.read_text()

    waiting = threading.Event()
    for _ in range(200):
        if not any(map(there, numbers)):
            break
        waiting.wait(0.05)
    assert len(numbers) == 2 and not any(map(there, numbers))
