"""The list of forms, one form, and their tables as .xlsx; everybody sees the forms that his units take part in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headrope.journal import clock
from headrope.ledger.submissions.forms import FormAsked, form_asked, forms_asked
from headrope.ledger.submissions.place import Moment, NoSuchForm
from headrope.web import tables
from headrope.web.access import Visit, visit
from headrope.web.forms import page as pages


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All forms, with when they are due."""
    who = visit(request)
    finding, table = pages.index(who, forms_asked(who.who, _now(who)))
    may_define = who.who.everywhere("define")
    return render(request, "forms/index.html", {"finding": finding, "table": table, "may_define": may_define})


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The same as .xlsx."""
    who = visit(request)
    finding, table = pages.index(who, forms_asked(who.who, _now(who)))
    return tables.answer(pages.sheet(who, table, finding), f"forms {who.today.isoformat()}")


@require_safe
def form(request: HttpRequest, form: str) -> HttpResponse:
    """One form: when it is due by tier, its measures, and who fills it in."""
    who = visit(request)
    return render(request, "forms/form.html", {"page": pages.page(who, _asked(who, form))})


@require_safe
def table(request: HttpRequest, form: str, table: str) -> HttpResponse:
    """One of its tables as .xlsx, with all rows."""
    who = visit(request)
    page = pages.page(who, _asked(who, form), whole=True)
    found = next((each for each in page.tables if each.key == table), None)
    if found is None:
        raise Http404
    return tables.answer(pages.sheet(who, found, page.finding), f"{form} {table} {who.today.isoformat()}")


def _asked(who: Visit, code: str) -> FormAsked:
    """The form; a 404 alike for what is not there and what asks nothing of the person's units."""
    try:
        found = form_asked(who.who, code, _now(who))
    except NoSuchForm as error:
        raise Http404 from error
    if not found.units and not who.who.everywhere("define"):
        raise Http404
    return found


def _now(who: Visit) -> Moment:
    return Moment(who.at, who.ledger, clock.now())
