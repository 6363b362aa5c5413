"""A problem is something a person has to mend: where it is, what is wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with somebody's data.

    `message` and `remedy` are message ids with `%(name)s` places, filled from `values`, so that a face can
    translate them before filling. `where` names the file and row, the unit or the cell. Problems block unless
    `blocking` is false, in which case they are warnings.
    """

    where: str
    message: str
    remedy: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    blocking: bool = True

    def __str__(self) -> str:
        text = self.message % self.values
        remedy = self.remedy % self.values if self.remedy else ""
        return f"{self.where}: {text} {remedy}".rstrip() if self.where else f"{text} {remedy}".rstrip()


class ProblemsFound(Exception):
    """Raised inside an action to leave it when its data has problems; the action's caller shows them all."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems, the first: {problems[0] if problems else ''}")
        self.problems = problems
