"""The units below a unit by one measure, as a situation's page ranks them, as a section of a paper."""

from __future__ import annotations

from django.utils.translation import ngettext

from headrope.ledger.queries import LAST_YEAR
from headrope.ledger.said import gettext as _
from headrope.reports.figures import Figures
from headrope.reports.paper import Column, Question, Row, Sentence, Table
from headrope.review.queries import Reader
from headrope.review.ranking import Ranked, Ranking
from headrope.review.thresholds import said

MOST_RANKED = 30


def ranked(figures: Figures, reader: Reader, ranking: Ranking, asked: Question) -> Table:
    """Place, unit, plan, actual, gap and growth of each, and of the unit itself; a column in which nothing stands is left out."""
    wording, review, info = figures.wording, figures.review, ranking.info
    by_year = review.against == LAST_YEAR
    against = wording.against(review.against)
    columns = [
        Column(_("No."), 0.4),
        Column(_("Unit"), 3.0, words=True),
        Column(against[:1].upper() + against[1:]),
        Column(_("Actual")),
        Column(_("Change") if by_year else _("Gap")),
        *([] if by_year else [Column(_("On last year"))]),
    ]
    rows = [_row(figures, ranking, each) for each in ranking.rows[:MOST_RANKED]]
    line = review.line(info.code)
    if line is not None:
        growth = [] if by_year else [figures.growth(line)]
        own = [figures.plan(line), figures.actual(line), figures.gap(line), *growth]
        rows.append(Row([(), (wording.name(review.unit),), *own], strong=True))
    shown = [place for place in range(len(columns)) if any(row.cells[place] for row in rows)]
    return Table(
        _("Units below: %(measure)s") % {"measure": wording.name(info)},
        [columns[place] for place in shown],
        [Row([row.cells[place] for place in shown], row.strong) for row in rows],
        " · ".join(_told(figures, reader, ranking, asked)),
    )


def _row(figures: Figures, ranking: Ranking, row: Ranked) -> Row:
    info, code, beside = ranking.info, row.unit.code, (row.actual.value, row.plan.value)
    bad = row.judgement is not None and row.judgement.state == "behind"
    apart = row.gap if row.judgement else None
    cells: list[Sentence] = [
        (str(row.place),),
        (figures.wording.name(row.unit),),
        figures.plan_of(code, info, row.plan.value, *beside),
        figures.of_unit(code, info, row.actual.value, "figure", *beside),
        figures.of_unit(code, info, apart, "gap", *beside, bad=bad),
    ]
    return Row(cells if figures.review.against == LAST_YEAR else [*cells, figures.growth_of(info, row)])


def _told(figures: Figures, reader: Reader, ranking: Ranking, asked: Question) -> list[str]:
    """What is ranked and how: tier, order, conditions, who reaches a value, and who is not here."""
    wording = figures.wording
    orders = {"gap": _("by gap"), "value": _("by value"), "change": _("by change")}
    told = [wording.account(ranking.info) or (wording.scale_name if wording.money(ranking.info) else "")]
    told.append(_("tier %(n)s") % {"n": ranking.tier} if ranking.tier else _("children"))
    told.append(orders[ranking.order])
    if asked.where:
        told.append(_("only units with %(conditions)s") % {"conditions": asked.where})
    for each in ranking.thresholds:
        measure = reader.infos[each.condition.measure]
        told.append(said(each, measure, figures.review, wording, measure.code != ranking.info.code))
    if ranking.left_out:
        text = ngettext("%(n)s unit is left out.", "%(n)s units are left out.", ranking.left_out)
        told.append(text % {"n": f"{ranking.left_out:,}"})
    more = len(ranking.rows) - MOST_RANKED
    if more > 0:
        told.append(_("and %(n)s more") % {"n": f"{more:,}"})
    return [each for each in told if each]
