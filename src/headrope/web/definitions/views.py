"""Definitions of every kind: the list, a table with its files, a form for each row; nothing is saved before it was shown."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headrope.core.problems import Problem, ProblemsFound
from headrope.journal.queries import books
from headrope.ledger.book.cells import guarded
from headrope.ledger.book.columns import File
from headrope.ledger.book.current import current_count, current_rows
from headrope.ledger.book.drafts import Judged, as_rows, as_text, judge, judge_upload, save, withdrawing
from headrope.ledger.book.kept import Uploaded
from headrope.ledger.book.template import one_file
from headrope.web import tables
from headrope.web.definitions import downloads, kinds
from headrope.web.definitions.definer import Definer, definer, office
from headrope.web.definitions.preview import Preview, preview
from headrope.web.definitions.rows import Form, form_for, given_cells
from headrope.web.definitions.trial import trial
from headrope.web.problems import told
from headrope.web.start import kept

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 5_000_000
MOST_ROWS = 2_000_000
"""Bytes of the rows that a page carries until they are saved; Django takes 2.5 MB of fields."""
MOST_SHOWN = 200


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The kinds of definitions, with how many there are of each."""
    office(request)
    return render(request, "definitions/index.html", {"kinds": _counted()})


@require_safe
def index_download(request: HttpRequest) -> HttpResponse:
    """The same as .xlsx."""
    who = office(request)
    return tables.answer(downloads.sheet(who, _counted()), f"definitions {who.today.isoformat()}")


def _counted() -> list[tuple[File, int]]:
    return [(file, current_count(file.key)) for file in map(kinds.kind_of, kinds.KINDS)]


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, kind: str) -> HttpResponse:
    """The table of a kind, and the upload of a file of it."""
    by = definer(request, kind)
    problems: Sequence[Problem] = ()
    if request.method == "POST":
        try:
            word = kept.keep(by.user.pk, _sent(request))
            judged, rows, _upload = _read(by, word)
        except ProblemsFound as found:
            return _table(request, by, found.problems)
        if not judged.blocked and judged.changes:
            return _look(request, by, judged, as_text(by.file, rows), word)
        problems = judged.problems or [
            Problem("", "Nothing would change.", "The file says what the books say already.")
        ]
    return _table(request, by, problems)


def _table(request: HttpRequest, by: Definer, problems: Sequence[Problem]) -> HttpResponse:
    page, posting = request.GET.get("page", "1"), request.GET.get("posting", "")
    query = request.GET.get("q", "").strip()[:100]
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
    given = {
        "by": by,
        "table": kinds.table(by.visit, by.file, query, number, None if by.office else by.may_change),
        "problems": [told(problem) for problem in problems[:MOST_SHOWN]],
        "count": len(problems),
        "more": max(0, len(problems) - MOST_SHOWN),
        "posting": posting if posting.isascii() and posting.isdecimal() else "",
    }
    return render(request, "definitions/table.html", given)


