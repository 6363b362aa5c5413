"""The process that holds the connections: it takes requests and hands each to the first computing process that is free.

A page is all computing, so one process computes one page at a time. Whoever waits stands in one queue for all of them:
nobody waits behind a slow page while another process has nothing to do, whatever connection he came by, and nobody who
sends or takes slowly keeps a process from computing. Nothing but the standard library is imported here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Pipe
from multiprocessing.util import Finalize
from queue import SimpleQueue
from threading import Lock
from typing import Any, Final, NamedTuple, Protocol

Environ = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], object]

MOST_BYTES: Final = 300_000_000
"""Nothing larger is taken from a sender; what pages and calls take is far less, and they say so in their own words."""
# No translation is at hand here, so both languages are said at once.
TOO_LARGE: Final = f"At most {MOST_BYTES:,} bytes are taken at a time.\n一次最多接收 {MOST_BYTES:,} 字节。\n"
CUT_SHORT: Final = "Less was sent than was stated; nothing was done.\n收到的内容少于声明的长度，未做任何处理。\n"
BROKE_OFF: Final = (
    "This broke off. Look whether it was done, and try again.\n操作已中断。请先查看是否已完成，然后重试。\n"
)
IN_MEMORY: Final = 1_000_000
_PIECE: Final = 65_536
_PATIENCE: Final = 10


class Request(NamedTuple):
    """What a computing process needs of a request: the WSGI environment without its streams; `file` has a large body."""

    environ: dict[str, str | bool]
    body: bytes = b""
    file: str = ""


class Answer(NamedTuple):
    """A response as it came from the application."""

    status: str
    headers: list[tuple[str, str]]
    content: bytes


class Body(Protocol):
    """What a request's body is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""


class Computing:
    """A computing process and the way to it. It ends when that way is closed, also by this process's own end."""

    def __init__(self) -> None:
        self.way, theirs = Pipe()
        self.ready = False
        with theirs:
            command = [sys.executable, "-m", "headrope.config.computing", str(theirs.fileno())]
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()])

    def wait(self) -> None:
        """Until it can answer. EOFError or OSError where it has ended before."""
        if not self.ready:
            self.ready = bool(self.way.recv())

    def answer(self, request: Request) -> Answer:
        """What it answers. EOFError or OSError where it has ended before."""
        self.wait()
        self.way.send(request)
        found: Answer = self.way.recv()
        return found

    def end(self) -> None:
        """Wait until it has answered what it has, or for a while."""
        self.way.close()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Turns:
    """Who is free, and who waits for somebody free: first come, first served."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._free: list[Computing] = []
        self._waiting: deque[SimpleQueue[Computing]] = deque()

    def take(self) -> Computing:
        """Somebody who is free, when it is one's turn."""
        with self._lock:
            if self._free:
                return self._free.pop()
            mine: SimpleQueue[Computing] = SimpleQueue()
            self._waiting.append(mine)
        return mine.get()

    def give(self, one: Computing) -> None:
        """Somebody is free: for who has waited longest, if anybody has."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().put(one)
            else:
                self._free.append(one)


class Front:
    """The WSGI application of the process that holds the connections, over so many computing processes."""

    def __init__(self, processes: int) -> None:
        """EOFError or OSError where a computing process cannot start."""
        self.all = [Computing() for _ in range(processes)]
        self.turns = Turns()
        try:
            for each in self.all:
                each.wait()
                self.turns.give(each)
        except (EOFError, OSError):
            self.end()
            raise

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a request when its turn has come; 413 to a body beyond MOST_BYTES, 503 where a process broke off.

        400 where less of the body came than was stated: half a form must not be taken for a whole one.
        """
        length = content_length(environ)
        if length > MOST_BYTES:
            return _plainly(start, "413 Content Too Large", TOO_LARGE)
        with received(environ, length) as request:
            if request is None:
                return _plainly(start, "400 Bad Request", CUT_SHORT)
            answer = self._answer(request)
        if answer is None:
            return _plainly(start, "503 Service Unavailable", BROKE_OFF)
        start(answer.status, answer.headers)
        return [answer.content]

    def _answer(self, request: Request) -> Answer | None:
        """The answer; None where the process ended over it, and another one has been started in its place."""
        one = self.turns.take()
        try:
            return one.answer(request)
        except (EOFError, OSError):
            one.end()
            another = Computing()
            self.all[self.all.index(one)] = another
            one = another
            return None
        finally:
            self.turns.give(one)

    def end(self) -> None:
        """End all computing processes."""
        for each in self.all:
            each.end()


def front() -> Front:
    """A front over HEADROPE_WORKERS computing processes, which end with this one; the end where they cannot start."""
    try:
        made = Front(int(os.environ.get("HEADROPE_WORKERS", "2")))
    except (EOFError, OSError):
        sys.exit("The processes that compute pages ended at their start. They say why in the lines above.")
    Finalize(made, made.end, exitpriority=1)
    return made


def content_length(environ: Environ) -> int:
    """The length that the sender states; 0 where none or a wrong one is."""
    text = environ.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


@contextmanager
def received(environ: Environ, length: int) -> Iterator[Request | None]:
    """The request with its whole body, which is taken before anybody computes; None where the sender broke off."""
    # Some servers put their own process's environment among what they tell of the request.
    told = {
        name: value
        for name, value in environ.items()
        if isinstance(value, str | bool) and os.environ.get(name) != value
    }
    pieces = _pieces(environ["wsgi.input"], length)
    if length <= IN_MEMORY:
        body = b"".join(pieces)
        yield Request(told, body) if len(body) == length else None
        return
    with tempfile.NamedTemporaryFile(prefix="headrope-") as file:
        file.writelines(pieces)
        file.flush()
        yield Request(told, file=file.name) if file.tell() == length else None


def _pieces(body: Body, length: int) -> Iterable[bytes]:
    while length > 0 and (piece := body.read(min(length, _PIECE))):
        length -= len(piece)
        yield piece


def _plainly(start: Start, status: str, text: str) -> list[bytes]:
    content = text.encode()
    start(status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(content)))])
    return [content]
