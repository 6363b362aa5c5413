"""Changing definitions of the review: rows are judged as a whole, then replace what was known of the same things, or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from headrope.core.problems import Problem
from headrope.journal.actions import Source, lock_head, post
from headrope.journal.editions import replace_rows
from headrope.journal.models import PostingKind
from headrope.ledger.folder.rows import WITHDRAWN, read_rows, text_problem
from headrope.org.models import User
from headrope.review.defined.kinds import Cells, Kind, Placed, known_now
from headrope.review.defined.queries import rows

STATE = "state"
LONGEST_CELL = 1000


@dataclass(frozen=True)
class Change:
    """What becomes of one thing: its cells as they are and as they would be; None where it is not there."""

    name: str
    before: Cells | None
    after: Cells | None


@dataclass(frozen=True)
class Judged:
    """What rows would change, and all that is wrong with them; with problems they change nothing."""

    problems: tuple[Problem, ...]
    changes: tuple[Change, ...] = ()
    seq: int | None = None


def read_file(kind: Kind, path: Path) -> tuple[list[Placed], list[Problem]]:
    """The rows of a file of the kind with their places, and what is wrong with the file as such."""
    problems: list[Problem] = []
    columns = kind.needed, (*(column for column in kind.columns if column not in kind.needed), STATE)
    return list(read_rows(path, columns, problems.append)), problems


def judge(kind: Kind, given: Sequence[Placed]) -> Judged:
    """What the rows would change. A row with `withdrawn` in the column state says that there is no such thing any more."""
    problems: list[Problem] = []
    said: dict[str, tuple[str, Cells | None]] = {}
    for where, raw in given:
        cells = {column: text for column, text in raw.items() if text and column != STATE}
        problems += _state_problems(where, raw) + cell_problems(where, raw)
        name = kind.name_of(cells)
        if name in said:
            values = {"code": name.replace("\t", " "), "other": said[name][0]}
            problems.append(Problem(where, "%(code)s stands here and at %(other)s.", "Keep one row.", values))
        said.setdefault(name, (where, None if raw.get(STATE) == WITHDRAWN else cells))
    held = {kind.name_of(row.cells): row.cells for row in rows(kind)}
    for name, (where, after) in said.items():
        if after is None and name not in held:
            message, remedy = "There is nothing to withdraw.", "Correct what names the row, or take it out."
            problems.append(Problem(where, message, remedy))
    after_all = {name: (name.replace("\t", " "), cells) for name, cells in held.items()}
    for name, (where, after) in said.items():
        after_all.pop(name, None) if after is None else after_all.update({name: (where, after)})
    problems += kind.check(list(after_all.values()), known_now())
    if problems:
        return Judged(tuple(problems))
    found = [Change(name, held.get(name), after) for name, (_, after) in said.items() if held.get(name) != after]
    return Judged((), tuple(found))


def _state_problems(where: str, cells: Cells) -> list[Problem]:
    state = cells.get(STATE, "")
    if state in ("", WITHDRAWN):
        return []
    remedy = "Write withdrawn, or leave it empty."
    return [Problem(where, "'%(state)s' is not a state.", remedy, {"state": state[:60]})]


def cell_problems(where: str, cells: Cells) -> list[Problem]:
    """What is wrong with the cells of a row as texts."""
    found = (text_problem(where, column, text, LONGEST_CELL) for column, text in cells.items())
    return [problem for problem in found if problem]


def save(kind: Kind, given: Sequence[Placed], by: User, source: Source | None = None) -> Judged:
    """Write the rows as one posting; with problems, or where nothing would change, nothing is written.

    Whether `by` may do so is for the caller to ask: who defines what holds for the whole ledger.
    """
    with transaction.atomic():
        lock_head()
        judged = judge(kind, given)
        if judged.problems or not judged.changes:
            return judged
        seq = post(kind=PostingKind.DEFINE, by=by, reason=f"review: {kind.key}", source=source).seq
        write_rows(kind, {change.name: change.after for change in judged.changes}, seq)
    return Judged((), judged.changes, seq)


def write_rows(kind: Kind, after: Mapping[str, Cells | None], seq: int) -> None:
    """Let these be the cells of each thing, by name, from the posting `seq` on (None: there is none); part of its transaction."""
    open_now = kind.model._default_manager.filter(seq_to=None).values_list("id", "code", "row")
    held = {(code, text): pk for pk, code, text in open_now if code in after}
    wanted = {
        (name, text): kind.model(code=name, row=text, seq_from=seq)
        for name, cells in after.items()
        if cells is not None
        for text in [as_text(kind, cells)]
    }
    replace_rows(kind.model, held, wanted, seq)


def as_text(kind: Kind, cells: Mapping[str, str]) -> str:
    """The cells as JSON in the order of the columns: the same text for the same cells."""
    return json.dumps({column: cells[column] for column in kind.columns if cells.get(column)}, ensure_ascii=False)
