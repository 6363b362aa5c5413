"""The answers that a person owes: red measures of the units that he heads, and what he was asked for below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from headrope.core.periods import Period
from headrope.org.models import Mandate, Role
from headrope.org.queries import Node, Sight, mandates_on
from headrope.review.gaps.queries import GapRow, gap_list
from headrope.review.queries import Reader


@dataclass(frozen=True)
class OwedAnswer:
    """An answer that is owed; `due` where somebody asked for it by a day."""

    row: GapRow
    due: date | None

    @property
    def unit(self) -> Node:
        """The unit that owes it."""
        return self.row.unit

    def late(self, today: date) -> bool:
        """Whether its day is over."""
        return self.due is not None and self.due < today


def owed_answers(who: Sight, reader: Reader, period: Period, today: date) -> tuple[OwedAnswer, ...]:
    """What the person owes for the period, what is due first; nothing for who heads no unit. A few statements a unit."""
    headed = _headed(who, today)
    found: dict[tuple[int, int], OwedAnswer] = {}
    for node in headed:
        for row in gap_list(reader, node.code, period).missing:
            if row.unit.id == node.id or (row.asked is not None and _nearest(who, row.unit, headed) == node.id):
                found[row.unit.id, row.info.id] = OwedAnswer(row, row.asked.due if row.asked else None)
    return tuple(sorted(found.values(), key=lambda owed: (owed.due or date.max, owed.unit.code, owed.row.info.place)))


def heads_by_unit(today: date) -> dict[int, list[Mandate]]:
    """The mandates of unit heads that hold on the day, with their users, by unit; one statement."""
    found: dict[int, list[Mandate]] = {}
    for held in mandates_on(today).filter(role=Role.HEAD).select_related("user").order_by("id"):
        found.setdefault(held.unit_id, []).append(held)
    return found


def _headed(who: Sight, today: date) -> list[Node]:
    """The units that the person heads and that are alive, by code."""
    if who.who is None:
        return []
    held = mandates_on(today).filter(user_id=who.who, role=Role.HEAD).values_list("unit_id", flat=True)
    nodes = who.now.tree.nodes
    return sorted((nodes[unit] for unit in set(held) if unit in nodes), key=lambda node: node.code)


def _nearest(who: Sight, unit: Node, headed: Sequence[Node]) -> int | None:
    """Which of the headed units stands nearest above."""
    mine = {node.id for node in headed}
    if unit.id not in who.now.tree.nodes:
        return None
    return next((node.id for node in who.now.tree.path(unit.id) if node.id in mine), None)
