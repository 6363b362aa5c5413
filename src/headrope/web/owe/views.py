"""What the signed-in person owes: the page, and the number that stands in the mast of all pages."""

from __future__ import annotations

from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from headrope.journal import clock
from headrope.ledger.queries import measures_now
from headrope.ledger.submissions.owed import owes
from headrope.ledger.submissions.place import Moment
from headrope.review.gaps.owed import OwedAnswer, open_answers, owed_now
from headrope.review.queries import Reader, default_period
from headrope.web import tables
from headrope.web.access import Visit, visit
from headrope.web.generations import NothingYet, generation
from headrope.web.owe import answers, downloads
from headrope.web.owe.done import done_rows
from headrope.web.owe.page import owe_page
from headrope.web.owe.units import OwnUnit, own_units

KEPT = 500
_counts: dict[tuple[object, ...], int] = {}
"""Numbers by person, state of the books and minute, since every page asks for one."""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything, the most urgent first."""
    who = visit(request)
    when = Moment(who.at, who.ledger, clock.now())
    return render(request, "owe/page.html", {"page": owe_page(who, owes(who.who, when), _answers(who))})


def _answers(who: Visit) -> tuple[OwedAnswer, ...]:
    return owed_now(who.who, who.at, who.ledger)


@require_safe
def open_below(request: HttpRequest) -> HttpResponse:
    """Red measures without an answer that others owe him: a part of the page, or a page of its own."""
    who = visit(request)
    lists: list[answers.OpenList] = []
    with suppress(NothingYet), generation(who, None) as cube:
        period = default_period(cube, who.ledger)
        if period is not None:
            reader = Reader(cube, who.ledger, who.at, who.who)
            lists = answers.open_lists(who, open_answers(who.who, reader, period, answers.FIRST))
    return _part_or_page(request, "answers", {"lists": lists})


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """How his units stand and what he has done: a part of the page, or a page of its own."""
    who = visit(request)
    units: list[OwnUnit] = []
    with suppress(NothingYet), generation(who, None) as cube:
        period = default_period(cube, who.ledger)
        if period is not None:
            units = own_units(who, Reader(cube, who.ledger, who.at, who.who), period)
    infos = {info.id: info for info in measures_now(str(who.at.key), who.at.seq)}
    done, more = done_rows(who, infos, clock.now())
    return _part_or_page(request, "own", {"units": units, "done": done, "more": more})


def _part_or_page(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    """A part of the page for a script, else a page of its own."""
    headers = request.headers
    part = headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"
    answer = render(request, f"owe/_{name}.html" if part else f"owe/{name}.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_safe
def download(request: HttpRequest, table: str) -> HttpResponse:
    """A table of the page as .xlsx."""
    who = visit(request)
    when = Moment(who.at, who.ledger, clock.now())
    found = owes(who.who, when)
    made = downloads.sheet(table, who, found, owe_page(who, found, _answers(who), whole=True))
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
        found = _counts[key] = owes(who.who, when).count + len(_answers(who))
    return HttpResponse(str(found or ""))
