"""The board of a round as tables to download."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from headrope.core.display import Number, pattern
from headrope.core.due.timeliness import Reports
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.submissions.queries import Board, board
from headrope.ledger.wording import FigureWording
from headrope.web import tables
from headrope.web.figures.asked import Asked, once_begun, read
from headrope.web.figures.menus import menus
from headrope.web.figures.rounds import SHOWS, finding_of, lines_of, tier_row
from headrope.web.foot import foot_of
from headrope.web.tables import Sheet, Value


@require_safe
@once_begun
def units(request: HttpRequest, unit: str, form: str, period: str) -> HttpResponse:
    """How all forms of the round stand under the unit, as .xlsx; `show` chooses units as on the page."""
    asked = read(request, unit, form, period)
    found = board(asked.actor.sight, asked.place)
    sheet = board_sheet(asked, found, request.GET.get("show", "all"))
    return tables.answer(sheet, f"{unit} {form} {period}")


@require_safe
@once_begun
def tiers(request: HttpRequest, unit: str, form: str, period: str) -> HttpResponse:
    """How complete and how timely each tier under the unit has reported, as .xlsx."""
    asked = read(request, unit, form, period)
    sheet = tier_sheet(asked, board(asked.actor.sight, asked.place))
    return tables.answer(sheet, f"{unit} {form} {period} tiers")


def board_sheet(asked: Asked, found: Board, show: str) -> Sheet:
    """All units that `show` chooses, on however many pages, to download."""
    wording = FigureWording(asked.visit.ledger, 0, asked.scale.key, asked.visit.style)
    rows = [found.row(node) for node in found.chosen(next((key for key in SHOWS if key == show), "all"))]
    tier = asked.place.round.units.tree.tier
    lines: list[list[Value]] = [
        [
            line.code,
            line.name,
            tier[row.unit.id],
            line.state,
            row.stood.due.day if row.stood.due else None,
            line.standing,
        ]
        for row, line in zip(rows, lines_of(asked, rows), strict=True)
    ]
    heads = [_("Code"), _("Unit"), _("Tier"), _("State"), _("Due"), _("How it stands")]
    foot = foot_of(asked.visit, [menu.value for menu in menus(asked, wording, "units/")])
    return Sheet(_("Who has reported"), finding_of(asked, found, wording), heads, lines, foot)


def tier_sheet(asked: Asked, found: Board) -> Sheet:
    """How complete and how timely each tier is, in counts and shares, to download; the last row is all tiers."""
    wording = FigureWording(asked.visit.ledger, 0, asked.scale.key, asked.visit.style)
    heads = [
        _("Tier"), pgettext("reports", "Owed"), pgettext("reports", "Reported"), pgettext("reports", "Reported late"),
        pgettext("reports", "Missing"), _("Complete"), _("In time"),
    ]  # fmt: skip
    lines = [_counted(tier_row(tier, reports)[0], reports) for tier, reports in sorted(found.tiers.items())]
    foot = foot_of(asked.visit, [menu.value for menu in menus(asked, wording, "units/")])
    total = [_counted(_("All tiers"), found.reports)] if lines else []
    return Sheet(_("Complete and in time"), finding_of(asked, found, wording), heads, lines, foot, total)


def _counted(name: str, reports: Reports) -> list[Value]:
    shares = [
        None if share is None else Number(float(share), pattern(0, after="%"))
        for share in (reports.completeness, reports.timeliness)
    ]
    return [name, reports.owed, reports.reported, reports.late, reports.missing, *shares]
