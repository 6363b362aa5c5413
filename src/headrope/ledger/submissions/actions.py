"""Changes to submissions: typing, sending, returning, accepting, reopening; each is whole or nothing, and left in the trail.

| from | to | who | needs |
| --- | --- | --- | --- |
| draft, returned, reopened | the same | enter | what is typed, right or wrong |
| draft, returned, reopened | submitted | submit | all mended and answered, all below accepted or a word why not |
| submitted | draft | submit | |
| submitted | returned | accept, on the unit above | a reason |
| submitted | accepted | accept, on the unit above; never who sent it | posts the figures |
| accepted | reopened | accept on the unit above; restate, where a lock lies | a reason |
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db import IntegrityError, transaction
from django.db.models import F

from headrope.core.checks.answers import LONGEST as LONGEST_ANSWER
from headrope.core.problems import Problem
from headrope.journal.actions import lock_head, record
from headrope.ledger.submissions.lines import about_of
from headrope.ledger.submissions.models import (
    Submission,
    SubmissionAnswer,
    SubmissionEvent,
    SubmissionFile,
    SubmissionState,
    SubmissionValue,
)
from headrope.ledger.submissions.place import Place
from headrope.ledger.submissions.posting import post_figures
from headrope.ledger.submissions.queries import entry_sheet
from headrope.ledger.submissions.reasons import reason_problems
from headrope.ledger.submissions.sheet import EntrySheet, Typed
from headrope.org.models import User
from headrope.org.queries import Sight

LONGEST_RAW, LONGEST_WORDS = 200, 1000
WORDS = ("", "unknown", "not-applicable")


class NotAllowed(Exception):
    """The person may see the submission and has not the right for this; the message says who has."""


class Moved(Exception):
    """Somebody else has changed the submission since it was read. `sheet` is how it is now, by `by` who was last."""

    def __init__(self, sheet: EntrySheet) -> None:
        super().__init__(f"{sheet.unit.code} {sheet.form.code} {sheet.period} was changed meanwhile")
        self.sheet = sheet


class NotOpen(Exception):
    """The submission is in a state, or under a lock, in which this cannot be done."""

    def __init__(self, sheet: EntrySheet) -> None:
        super().__init__(f"{sheet.unit.code} {sheet.form.code} {sheet.period} is {sheet.state}")
        self.sheet = sheet


@dataclass(frozen=True)
class Cell:
    """What is typed into one cell: the text counts 10**exponent units of account; `word` stands in place of a value."""

    raw: str = ""
    exponent: int = 0
    word: str = ""
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """Cells by measure, and answers by check and measure; what is not named stays as it is."""

    cells: Mapping[str, Cell] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What came of it; `problems` say why nothing was done, where there are any. `seq` is the posting, if one was made."""

    place: Place
    problems: tuple[Problem, ...] = ()
    seq: int | None = None

    @cached_property
    def sheet(self) -> EntrySheet:
        """The sheet as it is now; read when it is first asked for."""
        return entry_sheet(self.place)


@dataclass(frozen=True)
class Actor:
    """Who acts, and what he may."""

    user: User
    sight: Sight


@dataclass(frozen=True)
class Taken:
    """A file that is taken over, and as a JSON text what was chosen where it met what others had typed."""

    file: SubmissionFile
    detail: str = ""


Typing = Callable[[EntrySheet], Entry]
"""What is typed, where it can only be told beside the sheet as it is."""


def save(actor: Actor, place: Place, row_version: int, typed: Entry | Typing, file: Taken | None = None) -> Done:
    """Keep what is typed, right or wrong; `row_version` is that of the sheet it was typed on, 0 before the first.

    Nothing typed changes nothing. Moved when somebody else saved meanwhile. Only what does not fit a cell at all is refused, and then nothing is kept.
    """
    ask(actor.sight.may("enter", place.unit.id), "who enters figures for the unit")
    sheet = _same(place, row_version)
    if not sheet.open:
        raise NotOpen(sheet)
    entry = typed if isinstance(typed, Entry) else typed(sheet)
    if not (entry.cells or entry.answers or file):
        return Done(place)
    if problems := _misfits(sheet, entry):
        return Done(place, tuple(problems))
    if sheet.booked:
        entry = Entry(_booked(sheet) | dict(entry.cells), entry.answers)
    with transaction.atomic():
        held = _taken(actor, place, sheet)
        _write_cells(actor, held, sheet, entry)
        if file is not None:
            _event(actor, held, "upload", detail=file.detail, file=file.file)
        if entry.answers:
            _write_answers(actor, held, entry_sheet(place, events=False), entry)
    return Done(place)


