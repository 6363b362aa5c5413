"""The situation of a group or any inner unit as a paper: measures, the gap, who has not reported, what has no answer, units by measures."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import get_args

from headrope.core.units import SEGMENT
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.reports.drawn import drawn
from headrope.reports.figures import MARKS, Figures
from headrope.reports.measures import foot, measures, question
from headrope.reports.paper import Block, Column, Figure, Paper, Question, Row, Sentence, Table, Tint
from headrope.reports.ranked import ranked
from headrope.reports.since import since
from headrope.review.condition import Condition, read_condition
from headrope.review.headline import Headline, headline_measures
from headrope.review.queries import Reader, Review
from headrope.review.ranking import Order, Ranking, Wanted, below, chosen_measure, rank
from headrope.review.sheet.queries import shown_lines
from headrope.review.situation.gap import gap_of, taken_apart
from headrope.review.situation.heat import Field, Heat, Shown, heat
from headrope.review.situation.owing import lateness, owing
from headrope.review.situation.reds import answering, reds
from headrope.review.situation.states import AHEAD, BEHIND, MISSING, STALE, WATCH
from headrope.review.situation.waterfall import gap_chart
from headrope.review.wording import Wording

MOST_UNITS = 30
"""Rows of units by measures: with more they would take more than a page."""
MOST_LATE, MOST_REDS = 8, 10
ORDERS: tuple[Order, ...] = get_args(Order)


def situation_paper(reader: Reader, review: Review, wording: Wording, asked: Question) -> Paper:
    """The paper in the language that is active; a few statements beyond those of the review.

    ConditionError and NoSuchMeasure for questions of the ranking that cannot be read.
    """
    wanted = wanted_by(asked)
    ranking = rank(reader, review, wanted)
    maker = _Maker(reader, review, wording, wanted, ranking)
    figures = maker.figures
    moved = since(reader, review, figures, asked)
    columns: list[list[Block]] = [maker.gap(), [maker.late(), maker.reds()]] if review.children else []
    lines = review.lines if asked.every else shown_lines(review)
    units = [ranked(figures, reader, ranking, asked)] if ranking is not None else []
    return Paper(
        replace(question("situation", review, asked), since=moved.day),
        f"{wording.name(review.unit)} · {_('Situation')}",
        [*maker.facts(), *([(moved.line,)] if moved.line else [])],
        [figures.told(each) for each in Headline(review, wording).sentences(rank(reader, review, Wanted()))],
        [measures(figures, lines)],
        [column for column in columns if column],
        foot(figures, maker.today),
        [*([maker.matrix(), *units] if review.children else []), *moved.blocks],
    )


def wanted_by(asked: Question) -> Wanted:
    """The questions of the ranking as the review reads them; ConditionError where one cannot be read."""
    order = next((each for each in ORDERS if each == asked.order), None)
    return Wanted(asked.measure or None, asked.tier or None, order, *map(_conditions, (asked.where, asked.threshold)))


def _conditions(text: str) -> tuple[Condition, ...]:
    return tuple(read_condition(each) for each in text.split(";") if each.strip())


class _Maker:
    def __init__(
        self, reader: Reader, review: Review, wording: Wording, wanted: Wanted, ranking: Ranking | None
    ) -> None:
        self.reader, self.review, self.wording = reader, review, wording
        self.figures = Figures(review, wording)
        self.today = reader.silence.now.astimezone(review.ledger.zone).date()
        found = [row.unit for row in ranking.rows] if wanted.where and ranking else []
        nodes = found if wanted.where else below(reader, review, wanted.tier)
        nodes = [node for node in nodes if node.kind != SEGMENT]
        chosen = chosen_measure(reader, review, wanted)
        self.worst = chosen.code if chosen else ""
        # As on the page: few units by their worst measure, many by the one that is asked for or by how they stand in all.
        by = self.worst if len(nodes) <= MOST_UNITS else wanted.measure or ""
        infos = [line.info for line in shown_lines(review)]
        self.heat: Heat = heat(reader, review, Shown(infos, nodes, by, wanted.tier, hem=False))

    def facts(self) -> list[Sentence]:
        states = Counter(line.state for line in self.review.lines if line.judgement)
        texts = {"behind": _("%(n)s behind"), "watch": _("%(n)s to watch"), "on": _("%(n)s on pace"), "ahead": _("%(n)s ahead"), "stale": _("%(n)s stale")}  # fmt: skip
        counted = [text % {"n": states[state]} for state, text in texts.items() if states[state]]  # type: ignore[index]
        found: list[Sentence] = [(pgettext("list", ", ").join(counted),)] if counted else []
        if reporting := Headline(self.review, self.wording).reporting():
            found.append((reporting,))
        return found

    def gap(self) -> list[Block]:
        info = taken_apart([line.info for line in headline_measures(self.review)], self.worst)
        found = gap_of(self.reader, self.review, info) if info is not None else None
        if info is None or found is None:
            return []
        against = self.wording.against(self.review.against)
        title = _("%(measure)s gap") % {"measure": self.wording.name(info)}
        note = _("from %(against)s to actual, by unit") % {"against": against}
        chart = gap_chart(found, self.review, self.wording, width=360)
        return [Figure(title, chart, note, drawn(self.figures, chart))]

    def late(self) -> Table:
        """Who has not reported: what, when it was due, and about how much is missing."""
        wording, forms = self.wording, owing(self.reader, self.review)
        rows = []
        for each in forms[:MOST_LATE]:
            form = each.round.form
            names = (form.name_zh, form.name) if wording.language.startswith("zh") else (form.name, form.name_zh)
            what = f"{wording.period(each.round.period)}: {names[0] or names[1]}"
            due = wording.day(each.due.day) if each.due else ""
            missing: Sentence = ()
            if each.info is not None and each.missing is not None:
                missing = self.figures.year_before(each.unit.code, each.info, each.round.period, each.missing)
            rows.append(Row([(wording.name(each.unit),), (what,), (lateness(each, self.today) or due,), missing]))
        info = next((each.info for each in forms if each.info is not None and each.missing is not None), None)
        about = _("%(measure)s a year before") % {"measure": wording.name(info)} if info else ""
        columns = [
            Column(_("Unit"), 2.2, words=True),
            Column(_("Form"), 2.0, words=True),
            Column(_("Due"), 1.2, words=True),
            Column(about, 1.3),
        ]
        if info is None:
            columns, rows = columns[:3], [Row(row.cells[:3]) for row in rows]
        return Table(_("Not reported"), columns, rows, _more(len(forms) - len(rows)), _("Everybody has reported."))

    def reds(self) -> Table:
        """Red measures that nobody has answered for."""
        found = reds(self.reader, self.review, self.heat, self.today)
        shown = found.open[:MOST_REDS]
        who = answering(self.reader, shown, self.today, self.wording.language)
        rows = [
            Row([(self.wording.name(each.unit),), (self.wording.name(each.info),), (names,), self.figures.red(each)])
            for each, names in zip(shown, who, strict=True)
        ]
        columns = [
            Column(_("Unit"), 2.2, words=True),
            Column(_("Measure"), 2.0, words=True),
            Column(_("Who answers"), 1.5, words=True),
            Column(_("Gap")),
        ]
        note = _("%(open)s of %(count)s red measures") % {"open": len(found.open), "count": found.count}
        empty = _("Every red measure is answered.") if found.count else _("Nothing is red.")
        told = ". ".join(filter(None, (note if found.count else "", _more(len(found.open) - len(shown)))))
        return Table(_("Red without an answer"), columns, rows, told, empty)

    def matrix(self) -> Table:
        """Units by measures: the unit itself, then the worst of those below."""
        heat, wording = self.heat, self.wording
        columns = [Column(_("Unit"), 3.0, words=True), *(Column(self._head(field)) for field in heat.fields)]
        rows = []
        for row, node in enumerate(heat.units[: MOST_UNITS + 1]):
            cells = [self.figures.distance(node.code, field, row) for field in heat.fields]
            tints: list[Tint] = ["", *(_tint(field, row) for field in heat.fields)]
            rows.append(Row([(wording.name(node),), *cells], strong=row == 0, tints=tints))
        words = {
            BEHIND: _("behind"),
            WATCH: _("watch"),
            AHEAD: _("ahead"),
            STALE: _("stale"),
            MISSING: _("not reported"),
        }
        key = "  ".join(f"{MARKS[state]} {word}" for state, word in words.items())
        against = wording.against(self.review.against)
        told = _("Distance to %(against)s; plus is always good.") % {"against": against}
        left = len(heat.units) - 1 - MOST_UNITS
        if left > 0:
            shown = {"shown": MOST_UNITS, "units": f"{MOST_UNITS + left:,}"}
            told += " " + _("The %(shown)s worst of %(units)s units.") % shown
        title = _("Units by measures")
        return Table(title, columns, rows, f"{told}   {key}", _("There are no units below."), whole=True)

    def _head(self, field: Field) -> str:
        if field.by == "points":
            unit = pgettext("points", " pp").strip()
        else:
            unit = "%" if field.by == "share" else self.wording.account(field.info)
        return f"{self.wording.name(field.info)} {unit}".strip()


def _tint(field: Field, row: int) -> Tint:
    state, far = int(field.states[row]), bool(field.far[row])
    if state == BEHIND:
        return "far-behind" if far else "behind"
    if state == AHEAD:
        return "far-ahead" if far else "ahead"
    tints: dict[int, Tint] = {WATCH: "watch", STALE: "stale", MISSING: "missing"}
    return tints.get(state, "")


def _more(left: int) -> str:
    return _("and %(n)s more") % {"n": left} if left > 0 else ""
