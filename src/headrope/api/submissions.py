"""/submissions: how the units stand in a round, and a unit's form with all that stands beside its cells."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from headrope.api.answers import Refused, told
from headrope.api.auth import READ
from headrope.api.figures import Value, value_of
from headrope.api.paging import DEFAULT, Page, page
from headrope.api.parameters import Code, Cursor, Known, Limit, PeriodText
from headrope.api.visit import Visit, visit
from headrope.core.due import Due, Standing
from headrope.core.periods import name
from headrope.core.problems import Problem
from headrope.journal import clock
from headrope.ledger.queries import ACTUAL
from headrope.ledger.submissions.past import sheet_on
from headrope.ledger.submissions.place import Moment, NoSuchForm, Place, place_of, round_of
from headrope.ledger.submissions.queries import Row, board, entry_sheet
from headrope.ledger.submissions.sheet import EntrySheet, Line
from headrope.org.queries import NoSuchUnit

router = Router(tags=["submissions"], auth=READ)

State = Literal["none", "booked", "draft", "submitted", "returned", "accepted", "reopened"]


class ProblemAnswer(Schema):
    """What is wrong, where, and what to do."""

    where: str
    message: str
    remedy: str
    blocking: bool


class Stands(Schema):
    """How a unit stands in a round; `standing` and `due` are null where it is never due. booked: loaded without a submission."""

    unit: str
    state: str
    due: date | None
    standing: str | None


class RowAnswer(Stands):
    """A unit of a round. `owing`: it fills the form in; else it only sends on what is below it."""

    owing: bool
    acceptable: bool = Field(description="Whether you may accept it now.")


class QuestionAnswer(ProblemAnswer):
    """A warning of a check, and the word that answers it; empty where it still waits for one."""

    check: str
    answer: str


class LineAnswer(Schema):
    """One measure of the form. `raw` is what was typed and counts 10^exponent units of account; null where it is computed.

    `value` is what is read from it, the others are figures that the books have. A line with `problems` has to be mended.
    """

    measure: str
    cell: str
    raw: str | None
    exponent: int
    word: str
    note: str
    remark: str
    value: Value
    previous: Value
    last_year: Value
    plan: Value
    problems: list[ProblemAnswer]
    questions: list[QuestionAnswer]


class EventAnswer(Schema):
    """What somebody did to the submission."""

    at: datetime
    by: str
    action: str
    reason: str
    file: str
    sha256: str


class SheetAnswer(Stands):
    """A unit's form for a period. `row_version` is sent back with each change, so that nobody overwrites another.

    `exception`: why it goes on though not all below is accepted.
    """

    form: str
    period: str
    version: str
    row_version: int
    open: bool
    locked: bool
    exception: str
    lines: list[LineAnswer]
    below: list[Stands]
    events: list[EventAnswer]


@router.get("", response=Page[RowAnswer], operation_id="submissions")
def submissions(
    request: HttpRequest,
    unit: Annotated[Code, Field(description="This unit and all below it.")],
    form: Code,
    period: PeriodText,
    version: Code = ACTUAL,
    state: State | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Page[RowAnswer]:
    """How the unit and all below it stand in a round: one form, period and version."""
    who = visit(request)
    found = board(who.who, place(who, unit, form, period, version))
    rows = [row for row in found.rows if state is None or row.stood.state == state]
    shown, following = page(rows, lambda row: row.unit.code, after, limit)
    return Page[RowAnswer](items=[_row(row) for row in shown], next=following)


@router.get("/{unit}/{form}/{period}", response=SheetAnswer, operation_id="submission")
def submission(
    request: HttpRequest,
    unit: Code,
    form: Code,
    period: PeriodText,
    version: Code = ACTUAL,
    known: Known | None = None,
) -> SheetAnswer:
    """A unit's form: its cells as they were typed, what is wrong with them, and the figures beside them.

    As known on a day that is gone: what had been sent by its end, which cannot be changed; row_version is 0 then.
    """
    who = visit(request)
    at, day = place(who, unit, form, period, version), who.past(known)
    if day is None:
        return sheet_answer(who, entry_sheet(at))
    found = sheet_answer(who, sheet_on(at, day))
    found.open = False  # what is gone takes no figures, whatever state it was in
    return found


def place(who: Visit, unit: str, form: str, period: str, version: str) -> Place:
    """The unit's part in the round; 404 where the caller does not see the unit or it takes no part."""
    try:
        return place_of(
            who.who, unit, round_of(form, who.period(period), Moment(who.at, who.ledger, clock.now()), version)
        )
    except (NoSuchForm, NoSuchUnit) as error:
        raise Refused(404) from error


def _stands(unit: str, state: str, due: Due | None, standing: Standing | None) -> dict[str, object]:
    return {"unit": unit, "state": state, "due": due.day if due else None, "standing": standing.state if standing else None}  # fmt: skip


def _row(row: Row) -> RowAnswer:
    stood = _stands(row.unit.code, row.stood.state, row.stood.due, row.stood.standing)
    return RowAnswer.model_validate({**stood, "owing": row.owing, "acceptable": row.acceptable})


def sheet_answer(who: Visit, sheet: EntrySheet) -> SheetAnswer:
    """The sheet as data."""
    return SheetAnswer.model_validate(
        {
            **_stands(sheet.unit.code, sheet.state, sheet.due, sheet.standing),
            "form": sheet.form.code,
            "period": name(sheet.period, who.ledger.fiscal_start),
            "version": sheet.version,
            "row_version": sheet.row_version,
            "open": sheet.open,
            "locked": sheet.locked,
            "exception": sheet.exceptions,
            "lines": [_line(line, who.language) for line in sheet.lines],
            "below": [_stands(each.unit.code, each.state, each.due, each.standing) for each in sheet.below],
            "events": [
                {
                    "at": each.at,
                    "by": each.by.username,
                    "action": each.action,
                    "reason": each.reason,
                    "file": each.file,
                    "sha256": each.sha256,
                }
                for each in sheet.events
            ],
        }
    )


def _line(line: Line, language: str) -> dict[str, object]:
    typed, info = line.typed, line.info
    wrong: list[Problem] = [line.wrong] if line.wrong else []
    wrong += [doubt.problem(line.cell, language) for doubt in line.faults]
    return {
        "measure": info.code,
        "cell": line.cell,
        "raw": typed.raw if typed else None,
        "exponent": typed.exponent if typed else 0,
        "word": typed.word if typed else "",
        "note": typed.note if typed else "",
        "remark": typed.remark if typed else "",
        "value": value_of(info, line.value),
        "previous": value_of(info, line.previous),
        "last_year": value_of(info, line.last_year),
        "plan": value_of(info, line.plan),
        "problems": [told(problem) for problem in wrong],
        "questions": [
            {
                **told(each.doubt.problem(line.cell, language)),
                "check": each.doubt.check.code,
                "answer": each.answer,
            }
            for each in line.questions
        ],
    }
