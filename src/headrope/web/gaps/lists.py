"""The red and the black list as they are printed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.utils.translation import ngettext

from headrope.core.display import Number, pattern
from headrope.ledger.queries import ACTUAL, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.review.queries import Reader, Review
from headrope.review.rules.lists import Listed, Lists
from headrope.review.rules.wording import sentence
from headrope.review.wording import Wording
from headrope.web.bearing import Bearing
from headrope.web.gaps.asked import Request
from headrope.web.gaps.downloads import value_of
from headrope.web.gaps.wording import GapWording
from headrope.web.review.cells import Cell
from headrope.web.tables import Sheet

FEW = 5


@dataclass(slots=True)
class ListRow:
    """A unit on a list: name, address, measure, figures, how far, and by which rule."""

    name: str
    href: str
    measure: str
    cells: list[Cell]
    far: Cell
    rule: str


@dataclass(slots=True)
class OneList:
    """The red or the black list with the sentences of its rules."""

    key: str
    title: str
    rules: list[str]
    rows: list[ListRow]


@dataclass(slots=True)
class ListsPage:
    """Both lists."""

    title: str
    code: str
    headline: str
    bearing: Bearing
    lists: list[OneList]
    pace: str
    links: dict[str, str]
    foot: str
    asked: object
    about: str
    edits: bool


def lists_page(made: Request, reader: Reader, found: Lists) -> ListsPage:
    """The page of the lists."""
    review = found.review
    wording = made.wording(review)
    line = made.bearing(reader, review, wording)
    lists = []
    for key, title in (("red", _("Red list")), ("black", _("Black list"))):
        rules = [sentence(rule, wording, reader.infos) for rule in found.rules if rule.kind == key]
        rows = [_listed(made, review, wording, row) for row in found.of(key)]
        lists.append(OneList(key, title, rules, rows))
    return ListsPage(
        f"{_('Red and black list')} · {wording.name(review.unit)}",
        review.unit.code,
        _lists_headline(found),
        line,
        lists,
        sentence(reader.pace(review.period), wording, reader.infos),
        {
            "situation": made.address.situation(),
            "gaps": made.address.of("gaps"),
            "xlsx": made.address.download("lists"),
        },
        " · ".join(f"{menu.title} {menu.value}" for menu in line.menus),
        made.asked,
        _("%(scale)s unless said") % {"scale": wording.scale_name},
        made.visit.who.everywhere("define"),
    )


def _lists_headline(found: Lists) -> str:
    red, black = (len({row.unit.id for row in found.of(key)}) for key in ("red", "black"))
    if not found.rules:
        return _("No rule says who stands on the red or the black list.")
    said = (
        ngettext("%(n)s unit stands on the red list", "%(n)s units stand on the red list", red) % {"n": red},
        ngettext("%(n)s on the black one", "%(n)s on the black one", black) % {"n": black},
    )
    return _("%(red)s, %(black)s.") % {"red": said[0], "black": said[1]}


def _listed(made: Request, review: Review, wording: Wording, row: Listed) -> ListRow:
    cells = [Cell(), Cell(), Cell()]
    if row.stand is not None:
        origins = made.address.origins(row.unit.code, review.like)
        stand, beside = row.stand, row.stand.actual.value
        gaps = GapWording(wording)
        cells = [
            figure_cell(
                wording, row.info, stand.plan.value, beside, origins.of(row.info.code, review.period, review.against)
            ),
            figure_cell(
                wording, row.info, stand.actual.value, beside, origins.of(row.info.code, review.period, ACTUAL)
            ),
            Cell(gaps.difference(row.info, stand.gap, beside) if stand.gap is not None else ""),
        ]
    return ListRow(
        wording.name(row.unit),
        made.address.other(row.unit.code),
        wording.name(row.info),
        cells,
        _far(wording, row),
        row.rule.shown_name(wording.language) or row.rule.code,
    )


def _far(wording: Wording, row: Listed) -> Cell:
    if row.overdue is not None:
        return Cell(wording.overdue(row.overdue), kind="hr-behind")
    if row.share is None or abs(row.share) > FEW:
        return Cell(_("nothing was asked for") if row.share is None else _("more than %(n)s times") % {"n": FEW})
    number = partial(Number, row.share, pattern(1, True, "%"))
    return Cell(wording.format.per_cent(row.share, sign=True), number=number)


def figure_cell(
    wording: Wording, info: MeasureInfo, value: int | float | None, beside: int | float | None, href: str = ""
) -> Cell:
    """A figure with its origin; empty where there is none."""
    if value is None:
        return Cell()
    return Cell(wording.figure(info, value, beside), href, number=partial(wording.number, info, value, beside))


def lists_sheet(page: ListsPage) -> Sheet:
    """Both lists as a table to download."""
    heads = [_("List"), _("Unit"), _("Measure"), _("Asked by now"), _("Actual"), _("Gap"), _("How far"), _("Rule")]
    rows = [
        [one.title, row.name, row.measure, *map(value_of, row.cells), value_of(row.far), row.rule]
        for one in page.lists
        for row in one.rows
    ]
    return Sheet(page.title, page.about, heads, rows, page.foot)