def _booked(sheet: EntrySheet) -> dict[str, Cell]:
    """What the cells say of themselves before anybody has typed: a form that is begun stands for all that it holds."""
    shown = {line.info.code: line.typed for line in sheet.lines if line.typed and not line.typed.empty}
    return {code: Cell(typed.raw, typed.exponent, typed.word) for code, typed in shown.items()}


def _misfits(sheet: EntrySheet, entry: Entry) -> list[Problem]:
    """Cells that are not on the form and texts that no cell holds."""
    found = []
    typed = {line.info.code for line in sheet.lines if line.typed is not None}
    for code, cell in entry.cells.items():
        if code not in typed:
            message = "The form has no cell for %(measure)s."
            found.append(Problem(code, message, "Take it out.", {"measure": code[:60]}))
        elif len(cell.raw) > LONGEST_RAW or len(cell.note) > LONGEST_WORDS:
            values = {"raw": LONGEST_RAW, "note": LONGEST_WORDS}
            message = "A cell holds %(raw)s characters and a note %(note)s."
            found.append(Problem(code, message, "Shorten it.", values))
        elif cell.word not in WORDS:
            message = "'%(word)s' cannot stand in place of a value."
            found.append(Problem(code, message, "Write unknown or not-applicable.", {"word": cell.word[:60]}))
        elif any(ord(letter) < 32 for letter in cell.raw + cell.note):
            found.append(Problem(code, "The text holds a control character.", "Write it in one line."))
    for (_check, code), text in entry.answers.items():
        if code not in typed or len(text) > LONGEST_ANSWER or any(ord(letter) < 32 for letter in text):
            message = "The answer is longer than %(most)s characters, of several lines, or to a cell that is not there."
            found.append(Problem(code[:60], message, "Write it in one line.", {"most": LONGEST_ANSWER}))
    return found


def _taken(actor: Actor, place: Place, sheet: EntrySheet) -> Submission:
    """The submission with its next row version, made if need be; Moved where somebody was faster."""
    round, now = place.round, place.round.when.now
    if sheet.id is None:
        made = Submission(
            unit_id=place.unit.id,
            form_id=round.form.id,
            period=round.period.code,
            version_id=round.version_id,
            changed_at=now,
            changed_by=actor.user,
        )
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            raise Moved(entry_sheet(place)) from None
        return made
    return _step(actor, place, sheet, sheet.state)


def _step(actor: Actor, place: Place, sheet: EntrySheet, state: str, **changes: object) -> Submission:
    """Bring the submission to the state if it is still as the sheet shows it; else Moved."""
    now = place.round.when.now
    assert sheet.id is not None
    mine = Submission.objects.filter(pk=sheet.id, row_version=sheet.row_version, state=sheet.state)
    updated = mine.update(
        row_version=F("row_version") + 1, state=state, changed_at=now, changed_by=actor.user, **changes
    )
    if not updated:
        raise Moved(entry_sheet(place))
    return Submission.objects.get(pk=sheet.id)


def _write_cells(actor: Actor, held: Submission, sheet: EntrySheet, entry: Entry) -> None:
    ids = {line.info.code: line.info.id for line in sheet.lines}
    there = {value.measure_id: value for value in held.values_typed.all()}
    new, changed = [], []
    for code, cell in entry.cells.items():
        value = there.get(ids[code])
        if value is None:
            value = SubmissionValue(submission=held, measure_id=ids[code])
            new.append(value)
        elif (value.raw, value.exponent, value.word, value.note) == (cell.raw, cell.exponent, cell.word, cell.note):
            continue
        else:
            changed.append(value)
        if (value.raw, value.exponent, value.word) != (cell.raw, cell.exponent, cell.word):
            value.remark = ""
        value.raw, value.exponent, value.word, value.note = cell.raw, cell.exponent, cell.word, cell.note
        value.row_version, value.by = held.row_version, actor.user
    SubmissionValue.objects.bulk_create(new)
    fields = ("raw", "exponent", "word", "note", "remark", "row_version", "by")
    SubmissionValue.objects.bulk_update(changed, fields)


def _write_answers(actor: Actor, held: Submission, sheet: EntrySheet, entry: Entry) -> None:
    """Answers are kept with a digest of the figures that they are about; to what is not asked there is no answer."""
    for line in sheet.lines:
        for question in line.questions:
            text = entry.answers.get(question.doubt.key)
            if text is None:
                continue
            SubmissionAnswer.objects.update_or_create(
                submission=held,
                check_code=question.doubt.check.code,
                measure_id=line.info.id,
                defaults={
                    "about": about_of(question.doubt),
                    "text": text.strip(),
                    "by": actor.user,
                    "at": held.changed_at,
                },
            )


