"""Starting a group: the page, the workbook to fill in, the upload with what it would load, and first passwords."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headrope.core.problems import Problem, ProblemsFound
from headrope.ledger.actions import refresh_cube
from headrope.ledger.book.loading import BookLoad, load_book
from headrope.ledger.book.template import template
from headrope.ledger.said import gettext as _
from headrope.org.models import User
from headrope.org.starting import may_start, set_first_passwords, take_office, without_password
from headrope.review.queries import default_period
from headrope.web.access import Visit, visit
from headrope.web.address import Address
from headrope.web.generations import NothingYet, generation
from headrope.web.problems import told
from headrope.web.start import kept
from headrope.web.start.example import example_book
from headrope.web.start.papers import examples
from headrope.web.start.preview import preview
from headrope.web.start.settings import fields, last_year, values

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """How to start; the upload of the workbook (`step` look) and loading it (`step` load); what is next when it is done."""
    who = visit(request)
    if not may_start(request.user):
        return _started(request, who)
    if request.method == "POST":
        return _uploaded(request, who)
    return _shown(request, who, ())


def _shown(request: HttpRequest, who: Visit, problems: Sequence[Problem]) -> HttpResponse:
    listed = [told(problem) for problem in problems[:MOST_SHOWN]]
    given = {
        "fields": fields(request.GET.dict(), who.ledger, who.language),
        "problems": listed,
        "count": len(problems),
        "more": len(problems) - len(listed),
    }
    return render(request, "start/page.html", given)


def _uploaded(request: HttpRequest, who: Visit) -> HttpResponse:
    user = cast(User, request.user)
    loading = request.POST.get("step") == "load"
    try:
        word = request.POST.get("word", "") if loading else _kept(request, user)
        name, data = kept.take(user.pk, word)
        load = _load(name, data, user, dry_run=not loading)
    except ProblemsFound as found:
        return _shown(request, who, found.problems)
    if not loading:
        return render(request, "start/preview.html", {"preview": preview(load, name, word, who.language)})
    kept.drop(user.pk, word)
    refresh_cube()
    done = visit(request)
    roots = [node.id for node in done.who.now.tree.children.get(None, ())]
    take_office(user=user, roots=roots, day=done.today)
    return redirect("/start/")


def _kept(request: HttpRequest, user: User) -> str:
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise ProblemsFound([Problem("", "No file was chosen.", "Choose the workbook that you have filled in.")])
    return kept.keep(user.pk, file)


def _load(name: str, data: bytes, user: User, *, dry_run: bool) -> BookLoad:
    with TemporaryDirectory() as folder:
        ending = Path(name).suffix.lower()
        path = Path(folder) / ("upload" + (ending if ending in (".xlsx", ".xls", ".xlsm") else ".xlsx"))
        path.write_bytes(data)
        return load_book(path, name=name, by=user, dry_run=dry_run)


def _started(request: HttpRequest, who: Visit) -> HttpResponse:
    """The page of a group that has begun: what to do next."""
    if not who.who.everywhere("define") or request.method == "POST":
        raise Http404
    people = who.who.everywhere("people")
    given = {
        "units": len(who.who.now.tree.nodes),
        "waiting": [user.username for user in without_password()] if people else [],
        "people": people,
        "papers": _papers(who),
        "examples": examples(who),
    }
    return render(request, "start/started.html", given)


def _papers(who: Visit) -> list[tuple[str, str]]:
    """The situation of the first unit that the person sees as papers, with their addresses; none before there are figures."""
    try:
        with generation(who, None) as cube:
            period = default_period(cube, who.ledger)
    except NothingYet:
        return []
    if period is None or not who.who.starts:
        return []
    here = Address(who.who.starts[0].code, period, who.ledger.fiscal_start).review()
    return [(_("the situation, PDF"), f"{here}paper.pdf"), (_("the situation, Word"), f"{here}paper.docx")]


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in, with the settings in it."""
    who = _starter(request)
    chosen = values(fields(request.GET.dict(), who.ledger, who.language))
    made = template(chosen, last_year(who.today, int(chosen["fiscal_start"])))
    return _file(made, "group.xlsx")


@require_safe
def example(request: HttpRequest) -> HttpResponse:
    """The example group as a workbook, which can be uploaded as it is."""
    _starter(request)
    return _file(example_book(), "example.xlsx")


def _starter(request: HttpRequest) -> Visit:
    """The visit of somebody who may start the group, or of one who defines all of it; a 404 for others."""
    who = visit(request)
    if not may_start(request.user) and not who.who.everywhere("define"):
        raise Http404
    return who


@require_POST
def passwords(request: HttpRequest) -> HttpResponse:
    """First passwords for all accounts without one, shown this once."""
    who = visit(request)
    if not who.who.everywhere("people"):
        raise Http404
    made = set_first_passwords(by=cast(User, request.user), who=who.who)
    shown = [(user.username, user.shown_name(who.language), password) for user, password in made]
    response = render(request, "start/passwords.html", {"accounts": shown})
    response.headers["Cache-Control"] = "no-store"
    return response


def _file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=WORKBOOK, headers=headers)
