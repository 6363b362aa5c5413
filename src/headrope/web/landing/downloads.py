"""The tables of landing pages as sheets to download: what the pages print, with all rows, as typed cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headrope.ledger.said import gettext as _
from headrope.web.landing.judged import JudgedPage, ScoreRow
from headrope.web.landing.naive import NaiveSection
from headrope.web.landing.page import LandingPage
from headrope.web.landing.past import PastPage
from headrope.web.landing.tables import Row
from headrope.web.tables import Sheet, Value, number_of

RANGE = re.compile("[\N{EN DASH}\N{HORIZONTAL ELLIPSIS}]")
"""What stands between the ends of a range, which are two columns here."""


def sheet(table: str, page: LandingPage | PastPage, foot: str) -> Sheet | None:
    """The table of that name: measures, units, runs, ways or tried; None where the page has none such."""
    if table in ("ways", "tried"):
        return _naive(table, page, page.naive, foot) if page.naive is not None else None
    if isinstance(page, PastPage):
        return None
    if table == "runs":
        return _runs(page, foot)
    if table == "measures":
        return _landings(page, _("Headline measures"), _("Measure"), page.measures, foot)
    if table == "units" and page.units:
        return _landings(page, f"{_('Units below')} · {page.measure}", _("Unit"), page.units, foot)
    return None


def _ends(text: str) -> list[Value]:
    low, _between, high = RANGE.sub("|", text).partition("|")
    return [number_of(low), number_of(high)]


def _landings(page: LandingPage, title: str, first: str, rows: Sequence[Row], foot: str) -> Sheet:
    heads = [first, _("Counted in"), _("To date"), _("Landing"), *_range_heads()]
    heads += [_("Target"), _("Odds"), _("Need a month"), _("Note")]
    account = page.scale if page.measure in title else ""
    return Sheet(f"{page.title} · {title}", page.headline, heads, [_landing(row, account) for row in rows], foot)


def _range_heads() -> list[str]:
    return [_("8 cases in 10, from"), _("8 cases in 10, to")]


def _landing(row: Row, account: str) -> list[Value]:
    low, high = _ends(row.between)
    figures = [row.known, row.landing]
    return [
        row.name,
        row.account or account,
        *map(number_of, figures),
        low,
        high,
        *map(number_of, (row.target, row.odds, row.need)),
        row.why or row.notes,
    ]


def _runs(page: LandingPage, foot: str) -> Sheet:
    heads = [_("After month"), _("Landing"), *_range_heads(), _("Odds"), _("Made"), _("Posting")]
    rows: list[Sequence[Value]] = [
        [row.month, number_of(row.landing), *_ends(row.between), number_of(row.odds), row.made, row.seq]
        for row in page.runs
    ]
    title = f"{page.title} · {_('Landings of the year')} · {page.measure}"
    return Sheet(title, page.scale, heads, rows, foot)


def _naive(table: str, page: LandingPage | PastPage, naive: NaiveSection, foot: str) -> Sheet | None:
    if naive.why:
        return None
    title = f"{page.title} · {_('What simple ways would have said')}"
    about = " · ".join([naive.about, *naive.notes])
    if table == "ways":
        heads = [_("Way"), _("How"), _("Year"), _("Error of the sum"), _("WAPE, unit by unit"), _("Note")]
        ways: list[Sequence[Value]] = [[naive.came[0], "", number_of(naive.came[1])]]
        for way in naive.ways:
            ways.append([way.name, way.how, *map(number_of, (way.total, way.off, way.wape)), way.why])
        return Sheet(title, about, heads, ways, foot)
    heads = [_("Unit"), _("To date"), _("%(year)s to date") % {"year": naive.before}, naive.before, _("What came")]
    for head in naive.heads:
        heads += [head, f"{head} {_('off')}"]
    rows: list[Sequence[Value]] = []
    for row in naive.rows:
        figures = [each[0] for each in (row.known, row.before_known, row.before, row.came)]
        for (value, _href), off in row.ways:
            figures += [value, off]
        rows.append([row.name, *map(number_of, figures), row.why])
    return Sheet(title, about, [*heads, _("Note")], rows, foot)


def judged_sheet(table: str, page: JudgedPage, foot: str) -> Sheet | None:
    """How good past landings were, as scores or as odds beside what came true; None of any other name."""
    title = _("Landings judged")
    if table == "scores":
        heads = [_("Landings"), _("Measure"), _("Tier"), _("Cases"), _("Error"), _("same pace")]
        heads += [_("last year's share"), _("Within the range"), _("Brier score"), _("of the lights")]
        rows = [_score(part.title, row) for part in page.parts for row in part.rows]
        return Sheet(title, page.headline, heads, rows, foot)
    if table == "odds":
        heads = [_("Landings"), _("Odds between"), _("Cases"), _("said on average"), _("came true")]
        bins: list[Sequence[Value]] = [
            [part.title, low, number_of(cases), number_of(said), number_of(came)]
            for part in page.parts
            for low, cases, said, came in part.bins
        ]
        return Sheet(f"{title} · {_('Odds')}", _("Did the odds come true?"), heads, bins, foot)
    return None


def _score(title: str, row: ScoreRow) -> list[Value]:
    texts = (row.cases, row.error, row.straight, row.share, row.covered, row.brier)
    return [title, row.measure, row.tier, *map(number_of, texts), row.lights]
