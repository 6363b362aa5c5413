"""Uploaded files: read, kept with their digest and problems, shown as what they change, and taken over into the draft."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from headrope.core.problems import Problem
from headrope.ledger.submissions.actions import Actor, Cell, Done, Entry, Moved, NotOpen, ask, save
from headrope.ledger.submissions.models import SubmissionFile
from headrope.ledger.submissions.place import Place
from headrope.ledger.submissions.queries import entry_sheet
from headrope.ledger.submissions.sheet import EntrySheet, Line, Typed
from headrope.ledger.workbook.reading import read_upload
from headrope.ledger.workbook.upload import Upload

LARGEST = 5_000_000
"""Bytes of a file."""
KEPT = timedelta(days=30)
"""How long a file that was not taken over is kept with its problems."""


@dataclass(frozen=True)
class Change:
    """A line that the file changes: as it is, and as it would be."""

    before: Line
    after: Line


@dataclass(frozen=True)
class Preview:
    """A file that was read: what it changes, and all that is wrong with it; with problems it cannot be taken over."""

    file: int
    name: str
    sheet: EntrySheet
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]

    @property
    def right(self) -> bool:
        """Whether it can be taken over."""
        return not any(problem.blocking for problem in self.problems)


def upload(actor: Actor, place: Place, name: str, content: bytes, exponent: int) -> Preview:
    """Read a file for the unit's form and keep it; nothing else is changed.

    `exponent` is the scale of money in a file that does not say it. Blocking checks are problems of the file too.
    """
    ask(actor.sight.may("enter", place.unit.id), "who enters figures for the unit")
    sheet = entry_sheet(place)
    if not sheet.open:
        raise NotOpen(sheet)
    found = read_upload(content, name, sheet, exponent)
    after = entry_sheet(place, _typed(found, sheet)) if found.right else sheet
    problems = [*found.problems, *_faults(found, after)] if found.right else list(found.problems)
    blocking = [problem for problem in problems if problem.blocking]
    kept = SubmissionFile.objects.create(
        unit_id=place.unit.id,
        name=found.name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=base64.b64encode(content[:LARGEST]).decode() if len(content) <= LARGEST else "",
        problems=json.dumps([str(problem) for problem in blocking], ensure_ascii=False) if blocking else "",
        place=place.label,
        at=place.round.when.now,
        by=actor.user,
    )
    return Preview(kept.pk, found.name, after, _changes(sheet, after), tuple(problems))


def take(actor: Actor, place: Place, file: int, row_version: int, exponent: int) -> Done | Preview:
    """Take a kept file over into the draft, all or nothing; its preview again where it does not fit any more.

    A LookupError where the person has no such file for this form.
    """
    kept = SubmissionFile.objects.filter(pk=file, by=actor.user, place=place.label, submission=None).first()
    if kept is None or kept.problems or not kept.content:
        raise LookupError(file)
    ask(actor.sight.may("enter", place.unit.id), "who enters figures for the unit")
    sheet = entry_sheet(place)
    if sheet.row_version != row_version:
        raise Moved(sheet)
    found = read_upload(base64.b64decode(kept.content), kept.name, sheet, exponent)
    after = entry_sheet(place, _typed(found, sheet)) if found.right else sheet
    problems = [*found.problems, *_faults(found, after)]
    if any(problem.blocking for problem in problems):
        return Preview(kept.pk, kept.name, after, _changes(sheet, after), tuple(problems))
    with transaction.atomic():
        done = save(actor, place, row_version, _entry(found, after), kept)
        if not done.problems:
            SubmissionFile.objects.filter(pk=kept.pk).update(submission_id=done.sheet.id)
    return done


def expire(now: datetime) -> int:
    """Empty files that were never taken over and are older than KEPT; name, digest and problems stay. How many."""
    old = SubmissionFile.objects.filter(submission=None, at__lt=now - KEPT).exclude(content="")
    return old.update(content="")


def _typed(found: Upload, sheet: EntrySheet) -> dict[str, Typed]:
    remarks = {line.info.code: line.typed.remark for line in sheet.lines if line.typed}
    return {
        cell.measure: Typed(cell.raw, cell.exponent, cell.word, cell.note, remarks.get(cell.measure, ""))
        for cell in found.cells
    }


def _entry(found: Upload, after: EntrySheet) -> Entry:
    """The cells, and each answer for every warning at its cell."""
    given = {cell.measure: cell.answer for cell in found.cells if cell.answer}
    answers = {
        question.doubt.key: given[line.info.code]
        for line in after.lines
        if line.info.code in given
        for question in line.questions
    }
    cells = {cell.measure: Cell(cell.raw, cell.exponent, cell.word, cell.note) for cell in found.cells}
    return Entry(cells, answers)


def _faults(found: Upload, after: EntrySheet) -> list[Problem]:
    """Cells that are no values and blocking doubts, where the file has them; in lines that it leaves alone they stay as they are."""
    where = {cell.measure: cell.where for cell in found.cells}
    faults = []
    for line in after.lines:
        at = where.get(line.info.code)
        if at is None:
            continue
        if line.wrong is not None:
            faults.append(Problem(at, line.wrong.message, line.wrong.remedy, line.wrong.values))
        faults += [doubt.problem(at) for doubt in line.faults]
    return faults


def _changes(before: EntrySheet, after: EntrySheet) -> tuple[Change, ...]:
    pairs = zip(before.lines, after.lines, strict=True)
    return tuple(Change(old, new) for old, new in pairs if (old.typed, old.value) != (new.typed, new.value))
