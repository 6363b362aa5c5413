"""What the signed-in person owes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headrope.journal import clock
from headrope.ledger.submissions.owed import owes
from headrope.ledger.submissions.place import Moment
from headrope.web.access import visit
from headrope.web.owe.page import owe_page


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything, the most urgent first."""
    who = visit(request)
    when = Moment(who.at, who.ledger, clock.now())
    return render(request, "owe/page.html", {"page": owe_page(who, when, owes(who.who, when))})
