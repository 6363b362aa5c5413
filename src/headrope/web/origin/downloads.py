"""The tables of an origin as sheets to download; figures are exact, as the page prints them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from headrope.web.origin.cells import Cells
from headrope.web.origin.page import OriginPage
from headrope.web.origin.parts import Part
from headrope.web.tables import Sheet, Value, number_of


def sheet(table: str, page: OriginPage) -> Sheet | None:
    """The table of that name: parts, components or cells; None where the page has none such."""
    if table == "parts" and page.parts:
        return _parts(_("Units below"), page.parts, page)
    if table == "components" and page.components:
        return _parts(_("How it is formed"), page.components, page)
    if table == "cells" and page.cells.rows:
        return _cells(page.cells, page)
    return None


def _about(page: OriginPage) -> str:
    return f"{page.unit} · {page.title}" + (f" · {page.account}" if page.account else "")


def _parts(title: str, parts: Sequence[Part], page: OriginPage) -> Sheet:
    heads = [_("Name"), _("Counted in, or part of the period"), _("Value"), _("Reported")]
    totals = [page.total] if page.total and parts is page.parts else []
    return Sheet(title, _about(page), heads, list(map(_line, parts)), page.reference, list(map(_line, totals)))


def _line(part: Part) -> list[Value]:
    return [part.name, part.tag, _("not reported") if part.missing else number_of(part.value), part.count]


def _cells(cells: Cells, page: OriginPage) -> Sheet:
    heads = [_("Period"), _("Value"), _("Known from"), _("Posting")]
    rows: list[list[Value]] = [
        [
            row.cell or _("before that"),
            _("not reported") if row.missing else number_of(row.value),
            row.known,
            row.posting,
        ]
        for row in cells.rows
    ]
    return Sheet(_("Figures of the unit itself"), _about(page), heads, rows, page.reference)
