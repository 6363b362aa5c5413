"""Who has not reported the last month of the period: what, since when it is due, and about how much is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import ngettext

from headrope.core.due import Due, Standing
from headrope.core.periods import Period
from headrope.ledger.queries import ACTUAL, MeasureInfo
from headrope.ledger.said import gettext
from headrope.ledger.submissions.collection import forms_now
from headrope.ledger.submissions.place import Moment, Round, round_of
from headrope.ledger.submissions.standings import DONE, HERE, standings
from headrope.org.queries import Node
from headrope.review.queries import Reader, Review, figure


@dataclass(frozen=True)
class Owing:
    """A form that a unit has not sent: how it stands, when it is due, and what the unit reported a year before.

    `missing` is the figure of `info`, the first flow that weighs, in the same month a year before; None where there is none.
    """

    unit: Node
    round: Round
    state: str
    due: Due | None
    standing: Standing | None
    info: MeasureInfo | None
    missing: int | float | None

    @property
    def late(self) -> bool:
        """Whether its day has passed."""
        return self.standing is not None and self.standing.state == "late"


def lateness(each: Owing, today: date) -> str:
    """How late it is in words; empty where its day has not passed."""
    if not each.late or each.due is None:
        return ""
    days = (today - each.due.day).days
    return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days} if days else gettext("late")


def owing(reader: Reader, review: Review) -> list[Owing]:
    """Every open form of the last cells of the period under the unit, as it stands now; a few statements a form.

    Who is late longest comes first, with all forms of a unit together.
    """
    when = Moment(reader.at, reader.ledger, reader.silence.now)
    found = []
    for form in forms_now(reader.at).values():
        cell = _last_cell(review.period, form.span, reader.ledger.fiscal_start)
        if not form.due or cell is None:
            continue
        found += _of_round(reader, review, round_of(form.code, cell, when, ACTUAL))
    last = review.period.last_day
    found.sort(key=lambda each: (not each.late, each.due.day if each.due else last, each.unit.code))
    units = {unit: place for place, unit in enumerate(dict.fromkeys(each.unit.id for each in found))}
    return sorted(found, key=lambda each: units[each.unit.id])


def _last_cell(period: Period, span: int, fiscal_start: int) -> Period | None:
    """The form's last period that ends within the asked one."""
    first = fiscal_start - 1
    end = period.end - (period.end - first) % span
    return Period(end - span, span) if end > period.start else None


def _of_round(reader: Reader, review: Review, round: Round) -> list[Owing]:
    units = round.units
    if review.unit.id not in units.tree.nodes:
        return []
    under = [node.id for node in units.tree.subtree(review.unit.id) if node.id in units.owing]
    seen = [unit for unit in under if reader.who.sees(unit)]
    stood = standings(round, seen) if seen else {}
    open_ = [unit for unit in seen if stood[unit].state not in (*HERE, *DONE) and stood[unit].due is not None]
    info = next((line.info for line in review.lines if line.info.rule.kind == "flow" and line.info.weight), None)
    if info is not None and info.code not in round.form.measures:
        info = None
    before = {}
    if info is not None and open_:
        column = reader.cube.view(open_).column(info, reader.infos, ACTUAL, round.period.shifted(-12))
        before = {unit: figure(column, info, row).value for row, unit in enumerate(open_)}
    return [
        Owing(
            units.tree.nodes[unit],
            round,
            stood[unit].state,
            stood[unit].due,
            stood[unit].standing,
            info,
            before.get(unit),
        )
        for unit in open_
    ]
