"""How a person's own units stand, beside what he owes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from headrope.core.periods import Period, year_of
from headrope.core.units import SEGMENT
from headrope.ledger.queries import ACTUAL, LAST_YEAR
from headrope.ledger.said import gettext as _
from headrope.review import pictures
from headrope.review.headline import headline_measures
from headrope.review.queries import Line, Question, Reader, Review
from headrope.review.wording import Wording
from headrope.web.access import Visit
from headrope.web.address import Address, Origins
from headrope.web.review import landings, marks
from headrope.web.review.cells import Cell
from headrope.web.review.measures import LANDING
from headrope.web.sheet.address import sheet_address

UNITS, MEASURES = 3, 6
"""So many units of a person, and measures of each, are shown; the sheet shows more."""
_ODDS = landings.Columns(landed=True, needed=False)


@dataclass(slots=True)
class OwnRow:
    """One measure of the unit: actual, how far from the plan, the way to the year's target, the odds of reaching it."""

    name: str
    account: str
    mark: Markup
    word: str
    actual: Cell
    gap: Cell
    pace: Markup
    odds: Cell


@dataclass(slots=True)
class OwnUnit:
    """A unit of the person; `title` is its name where he has several. `planned` and `landed`: it has a plan, a landing."""

    title: str
    about: str
    href: str
    gap: str
    rows: list[OwnRow]
    planned: bool
    landed: bool


def own_units(who: Visit, reader: Reader, period: Period) -> list[OwnUnit]:
    """The units of the person's mandates with their headline measures, what is behind before all else."""
    nodes = [node for node in who.who.starts if node.kind != SEGMENT][:UNITS]
    return [_unit(who, reader.review(Question(node.code, period)), len(nodes) > 1) for node in nodes]


def _unit(who: Visit, review: Review, several: bool) -> OwnUnit:
    wording = Wording.of(review, None, who.style)
    address = Address(review.unit.code, review.period, review.ledger.fiscal_start)
    origins = address.origins(like=review.like)
    shown = _chosen([line for line in headline_measures(review) if line.actual.value is not None])
    period = wording.period(review.period)
    if any(wording.money(line.info) for line in shown):
        about = _("%(period)s, %(scale)s unless said") % {"period": period, "scale": wording.scale_name}
    else:
        about = period
    return OwnUnit(
        wording.name(review.unit) if several else _("Your unit"),
        about,
        sheet_address(address).review(),
        _("On last year") if review.against == LAST_YEAR else _("To plan"),
        [_row(line, review, wording, origins) for line in shown],
        any(line.gap is not None for line in shown),
        any(line.landing is not None for line in shown),
    )


def _chosen(lines: Sequence[Line]) -> list[Line]:
    """As many as are shown, in their order: what is behind has its place before what is not."""
    behind = sorted(lines, key=lambda line: line.state != "behind")[:MEASURES]
    return [line for line in lines if line in behind]


def _row(line: Line, review: Review, wording: Wording, origins: Origins) -> OwnRow:
    info, beside = line.info, (line.actual.value, line.plan.value)
    actual, gap = Cell(), Cell()
    if line.actual.value is not None and not line.actual.uneven:
        href = origins.of(info.code, review.period, ACTUAL)
        actual = Cell(wording.figure(info, line.actual.value, *beside), href, "hr-strong")
        if line.gap is not None:
            kind = "hr-behind hr-strong" if line.state == "behind" else ""
            href = origins.of(info.code, review.period, ACTUAL, review.against)
            gap = Cell(wording.figure(info, line.gap, *beside, sign=True), href, kind)
    year = year_of(review.period.end - 1, review.ledger.fiscal_start)
    odds = landings.cells(_ODDS, line, wording, origins.of(info.code, year, LANDING))[-1]
    word, pace = wording.state_word(line.state), Markup(pictures.progress(line, review.against == LAST_YEAR))
    return OwnRow(wording.name(info), wording.account(info), marks.mark(line.state), word, actual, gap, pace, odds)
