"""The gap list as it is printed: a group of rows for each measure, and the answers in words below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from django.utils.translation import ngettext
from markupsafe import Markup

from headrope.core.periods import year_of
from headrope.ledger.queries import ACTUAL
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.org.people.queries import PostHeld, heads_on
from headrope.review.gaps.cause import Cause
from headrope.review.gaps.causes import by_code, causes
from headrope.review.gaps.queries import GapList, GapRow, MeasureGap
from headrope.review.queries import Figure, Reader
from headrope.review.wording import Wording
from headrope.web.bearing import Bearing
from headrope.web.gaps.answered import Said, said
from headrope.web.gaps.asked import Request
from headrope.web.gaps.wording import GapWording
from headrope.web.review.cells import Cell
from headrope.web.review.marks import mark


@dataclass(slots=True)
class Row:
    """One unit's gap: cells, what is said of it, and the button."""

    name: str
    href: str
    own: bool
    missing: bool
    mark: Markup
    state: str
    cells: list[Cell]
    cause: str
    promised: Cell
    open: Cell
    who: str
    note: str
    act: str
    button: str


@dataclass(slots=True)
class Group:
    """One measure with its rows; `promised` says what is promised against the unit's own gap."""

    name: str
    account: str
    promised: str
    rows: list[Row]
    code: str


@dataclass(slots=True)
class ListPage:
    """All that the page shows."""

    title: str
    code: str
    headline: str
    facts: list[str]
    bearing: Bearing
    heads: list[str]
    groups: list[Group]
    said: list[Said]
    shows: list[tuple[str, str, bool]]
    counts: str
    links: dict[str, str]
    foot: str
    asked: object
    about: str
    problems: list[str] = field(default_factory=list)


def list_page(made: Request, reader: Reader, found: GapList, show: str) -> ListPage:
    """The page; `show` is all or open."""
    return _Maker(made, reader, found).page(show)


