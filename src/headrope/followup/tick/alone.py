"""One at a time of a kind of work: a lock on a file of the home, and in PostgreSQL, which several machines may share, one
there too."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

_KEYS = {"tick": 0x68656164726F7065, "landing": 0x6C616E64696E67}
"""PostgreSQL keeps such locks for each database apart."""


@contextmanager
def alone(work: str = "tick") -> Iterator[bool]:
    """Whether nobody else does this work while the block runs. Both locks go with the process, however it ends."""
    with (Path(settings.HOME) / f"{work}.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        if connection.vendor != "postgresql":
            yield True
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_KEYS[work]])
            taken = bool(cursor.fetchone()[0])
        try:
            yield taken
        finally:
            if taken and connection.connection is not None and connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_KEYS[work]])