def submit(actor: Actor, place: Place, row_version: int, exception: str = "") -> Done:
    """Send it to the unit above; with problems nothing is done. `exception` says why not all below is accepted."""
    ask(actor.sight.may("submit", place.unit.id), "who submits for the unit")
    sheet = _same(place, row_version)
    if not sheet.open:
        raise NotOpen(sheet)
    if problems := reason_problems(place.unit.code, exception) or unready(sheet, exception):
        return Done(place, tuple(problems))
    with transaction.atomic():
        lock_head()
        if sheet.id is None:
            _taken(actor, place, sheet)
            sheet = entry_sheet(place)
        sent = {
            "submitted_at": place.round.when.now,
            "submitted_by": actor.user,
            "exceptions": exception.strip() if sheet.waiting else "",
        }
        held = _step(actor, place, sheet, SubmissionState.SUBMITTED, **sent)
        if held.first_submitted_at is None:
            Submission.objects.filter(pk=held.pk).update(first_submitted_at=place.round.when.now)
        _event(actor, held, "submit", held.exceptions, json.dumps(_sent(sheet), ensure_ascii=False))
        record(by=actor.user, action="submit", object=f"submission {place.label}", at=place.round.when.now)
    return Done(place)


def unready(sheet: EntrySheet, exception: str = "") -> list[Problem]:
    """Why it cannot be sent: cells to mend, warnings to answer, units below that are not accepted."""
    found = []
    for line in sheet.lines:
        if line.wrong is not None:
            found.append(Problem(line.cell, line.wrong.message, line.wrong.remedy, line.wrong.values))
        found += [doubt.problem(line.cell) for doubt in line.faults]
        for question in line.questions:
            if question.wanting is not None:
                found.append(question.wanting)
            elif not question.answer:
                asked = question.doubt.problem(line.cell)
                found.append(Problem(asked.where, asked.message, asked.remedy, asked.values))
    if sheet.waiting and not exception.strip():
        found.append(_not_below(sheet, "Accept them first, or say why it is sent without them."))
    return found


def _not_below(sheet: EntrySheet, remedy: str) -> Problem:
    """That units below are not accepted."""
    units = ", ".join(each.unit.code for each in sheet.waiting[:12])
    return Problem(sheet.unit.code, "Not accepted below: %(units)s.", remedy, {"units": units})


def recall(actor: Actor, place: Place, row_version: int) -> Done:
    """Take back what was sent and is not accepted yet."""
    ask(actor.sight.may("submit", place.unit.id), "who submits for the unit")
    sheet = _same(place, row_version)
    if sheet.state != SubmissionState.SUBMITTED:
        raise NotOpen(sheet)
    return _moved_to(actor, place, sheet, SubmissionState.DRAFT, "recall", "")


def return_(actor: Actor, place: Place, row_version: int, reason: str, remarks: Mapping[str, str]) -> Done:
    """Send it back with a reason, and remarks by measure for its cells."""
    ask(actor.sight.accepts(place.unit.id), "who accepts for the unit above")
    sheet = _same(place, row_version)
    if sheet.state != SubmissionState.SUBMITTED:
        raise NotOpen(sheet)
    if not reason.strip() and not any(text.strip() for text in remarks.values()):
        message, remedy = "A submission is not returned without a reason.", "Say what has to be mended."
        return Done(place, (Problem(place.unit.code, message, remedy),))
    problems = reason_problems(place.unit.code, reason, LONGEST_WORDS)
    if problems := [*problems, *_misfits(sheet, Entry({code: Cell(note=text) for code, text in remarks.items()}))]:
        return Done(place, tuple(problems))
    return _moved_to(actor, place, sheet, SubmissionState.RETURNED, "return", reason.strip(), remarks)