class _Maker:
    """Makes one page."""

    def __init__(self, made: Request, reader: Reader, found: GapList) -> None:
        self.made, self.reader, self.found = made, reader, found
        self.review = found.review
        self.wording: Wording = made.wording(self.review)
        self.gaps = GapWording(self.wording)
        self.causes: Mapping[str, Cause] = by_code(causes(reader.at))
        units = {row.unit.id for row in found.rows}
        self.heads: Mapping[int, list[PostHeld]] = heads_on(made.visit.today, units)

    def page(self, show: str) -> ListPage:
        wording, review = self.wording, self.review
        groups = [self._group(gap, show) for gap in self.found.measures]
        groups = [group for group in groups if group.rows]
        line = self.made.bearing(self.reader, review, wording)
        answered = [row for row in self.found.rows if row.answer is not None]
        return ListPage(
            f"{_('Gap list')} · {wording.name(review.unit)}",
            review.unit.code,
            self.gaps.headline(self.found),
            self._facts(),
            line,
            self._heads(),
            groups,
            [said(row, self.gaps, self.causes, self.made) for row in answered],
            self._shows(show),
            self._counts(),
            {
                "situation": self.made.address.situation(),
                "xlsx": self.made.address.download("gaps"),
                "lists": self.made.address.of("lists"),
                "benchmarks": self.made.address.of("benchmarks"),
            },
            self._foot(line),
            self.made.asked,
            self._about(),
            self.made.asked.problems,
        )

    def _heads(self) -> list[str]:
        return [
            _("Target %(year)s") % {"year": self.wording.year(self.made.period)},
            _("Asked by now"),
            _("Actual"),
            _("Gap"),
            _("Part of it"),
        ]

    def _about(self) -> str:
        scale = self.wording.scale_name
        return _("%(scale)s unless said; the worst first in each measure") % {"scale": scale}

    def _foot(self, line: Bearing) -> str:
        return " · ".join(f"{menu.title} {menu.value}" for menu in line.menus)

    def _facts(self) -> list[str]:
        facts = [_("A red measure without an answer is a finding by itself; the head of the unit owes the answer.")]
        grown = sum(row.state == "grown" for row in self.found.rows)
        if grown:
            text = ngettext("%(n)s gap has grown since it was answered", "%(n)s gaps have grown since they were answered", grown)  # fmt: skip
            facts.append(text % {"n": grown})
        return facts

    def _counts(self) -> str:
        missing = len(self.found.missing)
        return _("%(missing)s of %(reds)s red measures without an answer") % {
            "missing": missing,
            "reds": self.found.reds,
        }

    def _shows(self, show: str) -> list[tuple[str, str, bool]]:
        address = self.made.address
        every = self.made.asked.all_measures
        plain = [
            (_("all"), address.with_(), show == "all"),
            (_("without an answer"), _with_show(address.with_()), show == "open"),
        ]
        other = (_("headline measures"), address.with_(measures=None), False) if every else (_("every measure"), address.with_(measures="all"), False)  # fmt: skip
        return [*plain, other]

    def _group(self, gap: MeasureGap, show: str) -> Group:
        rows = [self._row(row) for row in gap.rows if show != "open" or row.missing]
        promised = self.gaps.promised(gap.info, gap.promised) if gap.promised else ""
        account = self.wording.account(gap.info)
        return Group(self.wording.name(gap.info), account, promised, rows, gap.info.code)

    def _row(self, row: GapRow) -> Row:
        stand, answered = row.stand, row.answer
        hollow = row.red and row.state == "answered"
        address = self.made.address
        own = row.unit.id == self.review.unit.id
        cause = ""
        if answered is not None:
            names = [self._cause(part.code) for part in answered.causes[:2]]
            cause = pgettext("list", ", ").join(names)
        may = self.made.visit.who.may("answer", row.unit.id) and self.made.asked.known is None
        button = (
            pgettext("gap", "Answer")
            if may and row.missing
            else _("Ask")
            if row.missing and self._asks(row)
            else _("Open")
        )
        return Row(
            self.wording.name(row.unit),
            address.review(row.unit.code),
            own,
            row.missing,
            mark(stand.state, hollow),
            self.gaps.state(row),
            self._cells(row),
            cause,
            self._amount(row, answered.promised if answered is not None else None),
            self._amount(row, row.short - answered.promised if answered is not None else row.short),
            self._who(row),
            self._note(row),
            self._act(row),
            button,
        )

    def _asks(self, row: GapRow) -> bool:
        return self.made.asked.known is None and self.made.visit.who.may("remind", row.unit.id)

    def _act(self, row: GapRow) -> str:
        return self.made.address.other(row.unit.code, row.info.code)

    def _cause(self, code: str) -> str:
        cause = self.causes.get(code)
        return cause.shown_name(self.wording.language) if cause is not None else code

    def _cells(self, row: GapRow) -> list[Cell]:
        stand, period, address = row.stand, self.made.period, self.made.address
        origins = address.origins(row.unit.code, self.review.like)
        beside = (stand.actual.value, stand.plan.value)
        year = year_of(period.end - 1, self.made.visit.ledger.fiscal_start)
        cells = [
            self._figure(row, stand.year_plan, origins.of(row.info.code, year, self.review.against), "hr-mid is-wide"),
            self._figure(row, stand.plan, origins.of(row.info.code, period, self.review.against), "hr-mid is-wide"),
            self._figure(row, stand.actual, origins.of(row.info.code, period, ACTUAL), "hr-strong is-wide"),
        ]
        kind = "hr-behind" if row.red else ""
        if stand.gap is None:
            cells.append(Cell(kind=kind))
        else:
            href = origins.of(row.info.code, period, ACTUAL, self.review.against)
            number = partial(self.wording.number, row.info, stand.gap, *beside, sign=True)
            cells.append(Cell(self.gaps.difference(row.info, stand.gap, *beside), href, kind, number=number))
        part = "" if row.part is None else self.wording.format.per_cent(row.part, digits=0)
        cells.append(Cell(part, kind="hr-mid is-wide"))
        return cells

    def _figure(self, row: GapRow, figure: Figure | None, href: str, kind: str) -> Cell:
        if figure is None or figure.value is None:
            return Cell(kind=kind)
        text = self.wording.figure(row.info, figure.value, row.stand.actual.value)
        return Cell(
            text, href, kind, number=partial(self.wording.number, row.info, figure.value, row.stand.actual.value)
        )

    def _amount(self, row: GapRow, amount: int | float | None) -> Cell:
        if amount is None:
            return Cell()
        beside = (row.stand.actual.value, row.stand.plan.value)
        number = partial(self.wording.number, row.info, amount, *beside, sign=True)
        return Cell(self.gaps.amount(row.info, amount, *beside), number=number)

    def _who(self, row: GapRow) -> str:
        heads = self.heads.get(row.unit.id, [])
        return pgettext("list", ", ").join(post.person.shown_name(self.wording.language) for post in heads[:2])

    def _note(self, row: GapRow) -> str:
        return self.gaps.note(row, self.made.visit.today)


def _with_show(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}show=open"
