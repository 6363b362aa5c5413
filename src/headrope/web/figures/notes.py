"""What is to be mended in a unit's form and what is to be answered, each at its cell."""

from __future__ import annotations

from dataclasses import dataclass

from headrope.ledger.submissions.sheet import EntrySheet, Line, Question
from headrope.web.doubts import told_doubt
from headrope.web.figures.words import FormWords
from headrope.web.problems import Told, told

MANY = 4
"""So many empty cells are told in one line."""


@dataclass(slots=True)
class Note:
    """Something to mend or to answer: at which cell, what, and what to do; `field` is where the answer goes."""

    cell: str
    code: str
    name: str
    told: Told
    field: str = ""
    answer: str = ""
    answered: bool = False
    empty: bool = False


def to_mend(sheet: EntrySheet, words: FormWords) -> list[Note]:
    """What keeps the form from being sent."""
    infos = words.asked.place.round.infos
    notes = []
    for line in sheet.lines:
        if line.wrong is not None:
            notes.append(_note(line, told(line.wrong), words))
        notes += [_note(line, told_doubt(doubt, words.wording, infos), words) for doubt in line.faults]
    return notes


def told_together(mend: list[Note]) -> list[Note]:
    """Empty cells that are told in one line, where there are many."""
    empty = [note for note in mend if note.empty]
    return empty if len(empty) >= MANY else []


def to_answer(sheet: EntrySheet, words: FormWords) -> list[Note]:
    """What a word is asked for; what is answered comes last."""
    notes = [_question(line, each, words) for line in sheet.lines for each in line.questions]
    return sorted(notes, key=lambda note: note.answered)


def _question(line: Line, each: Question, words: FormWords) -> Note:
    note = _note(line, told_doubt(each.doubt, words.wording, words.asked.place.round.infos), words)
    note.field = f"a-{each.doubt.check.code} {line.info.code}"
    note.answer, note.answered = each.answer, bool(each.answer) and each.wanting is None
    return note


def _note(line: Line, found: Told, words: FormWords) -> Note:
    empty = line.typed is not None and line.typed.empty
    return Note(line.cell, line.info.code, words.name(line.info), found, empty=empty)
