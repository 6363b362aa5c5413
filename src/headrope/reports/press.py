"""A press: one child process that makes papers for a server, begun when the first is asked for and kept warm.

Drawing needs a whole JavaScript engine, which must not live in a process that answers pages. The child reads orders from
its standard input and ends when that is closed, so that none outlives its server, however that ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from threading import Lock, Timer
from typing import IO, Final

from headrope.reports.paper import Question

MOST_PAPERS: Final = 200
"""After so many a new child takes over, so that what drawing leaves behind in memory goes with the old one."""
MOST_SECONDS: Final = 30.0
MOST_WAITING: Final = 45.0
"""Seconds that one who asks waits for those before him."""
COMMAND: Final = (sys.executable, "-m", "headrope.reports.pressing")


@dataclass(frozen=True)
class Order:
    """What to make: the question, the kind of file, who asks, and the key of the books that he looks at."""

    asked: Question
    ending: str
    user: int
    books: str


class PressError(RuntimeError):
    """No paper came: the child died, took too long, or failed; the next order gets another child where that helps."""


class Refused(LookupError):
    """There is no such paper for this person."""


class Press:
    """Made once for a process; safe to be asked from several threads, which take turns."""

    def __init__(self, command: tuple[str, ...] = COMMAND, seconds: float = MOST_SECONDS) -> None:
        self.command, self.seconds = command, seconds
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._made = 0

    def made(self, order: Order) -> bytes:
        """The file; PressError, or Refused."""
        if not self._lock.acquire(timeout=MOST_WAITING):
            raise PressError("others are waiting for papers")
        try:
            answer = self._answer(order)
            if answer.get("other_books"):
                # It was begun for a ledger that is no longer the one behind the pages.
                self.end()
                answer = self._answer(order)
            if answer.get("refused"):
                raise Refused(order.asked.unit)
            data = answer.get("data")
            if not isinstance(data, bytes):
                raise PressError(str(answer.get("failed") or "it looks at other books"))
            return data
        finally:
            self._lock.release()

    def end(self) -> None:
        """End the child, if there is one."""
        child, self._child, self._made = self._child, None, 0
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        child.wait()

    def _answer(self, order: Order) -> dict[str, object]:
        child = self._ready()
        overdue = Timer(self.seconds, child.kill)
        overdue.start()
        try:
            assert child.stdin and child.stdout
            child.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
            child.stdin.flush()
            answer: dict[str, object] = json.loads(child.stdout.readline())
            if "bytes" in answer:
                answer["data"] = _exactly(child.stdout, int(str(answer["bytes"])))
        except (OSError, ValueError) as error:
            self.end()
            raise PressError(f"the process that makes papers ended ({error})") from error
        finally:
            overdue.cancel()
        self._made += 1
        return answer

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._made >= MOST_PAPERS or (self._child is not None and self._child.poll() is not None):
            self.end()
        if self._child is None:
            self._child = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._child


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    data = pipe.read(count)
    if len(data) != count:
        raise ValueError(f"{len(data)} bytes of {count} came")
    return data
