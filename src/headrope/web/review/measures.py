"""The section Measures as strings ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from headrope.core.periods import Period, year_of
from headrope.ledger.queries import ACTUAL, LAST_YEAR, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.review import measured, pictures
from headrope.review.queries import Figure, Line, Review
from headrope.review.wording import Wording
from headrope.web.address import Origins
from headrope.web.review import landings, marks
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
    made = [maker.row(line) for line in lines]
    noted, ahead = any(row.notes for row in made), maker.columns
    # Beside landings there is no room for a column of notes: they stand under the table.
    below = measured.below([(row.name, row.notes) for row in made]) if ahead.landed else []
    noted = noted and not ahead.landed
    return Table(maker.heads(), ahead.heads(), ahead.landed, made, maker.held, not maker.by_year, noted, below)


class _Maker:
    """Makes rows; what all of them share is found out once."""

    def __init__(self, review: Review, wording: Wording, origins: Origins, lines: Sequence[Line]) -> None:
        self.review, self.wording, self.origins = review, wording, origins
        self.by_year = review.against == LAST_YEAR
        self.held = any(line.plan.known for line in lines)
        self.columns = landings.Columns(any(line.landing for line in lines), any(line.need for line in lines))
        self.with_year = any(line.year_plan for line in lines)
        self.year = year_of(review.period.end - 1, review.ledger.fiscal_start)
        # Where some measures are said to weigh, print shows those alone: one sheet of paper.
        self.weighted = any(line.info.weight for line in review.lines)

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
        missing = not line.actual.known and line.actual.expected > 0
        cells = self._figures(line, missing)
        actual = cells[-3 if self.held else -1]
        target = cells[0] if self.with_year or self.held else None
        short = [each for each in (actual, target) if each and each.text]
        return Row(
            wording.name(info),
            wording.account(info),
            marks.mark(line.state),
            measured.word(line, wording),
            cells,
            Markup(pictures.progress(line, self.by_year)),
            self._growth(line),
            Markup(pictures.trend(line, self.review.ledger.fiscal_start)),
            Markup(pictures.landing(info, line.landing) if self.columns.landed else ""),
            self._ahead(line),
            measured.notes(self.review, line, wording),
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
        text = self.wording.figure(info, figure.value, *beside)
        return Cell(
            text,
            self.origins.of(info.code, period, self.review.against),
            f"{kind} is-wide",
            "" if kind else measured.limit(self.review, info),
            partial(self.wording.number, info, figure.value, *beside),
        )

    def _gap(self, line: Line, beside: Values, href: str) -> list[Cell]:
        info, judgement = line.info, line.judgement
        if line.gap is None or line.actual.uneven:
            return [Cell(), Cell(kind="is-wide")]
        kind = "hr-behind hr-strong" if judgement and judgement.state == "behind" else ""
        number = partial(self.wording.number, info, line.gap, *beside, sign=True)
        cells = [Cell(self.wording.figure(info, line.gap, *beside, sign=True), href, kind, number=number)]
        share = measured.gap_share(line)
        if share is None:
            return [*cells, Cell(kind="is-wide")]
        return [*cells, per_cent(self.wording, share, href, "hr-mid is-wide")]

    def _growth(self, line: Line) -> Cell:
        """Per cent where last year's figure carries one, points for shares, else the amount."""
        info = line.info
        if self.by_year or line.growth is None or line.actual.uneven or line.last_year.uneven:
            return Cell()
        href = self.origins.of(info.code, self.review.period, ACTUAL, LAST_YEAR)
        share = measured.growth_share(line)
        if share is not None:
            return per_cent(self.wording, share, href)
        return change(self.wording, info, line.growth, href)

    def _ahead(self, line: Line) -> list[Cell]:
        href = self.origins.of(line.info.code, self.year, LANDING) if line.landing else ""
        rest = self.origins.of(line.info.code, self.review.period, ACTUAL) + "#rest" if line.need else ""
        return landings.cells(self.columns, line, self.wording, href, rest)
