"""A unit as offices keep it, the forms that change the tree, and changes by file; nothing is saved before it was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headrope.core.problems import Problem, ProblemsFound
from headrope.ledger.book.cells import guarded
from headrope.ledger.impact import consequences, left_outside
from headrope.org.editing import TreeEdit, apply_edit, plan_edit, plan_editions, sayings
from headrope.org.models import User
from headrope.web import tables
from headrope.web.access import Visit, visit
from headrope.web.organisation import page as pages
from headrope.web.organisation.forms import CHANGES, LONGEST_REASON, Form, form_for, read_edit
from headrope.web.organisation.preview import preview
from headrope.web.organisation.tables import as_csv, as_workbook, cells_of, unit_table
from headrope.web.organisation.upload import Given, read_rows, read_upload
from headrope.web.problems import told

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 2_000_000
"""Bytes of the rows that a page carries until they are saved; Django takes 2.5 MB of fields."""


@require_safe
def unit(request: HttpRequest, unit: str) -> HttpResponse:
    """A unit with its history and people."""
    who = visit(request)
    node = who.unit(unit, "edit")
    return render(request, "organisation/unit.html", {"page": pages.build(who, node, request.GET.get("posting", ""))})


@require_safe
def history(request: HttpRequest, unit: str) -> HttpResponse:
    """All that is and was said of a unit, as .xlsx."""
    who = visit(request)
    node = who.unit(unit, "edit")
    return tables.answer(pages.history_sheet(who, node), f"{node.code} {who.today.isoformat()}")


@require_safe
def people(request: HttpRequest, unit: str) -> HttpResponse:
    """The posts and seats of a unit, as .xlsx."""
    who = visit(request)
    node = who.unit(unit, "edit")
    return tables.answer(pages.people_sheet(who, node), f"{node.code} people {who.today.isoformat()}")


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, unit: str, change: str) -> HttpResponse:
    """A form on a unit; what it would change; saving it. `step` says which."""
    who = visit(request)
    node = who.unit(unit, "edit")
    if change not in CHANGES:
        raise Http404
    history = [said.edition for said in sayings(node.id) if said.until is None]
    form = form_for(change, who, node, history, request.POST)
    step = request.POST.get("step", "form")
    if request.method == "POST" and step != "form":
        edit, unread = read_edit(form, who, node)
        plan = plan_edit(edit, who.who)
        problems = _all(form, unread, plan.problems) or left_outside(plan)
        if not problems:
            to = node.code if node.code in plan.units else _new(plan)
            asked = Asked({each.name: each.value for each in form.fields}, form.reason, f"/organisation/{quote(to)}/")
            return _go_on(request, who, plan, asked)
        form.take(problems)
    shown = {"form": form, "unit": node.shown_name(who.language), "back": f"/organisation/{quote(node.code)}/"}
    return render(request, "organisation/change.html", shown)


def _all(form: Form, unread: Sequence[Problem], worked_out: Sequence[Problem]) -> list[Problem]:
    """What is wrong with the form. Where something cannot be read, only its other fields can be judged besides."""
    if not unread:
        return list(worked_out)
    others = {each.name for each in form.fields} - {problem.where for problem in unread}
    return [*unread, *(problem for problem in worked_out if problem.where in others)]


@dataclass(frozen=True)
class Asked:
    """What a page asks to be changed: the fields to send again, why, and where one goes when it is saved."""

    fields: Mapping[str, str]
    reason: str
    to: str


def _go_on(request: HttpRequest, who: Visit, plan: TreeEdit, asked: Asked) -> HttpResponse:
    """Save what has been shown, or show it."""
    notes = []
    if request.POST.get("step") == "save":
        if request.POST.get("seq") == str(plan.seq):
            try:
                seq = apply_edit(plan, by=cast(User, request.user), reason=asked.reason)
                return redirect(f"{asked.to}?posting={seq}")
            except ProblemsFound as found:
                notes = [told(problem).message for problem in found.problems]
        else:
            notes = [_("The books have moved since you looked. This is what it would change now; nothing was saved.")]
    found_ = consequences(plan, who.at, who.today)
    shown = preview(who, plan, found_, request.path, asked.fields)
    shown.notes = notes
    return render(request, "organisation/preview.html", {"preview": shown})


def _new(plan: TreeEdit) -> str:
    """The unit that the edit founds."""
    held = {edition.code for edition in plan.before}
    return next(code for code in plan.units if code not in held)


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """Downloads of the units under the mandate, and the upload of a file that changes them."""
    who = _editor(request)
    step, problems = request.POST.get("step", "form"), list[Problem]()
    if request.method == "POST" and step != "form":
        given = _given(request, who)
        problems = given.problems
        if not given.blocked:
            plan = plan_editions(given.editions, given.tiers, who.who, f"units of {given.name}")
            problems = [*problems, *(plan.problems or left_outside(plan)), *_too_much(plan)]
            if not any(problem.blocking for problem in problems):
                reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
                asked = Asked({"rows": _rows(plan), "reason": reason}, reason, "/organisation/")
                return _go_on(request, who, plan, asked)
    posting = request.GET.get("posting", "")
    shown = {
        "problems": [told(problem) for problem in problems],
        "starts": _starts(who),
        "posting": posting if posting.isdecimal() else "",
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "organisation/files.html", shown)


def _editor(request: HttpRequest) -> Visit:
    """The visit of somebody who may change some of the tree; a 404 for others."""
    who = visit(request)
    if not who.who.editable:
        raise Http404
    return who


def _given(request: HttpRequest, who: Visit) -> Given:
    if request.POST.get("step") == "save":
        return read_rows(request.POST.get("rows", ""), who.today)
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        return Given("", (), {}, [Problem("", "No file was chosen.", "Choose the file that you have edited.")])
    return read_upload(file, who.today)


def _rows(plan: TreeEdit) -> str:
    return as_csv(cells_of(edition) for each in plan.units.values() for edition in each)


def _too_much(plan: TreeEdit) -> Sequence[Problem]:
    if len(_rows(plan).encode()) <= MOST_ROWS:
        return ()
    message = "The file changes %(count)s units, more than a page can show."
    remedy = "Load it as a folder with `headrope load`."
    return [Problem("", message, remedy, {"count": f"{len(plan.units):,}"})]


def _starts(who: Visit) -> list[str]:
    return [node.shown_name(who.language) for node in who.who.starts if who.who.edits(node.id)]


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """The units as a workbook."""
    return _file(as_workbook(unit_table(_editor(request))), WORKBOOK, "units.xlsx")


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The units as units.csv; with the mark by which Excel knows the encoding, and no formula in it."""
    text = as_csv(unit_table(_editor(request)).rows, guarded)
    return _file(text.encode("utf-8-sig"), "text/csv; charset=utf-8", "units.csv")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
