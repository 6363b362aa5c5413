"""Who asks, what he may see and where the books stand: made once for a request, here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from headrope.journal.queries import Books, books
from headrope.ledger.queries import LedgerSettings, settings_now
from headrope.org.queries import Node, NoSuchUnit, Right, Sight, sight, unit_for


@dataclass(frozen=True)
class Visit:
    """One request: the books, the ledger's settings, today in its time zone, the person's sight and language."""

    at: Books
    ledger: LedgerSettings
    today: date
    who: Sight
    language: str

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
    today = timezone.now().astimezone(ledger.zone).date()
    return Visit(at, ledger, today, sight(request.user, str(at.key), at.seq, today), get_language() or "en")
