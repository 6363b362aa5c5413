"""What a clerk fills in: a unit's form for a period, with all that stands beside the cells; page, workbook and API show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from headrope.core.checks.doubt import Doubt
from headrope.core.due import Due, Standing
from headrope.core.periods import Period
from headrope.core.problems import Problem
from headrope.ledger.duties import FormInfo
from headrope.ledger.queries import MeasureInfo
from headrope.org.models import User
from headrope.org.queries import Node

FIRST_ROW = 12
"""The row of the first line in the workbook; pages number their rows alike, so that C14 is the same cell in both."""
COLUMN = "C"
"""The column of the workbook that is filled in."""
Word = Literal["", "unknown", "not-applicable"]
Value = int | float
"""Whole steps of an exact measure, else a float in units of account, as in the books."""


@dataclass(frozen=True)
class Typed:
    """What stands in a cell, as it was typed: the text counts 10**exponent units of account.

    `word` says why there is no value. `remark` is the superior's, made when the submission was returned. `row_version` is
    the state of the submission since which it stands so, typed `by`; 0 where nobody has typed.
    """

    raw: str = ""
    exponent: int = 0
    word: Word = ""
    note: str = ""
    remark: str = ""
    row_version: int = field(default=0, compare=False)
    by: User | None = field(default=None, compare=False)

    @property
    def empty(self) -> bool:
        """Whether nothing is said of the value."""
        return not self.raw and not self.word


@dataclass(frozen=True)
class Question:
    """A warning, with the answer that stands for the figures as they are now; empty where there is none yet."""

    doubt: Doubt
    answer: str = ""
    wanting: Problem | None = None


@dataclass(frozen=True)
class Line:
    """One measure of the form. `typed` is None where it is computed from other lines.

    `value` is that of the period: read or computed; None where it is missing or wrong. The others are the unit's own
    figures as the books have them: of the period before, of the same period last year, its target, of the year to date
    (`value` included) and the target up to then. `wrong` says why the text is no value; `faults` are blocking doubts.
    """

    row: int
    info: MeasureInfo
    typed: Typed | None
    value: Value | None
    previous: Value | None = None
    last_year: Value | None = None
    plan: Value | None = None
    to_date: Value | None = None
    plan_to_date: Value | None = None
    held: Value | None = None
    wrong: Problem | None = None
    faults: tuple[Doubt, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def cell(self) -> str:
        """Its cell in the workbook."""
        return f"{COLUMN}{self.row}"

    @property
    def mend(self) -> bool:
        """Whether something has to be mended before it can be sent."""
        return self.wrong is not None or bool(self.faults)

    @property
    def asks(self) -> bool:
        """Whether a warning waits for its answer."""
        return any(each.wanting is not None or not each.answer for each in self.questions)


@dataclass(frozen=True)
class Below:
    """A unit right below, whose submission has to be accepted before this one is sent."""

    unit: Node
    state: str
    submission: int | None
    due: Due | None
    standing: Standing | None


@dataclass(frozen=True)
class Event:
    """What somebody did to the submission; `file_id` is the file that was taken over then, if one was."""

    at: datetime
    by: User
    action: str
    reason: str
    file: str = ""
    sha256: str = ""
    file_id: int | None = None


@dataclass(frozen=True)
class EntrySheet:
    """A unit's form for a period. `id` is None before the first save; `row_version` is 0 then.

    `restating`: figures of it have been accepted before, so that those now typed restate them. `booked`: since when the
    books hold its figures though nobody has begun it, because they were loaded; its cells show them. `exceptions` says
    why it goes on though not all below is accepted.
    """

    id: int | None
    unit: Node
    path: tuple[Node, ...]
    form: FormInfo
    period: Period
    version: str
    state: str
    row_version: int
    locked: bool
    lines: tuple[Line, ...]
    below: tuple[Below, ...] = ()
    events: tuple[Event, ...] = ()
    due: Due | None = None
    standing: Standing | None = None
    changed_at: datetime | None = None
    changed_by: User | None = None
    submitted_by: int | None = None
    warnings: tuple[Problem, ...] = field(default=())
    restating: bool = False
    booked: datetime | None = None
    exceptions: str = ""

    @property
    def to_mend(self) -> tuple[Line, ...]:
        """Lines that have to be mended."""
        return tuple(line for line in self.lines if line.mend)

    @property
    def to_answer(self) -> tuple[Line, ...]:
        """Lines with a warning that waits for an answer."""
        return tuple(line for line in self.lines if line.asks)

    @property
    def waiting(self) -> tuple[Below, ...]:
        """Units below that are not accepted yet."""
        return tuple(each for each in self.below if each.state not in ("accepted", "booked"))

    @property
    def ready(self) -> bool:
        """Whether it can be sent as it is."""
        return not self.to_mend and not self.to_answer and not self.waiting

    @property
    def open(self) -> bool:
        """Whether its cells may be changed; what was reopened may be until it is accepted, though a lock lies on the period."""
        return self.state in ("draft", "returned", "reopened") and (not self.locked or self.restating)

    @property
    def acceptable(self) -> bool:
        """Whether it waits for acceptance; under a lock only what restates does."""
        return self.state == "submitted" and (not self.locked or self.restating)