def _sent(request: HttpRequest) -> UploadedFile[Any]:
    sent = request.FILES.get("file")
    if sent is None or isinstance(sent, list):
        raise ProblemsFound([Problem("", "No file was chosen.", "Choose the file that you have edited.")])
    if (sent.size or 0) > LARGEST:
        message = "The file is larger than %(most)s MB."
        values = {"most": LARGEST // 1_000_000}
        raise ProblemsFound([Problem(kept.name_of(sent), message, "Cut it in parts.", values)])
    return sent


def _read(by: Definer, word: str) -> tuple[Judged, list[dict[str, str]], Uploaded]:
    """Judge the file that waits under the word; ProblemsFound where it waits no longer."""
    name, content = kept.take(by.user.pk, word)
    with TemporaryDirectory() as folder:
        ending = Path(name).suffix.lower()
        path = Path(folder) / ("upload" + (ending if ending in (".xlsx", ".xls", ".csv") else ""))
        path.write_bytes(content)
        return *judge_upload(by.file, path, name, by.user, by.owned), Uploaded(name, content)


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of a row: what it would change (`step` look), to withdraw it, or to try a check."""
    by = definer(request, kind)
    file = by.file
    names = [request.GET.get(name, "") for name in file.names]
    of_thing = kinds.rows_of_thing(file, current_rows(file.key), names)
    text = request.GET.get("n", "0")
    at = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1
    if not 0 <= at < len(of_thing) or not by.may_change(of_thing[at]):
        raise Http404
    held = of_thing[at]
    step = request.POST.get("step", "form")
    if request.method != "POST" or step == "form":
        return _form(request, by, form_for(by.visit, file, held, new=False), names)
    if step == "withdraw":
        if not kinds.withdrawable(file):
            raise Http404
        left = [dict(each) for number, each in enumerate(of_thing) if number != at]
        return _go_on(request, by, left or [withdrawing(file, names)], form_for(by.visit, file, held, new=False), -1)
    cells = given_cells(file, request.POST.dict()) | {name: held.get(name, "") for name in file.names}
    rows = [cells if number == at else dict(each) for number, each in enumerate(of_thing)]
    return _go_on(request, by, rows, form_for(by.visit, file, cells, new=False), at)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of a new row."""
    by = definer(request, kind)
    file = by.file
    cells = given_cells(file, request.POST.dict())
    form = form_for(by.visit, file, cells, new=True)
    if request.method != "POST" or request.POST.get("step", "form") == "form":
        return _form(request, by, form, None)
    of_thing = kinds.rows_of_thing(file, current_rows(file.key), kinds.names_of(file, cells))
    if kinds.single(file) and of_thing:
        message, remedy = "There is one with the code %(code)s already.", "Take another code, or edit that one."
        form.take([Problem("0!A1", message, remedy, {"code": cells["code"]})], 0, list(cells))
        return _form(request, by, form, None)
    return _go_on(request, by, [*(dict(each) for each in of_thing), cells], form, len(of_thing))


def _go_on(request: HttpRequest, by: Definer, rows: Sequence[Mapping[str, str]], form: Form, at: int) -> HttpResponse:
    """Show what the rows would change, or the form again with what is wrong with the row number `at` or with it as a whole."""
    file = by.file
    judged = judge(file, rows, by.user, by.owned)
    names = kinds.names_of(file, rows[0]) if request.GET else None
    if judged.blocked:
        form.take(judged.problems, at, list(rows[at]) if at >= 0 else [])
        return _form(request, by, form, names)
    if request.POST.get("step") == "try" and file.key == "checks":
        return _form(request, by, form, names, dict(rows[at]))
    if not judged.changes:
        form.take([Problem("", "Nothing would change.", "The books say this already.")], at, [])
        return _form(request, by, form, names)
    return _look(request, by, judged, as_text(file, rows))


def _form(
    request: HttpRequest,
    by: Definer,
    form: Form,
    names: Sequence[str] | None,
    tried: dict[str, str] | None = None,
) -> HttpResponse:
    given = {
        "by": by,
        "file": by.file,
        "form": form,
        "title": " ".join(names) if names else _("New row"),
        "new": names is None,
        "action": request.get_full_path(),
        "withdrawable": kinds.withdrawable(by.file),
        "tries": by.file.key == "checks",
        "trial": trial(by.visit, by.file, tried) if tried else None,
    }
    return render(request, "definitions/row.html", given)


def _look(request: HttpRequest, by: Definer, judged: Judged, rows: str, word: str = "") -> HttpResponse:
    """The page before saving; `word` stands for the file that the rows were read from, if they were."""
    if len(rows.encode()) > MOST_ROWS:
        message, remedy = "The file has more rows than a page can carry.", "Load it as a folder with `headrope load`."
        return _table(request, by, [Problem("", message, remedy)])
    shown = preview(by.file, judged.changes, judged.problems, rows, by.visit.at.seq)
    shown.word = word
    return _preview(request, by, shown)


def _preview(request: HttpRequest, by: Definer, shown: Preview) -> HttpResponse:
    return render(request, "definitions/preview.html", {"by": by, "preview": shown})


@require_POST
def keep(request: HttpRequest, kind: str) -> HttpResponse:
    """Save rows that have been shown, if the books still stand where they stood; those of a file from that very file."""
    by = definer(request, kind)
    file, seq = by.file, by.visit.at.seq
    text, word = request.POST.get("rows", ""), request.POST.get("word", "")
    uploaded = None
    try:
        if word:
            judged, rows, uploaded = _read(by, word)
        else:
            rows = as_rows(text)
            judged = judge(file, rows, by.user, by.owned)
        if judged.blocked or not judged.changes:
            return _table(request, by, judged.problems or [Problem("", "Nothing would change.", "Somebody has saved it already.")])  # fmt: skip
        if request.POST.get("seq") == str(seq):
            save(file, as_text(file, rows), by.user, by.owned, uploaded)
            kept.drop(by.user.pk, word)
            return redirect(f"/definitions/{file.key}/?posting={books().seq}")
    except ProblemsFound as found:
        return _table(request, by, found.problems)
    shown = preview(file, judged.changes, judged.problems, as_text(file, rows), seq)
    shown.word = word
    shown.notes = [_("The books have moved since you looked. This is what it would change now; nothing was saved.")]
    return _preview(request, by, shown)


@require_safe
def workbook(request: HttpRequest, kind: str) -> HttpResponse:
    """The rows of a kind as a workbook."""
    file = definer(request, kind).file
    return _file(one_file(file.key, current_rows(file.key)), WORKBOOK, f"{file.key}.xlsx")


@require_safe
def text(request: HttpRequest, kind: str) -> HttpResponse:
    """The rows of a kind as a file of text; with the mark by which Excel knows the encoding, and no formula in it."""
    file = definer(request, kind).file
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(file.keys)
    writer.writerows([guarded(row.get(key, "")) for key in file.keys] for row in current_rows(file.key))
    return _file(out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", file.file)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
