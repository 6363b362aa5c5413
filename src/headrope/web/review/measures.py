"""The section Measures as strings ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from headrope.core.periods import Period, year_of
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.wording import SHARES
from headrope.review.queries import Figure, Line, Review
from headrope.review.situation.heat import FEW
from headrope.review.wording import Wording
from headrope.web.address import Origins
from headrope.web.review import landings, pictures
from headrope.web.review.cells import Cell, change, per_cent

LANDING = "landing"
Values = tuple[int | float | None, ...]


@dataclass(slots=True)
class Row:
    """One measure."""

    name: str
    account: str
    state: Markup
    word: str
    cells: list[Cell]
    picture: Markup
    growth: Cell
    trend: Markup
    landing: Markup
    ahead: list[Cell]
    notes: list[str]
    short: list[Cell]
    light: bool
    uneven: bool
    code: str


@dataclass(slots=True)
class Table:
    """The measures of a unit; `heads` are the titles of each row's cells with their classes, `ahead` those of what is to come.

    `below` are notes that stand under the table.
    """

    heads: list[tuple[str, str]]
    ahead: list[tuple[str, str]]
    landed: bool
    rows: list[Row]
    held: bool
    grown: bool
    noted: bool
    below: list[str]


def table(review: Review, wording: Wording, origins: Origins, lines: Sequence[Line] | None = None) -> Table:
    """These lines of the review; all of them where none are named."""
    lines = review.lines if lines is None else lines
    maker = _Maker(review, wording, origins, lines)
    rows = [maker.row(line) for line in lines]
    noted, ahead = any(row.notes for row in rows), maker.columns
    # Beside landings there is no room for a column of notes: they stand under the table.
    below = _notes_below(rows) if ahead.landed else []
    noted = noted and not ahead.landed
    return Table(maker.heads(), ahead.heads(), ahead.landed, rows, maker.held, not maker.by_year, noted, below)


def _notes_below(rows: Sequence[Row]) -> list[str]:
    """Each note once, with the measures that it is about."""
    about: dict[str, list[str]] = {}
    for row in rows:
        for note in row.notes:
            about.setdefault(note, []).append(row.name)
    said = _("%(names)s: %(note)s")
    return [said % {"names": pgettext("list", ", ").join(names), "note": note} for note, names in about.items()]


def progress(line: Line, by_year: bool = False) -> Markup:
    """The way to the year's target of what is to be brought; of all else where it stands beside the plan."""
    info, actual, plan = line.info, line.actual.value, line.plan.value
    if actual is None or plan is None or line.actual.uneven:
        return Markup("")
    number = info.rule.quantity.number if info.rule.exact else float
    year = line.year_plan.value if line.year_plan and line.year_plan.value is not None else plan
    judged = line.judgement is not None and line.judgement.state not in ("none", "stale")
    good = line.judgement.good >= 0 if judged and line.judgement else None
    # The limit of accidents is no way that somebody goes: its end is nothing to reach.
    counted = info.rule.quantity.kind == "count" and info.rule.direction in ("down", "gate", "band")
    if info.rule.kind in ("flow", "cumulative") and not by_year and not counted and year > 0 and plan >= 0 and actual >= 0:  # fmt: skip
        return pictures.pace_bar(number(actual), number(plan), number(year), good)
    return pictures.level(number(actual), number(plan), good)


def _few(line: Line) -> bool:
    """Whether it counts so few that a per cent of it says nothing, as in units by measures: 3 accidents instead of 2."""
    if line.info.rule.quantity.kind != "count" or not line.info.rule.exact:
        return False
    counts = [line.actual.value, line.plan.value, line.last_year.value]
    return max((abs(line.info.rule.quantity.number(each)) for each in counts if each is not None), default=0) < FEW


