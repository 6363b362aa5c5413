"""Lets many read at a time or one write, and lets a waiting writer go first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """A page never sees half of a change: it reads behind this gate, and changes go through it alone."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._readers, self._writing, self._waiting = 0, False, 0

    def enter(self) -> None:
        """Begin to read."""
        with self._condition:
            self._condition.wait_for(lambda: not self._writing and not self._waiting)
            self._readers += 1

    def leave(self) -> None:
        """End reading."""
        with self._condition:
            self._readers -= 1
            self._condition.notify_all()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read while the block runs."""
        self.enter()
        try:
            yield
        finally:
            self.leave()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Change things while the block runs; it waits for who reads."""
        with self._condition:
            self._waiting += 1
            self._condition.wait_for(lambda: not self._writing and not self._readers)
            self._waiting -= 1
            self._writing = True
        try:
            yield
        finally:
            with self._condition:
                self._writing = False
                self._condition.notify_all()
