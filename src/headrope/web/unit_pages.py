"""The pages that there are of every unit, as the menu of the unit lists them: of the same period where the page has one."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest

from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.web.address import quote

DATED = ("review", "sheet", "gaps", "lists", "benchmarks")
"""Words whose pages are of a unit and a period; without the period they answer with the last one that has figures."""
CARRIED = ("against", "known", "scale")


def unit_pages(request: HttpRequest, unit: str = "") -> list[tuple[str, str, bool]]:
    """Name and address of each page of the unit (code; else that of the address), and whether it is the one that is shown."""
    texts = (
        ("review", _("Situation")),
        ("sheet", pgettext("review", "Sheet")),
        ("landing", _("Landing")),
        ("gaps", _("Gap list")),
        ("lists", _("Red and black list")),
        ("benchmarks", _("Benchmarks")),
    )
    match = request.resolver_match
    code = str(unit or (match.kwargs.get("unit", "") if match else ""))
    word = str(match.url_name).partition("-")[0] if match else ""
    period = str(match.kwargs.get("period", "")) if match and word in DATED else ""
    tail = urlencode([(key, request.GET[key]) for key in CARRIED if period and request.GET.get(key)])
    return [
        (text, _address(each, code, period if each in DATED else "", tail if each in DATED else ""), each == word)
        for each, text in texts
    ]


def _address(word: str, unit: str, period: str, tail: str) -> str:
    path = f"/{word}/{quote(unit)}/{f'{quote(period)}/' if period else ''}"
    return f"{path}?{tail}" if tail else path