class _Maker:
    """Makes rows; what all of them share is found out once."""

    def __init__(self, review: Review, wording: Wording, origins: Origins, lines: Sequence[Line]) -> None:
        self.review, self.wording, self.origins = review, wording, origins
        self.by_year = review.against == LAST_YEAR
        self.held = any(line.plan.known for line in lines)
        self.columns = landings.Columns(any(line.landing for line in lines), any(line.need for line in lines))
        self.kinds = {line.info.code: line.info.rule.kind for line in review.lines}
        self.with_year = any(line.year_plan for line in lines)
        self.year = year_of(review.period.end - 1, review.ledger.fiscal_start)
        # Where some measures are said to weigh, print shows those alone: one sheet of paper.
        self.weighted = any(line.info.weight for line in review.lines)
        self.limit, self.missing, self.uneven = _("max"), _("not reported"), _("uneven")
        self.partly = _("not all in")
        self.words = {
            "ahead": _("ahead"),
            "on": _("on pace"),
            "watch": _("watch"),
            "behind": _("behind"),
            "stale": _("stale"),
        }

    def heads(self) -> list[tuple[str, str]]:
        year = self.wording.year(self.review.period)
        against = self.wording.against(self.review.against)
        heads = [(_("Target %(year)s") % {"year": year}, "is-wide")] if self.with_year else []
        if self.held:
            heads.append((against[:1].upper() + against[1:], "is-wide"))
        heads.append((_("Actual"), "is-wide"))
        if self.held:
            heads += (
                [(_("Change"), ""), (_("Change, %"), "is-wide")]
                if self.by_year
                else [(_("Gap"), ""), (_("Gap, %"), "is-wide")]
            )
        return heads

    def row(self, line: Line) -> Row:
        info, wording = line.info, self.wording
        state = line.state
        missing = not line.actual.known and line.actual.expected > 0
        word = self.uneven if line.actual.uneven else self.missing if missing else self.words.get(state or "", "")
        if not word and line.actual.known and line.plan.known and not line.actual.complete:
            word = self.partly  # less is better, and who has not reported would look too good
        cells = self._figures(line, missing)
        actual = cells[-3 if self.held else -1]
        target = cells[0] if self.with_year or self.held else None
        short = [each for each in (actual, target) if each and each.text]
        return Row(
            wording.name(info),
            wording.account(info),
            pictures.mark(state),
            word,
            cells,
            progress(line, self.by_year),
            self._growth(line),
            self._trend(line),
            landings.picture(line) if self.columns.landed else Markup(""),
            self._ahead(line),
            self._notes(line),
            short,
            self.weighted and info.weight is None,
            line.actual.uneven,
            info.code,
        )

    def _figures(self, line: Line, missing: bool) -> list[Cell]:
        info, against = line.info, self.review.against
        beside = (line.actual.value, line.plan.value)
        cells = []
        if self.with_year:
            cells.append(self._planned(info, line.year_plan, beside, self.year))
        if self.held:
            cells.append(self._planned(info, line.plan, beside, self.review.period, "hr-mid"))
        if line.actual.value is None:
            cells.append(Cell(kind="hr-missing is-wide") if missing else Cell(kind="is-wide"))
        else:
            href = self.origins.of(info.code, self.review.period, ACTUAL)
            text = self.wording.figure(info, line.actual.value, *beside)
            number = partial(self.wording.number, info, line.actual.value, *beside)
            cells.append(Cell(text, href, "hr-strong is-wide", number=number))
        if self.held:
            cells += self._gap(line, beside, self.origins.of(info.code, self.review.period, ACTUAL, against))
        return cells

    def _planned(
        self, info: MeasureInfo, figure: Figure | None, beside: Values, period: Period, kind: str = ""
    ) -> Cell:
        if figure is None or figure.value is None:
            return Cell(kind=f"{kind} is-wide")
        down = info.rule.direction == "down" and not self.by_year
        text = self.wording.figure(info, figure.value, *beside)
        return Cell(
            text,
            self.origins.of(info.code, period, self.review.against),
            f"{kind} is-wide",
            self.limit if down and not kind else "",
            partial(self.wording.number, info, figure.value, *beside),
        )

    def _gap(self, line: Line, beside: Values, href: str) -> list[Cell]:
        info, judgement = line.info, line.judgement
        if line.gap is None or line.actual.uneven:
            return [Cell(), Cell(kind="is-wide")]
        kind = "hr-behind hr-strong" if judgement and judgement.state == "behind" else ""
        number = partial(self.wording.number, info, line.gap, *beside, sign=True)
        cells = [Cell(self.wording.figure(info, line.gap, *beside, sign=True), href, kind, number=number)]
        share = judgement.share if judgement else None
        above = line.plan.value is not None and line.plan.value > 0
        if share is None or not above or info.account in SHARES or abs(share) >= 10 or _few(line):
            return [*cells, Cell(kind="is-wide")]
        return [*cells, per_cent(self.wording, share, href, "hr-mid is-wide")]

    def _growth(self, line: Line) -> Cell:
        """Per cent where last year's figure carries one, points for shares, else the amount."""
        info = line.info
        if self.by_year or line.growth is None or line.actual.uneven or line.last_year.uneven:
            return Cell()
        href = self.origins.of(info.code, self.review.period, ACTUAL, LAST_YEAR)
        plain = info.account in SHARES or _few(line)
        if not plain and line.growth_share is not None and abs(line.growth_share) < 1:
            return per_cent(self.wording, line.growth_share, href)
        return change(self.wording, info, line.growth, href)

    def _trend(self, line: Line) -> Markup:
        trend, first = line.trend, self.review.ledger.fiscal_start - 1
        years = [place for place, cell in enumerate(trend.cells) if cell.start % 12 == first]
        return pictures.spark(trend.actual, trend.plan, years)

    def _ahead(self, line: Line) -> list[Cell]:
        href = self.origins.of(line.info.code, self.year, LANDING) if line.landing else ""
        rest = self.origins.of(line.info.code, self.review.period, ACTUAL) + "#rest" if line.need else ""
        return landings.cells(self.columns, line, self.wording, href, rest)

    def _notes(self, line: Line) -> list[str]:
        # Counts of months and of units cannot be held against each other.
        comparable = not line.info.rule.formed or len({self.kinds.get(c) for c in line.info.parts}) == 1
        notes = [self.wording.reported(line)] if line.actual.known and comparable else []
        if line.overdue:
            notes = [self.wording.overdue(line.overdue)]
        notes.append(self.wording.stated(line))
        if self.columns.landed:
            notes.append(landings.unlanded(line))
        if line.record:
            notes.append(self.wording.record(line.record))
        return [note for note in notes if note]
