"""The audit trail, newest first; it belongs to no single unit, so the right to it must hold on every root."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from headrope.core.problems import Problem
from headrope.org.trail import Asked, Line, actions, lines
from headrope.web import tables
from headrope.web.access import Visit, visit
from headrope.web.audit.words import said
from headrope.web.foot import foot_of
from headrope.web.people.forms import read_day
from headrope.web.people.views import number_of
from headrope.web.problems import told

ROWS = 100
MOST_DOWNLOADED = 10_000
FIELDS = ("who", "action", "object", "first", "last")


@dataclass(frozen=True)
class _Wanted:
    """What an address asks of the trail, who asks, and what of it cannot be read."""

    who: Visit
    given: dict[str, str]
    asked: Asked
    before: int | None
    problems: list[Problem]


def _wanted(request: HttpRequest) -> _Wanted:
    who = visit(request)
    if not who.who.everywhere("audit"):
        raise Http404
    given = {name: request.GET.get(name, "").strip()[:150] for name in FIELDS}
    problems: list[Problem] = []
    first, last = read_day(given, "first", problems), read_day(given, "last", problems)
    asked = Asked(given["who"], given["action"], given["object"], first, last)
    return _Wanted(who, given, asked, number_of(request.GET.get("before", "")) or None, problems)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Lines of the trail; filters and the line before which the page begins stand in the address."""
    wanted = _wanted(request)
    who = wanted.who
    found = lines(wanted.asked, who.ledger.zone, wanted.before, ROWS + 1)
    rows = [(line.id, _when(who, line), line.by.shown_name(who.language), line.by.username, said(line.action), line.object) for line in found[:ROWS]]  # fmt: skip
    kept = {name: text for name, text in wanted.given.items() if text}
    shown = {
        "rows": rows,
        "more": f"/audit/?{urlencode({**kept, 'before': rows[-1][0]})}" if len(found) > ROWS else "",
        "newest": f"/audit/?{urlencode(kept)}" if wanted.before else "",
        "xlsx": f"/audit/audit.xlsx?{urlencode(kept)}",
        "problems": [told(problem) for problem in wanted.problems],
        "given": wanted.given,
        "choices": {action: said(action) for action in actions()},
        "filtered": bool(kept),
    }
    return render(request, "audit/page.html", shown)


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The newest lines that the filters leave, at most MOST_DOWNLOADED, as .xlsx."""
    wanted = _wanted(request)
    who = wanted.who
    found = lines(wanted.asked, who.ledger.zone, wanted.before, MOST_DOWNLOADED + 1)
    heads = [pgettext("trail", "Line"), pgettext("trail", "When"), pgettext("trail", "Who"), _("Signs in as"), pgettext("trail", "Action"), pgettext("trail", "To what")]  # fmt: skip
    rows: list[list[tables.Value]] = [
        [line.id, _when(who, line), line.by.shown_name(who.language), line.by.username, said(line.action), line.object]
        for line in found[:MOST_DOWNLOADED]
    ]
    about = _("days and hours in the time zone of the ledger")
    if len(found) > MOST_DOWNLOADED:
        cut = _("the newest %(n)s lines; choose days for older ones") % {"n": f"{MOST_DOWNLOADED:,}"}
        about = f"{about} · {cut}"
    sheet = tables.Sheet(_("Audit trail"), about, heads, rows, foot_of(who))
    return tables.answer(sheet, f"audit {who.today.isoformat()}")


def _when(who: Visit, line: Line) -> str:
    return line.at.astimezone(who.ledger.zone).strftime("%Y-%m-%d %H:%M:%S")
