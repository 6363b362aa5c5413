"""The list of meetings and the preparation of one; every page asks for its right on the meeting's unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headrope.core.problems import Problem
from headrope.meetings import actions, queries
from headrope.meetings import wording as words
from headrope.meetings.held import figures_day
from headrope.meetings.queries import MeetingInfo, NoSuchMeeting
from headrope.org.models import User
from headrope.org.people.queries import heads_on
from headrope.org.queries import Right
from headrope.web import tables
from headrope.web.access import Visit, visit
from headrope.web.generations import BeingBuilt, NothingYet, generation
from headrope.web.meetings import asked, ordering
from headrope.web.meetings import page as pages
from headrope.web.problems import told

SAID = ("made", "set", "order")
"""What a page says when it is shown again after a change."""


def meeting_of(who: Visit, number: int, right: Right = "see") -> MeetingInfo:
    """The meeting; a 404 alike for what is not there and where the right is missing."""
    try:
        return queries.meeting_for(who.who, number, right)
    except NoSuchMeeting as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The meetings of the units that the person sees; whoever prepares meetings can make one."""
    who = visit(request)
    tops = sorted(who.who.tops_with("prepare"))
    typed = asked.given(request.POST)
    problems: list[Problem] = []
    if request.method == "POST":
        if not tops:
            raise Http404
        unit = who.unit(typed["unit"], "prepare")
        about = asked.about(typed, problems)
        period = asked.period(typed["period"], who.ledger.fiscal_start, problems)
        if about is not None and period is not None:
            tree = who.who.now.tree
            tiers = min(max(asked.number(typed["tiers"]), 1), ordering.MOST_TIERS)
            units = ordering.units_below(tree, who.who, unit.id, tiers) if unit.id in tree.nodes else []
            by = cast(User, request.user)
            done = actions.make_meeting(by=by, unit=unit.id, period=period, about=about, units=units)
            if done.number is not None:
                return redirect(f"/meetings/{done.number}/?said=made")
            problems += done.problems
    shown = {
        "rows": pages.list_rows(who, queries.meetings(who.who)),
        "may_prepare": bool(tops),
        "units": [who.who.now.tree.nodes[top] for top in tops],
        "spoken": who.language,
        "kinds": pages.kinds(),
        "typed": typed if request.method == "POST" else {"held_on": who.today.isoformat(), "seconds": "6:00", "kind": "half-year"},
        "problems": [told(problem) for problem in problems],
    }  # fmt: skip
    return render(request, "meetings/page.html", shown, status=422 if problems else 200)


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The meetings as .xlsx."""
    who = visit(request)
    return tables.answer(pages.list_sheet(who, queries.meetings(who.who)), "meetings")


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, number: int) -> HttpResponse:
    """What is said of the meeting and its speaking order; on paper the order alone."""
    who = visit(request)
    meeting = meeting_of(who, number, "prepare" if request.method == "POST" else "see")
    problems: list[Problem] = []
    typed = pages.typed_of(meeting)
    if request.method == "POST":
        typed = asked.given(request.POST)
        about = asked.about(typed, problems)
        if about is not None:
            done = actions.change_meeting(
                by=cast(User, request.user),
                number=number,
                row_version=asked.number(request.POST.get("row_version", "")),
                about=about,
            )
            if not done.problems:
                return redirect(f"/meetings/{number}/?said=set")
            problems += done.problems
    return _prepared(request, who, meeting, problems, typed)


_NOTHING = Problem("", "No figures are added up yet, so nothing can be ranked.", "Set the order by hand.")


@require_POST
def order(request: HttpRequest, number: int) -> HttpResponse:
    """Set the order: by hand as the places are typed, or worked out."""
    who = visit(request)
    meeting = meeting_of(who, number, "prepare")
    way = request.POST.get("way", "hand")
    if way == "tier":
        units = ordering.by_tier(who.who.now.tree, meeting)
    elif way in ("worst", "best"):
        try:
            with generation(who, None) as cube:
                units = ordering.by_rank(who, cube, meeting, request.POST.get("measure", ""), way == "best")
        except (NothingYet, BeingBuilt):
            return _prepared(request, who, meeting, [_NOTHING], pages.typed_of(meeting))
    else:
        units = asked.places(request.POST)
    done = actions.set_order(
        by=cast(User, request.user),
        number=number,
        row_version=asked.number(request.POST.get("row_version", "")),
        order=units,
    )
    if not done.problems:
        return redirect(f"/meetings/{number}/?said=order#order")
    return _prepared(request, who, meeting, done.problems, pages.typed_of(meeting))


def _prepared(
    request: HttpRequest, who: Visit, meeting: MeetingInfo, problems: Sequence[Problem], typed: dict[str, str]
) -> HttpResponse:
    may_prepare = who.who.may("prepare", meeting.unit.id)
    heads = heads_on(meeting.held_on, [item.unit.id for item in meeting.items])
    found = queries.notes(meeting.number)
    measures: Sequence[tuple[str, str]] = ()
    if may_prepare:
        try:
            with generation(who, None) as cube:
                measures = ordering.measures_to_rank(who, cube, meeting)
        except (NothingYet, BeingBuilt):
            measures = ()
    said = request.GET.get("said", "")
    held = figures_day(meeting, queries.stand(meeting), who.ledger.zone, who.today)
    made = pages.Prepared(
        meeting.number,
        words.title(meeting, who.ledger.fiscal_start),
        pages.situation(who, meeting, held),
        pages.facts(who, meeting, held),
        pages.item_rows(who, meeting, heads, found, meeting.order),
        pages.item_rows(who, meeting, heads, found, meeting.left_out),
        may_prepare,
        who.who.may("present", meeting.unit.id),
        meeting.row_version,
        measures,
        [told(problem) for problem in problems],
        pages.kinds(),
        typed,
        pages.foot(who, meeting),
        held is not None,
        said if said in SAID else "",
    )
    return render(request, "meetings/prepare.html", {"page": made}, status=422 if problems else 200)
