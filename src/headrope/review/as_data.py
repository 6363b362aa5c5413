"""A review as plain data: numbers in units of account, with their exact text beside them where they are exact."""

from __future__ import annotations

from typing import Any

from headrope.core.periods import Period
from headrope.core.scoring import Judgement
from headrope.ledger.queries import MeasureInfo
from headrope.org.queries import Node
from headrope.review.headline import Headline, plain
from headrope.review.overdue import Overdue
from headrope.review.queries import Figure, Line, Reader, Review
from headrope.review.ranking import Ranked, Ranking, Wanted, below, figures_of
from headrope.review.wording import Wording

Json = dict[str, Any]


def as_json(reader: Reader, review: Review, ranking: Ranking | None, wanted: Wanted) -> Json:
    """The whole answer. `value` is a number in units of account, `exact` its decimal text, None where not reported."""
    return {
        "unit": _node(review.unit),
        "path": [_node(node) for node in review.path],
        "period": str(review.period),
        "from": review.period.first_day.isoformat(),
        "to": review.period.last_day.isoformat(),
        "against": review.against,
        "as_of": review.known_on.isoformat() if review.known_on else None,
        "seq": review.seq,
        "last_year_over": None if review.like is None else str(Period(review.like, 1)),
        "currency": review.ledger.currency,
        "headline": plain(Headline(review, Wording.of(review)).sentences(ranking)),
        "reporting": {"units": review.reporting.units, "late": [_node(node) for node in review.reporting.late]},
        "measures": [_line(line) for line in review.lines],
        "texts": {info.code: text for info, text in review.texts},
        "ranking": _ranking(reader, review, ranking, wanted) if ranking else None,
    }


def _node(node: Node) -> Json:
    return {"code": node.code, "name": node.name, "name_zh": node.name_zh, "kind": node.kind}


def number(info: MeasureInfo, value: int | float | None) -> float | None:
    """A figure or difference in units of account."""
    if value is None:
        return None
    quantity = info.rule.quantity
    return quantity.number(value) if info.rule.exact else float(value)


def _figure(info: MeasureInfo, figure: Figure | None) -> Json | None:
    if figure is None:
        return None
    found: Json = {"value": number(info, figure.value), "reported": figure.reported, "expected": figure.expected}
    if info.rule.exact:
        found["exact"] = None if figure.value is None else info.rule.quantity.write(figure.value)
    if figure.uneven:
        found["uneven"] = True
    return found


def _judgement(judgement: Judgement | None) -> Json:
    if judgement is None:
        return {"state": None, "gap_share": None, "completion": None}
    return {"state": judgement.state, "gap_share": judgement.share, "completion": judgement.completion}


def _overdue(overdue: Overdue | None) -> Json | None:
    if overdue is None:
        return None
    return {
        "form": overdue.form.code,
        "since": overdue.since.isoformat(),
        "newest": str(overdue.newest) if overdue.newest else None,
        "periods": overdue.periods,
        "missing": overdue.missing,
        "of": overdue.of,
    }


def _line(line: Line) -> Json:
    info = line.info
    return {
        "code": info.code,
        "name": info.name,
        "name_zh": info.name_zh,
        "account": info.account,
        "kind": info.rule.kind,
        "direction": info.rule.direction,
        "actual": _figure(info, line.actual),
        "plan": _figure(info, line.plan),
        "year_plan": _figure(info, line.year_plan),
        "last_year": _figure(info, line.last_year),
        "gap": number(info, line.gap),
        **_judgement(line.judgement),
        "overdue": _overdue(line.overdue),
        "stated": _figure(info, line.stated),
        "stated_gap": number(info, line.stated_gap),
        "derived": line.derived,
        "growth": number(info, line.growth),
        "growth_share": line.growth_share,
        "record": {"high": line.record.high, "since": str(line.record.since), "of": line.record.of}
        if line.record
        else None,
        "trend": [
            {"period": str(cell), "actual": actual, "plan": plan}
            for cell, actual, plan in zip(line.trend.cells, line.trend.actual, line.trend.plan, strict=True)
        ],
    }


def _ranking(reader: Reader, review: Review, ranking: Ranking, wanted: Wanted) -> Json:
    """The ranked units, each with every measure's figures, so that any other order can be made from it."""
    info = ranking.info
    figures = figures_of(reader, review, [row.unit for row in ranking.rows])
    return {
        "measure": info.code,
        "tier": ranking.tier,
        "order": ranking.order,
        "units": len(ranking.rows),
        "left_out": ranking.left_out,
        "where": [str(each) for each in wanted.where],
        "thresholds": [
            {
                "measure": t.condition.measure,
                "sign": t.condition.sign,
                "value": t.condition.value,
                "met": t.met,
                "of": t.of,
            }
            for t in ranking.thresholds
        ],
        "of_all": len(below(reader, review, wanted.tier)),
        "rows": [_ranked(reader, info, row, figures[row.unit.id]) for row in ranking.rows],
    }


def _ranked(reader: Reader, info: MeasureInfo, row: Ranked, figures: dict[str, tuple[Figure, Figure, Figure]]) -> Json:
    return {
        "place": row.place,
        "code": row.unit.code,
        "name": row.unit.name,
        "name_zh": row.unit.name_zh,
        "actual": _figure(info, row.actual),
        "plan": _figure(info, row.plan),
        "last_year": _figure(info, row.last_year),
        "gap": number(info, row.gap),
        **_judgement(row.judgement),
        "overdue": _overdue(row.overdue),
        "growth": number(info, row.growth),
        "growth_share": row.growth_share,
        "share": row.share,
        "running": row.running,
        "measures": {
            code: {
                "actual": _figure(reader.infos[code], actual),
                "plan": _figure(reader.infos[code], plan),
                "last_year": _figure(reader.infos[code], before),
            }
            for code, (actual, plan, before) in figures.items()
        },
    }