def accept(actor: Actor, place: Place, row_version: int, exception: str = "") -> Done:
    """Take it over: its figures are posted, and are in every total from now on. Nobody accepts what he sent himself.

    All below is accepted by then, or it was said why not: when it was sent, or by `exception` now. Under a lock only what
    has been accepted before is taken over, as a restatement; else NotOpen.
    """
    ask(actor.sight.accepts(place.unit.id), "who accepts for the unit above")
    sheet = _same(place, row_version)
    if sheet.state != SubmissionState.SUBMITTED:
        raise NotOpen(sheet)
    ask(sheet.submitted_by != actor.user.pk, "somebody else than who sent it")
    said = exception.strip()
    if problems := reason_problems(place.unit.code, said) or unready(sheet, "below"):
        return Done(place, tuple(problems))
    with transaction.atomic():
        lock_head()
        # Asked under the head lock: one below may have been reopened since it was sent, or this very moment.
        now = entry_sheet(place, events=False) if sheet.below else sheet
        if now.waiting and not (said or now.exceptions):
            return Done(place, (_not_below(now, "Accept them first, or say why it is accepted without them."),))
        changes: dict[str, object] = {"accepted_at": place.round.when.now, "accepted_by": actor.user}
        if now.waiting and said:
            changes["exceptions"] = said
        held = _step(actor, place, sheet, SubmissionState.ACCEPTED, **changes)
        # Asked under the head lock: a lock that was laid meanwhile is not in what the request has read.
        if held.seq is None and place.round.locks.filter(unit_id__in=[node.id for node in place.path]).exists():
            raise NotOpen(sheet)
        seq, restated = post_figures(actor.user, place, sheet, held)
        Submission.objects.filter(pk=held.pk).update(seq=seq)
        _event(actor, held, "restate" if restated else "accept", said if now.waiting else "", seq=seq)
    return Done(place, seq=seq)


def reopen(actor: Actor, place: Place, row_version: int, reason: str) -> Done:
    """Open what was accepted, so that other figures can be sent; the ones in the books stay until those are accepted."""
    if place.locked():
        ask(actor.sight.may("restate", place.unit.id), "who restates after a lock: group office or finance")
    else:
        ask(actor.sight.accepts(place.unit.id), "who accepts for the unit above")
    sheet = _same(place, row_version)
    if sheet.state != SubmissionState.ACCEPTED:
        raise NotOpen(sheet)
    if not reason.strip():
        message, remedy = "Nothing is reopened without a reason.", "Say what has to be changed."
        return Done(place, (Problem(place.unit.code, message, remedy),))
    if problems := reason_problems(place.unit.code, reason, LONGEST_WORDS):
        return Done(place, tuple(problems))
    return _moved_to(actor, place, sheet, SubmissionState.REOPENED, "reopen", reason.strip())


def _moved_to(
    actor: Actor,
    place: Place,
    sheet: EntrySheet,
    state: str,
    action: str,
    reason: str,
    remarks: Mapping[str, str] | None = None,
) -> Done:
    with transaction.atomic():
        lock_head()
        held = _step(actor, place, sheet, state)
        kept = {code: text.strip() for code, text in (remarks or {}).items() if text.strip()}
        if remarks is not None:
            _write_remarks(held, sheet, kept)
        _event(actor, held, action, reason, json.dumps(kept, ensure_ascii=False) if kept else "")
        record(by=actor.user, action=action, object=f"submission {place.label}", at=place.round.when.now)
    return Done(place)


def _write_remarks(held: Submission, sheet: EntrySheet, remarks: Mapping[str, str]) -> None:
    held.values_typed.update(remark="")
    for line in sheet.lines:
        if text := remarks.get(line.info.code):
            SubmissionValue.objects.update_or_create(
                submission=held,
                measure_id=line.info.id,
                defaults={"remark": text[:LONGEST_WORDS]},
                create_defaults={
                    "remark": text[:LONGEST_WORDS],
                    "row_version": held.row_version,
                    "by_id": held.changed_by_id,
                },
            )


def _same(place: Place, row_version: int) -> EntrySheet:
    sheet = entry_sheet(place, events=False)
    if sheet.row_version != row_version:
        raise Moved(entry_sheet(place))
    return sheet


def _sent(sheet: EntrySheet) -> dict[str, object]:
    """What was sent, for the event: texts as they were typed, and the answers."""
    cells = {line.info.code: _plain(line.typed) for line in sheet.lines if line.typed is not None}
    answers = {
        f"{each.doubt.check.code} {line.info.code}": each.answer for line in sheet.lines for each in line.questions
    }
    return {"cells": cells, "answers": answers}


def _plain(typed: Typed) -> dict[str, object]:
    return {"raw": typed.raw, "exponent": typed.exponent, "word": typed.word, "note": typed.note}


def _event(
    actor: Actor,
    held: Submission,
    action: str,
    reason: str = "",
    detail: str = "",
    file: SubmissionFile | None = None,
    seq: int | None = None,
) -> None:
    SubmissionEvent.objects.create(
        submission=held,
        at=held.changed_at,
        by=actor.user,
        action=action,
        state=held.state,
        reason=reason[:LONGEST_WORDS],
        detail=detail,
        file=file,
        seq=seq,
    )


def ask(allowed: bool, who: str) -> None:
    """NotAllowed where it is not."""
    if not allowed:
        raise NotAllowed(who)
