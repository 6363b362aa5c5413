"""Editing causes, the rules of pace and lists, and benchmark sets: for who defines what holds for the whole ledger."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from headrope.core.problems import Problem
from headrope.ledger.book.cells import guarded, unguarded
from headrope.ledger.folder.rows import WITHDRAWN
from headrope.org.models import User
from headrope.review.defined.actions import STATE, Judged, read_file, save
from headrope.review.defined.kinds import Kind
from headrope.review.defined.queries import Row, rows
from headrope.web.access import Visit, visit
from headrope.web.gaps import rules

LARGEST = 2_000_000
"""Bytes of a file."""
LONGEST = 2000


def _definer(request: HttpRequest, kind: str = "causes") -> tuple[Visit, Kind]:
    """The visit of somebody who may define, and the kind; a 404 for others and other kinds."""
    who, found = visit(request), rules.kind_of(kind)
    if found is None or not who.who.everywhere("define"):
        raise Http404
    return who, found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The rules in force, the causes, and the kinds that can be edited."""
    who, _kind = _definer(request)
    return render(request, "rules/index.html", {"page": rules.index(who)})


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, kind: str) -> HttpResponse:
    """All rows of a kind, and the upload of a file of it."""
    _who, found = _definer(request, kind)
    if request.method != "POST":
        posting = request.GET.get("posting", "")
        saved = _("Saved as posting %(n)s.") % {"n": posting} if posting.isascii() and posting.isdecimal() else ""
        return render(request, "rules/table.html", {"page": rules.table_page(found, saved=saved)})
    judged = _uploaded(request, found)
    if judged.seq is not None:
        return redirect(f"/rules/{found.key}/?posting={judged.seq}")
    nothing = Problem("", "Nothing would change.", "The file says what the books say already.")
    page = rules.table_page(found, judged.problems or (nothing,))
    return render(request, "rules/table.html", {"page": page}, status=422)


def _uploaded(request: HttpRequest, kind: Kind) -> Judged:
    sent = request.FILES.get("file")
    if sent is None or isinstance(sent, list):
        return Judged((Problem("", "No file was chosen.", "Choose the file that you have edited."),))
    if (sent.size or 0) > LARGEST:
        message = "The file is larger than %(most)s MB."
        return Judged((Problem(kind.file, message, "Cut it in parts.", {"most": LARGEST // 1_000_000}),))
    with TemporaryDirectory() as folder:
        path = Path(folder) / kind.file
        path.write_bytes(sent.read())
        given, problems = read_file(kind, path)
    if problems:
        return Judged(tuple(problems))
    plain = [(where, {column: unguarded(text) for column, text in cells.items()}) for where, cells in given]
    return save(kind, plain, cast(User, request.user))


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of a row, or of a new one where the address names none; a post saves it whole or not at all."""
    _who, found = _definer(request, kind)
    names = {name: request.GET.get(name, "") for name in found.names}
    held = _held(found, names)
    if any(names.values()) and held is None:
        raise Http404
    if request.method != "POST":
        return _form(request, found, held, held.cells if held else {}, ())
    cells = {column: request.POST.get(column, "").strip()[:LONGEST] for column in found.columns}
    if held is not None:
        cells |= {name: held.cells.get(name, "") for name in found.names}
    if problem := _moved(request, found, held, cells):
        return _form(request, found, held, cells, (problem,), 409)
    if held is not None and request.POST.get("step") == "withdraw":
        cells = {**names, STATE: WITHDRAWN}
    judged = save(found, [("", {column: text for column, text in cells.items() if text})], cast(User, request.user))
    if judged.problems:
        return _form(request, found, held, cells, judged.problems, 422)
    if judged.seq is None:
        nothing = Problem("", "Nothing would change.", "The books say this already.")
        return _form(request, found, held, cells, (nothing,), 422)
    return redirect(f"/rules/{found.key}/?posting={judged.seq}")


def _held(kind: Kind, names: Mapping[str, str]) -> Row | None:
    return next((row for row in rows(kind) if kind.name_of(row.cells) == kind.name_of(names)), None)


def _moved(request: HttpRequest, kind: Kind, held: Row | None, cells: Mapping[str, str]) -> Problem | None:
    """What is wrong where somebody has saved the row since the form was shown, or there is one of that name already."""
    if held is not None and request.POST.get("seq", "") != str(held.seq):
        message = "Somebody has changed it meanwhile; posting %(seq)s is in force now."
        return Problem("", message, "Look at what stands below, and save again if yours is right.", {"seq": held.seq})
    if held is None and _held(kind, cells) is not None:
        values = {"code": kind.name_of(cells).replace("\t", " ")}
        return Problem(
            "", "There is one with the code %(code)s already.", "Take another code, or edit that one.", values
        )
    return None


def _form(
    request: HttpRequest,
    kind: Kind,
    held: Row | None,
    cells: Mapping[str, str],
    problems: tuple[Problem, ...],
    status: int = 200,
) -> HttpResponse:
    page = rules.row_page(kind, held, cells, problems)
    return render(request, "rules/row.html", {"page": page, "action": request.get_full_path()}, status=status)


@require_safe
def text(request: HttpRequest, kind: str) -> HttpResponse:
    """The rows of a kind as a file of text; with the mark by which Excel knows the encoding, and no formula in it."""
    _who, found = _definer(request, kind)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(found.columns)
    writer.writerows([guarded(row.cells.get(column, "")) for column in found.columns] for row in rows(found))
    headers = {"Content-Disposition": f'attachment; filename="{found.file}"'}
    return HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)
