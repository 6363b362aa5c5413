"""A computing process: it answers the requests that the front hands it, one at a time, until the way to it is closed."""

from __future__ import annotations

import gc
import signal
import sys
from contextlib import suppress
from importlib import import_module
from io import BytesIO
from itertools import count
from multiprocessing.connection import Connection
from typing import Any, Final

from headrope.config.front import Answer, Request

_SELDOM: Final = 1000
"""After so many answers what has lasted long is looked through, too: some 20 ms."""


def main(descriptor: int) -> None:
    """Answer what comes by the connection with this file descriptor."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl C is for the front, which then closes the way
    application = import_module("headrope.config.wsgi").application  # ends on a database that is not fit
    way = Connection(descriptor)
    # Cycles are looked for when an answer is out, which takes a third of a millisecond, and not in the midst of a page.
    gc.set_threshold(200_000, 10, 10)
    with suppress(EOFError, ConnectionError):  # the front has closed the way, perhaps while a page was computed
        way.send(True)
        for number in count(1):
            way.send(answered(application, way.recv()))
            gc.collect(1 if number % _SELDOM else 2)


def answered(application: Any, request: Request) -> Answer:
    """What a WSGI application answers, whole."""
    said: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _fault: object = None) -> None:
        said[:] = [status, headers]

    with open(request.file, "rb") if request.file else BytesIO(request.body) as body:
        streams = {"wsgi.input": body, "wsgi.errors": sys.stderr, "wsgi.version": (1, 0)}
        environ = {**request.environ, **streams, "wsgi.multiprocess": True, "wsgi.multithread": False}
        response = application(environ, start)
        try:
            content = b"".join(response)
        finally:
            if hasattr(response, "close"):
                response.close()
    status, headers = said
    return Answer(status, headers, content)


if __name__ == "__main__":
    main(int(sys.argv[1]))
