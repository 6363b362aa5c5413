"""The secretary's page, and what is written on it."""

from __future__ import annotations

from typing import cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from headrope.meetings import notes, queries
from headrope.meetings import wording as words
from headrope.meetings.queries import MeetingInfo
from headrope.org.models import User
from headrope.org.people.queries import heads_on, posts_on
from headrope.web.access import Visit, visit
from headrope.web.meetings import asked, live
from headrope.web.meetings import page as pages
from headrope.web.meetings.views import meeting_of
from headrope.web.problems import told


@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """The secretary's page."""
    who = visit(request)
    meeting = meeting_of(who, number, "prepare")
    return _shown(request, who, meeting, asked.number(request.GET.get("item", "")))


def _shown(
    request: HttpRequest,
    who: Visit,
    meeting: MeetingInfo,
    wanted: int,
    written: notes.Written | None = None,
) -> HttpResponse:
    heads = heads_on(meeting.held_on, [item.unit.id for item in meeting.items])
    items = pages.item_rows(who, meeting, heads, queries.notes(meeting.number), meeting.order)
    if not items:
        return redirect(f"/meetings/{meeting.number}/")
    at = queries.stand(meeting)
    item = next((row for row in items if row.id == wanted), None)
    item = item or next((row for row in items if row.id == at.item), items[0])
    last = queries.last_reviews([item.unit], meeting.held_on, meeting.number).get(item.unit)
    people = [post.person.shown_name(who.language) for post in posts_on(meeting.held_on, [item.unit, meeting.unit.id])]
    made = pages.NotesPage(
        meeting.number,
        words.title(meeting, who.ledger.fiscal_start),
        items,
        item,
        pages.note_kinds(),
        list(dict.fromkeys(people)),
        item.who,
        words.orders_of(last.held_on) if last else "",
        [
            (str(note.number or ""), note.words, live.note_data(who, note)["meta"])  # type: ignore[misc]
            for note in (last.orders if last else ())
        ],
        {
            "item": item.id,
            "notes": live.notes_data(who, queries.notes(meeting.number, item.id)),
            "stand": live.live(who, meeting),
        },
        [told(problem) for problem in written.problems] if written else (),
        written.by.shown_name(who.language) if written and written.by else "",
        {name: request.POST.get(name, "") for name in ("kind", "words", "to", "due")},
    )
    return render(request, "meetings/notes.html", {"page": made}, status=422 if made.problems else 200)


@require_POST
def write(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what the secretary has written; a script is answered with the note as it stands now."""
    who = visit(request)
    meeting = meeting_of(who, number, "prepare")
    given = asked.note(request.POST)
    spare = asked.read_key(request.POST.get("spare", str(uuid4())))
    written = notes.write(by=cast(User, request.user), meeting=number, given=given, spare=spare)
    if request.headers.get("X-Requested-With") == "fetch":
        return _answer(who, written)
    if written.problems or written.other:
        return _shown(request, who, meeting, given.item, written)
    return redirect(f"/meetings/{number}/notes/?item={given.item}")


def _answer(who: Visit, written: notes.Written) -> HttpResponse:
    if written.problems:
        problems = [told(problem) for problem in written.problems]
        rows = [{"where": each.where, "message": each.message, "remedy": each.remedy} for each in problems]
        return JsonResponse({"problems": rows}, status=422)
    by = written.by.shown_name(who.language) if written.by else ""
    data = {"key": str(written.key), "version": written.version, "number": written.number, "by": by}
    return JsonResponse(data, status=409 if written.other else 200)
