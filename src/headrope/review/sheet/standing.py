"""Where a unit stands: who holds it, heads it, in which segments it is, its rank among its sisters, what was restated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

import numpy as np

from headrope.core.holdings import effective_shares
from headrope.core.periods import Period
from headrope.core.scoring import sense
from headrope.core.units import SEGMENT
from headrope.journal.queries import Known, defined_at, end_of_day
from headrope.ledger.queries import ACTUAL, MeasureInfo
from headrope.ledger.restated import Restated, restated
from headrope.org.people.queries import PostHeld, heads_on, posts_on
from headrope.org.queries import HoldingRow, Node, SegmentRow, Tree, holding_rows, segment_rows
from headrope.review.lifetime import Lifetime, lifetime
from headrope.review.queries import Line, Reader, Review

MOST_SISTERS = 400


@dataclass(frozen=True)
class Rank:
    """The unit's place, 1 the best, among the `of` sisters that have a figure and a plan of the measure.

    `before` is its place in the same year up to a month earlier, None where it had none. Docs: spec/rank.md.
    """

    info: MeasureInfo
    place: int
    of: int
    before: int | None = None


@dataclass(frozen=True)
class Standing:
    """`share` is the effective share of the unit at the top, None at the top itself; `people` the line that counts them.

    `life` is what of the unit's beginning and end lies in the period.
    """

    share: Fraction | None
    heads: tuple[PostHeld, ...]
    people: Line | None
    segments: tuple[Node, ...]
    ranks: tuple[Rank, ...]
    restated: tuple[Restated, ...]
    life: Lifetime


def standing(reader: Reader, review: Review, lines: Sequence[Line]) -> Standing:
    """The standing on the period's last day, ranks by the measures of `lines`; nearly all is kept."""
    tree, day = reader.tree(review.period), review.period.last_day
    there = review.unit.id in tree.nodes
    return Standing(
        _share(reader, tree, review.unit, day) if there else None,
        _heads(reader, review.unit.id, day),
        next((each for each in review.lines if _counts_people(each)), None),
        _segments(reader, tree, review.unit, day) if there else (),
        tuple(found for line in lines if (found := rank_of(reader, review, line.info))) if there else (),
        restated_under(reader, review),
        lifetime(reader, review),
    )


def _counts_people(line: Line) -> bool:
    return line.info.account == "persons" and line.info.rule.kind == "stock" and line.actual.known


@lru_cache(maxsize=8)
def _posts_at(key: str, defined: int, day: date) -> dict[int, list[PostHeld]]:
    found: dict[int, list[PostHeld]] = {}
    for post in posts_on(day):
        found.setdefault(post.unit, []).append(post)
    return found


def _heads(reader: Reader, unit: int, day: date) -> tuple[PostHeld, ...]:
    """Who heads the unit on the day: the posts of the highest rank; kept in the process until a definition changes."""
    if reader.known_postings is not None:
        return tuple(heads_on(day, [unit], reader.known_postings).get(unit, ()))
    ranked = [post for post in _posts_at(*_at(reader), day).get(unit, ()) if post.rank is not None]
    return tuple(post for post in ranked if post.rank == ranked[0].rank)


@lru_cache(maxsize=4)
def _holdings_at(key: str, defined: int) -> tuple[HoldingRow, ...]:
    return tuple(holding_rows())


@lru_cache(maxsize=4)
def _segments_at(key: str, defined: int) -> tuple[SegmentRow, ...]:
    return tuple(segment_rows())


def _at(reader: Reader) -> tuple[str, int]:
    return str(reader.at.key), defined_at(str(reader.at.key), reader.at.seq)


def members(reader: Reader, day: date, known: Known | None) -> list[SegmentRow]:
    """Who belongs to which segment on the day; kept in the process until a definition changes."""
    rows = _segments_at(*_at(reader)) if known is None else segment_rows(known)
    return [row for row in rows if row.valid_from <= day < row.valid_to]


def _share(reader: Reader, tree: Tree, unit: Node, day: date) -> Fraction | None:
    known = reader.known_postings
    rows = _holdings_at(*_at(reader)) if known is None else holding_rows(known)
    owners: dict[int, dict[int, Fraction]] = {}
    for row in rows:
        if row.valid_from <= day < row.valid_to:
            owners.setdefault(row.held, {})[row.owner] = row.share
    top = tree.path(unit.id)[-1].id
    if unit.id == top:
        return None
    parents: dict[int, int | None] = {}
    waiting = [unit.id]
    while waiting:
        at = waiting.pop()
        if at in parents:
            continue
        parents[at] = tree.nodes[at].parent if at in tree.nodes else None
        waiting += owners.get(at) or ([above] if (above := parents[at]) is not None else [])
    return effective_shares(top, parents, owners).get(unit.id)


def _segments(reader: Reader, tree: Tree, unit: Node, day: date) -> tuple[Node, ...]:
    """The segments that the unit, or one above it, belongs to and that the reader may see named: names are no figures."""
    path = {node.id for node in tree.path(unit.id)}
    found = dict.fromkeys(row.segment for row in members(reader, day, reader.known_postings) if row.unit in path)
    return tuple(tree.nodes[segment] for segment in found if segment in tree.nodes)


def rank_of(reader: Reader, review: Review, info: MeasureInfo) -> Rank | None:
    """The unit's place among the units beside it, seen or hidden, by the gap as a share of the plan; docs/spec/rank.md."""
    tree = reader.tree(review.period)
    sisters = [node for node in tree.children.get(review.unit.parent, ()) if node.kind != SEGMENT]
    if review.unit.parent is None or not 1 < len(sisters) <= MOST_SISTERS or sense(info.rule.direction) == 0:
        return None
    own = next((row for row, node in enumerate(sisters) if node.id == review.unit.id), None)
    if own is None:
        return None
    now = _place(reader, review, info, review.period, sisters, own)
    if now is None:
        return None
    before = None
    if review.period.span > 1 and info.rule.kind in ("flow", "cumulative"):
        earlier = Period(review.period.start, review.period.span - 1)
        before = _place(reader, review, info, earlier, sisters, own)
    return Rank(info, *now, before[0] if before else None)


def _place(
    reader: Reader, review: Review, info: MeasureInfo, period: Period, sisters: list[Node], own: int
) -> tuple[int, int] | None:
    """Place and how many have one. Where less is better, who has not reported all looks too good and has none."""
    view = reader.cube.view([node.id for node in sisters])
    actual = view.column(info, reader.infos, ACTUAL, period)
    plan = reader.plan_of(view, info, period, review.against, review.as_was)
    good = (actual.values.astype(float) - plan.values.astype(float)) * sense(info.rule.direction)
    ranked = actual.known & plan.known & (plan.values != 0)
    for column in (actual, plan):
        if column.uneven is not None:
            ranked &= ~column.uneven
    if info.rule.direction == "down":
        ranked &= actual.complete
    if not ranked[own] or ranked.sum() < 2:
        return None
    share = np.where(ranked, good / np.where(ranked, np.abs(plan.values.astype(float)), 1.0), -np.inf)
    return int((share > share[own]).sum()) + 1, int(ranked.sum())


def restated_under(reader: Reader, review: Review) -> tuple[Restated, ...]:
    """The figures of the period at or under the unit that were restated, newest first; hidden units are counted too."""
    tree, unit = reader.tree(review.period), review.unit.id

    def under(touched: int) -> bool:
        if touched not in tree.nodes:
            return touched == unit
        return any(node.id == unit for node in tree.path(touched))

    before = end_of_day(review.known_on, reader.ledger.zone) if review.known_on else None
    return tuple(restated(under, review.period, reader.at, before))
