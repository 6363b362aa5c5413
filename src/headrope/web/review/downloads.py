"""The tables of a review as sheets to download: what the page prints, as typed cells."""

from __future__ import annotations

from collections.abc import Sequence

from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.web.review.cells import Cell
from headrope.web.review.heat import HeatTable
from headrope.web.review.measures import Table as Measures
from headrope.web.review.page import Frame, ReviewPage
from headrope.web.review.since import SincePage
from headrope.web.review.units import UnitRow, Units
from headrope.web.tables import Sheet, Value, number_of


def sheet(table: str, page: ReviewPage) -> Sheet | None:
    """The table of that name, measures or units; None where the page has none such."""
    if table == "measures":
        return _measures(page.table, page)
    if table == "units" and page.units is not None:
        return _units(page.units, page)
    return None


def _measures(table: Measures, page: ReviewPage) -> Sheet:
    heads = [_("Code"), _("Measure"), _("Counted in"), _("State"), *(title for title, _kind in table.heads)]
    heads += [_("On last year")] * table.grown + [title for title, _kind in table.ahead]
    noted = any(row.notes for row in table.rows)
    heads += [_("Note")] * noted
    rows: list[Sequence[Value]] = []
    for row in table.rows:
        grown = [_value(row.growth)] * table.grown
        notes = [" · ".join(row.notes)] * noted
        ahead = map(_value, row.ahead)
        rows.append([row.code, row.name, row.account, row.word, *map(_value, row.cells), *grown, *ahead, *notes])
    return Sheet(f"{page.title} · {_('Measures')}", page.about, heads, rows, page.foot)


def _units(units: Units, page: ReviewPage) -> Sheet:
    heads = [_("No."), _("Code"), _("Unit"), _("State"), *(title for title, _kind in units.heads)]
    heads += [_("Coverage")] * units.covered

    def line(row: UnitRow) -> list[Value]:
        place = int(row.place) if row.place else None
        return [place, row.code, row.name, row.word, *map(_value, row.cells), *[row.coverage] * units.covered]

    about = " · ".join(filter(None, (units.measure, units.account)))
    rows, totals = list(map(line, units.rows)), list(map(line, units.totals))
    return Sheet(f"{page.title} · {_('Units below')}", about, heads, rows, page.foot, totals)


def heat_sheet(table: HeatTable, title: str, about: str, foot: str) -> Sheet:
    """Units by measures with all rows: per cent and points as fractions of the plan are told as printed."""
    heads = [_("Unit"), *(" ".join(filter(None, (head.name, head.unit))) for head in table.heads)]
    rows: list[Sequence[Value]] = []
    for row in table.rows:
        cells = [number_of(cell.text) if cell.text else cell.word for cell in row.cells]
        rows.append([row.name, *cells])
    return Sheet(f"{title} · {_('Units by measures')}", about, heads, rows, foot)


def since_sheet(table: str, page: SincePage, frame: Frame) -> Sheet | None:
    """What has moved, or what was restated, with all rows; None where no day is compared."""
    if not page.day:
        return None
    values = {"period": frame.bearing.menus[1].value, "day": page.since, "until": page.until}
    about = _("%(period)s, as known on %(day)s and %(until)s") % values
    if table == "restated":
        heads = [_("Unit"), _("Measure"), _("Reason")]
        named: list[Sequence[Value]] = [[each.unit, each.measure, each.said] for each in page.restated]
        return Sheet(f"{frame.title} · {_('Restated')}", about, heads, named, frame.foot)
    heads = [_("Measure"), _("Counted in"), _("Actual then"), _("Actual now"), pgettext("figure", "Moved")]
    heads += [_("Plan then"), _("Plan now"), _("State then"), _("State now"), _("Odds")]
    rows: list[Sequence[Value]] = []
    for row in page.rows:
        figures = (row.then, row.now, row.moved, row.plan_then, row.plan_now)
        odds = " → ".join(text for text, _href in row.odds)
        states = [row.word_then, row.word_now]
        rows.append([row.name, row.account, *map(number_of, figures), *states, number_of(odds)])
    return Sheet(f"{frame.title} · {_('What has moved')}", about, heads, rows, frame.foot)


def _value(cell: Cell) -> Value:
    if cell.number is not None:
        return cell.number()
    return _("not reported") if cell.kind.startswith("hr-missing") else cell.text
