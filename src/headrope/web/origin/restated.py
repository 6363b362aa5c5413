"""What was restated of a unit's figures for a period: each figure with the value before and now, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import ngettext

from headrope.core.periods import Period
from headrope.journal.queries import known_on
from headrope.ledger.models import State
from headrope.ledger.queries import ACTUAL, MeasureInfo, Vintage, version_ids, vintages
from headrope.ledger.restated import Restated
from headrope.ledger.said import gettext as _
from headrope.review.queries import Question, Reader
from headrope.review.sheet.standing import restated_under
from headrope.review.wording import Wording
from headrope.web.access import Visit
from headrope.web.address import Address
from headrope.web.origin.figures import account, exact, moment

MOST, MOST_VINTAGES = 200, 5000


@dataclass(slots=True)
class Row:
    """One figure; `href` leads to its origin, where all its vintages are."""

    unit: str
    measure: str
    account: str
    period: str
    href: str
    before: str
    now: str
    known: str
    posting: str
    reason: str


@dataclass(slots=True)
class RestatedPage:
    """All that the template prints; `left` tells of what is not in the rows."""

    title: str
    unit: str
    review: str
    address: str
    rows: list[Row]
    left: list[str]


def build(visit: Visit, reader: Reader, unit: str, period: Period) -> RestatedPage:
    """The list, newest first; NoSuchUnit where this person does not see the unit. Units that he does not see are counted."""
    review = reader.review(Question(unit, period, None, reader.known))
    found = restated_under(reader, review)
    nodes = {**reader.tree(review.period).nodes, review.unit.id: review.unit}
    infos = {info.id: info for info in reader.infos.values()}
    seen = [each for each in found if each.unit in nodes and reader.who.sees(each.unit) and each.measure in infos]
    shown, wording = seen[:MOST], Wording.of(review, None, visit.style)
    values = _values(reader, shown)
    known = (("known", reader.known.isoformat()),) if reader.known else ()
    address = Address(unit, period, visit.ledger.fiscal_start, known)
    rows = []
    for each in shown:
        info, node = infos[each.measure], nodes[each.unit]
        before, now = values.get((each.unit, each.measure, each.period, each.seq), (None, None))
        rows.append(
            Row(
                wording.name(node),
                wording.name(info),
                account(info, wording),
                wording.period(each.period),
                address.origins(node.code).of(info.code, each.period, ACTUAL),
                _text(info, before),
                _text(info, now),
                moment(each.known_at, visit.ledger.zone),
                str(each.seq),
                each.reason,
            )
        )
    title = f"{_('Restated figures')} · {wording.period(period)}"
    left = _left(len(seen) - len(shown), len(found) - len(seen))
    return RestatedPage(title, wording.name(review.unit), address.review(), address.restated(), rows, left)


Values = dict[tuple[int, int, Period, int], tuple[Vintage, Vintage]]


def _values(reader: Reader, shown: Sequence[Restated]) -> Values:
    """What each figure was before its restatement, and what it is since, by unit, measure, period and posting; two statements."""
    units, measures, periods = ({getattr(each, key) for each in shown} for key in ("unit", "measure", "period"))
    known = known_on(reader.known, reader.ledger.zone)
    held = vintages(units, measures, version_ids().get(ACTUAL, -1), periods, known, MOST_VINTAGES)
    found: Values = {}
    for later, earlier in pairwise(held):
        cell = (later.unit, later.measure, later.period)
        if (*cell, later.basis) == (earlier.unit, earlier.measure, earlier.period, earlier.basis):
            found[(*cell, later.seq)] = earlier, later
    return found


def _text(info: MeasureInfo, vintage: Vintage | None) -> str:
    if vintage is None:
        return ""
    return _("withdrawn") if vintage.state == State.WITHDRAWN else exact(info, vintage.value)


def _left(more: int, hidden: int) -> list[str]:
    found = [_("%(n)s more") % {"n": f"{more:,}"}] if more else []
    if hidden:
        text = ngettext("%(n)s figure outside your mandate", "%(n)s figures outside your mandate", hidden)
        found.append(text % {"n": f"{hidden:,}"})
    return found
