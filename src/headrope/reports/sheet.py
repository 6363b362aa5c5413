"""A unit's sheet as a paper: one page for the table."""

from __future__ import annotations

from dataclasses import replace

from headrope.ledger.queries import ACTUAL, LAST_YEAR
from headrope.ledger.said import gettext as _
from headrope.reports.answered import reply
from headrope.reports.drawn import drawn, drawn_months, drawn_path
from headrope.reports.figures import Figures
from headrope.reports.measures import foot, measures, question, shortened
from headrope.reports.paper import Block, Column, Figure, Number, Paper, Question, Row, Sentence, Table, Text
from headrope.review.headline import Headline
from headrope.review.queries import Line, gap
from headrope.review.sheet.notes import Note, notes, replies
from headrope.review.sheet.pictures import fan_chart, months_chart, steps_told, waterfall_chart
from headrope.review.sheet.queries import UnitSheet
from headrope.review.sheet.standing import Rank
from headrope.review.wording import Wording

MOST_CHILDREN = 10
MOST_WORDS = 180
"""So many letters of a note or an answer are printed; on the page it stands in full."""


def sheet_paper(sheet: UnitSheet, wording: Wording, asked: Question) -> Paper:
    """The paper in the language that is active."""
    maker = _Maker(sheet, wording)
    return Paper(
        question("sheet", sheet.review, asked),
        wording.name(sheet.review.unit),
        maker.facts(),
        [maker.figures.told(each) for each in Headline(sheet.review, wording).sentences(sheet.ranking)],
        [measures(maker.figures, sheet.lines)],
        [column for column in maker.columns() if column],
        foot(maker.figures, sheet.said.today),
    )


