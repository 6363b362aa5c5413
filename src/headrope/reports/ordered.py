"""What the press does with an order: asks anew who may see what, and makes the paper from the books as they are now."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from headrope.core.periods import PeriodError
from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.cube import serving
from headrope.ledger.queries import ledger_settings
from headrope.org.models import User
from headrope.org.queries import NoSuchUnit, sight
from headrope.reports.making import WRITERS, NoSuchPaper, make
from headrope.reports.paper import Question
from headrope.review.condition import ConditionError
from headrope.review.queries import Reader, versions_held
from headrope.review.ranking import NoSuchMeasure


def ordered(order: dict[str, Any]) -> dict[str, Any]:
    """The answer: `data`, or `refused`, or `other_books` where this process looks at another ledger."""
    try:
        return _made(order)
    finally:
        # Nothing is held while nothing is asked for.
        connection.close()


def _made(order: dict[str, Any]) -> dict[str, Any]:
    at = books()
    if str(at.key) != order["books"]:
        return {"other_books": True}
    asked = Question(**order["asked"])
    ledger = ledger_settings()
    today = clock.now().astimezone(ledger.zone).date()
    user = User.objects.filter(pk=order["user"]).first()
    if user is None:
        return {"refused": True}
    who = sight(user, str(at.key), at.seq, today)
    known = date.fromisoformat(asked.known) if asked.known else None
    try:
        with serving.generation(at, ledger, known) as cube:
            if asked.against and asked.against not in versions_held(cube):
                return {"refused": True}
            paper = make(Reader(cube, ledger, at, who, known), asked)
    except (NoSuchUnit, NoSuchPaper, NoSuchMeasure, PeriodError, ConditionError):
        return {"refused": True}
    return {"data": WRITERS[order["ending"]](paper)}
