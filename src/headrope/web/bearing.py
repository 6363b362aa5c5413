"""The bearing of a review: the coordinates of every figure on the page, each with a menu of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language, ngettext

from headrope.core.periods import Period, name, year_of
from headrope.ledger.queries import ACTUAL
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.wording import MONTHS, FigureWording
from headrope.org.queries import Node
from headrope.review.headline import Headline
from headrope.review.queries import Reader, Review, versions_held
from headrope.review.wording import Wording
from headrope.web.access import Visit
from headrope.web.address import Address
from headrope.web.generations import days_known

MOST_UNITS, MOST_YEARS, MOST_DAYS = 14, 6, 10


@dataclass(slots=True)
class Choice:
    """One entry of a menu."""

    text: str
    href: str
    here: bool = False


@dataclass(slots=True)
class Group:
    """Entries under a small title; `more` leads to those left out."""

    title: str
    choices: list[Choice]
    more: str = ""


@dataclass(slots=True)
class Menu:
    """A coordinate: what it is, its value, and groups of other values."""

    key: str
    title: str
    value: str
    groups: list[Group]


@dataclass(slots=True)
class Bearing:
    """The whole line; `keep` are the questions that its small forms carry on."""

    menus: list[Menu]
    coverage: str
    complete: bool
    behind: bool
    before: str
    after: str
    action: str
    keep: list[tuple[str, str]]
    known: str


def bearing(visit: Visit, reader: Reader, review: Review, wording: Wording, address: Address) -> Bearing:
    """The bearing of the review."""
    maker = _Maker(visit, reader, review, wording, address)
    first, last = maker.range
    before, after = (review.period.shifted(step * review.period.span) for step in (-1, 1))
    return Bearing(
        [maker.unit(), maker.period(), maker.against(), maker.known(), maker.scale()],
        Headline(review, wording).reporting(),
        not review.reporting.late,
        review.known_on is None and review.seq < visit.at.seq,
        address.review(period=before) if before.end > first else "",
        address.review(period=after) if after.start < last else "",
        address.review().partition("?")[0],
        [pair for pair in address.query if pair[0] != "known"],
        review.known_on.isoformat() if review.known_on else "",
    )


def day_text(day: date) -> str:
    """A day in words: 14 Jul 2023, 2023年7月14日."""
    return FigureWording.day(day)


OTHER = Period(0, 1)
"""Any period: an address is asked for once, and the others are put in its place."""
Periods = tuple[tuple[str, tuple[tuple[str, str, Period], ...]], ...]
"""Groups of periods by their title, each with its text and its name in addresses."""


@lru_cache(maxsize=64)
def _periods(_language: str | None, start: int, first: int, last: int, latest: Period) -> Periods:
    """The periods of the menu in the active language: the same on every page until a month comes in."""
    groups: list[tuple[str, tuple[tuple[str, str, Period], ...]]] = []
    for back in range(MOST_YEARS):
        year = latest.shifted(-12 * back)
        if year.end <= first:
            break
        groups += _year(year, start, last)
    return tuple(groups)


def _year(year: Period, start: int, last: int) -> Periods:
    """The year with its halves and quarters, the time up to a month, single months; none that has yet to begin."""
    months = [month for month in year.cells(1) if month.start < last]
    names = [_(MONTHS[month.start % 12]) for month in months]
    parts = [part for span in (6, 3) for part in year.cells(span) if part.end <= last]
    words = {
        (6, 0): _("H1"),
        (6, 6): _("H2"),
        (3, 0): _("Q1"),
        (3, 3): _("Q2"),
        (3, 6): _("Q3"),
        (3, 9): _("Q4"),
    }
    wholes = [(name(year, start), year), *((words[part.span, part.start - year.start], part) for part in parts)]
    to_date = [Period(year.start, month.end - year.start) for month in months]
    groups = (
        ("", wholes),
        (_("up to"), list(zip(names, to_date, strict=True))),
        (_("month"), list(zip(names, months, strict=True))),
    )
    return tuple((title, tuple((text, name(each, start), each) for text, each in found)) for title, found in groups)


class _Maker:
    """Makes the menus of one review."""

    def __init__(self, visit: Visit, reader: Reader, review: Review, wording: Wording, address: Address) -> None:
        self.visit, self.reader, self.review, self.wording, self.address = visit, reader, review, wording, address
        start = reader.cube.first_start.get(ACTUAL, review.period.start)
        self.range = (start, reader.cube.manifest.last_actual or review.period.end)

    def unit(self) -> Menu:
        """Visible ancestors, sisters where the parent is visible, children."""
        review, others = self.review, self.address.for_others()
        tree = self.reader.tree(review.period)

        def choices(nodes: list[Node]) -> list[Choice]:
            return [
                Choice(self.wording.name(n), others.review(n.code), n.id == review.unit.id) for n in nodes[:MOST_UNITS]
            ]

        above = review.path[:-1]
        groups = [Group(_("Above"), choices(list(above)))] if above else []
        if above and above[-1].id == review.unit.parent:
            sisters = [n for n in tree.children.get(review.unit.parent, ()) if self.visit.who.sees(n.id)]
            groups.append(Group(_("Beside"), choices(sisters), self._more(sisters, above[-1])))
        if review.children:
            seen = [n for n in review.children if self.visit.who.sees(n.id)]
            groups.append(Group(_("Below"), choices(seen), self._more(seen, review.unit)))
        return Menu("unit", _("Unit"), self.wording.name(review.unit), groups)

    @staticmethod
    def _more(nodes: list[Node], parent: Node) -> str:
        return f"/units/?at={parent.code}" if len(nodes) > MOST_UNITS else ""

    def period(self) -> Menu:
        """By year, newest first: the year and its parts, the time up to a month, single months."""
        start, (first, last) = self.visit.ledger.fiscal_start, self.range
        latest = year_of(max(last - 1, self.review.period.end - 1), start)
        before, _period, after = self.address.review(period=OTHER).partition(name(OTHER, start))
        here = self.review.period
        groups = [
            Group(title, [Choice(text, f"{before}{code}{after}", period == here) for text, code, period in choices])
            for title, choices in _periods(get_language(), start, first, last, latest)
        ]
        return Menu("period", _("Period"), self.wording.period(self.review.period), groups)

    def against(self) -> Menu:
        """Every version that has figures, and last year."""
        held = versions_held(self.reader.cube)
        choices = [
            Choice(self.wording.against(code), self.address.with_(against=code), code == self.review.against)
            for code in held
        ]
        return Menu("against", _("Against"), self.wording.against(self.review.against), [Group("", choices)])

    def known(self) -> Menu:
        """Now, the last days on which something became known, and any other day."""
        on = self.review.known_on
        days = [day for day in days_known(self.visit) if day < self.visit.today][:MOST_DAYS]
        choices = [Choice(_("now"), self.address.with_(known=None), on is None)]
        choices += [Choice(day_text(day), self.address.with_(known=day.isoformat()), day == on) for day in days]
        return Menu("known", _("Known on"), day_text(on) if on else _("now"), [Group("", choices)])

    def scale(self) -> Menu:
        """What money is shown in."""
        family = self.wording.scales
        chosen = self.wording.format.scale.key
        choices = []
        for scale in family:
            text = self.wording.scale_text(scale)
            digits = ngettext("%(n)s decimal", "%(n)s decimals", scale.digits) % {"n": scale.digits}
            text = f"{text}, {digits}" if sum(each.name == scale.name for each in family) > 1 else text
            choices.append(Choice(text, self.address.with_(scale=scale.key), scale.key == chosen))
        return Menu("scale", pgettext("money", "In"), self.wording.scale_name, [Group("", choices)])
