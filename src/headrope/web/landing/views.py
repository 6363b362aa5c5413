"""Landings: read what is asked, ask the last known run, show it."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from headrope.core.periods import month_of, name, year_of
from headrope.journal.queries import Known, known_on
from headrope.landing.runs.queries import landed, latest, years
from headrope.org.queries import NoSuchUnit
from headrope.review.queries import Reader
from headrope.web import tables
from headrope.web.access import Visit, visit
from headrope.web.bearing import day_text
from headrope.web.foot import foot_of
from headrope.web.generations import BeingBuilt, NothingYet, generation
from headrope.web.landing import asked as questions
from headrope.web.landing import downloads
from headrope.web.landing import judged as judging
from headrope.web.landing.asked import Asked
from headrope.web.landing.page import MOST_UNITS, LandingPage, Said, build, wording_of
from headrope.web.landing.past import PastPage, build_past
from headrope.web.tables import Sheet

ALL_UNITS = 100_000
"""Units below in a download."""


@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """The landing of the person's first unit; how to begin where there is none."""
    who = visit(request)
    if not who.who.starts:
        return render(request, "review/no_mandate.html")
    return _to_latest(who, who.who.starts[0].code)


@require_safe
def unit(request: HttpRequest, unit: str) -> HttpResponse:
    """The landing of the unit in the last year that has one."""
    who = visit(request)
    return _to_latest(who, who.unit(unit).code)


def _to_latest(who: Visit, code: str) -> HttpResponse:
    found = years(who.at)
    year = found[0] if found else year_of(month_of(who.today).start, who.ledger.fiscal_start)
    return redirect(questions.Address(code, year, who.ledger.fiscal_start).text)


@require_safe
def page(request: HttpRequest, unit: str, year: str) -> HttpResponse:
    """The landing of a unit and a year: measures, fan, units below, what if, runs."""
    who = visit(request)
    asked = questions.read(request, who, unit, year)
    known = known_on(asked.address.known, who.ledger.zone)
    try:
        with generation(who, asked.address.known) as cube:
            reader = Reader(cube, who.ledger, who.at, who.who, asked.address.known)
            made = _made(request, who, asked, reader, known)
    except NothingYet:
        day = asked.address.known
        return render(request, "review/no_figures.html", {"known": day_text(day) if day else ""})
    except BeingBuilt as waiting:
        return render(request, "review/waiting.html", {"day": day_text(waiting.day)}, status=202)
    except NoSuchUnit as error:
        raise Http404 from error
    if isinstance(made, str):
        return redirect(made)
    if made is None:
        values = {
            "year": name(asked.address.year, who.ledger.fiscal_start),
            "known": day_text(asked.address.known) if asked.address.known else "",
            "now": asked.address.page(known=None),
            "years": [(name(each, who.ledger.fiscal_start), asked.address.page(year=each)) for each in years(who.at)],
        }
        return render(request, "landing/none.html", values)
    return render(request, f"landing/{'past' if isinstance(made, PastPage) else 'page'}.html", {"page": made})


@require_safe
def download(request: HttpRequest, unit: str, year: str, table: str) -> HttpResponse:
    """A table of the landing of a unit and a year as .xlsx, with all rows."""
    who = visit(request)
    asked = questions.read(request, who, unit, year)
    asked.address = replace(asked.address, naive=(*asked.address.naive, ("units", "all")))
    known = known_on(asked.address.known, who.ledger.zone)
    try:
        with generation(who, asked.address.known) as cube:
            reader = Reader(cube, who.ledger, who.at, who.who, asked.address.known)
            made = _made(request, who, asked, reader, known, most=ALL_UNITS)
    except (NothingYet, NoSuchUnit) as error:
        raise Http404 from error
    except BeingBuilt as waiting:
        return render(request, "review/waiting.html", {"day": day_text(waiting.day)}, status=202)
    if made is None or isinstance(made, str):
        raise Http404
    foot = foot_of(who, [menu.value for menu in made.bearing.menus])
    return _as_file(downloads.sheet(table, made, foot), f"{asked.unit.code} {year} {table}")


def _as_file(sheet: Sheet | None, name: str) -> HttpResponse:
    if sheet is None:
        raise Http404
    return tables.answer(sheet, name)


@require_safe
def judged(request: HttpRequest) -> HttpResponse:
    """How good past landings were; for those who see the whole group."""
    return render(request, "landing/judged.html", {"page": _judged(visit(request))})


@require_safe
def judged_download(request: HttpRequest, table: str) -> HttpResponse:
    """The same as .xlsx: scores, or odds beside what came true."""
    who = visit(request)
    return _as_file(downloads.judged_sheet(table, _judged(who), foot_of(who)), f"landings {table}")


def _judged(who: Visit) -> judging.JudgedPage:
    if not who.who.everywhere("see"):
        raise Http404
    return judging.build(who)


def _made(
    request: HttpRequest, who: Visit, asked: Asked, reader: Reader, known: Known | None, most: int = MOST_UNITS
) -> LandingPage | PastPage | str | None:
    """The page; an address to go to; None where nothing was landed of a year that is not over."""
    run = latest(asked.address.year, who.at, known)
    wording = wording_of(who, asked, reader)
    if run is None:
        return build_past(who, asked, reader, wording)
    infos = {info.id: info for info in reader.infos.values()}
    own = {measure: one for (_unit, measure), one in landed(run, [asked.unit.id]).items()}
    info = questions.measure_of(asked, infos, [each.measure for each in run.measures.values() if not each.why], own)
    if info is None:
        return None
    worth = 10.0**wording.format.scale.exponent if wording.money(info) else 1.0
    changed = questions.added(request, who, asked, worth)
    if changed is not None:
        return asked.address.page(what=changed, measure=info.code) + "#what"
    return build(Said(who, asked, reader, run, info, known, own), wording, most)
