"""What the signed-in person owes: the page, and the number that stands in the mast of all pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headrope.journal import clock
from headrope.ledger.submissions.owed import owes
from headrope.ledger.submissions.place import Moment
from headrope.web import tables
from headrope.web.access import visit
from headrope.web.owe import downloads
from headrope.web.owe.page import owe_page

KEPT = 500
_counts: dict[tuple[object, ...], int] = {}
"""Numbers by person, state of the books and minute, since every page asks for one."""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything, the most urgent first."""
    who = visit(request)
    when = Moment(who.at, who.ledger, clock.now())
    return render(request, "owe/page.html", {"page": owe_page(who, when, owes(who.who, when))})


@require_safe
def download(request: HttpRequest, table: str) -> HttpResponse:
    """A table of the page as .xlsx."""
    who = visit(request)
    when = Moment(who.at, who.ledger, clock.now())
    found = owes(who.who, when)
    made = downloads.sheet(table, who, found, owe_page(who, when, found))
    if made is None:
        raise Http404
    return tables.answer(made, f"{table} {who.today.isoformat()}")


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How many things he owes, as text; nothing where there are none. It may be a minute old."""
    who = visit(request)
    when = Moment(who.at, who.ledger, clock.now())
    key = (who.who.who, who.at.key, who.at.seq, int(when.now.timestamp()) // 60)
    found = _counts.get(key)
    if found is None:
        if len(_counts) >= KEPT:
            _counts.clear()
        found = _counts[key] = len(owes(who.who, when).items)
    return HttpResponse(str(found or ""))
