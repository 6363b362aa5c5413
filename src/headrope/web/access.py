"""Who asks, what he may see and where the books stand: made once for a request, here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from headrope.core.display import Style
from headrope.journal import clock
from headrope.journal.queries import Books, books
from headrope.ledger.queries import LedgerSettings, settings_now
from headrope.org.queries import Node, NoSuchUnit, Right, Sight, sight, unit_for
from headrope.web import style

MADE = "_headrope_visit"  # where a request carries its visit, so that the frame of its page asks nothing again


@dataclass(frozen=True)
class Visit:
    """One request: the books, the ledger's settings, today in its time zone, the person's sight, language and number style."""

    at: Books
    ledger: LedgerSettings
    today: date
    who: Sight
    language: str
    style: Style = "auto"

    def unit(self, code: str, right: Right = "see") -> Node:
        """The unit as it last was; a 404 alike for what is not there and what is not to be seen, or edited."""
        try:
            return unit_for(self.who, code, right)
        except NoSuchUnit as error:
            raise Http404 from error


def visit(request: HttpRequest) -> Visit:
    """The visit of the person who asks; two statements and that of the signed-in person."""
    at = books()
    ledger = settings_now(str(at.key), at.seq)
    today = clock.now().astimezone(ledger.zone).date()
    who = sight(request.user, str(at.key), at.seq, today)
    made = Visit(at, ledger, today, who, get_language() or "en", style.of(request))
    vars(request)[MADE] = made
    return made


def visit_before(request: HttpRequest) -> Visit:
    """The visit that the page has made of this request; made now where it needed none. For the frame of the page."""
    before: Visit | None = vars(request).get(MADE)
    return before or visit(request)
