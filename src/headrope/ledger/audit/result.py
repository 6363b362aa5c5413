"""What an audit has found."""

from __future__ import annotations

from dataclasses import dataclass, field

from headrope.core.problems import Problem

KEPT = 1_000
"""Differences that are kept to be shown; all are counted."""


@dataclass(frozen=True)
class Difference:
    """One cell in which the cube and the books say different things, both figures in words.

    `figure` says what differs: value, reported, expected, held, both, level, stated, owed, late.
    """

    unit: str
    measure: str
    part: str
    version: str
    period: str
    figure: str
    cube: str
    books: str


@dataclass(frozen=True)
class Check:
    """One thing that was looked through: how many there were, in words, and what is wrong with them."""

    name: str
    counted: str
    problems: tuple[Problem, ...] = ()


@dataclass
class Tally:
    """Cells compared so far, how many differ, and the first that do; `widest` is the largest gap of floats, relative."""

    cells: int = 0
    differing: int = 0
    widest: float = 0.0
    kept: list[Difference] = field(default_factory=list)

    def take(self, difference: Difference) -> None:
        """Keep one more, if there is room; it has been counted."""
        if len(self.kept) < KEPT:
            self.kept.append(difference)

    @property
    def room(self) -> int:
        """How many more are kept."""
        return KEPT - len(self.kept)


@dataclass(frozen=True)
class Audited:
    """The whole result: the posting up to which the books were read, the day (None: now), all checks and differences.

    `bound` is the largest gap allowed between floats, and `widest` the largest found, relative to the sum of absolute values.
    """

    seq: int
    known_on: str | None
    units: int
    cells: int
    differing: int
    bound: float
    widest: float
    differences: tuple[Difference, ...]
    checks: tuple[Check, ...]

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the books and files themselves."""
        return [problem for check in self.checks for problem in check.problems]

    @property
    def sound(self) -> bool:
        """Whether nothing at all was found."""
        return not self.differing and not self.problems
