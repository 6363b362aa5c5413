"""The answers that a person owes: red measures of the units that he heads, and what he was asked for below them.

And the answers that others owe, for those who look after them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from headrope.core.periods import Period
from headrope.journal.queries import Books
from headrope.ledger.cube.serving import NothingYet, generation
from headrope.ledger.queries import LedgerSettings
from headrope.org.models import Role
from headrope.org.queries import Node, Sight
from headrope.review.gaps.queries import GapRow, gap_list
from headrope.review.gaps.since import behind_since
from headrope.review.queries import Reader, Review, default_period


@dataclass(frozen=True)
class OwedAnswer:
    """An answer that is owed for a row of the gap list of `review`.

    `due` where somebody asked for it by a day; the measure has been behind `since` the end of that month.
    """

    row: GapRow
    due: date | None
    since: Period
    review: Review

    @property
    def unit(self) -> Node:
        """The unit that owes it."""
        return self.row.unit

    def late(self, today: date) -> bool:
        """Whether its day is over."""
        return self.due is not None and self.due < today


@dataclass(frozen=True)
class OpenAnswers:
    """What others owe in a unit and right below it, as its gap list has it: how many of how many reds, and the worst."""

    review: Review
    count: int
    reds: int
    worst: tuple[OwedAnswer, ...]


def owed_now(who: Sight, at: Books, ledger: LedgerSettings) -> tuple[OwedAnswer, ...]:
    """What the person owes for the year to the last month that has figures; nothing is asked for who heads no unit."""
    if not _headed(who):
        return ()
    try:
        with generation(at, ledger, None) as cube:
            period = default_period(cube, ledger)
            return owed_answers(who, Reader(cube, ledger, at, who), period) if period else ()
    except NothingYet:
        return ()


def owed_answers(who: Sight, reader: Reader, period: Period) -> tuple[OwedAnswer, ...]:
    """What the person owes for the period, what is due first; nothing for who heads no unit. A few statements a unit."""
    headed = _headed(who)
    found: dict[tuple[int, int], OwedAnswer] = {}
    for node in headed:
        listed = gap_list(reader, node.code, period)
        mine = [
            row
            for row in listed.missing
            if row.unit.id == node.id or (row.asked is not None and _nearest(who, row.unit, headed) == node.id)
        ]
        for owed in _owed(reader, listed.review, mine):
            found[owed.unit.id, owed.row.info.id] = owed
    return tuple(sorted(found.values(), key=lambda owed: (owed.due or date.max, owed.unit.code, owed.row.info.place)))


def open_answers(who: Sight, reader: Reader, period: Period, most: int) -> tuple[OpenAnswers, ...]:
    """What others owe at each unit from which on the person looks after reports: the `most` that are furthest behind.

    What he owes himself for a unit that he heads is not among it. A few statements a unit.
    """
    nodes = who.now.tree.nodes
    headed = {node.id for node in _headed(who)}
    found = []
    for top in sorted((nodes[unit] for unit in who.tops_with("remind")), key=lambda node: node.code):
        listed = gap_list(reader, top.code, period)
        rows = sorted((row for row in listed.missing if row.unit.id not in headed), key=_worst_first)
        reds = sum(row.red for row in listed.rows if row.unit.id not in headed)
        worst = tuple(_owed(reader, listed.review, rows[:most]))
        found.append(OpenAnswers(listed.review, len(rows), reds, worst))
    return tuple(found)


def _owed(reader: Reader, review: Review, rows: Sequence[GapRow]) -> list[OwedAnswer]:
    since = behind_since(reader, review, rows)
    return [
        OwedAnswer(row, row.asked.due if row.asked else None, since[row.unit.id, row.info.id], review) for row in rows
    ]


def _worst_first(row: GapRow) -> tuple[object, ...]:
    share = row.stand.judgement.share if row.stand.judgement else None
    return (-abs(share or 0), row.unit.code, row.info.place)


def _headed(who: Sight) -> list[Node]:
    """The units that the person heads and that are alive, by code."""
    nodes = who.now.tree.nodes
    return sorted((nodes[unit] for unit in who.held_as(Role.HEAD) if unit in nodes), key=lambda node: node.code)


def _nearest(who: Sight, unit: Node, headed: Sequence[Node]) -> int | None:
    """Which of the headed units stands nearest above."""
    mine = {node.id for node in headed}
    if unit.id not in who.now.tree.nodes:
        return None
    return next((node.id for node in who.now.tree.path(unit.id) if node.id in mine), None)
