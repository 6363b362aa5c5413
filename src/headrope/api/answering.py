"""Answering a gap: causes, words, whys and amounts by month, by the unit's head or on his behalf; done once under its key."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from pydantic import BeforeValidator, Field, StringConstraints

from headrope.api.answers import Refused
from headrope.api.auth import Bearer
from headrope.api.entering import Body, RowVersion, Words, acted
from headrope.api.figures import Against
from headrope.api.gap_answer import GivenAnswer, given_answer
from headrope.api.gaps import PATH, place, router
from headrope.api.once import once
from headrope.api.parameters import MONTH, Code, PeriodText, number
from headrope.api.uploads import Exponent
from headrope.api.visit import Visit, visit
from headrope.core.periods import Period, parse
from headrope.core.problems import Problem
from headrope.ledger.submissions.actions import LONGEST_RAW, Actor
from headrope.org.tokens.models import Scope
from headrope.review.gaps import actions
from headrope.review.gaps.actions import Done, Moved
from headrope.review.gaps.given import Given
from headrope.review.gaps.place import Place

__all__ = ["router"]  # ninja wants all methods of an address on one router

MOST_ROWS = 20

Amount = Annotated[
    str,
    StringConstraints(max_length=LONGEST_RAW),
    Field(description="Counts 10^exponent units of account; of shares per cent. Empty where nothing is said."),
]


class CauseBody(Body):
    """A cause, and perhaps how much of what is short it explains."""

    cause: Code
    amount: Amount = ""


class PromiseBody(Body):
    """What is promised to be made good in a month."""

    month: Annotated[str, StringConstraints(pattern=f"^{MONTH}$"), Field(description="A month, such as 2023-09.")]
    amount: Amount


class GapAnswerBody(Body):
    """A whole answer, which takes the place of the one with `row_version` (0: there is none). `keep` names files of that one.

    Where `keep` is left out all of its files stay. New files of evidence are given on the page.
    """

    row_version: RowVersion
    causes: Annotated[list[CauseBody], Field(max_length=MOST_ROWS)] = []
    words: Words
    whys: Annotated[list[Words], Field(max_length=MOST_ROWS)] = []
    months: Annotated[list[PromiseBody], Field(max_length=MOST_ROWS)] = []
    exponent: Exponent = 0
    keep: Annotated[list[Annotated[int, Field(ge=1, le=10**15), BeforeValidator(number)]], Field(max_length=MOST_ROWS)] | None = None  # fmt: skip


@router.post(f"{PATH}/answer", auth=Bearer(Scope.ANSWER), response=GivenAnswer, operation_id="answer_gap")
@once
def answer_gap(
    request: HttpRequest,
    unit: Code,
    period: PeriodText,
    measure: Code,
    body: GapAnswerBody,
    against: Against | None = None,
) -> GivenAnswer:
    """Answer a gap: whole, or with problems not at all. What was answered before stays in the books."""
    who = visit(request)
    asked = who.period(period)
    who.check_against(against)
    with who.reader(None) as reader:
        at = place(reader, unit, asked, measure, against)
        done = acted(lambda: _answered(who, at, body))
    if done.answer is None:
        raise Refused(422, *done.problems)
    return given_answer(who, at.info, done.answer)


def _answered(who: Visit, at: Place, body: GapAnswerBody) -> Done:
    try:
        return actions.answer(Actor(who.user, who.who), at, body.row_version, _given(at, body))
    except Moved as moved:
        raise _moved(moved.answer.row_version) from moved
    except LookupError as error:
        raise _moved(0) from error


def _moved(row_version: int) -> Refused:
    message, remedy = "Somebody else has answered meanwhile.", "Read it again; its row_version is %(version)s."
    return Refused(409, Problem("row_version", message, remedy, {"version": row_version}))


def _given(at: Place, body: GapAnswerBody) -> Given:
    held = [file.id for file in at.answer.evidence] if at.answer else []
    return Given(
        causes=[(each.cause, each.amount) for each in body.causes],
        words=body.words,
        whys=body.whys,
        months=_months(body),
        exponent=body.exponent,
        keep=held if body.keep is None else body.keep,
    )


def _months(body: GapAnswerBody) -> dict[Period, str]:
    """The amounts by month; 422 where a month stands there twice."""
    found: dict[Period, str] = {}
    for each in body.months:
        month = parse(each.month)
        if month in found:
            message, remedy = "The month stands there twice.", "Put both amounts into one."
            raise Refused(422, Problem(each.month, message, remedy))
        found[month] = each.amount
    return found
