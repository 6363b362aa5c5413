"""Tables of pages about gaps as sheets to download: what the page prints, as typed cells."""

from __future__ import annotations

from collections.abc import Sequence

from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.web.gaps.listing import ListPage, Row
from headrope.web.review.cells import Cell
from headrope.web.tables import Sheet, Value


def gaps(page: ListPage) -> Sheet:
    """The gap list."""
    heads = [_("Measure"), _("Counted in"), _("Unit"), pgettext("gap", "Answer"), *page.heads]
    heads += [
        _("Cause"),
        _("Promised"),
        pgettext("gap", "Open"),
        _("Who answers"),
        _("Note"),
        _("In words"),
        _("Against the gap"),
    ]
    words = {each.href: each.words for each in page.said}
    rows: list[Sequence[Value]] = []
    for group in page.groups:
        for row in group.rows:
            promised = group.promised if row.own else ""
            rows.append([group.name, group.account, *_row(row), words.get(row.act, ""), promised])
    return Sheet(page.title, page.about, heads, rows, page.foot)


def _row(row: Row) -> list[Value]:
    figures = [value_of(cell) for cell in row.cells]
    return [row.name, row.state, *figures, row.cause, value_of(row.promised), value_of(row.open), row.who, row.note]


def value_of(cell: Cell) -> Value:
    """A cell's number where it has one, else its text."""
    return cell.number() if cell.number is not None else cell.text
