"""A page as a paper to download: refusals are said here, the paper is made by the press."""

from __future__ import annotations

import atexit
import re
from contextlib import suppress
from dataclasses import replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from headrope.core.periods import name
from headrope.ledger.cube.view import Cube
from headrope.org.queries import NoSuchUnit
from headrope.reports.paper import SHEET, Question
from headrope.reports.press import Order, Press, PressError, Refused
from headrope.review.condition import written
from headrope.review.queries import versions_held
from headrope.review.situation.since import day_since
from headrope.web import asked as questions
from headrope.web.access import Visit, visit
from headrope.web.asked import Asked
from headrope.web.bearing import day_text
from headrope.web.generations import BeingBuilt, NothingYet, generation
from headrope.web.papers.waiting import made_meanwhile
from headrope.web.review.reading import reader_of
from headrope.web.sheet.address import sheet_address

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
press = Press()
atexit.register(press.end)


@require_safe
def paper(request: HttpRequest, unit: str, period: str, ending: str, kind: str) -> HttpResponse:
    """The paper of that kind as a file; a page with words where it cannot be made now."""
    who = visit(request)
    node = who.unit(unit)
    asked = questions.read(request, who, node.code, period)
    if ending not in MEDIA or who.who.who is None:
        raise Http404
    try:
        with generation(who, asked.known) as cube:
            day = _refuse(who, asked, cube, kind)
        if day is not None:
            _wait_for(who, day)
        order = Order(_question(who, asked, kind), ending, who.who.who, str(who.at.key))
        # A script asks again and again (RFC 7240) and no worker waits; a plain link waits for its file.
        later = "respond-async" in request.headers.get("Prefer", "")
        made = made_meanwhile(press, order) if later else press.made(order)
    except NothingYet:
        return render(request, "review/no_figures.html", {"known": day_text(asked.known) if asked.known else ""})
    except BeingBuilt as waiting:
        return render(request, "review/waiting.html", {"day": day_text(waiting.day)}, status=202)
    except (NoSuchUnit, Refused) as error:
        raise Http404 from error
    except PressError:
        back = sheet_address(asked.address) if kind == SHEET else asked.address
        return render(request, "papers/failed.html", {"back": back.review()}, status=503)
    if made is None:
        return HttpResponse(status=202, headers={"Retry-After": "1", "Preference-Applied": "respond-async"})
    answer = HttpResponse(made, content_type=MEDIA[ending])
    answer.headers["Content-Disposition"] = _disposition(f"{node.code} {period} {kind}.{ending}")
    return answer


def _refuse(who: Visit, asked: Asked, cube: Cube, kind: str) -> date | None:
    """What there is no paper of is told before anybody is asked to make one; of a situation the day since which it tells."""
    if asked.against is not None and asked.against not in versions_held(cube):
        raise Http404
    reader, period = reader_of(who, cube, asked.known), asked.address.period
    questions.keep_known_measures(asked, reader.infos)
    node, tree = reader.node(asked.address.unit, period), reader.tree(period)
    if kind == SHEET or node.id not in tree.nodes:
        return None
    path = [each.id for each in tree.path(node.id) if who.who.sees(each.id)]
    return day_since(who.who, path, asked.known or who.today, asked.since)[0]


def _wait_for(who: Visit, day: date) -> None:
    """BeingBuilt while the figures as known on the day are being added up; the press would take too long over it."""
    with suppress(NothingYet), generation(who, day):
        pass


def _question(who: Visit, asked: Asked, kind: str) -> Question:
    address, wanted = asked.address, asked.wanted
    question = Question(
        kind,
        address.unit,
        name(address.period, who.ledger.fiscal_start),
        asked.against or "",
        who.language,
        who.at.seq,
        asked.known.isoformat() if asked.known else "",
        asked.as_was,
        asked.scale or "",
        who.style,
    )
    if kind == SHEET:
        return question
    return replace(
        question,
        measure=wanted.measure or "",
        tier=wanted.tier or 0,
        order=wanted.order or "",
        where="; ".join(map(written, wanted.where)),
        threshold="; ".join(map(written, wanted.thresholds)),
        every=asked.all_measures,
        since=asked.since.isoformat() if asked.since else "",
    )


def _disposition(file: str) -> str:
    """As a file to keep; letters that the header cannot carry are written as RFC 5987 has it."""
    safe = re.sub(r'[\\/:*?"<>|\s\x00-\x1f]+', " ", file).strip(" .")
    return content_disposition_header(True, safe) or "attachment"
