"""The origin of a number, as a panel beside the page it stands on or as a page of its own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headrope.ledger.queries import LAST_YEAR
from headrope.org.queries import NoSuchUnit
from headrope.review.queries import Reader, versions_held
from headrope.web import asked as questions
from headrope.web import tables
from headrope.web.access import visit
from headrope.web.bearing import day_text
from headrope.web.generations import BeingBuilt, NothingYet, generation
from headrope.web.origin import downloads
from headrope.web.origin import page as pages
from headrope.web.origin import restated as lists


@require_safe
def page(request: HttpRequest, unit: str, measure: str, period: str, version: str) -> HttpResponse:
    """Where the number comes from."""
    part = _part(request)
    made = _made(request, (unit, measure, period, version), part)
    if isinstance(made, HttpResponse):
        return made
    found, problems = made
    return render(request, f"origin/{part}page.html", {"page": found, "problems": problems})


@require_safe
def restated(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """What was restated of the unit's figures for the period."""
    part, who = _part(request), visit(request)
    node, wanted = who.unit(unit), questions.read_period(period, who)
    problems: list[str] = []
    known = questions.read_known(request.GET, who, problems)
    try:
        with generation(who, known) as cube:
            found = lists.build(who, Reader(cube, who.ledger, who.at, who.who, known), node.code, wanted)
    except NothingYet:
        return render(request, "review/no_figures.html", {"known": day_text(known) if known else ""})
    except BeingBuilt as waiting:
        return render(request, f"review/{part}waiting.html", {"day": day_text(waiting.day)}, status=202)
    except NoSuchUnit as error:
        raise Http404 from error
    return render(request, f"origin/{part}restated.html", {"page": found, "problems": problems})


@require_safe
def download(request: HttpRequest, unit: str, measure: str, period: str, version: str, table: str) -> HttpResponse:
    """A table of the origin as .xlsx."""
    made = _made(request, (unit, measure, period, version), "")
    if isinstance(made, HttpResponse):
        return made
    sheet = downloads.sheet(table, made[0])
    if sheet is None:
        raise Http404
    return tables.answer(sheet, f"{unit} {measure} {period} {version} {table}")


def _part(request: HttpRequest) -> str:
    """How the template's name begins where a script asks for the panel alone."""
    restored = "HX-History-Restore-Request" in request.headers
    return "_" if "HX-Request" in request.headers and not restored else ""


def _made(
    request: HttpRequest, place: tuple[str, str, str, str], part: str
) -> tuple[pages.OriginPage, list[str]] | HttpResponse:
    """The origin with sentences about what could not be read; an answer of its own where there is none yet."""
    unit, measure, period, version = place
    who = visit(request)
    node = who.unit(unit)
    wanted = questions.read_period(period, who)
    like = questions.read_like(request.GET, who)
    problems: list[str] = []
    known = questions.read_known(request.GET, who, problems)
    try:
        with generation(who, known) as cube:
            reader = Reader(cube, who.ledger, who.at, who.who, known)
            against = request.GET.get("against")
            against = against if against in (*versions_held(cube), LAST_YEAR) else None
            wanted_place = pages.Place(node.code, measure, wanted, version, like, request.GET.get("tree") == "as-was")
            return pages.build(who, reader, wanted_place, against), problems
    except NothingYet:
        return render(request, "review/no_figures.html", {"known": day_text(known) if known else ""})
    except BeingBuilt as waiting:
        return render(request, f"review/{part}waiting.html", {"day": day_text(waiting.day)}, status=202)