class _Maker:
    def __init__(self, sheet: UnitSheet, wording: Wording) -> None:
        self.sheet, self.wording, self.figures = sheet, wording, Figures(sheet.review, wording)

    def facts(self) -> list[Sentence]:
        found: list[Sentence] = []
        if heads := self.sheet.standing.heads:
            names = ", ".join(post.person.shown_name(self.wording.language) for post in heads[:2])
            found.append((f"{heads[0].shown_title(self.wording.language) or _('Head')} {names}",))
        found += [self._rank(rank) for rank in self.sheet.standing.ranks]
        if reporting := Headline(self.sheet.review, self.wording).reporting():
            found.append((reporting,))
        return found

    def _rank(self, rank: Rank) -> Sentence:
        """The place among the sisters, and the one of a month before, as on the page."""
        review = self.sheet.review
        year = review.against == LAST_YEAR
        about = _("%(measure)s to last year: rank") if year else _("%(measure)s to plan: rank")
        place = _("%(place)s of %(of)s") % {"place": rank.place, "of": rank.of}
        ref = self.figures.ref(rank.info, review.period, ACTUAL, "rank", review.against)
        found: Sentence = (
            about % {"measure": self.wording.name(rank.info)},
            " ",
            Number(place, ref, f"{rank.place}/{rank.of}"),
        )
        if not rank.before:
            return found
        before = _("(was %(place)s)") % {"place": rank.before}
        return (*found, " ", Number(before, replace(ref, part="before"), str(rank.before)))

    def columns(self) -> list[list[Block]]:
        drawn = [self._drawn(line) for line in self.sheet.spoken]
        said = [self._replies(), self._notes()]
        for column, blocks in zip(drawn, said, strict=False):
            column += blocks
        for blocks in said[len(drawn) :]:
            drawn.append(blocks)
        return [*drawn, self._explained()]

    def _drawn(self, line: Line) -> list[Block]:
        """The year of a measure as a running total, and its last months one by one."""
        found: list[Block] = []
        measure = {"measure": self.wording.name(line.info)}
        path = self.sheet.path(line)
        if path is not None and any(value is not None for value in path.actual):
            planned = _("dashed: phase plan") if any(value is not None for value in path.plan) else ""
            fan = fan_chart(self.sheet, path, self.wording)
            numbers = drawn_path(self.figures, fan, path, line)
            found.append(Figure(_("%(measure)s, cumulative") % measure, fan, planned, numbers))
        by_month = months_chart(self.sheet.review, line, self.wording, height=96)
        if by_month is not None:
            planned = _("blue: %(against)s") % {"against": self.wording.against(self.sheet.review.against)}
            some = any(value is not None for value in line.trend.plan)
            title = (
                _("%(measure)s, month by month")
                if line.trend.cells[-1].span == 1
                else _("%(measure)s, period by period")
            )
            numbers = drawn_months(self.figures, by_month, line)
            found.append(Figure(title % measure, by_month, planned if some else "", numbers))
        return found

    def _notes(self) -> list[Block]:
        """What was said at the last review, and what became of it; people's words bear no references."""
        held = notes(self.sheet, self.wording)
        if held is None:
            return []
        return [Text(held.title, [(self._note(each),) for each in held.notes], held.about)]

    @staticmethod
    def _note(note: Note) -> str:
        number = f"{note.number}  " if note.number else ""
        return number + " · ".join(filter(None, (shortened(note.text, MOST_WORDS), note.small, note.word)))

    def _replies(self) -> list[Block]:
        held = replies(self.sheet, self.wording)
        lines = [reply(self.figures, each, shortened(each.words, MOST_WORDS)) for each in held.replies]
        if held.open:
            lines.append((held.open,))
        return [Text(_("Answers to gaps"), lines, held.about)] if lines else []

    def _explained(self) -> list[Block]:
        line, chart = self.sheet.explained, waterfall_chart(self.sheet, self.wording)
        if line is None:
            return []
        measure = {"measure": self.wording.name(line.info)}
        found: list[Block] = []
        if chart:
            title, told = _("What makes up the gap in %(measure)s") % measure, steps_told(self.sheet, self.wording)
            found.append(Figure(title, chart, told, drawn(self.figures, chart)))
        if self.sheet.children and self.sheet.children.parts:
            found.append(self._children(line))
        return found

    def _children(self, line: Line) -> Table:
        assert self.sheet.children
        against = self.wording.against(self.sheet.review.against)
        landed = any(part.landing and part.landing.point is not None for part in self.sheet.children.parts)
        heads = [
            against[:1].upper() + against[1:],
            _("Actual"),
            _("Gap"),
            *((_("Landing"), _("Odds")) if landed else ()),
        ]
        columns = [Column(_("Unit"), 2.4, words=True), *(Column(head) for head in heads)]
        named = [part for part in self.sheet.children.parts if part.unit]
        beside = (line.actual.value, line.plan.value)
        rows = []
        for part in named[:MOST_CHILDREN]:
            assert part.unit
            apart = gap(line.info, part.actual, part.plan, self.sheet.review.against)
            bad, code = part.state == "behind", part.unit.code
            cells = [
                self.figures.plan_of(code, line.info, part.plan.value, *beside),
                self.figures.of_unit(code, line.info, part.actual.value, "figure", *beside),
                self.figures.of_unit(code, line.info, apart, "gap", *beside, bad=bad),
            ]
            told = replace(line, landing=part.landing)
            ahead = [_of(code, self.figures.landing(told)), _of(code, self.figures.odds(told))]
            rows.append(Row([(self.wording.name(part.unit),), *cells, *(ahead if landed else ())]))
        total = [self.figures.plan(line), self.figures.actual(line), self.figures.gap(line)]
        total += [self.figures.landing(line), self.figures.odds(line)] if landed else []
        rows.append(Row([(self.wording.name(self.sheet.review.unit),), *total], strong=True))
        left = len(named) - MOST_CHILDREN
        note = _("and %(n)s more") % {"n": left} if left > 0 else ""
        return Table(_("Units below: %(measure)s") % {"measure": self.wording.name(line.info)}, columns, rows, note)


def _of(unit: str, sentence: Sentence) -> Sentence:
    """The numbers as those of another unit."""
    return tuple(
        replace(each, ref=replace(each.ref, unit=unit)) if isinstance(each, Number) else each for each in sentence
    )
