"""The numbers of charts as numbers of a paper: what the rows of a chart's table show, each with its reference."""

from __future__ import annotations

from collections.abc import Sequence

from headrope.core.periods import name
from headrope.ledger.queries import ACTUAL
from headrope.reports.figures import Figures, like_text
from headrope.reports.paper import Number
from headrope.reports.references import NumberRef
from headrope.review.charts import Chart
from headrope.review.queries import Line
from headrope.review.ref import Ref, ref_to
from headrope.review.sheet.path import YearPath

LANDED = 5
"""Columns of the table of a year's path that has a landing."""


def drawn(figures: Figures, chart: Chart) -> list[Number]:
    """The numbers of the chart; of one without references none."""
    return _numbers(figures, chart.rows, chart.refs)


def drawn_path(figures: Figures, chart: Chart, path: YearPath, line: Line) -> list[Number]:
    """Those of a year's path, and of the target and the landing at its end."""
    plan = line.year_plan or (line.plan if figures.review.period.span == 12 else None)
    target = figures.ref(path.info, figures.year, figures.review.against)
    ends = [*figures.figure(path.info, plan.value if plan else None, target)]
    if len(chart.heads) == LANDED and line.landing:
        ends += figures.figure(path.info, line.landing.point, figures.ref(path.info, figures.year, "landing"))
    return [*drawn(figures, chart), *(each for each in ends if isinstance(each, Number))]


def drawn_months(figures: Figures, chart: Chart, line: Line) -> list[Number]:
    """Those of the last months one by one."""
    review, code = figures.review, line.info.code
    refs = [
        [ref_to(review.unit.code, code, cell, version, review.like) for version in (ACTUAL, review.against)]
        for cell in line.trend.cells
    ]
    return _numbers(figures, chart.rows, refs)


def _numbers(figures: Figures, rows: Sequence[Sequence[str]], refs: Sequence[Sequence[Ref | None]]) -> list[Number]:
    """As a picture shows them: the value is what is printed, as in a sentence."""
    return [
        Number(text, _drawn(figures, ref, row), text)
        for (row, *cells), shown in zip(rows, refs, strict=False)
        for text, ref in zip(cells, shown, strict=True)
        if text and ref is not None
    ]


def _drawn(figures: Figures, ref: Ref, row: str) -> NumberRef:
    period, like = name(ref.period, figures.start), like_text(ref.like)
    return NumberRef(ref.unit, ref.measure, period, ref.version, "drawn", ref.against, like, part=row)
