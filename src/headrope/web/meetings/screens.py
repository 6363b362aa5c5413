"""The big screen: all slides in one document, what its keys send, and where it stands."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from headrope.meetings import actions, queries
from headrope.meetings import wording as words
from headrope.org.models import User
from headrope.org.people.queries import heads_on
from headrope.web.access import visit
from headrope.web.bearing import day_text
from headrope.web.generations import BeingBuilt, NothingYet, generation
from headrope.web.meetings import asked, live
from headrope.web.meetings import page as pages
from headrope.web.meetings.slides import Told, slides
from headrope.web.meetings.views import meeting_of


@require_safe
def screen(request: HttpRequest, number: int) -> HttpResponse:
    """The big screen: all slides in one document, so that it goes on when the net is gone."""
    who = visit(request)
    meeting = meeting_of(who, number, "present")
    units = [item.unit.id for item in meeting.order]
    beside = Told(heads_on(meeting.held_on, units), queries.last_reviews(units, meeting.held_on, meeting.number))
    try:
        with generation(who, None) as cube:
            made = slides(who, cube, meeting, beside)
            seq = cube.seq
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
    }
    return render(request, "meetings/screen.html", shown)


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
