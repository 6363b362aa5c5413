"""What all papers of a review share: the table of measures, the question they answer, the line at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from headrope.core.periods import name
from headrope.ledger.queries import LAST_YEAR
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.reports.figures import Figures
from headrope.reports.paper import Cell, Column, Drawing, Question, Row, Sentence, Table
from headrope.review import measured, pictures
from headrope.review.queries import Line, Review
from headrope.review.wording import Wording

MOST_OF_A_NAME = 60
"""So many letters of the unit's name stand at the foot, which is one line; above all the page it stands in full."""


def shortened(text: str, most: int) -> str:
    """The text, and three dots for what is beyond so many letters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def question(kind: str, review: Review, asked: Question) -> Question:
    """What the paper answers: the codes of the review, and the rest as it was asked."""
    return replace(
        asked,
        kind=kind,
        unit=review.unit.code,
        period=name(review.period, review.ledger.fiscal_start),
        against=review.against,
        seq=review.seq,
        known=review.known_on.isoformat() if review.known_on else "",
        as_was=review.as_was,
    )


def measures(figures: Figures, lines: Sequence[Line]) -> Table:
    """Measures with target, plan, actual, gap, landing; a column in which nothing stands is left out."""
    wording, review = figures.wording, figures.review
    against, by_year, start = wording.against(review.against), review.against == LAST_YEAR, review.ledger.fiscal_start
    columns: list[tuple[Column, Sequence[Cell]]] = [
        (Column(_("Measure"), 3.2, words=True), [(_named(wording, line),) for line in lines]),
        (Column(_("State"), 1.1, words=True), [(measured.word(line, wording),) for line in lines]),
        (
            Column(_("Target %(year)s") % {"year": wording.year(review.period)}, 1.3),
            [figures.year_plan(line) for line in lines],
        ),
        (Column(against[:1].upper() + against[1:]), [figures.plan(line) for line in lines]),
        (Column(_("Actual")), [figures.actual(line) for line in lines]),
        (Column(_("Change") if by_year else _("Gap")), [figures.gap(line) for line in lines]),
        (Column(_("Change, %") if by_year else _("Gap, %")), [figures.gap_share(line) for line in lines]),
        (
            Column("" if by_year else _("Pace"), 1.4, words=True),
            [_drawn(pictures.progress(line, by_year)) for line in lines],
        ),
        (Column(_("On last year")), [figures.growth(line) for line in lines]),
        (Column(_("Trend, 18 periods"), 1.4, words=True), [_drawn(pictures.trend(line, start)) for line in lines]),
        (
            Column(_("Landing, target ±12 %%") % {}, 1.4, words=True),
            [_drawn(pictures.landing(line.info, line.landing)) for line in lines],
        ),
        (Column(_("Landing")), [figures.landing(line) for line in lines]),
        (Column(_("8 cases in 10"), 1.6), [figures.range(line) for line in lines]),
        (Column(_("Odds"), 0.7), [figures.odds(line) for line in lines]),
        (Column(_("Need a month"), 0.9), [figures.need(line) for line in lines]),
        (Column(_("of best ever"), 0.8), [figures.of_best(line) for line in lines]),
    ]
    shown = [(column, cells) for column, cells in columns if any(any(cell) for cell in cells)]
    rows = [Row(cells) for cells in zip(*(cells for _column, cells in shown), strict=True)]
    money = any(wording.money(line.info) for line in lines)
    note = _("%(scale)s unless said") % {"scale": wording.scale_name} if money else ""
    heads, empty = [column for column, _cells in shown], _("Nothing is reported or planned.")
    return Table(_("Measures"), heads, rows, note, empty, below=_noted(figures, lines))


def _noted(figures: Figures, lines: Sequence[Line]) -> list[Sentence]:
    """The notes of the lines, each once, behind the measures that it is about."""
    found = [(line, figures.noted(line)) for line in lines]
    named = [(figures.wording.name(line.info), [note.text for note in notes]) for line, notes in found]
    by_text = {note.text: note for _line, notes in reversed(found) for note in notes}
    before = _("%(names)s: %(note)s").partition("%(note)s")[0]
    return [
        (before % {"names": pgettext("list", ", ").join(names)}, by_text[text])
        for text, names in measured.gathered(named).items()
    ]


def _drawn(svg: str) -> Cell:
    return (Drawing(svg),) if svg else ()


def _named(wording: Wording, line: Line) -> str:
    account = wording.account(line.info)
    return f"{wording.name(line.info)}  {account}" if account else wording.name(line.info)


def foot(figures: Figures, today: date) -> str:
    """The bearing of the page as a line: where, when, against what, as known when and on which posting, in what."""
    review, wording = figures.review, figures.wording
    values = {
        "ledger": review.ledger.name,
        "unit": shortened(wording.name(review.unit), MOST_OF_A_NAME),
        "period": wording.period(review.period),
        "against": wording.against(review.against),
        "day": wording.day(review.known_on or today),
        "seq": review.seq,
        "scale": wording.scale_name,
    }
    return (
        _("%(ledger)s · %(unit)s · %(period)s · against %(against)s · as known on %(day)s, posting %(seq)s · %(scale)s")
        % values
    )
