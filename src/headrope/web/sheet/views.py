"""The sheet of a unit: read what is asked, ask the sheet, show it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from headrope.ledger.cube.view import Cube
from headrope.org.queries import NoSuchUnit
from headrope.review.queries import Question, Reader, default_period, versions_held
from headrope.review.sheet.queries import sheet
from headrope.web import asked as questions
from headrope.web.access import Visit, visit
from headrope.web.address import Address
from headrope.web.bearing import day_text
from headrope.web.generations import BeingBuilt, NothingYet, generation
from headrope.web.sheet import page as pages
from headrope.web.sheet.address import sheet_address


@require_safe
def latest(request: HttpRequest, unit: str) -> HttpResponse:
    """The sheet for the year to the last month that has figures."""
    who = visit(request)
    node = who.unit(unit)
    try:
        with generation(who, None) as cube:
            period = default_period(cube, who.ledger)
    except NothingYet:
        period = None
    if period is None:
        return render(request, "review/no_figures.html")
    return redirect(sheet_address(Address(node.code, period, who.ledger.fiscal_start)).review())


@require_safe
def page(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """The sheet of a unit for a period."""
    who = visit(request)
    node = who.unit(unit)
    asked = questions.read(request, who, node.code, period)
    asked.address = sheet_address(asked.address)
    try:
        with generation(who, asked.known) as cube:
            made = _made(who, asked, cube)
    except NothingYet:
        return render(request, "review/no_figures.html", {"known": day_text(asked.known) if asked.known else ""})
    except BeingBuilt as waiting:
        return render(request, "review/waiting.html", {"day": day_text(waiting.day)}, status=202)
    except NoSuchUnit as error:
        raise Http404 from error
    return render(request, "sheet/page.html", {"page": made})


def _made(who: Visit, asked: questions.Asked, cube: Cube) -> pages.SheetPage:
    if asked.against is not None and asked.against not in versions_held(cube):
        raise Http404
    reader = Reader(cube, who.ledger, who.at, who.who, asked.known)
    found = sheet(reader, Question(asked.address.unit, asked.address.period, asked.against, asked.known, asked.as_was))
    return pages.build(who, reader, found, asked)
