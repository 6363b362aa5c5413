"""A unit beside the peers of a benchmark set, as it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.utils.translation import ngettext

from headrope.ledger.queries import ACTUAL
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.review.benchmarks.queries import Compared, Comparison, sets
from headrope.review.queries import Reader, Review
from headrope.review.wording import Wording
from headrope.web.bearing import Bearing
from headrope.web.gaps.asked import Request
from headrope.web.gaps.downloads import value_of
from headrope.web.gaps.lists import figure_cell
from headrope.web.gaps.wording import GapWording
from headrope.web.review.cells import Cell
from headrope.web.tables import Sheet, Value


@dataclass(slots=True)
class PeerRow:
    """One peer of one measure."""

    place: str
    name: str
    value: Cell


@dataclass(slots=True)
class ComparedRow:
    """One measure: the own figure, rank, best and middle, distances, and the peers."""

    measure: str
    account: str
    own: Cell
    rank: str
    cells: list[Cell]
    hidden: str
    peers: list[PeerRow]


@dataclass(slots=True)
class BenchmarksPage:
    """The unit beside one set."""

    title: str
    code: str
    headline: str
    bearing: Bearing
    sets: list[tuple[str, str, bool]]
    rows: list[ComparedRow]
    links: dict[str, str]
    foot: str
    asked: object
    about: str
    edits: bool


def benchmarks_page(
    made: Request, reader: Reader, review: Review, found: Comparison | None, chosen: str
) -> BenchmarksPage:
    """The page of a comparison; None: there is no such set."""
    wording = made.wording(review)
    line = made.bearing(reader, review, wording)
    rows = [_compared(made, review, wording, each) for each in found.lines] if found else []
    address = made.address.with_()
    every = [
        (row.shown_set(wording.language), f"{address}{'&' if '?' in address else '?'}set={code}", code == chosen)
        for code, row in sets(reader).items()
    ]
    return BenchmarksPage(
        f"{_('Benchmarks')} · {wording.name(review.unit)}",
        review.unit.code,
        _headline(found, wording, review),
        line,
        every,
        rows,
        {
            "situation": made.address.situation(),
            "xlsx": f"{made.address.download('benchmarks')}{'&' if made.address.tail else '?'}set={chosen}",
        },
        " · ".join(f"{menu.title} {menu.value}" for menu in line.menus),
        made.asked,
        _("%(scale)s unless said; distances so that plus is good") % {"scale": wording.scale_name},
        made.visit.who.everywhere("define"),
    )


def _headline(found: Comparison | None, wording: Wording, review: Review) -> str:
    if found is None:
        return _("There is no benchmark set to hold the unit against.")
    ranked = [line for line in found.lines if line.rank is not None]
    values = {"set": found.set.shown_set(wording.language), "unit": wording.name(review.unit)}
    if not ranked:
        return _("%(set)s has no figures for this period.") % values
    best = [line for line in ranked if line.rank == 1]
    worst = max(ranked, key=lambda line: ((line.rank or 0) / line.of, line.of))
    values |= {
        "measure": wording.name(worst.info),
        "rank": f"{worst.rank}",
        "of": f"{worst.of}",
        "best": f"{len(best)}",
    }
    if len(best) == len(ranked):
        return _("%(unit)s leads %(set)s in every measure.") % values
    if not best:
        return _("%(unit)s beside %(set)s: furthest back in %(measure)s, %(rank)s of %(of)s.") % values
    return _("%(unit)s beside %(set)s: first in %(best)s, furthest back in %(measure)s: %(rank)s of %(of)s.") % values


def _compared(made: Request, review: Review, wording: Wording, line: Compared) -> ComparedRow:
    info, own = line.info, line.own.value
    href = made.address.origins(review.unit.code, review.like).of(info.code, review.period, ACTUAL)
    gaps = GapWording(wording)
    distances = [
        Cell(gaps.difference(info, each, own), number=partial(wording.number, info, each, own, sign=True))
        if each is not None
        else Cell()
        for each in (line.to_best, line.to_middle)
    ]
    rank = "" if line.rank is None else pgettext("rank", "%(rank)s of %(of)s") % {"rank": line.rank, "of": line.of}
    hidden = ngettext("%(n)s peer outside your mandate", "%(n)s peers outside your mandate", line.hidden) % {"n": line.hidden} if line.hidden else ""  # fmt: skip
    peers = [
        PeerRow(
            str(peer.place or ""),
            peer.benchmark.shown_name(wording.language),
            figure_cell(wording, info, peer.value, own),
        )
        for peer in line.peers
    ]
    figures = [figure_cell(wording, info, line.best, own), figure_cell(wording, info, line.middle, own)]
    return ComparedRow(
        wording.name(info),
        wording.account(info),
        figure_cell(wording, info, own, own, href),
        rank,
        [figures[0], distances[0], figures[1], distances[1]],
        hidden,
        peers,
    )


def benchmarks_sheet(page: BenchmarksPage) -> Sheet:
    """The comparison as a table to download: a row for each measure, and one for each peer below it."""
    heads = [_("Measure"), _("Counted in"), _("Peer"), _("Figure"), _("Rank"), _("Best"), _("To the best"), _("Middle"), _("To the middle")]  # fmt: skip
    rows: list[list[Value]] = []
    for row in page.rows:
        rows.append([row.measure, row.account, _("own"), value_of(row.own), row.rank, *map(value_of, row.cells)])
        rows += [[row.measure, row.account, peer.name, value_of(peer.value), peer.place] for peer in row.peers]
    return Sheet(page.title, page.about, heads, rows, page.foot)
