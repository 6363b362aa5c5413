"""A unit's sheet as a paper: one page for the table."""

from __future__ import annotations

from collections.abc import Sequence

from headrope.core.periods import name
from headrope.ledger.queries import LAST_YEAR
from headrope.ledger.said import gettext as _
from headrope.reports.figures import Figures
from headrope.reports.paper import Block, Column, Figure, Paper, Question, Row, Sentence, Table
from headrope.review.headline import Headline
from headrope.review.queries import Line, gap, verdict
from headrope.review.sheet.pictures import fan_chart, waterfall_chart
from headrope.review.sheet.queries import UnitSheet
from headrope.review.wording import Wording

MOST_CHILDREN = 12


def sheet_paper(sheet: UnitSheet, wording: Wording) -> Paper:
    """The paper in the language that is active."""
    maker = _Maker(sheet, wording)
    return Paper(
        maker.question(),
        wording.name(sheet.review.unit),
        maker.facts(),
        [maker.figures.told(each) for each in Headline(sheet.review, wording).sentences(sheet.ranking)],
        [measures(maker.figures, sheet.lines)],
        [column for column in maker.columns() if column],
        foot(maker.figures),
    )


def measures(figures: Figures, lines: Sequence[Line]) -> Table:
    """Measures with target, plan, actual, gap, landing; a column in which nothing stands is left out."""
    wording, review = figures.wording, figures.review
    against = wording.against(review.against)
    columns: list[tuple[Column, Sequence[Sentence]]] = [
        (Column(_("Measure"), 2.6, words=True), [(_named(wording, line),) for line in lines]),
        (Column(_("State"), 1.2, words=True), [(wording.state(line.judgement),) for line in lines]),
        (
            Column(_("Target %(year)s") % {"year": wording.year(review.period)}),
            [figures.year_plan(line) for line in lines],
        ),
        (Column(against[:1].upper() + against[1:]), [figures.plan(line) for line in lines]),
        (Column(_("Actual")), [figures.actual(line) for line in lines]),
        (Column(_("Change") if review.against == LAST_YEAR else _("Gap")), [figures.gap(line) for line in lines]),
        (Column(_("Gap, %")), [figures.gap_share(line) for line in lines]),
        (Column(_("On last year")), [figures.growth(line) for line in lines]),
        (Column(_("Landing")), [figures.landing(line) for line in lines]),
        (Column(_("8 cases in 10"), 1.6), [figures.range(line) for line in lines]),
        (Column(_("Odds"), 0.8), [figures.odds(line) for line in lines]),
        (Column(_("Need a month")), [figures.need(line) for line in lines]),
    ]
    shown = [(column, cells) for column, cells in columns if any(any(cell) for cell in cells)]
    rows = [Row(cells) for cells in zip(*(cells for _column, cells in shown), strict=True)]
    money = any(wording.money(line.info) for line in lines)
    note = _("%(scale)s unless said") % {"scale": wording.scale_name} if money else ""
    return Table(_("Measures"), [column for column, _cells in shown], rows, note, _("Nothing is reported or planned."))


def _named(wording: Wording, line: Line) -> str:
    account = wording.account(line.info)
    return f"{wording.name(line.info)}  {account}" if account else wording.name(line.info)


def foot(figures: Figures) -> str:
    """The bearing of the page as a line: where, when, against what, as known on which posting, in what."""
    review, wording = figures.review, figures.wording
    values = {
        "ledger": review.ledger.name,
        "unit": wording.name(review.unit),
        "period": wording.period(review.period),
        "against": wording.against(review.against),
        "seq": review.seq,
        "scale": wording.scale_name,
    }
    return _("%(ledger)s · %(unit)s · %(period)s · against %(against)s · posting %(seq)s · %(scale)s") % values


class _Maker:
    def __init__(self, sheet: UnitSheet, wording: Wording) -> None:
        self.sheet, self.wording, self.figures = sheet, wording, Figures(sheet.review, wording)

    def question(self) -> Question:
        review = self.sheet.review
        known = review.known_on.isoformat() if review.known_on else ""
        period = name(review.period, review.ledger.fiscal_start)
        language = self.wording.language
        return Question("sheet", review.unit.code, period, review.against, language, review.seq, known, review.as_was)

    def facts(self) -> list[Sentence]:
        found: list[Sentence] = []
        if heads := self.sheet.standing.heads:
            names = ", ".join(post.person.shown_name(self.wording.language) for post in heads[:2])
            found.append((f"{heads[0].shown_title(self.wording.language) or _('Head')} {names}",))
        for rank in self.sheet.standing.ranks[:1]:
            place = _("%(place)s of %(of)s") % {"place": rank.place, "of": rank.of}
            found.append((_("Rank on %(measure)s") % {"measure": self.wording.name(rank.info)} + f": {place}",))
        if reporting := Headline(self.sheet.review, self.wording).reporting():
            found.append((reporting,))
        return found

    def columns(self) -> list[list[Block]]:
        fans: list[Block] = []
        for line in self.sheet.spoken:
            path = self.sheet.path(line)
            if path is not None and any(value is not None for value in path.actual):
                title = _("%(measure)s, cumulative") % {"measure": self.wording.name(line.info)}
                planned = _("dashed: phase plan") if any(value is not None for value in path.plan) else ""
                fans.append(Figure(title, fan_chart(self.sheet, path, self.wording), planned))
        return [fans[:1], fans[1:2], self._explained()]

    def _explained(self) -> list[Block]:
        line, chart = self.sheet.explained, waterfall_chart(self.sheet, self.wording)
        if line is None:
            return []
        measure = {"measure": self.wording.name(line.info)}
        found: list[Block] = [Figure(_("What makes up the gap in %(measure)s") % measure, chart)] if chart else []
        if self.sheet.children and self.sheet.children.parts:
            found.append(self._children(line))
        return found

    def _children(self, line: Line) -> Table:
        assert self.sheet.children
        against = self.wording.against(self.sheet.review.against)
        heads = [against[:1].upper() + against[1:], _("Actual"), _("Gap")]
        columns = [Column(_("Unit"), 2.4, words=True), *(Column(head) for head in heads)]
        named = [part for part in self.sheet.children.parts if part.unit]
        beside = (line.actual.value, line.plan.value)
        rows = []
        for part in named[:MOST_CHILDREN]:
            assert part.unit
            apart = gap(line.info, part.actual, part.plan, self.sheet.review.against)
            judged = verdict(line.info, part.actual, part.plan, self.sheet.review.against)
            bad, code = judged is not None and judged.state == "behind", part.unit.code
            cells = [
                self.figures.plan_of(code, line.info, part.plan.value, *beside),
                self.figures.of_unit(code, line.info, part.actual.value, "figure", *beside),
                self.figures.of_unit(code, line.info, apart, "gap", *beside, bad=bad),
            ]
            rows.append(Row([(self.wording.name(part.unit),), *cells]))
        total = [self.figures.plan(line), self.figures.actual(line), self.figures.gap(line)]
        rows.append(Row([(self.wording.name(self.sheet.review.unit),), *total], strong=True))
        left = len(named) - MOST_CHILDREN
        note = _("and %(n)s more") % {"n": left} if left > 0 else ""
        return Table(_("Units below: %(measure)s") % {"measure": self.wording.name(line.info)}, columns, rows, note)
