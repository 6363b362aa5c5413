"""Gathers the problems of a load, so that all are shown at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from headrope.core.problems import Problem, ProblemsFound

MOST = 100_000


@dataclass
class Problems:
    """What has been reported: problems that block, the first of them in full, and warnings."""

    found: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    more: int = 0

    def __call__(self, problem: Problem) -> None:
        """Take one more."""
        kept = self.found if problem.blocking else self.warnings
        if len(kept) < MOST:
            kept.append(problem)
        elif problem.blocking:
            self.more += 1

    def stop_if_any(self) -> None:
        """Raise ProblemsFound where anything blocks."""
        if self.more:
            message = "%(more)s more problems are not listed."
            self.found.append(Problem("", message, "Mend these first.", {"more": self.more}))
        if self.found:
            raise ProblemsFound(self.found)
