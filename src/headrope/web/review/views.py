"""The review of a unit: read what is asked, ask the review, show it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from headrope.ledger.cube.view import Cube
from headrope.org.queries import NoSuchUnit
from headrope.org.starting import may_start
from headrope.review.queries import default_period
from headrope.web import asked as questions
from headrope.web import tables
from headrope.web.access import Visit, visit
from headrope.web.address import Address
from headrope.web.bearing import day_text
from headrope.web.generations import BeingBuilt, NothingYet, generation
from headrope.web.review import below as parts
from headrope.web.review import downloads, moves
from headrope.web.review import page as pages
from headrope.web.review.reading import read
from headrope.web.tables import Sheet


@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """The review of the person's first unit; how to begin where there is none."""
    who = visit(request)
    if may_start(request.user):
        return redirect("/start/")
    if not who.who.starts:
        return render(request, "review/no_mandate.html")
    return _to_latest(request, who, who.who.starts[0].code)


@require_safe
def latest(request: HttpRequest, unit: str) -> HttpResponse:
    """The review of the unit for the year to the last month that has figures."""
    who = visit(request)
    return _to_latest(request, who, who.unit(unit).code)


def _to_latest(request: HttpRequest, who: Visit, unit: str) -> HttpResponse:
    try:
        with generation(who, None) as cube:
            period = default_period(cube, who.ledger)
    except NothingYet:
        period = None
    if period is None:
        return render(request, "review/no_figures.html")
    address = Address(unit, period, who.ledger.fiscal_start).review()
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{address}?{query}" if query else address)


@require_safe
def page(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """The page of a unit for a period."""
    who = visit(request)
    node = who.unit(unit)
    asked = questions.read(request, who, node.code, period)
    try:
        with generation(who, asked.known) as cube:
            made = _made(who, asked, cube)
    except NothingYet:
        return render(request, "review/no_figures.html", {"known": day_text(asked.known) if asked.known else ""})
    except BeingBuilt as waiting:
        return render(request, "review/waiting.html", {"day": day_text(waiting.day)}, status=202)
    except NoSuchUnit as error:
        raise Http404 from error
    return render(request, "review/page.html", {"page": made})


@require_safe
def download(request: HttpRequest, unit: str, period: str, table: str) -> HttpResponse:
    """A table of a review as .xlsx, with all rows: measures, units, heat, or moved and restated since a day."""
    who = visit(request)
    node = who.unit(unit)
    asked = questions.read(request, who, node.code, period)
    asked.all_rows = asked.all_measures = True
    try:
        if table in ("moved", "restated"):
            sheet = _since(who, asked, table)
        else:
            with generation(who, asked.known) as cube:
                sheet = _heat(who, asked, cube) if table == "heat" else downloads.sheet(table, _made(who, asked, cube))
    except (NothingYet, NoSuchUnit) as error:
        raise Http404 from error
    except BeingBuilt as waiting:
        return render(request, "review/waiting.html", {"day": day_text(waiting.day)}, status=202)
    if sheet is None:
        raise Http404
    return tables.answer(sheet, f"{node.code} {period} {table}")


@require_safe
def below(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """Units by measures, the gap, who has not reported and what has no answer: a part of the page, or a page of its own."""
    who = visit(request)
    node = who.unit(unit)
    asked = questions.read(request, who, node.code, period)
    try:
        with generation(who, asked.known) as cube:
            reader, review = read(who, asked, cube)
            made = parts.build(who, reader, review, asked)
            line = None if _is_part(request) else pages.frame(who, reader, review, asked)
    except NothingYet:
        return render(request, "review/no_figures.html", {"known": day_text(asked.known) if asked.known else ""})
    except BeingBuilt as waiting:
        return render(request, "review/waiting.html", {"day": day_text(waiting.day)}, status=202)
    except NoSuchUnit as error:
        raise Http404 from error
    template = "review/_below.html" if line is None else "review/below.html"
    answer = render(request, template, {"below": made, "page": line})
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_safe
def since(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """What has moved since the last session, or since a day: a part of the page, or a page of its own."""
    who = visit(request)
    node = who.unit(unit)
    asked = questions.read(request, who, node.code, period)
    try:
        made, line = moves.since(who, asked, None if _is_part(request) else pages.frame)
    except NothingYet:
        return render(request, "review/no_figures.html", {"known": day_text(asked.known) if asked.known else ""})
    except BeingBuilt as waiting:
        if _is_part(request):
            return render(request, "review/_since_waiting.html", {"day": day_text(waiting.day)})
        return render(request, "review/waiting.html", {"day": day_text(waiting.day)}, status=202)
    except NoSuchUnit as error:
        raise Http404 from error
    template = "review/_since.html" if line is None else "review/since.html"
    answer = render(request, template, {"since": made, "page": line})
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _is_part(request: HttpRequest) -> bool:
    """Whether a script asks for the part alone."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def _since(who: Visit, asked: questions.Asked, table: str) -> Sheet | None:
    made, frame = moves.since(who, asked, pages.frame)
    return downloads.since_sheet(table, made, frame) if frame is not None else None


def _heat(who: Visit, asked: questions.Asked, cube: Cube) -> Sheet | None:
    reader, review = read(who, asked, cube)
    if not review.children:
        return None
    around = pages.frame(who, reader, review, asked)
    table = parts.whole_heat(who, reader, review, asked)
    return downloads.heat_sheet(table, around.title, table.about, around.foot)


def _made(who: Visit, asked: questions.Asked, cube: Cube) -> pages.ReviewPage:
    reader, review = read(who, asked, cube)
    return pages.build(who, reader, review, asked)
