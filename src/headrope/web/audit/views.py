"""The audit trail, newest first; it belongs to no single unit, so the right to it must hold on every root."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headrope.core.problems import Problem
from headrope.org.trail import Asked, actions, lines
from headrope.web.access import visit
from headrope.web.audit.words import said
from headrope.web.people.forms import read_day
from headrope.web.people.views import number_of
from headrope.web.problems import told

ROWS = 100


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Lines of the trail; filters and the line before which the page begins stand in the address."""
    who = visit(request)
    if not who.who.everywhere("audit"):
        raise Http404
    given = {name: request.GET.get(name, "").strip()[:150] for name in ("who", "action", "object", "first", "last")}
    problems: list[Problem] = []
    first, last = read_day(given, "first", problems), read_day(given, "last", problems)
    asked = Asked(given["who"], given["action"], given["object"], first, last)
    before = number_of(request.GET.get("before", "")) or None
    found = lines(asked, who.ledger.zone, before, ROWS + 1)
    rows = [
        (line.id, line.at.astimezone(who.ledger.zone), line.by.shown_name(who.language), line.by.username, said(line.action), line.object)
        for line in found[:ROWS]
    ]  # fmt: skip
    kept = {name: text for name, text in given.items() if text}
    more = f"/audit/?{urlencode({**kept, 'before': rows[-1][0]})}" if len(found) > ROWS else ""
    shown = {
        "rows": rows,
        "more": more,
        "newest": f"/audit/?{urlencode(kept)}" if before else "",
        "problems": [told(problem) for problem in problems],
        "given": given,
        "choices": {action: said(action) for action in actions()},
        "filtered": bool(kept),
    }
    return render(request, "audit/page.html", shown)
