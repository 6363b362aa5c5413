"""The one way in which reading a file ends early."""

from __future__ import annotations

from headrope.core.problems import Problem


class Unreadable(Exception):
    """The file cannot be read; `problem` says why, where in it and what to do."""

    def __init__(self, where: str, message: str, remedy: str = "", **values: object) -> None:
        super().__init__(message % values)
        self.problem = Problem(where, message, remedy, values)


def note(where: str, message: str, remedy: str = "", **values: object) -> Problem:
    """Something to know about a file that can be read."""
    return Problem(where, message, remedy, values, blocking=False)
