"""The board of a round as a table to download."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from headrope.ledger.submissions.queries import board
from headrope.web import tables
from headrope.web.figures.asked import read
from headrope.web.figures.rounds import board_sheet


@require_safe
def units(request: HttpRequest, unit: str, form: str, period: str) -> HttpResponse:
    """How all forms of the round stand under the unit, as .xlsx; `show` chooses units as on the page."""
    asked = read(request, unit, form, period)
    found = board(asked.actor.sight, asked.place)
    sheet = board_sheet(asked, found, request.GET.get("show", "all"))
    return tables.answer(sheet, f"{unit} {form} {period}")
