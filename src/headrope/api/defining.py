"""/definitions: rows of what is defined for the whole group, as in the files of the manual: read, judged and put."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Final, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import BeforeValidator, Field, StrictBool, StringConstraints

from headrope.api.answers import Refused, told
from headrope.api.auth import READ, Bearer
from headrope.api.entering import Body
from headrope.api.once import repeatable
from headrope.api.paging import DEFAULT, Page, cut
from headrope.api.parameters import Limit, number, whole
from headrope.api.submissions import ProblemAnswer
from headrope.api.visit import Visit, visit
from headrope.core.problems import Problem
from headrope.journal.queries import books
from headrope.ledger.book.columns import File
from headrope.ledger.book.current import Changed, changed_since, current_rows
from headrope.ledger.book.drafts import STATE, as_text, judge, save
from headrope.ledger.book.files import file_of
from headrope.ledger.owners import Owned, changeable, may_change
from headrope.ledger.sheets.cells import column_number
from headrope.org.tokens.models import Scope

router = Router(tags=["definitions"], auth=READ)

MOST_ROWS = 2_000
LONGEST_CELL = 1_000
_WHERE: Final = re.compile(r"(\d+)(?:!([A-Z]+)\d+|, row \d+)?$")

Kind = Annotated[
    Literal["measures", "checks", "forms", "duties", "calendars", "unit_calendars", "holdings", "segments"],
    Path(description="What is defined, as the files are called that `headrope load` takes."),
]
Cell = Annotated[str, StringConstraints(max_length=LONGEST_CELL, pattern=r"^[^\x00]*$")]
Column = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern="^[a-z_]+$")]
Rows = Annotated[
    list[Annotated[dict[Column, Cell], Field(max_length=100)]],
    Field(min_length=1, max_length=MOST_ROWS, description="Rows by column, all of them texts as in the file."),
]
Seq = Annotated[
    int,
    Field(
        ge=0, le=10**15, description="The posting up to which the rows were read; 409 if the kind has changed since."
    ),
    BeforeValidator(number),
]
Place = Annotated[int, Field(ge=1, le=10**9, description="`next` of the answer before."), BeforeValidator(whole)]


class RowsAnswer(Page[dict[str, str]]):
    """Rows as they hold now; `columns` are all that there are. `seq` is sent back with changes."""

    columns: list[str]
    seq: int


class DefineBody(Body):
    """The rows that hold from now on of all that they name; what no row names stays. A row with state withdrawn takes it away.

    `try_only` judges them and changes nothing.
    """

    rows: Rows
    seq: Seq
    try_only: StrictBool = False


class Difference(Schema):
    """Something that a change concerns: the words that name it, its rows before (none: it is new) and after (none: it is withdrawn)."""

    names: list[str]
    before: list[dict[str, str]]
    after: list[dict[str, str]]


class DefinedAnswer(Schema):
    """What the rows change. `posted`: it was done, and the books are at `seq`; `problems` do not stand against it."""

    posted: bool
    seq: int
    changes: list[Difference]
    problems: list[ProblemAnswer]


@router.get("/{kind}", response=RowsAnswer, operation_id="rows")
def rows(request: HttpRequest, kind: Kind, after: Place | None = None, limit: Limit = DEFAULT) -> RowsAnswer:
    """The rows of a kind as they hold now; for whoever may define for the whole group, checks for owners of measures, too."""
    who, file = _definer(visit(request), kind)[0], _file(kind)
    found = list(enumerate(current_rows(file.key), 1))
    shown, following = cut([each for each in found if each[0] > (after or 0)], limit, lambda each: str(each[0]))
    return RowsAnswer(items=[row for _, row in shown], next=following, columns=list(file.keys), seq=who.at.seq)


@router.post("/{kind}", auth=Bearer(Scope.DEFINE), response=DefinedAnswer, operation_id="define")
@repeatable
def define(request: HttpRequest, kind: Kind, body: DefineBody) -> DefinedAnswer:
    """Put rows of a kind: all of them in one posting, or nothing and all problems, each with its row (from 0) and column.

    The owner of a measure puts checks that judge his own measures only.
    """
    (who, owned), file = _definer(visit(request), kind), _file(kind)
    columns = _columns(file, body.rows)
    given = [{column: row.get(column, "") for column in columns} for row in body.rows]
    judged = judge(file, given, who.user, owned)
    if judged.blocked:
        raise Refused(422, *(_placed(problem, columns) for problem in judged.problems))
    if judged.changes and changed_since(file.key, body.seq):
        message, remedy = "The definitions were changed meanwhile.", "Read them again; seq is %(seq)s."
        raise Refused(409, Problem("seq", message, remedy, {"seq": who.at.seq}))
    posting = bool(judged.changes) and not body.try_only
    if posting:
        save(file, as_text(file, given), who.user, owned)
    return DefinedAnswer(
        posted=posting,
        seq=books().seq,
        changes=[_difference(each) for each in judged.changes],
        problems=[ProblemAnswer.model_validate(told(_placed(each, columns))) for each in judged.problems],
    )


def _definer(who: Visit, kind: str) -> tuple[Visit, Owned]:
    owned = changeable(who.who, who.at)
    if not may_change(owned, kind):
        raise Refused(404)
    return who, owned


def _file(kind: str) -> File:
    found = file_of(kind)
    assert found is not None  # all of Kind are files
    return found


def _columns(file: File, given: Sequence[Mapping[str, str]]) -> list[str]:
    """All columns that any row has, in their first order; 422 for those that the kind has not."""
    columns = list(dict.fromkeys(column for row in given for column in row))
    known = (*file.keys, STATE)
    message, remedy = "There is no column '%(name)s'.", "Columns here: %(names)s."
    strange = [column for column in columns if column not in known]
    if strange:
        names = ", ".join(known)
        raise Refused(422, *(Problem("rows", message, remedy, {"name": each, "names": names}) for each in strange))
    return columns


def _placed(problem: Problem, columns: Sequence[str]) -> Problem:
    """The problem with its row, counted from 0, and its column as they stand in the body."""
    found = _WHERE.match(problem.where)
    if found is None:
        return problem
    column = f".{columns[column_number(found[2])]}" if found[2] else ""
    return replace(problem, where=f"rows.{found[1]}{column}")


def _difference(each: Changed) -> Difference:
    return Difference(
        names=list(each.names), before=[dict(row) for row in each.before], after=[dict(row) for row in each.after]
    )
