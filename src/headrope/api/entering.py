"""Changes to submissions: typing, sending, taking back, returning, accepting, reopening; each done once under its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext, pgettext
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from headrope.api.answers import Refused
from headrope.api.auth import Bearer
from headrope.api.once import once
from headrope.api.parameters import Code, PeriodText, number
from headrope.api.submissions import SheetAnswer, place, router, sheet_answer
from headrope.api.visit import Visit, visit
from headrope.core.problems import Problem
from headrope.ledger.queries import ACTUAL
from headrope.ledger.submissions import actions
from headrope.ledger.submissions.actions import (
    LONGEST_RAW,
    LONGEST_WORDS,
    Actor,
    Cell,
    Done,
    Entry,
    Moved,
    NotAllowed,
    NotOpen,
)
from headrope.ledger.submissions.place import Place
from headrope.org.tokens.models import Scope

__all__ = ["router"]  # ninja wants all methods of an address on one router

PATH = "/{unit}/{form}/{period}"
MOST_CELLS = 2000
Did = TypeVar("Did")

Words = Annotated[str, StringConstraints(max_length=LONGEST_WORDS)]
RowVersion = Annotated[int, Field(ge=0, le=2**31 - 1, description="Of the sheet that was read; 0 before the first save."), BeforeValidator(number)]  # fmt: skip


class Body(Schema):
    """A body in which there is nothing but what is described."""

    model_config = ConfigDict(extra="forbid")


class CellBody(Body):
    """What is typed into one cell: the text counts 10^exponent units of account; `word` stands in place of a value."""

    raw: Annotated[str, StringConstraints(max_length=LONGEST_RAW)] = ""
    exponent: Annotated[int, Field(ge=-12, le=12), BeforeValidator(number)] = 0
    word: Annotated[str, StringConstraints(pattern="^(unknown|not-applicable)?$")] = ""
    note: Words = ""


class AnswerBody(Body):
    """The word that answers a warning of a check at a measure."""

    check: Code
    measure: Code
    text: Words


class ValuesBody(Body):
    """Cells by measure, right or wrong, and answers; what is not named stays as it is."""

    row_version: RowVersion
    cells: Annotated[dict[str, CellBody], Field(max_length=MOST_CELLS)] = {}
    answers: Annotated[list[AnswerBody], Field(max_length=MOST_CELLS)] = []


class StepBody(Body):
    """Which state of the submission is meant."""

    row_version: RowVersion


class SubmitBody(StepBody):
    """`exception` says why it is sent though not all below is accepted."""

    exception: Words = ""


class AcceptBody(StepBody):
    """`exception` says why it is accepted though not all below is, where that was not said when it was sent."""

    exception: Words = ""


class ReturnBody(StepBody):
    """Why it is returned: a reason, or remarks by measure, or both."""

    reason: Words = ""
    remarks: Annotated[dict[str, Words], Field(max_length=MOST_CELLS)] = {}


class ReopenBody(StepBody):
    """Why it is opened again."""

    reason: Words


class ChangedAnswer(SheetAnswer):
    """The form as it is now; `seq` is the posting, where one was made."""

    seq: int | None


@router.put(PATH, auth=Bearer(Scope.ENTER), response=ChangedAnswer, operation_id="enter")
@once
def enter(
    request: HttpRequest, unit: Code, form: Code, period: PeriodText, body: ValuesBody, version: Code = ACTUAL
) -> ChangedAnswer:
    """Keep what is typed in a draft, right or wrong."""
    cells = {code: Cell(each.raw, each.exponent, each.word, each.note) for code, each in body.cells.items()}
    entry = Entry(cells, {(each.check, each.measure): each.text for each in body.answers})
    where = (unit, form, period, version)
    return _changed(request, where, lambda actor, at: actions.save(actor, at, body.row_version, entry))


@router.post(f"{PATH}/submit", auth=Bearer(Scope.SUBMIT), response=ChangedAnswer, operation_id="submit")
@once
def submit(
    request: HttpRequest, unit: Code, form: Code, period: PeriodText, body: SubmitBody, version: Code = ACTUAL
) -> ChangedAnswer:
    """Send it to the unit above; refused with everything that has to be mended or answered before."""
    where = (unit, form, period, version)
    return _changed(request, where, lambda actor, at: actions.submit(actor, at, body.row_version, body.exception))


@router.post(f"{PATH}/recall", auth=Bearer(Scope.SUBMIT), response=ChangedAnswer, operation_id="recall")
@once
def recall(
    request: HttpRequest, unit: Code, form: Code, period: PeriodText, body: StepBody, version: Code = ACTUAL
) -> ChangedAnswer:
    """Take back what was sent and is not accepted yet."""
    where = (unit, form, period, version)
    return _changed(request, where, lambda actor, at: actions.recall(actor, at, body.row_version))


@router.post(f"{PATH}/accept", auth=Bearer(Scope.ACCEPT), response=ChangedAnswer, operation_id="accept")
@once
def accept(
    request: HttpRequest, unit: Code, form: Code, period: PeriodText, body: AcceptBody, version: Code = ACTUAL
) -> ChangedAnswer:
    """Take it over: its figures are posted. Nobody accepts what he sent himself."""
    where = (unit, form, period, version)
    return _changed(request, where, lambda actor, at: actions.accept(actor, at, body.row_version, body.exception))


@router.post(f"{PATH}/return", auth=Bearer(Scope.ACCEPT), response=ChangedAnswer, operation_id="return")
@once
def return_(
    request: HttpRequest, unit: Code, form: Code, period: PeriodText, body: ReturnBody, version: Code = ACTUAL
) -> ChangedAnswer:
    """Send it back with a reason, and remarks for its cells."""
    where = (unit, form, period, version)
    return _changed(
        request, where, lambda actor, at: actions.return_(actor, at, body.row_version, body.reason, body.remarks)
    )


@router.post(f"{PATH}/reopen", auth=Bearer(Scope.ACCEPT), response=ChangedAnswer, operation_id="reopen")
@once
def reopen(
    request: HttpRequest, unit: Code, form: Code, period: PeriodText, body: ReopenBody, version: Code = ACTUAL
) -> ChangedAnswer:
    """Open what was accepted, so that other figures can be sent."""
    where = (unit, form, period, version)
    return _changed(request, where, lambda actor, at: actions.reopen(actor, at, body.row_version, body.reason))


def _changed(
    request: HttpRequest, where: tuple[str, str, str, str], act: Callable[[Actor, Place], Done]
) -> ChangedAnswer:
    """Do it, and give the form as it is then."""
    who = visit(request)
    at = place(who, *where)
    return changed(who, acted(lambda: act(Actor(who.user, who.who), at)))


def acted(act: Callable[[], Did]) -> Did:
    """Do it; 403 where the caller may see but not do it, 409 where it has moved on."""
    try:
        return act()
    except NotAllowed as error:
        message, remedy = "You have not the right for this.", "It is for %(who)s."
        raise Refused(403, Problem("", message, remedy, {"who": gettext(str(error))})) from error
    except Moved as error:
        message, remedy = "The submission was changed meanwhile.", "Read it again; its row_version is %(version)s."
        problem = Problem("row_version", message, remedy, {"version": error.sheet.row_version})
        raise Refused(409, problem) from error
    except NotOpen as error:
        message = "The period is locked." if error.sheet.locked else "The submission is %(state)s."
        remedy = "Reopen what is accepted, recall what is submitted, or ask who locks periods."
        raise Refused(
            409, Problem("", message, remedy, {"state": pgettext("submission", error.sheet.state)})
        ) from error


def changed(who: Visit, done: Done) -> ChangedAnswer:
    """The form as it is now; 422 with the problems where nothing was done."""
    if done.problems:
        raise Refused(422, *done.problems)
    return ChangedAnswer(**sheet_answer(who, done.sheet).model_dump(), seq=done.seq)
