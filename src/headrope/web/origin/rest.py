"""What a year to date leaves for the rest of the year: the target, what is in, what each month must bring, the best month."""

from __future__ import annotations

import numpy as np

from headrope.core.periods import Period, year_of
from headrope.ledger.queries import ACTUAL, TARGET, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.org.queries import Node
from headrope.review.queries import Question, Reader
from headrope.review.wording import Wording
from headrope.web.address import Origins
from headrope.web.origin.figures import exact
from headrope.web.origin.parts import Part


def rest(
    reader: Reader, node: Node, info: MeasureInfo, period: Period, wording: Wording, origins: Origins
) -> list[Part]:
    """The steps from the year's target to the month that is needed (docs/spec/completion.md); none where there is no such."""
    year = year_of(period.end - 1, reader.ledger.fiscal_start)
    if info.rule.kind != "flow" or info.rule.direction != "up" or period.start != year.start or period == year:
        return []
    line = reader.review(Question(node.code, period, TARGET, reader.known)).line(info.code)
    if line is None or line.need is None or line.year_plan is None or line.year_plan.value is None:
        return []
    need, actual, target = line.need, line.actual.value or 0, line.year_plan.value
    rows = [
        Part(
            _("Target %(year)s") % {"year": wording.year(period)},
            exact(info, target),
            origins.of(info.code, year, TARGET),
        ),
        Part(wording.period(period), exact(info, actual)),
        Part(_("Left to bring"), exact(info, target - actual)),
        Part(_("Months left"), f"{need.left}"),
    ]
    if need.reached:
        return [*rows, Part(_("Reached"), "")]
    rows.append(Part(_("Each month must bring"), exact(info, need.month)))
    best = _best(reader, node, info, period)
    if best is not None:
        name = _("The best month ever, %(month)s") % {"month": wording.period(best)}
        rows.append(Part(name, exact(info, need.best), origins.of(info.code, best, ACTUAL)))
    if need.share is not None:
        rows.append(Part(_("of best ever"), wording.format.per_cent(need.share, digits=0)))
    return rows


def _best(reader: Reader, node: Node, info: MeasureInfo, period: Period) -> Period | None:
    """The month that brought most; None where none is known."""
    first = min(reader.cube.first_start.get(ACTUAL, period.start), period.start)
    months = [Period(month, 1) for month in range(first, period.end)]
    column = reader.cube.unit(node.id, reader.infos).series(ACTUAL, months)[info.code]
    known = np.flatnonzero(column.known)
    return months[known[int(column.values[known].argmax())]] if len(known) else None
