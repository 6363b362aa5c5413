"""The gap list of a unit, the page of one gap with its answer, asking for one, and the files of evidence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headrope.core.problems import Problem
from headrope.review.gaps import actions
from headrope.review.gaps.actions import Moved, NotAllowed
from headrope.review.gaps.evidence import evidence
from headrope.review.gaps.given import LARGEST_FILE, MOST_FILES, Upload
from headrope.review.gaps.place import NoSuchGap, Place, place_of
from headrope.review.gaps.queries import GapList, gap_list
from headrope.review.queries import Reader, default_period
from headrope.web import tables
from headrope.web.access import visit
from headrope.web.bearing import day_text
from headrope.web.gaps import downloads
from headrope.web.gaps.asked import PageAddress, Request, read, reader_of
from headrope.web.gaps.form import Shown, answer_page, read_given
from headrope.web.gaps.listing import list_page
from headrope.web.generations import BeingBuilt, NothingYet, generation


def waited(request: HttpRequest, made: Request, show: Callable[[Reader], HttpResponse]) -> HttpResponse:
    """What is shown with the reader of the request; the pages that say that there is nothing, or not yet."""
    try:
        with reader_of(made) as reader:
            return show(reader)
    except NothingYet:
        known = made.asked.known
        return render(request, "review/no_figures.html", {"known": day_text(known) if known else ""})
    except BeingBuilt as waiting:
        return render(request, "review/waiting.html", {"day": day_text(waiting.day)}, status=202)


def _found(made: Request, reader: Reader) -> GapList:
    asked = made.asked
    return gap_list(reader, asked.address.unit, made.period, asked.against, asked.all_measures)


@require_safe
def latest(request: HttpRequest, unit: str, word: str) -> HttpResponse:
    """The page of the word (gaps, lists, benchmarks) of the unit, for the year to the last month that has figures."""
    who = visit(request)
    node = who.unit(unit)
    try:
        with generation(who, None) as cube:
            period = default_period(cube, who.ledger)
    except NothingYet:
        period = None
    if period is None:
        return render(request, "review/no_figures.html")
    return redirect(PageAddress(node.code, period, who.ledger.fiscal_start, word=word).review())


@require_safe
def page(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """The gap list."""
    made = read(request, unit, period)
    show = "open" if request.GET.get("show") == "open" else "all"

    def shown(reader: Reader) -> HttpResponse:
        return render(request, "gaps/page.html", {"page": list_page(made, reader, _found(made, reader), show)})

    return waited(request, made, shown)


@require_safe
def download(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """The gap list as .xlsx."""
    made = read(request, unit, period)

    def shown(reader: Reader) -> HttpResponse:
        found = list_page(made, reader, _found(made, reader), "all")
        return tables.answer(downloads.gaps(found), f"{made.address.unit} {period} gaps")

    return waited(request, made, shown)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, unit: str, period: str, measure: str) -> HttpResponse:
    """The page of one gap; a post answers it, whole or not at all."""
    made = read(request, unit, period)

    def shown(reader: Reader) -> HttpResponse:
        place = _place(made, reader, measure)
        if request.method == "POST":
            return _answered(request, made, reader, place)
        return _shown(request, (made, reader, place), Shown(done=_done(request)))

    return waited(request, made, shown)


def _done(request: HttpRequest) -> str:
    words = {"answered": _("The answer is kept."), "asked": _("The head of the unit is asked.")}
    return words.get(request.GET.get("done", ""), "")


def _place(made: Request, reader: Reader, measure: str) -> Place:
    try:
        return place_of(reader, made.address.unit, made.period, measure, made.asked.against)
    except NoSuchGap as error:
        raise Http404 from error


Around = tuple[Request, Reader, Place]


def _shown(request: HttpRequest, around: Around, shown: Shown, status: int = 200) -> HttpResponse:
    return render(request, "gaps/answer.html", {"page": answer_page(*around, shown)}, status=status)


def _answered(request: HttpRequest, made: Request, reader: Reader, place: Place) -> HttpResponse:
    around = made, reader, place
    given = read_given(request.POST, _files(request), place)
    if made.asked.known is not None:
        problem = Problem("", "The page shows a day that is gone.", "Go to now, and answer there.")
        return _shown(request, around, Shown(given, [problem]), 422)
    text = request.POST.get("row_version", "")
    version = int(text) if re.fullmatch("[0-9]{1,9}", text) else -1
    try:
        done = actions.answer(made.actor, place, version, given)
    except NotAllowed as error:
        return _not_allowed(request, made, place, error)
    except Moved as moved:
        return _shown(request, around, Shown(given, moved=moved.answer), 409)
    except LookupError as error:
        raise Http404 from error
    if done.problems:
        return _shown(request, around, Shown(given, done.problems), 422)
    return redirect(_with_done(made, place, "answered"))


def _files(request: HttpRequest) -> list[Upload]:
    """The files that were sent; of one that is too large so much that it can be told."""
    sent = [file for file in request.FILES.getlist("file") if not isinstance(file, list)]
    return [Upload(str(file.name or ""), file.read(LARGEST_FILE + 1)) for file in sent[: MOST_FILES + 1]]


def _with_done(made: Request, place: Place, done: str) -> str:
    here = made.address.other(place.unit.code, place.info.code)
    return f"{here}{'&' if '?' in here else '?'}done={done}"


def _not_allowed(request: HttpRequest, made: Request, place: Place, error: NotAllowed) -> HttpResponse:
    back = made.address.other(place.unit.code, place.info.code)
    return render(request, "gaps/not_allowed.html", {"who": str(error), "back": back}, status=403)


@require_POST
def ask(request: HttpRequest, unit: str, period: str, measure: str) -> HttpResponse:
    """Ask the head of the unit for an answer."""
    made = read(request, unit, period)

    def shown(reader: Reader) -> HttpResponse:
        place = _place(made, reader, measure)
        text = request.POST.get("due", "").strip()
        try:
            due = date.fromisoformat(text) if text else None
        except ValueError:
            problem = Problem("due", "'%(text)s' is not a day.", "Choose a day, or none.", {"text": text[:20]})
            return _shown(request, (made, reader, place), Shown(problems=[problem]), 422)
        try:
            problems = actions.ask(made.actor, place, due, request.POST.get("words", "")[:2000])
        except NotAllowed as error:
            return _not_allowed(request, made, place, error)
        if problems:
            return _shown(request, (made, reader, place), Shown(problems=problems), 422)
        return redirect(_with_done(made, place, "asked"))

    return waited(request, made, shown)


@require_safe
def file(request: HttpRequest, unit: str, period: str, measure: str, number: int) -> HttpResponse:
    """A file that was given as evidence for this very gap, to be kept, never shown in the page."""
    made = read(request, unit, period)
    node = made.visit.unit(unit)

    def shown(reader: Reader) -> HttpResponse:
        info = reader.infos.get(measure)
        if info is None or number >= 2**62:
            raise Http404
        try:
            name, content = evidence(node.id, info.id, made.period, number)
        except LookupError as error:
            raise Http404 from error
        response = HttpResponse(content, content_type="application/octet-stream")
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return response

    return waited(request, made, shown)
