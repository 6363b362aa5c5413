"""A review as plain data: numbers in units of account, with their exact text beside them where they are exact."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from headrope.core.periods import Period
from headrope.core.scoring import Judgement
from headrope.landing.runs.queries import Run
from headrope.ledger.queries import MeasureInfo
from headrope.org.queries import Node
from headrope.review.headline import Headline, plain
from headrope.review.overdue import Overdue
from headrope.review.queries import Figure, Line, Reader, Review
from headrope.review.ranking import Ranked, Ranking, Wanted, below, figures_of
from headrope.review.rules.rule import PaceRule
from headrope.review.situation.landings import in_figures
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
        "pace": _pace(reader.pace(review.period)),
        "landing_run": _run(reader.run(review.period)),
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


def _amount(info: MeasureInfo, value: int | float | None) -> Json | None:
    """A figure of which nothing is said but how large it is."""
    if value is None:
        return None
    exact = {"exact": info.rule.quantity.write(value)} if info.rule.exact else {}
    return {"value": number(info, value), **exact}


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


def _pace(rule: PaceRule) -> Json:
    """The pace rule in force: its code (None: the one that is built in), its basis, and from which shares it warns.

    `measures` have tolerances of their own.
    """
    return {
        "rule": rule.code or None,
        "basis": rule.basis,
        "watch": rule.sums.watch,
        "behind": rule.sums.behind,
        "ratio_watch": rule.ratios.watch,
        "ratio_behind": rule.ratios.behind,
        "measures": {code: {"watch": own.watch, "behind": own.behind} for code, own in sorted(rule.own.items())},
    }


def _run(run: Run | None) -> Json | None:
    """The run that the landings are from: its posting, the last one that it has read, and the last month known to it."""
    if run is None:
        return None
    return {
        "seq": run.seq,
        "read_seq": run.read_seq,
        "year": str(run.year),
        "month": str(run.month),
        "made_at": run.made_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }


def _landing(line: Line) -> Json | None:
    """Where the year will end: the point, the ranges that hold it with 80 and 50 per cent, the odds of the target.

    `odds_range` stands in place of `odds` where they cannot be told.
    """
    info, landed = line.info, line.landing
    if landed is None or landed.account is None:
        return None
    ends = (landed.low80, landed.high80), (landed.low50, landed.high50)
    range80, range50 = ([_amount(info, in_figures(info, end)) for end in pair] for pair in ends)
    return {
        "point": _amount(info, landed.point if isinstance(landed.point, int) else in_figures(info, landed.account)),
        "range80": range80 if None not in range80 else None,
        "range50": range50 if None not in range50 else None,
        "target": _amount(info, in_figures(info, landed.target)),
        "odds": landed.odds.value,
        "odds_range": None if landed.odds.low is None else [landed.odds.low, landed.odds.high],
    }


def _need(line: Line) -> Json | None:
    """What each month left must bring for the year's target, and the best month there ever was."""
    info, need = line.info, line.need
    if need is None:
        return None
    return {
        "month": _amount(info, need.month),
        "left": need.left,
        "best": _amount(info, need.best),
        "share_of_best": need.share,
        "reached": need.reached,
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
        "state_with_landing": line.state,
        "overdue": _overdue(line.overdue),
        "landing": _landing(line),
        "need": _need(line),
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
