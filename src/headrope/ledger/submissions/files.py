"""Uploaded files: read, kept with their digest and problems, shown as what they change, and taken over into the draft."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from headrope.core.problems import Problem
from headrope.ledger.submissions.actions import Actor, Cell, Done, Entry, NotOpen, Taken, ask, save
from headrope.ledger.submissions.models import SubmissionFile
from headrope.ledger.submissions.place import Place
from headrope.ledger.submissions.queries import entry_sheet
from headrope.ledger.submissions.sheet import EntrySheet, Line, Typed
from headrope.ledger.workbook.reading import read_upload
from headrope.ledger.workbook.upload import Upload
from headrope.org.models import User

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
class Clash:
    """A line that somebody else has typed since the file was made: as it stands now, and as the file has it."""

    now: Line
    file: Line
    by: User


@dataclass(frozen=True)
class Preview:
    """A file that was read: what it changes, and all that is wrong with it; with problems it cannot be taken over.

    Of each clash it has to be said which figure holds. `base` is the state that the file was filled in on; `moved` is who
    has saved the form since the file was shown, `undecided` are clashes of which nothing was said.
    """

    file: int
    name: str
    sheet: EntrySheet
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    clashes: tuple[Clash, ...] = ()
    base: int = 0
    moved: User | None = None
    undecided: tuple[Problem, ...] = ()

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
    return _preview(actor, kept, sheet, after, problems, found.row_version)


@dataclass(frozen=True)
class Consent:
    """What was seen of a file before it is taken over: the state of the form, the state that the file was filled in on,
    and by measure which figure holds where both typed: that of the "file", or the one that stands "now"."""

    row_version: int
    base: int
    chosen: Mapping[str, str]


def take(actor: Actor, place: Place, file: int, seen: Consent, exponent: int) -> Done | Preview:
    """Take a kept file over into the draft, all or nothing; its preview again where it does not fit any more.

    So too where somebody has typed since it was shown, or a clash has not been decided. A LookupError where the person
    has no such file for this form.
    """
    kept = SubmissionFile.objects.filter(pk=file, by=actor.user, place=place.label, submission=None).first()
    if kept is None or kept.problems or not kept.content:
        raise LookupError(file)
    ask(actor.sight.may("enter", place.unit.id), "who enters figures for the unit")
    sheet = entry_sheet(place)
    if not sheet.open:
        raise NotOpen(sheet)
    found = read_upload(base64.b64decode(kept.content), kept.name, sheet, exponent)
    base = min(found.row_version, seen.base)
    all_of_it = entry_sheet(place, _typed(found, sheet)) if found.right else sheet
    clashes = _clashes(actor, sheet, all_of_it, base)
    left = {each.now.info.code for each in clashes if seen.chosen.get(each.now.info.code) == "now"}
    found = replace(found, cells=tuple(cell for cell in found.cells if cell.measure not in left))
    after = entry_sheet(place, _typed(found, sheet)) if found.right else sheet
    problems = [*found.problems, *_faults(found, after)]
    if sheet.row_version != seen.row_version:
        found_again = _preview(actor, kept, sheet, all_of_it, problems, base)
        return replace(found_again, moved=sheet.changed_by or actor.user)
    undecided = tuple(_undecided(each) for each in clashes if each.now.info.code not in seen.chosen)
    if undecided or any(problem.blocking for problem in problems):
        return replace(_preview(actor, kept, sheet, all_of_it, problems, base), undecided=undecided)
    with transaction.atomic():
        taken = Taken(kept, _decided(clashes, left))
        done = save(actor, place, seen.row_version, _entry(found, sheet, after), taken)
        if not done.problems:
            SubmissionFile.objects.filter(pk=kept.pk).update(submission_id=done.sheet.id)
    return done


def _preview(
    actor: Actor, kept: SubmissionFile, sheet: EntrySheet, after: EntrySheet, problems: list[Problem], base: int
) -> Preview:
    clashes = _clashes(actor, sheet, after, base)
    return Preview(kept.pk, kept.name, after, _changes(sheet, after), tuple(problems), clashes, base)


def _clashes(actor: Actor, now: EntrySheet, file: EntrySheet, base: int) -> tuple[Clash, ...]:
    """What others have typed since that state, where the file has something else."""
    found = []
    for each in _changes(now, file):
        typed = each.before.typed
        if typed is not None and typed.by is not None and typed.row_version > base and typed.by != actor.user:
            found.append(Clash(each.before, each.after, typed.by))
    return tuple(found)


def _undecided(clash: Clash) -> Problem:
    message = "Another figure has been typed here since the file was made."
    return Problem(clash.now.cell, message, "Choose which of the two holds.")


def _decided(clashes: tuple[Clash, ...], left: set[str]) -> str:
    """Both figures of each clash, and which one was taken; empty without any."""
    told = {
        each.now.info.code: {
            "taken": "now" if each.now.info.code in left else "file",
            "now": each.now.typed.raw if each.now.typed else "",
            "by": each.by.get_username(),
            "file": each.file.typed.raw if each.file.typed else "",
        }
        for each in clashes
    }
    return json.dumps(told, ensure_ascii=False) if told else ""


def taken_file(actor: Actor, place: Place, number: int) -> tuple[str, bytes]:
    """Name and bytes of a file that was taken over into this very form, as it was sent; a LookupError where there is none.

    A file may hold more than the form: it is for who fills the form in and who accepts it.
    """
    ask(
        actor.sight.may("enter", place.unit.id) or actor.sight.accepts(place.unit.id),
        "who enters figures for the unit, or accepts them",
    )
    kept = SubmissionFile.objects.filter(pk=number, place=place.label).exclude(submission=None).first()
    if kept is None or not kept.content:
        raise LookupError(number)
    return kept.name, base64.b64decode(kept.content)


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


def _entry(found: Upload, before: EntrySheet, after: EntrySheet) -> Entry:
    """The cells that change, and each answer for every warning at its cell."""
    given = {cell.measure: cell.answer for cell in found.cells if cell.answer}
    answers = {
        question.doubt.key: given[line.info.code]
        for line in after.lines
        if line.info.code in given
        for question in line.questions
    }
    changed = {each.after.info.code for each in _changes(before, after)}
    cells = {
        cell.measure: Cell(cell.raw, cell.exponent, cell.word, cell.note)
        for cell in found.cells
        if cell.measure in changed
    }
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
    return tuple(Change(old, new) for old, new in pairs if _said(old) != _said(new))


def _said(line: Line) -> object:
    """What a line says: its value, however it is written and in whatever scale; else its text."""
    typed = line.typed
    text = typed.raw.strip() if typed and line.value is None else ""
    return line.value, text, typed and (typed.word, typed.note)
