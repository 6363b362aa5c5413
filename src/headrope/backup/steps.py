"""Adds rows up for whoever shows how far a backup is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many rows are done and of how many (0: unknown)."""


class Steps:
    """What is being done and how far it is."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress or (lambda doing, done, of: None)
        self._doing, self._done, self._of = "", 0, 0

    def begin(self, doing: str, of: int) -> None:
        """Begin a step of so many rows."""
        self._doing, self._done, self._of = doing, 0, of
        self._progress(doing, 0, of)

    def __call__(self, rows: int) -> None:
        """So many rows more are done."""
        self._done += rows
        self._progress(self._doing, self._done, self._of)
