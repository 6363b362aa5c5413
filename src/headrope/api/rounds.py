"""Decisions on a round at a unit: locking it with all below it, unlocking it, and giving the unit a later due day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from django.http import HttpRequest
from pydantic import BeforeValidator, Field

from headrope.api.answers import Refused
from headrope.api.auth import Bearer
from headrope.api.entering import PATH, Body, Words, acted
from headrope.api.once import once
from headrope.api.parameters import Code, PeriodText, day
from headrope.api.submissions import SheetAnswer, place, router, sheet_answer
from headrope.api.visit import visit
from headrope.core.problems import Problem
from headrope.ledger.queries import ACTUAL
from headrope.ledger.submissions import locking
from headrope.ledger.submissions.actions import Actor
from headrope.ledger.submissions.place import Place
from headrope.ledger.submissions.queries import entry_sheet
from headrope.org.tokens.models import Scope

__all__ = ["router"]  # ninja wants all methods of an address on one router


class LockBody(Body):
    """`exception` says why it is locked though not all is accepted."""

    exception: Words = ""


class UnlockBody(Body):
    """Why the lock is taken away."""

    reason: Words


class ExtendBody(Body):
    """The later due day, and why."""

    day: Annotated[date, BeforeValidator(day), Field(description="The new due day.")]
    reason: Words


@router.post(f"{PATH}/lock", auth=Bearer(Scope.ACCEPT), response=SheetAnswer, operation_id="lock")
@once
def lock(
    request: HttpRequest, unit: Code, form: Code, period: PeriodText, body: LockBody, version: Code = ACTUAL
) -> SheetAnswer:
    """Lock the unit and all below it: no figure of the form and period changes any more but by restating."""
    where = (unit, form, period, version)
    return _decided(request, where, lambda actor, at: locking.lock(actor, at, body.exception))


@router.post(f"{PATH}/unlock", auth=Bearer(Scope.ACCEPT), response=SheetAnswer, operation_id="unlock")
@once
def unlock(
    request: HttpRequest, unit: Code, form: Code, period: PeriodText, body: UnlockBody, version: Code = ACTUAL
) -> SheetAnswer:
    """Take the lock of this very unit away."""
    where = (unit, form, period, version)
    return _decided(request, where, lambda actor, at: locking.unlock(actor, at, body.reason))


@router.post(f"{PATH}/extend", auth=Bearer(Scope.ACCEPT), response=SheetAnswer, operation_id="extend")
@once
def extend(
    request: HttpRequest, unit: Code, form: Code, period: PeriodText, body: ExtendBody, version: Code = ACTUAL
) -> SheetAnswer:
    """Give the unit a later due day."""
    where = (unit, form, period, version)
    return _decided(request, where, lambda actor, at: locking.extend(actor, at, body.day, body.reason))


def _decided(
    request: HttpRequest, where: tuple[str, str, str, str], decide: Callable[[Actor, Place], list[Problem]]
) -> SheetAnswer:
    """Do it; 403 where the caller may see but not do it, 422 where there are problems; the form as it is then."""
    who = visit(request)
    at = place(who, *where)
    problems = acted(lambda: decide(Actor(who.user, who.who), at))
    if problems:
        raise Refused(422, *problems)
    after = visit(request)  # a lock is a posting, after which everything is asked anew
    return sheet_answer(after, entry_sheet(place(after, *where)))
