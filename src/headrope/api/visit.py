"""Who calls, with which token, what he may see and where the books stand: made once for a call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.http import HttpRequest
from django.utils.translation import get_language

from headrope.api.answers import Refused
from headrope.core.periods import Period, PeriodError, parse
from headrope.core.problems import Problem
from headrope.journal import clock
from headrope.journal.queries import Books, books
from headrope.ledger.cube.serving import BeingBuilt, NothingYet, generation
from headrope.ledger.queries import LAST_YEAR, LedgerSettings, settings_now, version_ids
from headrope.org.models import User
from headrope.org.queries import Node, NoSuchUnit, Right, Sight, sight, unit_for
from headrope.review.queries import Reader


@dataclass(frozen=True)
class Visit:
    """One call: the user, the books, the ledger's settings, today in its time zone, the user's sight and language."""

    user: User
    at: Books
    ledger: LedgerSettings
    today: date
    who: Sight
    language: str

    def unit(self, code: str, right: Right = "see") -> Node:
        """The unit as it last was; 404 alike for what is not there and where the user has not the right."""
        try:
            return unit_for(self.who, code, right)
        except NoSuchUnit as error:
            raise Refused(404) from error

    def period(self, text: str) -> Period:
        """The period of that name; 422 where the ledger has none such."""
        try:
            return parse(text, self.ledger.fiscal_start)
        except PeriodError as error:
            remedy = "Write 2023-06, 2023-Q2, 2023-H1, 2023, FY2023-24 or 2025-04..2025-09."
            raise Refused(422, Problem("period", "'%(text)s' is not a period.", remedy, {"text": text})) from error

    def check_against(self, word: str | None) -> None:
        """422 where there is no such version to be held against; None leaves the choice to the books."""
        if word not in (None, LAST_YEAR, *version_ids()):
            message, remedy = "There is no version '%(word)s'.", "GET /versions lists them; last-year is one more."
            raise Refused(422, Problem("against", message, remedy, {"word": word}))

    def past(self, known: date | None) -> date | None:
        """The day as of which is asked; None for now, which today and later days are as well."""
        return known if known and known < self.today else None

    @contextmanager
    def reader(self, known: date | None) -> Iterator[Reader]:
        """Answers questions about figures as known on the day; 404 where nothing was known, 503 while it is added up."""
        day = self.past(known)
        try:
            with generation(self.at, self.ledger, day) as cube:
                yield Reader(cube, self.ledger, self.at, self.who, day)
        except NothingYet as error:
            message, remedy = ("No figures were known then.", "Ask for a later day.")
            if day is None:
                message, remedy = ("There are no figures yet.", "Load some, or accept a submission.")
            raise Refused(404, Problem("known", message, remedy)) from error
        except BeingBuilt as error:
            message = "The figures as known on %(day)s are being added up."
            problem = Problem("known", message, "Ask again in some seconds.", {"day": error.day})
            raise Refused(503, problem, headers={"Retry-After": "5"}) from error
        except NoSuchUnit as error:
            raise Refused(404) from error


def visit(request: HttpRequest) -> Visit:
    """The visit of whoever calls; two statements and that of the mandates."""
    at = books()
    ledger = settings_now(str(at.key), at.seq)
    today = clock.now().astimezone(ledger.zone).date()
    user = cast(User, request.user)  # the door lets nobody in without a token
    return Visit(user, at, ledger, today, sight(user, str(at.key), at.seq, today), get_language() or "en")
