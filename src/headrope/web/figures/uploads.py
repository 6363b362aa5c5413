"""The workbook of a form: downloaded, and uploaded again with a preview of what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from headrope.core.problems import Problem
from headrope.ledger.said import gettext as _
from headrope.ledger.submissions import files
from headrope.ledger.submissions.actions import Moved, NotAllowed, NotOpen
from headrope.ledger.submissions.files import Clash, Consent, Preview
from headrope.ledger.submissions.lines import entry_exponent
from headrope.ledger.submissions.queries import entry_sheet
from headrope.ledger.submissions.sheet import Line
from headrope.ledger.wording import FigureWording
from headrope.ledger.workbook.writing import write_workbook
from headrope.web.doubts import told_doubt
from headrope.web.figures.asked import Asked, number_of, once_begun, read, row_version
from headrope.web.figures.cells import shown_cell
from headrope.web.figures.menus import menus
from headrope.web.figures.words import cell_words
from headrope.web.problems import Told, told
from headrope.web.tables import MEDIA

LARGEST = files.LARGEST


@require_safe
@once_begun
def workbook(request: HttpRequest, unit: str, form: str, period: str) -> HttpResponse:
    """The form as a workbook to fill in; 404 where the unit types nothing."""
    asked = read(request, unit, form, period)
    sheet = entry_sheet(asked.place)
    if not sheet.lines:
        raise Http404
    wording, out = _wording(asked), BytesIO()
    infos = asked.place.round.infos
    write_workbook(
        sheet,
        out,
        language=asked.visit.language,
        wording=wording,
        scale=asked.scale,
        worded=lambda doubt: told_doubt(doubt, wording, infos).message,
    )
    response = HttpResponse(out.getvalue(), content_type=MEDIA)
    name = f"{sheet.unit.code} {sheet.form.code} {sheet.period}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_safe
@once_begun
def file(request: HttpRequest, unit: str, form: str, period: str, number: int) -> HttpResponse:
    """A file that was taken over into the form, as it was sent: to be kept, never shown in the page."""
    asked = read(request, unit, form, period)
    try:
        name, content = files.taken_file(asked.actor, asked.place, number)
    except NotAllowed as error:
        return render(request, "figures/not_allowed.html", {"who": str(error), "back": asked.address}, status=403)
    except LookupError as error:
        raise Http404 from error
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _wording(asked: Asked) -> FigureWording:
    return FigureWording(asked.visit.ledger, 0, asked.scale.key, asked.visit.style)


@dataclass(frozen=True)
class Both:
    """A cell that somebody else has typed since the file was made: what stands there, who typed it, what the file has.

    `chosen` is which of the two holds, now or file; empty where it has not been said.
    """

    cell: str
    code: str
    measure: str
    now: str
    person: str
    file: str
    chosen: str


@dataclass(frozen=True)
class UploadPage:
    """The page of an upload: the file that was read, what it changes and what is wrong with it."""

    menus: list[object]
    due: str
    before: str
    after: str
    back: str
    here: str
    name: str = ""
    file: int = 0
    row_version: int = 0
    changes: tuple[tuple[str, str, str, str, str], ...] = ()
    problems: tuple[Told, ...] = ()
    notes: tuple[Told, ...] = ()
    right: bool = False
    both: tuple[Both, ...] = ()
    base: int = 0
    moved: str = ""
    scale: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@once_begun
def upload(request: HttpRequest, unit: str, form: str, period: str) -> HttpResponse:
    """Choose a file; see what it changes and what is wrong; take it over. 404 where the unit types nothing."""
    asked = read(request, unit, form, period)
    if not asked.place.owing:
        raise Http404
    if not asked.actor.sight.may("enter", asked.place.unit.id):
        return render(
            request,
            "figures/not_allowed.html",
            {"who": "who enters figures for the unit", "back": asked.address},
            status=403,
        )
    if request.method != "POST":
        return _shown(request, asked, None)
    try:
        if request.POST.get("file_id", "").isdecimal():
            return _take(request, asked)
        return _read(request, asked)
    except NotAllowed as error:
        return render(request, "figures/not_allowed.html", {"who": str(error), "back": asked.address}, status=403)
    except (Moved, NotOpen):
        message = "The form has changed meanwhile."
        return _shown(
            request, asked, None, [Problem("", message, "Look at it, and upload the file again.")], status=409
        )


def _read(request: HttpRequest, asked: Asked) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        return _shown(
            request,
            asked,
            None,
            [Problem("", "No file was chosen.", "Choose the file that you have filled in.")],
            status=422,
        )
    if (file.size or 0) > LARGEST:
        message = "The file is larger than %(most)s MB."
        values = {"most": LARGEST // 1_000_000}
        return _shown(
            request,
            asked,
            None,
            [Problem(str(file.name)[:80], message, "Send the workbook of the form alone.", values)],
            status=422,
        )
    found = files.upload(asked.actor, asked.place, str(file.name or ""), file.read(), asked.scale.exponent)
    return _shown(request, asked, found, status=200 if found.right else 422)


def _take(request: HttpRequest, asked: Asked) -> HttpResponse:
    number = int(request.POST["file_id"][:12])
    chosen = {
        key[2:]: str(each) for key, each in request.POST.items() if key.startswith("t-") and each in ("now", "file")
    }
    seen = Consent(row_version(request.POST), max(number_of(request.POST.get("base", "0")), 0), chosen)
    try:
        found = files.take(asked.actor, asked.place, number, seen, asked.scale.exponent)
    except LookupError as error:
        raise Http404 from error
    if isinstance(found, Preview):
        return _shown(request, asked, found, status=409 if found.moved else 422, chosen=chosen)
    if found.problems:
        return _shown(request, asked, None, list(found.problems), status=422)
    return redirect(asked.address)


def _shown(
    request: HttpRequest,
    asked: Asked,
    found: Preview | None,
    problems: list[Problem] | None = None,
    status: int = 200,
    chosen: Mapping[str, str] | None = None,
) -> HttpResponse:
    wording = _wording(asked)
    unit, period = asked.place.unit, asked.place.round.period
    values = {"period": wording.period(period), "unit": unit.shown_name(asked.visit.language)}
    every = [*(problems or []), *((*found.problems, *found.undecided) if found else ())]
    page = UploadPage(
        list(menus(asked, wording)),
        "",
        "",
        "",
        asked.address,
        asked.of(unit.code, period, more="upload/"),
        found.name if found else "",
        found.file if found else 0,
        found.sheet.row_version if found else 0,
        _changes(asked, found) if found else (),
        tuple(told(problem) for problem in every if problem.blocking),
        tuple(told(problem) for problem in every if not problem.blocking),
        bool(found and found.right),
        tuple(_both(asked, each, chosen or {}) for each in found.clashes) if found else (),
        found.base if found else 0,
        found.moved.shown_name(asked.visit.language) if found and found.moved else "",
        wording.scale_name,
    )
    return render(request, "figures/upload.html", {"page": page, "of": values}, status=status)


def _changes(asked: Asked, found: Preview) -> tuple[tuple[str, str, str, str, str], ...]:
    rows, clashing = [], {each.now.info.code for each in found.clashes}
    for each in found.changes:
        name = each.after.info.shown_name(asked.visit.language)
        if each.after.typed is None or each.before.typed is None or each.after.info.code in clashing:
            continue
        rows.append((each.after.cell, name, _cell(asked, each.before), _cell(asked, each.after), each.after.typed.note))
    return tuple(rows)


def _cell(asked: Asked, line: Line) -> str:
    """What stands in the cell: a figure in the page's scale, a text, or the word in its place."""
    word = cell_words()[line.typed.word] if line.typed else ""
    return shown_cell(line, entry_exponent(line.info, asked.scale.exponent)) or word


def _both(asked: Asked, clash: Clash, chosen: Mapping[str, str]) -> Both:
    """Both figures; where the file has nothing, what stands there is kept unless it is said otherwise."""
    now, file, language = clash.now, clash.file, asked.visit.language
    empty = file.typed is not None and file.typed.empty
    return Both(
        now.cell,
        now.info.code,
        now.info.shown_name(language),
        _with_note(asked, now),
        clash.by.shown_name(language),
        _with_note(asked, file),
        chosen.get(now.info.code, "now" if empty else ""),
    )


def _with_note(asked: Asked, line: Line) -> str:
    note = line.typed.note if line.typed else ""
    return " · ".join(text for text in (_cell(asked, line), note) if text) or _("empty")
