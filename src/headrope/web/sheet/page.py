"""The sheet as plain texts ready to print."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from headrope.ledger.said import gettext as _
from headrope.org.queries import Node
from headrope.review.charts import Chart
from headrope.review.headline import Headline, Sentence
from headrope.review.queries import Line, Reader
from headrope.review.sheet.notes import Notes, Replies, notes, replies
from headrope.review.sheet.pictures import fan_chart, steps_told, waterfall_chart
from headrope.review.sheet.queries import UnitSheet
from headrope.review.wording import Wording
from headrope.web.access import Visit
from headrope.web.address import Address
from headrope.web.asked import Asked
from headrope.web.bearing import Bearing, bearing, day_text
from headrope.web.review import measures
from headrope.web.sheet.facts import Fact, facts
from headrope.web.sheet.tables import SmallTable, children, segments

Piece = tuple[str, str]


@dataclass(slots=True)
class Pictured:
    """A chart under a title."""

    title: str
    about: str
    chart: Chart


@dataclass(slots=True)
class SheetPage:
    """All that the template prints; `headline` are pieces of text with their addresses, `before` and `after` links."""

    title: str
    other_name: str
    other_language: str
    code: str
    headline: list[Piece]
    facts: list[Fact]
    bearing: Bearing
    asked: Asked
    about: str
    table: measures.Table
    all_measures: str
    left: int
    fans: list[Pictured]
    why: Pictured | None
    children: SmallTable | None
    segments: SmallTable | None
    notes: Notes | None
    replies: Replies
    before: Piece | None
    after: Piece | None
    foot: str


def build(visit: Visit, reader: Reader, sheet: UnitSheet, asked: Asked) -> SheetPage:
    """The page of the sheet."""
    review, address = sheet.review, asked.address
    wording = Wording.of(review, asked.scale, visit.style)
    chinese = wording.language.startswith("zh")
    unit = review.unit
    name, other = wording.name(unit), unit.name if chinese else unit.name_zh
    segment_rows = segments(sheet, wording, address)
    # Where there are segments their table takes the place of the second picture.
    pictured = sheet.spoken if segment_rows is None else [line for line in (sheet.explained,) if line]
    table = _table(sheet, wording, address)
    whole = Address(address.unit, address.period, address.fiscal_start, address.query)
    return SheetPage(
        name,
        other if other != name else "",
        "en" if chinese else "zh-Hans",
        unit.code,
        _headline(Headline(review, wording).sentences(sheet.ranking), address),
        facts(sheet, wording, address),
        bearing(visit, reader, review, wording, address),
        asked,
        _about(sheet, wording),
        table,
        whole.review(),
        len(review.lines) - len(sheet.lines),
        [fan for line in pictured if (fan := _fan(sheet, line, wording))],
        _why(sheet, wording),
        children(sheet, wording, address),
        segment_rows,
        notes(sheet, wording),
        replies(sheet, wording),
        _link(sheet.beside[0], wording, address),
        _link(sheet.beside[1], wording, address),
        _foot(visit, sheet, wording),
    )


def _table(sheet: UnitSheet, wording: Wording, address: Address) -> measures.Table:
    """The measures; print shows all of them."""
    table = measures.table(sheet.review, wording, address.origins(like=sheet.review.like), sheet.lines)
    for row in table.rows:
        row.light = False
    # One sheet is narrow: what a picture of the row shows, and the panel of its number tells, has no column of its own.
    left_out = _left_out()
    for heads, cells in ((table.heads, "cells"), (table.ahead, "ahead")):
        for place in reversed([n for n, (title, _kind) in enumerate(heads) if title in left_out]):
            del heads[place]
            for row in table.rows:
                del getattr(row, cells)[place]
    return table


def _left_out() -> tuple[str, ...]:
    return (_("Gap, %"), _("Change, %"), _("8 cases in 10"))


def _headline(sentences: list[Sentence], address: Address) -> list[Piece]:
    joint = "" if (get_language() or "en").startswith("zh") else " "
    pieces: list[Piece] = []
    for sentence in sentences:
        if pieces and joint:
            pieces.append((joint, ""))
        pieces += [(part.text, address.origins(part.ref.unit).ref(part.ref) if part.ref else "") for part in sentence]
    return pieces


def _about(sheet: UnitSheet, wording: Wording) -> str:
    if any(wording.money(line.info) for line in sheet.lines):
        return _("%(scale)s unless said. Every number leads to where it comes from.") % {"scale": wording.scale_name}
    return _("Every number leads to where it comes from.")


def _fan(sheet: UnitSheet, line: Line, wording: Wording) -> Pictured | None:
    path = sheet.path(line)
    if path is None or not any(value is not None for value in path.actual):
        return None
    title = _("%(measure)s, cumulative") % {"measure": wording.name(path.info)}
    planned = any(value is not None for value in path.plan)
    return Pictured(title, _("dashed: phase plan") if planned else "", fan_chart(sheet, path, wording))


def _why(sheet: UnitSheet, wording: Wording) -> Pictured | None:
    chart = waterfall_chart(sheet, wording)
    if chart is None or sheet.explained is None:
        return None
    title = _("What makes up the gap in %(measure)s") % {"measure": wording.name(sheet.explained.info)}
    return Pictured(title, steps_told(sheet, wording), chart)


def _link(node: Node | None, wording: Wording, address: Address) -> Piece | None:
    return (wording.name(node), address.review(node.code)) if node else None


def _foot(visit: Visit, sheet: UnitSheet, wording: Wording) -> str:
    """The bearing as a line of print."""
    review = sheet.review
    values = {
        "ledger": visit.ledger.name,
        "unit": wording.name(review.unit),
        "period": wording.period(review.period),
        "against": wording.against(review.against),
        "day": day_text(review.known_on or visit.today),
        "scale": wording.scale_name,
        "seq": review.seq,
    }
    return (
        _("%(ledger)s · %(unit)s · %(period)s · against %(against)s · as known on %(day)s, posting %(seq)s · %(scale)s")
        % values
    )
