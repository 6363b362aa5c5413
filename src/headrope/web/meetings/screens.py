"""The big screen: all slides in one document, what its keys send, and where it stands."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from headrope.journal.queries import known_on
from headrope.ledger.said import gettext as _
from headrope.meetings import actions, queries
from headrope.meetings import wording as words
from headrope.meetings.held import figures_day
from headrope.meetings.queries import MeetingInfo
from headrope.org.models import User
from headrope.org.people.queries import heads_on
from headrope.web.access import Visit, visit
from headrope.web.asked import read_known
from headrope.web.bearing import day_text
from headrope.web.generations import BeingBuilt, NothingYet, generation
from headrope.web.meetings import asked, live
from headrope.web.meetings import page as pages
from headrope.web.meetings.slides import Slide, Told, slides
from headrope.web.meetings.views import meeting_of


@require_safe
def screen(request: HttpRequest, number: int) -> HttpResponse:
    """The big screen: all slides in one document, so that it goes on when the net is gone.

    A meeting that was held is shown with the figures of its day; `known` asks for another day, or for those of now.
    """
    who = visit(request)
    meeting = meeting_of(who, number, "present")
    held = figures_day(meeting, queries.stand(meeting), who.ledger.zone, who.today)
    known = read_known(request.GET, who, []) if "known" in request.GET else held
    try:
        made, seq, known = _slides(who, meeting, known)
    except NothingYet:
        return render(request, "review/no_figures.html")
    except BeingBuilt as waiting:
        return render(request, "review/waiting.html", {"day": day_text(waiting.day)}, status=202)
    shown = {
        "meeting": meeting,
        "title": words.title(meeting, who.ledger.fiscal_start),
        "about": pages.facts(who, meeting),
        "slides": made,
        "landed": any(slide.landed for slide in made),
        "seconds": meeting.seconds,
        "time": words.clock_text(meeting.seconds),
        "live": live.live(who, meeting),
        "token": get_token(request),
        "seq": seq,
        "known": day_text(known) if known else "",
        "other": _other(known, held),
    }
    return render(request, "meetings/screen.html", shown)


def _slides(who: Visit, meeting: MeetingInfo, known: date | None) -> tuple[list[Slide], int, date | None]:
    """The slides as known on the day, their posting, and the day: None for now, also where nothing was known then."""
    units = [item.unit.id for item in meeting.order]
    books = known_on(known, who.ledger.zone)
    last = queries.last_reviews(units, meeting.held_on, meeting.number, books)
    beside = Told(heads_on(meeting.held_on, units), last, known)
    try:
        with generation(who, known) as cube:
            return slides(who, cube, meeting, beside), cube.seq, known
    except NothingYet:
        if known is None:
            raise
    return _slides(who, meeting, None)


def _other(known: date | None, held: date | None) -> tuple[str, str] | None:
    """Address and words of the figures that are not shown: those of now, or those of the day the meeting was held."""
    if known is not None:
        return "?known=now", _("Figures of now")
    return ("?", _("Figures of %(day)s") % {"day": day_text(held)}) if held else None


@require_safe
def state(request: HttpRequest, number: int) -> HttpResponse:
    """Where the big screen stands, for both screens to ask every second."""
    who = visit(request)
    meeting = meeting_of(who, number, "present")
    item = asked.number(request.GET.get("item", "")) or None
    response = JsonResponse(live.live(who, meeting, item))
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def move(request: HttpRequest, number: int) -> HttpResponse:
    """Take over what was done at the big screen, now or while the net was gone."""
    who = visit(request)
    meeting_of(who, number, "present")
    moves = asked.moves(request.body)
    if moves is None:
        return JsonResponse({"problem": "unreadable"}, status=400)
    actions.move(by=cast(User, request.user), number=number, moves=moves)
    return JsonResponse(live.live(who, meeting_of(who, number, "present")))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps the big screen: it has to lie where the pages lie that it looks after."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@cache
def _worker() -> bytes:
    return Path(str(finders.find("conference-worker.js"))).read_bytes()
