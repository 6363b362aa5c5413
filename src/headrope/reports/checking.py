"""Holds a paper's numbers against the books as they are now, and against the file as it was made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from headrope.reports.manifest import Printed
from headrope.reports.opening import Opened
from headrope.reports.paper import Number, Paper, Question
from headrope.reports.references import NumberRef

Kind = Literal["changed", "gone", "edited", "missing"]
"""The books say another number now; they say none any more; the file shows another text than was printed; the number
has been taken out of the file."""


@dataclass(frozen=True)
class Finding:
    """One number of the paper that is no longer so: as it was printed, and as it is now ("" where there is none)."""

    kind: Kind
    ref: NumberRef
    printed: str
    now: str


@dataclass(frozen=True)
class Checked:
    """A paper held against the books: the question, how many numbers it has, the state of the books then and now."""

    question: Question
    numbers: int
    seq: int
    findings: Sequence[Finding]


def check(opened: Opened, again: Callable[[Question], Paper]) -> Checked:
    """Every number of the file: `again` makes the same paper from the books as they are now.

    A number is the same where its exact value is; how it is rounded for print may differ. Each reference is told once.
    """
    held = opened.manifest
    now = again(held.question)
    values: dict[NumberRef, list[Number]] = defaultdict(list)
    for number in (*now.numbers(), *now.drawn()):
        values[number.ref].append(number)
    findings: dict[tuple[Kind, NumberRef], Finding] = {}
    for place, printed in enumerate(held.numbers):
        for finding in (*_edited(opened, place, printed), *_changed(printed, values.get(printed.ref, ()))):
            findings.setdefault((finding.kind, finding.ref), finding)
    # What a picture shows cannot be read out of the file; it is held against the books alone.
    for printed in held.drawn:
        for finding in _changed(printed, values.get(printed.ref, ())):
            findings.setdefault((finding.kind, finding.ref), finding)
    return Checked(held.question, len(held.numbers) + len(held.drawn), now.question.seq, tuple(findings.values()))


def _edited(opened: Opened, place: int, printed: Printed) -> Sequence[Finding]:
    if opened.shown is None:
        return ()
    shown = opened.shown.get(place)
    if shown is None:
        return (Finding("missing", printed.ref, printed.text, ""),)
    return () if shown == printed.text else (Finding("edited", printed.ref, printed.text, shown),)


def _changed(printed: Printed, found: Sequence[Number]) -> Sequence[Finding]:
    if not found:
        return (Finding("gone", printed.ref, printed.text, ""),)
    if any(number.value == printed.value for number in found):
        return ()
    # The same number may be printed coarser in a sentence than in a table: told as it was printed there.
    alike = next((n for n in found if len(n.text) == len(printed.text)), found[0])
    return (Finding("changed", printed.ref, printed.text, alike.text),)
