"""The child's side of the press: an order a line on standard input, the answer and its bytes on standard output."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Callable
from typing import IO, Any

Make = Callable[[dict[str, Any]], dict[str, Any]]

log = logging.getLogger("headrope.reports")


def main() -> None:
    """Answer until the orders end."""
    # A terminal sends Ctrl-C to all of its processes; this one ends when the server has ended.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever prints goes to standard error: the answers have their pipe for themselves.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headrope.config.settings")
    import django  # noqa: PLC0415

    django.setup()
    from headrope.reports.ordered import ordered  # noqa: PLC0415 after django.setup

    try:
        serve(sys.stdin.buffer, out, ordered)
    except BrokenPipeError:
        os._exit(0)  # whoever asked is gone


def serve(orders: IO[bytes], out: IO[bytes], make: Make) -> None:
    """Answer every order; one that fails is logged and does not stop the next."""
    for line in orders:
        try:
            answer = make(json.loads(line))
        except Exception as error:
            log.exception("a paper could not be made")
            answer = {"failed": type(error).__name__}
        data: bytes | None = answer.pop("data", None)
        if data is not None:
            answer["bytes"] = len(data)
        out.write(json.dumps(answer).encode() + b"\n" + (data or b""))
        out.flush()


if __name__ == "__main__":
    main()
